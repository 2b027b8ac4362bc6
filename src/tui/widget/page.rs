use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::column::{Column, View};
use crate::report::Glyphs;
use crate::text::{truncate, width, wrap};
use crate::tui::Action;
use crate::tui::keymap::Hint;
use crate::tui::theme::Theme;

/// Smallest size that can be worked with.
const SMALLEST: (u16, u16) = (40, 15);

/// Widest column that is easy to read.
const READABLE: u16 = 72;

/// Rows of a screen from which on it is given air.
const TALL: u16 = 20;

/// Whether what was answered is on the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum Status {
    /// Nothing to say.
    #[default]
    Silent,
    /// Something done: "saved".
    Done(String),
    /// Something under way: "saving".
    Working(String),
    /// Something the person must know.
    Warning(String),
}

/// A whole screen, free of where its parts will stand.
#[derive(Debug, Default)]
pub(in crate::tui) struct Page<'a> {
    /// Where the person is.
    pub(in crate::tui) heading: String,
    /// How far: "12 / 39".
    pub(in crate::tui) counter: String,
    /// The same as a bar.
    pub(in crate::tui) progress: Option<(usize, usize)>,
    pub(in crate::tui) column: Column<'a>,
    pub(in crate::tui) view: View,
    pub(in crate::tui) status: Status,
    /// What the person may want to know beside.
    pub(in crate::tui) aside: String,
    pub(in crate::tui) hints: Vec<Hint>,
}

/// The size that would do, where `area` is too small.
pub(in crate::tui) fn too_small(area: Rect) -> Option<(u16, u16)> {
    (area.width < SMALLEST.0 || area.height < SMALLEST.1).then_some(SMALLEST)
}

/// The columns that text may take: readable, and in the middle of a wide screen.
fn readable(area: Rect) -> Rect {
    let margin = if area.width >= 60 { 4 } else { 1 };
    let wide = area.width.saturating_sub(2 * margin).min(READABLE);
    Rect { x: area.x + (area.width - wide) / 2, width: wide, ..area }
}

/// Where the column stands.
pub(in crate::tui) fn area_of_column(area: Rect) -> Rect {
    let inside = readable(area);
    let (above, below) = if area.height >= TALL { (3, 3) } else { (2, 2) };
    Rect { y: area.y + above, height: area.height.saturating_sub(above + below), ..inside }
}

/// Draws a page, and says where the cursor stands: on what is marked or typed, else where the text begins. Screen
/// readers and Braille lines follow it.
pub(in crate::tui) fn draw(
    page: &Page<'_>,
    (theme, glyphs): (&Theme, Glyphs),
    area: Rect,
    buffer: &mut Buffer,
) -> Position {
    buffer.set_style(area, theme.text.style());
    let inside = readable(area);
    draw_head(page, (theme, glyphs), inside, buffer);
    let body = area_of_column(area);
    let drawn = page.column.draw(page.view, (theme, glyphs), body, buffer);
    draw_more(drawn.more, (theme, glyphs), body, buffer);
    draw_status(page, (theme, glyphs), Rect { y: area.bottom() - 2, height: 1, ..inside }, buffer);
    draw_hints(page, (theme, glyphs), Rect { y: area.bottom() - 1, height: 1, ..inside }, buffer);
    drawn.cursor.unwrap_or(body.as_position())
}

fn draw_head(page: &Page<'_>, (theme, glyphs): (&Theme, Glyphs), inside: Rect, buffer: &mut Buffer) {
    let columns = usize::from(inside.width);
    let counter = width(&page.counter);
    let heading = truncate(&page.heading, columns.saturating_sub(counter + 2), glyphs.is_ascii());
    buffer.set_stringn(inside.x, inside.y, heading, columns, theme.heading.style());
    let x = inside.right().saturating_sub(u16::try_from(counter).unwrap_or_default());
    buffer.set_stringn(x, inside.y, &page.counter, counter, theme.quiet.style());
    let (done, rest) = glyphs.progress();
    let filled = match page.progress {
        Some((at, of)) => columns * at / of.max(1),
        None => 0,
    };
    let line = |sign: char, length: usize| sign.to_string().repeat(length);
    buffer.set_stringn(inside.x, inside.y + 1, line(done, filled), columns, theme.progress.style());
    let x = inside.x + u16::try_from(filled).unwrap_or_default();
    buffer.set_stringn(x, inside.y + 1, line(rest, columns - filled), columns - filled, theme.quiet.style());
}

