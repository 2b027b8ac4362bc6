use std::fs;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::arbitrary;
use super::merging::{self, WATCH, bundle, merge, moment, told};
use super::*;
use crate::interview::WorkshopId;
use crate::store::{
    About, Bundling, Change, SalvageSource, Secret, Selection, State, StoreError, Tally, Vault, Way, Workshop, new_id,
    salvage,
};

const PASSPHRASE: &str = "empat kata yang jauh";

fn secret(text: &str) -> Secret {
    Secret::from(text)
}

/// The store in `home` as another start of the program finds it: with no key.
fn locked(home: &Path) -> Store {
    let store = open(home);
    assert!(store.is_protected() && store.is_locked());
    store
}

fn unlocked(home: &Path) -> Store {
    let store = locked(home);
    assert_eq!(store.unlock(&secret(PASSPHRASE)).unwrap(), Some(Way::Passphrase));
    store
}

/// An interview full of words that occur nowhere else.
fn telling(of: usize) -> Vec<Event> {
    let mut events = interview(20);
    for event in &mut events {
        if let Happening::Responded { item, response, .. } = &mut event.what {
            *response = Response::Given(Answer::Text(format!("rahasia-{of}-{} {}", item.0, "tetangga ".repeat(40))));
        }
    }
    events.insert(3, Event { seq: 3, at: arbitrary::at(3), what: Happening::Joined { workshop: WorkshopId([7; 16]) } });
    (0u32..).zip(events).map(|(seq, event)| Event { seq, ..event }).collect()
}

const MARKERS: [&[u8]; 4] = [b"rahasia-", b"tetangga ", b"setengah-", b"balai-"];

fn markers(home: &Path) -> usize {
    MARKERS.iter().map(|marker| hits(home, marker)).sum()
}

/// How often it stands in any file.
fn hits(home: &Path, needle: &[u8]) -> usize {
    let files = fs::read_dir(home).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
    files.map(|file| file.windows(needle.len()).filter(|window| *window == needle).count()).sum()
}

fn workshop() -> Workshop {
    let about = About {
        place: "balai-desa".into(),
        facilitator: "balai-Siti".into(),
        pin: "sealed".into(),
        notes: vec![("agreed".into(), "balai-catatan: rahasia-bersama".into())],
        ..about("balai-Sukamaju")
    };
    Workshop { id: WorkshopId([7; 16]), about }
}

/// A draft, an open interview with texts, finished ones and a workshop with notes.
fn fill(store: &mut Store) -> [InterviewId; 3] {
    let ids = [id(1), id(2), id(3)];
    begin(store, ids[0], &telling(0)[..1]);
    for event in &telling(0)[1..15] {
        let half = Draft { note: Some("setengah-catatan".into()), ..draft("setengah-jawaban") };
        store.append(ids[0], std::slice::from_ref(event), &half).unwrap();
    }
    for (number, id) in (1..).zip(&ids[1..]) {
        finish(store, *id, &telling(number));
    }
    store.keep_workshop(&workshop(), None).unwrap();
    ids
}

fn check(store: &Store, ids: [InterviewId; 3]) {
    let open = store.load(ids[0]).unwrap();
    assert_eq!((&open.events[..], open.draft.unwrap().typed.as_str()), (&telling(0)[..15], "setengah-jawaban"));
    for (number, id) in (1..).zip(&ids[1..]) {
        let loaded = store.load(*id).unwrap();
        assert_eq!((loaded.events, loaded.packed), (telling(number), Some(packed(&telling(number)))));
    }
    let mut codes = Vec::new();
    let scanned = store.scan(&Selection { by_id: true, ..Selection::default() }, |row| {
        codes.push((row.id, row.codes.to_vec(), row.beside().unwrap()));
        ControlFlow::Continue(())
    });
    let expected = |of| packed(&telling(of));
    let row = |id, of| (id, expected(of).codes, expected(of).beside);
    assert_eq!((scanned.unwrap().interviews, codes), (2, vec![row(ids[1], 1), row(ids[2], 2)]));
    let parts = store.scan_in_parts(&Selection::default(), 2, Vec::new, |all: &mut Vec<InterviewId>, row| {
        all.push(row.id);
        ControlFlow::Continue(())
    });
    assert_eq!(parts.unwrap().0.concat(), ids[1..]);
    let gathered = store.gather(WorkshopId([7; 16])).unwrap();
    assert_eq!((gathered.interviews.len(), gathered.damaged), (2, 0));
    assert_eq!(gathered.workshop.about.notes, workshop().about.notes);
    let mut list = store.list().unwrap();
    // What was salvaged may stand in another order.
    list.sort_by_key(|line| std::cmp::Reverse(line.id));
    let states: Vec<_> = list.iter().map(|line| (line.state, line.answered)).collect();
    let finished = (State::Finished, Some(20));
    assert_eq!(states, [finished, finished, (State::Unfinished, Some(13))]);
}

