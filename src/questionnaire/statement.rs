//! The statements of a TOML text, told apart by brackets and strings alone, so that one that is broken can be put
//! aside and the rest still be read.

use std::ops::Range;

use super::nesting::token;

/// A header, or a key with its value, over as many lines as it takes.
pub(super) struct Statement {
    /// Its lines.
    pub(super) span: Range<usize>,
    /// Whether it is a header.
    pub(super) is_header: bool,
    /// Whether every bracket in it is closed.
    pub(super) is_closed: bool,
    /// What it opens and seems not to close.
    pub(super) unclosed: Option<Unclosed>,
}

/// A string without its end, or a bracket or long string over a line that looks like another statement.
pub(super) struct Unclosed {
    /// What is opened.
    pub(super) opening: Range<usize>,
    /// What would close it.
    pub(super) closing: &'static str,
    /// Where it shows that it is not closed.
    pub(super) shows: usize,
    /// Where the next statement begins.
    pub(super) until: usize,
}

/// The first statement that begins at `from`.
pub(super) fn statement(text: &str, from: usize) -> Statement {
    let is_header = text[from..].trim_start_matches([' ', '\t']).starts_with('[');
    let mut open: Vec<usize> = Vec::new();
    let mut unclosed = None;
    let mut at = from;
    while at < text.len() {
        let end = at + token(&text[at..]);
        match text.as_bytes()[at] {
            b'[' | b'{' => open.push(at),
            b']' | b'}' => drop(open.pop()),
            b'"' | b'\'' if unclosed.is_none() => unclosed = unclosed_string(text, at..end),
            b'\n' if open.is_empty() || is_header => {
                return Statement { span: from..end, is_header, is_closed: true, unclosed };
            }
            b'\n' if unclosed.is_none() => unclosed = open.last().and_then(|open| overrun_bracket(text, *open, end)),
            _ => {}
        }
        at = end;
    }
    Statement { span: from..text.len(), is_header, is_closed: open.is_empty(), unclosed }
}

/// Where the first line after `place` that looks like a statement begins.
pub(super) fn next_beginning(text: &str, place: usize) -> usize {
    let mut at = place;
    for line in text[place..].split_inclusive('\n') {
        if at > place && (is_header(line) || is_entry(line)) {
            return at;
        }
        at += line.len();
    }
    text.len()
}

/// A string that ends with its line, or a long one over a line that looks like a statement.
fn unclosed_string(text: &str, string: Range<usize>) -> Option<Unclosed> {
    let written = &text[string.clone()];
    let closing = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|marks| written.starts_with(marks))?;
    let opening = string.start..string.start + closing.len();
    if closing.len() == 1 {
        let open = written.len() == 1 || !written.ends_with(closing);
        if !open {
            return None;
        }
        let until = next_beginning(text, string.end);
        return Some(Unclosed { opening, closing, shows: string.start, until });
    }
    let mut line = string.start;
    while let Some(length) = text[line..string.end].find('\n') {
        line += length + 1;
        let rest = text[line..].lines().next().unwrap_or_default();
        if is_header(rest) || is_entry(rest) {
            return Some(Unclosed { opening, closing, shows: line, until: line });
        }
    }
    None
}

/// A bracket before a line that looks like a statement; in an inline table the line may be an entry of its own.
fn overrun_bracket(text: &str, open: usize, line: usize) -> Option<Unclosed> {
    let rest = text[line..].lines().next().unwrap_or_default();
    let closing = if text[open..].starts_with('[') { "]" } else { "}" };
    let looks = is_header(rest) || (closing == "]" && is_entry(rest));
    looks.then(|| Unclosed { opening: open..open + 1, closing, shows: line, until: line })
}

/// Whether a line looks like `[key]` or `[[key]]`, at its very beginning.
fn is_header(line: &str) -> bool {
    let line = line.split('#').next().unwrap_or_default().trim_end();
    let inside = line.strip_prefix('[').and_then(|line| line.strip_suffix(']'));
    let inside = inside.map(|key| key.strip_prefix('[').and_then(|key| key.strip_suffix(']')).unwrap_or(key));
    inside.is_some_and(is_dotted_key)
}

/// Whether a line looks like `key = value`, at its very beginning.
fn is_entry(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, value)| {
        let value = value.trim_start();
        let literal = ["true", "false"].iter().any(|word| value.starts_with(word));
        is_dotted_key(key.trim_end()) && (literal || value.starts_with(['"', '\'', '[', '{', '-']) || is_digit(value))
    })
}

fn is_digit(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_digit())
}

fn is_dotted_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
