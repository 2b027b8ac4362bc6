//! Intra-individual response variability, IRV, of one person.
//!
//! # What it says
//! How much one person's answers differ from each other: 0 when they are all the same.
//!
//! # Formula
//! The standard deviation of the person's raw answers, with n − 1. It is a sign below a tenth of half the range of the
//! answers, which is .2 on five points, where there are at least ten.
//!
//! # Needs
//! Two answers. Raw answers, not keyed ones.
//!
//! # When it misleads
//! A person who thinks the same of everything has a low IRV and is right. It sees what the longest run sees, only
//! otherwise; so the two are one sign and not two. The bound is a convention of this program.
//!
//! # Source
//! Dunn, Heggestad, Shanock & Theilgard (2018), Journal of Business and Psychology 33, 105–121; Curran (2016), Journal
//! of Experimental Social Psychology 66, 4–19.
//!
//! # Checked against
//! R `sd` and Python numpy `std(ddof=1)`, to 1e-8.

use super::estimate::at_least;
use super::longstring::SIGN_FROM;
use super::{Compute, Computed, Conduct, Counted, Estimate, Interval, Moments, Statistic};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "irv",
    counted: Counted::Answers,
    computable_from: 2,
    shown_from: Some(SIGN_FROM),
    items_from: 0,
    range: Interval { low: 0.0, high: f64::INFINITY },
    compute: Compute::Conduct(irv),
};

/// The variability, in points of the response format.
///
/// # Errors
/// [`super::NotComputable::TooFew`] below two answers.
pub fn irv(conduct: &Conduct<'_>) -> Computed {
    let mut moments = Moments::default();
    conduct.given().for_each(|answer| moments.add(answer.into()));
    at_least(2, moments.n(), Counted::Answers)?;
    Estimate::new(moments.summary().variance()?.sqrt(), moments.n())
}

/// Whether the answers differ so little that it is a sign of carelessness.
#[must_use]
pub fn is_sign(conduct: &Conduct<'_>) -> bool {
    let bound = f64::from(conduct.points.saturating_sub(1)) / 20.0;
    irv(conduct).is_ok_and(|irv| irv.n >= SIGN_FROM && irv.value < bound)
}
