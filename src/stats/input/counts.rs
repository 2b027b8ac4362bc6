use super::{Moments, Summary};
use crate::stats::real::{natural, real};

/// How often each point of a response format was answered, the lowest point first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts(Vec<u64>);

impl Counts {
    /// No answers yet, to an item with so many points.
    #[must_use]
    pub fn new(points: usize) -> Self {
        Self(vec![0; points])
    }

    /// Adds one answer; the lowest point is 0. An answer beyond the points is not one of the item's and not counted.
    pub fn add(&mut self, point: usize) {
        if let Some(count) = self.0.get_mut(point) {
            *count = count.saturating_add(1);
        }
    }

    /// Adds all that was added to another; points that only the other has are added.
    pub fn merge(&mut self, other: &Self) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        for (count, more) in self.0.iter_mut().zip(&other.0) {
            *count = count.saturating_add(*more);
        }
    }

    /// The counts, the lowest point first.
    #[must_use]
    pub fn counts(&self) -> &[u64] {
        &self.0
    }

    /// How many points there are.
    #[must_use]
    pub fn points(&self) -> usize {
        self.0.len()
    }

    /// How many answers there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The answers as whole numbers, the lowest point 0.
    #[must_use]
    pub fn moments(&self) -> Moments {
        let mut moments = Moments::default();
        for (point, count) in (0..).zip(&self.0) {
            moments.add_times(point, *count);
        }
        moments
    }

    /// Count, mean and spread of the answers, the lowest point 0.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.moments().summary()
    }

    /// The share of each point; nothing without answers.
    pub(in crate::stats) fn shares(&self) -> Vec<f64> {
        let n = real(self.0.iter().map(|count| i128::from(*count)).sum());
        if n == 0.0 { Vec::new() } else { self.0.iter().map(|count| natural(*count) / n).collect() }
    }
}

impl From<Counts> for Vec<u64> {
    fn from(counts: Counts) -> Self {
        counts.0
    }
}

impl From<&[u64]> for Counts {
    fn from(counts: &[u64]) -> Self {
        Self(counts.to_vec())
    }
}
