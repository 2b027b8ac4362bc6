use std::fmt;

use serde::{Deserialize, Serialize};

use super::theme::THEMES;
use crate::interview::Mode;
use crate::report::Glyphs;
use crate::text::Language;

/// What a person can choose about the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Language of the interface, as its BCP 47 tag; guessed from the locale where none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Name of the theme; `dark` where none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// The signs that may be drawn; guessed from the terminal where none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glyphs: Option<Glyphs>,
    /// Whether a number key goes on by itself.
    pub advance: Advance,
    /// Who reads the questions.
    pub reader: Reader,
    /// Whether the mouse can be used; the terminal's own selection works where it cannot.
    pub mouse: Mouse,
    /// The program that reads aloud, `{lang}` in it for the language; nothing is read aloud where none is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech: Option<String>,
}

/// What a number key does on an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Advance {
    /// It marks; Enter goes on.
    #[default]
    Enter,
    /// It answers and goes on.
    Auto,
}

/// Who reads the questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reader {
    /// The respondent.
    #[serde(rename = "self")]
    #[default]
    Respondent,
    /// An interviewer, aloud.
    Interviewer,
}

impl Reader {
    /// The mode of an interview that is read like this.
    #[must_use]
    pub fn mode(self) -> Mode {
        match self {
            Self::Respondent => Mode::SelfAdministered,
            Self::Interviewer => Mode::Interviewer,
        }
    }
}

/// Whether the program takes the mouse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mouse {
    /// It does.
    #[default]
    On,
    /// The terminal keeps it.
    Off,
}

/// What is wrong in a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault {
    /// Line, from 1.
    pub line: usize,
    /// The cause, as the parser puts it.
    pub cause: String,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.cause)
    }
}

impl std::error::Error for SettingsFault {}

impl Settings {
    /// The settings of a file's text.
    ///
    /// # Errors
    /// [`SettingsFault`] where it is no TOML, has an unknown key or a value that is not offered.
    pub fn parse(text: &str) -> Result<Self, SettingsFault> {
        let line_of = |at: usize| text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
        let settings: Self = toml::from_str(text).map_err(|fault| SettingsFault {
            line: line_of(fault.span().map_or(0, |span| span.start)),
            cause: fault.message().to_owned(),
        })?;
        let line_with =
            |key: &str| text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |line| line + 1);
        let unknown =
            |key: &str, value: &str| SettingsFault { line: line_with(key), cause: format!("{key} = {value:?}") };
        match (&settings.language, &settings.theme) {
            (Some(language), _) if Language::by_tag(language).is_none() => Err(unknown("language", language)),
            (_, Some(theme)) if !THEMES.iter().any(|(name, _)| name == theme) => Err(unknown("theme", theme)),
            _ => Ok(settings),
        }
    }

    /// The text of a file with these settings.
    ///
    /// # Errors
    /// Where a value cannot be written as TOML.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let settings = Settings {
            language: Some("id".into()),
            theme: Some("light".into()),
            glyphs: Some(Glyphs::Cp437),
            advance: Advance::Auto,
            reader: Reader::Interviewer,
            mouse: Mouse::Off,
            speech: Some("espeak-ng -v {lang}".into()),
        };
        assert_eq!(Settings::parse(&settings.to_text().unwrap()), Ok(settings));
        assert_eq!(Settings::parse(""), Ok(Settings::default()));
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        for (text, line) in [
            ("advance = \"enter\"\ncolour = 3\n", 2),
            ("advance = \"now\"", 1),
            ("\n\ntheme = \"neon\"", 3),
            ("mouse = \"on\"\nlanguage = \"xx\"", 2),
            ("advance = ", 1),
        ] {
            assert_eq!(Settings::parse(text).unwrap_err().line, line, "{text}");
        }
    }
}
