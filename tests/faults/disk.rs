//! Disks that fill up, break or refuse in the middle of an interview, and are well again.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use kohesi::interview::{Happening, Interview, Response};
use kohesi::questionnaire::{Answer, ItemIndex, Pick};
use kohesi::store::State;

use super::watch::{Frame, Watch, wait_for_output};
use super::{IN, everything, opened};
use crate::support::pty::{BOUND, Exit, Leader, Pty};
use crate::support::shim::Disk;

/// What the question what to do begins with.
const TOLD: &str = "It is still here on the screen";

/// Waits for something outside the terminal.
fn wait(pty: &mut Pty, what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + BOUND;
    while !holds() {
        assert!(Instant::now() < until, "waited for {what}");
        wait_for_output(pty, Duration::from_millis(5));
    }
}

/// An interview on its fourth item, three answers saved: 1, 2, 3.
fn on_the_fourth(mut pty: Pty) -> (Pty, Watch) {
    let mut watch = Watch::begin(&mut pty);
    pty.type_keys(&[IN, b"1\r2\r3\r"].concat()).unwrap();
    watch.until(&mut pty, "the fourth item", |frame| frame.counter == Some((4, 39)) && frame.says_saved());
    (pty, watch)
}

/// Answers the fourth item with 4 and waits for "NOT SAVED"; never is it said to be saved.
fn not_saved(pty: &mut Pty, watch: &mut Watch, cause: &str) {
    pty.type_keys(b"4\r").unwrap();
    let frames = watch.until(pty, "NOT SAVED", Frame::says_not_saved);
    never_saved(&frames);
    assert!(watch.text().contains(cause), "{}", watch.text());
}

fn never_saved(frames: &[Frame]) {
    for frame in frames {
        assert!(frame.counter.is_none_or(|(at, _)| at == 4) || !frame.says_saved(), "{}", frame.text);
    }
}

/// Going on is blocked, with what to do; the answer to the fifth item, 5, is kept.
fn blocked(pty: &mut Pty, watch: &mut Watch) {
    pty.type_keys(b"5\r").unwrap();
    let frames = watch.until(pty, "the question what to do", |frame| frame.text.contains(TOLD));
    never_saved(&frames);
}

fn ends_well(pty: &mut Pty, watch: &mut Watch) {
    watch.until(pty, "the interview", |frame| frame.counter.is_some() && frame.says_saved());
    pty.type_keys(b"\x03\x03").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap(), Exit { code: 0, signal: None });
}

/// The choices on the disk, the first item first, of the only interview; each answer stored once.
fn stored(home: &Path) -> (Vec<u16>, State) {
    let mut kept = everything(&opened(home).unwrap()).unwrap();
    assert_eq!(kept.len(), 1);
    let (interview, _, state) = kept.remove(0);
    let given = interview.events().iter().filter(|event| matches!(event.what, Happening::Responded { .. })).count();
    assert_eq!(given, interview.progress().answered, "an answer is there twice");
    (choices(&interview), state)
}

fn choices(interview: &Interview) -> Vec<u16> {
    let choice = |index: ItemIndex| match interview.response(index) {
        Some(Response::Given(Answer::Choice(Pick(pick)))) => Some(pick + 1),
        _ => None,
    };
    interview.questionnaire().indexes().map_while(choice).collect()
}

/// A fault comes and goes: nothing is claimed meanwhile, and afterwards everything is saved by itself and once.
fn comes_and_goes(fault: &str, cause: &str) {
    let Some(disk) = Disk::new() else { return };
    let (mut pty, mut watch) = on_the_fourth(disk.launch(&["take", "--lang", "en"]).spawn().unwrap());
    disk.fault(fault, "");
    not_saved(&mut pty, &mut watch, cause);
    blocked(&mut pty, &mut watch);
    // Through a try by hand and one by itself, which fail too; the question stays.
    for keys in [&b"1\r"[..], b""] {
        let failed = disk.failed();
        pty.type_keys(keys).unwrap();
        wait(&mut pty, "another try", || disk.failed() > failed);
        never_saved(&watch.look(&mut pty));
        assert!(watch.text().contains(TOLD), "{}", watch.text());
    }
    disk.lift(fault);
    let frames = watch.until(&mut pty, "saved", Frame::says_saved);
    assert!(frames.iter().all(|frame| frame.says_saved() || frame.says_not_saved()));
    ends_well(&mut pty, &mut watch);
    assert_eq!(stored(&disk.home()), (vec![1, 2, 3, 4, 5], State::Unfinished), "{fault}");
}

