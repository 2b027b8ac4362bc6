//! Any bytes as what hands and a terminal do.

#![no_main]

#[path = "../../tests/support/hands.rs"]
mod hands;
#[path = "../../tests/support/stage.rs"]
#[allow(dead_code, reason = "the tests take the rest")]
mod stage;
#[path = "../../tests/support/workshop.rs"]
#[allow(dead_code, reason = "the tests take the rest")]
mod workshop;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| hands::hold(bytes));
