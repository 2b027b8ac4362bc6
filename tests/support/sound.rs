//! What must hold for any text that is read as a questionnaire or as settings. The fuzz targets in `fuzz/` hold it too.

use std::fmt::Write;

use kohesi::interview::{At, Interview, InterviewId, Mode, Moment};
use kohesi::questionnaire::{BUILTIN, Limits, Problems, check};
use kohesi::settings::{self, FaultCode, SETTINGS};
use kohesi::text::Clean;
use kohesi::tui::Keymap;

/// Reads `text` and walks through an interview with it, where it can be one.
///
/// # Panics
/// Where a promise is broken.
pub(crate) fn holds(text: &str) {
    let (questionnaire, problems) = check("fuzz.toml", text, Limits::default());
    are_clean(&problems, text);
    let Some(questionnaire) = questionnaire else {
        assert!(!problems.list.is_empty(), "{text}");
        return;
    };
    let language = questionnaire.languages()[0].clone();
    let moment = Moment { at: At { unix_ms: 0, doubtful: false }, shown_ms: 0, language };
    let interview =
        Interview::start(questionnaire.into(), InterviewId([3; 16]), Mode::SelfAdministered, "fuzz", &moment);
    let mut seen = 0;
    let mut at = interview.asked().next();
    while let Some(index) = at {
        let _ = interview.offered(index);
        at = interview.next(index);
        seen += 1;
    }
    assert_eq!(seen, interview.asked().count());
}

/// Nothing that is told of a text points beside it or could steer a terminal.
fn are_clean(problems: &Problems, text: &str) {
    assert!(Clean::check(&problems.source).is_ok() && Clean::check(&problems.name).is_ok(), "{text}");
    for problem in &problems.list {
        assert!(problems.source.get(problem.span.clone()).is_some(), "{problem:?}\n{text}");
        assert!(problem.values.iter().all(|(_, value)| Clean::check(value).is_ok()), "{problem:?}\n{text}");
    }
}

/// A sound questionnaire in which `expression` is a condition and a calculated value.
pub(crate) fn with_expression(expression: &str) -> String {
    const CONDITION: &str = "'story.contains(\" \") || size(story) > 20'";
    const VALUE: &str = "\"hours * 100.0 / 24.0\"";
    let example = BUILTIN.iter().find(|one| one.key == "contoh-lengkap").and_then(|one| one.read().ok());
    let text = example.as_ref().map_or("", |example| example.source());
    assert!(text.contains(CONDITION) && text.contains(VALUE));
    // A TOML string of one line, with every character that could end it escaped.
    let mut written = String::from("\"");
    for character in expression.chars() {
        let _ = write!(written, "\\U{:08X}", u32::from(character));
    }
    written.push('"');
    text.replacen(CONDITION, &written, 1).replacen(VALUE, &written, 1)
}

/// Reads `text` as a settings file, and changes each setting in it.
///
/// # Panics
/// Where a promise is broken.
pub(crate) fn settings_hold(text: &str) {
    let read = |text: &str| settings::gather(text, |_| None, |_| None);
    let before = read(text);
    let (_, of_keys) = Keymap::with(&before.settings.keys);
    for fault in before.faults.iter().chain(&of_keys) {
        let beside = fault.span.as_ref().is_some_and(|span| text.get(span.clone()).is_none());
        assert!(!beside, "{fault:?}\n{text}");
        assert!(fault.values.iter().all(|(_, value)| Clean::check(value).is_ok()), "{fault:?}\n{text}");
    }
    let broken = before.faults.iter().any(|fault| fault.code == FaultCode::Syntax);
    for setting in SETTINGS {
        let Some(word) = setting.words().last().copied() else { continue };
        let Ok(changed) = settings::set(text, setting.key, word) else {
            assert!(broken, "{}\n{text}", setting.key);
            continue;
        };
        let after = read(&changed);
        for other in SETTINGS {
            let expected = if other.key == setting.key { Some(word.to_owned()) } else { other.word(&before.settings) };
            assert_eq!(other.word(&after.settings), expected, "{} = {word}\n{text}\n{changed}", setting.key);
        }
        assert_eq!(before.settings.keys.len(), after.settings.keys.len(), "{text}\n{changed}");
        let (without, was_there) = settings::unset(&changed, setting.key).unwrap_or_default();
        assert!(was_there, "{changed}");
        assert_eq!(setting.word(&read(&without).settings), setting.word(&settings::Settings::default()), "{without}");
    }
}
