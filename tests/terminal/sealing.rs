//! Sealing, as a facilitator meets it: an interview is finished and its profile seen, and then nobody reads it here.

use std::fs;
use std::process::{Command, Output};

use kohesi::interview::{At, Draft, Interview, Mode, Moment, WorkshopId};
use kohesi::store::{About, Identity, Options, Paths, Store, Workshop, new_id, sound_bundle};
use kohesi::text::Tag;

use super::{BOUND, ENGLISH, INDONESIAN, KOHESI, Place, Says, all_keys, at, core};

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn ok(place: &Place, args: &[&str]) -> String {
    let output = place.run(args);
    assert!(output.status.success(), "{args:?}: {}", said(&output));
    said(&output)
}

fn fails(place: &Place, args: &[&str], says: &str) {
    let output = place.run(args);
    assert!(!output.status.success() && said(&output).contains(says), "{args:?}: {}", said(&output));
}

/// A laptop with keys that were tried, which lie beside its store.
fn with_keys() -> Place {
    let place = Place::new();
    let keys = ["coordinator.key", "paper.key"].map(|name| {
        let key = Identity::generate();
        fs::write(place.path().join(name), key.text().as_bytes()).unwrap();
        key.public_keys()[0].to_string()
    });
    ok(&place, &["key", "use", &keys[0], "--recovery", &keys[1], "--yes"]);
    let told = ok(&place, &["key", "drill", "--key", "paper.key"]);
    assert!(told.contains("kohesi protect"), "what lies open is told: {told}");
    place
}

/// Answers everything, with a note, sees the profile and leaves.
fn answers(place: &Place, says: &Says) {
    let mut pty = place.take(says).spawn().unwrap();
    pty.begin(says);
    let (key, asks) = if says.tag == "en" { ("n", "Your note") } else { ("c", "Catatan Anda") };
    pty.press(key, asks).press("zebra-di-catatan\r", &at(1));
    pty.type_keys(all_keys(says).as_bytes()).unwrap();
    pty.wait_for_text(says.review, BOUND).unwrap();
    pty.press("1\r", says.profile);
    pty.type_keys(b"q").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
}

fn code(place: &Place) -> String {
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&place.run(&["list", "--json"]).stdout).unwrap();
    assert_eq!(
        (rows.len(), rows[0]["state"].as_str(), &rows[0]["answered"]),
        (1, Some("sealed"), &serde_json::Value::Null)
    );
    rows[0]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_finished_interview_is_seen_once_and_then_sealed() {
    for (says, sealed) in [(&ENGLISH, "sealed"), (&INDONESIAN, "disegel")] {
        let place = with_keys();
        answers(&place, says);
        let code = code(&place);
        let list = ok(&place, &["list", "--lang", says.tag]);
        assert!(list.contains(sealed) && list.contains("? / "), "{list}");
        fails(&place, &["profile", &code, "--lang", says.tag], "kohesi key open");
        fails(&place, &["access", &code, "--lang", says.tag], "age");
        fails(&place, &["export", "--format", "csv", "-o", "a.csv", "--lang", says.tag], sealed);
        let stats = ok(&place, &["stats", "--lang", says.tag]);
        assert!(stats.contains(sealed), "{stats}");
        assert_eq!(place.traces("zebra-di-catatan"), 0);
        ok(&place, &["key", "open", "--key", "coordinator.key", "--lang", says.tag]);
        assert!(place.traces("zebra-di-catatan") > 0, "the search finds what lies open");
        assert!(ok(&place, &["access", &code, "--lang", says.tag]).contains("zebra-di-catatan"));
        ok(&place, &["export", "--format", "csv", "-o", "a.csv"]);
    }
}

#[test]
fn a_sealed_interview_is_erased_by_its_code() {
    let place = with_keys();
    answers(&place, &ENGLISH);
    ok(&place, &["forget", &code(&place), "--yes"]);
    assert_eq!(String::from_utf8_lossy(&place.run(&["list", "--json"]).stdout).trim(), "[]");
}