#[test]
fn a_thief_finds_nothing_in_any_file_and_in_an_unprotected_store_everything() {
    for protect in [false, true] {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        if protect {
            assert_eq!(store.protect(&secret(PASSPHRASE)).unwrap().traces, 0);
        }
        let ids = fill(&mut store);
        // As a kill would leave it: the log is not brought home.
        let found = markers(home.path());
        check(&store, ids);
        drop(store);
        if protect {
            assert_eq!((found, markers(home.path())), (0, 0));
            check(&unlocked(home.path()), ids);
        } else {
            assert!(found > 500 && markers(home.path()) > 100, "{found}");
        }
    }
}

#[test]
fn a_store_that_lay_open_is_rewritten_and_nothing_of_it_is_left() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let ids = fill(&mut store);
    // Gone, and still in free pages for a moment.
    let gone = id(4);
    begin(&mut store, gone, &telling(4));
    store.erase(gone).unwrap();
    let done = store.protect(&secret(PASSPHRASE)).unwrap();
    assert_eq!((done.rows, done.traces, done.files), (15 + 1 + 2 + 2 + 1, 0, vec![]));
    assert_eq!(markers(home.path()), 0);
    check(&store, ids);
    assert_eq!(store.workshops().unwrap()[0].about.pin, "", "it is chosen anew");
    drop(store);
    let mut store = unlocked(home.path());
    check(&store, ids);
    assert!(store.unprotect().unwrap() > 0);
    check(&store, ids);
    drop(store);
    let store = open(home.path());
    assert!(!store.is_protected());
    check(&store, ids);
}

#[test]
fn copies_that_still_lie_open_are_told() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    fill(&mut store);
    store.rest();
    let copy = home.path().join("kohesi.db.layout-2");
    fs::copy(Paths::at(home.path()).database(), &copy).unwrap();
    let done = store.protect(&secret(PASSPHRASE)).unwrap();
    assert!(done.traces > 20, "{done:?}");
    assert_eq!(done.files, [copy]);
}

#[test]
fn a_locked_store_says_what_is_there_and_nothing_of_what_was_said() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.protect(&secret(PASSPHRASE)).unwrap();
    let ids = fill(&mut store);
    drop(store);
    let mut store = locked(home.path());
    let needs_key = StoreError::NeedsKey { path: store.path.clone() };
    let list = store.list().unwrap();
    let states: Vec<_> = list.iter().map(|line| (line.state, line.answered, line.id)).collect();
    let (finished, open) = (State::Finished, State::Unfinished);
    assert_eq!(states, [(finished, None, ids[2]), (finished, None, ids[1]), (open, None, ids[0])]);
    assert_eq!(list[0].started, telling(2)[0].at);
    assert_eq!(store.find(&ids[1].code()), Ok(ids[1]));
    for id in ids {
        assert_eq!(store.load(id), Err(needs_key.clone()));
        assert_eq!(store.recover(id), Err(needs_key.clone()));
    }
    let event = &telling(0)[15..16];
    assert_eq!(store.append(ids[0], event, &draft("x")), Err(needs_key.clone()));
    assert_eq!(store.begin_with(new_id(), &QUESTIONNAIRE, &telling(5)[..1], &draft("")), Err(needs_key.clone()));
    assert_eq!(store.keep_workshop(&workshop(), None), Err(needs_key.clone()));
    assert_eq!(store.workshops(), Err(needs_key.clone()));
    assert_eq!(store.gather(WorkshopId([7; 16])).unwrap_err(), needs_key);
    assert_eq!(store.scan(&Selection::default(), |_| ControlFlow::Continue(())), Err(needs_key.clone()));
    assert_eq!(store.protect(&secret("another passphrase")), Err(needs_key.clone()));
    assert_eq!(store.unprotect(), Err(needs_key.clone()));
    assert_eq!(store.keep_pin(WorkshopId([7; 16]), &secret("24682468")), Err(needs_key));
    assert_eq!(store.answered().unwrap().len(), 1);
    store.refuse_with(&QUESTIONNAIRE).unwrap();
    for (id, events) in [(ids[0], 15), (ids[1], telling(1).len())] {
        let erased = store.erase(id).unwrap();
        assert_eq!((erased.events, erased.traces), (events, 0));
    }
    assert_eq!(store.unlock(&secret("empat kata yang dekat")).unwrap(), None);
    assert!(store.is_locked());
    assert_eq!(store.unlock(&secret(PASSPHRASE)).unwrap(), Some(Way::Passphrase));
    assert_eq!(store.load(ids[2]).unwrap().events, telling(2));
}

