//! A store under a passphrase, as a facilitator has it and as a thief finds it.

use rustix::process::Signal;

use super::{BOUND, ENGLISH, INDONESIAN, ITEMS, Place, Says, all_keys, answer_to, at};

const PASSPHRASE: &str = "empat kata yang jauh";
const MARKER: &str = "zebra-di-catatan";

impl Place {
    fn secret(&self, name: &str, text: &str) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A place whose store is protected.
    fn protected() -> (Self, String) {
        let place = Self::new();
        let file = place.secret("passphrase", PASSPHRASE);
        let output = place.run(&["protect", "--new-passphrase-file", &file]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (place, file)
    }

    /// How often a text stands in any file of the store's folder, backups too.
    pub(super) fn traces(&self, text: &str) -> usize {
        let (mut folders, mut hits) = (vec![self.data()], 0);
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let file = std::fs::read(path).unwrap();
                    hits += file.windows(text.len()).filter(|window| *window == text.as_bytes()).count();
                }
            }
        }
        hits
    }
}

/// Answers two items, writes a note and leaves a second one half written, and is killed.
fn killed_in_the_middle(place: &Place, protected: bool) {
    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    if protected {
        pty.wait_for_text("Type the passphrase", BOUND).unwrap();
        pty.press("not this one\r", "Please try again").press(&format!("{PASSPHRASE}\r"), ENGLISH.introduction);
    }
    pty.begin(&ENGLISH);
    pty.press("3\r", &at(2)).press("n", "Your note").press(&format!("{MARKER}\r"), &at(2)).press("4\r", &at(3));
    pty.press("n", "Your note").press(MARKER, MARKER);
    std::thread::sleep(std::time::Duration::from_secs(1));
    pty.signal(Signal::KILL).unwrap();
    pty.wait_exit(BOUND).unwrap();
}

#[test]
fn a_killed_program_leaves_a_thief_nothing() {
    let place = Place::new();
    killed_in_the_middle(&place, false);
    assert!(place.traces(MARKER) > 1, "the control finds it");
    let (place, file) = Place::protected();
    killed_in_the_middle(&place, true);
    assert_eq!(place.traces(MARKER), 0);
    let rows = place.list();
    assert_eq!((rows[0]["state"].as_str(), rows[0]["answered"].as_u64()), (Some("unfinished"), None));

    // It goes on where it was left, and is finished.
    let rest: String = (3..=ITEMS).map(|item| answer_to(item, &ENGLISH).0).collect();
    let mut pty = place.launch(&ENGLISH, &["take", "--lang", "en", "--passphrase-file", &file]).spawn().unwrap();
    pty.wait_for_text("left unfinished", BOUND).unwrap();
    pty.press("\r", MARKER).press("\r", &at(3)).press(&rest, ENGLISH.review);
    pty.press("1\r", ENGLISH.profile).type_keys(b"\x1b").unwrap();
    pty.wait_exit(BOUND).unwrap();
    assert_eq!(place.traces(MARKER), 0);
}

