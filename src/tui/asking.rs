//! Questions outside the full-screen program, on pages that leave nothing behind on the terminal.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};

use crossterm::event::{KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{Clear, ClearType};
use crossterm::{cursor, queue};
use zeroize::Zeroizing;

use super::Event;
use super::run::{self, Stamped};
use super::terminal::{self, Farewell};
use crate::text::width;

/// The most bytes of a line that is typed.
const LONGEST: usize = 512;

/// What stands on the page: given its columns and rows, its lines, which may carry colours.
pub type AskingPage<'a> = dyn Fn(usize, usize) -> Vec<String> + 'a;

/// Whether what is typed is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// As it is typed.
    Shown,
    /// Not even how long it is.
    Hidden,
}

/// The terminal while something is asked, once in a process. Dropping it gives the terminal back, wiped; so does whatever
/// else ends the program.
pub struct Asking(Receiver<Stamped>);

/// The prompt of a line and what is typed so far.
struct Line<'a> {
    prompt: &'a str,
    typed: Zeroizing<String>,
    /// Nothing of it is this person's yet: what they type takes its place.
    untouched: bool,
    echo: Echo,
}

impl Asking {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Where there is none, or it cannot be set up.
    pub fn begin(farewell: Farewell) -> io::Result<Self> {
        let (sender, events) = mpsc::channel();
        run::listen_to_signals(&sender)?;
        terminal::begin(farewell, false)?;
        let asking = Self(events);
        run::listen(&sender)?;
        Ok(asking)
    }

    /// Shows a page until Enter; false where the person gave up.
    ///
    /// # Errors
    /// Where the terminal takes no output.
    pub fn show(&mut self, page: &AskingPage<'_>) -> io::Result<bool> {
        Ok(self.line(page, "", "", Echo::Hidden)?.is_some())
    }

    /// Asks for a line below a page, with `begun` typed already, which gives way to what is typed; none where the person
    /// gave up, by Esc, Ctrl-C or a signal.
    ///
    /// # Errors
    /// Where the terminal takes no output.
    pub fn line(
        &mut self,
        page: &AskingPage<'_>,
        prompt: &str,
        begun: &str,
        echo: Echo,
    ) -> io::Result<Option<Zeroizing<String>>> {
        // Long enough from the beginning, so that no copy of it stays behind where it grew.
        let mut line = Line { prompt, typed: Zeroizing::new(String::with_capacity(LONGEST)), untouched: false, echo };
        line.take(begun);
        line.untouched = true;
        let mut row = draw_page(page)?;
        loop {
            line.draw(row)?;
            let key = match self.0.recv() {
                Ok((Event::Key(key), _)) if key.kind != KeyEventKind::Release => key,
                Ok((Event::Paste(text), _)) => {
                    line.take(&Zeroizing::new(text));
                    continue;
                }
                Ok((Event::Resized, _)) => {
                    row = draw_page(page)?;
                    continue;
                }
                Ok((Event::End { .. }, _)) | Err(_) => return Ok(None),
                Ok(_) => continue,
            };
            line.untouched &= matches!(key.code, KeyCode::Char(_));
            let held = key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT);
            match key.code {
                KeyCode::Enter => return Ok(Some(line.typed)),
                KeyCode::Esc => return Ok(None),
                KeyCode::Char('c' | 'd') if held == KeyModifiers::CONTROL => return Ok(None),
                KeyCode::Char('u') if held == KeyModifiers::CONTROL => line.typed.clear(),
                KeyCode::Backspace => _ = line.typed.pop(),
                // With both held it is a character of the third level.
                KeyCode::Char(typed) if held.is_empty() || held == KeyModifiers::CONTROL | KeyModifiers::ALT => {
                    line.take(typed.encode_utf8(&mut [0; 4]));
                }
                _ => {}
            }
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        terminal::leave_terminal();
    }
}

/// Draws the page; gives the row below it.
fn draw_page(page: &AskingPage<'_>) -> io::Result<u16> {
    let (columns, rows) = terminal::terminal_size();
    let mut out = io::stdout().lock();
    queue!(out, cursor::Hide, Clear(ClearType::All))?;
    // It may show a key.
    let lines = Zeroizing::new(page(columns, rows));
    let last = u16::try_from(rows.saturating_sub(1)).unwrap_or(u16::MAX);
    for (row, line) in (0..last).zip(lines.iter()) {
        queue!(out, cursor::MoveTo(0, row))?;
        out.write_all(line.as_bytes())?;
    }
    out.flush()?;
    Ok(u16::try_from(lines.len()).unwrap_or(u16::MAX).min(last))
}

impl Line<'_> {
    fn take(&mut self, text: &str) {
        if std::mem::take(&mut self.untouched) {
            self.typed.clear();
        }
        for typed in text.chars().filter(|typed| !typed.is_control()) {
            if self.typed.len() + typed.len_utf8() <= LONGEST {
                self.typed.push(typed);
            }
        }
    }

    /// Draws the prompt and the end of what is typed, as far as the row has room for it.
    fn draw(&self, row: u16) -> io::Result<()> {
        if self.prompt.is_empty() {
            return Ok(());
        }
        let room = terminal::terminal_size().0.saturating_sub(width(self.prompt) + 1);
        let typed = if self.echo == Echo::Shown { self.typed.as_str() } else { "" };
        let begins = typed.char_indices().map(|(begins, _)| begins).find(|begins| width(&typed[*begins..]) <= room);
        let seen = &typed[begins.unwrap_or(typed.len())..];
        let mut out = io::stdout().lock();
        queue!(out, cursor::MoveTo(0, row))?;
        out.write_all(self.prompt.as_bytes())?;
        out.write_all(seen.as_bytes())?;
        queue!(out, Clear(ClearType::UntilNewLine), cursor::Show)?;
        out.flush()
    }
}
