//! The mean of the persons' scores, with the percentile interval of a bootstrap over persons.
//!
//! # What it says
//! Where the group stands on the whole, and how far that could be off by the chance of who took part, without assuming
//! how scores are distributed.
//!
//! # Formula
//! From the n persons, n are drawn with replacement, B times; the interval runs from the 2.5 % to the 97.5 % quantile
//! of the B means, with straight lines between neighbours.
//!
//! # Needs
//! Two scores, and B of at least 2 000. It is shown from 5 persons on. The same seed gives the same interval.
//!
//! # When it misleads
//! With fewer than some twenty persons it is too narrow. It is lopsided where scores are skewed; BCa mends a part of
//! that. Like every interval it speaks of persons drawn by chance.
//!
//! # Source
//! Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13; Bernstein (2008), ChaCha, a variant of
//! Salsa20, for the generator.
//!
//! # Checked against
//! Python scipy `bootstrap` with the same drawn means, to 1e-8; R boot `boot.ci`, which puts curves between neighbours, to
//! 5e-3. What a seed draws is held fast by a test.

use super::estimate::at_least;
use super::real::{count, finite, length, natural};
use super::resample::replicates;
use super::{
    Compute, Computed, Counted, Estimate, Interval, LEVEL, NotComputable, Resampling, Statistic, Summary, Watch,
};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "bootstrap_percentile",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Resample(bootstrap_percentile),
};

/// The mean with its percentile interval, in the unit of the scores.
///
/// # Errors
/// [`NotComputable::TooFew`] below two persons, and those of [`replicates`].
pub fn bootstrap_percentile(scores: &[f64], plan: &Resampling, watch: &mut Watch<'_>) -> Computed {
    let means = drawn_means(scores, plan, watch)?;
    let (low, high) = percentile(&means);
    Estimate::new(Summary::of(scores)?.mean()?, count(scores.len()))?.between(low, high)
}

/// The means of samples of these scores, the lowest first.
///
/// # Errors
/// [`NotComputable::TooFew`] below two persons, and those of [`replicates`].
pub fn drawn_means(scores: &[f64], plan: &Resampling, watch: &mut Watch<'_>) -> Result<Vec<f64>, NotComputable> {
    at_least(2, count(scores.len()), Counted::Persons)?;
    scores.iter().try_for_each(|score| finite(*score).map(drop))?;
    let (first, n) = (scores[0], natural(count(scores.len())));
    let mean = |draws: super::Draws| first + draws.map(|person| scores[person] - first).sum::<f64>() / n;
    let mut means = replicates(scores.len(), plan, mean, watch)?;
    means.sort_by(f64::total_cmp);
    Ok(means)
}

/// The percentile interval of drawn values, the lowest first.
#[must_use]
pub fn percentile(drawn: &[f64]) -> (f64, f64) {
    let tail = (1.0 - LEVEL) / 2.0;
    (quantile(drawn, tail), quantile(drawn, 1.0 - tail))
}

/// The quantile of values in order, with a straight line between neighbours; 0 without values.
pub(super) fn quantile(ordered: &[f64], p: f64) -> f64 {
    let Some(last) = ordered.len().checked_sub(1) else { return 0.0 };
    let place = p.clamp(0.0, 1.0) * length(last);
    let below = floor(place).min(last);
    let above = (below + 1).min(last);
    ordered[below] + (place - length(below)) * (ordered[above] - ordered[below])
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list, cut to whole")]
fn floor(place: f64) -> usize {
    place as usize
}
