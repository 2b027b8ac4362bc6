//! A report to slabs.

use super::fonts::Fonts;
use super::sheets::{HIGH, NARROW, Piece, Run, Slab, WIDE};
use crate::report::page::PageWords;
use crate::report::page::figure::{Anchor, Figure, Ink, Mark, radar, stack, strip};
use crate::report::page::part::{Part, Row, rows};
use crate::report::{Bar, Block, Report, Spoke, Stack};

/// What an element of the document is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Title(String),
    Heading(String),
    Paragraph,
    Quote,
    List,
    Item,
    Label,
    Body,
    Table,
    Row,
    Head,
    Cell,
    Figure(String),
}

/// An element of the document, under another one or at the top.
#[derive(Clone, Debug)]
pub(super) struct Element {
    pub(super) kind: Kind,
    pub(super) under: Option<usize>,
}

/// How a text is set; sizes in points before they are scaled.
#[derive(Clone, Copy)]
struct Style {
    size: f64,
    leading: f64,
    strong: bool,
    ink: Ink,
}

const TITLE: Style = Style { size: 24.0, leading: 28.0, strong: true, ink: Ink::Score };
const HEADING: Style = Style { size: 12.0, leading: 15.0, strong: true, ink: Ink::Score };
const PLAIN: Style = Style { size: 9.6, leading: 13.0, strong: false, ink: Ink::Text };
const ASIDE: Style = Style { size: 8.9, leading: 11.8, strong: false, ink: Ink::Quiet };
const STRONG: Style = Style { size: 9.6, leading: 12.9, strong: true, ink: Ink::Text };
const SMALL: Style = Style { size: 7.9, leading: 10.4, strong: false, ink: Ink::Quiet };
const BOXED: Style = Style { size: 8.1, leading: 10.8, strong: false, ink: Ink::Text };

/// Room between paragraphs, and above a heading.
const PARAGRAPH: f64 = 3.8;
const SECTION: f64 = 13.0;
/// A side by side of radar and bars that is higher is not read at a glance.
const HIGHEST_SIDE: f64 = HIGH * 0.6;

/// A report as it is laid out at one scale.
pub(super) struct Layout<'a> {
    pub(super) elements: Vec<Element>,
    pub(super) runs: Vec<Run>,
    fonts: &'a Fonts,
    words: PageWords<'a>,
    scale: f64,
}

impl<'a> Layout<'a> {
    pub(super) fn of(report: &Report, fonts: &'a Fonts, words: PageWords<'a>, scale: f64) -> Self {
        let mut layout = Self { elements: Vec::new(), runs: Vec::new(), fonts, words, scale };
        fonts.take_replaced();
        let title = layout.element(Kind::Title(report.title.clone()), None);
        let slabs = layout.text(&report.title, TITLE, (0.0, WIDE), title, 0.0);
        layout.runs.push(Run::Wide(kept(slabs)));
        for row in rows(report) {
            let run = match row {
                Row::Wide(part) => Run::Wide(layout.part(&part, WIDE)),
                Row::Columns(parts) => {
                    Run::Columns(parts.iter().flat_map(|part| whole(layout.part(part, NARROW))).collect())
                }
            };
            layout.runs.push(run);
        }
        let replaced = fonts.take_replaced();
        if replaced > 0 {
            let told = words.t.report.replaced.with(&[("n", &replaced.to_string())]);
            let element = layout.element(Kind::Paragraph, None);
            let slabs = layout.text(&told, SMALL, (0.0, WIDE), element, SECTION);
            layout.runs.push(Run::Wide(slabs));
        }
        layout
    }

    fn element(&mut self, kind: Kind, under: Option<usize>) -> usize {
        self.elements.push(Element { kind, under });
        self.elements.len() - 1
    }

    /// A heading as PDF knows it has a text.
    fn heading(&mut self, text: &str) -> usize {
        let kind = if text.trim().is_empty() { Kind::Paragraph } else { Kind::Heading(text.to_owned()) };
        self.element(kind, None)
    }

