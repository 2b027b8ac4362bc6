//! The standard deviation of the persons' scores.
//!
//! # What it says
//! How far a person typically stands from the group's mean.
//!
//! # Formula
//! s = √(Σ(x − M)² / (n − 1))
//!
//! # Needs
//! Two scores. It is shown from 5 persons on.
//!
//! # When it misleads
//! It cannot tell a group that is spread evenly from one that is split in two; agreement can. On a bounded scale it
//! shrinks as the mean comes near an end.
//!
//! # Source
//! Fisher (1925), Statistical Methods for Research Workers.
//!
//! # Checked against
//! R `sd`, Python numpy `std(ddof=1)`, to 1e-8.

use super::{Compute, Computed, Counted, Estimate, Interval, Statistic, Summary};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "sd",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: 0.0, high: f64::INFINITY },
    compute: Compute::Summary(sd),
};

/// The standard deviation, in the unit of the scores.
///
/// # Errors
/// [`super::NotComputable::TooFew`] below two persons.
pub fn sd(scores: &Summary) -> Computed {
    Estimate::new(scores.variance()?.sqrt(), scores.n())
}
