use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::item::{Choice, Kind};
use crate::text::{Clean, Tag};

/// An identifier inside a questionnaire: `^[a-z][a-z0-9_]{0,39}$`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Key(String);

impl Key {
    /// The key, if `text` is one and is no name that Windows keeps for a device.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let mut bytes = text.bytes();
        let shaped = bytes.next().is_some_and(|b| b.is_ascii_lowercase())
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && text.len() <= 40;
        (shaped && !is_device(text)).then(|| Self(text.to_owned()))
    }

    /// A questionnaire's own key: as [`Key::new`], and single hyphens between its parts.
    #[must_use]
    pub fn with_hyphens(text: &str) -> Option<Self> {
        let parts = text.split('-').all(|part| !part.is_empty());
        (parts && Self::new(&text.replace('-', "_")).is_some() && !is_device(text)).then(|| Self(text.to_owned()))
    }

    /// The key as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_device(text: &str) -> bool {
    let numbered = |name: &str| {
        text.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    matches!(text, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text in every language of its questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Localized {
    first: (Tag, Clean),
    others: Vec<(Tag, Clean)>,
}

impl Localized {
    /// A text from its first language and the others.
    #[must_use]
    pub fn new(first: (Tag, Clean), others: Vec<(Tag, Clean)>) -> Self {
        Self { first, others }
    }

    /// The text in `language`; in the first language where it has none in that one.
    #[must_use]
    pub fn get(&self, language: &Tag) -> &Clean {
        self.all().find(|(tag, _)| *tag == language).map_or(&self.first.1, |(_, text)| text)
    }

    /// The language it is in whatever happens.
    #[must_use]
    pub fn first_language(&self) -> &Tag {
        &self.first.0
    }

    /// Every language and its text.
    pub fn all(&self) -> impl Iterator<Item = (&Tag, &Clean)> {
        std::iter::once(&self.first).chain(&self.others).map(|(tag, text)| (tag, text))
    }
}

/// Place of an item in its questionnaire, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemIndex(pub u16);

impl ItemIndex {
    /// As a subscript.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }
}

/// Place of an aspect in its questionnaire, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AspectIndex(pub usize);

/// Place of a response format in its questionnaire, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormatIndex(pub usize);

/// The BLAKE3 hash of a questionnaire's exact text: two files that differ in one byte are two questionnaires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of `text`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(*blake3::hash(text.as_bytes()).as_bytes())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Direction in which an item counts towards its aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keying {
    /// The higher the answer, the higher the score.
    Direct,
    /// The higher the answer, the lower the score.
    Reversed,
}

/// A labelled row of points, shared by items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    /// Identifier.
    pub key: Key,
    /// The points from lowest to highest, 2 to 11; point `i` has the value `i + 1`.
    pub choices: Vec<Choice>,
}

/// What the respondent agrees to before the first item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Version of the text, stored with each consent.
    pub version: Clean,
    /// The text that is agreed to; `{code}` stands for the respondent's code.
    pub text: Localized,
    /// Thanks to someone who says no.
    pub thanks: Localized,
}

/// One scored part of the questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aspect {
    /// Identifier.
    pub key: Key,
    /// Its name.
    pub name: Localized,
    /// A name short enough for a chart.
    pub short: Localized,
    /// What it means.
    pub meaning: Localized,
    /// What a low, middle and high score can mean.
    pub levels: ByLevel<Localized>,
    /// An opening question for talk.
    pub talk: Localized,
    /// A question for one person to reflect on.
    pub reflect: Localized,
}

/// Something for each of the three levels of a score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByLevel<T> {
    /// For a low score.
    pub low: T,
    /// For a score in the middle.
    pub middle: T,
    /// For a high score.
    pub high: T,
}

/// Level of a score, from low to high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Below [`LevelBounds::middle_from`].
    Low,
    /// Between the two bounds.
    Middle,
    /// From [`LevelBounds::high_from`] on.
    High,
}

impl<T> ByLevel<T> {
    /// What belongs to `level`.
    pub fn get(&self, level: Level) -> &T {
        match level {
            Level::Low => &self.low,
            Level::Middle => &self.middle,
            Level::High => &self.high,
        }
    }
}

/// Where the levels begin, in percent of maximum possible (0 to 100).
#[derive(Clone, Debug, PartialEq)]
pub struct LevelBounds {
    /// Lowest score of the middle level.
    pub middle_from: f64,
    /// Lowest score of the high level.
    pub high_from: f64,
    /// The levels' names.
    pub names: ByLevel<Localized>,
}

/// What is known of the scores of an aspect in a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// The aspect.
    pub aspect: AspectIndex,
    /// Mean score, 0 to 100, where it is known.
    pub mean: Option<f64>,
    /// Standard deviation of the scores, above 0 and at most 50.
    pub sd: f64,
    /// Reliability of the scores, from 0 and below 1.
    pub reliability: f64,
}

