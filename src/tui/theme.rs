use std::fmt;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use super::widget::Tone;
use crate::report::Role;

/// The shipped themes: name and file. To add one: a file in `assets/themes/` and a line here.
pub const THEMES: [(&str, &str); 5] = [
    ("neutral", include_str!("../../assets/themes/neutral.toml")),
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
        for name in <crate::settings::Palette as crate::settings::Value>::words() {
            Theme::named(name).unwrap();
        }
        assert_eq!(THEMES.len(), <crate::settings::Palette as crate::settings::Value>::words().len());
        assert!(Theme::named("neon").is_err());
    }

    #[test]
    fn without_colour_means_without_colour() {
        let (_, text) = THEMES.iter().find(|(name, _)| *name == "none").unwrap();
        assert!(!text.contains("fg") && !text.contains("bg"));
    }

    /// xterm's sixteen colours, as red, green and blue.
    fn rgb(color: Color) -> [f64; 3] {
        match color {
            Color::Black => [0.0, 0.0, 0.0],
            Color::Red => [205.0, 0.0, 0.0],
            Color::Green => [0.0, 205.0, 0.0],
            Color::Yellow => [205.0, 205.0, 0.0],
            Color::Blue => [0.0, 0.0, 238.0],
            Color::Magenta => [205.0, 0.0, 205.0],
            Color::Cyan => [0.0, 205.0, 205.0],
            Color::Gray => [229.0, 229.0, 229.0],
            Color::DarkGray => [127.0, 127.0, 127.0],
            Color::LightRed => [255.0, 0.0, 0.0],
            Color::LightGreen => [0.0, 255.0, 0.0],
            Color::LightYellow => [255.0, 255.0, 0.0],
            Color::LightBlue => [92.0, 92.0, 255.0],
            Color::LightMagenta => [255.0, 0.0, 255.0],
            Color::LightCyan => [0.0, 255.0, 255.0],
            Color::White => [255.0, 255.0, 255.0],
            other => panic!("{other} is not of the sixteen"),
        }
    }

    /// The contrast of two colours (WCAG 2.2, "contrast ratio").
    fn contrast(one: Color, other: Color) -> f64 {
        let part = |value: f64| {
            let value = value / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let light = |color| {
            let [red, green, blue] = rgb(color).map(part);
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (light(one), light(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    /// A terminal may show bold letters in the brighter of two colours.
    fn as_bold(color: Color) -> Color {
        match color {
            Color::Black => Color::DarkGray,
            Color::Red => Color::LightRed,
            Color::Green => Color::LightGreen,
            Color::Yellow => Color::LightYellow,
            Color::Blue => Color::LightBlue,
            Color::Magenta => Color::LightMagenta,
            Color::Cyan => Color::LightCyan,
            Color::Gray => Color::White,
            other => other,
        }
    }

    #[test]
    fn every_colour_can_be_read_on_its_ground() {
        for (name, grounds, least) in [
            ("neutral", &[Color::Black, Color::White][..], 3.0),
            ("dark", &[Color::Black], 4.5),
            ("light", &[Color::White], 3.0),
            ("contrast", &[Color::Black], 7.0),
        ] {
            let theme = Theme::named(name).unwrap();
            let looks = [
                theme.text,
                theme.quiet,
                theme.heading,
                theme.question,
                theme.marked,
                theme.key,
                theme.figure,
                theme.saved,
                theme.warning,
                theme.dialog,
            ];
            for look in looks.into_iter().filter(|look| !look.reversed) {
                let Some(letters) = look.fg else { continue };
                let shown = if look.bold { vec![letters, as_bold(letters)] } else { vec![letters] };
                for ground in look.bg.map_or(grounds.to_vec(), |own| vec![own]) {
                    for letters in &shown {
                        let found = contrast(*letters, ground);
                        assert!(found >= least, "{name}: {letters} on {ground}: {found:.1}");
                    }
                }
            }
        }
    }
}
