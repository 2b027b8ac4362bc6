//! Everything of a workshop in the menu: made, changed, matched, looked at.

use kohesi::interview::WorkshopId;
use kohesi::tui::Start;

use crate::journeys::{on, words};
use crate::support::stage::{Set, Stage};
use crate::support::workshop::{changed_person, id_of, peopled, rounds, workshop};

fn menu() -> Stage {
    Set::of(Start::Home, "en").play()
}

#[test]
fn a_workshop_is_made_with_everything_that_belongs_to_it() {
    let mut stage = menu();
    stage.keys("End Up Enter Enter");
    on(&stage, "Name of the workshop");
    stage.keys("'RT 04' Enter");
    assert!(stage.shelf.workshops.is_empty(), "it is made when that is said");
    stage.keys("2 Enter 'Balai' Enter 3 Enter Ctrl-u '2026-12-01' Enter 4 Enter 'Bu Sari' Enter");
    stage.keys("7 Enter 8 Enter Ctrl-u '4' Enter");
    on(&stage, "a number from 5 to 1000");
    stage.keys("Backspace '8' Enter 9 Enter 0 Enter 'besok' Enter");
    on(&stage, "year-month-day");
    stage.keys("Ctrl-u '2027-12-01' Enter");
    stage.keys("Down Enter 'geheim' Enter 'geheim' Enter");
    assert!(!words(&stage).contains("geheim"));
    on(&stage, "PIN: chosen");
    stage.keys("End Enter");
    on(&stage, "Let people answer in turn on this laptop");
    let about = &stage.shelf.workshops[0].about;
    assert_eq!(
        (&*about.name, &*about.place, &*about.date, &*about.facilitator),
        ("RT 04", "Balai", "2026-12-01", "Bu Sari")
    );
    assert_eq!((about.minimum, about.own_profile, &*about.keep_until), (8, false, "2027-12-01"));
    assert_eq!((&*about.pin, about.languages.len()), ("sealed geheim", 1));
}

#[test]
fn a_workshop_without_a_name_is_not_made_and_esc_makes_none() {
    let mut stage = menu();
    stage.keys("End Up Enter Enter Esc End Enter");
    on(&stage, "Name of the workshop");
    stage.keys("Esc Esc");
    assert!(stage.shelf.workshops.is_empty());
    on(&stage, "Make a new workshop");
}

#[test]
fn what_is_changed_is_saved_at_once_and_nothing_else_of_it_is_touched() {
    let mut set = Set::of(Start::Home, "en");
    let mut one = workshop(1);
    one.about.notes.push(("start".into(), "Ramai".into()));
    set.shelf.workshops.extend([one, workshop(2)]);
    set.shelf.workshops[1].about.name = "Yang lain".into();
    let mut stage = set.play();
    stage.keys("End Up Enter Enter 4 Enter Enter Ctrl-u 'yang LAIN' Enter");
    on(&stage, "a name that is not taken");
    stage.keys("Ctrl-u 'RT 05' Enter");
    on(&stage, "saved");
    // Meanwhile another window has noted what the room said.
    let kept = |stage: &Stage| stage.shelf.workshops.iter().find(|one| one.about.name == "RT 05").cloned().unwrap();
    let place = stage.shelf.workshops.iter().position(|one| one.about.name == "RT 05").unwrap();
    stage.shelf.workshops[place].about.notes.push(("agreed".into(), "Kerja bakti".into()));
    stage.keys("9 Enter");
    let about = kept(&stage).about;
    assert_eq!((about.notes.len(), about.own_profile), (2, false));
    stage.keys("Esc 5 Enter");
    assert!(kept(&stage).about.closed);
    assert!(!words(&stage).contains("Let people answer"), "nobody answers in a closed one");
    stage.keys("Enter");
    assert!(!kept(&stage).about.closed);
}

#[test]
fn what_the_disk_does_not_take_is_not_shown_as_set() {
    let mut set = Set::of(Start::Home, "en");
    set.shelf.workshops.push(workshop(1));
    let mut stage = set.play();
    stage.keys("End Up Enter Enter 4 Enter");
    stage.shelf.locked = true;
    stage.keys("2 Enter Ctrl-u 'Lapangan' Enter");
    on(&stage, "in use in another window");
    on(&stage, "Place: Balai warga");
}

#[test]
fn a_second_round_takes_the_questionnaire_of_the_first() {
    let mut set = Set::of(Start::Home, "en");
    set.shelf.workshops.push(workshop(1));
    let mut stage = set.play();
    stage.keys("End Up Enter End Enter 'Lagi' Enter 6 Enter");
    on(&stage, "kohesi-singkat");
    stage.keys("5 Enter");
    on(&stage, "Second round of: Musyawarah RT 03");
    on(&stage, "kohesi-inti");
    stage.keys("End Enter");
    let made = stage.shelf.workshops.iter().find(|one| one.about.name == "Lagi").unwrap();
    assert_eq!(made.about.second_of, Some(WorkshopId([1; 16])));
    assert_eq!(made.about.questionnaire, workshop(1).about.questionnaire);
}

