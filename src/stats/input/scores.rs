use super::{Moments, Summary};
use crate::stats::real::{length, natural, real};

/// Scores of many persons in percent of maximum possible, although not everybody answered every item: whole numbers,
/// kept apart by how many items were answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scores {
    points: u16,
    by_answered: Vec<Moments>,
}

impl Scores {
    /// No persons yet. All items have so many points; with fewer than two there is no percentage, and nothing is added.
    #[must_use]
    pub fn new(points: u16) -> Self {
        Self { points, by_answered: Vec::new() }
    }

    /// Adds one person: the sum of the answers, keyed, each with the lowest point 0, and how many answers these are.
    /// Without answers there is no score, and nothing is added. Whether enough are answered is the caller's to say.
    pub fn add(&mut self, sum: i32, answered: usize) {
        let mut one = Moments::default();
        one.add(sum);
        self.add_moments(answered, &one);
    }

    /// Adds persons who all answered so many items, added up elsewhere.
    pub fn add_moments(&mut self, answered: usize, sums: &Moments) {
        if answered == 0 || self.points < 2 {
            return;
        }
        if self.by_answered.len() <= answered {
            self.by_answered.resize(answered + 1, Moments::default());
        }
        self.by_answered[answered].merge(sums);
    }

    /// Adds all that was added to another, whose items have the same points.
    pub fn merge(&mut self, other: &Self) {
        for (answered, moments) in other.by_answered.iter().enumerate() {
            self.add_moments(answered, moments);
        }
    }

    /// How many persons have a score.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.by_answered.iter().fold(0, |sum, moments| sum.saturating_add(moments.n()))
    }

    /// Count, mean and spread of the scores, 0 to 100.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let top = f64::from(self.points.saturating_sub(1));
        let parts = self.by_answered.iter().enumerate().filter(|(_, moments)| moments.n() > 0);
        let parts: Vec<(f64, f64, f64)> = parts
            .map(|(answered, moments)| {
                let (n, most) = (natural(moments.n()), length(answered) * top);
                (n, 100.0 * real(moments.sum()) / (n * most), moments.summary().squares() * (100.0 / most).powi(2))
            })
            .collect();
        let Some((_, first, _)) = parts.first() else { return Summary::EMPTY };
        let n = natural(self.n());
        let mean = first + parts.iter().map(|(n, mean, _)| n * (mean - first)).sum::<f64>() / n;
        let squares = parts.iter().map(|(n, own, squares)| squares + n * (own - mean).powi(2)).sum();
        Summary::new(self.n(), mean, squares)
    }
}
