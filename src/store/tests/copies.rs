use std::fs;
use std::path::PathBuf;

use super::*;
use crate::store::copies::{all, folder};
use crate::store::{Finding, Level, Repaired, back_up, backup, copies_with, examine, new_id, repair, restore};

fn paths(home: &tempfile::TempDir) -> Paths {
    Paths::at(home.path())
}

/// A finished interview with a word that occurs nowhere else.
fn telling(word: &str) -> Vec<Event> {
    let mut events = interview(9);
    for event in &mut events {
        if let Happening::Responded { item: ItemIndex(2), response, .. } = &mut event.what {
            *response = Response::Given(Answer::Text(word.repeat(3)));
        }
    }
    events
}

fn holds(path: &Path, word: &str) -> bool {
    fs::read(path).unwrap().windows(word.len()).any(|window| window == word.as_bytes())
}

/// The levels of what is found, but for the room on this machine's disk.
fn worst(paths: &Paths) -> (Level, Vec<Finding>) {
    let mut findings = examine(paths, &mut |_, _| {});
    findings.retain(|finding| !matches!(finding, Finding::LittleSpace { .. }));
    (findings.iter().map(Finding::level).max().unwrap(), findings)
}

#[test]
fn a_backup_is_a_store_of_its_own_and_replaces_none() {
    let home = tempfile::tempdir().unwrap();
    assert_eq!(back_up(&paths(&home), None), Ok(None));
    let mut store = open(home.path());
    let (one, other) = (new_id(), new_id());
    finish(&mut store, one, &interview(9));
    begin(&mut store, other, &interview(9)[..4]);
    // While the store is open: what is in its log alone is copied too.
    let copied = back_up(&paths(&home), None).unwrap().unwrap();
    assert_eq!((copied.interviews, copied.damaged), (2, 0));
    let again = back_up(&paths(&home), None).unwrap().unwrap();
    assert_ne!(again.path, copied.path);
    let elsewhere = home.path().join("stick.db");
    back_up(&paths(&home), Some(&elsewhere)).unwrap().unwrap();
    assert_eq!(back_up(&paths(&home), Some(&elsewhere)).unwrap_err().code(), "store.exists");
    let there = tempfile::tempdir().unwrap();
    fs::copy(&copied.path, Paths::at(there.path()).database()).unwrap();
    let read = read(there.path());
    assert_eq!((read.load(one).unwrap().events, read.load(other).unwrap().events.len()), (interview(9), 4));
    let parts = fs::read_dir(folder(home.path()))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "part"));
    assert_eq!(parts.count(), 0);
}

#[test]
fn erasing_leaves_nothing_in_a_copy_that_was_never_finished() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let id = new_id();
    finish(&mut store, id, &telling("zqbelumselesai"));
    let whole = back_up(&paths(&home), None).unwrap().unwrap().path;
    // As a program leaves them that is killed while it makes a copy, and while it restores one.
    let names = ["kohesi-2026-11-20.db.part", "layout-2.db.part", "kohesi-2026-11-20.db.part-journal"];
    let mut parts: Vec<PathBuf> = names.map(|name| folder(home.path()).join(name)).into();
    parts.push(home.path().join("kohesi.db.part"));
    for part in &parts {
        fs::copy(&whole, part).unwrap();
        assert!(holds(part, "zqbelumselesai"));
    }
    let erased = store.erase(id).unwrap();
    assert_eq!((erased.copies, erased.traces, erased.files), (1, 0, vec![]));
    assert!(!holds(&whole, "zqbelumselesai"));
    assert!(parts.iter().all(|part| !part.exists()), "{parts:?}");
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    finish(&mut open(home.path()), new_id(), &interview(3));
    let copied = back_up(&paths(&home), None).unwrap().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&copied.path), mode(&folder(home.path()))), (0o600, 0o700));
}

