//! Finished interviews in envelopes: what can be found of them, what works with them, and what does not.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use super::merging::{self, CORE, WATCH, answer, begun, bundle, draft, id, keep, merge, moment, told, workshop};
use super::{open, without_head};
use crate::interview::{Happening, Interview, InterviewId, WorkshopId};
use crate::questionnaire::{ItemIndex, Kind};
use crate::store::needles::Needles;
use crate::store::{
    Bundling, Change, Finding, Identity, Options, Paths, SalvageSource, Secret, Selection, State, Store, StoreError,
    Tally, Unsealed, Way, back_up, examine, salvage,
};

/// A person who has said things that nobody else says.
fn telling(number: u64, of: Option<WorkshopId>) -> Interview {
    let mut interview = begun(number, of);
    let scales = CORE.items().iter().enumerate().filter(|(_, item)| matches!(item.kind, Kind::Scale { .. }));
    for (place, _) in scales {
        let place = u16::try_from(place).unwrap();
        answer(&mut interview, place, (place * 7 + u16::try_from(number).unwrap()) % 5);
    }
    let note = format!("rahasia-{number} {}", "tetangga saya ".repeat(30));
    interview.note(ItemIndex(1), &note, &moment(9)).unwrap();
    interview.finish(moment(900_000).at);
    interview
}

/// The keys of a coordinator, chosen on this laptop and tried.
fn seals(store: &mut Store) -> (Identity, Identity) {
    let (key, paper) = (Identity::generate(), Identity::generate());
    let public = |key: &Identity| key.public_keys().remove(0);
    store.choose_recipients(&public(&key), &public(&paper)).unwrap();
    store.pass_drill(&paper).unwrap();
    (key, paper)
}

fn protect(store: &mut Store) {
    store.protect(&Secret::from("empat kata yang jauh")).unwrap();
}

/// How often any of it stands in any file of the folder.
fn found(home: &Path, needles: &Needles) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(home).unwrap() {
        let path = entry.unwrap().path();
        count += if path.is_dir() { found(&path, needles) } else { needles.hits_in(&path).unwrap().values().sum() };
    }
    count
}

fn hits(home: &Path, bytes: &[u8]) -> usize {
    let mut needles = Needles::default();
    needles.add(bytes, true);
    found(home, &needles)
}

/// How often anything that people said is found: words, packed answers, the bytes of an event.
fn traces(home: &Path, people: &[Interview]) -> usize {
    let mut needles = Needles::default();
    for person in people {
        needles.add(format!("rahasia-{} ", person.id().0[5]).as_bytes(), false);
        needles.add(b"tetangga saya tetangga", false);
        needles.add(&person.packed().codes[..30], false);
        for event in person.events().iter().filter(|event| matches!(event.what, Happening::Responded { .. })) {
            needles.add(&super::super::codec::body(event).unwrap(), false);
        }
    }
    found(home, &needles)
}

#[test]
fn a_thief_finds_nothing_of_finished_interviews_and_without_sealing_everything() {
    for sealing in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(folder.path());
        if sealing {
            seals(&mut store);
        }
        let people: Vec<Interview> = (0..12).map(|number| telling(number, None)).collect();
        for person in &people {
            let events = person.events();
            store.begin(person.id(), &CORE, &events[..1], &draft()).unwrap();
            for event in &events[1..events.len() - 1] {
                store.append(person.id(), std::slice::from_ref(event), &draft()).unwrap();
            }
            if person.id() == people[3].id() {
                // A copy of the day in which it lies open.
                back_up(&Paths::at(folder.path()), None).unwrap();
            }
            store.finish(person.id(), &events[events.len() - 1..], &person.packed()).unwrap();
        }
        // As a kill would leave it: nobody has tidied up.
        let found = traces(folder.path(), &people);
        drop(store);
        let closed = traces(folder.path(), &people);
        if sealing {
            assert_eq!((found, closed), (0, 0));
        } else {
            assert!(found > 500 && closed > 20, "{found} {closed}");
        }
    }
}

