//! Every kind of item and every rule, from keys to what is on the disk.

use std::sync::Arc;

use kohesi::interview::Mode;
use kohesi::questionnaire::{Questionnaire, read};
use kohesi::settings::{Reader, Settings};
use kohesi::tui::Start;

use crate::support::stage::{Set, Stage};

const HEAD: &str = r#"
format = 1
key = "kinds"
version = "1"
languages = ["en"]
authors = ["kohesi"]
licence = "CC0-1.0"
title.en = "Kinds"
introduction.en = "Welcome."
closing.en = "Thank you."

[[formats]]
key = "agreement"
choices = [
  { key = "no", text.en = "Strongly no" },
  { key = "rather_no", text.en = "Rather no" },
  { key = "neutral", text.en = "Neutral" },
  { key = "rather_yes", text.en = "Rather yes" },
  { key = "yes", text.en = "Strongly yes" },
]
steps = { low.en = "No", middle.en = "In the middle", high.en = "Yes", then.en = "How strongly?" }

[[values]]
key = "double"
value = "years * 2"

[[sections]]
key = "all"
title.en = "All"
"#;

const YEARS: &str =
    "\n[[sections.items]]\nkey = \"years\"\nkind = \"number\"\nmin = 0\nmax = 99\ntext.en = \"Years?\"\n";
pub(crate) const CHOICES: &str = r#"choices = [
  { key = "a", text.en = "Apples" },
  { key = "b", text.en = "Bread" },
  { key = "c", text.en = "Cheese" },
  { key = "other", text.en = "Other", other = true },
"#;

/// An item; `rest` is what its kind needs.
pub(crate) fn item(key: &str, kind: &str, rest: &str) -> String {
    format!("\n[[sections.items]]\nkey = \"{key}\"\nkind = \"{kind}\"\ntext.en = \"{key}?\"\n{rest}\n")
}

/// The questionnaire with these items behind a number.
pub(crate) fn questionnaire(items: &str) -> Arc<Questionnaire> {
    let text = format!("{HEAD}{YEARS}{items}");
    Arc::new(read("kinds.toml", &text).unwrap_or_else(|problems| panic!("{:?}", problems.list)))
}

fn set(items: &str) -> Set {
    Set::of(Start::Take(questionnaire(items)), "en")
}

/// The interview after these keys; the first item is a number, answered with 12.
fn play(items: &str, keys: &str) -> Stage {
    let mut stage = set(items).play();
    stage.keys(&format!("Enter '12' Enter {keys}"));
    stage
}

fn stored(items: &str, keys: &str) -> String {
    play(items, keys).stored().trim_start_matches("12").trim_start().to_owned()
}

#[test]
fn several_choices_are_picked_and_let_go() {
    let several = item(
        "food",
        "choices",
        &format!("{CHOICES}  {{ key = \"none\", text.en = \"None\", none = true }},\n]\nmax = 3"),
    );
    for (keys, expected) in [
        ("1 3 Enter", "[1,3]"),
        ("3 1 Enter", "[1,3]"),
        ("1 3 1 Enter", "[3]"),
        ("Down Space Down Space Enter", "[1,2]"),
        // What excludes the rest takes their place, and gives way to them.
        ("1 2 5 Enter", "[5]"),
        ("5 1 Enter", "[1]"),
        ("1 d Enter", "?"),
        ("d 2 Enter", "[2]"),
        // "Other" asks for more; nobody is made to say it.
        ("4 Enter 'Rice' Enter", "[4]:\"Rice\""),
        ("4 1 Enter Enter", "[1,4]"),
        // Too many are not taken.
        ("1 2 3 4 Enter Enter", ""),
        ("1 2 3 4 Enter Enter 1 Enter", "[2,3,4]"),
        // Enter on a line with nothing picked picks it.
        ("Down Enter Enter", "[1]"),
    ] {
        assert_eq!(stored(&several, keys), expected, "{keys}");
    }
    assert!(play(&several, "1 2 3 4 Enter Enter").screen().contains("Please choose 1 to 3."));
    assert!(play(&several, "1 4").screen().contains("[x] Apples"));
}

