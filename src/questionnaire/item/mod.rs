//! The kinds of item: what each may be answered with.

mod choice;
mod choices;
mod date;
mod default;
mod grid;
mod note;
mod number;
mod ranking;
mod read;
mod scale;
mod text;
mod yes_no;

use serde::{Deserialize, Serialize};

pub use choice::{Choice, ChoiceList, Pick};
pub use choices::{Picks, Several};
pub use date::{Dates, Day};
pub use number::{Number, written_steps};
pub use ranking::Ranking;
pub use text::Text;

pub(super) use choice::Extras;
pub(super) use grid::Lead;
pub(super) use number::steps;
pub(super) use read::{Draft, Home, read};

use super::model::FormatIndex;
use super::reading::Reading;
use super::table::Table;

/// An item's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A point of a shared response format; the only kind that is scored.
    Scale(FormatIndex),
    /// One of the item's own choices.
    Choice(ChoiceList),
    /// Some of the item's own choices.
    Choices(Several),
    /// Yes (the first choice) or no.
    YesNo(ChoiceList),
    /// Agreement (the first choice) or none.
    Consent(ChoiceList),
    /// A number.
    Number(Number),
    /// A day.
    Date(Dates),
    /// A text.
    Text(Text),
    /// The item's own choices in an order.
    Ranking(Ranking),
    /// Nothing is answered: it is only read.
    Note,
}

/// How a kind of item is written in a file.
struct Written {
    /// The value of `kind`.
    name: &'static str,
    /// The keys that only some kinds have, and this one does.
    keys: &'static [&'static str],
    /// Whether its items count towards an aspect.
    counts: bool,
    /// Whether its items are answered.
    answered: bool,
    /// Reads those keys; nothing where there was a problem.
    read: fn(&mut Table<'_>, &mut Reading<'_>) -> Option<Kind>,
}

/// Every kind of item but [`GRID`], which is several. To add one: a file beside this one and a line here.
static KINDS: [Written; 10] = [
    scale::WRITTEN,
    choice::WRITTEN,
    choices::WRITTEN,
    yes_no::YES_NO,
    yes_no::CONSENT,
    number::WRITTEN,
    date::WRITTEN,
    text::WRITTEN,
    ranking::WRITTEN,
    note::WRITTEN,
];

/// A given value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Of a scale, a choice, yes or no, or consent.
    Choice(Pick),
    /// Of a number, in its steps.
    Number(i64),
    /// Of a text; never empty.
    Text(String),
    /// A choice that asks for more, and what was said to it; never empty.
    Other(Pick, String),
    /// Of several choices.
    Choices(Picks),
    /// Of a date.
    Date(Day),
    /// Of a ranking, first rank first.
    Ranking(Vec<Pick>),
}

/// Why an answer does not fit its item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// The answer is of another kind than the item, or picks a choice the item does not have or does not offer.
    NotOffered,
    /// Not a whole number.
    NotWhole,
    /// Not a number with so many decimals at most.
    NotDecimal {
        /// The most decimals it takes.
        decimals: u8,
    },
    /// Outside the item's range.
    OutOfRange {
        /// Lowest number taken, in steps.
        min: i64,
        /// Highest number taken, in steps.
        max: i64,
        /// Digits behind the point.
        decimals: u8,
    },
    /// Not a date.
    NotADate,
    /// Outside the item's dates.
    OutOfDates {
        /// First day taken.
        min: Day,
        /// Last day taken.
        max: Day,
    },
    /// More characters than the item takes.
    TooLong {
        /// The most characters it takes.
        max: usize,
    },
    /// Too few or too many choices.
    NotSoMany {
        /// Fewest taken.
        min: usize,
        /// Most taken.
        max: usize,
    },
    /// A choice that excludes the others stands beside others.
    Excluded,
    /// Not as many are ranked as should be.
    NotRanked {
        /// How many should be.
        needed: usize,
    },
    /// The author's check does not hold.
    Unfit {
        /// Its place among the item's checks.
        check: usize,
    },
    /// The item may not be left unanswered.
    Required,
    /// "Don't know" or "prefer not to answer" is not offered.
    NotOpen,
    /// Nothing was typed or picked.
    Empty,
}

impl Kind {
    /// The item's own choices.
    #[must_use]
    pub fn list(&self) -> Option<&ChoiceList> {
        match self {
            Self::Choice(list) | Self::YesNo(list) | Self::Consent(list) => Some(list),
            Self::Choices(several) => Some(&several.list),
            Self::Ranking(ranking) => Some(&ranking.list),
            Self::Scale(_) | Self::Number(_) | Self::Date(_) | Self::Text(_) | Self::Note => None,
        }
    }

    /// The answer that was typed.
    ///
    /// # Errors
    /// [`AnswerFault`] where it is none, or the kind is not answered by typing.
    pub fn parse(&self, typed: &str) -> Result<Answer, AnswerFault> {
        match self {
            Self::Number(number) => number.parse(typed).map(Answer::Number),
            Self::Date(dates) => dates.parse(typed).map(Answer::Date),
            Self::Text(text) => text.parse(typed).map(Answer::Text),
            _ => Err(AnswerFault::Empty),
        }
    }

    /// Whether the answer is typed.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        matches!(self, Self::Number(_) | Self::Date(_) | Self::Text(_))
    }
}