#[test]
fn what_is_sealed_is_listed_found_counted_and_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    keep(&mut store, &telling(1, None));
    seals(&mut store);
    let person = telling(2, None);
    keep(&mut store, &person);
    let list = store.list().unwrap();
    let lines: Vec<_> = list.iter().map(|line| (line.id, line.state, line.answered)).collect();
    let whole = person.packed().codes.iter().filter(|code| **code > 0).count();
    assert_eq!(lines, [(id(2), State::Sealed, None), (id(1), State::Finished, Some(whole))]);
    assert_eq!((list[0].started, list[0].last.unix_ms), (moment(0).at, moment(900_000).at.unix_ms));
    assert_eq!((list[0].key.as_str(), list[0].items), ("kohesi-inti", CORE.items().len()));
    assert_eq!(store.find(&id(2).code()), Ok(id(2)));
    assert_eq!(store.load(id(2)), Err(StoreError::Sealed { id: id(2) }));
    let mut ids = Vec::new();
    store
        .scan(&Selection::default(), |row| {
            ids.push(row.id);
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(ids, [id(1)]);
    assert_eq!(store.sealed_among(&Selection::default(), None), Ok(1));
    assert_eq!(store.sealed_among(&Selection::default(), Some("lain")), Ok(0));
    let of_another = Selection { workshop: Some(workshop(1).id), ..Selection::default() };
    assert_eq!(store.sealed_among(&of_another, None), Ok(0));
    // Whoever stores it again stores nothing, and an order that was thought lost is no fault.
    keep(&mut store, &person);
    assert_eq!(store.append(id(2), &[], &draft()), Err(StoreError::Finished { id: id(2) }));
    assert_eq!(store.list().unwrap().len(), 2);
}

#[test]
fn what_is_sealed_is_erased_by_its_code_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("store"));
    let (key, _) = seals(&mut store);
    keep(&mut store, &telling(1, Some(workshop(1).id)));
    keep(&mut store, &telling(2, Some(workshop(1).id)));
    let path = bundle(&store, &folder.path().join("before.kohesi"));
    let envelope = store.envelope(id(1)).unwrap().unwrap();
    let erased = store.erase(store.find(&id(1).code()).unwrap()).unwrap();
    assert_eq!((erased.interviews, erased.traces), (1, 0));
    assert_eq!(hits(&folder.path().join("store"), &envelope[200..240]), 0);
    assert_eq!(store.find_erased(&id(1).code()), Ok(id(1)));
    let merged = store.merge(&[path], Some(&key), WATCH).unwrap();
    assert_eq!(merged.total(), Tally { erased: 1, new: 1, ..Tally::default() });
    store.keep_workshop(&workshop(1), Some(&CORE)).unwrap();
    keep(&mut store, &telling(3, Some(workshop(1).id)));
    assert_eq!(store.erase_workshop(workshop(1).id).unwrap().interviews, 2);
    assert!(store.list().unwrap().is_empty());
}

#[test]
fn either_key_opens_what_is_sealed_and_it_is_as_it_was() {
    for paper in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, mut plain) = (open(&folder.path().join("sealed")), open(&folder.path().join("plain")));
        let (key, recovery) = seals(&mut store);
        for number in 0..4 {
            keep(&mut store, &telling(number, None));
            keep(&mut plain, &telling(number, None));
        }
        let nobody = store.open_sealed(&Identity::generate(), WATCH).unwrap();
        assert_eq!(nobody, Unsealed { left: 4, ..Unsealed::default() });
        let opened = store.open_sealed(if paper { &recovery } else { &key }, WATCH).unwrap();
        assert_eq!(opened.taken, Tally { new: 4, ..Tally::default() });
        assert_eq!(store.sealed_among(&Selection::default(), None), Ok(0));
        let mut states: Vec<State> = store.list().unwrap().iter().map(|line| line.state).collect();
        states.dedup();
        assert_eq!(states, [State::Finished]);
        for number in 0..4 {
            assert_eq!(store.load(id(number)).unwrap(), plain.load(id(number)).unwrap());
        }
        assert_eq!(store.open_sealed(&key, WATCH).unwrap(), Unsealed::default());
    }
}

#[test]
fn what_is_opened_in_a_protected_store_is_under_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    protect(&mut store);
    let (key, _) = seals(&mut store);
    keep(&mut store, &telling(1, None));
    store.open_sealed(&key, WATCH).unwrap();
    assert_eq!(store.load(id(1)).unwrap().events, telling(1, None).events());
    assert_eq!(traces(folder.path(), &[telling(1, None)]), 0);
    drop(store);
    let mut store = open(folder.path());
    assert_eq!(store.open_sealed(&key, WATCH).unwrap_err().code(), "store.needs_key");
}

