use std::f64::consts::TAU;

use crate::report::Spoke;
use crate::scoring::Score;
use crate::text::{truncate, width, wrap};

/// Where something is: to the right and down, in points of a page or pixels of a screen.
pub(super) type Point = (f64, f64);

/// A picture made of shapes, drawn in this order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) marks: Vec<Mark>,
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A filled polygon.
    Area { points: Vec<Point>, ink: Ink },
    /// A line through points.
    Line { points: Vec<Point>, ink: Ink, width: f64 },
    /// One line of text, its baseline at `at`.
    Text { at: Point, anchor: Anchor, size: f64, strong: bool, ink: Ink, text: String },
}

/// Which point of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What a shape means. Each is told from its neighbours by its lightness too, so that a grey printer is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Text,
    Quiet,
    Grid,
    Track,
    Band,
    Shape,
    Score,
    Accent,
    Paper,
    /// A point of a response format, 0 the lowest of five.
    Step(u8),
}

/// How many steps [`Ink::Step`] knows.
const STEPS: usize = 5;
/// Width and height of the radar's figure.
const RADAR: (f64, f64) = (300.0, 246.0);
/// How far its corners are from its centre.
const RADIUS: f64 = 84.0;
/// Size of its texts.
const LABEL: f64 = 9.5;
/// Columns of a corner's name; a longer one is broken, and cut after two lines.
const LABEL_COLUMNS: usize = 15;
/// A segment of a stack that is narrower than this has no room for its count.
const COUNT_WIDTH: f64 = 11.0;

impl Mark {
    pub(super) fn rectangle((x, y): Point, wide: f64, high: f64, ink: Ink) -> Self {
        Self::Area { points: vec![(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)], ink }
    }

    fn diamond((x, y): Point, reach: f64, ink: Ink) -> Self {
        Self::Area { points: vec![(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)], ink }
    }

    /// The same, moved.
    pub(super) fn moved(self, by: Point) -> Self {
        let all = |points: Vec<Point>| points.into_iter().map(|(x, y)| (x + by.0, y + by.1)).collect();
        match self {
            Self::Area { points, ink } => Self::Area { points: all(points), ink },
            Self::Line { points, ink, width } => Self::Line { points: all(points), ink, width },
            Self::Text { at, anchor, size, strong, ink, text } => {
                Self::Text { at: (at.0 + by.0, at.1 + by.1), anchor, size, strong, ink, text }
            }
        }
    }

    /// The same, `factor` times as large.
    pub(super) fn scaled(self, factor: f64) -> Self {
        let all = |points: Vec<Point>| points.into_iter().map(|(x, y)| (x * factor, y * factor)).collect();
        match self {
            Self::Area { points, ink } => Self::Area { points: all(points), ink },
            Self::Line { points, ink, width } => Self::Line { points: all(points), ink, width: width * factor },
            Self::Text { at, anchor, size, strong, ink, text } => {
                Self::Text { at: (at.0 * factor, at.1 * factor), anchor, size: size * factor, strong, ink, text }
            }
        }
    }
}

/// A score with its band on a line from 0 to 100.
pub(super) fn strip(score: Score, wide: f64, high: f64) -> Figure {
    let at = |value: f64| value.clamp(0.0, 100.0) / 100.0 * wide;
    let (top, thick) = (high * 0.22, high * 0.56);
    let mut marks = vec![
        Mark::rectangle((at(0.0), top), at(100.0) - at(0.0), thick, Ink::Track),
        Mark::rectangle((at(score.low), top), at(score.high) - at(score.low), thick, Ink::Band),
    ];
    for quarter in [25.0, 50.0, 75.0] {
        let points = vec![(at(quarter), top), (at(quarter), top + thick)];
        marks.push(Mark::Line { points, ink: Ink::Paper, width: 1.0 });
    }
    let middle = (at(score.value), high / 2.0);
    marks.push(Mark::diamond(middle, high / 2.0, Ink::Paper));
    marks.push(Mark::diamond(middle, high / 2.0 - 1.2, Ink::Score));
    Figure { width: wide, height: high, marks }
}

