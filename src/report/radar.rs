use std::f64::consts::TAU;

use super::{Glyphs, Spoke};
use crate::text::{truncate, width};

/// Point on a canvas whose unit is a terminal column wide and a column's width high.
type Point = (f64, f64);

/// A canvas of terminal cells, each with dots inside.
struct Canvas {
    columns: usize,
    rows: usize,
    glyphs: Glyphs,
    /// Bit 0 to 7 of each cell: its dots, in the order of Unicode's Braille patterns.
    dots: Vec<u8>,
    /// A stronger sign that wins over the dots.
    marks: Vec<Option<char>>,
}

/// Dots of a Braille cell by column and row (Unicode 15, section 21.1).
const BRAILLE: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

/// Stands in the cell that the wide character before it covers too.
const COVERED: char = '\0';

/// Columns that the shape and the gaps beside it take at least.
const NARROWEST: usize = 16;

/// A label with less room says nothing.
const SHORTEST_LABEL: usize = 8;

/// Terminal cells are about twice as high as wide.
const CELL_HEIGHT: f64 = 2.0;

/// The corner of spoke `place` of `count` at `share` (0 to 1) of `radius` from `centre`; the first points up.
#[expect(clippy::cast_precision_loss, reason = "a chart has a dozen corners at most")]
fn corner(place: usize, count: usize, share: f64, radius: f64, centre: Point) -> Point {
    let angle = TAU * place as f64 / count as f64;
    (centre.0 + radius * share * angle.sin(), centre.1 - radius * share * angle.cos())
}

/// The chart as rows of text, at most `columns` wide and `rows` high; nothing where that is too small to read or
/// there are fewer than three corners.
pub(super) fn radar(spokes: &[Spoke], columns: usize, rows: usize, glyphs: Glyphs) -> Vec<String> {
    let room = columns.saturating_sub(NARROWEST) / 2;
    let labels: Vec<String> = spokes.iter().map(|spoke| label(spoke, room, glyphs)).collect();
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or_default();
    if spokes.len() < 3 || rows < 9 || room < SHORTEST_LABEL {
        return Vec::new();
    }
    let (inner_columns, inner_rows) = (columns - 2 * (widest + 1), rows - 2);
    #[expect(clippy::cast_precision_loss, reason = "a terminal has a few hundred cells a side")]
    let (wide, high) = (inner_columns as f64, inner_rows as f64 * CELL_HEIGHT);
    let radius = (wide / 2.0).min(high / 2.0) - 0.5;
    let centre = (wide / 2.0, high / 2.0);
    let mut canvas = Canvas::new(inner_columns, inner_rows, glyphs);
    canvas.polygon(&outline(spokes.len(), 1.0, radius, centre), 1);
    canvas.polygon(&outline(spokes.len(), 0.5, radius, centre), 4);
    let scores: Vec<Option<Point>> = spokes
        .iter()
        .enumerate()
        .map(|(place, spoke)| Some(corner(place, spokes.len(), spoke.score?.value / 100.0, radius, centre)))
        .collect();
    canvas.polygon(&scores, 0);
    for point in scores.iter().flatten() {
        canvas.mark(*point);
    }
    labelled(&canvas, &labels, widest, (radius, centre))
}

fn outline(count: usize, share: f64, radius: f64, centre: Point) -> Vec<Option<Point>> {
    (0..count).map(|place| Some(corner(place, count, share, radius, centre))).collect()
}

/// A corner's name and score, the name cut where there is no room for it.
fn label(spoke: &Spoke, room: usize, glyphs: Glyphs) -> String {
    let score = spoke.score.map_or_else(|| "?".to_owned(), |score| format!("{:.0}", score.value));
    let name = truncate(&spoke.label, room.saturating_sub(width(&score) + 1), glyphs.is_ascii());
    format!("{name} {score}")
}

/// The canvas with each label beside its corner.
fn labelled(canvas: &Canvas, labels: &[String], margin: usize, (radius, centre): (f64, Point)) -> Vec<String> {
    let mut rows: Vec<Vec<char>> = Vec::with_capacity(canvas.rows + 2);
    let total = canvas.columns + 2 * (margin + 1);
    rows.push(vec![' '; total]);
    for row in 0..canvas.rows {
        let mut line = vec![' '; margin + 1];
        line.extend((0..canvas.columns).map(|column| canvas.sign(column, row)));
        line.resize(total, ' ');
        rows.push(line);
    }
    rows.push(vec![' '; total]);
    for (place, text) in labels.iter().enumerate() {
        let (x, y) = corner(place, labels.len(), 1.0, radius, centre);
        let wide = width(text);
        let (column, above) = (margin + 1 + cell(x, 1.0), y < centre.1 - radius * 0.9);
        let below = y > centre.1 + radius * 0.5;
        let row = if above {
            0
        } else if below {
            canvas.rows + 1
        } else {
            cell(y, CELL_HEIGHT) + 1
        };
        let start = if above || below {
            column.saturating_sub(wide / 2)
        } else if x > centre.0 {
            column + 2
        } else {
            column.saturating_sub(wide + 1)
        };
        write_at(&mut rows, row, start, text);
    }
    let text = |row: &Vec<char>| row.iter().filter(|sign| **sign != COVERED).collect::<String>();
    rows.iter().map(|row| text(row).trim_end().to_owned()).collect()
}

