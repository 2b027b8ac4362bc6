//! Esteban and Ray's polarisation of the answers to one item.
//!
//! # What it says
//! How far the group falls apart into camps that are each large and stand far from each other: 0 when all give one
//! answer, 1 when one half stands at each end.
//!
//! # Formula
//! ΣΣ pᵢ^(1+a) pⱼ |i − j| over all pairs of categories, a = 1.3, divided by its greatest value, 2·(½)^(2+a)·(K − 1).
//!
//! # Needs
//! One answer and two categories. It is for exports alone.
//!
//! # When it misleads
//! It depends on a, which nobody can derive; 1.3 is used because it is near the upper end that its authors allow. It
//! falls with the number of categories, so only items with the same ones compare.
//!
//! # Source
//! Esteban & Ray (1994), Econometrica 62, 819–851.
//!
//! # Checked against
//! The published formula in R and in Python numpy, to 1e-8; five golden rows.

use super::agreement::POINTS;
use super::estimate::at_least;
use super::real::length;
use super::{Compute, Computed, Counted, Counts, Estimate, Interval, NotComputable, Statistic};

/// How much it counts that a camp is large.
const SENSITIVITY: f64 = 1.3;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "esteban_ray",
    counted: Counted::Persons,
    computable_from: 1,
    shown_from: None,
    items_from: 0,
    range: Interval { low: 0.0, high: 1.0 },
    compute: Compute::Counts(esteban_ray),
};

/// The polarisation, 0 to 1.
///
/// # Errors
/// [`NotComputable::TooFewPoints`] below two categories, [`NotComputable::TooFew`] without answers.
pub fn esteban_ray(counts: &Counts) -> Computed {
    if counts.points() < POINTS {
        return Err(NotComputable::TooFewPoints { points: counts.points(), needed: POINTS });
    }
    at_least(1, counts.n(), Counted::Persons)?;
    let shares = counts.shares();
    let mut sum = 0.0;
    for (one, of_one) in shares.iter().enumerate() {
        let distance: f64 = shares.iter().enumerate().map(|(other, share)| share * length(one.abs_diff(other))).sum();
        sum += of_one.powf(1.0 + SENSITIVITY) * distance;
    }
    let greatest = 2.0 * 0.5_f64.powf(2.0 + SENSITIVITY) * length(counts.points() - 1);
    Estimate::new(sum / greatest, counts.n())
}
