//! A picture in a second window beside the kiosk: what all windows together tell of one person.

use std::time::Duration;

use kohesi::interview::InterviewId;
use kohesi::store::Word;
use kohesi::tui::{Event, Start};

use crate::journeys::{all_answers, words};
use crate::support::stage::{Set, Shelf, Stage};
use crate::support::workshop::{PIN, kiosk, peopled, workshop};

const LOOK: Duration = Duration::from_secs(2);

/// The picture of the kiosk's workshop, beside it.
fn beside(kiosk: &Stage) -> Stage {
    let mut set = Set::of(Start::Group(Box::new(workshop(7))), "en");
    set.shelf = read_from(kiosk);
    set.play()
}

/// What is on the disk now, for a window that may not write.
fn read_from(kiosk: &Stage) -> Shelf {
    let (records, workshops) = (kiosk.shelf.records.clone(), kiosk.shelf.workshops.clone());
    Shelf { records, workshops, locked: true, ..Shelf::default() }
}

fn look(window: &mut Stage, kiosk: &Stage) {
    window.shelf = read_from(kiosk);
    window.wait(LOOK);
}

/// How many people the picture on the screen shows; none where it shows nothing.
fn people(stage: &Stage) -> usize {
    let words = words(stage);
    let told = words.split(" people have answered.").next().filter(|before| before.len() < words.len());
    told.and_then(|before| before.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}

/// So many more have finished, without their keys.
fn finish(kiosk: &mut Stage, people: std::ops::Range<u8>) {
    let all = peopled(&workshop(7), people.end, 1);
    kiosk.shelf.records.extend(all.into_iter().skip(people.start.into()));
}

#[test]
fn a_second_window_shows_what_the_kiosk_keeps_as_shown_and_follows_it() {
    let mut kiosk = kiosk("en", |_| {});
    finish(&mut kiosk, 0..4);
    kiosk.event(Event::Store(Box::new(Word::Watched(true))));
    let mut window = beside(&kiosk);
    assert!(words(&window).contains("4 have finished so far"), "{}", window.screen());
    kiosk.keys(&format!("Enter Enter {} Enter", all_answers()));
    assert_eq!(kiosk.shelf.workshops[0].about.shown.len(), 5, "kept when the fifth finishes");
    look(&mut window, &kiosk);
    assert_eq!(people(&window), 5);
    finish(&mut kiosk, 4..8);
    kiosk.event(Event::Store(Box::new(Word::Watched(true))));
    look(&mut window, &kiosk);
    assert_eq!(people(&window), 5);
    assert!(words(&window).contains("4 more have finished"), "{}", window.screen());
}

#[test]
fn an_evening_that_nobody_watches_keeps_everybody_for_the_first_picture() {
    let mut kiosk = kiosk("en", |_| {});
    finish(&mut kiosk, 0..12);
    kiosk.event(Event::Store(Box::new(Word::Watched(false))));
    assert!(kiosk.shelf.workshops[0].about.shown.is_empty());
    kiosk.keys(&format!("Ctrl-c '{PIN}' Enter 2 Enter"));
    assert_eq!(people(&kiosk), 12);
}

#[test]
fn a_window_that_refreshes_stays_on_its_slide() {
    let mut kiosk = kiosk("en", |_| {});
    finish(&mut kiosk, 0..12);
    kiosk.event(Event::Store(Box::new(Word::Watched(true))));
    let mut window = beside(&kiosk);
    window.keys("End F9");
    assert!(words(&window).contains("What was not answered"));
    finish(&mut kiosk, 12..17);
    kiosk.event(Event::Store(Box::new(Word::Watched(true))));
    look(&mut window, &kiosk);
    assert!(words(&window).contains("What was not answered"));
    window.keys("F9 Home");
    assert_eq!(people(&window), 17);
}

#[test]
fn a_note_that_cannot_be_kept_beside_the_kiosk_is_not_lost() {
    let mut kiosk = kiosk("en", |_| {});
    finish(&mut kiosk, 0..6);
    kiosk.event(Event::Store(Box::new(Word::Watched(true))));
    let mut window = beside(&kiosk);
    window.keys("F5 'kerja bakti' Enter");
    assert!(words(&window).contains("Not saved yet"), "{}", window.screen());
    assert!(words(&window).contains("kerja bakti"));
    window.shelf.locked = false;
    window.keys("Enter");
    assert!(words(&window).contains("What the room said: kerja bakti"), "{}", window.screen());
    assert_eq!(window.shelf.workshops[0].about.notes.len(), 1);
}

#[test]
fn a_window_with_nobody_beside_it_keeps_what_it_shows() {
    let mut kiosk = kiosk("en", |_| {});
    finish(&mut kiosk, 0..7);
    let mut set = Set::of(Start::Group(Box::new(workshop(7))), "en");
    set.shelf = Shelf { locked: false, ..read_from(&kiosk) };
    let window = set.play();
    assert_eq!(people(&window), 7);
    assert_eq!(window.shelf.workshops[0].about.shown.len(), 7);
}

/// Everybody finishes in small groups; at any moment somebody may look, in the kiosk's menu or in one of two windows that
/// come and go. Whoever puts together all that was seen learns of no fewer people than the minimum.
fn walk(seed: u64) -> usize {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut kiosk = kiosk("en", |_| {});
    let mut windows: Vec<Stage> = Vec::new();
    let (mut finished, mut pictures): (u8, Vec<Vec<InterviewId>>) = (0, Vec::new());
    let mut see = |stage: &Stage, of: &Shelf| {
        let shown = &of.workshops[0].about.shown;
        assert!([0, shown.len()].contains(&people(stage)), "seed {seed}: more is shown than was kept");
        if people(stage) > 0 {
            pictures.push(shown.clone());
        }
    };
    for _ in 0..40 {
        match random.u32(0..7) {
            0 | 1 => {
                let more = random.u8(1..4).min(24 - finished);
                finish(&mut kiosk, finished..finished + more);
                finished += more;
                // What the kiosk does when the last of them finishes.
                kiosk.event(Event::Store(Box::new(Word::Watched(!windows.is_empty()))));
            }
            2 => {
                kiosk.keys(&format!("Ctrl-c '{PIN}' Enter 2 Enter Home"));
                see(&kiosk, &kiosk.shelf);
                kiosk.keys("Esc");
            }
            3 if windows.len() < 2 => {
                windows.push(beside(&kiosk));
                kiosk.event(Event::Store(Box::new(Word::Watched(true))));
            }
            4 => _ = windows.pop(),
            _ => {
                for window in &mut windows {
                    look(window, &kiosk);
                    window.keys("Home");
                    see(window, &window.shelf);
                }
            }
        }
    }
    for one in &pictures {
        assert!(one.len() >= 5, "seed {seed}");
        for other in &pictures {
            let without = one.iter().filter(|id| !other.contains(id)).count();
            assert!(without == 0 || without >= 5, "seed {seed}: two pictures differ by {without}");
        }
    }
    pictures.len()
}

#[test]
fn no_walk_through_two_windows_tells_of_one_person() {
    let walks = std::env::var("KOHESI_WALKS").ok().and_then(|walks| walks.parse().ok()).unwrap_or(4);
    let seen: usize = (0..walks).map(walk).sum();
    println!("windows: {walks} walks, {seen} pictures seen");
    assert!(seen > 0);
}
