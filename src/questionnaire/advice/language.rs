use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// What the wording of a language gives away; `assets/lang/wording.toml` says what each list is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    pub(super) joining: Vec<String>,
    pub(super) denying: Vec<String>,
    pub(super) denying_ends: Vec<String>,
    pub(super) zero: Vec<String>,
    pub(super) low: Vec<String>,
    pub(super) middle: Vec<String>,
    pub(super) syllable: f64,
}

/// The wording of a language, where it is known.
pub(super) fn wording(tag: &str) -> Option<&'static Wording> {
    static KNOWN: OnceLock<BTreeMap<String, Wording>> = OnceLock::new();
    let read = || toml::from_str(include_str!("../../../assets/lang/wording.toml")).unwrap_or_default();
    KNOWN.get_or_init(read).get(tag)
}

/// The words of a text, in small letters.
pub(super) fn words(text: &str) -> Vec<String> {
    let letters = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    text.split_whitespace().map(letters).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_wording_of_every_interface_language_is_known() {
        for language in crate::text::LANGUAGES {
            assert!(super::wording(language.tag()).is_some(), "{}", language.tag());
        }
    }
}
