use serde::{Deserialize, Serialize};

use super::Response;
use crate::questionnaire::ItemIndex;
use crate::text::Tag;

/// Where in an interview the respondent is, and what is on the screen but not yet answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The item on the screen; none on the review.
    pub place: Option<ItemIndex>,
    /// A response that is marked and not yet confirmed.
    pub marked: Option<Response>,
    /// An answer being typed.
    pub typed: String,
    /// A note being typed.
    pub note: Option<String>,
    /// The language on the screen.
    pub language: Tag,
}
