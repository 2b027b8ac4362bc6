//! How values are written as text, alike in every format.

use crate::interview::InterviewId;
use crate::questionnaire::Day;

/// What a spreadsheet begins a formula with.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Whether a spreadsheet would run a text, or would take the apostrophe away that says it must not.
pub(super) fn is_run(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA) && !is_number(text)
}

/// Whether a text is a negative number, which is none to be run.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or_default();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A cell of a CSV file (RFC 4180), with an apostrophe before what a spreadsheet would run. Taking one apostrophe from
/// before each such beginning gives the text again.
pub(super) fn cell(to: &mut Vec<u8>, text: &str) {
    let quoted = text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        || text.starts_with(' ')
        || text.ends_with(' ');
    if quoted {
        to.push(b'"');
    }
    if is_run(text) {
        to.push(b'\'');
    }
    if quoted {
        for part in text.split_inclusive('"') {
            to.extend_from_slice(part.as_bytes());
            if part.ends_with('"') {
                to.push(b'"');
            }
        }
        to.push(b'"');
    } else {
        to.extend_from_slice(text.as_bytes());
    }
}

/// A line of a CSV file.
pub(super) fn line<T: AsRef<str>>(to: &mut Vec<u8>, cells: &[T]) {
    for (place, text) in cells.iter().enumerate() {
        if place > 0 {
            to.push(b',');
        }
        cell(to, text.as_ref());
    }
    to.push(b'\n');
}

/// An identity as it is written everywhere.
pub(super) fn id(to: &mut Vec<u8>, id: InterviewId) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (place, byte) in id.0.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            to.push(b'-');
        }
        to.push(DIGITS[usize::from(byte >> 4)]);
        to.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// A whole number.
pub(super) fn whole(to: &mut Vec<u8>, number: i64) {
    let mut digits = [0; 20];
    let mut from = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        from -= 1;
        digits[from] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        to.push(b'-');
    }
    to.extend_from_slice(&digits[from..]);
}

/// Moments as `2026-11-01T07:30:00.125Z`. Interviews follow each other, so the last day's date is mostly the next one's.
#[derive(Debug, Default)]
pub(super) struct Moments {
    day: Option<i64>,
    date: String,
}

const DAY: i64 = 86_400_000;

impl Moments {
    pub(super) fn write(&mut self, to: &mut Vec<u8>, unix_ms: i64) {
        let day = unix_ms.div_euclid(DAY);
        if self.day != Some(day) {
            self.day = Some(day);
            self.date = date(i32::try_from(day).unwrap_or(i32::MAX));
        }
        let of_day = unix_ms.rem_euclid(DAY);
        to.extend_from_slice(self.date.as_bytes());
        let parts = [(b'T', of_day / 3_600_000), (b':', of_day / 60_000 % 60), (b':', of_day / 1_000 % 60)];
        for (before, part) in parts {
            to.extend_from_slice(&[before, digit(part / 10), digit(part)]);
        }
        let ms = of_day % 1_000;
        to.extend_from_slice(&[b'.', digit(ms / 100), digit(ms / 10), digit(ms), b'Z']);
    }

    pub(super) fn text(&mut self, unix_ms: i64) -> String {
        let mut bytes = Vec::with_capacity(24);
        self.write(&mut bytes, unix_ms);
        String::from_utf8(bytes).unwrap_or_default()
    }
}

fn digit(number: i64) -> u8 {
    b'0' + u8::try_from(number % 10).unwrap_or_default()
}

/// A whole number as programs for statistics keep every number.
#[expect(clippy::cast_precision_loss, reason = "no answer has more than the 15 digits that a double keeps")]
pub(super) fn double(number: i64) -> f64 {
    number as f64
}

/// Steps of a last digit as the double that is closest to the decimal number: the quotient of two whole ones.
pub(super) fn decimal(steps: i64, decimals: u8) -> f64 {
    double(steps) / 10f64.powi(i32::from(decimals))
}

/// A day as `2026-11-01`.
pub(super) fn date(days: i32) -> String {
    Day(days).civil().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_never_run() {
        for (text, expected) in [
            ("", ""),
            ("a b", "a b"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            ("one\ntwo", "\"one\ntwo\""),
            (" a", "\" a\""),
            ("=1+1", "'=1+1"),
            ("-1", "-1"),
            ("-1.5", "-1.5"),
            ("-1+1", "'-1+1"),
            ("+1", "'+1"),
            ("@a,b", "\"'@a,b\""),
            ("'=1", "''=1"),
            ("'a", "'a"),
            ("👩‍🌾 مرحبا", "👩‍🌾 مرحبا"),
        ] {
            assert_eq!(of(|to| cell(to, text)), expected, "{text:?}");
        }
    }

    #[test]
    fn moments_and_numbers_are_written_as_others_write_them() {
        let mut moments = Moments::default();
        for unix_ms in [0, -1, 1_793_491_200_000, 1_793_491_200_123, 1_793_577_599_999, -62_000_000_000_000] {
            let expected = jiff::Timestamp::from_millisecond(unix_ms).unwrap();
            assert_eq!(moments.text(unix_ms), format!("{expected:.3}"), "{unix_ms}");
        }
        moments.text(i64::MAX);
        moments.text(i64::MIN);
        for number in [0, 7, -7, 10, 1_000_000, i64::MAX, i64::MIN] {
            assert_eq!(of(|to| whole(to, number)), number.to_string());
        }
        let identity = InterviewId([0x01, 0x9a, 0xbc, 0xde, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0xff]);
        assert_eq!(of(|to| id(to, identity)), identity.to_string());
    }
}
