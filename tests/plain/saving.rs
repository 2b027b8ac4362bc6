//! Nothing is called saved before it is, and a store that fails is told.

use kohesi::plain::{Boot, Ending, Event, LineWriter};
use kohesi::store::StoreError;

use super::begun;
use crate::journeys::kinds::{item, questionnaire};
use crate::support::stage::Shelf;
use crate::support::talk::{ID, Lines, boot};

fn full() -> StoreError {
    StoreError::Full { path: "/data/kohesi.db".into(), reason: "no space".into() }
}

fn two() -> String {
    item("one", "yes_no", "") + &item("two", "text", "")
}

#[test]
fn an_answer_that_is_not_saved_is_told_kept_and_tried_again() {
    let mut lines = begun(&two());
    lines.shelf.fault = Some(full());
    let said = lines.write(&["yes"]);
    assert!(said.contains("NOT SAVED: The disk is full") && !said.contains("Saved:"), "{said}");
    // No line is an answer before it is saved.
    let said = lines.write(&["no", "", "5"]);
    assert!(!said.contains("Question 3") && said.contains("Enter tries again"), "{said}");
    assert_eq!(lines.stored(), "12");
    lines.shelf.fault = None;
    let said = lines.write(&[""]);
    assert!(said.contains("Saved: Yes") && said.contains("Question 3 of 3"), "{said}");
    assert_eq!(lines.stored(), "12 1");
}

#[test]
fn it_goes_on_in_another_folder() {
    let mut lines = begun(&two());
    lines.shelf.fault = Some(full());
    lines.write(&["yes"]);
    lines.shelf.fault = None;
    let said = lines.write(&["folder /media/usb stick"]);
    assert!(said.contains("Saved: Yes") && said.contains("Question 3 of 3"), "{said}");
    lines.write(&["x", ""]);
    assert!(lines.shelf.records[&ID].packed.is_some());
}

#[test]
fn a_finish_that_failed_is_finished_in_another_folder() {
    let mut lines = begun(&two());
    lines.write(&["yes", "x"]);
    lines.shelf.fault = Some(full());
    lines.write(&[""]);
    lines.shelf.fault = None;
    let said = lines.write(&["folder /media/usb"]);
    assert!(said.contains("Finished and saved."), "{said}");
    assert!(lines.shelf.records[&ID].packed.is_some());
}

#[test]
fn who_leaves_unsaved_is_told_after_one_more_try() {
    for (mends, ending, stored) in [(false, Ending::Unsaved, "12"), (true, Ending::Unfinished, "12 1")] {
        for by_end_of_input in [false, true] {
            let mut lines = begun(&two());
            lines.shelf.fault = Some(full());
            lines.write(&["yes"]);
            if mends {
                lines.shelf.fault = None;
            }
            if by_end_of_input {
                lines.event(Event::EndOfInput);
            } else {
                lines.write(&["q"]);
            }
            assert_eq!((lines.ending, lines.stored().as_str()), (Some(ending), stored));
            assert_eq!(lines.said.contains("The last answer is NOT saved."), !mends, "{}", lines.said);
        }
    }
}

#[test]
fn where_nobody_is_there_it_is_tried_for_a_while_and_then_ended() {
    let scripted = || Boot { writer: LineWriter::Script, ..boot(questionnaire(&two()), "en") };
    let mut lines = Lines::of(scripted());
    lines.write(&["12"]);
    lines.shelf.fault = Some(full());
    lines.write(&["yes"]);
    lines.wait();
    lines.shelf.fault = None;
    lines.wait();
    assert_eq!(lines.stored(), "12 1");
    lines.shelf.fault = Some(full());
    lines.write(&["x"]);
    let mut tries = 0;
    while lines.ending.is_none() {
        lines.wait();
        tries += 1;
    }
    assert_eq!((lines.ending, tries), (Some(Ending::Unsaved), 5));
    assert_eq!(lines.stored(), "12 1");
}

#[test]
fn a_store_that_is_not_there_is_told_and_opened_again() {
    let shelf = Shelf { fault: Some(full()), ..Shelf::default() };
    let mut lines = Lines::over(boot(questionnaire(&two()), "en"), shelf);
    assert!(lines.said.contains("The disk is full"), "{}", lines.said);
    assert!(lines.write(&["", "12"]).contains("Enter tries again"));
    lines.shelf.fault = None;
    assert!(lines.write(&[""]).contains("Question 1 of 3"));
    lines.write(&["12"]);
    assert_eq!(lines.stored(), "12");

    let shelf = Shelf { fault: Some(full()), ..Shelf::default() };
    let scripted = Boot { writer: LineWriter::Script, ..boot(questionnaire(&two()), "en") };
    assert_eq!(Lines::over(scripted, shelf).ending, Some(Ending::Failed));
}

#[test]
fn a_signal_keeps_everything() {
    let mut lines = begun(&two());
    lines.write(&["yes", "n", "the well"]);
    lines.event(Event::Stop);
    assert_eq!((lines.ending, lines.stored().as_str()), (Some(Ending::Unfinished), "12 1"));
    assert_eq!(lines.shelf.records[&ID].draft.as_ref().unwrap().place.unwrap().0, 2);
}
