use crate::interview::Mode;
use crate::report::Glyphs;
use crate::text::{LANGUAGES, Language};

/// What a setting can be: one of a few values, each with its word in the file and on the command line.
pub trait Value: Copy {
    /// Every word, in the order in which they are offered.
    fn words() -> Vec<&'static str>;
    /// The value of a word.
    fn of(word: &str) -> Option<Self>;
    /// The word of this value.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($kind:ty { $($value:path = $word:literal),* $(,)? }) => {
        impl Value for $kind {
            fn words() -> Vec<&'static str> {
                vec![$($word),*]
            }

            fn of(word: &str) -> Option<Self> {
                match word {
                    $($word => Some($value),)*
                    _ => None,
                }
            }

            fn word(self) -> &'static str {
                match self {
                    $($value => $word),*
                }
            }
        }
    };
}

/// The look: which colours, if any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// To be read on a dark ground and on a light one.
    #[default]
    Neutral,
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
    /// The strongest contrast there is.
    Contrast,
    /// No colours: weight and reversal alone.
    None,
}

/// What a number key does on an item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Advance {
    /// It marks; Enter goes on.
    #[default]
    Enter,
    /// It answers and goes on.
    Auto,
}

/// Who reads the questions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// The respondent.
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mouse {
    /// It does.
    #[default]
    On,
    /// The terminal keeps it, and its own selection works.
    Off,
}

/// How close the lines stand that one chooses from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Beside each other.
    #[default]
    Normal,
    /// With an empty line between them.
    Wide,
}

words!(Palette {
    Palette::Neutral = "neutral",
    Palette::Dark = "dark",
    Palette::Light = "light",
    Palette::Contrast = "contrast",
    Palette::None = "none",
});
words!(Glyphs { Glyphs::Ascii = "ascii", Glyphs::Cp437 = "cp437", Glyphs::Full = "full" });
words!(Advance { Advance::Enter = "enter", Advance::Auto = "auto" });
words!(Reader { Reader::Respondent = "self", Reader::Interviewer = "interviewer" });
words!(Mouse { Mouse::On = "on", Mouse::Off = "off" });
words!(Spacing { Spacing::Normal = "normal", Spacing::Wide = "wide" });

impl Value for Language {
    fn words() -> Vec<&'static str> {
        LANGUAGES.into_iter().map(Self::tag).collect()
    }

    fn of(word: &str) -> Option<Self> {
        Self::by_tag(word)
    }

    fn word(self) -> &'static str {
        self.tag()
    }
}
