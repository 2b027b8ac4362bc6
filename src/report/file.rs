use super::{Glyphs, NotWritten, PageWords, Report, data, html, markdown, pdf, plain};
use crate::interview::Interview;
use crate::scoring;
use crate::text::{Catalogue, Phrase};

/// Columns of a profile that is saved as text.
const COLUMNS: usize = 78;

/// In what form a profile is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A page of HTML.
    Html,
    /// PDF on A4.
    Pdf,
    /// JSON.
    Json,
}

/// Why a profile could not be put into its form.
#[derive(Debug)]
pub enum NotFormed {
    /// What the library for JSON says.
    Json(serde_json::Error),
    /// What the library for PDF says.
    Pdf(NotWritten),
}

impl NotFormed {
    /// The same as a sentence with its remedy.
    #[must_use]
    pub fn words(&self, t: &Catalogue) -> String {
        match self {
            Self::Json(fault) => fault.to_string(),
            Self::Pdf(fault) => t.report.not_written.with(&[("cause", &fault.to_string())]),
        }
    }
}

impl ProfileFormat {
    /// Every format, in the order offered.
    pub const ALL: [Self; 5] = [Self::Text, Self::Markdown, Self::Html, Self::Pdf, Self::Json];

    /// Ending of a file in this format, without the dot.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Json => "json",
        }
    }

    /// What it is called where it is offered.
    #[must_use]
    pub fn name_of(self, t: &Catalogue) -> &Phrase {
        let words = &t.dialogs;
        match self {
            Self::Text => &words.as_text,
            Self::Markdown => &words.as_markdown,
            Self::Html => &words.as_html,
            Self::Pdf => &words.as_pdf,
            Self::Json => &words.as_json,
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
    /// Where it cannot be written as JSON or PDF.
    pub fn content(
        self,
        interview: &Interview,
        report: &Report,
        words: &PageWords<'_>,
        glyphs: Glyphs,
    ) -> Result<Vec<u8>, NotFormed> {
        let text = match self {
            Self::Text => plain(report, COLUMNS, glyphs.max(Glyphs::Cp437)),
            Self::Markdown => markdown(report),
            Self::Html => html(report, words),
            Self::Pdf => return pdf(report, words).map_err(NotFormed::Pdf),
            Self::Json => {
                let data = data(interview, &scoring::profile(interview));
                serde_json::to_string_pretty(&data).map_err(NotFormed::Json)? + "\n"
            }
        };
        Ok(text.into_bytes())
    }
}
