//! One laptop, many people: nothing of one is seen by the next.

use std::time::Duration;

use kohesi::interview::{Happening, InterviewId};
use kohesi::text::LANGUAGES;
use kohesi::tui::Event;

use crate::journeys::{IN, all_answers, on, words};
use crate::support::stage::{Set, Stage};
use crate::support::workshop::{PIN, kiosk, kiosk_of, workshop};

const MINUTE: Duration = Duration::from_secs(60);

/// From the welcome past the choice of a language to the first item.
fn begin() -> String {
    format!("Enter Enter {IN}")
}

fn everything() -> String {
    format!("Enter Enter {}", all_answers())
}

fn shows(stage: &Stage, text: &str) -> bool {
    words(stage).contains(text)
}

#[test]
fn a_person_answers_sees_their_profile_notes_their_code_and_hands_on() {
    let mut stage = kiosk("en", |_| {});
    on(&stage, "Welcome");
    on(&stage, "0 have finished");
    stage.keys(&everything()).keys("Enter");
    on(&stage, "Your profile");
    stage.keys("Esc");
    let id = *stage.shelf.records.keys().next().unwrap();
    on(&stage, &id.words(LANGUAGES[1]));
    stage.keys("Enter");
    on(&stage, "Please hand the laptop to the next person.");
    on(&stage, "1 have finished");
    stage.keys("Enter");
    on(&stage, "Press Enter to begin.");
    let record = stage.record();
    assert_eq!(record.interview(id).workshop(), Some(workshop(7).id));
    assert!(record.packed.is_some());
}

/// The speech of one screen ends where the next one is read: a code is not heard by the next person.
#[test]
fn what_is_read_aloud_is_handed_on_too() {
    let mut set = Set::of(kiosk_of(workshop(7)), "en");
    set.settings.speech = Some("voice".into());
    set.shelf.workshops.push(workshop(7));
    let mut stage = set.play();
    stage.keys(&everything()).keys("Enter Esc");
    let id = *stage.shelf.records.keys().next().unwrap();
    assert!(stage.spoken.last().unwrap().0.contains(&id.words(LANGUAGES[1])));
    stage.keys("Enter");
    assert!(stage.spoken.last().unwrap().0.contains("hand the laptop to the next"), "{:?}", stage.spoken.last());
    stage.keys("Enter");
    assert!(stage.spoken.last().unwrap().0.contains("Welcome"), "{:?}", stage.spoken.last());
}

#[test]
fn a_workshop_without_profiles_shows_the_code_at_once() {
    let mut stage = kiosk("en", |workshop| workshop.about.own_profile = false);
    stage.keys(&everything()).keys("Enter");
    on(&stage, "Your code:");
    assert!(!shows(&stage, "Your profile"));
}

#[test]
fn who_refuses_is_thanked_and_counted_and_leaves_nothing() {
    let mut stage = kiosk("en", |_| {});
    stage.keys("Enter Enter End Enter 2 Enter");
    on(&stage, "no answers of yours are kept");
    stage.keys("Enter");
    on(&stage, "Hand the laptop on");
    assert_eq!((stage.shelf.refusals, stage.shelf.records.len()), (1, 0));
    assert_eq!(stage.shelf.workshops[0].about.refused, 1);
}

#[test]
fn who_stops_hands_on_and_only_the_facilitator_can_go_on_with_it() {
    let mut stage = kiosk("en", |_| {});
    stage.keys(&begin()).keys("4 Enter 2 Enter Esc");
    on(&stage, "the laptop goes to the next person");
    stage.keys("2 Enter");
    on(&stage, "Hand the laptop on");
    stage.keys("Enter Enter Enter");
    on(&stage, "Welcome. This questionnaire");
    stage.keys("Esc");
    on(&stage, "Press Enter to begin.");
    stage.keys(&format!("Ctrl-c '{PIN}' Enter"));
    on(&stage, "Go on with an unfinished one (1)");
    stage.keys("2 Enter Enter");
    on(&stage, " 3 / 39");
    assert!(stage.record().events.iter().any(|event| event.what == Happening::Resumed));
}

