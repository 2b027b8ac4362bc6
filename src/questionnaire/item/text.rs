use super::{AnswerFault, Kind, Written};
use crate::questionnaire::reading::{MAX_CHARACTERS, Reading};
use crate::questionnaire::table::Table;
use crate::text::Clean;

/// A text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The most characters it takes, 1 to 10 000.
    pub max: usize,
    /// Whether it has room for several lines.
    pub long: bool,
}

impl Text {
    /// What was typed, made clean, without space at its ends.
    ///
    /// # Errors
    /// [`AnswerFault`] where nothing or too much was typed.
    pub fn parse(&self, typed: &str) -> Result<String, AnswerFault> {
        let clean = Clean::strip(typed);
        let typed = clean.trim();
        if typed.is_empty() {
            Err(AnswerFault::Empty)
        } else if typed.chars().count() > self.max {
            Err(AnswerFault::TooLong { max: self.max })
        } else {
            Ok(typed.to_owned())
        }
    }
}

pub(super) const WRITTEN: Written =
    Written { name: "text", keys: &["max_characters", "long"], counts: false, answered: true, read };

const DEFAULT_MAX: usize = 200;
const DEFAULT_MAX_LONG: usize = 2_000;

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let long = table.flag("long", false, reading)?;
    let max = match table.optional("max_characters") {
        Some(field) => field.count(1, MAX_CHARACTERS, reading)?,
        None if long => DEFAULT_MAX_LONG,
        None => DEFAULT_MAX,
    };
    Some(Kind::Text(Text { max, long }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_clean_trimmed_and_not_too_long() {
        let line = Text { max: 5, long: false };
        for (typed, expected) in [
            (" RT 3 ", Ok("RT 3".to_owned())),
            ("a\u{1b}b", Ok("ab".to_owned())),
            ("enam huruf", Err(AnswerFault::TooLong { max: 5 })),
            (" \u{200b} ", Err(AnswerFault::Empty)),
        ] {
            assert_eq!(line.parse(typed), expected, "{typed:?}");
        }
    }
}
