//! Van der Eijk's agreement A of the answers to one item.
//!
//! # What it says
//! Whether the group agrees (1), is spread evenly over all answers (0), or is split between the two ends (−1).
//!
//! # Formula
//! The counts are peeled into layers: as long as answers are left, the smallest count that is not zero is taken from
//! each category that has any. A layer weighs its answers / n. In a layer with S of the K categories occupied, TU is
//! the number of triples of categories, in order, of which the first two or the last two alone are occupied, and TDU of
//! those whose first and last alone are: U = ((K − 2)·TU − (K − 1)·TDU) / ((K − 2)(TU + TDU)), and the layer agrees by
//! U·(1 − (S − 1)/(K − 1)); by 1 with one category, by 0 with all. A is the weighted sum.
//!
//! # Needs
//! One answer and two categories. It is shown from 8 answers on.
//!
//! # When it misleads
//! It is about how answers lie to each other, not about where: a group that agrees in disagreeing has a high A. It
//! depends on the number of categories, so only items with the same ones compare. With a handful of answers one
//! person changes it much.
//!
//! # Source
//! van der Eijk (2001), Quality & Quantity 35, 325–341.
//!
//! # Checked against
//! The published definition, computed on its own in R and in Python with exact fractions, to 1e-8; five golden rows.

use super::estimate::at_least;
use super::real::{count, length, natural, real};
use super::{Compute, Computed, Counted, Counts, Estimate, Interval, NotComputable, Statistic};

/// Fewest categories among which people can differ.
pub(super) const POINTS: usize = 2;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "agreement",
    counted: Counted::Persons,
    computable_from: 1,
    shown_from: Some(8),
    items_from: 0,
    range: Interval { low: -1.0, high: 1.0 },
    compute: Compute::Counts(agreement),
};

/// A, −1 to 1.
///
/// # Errors
/// [`NotComputable::TooFewPoints`] below two categories, [`NotComputable::TooFew`] without answers.
pub fn agreement(counts: &Counts) -> Computed {
    if counts.points() < POINTS {
        return Err(NotComputable::TooFewPoints { points: counts.points(), needed: POINTS });
    }
    at_least(1, counts.n(), Counted::Persons)?;
    let n = real(counts.counts().iter().map(|count| i128::from(*count)).sum());
    let mut left = counts.counts().to_vec();
    let mut sum = 0.0;
    while let Some(least) = left.iter().copied().filter(|count| *count > 0).min() {
        let categories = left.iter().filter(|count| **count > 0).count();
        sum += natural(least) * length(categories) / n * of_layer(&left, categories);
        for count in &mut left {
            *count = count.saturating_sub(least);
        }
    }
    Estimate::new(sum.clamp(-1.0, 1.0), counts.n())
}

/// How much a layer agrees: with these categories occupied, where something is left, so many of them. One fraction of
/// whole numbers.
fn of_layer(left: &[u64], categories: usize) -> f64 {
    let k = left.len();
    if categories == 1 {
        return 1.0;
    }
    if categories == k {
        return 0.0;
    }
    let (unimodal, bimodal) = triples(left);
    let (k, categories) = (i128::from(count(k)), i128::from(count(categories)));
    let upper = ((k - 2) * unimodal - (k - 1) * bimodal) * (k - categories);
    real(upper) / real((k - 2) * (unimodal + bimodal) * (k - 1))
}

/// How many triples of categories are 110 or 011, and how many 101: counted from left to right, by how many pairs each
/// category completes.
fn triples(left: &[u64]) -> (i128, i128) {
    let (mut unimodal, mut bimodal) = (0, 0);
    let (mut ones, mut zeros, mut ones_ones, mut ones_zeros, mut zeros_ones) = (0, 0, 0, 0, 0);
    for count in left {
        if *count > 0 {
            unimodal += zeros_ones;
            bimodal += ones_zeros;
            ones_ones += ones;
            zeros_ones += zeros;
            ones += 1;
        } else {
            unimodal += ones_ones;
            ones_zeros += ones;
            zeros += 1;
        }
    }
    (unimodal, bimodal)
}
