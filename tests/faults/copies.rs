//! Bundles, backups and restores with a fault at every system call on them: killed there, the power cut there, that call
//! failing; and on a disk without room. Nothing is half done or lost, and the next run finishes the work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

use kohesi::interview::{Interview, Synthetic};
use kohesi::store::{Bundling, Options, Paths, Store, Watch, sound_bundle};

use super::changes::{Contents, contents, touched};
use super::commands::{Case, copy, strike};
use super::disk::small_disk_works;
use super::merging::{Desk, keep};
use super::traced::strace_works;
use super::{core, wanted};

const KOHESI: &str = env!("CARGO_BIN_EXE_kohesi");

fn people(count: u64) -> Vec<Interview> {
    Synthetic::new(core(), 11).interviews(count).collect()
}

/// A folder with a store of these people, and a folder for files.
fn scene(people: &[Interview]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    keep(&mut store(&folder.path().join("kohesi")), people);
    folder
}

fn store(home: &Path) -> Store {
    Store::open(&Paths::at(home), &Options::default()).unwrap().0
}

/// What a copy holds that is itself a store.
fn of_copy(path: &Path) -> Result<Contents, String> {
    let scratch = tempfile::tempdir().unwrap();
    fs::copy(path, scratch.path().join("kohesi.db")).unwrap();
    contents(scratch.path()).map_err(|reason| format!("{}: {reason}", path.display()))
}

/// Files of this beginning and ending in a folder.
fn files(folder: &Path, beginning: &str, ending: &str) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let is = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.starts_with(beginning) && name.ends_with(ending)
    };
    paths.filter(is).collect()
}

fn is(what: &str, now: &Contents, wanted: &Contents) -> Result<(), String> {
    if now == wanted { Ok(()) } else { Err(format!("{what}: {} are there of {}", now.len(), wanted.len())) }
}

/// `kohesi backup`, beside the others or to a file: there is a whole copy or none.
fn backing_up(folder: &Path, elsewhere: bool) -> Case {
    let scratch = tempfile::tempdir().unwrap();
    copy(folder, scratch.path());
    let expected = contents(&scratch.path().join("kohesi")).unwrap();
    let judge = move |root: &Path, claimed: bool| {
        is("the store", &contents(&root.join("kohesi"))?, &expected)?;
        let copies = files(&root.join(if elsewhere { "out" } else { "kohesi/backups" }), "", ".db");
        copies.iter().try_for_each(|path| is("the copy", &of_copy(path)?, &expected))?;
        if claimed && copies.is_empty() { Err("said to be made, and not there".to_owned()) } else { Ok(()) }
    };
    let today = kohesi::store::local(kohesi::store::now().unix_ms).date();
    let name = if elsewhere { "out/copy.db".to_owned() } else { format!("kohesi/backups/kohesi-{today}.db") };
    let mut args = vec!["backup".to_owned()];
    if elsewhere {
        args.extend(["-o".to_owned(), format!("{{}}/{name}")]);
    }
    let own = [name.clone(), format!("{name}.part"), format!("{name}.part-journal")];
    let folders = if elsewhere { vec!["out"] } else { vec!["kohesi", "kohesi/backups"] };
    Case {
        name: format!("backup to {name}"),
        program: KOHESI,
        args,
        before: folder.to_owned(),
        touched: own.into_iter().chain(folders.into_iter().map(str::to_owned)).collect(),
        judge: Box::new(judge),
        again: true,
        silent: true,
    }
}