#[test]
fn the_language_of_one_person_is_not_that_of_the_next() {
    let mut stage = kiosk("id", |_| {});
    stage.keys(&format!("Enter Down Enter {IN} 4 Enter"));
    on(&stage, "Agree");
    stage.keys("Esc 2 Enter");
    on(&stage, "Serahkan laptop");
}

#[test]
fn a_workshop_held_in_one_language_asks_for_none() {
    let mut stage = kiosk("id", |workshop| workshop.about.languages = vec!["en".into()]);
    stage.keys(&format!("Enter {IN}"));
    on(&stage, "Strongly disagree");
}

#[test]
fn leaving_takes_the_pin_and_wrong_ones_cost_time() {
    let mut stage = kiosk("en", |_| {});
    for key in ["Ctrl-c", "Ctrl-q", "Ctrl-z", "Ctrl-\\", "Esc"] {
        stage.keys(key);
        on(&stage, "For the facilitator");
        assert!(!stage.exited, "{key}");
        stage.keys("Esc");
    }
    stage.pace = Duration::from_millis(100);
    stage.keys("Ctrl-c '0000' Enter");
    on(&stage, "Wrong PIN.");
    stage.keys("'0001' Enter");
    on(&stage, "Wait 2 seconds");
    stage.keys(&format!("'{PIN}' Enter"));
    on(&stage, "Wrong PIN.");
    stage.wait(Duration::from_secs(3)).keys(&format!("'{PIN}' Enter"));
    on(&stage, "Make ready for the next person");
    assert!(!shows(&stage, PIN));
    stage.keys("3 Enter");
    assert!(stage.exited);
}

#[test]
fn a_pin_is_chosen_twice_and_never_shown() {
    let mut stage = kiosk("en", |workshop| workshop.about.pin.clear());
    on(&stage, "Choose a PIN");
    stage.keys("'12' Enter");
    on(&stage, "too short");
    stage.keys("'geheim' Enter 'gehein' Enter");
    on(&stage, "not the same");
    stage.keys("'geheim'");
    assert!(!shows(&stage, "geheim"));
    assert!(!format!("{:?}", stage.app).contains("geheim"));
    stage.keys("Enter 'geheim' Enter");
    on(&stage, "Press Enter to begin.");
    assert_eq!(stage.shelf.workshops[0].about.pin, "sealed geheim");
}

#[test]
fn a_line_half_typed_is_not_lost_when_somebody_asks_for_the_pin() {
    let mut stage = kiosk("en", |_| {});
    stage.keys(&begin()).keys("4 Enter F5 'half a w' Ctrl-c");
    on(&stage, "For the facilitator");
    assert!(!shows(&stage, "half a w"));
    stage.keys("Esc");
    on(&stage, "half a w");
    stage.keys(&format!("Ctrl-z '{PIN}' Enter"));
    assert_eq!(stage.record().draft.as_ref().unwrap().note.as_deref(), Some("half a w"));
    stage.keys("Enter 'ord' Enter");
    on(&stage, "half a word");
    stage.keys("F5 'x' Ctrl-c").wait(2 * MINUTE).wait(MINUTE);
    on(&stage, "The screen is hidden");
    assert_eq!(stage.record().draft.as_ref().unwrap().note.as_deref(), Some("half a wordx"));
    stage.keys("Enter Enter");
    assert!(!shows(&stage, "half a wordx"));
}

#[test]
fn an_idle_person_is_asked_then_the_screen_is_hidden_and_the_answers_kept() {
    let mut stage = kiosk("en", |_| {});
    stage.keys(&begin()).keys("4 Enter F5 'rahasia' Enter 5");
    stage.wait(2 * MINUTE);
    on(&stage, "Are you still there?");
    stage.keys("Enter");
    on(&stage, " 2 / 39");
    stage.wait(2 * MINUTE).wait(MINUTE);
    on(&stage, "The screen is hidden");
    assert!(!shows(&stage, "rahasia"));
    let record = stage.record();
    assert!(record.draft.as_ref().unwrap().marked.is_some(), "what was marked is kept");
    stage.keys("Enter");
    on(&stage, "Press Enter to begin.");
    let asleep = stage.app.due();
    assert_eq!(asleep, None, "an empty kiosk waits for a key alone");
}