#[test]
fn bundles_carry_envelopes_and_a_key_opens_them_where_they_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| open(&folder.path().join(name));
    let (mut one, mut plain) = (at("one"), at("plain"));
    for number in 0..3 {
        keep(&mut plain, &telling(number, None));
    }
    let (key, _) = seals(&mut one);
    for number in 0..3 {
        keep(&mut one, &telling(number, None));
    }
    let told_of = one.bundle(&Bundling { path: folder.path().join("1.kohesi"), ..Bundling::default() }, WATCH).unwrap();
    assert_eq!((told_of.interviews, told_of.sealed_ones, told_of.sealed), (0, 3, true));
    let path = [folder.path().join("1.kohesi")];
    // The laptop that gathers opens the bundle and what is in it.
    let mut coordinator = at("coordinator");
    assert_eq!(coordinator.merge(&path, None, WATCH).unwrap_err().code(), "bundle.sealed");
    let looked = coordinator.look_into(&path[0], Some(&key), WATCH).unwrap();
    assert_eq!(looked.total(), Tally { new: 3, ..Tally::default() });
    let merged = coordinator.merge(&path, Some(&key), WATCH).unwrap();
    assert_eq!(merged.total(), Tally { new: 3, ..Tally::default() });
    let again = coordinator.merge(&path, Some(&key), WATCH).unwrap();
    assert_eq!(again.total(), Tally { known: 3, ..Tally::default() });
    for number in 0..3 {
        assert_eq!(coordinator.load(id(number)).unwrap(), plain.load(id(number)).unwrap());
    }
    // One that has no key keeps them as they are, and hands them on.
    one.stop_sealing().unwrap();
    let open_bundle = bundle(&one, &folder.path().join("2.kohesi"));
    let mut between = at("between");
    for expected in [Tally { sealed: 3, ..Tally::default() }, Tally { known: 3, ..Tally::default() }] {
        assert_eq!(merge(&mut between, std::slice::from_ref(&open_bundle)).total(), expected);
    }
    assert_eq!(between.sealed_among(&Selection::default(), None), Ok(3));
    assert_eq!(traces(&folder.path().join("between"), &[telling(1, None)]), 0);
    let onwards = [bundle(&between, &folder.path().join("3.kohesi"))];
    assert_eq!(coordinator.merge(&onwards, Some(&key), WATCH).unwrap().total(), Tally { known: 3, ..Tally::default() });
    let mut last = at("last");
    assert_eq!(last.merge(&onwards, Some(&key), WATCH).unwrap().total(), Tally { new: 3, ..Tally::default() });
    assert_eq!(last.merge(&onwards, None, WATCH).unwrap().total(), Tally { sealed: 3, ..Tally::default() });
    assert_eq!(last.open_sealed(&key, WATCH).unwrap().taken, Tally { known: 3, ..Tally::default() });
    let origins = last.origins().unwrap();
    assert!((0..3).all(|number| origins.contains_key(&id(number))));
}

/// A protected store with keys, and an open workshop with some people who are finished.
fn gathering(home: &Path, people: u64) -> (Store, Identity) {
    let mut store = open(home);
    protect(&mut store);
    let (key, _) = seals(&mut store);
    store.keep_workshop(&workshop(1), Some(&CORE)).unwrap();
    store.keep_pin(workshop(1).id, &Secret::from("24682468")).unwrap();
    for number in 0..people {
        keep(&mut store, &telling(number, Some(workshop(1).id)));
    }
    (store, key)
}

#[test]
fn the_picture_of_an_open_workshop_works_under_its_pin_until_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, key) = gathering(folder.path(), 6);
    drop(store);
    let mut store = open(folder.path());
    assert_eq!(store.unlock(&Secret::from("24682468")).unwrap(), Some(Way::Pin(workshop(1).id)));
    let gathered = store.gather(workshop(1).id).unwrap();
    assert_eq!((gathered.interviews.len(), gathered.sealed, gathered.damaged), (6, 0, 0));
    for loaded in &gathered.interviews {
        let number = u64::from(loaded.id.0[5]);
        let again = Interview::replay(CORE.clone(), loaded.id, loaded.events.clone()).unwrap();
        assert_eq!(again.packed().codes, telling(number, Some(workshop(1).id)).packed().codes);
        assert!(!format!("{:?}", loaded.events).contains("rahasia"));
    }
    // Single answers are sealed all the same, and exports and statistics have nothing of them.
    assert_eq!(store.load(id(1)), Err(StoreError::Sealed { id: id(1) }));
    assert_eq!(store.scan(&Selection::default(), |_| ControlFlow::Continue(())).unwrap().interviews, 0);
    let of_it = Selection { workshop: Some(workshop(1).id), ..Selection::default() };
    assert_eq!(store.sealed_among(&of_it, None), Ok(6));
    store.change_workshop(workshop(1).id, Change::Closed(true)).unwrap();
    assert_eq!(store.ways_in().unwrap(), [Way::Passphrase]);
    for closed in [true, false] {
        // Opened again it has only who comes then.
        store.change_workshop(workshop(1).id, Change::Closed(closed)).unwrap();
        let gathered = store.gather(workshop(1).id).unwrap();
        assert_eq!((gathered.interviews.len(), gathered.sealed), (0, 6));
    }
    keep(&mut store, &telling(9, Some(workshop(1).id)));
    let gathered = store.gather(workshop(1).id).unwrap();
    assert_eq!((gathered.interviews.len(), gathered.sealed), (1, 6));
    assert_eq!(store.open_sealed(&key, WATCH).unwrap().taken.new, 7);
    assert_eq!(store.gather(workshop(1).id).unwrap().interviews.len(), 7);
}

