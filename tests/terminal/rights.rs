//! What a person may ask for, and what keeps their answers: access, erasing, keeping, backups, and the doctor.

use std::fs;
use std::process::Output;

use super::{BOUND, ENGLISH, Place, words};
use kohesi::store::Paths;

fn out(output: &Output) -> String {
    words(&String::from_utf8(output.stdout.clone()).unwrap())
}

fn err(output: &Output) -> String {
    words(&String::from_utf8(output.stderr.clone()).unwrap())
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A place with the two rounds of a demo, 24 people each.
fn inhabited() -> Place {
    let place = Place::new();
    let made = place.run(&["demo", "--home", place.data().to_str().unwrap()]);
    assert_eq!(code(&made), 0, "{}", err(&made));
    place
}

fn json(place: &Place, args: &[&str]) -> serde_json::Value {
    let output = place.run(args);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {}", err(&output)))
}

/// The levels that the doctor gives, by what was looked at; the room on this machine's disk left out.
fn levels(place: &Place) -> Vec<(String, String)> {
    let told = json(place, &["doctor", "--json"]);
    let checks = told["checks"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    checks.map(|one| (text(&one["check"]), text(&one["level"]))).filter(|(check, _)| check != "space").collect()
}

#[test]
fn the_doctor_says_what_to_do_in_both_languages() {
    let place = inhabited();
    let said = out(&place.run(&["doctor"]));
    assert!(said.contains("attention There is no backup.") && said.contains("kohesi backup"), "{said}");
    assert!(said.contains("Interviews: 48 finished, 0 unfinished.") && said.contains("To look after: "), "{said}");
    let indonesian = out(&place.run_in("id_ID.UTF-8", &["doctor"]));
    assert!(indonesian.contains("Belum ada salinan cadangan.") && !indonesian.contains(" is "), "{indonesian}");
    assert_eq!(code(&place.run(&["doctor"])), 5);
    let made = place.run(&["backup"]);
    assert!(code(&made) == 0 && out(&made).contains("48 interviews"), "{}", err(&made));
    assert!(levels(&place).iter().all(|(_, level)| level == "ok"), "{:?}", levels(&place));
    assert!(out(&place.run(&["restore"])).contains("48 interviews"));

    // One byte in the middle of the history.
    let path = Paths::at(&place.data()).database();
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.len() * 3 / 4;
    bytes[at..at + 64].iter_mut().for_each(|byte| *byte ^= 0x55);
    fs::write(&path, &bytes).unwrap();
    let broken = place.run(&["doctor"]);
    assert_eq!(code(&broken), 6, "{}", out(&broken));
    assert!(out(&broken).contains("DAMAGED") && out(&broken).contains("--salvage"), "{}", out(&broken));
    let salvaged = place.run(&["doctor", "--salvage", "-o", "saved"]);
    assert!(out(&salvaged).contains("finished interviews, whole: 4"), "{}", out(&salvaged));
    assert_eq!(fs::read(&path).unwrap(), bytes, "the damaged file is as it was");
    assert_eq!(code(&place.run(&["doctor", "--salvage", "-o", "saved"])), 1, "there is a store already");
    let restored = place.run(&["restore", "saved/kohesi.db"]);
    assert!(code(&restored) == 0 && out(&restored).contains("To go back to it: kohesi restore"), "{}", err(&restored));
    assert_eq!(code(&place.run(&["restore", "no-such-file"])), 1);
}

#[test]
fn a_person_sees_all_that_is_kept_and_has_it_erased_from_everywhere() {
    let place = inhabited();
    place.run(&["backup"]);
    let code_of = place.list()[0]["code"].as_str().unwrap().to_owned();
    let told = out(&place.run(&["access", &code_of]));
    for wanted in [&code_of[..], "Consent", "Answers", "Everything that happened", "same person", "backups too"] {
        assert!(told.contains(wanted), "{wanted}: {told}");
    }
    let data = json(&place, &["access", &code_of, "--json"]);
    assert_eq!(data["answers"].as_array().unwrap().len(), 39);
    assert_eq!((data["backups"].as_array().unwrap().len(), data["pairs"].as_array().unwrap().len()), (1, 1));
    assert!(data["history"].as_array().unwrap().len() > 39);
    let indonesian = out(&place.run_in("id_ID.UTF-8", &["access", &code_of]));
    assert!(indonesian.contains("Persetujuan") && indonesian.contains("Ada di mana lagi"), "{indonesian}");

    let forgotten = place.run(&["forget", &code_of, "--yes"]);
    assert_eq!(code(&forgotten), 0, "{}", out(&forgotten));
    assert!(out(&forgotten).contains("Backups written anew without them: 1"), "{}", out(&forgotten));
    assert!(out(&forgotten).contains("same person, whose other answers are still kept"), "{}", out(&forgotten));
    let gone = place.run(&["access", &code_of]);
    assert!(code(&gone) == 1 && err(&gone).contains("was erased. Nothing is kept"), "{}", err(&gone));
    let again = place.run(&["forget", &code_of, "--yes"]);
    assert!(code(&again) == 1 && err(&again).contains("was erased. Nothing is kept"), "{}", err(&again));
    assert!(out(&place.run(&["restore"])).contains("47 interviews"));
}

#[test]
fn a_workshop_is_kept_until_a_day_and_erased_on_a_word() {
    let place = inhabited();
    place.run(&["backup"]);
    let rows = json(&place, &["workshop", "list", "--json"]);
    let name = rows[0]["name"].as_str().unwrap();
    assert!(out(&place.run(&["workshop", "keep", name, "--until", "2026-01-31"])).contains("31"));
    for told in [place.run(&["workshop", "list"]), place.run(&["workshop", "show", name]), place.run(&["doctor"])] {
        assert!(out(&told).contains("has passed") && out(&told).contains("workshop erase"), "{}", out(&told));
    }
    assert_eq!(code(&place.run(&["workshop", "keep", name, "--until", "besok"])), 1);
    let asked = place.run(&["workshop", "erase", name]);
    assert!(code(&asked) == 1 && err(&asked).contains("--yes"), "{}", err(&asked));
    assert_eq!(place.list().len(), 48);
    let erased = place.run(&["workshop", "erase", name, "--yes"]);
    assert!(code(&erased) == 0 && out(&erased).contains("all 24 interviews"), "{} {}", out(&erased), err(&erased));
    assert_eq!(place.list().len(), 24);
    let listed = out(&place.run(&["workshop", "list"]));
    assert!(listed.contains("24 interviews were erased on") && !listed.contains("has passed"), "{listed}");
    assert!(levels(&place).iter().all(|(_, level)| level == "ok"), "{:?}", levels(&place));
    assert!(out(&place.run(&["restore"])).contains("24 interviews"));
}

/// Nothing that was in memory can be found in a core dump.
#[cfg(target_os = "linux")]
#[test]
fn core_dumps_are_off() {
    let place = Place::new();
    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.begin(&ENGLISH);
    let process = pty.program().unwrap().unwrap().as_raw_nonzero();
    let limits = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().collect::<Vec<_>>()[4..6], ["0", "0"], "{core}");
    pty.stop(&ENGLISH);
    pty.wait_exit(BOUND).unwrap();
}
