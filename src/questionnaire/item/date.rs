use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};

use super::{AnswerFault, Kind, Written};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

/// A day of the Gregorian calendar, as days since 1970-01-01; years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct Day(pub i32);

impl Serialize for Day {
    /// To a program that reads text as `2024-01-31`, else as the number.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&self.civil())
        } else {
            serializer.serialize_i32(self.0)
        }
    }
}

const EPOCH: Date = Date::constant(1970, 1, 1);
/// First and last day that is taken.
const FIRST: Day = Day(-719_162);
const LAST: Day = Day(2_932_896);

impl Day {
    /// The day of a date.
    #[must_use]
    pub fn of(date: Date) -> Option<Self> {
        let days = i32::try_from(date.duration_since(EPOCH).as_hours() / 24).ok()?;
        Some(Self(days)).filter(|day| (FIRST..=LAST).contains(day))
    }

    /// The day written `2024-01-31`.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |digits| parts.next().filter(|part| part.len() == digits && is_digits(part));
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return None;
        }
        Self::from_parts(year, month, day)
    }

    /// The day that was typed: day, month and year with anything but digits between, or year, month and day.
    #[must_use]
    pub fn typed(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        if text.chars().any(char::is_alphabetic) || text.trim_start().starts_with('-') {
            return None;
        }
        match parts.as_slice() {
            [year, month, day] if year.len() == 4 => Self::from_parts(year, month, day),
            [day, month, year] if year.len() == 4 => Self::from_parts(year, month, day),
            _ => None,
        }
    }

    fn from_parts(year: &str, month: &str, day: &str) -> Option<Self> {
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok().and_then(Self::of)
    }

    /// The date; days outside the calendar are its ends.
    #[must_use]
    pub fn civil(self) -> Date {
        let days = jiff::Span::new().try_days(self.0).ok();
        let end = if self.0 < 0 { Date::MIN } else { Date::MAX };
        days.and_then(|days| EPOCH.checked_add(days).ok()).unwrap_or(end)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A date in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dates {
    /// First day taken.
    pub min: Day,
    /// Last day taken; never before `min`.
    pub max: Day,
}

impl Dates {
    /// The date that was typed.
    ///
    /// # Errors
    /// [`AnswerFault`] where nothing, no date, or one outside the range was typed.
    pub fn parse(&self, typed: &str) -> Result<Day, AnswerFault> {
        if typed.trim().is_empty() {
            return Err(AnswerFault::Empty);
        }
        self.check(Day::typed(typed).ok_or(AnswerFault::NotADate)?)
    }

    /// The date itself where it is in the range.
    ///
    /// # Errors
    /// [`AnswerFault::OutOfDates`] where it is not.
    pub fn check(&self, day: Day) -> Result<Day, AnswerFault> {
        if (self.min..=self.max).contains(&day) {
            Ok(day)
        } else {
            Err(AnswerFault::OutOfDates { min: self.min, max: self.max })
        }
    }
}

pub(super) const WRITTEN: Written =
    Written { name: "date", keys: &["min", "max"], counts: false, answered: true, read };

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let (first, last) = (table.optional("min"), table.optional("max"));
    let span = last.as_ref().map(|field| field.span.clone());
    let min = first.map_or(Some(FIRST), |field| field.date(reading));
    let max = last.map_or(Some(LAST), |field| field.date(reading));
    let (min, max) = (min?, max?);
    if min > max {
        let values = [min.civil().to_string(), max.civil().to_string()];
        reading.report(ProblemCode::BadNumberRange, span.unwrap_or_default(), |_| values);
    }
    Some(Kind::Date(Dates { min, max }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_typed_in_either_order() {
        let day = Day::from_iso("2024-02-29").unwrap();
        assert_eq!(day.civil().to_string(), "2024-02-29");
        assert_eq!(Day::from_iso("1970-01-01"), Some(Day(0)));
        for typed in ["29/2/2024", "29-02-2024", " 29 02 2024 ", "2024-02-29", "29.2.2024", "2024/2/29"] {
            assert_eq!(Day::typed(typed), Some(day), "{typed}");
        }
        for typed in ["", "30/2/2024", "29/2/24", "2024", "29 Februari 2024", "-1/2/2024", "1/13/2024", "0/1/2024", "9"]
        {
            assert_eq!(Day::typed(typed), None, "{typed}");
        }
        for written in ["2024-2-9", "29-02-2024", "2023-02-29", "2024-02-29 ", "2024-02-29T00:00"] {
            assert_eq!(Day::from_iso(written), None, "{written}");
        }
        for end in [FIRST, LAST] {
            assert_eq!(Day::of(end.civil()), Some(end));
        }
    }
}
