//! Polarisation of the answers to one item.
//!
//! # What it says
//! How split the group is: 0 when all give the same answer, ½ when they are spread evenly, 1 when one half stands at
//! each end.
//!
//! # Formula
//! (1 − A)/2, with van der Eijk's agreement A.
//!
//! # Needs
//! One answer and two categories. It is shown from 8 answers on.
//!
//! # When it misleads
//! As [`super::agreement`] does. It sees answers and not camps: whether those at one end are one group of people, it
//! does not know.
//!
//! # Source
//! van der Eijk (2001), Quality & Quantity 35, 325–341.
//!
//! # Checked against
//! What agreement was checked against.

use super::{Compute, Computed, Counted, Counts, Estimate, Interval, Statistic, agreement};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "polarisation",
    counted: Counted::Persons,
    computable_from: 1,
    shown_from: Some(8),
    items_from: 0,
    range: Interval { low: 0.0, high: 1.0 },
    compute: Compute::Counts(polarisation),
};

/// Polarisation, 0 to 1.
///
/// # Errors
/// As in [`agreement::agreement`].
pub fn polarisation(counts: &Counts) -> Computed {
    let agreement = agreement::agreement(counts)?;
    Estimate::new((1.0 - agreement.value) / 2.0, agreement.n)
}
