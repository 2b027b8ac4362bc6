use super::{IN, all_answers, all_stored, play, stored_after};
use crate::support::stage::{Set, core};
use kohesi::interview::Happening;
use kohesi::settings::{Advance, Settings};
use kohesi::tui::Start;

#[test]
fn one_line_journeys() {
    for (keys, stored) in [
        // A number marks, Enter goes on; what is only marked is no answer.
        ("3", ""),
        ("3 Enter", "3"),
        ("3 4 Enter", "4"),
        ("3 Enter 5 Enter 1 Enter", "3 5 1"),
        // Arrows, j and k, Home and End mark too.
        ("Down Enter", "1"),
        ("Down Down Down Enter", "3"),
        ("j j k Enter", "1"),
        ("2 Home Enter", "1"),
        ("1 Down Down Down Down Enter", "5"),
        // Below the scale stand the two other answers, on keys of their own.
        ("d Enter p Enter", "? !"),
        ("F3 Enter F4 Enter", "? !"),
        ("3 d Enter", "?"),
        ("d 3 Enter", "3"),
        ("5 Down Enter 5 Down Down Enter", "? !"),
        ("6 Enter", ""),
        // Nothing is left out by accident: the first Enter asks, and the safe answer is marked.
        ("Enter", ""),
        ("Enter Enter", ""),
        ("Enter 2 Enter", "-"),
        ("Enter Down Enter", "-"),
        ("Enter Esc 3 Enter", "3"),
        ("Right 2 Enter 4 Enter", "- 4"),
        // What was left out once is not asked about again.
        ("Enter 2 Enter Left Enter 3 Enter", "- 3"),
        // Back, and an answer changed; leaving keeps what is marked.
        ("3 Enter Left 5 Enter", "5"),
        ("3 Enter Backspace 5 Enter 2 Enter", "5 2"),
        ("3 Enter 4 Left Right Enter", "3 4"),
        ("Left 3 Enter", "3"),
        // The overview leads anywhere.
        ("3 Enter o Down Down Enter 1 Enter", "3 . . 1"),
        ("3 Enter F6 Home Enter 2 Enter", "2"),
        ("3 Enter o Esc 4 Enter", "3 4"),
        // The last answer is taken back with one key.
        ("3 Enter u", ""),
        ("3 Enter u 4 Enter", "4"),
        ("3 Enter Left 5 Enter u", "3"),
        ("3 Enter 5 u 4 Enter", "3 4"),
        ("3 Enter 5 u u", ""),
        // The language changes in the middle of things.
        ("3 F2 Enter", "3"),
        ("F2 t Enter m Enter F2 d Enter", "? ! ?"),
        // Help and back.
        ("? Esc 3 Enter", "3"),
        ("3 ? Enter Enter", "3"),
    ] {
        assert_eq!(stored_after(keys), stored, "{keys}");
    }
}

#[test]
fn a_whole_interview_is_stored_and_finished() {
    let mut stage = play(&all_answers());
    assert_eq!(stage.stored(), all_stored());
    assert!(stage.screen().contains("Before you finish"), "{}", stage.screen());
    stage.keys("1 Enter");
    assert!(stage.record().packed.is_some());
    assert!(stage.screen().contains("Thank you"), "{}", stage.screen());
    stage.keys("Esc");
    assert!(stage.exited);
}

#[test]
fn finishing_with_gaps_is_allowed_and_the_gaps_can_be_visited() {
    let mut stage = play(&format!("{IN} o End Enter 1 Enter"));
    assert!(stage.screen().contains("answered 1 of 39"), "{}", stage.screen());
    stage.keys("Down Enter");
    assert!(stage.screen().contains("1 / 39"), "{}", stage.screen());
    stage.keys("5 Enter o End Enter Enter 1 Enter");
    let record = stage.record();
    let packed = record.packed.as_ref().unwrap();
    assert_eq!((packed.codes.len(), packed.codes[0], packed.codes[1], packed.codes[38]), (39, 5, 0, 1));
}

