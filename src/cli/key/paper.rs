//! A private key on paper: as it is shown, and as it is typed back.

use zeroize::Zeroizing;

/// What every private key begins with, which nobody needs to type.
pub(super) const PREFIX: &str = "AGE-SECRET-KEY-1";
/// Characters in a row.
const ROW: usize = 16;
/// Characters that stand together.
const GROUP: usize = 4;
/// Characters of a key after what all begin with.
const LENGTH: usize = 58;
/// Rows of a key.
pub(super) const ROWS: usize = LENGTH.div_ceil(ROW);

/// The characters of a key file's only key after what all begin with.
pub(super) fn of_text(text: &str) -> Zeroizing<String> {
    typed(text.trim())
}

/// What was typed, without what is forgiven: spaces, hyphens, small letters, and the four signs that no key has for those
/// that look like them.
pub(super) fn typed(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(char::is_ascii_alphanumeric).map(|typed| typed.to_ascii_uppercase()));
    let begins: String = PREFIX.chars().filter(char::is_ascii_alphanumeric).collect();
    let after = plain.strip_prefix(&begins).unwrap_or(&plain);
    let mut meant = Zeroizing::new(String::with_capacity(text.len()));
    meant.extend(after.chars().map(|typed| match typed {
        'O' => '0',
        'I' | '1' => 'L',
        'B' => '8',
        _ => typed,
    }));
    meant
}

/// Whether it is as long as a whole key.
pub(super) fn is_whole(typed: &str) -> bool {
    typed.len() >= LENGTH
}

/// The key file of what was typed.
pub(super) fn text(typed: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + typed.len() + 1));
    text.push_str(PREFIX);
    text.push_str(typed);
    text.push('\n');
    text
}

/// A row of it, counted from 0; empty where it has none.
pub(super) fn row(typed: &str, number: usize) -> &str {
    let (from, to) = (number * ROW, typed.len().min((number + 1) * ROW));
    typed.get(from..to).unwrap_or_default()
}

/// A row in groups.
pub(super) fn in_groups(row: &str) -> Zeroizing<String> {
    let mut grouped = Zeroizing::new(String::with_capacity(ROW + ROW / GROUP));
    for (place, character) in row.chars().enumerate() {
        if place > 0 && place % GROUP == 0 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Identity;

    #[test]
    fn what_is_typed_from_paper_is_the_key_again() {
        for _ in 0..20 {
            let identity = Identity::generate();
            let shown = of_text(&identity.text());
            assert_eq!(shown.len(), LENGTH);
            let rows: Vec<String> = (0..ROWS).map(|number| in_groups(row(&shown, number)).to_string()).collect();
            assert_eq!(rows.iter().map(String::len).collect::<Vec<_>>(), [19, 19, 19, 12]);
            let alike = rows.concat().replace('0', "O").replace('8', "b").replace('L', "1");
            for paper in [
                rows.concat(),
                rows.join("\n").to_lowercase(),
                rows.join("-"),
                alike,
                format!("age-secret-key-1 {}", rows.concat()),
                identity.text().to_string(),
            ] {
                let again = Identity::read(text(&typed(&paper)).as_bytes(), None).unwrap();
                assert_eq!(again.public_keys(), identity.public_keys(), "{paper}");
            }
        }
    }

    #[test]
    fn a_row_that_is_not_there_is_empty() {
        assert_eq!((row("ABC", 0), row("ABC", 1), &**in_groups("ABCDE")), ("ABC", "", "ABCD E"));
        assert!(!is_whole("ABC"));
    }
}
