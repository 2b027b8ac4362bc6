use super::{AnswerFault, Kind, Written};
use crate::questionnaire::model::Localized;
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

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

pub(super) const WRITTEN: Written = Written { name: "number", keys: &["min", "max", "unit"], counts: false, read };

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let lowest = table.required("min");
    let highest = table.required("max");
    let unit = table.optional("unit").and_then(|field| field.localized(reading));
    let min = lowest.and_then(|field| field.integer(i64::MIN, i64::MAX, reading));
    let span = highest.as_ref().map(|field| field.span.clone());
    let max = highest.and_then(|field| field.integer(i64::MIN, i64::MAX, reading));
    let (min, max) = (min?, max?);
    if min > max {
        reading.report(ProblemCode::BadNumberRange, span?, |_| [min.to_string(), max.to_string()]);
    }
    Some(Kind::Number(Number { min, max, unit }))
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