#[test]
fn one_choice_may_ask_for_more() {
    let one = item("food", "choice", &format!("{CHOICES}]"));
    for (keys, expected) in [
        ("2 Enter", "2"),
        ("4 Enter 'Rice' Enter", "4:\"Rice\""),
        ("4 Enter Enter", "4"),
        ("4 Enter 'Rice' Esc 1 Enter", "1"),
        // What was said stands there again.
        ("4 Enter 'Rice' Enter Left 4 Enter '!' Enter", "4:\"Rice!\""),
        ("4 Enter 'Rice' Enter Left 2 Enter", "2"),
    ] {
        assert_eq!(stored(&one, keys), expected, "{keys}");
    }
}

#[test]
fn letters_pick_where_the_author_wants_letters() {
    let one = item("food", "choice", &format!("{CHOICES}]\nkeys = \"letters\""));
    for (keys, expected) in [("c Enter", "3"), ("b Enter", "2"), ("F3 Enter", "?"), ("F4 Enter", "!")] {
        assert_eq!(stored(&one, keys), expected, "{keys}");
    }
    let several = item("food", "choices", &format!("{CHOICES}]\nkeys = \"letters\""));
    assert!(play(&several, "").screen().contains("the letter chooses"), "{}", play(&several, "").screen());
    assert!(play(&item("food", "choices", &format!("{CHOICES}]")), "").screen().contains("the number chooses"));
}

#[test]
fn yes_no_and_consent_are_answered_in_their_words() {
    let items = item("sells", "yes_no", "") + &item("tell", "consent", "");
    assert_eq!(stored(&items, "1 Enter 2 Enter"), "1 2");
    let stage = play(&items, "1 Enter");
    assert!(stage.screen().contains("I agree") && !stage.screen().contains("Don't know"), "{}", stage.screen());
    assert_eq!(stored(&items, "1 Enter d Enter"), "1");
}

#[test]
fn numbers_have_decimals_and_dates_either_order() {
    let items = item("land", "number", "min = 0.5\nmax = 9\ndecimals = 1") + &item("since", "date", "min = 2000-01-01");
    for (keys, expected) in [
        ("'1,5' Enter '3/2/2024' Enter", "15 2024-02-03"),
        ("'1.5' Enter '2024-02-03' Enter", "15 2024-02-03"),
        ("'0.4' Enter", ""),
        ("'1.55' Enter", ""),
        ("'2' Enter '31/12/1999' Enter", "20"),
        ("'2' Enter '30/2/2024' Enter", "20"),
    ] {
        assert_eq!(stored(&items, keys), expected, "{keys}");
    }
    assert!(play(&items, "'2' Enter '3/2/2024'").screen().contains("That is 3 Feb 2024."));
    assert!(play(&items, "'2' Enter '31/12/1999' Enter").screen().contains("from 1 Jan 2000"));
}

#[test]
fn a_ranking_is_made_by_choosing_in_order() {
    let choices = CHOICES.replace(", other = true", "");
    let ranking = item("needs", "ranking", &format!("{choices}]\ntop = 2"));
    for (keys, expected) in
        [("3 1 Enter", "<3,1>"), ("3 1 3 2 Enter", "<1,2>"), ("3 Enter", ""), ("1 2 3 Enter", ""), ("p Enter", "!")]
    {
        assert_eq!(stored(&ranking, keys), expected, "{keys}");
    }
    assert!(play(&ranking, "3 1").screen().contains("(1) Cheese"));
    assert!(play(&ranking, "3 Enter").screen().contains("Please put 2 in order."));
}

#[test]
fn long_texts_wrap_and_notes_are_only_read() {
    let items = item("said", "note", "") + &item("story", "text", "long = true");
    let story = "word ".repeat(40);
    assert_eq!(stored(&items, &format!("Enter '{story}' Enter")), format!(". {:?}", story.trim()));
    let stage = play(&items, &format!("Enter '{story}'"));
    assert!(stage.screen().matches("word").count() == 40, "{}", stage.screen());
}

#[test]
fn a_grid_is_answered_row_by_row_wide_or_narrow() {
    let rows = "format = \"agreement\"\nrows = [\n  { key = \"one\", text.en = \"First.\" },\n  { key = \"two\", text.en = \"Second.\" },\n]";
    let grid = item("lead", "grid", rows) + &item("after", "text", "");
    for size in [(80, 24), (40, 15)] {
        let mut stage = Set { size, ..set(&grid) }.play();
        stage.keys("Enter '12' Enter");
        let both = stage.screen().contains("First.") && stage.screen().contains("Second.");
        assert_eq!(both, size.0 == 80, "{}", stage.screen());
        stage.keys("2 Enter 5 Enter 'x' Enter");
        assert_eq!(stage.stored(), "12 2 5 \"x\"");
    }
    assert_eq!(stored(&grid, "Right Right Enter d Enter Up 1 Enter"), "2 1");
}

