use std::fs;
use std::path::PathBuf;

use super::*;
use crate::store::connection;
use crate::store::{Shared, State, StoreError, new_id};

fn database(home: &Path) -> PathBuf {
    Paths::at(home).database()
}

fn beside(home: &Path, suffix: &str) -> PathBuf {
    crate::store::files::beside(&database(home), suffix)
}

/// A closed store with two finished interviews and an open one.
fn filled(home: &Path) -> [InterviewId; 3] {
    let ids = [new_id(), new_id(), new_id()];
    let mut store = open(home);
    finish(&mut store, ids[0], &interview(39));
    finish(&mut store, ids[1], &interview(39));
    begin(&mut store, ids[2], &interview(39)[..20]);
    ids
}

fn reopened(home: &Path) -> (Store, Vec<Notice>) {
    let (store, mut notices) = Store::open(&Paths::at(home), &Options::default()).unwrap();
    notices.retain(|notice| !matches!(notice, Notice::LittleSpace { .. }));
    (store, notices)
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("data/kohesi");
    let mut store = open(&home);
    begin(&mut store, new_id(), &interview(1)[..1]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&home), mode(home.parent().unwrap())], [0o700; 2]);
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&beside(&home, suffix)), 0o600, "{suffix}");
    }
    drop(store);
    // A copy brought back from elsewhere may be open to others.
    fs::set_permissions(database(&home), fs::Permissions::from_mode(0o644)).unwrap();
    let (_store, _) = reopened(&home);
    assert_eq!(mode(&database(&home)), 0o600);
}

#[test]
fn a_store_is_there_again_and_reading_makes_none() {
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::at(home.path());
    assert!(Store::read(&paths).unwrap().is_none());
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    let ids = filled(home.path());
    let (store, notices) = reopened(home.path());
    assert!(notices.is_empty());
    assert_eq!(store.load(ids[2]).unwrap().events, interview(39)[..20]);
    assert_eq!(fs::metadata(beside(home.path(), "-wal")).map_or(0, |log| log.len()), 0, "closing brought the log home");
}

#[test]
fn one_writes_and_others_are_told_who() {
    let home = tempfile::tempdir().unwrap();
    let held = open(home.path());
    let error = Store::open(&Paths::at(home.path()), &Options::default()).unwrap_err();
    let StoreError::Locked { pid: Some(pid), since: Some(_) } = error else { panic!("{error:?}") };
    assert_eq!(pid, std::process::id());
    drop(held);
    open(home.path());
}

#[test]
fn a_file_that_is_no_store_is_moved_aside_and_never_overwritten() {
    let home = tempfile::tempdir().unwrap();
    fs::write(beside(home.path(), ".damaged-1"), "an older one").unwrap();
    fs::write(
        database(home.path()),
        "this is no database, and longer than a header of one hundred bytes would have to be ...",
    )
    .unwrap();
    assert_eq!(Store::read(&Paths::at(home.path())).unwrap_err().code(), "store.not_a_store");
    let (mut store, notices) = reopened(home.path());
    let to = beside(home.path(), ".damaged-2");
    assert_eq!(notices, [Notice::MovedAside { to: to.clone(), found: 0, sound: 0 }]);
    assert!(fs::read_to_string(to).unwrap().starts_with("this is no database"));
    assert_eq!(fs::read_to_string(beside(home.path(), ".damaged-1")).unwrap(), "an older one");
    begin(&mut store, new_id(), &interview(1)[..1]);
}

#[test]
fn a_folder_in_the_files_place_is_moved_aside() {
    let home = tempfile::tempdir().unwrap();
    fs::create_dir(database(home.path())).unwrap();
    let (_, notices) = reopened(home.path());
    assert!(matches!(&notices[..], [Notice::MovedAside { found: 0, .. }]), "{notices:?}");
    assert!(beside(home.path(), ".damaged-1").is_dir());
}

#[test]
fn a_store_cut_short_is_moved_aside() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    let whole = fs::read(database(home.path())).unwrap();
    for (round, size) in [50, 100, 1_000, 4_096, 8_192, whole.len() / 2, whole.len() - 1].into_iter().enumerate() {
        fs::write(database(home.path()), &whole[..size]).unwrap();
        let (store, notices) = reopened(home.path());
        let to = beside(home.path(), &format!(".damaged-{}", round + 1));
        let [Notice::MovedAside { to: moved, .. }] = &notices[..] else { panic!("{size}: {notices:?}") };
        assert_eq!(*moved, to);
        assert_eq!(fs::read(to).unwrap(), &whole[..size], "untouched");
        assert!(store.list().unwrap().is_empty());
    }
}

#[test]
fn what_can_be_read_of_a_damaged_store_is_counted() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    let mut bytes = fs::read(database(home.path())).unwrap();
    bytes[68] ^= 1; // the application's mark
    fs::write(database(home.path()), bytes).unwrap();
    let (_, notices) = reopened(home.path());
    assert!(matches!(notices[..], [Notice::MovedAside { found: 3, sound: 3, .. }]), "{notices:?}");
}

#[test]
fn a_damaged_header_is_noticed() {
    for at in [0, 16, 17, 20, 21, 47, 59] {
        let home = tempfile::tempdir().unwrap();
        filled(home.path());
        let mut bytes = fs::read(database(home.path())).unwrap();
        bytes[at] ^= 0x5a;
        fs::write(database(home.path()), &bytes).unwrap();
        let (store, notices) = reopened(home.path());
        assert!(matches!(notices[..], [Notice::MovedAside { .. }]), "{at}: {notices:?}");
        assert_eq!(fs::read(beside(home.path(), ".damaged-1")).unwrap(), bytes);
        assert!(store.list().unwrap().is_empty());
    }
}

