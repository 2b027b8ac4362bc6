//! Workshops by command: what is printed of them, who is matched, and what a picture tells.

use kohesi::interview::{Draft, Interview, InterviewId};
use kohesi::store::{Options, Paths, Store, Workshop};

use super::{BOUND, ENGLISH, Place, words};
use crate::support::stage::{Record, core};
use crate::support::workshop::{id_of, peopled, workshop};

/// A place with a first round of 24 people and a second one, in which so many have answered.
fn two_rounds(second_people: u8) -> Place {
    let place = Place::new();
    let (mut first, mut second) = (workshop(1), workshop(2));
    first.about.name = "Pertama".into();
    second.about.name = "Kedua".into();
    second.about.second_of = Some(first.id);
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    let mut fill = |workshop: &Workshop, people, round| {
        store.keep_workshop(workshop, Some(&core())).unwrap();
        add(&mut store, peopled(workshop, people, round));
    };
    fill(&first, 24, 1);
    fill(&second, second_people, 2);
    place
}

/// A workshop in which so many have answered.
pub(super) fn filled(place: &Place, name: &str, people: u8) {
    let mut one = workshop(1);
    one.about.name = name.into();
    one.about.pin.clear();
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    store.keep_workshop(&one, Some(&core())).unwrap();
    add(&mut store, peopled(&one, people, 1));
}

fn add(store: &mut Store, people: Vec<(InterviewId, Record)>) {
    for (id, record) in people {
        let place = record.questionnaire.indexes().next();
        let language = core().languages()[0].clone();
        let draft = Draft { place, marked: None, typed: String::new(), note: None, language };
        store.begin(id, &record.questionnaire, &record.events[..1], &draft).unwrap();
        let interview = Interview::replay(record.questionnaire, id, record.events.clone()).unwrap();
        store.finish(id, &record.events[1..], &interview.packed()).unwrap();
    }
}

