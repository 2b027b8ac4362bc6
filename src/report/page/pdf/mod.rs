//! A report as PDF: laid out on A4, its text selectable, its fonts embedded, its structure told (PDF/UA-1).

mod fonts;
mod layout;
mod paint;
mod sheets;

use std::borrow::Cow;
use std::fmt;

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use self::fonts::Fonts;
use self::layout::{Kind, Layout};
use self::paint::{Painter, length};
use self::sheets::{PAPER, Placed, sheets};
use super::PageWords;
use crate::report::Report;

/// From large to small: a page is set as large as its report needs no page more for.
const SCALES: [f64; 11] = [1.1, 1.05, 1.0, 0.96, 0.92, 0.89, 0.86, 0.83, 0.81, 0.79, 0.77];

/// Why a PDF was not written: what the library for it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotWritten(pub(super) String);

impl fmt::Display for NotWritten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NotWritten {}

/// A report as PDF on A4. The same report gives the same bytes.
///
/// # Errors
/// Where the library for it refuses, which no text of a report should bring about.
pub fn pdf(report: &Report, words: &PageWords<'_>) -> Result<Vec<u8>, NotWritten> {
    let fonts = Fonts::new()?;
    let report = &titled(report);
    let laid_out = |scale: f64| {
        let layout = Layout::of(report, &fonts, *words, scale);
        (sheets(layout.runs), layout.elements)
    };
    let fewest = SCALES.last().map_or(1, |smallest| laid_out(*smallest).0.len());
    let fitting = SCALES.into_iter().map(laid_out).find(|(pages, _)| pages.len() <= fewest);
    let (pages, elements) = fitting.unwrap_or_else(|| laid_out(1.0));
    let mut document = Document::new_with(settings()?);
    document.set_metadata(
        Metadata::new()
            .title(report.title.clone())
            .language(words.language.to_owned())
            .creator(concat!("kohesi ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    document.set_outline(outline(&pages, &elements));
    let mut painter = Painter::new(&fonts, elements);
    let of = pages.len();
    for (place, placed) in pages.into_iter().enumerate() {
        let paper = PageSettings::from_wh(length(PAPER.0), length(PAPER.1));
        let mut page = document.start_page_with(paper.unwrap_or_default());
        let mut surface = page.surface();
        for Placed { at, slab } in placed {
            for piece in slab.pieces {
                painter.piece(&mut surface, piece, at);
            }
        }
        let number = words.t.report.page.with(&[("n", &(place + 1).to_string()), ("of", &of.to_string())]);
        painter.foot(&mut surface, &report.title, &number);
        surface.finish();
        page.finish();
    }
    document.set_tag_tree(painter.tree(words.language));
    document.finish().map_err(|fault| NotWritten(format!("{fault:?}")))
}

/// The report with a title, which a PDF must have.
fn titled(report: &Report) -> Cow<'_, Report> {
    if report.title.trim().is_empty() {
        return Cow::Owned(Report { title: env!("CARGO_PKG_NAME").to_owned(), blocks: report.blocks.clone() });
    }
    Cow::Borrowed(report)
}

fn settings() -> Result<SerializeSettings, NotWritten> {
    let configuration = ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish();
    let configuration = configuration.map_err(|fault| NotWritten(format!("{fault:?}")))?;
    Ok(SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() })
}

/// The headings, each with its place.
fn outline(pages: &[Vec<Placed>], elements: &[layout::Element]) -> Outline {
    let mut outline = Outline::new();
    let mut told = None;
    for (number, page) in pages.iter().enumerate() {
        for Placed { at, slab } in page {
            for element in slab.pieces.iter().filter_map(|piece| piece.element) {
                let (Kind::Title(text) | Kind::Heading(text)) = &elements[element].kind else { continue };
                // A heading may have several lines.
                if told.replace(element) != Some(element) {
                    let place = XyzDestination::new(number, Point::from_xy(length(at.0), length(at.1)));
                    outline.push_child(OutlineNode::new(text.clone(), place));
                }
            }
        }
    }
    outline
}