#[test]
fn a_backup_is_restored_with_what_is_sealed_in_it() {
    let place = with_keys();
    answers(&place, &ENGLISH);
    let code = code(&place);
    ok(&place, &["backup", "-o", "copy.db"]);
    let other = Place::new();
    ok(&other, &["restore", place.path().join("copy.db").to_str().unwrap()]);
    assert_eq!(self::code(&other), code);
    assert_eq!(other.traces("zebra-di-catatan"), 0);
    ok(&other, &["key", "open", "--key", place.path().join("coordinator.key").to_str().unwrap()]);
    assert!(ok(&other, &["access", &code]).contains("zebra-di-catatan"));
}

/// Somebody who answered nothing, in a workshop.
fn in_a_workshop(place: &Place) {
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    let questionnaire = std::sync::Arc::new(core());
    let (id, language) = (WorkshopId([7; 16]), Tag::new("id").unwrap());
    let about = About::new("RT 3".to_owned(), &questionnaire, 5);
    store.keep_workshop(&Workshop { id, about }, Some(&questionnaire)).unwrap();
    let at = At { unix_ms: 1_795_000_000_000, doubtful: false };
    let moment = Moment { at, shown_ms: 0, language: language.clone() };
    let mut one = Interview::start(questionnaire, new_id(), Mode::SelfAdministered, "0.1.0", &moment);
    one.join(id, at);
    one.finish(at);
    let draft = Draft { place: None, marked: None, typed: String::new(), note: None, language };
    store.begin(one.id(), one.questionnaire(), one.events(), &draft).unwrap();
    store.finish(one.id(), one.events(), &one.packed()).unwrap();
}

#[test]
fn pictures_and_closing_say_how_many_are_sealed() {
    let place = with_keys();
    in_a_workshop(&place);
    for (tag, counted, closed) in [
        ("en", "1 sealed, not counted here.", "cannot be made on this laptop any more"),
        ("id", "1 disegel, tidak dihitung di sini.", "tidak bisa dibuat lagi di laptop ini"),
    ] {
        assert!(ok(&place, &["workshop", "show", "RT 3", "--lang", tag]).contains(counted));
        let report = format!("report-{tag}.md");
        ok(&place, &["report", "--workshop", "RT 3", "--md", "-o", &report, "--lang", tag]);
        assert!(fs::read_to_string(place.path().join(report)).unwrap().contains(counted));
        assert!(ok(&place, &["workshop", "close", "RT 3", "--lang", tag]).contains(closed));
        ok(&place, &["workshop", "open", "RT 3", "--lang", tag]);
    }
}

/// The way without kohesi: what is kept of one person is an age file, and a bundle is in it.
#[test]
fn the_stock_age_opens_a_sealed_interview() {
    let place = with_keys();
    answers(&place, &ENGLISH);
    let code = code(&place);
    let told = ok(&place, &["access", &code, "-o", "person.age"]);
    assert!(told.contains("age -d"), "{told}");
    let sealed = fs::read(place.path().join("person.age")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    for key in ["coordinator.key", "paper.key"] {
        let mut age = Command::new("age");
        age.args(["-d", "-i", key, "person.age"]).current_dir(place.path());
        let Ok(opened) = age.output() else { return left_out("age, which opens what is sealed,") };
        assert!(opened.status.success(), "{key}: {}", said(&opened));
        let lines = String::from_utf8(opened.stdout.clone()).unwrap();
        assert!(lines.starts_with("{\"kohesi\":\"bundle\"") && lines.lines().count() == 3, "{lines}");
        assert!(sound_bundle(&opened.stdout).is_err(), "its questionnaire is where it was answered");
        // On the laptop that has the questionnaire it is a bundle like any other.
        fs::write(place.path().join("opened.kohesi"), &opened.stdout).unwrap();
        let merged = place.run(&["merge", "--look", "opened.kohesi"]);
        assert!(said(&merged).contains("1 new"), "{}", said(&merged));
    }
    fs::write(place.path().join("another.key"), Identity::generate().text().as_bytes()).unwrap();
    let refused =
        Command::new("age").args(["-d", "-i", "another.key", "person.age"]).current_dir(place.path()).output();
    assert!(!refused.unwrap().status.success());
    let store = Store::read(&Paths::at(&place.data())).unwrap().unwrap();
    assert_eq!(store.envelope(store.find(&code).unwrap()).unwrap().unwrap(), sealed);
}

#[expect(clippy::print_stderr, reason = "what was not tried is told")]
fn left_out(what: &str) {
    eprintln!("SKIPPED: {what} is not installed ({KOHESI})");
}
