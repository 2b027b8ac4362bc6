use std::ops::ControlFlow;

use rusqlite::Connection;

use super::*;
use crate::interview::{At, WorkshopId};
use crate::store::rows::{self, Held, PackedRow};
use crate::store::{Finding, Repaired, Scanned, Selection, block, examine, repair, scan, write};

const WORKSHOPS: [Option<WorkshopId>; 3] = [None, Some(WorkshopId([3; 16])), Some(WorkshopId([4; 16]))];

/// Stores finished interviews past the public face, many in a transaction: without the histories, that no scan reads.
fn fill(store: &mut Store, numbers: std::ops::Range<usize>) {
    let source = store.write(None, |transaction| write::keep_questionnaire(transaction, &QUESTIONNAIRE));
    let questionnaire = source.unwrap();
    let stored = store.write(None, |transaction| {
        for number in numbers {
            let mut events = interview(u16::try_from(number % 12 + 1).unwrap());
            for event in &mut events {
                event.at.unix_ms += i64::try_from(number).unwrap() * 1_000;
            }
            let mut packed = packed(&events);
            packed.circumstances.workshop = WORKSHOPS[number / 700 % 3];
            let mut id = [9; 16];
            id[..8].copy_from_slice(&(number as u64).to_be_bytes());
            let sql = "INSERT INTO interview(id, questionnaire) VALUES (?1, ?2)";
            transaction.prepare_cached(sql)?.execute(rusqlite::params![id, questionnaire])?;
            let row = transaction.last_insert_rowid();
            let held = Held::new(InterviewId(id), row, questionnaire, QUESTIONNAIRE.hash);
            let workshop = packed.circumstances.workshop;
            let workshop = workshop.map(|id| rows::workshop_number(transaction, id)).transpose()?;
            let (started, last) = (events[0].at, events[events.len() - 1].at);
            PackedRow { started, last, packed }.keep(transaction, &held, workshop)?;
        }
        Ok(())
    });
    stored.unwrap();
}

/// Everything a scan hands out.
#[derive(Clone, Debug, PartialEq)]
struct Row(InterviewId, Hash, Option<WorkshopId>, At, At, String, u64, Vec<u8>, Vec<Beside>);

fn all(store: &Store, selection: &Selection) -> (Vec<Row>, Scanned) {
    all_within(store.reading().unwrap(), selection)
}

fn all_within(connection: &Connection, selection: &Selection) -> (Vec<Row>, Scanned) {
    let mut all = Vec::new();
    let scanned =
        scan::through(&crate::store::vault::Access::open_to_all(connection), selection, i64::MIN..=i64::MAX, |row| {
            let (language, codes, beside) = (row.language.to_owned(), row.codes.to_vec(), row.beside().unwrap());
            let (id, of) = (row.id, row.questionnaire);
            all.push(Row(id, of, row.workshop, row.started, row.last, language, row.shown_ms, codes, beside));
            ControlFlow::Continue(())
        });
    (all, scanned.unwrap())
}

fn ranges(connection: &Connection) -> Vec<(i64, i64)> {
    let mut statement = connection.prepare("SELECT first, last FROM block ORDER BY first").unwrap();
    let ranges = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    ranges.collect::<Result<_, _>>().unwrap()
}

/// Without blocks, in blocks, and on several threads the same is handed out.
fn agree(store: &Store, without: &(Vec<Row>, Scanned)) {
    let selections = [
        Selection::default(),
        Selection { workshop: WORKSHOPS[1], ..Selection::default() },
        Selection { since: Some(without.0[without.0.len() / 2].3.unix_ms), ..Selection::default() },
        Selection { questionnaire: Some(QUESTIONNAIRE.hash), ..Selection::default() },
        Selection { questionnaire: Some(Hash([1; 32])), ..Selection::default() },
        Selection { by_id: true, ..Selection::default() },
    ];
    for selection in selections {
        let wanted = |row: &&Row| {
            selection.workshop.is_none_or(|workshop| row.2 == Some(workshop))
                && selection.since.is_none_or(|since| row.3.unix_ms >= since)
                && selection.questionnaire.is_none_or(|hash| row.1 == hash)
        };
        let mut expected: Vec<Row> = without.0.iter().filter(wanted).cloned().collect();
        if selection.by_id {
            expected.sort_by_key(|row| row.0);
        }
        assert!(all(store, &selection).0 == expected, "{selection:?}");
        for parts in [1, 2, 3, 7] {
            let ids = store.scan_in_parts(&selection, parts, Vec::new, |ids, row| {
                ids.push(row.id);
                ControlFlow::Continue(())
            });
            let mut ids: Vec<InterviewId> = ids.unwrap().0.concat();
            if selection.by_id {
                // Each part by itself has this order.
                ids.sort();
            }
            assert!(ids.iter().eq(expected.iter().map(|row| &row.0)), "{selection:?} in {parts} parts");
        }
    }
}

