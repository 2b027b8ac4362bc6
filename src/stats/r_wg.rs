//! Within-group agreement `r_wg` of the answers to one item.
//!
//! # What it says
//! How much less the answers vary than if everybody had answered by chance: 1 when all agree, 0 when they vary as much
//! as chance or more.
//!
//! # Formula
//! 1 − `s²/σ²_E`, with s² over n − 1 and `σ²_E` = (K² − 1)/12, the variance of answers spread evenly over K categories;
//! 0 where that is below 0.
//!
//! # Needs
//! Two answers and two categories. It is shown from 8 answers on.
//!
//! # When it misleads
//! It cannot tell a spread from a split: both are 0. Real answers by chance are seldom spread evenly, so it looks
//! better than it is. It is shown beside agreement, never alone.
//!
//! # Source
//! James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85–98.
//!
//! # Checked against
//! R multilevel `rwg`, Python numpy `var`, to 1e-8; five golden rows.

use super::agreement::POINTS;
use super::real::length;
use super::{Compute, Computed, Counted, Counts, Estimate, Interval, NotComputable, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "r_wg",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(8),
    items_from: 0,
    range: Interval { low: 0.0, high: 1.0 },
    compute: Compute::Counts(r_wg),
};

/// `r_wg`, 0 to 1.
///
/// # Errors
/// [`NotComputable::TooFewPoints`] below two categories, [`NotComputable::TooFew`] below two answers.
pub fn r_wg(counts: &Counts) -> Computed {
    let expected = by_chance(counts.points())?;
    Estimate::new((1.0 - counts.summary().variance()? / expected).max(0.0), counts.n())
}

/// The variance of answers spread evenly over so many categories.
pub(super) fn by_chance(points: usize) -> Result<f64, NotComputable> {
    if points < POINTS {
        return Err(NotComputable::TooFewPoints { points, needed: POINTS });
    }
    Ok((length(points).powi(2) - 1.0) / 12.0)
}