#[test]
fn a_number_that_does_not_fit_says_so_and_stays() {
    let mut stage = play(&format!("{IN} o End Up Enter '200' Enter"));
    assert!(stage.screen().contains("from 0 to 120"), "{}", stage.screen());
    assert_eq!(stage.stored(), "");
    stage.keys("F2");
    assert!(stage.screen().contains("dari 0 sampai 120"), "{}", stage.screen());
    stage.keys("Backspace Enter");
    assert!(stage.stored().ends_with(" 20"), "{}", stage.stored());
}

#[test]
fn what_is_half_typed_survives_a_change_of_language_and_a_look_elsewhere() {
    let mut stage = play(&format!("{IN} o End Up Enter '12' F2"));
    assert!(stage.screen().contains("12"), "{}", stage.screen());
    assert!(stage.screen().contains("Sudah berapa tahun"), "{}", stage.screen());
    stage.keys("'x' Up");
    stage.keys("Right Enter Down Enter");
    let mut stage = play(&format!("{IN} o End Up Enter '12x' Up Right"));
    stage.keys("Down Enter");
    assert!(stage.screen().contains("12x"), "{}", stage.screen());
}

#[test]
fn consent_is_asked_and_stored_and_a_refusal_leaves_nothing_but_a_count() {
    let mut stage = play("Enter Down");
    assert_eq!(stage.stored(), "nothing");
    stage.keys("2 Enter");
    assert!(stage.screen().contains("thank you for your time"), "{}", stage.screen());
    assert_eq!((stage.shelf.records.len(), stage.shelf.refusals), (0, 1));
    stage.keys("Enter");
    assert!(stage.exited);

    let stage = play(IN);
    let consents = stage.record().events.iter().filter(|event| {
        matches!(&event.what, Happening::Consented { version, language } if version == "1" && language.as_str() == "en")
    });
    assert_eq!(consents.count(), 1);
}

#[test]
fn the_code_that_consent_names_is_the_interview_s() {
    let stage = play("Enter");
    let screen = stage.screen();
    let mut stage = stage;
    stage.keys("1 Enter");
    let code = stage.shelf.records.keys().next().unwrap().code();
    assert!(screen.contains(&code), "{code}\n{screen}");
}

