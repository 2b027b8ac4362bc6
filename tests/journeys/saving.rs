use super::{IN, all_answers, play};
use crate::support::stage::Set;
use kohesi::store::StoreError;
use kohesi::tui::Start;
use std::time::Duration;

fn fault() -> StoreError {
    StoreError::Io { path: "/media/usb".into(), reason: "Input/output error".into() }
}

#[test]
fn an_answer_that_cannot_be_saved_is_told_kept_and_retried() {
    let mut stage = play(&format!("{IN} 3 Enter"));
    stage.wait(Duration::from_secs(1));
    stage.shelf.fault = Some(fault());
    stage.keys("4 Enter");
    assert!(stage.screen().contains("NOT SAVED"), "{}", stage.screen());
    assert!(!stage.screen().to_lowercase().replace("not saved", "").contains("saved"), "{}", stage.screen());
    // The next answer waits, and the person is told what to do in the language of the moment.
    stage.keys("5 Enter F2");
    assert!(stage.screen().contains("BELUM tersimpan"), "{}", stage.screen());
    assert_eq!(stage.stored(), "3");
    stage.wait(Duration::from_secs(3));
    assert_eq!(stage.stored(), "3");
    // The disk is back: the program finds out by itself.
    stage.shelf.fault = None;
    stage.wait(Duration::from_secs(3));
    assert_eq!(stage.stored(), "3 4 5");
    assert!(stage.screen().contains("tersimpan") && !stage.screen().contains("BELUM"), "{}", stage.screen());
}

#[test]
fn an_interview_that_cannot_even_begin_on_the_disk_is_kept_and_retried() {
    let mut stage = Set::take("en").play();
    stage.shelf.fault = Some(fault());
    stage.keys(&format!("{IN} 3 Enter"));
    assert_eq!(stage.stored(), "nothing");
    stage.shelf.fault = None;
    stage.keys("1 Enter");
    assert_eq!(stage.stored(), "3");
}

#[test]
fn an_interview_can_go_on_in_another_folder() {
    let mut stage = play(&format!("{IN} 3 Enter"));
    stage.wait(Duration::from_secs(1));
    stage.shelf.fault = Some(fault());
    stage.keys("4 Enter 5 Enter 2 Enter '/media/other'");
    stage.shelf.fault = None;
    stage.keys("Enter");
    assert_eq!(stage.stored(), "3 4 5");
    stage.keys("Enter 1 Enter");
    assert_eq!(stage.stored(), "3 4 5 1");
}

#[test]
fn finishing_waits_for_the_disk() {
    let mut stage = play(&all_answers());
    stage.wait(Duration::from_secs(1));
    stage.shelf.fault = Some(fault());
    stage.keys("1 Enter");
    assert!(stage.screen().contains("NOT SAVED"), "{}", stage.screen());
    stage.keys("q");
    assert!(!stage.exited && stage.screen().contains("NOT saved"), "{}", stage.screen());
    stage.shelf.fault = None;
    stage.keys("1 Enter");
    assert!(stage.record().packed.is_some());
    stage.keys("q");
    assert!(stage.exited);
}

#[test]
fn without_a_store_nothing_begins_and_the_person_is_told_what_to_do() {
    let mut stage = Set::of(Start::Home, "id").play();
    stage.event(kohesi::tui::Event::Store(Box::new(kohesi::store::Word::NotReady(fault()))));
    assert!(stage.screen().contains("Penyimpanan belum siap"), "{}", stage.screen());
    stage.keys("1 Enter");
    assert!(stage.screen().contains("Mulai"), "{}", stage.screen());
}

#[test]
fn an_interview_goes_on_when_the_store_has_to_be_opened_again() {
    let mut stage = play(&format!("{IN} 3 Enter 4"));
    stage.event(kohesi::tui::Event::Store(Box::new(kohesi::store::Word::NotReady(StoreError::Stopped))));
    assert!(stage.screen().contains("has stopped"), "{}", stage.screen());
    stage.shelf.records.clear();
    stage.keys("1 Enter");
    assert!(stage.screen().contains("2 / 39"), "{}", stage.screen());
    stage.keys("Enter");
    assert_eq!(stage.stored(), "3 4");
}

#[test]
fn stopping_while_something_is_not_saved_says_so_first() {
    let mut stage = play(&format!("{IN} 3 Enter"));
    stage.wait(Duration::from_secs(1));
    stage.shelf.fault = Some(fault());
    stage.keys("4 Enter Esc 2 Enter");
    assert!(!stage.exited && stage.screen().contains("NOT saved"), "{}", stage.screen());
    stage.keys("3 Enter");
    assert!(stage.exited);
    assert_eq!(stage.stored(), "3");
}

#[test]
fn a_signal_while_something_is_not_saved_tries_once_more() {
    let mut stage = play(&format!("{IN} 3 Enter"));
    stage.wait(Duration::from_secs(1));
    stage.shelf.fault = Some(fault());
    stage.keys("4 Enter");
    stage.shelf.fault = None;
    stage.event(kohesi::tui::Event::End { signal: Some(15) });
    assert_eq!(stage.stored(), "3 4");
}

#[test]
fn what_the_slow_store_says_of_one_interview_is_not_taken_for_the_next() {
    let mut stage = Set::of(Start::Home, "en").play();
    stage.keys(&format!("1 Enter {}", all_answers()));
    stage.shelf.slow = true;
    stage.keys("1 Enter q");
    assert!(stage.screen().contains("saving"), "{}", stage.screen());
    stage.catch_up();
    assert!(stage.screen().contains("See results (1)"), "{}", stage.screen());
    stage.keys(&format!("1 Enter {IN} 2 Enter"));
    assert_eq!(stage.shelf.records.values().filter(|record| record.packed.is_some()).count(), 1);
    assert!(stage.screen().contains("2 / 39"), "{}", stage.screen());
}

#[test]
fn an_answer_is_one_order_to_the_store_and_no_draft_follows() {
    let mut stage = play(&format!("{IN} 3 Enter"));
    stage.wait(Duration::from_millis(100));
    let before = stage.shelf.orders;
    stage.pace = Duration::from_millis(200);
    stage.keys("4 Enter");
    stage.wait(Duration::from_secs(5));
    assert_eq!(stage.shelf.orders - before, 1);
    stage.keys("Left");
    stage.wait(Duration::from_secs(5));
    assert_eq!(stage.shelf.orders - before, 2, "a mere step is one draft");
}

#[test]
fn quitting_without_a_store_is_no_success_where_an_answer_is_lost() {
    let mut stage = play(&format!("{IN} 3 Enter"));
    let stopped = || kohesi::tui::Event::Store(Box::new(kohesi::store::Word::NotReady(StoreError::Stopped)));
    stage.event(stopped());
    assert!(!stage.app.loses_answers(), "everything was on the disk");

    let mut stage = play(&format!("{IN} 3 Enter"));
    stage.shelf.slow = true;
    stage.keys("4 Enter");
    stage.event(stopped());
    stage.keys("3 Enter");
    assert!(stage.exited && stage.app.loses_answers());
}