#[test]
fn one_place_has_the_key_for_every_store_that_is_opened_with_it() {
    let home = tempfile::tempdir().unwrap();
    let (paths, vault) = (Paths::at(home.path()), Vault::default());
    let options = Options { vault: vault.clone(), ..Options::default() };
    let mut store = Store::open(&paths, &options).unwrap().0;
    store.protect(&secret(PASSPHRASE)).unwrap();
    let one = id(1);
    finish(&mut store, one, &telling(1));
    let reader = Store::read_with(&paths, &vault).unwrap().unwrap();
    assert_eq!(reader.load(one).unwrap().events, telling(1));
    assert_eq!(read(home.path()).load(one).unwrap_err().code(), "store.needs_key");
    // Under another passphrase the readers who have the place have the new key.
    store.protect(&secret("yet another passphrase")).unwrap();
    assert_eq!(reader.load(one).unwrap().events, telling(1));
    assert_eq!(store.unlock(&secret(PASSPHRASE)).unwrap(), None);
    vault.empty();
    assert!(store.is_locked());
    assert_eq!(store.load(one).unwrap_err().code(), "store.needs_key");
}

#[test]
fn the_pin_of_a_workshop_opens_the_store_until_it_is_closed() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let pin = secret("24682468");
    store.keep_pin(WorkshopId([7; 16]), &pin).unwrap();
    assert_eq!(store.ways_in().unwrap(), [], "nothing to open");
    store.protect(&secret(PASSPHRASE)).unwrap();
    let ids = fill(&mut store);
    store.keep_pin(WorkshopId([7; 16]), &secret("chosen before")).unwrap();
    store.keep_pin(WorkshopId([7; 16]), &pin).unwrap();
    drop(store);
    let mut store = locked(home.path());
    assert_eq!(store.ways_in().unwrap(), [Way::Passphrase, Way::Pin(WorkshopId([7; 16]))]);
    assert_eq!(store.unlock(&secret("chosen before")).unwrap(), None);
    assert_eq!(store.unlock(&pin).unwrap(), Some(Way::Pin(WorkshopId([7; 16]))));
    check(&store, ids);
    let mut closed = workshop();
    closed.about.closed = true;
    store.keep_workshop(&closed, None).unwrap();
    assert_eq!(
        (store.ways_in().unwrap(), store.workshops().unwrap()[0].about.pin.as_str()),
        (vec![Way::Passphrase], "")
    );
    drop(store);
    let store = locked(home.path());
    assert_eq!(store.unlock(&pin).unwrap(), None);
    assert_eq!(store.unlock(&secret(PASSPHRASE)).unwrap(), Some(Way::Passphrase));
}

