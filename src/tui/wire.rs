//! A ratatui backend for slow lines: it knows what stands on the terminal, and sends as few bytes as it can to change
//! it, each frame in one write.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use crossterm::terminal;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use ratatui::style::{Color, Modifier, Style};

use crate::text::width;

/// Between these two a terminal that knows them shows a frame at once.
const BEGIN_FRAME: &str = "\x1b[?2026h";
pub(super) const END_FRAME: &str = "\x1b[?2026l";

/// So many unchanged cells cost less to send again than to step over.
const BRIDGE: u16 = 4;
/// So many blanks at a row's end cost more than to erase to its end.
const BLANKS: u16 = 4;

/// The signs of a style, in the order of their numbers (ECMA-48, section 8.3.117).
const MODIFIERS: [(Modifier, &str); 7] = [
    (Modifier::BOLD, ";1"),
    (Modifier::DIM, ";2"),
    (Modifier::ITALIC, ";3"),
    (Modifier::UNDERLINED, ";4"),
    (Modifier::REVERSED, ";7"),
    (Modifier::HIDDEN, ";8"),
    (Modifier::CROSSED_OUT, ";9"),
];

/// The backend.
#[derive(Debug)]
pub(super) struct Wire {
    frame: String,
    /// What stands on the terminal.
    shown: Buffer,
    /// Where the next character goes, and how it looks, as far as this frame has said so.
    at: Option<Position>,
    style: Style,
    cursor: Option<bool>,
    /// Where the cursor rests between frames.
    rests: Option<Position>,
}

impl Wire {
    pub(super) fn new() -> Self {
        Self { frame: String::new(), shown: Buffer::default(), at: None, style: plain(), cursor: None, rests: None }
    }

