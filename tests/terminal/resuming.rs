use std::time::Duration;

use rustix::process::Signal;

use super::{BOUND, ENGLISH, INDONESIAN, Leader, Place, at};

/// To the item before the last, which is answered by typing: through the overview.
const TO_YEARS: &str = "o\x1b[F\x1b[A\r";

#[test]
fn one_quits_and_continues() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2)).press("4\r", &at(3));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);

    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.wait_for_text("2 of 39 answered", BOUND).unwrap();
    pty.press("\r", &at(3)).press("1\r", &at(4));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4", "1"]);
}

#[test]
fn killed_the_program_resumes_at_the_same_item_with_the_text_being_typed() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2)).press(TO_YEARS, &at(38)).press("11", "11");
    let behind = place.wait_for_draft(|draft| draft.typed == "11");
    assert!(behind < Duration::from_secs(1), "the draft is {behind:?} behind the keys");
    pty.signal(Signal::KILL).unwrap();
    pty.wait_exit(BOUND).unwrap();

    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.wait_for_text("1 of 39 answered", BOUND).unwrap();
    pty.press("\r", &at(38)).wait_for_text("▶ 11", BOUND).unwrap();
    pty.press("\r", &at(39));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "11"]);
}

#[test]
fn killed_again_and_again_nothing_said_to_be_saved_is_lost() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    for item in 1..=8 {
        pty.press("2", "▶ 2").press("\r", &at(item + 1)).wait_for_text("saved", BOUND).unwrap();
        pty.signal(Signal::KILL).unwrap();
        pty.wait_exit(BOUND).unwrap();
        pty = place.take(&ENGLISH).spawn().unwrap();
        pty.wait_for_text(&format!("{item} of 39 answered"), BOUND).unwrap();
        pty.press("\r", &at(item + 1));
    }
    assert_eq!(place.answers(Some(&place.only_id())), ["2"; 8]);
}

#[test]
fn a_note_being_typed_and_the_language_come_back_too() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2)).press("\x1bOQ", "Netral").press("c", "Catatan Anda").press("hanya siang", "hanya siang");
    place.wait_for_draft(|draft| draft.note.as_deref() == Some("hanya siang"));
    pty.signal(Signal::KILL).unwrap();
    pty.wait_exit(BOUND).unwrap();

    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.wait_for_text("1 of 39 answered", BOUND).unwrap();
    pty.press("\r", "hanya siang").press("\r", "Catatan: hanya siang");
    pty.stop(&INDONESIAN);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
}

#[test]
fn an_unfinished_interview_is_discarded_only_when_asked_twice() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2));
    pty.stop(&ENGLISH);
    pty.wait_exit(BOUND).unwrap();
    let mut pty = place.launch(&ENGLISH, &["--lang", "en"]).spawn().unwrap();
    pty.wait_for_text("Continue an unfinished one (1)", BOUND).unwrap();
    pty.press("2\r", "1 of 39 answered").press("x", "Discard this").press("1\r", "1 of 39 answered");
    assert_eq!(place.list().len(), 1);
    pty.press("x", "Discard this").press("2\r", "Discarded");
    pty.type_keys(b"\x1b").unwrap();
    pty.press("", "▶ 1  Begin").type_keys(b"q").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.list().len(), 0);
}
