//! The kinds of item: what each may be answered with.

mod choice;
mod number;
mod read;
mod scale;
mod text;

use serde::{Deserialize, Serialize};

pub use choice::{Choice, OneOf, Pick};
pub use number::Number;
pub(super) use read::{Draft, read};
pub use text::Text;

use super::model::FormatIndex;
use super::reading::Reading;
use super::table::Table;

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

/// How a kind of item is written in a file.
struct Written {
    /// The value of `kind`.
    name: &'static str,
    /// The keys that only some kinds have, and this one does.
    keys: &'static [&'static str],
    /// Whether its items count towards the aspect of their section.
    counts: bool,
    /// Reads those keys; nothing where there was a problem.
    read: fn(&mut Table<'_>, &mut Reading<'_>) -> Option<Kind>,
}

/// Every kind. To add one: a file beside this one and a line here.
static KINDS: [Written; 4] = [scale::WRITTEN, choice::WRITTEN, number::WRITTEN, text::WRITTEN];

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
