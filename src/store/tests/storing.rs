use proptest::prelude::*;

use super::*;
use crate::store::{State, StoreError, new_id};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_interview_comes_back_open_and_finished(events in arbitrary::history(), cut in 0usize..20) {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let (id, cut) = (new_id(), cut.min(events.len()));
        begin(&mut store, id, &events[..cut]);
        prop_assert_eq!(&store.load(id).unwrap().events, &events[..cut]);
        store.append(id, &events[cut..], &draft("setengah")).unwrap();
        let loaded = read(home.path()).load(id).unwrap();
        prop_assert_eq!(&loaded.events, &events);
        prop_assert_eq!(loaded.draft, Some(draft("setengah")));
        prop_assert_eq!((loaded.finished, loaded.packed), (false, None));

        let answers = Packed { codes: vec![code::BESIDE; 3], beside: vec![Beside::Number(i64::MIN)], ..packed(&interview(0)) };
        store.finish(id, &[], &answers).unwrap();
        drop(store);
        let loaded = open(home.path()).load(id).unwrap();
        prop_assert_eq!(&loaded.events, &events);
        prop_assert_eq!((loaded.finished, loaded.packed, loaded.draft), (true, Some(answers), None));
        prop_assert_eq!((loaded.questionnaire.as_str(), loaded.questionnaire_key.as_str()), (TEXT, "inti"));
    }
}

#[test]
fn storing_the_same_again_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(10));
    for _ in 0..2 {
        begin(&mut store, id, &events[..3]);
        store.append(id, &events[1..5], &draft("a")).unwrap();
    }
    assert_eq!(store.load(id).unwrap().events, events[..5]);
    for _ in 0..2 {
        store.finish(id, &events[2..], &packed(&events)).unwrap();
        // A retry that comes late.
        store.append(id, &events[3..6], &draft("b")).unwrap();
        begin(&mut store, id, &events[..3]);
    }
    let loaded = store.load(id).unwrap();
    assert_eq!((loaded.events, loaded.draft), (events, None));
    assert_eq!(store.list().unwrap().len(), 1);
}

#[test]
fn another_event_under_a_stored_number_is_refused_whole() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(6));
    begin(&mut store, id, &events[..3]);
    let mut other = events.clone();
    other[2].at.unix_ms += 1;
    let conflict = |seq| Err(StoreError::Conflict { id, seq });
    assert_eq!(store.append(id, &other[2..5], &draft("x")), conflict(Some(2)));
    // The new events in front of the conflict are not stored either.
    let mixed = [events[3].clone(), other[2].clone()];
    assert_eq!(store.append(id, &mixed, &draft("x")), conflict(Some(2)));
    let loaded = store.load(id).unwrap();
    assert_eq!((&loaded.events[..], loaded.draft), (&events[..3], Some(draft(""))));

    store.finish(id, &events[3..], &packed(&events)).unwrap();
    assert_eq!(store.append(id, &other[2..3], &draft("")), conflict(Some(2)));
    assert_eq!(store.finish(id, &[], &packed(&interview(0))), conflict(None));
    let mut more = events[7].clone();
    more.seq = 8;
    assert_eq!(store.append(id, &[more], &draft("")), Err(StoreError::Finished { id }));
    assert_eq!(store.draft(id, &draft("late")), Err(StoreError::Finished { id }));

    let another = Source { hash: Hash::of("another"), key: "lain", version: "1", items: 2, text: "another" };
    assert_eq!(store.begin_with(id, &another, &events[..1], &draft("")), conflict(None));
    assert_eq!(store.load(id).unwrap().events, events);
}

#[test]
fn a_gap_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(6));
    assert_eq!(
        store.begin_with(id, &QUESTIONNAIRE, &events[1..3], &draft("")),
        Err(StoreError::Gap { id, expected: 0, found: 1 })
    );
    assert!(store.list().unwrap().is_empty());
    begin(&mut store, id, &events[..2]);
    let gap = Err(StoreError::Gap { id, expected: 2, found: 3 });
    assert_eq!(store.append(id, &events[3..], &draft("")), gap);
    assert_eq!(store.finish(id, &events[3..], &packed(&events)), gap);
    assert_eq!(store.load(id).unwrap().events, events[..2]);
}

#[test]
fn an_interview_nobody_began_is_unknown() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let id = new_id();
    let unknown = StoreError::Unknown { text: id.to_string() };
    assert_eq!(store.append(id, &[], &draft("")), Err(unknown.clone()));
    assert_eq!(store.draft(id, &draft("")), Err(unknown.clone()));
    assert_eq!(store.finish(id, &[], &packed(&interview(0))), Err(unknown.clone()));
    assert_eq!(store.erase(id), Err(unknown.clone()));
    assert_eq!(store.load(id), Err(unknown.clone()));
    assert_eq!(store.recover(id), Err(unknown));
}

