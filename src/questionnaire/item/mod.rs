//! The kinds of item: what each may be answered with.

mod choice;
mod number;
mod text;

use serde::{Deserialize, Serialize};

pub use choice::{Choice, OneOf, Pick};
pub use number::Number;
pub use text::Text;

use super::model::FormatIndex;

/// An item's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A point of a shared response format; the only kind that is scored.
    Scale(FormatIndex),
    /// One of the item's own choices.
    Choice(OneOf),
    /// A whole number.
    Number(Number),
    /// A line of text.
    Text(Text),
}

/// A given value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Of a scale or a choice.
    Choice(Pick),
    /// Of a number.
    Number(i64),
    /// Of a text; never empty.
    Text(String),
}

/// Why an answer does not fit its item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// The answer is of another kind than the item, or picks a choice the item does not have.
    NotOffered,
    /// Not a whole number.
    NotWhole,
    /// Outside the item's range.
    OutOfRange {
        /// Lowest number taken.
        min: i64,
        /// Highest number taken.
        max: i64,
    },
    /// More characters than the item takes.
    TooLong {
        /// The most characters it takes.
        max: usize,
    },
    /// Nothing was typed.
    Empty,
}
