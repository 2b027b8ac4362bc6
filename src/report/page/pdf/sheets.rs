//! Slabs to pages.

use crate::report::page::figure::{Mark, Point};

/// Width and height of A4, in points.
pub(super) const PAPER: (f64, f64) = (595.276, 841.89);
pub(super) const LEFT: f64 = 46.0;
pub(super) const WIDE: f64 = PAPER.0 - 2.0 * LEFT;
const TOP: f64 = 38.0;
const BOTTOM: f64 = PAPER.1 - 44.0;
const GAP: f64 = 26.0;
/// Width of one of two columns.
pub(super) const NARROW: f64 = (WIDE - GAP) / 2.0;
/// Height of what a page can hold.
pub(super) const HIGH: f64 = BOTTOM - TOP;

/// What stands on a page in one piece, over the width of its column.
#[derive(Clone, Debug)]
pub(super) struct Slab {
    pub(super) height: f64,
    /// Room above it, except at the top of a column.
    pub(super) before: f64,
    /// The next one stands in the same column.
    pub(super) keep: bool,
    pub(super) pieces: Vec<Piece>,
}

/// Shapes that are one element of the document, or none: then they tell nothing that is not told elsewhere.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) element: Option<usize>,
    pub(super) marks: Vec<Mark>,
}

/// Slabs that follow each other.
pub(super) enum Run {
    /// Over the whole width.
    Wide(Vec<Slab>),
    /// In two columns, as high as each other where the end of the run allows it.
    Columns(Vec<Slab>),
}

/// Slabs that stand in one column.
type Chunk = Vec<Slab>;

/// A slab at its place.
pub(super) struct Placed {
    pub(super) at: Point,
    pub(super) slab: Slab,
}

/// Every page with what stands on it.
pub(super) fn sheets(runs: Vec<Run>) -> Vec<Vec<Placed>> {
    let mut sheets = Sheets { pages: vec![Vec::new()], y: TOP };
    for run in runs {
        match run {
            Run::Wide(slabs) => chunks(slabs).into_iter().for_each(|chunk| sheets.wide(chunk)),
            Run::Columns(slabs) => sheets.columns(chunks(slabs)),
        }
    }
    sheets.pages
}

/// Slabs that must stand together; each alone where together they are higher than a page.
fn chunks(slabs: Vec<Slab>) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut open = false;
    for slab in slabs {
        let keep = slab.keep;
        match chunks.last_mut() {
            Some(chunk) if open => chunk.push(slab),
            _ => chunks.push(vec![slab]),
        }
        open = keep;
    }
    let whole = |chunk: Chunk| {
        if height(&chunk, true) > HIGH { chunk.into_iter().map(|slab| vec![slab]).collect() } else { vec![chunk] }
    };
    chunks.into_iter().flat_map(whole).collect()
}

/// Height of a chunk, at the top of a column or under another one.
fn height(chunk: &[Slab], top: bool) -> f64 {
    let all: f64 = chunk.iter().map(|slab| slab.before + slab.height).sum();
    all - if top { chunk.first().map_or(0.0, |slab| slab.before) } else { 0.0 }
}

struct Sheets {
    pages: Vec<Vec<Placed>>,
    y: f64,
}

impl Sheets {
    fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    fn is_top(&self) -> bool {
        self.y <= TOP
    }

    fn wide(&mut self, chunk: Chunk) {
        if self.y + height(&chunk, self.is_top()) > BOTTOM && !self.is_top() {
            self.turn();
        }
        self.y = self.place(chunk, LEFT, self.y);
    }

    /// Puts a chunk there; the height at which it ends.
    fn place(&mut self, chunk: Chunk, x: f64, mut y: f64) -> f64 {
        for slab in chunk {
            y += if y <= TOP { 0.0 } else { slab.before };
            let high = slab.height;
            if let Some(page) = self.pages.last_mut() {
                page.push(Placed { at: (x, y), slab });
            }
            y += high;
        }
        y
    }

