//! The settings: every one has its words in every language, and stands in the documentation as it is in the program.

use std::fmt::Write;
use std::path::Path;

use kohesi::settings::{self, FaultCode, Flag, Origin, SETTINGS, Settings};
use kohesi::text::{Catalogue, LANGUAGES, Language};
use kohesi::tui::Keymap;

#[test]
fn every_setting_and_each_of_its_values_has_words() {
    for language in LANGUAGES {
        let t = Catalogue::of(language).unwrap();
        for setting in SETTINGS {
            assert_ne!(t.settings.name(setting.key), setting.key, "{}", language.tag());
            assert!(!t.settings.about(setting.key).is_empty(), "{} {}", language.tag(), setting.key);
            for word in setting.words() {
                let said = t.settings.value(setting.key, word);
                assert!(said != word || said.contains(' ') || language.tag() == "en", "{} {word}", setting.key);
            }
        }
    }
}

#[test]
fn every_fault_in_settings_has_its_sentences() {
    for t in LANGUAGES.map(|language| Catalogue::of(language).unwrap()) {
        for code in FaultCode::ALL {
            let values: Vec<(&str, &str)> = code.value_names().iter().map(|name| (*name, "x")).collect();
            let (cause, remedy) = t.setting_fault(code.as_str(), &values);
            assert!(cause != code.as_str() && !remedy.is_empty(), "{}", code.as_str());
        }
    }
}

/// A settings file that was cut short says of each setting what the whole file says, or nothing, or is refused.
#[test]
fn every_prefix_of_a_settings_file_is_refused_or_says_what_the_whole_says() {
    let whole = include_str!("../../fuzz/seeds/settings/all.toml");
    let read = |text: &str| settings::gather(text, |_| None, |_| None);
    let expected = read(whole);
    assert!(expected.faults.is_empty(), "{:?}", expected.faults);
    let (mut refused, mut some) = (0, 0);
    for length in (0..=whole.len()).filter(|length| whole.is_char_boundary(*length)) {
        let found = read(&whole[..length]);
        if !found.faults.is_empty() {
            refused += 1;
            continue;
        }
        some += 1;
        for (setting, origin) in SETTINGS.iter().zip(&found.origins).filter(|(_, origin)| **origin != Origin::Default) {
            let word = setting.word(&found.settings);
            assert_eq!(word, setting.word(&expected.settings), "{} at {length}, from {origin:?}", setting.key);
        }
        assert!(expected.settings.keys.starts_with(&found.settings.keys), "keys at {length}");
    }
    println!("settings: of {} prefixes {refused} refused, {some} say what the whole says", whole.len());
    assert!(refused > some && some > 10);
}

/// The table of all settings and the table of all keys, in one language.
fn tables(language: Language) -> String {
    let t = Catalogue::of(language).unwrap();
    let flag = |flag: Option<Flag>| match flag {
        Some(Flag::Taking(name)) => format!("`--{name}`"),
        Some(Flag::Meaning(name, word)) => format!("`--{name}` (`{word}`)"),
        None => String::new(),
    };
    let mut text = String::from("| | | | | |\n|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let begin = setting.word(&Settings::default());
        let words = setting.words().into_iter().map(|word| {
            let said = t.settings.value(setting.key, word);
            if begin.as_deref() == Some(word) { format!("**`{word}`** {said}") } else { format!("`{word}` {said}") }
        });
        let known = setting.known_variable.map(|(name, word)| format!(", `{name}` (`{word}`)")).unwrap_or_default();
        let words: Vec<String> = words.collect();
        let (about, words) = (t.settings.about(setting.key), words.join(" · "));
        let (key, variable, flag) = (setting.key, setting.variable(), flag(setting.flag));
        _ = writeln!(text, "| `{key}` | {about} | {words} | `{variable}`{known} | {flag} |");
    }
    text += "\n| | | | |\n|---|---|---|---|\n";
    for line in Keymap::default().lines(&t) {
        let keys = line.keys.iter().map(|key| if key == "`" { "`` ` ``".to_owned() } else { format!("`{key}`") });
        let (keys, words) = (keys.collect::<Vec<_>>().join(" "), line.words.unwrap_or_default());
        _ = writeln!(text, "| `{}` | {words} | {keys} | {} |", line.action, line.contexts.join(", "));
    }
    text
}

/// `KOHESI_WRITE_DOCS=1 cargo test --test kohesi settings` writes them anew.
#[test]
fn the_documentation_of_settings_says_what_the_program_knows() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SETTINGS.md");
    let mut text = std::fs::read_to_string(&path).unwrap();
    for language in LANGUAGES {
        let (begin, end) = (format!("<!-- {} -->\n", language.tag()), format!("<!-- /{} -->", language.tag()));
        let start = text.find(&begin).expect("a mark for its beginning") + begin.len();
        let stop = text.find(&end).expect("a mark for its end");
        let expected = tables(language);
        if std::env::var_os("KOHESI_WRITE_DOCS").is_some() {
            text.replace_range(start..stop, &expected);
            std::fs::write(&path, &text).unwrap();
        } else {
            assert_eq!(text[start..stop], expected, "{}", path.display());
        }
    }
}
