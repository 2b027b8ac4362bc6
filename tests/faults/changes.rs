//! Commands that change the whole store (erasing, an earlier layout), with a fault at every system call on it: nothing of
//! others is lost or changed, and what was said to be gone is gone from the disk.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use kohesi::interview::{At, Draft, Event, Interview, InterviewId, Moment};
use kohesi::questionnaire::ItemIndex;
use kohesi::store::{Options, Paths, Store, StoreError};
use rusqlite::{Connection, OpenFlags};

use super::commands::{Case, copy, strike};
use super::traced::strace_works;
use super::{core, opened, wanted};
use crate::exports::judges::store;
use crate::exports::people::people;

const KOHESI: &str = env!("CARGO_BIN_EXE_kohesi");

/// What the one who is forgotten wrote.
const MARK: &str = "zqtanda";

const FOUND: &str = "0 lost, 0 changed, 0 false claims";

/// What an interview is, however it is packed.
pub(super) type Contents = BTreeMap<InterviewId, (Vec<Event>, bool)>;

/// Every interview, every hash of it checked.
pub(super) fn contents(home: &Path) -> Result<Contents, String> {
    let store = opened(home)?;
    let said = |error: StoreError| format!("{error:?}");
    let all = store.list().map_err(said)?.into_iter().map(|summary| {
        let loaded = store.load(summary.id).map_err(said)?;
        Ok((summary.id, (loaded.events, loaded.finished)))
    });
    all.collect()
}

/// Every file of the store's, and those that come and go beside them.
pub(super) fn touched(more: &[&str]) -> Vec<String> {
    let files = ["", "/kohesi.db", "/kohesi.db-wal", "/kohesi.db-shm", "/kohesi.db-journal", "/kohesi.lock"];
    files.iter().chain(more).map(|file| format!("kohesi{file}")).collect()
}

fn marked_files(home: &Path) -> Vec<String> {
    let has = |bytes: &[u8]| bytes.windows(MARK.len()).any(|window| window == MARK.as_bytes());
    let entries = fs::read_dir(home).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file() && has(&fs::read(path).unwrap()));
    files.map(|path| path.display().to_string()).collect()
}

/// Someone who wrote a note with the mark, and is to be forgotten.
fn marked(interview: &Interview) -> Interview {
    let mut events = interview.events().to_vec();
    let end = events.pop();
    let mut open = Interview::replay(core(), interview.id(), events).unwrap();
    let at = At { unix_ms: 1_795_000_900_000, doubtful: false };
    let moment = Moment { at, shown_ms: 0, language: interview.language().clone() };
    open.note(ItemIndex(2), &format!("{MARK} {}", "ini rahasia saya ".repeat(20)), &moment).unwrap();
    if end.is_some() {
        open.finish(at);
    }
    open
}

/// Four people in a closed store; the second one is to be forgotten.
fn closed(home: &Path) -> InterviewId {
    let mut interviews = people(&core(), 4);
    interviews[1] = marked(&interviews[1]);
    store(home, &interviews);
    interviews[1].id()
}

/// The same as a power cut left it in the middle of an evening: all of it is still in the log.
fn in_the_log(home: &Path) -> InterviewId {
    let scratch = tempfile::tempdir().unwrap();
    let (mut store, _) = Store::open(&Paths::at(scratch.path()), &Options::default()).unwrap();
    let mut interviews = people(&core(), 4);
    interviews[1] = marked(&interviews[1]);
    for interview in &interviews {
        let language = interview.language().clone();
        let draft = Draft { place: None, marked: None, typed: String::new(), note: None, language };
        store.begin(interview.id(), interview.questionnaire(), &interview.events()[..1], &draft).unwrap();
        store.finish(interview.id(), &interview.events()[1..], &interview.packed()).unwrap();
    }
    fs::create_dir(home).unwrap();
    for name in ["kohesi.db", "kohesi.db-wal"] {
        fs::copy(scratch.path().join(name), home.join(name)).unwrap();
    }
    interviews[1].id()
}