fn write_at(rows: &mut [Vec<char>], row: usize, start: usize, text: &str) {
    let last = rows.len().saturating_sub(1);
    let Some(line) = rows.get_mut(row.min(last)) else { return };
    let start = start.min(line.len().saturating_sub(width(text)));
    let mut column = start;
    for character in text.chars() {
        for (step, sign) in [character]
            .into_iter()
            .chain(std::iter::repeat(COVERED))
            .take(width(character.encode_utf8(&mut [0; 4])))
            .enumerate()
        {
            if let Some(cell) = line.get_mut(column + step) {
                *cell = sign;
            }
        }
        column += width(character.encode_utf8(&mut [0; 4]));
    }
}

/// The cell that a coordinate falls into, where a cell is `size` long.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "coordinates are clamped to the canvas")]
fn cell(coordinate: f64, size: f64) -> usize {
    (coordinate / size).max(0.0) as usize
}

impl Canvas {
    fn new(columns: usize, rows: usize, glyphs: Glyphs) -> Self {
        let cells = columns * rows;
        Self { columns, rows, glyphs, dots: vec![0; cells], marks: vec![None; cells] }
    }

    /// Edges between neighbours that are both there; `gap` dots are left out after each dot (0: a solid line).
    fn polygon(&mut self, corners: &[Option<Point>], gap: usize) {
        for (place, from) in corners.iter().enumerate() {
            if let (Some(from), Some(Some(to))) = (from, corners.get((place + 1) % corners.len())) {
                self.line(*from, *to, gap);
            }
        }
    }

    fn line(&mut self, from: Point, to: Point, gap: usize) {
        let steps = cell((to.0 - from.0).abs().max((to.1 - from.1).abs()) * 2.0, 1.0).max(1);
        for step in (0..=steps).step_by(gap + 1) {
            #[expect(clippy::cast_precision_loss, reason = "a line has a few hundred dots")]
            let share = step as f64 / steps as f64;
            let point = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            if gap == 0 && self.glyphs != Glyphs::Full {
                self.sign_at(point, if self.glyphs.is_ascii() { '*' } else { '▒' });
            } else {
                self.dot(point);
            }
        }
    }

    fn dot(&mut self, (x, y): Point) {
        let (column, row) = (cell(x, 1.0).min(self.columns - 1), cell(y, CELL_HEIGHT).min(self.rows - 1));
        let (within_x, within_y) = (cell(x * 2.0, 1.0) % 2, cell(y * 2.0, 1.0) % 4);
        self.dots[row * self.columns + column] |= BRAILLE[within_x][within_y];
    }

    fn mark(&mut self, point: Point) {
        let sign = if self.glyphs.is_ascii() { 'O' } else { '■' };
        self.sign_at(point, sign);
    }

    fn sign_at(&mut self, (x, y): Point, sign: char) {
        let (column, row) = (cell(x, 1.0).min(self.columns - 1), cell(y, CELL_HEIGHT).min(self.rows - 1));
        self.marks[row * self.columns + column] = Some(sign);
    }

    fn sign(&self, column: usize, row: usize) -> char {
        let place = row * self.columns + column;
        match (self.marks[place], self.dots[place], self.glyphs) {
            (Some(mark), _, _) => mark,
            (None, 0, _) => ' ',
            (None, dots, Glyphs::Full) => char::from_u32(0x2800 + u32::from(dots)).unwrap_or(' '),
            (None, _, Glyphs::Cp437) => '·',
            (None, _, Glyphs::Ascii) => '.',
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scoring::Score;
    use proptest::prelude::*;

    fn spokes(values: &[Option<f64>]) -> Vec<Spoke> {
        let spoke =
            |value: &Option<f64>| Spoke { label: "Keadilan".into(), score: value.map(|value| Score::new(value, 8.0)) };
        values.iter().map(spoke).collect()
    }

    #[test]
    fn what_cannot_be_drawn_readably_is_not_drawn() {
        assert!(radar(&spokes(&[Some(1.0), Some(2.0)]), 80, 20, Glyphs::Full).is_empty());
        assert!(radar(&spokes(&[Some(50.0); 5]), 20, 20, Glyphs::Full).is_empty());
        assert!(radar(&spokes(&[Some(50.0); 5]), 80, 5, Glyphs::Full).is_empty());
    }

    #[test]
    fn a_missing_corner_is_named_and_not_drawn() {
        let chart = radar(&spokes(&[Some(100.0), None, Some(0.0), Some(50.0), Some(50.0)]), 60, 17, Glyphs::Ascii);
        assert_eq!(chart.join("\n").matches("Keadilan ?").count(), 1);
        assert_eq!(chart.join("\n").matches('O').count(), 4);
    }

    proptest! {
        #[test]
        fn it_always_fits(
            values in prop::collection::vec(prop::option::of(0.0f64..=100.0), 0..9),
            columns in 0usize..120, rows in 0usize..50,
        ) {
            for glyphs in [Glyphs::Ascii, Glyphs::Cp437, Glyphs::Full] {
                let chart = radar(&spokes(&values), columns, rows, glyphs);
                prop_assert!(chart.len() <= rows && chart.iter().all(|line| width(line) <= columns));
            }
        }
    }
}
