use serde::{Deserialize, Serialize};

use super::{AnswerFault, Kind, Written};
use crate::questionnaire::model::{Key, Localized};
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
}

/// An item's own choices, of which one is picked; 2 to 500.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOf {
    /// In the order shown.
    pub choices: Vec<Choice>,
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

pub(super) const WRITTEN: Written = Written { name: "choice", keys: &["choices"], counts: false, read };

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let choices = table.required("choices")?;
    Choice::read_all(&choices, MAX_CHOICES, reading).map(|choices| Kind::Choice(OneOf { choices }))
}

impl Choice {
    /// Reads 2 to `limit` choices.
    pub(in crate::questionnaire) fn read_all(
        field: &Field<'_>,
        limit: usize,
        reading: &mut Reading<'_>,
    ) -> Option<Vec<Self>> {
        let entries = field.entries("[{ key = \"...\", text = { ... } }]", reading)?;
        let found = entries.len();
        if found < 2 {
            reading.report(ProblemCode::TooFewChoices, field.span.clone(), |_| ["2".to_owned(), found.to_string()]);
        }
        field.at_most(limit, found, ProblemCode::TooManyChoices, reading);
        let mut seen = Seen::default();
        let choices: Vec<Self> = entries.iter().filter_map(|entry| Self::read(entry, &mut seen, reading)).collect();
        (choices.len() == found && (2..=limit).contains(&found)).then_some(choices)
    }

    fn read(field: &Field<'_>, seen: &mut Seen, reading: &mut Reading<'_>) -> Option<Self> {
        let mut table = field.table("{ key = \"...\", text = { ... } }", reading)?;
        let key = table.required("key").and_then(|field| field.key(Key::new, reading));
        let key = key.and_then(|key| seen.first(key, reading));
        let text = table.localized("text", reading);
        table.finish(reading);
        Some(Self { key: key?, text: text? })
    }
}
