use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, FaultCode, closest};
use super::remap::{Remap, Spot};
use super::table::{SETTINGS, Setting, Settings, by_key};

/// The table of keys.
const KEYS: &str = "keys";

/// Where a value comes from, the weakest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is so to begin with, or the system says so.
    Default,
    /// The settings file, on this line, from 1.
    File(usize),
    /// This environment variable.
    Environment(String),
    /// This flag of the command line.
    Flag(String),
}

/// The settings in force, where each comes from, and what is wrong.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// What counts.
    pub settings: Settings,
    /// Where each setting of [`SETTINGS`] comes from, in their order.
    pub origins: Vec<Origin>,
    /// Everything wrong, none hidden by the first.
    pub faults: Vec<Fault>,
}

/// Settings from a file's text, the environment and the command line. A value that is not offered is a fault and
/// counts for nothing.
pub fn gather(
    file: &str,
    variable: impl Fn(&str) -> Option<String>,
    flag: impl Fn(&Setting) -> Option<(String, String)>,
) -> Gathered {
    let mut all = Gathered { origins: vec![Origin::Default; SETTINGS.len()], ..Gathered::default() };
    all.read_file(file);
    for (place, setting) in SETTINGS.iter().enumerate() {
        let known = setting.known_variable.filter(|(name, _)| variable(name).is_some());
        let own = setting.variable();
        if let Some((name, word)) = known {
            setting.put(&mut all.settings, word);
            all.origins[place] = Origin::Environment(name.to_owned());
        } else if let Some(word) = variable(&own) {
            if setting.put(&mut all.settings, &word) {
                all.origins[place] = Origin::Environment(own);
            } else {
                let (choices, near) = (setting.words(), closest(&word, &setting.words()));
                all.faults.push(Fault::anywhere(
                    FaultCode::UnknownInVariable,
                    &[("variable", &own), ("value", &word), ("choices", &choices.join(", ")), ("suggestion", near)],
                ));
            }
        }
        if let Some((name, word)) = flag(setting)
            && setting.put(&mut all.settings, &word)
        {
            all.origins[place] = Origin::Flag(name);
        }
    }
    all
}

impl Gathered {
    fn read_file(&mut self, text: &str) {
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(fault) => {
                let span = fault.span().unwrap_or_default();
                return self.faults.push(Fault::at(span, FaultCode::Syntax, &[]));
            }
        };
        let mut entries: Vec<_> = table.get_ref().iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let name = key.get_ref().as_ref();
            match (name, value.get_ref(), by_key(name)) {
                (KEYS, DeValue::Table(keys), _) => self.read_keys(keys, None),
                (_, _, None) => self.unknown(name, key.span()),
                (_, DeValue::String(word), Some(setting)) => {
                    self.read_word(text, setting, word, &key.span(), value.span());
                }
                _ => self.faults.push(Fault::at(value.span(), FaultCode::NotText, &[("key", name)])),
            }
        }
    }

    fn unknown(&mut self, name: &str, span: Range<usize>) {
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).chain([KEYS]).collect();
        self.faults.push(Fault::at(
            span,
            FaultCode::UnknownKey,
            &[("key", name), ("known", &known.join(", ")), ("suggestion", closest(name, &known))],
        ));
    }

    fn read_word(&mut self, text: &str, setting: &Setting, word: &str, key: &Range<usize>, value: Range<usize>) {
        if setting.put(&mut self.settings, word) {
            let line = text.get(..key.start).map_or(1, |before| before.matches('\n').count() + 1);
            if let Some(place) = SETTINGS.iter().position(|other| other.key == setting.key) {
                self.origins[place] = Origin::File(line);
            }
            return;
        }
        let words = setting.words();
        self.faults.push(Fault::at(
            value,
            FaultCode::UnknownValue,
            &[
                ("key", setting.key),
                ("value", word),
                ("choices", &words.join(", ")),
                ("suggestion", closest(word, &words)),
            ],
        ));
    }

    /// Keys for all contexts, or for one.
    fn read_keys(&mut self, table: &DeTable<'_>, context: Option<&Spot>) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in entries {
            let name = Spot { word: name.get_ref().to_string(), span: name.span() };
            match value.get_ref() {
                DeValue::Table(inner) if context.is_none() => self.read_keys(inner, Some(&name)),
                DeValue::Array(keys) => match keys.iter().map(text_of).collect::<Option<Vec<Spot>>>() {
                    Some(keys) => self.settings.keys.push(Remap { context: context.cloned(), action: name, keys }),
                    None => self.not_keys(&name, value.span()),
                },
                _ => self.not_keys(&name, value.span()),
            }
        }
    }

    fn not_keys(&mut self, action: &Spot, span: Range<usize>) {
        self.faults.push(Fault::at(span, FaultCode::NotKeys, &[("action", &action.word)]));
    }
}