#[test]
fn a_day_has_one_backup_and_seven_days_are_kept() {
    let home = tempfile::tempdir().unwrap();
    drop(open(home.path()));
    assert_eq!(backup::daily(&paths(&home)), None);
    assert!(all(home.path()).is_empty(), "there is nothing to copy");
    finish(&mut open(home.path()), new_id(), &interview(3));
    let copies = folder(home.path());
    fs::create_dir_all(&copies).unwrap();
    for day in 1..=9 {
        fs::write(copies.join(format!("daily-2026-10-0{day}.db")), "an old one").unwrap();
    }
    fs::write(copies.join("kohesi-2026-10-01.db"), "made by hand").unwrap();
    fs::write(copies.join("daily-2026-10-09.db.part"), "cut short").unwrap();
    fs::write(copies.join("layout-2.db.part"), "cut short long ago").unwrap();
    let long_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400);
    fs::File::options().write(true).open(copies.join("layout-2.db.part")).unwrap().set_modified(long_ago).unwrap();
    fs::write(copies.join("stick.db.part"), "being written").unwrap();
    assert_eq!(backup::daily(&paths(&home)), None);
    let names = || -> Vec<String> {
        let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        let entries = fs::read_dir(&copies).unwrap().map(|entry| name(entry.unwrap().path()));
        entries.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    };
    let made = names();
    assert_eq!(made.len(), 9, "{made:?}");
    assert!(made[..6].iter().all(|name| name.starts_with("daily-2026-10-0")) && made[0].ends_with("04.db"), "{made:?}");
    assert!(made[6].starts_with("daily-") && made[7..] == ["kohesi-2026-10-01.db", "stick.db.part"], "{made:?}");
    let written = fs::metadata(copies.join(&made[6])).unwrap().modified().unwrap();
    finish(&mut open(home.path()), new_id(), &interview(3));
    assert_eq!(backup::daily(&paths(&home)), None);
    assert_eq!(fs::metadata(copies.join(&made[6])).unwrap().modified().unwrap(), written, "once a day");
    assert_eq!(names(), made);
}

#[test]
fn who_is_erased_is_erased_from_every_backup() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (gone, kept) = (new_id(), new_id());
    finish(&mut store, gone, &telling("yang-ingin-dilupakan"));
    finish(&mut store, kept, &telling("yang-tetap-ada"));
    let by_hand = back_up(&paths(&home), None).unwrap().unwrap().path;
    backup::daily(&paths(&home));
    let copies = all(home.path());
    assert_eq!((copies.len(), copies_with(&paths(&home), gone).len()), (2, 2));
    assert!(copies.iter().all(|copy| holds(copy, "yang-ingin-dilupakan")));
    let erased = store.erase(gone).unwrap();
    assert_eq!((erased.copies, erased.removed, erased.traces), (2, vec![], 0));
    assert_eq!(all(home.path()), copies);
    for copy in &copies {
        assert!(!holds(copy, "yang-ingin-dilupakan") && holds(copy, "yang-tetap-ada"));
        assert_eq!(backup::look(copy).unwrap().interviews, 1);
    }
    assert!(copies_with(&paths(&home), gone).is_empty());
    // Brought back by hand, it does not stay: the store remembers whom it erased.
    drop(store);
    restore(&paths(&home), &by_hand, &Options::default()).unwrap();
    assert_eq!(open(home.path()).list().unwrap().len(), 1);
}

#[test]
fn a_backup_that_cannot_be_cleaned_is_removed_where_it_holds_the_person() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let gone = new_id();
    finish(&mut store, gone, &telling("yang-ingin-dilupakan"));
    let copy = back_up(&paths(&home), None).unwrap().unwrap().path;
    let mut bytes = fs::read(&copy).unwrap();
    bytes[..100].fill(0);
    fs::write(&copy, &bytes).unwrap();
    let innocent = folder(home.path()).join("daily-2026-10-01.db");
    fs::write(&innocent, "nothing of anybody").unwrap();
    let replaced = folder(home.path()).join("replaced-2026-10-01.db");
    fs::write(&replaced, &bytes).unwrap();
    let erased = store.erase(gone).unwrap();
    assert_eq!((erased.copies, erased.removed), (0, vec![copy.clone()]));
    assert!(!copy.exists() && innocent.exists());
    assert!(erased.traces > 0 && erased.files == [replaced], "it may hold what nothing else holds, and is told");
}

