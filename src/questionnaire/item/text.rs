use super::{AnswerFault, Kind, Written};
use crate::questionnaire::reading::{MAX_CHARACTERS, Reading};
use crate::questionnaire::table::Table;
use crate::text::Clean;

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The most characters it takes, 1 to 10 000.
    pub max: usize,
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

pub(super) const WRITTEN: Written = Written { name: "text", keys: &["max_characters"], counts: false, read };

const DEFAULT_MAX: usize = 200;

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    let Some(field) = table.optional("max_characters") else {
        return Some(Kind::Text(Text { max: DEFAULT_MAX }));
    };
    let max = field.integer(1, i64::try_from(MAX_CHARACTERS).ok()?, reading)?;
    Some(Kind::Text(Text { max: usize::try_from(max).ok()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_clean_trimmed_and_not_too_long() {
        let line = Text { max: 5 };
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
