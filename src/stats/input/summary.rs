use crate::stats::estimate::at_least;
use crate::stats::real::{count, finite, natural};
use crate::stats::{Counted, NotComputable};

/// How many values there are, their mean, and how far they lie from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    n: u64,
    mean: f64,
    squares: f64,
}

impl Summary {
    pub(super) const EMPTY: Self = Self { n: 0, mean: 0.0, squares: 0.0 };

    pub(super) fn new(n: u64, mean: f64, squares: f64) -> Self {
        Self { n, mean, squares: squares.max(0.0) }
    }

    /// The summary of single values. Where it matters that neither order nor threads change the last digit, use
    /// [`super::Moments`] or [`super::Scores`].
    ///
    /// # Errors
    /// [`NotComputable::NotFinite`] where a value is NaN or endless, or all together are too large.
    pub fn of(values: &[f64]) -> Result<Self, NotComputable> {
        let Some(first) = values.first() else { return Ok(Self::EMPTY) };
        let n = natural(count(values.len()));
        // Measured from the first, so that values that are all alike have no spread at all.
        let shift = values.iter().map(|value| value - first).sum::<f64>() / n;
        let squares = values.iter().map(|value| (value - first - shift).powi(2)).sum();
        Ok(Self { n: count(values.len()), mean: finite(first + shift)?, squares: finite(squares)? })
    }

    /// How many values there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Their mean.
    ///
    /// # Errors
    /// [`NotComputable::TooFew`] without values.
    pub fn mean(&self) -> Result<f64, NotComputable> {
        at_least(1, self.n, Counted::Persons)?;
        Ok(self.mean)
    }

    /// Sum of the squared distances from the mean.
    #[must_use]
    pub fn squares(&self) -> f64 {
        self.squares
    }

    /// Their variance, with n − 1.
    ///
    /// # Errors
    /// [`NotComputable::TooFew`] below two values.
    pub fn variance(&self) -> Result<f64, NotComputable> {
        at_least(2, self.n, Counted::Persons)?;
        Ok(self.squares / natural(self.n - 1))
    }
}
