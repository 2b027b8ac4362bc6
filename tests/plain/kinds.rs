//! Every kind of item and every rule, from lines to what is on the disk.

use kohesi::interview::Mode;

use super::{begun, stored, words};
use crate::journeys::kinds::{CHOICES, item, questionnaire};
use crate::support::talk::{Lines, boot};

#[test]
fn a_scale_is_answered_by_number_word_or_beginning() {
    let scale = item("trust", "scale", "format = \"agreement\"");
    for (line, expected) in [
        ("4", "4"),
        ("#4", "4"),
        ("RATHER YES", "4"),
        ("strongly n", "1"),
        ("neu", "3"),
        ("don't know", "?"),
        ("tidak tahu", "?"),
        ("d", "?"),
        ("prefer not", "!"),
        ("tidak mau", "!"),
        ("m", "!"),
        // What is not clear is not taken.
        ("strongly", ""),
        ("tidak", ""),
        ("6", ""),
        ("yes", ""),
        ("4 5", ""),
    ] {
        assert_eq!(stored(&scale, &[line]), expected, "{line}");
    }
    let mut lines = begun(&scale);
    let said = words(&lines.write(&["strongly"]));
    assert!(said.contains("could be: #1 Strongly no; #5 Strongly yes"), "{said}");
    assert!(words(&lines.write(&["9"])).contains("“9” is not among these. Write a number from 1 to 5"));
    assert!(words(&lines.write(&["yes"])).contains("“yes” is not among these"));
}

#[test]
fn several_choices_are_named_on_one_line() {
    let none = "  { key = \"none\", text.en = \"None\", none = true },\n]\nmax = 3";
    let several = item("food", "choices", &format!("{CHOICES}{none}"));
    for (written, expected) in [
        (&["1 3"][..], "[1,3]"),
        (&["3, apples"], "[1,3]"),
        (&["bread"], "[2]"),
        (&["5"], "[5]"),
        (&["none"], "[5]"),
        (&["d"], "?"),
        (&["4,1", "Rice"], "[1,4]:\"Rice\""),
        (&["other", ""], "[4]"),
        (&["1 5"], ""),
        (&["1 1"], ""),
        (&["1 2 3 4", ""], ""),
        (&["1, don't know"], ""),
        (&["1, x"], ""),
        (&["4", "b", "1"], "[1]"),
    ] {
        assert_eq!(stored(&several, written), expected, "{written:?}");
    }
    let mut lines = begun(&several);
    assert!(words(&lines.said).contains("Choose 1 to 3. Write the numbers, such as 1, 3."), "{}", lines.said);
    assert!(words(&lines.write(&["1 5"])).contains("“None of these” cannot stand beside others."));
    assert!(words(&lines.write(&["1 1"])).contains("“Apples” is named twice."));
    assert!(words(&lines.write(&["1, d"])).contains("“Don't know” cannot stand beside others."));
    assert!(words(&lines.write(&["1 2 3 4", "x"])).contains("Please choose 1 to 3."));
}

#[test]
fn one_choice_may_ask_for_more() {
    let one = item("food", "choice", &format!("{CHOICES}]"));
    for (written, expected) in [
        (&["2"][..], "2"),
        (&["4", "Rice"], "4:\"Rice\""),
        (&["other", ""], "4"),
        (&["4", "=b"], "4:\"b\""),
        (&["4", "b", "1"], "1"),
        (&["4", "Rice", "b", "4", "Corn"], "4:\"Corn\""),
        (&["4", "Rice", "b", "4", ""], "4:\"Rice\""),
    ] {
        assert_eq!(stored(&one, written), expected, "{written:?}");
    }
}

#[test]
fn yes_no_and_consent_are_answered_in_their_words() {
    let items = item("sells", "yes_no", "") + &item("tell", "consent", "");
    for (written, expected) in [
        (&["1", "2"][..], "1 2"),
        (&["yes", "i do not"], "1 2"),
        (&["y", "I agree."], "1 1"),
        // "n" may be short for "no" and stands for a note.
        (&["n"], ""),
        (&["no", "d"], "2"),
    ] {
        assert_eq!(stored(&items, written), expected, "{written:?}");
    }
    let said = words(&begun(&items).write(&["1"]));
    assert!(said.contains("1 I agree 2 I do not agree") && !said.contains("Don't know"), "{said}");
    assert!(words(&begun(&items).write(&["yes", "d"])).contains("Please choose one of the answers."));
}

#[test]
fn numbers_and_dates_are_typed_and_refused_with_what_is_expected() {
    let items = item("land", "number", "min = 0.5\nmax = 9\ndecimals = 1\nunit.en = \"hectares\"")
        + &item("since", "date", "min = 2000-01-01");
    for (written, expected) in [
        (&["1,5", "3/2/2024"][..], "15 2024-02-03"),
        (&["0.5", "2024-02-03"], "5 2024-02-03"),
        (&["d", "prefer not to answer"], "? !"),
        (&["1.55"], ""),
        (&["10"], ""),
        (&["2", "31/12/1999"], "20"),
        (&["2", "30/2/2024"], "20"),
    ] {
        assert_eq!(stored(&items, written), expected, "{written:?}");
    }
    let mut lines = begun(&items);
    assert!(words(&lines.said).contains("from 0.5 to 9.0. (hectares)"), "{}", lines.said);
    assert!(words(&lines.write(&["ten"])).contains("“ten” cannot be used here. Please write a number"));
    let said = words(&lines.write(&["2"]));
    assert!(said.contains("Saved: 2.0") && said.contains("Write a date from 1 Jan 2000"), "{said}");
    assert!(words(&lines.write(&["31/12/1999"])).contains("Please write a date from 1 Jan 2000"));
    assert!(words(&lines.write(&["3/2/2024"])).contains("Saved: 3 Feb 2024"));
}

