use super::{CrossProducts, Summary};
use crate::stats::NotComputable;
use crate::stats::real::natural;

/// Persons measured twice: what they were before, after, and how much they changed (after − before).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pairs {
    /// The first measurement.
    pub before: Summary,
    /// The second measurement.
    pub after: Summary,
    /// The second less the first, person by person.
    pub change: Summary,
}

impl Pairs {
    /// Pairs of single values, before and after.
    ///
    /// # Errors
    /// [`NotComputable::NotFinite`] where a value is NaN or endless, or all together are too large.
    pub fn of(pairs: &[(f64, f64)]) -> Result<Self, NotComputable> {
        let each = |value: fn(&(f64, f64)) -> f64| Summary::of(&pairs.iter().map(value).collect::<Vec<_>>());
        Ok(Self { before: each(|pair| pair.0)?, after: each(|pair| pair.1)?, change: each(|pair| pair.1 - pair.0)? })
    }
}

impl TryFrom<&CrossProducts> for Pairs {
    type Error = NotComputable;

    /// Pairs of whole numbers, before in the first place and after in the second.
    fn try_from(products: &CrossProducts) -> Result<Self, NotComputable> {
        let (Some(before), Some(after), 2) = (products.moments(0), products.moments(1), products.items()) else {
            return Err(NotComputable::TooFewItems { items: products.items(), needed: 2 });
        };
        if products.n() == 0 {
            return Ok(Self { before: Summary::EMPTY, after: Summary::EMPTY, change: Summary::EMPTY });
        }
        let n = natural(products.n());
        let mean = crate::stats::real::real(after.sum() - before.sum()) / n;
        let squares = (products.scatter(0, 0) + products.scatter(1, 1) - 2.0 * products.scatter(0, 1)) / n;
        let change = Summary::new(products.n(), mean, squares);
        Ok(Self { before: before.summary(), after: after.summary(), change })
    }
}

/// One person measured twice with an instrument of known error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Retest {
    /// The first score.
    pub before: f64,
    /// The second score.
    pub after: f64,
    /// Standard error of measurement, in the unit of the scores, above 0.
    pub sem: f64,
}