/// `kohesi bundle`, new or over an old one: the file is the old one, none, or whole.
fn bundling(folder: &Path, over: bool) -> Case {
    let (path, old) = (folder.join("out/a.kohesi"), b"an old file".as_slice());
    if over {
        fs::write(&path, old).unwrap();
    }
    let scratch = tempfile::tempdir().unwrap();
    copy(folder, scratch.path());
    let expected = contents(&scratch.path().join("kohesi")).unwrap();
    let judge = move |root: &Path, claimed: bool| {
        is("the store", &contents(&root.join("kohesi"))?, &expected)?;
        match fs::read(root.join("out/a.kohesi")) {
            Ok(bytes) if over && bytes == old && !claimed => Ok(()),
            Ok(bytes) => match sound_bundle(&bytes) {
                Ok(count) if count == expected.len() as u64 => Ok(()),
                other => Err(format!("{} bytes that are {other:?}", bytes.len())),
            },
            Err(_) if !claimed && !over => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    };
    let args = ["bundle", "--force", "-o", "{}/out/a.kohesi"];
    Case {
        name: format!("bundle, over an old one: {over}"),
        program: KOHESI,
        args: args.map(str::to_owned).into(),
        before: folder.to_owned(),
        touched: ["out", "out/a.kohesi", "out/a.kohesi.part"].map(str::to_owned).into(),
        judge: Box::new(judge),
        again: true,
        silent: true,
    }
}

/// `kohesi restore`: the store is as it was, or the copy's without who was erased; then what was there lies beside it.
fn restoring(folder: &Path) -> Case {
    let (home, other) = (folder.join("kohesi"), tempfile::tempdir().unwrap());
    let gone = {
        let mut there = store(other.path());
        keep(&mut there, &people(9)[3..]);
        people(9)[4].id()
    };
    fs::copy(other.path().join("kohesi.db"), folder.join("out/copy.db")).unwrap();
    store(&home).erase(gone).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    copy(&home, scratch.path());
    let before = contents(scratch.path()).unwrap();
    let mut after = of_copy(&folder.join("out/copy.db")).unwrap();
    assert!(after.remove(&gone).is_some() && !before.contains_key(&gone) && before != after);
    let judge = move |root: &Path, claimed: bool| {
        let home = root.join("kohesi");
        let now = contents(&home)?;
        if now == before && !claimed {
            return Ok(());
        }
        is("the store", &now, &after)?;
        // A disk that fails while the store is looked at makes it a damaged one, which is kept elsewhere.
        let kept = [files(&home.join("backups"), "replaced-", ".db"), files(&home, "kohesi.db.damaged-", "")].concat();
        let told = kept.iter().map(|path| is("what was there", &of_copy(path)?, &before));
        // A run that was cut short may have given it a second name already.
        told.reduce(Result::or).unwrap_or(Err("what was there is gone".to_owned()))
    };
    let today = kohesi::store::local(kohesi::store::now().unix_ms).date();
    let replaced = format!("/backups/replaced-{today}.db");
    Case {
        name: "restore".to_owned(),
        program: KOHESI,
        args: ["restore", "{}/out/copy.db"].map(str::to_owned).into(),
        before: folder.to_owned(),
        touched: touched(&["/kohesi.db.part", "/kohesi.db.part-journal", "/backups", &replaced]),
        judge: Box::new(judge),
        again: true,
        silent: true,
    }
}

/// `kohesi merge`: all of it, or nothing.
fn merging(folder: &Path) -> Case {
    let desk = Desk::new();
    copy(&desk.fresh(), &folder.join("kohesi"));
    fs::create_dir(folder.join("out")).unwrap();
    fs::copy(&desk.bundle, folder.join("out/other.kohesi")).unwrap();
    let copied = |home: &Path| {
        let scratch = tempfile::tempdir().unwrap();
        copy(home, scratch.path());
        contents(scratch.path()).unwrap()
    };
    let (before, home) = (copied(&folder.join("kohesi")), desk.fresh());
    assert!(desk.run(&home, None).success());
    let after = copied(&home);
    assert_eq!((before.len(), after.len()), (5, 9));
    let judge = move |root: &Path, claimed: bool| {
        let now = contents(&root.join("kohesi"))?;
        if now == before && !claimed { Ok(()) } else { is("the store", &now, &after) }
    };
    Case {
        name: "merge".to_owned(),
        program: KOHESI,
        args: ["merge", "{}/out/other.kohesi"].map(str::to_owned).into(),
        before: folder.to_owned(),
        touched: [touched(&[]), vec!["out/other.kohesi".to_owned()]].concat(),
        judge: Box::new(judge),
        again: true,
        silent: true,
    }
}

#[test]
fn no_fault_while_stores_are_copied_and_brought_together_leaves_half_of_it() {
    if !strace_works() {
        return;
    }
    let scenes: [tempfile::TempDir; 5] = std::array::from_fn(|_| scene(&people(6)));
    let folders = scenes.each_ref().map(tempfile::TempDir::path);
    let alone = tempfile::tempdir().unwrap();
    let cases = [
        backing_up(folders[0], false),
        backing_up(folders[1], true),
        bundling(folders[2], false),
        bundling(folders[3], true),
        restoring(folders[4]),
        merging(alone.path()),
    ];
    let only: String = wanted("KOHESI_COMMAND", String::new());
    let cases: Vec<Case> = cases.into_iter().filter(|case| case.name.contains(&only)).collect();
    let most = wanted("KOHESI_CALLS", 1);
    strike("backup, bundle, restore, merge", &cases, most, "0 half, 0 lost, 0 false claims, 0 not finished afterwards");
}

/// Runs the program in a folder `disk` that holds so many KiB, with what `folder` has of it before. How it ended, and the
/// folder's files afterwards.
fn on_small_disk(folder: &Path, kib: u32, language: &str, args: &[&str]) -> (Output, PathBuf) {
    const SCRIPT: &str = r#"mount -t tmpfs -o size="$1"k none disk && cp -r before/. disk && shift &&
        { "$@"; said=$?; cp -r disk after; exit $said; }"#;
    let _ = fs::remove_dir_all(folder.join("after"));
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", SCRIPT, "sh", &kib.to_string(), KOHESI]).args(args).current_dir(folder);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("LANG", language).env("HOME", folder);
    (command.env("KOHESI_HOME", "disk/kohesi").output().unwrap(), folder.join("after"))
}

const FULL: [(&str, &str); 2] = [("en_GB.UTF-8", "The disk is full"), ("id_ID.UTF-8", "Penyimpanan penuh")];

#[test]
fn a_full_disk_is_told_and_nothing_is_half_copied_or_half_taken() {
    if !small_disk_works() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["disk", "before", "laptop"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    let (home, other) = (folder.path().join("before/kohesi"), folder.path().join("laptop"));
    keep(&mut store(&home), &people(6));
    let mut there = store(&other);
    keep(&mut there, &people(250));
    let bundling = Bundling { path: folder.path().join("other.kohesi"), ..Bundling::default() };
    there.bundle(&bundling, Watch { stop: &AtomicBool::new(false), progress: &|_| {} }).unwrap();
    let expected = contents(&home).unwrap();
    let kib = |path: &Path| u32::try_from(fs::metadata(path).unwrap().len() / 1024).unwrap();
    // Room for the store with its log and half as much again; the lock, the folder and the log's index take a little.
    let room = kib(&home.join("kohesi.db")) * 3 / 2 + 64;
    let commands: [&[&str]; 4] =
        [&["backup"], &["backup", "-o", "disk/copy.db"], &["merge", "other.kohesi"], &["restore", "laptop/kohesi.db"]];
    drop(there);
    for args in commands {
        for (language, words) in FULL {
            let (output, after) = on_small_disk(folder.path(), room, language, args);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{args:?}: {said}");
            assert!(said.contains(words), "{args:?}: {said}");
            assert_eq!(contents(&after.join("kohesi")), Ok(expected.clone()), "{args:?}");
            let left = [files(&after, "", "db"), files(&after.join("kohesi/backups"), "", ""), parts(&after)].concat();
            assert!(left.is_empty(), "{args:?}: {left:?}");
        }
        let (output, after) = on_small_disk(folder.path(), 4 * room, FULL[0].0, args);
        assert!(output.status.success(), "{args:?}, with room: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(parts(&after), Vec::<PathBuf>::new());
    }
}

fn parts(folder: &Path) -> Vec<PathBuf> {
    [files(folder, "", ".part"), files(&folder.join("kohesi"), "", ".part")].concat()
}
