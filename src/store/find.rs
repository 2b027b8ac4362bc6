use rusqlite::Connection;

use super::fault::Fault;
use crate::interview::InterviewId;
use crate::text::from_words;

/// Hexadecimal digits of a whole id.
const WHOLE: usize = 32;
/// The fewest hexadecimal digits that may stand for an id.
const FEWEST: usize = 4;

/// Whose ids are looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Among {
    Kept,
    Erased,
}

/// Every interview that `text` names, as the beginning of its UUID or as its code.
pub(super) fn named(connection: &Connection, text: &str, among: Among) -> Result<Vec<InterviewId>, Fault> {
    let (range_sql, end_sql) = match among {
        Among::Kept => (
            "SELECT id FROM interview WHERE id BETWEEN ?1 AND ?2 UNION SELECT id FROM sealed WHERE id BETWEEN ?1 AND ?2",
            "SELECT id FROM interview WHERE substr(id, 12) = ?1 UNION SELECT id FROM sealed WHERE substr(id, 12) = ?1",
        ),
        Among::Erased => (
            "SELECT id FROM tombstone WHERE id BETWEEN ?1 AND ?2",
            "SELECT id FROM tombstone WHERE substr(id, 12) = ?1",
        ),
    };
    let signs: String = text.chars().filter(|c| *c != '-' && !c.is_whitespace()).collect();
    let mut found: Vec<InterviewId> = Vec::new();
    if let Some((from, to)) = range(&signs) {
        let mut statement = connection.prepare_cached(range_sql)?;
        let ids = statement.query_map([from, to], |row| row.get(0).map(InterviewId))?;
        found = ids.collect::<Result<_, _>>()?;
    }
    let words = from_words(text).map(|bits| end_of(bits.to_be_bytes()));
    for end in end_of_code(&signs).into_iter().chain(words) {
        let mut statement = connection.prepare_cached(end_sql)?;
        let ids = statement.query_map([end], |row| row.get(0).map(InterviewId))?;
        found.extend(ids.collect::<Result<Vec<_>, _>>()?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The lowest and the highest id that begin with these digits.
fn range(digits: &str) -> Option<([u8; 16], [u8; 16])> {
    let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !hexadecimal || !(FEWEST..=WHOLE).contains(&digits.len()) {
        return None;
    }
    let id = |fill: char| {
        let whole: String = digits.chars().chain(std::iter::repeat(fill)).take(WHOLE).collect();
        u128::from_str_radix(&whole, 16).ok().map(u128::to_be_bytes)
    };
    Some((id('0')?, id('f')?))
}

/// The last five bytes of an id, from its code in Crockford's base 32.
fn end_of_code(letters: &str) -> Option<[u8; 5]> {
    let mut bits = 0u64;
    for letter in letters.chars() {
        let value = match letter.to_ascii_uppercase() {
            'O' => 0,
            'I' | 'L' => 1,
            letter => b"0123456789ABCDEFGHJKMNPQRSTVWXYZ".iter().position(|known| char::from(*known) == letter)?,
        };
        bits = bits.checked_mul(32)?.checked_add(value as u64)?;
    }
    (letters.chars().count() == 8).then(|| end_of(bits.to_be_bytes()))
}

/// The last five bytes of an id, from its 40 bits.
fn end_of(bytes: [u8; 8]) -> [u8; 5] {
    [bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::LANGUAGES;

    proptest! {
        #[test]
        fn a_code_leads_back_to_its_id(bytes: [u8; 16]) {
            let code = InterviewId(bytes).code();
            let end: [u8; 5] = bytes[11..].try_into().unwrap();
            let letters = code.replace('-', "");
            prop_assert_eq!(end_of_code(&letters), Some(end));
            let as_heard = letters.to_lowercase().replace('0', "o").replace('1', "l");
            prop_assert_eq!(end_of_code(&as_heard), Some(end));
            for language in LANGUAGES {
                let words = InterviewId(bytes).words(language);
                prop_assert_eq!(from_words(&words).map(|bits| end_of(bits.to_be_bytes())), Some(end));
            }
        }

        #[test]
        fn what_people_type_is_no_panic(text: String) {
            let _ = (range(&text), end_of_code(&text));
        }
    }

    #[test]
    fn a_beginning_is_4_to_32_digits() {
        assert_eq!(range("01f"), None);
        assert_eq!(range("01fg"), None);
        assert_eq!(range(&"0".repeat(33)), None);
        let (from, to) = range("01F9a").unwrap();
        assert_eq!((&from[..3], &to[..3]), (&[0x01, 0xf9, 0xa0][..], &[0x01, 0xf9, 0xaf][..]));
        assert_eq!((from[15], to[15]), (0, 0xff));
        assert_eq!(end_of_code("K7QM3F2"), None);
        assert_eq!(end_of_code("K7QM3F2U"), None);
    }
}