#[test]
fn without_a_passphrase_nothing_readable_stays_of_an_open_workshop() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    seals(&mut store);
    store.keep_workshop(&workshop(1), Some(&CORE)).unwrap();
    keep(&mut store, &telling(1, Some(workshop(1).id)));
    let gathered = store.gather(workshop(1).id).unwrap();
    assert_eq!((gathered.interviews.len(), gathered.sealed), (0, 1));
    assert_eq!(traces(folder.path(), &[telling(1, Some(workshop(1).id))]), 0);
}

#[test]
fn another_passphrase_keeps_the_picture_and_none_takes_it_away() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = gathering(folder.path(), 5);
    store.protect(&Secret::from("lima kata yang lain lagi")).unwrap();
    assert_eq!(store.gather(workshop(1).id).unwrap().interviews.len(), 5);
    store.unprotect().unwrap();
    let gathered = store.gather(workshop(1).id).unwrap();
    assert_eq!((gathered.interviews.len(), gathered.sealed), (0, 5));
    assert_eq!(traces(folder.path(), &[telling(2, Some(workshop(1).id))]), 0);
}

#[test]
fn a_workshop_that_was_closed_elsewhere_shows_nothing_here() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = gathering(&folder.path().join("here"), 5);
    let mut elsewhere = open(&folder.path().join("elsewhere"));
    let mut closed = workshop(1);
    elsewhere.keep_workshop(&closed, Some(&CORE)).unwrap();
    closed.about.closed = true;
    closed.about.place = "balai".to_owned();
    elsewhere.keep_workshop(&closed, None).unwrap();
    merge(&mut store, &[bundle(&elsewhere, &folder.path().join("closed.kohesi"))]);
    assert_eq!(store.gather(workshop(1).id).unwrap().sealed, 5);
}

#[test]
fn copies_the_doctor_and_salvaging_know_envelopes() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("store");
    let (mut store, key) = gathering(&home, 3);
    store.rest();
    let copy = folder.path().join("copy.db");
    back_up(&Paths::at(&home), Some(&copy)).unwrap();
    let findings = examine(&Paths::at(&home), &mut |_, _| {});
    assert!(findings.contains(&Finding::Sealed { count: 3 }), "{findings:?}");
    assert!(!findings.contains(&Finding::LiesOpen));
    // The copy is a store as it was.
    let restored = folder.path().join("restored");
    fs::create_dir(&restored).unwrap();
    fs::copy(&copy, restored.join("kohesi.db")).unwrap();
    let mut copied = open(&restored);
    assert!(copied.unlock(&Secret::from("24682468")).unwrap().is_some());
    assert_eq!(copied.gather(workshop(1).id).unwrap().interviews.len(), 3);
    assert_eq!(copied.open_sealed(&key, WATCH).unwrap().taken.new, 3);
    // One that is damaged is told, and stays where it is.
    let damage = "UPDATE sealed SET body = x'00' WHERE number = 2";
    store.write(None, |access| Ok(access.execute_batch(damage)?)).unwrap();
    let findings = examine(&Paths::at(&home), &mut |_, _| {});
    assert!(findings.contains(&Finding::Sealed { count: 2 }), "{findings:?}");
    assert!(findings.iter().any(|one| matches!(one, Finding::Damaged(damage) if damage.id == id(1))), "{findings:?}");
    assert_eq!(store.envelope(id(1)).unwrap_err().code(), "store.damaged");
    drop(store);
    // What leads to the rows need not be there.
    let file = without_head(&home);
    let source = SalvageSource { file: &file, library: folder.path() };
    let into = folder.path().join("salvaged");
    let (told, _) = salvage(source, &into, &Options::default()).unwrap();
    assert_eq!((told.sealed, told.finished, told.lost), (2, 0, 0));
    let mut salvaged = open(&into);
    assert!(salvaged.unlock(&Secret::from("24682468")).unwrap().is_some());
    assert_eq!(salvaged.gather(workshop(1).id).unwrap().interviews.len(), 2);
    let opened = salvaged.open_sealed(&key, WATCH).unwrap();
    assert_eq!(opened.taken.new, 2);
    assert_eq!(salvaged.load(id(2)).unwrap().events, telling(2, Some(workshop(1).id)).events());
}