#[test]
fn in_a_text_every_word_is_an_answer_and_a_letter_a_command() {
    let items = item("who", "text", "max_characters = 20") + &item("story", "text", "long = true");
    for (written, expected) in [
        (&["Pak RT", "back"][..], "\"Pak RT\" \"back\""),
        (&["finish", "=q"], "\"finish\" \"q\""),
        (&["==", "1"], "\"=\" \"1\""),
        (&["don't know", "d"], "? ?"),
        (&["x", "b", "y"], "\"y\""),
        (&["a much too long answer to this"], ""),
    ] {
        assert_eq!(stored(&items, written), expected, "{written:?}");
    }
    assert!(words(&begun(&items).write(&["a much too long answer to this"])).contains("20 characters at most"));
}

#[test]
fn a_ranking_is_written_in_order() {
    let choices = CHOICES.replace(", other = true", "");
    let ranking = item("needs", "ranking", &format!("{choices}]\ntop = 2"));
    for (line, expected) in
        [("3 1", "<3,1>"), ("cheese, apples", "<3,1>"), ("3", ""), ("1 2 3", ""), ("p", "!"), ("3 3", "")]
    {
        assert_eq!(stored(&ranking, &[line]), expected, "{line}");
    }
    let mut lines = begun(&ranking);
    assert!(words(&lines.said).contains("Write 2 numbers, the most important first"), "{}", lines.said);
    assert!(words(&lines.write(&["3"])).contains("Please put 2 in order."));
    assert!(words(&lines.write(&["3 1"])).contains("Saved: 1. Cheese; 2. Apples"));
}

#[test]
fn notes_are_read_and_a_grid_s_lead_once() {
    let rows = "format = \"agreement\"\nrows = [\n  { key = \"one\", text.en = \"First.\" },\n  { key = \"two\", text.en = \"Second.\" },\n]";
    let items = item("read_this", "note", "") + &item("lead", "grid", rows) + &item("bye", "note", "");
    let mut lines = begun(&items);
    let said = lines.said.clone();
    assert!(said.contains("read_this?\n") && said.contains("lead?\n") && said.contains("First."), "{said}");
    let said = lines.write(&["2"]);
    assert!(said.contains("Second.") && !said.contains("lead?"), "{said}");
    assert!(lines.write(&["r"]).contains("lead?"));
    // What is only read is passed on the way back.
    let said = lines.write(&["b", "b"]);
    assert!(said.contains("Your answer now: 12"), "{said}");
    let said = lines.write(&["", "", "rather yes"]);
    assert!(said.contains("bye?") && said.contains("Before you finish"), "{said}");
    assert_eq!(lines.stored(), "12 . 2 4");
}

#[test]
fn a_route_comes_and_goes_and_answers_are_told_in_texts() {
    let choices = format!("{CHOICES}]\nshow_if = \"years > 10\"");
    let more = "show_if = \"food == 'b'\"\nhint.en = \"You said {food}, and {double}.\"";
    let items = item("food", "choice", &choices) + &item("more", "text", more) + &item("last", "text", "");
    let mut lines = begun(&items);
    let said = lines.write(&["2"]);
    assert!(said.contains("You said Bread, and 24.") && said.contains("Question 3 of 4"), "{said}");
    lines.write(&["x", "o", "1", "5"]);
    assert_eq!(lines.stored(), "5 n n");
    assert!(lines.said.ends_with("> ") && lines.said.contains("Question 2 of 2"), "{}", lines.said);
}

#[test]
fn a_check_what_is_required_and_a_default_hold_here_too() {
    let checks = "min = 0\nmax = 99\nchecks = [{ must = \"since <= years\", message.en = \"Not more than {years}.\" }]";
    let items = item("since", "number", checks)
        + &item("sells", "yes_no", "required.en = \"We share out {years} places.\"")
        + &item("open", "yes_no", "default = false");
    let mut lines = begun(&items);
    assert!(words(&lines.write(&["13"])).contains("Not more than 12."));
    let said = words(&lines.write(&["12", ""]));
    assert!(said.contains("This question needs an answer") && said.contains("We share out 12 places."), "{said}");
    let said = words(&lines.write(&["1"]));
    assert!(said.contains("Filled in: No. Enter alone takes it."), "{said}");
    lines.write(&[""]);
    assert_eq!(lines.stored(), "12 12 1 2");
    // An answer that no longer holds is looked at before the end.
    let said = words(&lines.write(&["1", "3", "finish", ""]));
    assert!(said.contains("Not more than 3.") && lines.ending.is_none(), "{said}");
}

#[test]
fn read_aloud_a_scale_is_asked_in_two_steps() {
    let scale =
        item("trust", "scale", "format = \"agreement\"\ninterviewer.en = \"Wait.\"") + &item("after", "text", "");
    for (written, expected) in [
        (&["3", "2"][..], "5"),
        (&["yes", "rather"], "4"),
        (&["1", "1"], "1"),
        (&["in the", "x"], "3 \"x\""),
        (&["3", "b", "1", "2"], "2"),
        (&["d"], "?"),
        (&["3", "d"], "?"),
    ] {
        let boot = boot(questionnaire(&scale), "en");
        let mut lines = Lines::of(kohesi::plain::Boot { mode: Mode::Interviewer, ..boot });
        let said = words(&lines.write(&["12"]));
        assert!(said.contains("For the interviewer: Wait.") && lines.said.contains("[read aloud]"), "{}", lines.said);
        lines.write(written);
        assert_eq!(lines.stored(), format!("12 {expected}"), "{written:?}");
    }
    assert!(!begun(&scale).said.contains("interviewer"));
}
