//! The rule of two signs: how many independent signs there are that one person answered carelessly.
//!
//! # What it says
//! Whether an interview should be looked at again: with two signs it is flagged. It is never deleted, and results are
//! given with it and without it.
//!
//! # Formula
//! One sign if the pattern is one ([`super::longstring`] or [`super::irv`]), and one if the pace is
//! ([`super::page_time`]). Run and variability look at the same thing, so together they are one.
//!
//! # Needs
//! One answer. Without page times there can be but one sign, so an interview that was read aloud is never flagged.
//!
//! # When it misleads
//! A quick reader of one mind is flagged although nothing is wrong. A careless person who answers at random and slowly
//! is not.
//!
//! # Source
//! Curran (2016), Journal of Experimental Social Psychology 66, 4–19.
//!
//! # Checked against
//! The rule in R and Python, exactly.

use super::estimate::at_least;
use super::real::count;
use super::{Compute, Computed, Conduct, Counted, Estimate, Interval, Statistic, irv, longstring, page_time};

/// So many signs flag an interview.
const FLAGGED_FROM: u8 = 2;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "two_signs",
    counted: Counted::Answers,
    computable_from: 1,
    shown_from: Some(longstring::SIGN_FROM),
    items_from: 0,
    range: Interval { low: 0.0, high: 2.0 },
    compute: Compute::Conduct(two_signs),
};

/// The number of independent signs, 0 to 2.
///
/// # Errors
/// [`super::NotComputable::TooFew`] without answers.
pub fn two_signs(conduct: &Conduct<'_>) -> Computed {
    let given = count(conduct.given().count());
    at_least(1, given, Counted::Answers)?;
    Estimate::new(f64::from(signs(conduct)), given)
}

/// Whether the interview should be looked at again.
#[must_use]
pub fn is_flagged(conduct: &Conduct<'_>) -> bool {
    signs(conduct) >= FLAGGED_FROM
}

fn signs(conduct: &Conduct<'_>) -> u8 {
    let pattern = longstring::is_sign(conduct) || irv::is_sign(conduct);
    u8::from(pattern) + u8::from(page_time::is_sign(conduct))
}
