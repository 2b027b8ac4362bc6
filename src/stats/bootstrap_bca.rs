//! The mean of the persons' scores, with the bias-corrected and accelerated interval of a bootstrap over persons.
//!
//! # What it says
//! As [`super::bootstrap_percentile`], with an interval that is moved for skewed scores.
//!
//! # Formula
//! The interval runs between the quantiles Φ(z₀ + (z₀ + z)/(1 − a(z₀ + z))) of the B means, z = ∓1.96 (the normal
//! quantiles of .025 and .975), Φ(z₀) the share of means below the group's, ties by half, and a = Σd³/(6(Σd²)^1.5), d =
//! x − M.
//!
//! # Needs
//! Two scores that are not all alike, and B of at least 2 000. It is shown from 5 persons on.
//!
//! # When it misleads
//! With fewer than some twenty persons it is still too narrow. Like every interval it speaks of persons drawn by
//! chance.
//!
//! # Source
//! Efron (1987), Journal of the American Statistical Association 82, 171–185; Efron & Tibshirani (1993), chapter 14.
//!
//! # Checked against
//! Python scipy `bootstrap` with the same drawn means, to 1e-8; R boot `boot.ci`, which puts curves between neighbours, to
//! 5e-3.

use super::bootstrap_percentile::{drawn_means, quantile};
use super::distribution::{normal_quantile, normal_share};
use super::real::{count, finite, length};
use super::{
    Compute, Computed, Counted, Estimate, Interval, LEVEL, NotComputable, Resampling, Statistic, Summary, Watch,
};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "bootstrap_bca",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Resample(bootstrap_bca),
};

/// The mean with its BCa interval, in the unit of the scores.
///
/// # Errors
/// [`NotComputable::TooFew`] below two persons, [`NotComputable::NoSpread`] where all scores are alike,
/// [`NotComputable::OneSided`] where the drawn means do not surround the group's, and those of [`super::replicates`].
pub fn bootstrap_bca(scores: &[f64], plan: &Resampling, watch: &mut Watch<'_>) -> Computed {
    let drawn = drawn_means(scores, plan, watch)?;
    let mean = Summary::of(scores)?.mean()?;
    let (low, high) = bca(&drawn, mean, acceleration(scores)?)?;
    Estimate::new(mean, count(scores.len()))?.between(low, high)
}

/// The BCa interval of drawn values, the lowest first, about the value of the whole, with its acceleration.
///
/// # Errors
/// [`NotComputable::OneSided`] where the drawn values do not surround the value.
pub fn bca(drawn: &[f64], value: f64, acceleration: f64) -> Result<(f64, f64), NotComputable> {
    let below = drawn.partition_point(|one| *one < value);
    let not_above = drawn.partition_point(|one| *one <= value);
    let share = f64::midpoint(length(below), length(not_above)) / length(drawn.len());
    if !(share > 0.0 && share < 1.0) {
        return Err(NotComputable::OneSided);
    }
    let bias = normal_quantile(share);
    let end = |p: f64| {
        let moved = bias + normal_quantile(p);
        let stretch = 1.0 - acceleration * moved;
        if stretch > 0.0 {
            Ok(quantile(drawn, normal_share(bias + moved / stretch)))
        } else {
            Err(NotComputable::OneSided)
        }
    };
    let tail = (1.0 - LEVEL) / 2.0;
    Ok((end(tail)?, end(1.0 - tail)?))
}

/// The acceleration of a mean: that of the means without one person each.
///
/// # Errors
/// [`NotComputable::NoSpread`] where all scores are alike.
pub fn acceleration(scores: &[f64]) -> Result<f64, NotComputable> {
    let summary = Summary::of(scores)?;
    let mean = summary.mean()?;
    if summary.squares() <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    let cubes: f64 = scores.iter().map(|score| (score - mean).powi(3)).sum();
    finite(cubes / (6.0 * summary.squares().powf(1.5)))
}
