use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::report::{self, Glyphs};
use crate::text::{truncate, width, wrap};
use crate::tui::prompt::Prompt;
use crate::tui::theme::Theme;

/// What a text is, and so how it looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Tone {
    Plain,
    Quiet,
    Heading,
    Question,
    Warning,
    Dialog,
}

/// A piece of a screen's body, from top to bottom.
#[derive(Debug)]
pub(in crate::tui) enum Piece<'a> {
    /// Wrapped text.
    Text { text: Cow<'a, str>, tone: Tone },
    /// Empty lines, so that what follows stands no higher than this row; left out where room is short.
    Down(usize),
    /// An empty line, left out where room is short.
    Gap,
    /// Something that can be marked: its key, its words, and a sign for its state.
    Choice { key: String, text: Cow<'a, str>, one_line: bool },
    /// A line being typed, with what is counted behind it.
    Field { prompt: &'a Prompt, unit: Cow<'a, str>, long: bool },
    /// The labels over the answers of a grid, each in a cell of so many columns.
    Header { labels: Vec<String>, cell: usize },
    /// A statement of a grid, and its answers.
    Row { text: String, marked: Option<usize>, current: bool, cells: usize, cell: usize, beside: String },
    /// Lines that were laid out by the report room.
    Report(Vec<report::Line>),
}

/// Pieces in one column, which scrolls where it is higher than its room.
#[derive(Debug, Default)]
pub(in crate::tui) struct Column<'a> {
    pub(in crate::tui) pieces: Vec<Piece<'a>>,
    /// The place of the first choice that stands in a line of its own.
    pub(in crate::tui) targets_from: usize,
    /// Whether an empty line stands before each line one chooses from.
    pub(in crate::tui) wide: bool,
}

/// What is marked in a column, and how far it is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) struct View {
    /// Place of the marked choice among the column's choices.
    pub(in crate::tui) marked: Option<usize>,
    /// First row in sight, where it does not follow the mark.
    pub(in crate::tui) scroll: usize,
    /// Whether the marked choice is kept in sight.
    pub(in crate::tui) follow: bool,
}

impl Piece<'_> {
    /// Whether it is a line one chooses from, or answers.
    fn is_chosen_from(&self) -> bool {
        matches!(self, Self::Choice { .. } | Self::Row { .. })
    }
}

impl View {
    pub(in crate::tui) fn at(place: usize) -> Self {
        Self { marked: Some(place), scroll: 0, follow: true }
    }

    pub(in crate::tui) fn mark(&mut self, place: usize) {
        self.marked = Some(place);
        self.follow = true;
    }
}

/// What drawing a column found out.
#[derive(Debug)]
pub(in crate::tui) struct Drawn {
    /// Where the cursor belongs: on what is marked, else in the line being typed.
    pub(in crate::tui) cursor: Option<Position>,
    /// Whether there is more above, and below.
    pub(in crate::tui) more: (bool, bool),
}

/// One row of a column that was laid out.
struct Row<'a> {
    piece: usize,
    /// The choice it belongs to.
    target: Option<usize>,
    /// Its place among the rows of its piece.
    place: usize,
    text: Cow<'a, str>,
}

/// Columns before a choice's words: mark, space, key, two spaces.
fn indent(key: &str) -> usize {
    2 + width(key).max(1) + 2
}

impl<'a> Column<'a> {
    pub(in crate::tui) fn text(&mut self, tone: Tone, text: impl Into<Cow<'a, str>>) -> &mut Self {
        self.pieces.push(Piece::Text { text: text.into(), tone });
        self
    }

    pub(in crate::tui) fn gap(&mut self) -> &mut Self {
        self.pieces.push(Piece::Gap);
        self
    }

    /// A choice under a number key, where its place has one.
    pub(in crate::tui) fn numbered(&mut self, text: impl Into<Cow<'a, str>>) -> &mut Self {
        let place = self.choices();
        let key = if place < 10 { ((place + 1) % 10).to_string() } else { " ".to_owned() };
        self.choice(key, text)
    }

