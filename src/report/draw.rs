use super::radar::radar;
use super::stack::draw_stacks;
use super::{Bar, Block, Glyphs, Report, Spoke};
use crate::scoring::Score;
use crate::text::{pad, width, wrap};

/// What a run of text is, so that a front end can give it a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The title or a heading.
    Heading,
    /// Ordinary text.
    Plain,
    /// An explanation.
    Aside,
    /// A question.
    Question,
    /// A chart.
    Figure,
}

/// A run of text in one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What it is.
    pub role: Role,
    /// The text.
    pub text: String,
}

/// A line: runs side by side.
pub type Line = Vec<Run>;

/// The most rows a radar takes.
const RADAR_ROWS: usize = 17;

/// The most columns a radar takes.
const RADAR_COLUMNS: usize = 60;

/// Columns from which on a bar can be read beside its label.
const SHORTEST_STRIP: usize = 24;

/// A longer bar says no more.
const LONGEST_STRIP: usize = 60;

/// A report as lines of at most `columns` columns.
#[must_use]
pub fn draw(report: &Report, columns: usize, glyphs: Glyphs) -> Vec<Line> {
    let mut lines = Vec::new();
    paragraph(&mut lines, Role::Heading, &report.title, columns, "");
    for block in &report.blocks {
        lines.push(Line::new());
        match block {
            Block::Heading(text) => paragraph(&mut lines, Role::Heading, text, columns, ""),
            Block::Paragraph(text) => paragraph(&mut lines, Role::Plain, text, columns, ""),
            Block::Aside(text) => paragraph(&mut lines, Role::Aside, text, columns, ""),
            Block::Question(text) => paragraph(&mut lines, Role::Question, text, columns, "? "),
            Block::List(texts) => {
                for text in texts {
                    paragraph(&mut lines, Role::Plain, text, columns, "- ");
                }
            }
            Block::Said(text) => paragraph(&mut lines, Role::Plain, text, columns, "> "),
            Block::Boxed { title, texts } => {
                paragraph(&mut lines, Role::Heading, title, columns, "");
                for text in texts {
                    lines.push(Line::new());
                    paragraph(&mut lines, Role::Plain, text, columns, "");
                }
            }
            Block::Bars(bars) => draw_bars(&mut lines, bars, columns, glyphs),
            Block::Stacks(stacks) => draw_stacks(&mut lines, stacks, columns, glyphs),
            Block::Radar(spokes) => draw_radar(&mut lines, spokes, columns, glyphs),
        }
    }
    lines
}

/// A report as plain text, one line feed after each line.
#[must_use]
pub fn plain(report: &Report, columns: usize, glyphs: Glyphs) -> String {
    let line = |line: Line| {
        let text: String = line.into_iter().flat_map(|run| run.text.chars().collect::<Vec<_>>()).collect();
        text.trim_end().chars().map(|character| glyphs.nearest(character)).collect::<String>() + "\n"
    };
    draw(report, columns, glyphs).into_iter().map(line).collect()
}

fn one(role: Role, text: impl Into<String>) -> Line {
    vec![Run { role, text: text.into() }]
}

/// Wrapped text; the first line begins with `mark`, the others stand under the text.
fn paragraph(lines: &mut Vec<Line>, role: Role, text: &str, columns: usize, mark: &str) {
    for (place, line) in wrap(text, columns.saturating_sub(width(mark))).into_iter().enumerate() {
        let before = if place == 0 { mark.to_owned() } else { " ".repeat(width(mark)) };
        lines.push(one(role, before + line));
    }
}

fn draw_radar(lines: &mut Vec<Line>, spokes: &[Spoke], columns: usize, glyphs: Glyphs) {
    let rows = radar(spokes, columns.min(RADAR_COLUMNS), RADAR_ROWS, glyphs);
    lines.extend(rows.into_iter().map(|row| one(Role::Figure, row)));
}

