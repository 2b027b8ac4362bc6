//! Texts as lines that are safe to write anywhere.

use crate::report::Glyphs;
use crate::text::{Clean, wrap};

/// What is written where a line is awaited.
pub(super) const PROMPT: &str = "> ";

/// A text as lines of at most `columns` columns, each ended, without a character that a terminal would obey.
pub(super) fn lines(text: &str, columns: usize, glyphs: Glyphs) -> String {
    let clean = Clean::strip(text);
    let line =
        |line: &str| line.trim_end().chars().map(|character| glyphs.nearest(character)).collect::<String>() + "\n";
    wrap(&clean, columns).into_iter().map(line).collect()
}

/// A beginning of what was written, short enough to be repeated.
pub(super) fn quoted(said: &str) -> String {
    const LONGEST: usize = 40;
    crate::text::truncate(&Clean::strip(said).replace('\n', " "), LONGEST, true).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_written_moves_a_cursor() {
        let text = "satu \u{1b}[2Jdua\r\ntiga\u{9b}K “empat”";
        assert_eq!(lines(text, 10, Glyphs::Ascii), "satu\n[2Jdua\ntigaK\n\"empat\"\n");
    }
}
