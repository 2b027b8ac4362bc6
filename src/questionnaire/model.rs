use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::expression::Expression;
use super::item::{Answer, Choice, Kind};
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

    /// A text of one language after the other, as listed in `languages`; where it lacks one, its first text with that
    /// text's language before it, where that can be said. Nothing where there is no text.
    pub(super) fn of(texts: Vec<(Tag, Clean)>, languages: &[Tag], tell: bool) -> Option<Self> {
        let complete = texts.len() == languages.len();
        let (first_tag, first_text) = texts.first()?.clone();
        let texts = if complete {
            texts
        } else {
            let other = format!("[{first_tag}] {}", first_text.as_str());
            let other = if tell { Clean::check(&other).ok()? } else { first_text };
            let text = |language: &Tag| texts.iter().find(|(tag, _)| tag == language).map(|(_, text)| text.clone());
            languages.iter().map(|tag| (tag.clone(), text(tag).unwrap_or_else(|| other.clone()))).collect()
        };
        let mut texts = texts.into_iter();
        texts.next().map(|first| Self::new(first, texts.collect()))
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

/// Place of a condition in its questionnaire, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConditionIndex(pub usize);

/// Place of a calculated value in its questionnaire, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueIndex(pub usize);

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
    /// How it is asked in two steps where an interviewer reads aloud.
    pub steps: Option<Steps>,
}

/// The words of a question in two steps: first the side, then how strongly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// The points below the middle.
    pub low: Localized,
    /// The point in the middle, where the number of points is odd.
    pub middle: Option<Localized>,
    /// The points above the middle.
    pub high: Localized,
    /// The second question.
    pub then: Localized,
}

/// Something that is calculated from answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Calculated {
    /// Identifier, unique among items and calculated values.
    pub key: Key,
    /// How.
    pub value: Expression,
}

/// What an answer must hold to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The condition; an answer for which it is false is not taken.
    pub must: ConditionIndex,
    /// What is said then.
    pub message: Localized,
}

/// Rows of a grid: items on one response format under one lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Identifier.
    pub key: Key,
    /// What is said once for all of them.
    pub lead: Localized,
    /// A line of help.
    pub hint: Option<Localized>,
    /// Its items.
    pub items: Range<usize>,
    /// Whether each interview asks them in an order of its own.
    pub shuffle: bool,
}

/// One score of all counted items together. Where a questionnaire has one, a person is told it alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    /// Its name.
    pub name: Localized,
    /// What it means.
    pub meaning: Localized,
    /// What a low, middle and high score can mean.
    pub levels: ByLevel<Localized>,
    /// A question for one person to reflect on.
    pub reflect: Localized,
    /// Mean score, 0 to 100, where it is known.
    pub mean: Option<f64>,
    /// Standard deviation of the scores, above 0 and at most 50.
    pub sd: f64,
    /// Reliability of the scores, from 0 and below 1.
    pub reliability: f64,
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
    /// Fewest answered items for a score; where it is not said, two thirds of those that apply.
    pub min_answered: Option<usize>,
    /// Questions for one person, tied to the result.
    pub reflect_when: ByLevel<Option<Localized>>,
    /// Questions for talk, tied to the group's result.
    pub talk_when: ByLevel<Option<Localized>>,
    /// A question for talk where the group is divided.
    pub talk_when_split: Option<Localized>,
}

/// Something for each of the three levels of a score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// When it is asked; always where there is no condition.
    pub show_if: Option<ConditionIndex>,
    /// Whether each interview asks its items in an order of its own.
    pub shuffle: bool,
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
    /// A note to an interviewer who reads aloud.
    pub interviewer: Option<Localized>,
    /// What kind of answer it takes.
    pub kind: Kind,
    /// The aspect it counts towards, and in which direction.
    pub counts: Option<(AspectIndex, Keying)>,
    /// Subscript of its section.
    pub section: usize,
    /// Subscript of the grid it is a row of.
    pub batch: Option<usize>,
    /// When it is asked: all of these hold.
    pub show_if: Vec<ConditionIndex>,
    /// Why it may not be left unanswered.
    pub required: Option<Localized>,
    /// Whether "don't know" is offered.
    pub dont_know: bool,
    /// Whether "prefer not to answer" is offered.
    pub decline: bool,
    /// The answer that stands there to be confirmed.
    pub default: Option<Answer>,
    /// What its answer must hold to.
    pub checks: Vec<Check>,
}

impl Item {
    /// Whether it is answered at all.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.kind != Kind::Note
    }
}
