//! The reliable change index of one person.
//!
//! # What it says
//! How large a person's change is beside what the instrument's error alone would bring: beyond ±1.96 chance seldom
//! explains it.
//!
//! # Formula
//! RCI = (x₂ − x₁)/(√2·SEM)
//!
//! # Needs
//! Two scores of one person, and the instrument's standard error of measurement, above 0.
//!
//! # When it misleads
//! It is as good as the standard error, which is provisional until a pilot has been held. It asks whether a score
//! changed, not why. Among twenty people who did not change at all, one goes beyond ±1.96.
//!
//! # Source
//! Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59, 12–19.
//!
//! # Checked against
//! The formula in R and Python, to 1e-8.

use super::mdc95::error_of_difference;
use super::{Compute, Computed, Counted, Estimate, Interval, Retest, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "reliable_change",
    counted: Counted::Nothing,
    computable_from: 0,
    shown_from: Some(0),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Retest(reliable_change),
};

/// The index, without unit; above 0 where the score rose.
///
/// # Errors
/// [`super::NotComputable::NotPositive`] for an error that is not above 0, [`super::NotComputable::NotFinite`] for a
/// number that is none.
pub fn reliable_change(retest: &Retest) -> Computed {
    Estimate::new((retest.after - retest.before) / error_of_difference(retest.sem)?, 0)
}