    /// A text as slabs, one a line, from `x` on and `room` wide.
    fn text(&self, text: &str, style: Style, (x, room): (f64, f64), element: usize, before: f64) -> Vec<Slab> {
        let (size, leading) = (style.size * self.scale, style.leading * self.scale);
        let lines = self.fonts.wrap(text, size, style.strong, room);
        let last = lines.len() - 1;
        let slab = |(place, text): (usize, String)| {
            let at = (x, leading / 2.0 + size * 0.36);
            let mark = Mark::Text { at, anchor: Anchor::Start, size, strong: style.strong, ink: style.ink, text };
            Slab {
                height: leading,
                before: if place == 0 { before * self.scale } else { 0.0 },
                // No line of a paragraph stands alone.
                keep: place < last && (place == 0 || place + 2 > last),
                pieces: vec![Piece { element: Some(element), marks: vec![mark] }],
            }
        };
        lines.into_iter().enumerate().map(slab).collect()
    }

    fn paragraph(&mut self, text: &str, style: Style, wide: f64) -> Vec<Slab> {
        let element = self.element(Kind::Paragraph, None);
        self.text(text, style, (0.0, wide), element, PARAGRAPH)
    }

    fn part(&mut self, part: &Part<'_>, wide: f64) -> Vec<Slab> {
        let mut slabs = Vec::new();
        let boxed = matches!(part.blocks.first(), Some(Block::Boxed { .. }));
        if let Some(heading) = part.heading.filter(|_| !boxed) {
            let element = self.heading(heading);
            slabs.extend(kept(self.text(heading, HEADING, (0.0, wide), element, SECTION)));
        }
        let radar = part.blocks.iter().find_map(|block| match block {
            Block::Radar(spokes) => Some(spokes),
            _ => None,
        });
        let beside = radar.filter(|_| part.blocks.iter().any(|block| matches!(block, Block::Bars(_))));
        for block in &part.blocks {
            match (block, beside) {
                (Block::Bars(bars), Some(spokes)) => slabs.extend(self.side(spokes, bars, wide)),
                (Block::Radar(_), Some(_)) => {}
                _ => slabs.extend(self.block(block, wide)),
            }
        }
        slabs
    }

    fn block(&mut self, block: &Block, wide: f64) -> Vec<Slab> {
        match block {
            Block::Heading(text) | Block::Paragraph(text) => self.paragraph(text, PLAIN, wide),
            Block::Aside(text) => self.paragraph(text, ASIDE, wide),
            Block::Question(text) => self.marked(Kind::Paragraph, text, STRONG, Ink::Accent, wide),
            Block::Said(text) => self.marked(Kind::Quote, text, PLAIN, Ink::Band, wide),
            Block::List(texts) => self.list(texts, wide),
            Block::Boxed { title, texts } => self.boxed(title, texts, wide),
            Block::Bars(bars) => self.bars(bars, wide),
            Block::Stacks(stacks) => self.stacks(stacks, wide),
            Block::Radar(spokes) => self.radar(spokes, wide),
        }
    }

    /// A paragraph with a line of colour beside it.
    fn marked(&mut self, kind: Kind, text: &str, style: Style, ink: Ink, wide: f64) -> Vec<Slab> {
        let element = self.element(kind, None);
        let mut slabs = self.text(text, style, (9.0, wide - 9.0), element, PARAGRAPH + 1.0);
        for slab in &mut slabs {
            let marks = vec![Mark::rectangle((0.0, 0.0), 2.4, slab.height, ink)];
            slab.pieces.push(Piece { element: None, marks });
        }
        slabs
    }