/// How often each point was answered, as one line of segments. The lower half of the points is hatched.
pub(super) fn stack(counts: &[u64], wide: f64, high: f64) -> Figure {
    let total: u64 = counts.iter().sum();
    let mut marks = Vec::new();
    let mut before = 0;
    for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (start, end) = (share(before, total) * wide, share(before + count, total) * wide);
        before += count;
        let step = step(place, counts.len());
        marks.push(Mark::rectangle((start, 0.0), end - start, high, Ink::Step(step)));
        if 2 * place + 1 < counts.len() {
            marks.extend(hatching((start, 0.0), (end, high), if step == 0 { 3.0 } else { 6.0 }));
        }
        if start > 0.0 {
            let points = vec![(start, 0.0), (start, high)];
            marks.push(Mark::Line { points, ink: Ink::Paper, width: 1.5 });
        }
        if end - start >= COUNT_WIDTH {
            let size = high * 0.6;
            let at = (f64::midpoint(start, end), high / 2.0 + size * 0.36);
            let text = count.to_string();
            let behind = (at.0 - size * (0.34 * f64_of(text.len()) + 0.2), high / 2.0 - size * 0.56);
            marks.push(Mark::rectangle(behind, 2.0 * (at.0 - behind.0), size * 1.12, Ink::Paper));
            marks.push(Mark::Text { at, anchor: Anchor::Middle, size, strong: true, ink: Ink::Text, text });
        }
    }
    Figure { width: wide, height: high, marks }
}

/// The ink of a point among so many.
pub(super) fn step(place: usize, points: usize) -> u8 {
    let step = (place * (STEPS - 1) + (points.max(2) - 1) / 2) / (points.max(2) - 1);
    u8::try_from(step.min(STEPS - 1)).unwrap_or_default()
}

/// Slanted lines within a rectangle, `apart` from each other.
fn hatching((left, top): Point, (right, bottom): Point, apart: f64) -> Vec<Mark> {
    let high = bottom - top;
    let mut lines = Vec::new();
    let mut start = left - high + apart;
    while start < right {
        // From the bottom at `start` up to the top at `start + high`, cut off at both sides.
        let (from, to) = (start.max(left), (start + high).min(right));
        let points = vec![(from, bottom - (from - start)), (to, bottom - (to - start))];
        lines.push(Mark::Line { points, ink: Ink::Paper, width: 0.8 });
        start += apart;
    }
    lines
}

/// Scores as a polygon with a corner for each, their bands along the spokes; none with fewer than three corners.
pub(super) fn radar(spokes: &[Spoke]) -> Option<Figure> {
    if spokes.len() < 3 {
        return None;
    }
    let (wide, high) = RADAR;
    let centre = (wide / 2.0, high / 2.0 + 4.0);
    let corner = |place: usize, value: f64| {
        let angle = TAU * f64_of(place) / f64_of(spokes.len());
        let reach = RADIUS * value / 100.0;
        (centre.0 + reach * angle.sin(), centre.1 - reach * angle.cos())
    };
    let ring = |value: f64| {
        let mut points: Vec<Point> = (0..spokes.len()).map(|place| corner(place, value)).collect();
        points.push(corner(0, value));
        points
    };
    let mut marks = Vec::new();
    let scores: Option<Vec<Score>> = spokes.iter().map(|spoke| spoke.score).collect();
    if let Some(scores) = &scores {
        let points = scores.iter().enumerate().map(|(place, score)| corner(place, score.value)).collect();
        marks.push(Mark::Area { points, ink: Ink::Shape });
    }
    for value in [25.0, 50.0, 75.0, 100.0] {
        let width = if value > 99.0 { 1.0 } else { 0.6 };
        marks.push(Mark::Line { points: ring(value), ink: Ink::Grid, width });
    }
    for (place, spoke) in spokes.iter().enumerate() {
        marks.push(Mark::Line { points: vec![centre, corner(place, 100.0)], ink: Ink::Grid, width: 0.6 });
        if let Some(score) = spoke.score {
            let points = vec![corner(place, score.low), corner(place, score.high)];
            marks.push(Mark::Line { points, ink: Ink::Band, width: 5.0 });
        }
    }
    marks.extend(edges(spokes, &corner));
    for (place, spoke) in spokes.iter().enumerate() {
        marks.extend(corner_marks(spoke, spoke.score.map(|score| corner(place, score.value))));
        marks.extend(label(spoke, corner(place, 100.0), centre));
    }
    Some(Figure { width: wide, height: high, marks })
}