#[test]
fn a_picture_stays_on_the_wall_as_long_as_the_room_talks() {
    let mut stage = kiosk("en", |_| {});
    stage.shelf.records.extend(crate::support::workshop::peopled(&workshop(7), 8, 1));
    stage.keys(&format!("Ctrl-c '{PIN}' Enter 2 Enter Right"));
    on(&stage, "Where we agree most");
    stage.wait(2 * MINUTE).wait(MINUTE).wait(30 * MINUTE);
    on(&stage, "Where we agree most");
    stage.keys("Esc");
    on(&stage, "Press Enter to begin.");
}

#[test]
fn a_code_left_on_the_screen_and_a_forgotten_menu_are_hidden_too() {
    let mut stage = kiosk("en", |_| {});
    stage.keys(&everything()).keys("Enter Esc");
    on(&stage, "Your code:");
    stage.wait(2 * MINUTE).wait(MINUTE);
    assert!(!shows(&stage, "Your code:"));
    stage.keys(&format!("Ctrl-c '{PIN}' Enter"));
    on(&stage, "Close the answering screen");
    stage.wait(2 * MINUTE).wait(MINUTE);
    on(&stage, "Press Enter to begin.");
}

#[test]
fn a_second_round_asks_for_the_code_of_the_first() {
    let mut stage = kiosk("en", |workshop| workshop.about.second_of = Some(kohesi::interview::WorkshopId([1; 16])));
    stage.keys(&begin());
    on(&stage, "Did you come to the workshop before?");
    stage.keys("'acorn beach cabin dance' Enter 4 Enter");
    let (id, record) = stage.shelf.records.iter().next().unwrap();
    assert_eq!(record.interview(*id).recalled(), Some("acorn beach cabin dance"));
    stage.keys("Esc 2 Enter Enter").keys(&begin()).keys("Enter 4 Enter");
    on(&stage, " 2 / 39");
}

#[test]
fn what_the_disk_did_not_take_is_not_given_up_when_the_screen_is_hidden() {
    let mut stage = kiosk("en", |_| {});
    stage.keys(&begin()).keys("4 Enter");
    stage.shelf.fault = Some(kohesi::store::StoreError::Io { path: "/media/usb".into(), reason: "EIO".into() });
    stage.keys("2 Enter");
    stage.wait(2 * MINUTE).wait(MINUTE);
    on(&stage, "The screen is hidden");
    stage.keys("Enter");
    on(&stage, "NOT saved");
    stage.keys("Esc");
    stage.shelf.fault = None;
    stage.wait(Duration::from_secs(5));
    stage.keys("Enter");
    on(&stage, "Press Enter to begin.");
    assert_eq!(stage.stored(), "4 2");
}

#[test]
fn who_stops_while_the_disk_is_slow_is_forgotten_when_it_has_taken_everything() {
    let mut stage = kiosk("en", |_| {});
    stage.keys(&begin()).keys("4 Enter");
    stage.shelf.slow = true;
    stage.keys("2 Enter Esc 2 Enter");
    on(&stage, "Hand the laptop on");
    on(&stage, "saving");
    stage.keys("Enter");
    on(&stage, "Hand the laptop on");
    assert!(stage.app.interview().is_some(), "what the disk has not taken is not given up");
    stage.catch_up();
    assert!(stage.app.interview().is_none());
    // The Enter that had to wait counts now.
    on(&stage, "Press Enter to begin.");
    assert_eq!(stage.stored(), "4 2");
}

/// Everything that would tell of a person: their code in every form, and what they wrote.
fn marks_of(id: InterviewId, number: usize) -> Vec<String> {
    let words = LANGUAGES.map(|language| id.words(language));
    words.into_iter().chain([id.code(), id.to_string(), mark(number)]).collect()
}

