use super::{AnswerFault, Kind, Written};
use crate::questionnaire::model::Localized;
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

/// A number in a range. Every number is a whole count of its smallest steps: with two decimals, 1.5 is 150.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// Lowest number taken, in steps.
    pub min: i64,
    /// Highest number taken, in steps; never below `min`.
    pub max: i64,
    /// Digits behind the point, 0 to 6.
    pub decimals: u8,
    /// What is counted, shown behind the number.
    pub unit: Option<Localized>,
}

/// More digits than anyone measures.
const MAX_DECIMALS: i64 = 6;

impl Number {
    /// The number that was typed, in steps; a comma or a point stands before the decimals.
    ///
    /// # Errors
    /// [`AnswerFault`] where nothing, no such number, or one outside the range was typed.
    pub fn parse(&self, typed: &str) -> Result<i64, AnswerFault> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AnswerFault::Empty);
        }
        let fault = if self.decimals == 0 {
            AnswerFault::NotWhole
        } else {
            AnswerFault::NotDecimal { decimals: self.decimals }
        };
        self.check(steps(&typed.replace(',', "."), self.decimals).ok_or(fault)?)
    }

    /// The number itself, in steps, where it is in the range.
    ///
    /// # Errors
    /// [`AnswerFault::OutOfRange`] where it is not.
    pub fn check(&self, steps: i64) -> Result<i64, AnswerFault> {
        if (self.min..=self.max).contains(&steps) {
            Ok(steps)
        } else {
            Err(AnswerFault::OutOfRange { min: self.min, max: self.max, decimals: self.decimals })
        }
    }
}

/// A decimal number written with a point, in steps of its last digit; nothing where it has more digits than that.
pub(in crate::questionnaire) fn steps(text: &str, decimals: u8) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let decimals = usize::from(decimals);
    let shaped = !whole.is_empty() && is_digits(whole) && is_digits(fraction) && fraction.len() <= decimals;
    // "1." is a number that is not written to its end.
    let complete = !digits.ends_with('.');
    (shaped && complete).then(|| format!("{sign}{whole}{fraction:0<decimals$}").parse().ok()).flatten()
}

/// Steps as they are typed: 150 with two decimals is `1,50`.
#[must_use]
pub fn written_steps(steps: i64, decimals: u8, point: char) -> String {
    let sign = if steps < 0 { "-" } else { "" };
    let decimals = usize::from(decimals);
    let digits = format!("{:0>width$}", steps.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{fraction}") }
}

pub(super) const WRITTEN: Written =
    Written { name: "number", keys: &["min", "max", "decimals", "unit"], counts: false, answered: true, read };

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let lowest = table.required("min");
    let highest = table.required("max");
    let unit = table.optional("unit").and_then(|field| field.localized(reading));
    let decimals = table.optional("decimals").map_or(Some(0), |field| field.integer(0, MAX_DECIMALS, reading));
    let decimals = u8::try_from(decimals?).ok()?;
    let min = lowest.and_then(|field| field.steps(decimals, reading));
    let span = highest.as_ref().map(|field| field.span.clone());
    let max = highest.and_then(|field| field.steps(decimals, reading));
    let (min, max) = (min?, max?);
    if min > max {
        let range = table.written("min").zip(table.written("max")).unwrap_or_default();
        reading.report(ProblemCode::BadNumberRange, span?, |_| [range.0, range.1]);
    }
    Some(Kind::Number(Number { min, max, decimals, unit }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_whole_and_in_range() {
        let years = Number { min: 0, max: 120, decimals: 0, unit: None };
        let range = AnswerFault::OutOfRange { min: 0, max: 120, decimals: 0 };
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

    #[test]
    fn a_decimal_number_takes_a_comma_or_a_point() {
        let hectares = Number { min: 0, max: 1_000, decimals: 2, unit: None };
        for (typed, expected) in [
            ("1,5", Ok(150)),
            ("1.50", Ok(150)),
            ("0,05", Ok(5)),
            ("10", Ok(1_000)),
            ("1,234", Err(AnswerFault::NotDecimal { decimals: 2 })),
            ("1.2.3", Err(AnswerFault::NotDecimal { decimals: 2 })),
            ("1,", Err(AnswerFault::NotDecimal { decimals: 2 })),
            (",5", Err(AnswerFault::NotDecimal { decimals: 2 })),
            ("-0,01", Err(AnswerFault::OutOfRange { min: 0, max: 1_000, decimals: 2 })),
        ] {
            assert_eq!(hectares.parse(typed), expected, "{typed:?}");
        }
        for steps in [0, 5, 150, 1_000] {
            assert_eq!(hectares.parse(&written_steps(steps, 2, ',')), Ok(steps));
        }
    }
}
