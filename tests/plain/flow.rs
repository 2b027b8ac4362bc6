//! From the first line to the last: beginning, ways about, ending, and being taken up again.

use kohesi::plain::{Boot, Ending, Event, LineWriter, Resume};

use super::{begun, words};
use crate::journeys::kinds::{item, questionnaire};
use crate::support::stage::{Set, core};
use crate::support::talk::{ID, Lines, boot};

fn two() -> String {
    item("one", "yes_no", "") + &item("two", "text", "")
}

/// The core questionnaire past its consent.
fn at_core(language: &str) -> Lines {
    let mut lines = Lines::of(boot(core(), language));
    lines.write(&["1"]);
    lines
}

#[test]
fn the_whole_core_is_answered_and_told_as_sentences_and_numbers() {
    for (language, agree, profile, goodbye) in [
        ("en", "agree", "Your profile", "Finished and saved."),
        ("id", "setuju", "Profil Anda", "Selesai dan tersimpan."),
    ] {
        let mut lines = at_core(language);
        for _ in 0..35 {
            lines.write(&[agree]);
        }
        let said = lines.write(&["2", "1", "12", "1", ""]);
        assert_eq!(lines.stored(), format!("{}2 1 12 1", "4 ".repeat(35)));
        assert!(said.contains(profile) && said.contains(goodbye) && said.contains(&ID.code()), "{said}");
        assert!(!said.contains(['█', '▓', '◆', '⣀', '│']), "{said}");
        assert!(said.lines().all(|line| kohesi::text::width(line) <= 80), "{said}");
        assert!(lines.ending.is_none(), "it asks whether to save a file");
        let said = lines.write(&["5", ""]);
        assert!(said.contains("/hasil/kohesi-inti-"), "{said}");
        assert!(lines.files[0].1.starts_with(b"{"));
        assert_eq!(lines.ending, Some(Ending::Complete));
    }
}

#[test]
fn consent_is_asked_and_may_be_refused() {
    let mut lines = Lines::of(boot(core(), "id"));
    assert!(lines.said.contains(&ID.code()), "{}", lines.said);
    let said = lines.write(&["", "mungkin"]);
    assert!(said.contains("Apakah Anda bersedia ikut?") && said.contains("“mungkin” tidak ada di sini"), "{said}");
    lines.write(&["tidak"]);
    assert_eq!((lines.ending, lines.shelf.refusals, lines.shelf.records.len()), (Some(Ending::Refused), 1, 0));
}