#[test]
fn a_route_comes_and_goes_and_its_answers_with_it() {
    let choices = format!("{CHOICES}]\nshow_if = \"years > 10\"");
    let more = "show_if = \"food == 'b'\"\nhint.en = \"You said {food}, and {double}.\"";
    let items = item("food", "choice", &choices) + &item("more", "text", more) + &item("last", "text", "");
    let keys = "2 Enter 'x' Enter 'y' Enter";
    assert_eq!(stored(&items, keys), "2 \"x\" \"y\"");
    // Back to the number: what depends on it goes, and what depends on that.
    let mut stage = play(&items, &format!("{keys} F6 Home Enter"));
    stage.keys("Backspace Backspace '5' Enter");
    assert_eq!(stage.stored(), "5 n n \"y\"");
    assert!(stage.screen().contains("last?") && stage.screen().contains("2 / 2"), "{}", stage.screen());
    // And it comes back as it was.
    stage.keys("Up Backspace '20' Enter");
    assert_eq!(stage.stored(), "20 2 \"x\" \"y\"");
    assert!(stage.screen().contains("food?"), "{}", stage.screen());
    let stage = play(&items, "2 Enter");
    assert!(stage.screen().contains("You said Bread, and 24."), "{}", stage.screen());
}

#[test]
fn a_choice_that_is_no_longer_offered_leaves_its_item_open() {
    let choices = CHOICES.replace("key = \"c\",", "key = \"c\", show_if = \"years > 10\",") + "]";
    let items = item("food", "choice", &choices) + &item("foods", "choices", &choices);
    let mut stage = play(&items, "3 Enter 1 3 Enter F6 Home Enter Backspace Backspace '5' Enter");
    assert_eq!(stage.stored(), "5 . [1]");
    assert!(!stage.screen().contains("Cheese"), "{}", stage.screen());
    stage.keys("Left Backspace '11' Enter");
    assert_eq!(stage.stored(), "11 3 [1,3]");
}

#[test]
fn a_check_holds_an_answer_back_and_says_why() {
    let checks = "min = 0\nmax = 99\nchecks = [{ must = \"since <= years\", message.en = \"Not more than {years}.\" }]";
    let items = item("since", "number", checks);
    let mut stage = play(&items, "'13' Enter");
    assert!(stage.screen().contains("Not more than 12."), "{}", stage.screen());
    assert_eq!(stage.stored(), "12");
    stage.keys("Backspace Backspace '12' Enter");
    assert_eq!(stage.stored(), "12 12");
    // An answer that no longer holds is open again, and is looked at before the end.
    stage.keys("F6 Home Enter Backspace Backspace '3' Enter Enter Enter");
    assert!(stage.screen().contains("Not more than 3."), "{}", stage.screen());
}

#[test]
fn what_is_required_may_be_declined_but_not_left_empty() {
    let items = item("sells", "yes_no", "required.en = \"We have to share out {years} places.\"");
    let mut stage = play(&items, "Enter");
    assert!(stage.screen().contains("We have to share out 12 places."), "{}", stage.screen());
    stage.keys("Enter");
    assert_eq!(stage.stored(), "12");
    stage.keys("p Enter");
    assert_eq!(stage.stored(), "12 !");
    // Stepping back and over the overview it is still open, and the end leads to it.
    let items = items + &item("last", "text", "");
    let mut stage = play(&items, "F6 End Enter 'x' Enter 1 Enter");
    assert!(stage.screen().contains("This question needs an answer"), "{}", stage.screen());
    assert!(stage.record().packed.is_none());
    stage.keys("Enter 1 Enter F6 End Enter Enter 1 Enter");
    assert!(stage.record().packed.is_some(), "{}", stage.screen());
}

