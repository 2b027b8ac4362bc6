//! Any bytes as a bundle.

#![no_main]

#[path = "../../tests/support/bundles.rs"]
#[allow(dead_code, reason = "the tests take the rest")]
mod bundles;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    bundles::hold(bytes);
});
