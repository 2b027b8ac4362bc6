use super::remap::Remap;
use super::value::{Advance, Mouse, Palette, Reader, Spacing, Value};
use crate::report::Glyphs;
use crate::text::Language;

/// One setting, and how its words come into [`Settings`].
#[derive(Debug)]
pub struct Setting {
    /// Its name in the file.
    pub key: &'static str,
    /// The flag that sets it for one run, beside `--set`.
    pub flag: Option<Flag>,
    /// A variable that others know too, and the value that its presence means.
    pub known_variable: Option<(&'static str, &'static str)>,
    words: fn() -> Vec<&'static str>,
    put: fn(&mut Settings, &str) -> bool,
    word: fn(&Settings) -> Option<String>,
}

/// A flag of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// It takes the setting's value.
    Taking(&'static str),
    /// Given, it means this value.
    Meaning(&'static str, &'static str),
}

impl Setting {
    /// The words it can have, in the order in which they are offered; none where it takes any text.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        (self.words)()
    }

    /// Takes a word; false where it is not offered, and nothing is changed.
    pub fn put(&self, settings: &mut Settings, word: &str) -> bool {
        (self.put)(settings, word)
    }

    /// Its word in `settings`; none where it is left to what the system says.
    #[must_use]
    pub fn word(&self, settings: &Settings) -> Option<String> {
        (self.word)(settings)
    }

    /// Whether it takes this word.
    #[must_use]
    pub fn takes(&self, word: &str) -> bool {
        self.put(&mut Settings::default(), word)
    }

    /// Whether the system decides where nobody has.
    #[must_use]
    pub fn is_guessed(&self) -> bool {
        self.word(&Settings::default()).is_none() && !self.words().is_empty()
    }

    /// The word behind this one; the first behind the last.
    #[must_use]
    pub fn next(&self, word: &str) -> &'static str {
        let words = self.words();
        let place = words.iter().position(|known| *known == word).map_or(0, |place| place + 1);
        words.get(place).or(words.first()).copied().unwrap_or_default()
    }

    /// The environment variable that sets it.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("KOHESI_{}", self.key.to_uppercase())
    }
}

/// The setting of this name.
#[must_use]
pub fn by_key(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

macro_rules! held {
    (fixed $kind:ty) => { $kind };
    (guessed $kind:ty) => { Option<$kind> };
    (text $kind:ty) => { Option<$kind> };
}

macro_rules! words {
    (text $kind:ty) => {
        Vec::new
    };
    ($form:ident $kind:ty) => {
        <$kind as Value>::words
    };
}

macro_rules! put {
    (text $kind:ty, $place:expr, $word:expr) => {{
        $place = Some($word.to_owned()).filter(|text| !text.is_empty());
        true
    }};
    (fixed $kind:ty, $place:expr, $word:expr) => {
        <$kind as Value>::of($word).map(|value| $place = value).is_some()
    };
    (guessed $kind:ty, $place:expr, $word:expr) => {
        <$kind as Value>::of($word).map(|value| $place = Some(value)).is_some()
    };
}

macro_rules! word {
    (text $place:expr) => {
        $place.clone()
    };
    (fixed $place:expr) => {
        Some($place.word().to_owned())
    };
    (guessed $place:expr) => {
        $place.map(|value| value.word().to_owned())
    };
}

macro_rules! settings {
    ($($(#[$about:meta])* $key:ident: $form:ident $kind:ty, $flag:expr, $known:expr;)*) => {
        /// What a person can choose about the program.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Settings {
            $($(#[$about])* pub $key: held!($form $kind),)*
            /// Keys in the place of those that are there to begin with.
            pub keys: Vec<Remap>,
        }

        /// Every setting. To add one: a line here, its use, and its words in every language.
        pub const SETTINGS: &[Setting] = &[$(Setting {
            key: stringify!($key),
            flag: $flag,
            known_variable: $known,
            words: words!($form $kind),
            put: |settings, word| put!($form $kind, settings.$key, word),
            word: |settings| word!($form settings.$key),
        }),*];
    };
}

settings! {
    /// Language of the interface; guessed from the locale where none is set.
    language: guessed Language, Some(Flag::Taking("lang")), None;
    /// The colours; guessed from what is known of the terminal's ground where none are set.
    theme: guessed Palette, None, Some(("NO_COLOR", "none"));
    /// The signs that may be drawn; guessed from the terminal where none is set.
    glyphs: guessed Glyphs, Some(Flag::Meaning("ascii", "ascii")), None;
    /// Whether a number key goes on by itself.
    advance: fixed Advance, None, None;
    /// Who reads the questions.
    reader: fixed Reader, Some(Flag::Taking("mode")), None;
    /// Whether the mouse can be used.
    mouse: fixed Mouse, None, None;
    /// How close the lines stand that one chooses from.
    spacing: fixed Spacing, None, None;
    /// The program that reads aloud, `{lang}` in it for the language; nothing is read aloud where none is set.
    speech: text String, None, None;
}
