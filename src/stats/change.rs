//! The mean change of persons measured twice, with its t interval.
//!
//! # What it says
//! How far the group moved between two measurements, and how far that could be off by chance. Where the interval holds
//! 0, the change could be chance.
//!
//! # Formula
//! D̄ = Σ(after − before)/n; the interval is D̄ ± t · `s_D` / √n, with n − 1 degrees of freedom.
//!
//! # Needs
//! One pair for a value, two for an interval. It is shown from 5 pairs on.
//!
//! # When it misleads
//! Only those who came twice are in it, and they may be the satisfied ones. That things changed after a workshop does
//! not show that they changed because of it. Extreme scores move towards the middle by themselves.
//!
//! # Source
//! Student (1908), Biometrika 6, 1–25.
//!
//! # Checked against
//! R `t.test(paired = TRUE)`, Python scipy `ttest_rel`, to 1e-8.

use super::estimate::at_least;
use super::mean::mean;
use super::{Compute, Computed, Counted, Interval, Pairs, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "change",
    counted: Counted::Pairs,
    computable_from: 1,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Pairs(change),
};

/// The mean change, in the unit of the scores; its interval from two pairs on.
///
/// # Errors
/// [`super::NotComputable::TooFew`] without pairs.
pub fn change(pairs: &Pairs) -> Computed {
    at_least(1, pairs.change.n(), Counted::Pairs)?;
    mean(&pairs.change)
}
