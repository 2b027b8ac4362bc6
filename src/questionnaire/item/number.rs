use super::AnswerFault;
use crate::questionnaire::model::Localized;

/// A whole number in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Lowest number taken.
    pub min: i64,
    /// Highest number taken; never below `min`.
    pub max: i64,
    /// What is counted, shown behind the number.
    pub unit: Option<Localized>,
}

impl Number {
    /// The number that was typed.
    ///
    /// # Errors
    /// [`AnswerFault`] where nothing, no whole number, or one outside the range was typed.
    pub fn parse(&self, typed: &str) -> Result<i64, AnswerFault> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AnswerFault::Empty);
        }
        self.check(typed.parse().map_err(|_| AnswerFault::NotWhole)?)
    }

    /// The number itself where it is in the range.
    ///
    /// # Errors
    /// [`AnswerFault::OutOfRange`] where it is not.
    pub fn check(&self, number: i64) -> Result<i64, AnswerFault> {
        if (self.min..=self.max).contains(&number) {
            Ok(number)
        } else {
            Err(AnswerFault::OutOfRange { min: self.min, max: self.max })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_and_in_range() {
        let years = Number { min: 0, max: 120, unit: None };
        let range = AnswerFault::OutOfRange { min: 0, max: 120 };
        for (typed, expected) in [
            ("0", Ok(0)),
            (" 120 ", Ok(120)),
            ("121", Err(range.clone())),
            ("-1", Err(range)),
            ("1.5", Err(AnswerFault::NotWhole)),
            ("1,5", Err(AnswerFault::NotWhole)),
            ("99999999999999999999", Err(AnswerFault::NotWhole)),
            ("", Err(AnswerFault::Empty)),
            ("  ", Err(AnswerFault::Empty)),
        ] {
            assert_eq!(years.parse(typed), expected, "{typed:?}");
        }
    }
}
