use std::fmt;

use serde::{Deserialize, Serialize};

/// A BCP 47 language tag, such as `id` or `en`: the key under which a questionnaire keeps a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag(String);

impl Tag {
    /// The tag, if `text` has the shape of one: letters, then subtags of letters and digits, at most 35 bytes
    /// (RFC 5646, section 4.4.1).
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let primary = parts.next()?;
        let shaped = (2..=8).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        (shaped && text.len() <= 35).then(|| Self(text.to_owned()))
    }

    /// The tag as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A language the interface speaks: one of [`LANGUAGES`].
#[derive(Clone, Copy, Debug)]
pub struct Language {
    tag: &'static str,
    name: &'static str,
    short: &'static str,
    sentences: &'static str,
    words: &'static str,
    first_questionnaire: &'static str,
    format_sentences: &'static str,
}

/// Every language of the interface. To add one: a file in `assets/lang/` and a line here.
pub const LANGUAGES: [Language; 2] = [
    Language {
        tag: "id",
        name: "Bahasa Indonesia",
        short: "Indonesia",
        sentences: include_str!("../../assets/lang/id.toml"),
        words: include_str!("../../assets/words/id.txt"),
        first_questionnaire: include_str!("../../assets/new/id.toml"),
        format_sentences: include_str!("../../assets/lang/format/id.toml"),
    },
    Language {
        tag: "en",
        name: "English",
        short: "English",
        sentences: include_str!("../../assets/lang/en.toml"),
        words: include_str!("../../assets/words/en.txt"),
        first_questionnaire: include_str!("../../assets/new/en.toml"),
        format_sentences: include_str!("../../assets/lang/format/en.toml"),
    },
];

impl Language {
    /// The interface language with this tag.
    #[must_use]
    pub fn by_tag(tag: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|language| language.tag == tag)
    }

    /// The interface language a locale such as `id_ID.UTF-8` or `en-GB` asks for; the first language where it
    /// asks for none of ours.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let primary = locale.split(['_', '-', '.', '@']).next().unwrap_or_default().to_lowercase();
        // ISO 639 calls Indonesian `id`; old Java and BSD systems still say `in`.
        let primary = if primary == "in" { "id" } else { &primary };
        Self::by_tag(primary).unwrap_or(LANGUAGES[usize::from(primary == "c" || primary == "posix")])
    }

    /// BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.tag
    }

    /// The language's name in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The language's name in itself, as short as it can be understood.
    #[must_use]
    pub fn short(self) -> &'static str {
        self.short
    }

    /// A small questionnaire to begin with, explained in this language.
    #[must_use]
    pub fn first_questionnaire(self) -> &'static str {
        self.first_questionnaire
    }

    /// The file that says what each key of a questionnaire is for.
    pub(super) fn format_sentences(self) -> &'static str {
        self.format_sentences
    }

    /// The words that codes are made of, one a line, sorted.
    pub(super) fn words(self) -> &'static str {
        self.words
    }

    /// The catalogue file.
    pub(super) fn sentences(self) -> &'static str {
        self.sentences
    }

    /// The next interface language, in the order of [`LANGUAGES`].
    #[must_use]
    pub fn next(self) -> Self {
        let here = LANGUAGES.iter().position(|language| *language == self).unwrap_or_default();
        LANGUAGES[(here + 1) % LANGUAGES.len()]
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag
    }
}

impl Eq for Language {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_asks_for_a_language() {
        for (locale, tag) in [
            ("id_ID.UTF-8", "id"),
            ("in_ID", "id"),
            ("en-GB", "en"),
            ("EN", "en"),
            ("C", "en"),
            ("POSIX", "en"),
            ("C.UTF-8", "en"),
            ("", "id"),
            ("jv_ID", "id"),
        ] {
            assert_eq!(Language::of_locale(locale).tag(), tag, "{locale}");
        }
    }

    #[test]
    fn tags_have_the_shape_of_bcp_47() {
        for good in ["id", "en", "jv", "zh-Hant", "de-CH-1996"] {
            assert!(Tag::new(good).is_some(), "{good}");
        }
        for bad in ["", "i", "ID", "id_ID", "id-", "-id", "i d", "id-waytoolongsubtag"] {
            assert!(Tag::new(bad).is_none(), "{bad}");
        }
    }
}