#[test]
fn storing_twice_does_no_harm_under_a_key_either() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.protect(&secret(PASSPHRASE)).unwrap();
    let (id, events) = (new_id(), interview(9));
    for _ in 0..2 {
        store.begin_with(id, &QUESTIONNAIRE, &events[..2], &draft("")).unwrap();
        store.append(id, &events[1..5], &draft("half")).unwrap();
    }
    let mut other = events[3].clone();
    other.at.unix_ms += 1;
    let conflict = Err(StoreError::Conflict { id, seq: Some(3) });
    assert_eq!(store.append(id, &[other], &draft("")), conflict);
    for _ in 0..2 {
        store.finish(id, &events[5..], &packed(&events)).unwrap();
    }
    assert_eq!(store.load(id).unwrap().events, events);
}

/// Puts another row's bytes in the place of a row's, with hashes that agree, as who knows the format could.
#[test]
fn rows_that_were_exchanged_are_noticed_though_their_hashes_agree() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.protect(&secret(PASSPHRASE)).unwrap();
    let (one, other) = (id(1), id(2));
    for id in [one, other] {
        finish(&mut store, id, &interview(9));
    }
    store
        .write(None, |access| {
            let held = super::super::rows::held(access, one)?.unwrap();
            let sql = "SELECT events, body, head FROM history WHERE interview = 2";
            let row = access.query_row(sql, [], |row| {
                Ok(super::super::rows::HistoryRow { count: row.get(0)?, body: row.get(1)?, head: row.get(2)? })
            })?;
            access.execute("DELETE FROM history WHERE interview = 1", [])?;
            row.keep(access, &held)
        })
        .unwrap();
    assert_eq!(store.load(one), Err(StoreError::Damaged { id: Some(one), part: "history" }));
    assert_eq!(store.load(other).unwrap().events, interview(9));
}

#[test]
fn what_is_damaged_stays_damaged_and_does_not_lie_open() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let ids = fill(&mut store);
    begin(&mut store, id(4), &telling(4)[..12]);
    let damage = "UPDATE event SET hash = x'00000000000000000000000000000000' WHERE interview = 1 AND seq = 6;
                  UPDATE packed SET shown = 1 WHERE interview = 2;
                  UPDATE history SET events = 1 WHERE interview = 3";
    store.write(None, |access| Ok(access.execute_batch(damage)?)).unwrap();
    let told = |store: &Store| {
        let states: Vec<State> = store.list().unwrap().iter().map(|line| line.state).collect();
        (states, ids.map(|id| store.recover(id).unwrap().packed), ids.map(|id| store.load(id).unwrap_err().code()))
    };
    let before = told(&store);
    assert_eq!(before.0, [State::Unfinished, State::Damaged, State::Damaged, State::Damaged]);
    let recovered = store.recover(ids[0]).unwrap();
    store.protect(&secret(PASSPHRASE)).unwrap();
    assert_eq!((told(&store), markers(home.path())), (before.clone(), 0));
    let under_key = store.recover(ids[0]).unwrap();
    assert_eq!(
        under_key.events,
        recovered.events.iter().filter(|event| ![6, 7].contains(&event.seq)).cloned().collect::<Vec<_>>()
    );
    store.unprotect().unwrap();
    assert_eq!(told(&store), before);
}