    fn columns(&mut self, chunks: Vec<Chunk>) {
        let mut rest = chunks;
        while let Some(first) = rest.first() {
            // Both columns begin under the same room.
            let start = if self.is_top() { TOP } else { self.y + first.first().map_or(0.0, |slab| slab.before) };
            let room = BOTTOM - start;
            if height(first, true) > room && !self.is_top() {
                self.turn();
                continue;
            }
            let limit = balanced(&rest, room).unwrap_or(room);
            let left = fitting(&rest, limit).max(1);
            let right = fitting(&rest[left..], limit);
            let after = rest.split_off(left + right);
            let second = rest.split_off(left);
            let ends = [(rest, LEFT), (second, LEFT + NARROW + GAP)].map(|(chunks, x)| self.column(chunks, x, start));
            self.y = ends[0].max(ends[1]);
            rest = after;
            if !rest.is_empty() {
                self.turn();
            }
        }
    }

    fn column(&mut self, chunks: Vec<Chunk>, x: f64, start: f64) -> f64 {
        let mut y = start;
        for (place, mut chunk) in chunks.into_iter().enumerate() {
            if let Some(first) = chunk.first_mut().filter(|_| place == 0) {
                first.before = 0.0;
            }
            y = self.place(chunk, x, y);
        }
        y
    }
}

/// How many chunks stand under each other in this height.
fn fitting(chunks: &[Chunk], limit: f64) -> usize {
    let mut y = 0.0;
    let mut fitting = 0;
    for chunk in chunks {
        y += height(chunk, fitting == 0);
        if y > limit {
            break;
        }
        fitting += 1;
    }
    fitting
}

/// The least height in which all chunks stand in two columns; none where that is more than `room`.
fn balanced(chunks: &[Chunk], room: f64) -> Option<f64> {
    let total: f64 = chunks.iter().map(|chunk| height(chunk, false)).sum();
    let top = |chunk: Option<&Chunk>| chunk.map_or(0.0, |chunk| height(chunk, false) - height(chunk, true));
    let first = top(chunks.first());
    let mut left = 0.0;
    let mut least = f64::MAX;
    for (place, chunk) in chunks.iter().enumerate() {
        left += height(chunk, false);
        least = least.min((left - first).max(total - left - top(chunks.get(place + 1))));
    }
    // A little more, so that the same sum in another order still fits.
    Some(least + 0.01).filter(|least| *least <= room)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slabs(heights: &[(f64, bool)], first: usize) -> Vec<Slab> {
        let slab = |(place, (height, keep)): (usize, &(f64, bool))| Slab {
            height: *height,
            before: 5.0,
            keep: *keep,
            pieces: vec![Piece { element: Some(first + place), marks: Vec::new() }],
        };
        heights.iter().enumerate().map(slab).collect()
    }

    #[test]
    fn columns_end_at_the_same_height_and_a_full_page_is_turned() {
        let pages = sheets(vec![Run::Wide(slabs(&[(100.0, true)], 0)), Run::Columns(slabs(&[(50.0, false); 4], 1))]);
        let at: Vec<Point> = pages[0].iter().map(|placed| placed.at).collect();
        let second = LEFT + NARROW + GAP;
        let under = TOP + 105.0;
        assert_eq!(at, [(LEFT, TOP), (LEFT, under), (LEFT, under + 55.0), (second, under), (second, under + 55.0)]);
        assert_eq!(sheets(vec![Run::Wide(slabs(&[(HIGH - 10.0, false), (50.0, false)], 0))]).len(), 2);
    }

    proptest! {
        #[test]
        fn everything_stands_once_in_order_and_on_its_page(
            runs in prop::collection::vec((any::<bool>(), prop::collection::vec((1.0f64..300.0, any::<bool>()), 0..25)), 0..6),
        ) {
            let mut count = 0;
            let mut laid = Vec::new();
            for (wide, heights) in &runs {
                let slabs = slabs(heights, count);
                count += heights.len();
                laid.push(if *wide { Run::Wide(slabs) } else { Run::Columns(slabs) });
            }
            let pages = sheets(laid);
            let elements = pages.iter().flatten().filter_map(|placed| placed.slab.pieces[0].element);
            prop_assert_eq!(elements.collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
            for placed in pages.iter().flatten() {
                prop_assert!(placed.at.1 >= TOP && placed.at.1 + placed.slab.height <= BOTTOM + 0.1, "{:?}", placed.at);
            }
        }
    }
}
