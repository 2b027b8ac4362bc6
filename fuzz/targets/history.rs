//! Any bytes as the events of an interview.

#![no_main]

#[path = "../../tests/support/stores.rs"]
#[allow(dead_code, reason = "the other target takes the rest")]
mod stores;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| stores::hold_history(bytes));
