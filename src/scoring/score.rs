use crate::questionnaire::{Keying, Level, LevelBounds};
use crate::stats::mdc95::Z95;

/// A score with its uncertainty, all in percent of maximum possible, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// The score.
    pub value: f64,
    /// Standard error of measurement.
    pub sem: f64,
    /// Lower end of the 95 % band, clipped to 0.
    pub low: f64,
    /// Upper end of the 95 % band, clipped to 100.
    pub high: f64,
}

impl Score {
    /// A score with the band value ± 1.96 SEM, clipped to 0 to 100.
    #[must_use]
    pub fn new(value: f64, sem: f64) -> Self {
        let reach = Z95 * sem;
        Self { value, sem, low: (value - reach).max(0.0), high: (value + reach).min(100.0) }
    }

    /// The level of the score, and those at the two ends of its band.
    #[must_use]
    pub fn levels(&self, bounds: &LevelBounds) -> (Level, Level, Level) {
        let level = |value: f64| {
            if value < bounds.middle_from {
                Level::Low
            } else if value < bounds.high_from {
                Level::Middle
            } else {
                Level::High
            }
        };
        (level(self.low), level(self.value), level(self.high))
    }

    /// Whether it differs from `other` by more than chance alone explains (95 %).
    #[must_use]
    pub fn differs_from(&self, other: &Self) -> bool {
        (self.value - other.value).abs() > gap_needed(self.sem, other.sem)
    }
}

/// The value an answer counts with when its item is reversed: L + H − x. It is its own inverse.
#[must_use]
pub fn reversed(value: u16, lowest: u16, highest: u16) -> u16 {
    lowest + highest - value
}

/// The value an answer counts with, on points from 1 to `highest`.
pub(super) fn keyed(value: u16, highest: u16, keying: Keying) -> u16 {
    match keying {
        Keying::Direct => value,
        Keying::Reversed => reversed(value, 1, highest),
    }
}

/// Percent of maximum possible, 0 to 100: 100 (mean − L)/(H − L) (Cohen, Cohen, Aiken & West 1999).
#[must_use]
pub fn percent_of_maximum(mean: f64, lowest: u16, highest: u16) -> f64 {
    100.0 * (mean - f64::from(lowest)) / (f64::from(highest) - f64::from(lowest))
}

/// Standard error of measurement, SD·√(1 − r) (Lord & Novick 1968), in the unit of `sd`.
#[must_use]
pub fn standard_error(sd: f64, reliability: f64) -> f64 {
    sd * (1.0 - reliability).sqrt()
}

/// The difference two scores of one person must exceed before it is called one: 1.96·√(SEM₁² + SEM₂²).
#[must_use]
pub fn gap_needed(sem: f64, other: f64) -> f64 {
    Z95 * sem.hypot(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worked_figures_hold() {
        // SD 18 and r .80: SEM 8.0, band ±15.8, smallest difference 22.3.
        let sem = standard_error(18.0, 0.80);
        assert!((sem - 8.05).abs() < 0.005);
        let score = Score::new(50.0, sem);
        assert!((score.high - 50.0 - 15.78).abs() < 0.005 && (50.0 - score.low - 15.78).abs() < 0.005);
        assert!((gap_needed(sem, sem) - 22.31).abs() < 0.005);
        assert!(!score.differs_from(&Score::new(72.3, sem)));
        assert!(score.differs_from(&Score::new(72.4, sem)));
    }

    proptest! {
        #[test]
        fn reversal_is_its_own_inverse(lowest in 0u16..3, points in 2u16..12, step in 0u16..11) {
            let highest = lowest + points - 1;
            let value = lowest + step.min(points - 1);
            let turned = reversed(value, lowest, highest);
            prop_assert!((lowest..=highest).contains(&turned));
            prop_assert_eq!(reversed(turned, lowest, highest), value);
        }

        #[test]
        fn bands_hold_their_score_and_stay_in_range(value in 0.0f64..=100.0, sd in 0.1f64..=50.0, r in 0.0f64..1.0) {
            let score = Score::new(value, standard_error(sd, r));
            prop_assert!(0.0 <= score.low && score.low <= score.value);
            prop_assert!(score.value <= score.high && score.high <= 100.0);
        }
    }
}
