use serde::{Deserialize, Serialize};

use super::choice::Extras;
use super::{AnswerFault, Choice, ChoiceList, Kind, Pick, Written};
use crate::questionnaire::reading::{MAX_CHOICES, Reading};
use crate::questionnaire::table::Table;

/// Choices of which several may be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    /// The choices.
    pub list: ChoiceList,
    /// How many must be picked at least, where any are that exclude no others; from 1.
    pub min: usize,
    /// How many may be picked; never below `min`.
    pub max: usize,
}

/// The choices picked, in the order of the questionnaire, each once; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picks {
    /// The picks.
    pub picks: Vec<Pick>,
    /// What was said to the one that asks for more.
    pub other: Option<String>,
}

pub(super) const WRITTEN: Written = Written {
    name: "choices",
    keys: &["choices", "shuffle", "keys", "min", "max"],
    counts: false,
    answered: true,
    read,
};

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let [min, max] = ["min", "max"].map(|key| table.optional(key));
    let list = ChoiceList::read(table, MAX_CHOICES, Extras::Several, reading)?;
    let several = list.choices.iter().filter(|choice| !choice.none).count();
    let min = match min {
        Some(field) => field.count(1, several, reading)?,
        None => 1,
    };
    let max = match max {
        Some(field) => field.count(min, several, reading)?,
        None => several,
    };
    Some(Kind::Choices(Several { list, min, max }))
}

impl Several {
    /// The picks themselves where they fit.
    ///
    /// # Errors
    /// [`AnswerFault`] where one is not offered, stands beside one that excludes it, or there are too few or many.
    pub fn check<'p>(&self, picks: &'p Picks) -> Result<&'p Picks, AnswerFault> {
        let choices = &self.list.choices;
        let mut found: Vec<&Choice> = Vec::with_capacity(picks.picks.len());
        for pick in &picks.picks {
            found.push(choices.get(pick.get()).ok_or(AnswerFault::NotOffered)?);
        }
        if !picks.picks.is_sorted_by(|one, two| one < two) {
            return Err(AnswerFault::NotOffered);
        }
        if found.is_empty() {
            return Err(AnswerFault::Empty);
        }
        if picks.other.is_some() && !found.iter().any(|choice| choice.other) {
            return Err(AnswerFault::NotOffered);
        }
        match (found.iter().any(|choice| choice.none), found.len()) {
            (true, 1) => Ok(picks),
            (true, _) => Err(AnswerFault::Excluded),
            (false, found) if !(self.min..=self.max).contains(&found) => {
                Err(AnswerFault::NotSoMany { min: self.min, max: self.max })
            }
            (false, _) => Ok(picks),
        }
    }
}
