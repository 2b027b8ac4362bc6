use std::collections::HashMap;
use std::sync::Arc;

use super::Speakers;
use super::join;
use super::variable::{LabelSet, Missing, Shape, Texts, Variable};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::Questionnaire;
use crate::text::Tag;

/// What one export is of: one questionnaire in its versions, and the workshops it was answered in.
#[derive(Clone, Debug)]
pub struct Table {
    /// The versions, the newest last; never empty.
    pub versions: Vec<Arc<Questionnaire>>,
    /// Every language of any version, the newest version's first.
    pub languages: Vec<Tag>,
    /// What is known of workshops; of others the identity is all there is.
    pub workshops: HashMap<WorkshopId, Workshop>,
    /// The columns.
    pub variables: Vec<Variable>,
    /// Labels of codes.
    pub sets: Vec<LabelSet>,
    /// What the missing reasons are called.
    pub missing: [Texts; 3],
    /// What "left empty" is called.
    pub skipped: Texts,
    /// What "never asked" is called.
    pub not_asked: Texts,
    /// Whom the figures speak of.
    pub sample: Texts,
}

/// A workshop as it is named in an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workshop {
    /// What it is told from others by.
    pub key: String,
    /// What people call it.
    pub name: Option<String>,
}

impl Table {
    /// The table of a questionnaire's versions, the newest last. Nothing where there is none.
    #[must_use]
    pub fn new(
        versions: Vec<Arc<Questionnaire>>,
        workshops: HashMap<WorkshopId, Workshop>,
        speakers: &Speakers,
    ) -> Option<Self> {
        join::table(versions, workshops, speakers)
    }

    /// The newest version.
    #[must_use]
    pub fn newest(&self) -> &Arc<Questionnaire> {
        // There is always one: `new` gives no table of none.
        &self.versions[self.versions.len() - 1]
    }

    /// Key of the questionnaire.
    #[must_use]
    pub fn key(&self) -> &str {
        self.newest().key().as_str()
    }

    /// Where a language stands among [`Table::languages`]; its first where it is not there.
    #[must_use]
    pub fn language(&self, tag: &str) -> usize {
        self.languages.iter().position(|known| known.as_str() == tag).unwrap_or_default()
    }

    /// What a workshop is told from others by.
    #[must_use]
    pub fn workshop_key(&self, id: WorkshopId) -> String {
        // Both are UUIDs, and written alike.
        self.workshops.get(&id).map_or_else(|| InterviewId(id.0).to_string(), |workshop| workshop.key.clone())
    }

    /// The labels of a column's codes.
    #[must_use]
    pub fn set(&self, variable: &Variable) -> Option<&LabelSet> {
        match variable.shape {
            Shape::Coded(set) => self.sets.get(set),
            _ => None,
        }
    }

    /// What a missing reason is called.
    #[must_use]
    pub fn missing(&self, missing: Missing) -> &Texts {
        &self.missing[missing as usize]
    }
}