fn forgetting(name: &str, folder: &Path, made: fn(&Path) -> InterviewId) -> Case {
    let home = folder.join("kohesi");
    let victim = made(&home);
    assert!(!marked_files(&home).is_empty(), "the search finds not even what the store holds");
    let scratch = tempfile::tempdir().unwrap();
    copy(&home, scratch.path());
    let before = contents(scratch.path()).unwrap();
    let judge = move |root: &Path, claimed: bool| {
        let home = root.join("kohesi");
        let traces = marked_files(&home);
        if claimed && !traces.is_empty() {
            return Err(format!("said to be gone, and in {traces:?}"));
        }
        let mut now = contents(&home)?;
        let found = now.remove(&victim);
        if claimed && found.is_some() {
            return Err("said to be gone, and there".to_owned());
        }
        let mut others = before.clone();
        let was = others.remove(&victim);
        if now != others {
            return Err(format!("{} others are there of {}", now.len(), others.len()));
        }
        match found {
            Some(found) if Some(&found) != was.as_ref() => Err("half of the interview is left".to_owned()),
            // The store was opened and closed by now.
            None if !marked_files(&home).is_empty() => Err(format!("gone, and in {:?}", marked_files(&home))),
            _ => Ok(()),
        }
    };
    Case {
        name: name.to_owned(),
        program: KOHESI,
        args: vec!["forget".to_owned(), victim.code(), "--yes".to_owned()],
        before: folder.to_owned(),
        touched: touched(&[]),
        judge: Box::new(judge),
        again: false,
        silent: false,
    }
}

#[test]
fn no_fault_while_erasing_loses_another_or_keeps_what_was_said_to_be_gone() {
    if !strace_works() {
        return;
    }
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let cases = [
        forgetting("forget", folders[0].path(), closed),
        forgetting("forget what is in the log", folders[1].path(), in_the_log),
    ];
    strike("forget", &cases, wanted("KOHESI_CALLS", 4), FOUND);
}

#[test]
fn no_fault_while_a_store_climbs_to_a_new_layout_loses_anything() {
    if !strace_works() {
        return;
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores");
    let folders: Vec<tempfile::TempDir> = (1i64..100)
        .map(|layout| fixtures.join(format!("layout-{layout}.db")))
        .take_while(|fixture| fixture.exists())
        .map(|fixture| {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("kohesi")).unwrap();
            fs::copy(fixture, folder.path().join("kohesi/kohesi.db")).unwrap();
            folder
        })
        .collect();
    let cases: Vec<Case> = (1i64..).zip(&folders).map(|(layout, folder)| climbing(layout, folder.path())).collect();
    assert!(!cases.is_empty());
    strike("layouts", &cases, wanted("KOHESI_CALLS", 4), FOUND);
}

fn climbing(layout: i64, before: &Path) -> Case {
    let scratch = tempfile::tempdir().unwrap();
    copy(before, scratch.path());
    let expected = contents(&scratch.path().join("kohesi")).unwrap();
    assert!(expected.len() > 1, "layout {layout} has hardly anything");
    let backup = format!("/backups/layout-{layout}.db");
    let judge = move |root: &Path, _: bool| {
        let home = root.join("kohesi");
        if layout_of(&home.join("kohesi.db"))? > layout {
            let kept = home.join(format!("backups/layout-{layout}.db"));
            let found = layout_of(&kept).map_err(|reason| format!("the backup: {reason}"))?;
            if found != layout {
                return Err(format!("the backup has layout {found}"));
            }
        }
        let now = contents(&home)?;
        if now == expected { Ok(()) } else { Err(format!("{} are there of {}", now.len(), expected.len())) }
    };
    Case {
        name: format!("layout {layout}"),
        program: KOHESI,
        args: vec!["list".to_owned()],
        before: before.to_owned(),
        touched: touched(&["/backups", &backup, &format!("{backup}.part"), &format!("{backup}.part-journal")]),
        judge: Box::new(judge),
        again: true,
        silent: false,
    }
}

/// The layout of a store's file that is sound.
fn layout_of(path: &Path) -> Result<i64, String> {
    let said = |error: rusqlite::Error| format!("{}: {error}", path.display());
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(said)?;
    let sound: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(said)?;
    let layout = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(said)?;
    if sound == "ok" { Ok(layout) } else { Err(sound) }
}