#[test]
fn a_damaged_slot_is_told_and_the_others_still_open() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.protect(&secret(PASSPHRASE)).unwrap();
    store.keep_workshop(&workshop(), None).unwrap();
    store.keep_pin(workshop().id, &secret("24682468")).unwrap();
    store.write(None, |access| Ok(access.execute("UPDATE slot SET body = x'01' WHERE kind = 1", [])?)).unwrap();
    drop(store);
    let store = locked(home.path());
    assert_eq!(store.unlock(&secret(PASSPHRASE)), Err(StoreError::Damaged { id: None, part: "slot" }));
    assert_eq!(store.unlock(&secret("24682468")).unwrap(), Some(Way::Pin(workshop().id)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_interview_is_the_same_with_a_key_and_without(events in arbitrary::history(), typed in ".{0,60}") {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let first = arbitrary::started(0);
        let rest = events.into_iter().map(|event| Event { seq: event.seq + 1, ..event });
        let events: Vec<Event> = std::iter::once(first).chain(rest).collect();
        let one = id(1);
        store.begin_with(one, &QUESTIONNAIRE, &events, &draft(&typed)).unwrap();
        let before = store.load(one).unwrap();
        store.protect(&secret(PASSPHRASE)).unwrap();
        prop_assert_eq!(&store.load(one).unwrap(), &before);
        store.unprotect().unwrap();
        prop_assert_eq!(&store.load(one).unwrap(), &before);
    }
}

#[test]
fn an_interview_that_moves_to_another_folder_is_protected_there_too() {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::default();
    let options = Options { vault: vault.clone(), ..Options::default() };
    let at = |name: &str| Store::open(&Paths::at(&folder.path().join(name)), &options).unwrap().0;
    let mut here = at("here");
    here.protect(&secret(PASSPHRASE)).unwrap();
    let mut there = at("there");
    there.protect_as(&here).unwrap();
    let one = id(1);
    begin(&mut there, one, &telling(1));
    there.protect_as(&here).unwrap();
    let mut filled = open(&folder.path().join("filled"));
    begin(&mut filled, id(2), &telling(2));
    let refused = filled.protect_as(&here).unwrap_err();
    assert_eq!(refused, StoreError::NotProtected { path: folder.path().join("filled") });
    drop((there, here, filled));
    vault.empty();
    assert_eq!(markers(&folder.path().join("there")), 0);
    let there = unlocked(&folder.path().join("there"));
    assert_eq!(there.load(one).unwrap().events, telling(1));
}

#[test]
fn a_store_that_takes_a_damaged_one_s_place_is_protected_as_that_was() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.protect(&secret(PASSPHRASE)).unwrap();
    fill(&mut store);
    drop(store);
    let path = Paths::at(home.path()).database();
    let connection = rusqlite::Connection::open(&path).unwrap();
    let root: u32 = connection
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'tombstone'", [], |row| row.get(0))
        .unwrap();
    drop(connection);
    let mut bytes = fs::read(&path).unwrap();
    let at = (root as usize - 1) * 4_096;
    bytes[at..at + 100].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let (store, notices) = Store::open(&Paths::at(home.path()), &Options::default()).unwrap();
    let moved = notices.iter().any(|notice| matches!(notice, Notice::MovedAside { found: 3, sound: 3, .. }));
    assert!(moved && store.is_locked(), "{notices:?}");
    assert_eq!(store.unlock(&secret(PASSPHRASE)).unwrap(), Some(Way::Passphrase));
    assert!(store.list().unwrap().is_empty());
}

/// A bundle of three people with a note each and a workshop, one of them not finished, and what its store has.
fn plain_bundle(folder: &Path) -> (std::path::PathBuf, String) {
    let mut store = open(&folder.join("plain"));
    let held_in = merging::workshop(1);
    store.keep_workshop(&held_in, Some(&merging::CORE)).unwrap();
    for number in 0..3 {
        let mut interview = merging::begun(number, Some(held_in.id));
        merging::answer(&mut interview, 0, 2);
        interview.note(ItemIndex(1), &format!("rahasia-{number} {}", "tetangga ".repeat(40)), &moment(9)).unwrap();
        if number > 0 {
            interview.finish(moment(99_000).at);
        }
        merging::keep(&mut store, &interview);
    }
    (bundle(&store, &folder.join("plain.kohesi")), told(&store))
}

#[test]
fn what_a_bundle_brings_is_under_the_key_and_goes_on_from_there_readable() {
    let folder = tempfile::tempdir().unwrap();
    let (path, everything) = plain_bundle(folder.path());
    let said = |told: &str| told.matches("rahasia-").count();
    for protect in [false, true] {
        let home = folder.path().join(format!("taking-{protect}"));
        let mut store = open(&home);
        if protect {
            store.protect(&secret(PASSPHRASE)).unwrap();
        }
        assert_eq!(merge(&mut store, std::slice::from_ref(&path)).total().new, 2);
        let found = hits(&home, MARKERS[0]);
        assert_eq!(said(&told(&store)), said(&everything));
        assert_eq!(merge(&mut store, std::slice::from_ref(&path)).total(), Tally { known: 3, ..Tally::default() });
        let mut third = open(&folder.path().join(format!("third-{protect}")));
        merge(&mut third, &[bundle(&store, &folder.path().join("onwards.kohesi"))]);
        assert_eq!(told(&third), told(&store));
        assert_eq!(protect, found == 0 && hits(&home, MARKERS[0]) == 0, "{found}");
    }
}

