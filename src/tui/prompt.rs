use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::{Clean, width};

/// More characters than any line takes: what is longer is refused where it is typed, with a word.
const LONGEST: usize = 10_001;

/// A line being typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Prompt(Input);

impl Prompt {
    /// A line that begins with `text`, the cursor behind it.
    pub(super) fn new(text: &str) -> Self {
        Self(Input::new(text.to_owned()))
    }

    /// What has been typed.
    pub(super) fn text(&self) -> &str {
        self.0.value()
    }

    /// Changes the line; a character that may not stand in a text changes nothing. True where the text changed.
    pub(super) fn edit(&mut self, request: InputRequest) -> bool {
        if let InputRequest::InsertChar(character) = request
            && (character == '\n' || Clean::check(character.encode_utf8(&mut [0; 4])).is_err())
        {
            return false;
        }
        self.0.handle(request).is_some_and(|change| change.value)
    }

    /// Inserts pasted text at the cursor, its line ends as spaces, and no more of it than any line takes. True where
    /// the text changed.
    pub(super) fn paste(&mut self, text: &str) -> bool {
        let room = LONGEST.saturating_sub(self.text().chars().count());
        let begin: String = text.chars().take(room).collect();
        let pasted = Clean::strip(begin.trim_end()).replace('\n', " ");
        let (before, after) = self.text().split_at(self.cursor());
        let place = self.0.cursor() + pasted.chars().count();
        self.0 = Input::new(format!("{before}{pasted}{after}")).with_cursor(place);
        !pasted.is_empty()
    }

    /// The cursor's place in bytes.
    fn cursor(&self) -> usize {
        self.text().char_indices().nth(self.0.cursor()).map_or(self.text().len(), |(at, _)| at)
    }

    /// The text in lines of at most so many columns, every character in one of them, broken behind spaces where it can
    /// be; and the cursor's line and column. There is always a line, and always room for the cursor.
    pub(super) fn lines(&self, columns: usize) -> (Vec<&str>, (usize, usize)) {
        let text = self.text();
        let room = columns.saturating_sub(1).max(1);
        let mut starts = vec![0];
        let (mut start, mut after_space) = (0, None);
        for (at, grapheme) in text.grapheme_indices(true) {
            if width(&text[start..at + grapheme.len()]) > room && at > start {
                start = after_space.filter(|space| *space > start && grapheme != " ").unwrap_or(at);
                starts.push(start);
            }
            if grapheme == " " {
                after_space = Some(at + 1);
            }
        }
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        let lines: Vec<&str> = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect();
        let cursor = self.cursor();
        let line = starts.iter().rposition(|start| *start <= cursor).unwrap_or_default();
        (lines, (line, width(&text[starts[line]..cursor])))
    }

    /// The part that fits into `columns`, and the cursor's column in it.
    pub(super) fn visible(&self, columns: usize) -> (&str, usize) {
        let (text, cursor) = (self.text(), self.cursor());
        let mut before = 0;
        let start = text[..cursor].grapheme_indices(true).rev().take_while(|(_, grapheme)| {
            before += width(grapheme);
            before < columns
        });
        let start = start.last().map_or(cursor, |(at, _)| at);
        let mut all = 0;
        let end = text[start..].grapheme_indices(true).take_while(|(_, grapheme)| {
            all += width(grapheme);
            all <= columns
        });
        let end = end.last().map_or(start, |(at, grapheme)| start + at + grapheme.len());
        (&text[start..end], width(&text[start..cursor]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_paste_is_one_clean_line() {
        let mut prompt = Prompt::new("a");
        assert!(prompt.paste("b\r\nc\u{1b}[2Jd\n"));
        assert_eq!(prompt.text(), "ab c[2Jd");
    }

    #[test]
    fn a_paste_goes_in_at_the_cursor_and_has_an_end() {
        let mut prompt = Prompt::new("ad");
        prompt.edit(InputRequest::GoToPrevChar);
        assert!(prompt.paste("bc"));
        assert!(prompt.edit(InputRequest::InsertChar('é')));
        assert_eq!(prompt.text(), "abcéd");
        assert!(prompt.paste(&"x".repeat(10_000_000)));
        assert_eq!(prompt.text().chars().count(), LONGEST);
    }

    proptest! {
        #[test]
        fn lines_hold_every_character_and_the_cursor(text in "[a-z日é ]{0,90}", back in 0usize..90, columns in 4usize..30) {
            let mut prompt = Prompt::new(&text);
            for _ in 0..back {
                prompt.edit(InputRequest::GoToPrevChar);
            }
            let (lines, (row, column)) = prompt.lines(columns);
            prop_assert_eq!(lines.concat(), text);
            prop_assert!(lines.iter().all(|line| width(line) <= columns), "{:?}", lines);
            prop_assert!(row < lines.len() && column < columns, "{} {} {:?}", row, column, lines);
        }

        #[test]
        fn the_cursor_is_always_in_sight(text in "[a-z日é]{0,60}", back in 0usize..60, columns in 3usize..30) {
            let mut prompt = Prompt::new(&text);
            for _ in 0..back {
                prompt.edit(InputRequest::GoToPrevChar);
            }
            let (visible, cursor) = prompt.visible(columns);
            prop_assert!(width(visible) <= columns && cursor <= columns, "{visible:?} {cursor}");
        }
    }
}