    pub(in crate::tui) fn choice(&mut self, key: String, text: impl Into<Cow<'a, str>>) -> &mut Self {
        self.pieces.push(Piece::Choice { key, text: text.into(), one_line: false });
        self
    }

    /// How many choices there are.
    pub(in crate::tui) fn choices(&self) -> usize {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Choice { .. })).count()
    }

    /// Rows it takes where room is short.
    pub(in crate::tui) fn height(&self, columns: usize) -> usize {
        self.lay_out(columns, false, true).len()
    }

    fn rows(&'a self, columns: usize, room: usize, ascii: bool) -> Vec<Row<'a>> {
        let airy = self.lay_out(columns, true, ascii);
        if airy.len() <= room { airy } else { self.lay_out(columns, false, ascii) }
    }

    fn lay_out(&'a self, columns: usize, airy: bool, ascii: bool) -> Vec<Row<'a>> {
        let mut rows: Vec<Row<'a>> = Vec::new();
        let mut targets = self.targets_from..;
        for (piece, content) in self.pieces.iter().enumerate() {
            let target = matches!(content, Piece::Choice { .. }).then(|| targets.next()).flatten();
            if self.wide && content.is_chosen_from() && rows.last().is_some_and(|row| !row.text.is_empty()) {
                rows.push(Row { piece, target: None, place: usize::MAX, text: "".into() });
            }
            let above = rows.len();
            let mut push = |place, text| rows.push(Row { piece, target, place, text });
            match content {
                Piece::Text { text, .. } => {
                    wrap(text, columns).into_iter().enumerate().for_each(|(place, line)| push(place, line.into()));
                }
                Piece::Down(row) if airy => (above..*row).for_each(|place| push(place, "".into())),
                Piece::Gap if airy => push(0, "".into()),
                Piece::Down(_) | Piece::Gap => {}
                Piece::Choice { key, text, one_line: true } => {
                    push(0, truncate(text, columns.saturating_sub(indent(key)), ascii));
                }
                Piece::Choice { key, text, .. } => {
                    let lines = wrap(text, columns.saturating_sub(indent(key)));
                    lines.into_iter().enumerate().for_each(|(place, line)| push(place, line.into()));
                }
                Piece::Field { prompt, long: true, .. } => {
                    (0..prompt.lines(columns.saturating_sub(2)).0.len()).for_each(|place| push(place, "".into()));
                }
                Piece::Field { .. } => push(0, "".into()),
                Piece::Header { labels, cell } => {
                    let lines = labels.iter().map(|label| wrap(label, cell.saturating_sub(1)).len()).max();
                    (0..lines.unwrap_or_default()).for_each(|place| push(place, "".into()));
                }
                Piece::Row { text, cells, cell, .. } => {
                    let lines = wrap(text, columns.saturating_sub(cells * cell + 3));
                    lines.into_iter().enumerate().for_each(|(place, line)| push(place, line.into()));
                }
                Piece::Report(lines) => (0..lines.len()).for_each(|place| push(place, "".into())),
            }
        }
        rows
    }

    /// First row in sight, and how many rows there are.
    pub(in crate::tui) fn offset(&self, view: View, area: Rect, ascii: bool) -> (usize, usize) {
        let rows = self.rows(area.width.into(), area.height.into(), ascii);
        (offset(&rows, view, area.height.into()), rows.len())
    }

    /// The choice under a position of the screen.
    pub(in crate::tui) fn target_at(&self, view: View, area: Rect, ascii: bool, at: Position) -> Option<usize> {
        if !area.contains(at) {
            return None;
        }
        let rows = self.rows(area.width.into(), area.height.into(), ascii);
        let first = offset(&rows, view, area.height.into());
        rows.get(first + usize::from(at.y - area.y))?.target
    }

    /// Draws the column.
    pub(in crate::tui) fn draw(
        &self,
        view: View,
        (theme, glyphs): (&Theme, Glyphs),
        area: Rect,
        buffer: &mut Buffer,
    ) -> Drawn {
        let rows = self.rows(area.width.into(), area.height.into(), glyphs.is_ascii());
        let first = offset(&rows, view, area.height.into());
        let (mut cursor, mut focus) = (None, None);
        let in_sight = rows.iter().skip(first).take(area.height.into());
        for (y, row) in (area.y..).zip(in_sight) {
            let inside = Rect { y, height: 1, ..area };
            if focus.is_none() && self.is_focus(row, view) {
                focus = Some(Position { x: area.x, y });
            }
            match &self.pieces[row.piece] {
                Piece::Text { tone, .. } => {
                    buffer.set_stringn(area.x, y, &row.text, area.width.into(), theme.of_tone(*tone));
                }
                Piece::Gap | Piece::Down(_) => {}
                Piece::Choice { key, .. } => draw_choice(row, key, view, (theme, glyphs), inside, buffer),
                Piece::Field { prompt, long: true, .. } => {
                    cursor = draw_long_field(prompt, row.place, (theme, glyphs), inside, buffer).or(cursor);
                }
                Piece::Field { prompt, unit, .. } => {
                    cursor = Some(draw_field(prompt, unit, (theme, glyphs), inside, buffer));
                }
                Piece::Header { labels, cell } => draw_header(labels, *cell, row.place, theme, inside, buffer),
                Piece::Row { .. } => draw_row(row, &self.pieces[row.piece], (theme, glyphs), inside, buffer),
                Piece::Report(lines) => {
                    draw_runs(lines.get(row.place), theme, inside, buffer);
                }
            }
        }
        let more = (first > 0, first + usize::from(area.height) < rows.len());
        Drawn { cursor: focus.or(cursor), more }
    }

    /// Whether this row begins what is marked, or the row of a grid that is being answered.
    fn is_focus(&self, row: &Row<'_>, view: View) -> bool {
        match &self.pieces[row.piece] {
            Piece::Row { current, .. } => *current && row.place == 0,
            _ => row.target.is_some() && row.target == view.marked,
        }
    }
}

/// First row in sight: where the view is scrolled to, moved just so far that the marked choice is in sight.
fn offset(rows: &[Row<'_>], view: View, room: usize) -> usize {
    let furthest = rows.len().saturating_sub(room);
    let of_mark = |row: &Row<'_>| row.target.is_some() && row.target == view.marked;
    match (rows.iter().position(of_mark), rows.iter().rposition(of_mark)) {
        (Some(first), Some(last)) if view.follow => {
            view.scroll.min(furthest).max((last + 1).saturating_sub(room)).min(first)
        }
        _ => view.scroll.min(furthest),
    }
}

fn draw_choice(
    row: &Row<'_>,
    key: &str,
    view: View,
    (theme, glyphs): (&Theme, Glyphs),
    area: Rect,
    buffer: &mut Buffer,
) {
    let marked = row.target.is_some() && row.target == view.marked;
    let style = if marked { theme.marked.style() } else { theme.text.style() };
    let columns = usize::from(area.width);
    if marked {
        // Only what is said is highlighted: the rest of the row would be sent twice an answer for nothing.
        let before = " ".repeat(indent(key).min(columns));
        buffer.set_stringn(area.x, area.y, before, columns, style);
    }
    if row.place == 0 {
        if marked {
            buffer.set_stringn(area.x, area.y, glyphs.marker(), columns, style);
        }
        let key_style = if marked { style } else { theme.key.style() };
        buffer.set_stringn(area.x + 2, area.y, key, columns.saturating_sub(2), key_style);
    }
    let before = indent(key).min(columns);
    let x = area.x + u16::try_from(before).unwrap_or(area.width);
    buffer.set_stringn(x, area.y, &row.text, columns - before, style);
}

fn draw_field(
    prompt: &Prompt,
    unit: &str,
    (theme, glyphs): (&Theme, Glyphs),
    area: Rect,
    buffer: &mut Buffer,
) -> Position {
    let behind = if unit.is_empty() { 0 } else { width(unit) + 1 };
    let columns = usize::from(area.width);
    let room = columns.saturating_sub(behind + 3).max(1);
    let (text, cursor) = prompt.visible(room);
    buffer.set_stringn(area.x, area.y, glyphs.marker(), columns, theme.key.style());
    buffer.set_stringn(area.x + 2, area.y, text, room, theme.question.style());
    let end = area.x + 2 + u16::try_from(width(text).max(cursor)).unwrap_or_default() + 1;
    if !unit.is_empty() && end < area.right() {
        buffer.set_stringn(
            end + 1,
            area.y,
            unit,
            usize::from(area.right().saturating_sub(end + 1)),
            theme.quiet.style(),
        );
    }
    Position { x: (area.x + 2 + u16::try_from(cursor).unwrap_or_default()).min(area.right() - 1), y: area.y }
}

/// A line of a text that has several; the cursor's position where it is in this one.
fn draw_long_field(
    prompt: &Prompt,
    line: usize,
    (theme, glyphs): (&Theme, Glyphs),
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let columns = usize::from(area.width).saturating_sub(2);
    let (lines, (row, column)) = prompt.lines(columns);
    if line == 0 {
        buffer.set_stringn(area.x, area.y, glyphs.marker(), 2, theme.key.style());
    }
    let text = lines.get(line).copied().unwrap_or_default();
    buffer.set_stringn(area.x + 2, area.y, text, columns, theme.question.style());
    let x = area.x + 2 + u16::try_from(column).unwrap_or_default();
    (row == line).then(|| Position { x: x.min(area.right() - 1), y: area.y })
}

/// Columns before the answers of a grid, within `area`.
fn before_cells(cells: usize, cell: usize, area: Rect) -> u16 {
    area.width.saturating_sub(u16::try_from(cells * cell).unwrap_or(area.width))
}

fn draw_header(labels: &[String], cell: usize, line: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x + before_cells(labels.len(), cell, area);
    for label in labels {
        let text = wrap(label, cell.saturating_sub(1)).get(line).copied().unwrap_or_default();
        let (room, taken) = (cell.saturating_sub(1), width(text));
        let indent = u16::try_from(room.saturating_sub(taken) / 2).unwrap_or_default();
        buffer.set_stringn(x + indent, area.y, text, room, theme.quiet.style());
        x += u16::try_from(cell).unwrap_or_default();
    }
}

fn draw_row(row: &Row<'_>, piece: &Piece<'_>, (theme, glyphs): (&Theme, Glyphs), area: Rect, buffer: &mut Buffer) {
    let Piece::Row { marked, current, cells, cell, beside, .. } = piece else { return };
    let style = if *current { theme.question.style() } else { theme.quiet.style() };
    let before = before_cells(*cells, *cell, area);
    buffer.set_stringn(area.x + 2, area.y, &row.text, usize::from(before.saturating_sub(3)), style);
    if row.place > 0 {
        return;
    }
    if *current {
        buffer.set_stringn(area.x, area.y, glyphs.marker(), 2, theme.key.style());
    } else {
        buffer.set_stringn(area.x, area.y, beside, 2, theme.quiet.style());
    }
    for place in 0..*cells {
        let here = *marked == Some(place);
        let sign = match (here, *current) {
            (true, _) => "(x)".to_owned(),
            (false, true) => format!(" {} ", (place + 1) % 10),
            (false, false) => " . ".to_owned(),
        };
        let style = if here && *current { theme.marked.style() } else { style };
        let indent = u16::try_from(cell.saturating_sub(1 + 3) / 2).unwrap_or_default();
        let x = area.x + before + u16::try_from(place * cell).unwrap_or_default() + indent;
        buffer.set_stringn(x, area.y, sign, 3, style);
    }
}

fn draw_runs(line: Option<&report::Line>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let mut x = area.x;
    for run in line.into_iter().flatten() {
        let room = usize::from(area.right().saturating_sub(x));
        x = buffer.set_stringn(x, area.y, &run.text, room, theme.of_role(run.role)).0;
    }
}
