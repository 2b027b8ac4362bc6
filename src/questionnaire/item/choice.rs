use serde::{Deserialize, Serialize};

use super::AnswerFault;
use crate::questionnaire::model::{Key, Localized};

/// One offered answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Identifier, unique among the choices it stands with.
    pub key: Key,
    /// Its words.
    pub text: Localized,
}

/// An item's own choices, of which one is picked; 2 to 500.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOf {
    /// In the order shown.
    pub choices: Vec<Choice>,
}

/// Which choice was picked, from 0 in the order of the questionnaire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pick(pub u16);

impl Pick {
    /// As a subscript.
    #[must_use]
    pub fn get(self) -> usize {
        usize::from(self.0)
    }

    /// The pick itself where `choices` has it.
    ///
    /// # Errors
    /// [`AnswerFault::NotOffered`] where it does not.
    pub fn among(self, choices: &[Choice]) -> Result<Self, AnswerFault> {
        if self.get() < choices.len() { Ok(self) } else { Err(AnswerFault::NotOffered) }
    }
}