#[test]
fn a_full_disk_is_told_and_the_answer_saved_when_there_is_room() {
    comes_and_goes("full", "The disk is full");
}

#[test]
fn a_sync_that_fails_is_told_and_what_it_wrote_is_not_there_twice() {
    comes_and_goes("broken", "The disk did not answer properly");
}

#[test]
fn a_disk_that_takes_no_writes_any_more_is_told() {
    comes_and_goes("readonly", "cannot be written to");
}

#[test]
fn a_disk_that_is_full_from_the_consent_on_is_told_and_nothing_is_lost() {
    let Some(disk) = Disk::new() else { return };
    let mut pty = disk.launch(&["take", "--lang", "en"]).spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    pty.type_keys(b"\r1").unwrap();
    watch.until(&mut pty, "the consent", |frame| frame.heading_is("Your consent") && frame.text.contains('>'));
    disk.fault("full", "");
    pty.type_keys(b"\r").unwrap();
    watch.until(&mut pty, "NOT SAVED", Frame::says_not_saved);
    // What is marked is a draft, which must not hide why nothing is saved.
    pty.type_keys(b"1").unwrap();
    for _ in 0..2 {
        let failed = disk.failed();
        wait(&mut pty, "another try", || disk.failed() > failed);
    }
    for frame in watch.look(&mut pty) {
        assert!(frame.status.contains("NOT SAVED: The disk is full"), "{}", frame.text);
    }
    disk.lift("full");
    watch.until(&mut pty, "saved", Frame::says_saved);
    pty.type_keys(b"\r2\r3\r4\r5\r").unwrap();
    watch.until(&mut pty, "the sixth item", |frame| frame.counter == Some((6, 39)) && frame.says_saved());
    ends_well(&mut pty, &mut watch);
    assert_eq!(stored(&disk.home()), (vec![1, 2, 3, 4, 5], State::Unfinished));
}

#[test]
fn what_is_left_unsaved_at_the_end_is_tried_once_more() {
    let Some(disk) = Disk::new() else { return };
    let (mut pty, mut watch) = on_the_fourth(disk.launch(&["take", "--lang", "en"]).spawn().unwrap());
    disk.fault("full", "");
    not_saved(&mut pty, &mut watch, "The disk is full");
    disk.lift("full");
    pty.signal(rustix::process::Signal::TERM).unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 143);
    assert_eq!(stored(&disk.home()), (vec![1, 2, 3, 4], State::Unfinished));
}

#[test]
fn leaving_with_an_answer_that_is_not_saved_is_no_success() {
    let Some(disk) = Disk::new() else { return };
    let (mut pty, mut watch) = on_the_fourth(disk.launch(&["take", "--lang", "en"]).spawn().unwrap());
    disk.fault("full", "");
    not_saved(&mut pty, &mut watch, "The disk is full");
    // The first asks, the second says what would be lost, the third means it.
    pty.type_keys(b"\x03\x03\x03").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 1);
    disk.lift("full");
    assert_eq!(stored(&disk.home()), (vec![1, 2, 3], State::Unfinished));
}

#[test]
fn an_interview_goes_on_in_another_folder() {
    let Some(disk) = Disk::new() else { return };
    let other = disk.live().join("stick");
    let (mut pty, mut watch) = on_the_fourth(disk.launch(&["take", "--lang", "en"]).spawn().unwrap());
    disk.fault("full", disk.home().to_str().unwrap());
    not_saved(&mut pty, &mut watch, "The disk is full");
    blocked(&mut pty, &mut watch);
    move_to(&other, &mut pty, &mut watch);
    pty.type_keys(b"\r1\r").unwrap();
    watch.until(&mut pty, "the seventh item", |frame| frame.counter == Some((7, 39)) && frame.says_saved());
    ends_well(&mut pty, &mut watch);
    assert_eq!(stored(&other), (vec![1, 2, 3, 4, 5, 1], State::Unfinished));
    assert_eq!(stored(&disk.home()).0[..3], [1, 2, 3], "what was saved before stays where it was");
}

/// From the question what to do: in this folder.
fn move_to(folder: &Path, pty: &mut Pty, watch: &mut Watch) {
    pty.type_keys(b"2\r").unwrap();
    watch.until(pty, "the question for a folder", |frame| frame.text.contains("The folder to save in"));
    pty.type_keys(folder.to_str().unwrap().as_bytes()).unwrap();
    pty.type_keys(b"\r").unwrap();
    watch.until(pty, "saved in the other folder", Frame::says_saved);
}

