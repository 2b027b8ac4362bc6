use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::*;
use crate::store::{State, StoreError, new_id};

fn connection(home: &Path) -> Connection {
    let connection = Connection::open(Paths::at(home).database()).unwrap();
    connection.pragma_update(None, "foreign_keys", 0).unwrap();
    connection.pragma_update(None, "ignore_check_constraints", 1).unwrap();
    connection
}

/// The cells of a row of an interview, and the table's columns.
fn cells(connection: &Connection, table: &str, number: i64, row: usize) -> (Vec<String>, Vec<Value>) {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} WHERE interview = ?1")).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([number]).unwrap();
    for _ in 0..row {
        rows.next().unwrap().unwrap();
    }
    let row = rows.next().unwrap().unwrap();
    let cells = (0..names.len()).map(|column| row.get(column).unwrap()).collect();
    (names, cells)
}

/// Flips a bit of a cell; false where the cell has no bits.
fn flip(cell: &mut Value, bit: usize) -> bool {
    match cell {
        Value::Blob(bytes) if !bytes.is_empty() => {
            let length = bytes.len();
            bytes[bit / 8 % length] ^= 1 << (bit % 8);
            true
        }
        Value::Integer(number) => {
            *number ^= 1i64 << (bit % 40);
            true
        }
        _ => false,
    }
}

/// Flips a bit in a row of the interview; false where the chosen cell has no bits.
fn damage(home: &Path, table: &str, number: i64, row: usize, column: usize, bit: usize) -> bool {
    let connection = connection(home);
    let (names, mut cells) = cells(&connection, table, number, row);
    let column = 1 + column % (names.len() - 1);
    let old = cells[column].clone();
    if !flip(&mut cells[column], bit) {
        return false;
    }
    let key = if table == "event" { format!("AND seq = {row}") } else { String::new() };
    let sql = format!("UPDATE {table} SET {} = ?1 WHERE interview = {number} {key}", names[column]);
    // A number may become another row's; then nothing is changed.
    connection.execute(&sql, params_from_iter([cells[column].clone()])) == Ok(1) && old != cells[column]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_flipped_bit_of_any_row_is_noticed(
        table in prop::sample::select(vec!["event", "draft", "packed", "history"]),
        row in 0usize..7, column in 0usize..8, bit in 0usize..40_000,
    ) {
        let home = tempfile::tempdir().unwrap();
        let (open_one, finished, other) = (new_id(), new_id(), new_id());
        let events = interview(12);
        let mut store = open(home.path());
        begin(&mut store, open_one, &events[..7]);
        finish(&mut store, finished, &events);
        finish(&mut store, other, &events);
        drop(store);
        let (number, victim) = if matches!(table, "event" | "draft") { (1, open_one) } else { (2, finished) };
        let row = if table == "event" { row } else { 0 };
        prop_assume!(damage(home.path(), table, number, row, column, bit));

        let mut store = open(home.path());
        let list = store.list().unwrap();
        for line in &list {
            prop_assert_eq!(line.state == State::Damaged, line.id == victim, "{:?}", line);
        }
        prop_assert_eq!(list.len(), 3);
        let error = store.load(victim).unwrap_err();
        prop_assert!(matches!(error, StoreError::Damaged { id: Some(id), .. } if id == victim), "{:?}", error);
        prop_assert_eq!(store.load(other).unwrap().events, events.clone());

        // Of a damaged row only that row is lost, and of two copies of the answers one is left.
        let recovered = store.recover(victim).unwrap();
        match table {
            "event" => prop_assert!(recovered.events.len() >= 6, "{:?}", recovered),
            "draft" => prop_assert_eq!(recovered.events, events[..7].to_vec()),
            "packed" => prop_assert_eq!(recovered.events, events.clone()),
            _ => prop_assert_eq!(recovered.packed, Some(packed(&events))),
        }
        prop_assert_eq!(recovered.questionnaire.as_deref(), Some(TEXT));
        store.erase(victim).unwrap();
        prop_assert_eq!(store.list().unwrap().len(), 2);
    }

    #[test]
    fn a_flipped_bit_anywhere_in_the_file_gives_no_wrong_answer(at in 0usize..1_000_000, bit in 0u32..8) {
        let home = tempfile::tempdir().unwrap();
        let ids = [new_id(), new_id(), new_id()];
        let events = interview(39);
        let mut store = open(home.path());
        for id in &ids[..2] {
            finish(&mut store, *id, &events);
        }
        begin(&mut store, ids[2], &events[..30]);
        drop(store);
        let path = Paths::at(home.path()).database();
        let mut bytes = std::fs::read(&path).unwrap();
        let length = bytes.len();
        bytes[at % length] ^= 1 << bit;
        std::fs::write(&path, bytes).unwrap();

        let (store, notices) = match Store::open(&Paths::at(home.path()), &Options::default()) {
            Ok(opened) => opened,
            Err(StoreError::Newer { .. }) => return Ok(()),
            Err(error) => panic!("{error}"),
        };
        let moved = notices.iter().any(|notice| matches!(notice, Notice::MovedAside { .. }));
        let sound = |id: InterviewId| {
            let expected = if id == ids[2] { &events[..30] } else { &events[..] };
            match store.load(id) {
                Ok(loaded) => {
                    assert!(loaded.events == expected, "{:?}", loaded.events.last());
                    assert!(loaded.packed.is_none_or(|answers| answers == packed(&events)));
                    true
                }
                Err(StoreError::Damaged { .. }) => false,
                Err(StoreError::Unknown { .. }) if moved => false,
                Err(error) => panic!("{error}"),
            }
        };
        let damaged = ids.into_iter().filter(|id| !sound(*id)).count();
        let list = store.list();
        if let (Ok(list), false) = (&list, moved) {
            prop_assert_eq!(list.len(), 3);
            let listed = list.iter().filter(|line| line.state == State::Damaged).count();
            prop_assert!(listed >= damaged, "{} listed, {} damaged", listed, damaged);
        }
    }
}