/// The edges between neighbours that both have a score.
fn edges(spokes: &[Spoke], corner: &impl Fn(usize, f64) -> Point) -> Vec<Mark> {
    let edge = |place: usize| {
        let next = (place + 1) % spokes.len();
        let (one, other) = (spokes[place].score?, spokes[next].score?);
        let points = vec![corner(place, one.value), corner(next, other.value)];
        Some(Mark::Line { points, ink: Ink::Score, width: 1.8 })
    };
    (0..spokes.len()).filter_map(edge).collect()
}

fn corner_marks(spoke: &Spoke, at: Option<Point>) -> Vec<Mark> {
    let Some(at) = at.filter(|_| spoke.score.is_some()) else { return Vec::new() };
    vec![Mark::diamond(at, 5.6, Ink::Paper), Mark::diamond(at, 4.4, Ink::Score)]
}

/// A corner's name and, stronger, its score.
fn label(spoke: &Spoke, corner: Point, centre: Point) -> Vec<Mark> {
    let mut lines: Vec<String> = wrap(&spoke.label, LABEL_COLUMNS).into_iter().map(ToOwned::to_owned).collect();
    if lines.len() > 2 {
        lines.truncate(2);
        let last = format!("{}…", lines[1]);
        lines[1] = truncate(&last, LABEL_COLUMNS, false).into_owned();
    }
    lines.push(spoke.score.map_or_else(|| "?".to_owned(), |score| format!("{:.0}", score.value)));
    let beside = (corner.0 - centre.0).abs() > RADIUS * 0.2;
    let anchor = match corner.0 < centre.0 {
        _ if !beside => Anchor::Middle,
        true => Anchor::End,
        false => Anchor::Start,
    };
    let line_height = LABEL * 1.2;
    let high = line_height * f64_of(lines.len());
    let x = corner.0 + if beside { 7.0 * (corner.0 - centre.0).signum() } else { 0.0 };
    let top = match corner.1 < centre.1 {
        true if !beside => corner.1 - high - 2.0,
        false if !beside => corner.1 + 4.0,
        false if corner.1 > centre.1 + RADIUS * 0.5 => corner.1 - LABEL * 0.4,
        _ => corner.1 - high / 2.0,
    };
    let last = lines.len() - 1;
    let line = |(place, text): (usize, String)| {
        let at = (x, top + line_height * f64_of(place) + LABEL);
        let strong = place == last;
        Mark::Text { at, anchor, size: LABEL, strong, ink: if strong { Ink::Score } else { Ink::Text }, text }
    };
    lines.into_iter().filter(|line| width(line) > 0).enumerate().map(line).collect()
}

#[expect(clippy::cast_precision_loss, reason = "people and places are far below 2^53")]
fn share(count: u64, total: u64) -> f64 {
    count as f64 / total.max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "a figure has a few hundred shapes")]