#[test]
fn a_locked_store_takes_no_bundle_and_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = plain_bundle(folder.path());
    let home = folder.path().join("locked");
    let mut store = open(&home);
    store.protect(&secret(PASSPHRASE)).unwrap();
    merge(&mut store, std::slice::from_ref(&path));
    drop(store);
    let mut store = locked(&home);
    let needs_key = StoreError::NeedsKey { path: store.path.clone() };
    assert_eq!(store.merge(std::slice::from_ref(&path), None, WATCH), Err(needs_key.clone()));
    let into = folder.path().join("none.kohesi");
    assert_eq!(store.bundle(&Bundling { path: into, ..Bundling::default() }, WATCH), Err(needs_key));
    let made = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with("none"));
    assert_eq!(made.count(), 0);
    assert_eq!(store.unlock(&secret(PASSPHRASE)).unwrap(), Some(Way::Passphrase));
    assert_eq!(merge(&mut store, &[path]).total(), Tally { known: 3, ..Tally::default() });
}

#[test]
fn a_workshop_that_was_closed_elsewhere_has_no_pin_here() {
    let folder = tempfile::tempdir().unwrap();
    let (path, _) = plain_bundle(folder.path());
    let mut store = open(&folder.path().join("here"));
    store.protect(&secret(PASSPHRASE)).unwrap();
    merge(&mut store, &[path]);
    let held_in = merging::workshop(1).id;
    let pin = secret("24682468");
    store.keep_pin(held_in, &pin).unwrap();
    assert_eq!(store.ways_in().unwrap(), [Way::Passphrase, Way::Pin(held_in)]);
    let mut elsewhere = open(&folder.path().join("plain"));
    elsewhere.change_workshop(held_in, Change::Closed(true)).unwrap();
    merge(&mut store, &[bundle(&elsewhere, &folder.path().join("closed.kohesi"))]);
    assert_eq!(store.ways_in().unwrap(), [Way::Passphrase]);
    assert_eq!(store.unlock(&pin).unwrap(), None);
}

#[test]
fn what_is_salvaged_of_a_protected_store_opens_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("damaged");
    let mut store = open(&home);
    store.protect(&secret("an older passphrase")).unwrap();
    let ids = fill(&mut store);
    store.protect(&secret(PASSPHRASE)).unwrap();
    store.keep_pin(workshop().id, &secret("24682468")).unwrap();
    drop(store);
    let file = without_head(&home);
    let bytes = fs::read(&file).unwrap();
    let source = SalvageSource { file: &file, library: folder.path() };
    let into = folder.path().join("salvaged");
    let told = salvage(source, &into, &Options::default()).unwrap().0;
    assert_eq!((told.finished, told.unfinished, told.lost, told.singles), (2, 1, 0, None));
    assert_eq!(markers(&into), 0);
    let store = locked(&into);
    assert_eq!(store.unlock(&secret("24682468")).unwrap(), Some(Way::Pin(workshop().id)));
    check(&store, ids);
    drop(store);
    check(&unlocked(&into), ids);
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[test]
fn without_a_way_in_nothing_is_salvaged() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("damaged");
    let mut store = open(&home);
    store.protect(&secret(PASSPHRASE)).unwrap();
    fill(&mut store);
    store.write(None, |access| Ok(access.execute("UPDATE slot SET body = x'01'", [])?)).unwrap();
    store.rest();
    drop(store);
    let file = Paths::at(&home).database();
    let source = SalvageSource { file: &file, library: folder.path() };
    let into = folder.path().join("salvaged");
    assert_eq!(salvage(source, &into, &Options::default()), Err(StoreError::Protected { path: file.clone() }));
    assert!(!Paths::at(&into).database().exists());
}
