use super::{BOUND, ENGLISH, Leader, Place, Pty, at, words};

/// Waits for words however they are wrapped.
fn wait_for_words(pty: &mut Pty, wanted: &str) {
    pty.wait_for(|screen| words(&screen.contents()).contains(wanted), BOUND).unwrap();
}

#[test]
fn the_place_is_kept_through_every_size() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2)).press("4", "▶ 4  Agree");
    for (rows, columns) in [(15, 40), (50, 200), (24, 80), (5, 20), (1, 1), (30, 39), (14, 80), (24, 80)] {
        pty.resize(rows, columns).unwrap();
        if rows >= 15 && columns >= 40 {
            pty.wait_for_text(&at(2), BOUND).unwrap();
            pty.wait_for_text("▶ 4  Agree", BOUND).unwrap();
        } else if columns > 1 {
            wait_for_words(&mut pty, "too small");
        }
    }
    pty.press("\r", &at(3));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4"]);
}

#[test]
fn nothing_is_answered_that_cannot_be_seen() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2));
    pty.resize(5, 20).unwrap();
    wait_for_words(&mut pty, "too small");
    // F2 at the end shows that what came before it has been taken.
    pty.press("5\r5\rd\r\x1b[C\x1b[C\x1bOQ", "terlalu").type_keys(b"\x1bOQ").unwrap();
    wait_for_words(&mut pty, "too small");
    pty.resize(24, 80).unwrap();
    pty.wait_for_text(&at(2), BOUND).unwrap();
    assert!(!pty.screen_text().contains('▶'), "{}", pty.screen_text());
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["3"]);
}

#[test]
fn a_screen_too_small_from_the_start_says_what_it_needs_and_is_left_by_ctrl_c() {
    let place = Place::new();
    let mut pty = place.take(&ENGLISH).size(5, 20).spawn().unwrap();
    pty.wait_for_text("40 columns", BOUND).unwrap();
    pty.type_keys(b"\x03\x03").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
}
