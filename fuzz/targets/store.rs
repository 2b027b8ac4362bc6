//! Any bytes as the store's files.

#![no_main]

#[path = "../../tests/support/stores.rs"]
#[allow(dead_code, reason = "the other target takes the rest")]
mod stores;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| stores::hold(bytes));
