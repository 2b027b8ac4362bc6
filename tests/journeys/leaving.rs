use super::{IN, all_answers, play};
use crate::support::stage::{Set, Stage, core};
use kohesi::tui::{Event, Start};
use std::time::Duration;

/// The program started again over the same store.
fn again(stage: Stage, start: Start) -> Stage {
    Set::of(start, "en").over(stage.shelf).play()
}

#[test]
fn quitting_asks_once_and_keeps_everything() {
    let mut stage = play(&format!("{IN} 3 Enter 4 Enter q"));
    assert!(stage.screen().contains("All your answers are kept"), "{}", stage.screen());
    stage.keys("Enter 5 Enter Esc 2 Enter");
    assert!(stage.exited);
    let mut stage = again(stage, Start::Take(core()));
    assert!(stage.screen().contains("3 of 39 answered"), "{}", stage.screen());
    stage.keys("Enter");
    assert!(stage.screen().contains("4 / 39"), "{}", stage.screen());
    stage.keys("1 Enter");
    assert_eq!(stage.stored(), "3 4 5 1");
}

#[test]
fn ctrl_c_twice_leaves_and_keeps_what_is_marked() {
    let stage = play(&format!("{IN} 3 Enter 4 Ctrl-c Ctrl-c"));
    assert!(stage.exited);
    assert_eq!(stage.stored(), "3");
    let mut stage = again(stage, Start::Take(core()));
    stage.keys("Enter Enter");
    assert_eq!(stage.stored(), "3 4");
}

#[test]
fn a_crash_loses_at_most_a_second_of_typing() {
    let mut stage = play(&format!("{IN} o End Up Enter '12'"));
    stage.wait(Duration::from_millis(999));
    assert_eq!(stage.record().draft.as_ref().unwrap().typed, "12");
    let mut stage = again(stage, Start::Take(core()));
    stage.keys("Enter");
    assert!(stage.screen().contains("12"), "{}", stage.screen());
    stage.keys("Enter");
    assert!(stage.stored().ends_with(" 12"), "{}", stage.stored());
}

#[test]
fn a_crash_keeps_a_note_being_typed_and_the_language() {
    let mut stage = play(&format!("{IN} 3 Enter F2 c 'hanya siang'"));
    stage.wait(Duration::from_secs(1));
    let mut stage = again(stage, Start::Take(core()));
    stage.keys("Enter");
    assert!(stage.screen().contains("hanya siang") && stage.screen().contains("Catatan Anda"), "{}", stage.screen());
    stage.keys("Enter");
    assert!(stage.screen().contains("Catatan: hanya siang"), "{}", stage.screen());
}

#[test]
fn a_signal_keeps_what_is_being_typed_at_once() {
    let mut stage = play(&format!("{IN} o End Up Enter '7'"));
    stage.event(Event::End { signal: Some(15) });
    assert!(stage.exited);
    assert_eq!(stage.record().draft.as_ref().unwrap().typed, "7");
}

#[test]
fn an_unfinished_interview_can_be_discarded_or_left_alone() {
    let stage = play(&format!("{IN} 3 Enter Ctrl-c Ctrl-c"));
    let mut stage = again(stage, Start::Home);
    stage.keys("2 Enter x Enter");
    assert_eq!(stage.shelf.records.len(), 1);
    stage.keys("x 2 Enter");
    assert_eq!(stage.shelf.records.len(), 0);
    assert!(stage.screen().contains("Discarded"), "{}", stage.screen());

    let stage = play(&format!("{IN} 3 Enter Ctrl-c Ctrl-c"));
    let mut stage = again(stage, Start::Take(core()));
    stage.keys("Down Enter");
    assert!(stage.screen().contains("Welcome"), "{}", stage.screen());
    assert_eq!(stage.shelf.records.len(), 1);
}

#[test]
fn a_finished_interview_is_not_offered_again() {
    let stage = play(&format!("{} 1 Enter q", all_answers()));
    let stage = again(stage, Start::Take(core()));
    assert!(stage.screen().contains("Welcome"), "{}", stage.screen());
}