#[test]
fn a_finished_interview_is_finished_in_another_folder_too() {
    let Some(disk) = Disk::new() else { return };
    let other = disk.live().join("stick");
    let mut pty = disk.launch(&["take", "--lang", "en"]).spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    let answers = [IN, &b"4\r".repeat(35), b"2\r1\r12\r1\r"].concat();
    pty.type_keys(&answers).unwrap();
    watch.until(&mut pty, "the review", |frame| frame.heading_is("Before you finish") && frame.says_saved());
    disk.fault("full", disk.home().to_str().unwrap());
    pty.type_keys(b"1\r").unwrap();
    watch.until(&mut pty, "NOT SAVED", |frame| frame.is_profile() && frame.says_not_saved());
    pty.type_keys(b"q").unwrap();
    watch.until(&mut pty, "the question what to do", |frame| frame.text.contains(TOLD));
    move_to(&other, &mut pty, &mut watch);
    pty.type_keys(b"q").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap(), Exit { code: 0, signal: None });
    let kept = everything(&opened(&other).unwrap()).unwrap();
    assert_eq!((kept.len(), kept[0].0.progress().answered, kept[0].2), (1, 39, State::Finished));
}

/// A file system of its own with so many KiB, in a mount name space of its own: for a disk that is really full.
pub(super) fn small_disk_works() -> bool {
    let script = "mount -t tmpfs -o size=64k none /mnt";
    let tried = Command::new("unshare").args(["-m", "sh", "-c", script]).output();
    let works = tried.as_ref().is_ok_and(|tried| tried.status.success());
    if !works {
        eprintln!("SKIPPED: a disk that is really full needs the right to mount: {tried:?}");
    }
    works
}

#[test]
fn a_disk_that_is_really_full_is_told_and_the_answer_saved_when_there_is_room() {
    if !small_disk_works() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mount = folder.path().join("disk");
    std::fs::create_dir(&mount).unwrap();
    let script = r#"mount -t tmpfs -o size=4m none "$0" && exec "$@""#;
    let launch = crate::support::pty::Launch::new(env!("CARGO_BIN_EXE_kohesi"), folder.path())
        .args(["take", "--lang", "en"])
        .env("KOHESI_HOME", mount.join("kohesi"))
        .leader(Leader::Program)
        .under("unshare", ["-m".as_ref(), "sh".as_ref(), "-c".as_ref(), script.as_ref(), mount.as_os_str()]);
    let (mut pty, mut watch) = on_the_fourth(launch.spawn().unwrap());
    // The program has taken the place of the shell and of `unshare`; its disk is seen through it alone.
    let process = pty.program().unwrap().unwrap().as_raw_nonzero();
    let disk = Path::new("/proc").join(process.to_string()).join("root").join(mount.strip_prefix("/").unwrap());
    let ballast = disk.join("ballast");
    let filled = fill(&ballast);
    not_saved(&mut pty, &mut watch, "The disk is full");
    blocked(&mut pty, &mut watch);
    std::fs::remove_file(&ballast).unwrap();
    let frames = watch.until(&mut pty, "saved", Frame::says_saved);
    never_saved(&frames[..frames.len() - 1]);
    let kept = folder.path().join("kept");
    ends_well_on(&disk, &kept, &mut pty, &mut watch);
    assert_eq!(stored(&kept), (vec![1, 2, 3, 4, 5], State::Unfinished), "after {filled} bytes of ballast");
}

/// Fills the disk to the last byte.
fn fill(ballast: &Path) -> usize {
    use std::io::Write;
    let mut file = std::fs::File::create(ballast).unwrap();
    let mut written = 0;
    for size in [65_536, 4_096, 1] {
        while let Ok(length @ 1..) = file.write(&vec![b'b'; size]) {
            written += length;
        }
    }
    assert!(written > 0);
    written
}

/// The disk goes with the program: its files are copied while the program stands still, and that it ends is seen.
fn ends_well_on(disk: &Path, kept: &Path, pty: &mut Pty, watch: &mut Watch) {
    watch.until(pty, "saved", Frame::says_saved);
    let program = pty.program().unwrap().unwrap();
    let stopped = super::cuts::Stopped::stop(program).unwrap();
    std::fs::create_dir(kept).unwrap();
    for name in ["kohesi.db", "kohesi.db-wal"] {
        std::fs::copy(disk.join("kohesi").join(name), kept.join(name)).unwrap();
    }
    drop(stopped);
    pty.type_keys(b"\x03\x03").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap(), Exit { code: 0, signal: None });
}