fn told(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What works while the store is locked, and what asks for the passphrase.
#[test]
fn commands_ask_for_the_passphrase_where_they_need_it() {
    let (place, file) = Place::protected();
    let unlocked = |args: &[&str]| place.run(&[args, &["--passphrase-file", &file]].concat());
    let mut pty = place.launch(&ENGLISH, &["take", "--lang", "en", "--passphrase-file", &file]).spawn().unwrap();
    pty.press("\x1b[F\r1\r", &at(1)).press(&all_keys(&ENGLISH), ENGLISH.review).press("1\r", ENGLISH.profile);
    pty.type_keys(b"\x1b").unwrap();
    pty.wait_exit(BOUND).unwrap();

    for args in [&["profile"][..], &["stats"], &["export", "--format", "csv", "-o", "out"], &["take", "--plain"]] {
        let output = place.run(args);
        assert!(!output.status.success(), "{args:?}");
        assert!(told(&output).contains("--passphrase-file"), "{args:?}: {}", told(&output));
    }
    assert!(unlocked(&["profile"]).status.success());
    assert_eq!(unlocked(&["profile", "--json"]).status.code(), Some(0));
    assert!(unlocked(&["stats"]).status.success());
    let listed = told(&place.run(&["list", "--lang", "en"]));
    assert!(listed.contains("The store is locked") && listed.contains(&format!("? / {ITEMS}")), "{listed}");
    assert!(told(&unlocked(&["list", "--lang", "en"])).contains(&format!("{ITEMS} / {ITEMS}")));
    let wrong = place.secret("wrong", "tiga kata yang dekat");
    let output = place.run(&["profile", "--passphrase-file", &wrong, "--lang", "en"]);
    assert!(told(&output).contains("does not open it"), "{}", told(&output));
    let id = place.only_id();
    assert!(place.run(&["forget", &id, "--yes"]).status.success());
    assert!(place.list().is_empty());
}

#[test]
fn the_passphrase_is_chosen_changed_and_taken_away_on_the_terminal() {
    for (says, new, again, done, ask, open) in [
        (
            &ENGLISH,
            "New passphrase:",
            "once more:",
            "The store is protected:",
            "Passphrase or PIN:",
            "is not protected",
        ),
        (
            &INDONESIAN,
            "Kata sandi baru:",
            "lagi yang sama:",
            "sudah dilindungi:",
            "sandi atau PIN:",
            "tidak dilindungi",
        ),
    ] {
        let place = Place::new();
        let run = |args: &[&str]| place.launch(says, &[args, &["--lang", says.tag]].concat()).spawn().unwrap();
        let mut pty = run(&["protect"]);
        pty.wait_for_text(new, BOUND).unwrap();
        pty.press(&format!("{PASSPHRASE}\r"), again).press(&format!("{PASSPHRASE}\r"), done);
        assert!(!pty.screen_text().contains("yang jauh"), "{}", pty.screen_text());
        assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
        let mut pty = run(&["protect"]);
        pty.wait_for_text(ask, BOUND).unwrap();
        pty.press(&format!("{PASSPHRASE}\r"), new).press("lain kata sandi\r", again).press("lain kata sandi\r", done);
        assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
        let mut pty = run(&["protect", "--off"]);
        pty.wait_for_text(ask, BOUND).unwrap();
        pty.type_keys(b"lain kata sandi\r").unwrap();
        assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
        assert!(told(&place.run_in(says.locale, &["protect", "--show"])).contains(open));
    }
}

const NAME: &str = "Musyawarah";

#[test]
fn a_kiosk_is_opened_by_its_pin_until_the_workshop_is_closed() {
    let (place, file) = Place::protected();
    let unlocked = |args: &[&str]| place.run(&[args, &["--passphrase-file", &file]].concat());
    assert!(unlocked(&["workshop", "new", NAME]).status.success());
    assert_eq!(place.traces(NAME), 0);
    let kiosk = |says: &Says| place.launch(says, &["kiosk", NAME, "--lang", says.tag]).spawn().unwrap();
    let mut pty = kiosk(&ENGLISH);
    pty.wait_for_text("Passphrase or PIN:", BOUND).unwrap();
    pty.press(&format!("{PASSPHRASE}\r"), "Choose a PIN").press("24682468\r", "once more");
    pty.press("24682468\r", "Press Enter to begin.");
    let shown = || told(&place.run(&["protect", "--show", "--lang", "en"]));
    let until = std::time::Instant::now() + BOUND;
    while !shown().contains("whose PIN opens it too: 1.") {
        assert!(std::time::Instant::now() < until, "{}", shown());
    }
    pty.signal(Signal::TERM).unwrap();
    pty.wait_exit(BOUND).unwrap();
    // After it was ended, the PIN alone takes it up again, behind the welcome.
    let mut pty = kiosk(&INDONESIAN);
    pty.wait_for_text("Kata sandi atau PIN:", BOUND).unwrap();
    pty.press("24682468\r", "Tekan Enter untuk mulai.");
    pty.signal(Signal::TERM).unwrap();
    pty.wait_exit(BOUND).unwrap();
    let pin = place.secret("pin", "24682468");
    let with_pin = |args: &[&str]| place.run(&[args, &["--passphrase-file", &pin]].concat());
    assert!(told(&with_pin(&["protect", "--off", "--lang", "en"])).contains("A PIN is not enough"));
    assert!(with_pin(&["workshop", "close", NAME]).status.success());
    assert!(!with_pin(&["workshop", "list"]).status.success(), "closing took it away");
    assert!(unlocked(&["workshop", "list"]).status.success());
}
