//! ICC(1): how much of the differences between persons is between groups.
//!
//! # What it says
//! The share of all differences in the scores that goes with the group a person belongs to; also, how far one person's
//! score speaks for the group.
//!
//! # Formula
//! (MSB − MSW)/(MSB + (n̄ − 1)·MSW), with the mean squares between and within groups and the mean group size n̄.
//!
//! # Needs
//! Two groups, more persons than groups, and scores that differ. It is shown from 10 groups on.
//!
//! # When it misleads
//! With few groups it is mostly chance. Groups of very unequal size pull it. It can be below 0, which means: nothing.
//!
//! # Source
//! Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, Research, and Methods in Organizations, 349–381.
//!
//! # Checked against
//! R multilevel `ICC1`, Python statsmodels `anova_lm`, to 1e-8.

use super::estimate::at_least;
use super::real::{count, natural};
use super::{Compute, Computed, Counted, Estimate, Interval, NotComputable, Statistic, Summary};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "icc1",
    counted: Counted::Groups,
    computable_from: 2,
    shown_from: Some(10),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: 1.0 },
    compute: Compute::Groups(icc1),
};

/// ICC(1), at most 1. Groups without persons are not counted.
///
/// # Errors
/// [`NotComputable::TooFew`] below two groups, or where there are no more persons than groups;
/// [`NotComputable::NoSpread`] where all scores are alike.
pub fn icc1(groups: &[Summary]) -> Computed {
    let squares = MeanSquares::of(groups)?;
    let whole = squares.between + (squares.size - 1.0) * squares.within;
    if whole <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    Estimate::new((squares.between - squares.within) / whole, squares.groups)
}

/// A one-way analysis of variance.
pub(super) struct MeanSquares {
    pub(super) between: f64,
    pub(super) within: f64,
    pub(super) groups: u64,
    /// Mean group size.
    size: f64,
}

impl MeanSquares {
    pub(super) fn of(groups: &[Summary]) -> Result<Self, NotComputable> {
        let filled: Vec<(f64, f64, f64)> =
            groups.iter().filter_map(|group| Some((natural(group.n()), group.mean().ok()?, group.squares()))).collect();
        let how_many = count(filled.len());
        at_least(2, how_many, Counted::Groups)?;
        let persons = groups.iter().fold(0_u64, |sum, group| sum.saturating_add(group.n()));
        at_least(how_many + 1, persons, Counted::Persons)?;
        let first = filled[0].1;
        let mean = first + filled.iter().map(|(n, mean, _)| n * (mean - first)).sum::<f64>() / natural(persons);
        let between: f64 = filled.iter().map(|(n, own, _)| n * (own - mean).powi(2)).sum();
        let within: f64 = filled.iter().map(|(_, _, squares)| squares).sum();
        Ok(Self {
            between: between / natural(how_many - 1),
            within: within / natural(persons - how_many),
            groups: how_many,
            size: natural(persons) / natural(how_many),
        })
    }
}