#[test]
fn restoring_moves_the_store_aside_and_keeps_the_erased_erased() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (first, gone, later) = (new_id(), new_id(), new_id());
    finish(&mut store, first, &interview(9));
    finish(&mut store, gone, &telling("yang-ingin-dilupakan"));
    let stick = tempfile::tempdir().unwrap();
    let copy = stick.path().join("kohesi.db");
    back_up(&paths(&home), Some(&copy)).unwrap();
    store.erase(gone).unwrap();
    finish(&mut store, later, &interview(5));
    let error = restore(&paths(&home), &copy, &Options::default()).unwrap_err();
    assert_eq!(error.code(), "store.locked");
    drop(store);
    let before = fs::read(&copy).unwrap();
    let (restored, _) = restore(&paths(&home), &copy, &Options::default()).unwrap();
    assert_eq!((restored.interviews, restored.damaged, restored.erased, restored.only_before), (1, 0, 1, 1));
    assert_eq!(fs::read(&copy).unwrap(), before);
    let aside = restored.before.unwrap();
    assert!(aside.starts_with(folder(home.path())));
    assert!(!holds(&Paths::at(home.path()).database(), "yang-ingin-dilupakan"));
    let store = open(home.path());
    assert_eq!(store.list().unwrap().iter().map(|line| line.id).collect::<Vec<_>>(), [first]);
    drop(store);
    // And back again.
    let (back, _) = restore(&paths(&home), &aside, &Options::default()).unwrap();
    assert_eq!((back.interviews, back.only_before), (2, 0));
    assert_eq!(open(home.path()).load(later).unwrap().events, interview(5));
}

#[test]
fn a_store_that_somebody_reads_is_not_moved_away_under_them() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    finish(&mut store, new_id(), &interview(9));
    let copy = back_up(&paths(&home), None).unwrap().unwrap().path;
    drop(store);
    let reader = rusqlite::Connection::open(paths(&home).database()).unwrap();
    reader.execute_batch("BEGIN").unwrap();
    let count = || reader.query_row("SELECT count(*) FROM interview", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count(), 1);
    finish(&mut open(home.path()), new_id(), &interview(9));
    let error = restore(&paths(&home), &copy, &Options::default()).unwrap_err();
    assert_eq!(error.code(), "store.locked");
    drop(reader);
    assert_eq!(open(home.path()).list().unwrap().len(), 2, "it is where it was");
    assert!(!folder(home.path()).join("replaced").exists());
    restore(&paths(&home), &copy, &Options::default()).unwrap();
    assert_eq!(open(home.path()).list().unwrap().len(), 1);
}

#[test]
fn what_is_no_store_is_not_restored_and_a_damaged_store_is_moved_aside() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    finish(&mut store, new_id(), &interview(9));
    let copy = back_up(&paths(&home), None).unwrap().unwrap().path;
    drop(store);
    let database = Paths::at(home.path()).database();
    let other = home.path().join("other.db");
    fs::write(&other, "this is no database, and longer than a header of one hundred bytes would have to be ....")
        .unwrap();
    let before = fs::read(&database).unwrap();
    assert!(restore(&paths(&home), &other, &Options::default()).is_err());
    assert_eq!(
        restore(&paths(&home), &home.path().join("none"), &Options::default()).unwrap_err().code(),
        "store.gone"
    );
    assert_eq!(fs::read(&database).unwrap(), before);
    fs::write(&database, "damaged beyond recognition").unwrap();
    let (restored, _) = restore(&paths(&home), &copy, &Options::default()).unwrap();
    assert_eq!(restored.interviews, 1);
    assert_eq!(fs::read_to_string(restored.before.unwrap()).unwrap(), "damaged beyond recognition");
}

#[test]
fn a_sound_store_is_found_sound() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    // A questionnaire that this program can read.
    let questionnaire = crate::questionnaire::BUILTIN[0].read().unwrap();
    let people: Vec<_> = crate::interview::Synthetic::new(questionnaire.into(), 3).interviews(3).collect();
    for person in &people {
        store.begin(person.id(), person.questionnaire(), &person.events()[..1], &draft("")).unwrap();
        store.finish(person.id(), &person.events()[1..], &person.packed()).unwrap();
    }
    let (level, findings) = worst(&paths(&home));
    assert_eq!(level, Level::Attention, "{findings:?}");
    assert!(findings.contains(&Finding::NoCopies));
    assert!(findings.iter().any(|one| matches!(one, Finding::SomeoneWrites { pid: Some(_), .. })), "{findings:?}");
    drop(store);
    let mut done = repair(&paths(&home), &Options::default(), &findings).unwrap();
    done.retain(|one| !matches!(one, Repaired::Private(_)));
    assert!(matches!(&done[..], [Repaired::BackedUp(_)]), "{done:?}");
    let (level, findings) = worst(&paths(&home));
    assert_eq!(level, Level::Sound, "{findings:?}");
    assert!(findings.contains(&Finding::NobodyWrites));
    let events = people.iter().map(|person| person.events().len()).sum();
    assert!(findings.contains(&Finding::Interviews { finished: 3, unfinished: 0, events }), "{findings:?}");
}