#[test]
fn a_default_stands_there_and_counts_only_when_it_is_confirmed() {
    let items = item("land", "number", "min = 0\nmax = 9\ndecimals = 1\ndefault = 2.5")
        + &item("sells", "yes_no", "default = false");
    let stage = play(&items, "");
    assert!(stage.screen().contains("2.5"), "{}", stage.screen());
    assert_eq!(stage.stored(), "12");
    assert_eq!(stored(&items, "Enter Enter"), "25 2");
    let sells = item("sells", "yes_no", "default = false");
    assert_eq!(stored(&sells, "Left"), "", "going back confirms nothing");
    assert_eq!(stored(&sells, "1 Left"), "1", "what was changed was answered");
}

#[test]
fn what_is_not_offered_is_not_taken() {
    let items = item("food", "choice", &format!("{CHOICES}]\ndont_know = false\ndecline = false"));
    assert_eq!(stored(&items, "d Enter"), "");
    assert!(!play(&items, "").screen().contains("Don't know"));
}

#[test]
fn read_aloud_a_scale_is_asked_in_two_steps() {
    let scale =
        item("trust", "scale", "format = \"agreement\"\ninterviewer.en = \"Wait.\"") + &item("after", "text", "");
    let settings = Settings { reader: Reader::Interviewer, ..Settings::default() };
    for (keys, expected) in [
        ("3 Enter 2 Enter", "5"),
        ("3 Enter 1 Enter", "4"),
        ("1 Enter 1 Enter", "1"),
        ("2 Enter", "3"),
        ("3 Enter Left 1 Enter 2 Enter", "2"),
        ("d Enter", "?"),
    ] {
        let mut stage = Set { settings: settings.clone(), ..set(&scale) }.play();
        stage.keys("Enter '12' Enter");
        assert!(stage.screen().contains("For the interviewer: Wait."), "{}", stage.screen());
        stage.keys(keys);
        assert_eq!(stage.stored(), format!("12 {expected}"), "{keys}");
        assert_eq!(stage.app.interview().unwrap().mode(), Mode::Interviewer);
    }
    assert!(!play(&scale, "").screen().contains("interviewer"));
    assert_eq!(stored(&scale, "4 Enter"), "4");
}

#[test]
fn in_practice_nothing_reaches_the_store() {
    let mut stage = Set { practice: true, ..set(&item("a", "text", "")) }.play();
    stage.keys("Enter '12' Enter 'x' Enter");
    assert!(stage.screen().contains("PRACTICE"), "{}", stage.screen());
    stage.keys("F1");
    assert!(stage.screen().contains("nothing is stored") && !stage.screen().contains("saved"), "{}", stage.screen());
    stage.keys("Esc Esc");
    assert!(stage.screen().contains("nothing of it is kept"), "{}", stage.screen());
    stage.keys("Esc");
    stage.keys("1 Enter");
    assert_eq!((stage.shelf.orders, stage.shelf.records.len()), (0, 0));
    stage.keys("Esc");
    assert!(stage.exited);
}

#[test]
fn a_questionnaire_is_chosen_at_home() {
    let mut stage = Set::of(Start::Home, "en").play();
    stage.keys("2 Enter");
    assert!(stage.screen().contains("lokakarya"), "{}", stage.screen());
    stage.keys("3 Enter");
    stage.keys("Enter");
    assert!(stage.screen().contains("Workshop") || stage.screen().contains("workshop"), "{}", stage.screen());
}

#[test]
fn an_interview_with_every_kind_is_taken_up_where_it_was_left() {
    let rows = "format = \"agreement\"\nrows = [{ key = \"one\", text.en = \"First.\" }]";
    let items = item("food", "choice", &format!("{CHOICES}]"))
        + &item("foods", "choices", &format!("{CHOICES}]"))
        + &item("lead", "grid", rows)
        + &item("since", "date", "")
        + &item("last", "text", "");
    let mut stage = play(&items, "4 Enter 'Rice' Enter 1 4 Enter 'Corn' Enter 2 Enter '3/2/2024' Enter 'y'");
    stage.keys("Ctrl-c Ctrl-c");
    let mut again = Set::of(Start::Home, "en").over(stage.shelf).play();
    again.keys("2 Enter Enter");
    assert!(again.screen().contains("last?") && again.screen().contains('y'), "{}", again.screen());
    again.keys("Enter");
    assert_eq!(again.stored(), "12 4:\"Rice\" [1,4]:\"Corn\" 2 2024-02-03 \"y\"");
}