pub(super) fn f64_of(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(marks: &[Mark]) -> Vec<&str> {
        let mut texts = Vec::new();
        for mark in marks {
            if let Mark::Text { text, .. } = mark {
                texts.push(text.as_str());
            }
        }
        texts
    }

    /// Left and right end of the areas of this ink.
    fn extents(marks: &[Mark], wanted: impl Fn(Ink) -> bool) -> Vec<(f64, f64)> {
        let extent = |mark: &Mark| match mark {
            Mark::Area { points, ink } if wanted(*ink) => {
                let x = points.iter().map(|(x, _)| *x);
                Some((x.clone().fold(f64::MAX, f64::min), x.fold(f64::MIN, f64::max)))
            }
            _ => None,
        };
        marks.iter().filter_map(extent).collect()
    }

    #[test]
    fn a_strip_shows_the_band_where_it_is() {
        let figure = strip(Score::new(50.0, 5.0), 210.0, 10.0);
        let [(low, high)] = extents(&figure.marks, |ink| ink == Ink::Band)[..] else { panic!("one band") };
        assert!((low - 2.1 * (50.0 - 9.8)).abs() < 1e-9 && (high - 2.1 * (50.0 + 9.8)).abs() < 1e-9);
        let [(left, right)] = extents(&figure.marks, |ink| ink == Ink::Score)[..] else { panic!("one score") };
        assert!((f64::midpoint(left, right) - 105.0).abs() < 1e-9);
    }

    #[test]
    fn a_stack_shows_each_count_in_its_share_and_hatches_the_lower_half() {
        let figure = stack(&[9, 1, 0, 2, 8], 200.0, 20.0);
        let segments = extents(&figure.marks, |ink| matches!(ink, Ink::Step(_)));
        assert_eq!(segments, [(0.0, 90.0), (90.0, 100.0), (100.0, 120.0), (120.0, 200.0)]);
        assert_eq!(texts(&figure.marks), ["9", "2", "8"], "a narrow segment has no room for its count");
        let hatched =
            |mark: &&Mark| matches!(mark, Mark::Line { points, width, .. } if *width < 1.0 && points[0].0 < 100.0);
        let lines = figure.marks.iter().filter(|mark| matches!(mark, Mark::Line { width, .. } if *width < 1.0));
        assert!(lines.clone().count() > 10 && lines.clone().filter(hatched).count() == lines.count());
        assert!(stack(&[], 200.0, 20.0).marks.is_empty() && stack(&[0, 0], 200.0, 20.0).marks.is_empty());
    }

    #[test]
    fn steps_reach_from_the_first_ink_to_the_last() {
        let of = |points| (0..points).map(|place| step(place, points)).collect::<Vec<_>>();
        assert_eq!(of(5), [0, 1, 2, 3, 4]);
        assert_eq!(of(2), [0, 4]);
        assert_eq!(of(7).first().zip(of(7).last()), Some((&0, &4)));
        assert_eq!(of(1), [0]);
    }

    #[test]
    fn a_radar_names_a_missing_corner_and_draws_no_edge_to_it() {
        let spoke = |value: Option<f64>| Spoke {
            label: "Keadilan sosial".into(),
            score: value.map(|value| Score::new(value, 8.0)),
        };
        let edges = |spokes: &[Spoke]| {
            let figure = radar(spokes).unwrap();
            figure.marks.iter().filter(|mark| matches!(mark, Mark::Line { ink: Ink::Score, .. })).count()
        };
        let whole: Vec<Spoke> = [10.0, 20.0, 30.0, 40.0].map(Some).map(spoke).to_vec();
        assert_eq!(edges(&whole), 4);
        let gap = [Some(10.0), None, Some(30.0), Some(40.0)].map(spoke);
        assert_eq!(edges(&gap), 2);
        let figure = radar(&gap).unwrap();
        assert_eq!(texts(&figure.marks).iter().filter(|text| **text == "?").count(), 1);
        assert!(extents(&figure.marks, |ink| ink == Ink::Shape).is_empty());
        assert!(radar(&whole[..2]).is_none());
    }
}
