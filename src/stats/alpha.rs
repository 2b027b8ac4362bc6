//! Cronbach's α, with Feldt's interval.
//!
//! # What it says
//! How well the items of an aspect hang together, and so how far a score would be repeated with other items of their
//! kind: the share of the scores' variance that the items have in common, if they are all equally good.
//!
//! # Formula
//! α = k/(k − 1) · (1 − `Σs²ᵢ / s²_T`), over the persons who answered every item. The interval runs from
//! 1 − (1 − α)·F(.975) to 1 − (1 − α)·F(.025), with n − 1 and (n − 1)(k − 1) degrees of freedom.
//!
//! # Needs
//! Two items, two persons who answered all of them, and sums that differ. It is shown from 30 persons on.
//!
//! # When it misleads
//! It grows with the number of items alone, and is high for items that say the same thing in other words. It does not
//! show that the items measure one thing. Below 30 persons it is mostly chance. Persons who left an item empty are not
//! in it. It is negative when an item is keyed the wrong way.
//!
//! # Source
//! Cronbach (1951), Psychometrika 16, 297–334; Feldt, Woodruff & Salih (1987), Applied Psychological Measurement 11,
//! 93–103.
//!
//! # Checked against
//! R psych `alpha`, R `qbeta`, Python pingouin `cronbach_alpha` and scipy `f`, to 1e-8; the published interval.

use super::distribution::f_quantile;
use super::estimate::at_least;
use super::real::{length, natural};
use super::{Compute, Computed, Counted, CrossProducts, Estimate, Interval, LEVEL, NotComputable, Statistic};

/// Fewest items that can hang together.
const ITEMS: usize = 2;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "alpha",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(30),
    items_from: ITEMS,
    range: Interval { low: f64::NEG_INFINITY, high: 1.0 },
    compute: Compute::Items(alpha),
};

/// α of all items, at most 1, with its interval.
///
/// # Errors
/// [`NotComputable::TooFewItems`] below two items, [`NotComputable::TooFew`] below two persons,
/// [`NotComputable::NoSpread`] where all sums are alike.
pub fn alpha(answers: &CrossProducts) -> Computed {
    let items: Vec<usize> = (0..answers.items()).collect();
    of(answers, &items)
}

/// α of the chosen items.
pub(super) fn of(answers: &CrossProducts, items: &[usize]) -> Computed {
    if items.len() < ITEMS {
        return Err(NotComputable::TooFewItems { items: items.len(), needed: ITEMS });
    }
    at_least(2, answers.n(), Counted::Persons)?;
    let total = answers.scatter_of_sum(items);
    if total <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    let single: f64 = items.iter().map(|item| answers.scatter(*item, *item)).sum();
    let k = length(items.len());
    let value = (k / (k - 1.0) * (1.0 - single / total)).min(1.0);
    let (low, high) = feldt(value, answers.n(), items.len())?;
    Estimate::new(value, answers.n())?.between(low, high)
}

/// The interval of an α that was found with so many persons, at least 2, and items, at least 2.
///
/// # Errors
/// [`NotComputable::TooFew`], [`NotComputable::TooFewItems`] below that.
pub fn feldt(alpha: f64, persons: u64, items: usize) -> Result<(f64, f64), NotComputable> {
    at_least(2, persons, Counted::Persons)?;
    if items < ITEMS {
        return Err(NotComputable::TooFewItems { items, needed: ITEMS });
    }
    let upper = natural(persons - 1);
    let lower = upper * (length(items) - 1.0);
    let tail = (1.0 - LEVEL) / 2.0;
    let end = |p: f64| Ok(1.0 - (1.0 - alpha) * f_quantile(p, upper, lower)?);
    Ok((end(1.0 - tail)?, end(tail)?))
}
