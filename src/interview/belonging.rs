//! Where an interview belongs: to a workshop, and to an earlier interview of the same person.

use super::{At, Happening, Interview, WorkshopId};
use crate::text::Clean;

impl Interview {
    /// The most characters that are kept of an earlier code.
    pub const LONGEST_CODE: usize = 100;

    /// Notes that the interview is held in a workshop; nothing where it is in one already, or finished.
    pub fn join(&mut self, workshop: WorkshopId, at: At) {
        if !self.finished && self.workshop.is_none() {
            self.push(at, Happening::Joined { workshop });
        }
    }

    /// Notes the code the respondent had in an earlier round; nothing where it is empty or the interview finished.
    pub fn recall(&mut self, code: &str, at: At) {
        let code: String = Clean::strip(code).trim().chars().take(Self::LONGEST_CODE).collect();
        if !self.finished && !code.is_empty() {
            self.push(at, Happening::Recalled { code });
        }
    }

    /// The code of an earlier round that the respondent named last.
    #[must_use]
    pub fn recalled(&self) -> Option<&str> {
        self.events().iter().rev().find_map(|event| match &event.what {
            Happening::Recalled { code } => Some(code.as_str()),
            _ => None,
        })
    }
}
