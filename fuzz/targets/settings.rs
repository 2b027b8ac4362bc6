//! Any text as a settings file.

#![no_main]

#[path = "../../tests/support/sound.rs"]
#[allow(dead_code, reason = "the other targets take the rest")]
mod sound;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| sound::settings_hold(text));
