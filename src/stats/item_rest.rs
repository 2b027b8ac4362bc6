//! The correlation of each item with the sum of the others.
//!
//! # What it says
//! Whether those who agree with an item also agree with the rest of its aspect.
//!
//! # Formula
//! r of xᵢ with Σxⱼ over the other items, keyed, over the persons who answered every item.
//!
//! # Needs
//! Two items, two persons who answered all of them, and both the item and the rest differing between persons. It is
//! shown from 30 persons on.
//!
//! # When it misleads
//! It is low for an item that nearly everybody answers alike, good as the item may be; it is negative for one that is
//! keyed the wrong way. In small groups it swings widely.
//!
//! # Source
//! Nunnally & Bernstein (1994), Psychometric Theory, chapter 8.
//!
//! # Checked against
//! R psych `alpha` (r.drop), Python numpy `corrcoef`, to 1e-8.

use super::estimate::at_least;
use super::{Compute, Computed, Counted, CrossProducts, Estimate, Interval, NotComputable, Statistic};

/// An item and at least one other.
const ITEMS: usize = 2;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "item_rest",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(30),
    items_from: ITEMS,
    range: Interval { low: -1.0, high: 1.0 },
    compute: Compute::EachItem(item_rest),
};

/// For each item its correlation with the sum of the others, −1 to 1; or [`NotComputable::TooFewItems`] below two
/// items, [`NotComputable::TooFew`] below two persons, [`NotComputable::NoSpread`] where the item or the rest is always
/// alike.
#[must_use]
pub fn item_rest(answers: &CrossProducts) -> Vec<Computed> {
    let others = answers.scatters_with_others().into_iter();
    others.enumerate().map(|(item, with_rest)| of(answers, item, with_rest)).collect()
}

fn of(answers: &CrossProducts, item: usize, (with_rest, of_rest): (f64, f64)) -> Computed {
    if answers.items() < ITEMS {
        return Err(NotComputable::TooFewItems { items: answers.items(), needed: ITEMS });
    }
    at_least(2, answers.n(), Counted::Persons)?;
    let own = answers.scatter(item, item);
    if own <= 0.0 || of_rest <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    let r = with_rest / (own.sqrt() * of_rest.sqrt());
    Estimate::new(r.clamp(-1.0, 1.0), answers.n())
}
