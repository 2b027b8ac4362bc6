use std::fs;

use super::*;
use crate::store::{StoreError, new_id};

/// An interview full of words that occur nowhere else, and the words.
fn telling(of: usize) -> (Vec<Event>, Vec<String>) {
    let mut events = interview(20);
    let mut words = Vec::new();
    for event in &mut events {
        if let Happening::Responded { item, response, .. } = &mut event.what {
            let word = format!(
                "rahasia-{of}-{}-{}",
                item.0,
                "keluarga ".repeat(usize::from(item.0) * usize::from(item.0) * 5)
            );
            words.push(word.clone());
            if item.0 % 2 == 0 {
                *response = Response::Given(Answer::Text(word));
            } else {
                event.what = Happening::Noted { item: *item, text: word, language: tag() };
            }
        }
    }
    (events, words)
}

/// How often any of the words stands in any file of the folder.
fn occurrences(home: &Path, words: &[String]) -> usize {
    let files = fs::read_dir(home).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    let count = |hay: &[u8], needle: &[u8]| hay.windows(needle.len()).filter(|window| *window == needle).count();
    files.map(|file| words.iter().map(|word| count(&file, &word.as_bytes()[..word.len().min(14)])).sum::<usize>()).sum()
}

#[test]
fn nothing_of_an_erased_interview_is_left_in_any_file() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    // Many neighbours, so that pages were split and rows moved about.
    let people: Vec<_> = (0..12).map(|of| (new_id(), telling(of))).collect();
    for (id, (events, _)) in &people {
        begin(&mut store, *id, &events[..1]);
    }
    for seq in 1..people[0].1.0.len() {
        for (id, (events, words)) in &people {
            store.append(*id, &events[seq..=seq], &draft(&words[seq % words.len()])).unwrap();
        }
    }
    for (id, (events, _)) in &people[..6] {
        store.finish(*id, &[], &packed(events)).unwrap();
    }
    assert!(occurrences(home.path(), &people[3].1.1) > 20);
    for (round, (id, (events, words))) in people.iter().enumerate().skip(3).step_by(4) {
        let erased = store.erase(*id).unwrap();
        assert_eq!((erased.events, erased.traces, erased.files), (events.len(), 0, vec![]), "{round}");
        assert_eq!(occurrences(home.path(), words), 0, "{round}");
        assert_eq!(store.load(*id).unwrap_err().code(), "store.unknown");
    }
    let list = store.list().unwrap();
    assert_eq!(list.len(), 9);
    for (id, (events, _)) in people.iter().filter(|(id, _)| list.iter().any(|line| line.id == *id)) {
        assert_eq!(store.load(*id).unwrap().events, *events);
    }
}

#[test]
fn an_erased_interview_never_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(3));
    begin(&mut store, id, &events);
    store.erase(id).unwrap();
    drop(store);
    let mut store = open(home.path());
    let erased = Err(StoreError::Erased { id });
    assert_eq!(store.begin_with(id, &QUESTIONNAIRE, &events, &draft("")), erased);
    assert_eq!(store.append(id, &events, &draft("")), erased);
    assert_eq!(store.draft(id, &draft("")), erased);
    assert_eq!(store.finish(id, &events, &packed(&events)), erased);
    assert_eq!(store.erase(id).unwrap().events, 0, "erasing it again is no fault");
    assert!(store.list().unwrap().is_empty());
    begin(&mut store, new_id(), &events);
}

#[test]
fn what_another_person_said_too_is_no_trace() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let ids = [new_id(), new_id()];
    for id in ids {
        finish(&mut store, id, &interview(39));
    }
    assert_eq!(store.erase(ids[0]).unwrap().traces, 0);
    assert_eq!(store.load(ids[1]).unwrap().events, interview(39));
}

#[test]
fn traces_that_cannot_be_erased_are_told() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, (events, _)) = (new_id(), telling(1));
    begin(&mut store, id, &events);
    // A copy in a file that was moved aside is not ours to change, and a reader keeps the log from being emptied.
    let aside = home.path().join("kohesi.db.damaged-1");
    fs::copy(Paths::at(home.path()).database(), &aside).unwrap();
    let log = home.path().join("kohesi.db.damaged-1-wal");
    fs::copy(home.path().join("kohesi.db-wal"), &log).unwrap();
    let erased = store.erase(id).unwrap();
    assert!(erased.traces > 20, "{erased:?}");
    assert_eq!(erased.files, [log]);
}
