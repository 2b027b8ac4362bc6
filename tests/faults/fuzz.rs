//! The store's files and histories of interviews changed at random; see `support::bounded` and `support::stores`.

use crate::support::bounded::{alone, changed, for_a_while};
use crate::support::stores::{database, hold, hold_history};

#[test]
fn a_store_changed_at_random_is_read_right_or_refused() {
    println!("{}", alone("faults::fuzz::stores"));
}

#[test]
fn a_history_changed_at_random_is_replayed_or_refused() {
    println!("{}", alone("faults::fuzz::histories"));
}

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn stores() {
    let next = |chance: &mut fastrand::Rng| {
        if chance.u8(0..4) == 0 {
            let bytes = changed(database(), &[b"SQLite format 3\0", &[0xff; 4]], chance);
            return [&[1], &bytes[..]].concat();
        }
        let (edits, erase) = (chance.usize(1..8) * 7, chance.u8(0..2) * 2);
        [erase].into_iter().chain((0..edits).map(|_| chance.u8(..))).collect()
    };
    println!("{}", for_a_while("stores", 2, next, hold));
}

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn histories() {
    let next = |chance: &mut fastrand::Rng| {
        let edits = chance.usize(1..6) * 3;
        let edits = (0..edits).map(|_| chance.u8(..));
        [0].into_iter().chain(edits).collect::<Vec<u8>>()
    };
    println!("{}", for_a_while("histories", 2, next, hold_history));
}