#[test]
fn keys_without_a_passphrase_leave_open_interviews_open_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(folder.path());
    assert!(!examine(&Paths::at(folder.path()), &mut |_, _| {}).contains(&Finding::LiesOpen));
    seals(&mut store);
    let mut person = begun(1, None);
    person.note(ItemIndex(1), "rahasia-1 tetangga saya tetangga", &moment(9)).unwrap();
    keep(&mut store, &person);
    assert!(hits(folder.path(), b"rahasia-1") > 0);
    assert!(examine(&Paths::at(folder.path()), &mut |_, _| {}).contains(&Finding::LiesOpen));
    protect(&mut store);
    assert_eq!(hits(folder.path(), b"rahasia-1"), 0);
    assert!(!examine(&Paths::at(folder.path()), &mut |_, _| {}).contains(&Finding::LiesOpen));
}

#[test]
fn what_a_killed_program_left_in_the_log_is_gone_when_the_store_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("store");
    let mut store = open(&home);
    seals(&mut store);
    let person = telling(1, None);
    let events = person.events();
    store.begin(person.id(), &CORE, &events[..events.len() - 1], &draft()).unwrap();
    // The transaction is on the disk, and nothing of what follows was done.
    let held_open = open_copy(&store, folder.path(), &person);
    assert!(traces(&held_open, std::slice::from_ref(&person)) > 0);
    let again = open(&held_open);
    assert_eq!(again.list().unwrap()[0].state, State::Sealed);
    assert_eq!(traces(&held_open, std::slice::from_ref(&person)), 0);
}

#[test]
fn a_copy_keeps_what_is_in_no_envelope() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("store"));
    let person = telling(1, None);
    let events = person.events();
    store.begin(person.id(), &CORE, &events[..events.len() - 1], &draft()).unwrap();
    let copy = folder.path().join("copy.db");
    back_up(&Paths::at(&store.home), Some(&copy)).unwrap();
    let before = fs::read(&copy).unwrap();
    assert!(super::super::copies::seal(&copy, person.id(), &[]).is_err());
    assert_eq!(fs::read(&copy).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no part is left");
}

/// The files as they are the moment after an interview was sealed.
fn open_copy(store: &Store, folder: &Path, person: &Interview) -> std::path::PathBuf {
    let to = folder.join("killed");
    fs::create_dir(&to).unwrap();
    for name in ["kohesi.db", "kohesi.db-wal"] {
        let from = store.home.join(name);
        if from.exists() {
            fs::copy(from, to.join(name)).unwrap();
        }
    }
    let connection = super::super::connection::to_write(&to.join("kohesi.db")).unwrap();
    let vault = super::super::Vault::default();
    let transaction = connection.unchecked_transaction().unwrap();
    {
        let access = super::super::vault::Access::new(&transaction, &vault, None);
        let held = super::super::rows::held(&access, person.id()).unwrap().unwrap();
        let last = person.events().last().cloned().unwrap();
        super::super::write::add_events(&access, &held, &[last]).unwrap();
        let recipients = super::super::sealed_to::in_force(&access).unwrap().unwrap();
        super::super::envelope::seal(&access, &held, &recipients).unwrap();
    }
    transaction.commit().unwrap();
    // Without the end of a connection, which would bring the log home.
    let kept = folder.join("kept");
    fs::create_dir(&kept).unwrap();
    for name in ["kohesi.db", "kohesi.db-wal"] {
        fs::copy(to.join(name), kept.join(name)).unwrap();
    }
    kept
}

#[test]
fn told_is_the_same_whether_it_was_sealed_on_the_way_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| open(&folder.path().join(name));
    let mut field = at("field");
    let (key, _) = seals(&mut field);
    let people: Vec<InterviewId> = (0..3)
        .map(|number| {
            keep(&mut field, &telling(number, None));
            id(number)
        })
        .collect();
    keep(&mut field, &merging::begun(7, None));
    let (mut straight, mut opened) = (at("straight"), at("opened"));
    let path = [bundle(&field, &folder.path().join("field.kohesi"))];
    straight.merge(&path, Some(&key), WATCH).unwrap();
    field.stop_sealing().unwrap();
    merge(&mut opened, &[bundle(&field, &folder.path().join("as-they-are.kohesi"))]);
    opened.open_sealed(&key, WATCH).unwrap();
    assert_eq!(told(&opened), told(&straight));
    assert!(people.iter().all(|id| opened.load(*id).is_ok()));
}
