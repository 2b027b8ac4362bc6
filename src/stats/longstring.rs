//! The longest run of identical answers of one person.
//!
//! # What it says
//! Whether someone may have gone straight down one column.
//!
//! # Formula
//! The length of the longest run of the same raw answer, in the order the items were asked; an item without an answer
//! ends a run. It is a sign from half of the answers on, where there are at least ten.
//!
//! # Needs
//! One answer. Raw answers, not keyed ones: the column is the same for a reversed item.
//!
//! # When it misleads
//! Where most items are worded in one direction, a person of one mind has a long run and is right. That is why one sign
//! alone flags nobody.
//!
//! # Source
//! Curran (2016), Journal of Experimental Social Psychology 66, 4–19.
//!
//! # Checked against
//! R `rle`, Python itertools `groupby`, exactly.

use super::estimate::at_least;
use super::real::{count, natural};
use super::{Compute, Computed, Conduct, Counted, Estimate, Interval, Statistic};

/// In fewer answers no pattern is a sign.
pub(super) const SIGN_FROM: u64 = 10;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "longstring",
    counted: Counted::Answers,
    computable_from: 1,
    shown_from: Some(SIGN_FROM),
    items_from: 0,
    range: Interval { low: 1.0, high: f64::INFINITY },
    compute: Compute::Conduct(longstring),
};

/// The longest run, in answers.
///
/// # Errors
/// [`super::NotComputable::TooFew`] without answers.
pub fn longstring(conduct: &Conduct<'_>) -> Computed {
    let given = count(conduct.given().count());
    at_least(1, given, Counted::Answers)?;
    Estimate::new(natural(longest(conduct)), given)
}

/// Whether the longest run is a sign of carelessness.
#[must_use]
pub fn is_sign(conduct: &Conduct<'_>) -> bool {
    let given = count(conduct.given().count());
    given >= SIGN_FROM && 2 * longest(conduct) >= given
}

fn longest(conduct: &Conduct<'_>) -> u64 {
    let runs = conduct.answers.chunk_by(|one, next| one == next);
    runs.filter(|run| run[0].is_some()).map(|run| count(run.len())).max().unwrap_or(0)
}
