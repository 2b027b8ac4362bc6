use super::{LANGUAGES, Language};

/// Bits that one word stands for: each list has 1024 words.
const BITS: u32 = 10;
/// Words of a code.
const WORDS: u32 = 4;

/// The 40 low bits of `bits` as four words of a language, easy to say and hard to confuse.
#[must_use]
pub fn in_words(bits: u64, language: Language) -> String {
    let list: Vec<&str> = language.words().lines().collect();
    let word = |place: u32| {
        let index = (bits >> (BITS * (WORDS - 1 - place))) & ((1 << BITS) - 1);
        usize::try_from(index).ok().and_then(|index| list.get(index)).copied().unwrap_or_default()
    };
    (0..WORDS).map(word).collect::<Vec<_>>().join(" ")
}

/// The 40 bits that four words of one language stand for, whatever stands between them.
#[must_use]
pub fn from_words(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    let said: Vec<&str> = lower.split(|sign: char| !sign.is_alphabetic()).filter(|part| !part.is_empty()).collect();
    LANGUAGES.iter().find_map(|language| {
        let list: Vec<&str> = language.words().lines().collect();
        let place = |word: &&str| list.binary_search(word).ok().and_then(|place| u64::try_from(place).ok());
        let places: Vec<u64> = said.iter().map(place).collect::<Option<_>>()?;
        let whole = u32::try_from(places.len()) == Ok(WORDS);
        whole.then(|| places.iter().fold(0, |bits, place| bits << BITS | place))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_lead_back_to_their_bits(bits in 0u64..1 << 40, upper: bool) {
            for language in LANGUAGES {
                let words = in_words(bits, language);
                let said = if upper { words.to_uppercase().replace(' ', "-") } else { words.replace(' ', ",  ") };
                prop_assert_eq!(from_words(&said), Some(bits));
            }
        }

        #[test]
        fn what_people_type_is_no_panic(text: String) {
            let _ = from_words(&text);
        }
    }

    #[test]
    fn a_code_is_four_words_of_one_language() {
        assert_eq!(from_words(""), None);
        assert_eq!(from_words("abad abad abad"), None);
        assert_eq!(from_words("abad abad abad abad abad"), None);
        assert_eq!(from_words("abad abad abad acorn"), None);
        assert_eq!(from_words("abad abad abad abad"), Some(0));
    }

    /// Whether one slip of tongue or finger makes one word of the other.
    fn confused(one: &str, other: &str) -> bool {
        strsim::osa_distance(one, other) < 2
    }

    #[test]
    fn the_lists_are_easy_to_say_and_hard_to_confuse() {
        let mut everywhere = BTreeSet::new();
        for language in LANGUAGES {
            let list: Vec<&str> = language.words().lines().collect();
            assert_eq!(list.len(), 1 << BITS, "{}", language.tag());
            assert!(list.is_sorted());
            for (place, word) in list.iter().enumerate() {
                assert!((4..=8).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
                assert!(everywhere.insert(*word), "{word} is there twice");
                for other in &list[place + 1..] {
                    assert!(!confused(word, other), "{word} and {other}");
                }
            }
        }
    }
}
