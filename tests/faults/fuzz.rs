//! The store's files, histories of interviews and bundles changed at random; see `support::bounded`.

use std::cell::Cell;

use crate::support::bounded::{alone, changed, for_a_while};
use crate::support::bundles;
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
fn a_bundle_changed_at_random_is_taken_whole_or_refused() {
    println!("{}", alone("faults::fuzz::changed_bundles"));
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

#[test]
#[ignore = "the test above runs it in a process of its own"]
fn changed_bundles() {
    let next = |chance: &mut fastrand::Rng| {
        if chance.u8(0..4) == 0 {
            let bytes = changed(bundles::sound(), &[b"{\"end\":", b"\n", b"null", &[0xff; 4]], chance);
            return [&[1], &bytes[..]].concat();
        }
        let (fits, edits) = ([0, 2, 6, 6][chance.usize(0..4)], chance.usize(1..4) * 5);
        [fits].into_iter().chain((0..edits).map(|_| chance.u8(..))).collect()
    };
    let taken = Cell::new(0_u64);
    let told = for_a_while("bundles", 2, next, |bytes| taken.set(taken.get() + u64::from(bundles::hold(bytes))));
    assert!(taken.get() > 0, "{told}, none of them taken");
    println!("{told}, {} of them taken", taken.get());
}
