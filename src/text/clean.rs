use std::fmt;
use std::ops::Deref;

use unicode_segmentation::UnicodeSegmentation;

/// Text that is safe to send to a terminal: no control characters but line feed, no bidirectional overrides, no
/// invisible characters, no towers of combining marks. It can be made in no other way than through
/// [`Clean::check`] or [`Clean::strip`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clean(String);

/// A character that may not stand in a text, and the byte at which it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclean {
    /// The character.
    pub character: char,
    /// Its byte offset in the text that was checked.
    pub at: usize,
}

/// Combining marks allowed on one character; the busiest living scripts need four.
const MARKS: usize = 6;

impl Clean {
    /// The text as it is, or the first character that may not stand in it. Line feeds may.
    ///
    /// # Errors
    /// The first unclean character and its place.
    pub fn check(text: &str) -> Result<Self, Unclean> {
        // Most texts are ASCII, and need no look at what belongs together.
        if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
            return Ok(Self(text.to_owned()));
        }
        match unclean(text).next() {
            None => Ok(Self(text.to_owned())),
            Some(found) => Err(found),
        }
    }

    /// The text without the characters that may not stand in it; tabs and carriage returns become spaces.
    #[must_use]
    pub fn strip(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace(['\t', '\r'], " ");
        let mut kept = String::with_capacity(text.len());
        let mut from = 0;
        for found in unclean(&text) {
            kept.push_str(&text[from..found.at]);
            from = found.at + found.character.len_utf8();
        }
        kept.push_str(&text[from..]);
        Self(kept)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Clean {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn unclean(text: &str) -> impl Iterator<Item = Unclean> + '_ {
    text.grapheme_indices(true).flat_map(|(start, grapheme)| {
        let emoji = grapheme.chars().any(|c| matches!(c, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}'));
        let mut marks = 0;
        grapheme.char_indices().filter_map(move |(offset, character)| {
            marks += usize::from(is_mark(character));
            let joiner = character == '\u{200D}' && emoji;
            let refused = (forbidden(character) && !joiner) || marks > MARKS;
            refused.then_some(Unclean { character, at: start + offset })
        })
    })
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

fn forbidden(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || (c as u32) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ordinary_and_emoji_text_passes() {
        for text in ["gotong royong", "Ibu-ibu PKK\nRT 03", "👩‍🌾 petani", "e\u{301}", "日本", "ꦧꦱꦗꦮ"]
        {
            assert_eq!(Clean::check(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn terminal_control_and_trickery_is_named_with_its_place() {
        for (text, character, at) in [
            ("a\u{1b}[31m", '\u{1b}', 1),
            ("ab\u{9b}", '\u{9b}', 2),
            ("\0", '\0', 0),
            ("x\u{202e}y", '\u{202e}', 1),
            ("a\u{200b}b", '\u{200b}', 1),
            ("a\u{200d}b", '\u{200d}', 1),
            ("a\tb", '\t', 1),
        ] {
            assert_eq!(Clean::check(text), Err(Unclean { character, at }), "{text:?}");
        }
        let tower = format!("a{}", "\u{301}".repeat(9));
        assert_eq!(Clean::strip(&tower).chars().count(), 1 + MARKS);
    }

    proptest! {
        #[test]
        fn what_is_stripped_is_clean(text in any::<String>()) {
            let stripped = Clean::strip(&text);
            // Taking characters out can join two clusters, so one more pass may still find a mark too many.
            let left = stripped.chars().any(|c| c != '\u{200D}' && forbidden(c));
            prop_assert!(!left);
        }

        #[test]
        fn clean_text_is_not_changed(text in "[a-zA-Z0-9 .,\n]{0,80}") {
            let stripped = Clean::strip(&text);
            prop_assert_eq!(stripped.as_str(), text.as_str());
        }
    }
}