#[test]
fn a_damaged_row_of_the_list_is_listed_as_damaged() {
    for sql in [
        "UPDATE interview SET id = x'00000000000070008000000000000000' WHERE number = 1",
        "UPDATE interview SET id = x'0102' WHERE number = 1",
        "UPDATE interview SET questionnaire = 9 WHERE number = 1",
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let other = new_id();
        finish(&mut store, new_id(), &interview(3));
        finish(&mut store, other, &interview(3));
        drop(store);
        assert_eq!(connection(home.path()).execute(sql, []), Ok(1));
        let store = open(home.path());
        let list = store.list().unwrap();
        assert_eq!(list.iter().map(|line| line.state).collect::<Vec<_>>(), [State::Finished, State::Damaged], "{sql}");
        assert_eq!(store.load(list[1].id).unwrap_err().code(), "store.damaged", "{sql}");
        assert_eq!(store.load(other).unwrap().events, interview(3));
    }
}

#[test]
fn a_damaged_questionnaire_is_noticed() {
    for sql in [
        "UPDATE questionnaire SET text = text || ' '",
        "UPDATE questionnaire SET version = '2.0.0'",
        "UPDATE questionnaire SET items = 38",
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let id = new_id();
        begin(&mut store, id, &interview(3));
        drop(store);
        assert_eq!(connection(home.path()).execute(sql, []), Ok(1));
        let store = open(home.path());
        assert_eq!(store.load(id).unwrap_err(), StoreError::Damaged { id: Some(id), part: "questionnaire" }, "{sql}");
        assert_eq!(store.list().unwrap()[0].state, State::Damaged);
        let recovered = store.recover(id).unwrap();
        assert_eq!((recovered.questionnaire, recovered.events), (None, interview(3)));
    }
}

#[test]
fn an_event_that_is_missing_in_the_middle_or_is_another_interviews_is_noticed() {
    for sql in [
        "DELETE FROM event WHERE interview = 1 AND seq = 3",
        "DELETE FROM event WHERE interview = 1 AND seq = 0",
        "DELETE FROM event WHERE interview = 1 AND seq = 10",
        "DELETE FROM draft WHERE interview = 1",
        "UPDATE event SET (body, hash) = (SELECT body, hash FROM event WHERE interview = 2 AND seq = 4) \
         WHERE interview = 1 AND seq = 4",
        "UPDATE draft SET (events, body, hash) = (SELECT events, body, hash FROM draft WHERE interview = 2) \
         WHERE interview = 1",
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let (one, other) = (new_id(), new_id());
        begin(&mut store, one, &interview(9));
        begin(&mut store, other, &interview(9));
        drop(store);
        assert_eq!(connection(home.path()).execute(sql, []), Ok(1), "{sql}");
        let store = open(home.path());
        assert_eq!(store.load(one).unwrap_err().code(), "store.damaged", "{sql}");
        assert_eq!(store.load(other).unwrap().events, interview(9));
    }
}

#[test]
fn rows_of_both_kinds_are_no_sound_interview() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (one, other) = (new_id(), new_id());
    finish(&mut store, one, &interview(3));
    begin(&mut store, other, &interview(3));
    drop(store);
    connection(home.path()).execute("UPDATE event SET interview = 1", []).unwrap();
    let store = open(home.path());
    assert_eq!(store.load(one).unwrap_err().code(), "store.damaged");
    assert_eq!(store.list().unwrap()[1].state, State::Damaged);
    connection(home.path()).execute_batch("DELETE FROM event; DELETE FROM packed").unwrap();
    assert_eq!(store.load(one).unwrap_err().code(), "store.damaged");
    assert_eq!(store.recover(one).unwrap().events, interview(3));
}

#[test]
fn a_damaged_questionnaire_is_put_right_by_the_next_interview_with_it() {
    for damage in ["text = replace(text, 'e', 'f')", "items = -1", "version = CAST(x'ff' AS TEXT)", "seal = x'00'"] {
        let home = tempfile::tempdir().unwrap();
        let (before, after) = (new_id(), new_id());
        let mut store = open(home.path());
        begin(&mut store, before, &interview(39)[..20]);
        drop(store);
        connection(home.path()).execute(&format!("UPDATE questionnaire SET {damage}"), []).unwrap();
        let mut store = open(home.path());
        assert!(matches!(store.load(before), Err(StoreError::Damaged { .. })), "{damage}");
        begin(&mut store, after, &interview(39)[..5]);
        assert_eq!(store.load(after).unwrap().events, interview(39)[..5], "{damage}");
        assert_eq!(store.load(before).unwrap().events, interview(39)[..20], "{damage}");
    }
}
