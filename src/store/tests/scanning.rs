use std::ops::ControlFlow;

use rusqlite::params;

use super::*;
use crate::interview::WorkshopId;
use crate::store::{Scanned, Selection, State};

const WORKSHOP: WorkshopId = WorkshopId([7; 16]);

/// A finished interview held in the workshop.
fn held_together() -> Vec<Event> {
    let mut events = interview(5);
    events.insert(1, Event { what: Happening::Joined { workshop: WORKSHOP }, ..events[0].clone() });
    (0u32..).zip(events).map(|(seq, event)| Event { seq, ..event }).collect()
}

fn scanned(store: &Store, selection: Selection) -> (Vec<InterviewId>, Scanned) {
    let mut ids = Vec::new();
    let scanned = store.scan(&selection, |row| {
        ids.push(row.id);
        ControlFlow::Continue(())
    });
    (ids, scanned.unwrap())
}

#[test]
fn a_scan_hands_out_what_was_stored() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let events = held_together();
    let (first, last) = (events[0].at, events[events.len() - 1].at);
    let one = id(1);
    finish(&mut store, one, &events);
    let mut rows = 0;
    let scanned = store.scan(&Selection::default(), |row| {
        let stored = packed(&events);
        assert_eq!((row.id, row.questionnaire, row.workshop), (one, QUESTIONNAIRE.hash, Some(WORKSHOP)));
        assert_eq!((row.codes, row.beside().unwrap()), (&stored.codes[..], stored.beside));
        assert_eq!((row.mode, row.language), (stored.circumstances.mode, "id"));
        assert_eq!(row.shown_ms, 5 * 3_000 + 17 * (1 + 2 + 3 + 4));
        assert_eq!((row.started, row.last), (first, last));
        rows += 1;
        ControlFlow::Continue(())
    });
    assert_eq!((rows, scanned.unwrap()), (1, Scanned { interviews: 1, damaged: 0 }));
}

#[test]
fn a_scan_goes_through_its_selection_in_an_order_that_every_store_has() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let ids = [id(3), id(1), id(2), id(4)];
    for (place, one) in ids.into_iter().enumerate() {
        finish(&mut store, one, &if place < 2 { held_together() } else { interview(5) });
    }
    begin(&mut store, id(5), &interview(5)[..2]);
    let all = Selection::default();
    assert_eq!(scanned(&store, all).0, ids);
    let by_id = Selection { by_id: true, ..all };
    assert_eq!(scanned(&store, by_id).0, [ids[1], ids[2], ids[0], ids[3]]);
    assert_eq!(scanned(&store, Selection { workshop: Some(WORKSHOP), ..by_id }).0, [ids[1], ids[0]]);
    assert_eq!(scanned(&store, Selection { workshop: Some(WorkshopId([8; 16])), ..all }).0, []);
    assert_eq!(scanned(&store, Selection { questionnaire: Some(QUESTIONNAIRE.hash), ..all }).0.len(), 4);
    assert_eq!(scanned(&store, Selection { questionnaire: Some(Hash([1; 32])), ..all }).0, []);
    assert_eq!(scanned(&store, Selection { since: Some(arbitrary::at(0).unix_ms), ..all }).0.len(), 4);
    assert_eq!(scanned(&store, Selection { since: Some(arbitrary::at(1).unix_ms), ..all }).0, []);
}

#[test]
fn what_does_not_agree_with_its_hash_is_counted_and_not_handed_out() {
    let changes = [
        "UPDATE packed SET codes = zeroblob(5) WHERE interview = 1",
        "UPDATE packed SET beside = x'01' WHERE interview = 1",
        "UPDATE packed SET workshop = NULL WHERE interview = 1",
        "UPDATE packed SET id = zeroblob(16) WHERE interview = 1",
        "UPDATE packed SET language = 'en' WHERE interview = 1",
        "UPDATE packed SET mode = 1 WHERE interview = 1",
        "UPDATE packed SET shown = shown + 1 WHERE interview = 1",
        "UPDATE packed SET started = started + 1 WHERE interview = 1",
    ];
    for change in changes {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        finish(&mut store, id(1), &held_together());
        finish(&mut store, id(2), &held_together());
        store.reading().unwrap().execute_batch(change).unwrap();
        let (ids, told) = scanned(&store, Selection::default());
        assert_eq!((ids.len(), told), (1, Scanned { interviews: 1, damaged: 1 }), "{change}");
    }
}

/// Made by the program when it had the first layout: two finished interviews, an open one, an erased one, a refusal.
#[test]
fn a_store_of_the_first_layout_is_brought_along() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores/layout-1.db");
    let number = |number: u8| InterviewId([number; 16]);
    for damaged in [false, true] {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::at(home.path());
        std::fs::copy(&fixture, paths.database()).unwrap();
        if damaged {
            let connection = rusqlite::Connection::open(paths.database()).unwrap();
            let change = "UPDATE packed SET codes = zeroblob(39) WHERE interview = ?1";
            assert_eq!(connection.execute(change, params![2]).unwrap(), 1);
        }
        let store = read(home.path());
        let mut states: Vec<State> = store.list().unwrap().iter().map(|summary| summary.state).collect();
        states.reverse();
        let second = if damaged { State::Damaged } else { State::Finished };
        assert_eq!(states, [State::Finished, second, State::Unfinished]);
        let loaded = store.load(number(1)).unwrap();
        assert_eq!((loaded.packed, loaded.events), (Some(packed(&interview(39))), interview(39)));
        assert_eq!(store.load(number(3)).unwrap().events, interview(39)[..20]);
        assert_eq!(store.recover(number(2)).unwrap().events, interview(39));
        let finished = if damaged { 1 } else { 2 };
        let told = Scanned { interviews: finished, damaged: 2 - finished };
        assert_eq!(scanned(&store, Selection { by_id: true, ..Selection::default() }).1, told);
        assert_eq!(store.refusals().unwrap()[0].count, 1);
        drop(store);
        let copies = crate::store::copies::all(home.path());
        assert!(copies[0].file_name().unwrap().to_str().unwrap().starts_with("layout-1."), "{copies:?}");
        let mut store = open(home.path());
        let erased = store.begin_with(number(4), &QUESTIONNAIRE, &interview(1)[..1], &draft(""));
        assert_eq!(erased.unwrap_err().code(), "store.erased");
    }
}