fn mark(number: usize) -> String {
    format!("xmark{number}x")
}

const KEYS: [&str; 40] = [
    "Enter",
    "Enter",
    "Enter",
    "Enter",
    "Enter",
    "1",
    "2",
    "3",
    "4",
    "4",
    "5",
    "0",
    "Esc",
    "Esc",
    "Left",
    "Right",
    "Up",
    "Down",
    "Home",
    "End",
    "PageUp",
    "PageDown",
    "Backspace",
    "Delete",
    "Space",
    "F1",
    "F2",
    "F3",
    "F4",
    "F5",
    "F6",
    "F7",
    "F8",
    "Ctrl-c",
    "Ctrl-z",
    "Ctrl-q",
    "s",
    "h",
    "q",
    "?",
];

/// Random keys, with whole interviews between them; no screen after a hand-over shows anything of the person before.
/// How often something of the person who sits there was seen: were it never, the walk could not fail.
fn walk(seed: u64) -> usize {
    let mut random = fastrand::Rng::with_seed(seed);
    let language = if random.bool() { "id" } else { "en" };
    let mut stage = kiosk(language, |workshop| {
        workshop.about.own_profile = random.bool();
        workshop.about.second_of = random.bool().then_some(kohesi::interview::WorkshopId([1; 16]));
    });
    // The round before, which a person's own change is told from.
    stage.shelf.workshops.insert(0, workshop(1));
    let mut former: Vec<(InterviewId, Vec<String>)> = Vec::new();
    let (mut here, mut own) = (0, 0);
    let free = |stage: &Stage| {
        ["Enter untuk mulai", "Enter to begin", "berikutnya: tekan", "Next person:"]
            .iter()
            .any(|text| shows(stage, text))
    };
    for _ in 0..160 {
        let keys = match random.u32(0..40) {
            0 => "Enter Enter End Enter 1 Enter".to_owned(),
            1 | 2 => format!("F5 '{}' Enter", mark(here)),
            3 => everything(),
            4 => "Esc 2 Enter".to_owned(),
            5 => "Ctrl-c '1111' Enter Esc".to_owned(),
            _ => random.choice(KEYS).unwrap_or("Enter").to_owned(),
        };
        match random.u32(0..60) {
            0 => _ = stage.wait(2 * MINUTE).wait(MINUTE),
            1 => stage.event(Event::Suspend),
            // Somebody opens the picture in another window, or closes it.
            3 => stage.event(Event::Store(Box::new(kohesi::store::Word::Watched(random.bool())))),
            2 => {
                // The laptop crashes, and the same command is run again.
                let kept = std::mem::take(&mut stage.shelf);
                stage = Set::of(kiosk_of(kept.workshops.last().unwrap().clone()), language).over(kept).play();
            }
            _ => _ = stage.keys(&keys),
        }
        if free(&stage) {
            let known: Vec<InterviewId> = former.iter().map(|(id, _)| *id).collect();
            let new = stage.shelf.records.keys().filter(|id| !known.contains(id));
            let new: Vec<(InterviewId, Vec<String>)> = new.map(|id| (*id, marks_of(*id, here))).collect();
            former.extend(new);
            here += 1;
        }
        let screen = words(&stage);
        own += usize::from(screen.contains(&mark(here)));
        for mark in former.iter().flat_map(|(_, marks)| marks) {
            assert!(!screen.contains(mark), "seed {seed}: {mark} of an earlier person\n{}", stage.screen());
        }
        assert!(!stage.exited, "seed {seed}: left without the PIN");
        assert!(stage.files.is_empty(), "seed {seed}: a file was written");
    }
    own
}

#[test]
fn no_walk_of_keys_leads_to_the_person_before() {
    let walks = std::env::var("KOHESI_WALKS").ok().and_then(|walks| walks.parse().ok()).unwrap_or(20);
    let seen: usize = (0..walks).map(walk).sum();
    println!("kiosk: {walks} walks, 0 views of another person, {seen} of one's own");
    assert!(seen > 0, "nobody saw even what they had written themselves");
}