#[test]
fn an_empty_file_is_a_creation_that_was_cut_short() {
    let home = tempfile::tempdir().unwrap();
    fs::write(database(home.path()), "").unwrap();
    assert!(Store::read(&Paths::at(home.path())).unwrap().is_none());
    let (mut store, notices) = reopened(home.path());
    assert!(notices.is_empty());
    begin(&mut store, new_id(), &interview(1)[..1]);
}

#[test]
fn a_creation_that_was_cut_short_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    for suffix in [".part", ".part-journal", ".part-wal"] {
        fs::write(beside(home.path(), suffix), "half a store").unwrap();
    }
    let (mut store, notices) = reopened(home.path());
    assert!(notices.is_empty());
    begin(&mut store, new_id(), &interview(1)[..1]);
    drop(store);
    let mut names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["kohesi.db", "kohesi.lock"]);
}

#[test]
fn a_log_beside_an_empty_or_missing_file_is_kept() {
    for empty in [true, false] {
        let home = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let mut store = open(elsewhere.path());
        begin(&mut store, new_id(), &interview(3));
        let log = fs::read(beside(elsewhere.path(), "-wal")).unwrap();
        assert!(!log.is_empty());
        fs::write(beside(home.path(), "-wal"), &log).unwrap();
        if empty {
            fs::write(database(home.path()), "").unwrap();
        }
        let (_, notices) = reopened(home.path());
        assert!(matches!(notices[..], [Notice::MovedAside { .. }]), "{notices:?}");
        assert_eq!(fs::read(beside(home.path(), ".damaged-1-wal")).unwrap(), log);
    }
}

#[test]
fn a_power_cut_leaves_the_log_and_nothing_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let after = tempfile::tempdir().unwrap();
    let (id, events) = (new_id(), interview(20));
    let mut store = open(home.path());
    begin(&mut store, id, &events[..1]);
    for (number, event) in events.iter().enumerate().skip(1) {
        store.append(id, std::slice::from_ref(event), &draft("")).unwrap();
        // What is on the disk at this moment, without the index of the log.
        for suffix in ["", "-wal"] {
            fs::copy(beside(home.path(), suffix), beside(after.path(), suffix)).unwrap();
        }
        let _ = fs::remove_file(beside(after.path(), "-shm"));
        let (store, notices) = reopened(after.path());
        assert!(notices.is_empty());
        assert_eq!(store.load(id).unwrap().events, events[..=number]);
    }
}

#[test]
fn the_store_of_a_later_program_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    filled(home.path());
    rusqlite::Connection::open(database(home.path())).unwrap().pragma_update(None, "user_version", 4).unwrap();
    let before = fs::read(database(home.path())).unwrap();
    let newer = StoreError::Newer { found: 4, known: 3 };
    assert_eq!(Store::open(&Paths::at(home.path()), &Options::default()).unwrap_err(), newer);
    assert_eq!(Store::read(&Paths::at(home.path())).unwrap_err(), newer);
    assert_eq!(fs::read(database(home.path())).unwrap(), before);
    assert!(!beside(home.path(), ".damaged-1").exists());
}

#[test]
fn another_programs_database_is_no_store_and_is_kept() {
    let home = tempfile::tempdir().unwrap();
    rusqlite::Connection::open(database(home.path()))
        .unwrap()
        .execute_batch("CREATE TABLE interview(x); INSERT INTO interview VALUES (7)")
        .unwrap();
    let before = fs::read(database(home.path())).unwrap();
    let (_, notices) = reopened(home.path());
    assert!(matches!(notices[..], [Notice::MovedAside { found: 0, .. }]), "{notices:?}");
    assert_eq!(fs::read(beside(home.path(), ".damaged-1")).unwrap(), before);
}

#[test]
fn a_folder_that_is_copied_to_a_server_is_refused_unless_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("Dropbox/kohesi");
    let paths = Paths::at(&home);
    let shared = Shared::Cloud("Dropbox".to_owned());
    let error = Store::open(&paths, &Options::default()).unwrap_err();
    assert_eq!(error, StoreError::SharedFolder { path: home.clone(), shared: shared.clone() });
    assert!(!home.exists());
    let options = Options { allow_shared_folder: true, ..Options::default() };
    let (_, notices) = Store::open(&paths, &options).unwrap();
    assert!(notices.contains(&Notice::SharedFolder { path: home, shared }));
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written_is_read_and_not_opened() {
    use std::os::unix::fs::PermissionsExt;
    let home = tempfile::tempdir().unwrap();
    let ids = filled(home.path());
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(home.path().join("probe"), "").is_ok() {
        eprintln!("SKIPPED: this person may write everywhere, so no folder is read-only");
    } else {
        let error = Store::open(&Paths::at(home.path()), &Options::default()).unwrap_err();
        assert_eq!(error.code(), "store.read_only");
        let list = read(home.path()).list().unwrap();
        assert_eq!(list.iter().map(|line| line.id).collect::<Vec<_>>(), [ids[2], ids[1], ids[0]]);
        assert!(list.iter().all(|line| line.state != State::Damaged));
    }
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_takes_no_files_says_so() {
    // No file can be made under /proc, whoever asks.
    let error = Store::open(&Paths::at(Path::new("/proc/kohesi")), &Options::default()).unwrap_err();
    assert_eq!(error.code(), "store.io");
}

#[test]
fn a_store_alone_in_its_folder_is_read_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let ids = filled(home.path());
    let alone = connection::to_read_alone(&database(home.path())).unwrap();
    let store = Store::over(alone, None, &Paths::at(home.path()), &Options::default()).unwrap();
    assert_eq!(store.load(ids[0]).unwrap().events, interview(39));
    assert_eq!(fs::metadata(beside(home.path(), "-shm")).map_or(0, |index| index.len()), 0);
}
