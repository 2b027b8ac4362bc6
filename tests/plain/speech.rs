//! What is read aloud, in both front ends.

use kohesi::plain::{Boot, Event};
use kohesi::settings::Settings;
use kohesi::store::SpeechFault;
use kohesi::tui::Start;

use crate::journeys::kinds::{item, questionnaire};
use crate::support::stage::{Set, Stage, core};
use crate::support::talk::{Lines, boot};

fn aloud() -> Settings {
    Settings { speech: Some("voice".into()), ..Settings::default() }
}

fn last(spoken: &[(String, String)]) -> (&str, &str) {
    spoken.last().map(|(text, language)| (text.as_str(), language.as_str())).unwrap()
}

#[test]
fn line_by_line_everything_said_is_read_in_the_language_of_the_moment() {
    let mut lines = Lines::of(Boot { aloud: true, ..boot(core(), "id") });
    lines.write(&["1"]);
    let (text, language) = last(&lines.spoken);
    assert!(text.contains("Pertanyaan 1 dari 39") && text.contains("4 Setuju") && !text.contains('>'), "{text}");
    assert_eq!(language, "id");
    let said = lines.spoken.len();
    lines.write(&["ulang"]);
    assert!(lines.spoken.len() > said && last(&lines.spoken).0.contains("4 Setuju"));
    lines.write(&["l"]);
    assert_eq!(last(&lines.spoken).1, "en");
    assert!(last(&lines.spoken).0.contains("4 Agree"));
    assert_eq!(Lines::of(boot(core(), "id")).spoken, []);
}

fn stage() -> Stage {
    let items = item("one", "yes_no", "") + &item("two", "text", "");
    let mut stage = Set { settings: aloud(), ..Set::of(Start::Take(questionnaire(&items)), "en") }.play();
    stage.keys("Enter '12' Enter");
    stage
}

#[test]
fn on_the_screen_what_is_new_is_read_and_the_marked_line_alone_where_the_mark_moves() {
    let mut stage = stage();
    let (text, language) = last(&stage.spoken);
    assert!(text.contains("one?") && text.contains("1. Yes\n2. No") && language == "en", "{text}");
    let said = stage.spoken.len();
    stage.keys("Down");
    assert_eq!(stage.spoken[said..], [("1. Yes".to_owned(), "en".to_owned())]);
    stage.keys("F7");
    assert!(last(&stage.spoken).0.contains("one?"));
    stage.keys("Esc");
    assert!(last(&stage.spoken).0.contains("Stop for now?"), "{:?}", last(&stage.spoken));
    stage.keys("Esc");
    assert!(last(&stage.spoken).0.contains("one?"));
    // Letters are typed in silence.
    stage.keys("1 Enter");
    let said = stage.spoken.len();
    stage.keys("'abc'");
    assert_eq!(stage.spoken.len(), said);
    stage.keys("Enter Enter");
    assert!(stage.spoken.iter().any(|(text, _)| text.contains("Finish and see the result")));
}

#[test]
fn a_voice_that_fails_is_told_and_the_interview_goes_on() {
    let mut stage = stage();
    stage.event(kohesi::tui::Event::Speech(SpeechFault::Missing { program: "voice".into() }));
    assert!(stage.screen().contains("“voice” cannot be started"), "{}", stage.screen());
    stage.keys("1 Enter");
    assert_eq!(stage.stored(), "12 1");

    let mut lines = Lines::of(Boot { aloud: true, ..boot(core(), "id") });
    lines.event(Event::Speech(SpeechFault::Failed { program: "voice".into() }));
    assert!(lines.said.contains("“voice” gagal membacakan"), "{}", lines.said);
    lines.write(&["1", "4"]);
    assert_eq!(lines.stored(), "4");
}

#[test]
fn without_a_voice_nothing_is_read_and_the_key_says_why() {
    let mut stage = Set::take("en").play();
    stage.keys("End Enter 1 Enter F7");
    assert_eq!(stage.spoken, []);
    assert!(stage.screen().contains("Set “speech” in the settings first."), "{}", stage.screen());
}