fn text_of(value: &Spanned<DeValue<'_>>) -> Option<Spot> {
    match value.get_ref() {
        DeValue::String(word) => Some(Spot { word: word.to_string(), span: value.span() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Glyphs;
    use crate::settings::{Advance, Palette};

    fn of_file(text: &str) -> Gathered {
        gather(text, |_| None, |_| None)
    }

    fn origin(all: &Gathered, key: &str) -> Origin {
        all.origins[SETTINGS.iter().position(|setting| setting.key == key).unwrap()].clone()
    }

    #[test]
    fn a_flag_goes_before_the_environment_and_that_before_the_file() {
        let file = "# mine\nadvance = \"auto\"\ntheme = \"light\"\nglyphs = \"full\"\n";
        let variable = |name: &str| {
            let said = [("KOHESI_THEME", "contrast"), ("KOHESI_GLYPHS", "cp437")];
            said.iter().find(|(known, _)| *known == name).map(|(_, word)| (*word).to_owned())
        };
        let flag = |setting: &Setting| (setting.key == "glyphs").then(|| ("--ascii".to_owned(), "ascii".to_owned()));
        let all = gather(file, variable, flag);
        assert_eq!(all.faults, []);
        assert_eq!((all.settings.advance, origin(&all, "advance")), (Advance::Auto, Origin::File(2)));
        let from = Origin::Environment("KOHESI_THEME".to_owned());
        assert_eq!((all.settings.theme, origin(&all, "theme")), (Some(Palette::Contrast), from));
        let from = Origin::Flag("--ascii".to_owned());
        assert_eq!((all.settings.glyphs, origin(&all, "glyphs")), (Some(Glyphs::Ascii), from));
        assert_eq!((all.settings.language, origin(&all, "language")), (None, Origin::Default));
    }

    #[test]
    fn every_fault_of_a_file_is_told_with_its_place() {
        let text = "theme = \"neon\"\nspaceing = \"wide\"\nmouse = 1\n[keys]\nnext = \"Enter\"\nback = [1]\n";
        let all = of_file(text);
        let told: Vec<(FaultCode, &str)> =
            all.faults.iter().map(|fault| (fault.code, &text[fault.span.clone().unwrap()])).collect();
        assert_eq!(
            told,
            [
                (FaultCode::UnknownValue, "\"neon\""),
                (FaultCode::UnknownKey, "spaceing"),
                (FaultCode::NotText, "1"),
                (FaultCode::NotKeys, "\"Enter\""),
                (FaultCode::NotKeys, "[1]"),
            ]
        );
        assert!(all.faults[1].values.contains(&("suggestion", "spacing".to_owned())), "{:?}", all.faults[1]);
        assert_eq!(of_file("theme = ").faults[0].code, FaultCode::Syntax);
        for fault in all.faults {
            let names: Vec<&str> = fault.values.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, fault.code.value_names());
        }
    }

    #[test]
    fn a_variable_that_others_know_means_its_value() {
        let all = gather("theme = \"light\"", |name| (name == "NO_COLOR").then(|| "1".to_owned()), |_| None);
        assert_eq!(all.settings.theme, Some(Palette::None));
        let wrong = gather("", |name| (name == "KOHESI_THEME").then(|| "neon".to_owned()), |_| None);
        assert_eq!((wrong.settings.theme, wrong.faults[0].code), (None, FaultCode::UnknownInVariable));
    }

    #[test]
    fn keys_are_read_for_all_contexts_and_for_one() {
        let text = "[keys]\nnext = [\"Enter\", \"n\"]\n[keys.grid]\nback = [\"F7\"]\n";
        let keys = of_file(text).settings.keys;
        let told: Vec<(Option<&str>, &str, usize)> = keys
            .iter()
            .map(|remap| {
                (remap.context.as_ref().map(|spot| spot.word.as_str()), remap.action.word.as_str(), remap.keys.len())
            })
            .collect();
        assert_eq!(told, [(None, "next", 2), (Some("grid"), "back", 1)]);
        assert_eq!(&text[keys[0].keys[1].span.clone()], "\"n\"");
    }

    #[test]
    fn every_setting_takes_each_of_its_words_and_no_other() {
        for setting in SETTINGS {
            for word in setting.words() {
                let mut settings = Settings::default();
                assert!(setting.put(&mut settings, word));
                assert_eq!(setting.word(&settings).as_deref(), Some(word), "{}", setting.key);
                assert_eq!(setting.next(setting.words().last().unwrap()), setting.words()[0]);
            }
            assert_eq!(setting.takes("neon"), setting.words().is_empty(), "{}", setting.key);
        }
    }
}
