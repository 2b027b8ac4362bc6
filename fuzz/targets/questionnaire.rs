//! Any bytes as a questionnaire's file.

#![no_main]

#[path = "../../tests/support/sound.rs"]
#[allow(dead_code, reason = "the other target takes the rest")]
mod sound;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sound::holds(text));
