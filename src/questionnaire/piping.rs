//! Names in texts: `{key}` stands for an answer or a calculated value, `{{` for a brace.

use std::ops::Range;

/// A brace in a text, and where it is with what belongs to it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<'t> {
    /// `{name}`.
    Name { name: &'t str, at: Range<usize> },
    /// `{{`.
    Brace { at: Range<usize> },
    /// A brace with something else.
    Broken { at: Range<usize> },
}

/// Every place of a text, in order.
pub(super) fn places(text: &str) -> impl Iterator<Item = Place<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find('{')?;
        let rest = &text[start + 1..];
        if rest.starts_with('{') {
            from = start + 2;
            return Some(Place::Brace { at: start..from });
        }
        let length = rest.bytes().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_').count();
        let name = &rest[..length];
        let closed = rest[length..].starts_with('}');
        from = start + 1 + length + usize::from(closed);
        let at = start..from;
        Some(if closed && !name.is_empty() { Place::Name { name, at } } else { Place::Broken { at } })
    })
}

/// The text with `words` in the place of each name.
#[must_use]
pub fn fill(text: &str, mut words: impl FnMut(&str) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for place in places(text) {
        let (Place::Name { at, .. } | Place::Brace { at } | Place::Broken { at }) = &place;
        filled.push_str(&text[from..at.start]);
        from = at.end;
        match place {
            Place::Name { name, .. } => filled.push_str(&words(name)),
            Place::Brace { .. } => filled.push('{'),
            Place::Broken { at } => filled.push_str(&text[at]),
        }
    }
    filled.push_str(&text[from..]);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_and_braces_kept() {
        let shout = |name: &str| name.to_uppercase();
        for (text, expected) in [
            ("no name", "no name"),
            ("{years} years", "YEARS years"),
            ("{a}{b_1}", "AB_1"),
            ("{{years}", "{years}"),
            ("a } b", "a } b"),
        ] {
            assert_eq!(fill(text, shout), expected, "{text}");
            assert!(!places(text).any(|place| matches!(place, Place::Broken { .. })), "{text}");
        }
        for text in ["{", "{}", "{Years}", "{two words}", "{years"] {
            assert!(places(text).any(|place| matches!(place, Place::Broken { .. })), "{text}");
            assert_eq!(fill(text, shout), text);
        }
    }
}