/// The bars of a chart, their labels and readings in columns of their own where there is room for that.
fn draw_bars(lines: &mut Vec<Line>, bars: &[Bar], columns: usize, glyphs: Glyphs) {
    let widest = |text: fn(&Bar) -> &str, only: fn(&&Bar) -> bool| {
        bars.iter().filter(only).map(|bar| width(text(bar))).max().unwrap_or_default()
    };
    let label = widest(|bar| &bar.label, |_| true) + 2;
    let reading = widest(|bar| &bar.reading, |bar| bar.score.is_some()) + 2;
    match columns.checked_sub(label + reading) {
        Some(length) if length >= SHORTEST_STRIP => {
            for bar in bars {
                draw_bar(lines, bar, (label, length, columns), glyphs);
            }
        }
        _ => {
            for bar in bars {
                draw_stacked_bar(lines, bar, columns, glyphs);
            }
        }
    }
}

fn draw_bar(lines: &mut Vec<Line>, bar: &Bar, (label, length, columns): (usize, usize, usize), glyphs: Glyphs) {
    let mut line = one(Role::Plain, pad(&bar.label, label));
    match bar.score {
        Some(score) => {
            line.push(Run { role: Role::Figure, text: strip(score, length.min(LONGEST_STRIP), glyphs) });
            line.push(Run { role: Role::Plain, text: format!("  {}", bar.reading) });
            lines.push(line);
        }
        None => {
            for (place, part) in wrap(&bar.reading, columns - label).into_iter().enumerate() {
                let before = if place == 0 { pad(&bar.label, label) } else { " ".repeat(label) };
                lines.push(one(Role::Plain, before + part));
            }
        }
    }
    for part in wrap(&bar.basis, columns - label) {
        lines.push(one(Role::Aside, " ".repeat(label) + part));
    }
}

fn draw_stacked_bar(lines: &mut Vec<Line>, bar: &Bar, columns: usize, glyphs: Glyphs) {
    paragraph(lines, Role::Plain, &bar.label, columns, "");
    if let Some(score) = bar.score {
        lines.push(one(Role::Figure, strip(score, columns, glyphs)));
    }
    paragraph(lines, Role::Plain, &bar.reading, columns, "  ");
    paragraph(lines, Role::Aside, &bar.basis, columns, "  ");
}

/// A score and its band on a line from 0 to 100.
fn strip(score: Score, length: usize, glyphs: Glyphs) -> String {
    let signs = glyphs.bar();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "scores are 0 to 100 and lines a few hundred columns"
    )]
    let cell = |value: f64| (value / 100.0 * (length.saturating_sub(1)) as f64).round() as usize;
    let (low, at, high) = (cell(score.low), cell(score.value), cell(score.high));
    (0..length)
        .map(|place| match place {
            _ if place == at => signs.score,
            _ if place < low => signs.sure,
            _ if place < at => signs.likely,
            _ if place <= high => signs.possible,
            _ => signs.rest,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_strip_shows_score_and_band() {
        assert_eq!(strip(Score::new(50.0, 10.0), 21, Glyphs::Ascii), "######====O----......");
        assert_eq!(strip(Score::new(0.0, 0.0), 5, Glyphs::Ascii), "O....");
        assert_eq!(strip(Score::new(100.0, 0.0), 5, Glyphs::Ascii), "####O");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(label in "[a-z ]{1,40}", value in 0.0f64..=100.0, columns in 12usize..140) {
            let score = Some(Score::new(value, 8.0));
            let bar = Bar { label: label.clone(), score, reading: "62 (46 - 78), sedang".into(), basis: "5 dari 7".into() };
            let spoke = Spoke { label: "Keadilan".into(), score };
            let report = Report {
                title: label.clone(),
                blocks: vec![
                    Block::Heading(label.clone()), Block::Question(label.clone()), Block::List(vec![label.clone()]),
                    Block::Bars(vec![bar]), Block::Radar(vec![spoke; 5]),
                ],
            };
            for line in plain(&report, columns, Glyphs::Full).lines() {
                prop_assert!(width(line) <= columns, "{line:?}");
            }
        }
    }
}
