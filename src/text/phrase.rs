use std::fmt;

use serde::Deserialize;

use super::Clean;

/// A sentence of the interface, with places such as `{n}` for what changes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Phrase(pub(super) String);

impl Phrase {
    /// The sentence as it stands in the catalogue.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The sentence with its places filled, each once, so that a value is never taken for a place. What a terminal must
    /// not get is left out: a value may be the name of a file.
    #[must_use]
    pub fn with(&self, values: &[(&str, &str)]) -> String {
        let mut filled = String::with_capacity(self.0.len() + 16);
        let mut rest = self.0.as_str();
        while let Some((before, name, after)) = next_place(rest) {
            filled.push_str(before);
            let value = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            debug_assert!(value.is_some(), "no value for {{{name}}} in {:?}", self.0);
            filled.push_str(&Clean::strip(value.unwrap_or("?")));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// The names of its places.
    #[cfg(test)]
    pub(super) fn places(&self) -> Vec<&str> {
        let mut places = Vec::new();
        let mut rest = self.0.as_str();
        while let Some((_, name, after)) = next_place(rest) {
            places.push(name);
            rest = after;
        }
        places.sort_unstable();
        places
    }
}

/// The text before a place, the place's name, and the text after it.
fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
