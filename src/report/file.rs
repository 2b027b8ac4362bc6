use super::{Glyphs, Report, data, markdown, plain};
use crate::interview::Interview;
use crate::scoring;

/// Columns of a profile that is saved as text.
const COLUMNS: usize = 78;

/// In what form a profile is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
}

impl ProfileFormat {
    /// Every format, in the order offered.
    pub const ALL: [Self; 3] = [Self::Text, Self::Markdown, Self::Json];

    /// Ending of a file in this format, without the dot.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }

    /// Name of the file in which an interview's profile is saved, without its folder.
    #[must_use]
    pub fn name(self, interview: &Interview) -> String {
        format!("{}-{}.{}", interview.questionnaire().key(), interview.id().code(), self.ending())
    }

    /// The file's content, where `report` is the interview's own.
    ///
    /// # Errors
    /// Where it cannot be written as JSON.
    pub fn content(self, interview: &Interview, report: &Report, glyphs: Glyphs) -> Result<String, serde_json::Error> {
        Ok(match self {
            Self::Text => plain(report, COLUMNS, glyphs.max(Glyphs::Cp437)),
            Self::Markdown => markdown(report),
            Self::Json => serde_json::to_string_pretty(&data(interview, &scoring::profile(interview)))? + "\n",
        })
    }
}
