//! Where in the file a character of a decoded text is written.

use std::ops::Range;

/// The place, within the TOML string `raw` with its quotation marks, of the character at byte `at` of its decoded
/// text, in which line ends are single line feeds; the whole string where it has no such character.
pub(super) fn spot(raw: &str, at: usize) -> Range<usize> {
    let (opening, escapes) = opening(raw);
    let mut place = opening;
    let mut decoded = 0;
    while let Some((length, width)) = step(&raw[place..], escapes) {
        if decoded >= at && width > 0 {
            return place..place + length;
        }
        place += length;
        decoded += width;
    }
    0..raw.len()
}

/// Bytes before the first character of the text, and whether a backslash is an escape in it.
fn opening(raw: &str) -> (usize, bool) {
    let escapes = raw.starts_with('"');
    for marks in ["\"\"\"", "'''"] {
        if let Some(text) = raw.strip_prefix(marks) {
            let line_end = if text.starts_with("\r\n") { 2 } else { usize::from(text.starts_with('\n')) };
            return (marks.len() + line_end, escapes);
        }
    }
    (usize::from(raw.starts_with(['"', '\''])), escapes)
}

/// Bytes that the next character takes in the file, and in the decoded text.
fn step(rest: &str, escapes: bool) -> Option<(usize, usize)> {
    let mut characters = rest.chars();
    let first = characters.next()?;
    if first == '\r' && rest.starts_with("\r\n") {
        return Some((2, 1));
    }
    if first != '\\' || !escapes {
        return Some((first.len_utf8(), first.len_utf8()));
    }
    let hexadecimal = |digits: usize| {
        let code = rest.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        Some((2 + digits, code.and_then(char::from_u32)?.len_utf8()))
    };
    match characters.next() {
        Some('x') => hexadecimal(2),
        Some('u') => hexadecimal(4),
        Some('U') => hexadecimal(8),
        Some(' ' | '\t' | '\r' | '\n') => {
            Some((rest.len() - rest[1..].trim_start_matches([' ', '\t', '\r', '\n']).len(), 0))
        }
        Some(other) => Some((1 + other.len_utf8(), 1)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_character_is_found_where_it_is_written() {
        for (raw, at, expected) in [
            ("\"abc\"", 1, "b"),
            ("\"a\\u001bc\"", 1, "\\u001b"),
            ("\"é\\ec\"", 2, "\\e"),
            ("'a\\e\u{202e}'", 3, "\u{202e}"),
            ("\"\"\"\na\\\n   \u{9b}\"\"\"", 1, "\u{9b}"),
            ("'''\r\na\r\n\u{200b}'''", 2, "\u{200b}"),
            ("\"\\U0000202Ex\"", 0, "\\U0000202E"),
        ] {
            assert_eq!(&raw[spot(raw, at)], expected, "{raw:?}");
        }
        assert_eq!(spot("\"a\"", 9), 0..3);
    }

    proptest! {
        #[test]
        fn every_way_of_writing_a_text_is_followed(
            before in "[a-z é\n]{0,9}", after in "[a-z]{0,4}", character in "[\u{80}-\u{9f}\u{200b}-\u{200f}]", short: bool,
        ) {
            let code = u32::from(character.chars().next().unwrap());
            let escape = if short { format!("\\u{code:04X}") } else { format!("\\U{code:08X}") };
            for (raw, written) in [
                (format!("\"\"\"\n{before}{escape}{after}\"\"\""), &escape),
                (format!("\"{}{escape}{after}\"", before.replace('\n', "\\n")), &escape),
                (format!("'''\n{before}{character}{after}'''"), &character),
            ] {
                prop_assert_eq!(&raw[spot(&raw, before.len())], written.as_str(), "{:?}", raw);
            }
        }

        #[test]
        fn any_text_has_a_place_in_it(raw in any::<String>(), at in 0..40_usize) {
            prop_assert!(raw.get(spot(&raw, at)).is_some());
        }
    }
}
