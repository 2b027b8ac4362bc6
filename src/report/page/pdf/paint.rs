use std::num::NonZeroU16;

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point as At};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, LineJoin, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};
use krilla::text::TextDirection;

use super::fonts::Fonts;
use super::layout::{Element, Kind};
use super::sheets::{LEFT, PAPER, Piece, WIDE};
use crate::report::page::figure::{Anchor, Ink, Mark, Point};
use crate::text::truncate;

/// Baseline and size of what stands at the foot of a page.
const FOOT: (f64, f64) = (PAPER.1 - 22.0, 7.4);

/// More of a title does not fit there.
const FOOT_COLUMNS: usize = 200;

/// Draws shapes, and keeps what each element of the document is made of.
pub(super) struct Painter<'a> {
    fonts: &'a Fonts,
    elements: Vec<Element>,
    drawn: Vec<Vec<Identifier>>,
}

impl<'a> Painter<'a> {
    pub(super) fn new(fonts: &'a Fonts, elements: Vec<Element>) -> Self {
        let drawn = vec![Vec::new(); elements.len()];
        Self { fonts, elements, drawn }
    }

    pub(super) fn piece(&mut self, surface: &mut Surface<'_>, piece: Piece, at: Point) {
        let tag = match piece.element {
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            Some(element) if matches!(self.elements[element].kind, Kind::Figure(_)) => ContentTag::Other,
            Some(_) => ContentTag::Span(SpanTag::empty()),
        };
        let identifier = surface.start_tagged(tag);
        for mark in piece.marks {
            self.mark(surface, mark.moved(at));
        }
        surface.end_tagged();
        if let Some(element) = piece.element {
            self.drawn[element].push(identifier);
        }
    }

    /// What stands under every page.
    pub(super) fn foot(&self, surface: &mut Surface<'_>, title: &str, number: &str) {
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        let (y, size) = FOOT;
        let line = |x: f64, anchor, text: String| Mark::Text {
            at: (x, y),
            anchor,
            size,
            strong: false,
            ink: Ink::Quiet,
            text,
        };
        let rule = vec![(LEFT, y - 13.0), (LEFT + WIDE, y - 13.0)];
        let title = self
            .fonts
            .wrap(&truncate(title, FOOT_COLUMNS, false), size, false, WIDE * 0.7)
            .into_iter()
            .next()
            .unwrap_or_default();
        self.mark(surface, Mark::Line { points: rule, ink: Ink::Grid, width: 0.6 });
        self.mark(surface, line(LEFT, Anchor::Start, title));
        self.mark(surface, line(LEFT + WIDE, Anchor::End, number.to_owned()));
        surface.end_tagged();
    }

    fn mark(&self, surface: &mut Surface<'_>, mark: Mark) {
        match mark {
            Mark::Area { points, ink } => {
                surface.set_stroke(None);
                surface.set_fill(Some(fill(ink)));
                draw(surface, &points, true);
            }
            Mark::Line { points, ink, width } => {
                surface.set_fill(None);
                let stroke = Stroke {
                    paint: colour(ink).into(),
                    width: length(width),
                    line_join: LineJoin::Round,
                    ..Stroke::default()
                };
                surface.set_stroke(Some(stroke));
                draw(surface, &points, false);
            }
            Mark::Text { at, anchor, size, strong, ink, text } => {
                let text = self.fonts.printable(&text);
                if text.trim().is_empty() {
                    return;
                }
                let wide = self.fonts.width(&text, size, strong);
                let x = match anchor {
                    Anchor::Start => at.0,
                    Anchor::Middle => at.0 - wide / 2.0,
                    Anchor::End => at.0 - wide,
                };
                surface.set_stroke(None);
                surface.set_fill(Some(fill(ink)));
                let start = At::from_xy(length(x), length(at.1));
                let font = self.fonts.font(strong);
                surface.draw_text(start, font, length(size), &text, false, TextDirection::LeftToRight);
            }
        }
    }

    /// The document's structure, in the order of reading.
    pub(super) fn tree(self, language: &str) -> TagTree {
        let Self { elements, drawn, .. } = self;
        let mut groups: Vec<Option<TagGroup>> = Vec::with_capacity(elements.len());
        for (element, leaves) in elements.iter().zip(drawn) {
            groups
                .push(Some(TagGroup::with_children(tag(&element.kind), leaves.into_iter().map(Node::from).collect())));
        }
        let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
        let mut tops = Vec::new();
        // An element comes after the one it stands under: from the last on each is whole when it is handed up.
        for place in (0..elements.len()).rev() {
            let Some(group) = groups[place].take() else { continue };
            match elements[place].under.and_then(|under| groups[under].as_mut()) {
                Some(above) => above.children.insert(0, group.into()),
                None => tops.push(group),
            }
        }
        tops.into_iter().rev().for_each(|group| tree.push(group));
        tree
    }
}

fn tag(kind: &Kind) -> TagKind {
    let heading =
        |level: u16, text: &str| Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), Some(text.to_owned()));
    match kind {
        Kind::Title(text) => heading(1, text).into(),
        Kind::Heading(text) => heading(2, text).into(),
        Kind::Paragraph => Tag::P.into(),
        Kind::Quote => Tag::BlockQuote.into(),
        Kind::List => Tag::L(ListNumbering::Disc).into(),
        Kind::Item => Tag::LI.into(),
        Kind::Label => Tag::Lbl.into(),
        Kind::Body => Tag::LBody.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Row => Tag::TR.into(),
        Kind::Head => Tag::TH(TableHeaderScope::Row).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Figure(text) => Tag::Figure(Some(text.clone())).into(),
    }
}

fn draw(surface: &mut Surface<'_>, points: &[Point], closed: bool) {
    let mut path = PathBuilder::new();
    for (place, (x, y)) in points.iter().enumerate() {
        let (x, y) = (length(*x), length(*y));
        if place == 0 {
            path.move_to(x, y);
        } else {
            path.line_to(x, y);
        }
    }
    if closed {
        path.close();
    }
    // Shapes without any extent are not drawn.
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn fill(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: NormalizedF32::ONE, ..Fill::default() }
}

fn colour(ink: Ink) -> rgb::Color {
    let (red, green, blue) = match ink {
        Ink::Text => (0x17, 0x27, 0x2c),
        Ink::Quiet => (0x55, 0x66, 0x6c),
        Ink::Grid => (0xc3, 0xce, 0xd1),
        Ink::Track => (0xe6, 0xec, 0xee),
        Ink::Band | Ink::Step(3) => (0x86, 0xbc, 0xb7),
        Ink::Shape => (0xe4, 0xf1, 0xef),
        Ink::Score => (0x0a, 0x47, 0x4c),
        Ink::Accent | Ink::Step(0) => (0xb4, 0x55, 0x2d),
        Ink::Paper => (0xff, 0xff, 0xff),
        Ink::Step(1) => (0xe0, 0xa3, 0x82),
        Ink::Step(2) => (0xd5, 0xdc, 0xde),
        Ink::Step(_) => (0x0d, 0x62, 0x68),
    };
    rgb::Color::new(red, green, blue)
}

/// A length as the library takes it.
#[expect(clippy::cast_possible_truncation, reason = "lengths of a page need no more than seven digits")]
pub(super) fn length(value: f64) -> f32 {
    value as f32
}
