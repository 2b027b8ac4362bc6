//! `kohesi key`, as a coordinator in a hurry types it, as one who mistypes, and as a script.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use kohesi::store::{Identity, Paths, Store};

use super::{BOUND, ENGLISH, INDONESIAN, KOHESI, Place, Says};
use crate::support::pty::{Leader, Pty};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn ok(place: &Place, args: &[&str]) -> String {
    let output = place.run(args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn fails(place: &Place, args: &[&str], says: &str) {
    let output = place.run(args);
    assert!(!output.status.success() && said(&output).contains(says), "{args:?}: {}", said(&output));
}

fn public(identity: &Identity) -> String {
    identity.public_keys()[0].to_string()
}

fn states(place: &Place) -> Vec<String> {
    let rows: Vec<serde_json::Value> = serde_json::from_str(&ok(place, &["key", "show", "--json"])).unwrap();
    rows.iter().map(|row| row["state"].as_str().unwrap().to_owned()).collect()
}

/// What is sealed to, opened with this key.
fn opens(place: &Place, identity: &Identity) -> bool {
    let store = Store::read(&Paths::at(&place.data())).unwrap().unwrap();
    let sealed = store.recipients().unwrap().unwrap().seal(b"rukun").unwrap();
    identity.open(&sealed).is_ok()
}

/// The rows of the recovery key as they stand on the screen.
fn rows(pty: &mut Pty) -> Vec<String> {
    let text = pty.screen_text();
    let number = |line: &str| {
        let row = line.rsplit_once("  ").map_or(line, |(_, row)| row).trim();
        let key = !row.is_empty()
            && row.chars().all(|sign| sign == ' ' || sign.is_ascii_digit() || sign.is_ascii_uppercase());
        (key && row.len() >= 12).then(|| row.to_owned())
    };
    text.lines().filter_map(number).collect()
}

#[test]
fn a_script_makes_keys_uses_them_and_passes_the_drill() {
    let place = Place::new();
    fails(&place, &["key", "new", "-o", "coordinator.key"], "--yes");
    assert!(!place.path().join("coordinator.key").exists());
    let told = ok(&place, &["key", "new", "-o", "coordinator.key", "--yes"]);
    assert!(told.contains("no back door"), "{told}");
    let file = fs::read(place.path().join("coordinator.key")).unwrap();
    let coordinator = Identity::read(&file, None).unwrap();
    assert!(told.contains(&public(&coordinator)) && !told.contains("SECRET"), "{told}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(place.path().join("coordinator.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fails(&place, &["key", "new", "-o", "coordinator.key", "--yes"], "already");
    assert_eq!(fs::read(place.path().join("coordinator.key")).unwrap(), file);

    let key = public(&coordinator);
    fails(&place, &["key", "use", &key.replace("age1", "age1q"), "--yes"], "not a key");
    fails(&place, &["key", "use", &key, "--recovery", &key, "--yes"], "another");
    assert_eq!(ok(&place, &["key", "show"]).trim(), "Nothing is sealed on this laptop.");
    let told = ok(&place, &["key", "use", &key, "--yes"]);
    let paper = &told[told.find("# ").unwrap()..];
    let recovery = Identity::read(paper.as_bytes(), None).unwrap();
    assert_eq!(states(&place), ["untried"]);
    fails(&place, &["take", "--plain"], "kohesi key drill");

    fs::write(place.path().join("other.key"), &*Identity::generate().text()).unwrap();
    fails(&place, &["key", "drill", "--key", "other.key"], "does not open");
    fs::write(place.path().join("paper.txt"), paper).unwrap();
    ok(&place, &["key", "drill", "--key", "paper.txt"]);
    assert_eq!(states(&place), ["in_force"]);
    assert!(opens(&place, &recovery) && opens(&place, &coordinator) && !opens(&place, &Identity::generate()));
    let secret = recovery.text();
    let stored = fs::read(Paths::at(&place.data()).database()).unwrap();
    assert!(!stored.windows(40).any(|window| window == &secret.as_bytes()[..40]), "the private half is nowhere");

    // A second laptop of the same team, and then another coordinator.
    let second = Place::new();
    ok(&second, &["key", "use", &key, "--recovery", &public(&recovery), "--yes"]);
    let mut drill = Command::new(KOHESI);
    drill.args(["key", "drill"]).current_dir(second.path()).env_clear().env("KOHESI_HOME", second.data());
    let mut drill = drill.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    drill.stdin.take().unwrap().write_all(secret.to_lowercase().replace('-', " ").as_bytes()).unwrap();
    assert!(drill.wait().unwrap().success());
    assert!(opens(&second, &coordinator) && opens(&second, &recovery));
    assert!(ok(&second, &["key", "use", &key, "--recovery", &public(&recovery), "--yes"]).contains("already"));
    fs::copy(place.path().join("other.key"), second.path().join("other.key")).unwrap();
    let told = ok(&second, &["key", "use", "other.key", "--yes"]);
    assert!(told.contains(&key), "it says to whom was sealed before: {told}");
    assert_eq!(states(&second), ["in_force", "untried"]);
    ok(&second, &["key", "drill", "--key", "other.key"]);
    assert_eq!(states(&second), ["former", "in_force"]);
    assert!(!opens(&second, &coordinator));
    fails(&second, &["key", "stop"], "--yes");
    ok(&second, &["key", "stop", "--yes"]);
    assert_eq!(states(&second), ["former", "former"]);
    fails(&second, &["key", "stop", "--yes"], "No key is chosen");
}

#[test]
fn a_passphrase_comes_from_a_file() {
    let place = Place::new();
    fs::write(place.path().join("word"), "gotong royong\nsecond line\n").unwrap();
    fs::write(place.path().join("empty"), "\n").unwrap();
    fails(&place, &["key", "new", "-o", "k", "--yes", "--key-passphrase-file", "empty"], "no passphrase");
    ok(&place, &["key", "new", "-o", "k", "--yes", "--key-passphrase-file", "word"]);
    let identity = Identity::read(&fs::read(place.path().join("k")).unwrap(), Some("gotong royong")).unwrap();
    ok(&place, &["key", "use", &public(&identity), "--yes"]);
    fails(&place, &["key", "drill", "--key", "k"], "under a passphrase");
    fs::write(place.path().join("wrong"), "gotong").unwrap();
    fails(&place, &["key", "drill", "--key", "k", "--key-passphrase-file", "wrong"], "not the passphrase");
    ok(&place, &["key", "drill", "--key", "k", "--key-passphrase-file", "word"]);
    assert_eq!(states(&place), ["in_force"]);
}

/// The recovery key is shown, typed back with a slip and without, and leaves nothing on the terminal.
fn walk(says: &Says, columns: u16, lines: u16, words: [&str; 6]) {
    let [go, title, first, differs, passed, yes] = words;
    let place = Place::new();
    let key = public(&Identity::generate());
    let launch = place.launch(says, &["key", "use", &key, "--lang", says.tag]);
    let mut pty = launch.size(lines, columns).leader(Leader::Shell).spawn().unwrap();
    pty.wait_for_text(go, BOUND).unwrap();
    pty.press(&format!("{yes}\r"), title);
    pty.wait_for_text("Enter", BOUND).unwrap();
    let shown = rows(&mut pty);
    assert_eq!(shown.iter().map(String::len).collect::<Vec<_>>(), [19, 19, 19, 12], "{}", pty.screen_text());
    assert_eq!(pty.screen_text().contains('▀'), columns >= 80, "{}", pty.screen_text());
    pty.press("\r", first);
    assert!(!pty.screen_text().contains(&shown[1]));
    let slip = if shown[0].starts_with('Q') { "p" } else { "q" };
    pty.press(&format!("{slip}{}\r", &shown[0][1..]), differs);
    // Once more, and back again.
    pty.press("?\r", &shown[3]).press("\r", differs);
    pty.press(&format!("\x15{}\r", shown[0].to_lowercase().replace(' ', "-")), &first.replace('1', "2"));
    let third = first.replace('1', "3");
    pty.press(&format!("{}\r", shown[1].replace(' ', "").replace('0', "o").replace('8', "b")), &third);
    pty.press(&format!("{}\r", shown[2]), &first.replace('1', "4"));
    pty.type_keys(format!("{}\r", shown[3]).as_bytes()).unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0, "{}", pty.screen_text());
    assert!(String::from_utf8_lossy(pty.bytes()).contains(passed), "{}", pty.screen_text());
    for row in &shown {
        assert!(!pty.screen_text().contains(row));
    }
    assert_eq!(pty.modes().unwrap(), *pty.modes_before());
    let whole = shown.concat().replace(' ', "");
    let recovery = Identity::read(format!("AGE-SECRET-KEY-1{whole}").as_bytes(), None).unwrap();
    assert!(opens(&place, &recovery));
}

#[test]
fn the_recovery_key_is_written_down_and_typed_back() {
    let english = ["(yes/no)", "Recovery key", "Row 1:", "Row 1 is not", "Drill passed", "yes"];
    let indonesian = ["(ya/tidak)", "Kunci cadangan", "Baris 1:", "Baris 1 tidak sama", "Uji buka berhasil", "ya"];
    walk(&ENGLISH, 80, 24, english);
    walk(&INDONESIAN, 80, 24, indonesian);
    walk(&ENGLISH, 40, 15, english);
    walk(&INDONESIAN, 40, 15, indonesian);
}

#[test]
fn who_gives_up_has_changed_nothing_or_still_owes_the_drill() {
    let place = Place::new();
    let key = public(&Identity::generate());
    let start = || {
        let launch = place.launch(&ENGLISH, &["key", "use", &key]).leader(Leader::Shell);
        let mut pty = launch.spawn().unwrap();
        pty.wait_for_text("(yes/no)", BOUND).unwrap();
        pty
    };
    let mut pty = start();
    pty.type_keys(b"no\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 1);
    let mut pty = start();
    pty.press("yes\r", "AGE-SECRET-KEY-1").type_keys(b"\x03").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 1);
    assert!(!pty.screen_text().contains("AGE-SECRET-KEY-1"));
    assert!(states(&place).is_empty());
    let mut pty = start();
    pty.press("yes\r", "AGE-SECRET-KEY-1").press("\r", "Row 1:").type_keys(b"\x1b").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 1);
    assert!(pty.screen_text().contains("kohesi key drill"), "{}", pty.screen_text());
    assert_eq!(states(&place), ["untried"]);
    // The menu says so, and begins nothing.
    let mut pty = place.launch(&ENGLISH, &[]).spawn().unwrap();
    pty.wait_for_text("have not been tried", BOUND).unwrap();
    pty.type_keys(b"1").unwrap();
    pty.press("\x1bOP", "All keys").escape("All keys");
    assert!(pty.screen_text().contains("have not been tried"), "{}", pty.screen_text());
}

#[test]
fn the_drill_is_passed_later_from_paper_and_a_foreign_key_or_a_slip_is_told() {
    let place = Place::new();
    let (coordinator, recovery) = (Identity::generate(), Identity::generate());
    ok(&place, &["key", "use", &public(&coordinator), "--recovery", &public(&recovery), "--yes"]);
    let mut pty = place.launch(&ENGLISH, &["key", "drill"]).leader(Leader::Shell).spawn().unwrap();
    pty.wait_for_text("Row 1:", BOUND).unwrap();
    // A whole key at once.
    pty.press(&format!("{}\r", Identity::generate().text().trim()), "a whole key");
    let text = recovery.text();
    let right = &text.trim()[16..];
    let wrong = format!("{}{}", if right.starts_with('Q') { 'P' } else { 'Q' }, &right[1..]);
    pty.press(&format!("{wrong}\r"), "a slip somewhere");
    pty.type_keys(format!("\x15{right}\r").as_bytes()).unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0, "{}", pty.screen_text());
    assert!(opens(&place, &coordinator));
}