    /// Sends what has changed, in one write; nothing where nothing has.
    pub(super) fn send(&mut self) -> io::Result<()> {
        let frame = self.take();
        if frame.is_empty() {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        out.write_all(frame.as_bytes())?;
        out.flush()
    }

    /// The whole frame, and a new one begun.
    fn take(&mut self) -> String {
        let content = std::mem::take(&mut self.frame);
        self.at = self.rests;
        if content.is_empty() { content } else { [BEGIN_FRAME, &content, END_FRAME].concat() }
    }

    fn step_to(&mut self, to: Position) {
        match self.at {
            Some(at) if at == to => {}
            Some(at) if at.y == to.y && at.x < to.x => _ = write!(self.frame, "\x1b[{}C", to.x - at.x),
            Some(at) if at.y == to.y => _ = write!(self.frame, "\x1b[{}G", to.x + 1),
            Some(at) if at.x == to.x && at.y + 1 == to.y => self.frame.push_str("\x1b[B"),
            Some(at) if at.x == to.x => _ = write!(self.frame, "\x1b[{}d", to.y + 1),
            _ => _ = write!(self.frame, "\x1b[{};{}H", to.y + 1, to.x + 1),
        }
        self.at = Some(to);
    }

    fn wear(&mut self, style: Style) {
        if style == self.style {
            return;
        }
        let before = std::mem::replace(&mut self.style, style);
        self.frame.push_str("\x1b[");
        let mut signs = String::new();
        for (_, sign) in MODIFIERS.iter().filter(|(modifier, _)| style.add_modifier.contains(*modifier)) {
            signs.push_str(sign);
        }
        for (color, base) in [(style.fg, 30), (style.bg, 40)] {
            push_color(&mut signs, color.unwrap_or(Color::Reset), base);
        }
        // Without a number all is taken off; where nothing is on, nothing has to be.
        if before == plain() {
            self.frame.push_str(signs.trim_start_matches(';'));
        } else if !signs.is_empty() {
            self.frame.push('0');
            self.frame.push_str(&signs);
        }
        self.frame.push('m');
    }

    /// Sends a row's cells from `start` up to `end`.
    fn send_run(&mut self, y: u16, start: u16, end: u16) {
        let row = self.shown.area.right();
        let blank_from = (start..row).rev().find(|x| !is_blank(&self.shown[(*x, y)])).map_or(start, |x| x + 1);
        let erase = end > blank_from && end - blank_from >= BLANKS;
        let mut x = start;
        while x < if erase { blank_from } else { end } {
            let cell = self.shown[(x, y)].clone();
            self.step_to(Position { x, y });
            self.wear(style_of(&cell));
            self.frame.push_str(cell.symbol());
            x += u16::try_from(width(cell.symbol())).unwrap_or(1).max(1);
            // In the last column the cursor does not go on: where it stands then differs between terminals.
            self.at = (x < row).then_some(Position { x, y });
        }
        if erase {
            self.step_to(Position { x: blank_from.max(x), y });
            self.wear(plain());
            self.frame.push_str("\x1b[K");
        }
    }
}

fn plain() -> Style {
    Style { fg: Some(Color::Reset), bg: Some(Color::Reset), add_modifier: Modifier::empty(), ..Style::default() }
}

fn style_of(cell: &Cell) -> Style {
    Style { fg: Some(cell.fg), bg: Some(cell.bg), add_modifier: cell.modifier, ..Style::default() }
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && style_of(cell) == plain()
}

/// The sign of a colour, where `base` is 30 for the letters and 40 for their ground.
fn push_color(signs: &mut String, color: Color, base: u16) {
    let sixteen = |number: u16| if number < 8 { base + number } else { base + 52 + number };
    let number = match color {
        Color::Reset => return,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(number) => {
            _ = write!(signs, ";{};5;{number}", base + 8);
            return;
        }
        Color::Rgb(red, green, blue) => {
            _ = write!(signs, ";{};2;{red};{green};{blue}", base + 8);
            return;
        }
    };
    _ = write!(signs, ";{}", sixteen(number));
}

impl Backend for Wire {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        // Row by row, cells with few unchanged ones between them as one run.
        let mut runs: Vec<(u16, u16, u16)> = Vec::new();
        for (x, y, cell) in content {
            let Some(shown) = self.shown.cell_mut((x, y)) else { continue };
            *shown = cell.clone();
            let end = x + u16::try_from(width(cell.symbol())).unwrap_or(1).max(1);
            for covered in x + 1..end {
                if let Some(shown) = self.shown.cell_mut((covered, y)) {
                    *shown = Cell::default();
                }
            }
            match runs.last_mut() {
                Some((row, _, last)) if *row == y && x >= *last && x - *last <= BRIDGE => *last = end,
                _ => runs.push((y, x, end)),
            }
        }
        for (y, start, end) in runs {
            self.send_run(y, start, end.min(self.shown.area.right()));
        }
        self.wear(plain());
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Some(false) {
            self.frame.push_str("\x1b[?25l");
            self.cursor = Some(false);
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.cursor != Some(true) {
            self.frame.push_str("\x1b[?25h");
            self.cursor = Some(true);
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Asking the terminal can take two seconds, and nothing here needs to know.
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.frame.is_empty() && self.rests == Some(position) {
            return Ok(());
        }
        self.step_to(position);
        self.rests = Some(position);
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        let size = self.size()?;
        self.shown = Buffer::empty(Rect::from((Position::ORIGIN, size)));
        self.style = plain();
        (self.cursor, self.rests, self.at) = (None, None, None);
        self.frame.push_str("\x1b[m\x1b[2J");
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        // A program that fills the whole screen clears the whole screen.
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        terminal::size().map(|(columns, rows)| Size::new(columns, rows))
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        // Sent by `send` alone: ratatui flushes several times a frame.
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Stylize;

    fn wire(columns: u16, rows: u16) -> Wire {
        let mut wire = Wire::new();
        wire.shown = Buffer::empty(Rect::new(0, 0, columns, rows));
        wire.cursor = Some(false);
        wire
    }

    /// Sends what changes from `wire`'s screen to `next`.
    fn change(wire: &mut Wire, next: &Buffer) -> String {
        let changed: Vec<(u16, u16, Cell)> =
            wire.shown.diff(next).into_iter().map(|(x, y, cell)| (x, y, cell.clone())).collect();
        wire.draw(changed.iter().map(|(x, y, cell)| (*x, *y, cell))).unwrap();
        wire.take()
    }

    fn lines(rows: &[&str]) -> Buffer {
        Buffer::with_lines(rows.iter().map(|row| (*row).to_owned()))
    }

    #[test]
    fn only_what_changed_is_sent() {
        let mut wire = wire(30, 2);
        let all = change(&mut wire, &lines(&["Setuju                        ", "                              "]));
        assert_eq!(all, format!("{BEGIN_FRAME}\x1b[1;1HSetuju{END_FRAME}"));
        assert_eq!(
            change(&mut wire, &lines(&["Setuju                        ", "                              "])),
            ""
        );
        let few = change(&mut wire, &lines(&["Sefuku                        ", "                              "]));
        assert_eq!(few, format!("{BEGIN_FRAME}\x1b[1;3Hfuk{END_FRAME}"));
        let erased = change(&mut wire, &lines(&["S                             ", "                              "]));
        assert_eq!(erased, format!("{BEGIN_FRAME}\x1b[1;2H\x1b[K{END_FRAME}"));
    }

    #[test]
    fn styles_are_put_on_and_taken_off() {
        let mut wire = wire(6, 1);
        let mut next = Buffer::empty(Rect::new(0, 0, 6, 1));
        next.set_line(0, 0, &ratatui::text::Line::from(vec!["ab".light_cyan().bold(), "cd".into()]), 6);
        assert_eq!(change(&mut wire, &next), format!("{BEGIN_FRAME}\x1b[1;1H\x1b[1;96mab\x1b[mcd{END_FRAME}"));
    }

    /// A row's text; a wide character covers the cell after it.
    fn row_of(buffer: &Buffer, y: u16) -> String {
        let mut covered = 0;
        let symbols = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).filter(|symbol| {
            let skipped = covered > 0;
            covered = if skipped { covered - 1 } else { width(symbol).saturating_sub(1) };
            !skipped
        });
        symbols.collect()
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_was_meant(
            screens in prop::collection::vec(prop::collection::vec("[a-c 日é]{0,16}", 4), 1..8),
            colours in prop::collection::vec(0u8..16, 8),
        ) {
            let area = Rect::new(0, 0, 18, 4);
            let mut wire = wire(area.width, area.height);
            let size = |side: u16| std::num::NonZero::new(side).unwrap();
            let mut terminal = vt100::Parser::new(size(area.height), size(area.width), 0);
            for (rows, colour) in screens.iter().zip(colours) {
                let mut next = Buffer::empty(area);
                for (y, row) in (0u16..).zip(rows) {
                    let style = if y % 2 == 0 { Style::new().fg(Color::Indexed(colour)).bold() } else { Style::new() };
                    next.set_string(0, y, row, style);
                }
                let changed: Vec<(u16, u16, Cell)> =
                    wire.shown.diff(&next).into_iter().map(|(x, y, cell)| (x, y, cell.clone())).collect();
                wire.draw(changed.iter().map(|(x, y, cell)| (*x, *y, cell))).unwrap();
                let cursor = Position { x: u16::from(colour), y: u16::from(colour) % 4 };
                wire.set_cursor_position(cursor).unwrap();
                terminal.process(wire.take().as_bytes());
                prop_assert_eq!(terminal.screen().cursor_position(), (cursor.y, cursor.x));
                for y in 0..area.height {
                    let screen = terminal.screen();
                    let shown: String = screen.rows(0, area.width).nth(y.into()).unwrap_or_default();
                    let meant = row_of(&next, y);
                    prop_assert_eq!(shown.trim_end(), meant.trim_end());
                }
            }
        }
    }
}
