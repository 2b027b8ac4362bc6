//! The smallest change of one person that chance seldom explains, MDC95.
//!
//! # What it says
//! By how much a person's score must change before it is called a change.
//!
//! # Formula
//! 1.96·√2·SEM
//!
//! # Needs
//! The instrument's standard error of measurement, above 0.
//!
//! # When it misleads
//! It is as good as the standard error, which is provisional until a pilot has been held. A change that is smaller may
//! be real, and one that is larger may still not matter to the person.
//!
//! # Source
//! Jacobson & Truax (1991), Journal of Consulting and Clinical Psychology 59, 12–19.
//!
//! # Checked against
//! The formula in R and Python, to 1e-8; SD 18 and r .80 give 22.3.

use super::{Compute, Computed, Counted, Estimate, Interval, NotComputable, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "mdc95",
    counted: Counted::Nothing,
    computable_from: 0,
    shown_from: Some(0),
    items_from: 0,
    range: Interval { low: 0.0, high: f64::INFINITY },
    compute: Compute::Error(mdc95),
};

/// Two-sided 95 % quantile of the standard normal distribution, rounded as bands and gaps of one person's scores have it.
pub const Z95: f64 = 1.96;

/// The smallest change, in the unit of the standard error of measurement.
///
/// # Errors
/// [`NotComputable::NotPositive`] for an error that is not above 0, [`NotComputable::NotFinite`] for none.
pub fn mdc95(sem: f64) -> Computed {
    Estimate::new(Z95 * error_of_difference(sem)?, 0)
}

/// The standard error of the difference of two scores.
pub(super) fn error_of_difference(sem: f64) -> Result<f64, NotComputable> {
    if sem.is_nan() {
        Err(NotComputable::NotFinite)
    } else if sem <= 0.0 {
        Err(NotComputable::NotPositive)
    } else {
        Ok(std::f64::consts::SQRT_2 * sem)
    }
}
