//! A damaged store when the program starts: what it is moved to, what is told, what can still be read.

use std::fs;
use std::path::{Path, PathBuf};

use kohesi::store::{Notice, Options, Paths, Store};

use super::watch::Watch;
use super::{IN, Plan, core};
use crate::support::pty::{BOUND, Exit, Launch, Pty};

fn program(home: &Path) -> (Pty, Watch) {
    let launch = Launch::new(env!("CARGO_BIN_EXE_kohesi"), home.parent().unwrap());
    let mut pty = launch.args(["--lang", "en"]).env("KOHESI_HOME", home).spawn().unwrap();
    let watch = Watch::begin(&mut pty);
    (pty, watch)
}

/// A store with three finished interviews, made by the program itself, and closed.
fn made(home: &Path) {
    let (mut pty, mut watch) = program(home);
    for _ in 0..3 {
        let plan = Plan::draw(&core(), &mut fastrand::Rng::with_seed(5));
        watch.until(&mut pty, "the menu", |frame| frame.text.contains("Settings"));
        pty.type_keys(&[b"1\r", IN, &plan.keys.concat(), b"1\r"].concat()).unwrap();
        watch.until(&mut pty, "the profile", |frame| frame.is_profile() && frame.says_saved());
        pty.type_keys(b"q").unwrap();
    }
    watch.until(&mut pty, "the menu", |frame| frame.text.contains("See results (3)"));
    pty.type_keys(b"q").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap(), Exit { code: 0, signal: None });
}

fn numbers(text: &str, before: &str) -> Option<usize> {
    text.split(before).next()?.split_whitespace().next_back()?.parse().ok()
}

/// Starts the program on a damaged file: it is told and moved aside word for word, and a new store works at once.
/// The interviews found in it, and how many of them are whole.
fn told(home: &Path, damaged: &[u8]) -> (usize, usize) {
    let (mut pty, mut watch) = program(home);
    watch.until(&mut pty, "the notice", |frame| frame.text.contains("The data file was damaged"));
    let text = watch.text().split_whitespace().collect::<Vec<_>>().join(" ");
    let aside = PathBuf::from(format!("{}.damaged-1", Paths::at(home).database().display()));
    assert!(fs::read(&aside).unwrap() == damaged, "the damaged file was changed");
    pty.type_keys(&[b"1\r", IN, b"3\r"].concat()).unwrap();
    watch.until(&mut pty, "the second item", |frame| frame.counter == Some((2, 39)) && frame.says_saved());
    assert!(fs::read(&aside).unwrap() == damaged, "the damaged file was changed");
    (numbers(&text, "interviews,").unwrap(), numbers(&text, "of them whole").unwrap())
}

#[test]
fn a_damaged_store_is_moved_aside_and_told() {
    let source = tempfile::tempdir().unwrap();
    made(&source.path().join("kohesi"));
    let whole = fs::read(Paths::at(&source.path().join("kohesi")).database()).unwrap();
    assert!(!Paths::at(&source.path().join("kohesi")).home.join("kohesi.db-wal").exists());
    let cut = |length: usize| whole[..length].to_vec();
    let flipped = |from: usize, length: usize| {
        let mut bytes = whole.clone();
        bytes[from..from + length].iter_mut().for_each(|byte| *byte ^= 0x5a);
        bytes
    };
    for (what, bytes, readable) in [
        ("no database", b"Dear diary, this is no database at all.\n".repeat(200), 0),
        ("its first page gone", flipped(0, 4_096), 0),
        ("cut short within the first page", cut(1_000), 0),
        ("cut in half", cut(whole.len() / 2), 3),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("kohesi");
        fs::create_dir(&home).unwrap();
        fs::write(Paths::at(&home).database(), &bytes).unwrap();
        let (found, sound) = told(&home, &bytes);
        println!("{what}: {found} interviews found, {sound} whole");
        assert!(sound <= found && found <= readable, "{what}: {found} found, {sound} whole");
    }
}

#[test]
fn an_empty_file_is_a_store_to_be_made_and_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("kohesi");
    fs::create_dir(&home).unwrap();
    fs::write(Paths::at(&home).database(), "").unwrap();
    let (mut pty, mut watch) = program(&home);
    pty.type_keys(&[b"1\r", IN, b"3\r"].concat()).unwrap();
    watch.until(&mut pty, "the second item", |frame| frame.counter == Some((2, 39)) && frame.says_saved());
    assert_eq!(fs::read_dir(&home).unwrap().filter(|file| name(file).contains("damaged")).count(), 0);
}

fn name(file: &std::io::Result<fs::DirEntry>) -> String {
    file.as_ref().unwrap().file_name().into_string().unwrap()
}

/// Damage anywhere in the file, page by page: the program starts, tells of it or reads everything, and never shows an
/// answer that was not given.
#[test]
fn damage_in_any_page_is_noticed_or_harmless() {
    let source = tempfile::tempdir().unwrap();
    let home = source.path().join("kohesi");
    made(&home);
    let whole = fs::read(Paths::at(&home).database()).unwrap();
    let (store, _) = Store::open(&Paths::at(&home), &Options::default()).unwrap();
    let right: Vec<_> = super::everything(&store).unwrap().into_iter().map(|(interview, ..)| interview).collect();
    drop(store);
    let pages = whole.len() / 4_096;
    let (mut damaged, mut moved, mut still_whole, mut right_again) = (0, 0, 0, 0);
    for page in 0..pages {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        let chance = &mut fastrand::Rng::with_seed(page as u64);
        let from = page * 4_096 + chance.usize(0..3_584);
        bytes[from..from + 512].iter_mut().for_each(|byte| *byte = chance.u8(..));
        let paths = Paths::at(folder.path());
        fs::write(paths.database(), &bytes).unwrap();
        let (store, notices) = Store::open(&paths, &Options::default()).unwrap();
        if let Some(Notice::MovedAside { to, found, sound }) = notices.first() {
            assert!(sound <= found && *found <= right.len(), "page {page}: {found} found, {sound} whole");
            assert!(fs::read(to).unwrap() == bytes, "page {page}: the damaged file was changed");
            (moved, still_whole) = (moved + 1, still_whole + sound);
            continue;
        }
        for interview in &right {
            match super::whole(&store, interview.id()) {
                Ok((found, _)) => {
                    right_again += 1;
                    assert_eq!(found.events(), interview.events(), "page {page}");
                }
                Err(_) => damaged += 1,
            }
        }
    }
    println!(
        "{pages} pages, each damaged in turn: {moved} times moved aside with {still_whole} interviews still \
         whole, {damaged} interviews told as damaged, {right_again} read and right"
    );
    assert!(damaged > 0 && moved > 0 && right_again > 0);
}