#[test]
fn the_language_is_asked_for_and_changed_at_any_moment() {
    let mut lines = Lines::of(Boot { ask_language: true, ..boot(core(), "id") });
    assert!(lines.said.contains("1 Bahasa Indonesia\n2 English\n> "), "{}", lines.said);
    let said = lines.write(&["indo", "l", "b"]);
    assert!(said.contains("Kehidupan bersama") && said.contains("Living together"), "{said}");
    let mut lines = Lines::of(Boot { ask_language: true, ..boot(core(), "id") });
    let said = lines.write(&["english"]);
    assert!(said.contains("Would you like to take part?"), "{said}");
    let said = lines.write(&["l", "ya", "l", "4"]);
    assert!(said.contains("Apakah Anda bersedia ikut?") && said.contains("Question 1 of 39"), "{said}");
    let languages: Vec<String> = lines.shelf.records[&ID].interview(ID).events()[2..]
        .iter()
        .filter_map(|event| match &event.what {
            kohesi::interview::Happening::Responded { language, .. } => Some(language.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(languages, ["en"]);
}

#[test]
fn an_item_left_empty_is_asked_about() {
    let mut lines = begun(&two());
    let said = lines.write(&["", "1"]);
    assert!(said.contains("Leave it empty?") && said.matches("one?").count() == 1, "{said}");
    lines.write(&["", "no", "", "yes", "", "2"]);
    assert_eq!(lines.stored(), "12 - -");
    let said = lines.said.rsplit("Before you finish").next().unwrap();
    assert!(
        said.contains("You have answered 1 of 3.") && said.contains("2. one?") && said.contains("3. two?"),
        "{said}"
    );
    // Left empty before, Enter goes on.
    let said = lines.write(&["2", ""]);
    assert!(said.contains("Question 3 of 3"), "{said}");
}

#[test]
fn notes_are_written_changed_and_taken_away() {
    let mut lines = begun(&two());
    lines.write(&["note", "the well is dry"]);
    assert_eq!(
        lines.shelf.records[&ID].interview(ID).note_of(kohesi::questionnaire::ItemIndex(1)),
        Some("the well is dry")
    );
    let said = lines.write(&["c", ""]);
    assert!(said.contains("Note: the well is dry"), "{said}");
    assert!(lines.write(&["c", "-"]).contains("note taken away"));
    assert_eq!(lines.shelf.records[&ID].interview(ID).note_of(kohesi::questionnaire::ItemIndex(1)), None);
    assert!(lines.write(&["c", &"x".repeat(2_001)]).contains("too long"));
}

#[test]
fn an_answer_is_taken_back_and_all_questions_are_listed() {
    let mut lines = begun(&two());
    let said = lines.write(&["yes", "u"]);
    assert!(said.contains("answer taken back") && said.contains("Question 2 of 3"), "{said}");
    assert_eq!(lines.stored(), "12");
    assert!(lines.write(&["u"]).contains("no answer to take back"));
    let said = lines.write(&["all"]);
    assert!(said.contains("1. Years? 12") && said.contains("2. one? (not answered yet)"), "{said}");
    assert!(words(&lines.write(&["7"])).contains("There is no question 7. There are 1 to 3."));
    assert!(lines.write(&["#1"]).contains("Your answer now: 12. Enter alone keeps it."));
}

#[test]
fn help_tells_every_word_and_the_prompt_stays() {
    let mut lines = at_core("en");
    let said = lines.write(&["?"]);
    for wanted in ["b, back: back", "q, quit, stop: stop for now", "d, Don't know: don't know", "Trust is"] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert!(said.ends_with("> "));
    assert!(lines.write(&["bantuan"]).contains("b, back"));
}

#[test]
fn nothing_a_person_writes_reaches_the_terminal_as_a_control_sequence() {
    let mut lines = at_core("en");
    let said = lines.write(&["\u{1b}[2J\u{9b}31m\u{7}"]);
    assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said:?}");
}

#[test]
fn everything_is_kept_at_the_end_of_input_and_goes_on_in_either_front_end() {
    let mut lines = begun(&two());
    lines.write(&["yes"]);
    lines.event(Event::EndOfInput);
    assert_eq!(lines.ending, Some(Ending::Unfinished));
    assert!(words(&lines.said).contains(&format!("kohesi take --plain --resume {}", ID.code())), "{}", lines.said);

    let start = kohesi::tui::Start::Take(questionnaire(&two()));
    let mut stage = Set::of(start, "en").over(lines.shelf).play();
    stage.keys("1 Enter");
    assert!(stage.screen().contains("two?"), "{}", stage.screen());
    stage.keys("'half' Ctrl-c Ctrl-c");

    // And back again, with what was half typed there.
    let mut lines = Lines::over(boot(questionnaire(&two()), "en"), stage.shelf);
    assert!(lines.said.contains("2 of 3 answered") && lines.said.contains("2 Begin a new one"), "{}", lines.said);
    let said = lines.write(&[&ID.code()]);
    assert!(said.contains("Filled in: half. Enter alone takes it."), "{said}");
    lines.write(&["", ""]);
    assert_eq!(lines.stored(), "12 1 \"half\"");
    assert!(lines.shelf.records[&ID].packed.is_some());
}

#[test]
fn where_nobody_can_be_asked_nothing_is_asked_but_the_questionnaire() {
    let mut lines = begun(&two());
    lines.event(Event::EndOfInput);
    let scripted = Boot {
        writer: LineWriter::Script,
        new_id: || kohesi::interview::InterviewId([7; 16]),
        ..boot(questionnaire(&two()), "en")
    };
    let mut lines = Lines::over(scripted.clone(), lines.shelf);
    assert!(lines.said.contains("Left unfinished: 1.") && lines.said.contains("Question 1 of 3"), "{}", lines.said);
    lines.write(&["5", "no", "x", ""]);
    assert_eq!((lines.ending, lines.shelf.records.len()), (Some(Ending::Complete), 2));

    let resume = Boot { resume: Resume::Latest, ..scripted.clone() };
    let lines = Lines::over(resume, lines.shelf);
    assert!(lines.said.contains("Question 2 of 3"), "{}", lines.said);
    let lines = Lines::over(Boot { resume: Resume::This(ID), ..scripted }, lines.shelf);
    assert!(lines.said.contains("Question 2 of 3"), "{}", lines.said);
}

#[test]
fn a_note_half_written_on_the_screen_is_kept() {
    let start = kohesi::tui::Start::Take(questionnaire(&two()));
    let mut stage = Set::of(start, "en").play();
    stage.keys("Enter '12' Enter n 'dry we' Ctrl-c").wait(std::time::Duration::from_secs(1));
    stage.event(kohesi::tui::Event::End { signal: None });
    let mut shelf = stage.shelf;
    if let Some(draft) = shelf.records.get_mut(&ID).and_then(|record| record.draft.as_mut()) {
        draft.note = Some("dry we".to_owned());
    }
    let mut lines = Lines::over(Boot { resume: Resume::Latest, ..boot(questionnaire(&two()), "en") }, shelf);
    assert!(lines.said.contains("A note left unfinished: dry we."), "{}", lines.said);
    lines.write(&["dry well"]);
    assert_eq!(lines.shelf.records[&ID].interview(ID).note_of(kohesi::questionnaire::ItemIndex(1)), Some("dry well"));
}

#[test]
fn in_practice_nothing_reaches_the_store() {
    let mut lines = Lines::of(Boot { practice: true, ..boot(questionnaire(&two()), "en") });
    let said = lines.write(&["12", "no", "x", "", ""]);
    assert!(said.contains("PRACTICE, not stored: 12") && !said.contains("Saved"), "{said}");
    assert_eq!((lines.shelf.orders, lines.shelf.records.len(), lines.ending), (0, 0, Some(Ending::Complete)));
}
