use std::fmt;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::widget::Tone;
use crate::report::Role;

/// The shipped themes: name and file. To add one: a file in `assets/themes/` and a line here.
pub const THEMES: [(&str, &str); 4] = [
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    ("contrast", include_str!("../../assets/themes/contrast.toml")),
    ("none", include_str!("../../assets/themes/none.toml")),
];

/// A style for each thing that is drawn.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    pub(crate) text: Look,
    pub(crate) quiet: Look,
    pub(crate) heading: Look,
    pub(crate) question: Look,
    pub(crate) marked: Look,
    pub(crate) key: Look,
    pub(crate) progress: Look,
    pub(crate) figure: Look,
    pub(crate) saved: Look,
    pub(crate) warning: Look,
    pub(crate) dialog: Look,
}

/// Colours of the sixteen every terminal has, and weight.
#[expect(clippy::struct_excessive_bools, reason = "a theme's file sets each of them by name")]
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Look {
    fg: Option<Color>,
    bg: Option<Color>,
    bold: bool,
    dim: bool,
    underlined: bool,
    reversed: bool,
}

/// Why a theme could not be read.
#[derive(Debug)]
pub struct ThemeFault(String);

impl fmt::Display for ThemeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "theme: {}", self.0)
    }
}

impl std::error::Error for ThemeFault {}

impl Theme {
    /// The shipped theme of this name.
    ///
    /// # Errors
    /// [`ThemeFault`] where there is none of this name.
    pub fn named(name: &str) -> Result<Self, ThemeFault> {
        let (_, text) = THEMES.iter().find(|(known, _)| *known == name).ok_or_else(|| ThemeFault(name.to_owned()))?;
        toml::from_str(text).map_err(|fault| ThemeFault(fault.to_string()))
    }

    /// The style of a text.
    pub(super) fn of_tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => self.text,
            Tone::Quiet => self.quiet,
            Tone::Heading => self.heading,
            Tone::Question => self.question,
            Tone::Warning => self.warning,
            Tone::Dialog => self.dialog,
        }
        .style()
    }

    /// The style of a part of a report.
    #[must_use]
    pub fn of_role(&self, role: Role) -> Style {
        match role {
            Role::Heading => self.heading,
            Role::Plain => self.text,
            Role::Aside => self.quiet,
            Role::Question => self.question,
            Role::Figure => self.figure,
        }
        .style()
    }
}

impl Look {
    /// As ratatui takes it.
    #[must_use]
    pub(crate) fn style(self) -> Style {
        let modifiers = [
            (self.bold, Modifier::BOLD),
            (self.dim, Modifier::DIM),
            (self.underlined, Modifier::UNDERLINED),
            (self.reversed, Modifier::REVERSED),
        ];
        let modifiers = modifiers.into_iter().filter(|(on, _)| *on).map(|(_, modifier)| modifier).collect();
        let style = Style { fg: self.fg, bg: self.bg, ..Style::default() };
        style.add_modifier(modifiers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_theme_is_whole() {
        for (name, _) in THEMES {
            Theme::named(name).unwrap();
        }
        assert!(Theme::named("neon").is_err());
    }

    #[test]
    fn without_colour_means_without_colour() {
        let (_, text) = THEMES.iter().find(|(name, _)| *name == "none").unwrap();
        assert!(!text.contains("fg") && !text.contains("bg"));
    }
}
