//! ICC(2): how reliable the groups' means are.
//!
//! # What it says
//! How well the means tell the groups apart: near 1 they would come out the same with other persons of the same groups.
//!
//! # Formula
//! (MSB − MSW)/MSB, with the mean squares between and within groups.
//!
//! # Needs
//! Two groups, more persons than groups, and group means that differ. It is shown from 10 groups on.
//!
//! # When it misleads
//! Large groups make it high even where they hardly differ; look at ICC(1) beside it. It can be below 0, which means:
//! the means tell nothing apart.
//!
//! # Source
//! Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, Research, and Methods in Organizations, 349–381.
//!
//! # Checked against
//! R multilevel `ICC2`, Python statsmodels `anova_lm`, to 1e-8.

use super::icc1::MeanSquares;
use super::{Compute, Computed, Counted, Estimate, Interval, NotComputable, Statistic, Summary};

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "icc2",
    counted: Counted::Groups,
    computable_from: 2,
    shown_from: Some(10),
    items_from: 0,
    range: Interval { low: f64::NEG_INFINITY, high: 1.0 },
    compute: Compute::Groups(icc2),
};

/// ICC(2), at most 1. Groups without persons are not counted.
///
/// # Errors
/// [`NotComputable::TooFew`] below two groups, or where there are no more persons than groups;
/// [`NotComputable::NoSpread`] where all groups have the same mean.
pub fn icc2(groups: &[Summary]) -> Computed {
    let squares = MeanSquares::of(groups)?;
    if squares.between <= 0.0 {
        return Err(NotComputable::NoSpread);
    }
    Estimate::new((squares.between - squares.within) / squares.between, squares.groups)
}
