//! The share of pages that were left faster than anyone reads.
//!
//! # What it says
//! On how much of the questionnaire a person hurried: 0 when every page stood long enough to be read, 1 when none did.
//!
//! # Formula
//! The share of pages that stood for less than 2 seconds per item. It is a sign from half of the pages on, where there
//! are at least ten.
//!
//! # Needs
//! One page whose time is known, of a person who read for themselves. An interviewer who knows the items by heart is
//! quick for other reasons, so their pages have no time here.
//!
//! # When it misleads
//! Short items, practised readers, and pages that were visited before are quick without carelessness. A long break
//! hides nothing, since each page counts for itself.
//!
//! # Source
//! Bowling, Huang, Brower & Bragg (2021), Organizational Research Methods 26, 323–352.
//!
//! # Checked against
//! The share in R and Python, exactly.

use super::estimate::at_least;
use super::longstring::SIGN_FROM;
use super::real::{count, natural};
use super::{Compute, Computed, Conduct, Counted, Estimate, Interval, Statistic};

/// Nobody reads and answers an item in less.
pub const MILLISECONDS_PER_ITEM: u64 = 2_000;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "page_time",
    counted: Counted::Pages,
    computable_from: 1,
    shown_from: Some(SIGN_FROM),
    items_from: 0,
    range: Interval { low: 0.0, high: 1.0 },
    compute: Compute::Conduct(page_time),
};

/// The share, 0 to 1. Pages without items are not counted.
///
/// # Errors
/// [`super::NotComputable::TooFew`] without pages.
pub fn page_time(conduct: &Conduct<'_>) -> Computed {
    let pages = || conduct.pages.iter().filter(|page| page.items > 0);
    let all = count(pages().count());
    at_least(1, all, Counted::Pages)?;
    let quick = pages().filter(|page| page.milliseconds < MILLISECONDS_PER_ITEM * u64::from(page.items)).count();
    Estimate::new(natural(count(quick)) / natural(all), all)
}

/// Whether so many pages were quick that it is a sign of carelessness.
#[must_use]
pub fn is_sign(conduct: &Conduct<'_>) -> bool {
    page_time(conduct).is_ok_and(|share| share.n >= SIGN_FROM && share.value >= 0.5)
}