    fn list(&mut self, texts: &[String], wide: f64) -> Vec<Slab> {
        let list = self.element(Kind::List, None);
        let mut slabs = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            let item = self.element(Kind::Item, Some(list));
            let label = self.element(Kind::Label, Some(item));
            let body = self.element(Kind::Body, Some(item));
            let before = if place == 0 { PARAGRAPH } else { 1.5 };
            let mut lines = self.text(text, PLAIN, (11.0, wide - 11.0), body, before);
            let bullet = self.text("•", PLAIN, (1.0, wide), label, 0.0).into_iter().flat_map(|slab| slab.pieces);
            if let Some(first) = lines.first_mut() {
                first.pieces.splice(0..0, bullet);
            }
            slabs.extend(lines);
        }
        slabs
    }

    /// A box with a heading of its own; without the box where it is higher than a page.
    fn boxed(&mut self, title: &str, texts: &[String], wide: f64) -> Vec<Slab> {
        let pad = 11.0;
        let room = (pad, wide - 2.0 * pad);
        let heading = self.heading(title);
        let mut slabs = kept(self.text(title, HEADING, room, heading, 0.0));
        for text in texts {
            let element = self.element(Kind::Paragraph, None);
            slabs.extend(self.text(text, BOXED, room, element, PARAGRAPH));
        }
        let inner = stacked(slabs.clone());
        let high = inner.height + 2.0 * pad - 2.0;
        if high > HIGH {
            return slabs;
        }
        let corners = vec![(0.3, 0.3), (wide - 0.3, 0.3), (wide - 0.3, high - 0.3), (0.3, high - 0.3), (0.3, 0.3)];
        let frame = vec![
            Mark::Line { points: corners, ink: Ink::Grid, width: 0.6 },
            Mark::rectangle((0.0, 0.0), wide, 2.4, Ink::Score),
        ];
        let mut pieces = vec![Piece { element: None, marks: frame }];
        pieces.extend(moved(inner.pieces, (0.0, pad)));
        vec![Slab { height: high, before: SECTION * self.scale, keep: false, pieces }]
    }

    fn bars(&mut self, bars: &[Bar], wide: f64) -> Vec<Slab> {
        let table = self.element(Kind::Table, None);
        bars.iter().flat_map(|bar| self.bar(bar, table, wide)).collect()
    }

    /// A row: what it is about, and beside it the score, its band, and what it rests on; in pieces where it is higher
    /// than a page.
    fn bar(&mut self, bar: &Bar, table: usize, wide: f64) -> Vec<Slab> {
        let row = self.element(Kind::Row, Some(table));
        let head = self.element(Kind::Head, Some(row));
        let score = self.element(Kind::Cell, Some(row));
        let basis = self.element(Kind::Cell, Some(row));
        let left = wide * 0.34;
        let (x, room) = (left + 10.0, wide - left - 10.0);
        let label = self.text(&bar.label, STRONG, (0.0, left), head, 0.0);
        let style = if bar.score.is_some() { STRONG } else { ASIDE };
        let mut right = self.text(&bar.reading, style, (x, room), score, 0.0);
        if let Some(value) = bar.score {
            let figure = strip(value, room, 12.5 * self.scale);
            right.push(Slab {
                height: figure.height + 1.0,
                before: 0.5,
                keep: false,
                pieces: moved(vec![Piece { element: None, marks: figure.marks }], (x, 0.0)),
            });
        }
        if !bar.basis.is_empty() {
            right.extend(self.text(&bar.basis, SMALL, (x, room), basis, 1.0));
        }
        let (beside, under) = (stacked(label.clone()), stacked(right.clone()));
        let height = beside.height.max(under.height);
        if height > HIGH {
            return label.into_iter().chain(right).collect();
        }
        let pieces = beside.pieces.into_iter().chain(under.pieces).collect();
        vec![Slab { height, before: 5.0 * self.scale, keep: false, pieces }]
    }

    /// Radar and bars side by side; one under the other where they are many.
    fn side(&mut self, spokes: &[Spoke], bars: &[Bar], wide: f64) -> Vec<Slab> {
        let left = wide * 0.4;
        let mark = self.elements.len();
        let radar = self.radar(spokes, left);
        let bars_beside = stacked(self.bars(bars, wide - left - 8.0));
        let Some(figure) = radar.into_iter().next().filter(|_| bars_beside.height <= HIGHEST_SIDE) else {
            self.elements.truncate(mark);
            let mut slabs = self.radar(spokes, wide);
            slabs.extend(self.bars(bars, wide));
            return slabs;
        };
        let height = figure.height.max(bars_beside.height);
        let mut pieces = moved(figure.pieces, (0.0, (height - figure.height) / 2.0));
        pieces.extend(moved(bars_beside.pieces, (left + 8.0, (height - bars_beside.height) / 2.0)));
        vec![Slab { height: height + 6.0, before: 10.0 * self.scale, keep: false, pieces }]
    }

    fn radar(&mut self, spokes: &[Spoke], wide: f64) -> Vec<Slab> {
        let Some(figure) = radar(spokes) else { return Vec::new() };
        let factor = (wide / figure.width).min(1.25 * self.scale);
        let element = self.element(Kind::Figure(self.words.radar(spokes)), None);
        let Figure { width, height, marks } = figure;
        let by = ((wide - width * factor) / 2.0, 0.0);
        let marks = marks.into_iter().map(|mark| mark.scaled(factor).moved(by)).collect();
        let pieces = vec![Piece { element: Some(element), marks }];
        vec![Slab { height: height * factor, before: PARAGRAPH, keep: false, pieces }]
    }

    fn stacks(&mut self, stacks: &[Stack], wide: f64) -> Vec<Slab> {
        let table = self.element(Kind::Table, None);
        stacks.iter().flat_map(|stack| self.stack(stack, table, wide)).collect()
    }

    /// A row: what it is about, and under it the counts as a line, and in words; in pieces where it is higher than a
    /// page.
    fn stack(&mut self, stack: &Stack, table: usize, wide: f64) -> Vec<Slab> {
        let row = self.element(Kind::Row, Some(table));
        let head = self.element(Kind::Head, Some(row));
        let cell = self.element(Kind::Cell, Some(row));
        let mut slabs = self.text(&stack.label, STRONG, (0.0, wide), head, 0.0);
        if stack.counts.iter().any(|count| *count > 0) {
            let figure = self::stack(&stack.counts, wide, 17.0 * self.scale);
            let pieces = vec![Piece { element: None, marks: figure.marks }];
            slabs.push(Slab { height: figure.height, before: 3.0, keep: false, pieces });
        }
        slabs.extend(self.text(&stack.reading, PLAIN, (0.0, wide), cell, 2.0));
        if !stack.basis.is_empty() {
            let basis = self.element(Kind::Cell, Some(row));
            slabs.extend(self.text(&stack.basis, SMALL, (0.0, wide), basis, 0.0));
        }
        let whole = Slab { before: 8.0 * self.scale, ..stacked(slabs.clone()) };
        if whole.height > HIGH { slabs } else { vec![whole] }
    }
}

/// Slabs as one.
fn stacked(slabs: Vec<Slab>) -> Slab {
    let mut whole = Slab { height: 0.0, before: 0.0, keep: false, pieces: Vec::new() };
    for (place, slab) in slabs.into_iter().enumerate() {
        let y = whole.height + if place == 0 { 0.0 } else { slab.before };
        whole.pieces.extend(moved(slab.pieces, (0.0, y)));
        whole.height = y + slab.height;
    }
    whole
}

fn moved(pieces: Vec<Piece>, by: (f64, f64)) -> Vec<Piece> {
    let piece = |piece: Piece| Piece { marks: piece.marks.into_iter().map(|mark| mark.moved(by)).collect(), ..piece };
    pieces.into_iter().map(piece).collect()
}

/// Slabs that stay with what follows them.
fn kept(mut slabs: Vec<Slab>) -> Vec<Slab> {
    for slab in &mut slabs {
        slab.keep = true;
    }
    slabs
}

/// Slabs that stay together.
fn whole(slabs: Vec<Slab>) -> Vec<Slab> {
    let mut slabs = kept(slabs);
    if let Some(last) = slabs.last_mut() {
        last.keep = false;
    }
    slabs
}