/// Signs beside the column that say there is more above or below.
fn draw_more(more: (bool, bool), (theme, glyphs): (&Theme, Glyphs), body: Rect, buffer: &mut Buffer) {
    let (above, below) = glyphs.more();
    let x = body.right().min(buffer.area.right() - 1);
    if more.0 {
        buffer.set_stringn(x, body.y, above, 1, theme.key.style());
    }
    if more.1 {
        buffer.set_stringn(x, body.bottom() - 1, below, 1, theme.key.style());
    }
}

fn draw_status(page: &Page<'_>, (theme, glyphs): (&Theme, Glyphs), line: Rect, buffer: &mut Buffer) {
    let columns = usize::from(line.width);
    let (text, style): (String, Style) = match &page.status {
        Status::Silent => (String::new(), theme.quiet.style()),
        Status::Done(text) => (format!("{} {text}", glyphs.done()), theme.saved.style()),
        Status::Working(text) => (text.clone(), theme.quiet.style()),
        Status::Warning(text) => (format!("! {text}"), theme.warning.style()),
    };
    let text = truncate(&text, columns, glyphs.is_ascii());
    buffer.set_stringn(line.x, line.y, &text, columns, style);
    let taken = width(&text);
    let room = columns.saturating_sub(taken + 3);
    if room > 8 && !page.aside.is_empty() {
        let aside = truncate(&page.aside, room, glyphs.is_ascii());
        let x = line.right().saturating_sub(u16::try_from(width(&aside)).unwrap_or_default());
        buffer.set_stringn(x, line.y, &aside, room, theme.quiet.style());
    }
}

/// The hints that fit into a line, each with its first column.
fn placed(hints: &[Hint], columns: usize, glyphs: Glyphs) -> Vec<(usize, &Hint)> {
    let between = 2 + width(glyphs.dot());
    let mut taken = 0;
    let mut placed = Vec::new();
    for hint in hints.iter().filter(|hint| hint.rank > 0) {
        let start = if taken == 0 { 0 } else { taken + between };
        let end = start + width(&hint.key) + 1 + width(&hint.words);
        if end > columns {
            break;
        }
        placed.push((start, hint));
        taken = end;
    }
    placed
}

fn draw_hints(page: &Page<'_>, (theme, glyphs): (&Theme, Glyphs), line: Rect, buffer: &mut Buffer) {
    for (start, hint) in placed(&page.hints, line.width.into(), glyphs) {
        let mut x = line.x + u16::try_from(start).unwrap_or_default();
        if start > 0 {
            buffer.set_stringn(x - 2, line.y, glyphs.dot(), 1, theme.quiet.style());
        }
        x = buffer.set_stringn(x, line.y, &hint.key, usize::MAX, theme.key.style()).0;
        buffer.set_stringn(x + 1, line.y, &hint.words, usize::MAX, theme.quiet.style());
    }
}

/// The action of the hint under a position of the screen.
pub(in crate::tui) fn hint_at(page: &Page<'_>, glyphs: Glyphs, area: Rect, at: Position) -> Option<Action> {
    let inside = readable(area);
    if at.y + 1 != area.bottom() || at.x < inside.x {
        return None;
    }
    let column = usize::from(at.x - inside.x);
    let hints = placed(&page.hints, inside.width.into(), glyphs);
    let under = hints
        .into_iter()
        .find(|(start, hint)| (*start..start + width(&hint.key) + 1 + width(&hint.words)).contains(&column));
    under.map(|(_, hint)| hint.action)
}

/// The choice under a position of the screen.
pub(in crate::tui) fn target_at(page: &Page<'_>, glyphs: Glyphs, area: Rect, at: Position) -> Option<usize> {
    page.column.target_at(page.view, area_of_column(area), glyphs.is_ascii(), at)
}

/// Puts in the place of every sign that the terminal lacks the nearest it has.
pub(in crate::tui) fn draw_with_nearest(glyphs: Glyphs, buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        // A sign of several characters is a letter and its marks, or an emoji: the first stands for it.
        if let Some(character) = cell.symbol().chars().next()
            && !cell.symbol().is_ascii()
        {
            cell.set_char(glyphs.nearest(character));
        }
    }
}

/// Says in the middle of a screen that is too small what it needs.
pub(in crate::tui) fn draw_too_small(text: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for (y, line) in (area.y..area.bottom()).zip(wrap(text, area.width.into())) {
        buffer.set_stringn(area.x, y, line, area.width.into(), theme.warning.style());
    }
}