#[test]
fn blocks_hand_out_what_the_rows_have() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let few = i64::try_from(block::ROWS).unwrap();
    fill(&mut store, 0..block::ROWS - 1);
    store.rest();
    assert!(ranges(store.reading().unwrap()).is_empty(), "an ordinary store has none");
    fill(&mut store, block::ROWS - 1..3 * block::ROWS + 5);
    let without = all(&store, &Selection::default());
    assert_eq!(without.1, Scanned { interviews: 3 * block::ROWS as u64 + 5, damaged: 0 });
    agree(&store, &without);
    store.rest();
    let bound = [(1, few), (few + 1, 2 * few), (2 * few + 1, 3 * few)];
    assert_eq!(ranges(store.reading().unwrap()), bound);
    agree(&store, &without);
    store.rest();
    assert_eq!(ranges(store.reading().unwrap()), bound);

    // In the middle of a block, at its ends, behind the last.
    for gone in [few / 2, few, few + 1, 3 * few + 2] {
        let id = without.0[usize::try_from(gone).unwrap() - 1].0;
        let left = (all(&store, &Selection::default()).0, Scanned::default());
        let left: Vec<Row> = left.0.into_iter().filter(|row| row.0 != id).collect();
        let erased = store.erase(id).unwrap();
        assert_eq!((erased.traces, erased.files), (0, vec![]));
        assert!(!ranges(store.reading().unwrap()).iter().any(|(first, last)| (*first..=*last).contains(&gone)));
        agree(&store, &(left.clone(), Scanned::default()));
        store.rest();
        assert_eq!(ranges(store.reading().unwrap()), bound, "made anew");
        agree(&store, &(left, Scanned::default()));
    }
}

#[test]
fn an_interview_that_ends_late_comes_between() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let late = new_late_id();
    begin(&mut store, late, &interview(5)[..1]);
    fill(&mut store, 0..10);
    let middle = new_late_id();
    begin(&mut store, middle, &interview(5)[..1]);
    fill(&mut store, 10..block::ROWS + 10);
    store.rest();
    let few = i64::try_from(block::ROWS).unwrap();
    assert_eq!(ranges(store.reading().unwrap()), [(2, few + 2)]);
    for (id, bound) in [(middle, vec![(2, few + 1)]), (late, vec![(1, 1), (2, few + 1)])] {
        store.finish(id, &interview(5)[1..], &packed(&interview(5))).unwrap();
        let without = all(&store, &Selection::default());
        assert!(without.0.iter().any(|row| row.0 == id));
        store.rest();
        assert_eq!(ranges(store.reading().unwrap()), bound);
        agree(&store, &without);
    }
}

fn new_late_id() -> InterviewId {
    InterviewId([255; 16].map(|byte: u8| byte - fastrand::u8(0..100)))
}

#[test]
fn a_damaged_block_is_passed_over_and_a_damaged_row_is_in_none() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    fill(&mut store, 0..2 * block::ROWS);
    let without = all(&store, &Selection::default());
    store.rest();
    let connection = store.reading().unwrap();
    for change in [
        "UPDATE block SET body = zeroblob(length(body)) WHERE first = 1",
        "UPDATE block SET hash = zeroblob(16)",
        "UPDATE block SET last = last + 1 WHERE first = 1",
        "UPDATE block SET last = last - 1",
        "UPDATE block SET first = first + 1 WHERE first = 1",
        "UPDATE block SET first = first - 1 WHERE first > 1",
        "UPDATE block SET body = substr(body, 1, 5000)",
    ] {
        let bound = connection.query_row("SELECT count(*) FROM block", [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(bound, 2);
        connection.execute_batch("SAVEPOINT before").unwrap();
        connection.execute_batch(change).unwrap();
        assert!(all_within(connection, &Selection::default()) == without, "{change}");
        connection.execute_batch("ROLLBACK TO before; RELEASE before").unwrap();
    }
    // A row that says something else drops its block, and no other has it.
    connection.execute_batch("UPDATE packed SET codes = zeroblob(3) WHERE interview = 700").unwrap();
    assert_eq!(ranges(connection).len(), 1);
    let scanned = all(&store, &Selection::default());
    assert_eq!((scanned.0.len(), scanned.1.damaged), (2 * block::ROWS - 1, 1));
    for _ in 0..2 {
        store.rest();
        let few = i64::try_from(block::ROWS).unwrap();
        assert_eq!(ranges(store.reading().unwrap()), [(1, 699), (701, few), (few + 1, 2 * few)]);
        assert!(all(&store, &Selection::default()) == scanned);
    }
}

#[test]
fn a_damaged_block_is_told_and_made_anew() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::at(home.path());
    let mut store = open(home.path());
    fill(&mut store, 0..2 * block::ROWS);
    let without = all(&store, &Selection::default());
    store.rest();
    let told = |findings: &[Finding]| findings.iter().find(|one| matches!(one, Finding::BlocksDamaged { .. })).cloned();
    assert_eq!(told(&examine(&paths, &mut |_, _| {})), None);
    store.reading().unwrap().execute("UPDATE block SET hash = zeroblob(16) WHERE first > 1", []).unwrap();
    drop(store);
    let findings = examine(&paths, &mut |_, _| {});
    let first = i64::try_from(block::ROWS).unwrap() + 1;
    assert_eq!(told(&findings), Some(Finding::BlocksDamaged { first: vec![first] }));
    let done = repair(&paths, &Options::default(), &findings).unwrap();
    assert!(done.contains(&Repaired::Blocks(1)), "{done:?}");
    assert_eq!(told(&examine(&paths, &mut |_, _| {})), None);
    let store = open(home.path());
    assert_eq!(ranges(store.reading().unwrap()).len(), 2);
    assert!(all(&store, &Selection::default()) == without);
}
