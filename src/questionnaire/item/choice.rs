use serde::{Deserialize, Serialize};

use super::{AnswerFault, Kind, Written};
use crate::questionnaire::model::{ConditionIndex, Key, Localized};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::{MAX_CHOICES, Reading, Seen};
use crate::questionnaire::table::{Field, Table};

/// One offered answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Identifier, unique among the choices it stands with.
    pub key: Key,
    /// Its words.
    pub text: Localized,
    /// When it is offered; always where there is no condition.
    pub show_if: Option<ConditionIndex>,
    /// Whether one who picks it is asked to say more.
    pub other: bool,
    /// Whether it excludes the others.
    pub none: bool,
    /// Whether it keeps its place where choices are shuffled.
    pub fixed: bool,
}

/// An item's own choices, 2 to 500.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceList {
    /// In the order of the file.
    pub choices: Vec<Choice>,
    /// Whether each interview shows them in an order of its own.
    pub shuffle: bool,
    /// Whether they are picked by letters rather than numbers.
    pub letters: bool,
}

/// Which choice was picked, from 0 in the order of the questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pick(pub u16);

impl Pick {
    /// As a subscript.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// The pick itself where `choices` has it.
    ///
    /// # Errors
    /// [`AnswerFault::NotOffered`] where it does not.
    pub fn among(self, choices: &[Choice]) -> Result<Self, AnswerFault> {
        if self.get() < choices.len() { Ok(self) } else { Err(AnswerFault::NotOffered) }
    }
}

/// What may stand in a choice beside its key and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::questionnaire) enum Extras {
    /// Nothing: a point of a response format.
    Point,
    /// Condition and place: something to be ranked.
    Ranked,
    /// And "other, please say".
    One,
    /// And "none of these".
    Several,
}

pub(super) const WRITTEN: Written = Written { name: "choice", keys: LIST_KEYS, counts: false, answered: true, read };

/// The keys of an item with choices of its own.
pub(super) const LIST_KEYS: &[&str] = &["choices", "shuffle", "keys"];

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    ChoiceList::read(table, MAX_CHOICES, Extras::One, reading).map(Kind::Choice)
}

impl ChoiceList {
    /// Reads 2 to `limit` choices and their order.
    pub(super) fn read(table: &mut Table<'_>, limit: usize, extras: Extras, reading: &mut Reading<'_>) -> Option<Self> {
        let choices = table.required("choices");
        let shuffle = table.flag("shuffle", false, reading);
        let letters = match extras {
            Extras::One | Extras::Several => {
                let field = table.optional("keys");
                field.and_then(|field| field.one_of(&[("numbers", false), ("letters", true)], reading))
            }
            Extras::Point | Extras::Ranked => None,
        };
        let choices = Choice::read_all(&choices?, limit, extras, reading)?;
        Some(Self { choices, shuffle: shuffle?, letters: letters.unwrap_or_default() })
    }
}

impl Choice {
    /// A choice that is nothing but its words.
    pub(in crate::questionnaire) fn plain(key: Key, text: Localized) -> Self {
        Self { key, text, show_if: None, other: false, none: false, fixed: false }
    }

    /// Reads 2 to `limit` choices.
    pub(in crate::questionnaire) fn read_all(
        field: &Field<'_>,
        limit: usize,
        extras: Extras,
        reading: &mut Reading<'_>,
    ) -> Option<Vec<Self>> {
        let entries = field.entries("[{ key = \"...\", text = { ... } }]", reading)?;
        let found = entries.len();
        if found < 2 {
            reading.report(ProblemCode::TooFewChoices, field.span.clone(), |_| ["2".to_owned(), found.to_string()]);
        }
        field.at_most(limit, found, ProblemCode::TooManyChoices, reading);
        let mut seen = Seen::default();
        let choices: Vec<Self> =
            entries.iter().filter_map(|entry| Self::read(entry, extras, &mut seen, reading)).collect();
        (choices.len() == found && (2..=limit).contains(&found)).then_some(choices)
    }

    fn read(field: &Field<'_>, extras: Extras, seen: &mut Seen, reading: &mut Reading<'_>) -> Option<Self> {
        let mut table = field.table("{ key = \"...\", text = { ... } }", reading)?;
        let key = table.required("key").and_then(|field| field.key(Key::new, reading));
        let key = key.and_then(|key| seen.first(key, reading));
        let text = if extras == Extras::Point { table.localized("text", reading) } else { table.told("text", reading) };
        let (mut show_if, mut other, mut none, mut fixed) = (None, Some(false), Some(false), Some(false));
        if extras != Extras::Point {
            show_if = table.condition("show_if", reading);
            fixed = table.flag("fixed", false, reading);
        }
        if matches!(extras, Extras::One | Extras::Several) {
            other = table.flag("other", false, reading);
        }
        if extras == Extras::Several {
            none = table.flag("none", false, reading);
        }
        table.finish(reading);
        let (other, none) = (other?, none?);
        Some(Self { key: key?, text: text?, show_if, other, none, fixed: fixed? || other || none })
    }
}