#[test]
fn who_has_answered_keeps_the_questionnaire() {
    let mut set = Set::of(Start::Home, "en");
    set.shelf.workshops.push(workshop(1));
    set.shelf.records.extend(peopled(&workshop(1), 1, 1));
    let mut stage = set.play();
    stage.keys("End Up Enter Enter 4 Enter 6 Enter");
    on(&stage, "the questionnaire stays");
    on(&stage, "kohesi-inti");
}

#[test]
fn the_kiosk_is_begun_from_the_menu_when_the_program_has_ended() {
    let mut set = Set::of(Start::Home, "en");
    set.shelf.workshops.push(workshop(1));
    let mut stage = set.play();
    stage.keys("End Up Enter Enter");
    assert_eq!(stage.app.kiosk_that_follows(), None);
    stage.keys("Enter");
    assert!(stage.exited);
    assert_eq!(stage.app.kiosk_that_follows(), Some(workshop(1).id));
}

#[test]
fn codes_that_are_nearly_the_same_are_looked_at_by_the_facilitator() {
    let mut stage = rounds("en", (80, 24));
    stage.keys("End Up Enter 2 Enter 4 Enter");
    on(&stage, "Matched: 16. To look at: 4.");
    on(&stage, "one letter differs");
    on(&stage, "one word differs");
    on(&stage, "two people typed it");
    stage.keys("Enter");
    on(&stage, "Is this one person?");
    on(&stage, &format!("On the card: {}", id_of(5, 1).words(kohesi::text::LANGUAGES[0])));
    stage.keys("Enter");
    assert!(stage.shelf.workshops[1].about.pairs.is_empty(), "later");
    stage.keys("Enter 2 Enter");
    on(&stage, "Matched: 17.");
    on(&stage, "matched by you");
    let second = |stage: &Stage| stage.shelf.workshops.iter().find(|one| one.id == workshop(2).id).cloned().unwrap();
    assert!(second(&stage).about.pairs[0].confirmed);
    stage.keys("Enter 3 Enter");
    assert!(!second(&stage).about.pairs[1].confirmed);
}

#[test]
fn who_typed_no_code_is_matched_by_hand_and_that_can_be_taken_back() {
    let mut stage = rounds("en", (80, 24));
    stage.keys("End Up Enter 2 Enter 4 Enter End Enter");
    on(&stage, "Who is this? no code typed");
    stage.keys("End Enter 2 Enter");
    on(&stage, "Matched: 17.");
    on(&stage, "matched by you");
    stage.keys("5 Enter 2 Enter");
    on(&stage, "Matched: 16.");
}

#[test]
fn the_signs_of_carelessness_and_the_group_without_them_are_for_the_facilitator() {
    let first = workshop(1);
    let mut set = Set::of(Start::Home, "en").size((80, 60));
    set.shelf.records.extend(peopled(&first, 20, 1));
    for (_, record) in set.shelf.records.iter_mut().take(2) {
        hurried(record);
    }
    set.shelf.workshops.push(first);
    let mut stage = set.play();
    stage.keys("End Up Enter Enter 3 Enter");
    on(&stage, "Do not show this to the room");
    on(&stage, "2 interviews have two signs at once");
    on(&stage, "without them");
    stage.keys("Enter");
    on(&stage, "For the facilitator alone");
}

/// Every statement answered the same, in half a second each.
fn hurried(record: &mut crate::support::stage::Record) {
    use kohesi::interview::{Happening, Response};
    use kohesi::questionnaire::{Answer, Kind, Pick};
    for event in &mut record.events {
        if let Happening::Responded { item, response, shown_ms, .. } = &mut event.what
            && matches!(record.questionnaire.item(*item).unwrap().kind, Kind::Scale(_))
        {
            (*response, *shown_ms) = (Response::Given(Answer::Choice(Pick(2))), 500);
        }
    }
}

#[test]
fn a_person_of_the_second_round_sees_their_own_change_with_its_uncertainty() {
    let mut stage = changed_person("en", (80, 90));
    on(&stage, "Since last time");
    on(&stage, "by up to 22 points");
    on(&stage, "Could be chance: ");
    stage.keys("Esc Enter");
    assert!(!words(&stage).contains("Since last time"));
}

#[test]
fn who_names_no_code_or_one_that_is_only_near_sees_no_change() {
    let mut stage = rounds("en", (80, 90));
    let second = |person| id_of(person, 2);
    let result = |stage: &mut Stage, id: kohesi::interview::InterviewId| {
        let order: Vec<_> = stage.shelf.records.keys().copied().collect();
        let place = order.iter().position(|one| *one == id).unwrap();
        stage.keys("2 Enter Home").keys(&"Down ".repeat(place)).keys("Enter");
        on(stage, &id.code());
        let told = words(stage).contains("Since last time");
        stage.keys("Esc Esc");
        told
    };
    for (person, told) in [(0, true), (3, false), (6, false), (22, false)] {
        assert_eq!(result(&mut stage, second(person)), told, "{person}");
    }
}
