use super::Summary;
use crate::stats::real::{cross, natural, real};

/// Whole numbers, such as coded answers or sums of them, as their count, their sum and the sum of their squares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    n: u64,
    sum: i128,
    squares: i128,
}

impl Moments {
    /// Moments added up elsewhere: how many values, their sum, the sum of their squares.
    #[must_use]
    pub fn from_parts(n: u64, sum: i64, squares: u64) -> Self {
        Self { n, sum: sum.into(), squares: squares.into() }
    }

    pub(super) fn from_wide_parts(n: u64, sum: i128, squares: i128) -> Self {
        Self { n, sum, squares }
    }

    /// Adds one value.
    pub fn add(&mut self, value: i32) {
        self.add_times(value, 1);
    }

    /// Adds a value so many times.
    pub fn add_times(&mut self, value: i32, times: u64) {
        let (value, many) = (i128::from(value), i128::from(times));
        self.merge(&Self { n: times, sum: value * many, squares: value * value * many });
    }

    /// Adds all that was added to another.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// How many values there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// Count, mean and spread.
    #[must_use]
    pub fn summary(&self) -> Summary {
        if self.n == 0 {
            return Summary::EMPTY;
        }
        let n = natural(self.n);
        Summary::new(self.n, real(self.sum) / n, cross(self.n, self.squares, self.sum, self.sum) / n)
    }
}
