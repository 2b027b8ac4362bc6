//! Cronbach's α of the items that are left when one is dropped, for each item.
//!
//! # What it says
//! Whether an item fits the others: where α rises without it, it does not.
//!
//! # Formula
//! α of the other k − 1 items, over the persons who answered all k.
//!
//! # Needs
//! Three items, two persons who answered all of them, and sums that differ. It is shown from 30 persons on.
//!
//! # When it misleads
//! Differences of a few hundredths are chance. Dropping items until α is high makes a scale that asks one thing in
//! several ways and leaves the rest of the aspect out.
//!
//! # Source
//! Cronbach (1951), Psychometrika 16, 297–334.
//!
//! # Checked against
//! R psych `alpha`, Python pingouin `cronbach_alpha`, to 1e-8.

use super::{Compute, Computed, Counted, CrossProducts, Interval, NotComputable, Statistic, alpha};

/// Fewest items of which two are left.
const ITEMS: usize = 3;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "alpha_if_dropped",
    counted: Counted::Persons,
    computable_from: 2,
    shown_from: Some(30),
    items_from: ITEMS,
    range: Interval { low: f64::NEG_INFINITY, high: 1.0 },
    compute: Compute::EachItem(alpha_if_dropped),
};

/// For each item, α without it, at most 1, with its interval; or for each the reason why there is none, as in
/// [`alpha::alpha`].
#[must_use]
pub fn alpha_if_dropped(answers: &CrossProducts) -> Vec<Computed> {
    let items = 0..answers.items();
    let without = |dropped: usize| {
        if answers.items() < ITEMS {
            return Err(NotComputable::TooFewItems { items: answers.items(), needed: ITEMS });
        }
        alpha::of(answers, &items.clone().filter(|item| *item != dropped).collect::<Vec<_>>())
    };
    items.clone().map(without).collect()
}