fn said(place: &Place, args: &[&str]) -> String {
    let output = place.run(args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    words(&String::from_utf8(output.stdout).unwrap())
}

fn refused(place: &Place, args: &[&str]) -> String {
    let output = place.run(args);
    assert!(!output.status.success(), "{args:?}");
    words(&String::from_utf8(output.stderr).unwrap())
}

#[test]
fn workshops_are_made_listed_renamed_and_closed() {
    let place = Place::new();
    assert!(said(&place, &["workshop", "list"]).contains("no workshop yet"));
    let made = said(&place, &["workshop", "new", "RT 03", "--place", "Balai", "--minimum", "8", "--language", "id"]);
    assert!(made.contains("“RT 03” is made"), "{made}");
    assert!(refused(&place, &["workshop", "new", "rt 03"]).contains("named “rt 03” already"));
    assert!(refused(&place, &["workshop", "new", "X", "--minimum", "4"]).contains("never shown"));
    assert!(refused(&place, &["workshop", "new", "X", "--date", "besok"]).contains("is not a day"));
    assert!(refused(&place, &["workshop", "new", "X", "--language", "jv"]).contains("no language “jv”"));
    assert!(refused(&place, &["workshop", "show", "RT 04"]).contains("There are: RT 03"));
    assert!(refused(&place, &["workshop"]).contains("still missing"));
    said(&place, &["workshop", "rename", "RT 03", "RT 03 pagi"]);
    said(&place, &["workshop", "close", "rt 03"]);
    let listed = said(&place, &["workshop", "list"]);
    assert!(listed.contains("RT 03 pagi (closed) Balai") && listed.ends_with(" 0"), "{listed}");
    let json: serde_json::Value =
        serde_json::from_slice(&place.run(&["workshop", "show", "RT 03 pagi", "--json"]).stdout).unwrap();
    assert_eq!((&json["minimum"], &json["closed"]), (&8.into(), &true.into()));
    said(&place, &["workshop", "open", "RT 03"]);
    assert!(said(&place, &["workshop", "list"]).contains("(open)"));
}

#[test]
fn a_kiosk_needs_a_terminal() {
    let place = Place::new();
    said(&place, &["workshop", "new", "RT 03"]);
    assert!(refused(&place, &["kiosk", "RT 03"]).contains("terminal"));
}

#[test]
fn a_picture_tells_the_shape_that_the_answers_have() {
    let place = two_rounds(24);
    let picture = said(&place, &["group", "Kedua"]);
    for told in
        ["24 people have answered.", "no random sample", "Two camps", "Nearly all think alike", "20 people came twice"]
    {
        assert!(picture.contains(told), "{told}: {picture}");
    }
    let json: serde_json::Value = serde_json::from_slice(&place.run(&["group", "Kedua", "--json"]).stdout).unwrap();
    assert_eq!((&json["people"], &json["change"]["pairs"]), (&24.into(), &20.into()));
    assert_eq!(json["random_sample"], false);
    let private = said(&place, &["group", "Kedua", "--private"]);
    assert!(private.contains("Do not show this to the room"), "{private}");
    assert!(!picture.contains("Do not show"));
}

#[test]
fn a_report_says_what_the_picture_says_and_counts_as_shown() {
    let place = two_rounds(6);
    said(&place, &["report", "--workshop", "Kedua", "-o", "kedua.md"]);
    let store = Store::read(&Paths::at(&place.data())).unwrap().unwrap();
    let second = store.workshops().unwrap().into_iter().find(|workshop| workshop.about.name == "Kedua").unwrap();
    assert_eq!(second.about.shown.len(), 6, "the next picture grows by five or not at all");
    drop(store);
    let written = std::fs::read_to_string(place.path().join("kedua.md")).unwrap();
    assert_eq!(written.as_bytes(), place.run(&["group", "Kedua", "--markdown"]).stdout);
    assert!(written.contains("no random sample") && written.contains("van der Eijk"), "{written}");
    for (name, begin) in [("kedua.html", &b"<!DOC"[..]), ("kedua.pdf", b"%PDF-")] {
        said(&place, &["report", "--workshop", "Kedua", "-o", name]);
        assert!(std::fs::read(place.path().join(name)).unwrap().starts_with(begin));
    }
}

#[test]
fn a_picture_does_not_grow_by_one_person() {
    let place = two_rounds(6);
    let people = |place: &Place| {
        let json: serde_json::Value = serde_json::from_slice(&place.run(&["group", "Kedua", "--json"]).stdout).unwrap();
        (json["people"].as_u64().unwrap(), json["waiting"].as_u64().unwrap())
    };
    assert_eq!(people(&place), (6, 0));
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    let second = store.workshops().unwrap().into_iter().find(|workshop| workshop.about.name == "Kedua").unwrap();
    let add = |store: &mut Store, from: usize, to: usize| {
        add(store, peopled(&second, 24, 2).into_iter().skip(from).take(to - from).collect());
    };
    add(&mut store, 6, 10);
    drop(store);
    assert_eq!(people(&place), (6, 4), "four newcomers wait");
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    add(&mut store, 10, 11);
    drop(store);
    assert_eq!(people(&place), (11, 0));
}

#[test]
fn pairs_that_are_not_quite_the_same_are_confirmed_by_hand() {
    let place = two_rounds(24);
    let matched = said(&place, &["workshop", "match", "Kedua"]);
    assert!(
        matched.contains("Matched: 20. To look at: 0. Without a match: 4 of those before, 4 of those now."),
        "{matched}"
    );
    let pair = format!("{}={}", id_of(21, 1).code(), id_of(22, 2).code());
    let matched = said(&place, &["workshop", "match", "Kedua", "--confirm", &pair]);
    assert!(matched.contains("confirmed by you") && matched.contains("Matched: 21."), "{matched}");
    let matched = said(&place, &["workshop", "match", "Kedua", "--refuse", &pair]);
    assert!(matched.contains("Matched: 20."), "{matched}");
    assert!(refused(&place, &["workshop", "match", "Kedua", "--confirm", "A=B"]).contains("is not a pair"));
    assert!(said(&place, &["workshop", "match", "Pertama"]).contains("not a second round"));
}

#[test]
fn a_demo_is_a_workshop_like_any_other_in_a_folder_of_its_own() {
    let place = Place::new();
    let home = place.data();
    let made = said(&place, &["demo", "--home", home.to_str().unwrap()]);
    assert!(made.contains("24 people who do not exist"), "{made}");
    let listed = said(&place, &["workshop", "list"]);
    assert!(listed.contains("Example workshop, second round (closed; made-up people"), "{listed}");
    let picture = said(&place, &["group", "Example workshop, second round"]);
    assert!(picture.contains("Shared identity and belonging: +"), "{picture}");
    assert!(picture.contains("Without a match: 0 of those before, 0 of those now"), "{picture}");
    let told = said(&place, &["stats", "--workshop", "Example workshop"]);
    assert!(told.contains("24"), "{told}");
    let file = place.path().join("demo.csv");
    said(&place, &["export", "--format", "csv", "--workshop", "example workshop", "-o", file.to_str().unwrap()]);
    let rows = std::fs::read_to_string(&file).unwrap();
    assert_eq!(rows.lines().count(), 25, "{rows}");
    assert!(refused(&place, &["stats", "--workshop", "Nobody's"]).contains("There are: Example workshop"));
}

#[test]
fn a_demo_opens_its_picture_and_leaves_nothing() {
    let place = Place::new();
    let mut terminal = place.launch(&ENGLISH, &["demo"]).spawn().unwrap();
    terminal.wait_for_text("1 / 9", BOUND).unwrap();
    assert!(words(&terminal.screen_text()).contains("24 people"));
    terminal.press("+", "24");
    terminal.escape("1 / 9");
    assert_eq!(terminal.wait_exit(BOUND).unwrap().code, 0);
    assert!(!place.data().join("kohesi.db").exists());
}

#[test]
fn a_picture_beside_a_program_that_writes_shows_what_that_one_keeps() {
    let place = two_rounds(6);
    let (held, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    assert!(said(&place, &["group", "Kedua"]).contains("6 have finished so far"), "nothing was kept as shown yet");
    drop(held);
    assert!(said(&place, &["group", "Kedua"]).contains("6 people have answered."));
    let (_held, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    assert!(said(&place, &["group", "Kedua"]).contains("6 people have answered."));
}

#[test]
fn a_profile_of_the_second_round_tells_of_ones_own_change() {
    let place = two_rounds(24);
    let told = said(&place, &["profile", &id_of(3, 2).code()]);
    assert!(told.contains("Since last time") && told.contains("Could be chance: "), "{told}");
    assert!(!said(&place, &["profile", &id_of(3, 1).code()]).contains("Since last time"));
    assert!(!said(&place, &["profile", &id_of(22, 2).code()]).contains("Since last time"), "nobody knows who it was");
    said(&place, &["report", "--interview", &id_of(3, 2).code(), "-o", "own.md"]);
    assert!(std::fs::read_to_string(place.path().join("own.md")).unwrap().contains("Since last time"));
}
