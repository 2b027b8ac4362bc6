use jiff::civil::{Date, DateTime};

use super::Catalogue;

impl Catalogue {
    /// A whole number with the language's mark between thousands: `1.234.567` in Indonesian.
    #[must_use]
    pub fn whole(&self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if number < 0 {
            grouped.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                grouped.push_str(self.forms.thousands.as_str());
            }
            grouped.push(digit);
        }
        grouped
    }

    /// A number of steps of its last decimal: 1234 with two decimals is `12,34` in Indonesian.
    #[must_use]
    pub fn decimal(&self, steps: i64, decimals: u8) -> String {
        if decimals == 0 {
            return self.whole(steps);
        }
        let decimals = usize::from(decimals);
        let digits = format!("{:0>width$}", steps.unsigned_abs(), width = decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - decimals);
        let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| self.whole(whole));
        format!("{}{whole}{}{fraction}", if steps < 0 { "-" } else { "" }, self.forms.decimal)
    }

    /// A date: `23 Nov 2026`.
    #[must_use]
    pub fn date(&self, when: Date) -> String {
        let month = usize::try_from(when.month() - 1).unwrap_or_default();
        let name = self.forms.months.get(month).map_or("?", |name| name.as_str());
        format!("{} {name} {}", when.day(), when.year())
    }

    /// A time of day: `14.05` in Indonesian, `14:05` in English.
    #[must_use]
    pub fn time_of_day(&self, when: DateTime) -> String {
        format!("{:02}{}{:02}", when.hour(), self.forms.hour_minute, when.minute())
    }

    /// A date with its time of day.
    #[must_use]
    pub fn date_time(&self, when: DateTime) -> String {
        format!("{}, {}", self.date(when.date()), self.time_of_day(when))
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{Catalogue, LANGUAGES};

    #[test]
    fn numbers_and_dates_have_the_language_s_form() {
        let [id, en] = LANGUAGES.map(|language| Catalogue::of(language).unwrap());
        for (number, indonesian, english) in
            [(0, "0", "0"), (999, "999", "999"), (1_234_567, "1.234.567", "1,234,567"), (-1000, "-1.000", "-1,000")]
        {
            assert_eq!((id.whole(number).as_str(), en.whole(number).as_str()), (indonesian, english));
        }
        for (steps, decimals, indonesian, english) in [
            (1234, 2, "12,34", "12.34"),
            (-5, 1, "-0,5", "-0.5"),
            (123_456_700, 2, "1.234.567,00", "1,234,567.00"),
            (7, 0, "7", "7"),
        ] {
            let found = (id.decimal(steps, decimals), en.decimal(steps, decimals));
            assert_eq!(found, (indonesian.to_owned(), english.to_owned()));
        }
        let when = jiff::civil::date(2026, 8, 5).at(14, 5, 59, 0);
        assert_eq!(id.date_time(when), "5 Agu 2026, 14.05");
        assert_eq!(en.date_time(when), "5 Aug 2026, 14:05");
    }
}
