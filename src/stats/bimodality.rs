//! Sarle's bimodality coefficient of the answers to one item.
//!
//! # What it says
//! Whether the answers heap up in two places, so far as skew and kurtosis show it: .555 for answers spread evenly, more
//! for two heaps.
//!
//! # Formula
//! (g² + 1)/(κ + 3(n − 1)²/((n − 2)(n − 3))), with skew g and excess kurtosis κ, both corrected for bias.
//!
//! # Needs
//! Four answers that are not all alike. It is for exports alone.
//!
//! # When it misleads
//! Skew alone makes it high: where everybody agrees at one end it says "two heaps". So it is shown to nobody here, and
//! exported for those who ask for it.
//!
//! # Source
//! Pfister, Schwarz, Janczyk, Dale & Freeman (2013), Frontiers in Psychology 4, 700.
//!
//! # Checked against
//! Python scipy `skew` and `kurtosis` with bias=False, to 1e-8; R psych `skew` and `kurtosi` of type 2; five golden
//! rows.

use super::estimate::at_least;
use super::real::{length, natural};
use super::{Compute, Computed, Counted, Counts, Estimate, Interval, NotComputable, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "bimodality",
    counted: Counted::Persons,
    computable_from: 4,
    shown_from: None,
    items_from: 0,
    range: Interval { low: 0.0, high: 1.0 },
    compute: Compute::Counts(bimodality),
};

/// The coefficient, above 0 and at most 1.
///
/// # Errors
/// [`NotComputable::TooFew`] below four answers, [`NotComputable::NoSpread`] where all are alike.
pub fn bimodality(counts: &Counts) -> Computed {
    at_least(4, counts.n(), Counted::Persons)?;
    let mean = counts.summary().mean()?;
    let shares = counts.shares();
    let moment = |power: i32| -> f64 {
        shares.iter().enumerate().map(|(point, share)| share * (length(point) - mean).powi(power)).sum()
    };
    if counts.counts().iter().filter(|count| **count > 0).count() < 2 {
        return Err(NotComputable::NoSpread);
    }
    let n = natural(counts.n());
    let skew = (n * (n - 1.0)).sqrt() / (n - 2.0) * moment(3) / moment(2).powf(1.5);
    let tails = moment(4) / moment(2).powi(2) - 3.0;
    let kurtosis = (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * tails + 6.0);
    let value = (skew.powi(2) + 1.0) / (kurtosis + 3.0 * (n - 1.0).powi(2) / ((n - 2.0) * (n - 3.0)));
    Estimate::new(value, counts.n())
}
