//! A guard before the TOML parser: it builds one table within another for every part of a dotted key, without a
//! bound, and a file of 1 MiB can name half a million.

use std::ops::Range;

/// Parts of one dotted key; a questionnaire needs three.
pub(super) const MAX_PARTS: usize = 16;

/// The first dotted key with more than [`MAX_PARTS`] parts. Strings and comments are told apart as the parser does.
pub(super) fn too_deep(source: &str) -> Option<Range<usize>> {
    let mut at = 0;
    let mut start = 0;
    let mut dots = 0;
    while let Some(byte) = source.as_bytes().get(at) {
        match byte {
            b'.' => dots += 1,
            b'=' | b',' | b'[' | b']' | b'{' | b'}' | b'\r' | b'\n' => (start, dots) = (at + 1, 0),
            b'#' => (start, dots) = (line_end(source, at), 0),
            _ => {}
        }
        if dots >= MAX_PARTS {
            return Some(start..at);
        }
        at += token(&source[at..]);
    }
    None
}

/// Bytes of the token at the beginning of `rest`, which is not empty.
pub(super) fn token(rest: &str) -> usize {
    match rest.as_bytes().first() {
        Some(b'#') => line_end(rest, 0),
        Some(b'"') if rest.starts_with("\"\"\"") => closed(rest, "\"\"\"", true, false),
        Some(b'\'') if rest.starts_with("'''") => closed(rest, "'''", false, false),
        Some(b'"') => closed(rest, "\"", true, true),
        Some(b'\'') => closed(rest, "'", false, true),
        Some(b'.' | b'=' | b',' | b'[' | b']' | b'{' | b'}' | b' ' | b'\t' | b'\r' | b'\n') => 1,
        _ => rest.find(ENDS_WORD).unwrap_or(rest.len()),
    }
}

const ENDS_WORD: &[char] = &['.', '=', ',', '[', ']', '{', '}', ' ', '\t', '#', '\r', '\n'];

/// Where the line ends that `from` is in.
pub(super) fn line_end(source: &str, from: usize) -> usize {
    source[from..].find(['\r', '\n']).map_or(source.len(), |length| from + length)
}

/// Bytes of a string that begins and ends with `marks`; to the line's end where a string of one line is not closed.
fn closed(rest: &str, marks: &str, escapes: bool, one_line: bool) -> usize {
    let bytes = rest.as_bytes();
    let mut at = marks.len();
    while at < bytes.len() {
        if rest.is_char_boundary(at) && rest[at..].starts_with(marks) {
            at += marks.len();
            // Up to two more marks of a long string belong to its text.
            let more = if one_line {
                0
            } else {
                bytes[at..].iter().take(2).take_while(|b| marks.as_bytes()[0] == **b).count()
            };
            return at + more;
        }
        match bytes[at] {
            b'\n' if one_line => return at,
            b'\\' if escapes => at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'\\' | b'"'))),
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_few_parts_and_a_text_any_number_of_dots() {
        let dots = ".".repeat(99);
        for fine in [
            format!("a = \"{dots}\""),
            format!("a = '{dots}' # {dots}"),
            format!("a = \"\"\"\n\\\"\"\" {dots}\"\"\"\"\"\nb.c = 1"),
            format!("a = '''\n{dots}'''"),
            "a = [ { b.c = 1.5 }, { b.c = 1.5 }, { b.c = 1.5 }, { b.c = 1.5 }, { b.c = 1.5 }, { b.c = 1.5 } ]"
                .to_owned(),
            "a.b = 1\n".repeat(40),
            format!("a = \"b\\\\\" # {dots}"),
        ] {
            assert_eq!(too_deep(&fine), None, "{fine}");
        }
        let deep = "a.".repeat(99);
        for (text, start) in [
            (format!("{deep}a = 1"), 0),
            (format!("b = 1\n[{deep}a]"), 7),
            (format!("b = {{ {deep}a = 1 }}"), 5),
            (format!("b = \"not closed\n{deep}a = 1"), 16),
            (format!("b = '''x''''' # \n{deep}a = 1"), 17),
            (format!("x\"{deep}"), 0),
            ("\"a\" . ".repeat(20), 0),
        ] {
            assert_eq!(too_deep(&text).map(|place| place.start), Some(start), "{text}");
        }
    }
}
