//! A report as pages to read on a screen and to hang up: HTML and PDF. What both draw, they draw from the same shapes.

mod figure;
mod html;
mod part;
mod pdf;
mod svg;

pub use html::html;
pub use pdf::{NotWritten, pdf};

use super::Spoke;
use crate::text::Catalogue;

/// What a page says beside its report.
#[derive(Clone, Copy, Debug)]
pub struct PageWords<'a> {
    /// The language of the report, as a BCP 47 tag.
    pub language: &'a str,
    /// The sentences.
    pub t: &'a Catalogue,
}

impl PageWords<'_> {
    fn value(&self, spoke: &Spoke) -> String {
        spoke.score.map_or_else(|| self.t.report.no_score.to_string(), |score| format!("{:.0}", score.value))
    }

    /// A radar for those who do not see it.
    fn radar(&self, spokes: &[Spoke]) -> String {
        let scores: Vec<String> = spokes.iter().map(|spoke| format!("{} {}", spoke.label, self.value(spoke))).collect();
        self.t.report.radar.with(&[("scores", &scores.join(", "))])
    }
}
