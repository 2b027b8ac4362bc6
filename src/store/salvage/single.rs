//! Sound events that could not be put into an interview.

use serde::Serialize;

use crate::interview::{Event, Happening, InterviewId};
use crate::questionnaire::{ItemIndex, Questionnaire};

/// One of them, for a person who knows the questionnaire.
#[derive(Serialize)]
pub(super) struct Single {
    /// The interview's code; none where it is not known whose event it is.
    code: Option<String>,
    /// The interview's id.
    id: Option<String>,
    /// Key of its questionnaire.
    questionnaire: Option<String>,
    /// The item it is about, by its key.
    item: Option<String>,
    /// The item's text.
    asked: Option<String>,
    event: Event,
}

impl Single {
    pub(super) fn of(owner: Option<(InterviewId, Option<&Questionnaire>)>, event: Event) -> Self {
        let questionnaire = owner.and_then(|(_, questionnaire)| questionnaire);
        let item = about(&event).and_then(|item| questionnaire?.item(item));
        Self {
            code: owner.map(|(id, _)| id.code()),
            id: owner.map(|(id, _)| id.to_string()),
            questionnaire: questionnaire.map(|questionnaire| questionnaire.key().to_string()),
            item: item.map(|item| item.key.to_string()),
            asked: item.map(|item| item.text.get(item.text.first_language()).to_string()),
            event,
        }
    }
}

fn about(event: &Event) -> Option<ItemIndex> {
    match &event.what {
        Happening::Responded { item, .. } | Happening::TakenBack { item, .. } | Happening::Noted { item, .. } => {
            Some(*item)
        }
        _ => None,
    }
}
