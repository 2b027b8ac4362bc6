//! Within-group agreement `r*_wg(J)` over the items of an aspect.
//!
//! # What it says
//! How much less the answers to the items vary, on average, than if everybody had answered by chance: 1 when all agree
//! on every item, 0 when they vary as chance does, below 0 when they vary more.
//!
//! # Formula
//! 1 − `mean(s²ⱼ)/σ²_E`, with s²ⱼ over n − 1 for each item and `σ²_E` = (K² − 1)/12.
//!
//! # Needs
//! One item, two answers to each, and the same number of categories, two at least. It is shown from 8 persons on.
//!
//! # When it misleads
//! As `r_wg` does: it cannot tell a spread from a split. One item on which the group is split disappears among others
//! on which it agrees.
//!
//! # Source
//! Lindell, Brandt & Whitney (1999), Applied Psychological Measurement 23, 127–135.
//!
//! # Checked against
//! R multilevel `rwg.j.lindell` on complete answers, Python pandas `var`, to 1e-8.

use super::estimate::at_least;
use super::r_wg::by_chance;
use super::real::length;
use super::{Compute, Computed, Counted, Counts, Estimate, Interval, NotComputable, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "r_wg_j",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(8),
    items_from: 1,
    range: Interval { low: -5.0, high: 1.0 },
    compute: Compute::ItemCounts(r_wg_j),
};

/// `r*_wg(J)`, at most 1; `n` is that of the item with the fewest answers.
///
/// # Errors
/// [`NotComputable::TooFewItems`] without items, [`NotComputable::UnequalPoints`] where their categories differ,
/// [`NotComputable::TooFewPoints`] below two categories, [`NotComputable::TooFew`] where an item has fewer than two
/// answers.
pub fn r_wg_j(items: &[Counts]) -> Computed {
    let Some(first) = items.first() else { return Err(NotComputable::TooFewItems { items: 0, needed: 1 }) };
    if items.iter().any(|item| item.points() != first.points()) {
        return Err(NotComputable::UnequalPoints);
    }
    let expected = by_chance(first.points())?;
    let fewest = items.iter().map(Counts::n).min().unwrap_or(0);
    at_least(2, fewest, Counted::Persons)?;
    let variances = items.iter().map(|item| item.summary().variance()).collect::<Result<Vec<f64>, _>>()?;
    Estimate::new(1.0 - variances.iter().sum::<f64>() / length(items.len()) / expected, fewest)
}