#[test]
fn a_passphrase_is_typed_twice_and_never_seen() {
    let place = Place::new();
    let mut pty = place.launch(&ENGLISH, &["key", "new", "-o", "k"]).leader(Leader::Shell).spawn().unwrap();
    pty.wait_for_text("(yes/no)", BOUND).unwrap();
    pty.press("yes\r", "Passphrase:");
    pty.press("satu dua\r", "Once more:").press("satu tiga\r", "not the same");
    pty.press("satu dua\r", "Once more:").type_keys(b"satu dua\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0, "{}", pty.screen_text());
    assert!(!pty.bytes().windows(8).any(|window| window == b"satu dua" || window == b"satu tig"));
    assert!(pty.screen_text().contains('▀'), "{}", pty.screen_text());
    let identity = Identity::read(&fs::read(place.path().join("k")).unwrap(), Some("satu dua")).unwrap();
    ok(&place, &["key", "use", &public(&identity), "--yes"]);
    let mut pty = place.launch(&ENGLISH, &["key", "drill", "--key", "k"]).leader(Leader::Shell).spawn().unwrap();
    pty.wait_for_text("Passphrase:", BOUND).unwrap();
    pty.press("satu\r", "not the passphrase").type_keys(b"satu dua\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0, "{}", pty.screen_text());
    assert_eq!(states(&place), ["in_force"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_takes_the_recovery_key_off_the_terminal() {
    use rustix::process::Signal;
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let place = Place::new();
        let key = public(&Identity::generate());
        let mut pty = place.launch(&ENGLISH, &["key", "use", &key, "--yes"]).leader(Leader::Shell).spawn().unwrap();
        pty.wait_for_text("AGE-SECRET-KEY-1", BOUND).unwrap();
        pty.signal(signal).unwrap();
        assert_ne!(pty.wait_left(BOUND).unwrap(), 0);
        assert!(!pty.screen_text().contains("AGE-SECRET-KEY-1"), "{signal:?}: {}", pty.screen_text());
        assert_eq!(pty.modes().unwrap(), *pty.modes_before());
        assert!(states(&place).is_empty());
    }
}