#[test]
fn the_list_has_the_newest_first_and_counts_answers() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let events = interview(8);
    // The clock went back between the first and the second.
    let (first, second, third) = (id(9), id(1), id(5));
    finish(&mut store, first, &events);
    begin(&mut store, second, &events[..4]);
    let mut taken_back = events[4].clone();
    taken_back.what = Happening::TakenBack { item: ItemIndex(1), shown_ms: 5 };
    store.append(second, &[taken_back], &draft("")).unwrap();
    begin(&mut store, third, &events[..1]);

    let list = store.list().unwrap();
    assert_eq!(list.iter().map(|line| line.id).collect::<Vec<_>>(), [third, second, first]);
    let told: Vec<_> = list.iter().map(|line| (line.answered, line.items, line.state)).collect();
    assert_eq!(
        told,
        [(Some(0), 39, State::Unfinished), (Some(2), 39, State::Unfinished), (Some(8), 39, State::Finished)]
    );
    assert_eq!((list[2].started, list[2].last), (events[0].at, events[9].at));
    assert_eq!((list[1].started, list[1].last), (events[0].at, events[4].at));
    assert_eq!(
        (list[0].key.as_str(), list[0].version.as_str(), list[0].questionnaire),
        ("inti", "1.0.0", Hash::of(TEXT))
    );
    assert_eq!(read(home.path()).list().unwrap(), list);
}

#[test]
fn an_interview_is_found_by_its_code_or_the_beginning_of_its_id() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (one, mut two) = (id(1), id(2));
    two.0[5] = 0x0f;
    for id in [one, two] {
        begin(&mut store, id, &interview(1)[..1]);
    }
    let whole = one.to_string();
    for text in [
        whole.clone(),
        whole.to_uppercase(),
        whole[..13].to_owned(),
        one.code(),
        one.code().to_lowercase(),
        one.code().replace('-', ""),
        format!(" {} ", one.code()),
    ] {
        assert_eq!(store.find(&text), Ok(one), "{text}");
    }
    assert_eq!(store.find("0102"), Err(StoreError::Ambiguous { text: "0102".into(), count: 2 }));
    assert_eq!(store.find("01020304050f"), Ok(two));
    for text in ["010", "", "zzzz", "ffff", &new_id().to_string()] {
        assert_eq!(store.find(text), Err(StoreError::Unknown { text: text.to_owned() }), "{text}");
    }
}

#[test]
fn refusals_are_counted_and_nothing_else_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    assert!(store.refusals().unwrap().is_empty());
    store.refuse_with(&QUESTIONNAIRE).unwrap();
    store.refuse_with(&QUESTIONNAIRE).unwrap();
    let another = Source { hash: Hash::of("another"), key: "lain", version: "2", items: 1, text: "another" };
    store.refuse_with(&another).unwrap();
    let counts: Vec<_> =
        store.refusals().unwrap().into_iter().map(|line| (line.key, line.version, line.count)).collect();
    assert_eq!(counts, [("inti".to_owned(), "1.0.0".to_owned(), 2), ("lain".to_owned(), "2".to_owned(), 1)]);
    assert!(store.list().unwrap().is_empty());
}

/// Makes every commit fail, as a full disk does.
fn fill(store: &Store) {
    let connection = store.reading().unwrap();
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    connection.pragma_update(None, "max_page_count", pages).unwrap();
}

#[test]
fn a_full_disk_stores_nothing_and_says_so_and_the_retry_goes_through() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(6));
    begin(&mut store, id, &events[..2]);
    fill(&store);
    let mut long = events[2].clone();
    long.what = Happening::Noted { item: ItemIndex(0), text: "gotong royong ".repeat(700), language: tag() };
    let error = store.append(id, std::slice::from_ref(&long), &draft("x")).unwrap_err();
    assert_eq!(error.code(), "store.full");
    assert!(store.stale, "the next write begins with a new connection");
    assert_eq!(store.load(id).unwrap().events, events[..2], "reading goes on");
    // The new connection knows no limit: there is space again.
    store.append(id, std::slice::from_ref(&long), &draft("x")).unwrap();
    assert_eq!(store.load(id).unwrap().events[2], long);
}

#[test]
fn a_refusal_that_may_have_been_stored_counts_once() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.refuse_with(&QUESTIONNAIRE).unwrap();
    // Storing the second failed, and it is there all the same.
    store.unsure = Some((QUESTIONNAIRE.hash, 1));
    store.refuse_with(&QUESTIONNAIRE).unwrap();
    assert_eq!(store.refusals().unwrap()[0].count, 1);
    store.refuse_with(&QUESTIONNAIRE).unwrap();
    assert_eq!(store.refusals().unwrap()[0].count, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_deleted_while_it_is_open_takes_no_more_answers() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(3));
    begin(&mut store, id, &events[..2]);
    let (path, away) = (Paths::at(home.path()).database(), home.path().join("away"));
    std::fs::rename(&path, &away).unwrap();
    for _ in 0..2 {
        assert_eq!(store.append(id, &events[2..3], &draft("")), Err(StoreError::Gone { path: path.clone() }));
    }
}

#[test]
fn two_read_while_one_writes() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(20));
    begin(&mut store, id, &events[..1]);
    let readers = [read(home.path()), read(home.path())];
    for (number, event) in events.iter().enumerate().skip(1) {
        store.append(id, std::slice::from_ref(event), &draft("")).unwrap();
        for reader in &readers {
            assert_eq!(reader.load(id).unwrap().events.len(), number + 1);
        }
    }
    let [mut reader, _] = readers;
    assert_eq!(reader.draft(id, &draft("")).unwrap_err().code(), "store.read_only");
}
