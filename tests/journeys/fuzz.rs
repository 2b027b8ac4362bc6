//! Keys, mouse, pastes, sizes, time and faults drawn at random; see `support::bounded` and `support::hands`.

use crate::support::bounded::{alone, for_a_while};
use crate::support::hands::hold;

#[test]
fn nothing_that_hands_or_a_terminal_do_breaks_the_program_or_changes_an_answer_by_itself() {
    println!("{}", alone("journeys::fuzz::events"));
}

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn events() {
    let next = |chance: &mut fastrand::Rng| {
        let many = chance.usize(2..120);
        (0..many).map(|_| chance.u8(..)).collect::<Vec<u8>>()
    };
    println!("{}", for_a_while("events", 2, next, hold));
}
