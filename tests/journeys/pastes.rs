use super::{IN, play};
use crate::support::stage::{Set, Stage};
use kohesi::settings::{Advance, Settings};
use kohesi::tui::{Event, Paste};
use std::time::Duration;

/// The core questionnaire at its first item, with keys this fast from here on.
fn at_pace(pace: u64, paste: Paste, advance: Advance) -> Stage {
    let mut set = Set::take("en");
    set.paste = paste;
    set.settings = Settings { advance, ..Settings::default() };
    let mut stage = set.play();
    stage.keys(IN);
    stage.wait(Duration::from_secs(2));
    stage.pace = Duration::from_millis(pace);
    stage
}

#[test]
fn an_interview_typed_ahead_at_full_speed_is_right_to_the_last_answer() {
    let mut set = Set::take("en");
    set.paste = Paste::Marked;
    let mut stage = set.play();
    stage.pace = Duration::ZERO;
    stage.keys(&format!("{} 1 Enter", super::all_answers()));
    assert_eq!(stage.stored(), super::all_stored());
    assert!(stage.record().packed.is_some());
}

#[test]
fn keys_typed_ahead_wait_for_a_slow_disk_and_none_is_lost() {
    let mut stage = play(IN);
    stage.shelf.slow = true;
    stage.pace = Duration::ZERO;
    stage.keys("3 Enter 4 Enter d Enter 5 Enter");
    assert!(stage.screen().contains("5 / 39") && stage.screen().contains("saving"), "{}", stage.screen());
    assert_eq!(stage.stored(), "");
    stage.catch_up();
    assert_eq!(stage.stored(), "3 4 ? 5");
    assert!(stage.screen().contains("saved"), "{}", stage.screen());
}

#[test]
fn a_held_enter_answers_one_item_and_skips_none() {
    // A keyboard repeats after a pause of 250 to 660 ms, then every 30 ms.
    for pause in [250, 500, 660] {
        let mut stage = at_pace(30, Paste::Marked, Advance::Enter);
        stage.keys("3 Enter");
        stage.wait(Duration::from_millis(pause));
        stage.keys(&"Enter ".repeat(200));
        assert_eq!(stage.stored(), "3", "after {pause} ms");
    }
}

#[test]
fn a_held_number_that_goes_on_by_itself_answers_one_item() {
    for pause in [250, 500, 660] {
        let mut stage = at_pace(30, Paste::Marked, Advance::Auto);
        stage.keys("3");
        stage.wait(Duration::from_millis(pause - 30));
        stage.keys(&"3 ".repeat(200));
        assert_eq!(stage.stored(), "3", "after {pause} ms");
        stage.wait(Duration::from_secs(1));
        stage.keys("3");
        assert_eq!(stage.stored(), "3 3");
    }
}

#[test]
fn any_held_key_answers_at_most_one_item() {
    for key in ["1", "5", "Enter", "Right", "Left", "Down", "Up", "d", "p", "u", "Backspace", "j", "F3", "Home", "o"] {
        let mut stage = at_pace(30, Paste::Marked, Advance::Enter);
        stage.keys("3");
        stage.keys(&format!("{key} ").repeat(300));
        let answered = stage.stored().split(' ').filter(|said| !said.is_empty() && *said != ".").count();
        assert!(answered <= 1, "{key}: {}", stage.stored());
    }
}

#[test]
fn a_marked_paste_is_text_where_text_is_typed_and_nothing_elsewhere() {
    let mut stage = at_pace(900, Paste::Marked, Advance::Enter);
    stage.event(Event::Paste("3\n4\n5\n".into()));
    assert_eq!(stage.stored(), "");
    stage.keys("n");
    stage.event(Event::Paste("two\r\nlines\u{1b}[2J".into()));
    stage.keys("Enter");
    assert!(stage.screen().contains("two lines[2J"), "{}", stage.screen());
}

#[test]
fn a_paste_the_terminal_does_not_mark_answers_nothing() {
    let mut stage = at_pace(2, Paste::Timed, Advance::Enter);
    stage.keys("3 Enter 4 Enter 5 Enter");
    assert_eq!(stage.stored(), "");
    stage.wait(Duration::from_secs(1));
    stage.keys("n");
    stage.wait(Duration::from_secs(1));
    stage.keys("'ab' Enter 'cd'");
    assert!(stage.screen().contains("ab cd"), "{}", stage.screen());
}

#[test]
fn a_hand_is_fast_enough_where_pastes_are_told_by_their_speed() {
    let mut stage = at_pace(60, Paste::Timed, Advance::Enter);
    stage.keys("3 Enter 4 Enter 5 Enter");
    assert_eq!(stage.stored(), "3 4 5");
}