/// The questionnaire's own norms table.
#[derive(Clone, Debug, PartialEq)]
pub struct Norms {
    /// True until figures from a pilot replace the assumed ones.
    pub provisional: bool,
    /// Where the figures come from.
    pub source: Localized,
    /// A row an aspect, in the order of the file; each aspect has exactly one.
    pub rows: Vec<Norm>,
}

/// Items that belong together under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Identifier.
    pub key: Key,
    /// The heading.
    pub title: Localized,
    /// Said before its first item.
    pub introduction: Option<Localized>,
    /// Its items.
    pub items: Range<usize>,
}

/// One thing asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Identifier.
    pub key: Key,
    /// The words of the item.
    pub text: Localized,
    /// A line of help under the words.
    pub hint: Option<Localized>,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// The aspect it counts towards, and in which direction.
    pub counts: Option<(AspectIndex, Keying)>,
    /// Subscript of its section.
    pub section: usize,
}

/// A questionnaire that has been read and found sound. It is made by [`super::read()`] alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Questionnaire {
    pub(super) key: Key,
    pub(super) version: Clean,
    pub(super) hash: Hash,
    pub(super) source: String,
    pub(super) languages: Vec<Tag>,
    pub(super) title: Localized,
    pub(super) authors: Vec<Clean>,
    pub(super) licence: Clean,
    pub(super) citation: Option<Localized>,
    pub(super) introduction: Localized,
    pub(super) closing: Localized,
    pub(super) consent: Option<Consent>,
    pub(super) formats: Vec<Format>,
    pub(super) aspects: Vec<Aspect>,
    pub(super) levels: Option<LevelBounds>,
    pub(super) norms: Option<Norms>,
    pub(super) sections: Vec<Section>,
    pub(super) items: Vec<Item>,
}

impl Questionnaire {
    /// Identifier.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Version of its wording and scoring.
    #[must_use]
    pub fn version(&self) -> &Clean {
        &self.version
    }

    /// Hash of the exact text it was read from.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The exact text it was read from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The languages every text is in, in the author's order; never empty.
    #[must_use]
    pub fn languages(&self) -> &[Tag] {
        &self.languages
    }

    /// Its name.
    #[must_use]
    pub fn title(&self) -> &Localized {
        &self.title
    }

    /// Who wrote it.
    #[must_use]
    pub fn authors(&self) -> &[Clean] {
        &self.authors
    }

    /// The licence of its wording.
    #[must_use]
    pub fn licence(&self) -> &Clean {
        &self.licence
    }

    /// How to cite it.
    #[must_use]
    pub fn citation(&self) -> Option<&Localized> {
        self.citation.as_ref()
    }

    /// What a respondent reads first.
    #[must_use]
    pub fn introduction(&self) -> &Localized {
        &self.introduction
    }

    /// Thanks after the last item.
    #[must_use]
    pub fn closing(&self) -> &Localized {
        &self.closing
    }

    /// What the respondent is asked to agree to.
    #[must_use]
    pub fn consent(&self) -> Option<&Consent> {
        self.consent.as_ref()
    }

    /// The scored parts, in the author's order.
    #[must_use]
    pub fn aspects(&self) -> &[Aspect] {
        &self.aspects
    }

    /// The levels of a score; present whenever there are aspects.
    #[must_use]
    pub fn levels(&self) -> Option<&LevelBounds> {
        self.levels.as_ref()
    }

    /// The norms table; present whenever there are aspects.
    #[must_use]
    pub fn norms(&self) -> Option<&Norms> {
        self.norms.as_ref()
    }

    /// The sections, in order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every item, in order; never empty.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item at a place of this questionnaire; none beyond its end.
    #[must_use]
    pub fn item(&self, index: ItemIndex) -> Option<&Item> {
        self.items.get(index.get())
    }

    /// Every place, in order.
    pub fn indexes(&self) -> impl DoubleEndedIterator<Item = ItemIndex> + use<> {
        (0..u16::try_from(self.items.len()).unwrap_or(u16::MAX)).map(ItemIndex)
    }

    /// The choices an item offers: of its response format or its own; none for a typed answer.
    #[must_use]
    pub fn choices<'a>(&'a self, item: &'a Item) -> &'a [Choice] {
        match &item.kind {
            Kind::Scale(FormatIndex(index)) => self.formats.get(*index).map_or(&[], |format| &format.choices),
            Kind::Choice(one) => &one.choices,
            Kind::Number(_) | Kind::Text(_) => &[],
        }
    }

    /// The heading over an item: its aspect's name, or its section's title.
    #[must_use]
    pub fn heading(&self, item: &Item) -> Option<&Localized> {
        self.sections.get(item.section).map(|section| &section.title)
    }
}
