//! A store under a passphrase: nothing goes on before it was given.

use std::time::Duration;

use kohesi::store::{StoreError, Word};
use kohesi::tui::{Event, KioskStart, Start};

use crate::journeys::{IN, all_answers, on};
use crate::support::stage::{Set, Stage, core};
use crate::support::workshop::workshop;

fn needs_key() -> Event {
    Event::Store(Box::new(Word::NotReady(StoreError::NeedsKey { path: "/home/siti/kohesi.db".into() })))
}

fn locked(start: Start) -> Stage {
    let mut stage = Set::of(start, "en").play();
    stage.shelf.passphrase = "empat kata yang jauh".into();
    stage.event(needs_key());
    stage
}

#[test]
fn the_passphrase_opens_the_menu_and_is_never_on_the_screen() {
    let mut stage = locked(Start::Home);
    on(&stage, "Type the passphrase, or the PIN of an open workshop");
    stage.keys("'empat kata yang jauh'");
    assert!(!stage.screen().contains("empat"), "{}", stage.screen());
    stage.keys("Enter");
    on(&stage, "Choose a questionnaire");
    stage.keys(&format!("1 Enter {} 1 Enter", all_answers()));
    assert!(stage.record().packed.is_some());
}

#[test]
fn it_opens_an_interview_that_was_asked_for() {
    let mut stage = locked(Start::Take(core()));
    stage.keys("'empat kata yang jauh' Enter").keys(IN).keys("4 Enter");
    assert_eq!(stage.stored(), "4");
}

#[test]
fn wrong_tries_are_slower_and_slower() {
    let mut stage = locked(Start::Home);
    stage.pace = Duration::from_millis(10);
    stage.keys("x Enter");
    on(&stage, "Please try again");
    stage.keys("y Enter");
    on(&stage, "Wait 2 seconds");
    let orders = stage.shelf.orders;
    stage.keys("'empat kata yang jauh' Enter");
    on(&stage, "Wait 2 seconds");
    assert_eq!(stage.shelf.orders, orders, "nothing is tried while it waits");
    stage.wait(Duration::from_secs(3)).keys("z Enter");
    on(&stage, "Wait 4 seconds");
    stage.wait(Duration::from_secs(5)).keys("'empat kata yang jauh' Enter");
    on(&stage, "Choose a questionnaire");
}

#[test]
fn escape_ends_the_program_and_another_language_is_spoken() {
    let mut stage = locked(Start::Home);
    stage.keys("F2");
    on(&stage, "Ketik kata sandinya");
    stage.keys("Esc");
    assert!(stage.exited);
    assert!(stage.shelf.records.is_empty() && stage.shelf.orders == 0);
}

#[test]
fn the_pin_that_is_chosen_opens_the_store_and_so_is_longer() {
    let mut one = workshop(7);
    one.about.pin.clear();
    let start = KioskStart { workshop: Box::new(one.clone()), questionnaire: core(), finished: 0, new_pin: false };
    let mut set = Set::of(Start::Kiosk(Box::new(start)), "en");
    set.shelf.passphrase = "empat kata".into();
    set.shelf.workshops.push(one);
    let mut stage = set.play();
    on(&stage, "8 letters or digits or more");
    stage.keys("'2468246' Enter");
    on(&stage, "at least 8 signs");
    stage.keys("'24682468' Enter '24682468' Enter");
    on(&stage, "Press Enter to begin");
    assert_eq!(stage.shelf.pins, ["24682468"]);
    assert_eq!(stage.shelf.workshops[0].about.pin, "sealed 24682468");
}
