//! Any text as a condition and as a calculated value.

#![no_main]

#[path = "../../tests/support/sound.rs"]
#[allow(dead_code, reason = "the other targets take the rest")]
mod sound;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|expression: &str| sound::holds(&sound::with_expression(expression)));