#[test]
fn the_doctor_tells_where_a_chain_breaks() {
    use crate::store::{Damage, Spot};
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (unfinished, finished, drafted) = (new_id(), new_id(), new_id());
    begin(&mut store, unfinished, &interview(9));
    finish(&mut store, finished, &interview(9));
    begin(&mut store, drafted, &interview(9));
    drop(store);
    let connection = rusqlite::Connection::open(paths(&home).database()).unwrap();
    let change = |sql: &str| assert_eq!(connection.execute(sql, []), Ok(1), "{sql}");
    let found = || -> Vec<Damage> {
        let (_, findings) = worst(&paths(&home));
        findings
            .into_iter()
            .filter_map(|one| if let Finding::Damaged(damage) = one { Some(damage) } else { None })
            .collect()
    };
    change("UPDATE event SET hash = zeroblob(16) WHERE interview = 1 AND seq = 4");
    change("UPDATE history SET body = CAST(body || x'00' AS BLOB) WHERE interview = 2");
    change("UPDATE draft SET body = x'0102' WHERE interview = 3");
    let mut damages = found();
    damages.sort_by_key(|damage| [unfinished, finished, drafted].iter().position(|id| *id == damage.id));
    assert_eq!(
        damages.iter().map(|damage| damage.spot).collect::<Vec<_>>(),
        [Spot::Event { number: 5, behind: 7 }, Spot::History { answers: true, item: None }, Spot::Draft { events: 11 }]
    );
    change("DELETE FROM event WHERE interview = 3 AND seq = 10");
    change("UPDATE packed SET codes = x'0102' WHERE interview = 2");
    let spots: Vec<Spot> = found().into_iter().map(|damage| damage.spot).collect();
    assert!(spots.contains(&Spot::Event { number: 11, behind: 0 }), "{spots:?}");
    assert!(spots.contains(&Spot::History { answers: false, item: None }), "{spots:?}");
}

#[test]
fn what_can_be_mended_is_mended_and_copied_before() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let questionnaire = crate::questionnaire::BUILTIN[0].read().unwrap();
    let person = crate::interview::Synthetic::new(questionnaire.into(), 3).interviews(1).next().unwrap();
    store.begin(person.id(), person.questionnaire(), &person.events()[..1], &draft("")).unwrap();
    store.finish(person.id(), &person.events()[1..], &person.packed()).unwrap();
    drop(store);
    let path = paths(&home).database();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute("UPDATE packed SET codes = x'0102'", []).unwrap();
    drop(connection);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let (level, findings) = worst(&paths(&home));
    assert_eq!(level, Level::Broken);
    let done = repair(&paths(&home), &Options::default(), &findings).unwrap();
    assert!(done.contains(&Repaired::PackedAgain(person.id())), "{done:?}");
    assert!(done.iter().any(|one| matches!(one, Repaired::BackedUp(_))), "{done:?}");
    #[cfg(unix)]
    assert!(done.contains(&Repaired::Private(home.path().to_owned())), "{done:?}");
    let store = open(home.path());
    assert_eq!(store.load(person.id()).unwrap().packed, Some(person.packed()));
    assert_eq!(store.load(person.id()).unwrap().events, person.events());
}

#[test]
fn erasing_reaches_what_workshops_know() {
    use crate::interview::WorkshopId;
    use crate::store::{About, Pair, Workshop};
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let [gone, same, other] = [new_id(), new_id(), new_id()];
    for id in [gone, same, other] {
        finish(&mut store, id, &interview(3));
    }
    let pair = |before, after, confirmed| Pair { before, after, confirmed };
    let about = About {
        shown: vec![gone, other],
        pairs: vec![pair(gone, same, true), pair(gone, other, false), pair(same, other, false)],
        followed: vec![(gone, same), (same, other)],
        ..about("Sukamaju")
    };
    let workshop = Workshop { id: WorkshopId([7; 16]), about };
    store.keep_workshop(&workshop, None).unwrap();
    let erased = store.erase(gone).unwrap();
    assert_eq!(erased.paired, [same], "the same person's other interview is told, and stays");
    let about = store.workshops().unwrap().remove(0).about;
    assert_eq!((about.shown, about.pairs), (vec![other], vec![pair(same, other, false)]));
    assert_eq!(about.followed, [(same, other)]);
}
