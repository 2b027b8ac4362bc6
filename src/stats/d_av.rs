//! The change in units of how much people differ, `d_av`, corrected for small groups.
//!
//! # What it says
//! How large the mean change is beside the differences there are between people: 1 when it is as large as a person
//! typically stands from the mean.
//!
//! # Formula
//! J·D̄ / ((s₁ + s₂)/2), with the standard deviations before and after, and Hedges's exact correction with m = n − 1:
//! J = Γ(m/2) / (√(m/2)·Γ((m − 1)/2)).
//!
//! # Needs
//! Three pairs, and scores that differ before or after. It is shown from 5 pairs on.
//!
//! # When it misleads
//! In a group whose members are much alike even a small change looks large. What counts as large is not for a
//! statistic to say.
//!
//! # Source
//! Lakens (2013), Frontiers in Psychology 4, 863; Hedges (1981), Journal of Educational Statistics 6, 107–128.
//!
//! # Checked against
//! The formulas in R with `lgamma`, and in Python with scipy `gammaln`, to 1e-8.

use statrs::function::gamma::ln_gamma;

use super::estimate::at_least;
use super::real::natural;
use super::{Compute, Computed, Counted, Estimate, Interval, NotComputable, Pairs, Statistic};

/// From this many degrees of freedom on the correction is taken from its series, which is good to 1e-12 there, while
/// the difference of two large logarithms is not.
const SERIES_FROM: f64 = 1_000.0;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "d_av",
    counted: Counted::Pairs,
    computable_from: 3,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Pairs(d_av),
};

/// `d_av`, corrected, without unit.
///
/// # Errors
/// [`NotComputable::TooFew`] below three pairs, [`NotComputable::NoSpread`] where all scores are alike at both times.
pub fn d_av(pairs: &Pairs) -> Computed {
    at_least(3, pairs.change.n(), Counted::Pairs)?;
    let spread = f64::midpoint(pairs.before.variance()?.sqrt(), pairs.after.variance()?.sqrt());
    if spread <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    let n = pairs.change.n();
    Estimate::new(correction(natural(n - 1)) * pairs.change.mean()? / spread, n)
}

/// Hedges's correction for so many degrees of freedom, at least 2.
fn correction(freedom: f64) -> f64 {
    if freedom < SERIES_FROM {
        (ln_gamma(freedom / 2.0) - ln_gamma((freedom - 1.0) / 2.0)).exp() / (freedom / 2.0).sqrt()
    } else {
        let x = 1.0 / freedom;
        1.0 + x * (-3.0 / 4.0 + x * (-7.0 / 32.0 + x * (-9.0 / 128.0)))
    }
}
