//! What the program meets when it starts: folders it refuses, stores it must not touch, clocks that are wrong.

use std::path::Path;

use kohesi::store::{Options, Paths, Store};

use super::watch::{Frame, Watch};
use super::{IN, everything, opened};
use crate::support::pty::{BOUND, Exit, Launch, Pty};
use crate::support::shim::Disk;

fn program(home: &Path, args: &[&str]) -> (Pty, Watch) {
    let launch = Launch::new(env!("CARGO_BIN_EXE_kohesi"), home.parent().unwrap());
    let launch = launch.args(["take", "--lang", "en"]).args(args.iter().copied()).env("KOHESI_HOME", home);
    let mut pty = launch.spawn().unwrap();
    let watch = Watch::begin(&mut pty);
    (pty, watch)
}

/// Waits for the screen that says why there is no store, with these words on it, and leaves.
fn refused(pty: &mut Pty, watch: &mut Watch, words: &[&str]) {
    watch.until(pty, "the refusal", |frame| frame.text.contains("The store is not ready"));
    // Wrapped where it is long.
    let text = watch.text().split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(text.contains(word), "{word}: {}", watch.text());
    }
    pty.type_keys(b"q").unwrap();
    pty.wait_exit(BOUND).unwrap();
}

fn begins(pty: &mut Pty, watch: &mut Watch) {
    pty.type_keys(&[IN, b"3\r"].concat()).unwrap();
    watch.until(pty, "the second item", |frame| frame.counter == Some((2, 39)) && frame.says_saved());
}

#[test]
fn a_cloud_synced_folder_is_refused_and_untouched_unless_allowed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("Dropbox")).unwrap();
    let home = folder.path().join("Dropbox/kohesi");
    let (mut pty, mut watch) = program(&home, &[]);
    refused(&mut pty, &mut watch, &["is copied elsewhere (Dropbox)", "--allow-shared-folder"]);
    assert!(!home.exists());
    let (mut pty, mut watch) = program(&home, &["--allow-shared-folder"]);
    begins(&mut pty, &mut watch);
    assert!(home.join("kohesi.db").exists());
}

#[test]
fn a_store_that_is_in_use_is_left_alone_and_its_user_named() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("kohesi");
    let (mut first, mut seen) = program(&home, &[]);
    begins(&mut first, &mut seen);
    let pid = first.program().unwrap().unwrap().as_raw_nonzero();
    let (mut second, mut watch) = program(&home, &[]);
    refused(&mut second, &mut watch, &[&format!("process {pid},"), "Close that one first"]);
    first.type_keys(b"4\r").unwrap();
    seen.until(&mut first, "the third item", |frame| frame.counter == Some((3, 39)) && frame.says_saved());
}

#[test]
fn the_store_of_a_newer_program_is_refused_and_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("kohesi");
    let paths = Paths::at(&home);
    drop(Store::open(&paths, &Options::default()).unwrap());
    let newer = rusqlite::Connection::open(paths.database()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    newer.close().unwrap();
    let before = std::fs::read(paths.database()).unwrap();
    let (mut pty, mut watch) = program(&home, &[]);
    refused(&mut pty, &mut watch, &["written by a newer kohesi (layout 99"]);
    assert!(std::fs::read(paths.database()).unwrap() == before, "the file was changed");
}

#[test]
fn a_disk_without_writing_is_refused_and_taken_once_it_can_be_written() {
    let Some(disk) = Disk::new() else { return };
    disk.fault("readonly", "");
    let mut pty = disk.launch(&["take", "--lang", "en"]).spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    watch.until(&mut pty, "the refusal", |frame| frame.text.contains("The store is not ready"));
    assert!(watch.text().contains("cannot be written to"), "{}", watch.text());
    disk.lift("readonly");
    pty.type_keys(b"1\r").unwrap();
    watch.until(&mut pty, "the introduction", |frame| frame.heading_is("Living together"));
    begins(&mut pty, &mut watch);
}

#[test]
fn a_folder_without_the_right_to_write_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    if rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: a folder without the right to write does not hinder root; see the disk without writing");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("kohesi");
    std::fs::create_dir(&home).unwrap();
    std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o500)).unwrap();
    let (mut pty, mut watch) = program(&home, &[]);
    refused(&mut pty, &mut watch, &["cannot be written to"]);
}

#[test]
fn little_space_is_told_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let script = r#"mkdir -p "$0" && mount -t tmpfs -o size=20m none "$0" && exec "$@""#;
    let home = folder.path().join("disk");
    let launch = Launch::new(env!("CARGO_BIN_EXE_kohesi"), folder.path())
        .args(["--lang", "en"])
        .env("KOHESI_HOME", home.join("kohesi"))
        .under("unshare", ["-m".as_ref(), "sh".as_ref(), "-c".as_ref(), script.as_ref(), home.as_os_str()]);
    if !super::disk::small_disk_works() {
        return;
    }
    let mut pty = launch.spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    watch.until(&mut pty, "the warning", |frame| frame.text.contains("MB are free on this disk"));
}

/// The clock of a machine whose battery is dead, and worse ones.
#[test]
fn a_clock_at_1970_is_doubted_and_hinders_nothing() {
    for (clock, ms) in [("0", 0), ("-86400", -86_400_000_i64), ("951782400", 951_782_400_000)] {
        let Some(disk) = Disk::new() else { return };
        let launch = disk.launch(&["take", "--lang", "en"]).env("KOHESI_SHIM_CLOCK", clock);
        let mut pty = launch.spawn().unwrap();
        let mut watch = Watch::begin(&mut pty);
        begins(&mut pty, &mut watch);
        pty.type_keys(b"\x03\x03").unwrap();
        assert_eq!(pty.wait_exit(BOUND).unwrap(), Exit { code: 0, signal: None });
        {
            let kept = everything(&opened(&disk.home()).unwrap()).unwrap();
            let (interview, _, _) = &kept[0];
            assert_eq!(interview.progress().answered, 1);
            for event in interview.events() {
                assert!(event.at.doubtful, "{clock}: {event:?}");
                assert!((ms..ms + 60_000).contains(&event.at.unix_ms), "{clock}: {event:?}");
            }
        }
        // Taken up with a clock that is right: its events are not doubted, those before stay so.
        let mut pty = disk.launch(&["take", "--lang", "en"]).spawn().unwrap();
        let mut watch = Watch::begin(&mut pty);
        watch.until(&mut pty, "the offer", |frame| frame.text.contains("clock is doubtful"));
        pty.type_keys(b"1\r4\r").unwrap();
        watch.until(&mut pty, "the third item", |frame| frame.counter == Some((3, 39)) && Frame::says_saved(frame));
        drop(pty);
        let kept = everything(&opened(&disk.home()).unwrap()).unwrap();
        let doubts: Vec<bool> = kept[0].0.events().iter().map(|event| event.at.doubtful).collect();
        assert_eq!(doubts, [true, true, true, false, false]);
    }
}
