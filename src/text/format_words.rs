use std::collections::BTreeMap;

use serde::Deserialize;

use super::{CatalogueError, Language};

/// What each key of a questionnaire's file is for, in one language.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct FormatWords(BTreeMap<String, BTreeMap<String, String>>);

impl FormatWords {
    /// What a key of a place is for; nothing where nothing is said of it.
    #[must_use]
    pub fn of(&self, place: &str, key: &str) -> &str {
        self.0.get(place).and_then(|keys| keys.get(key)).map_or("", String::as_str)
    }

    /// Every place and key that something is said of.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(place, keys)| keys.keys().map(move |key| (place.as_str(), key.as_str())))
    }
}

impl Language {
    /// What each key of a questionnaire's file is for.
    ///
    /// # Errors
    /// [`CatalogueError`] where the file of words is none.
    pub fn format_words(self) -> Result<FormatWords, CatalogueError> {
        toml::from_str(self.format_sentences()).map_err(|fault| CatalogueError::new(self.tag(), &fault))
    }
}
