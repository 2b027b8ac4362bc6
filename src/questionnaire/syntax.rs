//! What the TOML parser finds wrong, as problems. Its own messages are English and may repeat raw bytes of the file,
//! and one forgotten mark can bring an error on every line after it: so each broken statement is named once, put
//! aside, and the rest read again.

use std::borrow::Cow;
use std::ops::Range;

use toml::de::{DeTable, Error};

use super::nesting::line_end;
use super::problem::{ProblemCode, boundary, quoted};
use super::reading::Reading;
use super::statement::{Statement, next_beginning, statement};
use crate::text::Clean;

/// Statements put aside before the rest of the file is given up, and bytes read again for that: a file of 1 MiB is
/// read no more than four times.
const MAX_BROKEN: usize = 30;
const MAX_REREAD: usize = 4 << 20;

/// The text with what is broken in it blank, every offset unchanged; nothing where too much of it is broken.
///
/// The parser could also give all of its errors at once, but then a hostile file costs it 600 MB.
pub(super) fn mend(source: &str, first: &Error, reading: &mut Reading<'_>) -> Option<String> {
    let rounds = MAX_BROKEN.min(MAX_REREAD / source.len().max(1));
    let mut text = source.to_owned();
    let mut error = Cow::Borrowed(first);
    for _ in 0..rounds {
        text = put_aside(&error, &text, reading)?;
        match DeTable::parse(&text) {
            Ok(_) => return Some(text),
            Err(next) => error = Cow::Owned(next),
        }
    }
    None
}

/// Records an error, and gives the text without what it is in.
fn put_aside(error: &Error, text: &str, reading: &mut Reading<'_>) -> Option<String> {
    if let Some((place, character)) = unclean(error, text) {
        reading.unclean(place.clone(), character);
        return Some(blank(text, place));
    }
    let broken = broken_statement(text, start(error, text));
    match broken.unclosed {
        Some(unclosed) => unclosed_at(unclosed.opening, unclosed.closing, reading),
        None => report(error, reading),
    }
    let something = !text[broken.span.clone()].trim().is_empty();
    something.then(|| blank(text, broken.span))
}

/// A character that neither TOML nor a terminal takes.
fn unclean(error: &Error, text: &str) -> Option<(Range<usize>, char)> {
    let span = error.span()?;
    let character = text.get(span.clone())?.chars().next()?;
    let refused = Clean::check(character.encode_utf8(&mut [0; 4])).is_err() && !matches!(character, '\t' | '\r');
    refused.then_some((span.start..span.start + character.len_utf8(), character))
}

fn start(error: &Error, text: &str) -> usize {
    boundary(text, error.span().map_or(0, |span| span.start))
}

/// The statement to put aside for an error at `place`: the one it is in, or one before it that seems to run on.
fn broken_statement(text: &str, place: usize) -> Statement {
    let mut found = statement(text, 0);
    loop {
        if let Some(unclosed) = &found.unclosed
            && unclosed.shows <= place
        {
            found.span.end = unclosed.until;
            return found;
        }
        if place < found.span.end || found.span.end >= text.len() {
            break;
        }
        found = statement(text, found.span.end);
    }
    if found.unclosed.is_some() || !found.is_closed {
        found.span.end = found.span.end.min(next_beginning(text, place));
    }
    if found.is_header {
        found.span.end = end_of_table(text, found.span.end);
    }
    found.unclosed = None;
    found
}

/// Where the next header begins: what a broken header was for belongs to no other table.
fn end_of_table(text: &str, mut from: usize) -> usize {
    while from < text.len() {
        let next = statement(text, from);
        if next.is_header {
            break;
        }
        from = next.span.end;
    }
    from
}

/// `text` with spaces for everything in `span` but its line ends.
fn blank(text: &str, span: Range<usize>) -> String {
    let mut mended = String::with_capacity(text.len());
    mended.push_str(&text[..span.start]);
    mended.extend(text[span.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    mended.push_str(&text[span.end..]);
    mended
}

fn unclosed_at(span: Range<usize>, closing: &str, reading: &mut Reading<'_>) {
    let code = if matches!(closing, "]" | "}") { ProblemCode::UnclosedBracket } else { ProblemCode::UnclosedText };
    reading.report(code, span, |_| [closing.to_owned()]);
}

/// What the parser takes a word for that begins like `true`, `inf` or a number.
const NOT_VALUES: [&str; 4] = ["invalid boolean", "invalid float", "invalid integer number", "invalid date-time"];

/// Records one error of the parser.
fn report(error: &Error, reading: &mut Reading<'_>) {
    let span = error.span().unwrap_or_default();
    let found = reading.source_at(&span);
    let (detail, expected) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
    let expected = notation(expected);
    let bare = found.starts_with(char::is_alphanumeric) && detail == "string values must be quoted";
    let bare = bare || (found.starts_with(char::is_alphabetic) && NOT_VALUES.contains(&detail));
    if detail == "duplicate key" || detail.starts_with("cannot extend value") {
        reading.report(ProblemCode::DefinedTwice, span, |_| [quoted(found)]);
    } else if bare {
        reading.report(ProblemCode::UnquotedText, span, |_| [quoted(found)]);
    } else if detail == "missing opening quote" {
        let from = start(error, reading.source());
        let rest = from..line_end(reading.source(), from);
        reading.report(ProblemCode::UnquotedText, rest.clone(), |source| [quoted(&source[rest])]);
    } else if detail.ends_with("string") && found.is_empty() {
        unclosed_at(span, &expected, reading);
    } else if matches!(expected.as_str(), "]" | "]]" | "}") && found.is_empty() {
        reading.report(ProblemCode::UnclosedBracket, span, |_| [expected]);
    } else {
        reading.report(ProblemCode::Syntax, span, |_| [quoted(found), expected, quoted(detail)]);
    }
}

/// The parser's words for what may stand at a place, as it would be written there.
fn notation(expected: &str) -> String {
    let words = expected.split(", ").filter_map(|word| match word {
        "" | "nothing" => None,
        "newline" => Some("\\n"),
        "value" | "basic string" => Some("\"...\""),
        "literal string" => Some("'...'"),
        "multi-line basic string" => Some("\"\"\"...\"\"\""),
        "digits" | "numbers" => Some("0-9"),
        "letters" => Some("a-z"),
        "unicode hexadecimal value" => Some("0-9 A-F"),
        literal => Some(literal.trim_matches('`')),
    });
    quoted(&words.collect::<Vec<_>>().join(" "))
}
