//! The change in units of how differently people changed, `d_z`.
//!
//! # What it says
//! How uniformly people changed: 1 when the mean change is as large as the typical difference between one person's
//! change and another's.
//!
//! # Formula
//! D̄ / `s_D`
//!
//! # Needs
//! Two pairs that did not all change alike. It is shown from 5 pairs on.
//!
//! # When it misleads
//! It is not comparable with effects from other designs: it grows when the two measurements go closely together. For
//! saying how large a change is, `d_av` serves better. It is not corrected for small groups.
//!
//! # Source
//! Lakens (2013), Frontiers in Psychology 4, 863.
//!
//! # Checked against
//! R effectsize `cohens_d(paired = TRUE)`, Python numpy, to 1e-8.

use super::estimate::at_least;
use super::{Compute, Computed, Counted, Estimate, Interval, NotComputable, Pairs, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "d_z",
    counted: Counted::Pairs,
    computable_from: 2,
    shown_from: Some(5),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: f64::INFINITY },
    compute: Compute::Pairs(d_z),
};

/// `d_z`, without unit.
///
/// # Errors
/// [`NotComputable::TooFew`] below two pairs, [`NotComputable::NoSpread`] where all changed alike.
pub fn d_z(pairs: &Pairs) -> Computed {
    at_least(2, pairs.change.n(), Counted::Pairs)?;
    let spread = pairs.change.variance()?.sqrt();
    if spread <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    Estimate::new(pairs.change.mean()? / spread, pairs.change.n())
}
