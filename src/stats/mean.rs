//! The mean of the persons' scores, with its t interval.
//!
//! # What it says
//! Where the group stands on the whole, and how far that could be off by the chance of who took part.
//!
//! # Formula
//! M = Σx / n; the interval is M ± t · s / √n, t the 97.5 % quantile of Student's distribution with n − 1 degrees of
//! freedom.
//!
//! # Needs
//! One score for a value, two for an interval. It is shown from 5 persons on.
//!
//! # When it misleads
//! When the group is split: then nobody stands where the mean is; look at agreement and polarisation beside it. The
//! interval speaks of persons drawn by chance, which those who come to a workshop are not. When all scores are alike it
//! has no width, which says nothing about those who did not come. With few persons it reaches beyond the ends of the
//! scale.
//!
//! # Source
//! Student (1908), Biometrika 6, 1–25.
//!
//! # Checked against
//! R `t.test`, Python scipy `t`, to 1e-8, from 2 to 1 000 000 000 persons.

use super::distribution::t_quantile;
use super::real::natural;
use super::{Compute, Computed, Counted, Estimate, Interval, LEVEL, NotComputable, Statistic, Summary};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "mean",
    counted: Counted::Persons,
    computable_from: 1,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Summary(mean),
};

/// The mean, in the unit of the scores; its interval from two persons on.
///
/// # Errors
/// [`NotComputable::TooFew`] without persons.
pub fn mean(scores: &Summary) -> Computed {
    let estimate = Estimate::new(scores.mean()?, scores.n())?;
    match reach(scores) {
        Ok(reach) => estimate.between(estimate.value - reach, estimate.value + reach),
        Err(NotComputable::TooFew { .. }) => Ok(estimate),
        Err(reason) => Err(reason),
    }
}

/// How far the interval reaches to either side.
fn reach(scores: &Summary) -> Result<f64, NotComputable> {
    let variance = scores.variance()?;
    let t = t_quantile(f64::midpoint(1.0, LEVEL), natural(scores.n() - 1))?;
    Ok(t * (variance / natural(scores.n())).sqrt())
}
