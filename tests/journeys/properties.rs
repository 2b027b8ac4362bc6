//! What must hold whatever is pressed.

use proptest::prelude::*;

use super::{IN, all_answers};
use crate::support::stage::{Set, core};
use kohesi::interview::Interview;
use kohesi::scoring;

/// Keys a respondent may press, and some nobody would.
fn any_key() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "0",
        "Enter",
        "Enter",
        "Enter",
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
        "d",
        "p",
        "n",
        "o",
        "u",
        "x",
        "s",
        "b",
        "?",
        "F1",
        "F2",
        "F3",
        "F4",
        "F5",
        "F6",
        "F8",
        "Esc",
        "Space",
        "'ab'",
        "é",
        "Ctrl-u",
        "Ctrl-z",
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn replaying_the_stored_events_gives_the_state_that_was_shown(keys in prop::collection::vec(any_key(), 1..150)) {
        let mut stage = Set::take("en").play();
        stage.keys(IN);
        for key in keys {
            if stage.exited {
                break;
            }
            stage.keys(key);
            let Some(shown) = stage.app.interview() else { continue };
            let Some(record) = stage.shelf.records.get(&shown.id()) else { continue };
            let replayed = Interview::replay(shown.questionnaire().clone(), shown.id(), record.events.clone()).unwrap();
            prop_assert!(replayed == *shown, "{:#?}\n{:#?}", replayed.events(), shown.events());
            for one in scoring::profile(&replayed).aspects {
                if let Ok(score) = one.scored.score {
                    prop_assert!((0.0..=100.0).contains(&score.value));
                }
            }
        }
    }

    #[test]
    fn no_size_and_no_resize_breaks_a_screen(
        keys in prop::collection::vec(any_key(), 1..40),
        sizes in prop::collection::vec((1u16..=220, 1u16..=90), 1..20),
    ) {
        let mut stage = Set::take("id").play();
        stage.keys(IN);
        for (key, (columns, rows)) in keys.iter().cycle().zip(sizes) {
            let before = stage.stored();
            stage.resize(columns, rows);
            prop_assert_eq!(stage.stored(), before);
            if !stage.exited {
                stage.keys(key);
            }
        }
    }

    #[test]
    fn scores_do_not_depend_on_the_order_of_answering(answers in prop::collection::vec(1u8..=5, 35)) {
        let forwards: String = answers.iter().map(|answer| format!("{answer} Enter ")).collect::<Vec<_>>().concat();
        let mut stage = Set::take("en").play();
        stage.keys(&format!("{IN} {forwards}"));
        let mut other = Set::take("en").play();
        other.keys(&format!("{IN} o Home {} Enter", "Down ".repeat(34)));
        for answer in answers.iter().rev() {
            other.keys(&format!("{answer} Left"));
        }
        let profile = |stage: &crate::support::stage::Stage| scoring::profile(stage.app.interview().unwrap());
        prop_assert_eq!(profile(&stage), profile(&other));
    }
}

#[test]
fn all_agree_is_turned_where_items_are_reversed() {
    let mut stage = Set::take("en").play();
    stage.keys(&all_answers());
    let profile = scoring::profile(stage.app.interview().unwrap());
    // "Agree" is 75 of 100, and 25 where the item is reversed: two of eight, one of six, two of seven each.
    let expected = [(6.0 * 75.0 + 2.0 * 25.0) / 8.0, (5.0 * 75.0 + 25.0) / 6.0, (5.0 * 75.0 + 2.0 * 25.0) / 7.0];
    for (place, expected) in [(0, expected[0]), (1, expected[1]), (2, expected[2]), (3, expected[2]), (4, expected[2])]
    {
        assert!((profile.aspects[place].scored.score.unwrap().value - expected).abs() < 1e-9, "{place}");
    }
    assert_eq!(core().aspects().len(), 5);
}