#[test]
fn each_answer_is_stored_with_its_language_and_time() {
    let stage = play(&format!("{IN} 3 Enter F2 4 Enter"));
    let responded: Vec<_> = stage
        .record()
        .events
        .iter()
        .filter_map(|event| match &event.what {
            Happening::Responded { language, shown_ms, .. } => Some((language.as_str().to_owned(), *shown_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(responded, [("en".to_owned(), 1800), ("id".to_owned(), 2700)]);
}

#[test]
fn a_note_belongs_to_its_item_and_can_be_changed_and_taken_away() {
    let mut stage = play(&format!("{IN} n 'only by day' Enter 3 Enter"));
    assert!(stage.screen().contains("2 / 39"));
    stage.keys("Left");
    assert!(stage.screen().contains("only by day"), "{}", stage.screen());
    stage.keys("n Backspace Backspace Backspace 'night' Enter");
    assert!(stage.screen().contains("only by night"), "{}", stage.screen());
    stage.keys("F5 Ctrl-u Enter");
    assert!(!stage.screen().contains("only by"), "{}", stage.screen());
    stage.keys("F5 'lost' Esc");
    assert!(!stage.screen().contains("lost"), "{}", stage.screen());
    assert_eq!(stage.stored(), "3");
}

#[test]
fn a_number_can_go_on_by_itself_and_be_taken_back() {
    let mut set = Set::take("en");
    set.settings = Settings { advance: Advance::Auto, ..Settings::default() };
    let mut stage = set.play();
    stage.keys(&format!("{IN} 4"));
    assert_eq!(stage.stored(), "4");
    assert!(stage.screen().contains("Just now: Agree (U takes it back)"), "{}", stage.screen());
    stage.keys("u");
    assert_eq!(stage.stored(), "");
    assert!(stage.screen().contains("1 / 39"), "{}", stage.screen());
    stage.keys("2 d");
    assert_eq!(stage.stored(), "2 ?");
}

#[test]
fn the_language_is_asked_in_words_anyone_recognises() {
    let mut set = Set::take("id");
    set.ask_language = true;
    let mut stage = set.play();
    let screen = stage.screen();
    assert!(screen.contains("Bahasa Indonesia") && screen.contains("English"), "{screen}");
    stage.keys("2");
    assert!(stage.screen().contains("Living together"), "{}", stage.screen());
    stage.keys("Enter");
    assert!(stage.screen().contains("Welcome"), "{}", stage.screen());
}

#[test]
fn home_leads_into_an_interview_and_back() {
    let mut stage = Set::of(Start::Home, "en").play();
    stage.keys(&format!("1 Enter {} 1 Enter", all_answers()));
    assert!(stage.record().packed.is_some());
    stage.keys("q");
    assert!(stage.screen().contains("See results (1)"), "{}", stage.screen());
    stage.keys("2 Enter Enter");
    assert!(stage.screen().contains("Your profile"), "{}", stage.screen());
    stage.keys("s 5 Enter");
    assert_eq!(stage.files.len(), 1);
    assert!(
        stage.files[0].0.starts_with("kohesi-inti-")
            && String::from_utf8_lossy(&stage.files[0].1).contains("\"trust_neighbours\"")
    );
    stage.keys("Esc Esc Esc");
    assert!(stage.exited);
}

#[test]
fn an_item_can_be_answered_with_the_mouse_alone() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut stage = play(IN);
    let row_of = |stage: &crate::support::stage::Stage, text: &str| {
        stage
            .screen()
            .lines()
            .position(|line| line.contains(text))
            .unwrap_or_else(|| panic!("{text}\n{}", stage.screen()))
    };
    let click = |stage: &mut crate::support::stage::Stage, column: u16, row: usize| {
        let row = u16::try_from(row).unwrap();
        let kind = MouseEventKind::Down(MouseButton::Left);
        stage.event(kohesi::tui::Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    };
    let row = row_of(&stage, "4  Agree");
    click(&mut stage, 10, row);
    assert_eq!(stage.stored(), "");
    click(&mut stage, 10, row);
    assert_eq!(stage.stored(), "4");
    let row = row_of(&stage, "D  Don't know");
    click(&mut stage, 10, row);
    let row = row_of(&stage, "Enter next");
    click(&mut stage, 6, row);
    assert_eq!(stage.stored(), "4 ?");
}

#[test]
fn the_core_questionnaire_is_what_the_measurement_asks_for() {
    let core = core();
    let counts: Vec<usize> = (0..core.aspects().len())
        .map(|place| {
            core.items().iter().filter(|item| item.counts.is_some_and(|(aspect, _)| aspect.0 == place)).count()
        })
        .collect();
    assert_eq!(counts, [8, 6, 7, 7, 7]);
    assert_eq!(core.items().len(), 39);
    let reversed = |item: &&kohesi::questionnaire::Item| {
        item.counts.is_some_and(|(_, keying)| keying == kohesi::questionnaire::Keying::Reversed)
    };
    assert!((8..=10).contains(&core.items().iter().filter(reversed).count()));
    assert!(core.norms().unwrap().provisional);
    let words = |item: &kohesi::questionnaire::Item| {
        item.text.all().map(|(_, text)| text.split_whitespace().count()).max().unwrap()
    };
    assert!(core.items().iter().all(|item| words(item) <= 16));
}

#[test]
fn prefer_not_to_answer_stays_what_it_is_over_something_typed() {
    let mut stage = play(&format!("{IN} o End Up Enter '12' F4 Enter Left Up Down"));
    stage.keys("F6 Home Enter");
    assert!(stage.stored().ends_with(" !"), "{}", stage.stored());
    stage.keys("F6 End Up Enter");
    assert!(!stage.screen().contains("12  years"), "{}", stage.screen());
}
