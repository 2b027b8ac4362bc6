//! The comparison: a form as one writes it with ratatui, crossterm and rusqlite in an afternoon. It draws after every
//! event, waits for the next, and saves each answer in one transaction that is on the disk before it says "saved".

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use crossterm::event::{self, Event, KeyCode, KeyEventKind};
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout};
use ratatui::style::Stylize;
use ratatui::text::Line;
use ratatui::widgets::{LineGauge, Paragraph, Wrap};
use rusqlite::{Connection, params};

use crate::items::{Item, Kind};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Writes the items so that the form reads them line by line, with nothing to parse but tabs.
///
/// # Errors
/// Where the file cannot be written.
pub(crate) fn write_items(items: &[Item], path: &Path) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    for item in items {
        write!(file, "{}\t{}", item.heading, item.text)?;
        match &item.kind {
            Kind::Choice(choices) => writeln!(file, "\tchoice\t{}", choices.join("\t"))?,
            Kind::Number { min, max } => writeln!(file, "\tnumber\t{min}\t{max}")?,
        }
    }
    Ok(())
}

fn read_items(path: &Path) -> Outcome<Vec<Item>> {
    let mut items = Vec::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let fields: Vec<&str> = line.split('\t').collect();
        let [heading, text, kind, rest @ ..] = fields.as_slice() else { return Err("a line is too short".into()) };
        let kind = match (*kind, rest) {
            ("number", [min, max]) => Kind::Number { min: min.parse()?, max: max.parse()? },
            ("choice", choices) => Kind::Choice(choices.iter().map(ToString::to_string).collect()),
            _ => return Err("a line of no known kind".into()),
        };
        items.push(Item { heading: (*heading).to_owned(), text: (*text).to_owned(), kind });
    }
    Ok(items)
}

struct Form {
    items: Vec<Item>,
    connection: Connection,
    at: usize,
    marked: Option<usize>,
    typed: String,
    status: &'static str,
}

/// Asks all items; `q` ends it.
///
/// # Errors
/// Where the terminal, the items or the database fail.
pub(crate) fn run(database: &Path, items: &Path) -> Outcome<()> {
    let items = read_items(items)?;
    let connection = Connection::open(database)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute("CREATE TABLE IF NOT EXISTS answer (item INTEGER PRIMARY KEY, value INTEGER NOT NULL)", [])?;
    let mut form = Form { items, connection, at: 0, marked: None, typed: String::new(), status: "" };
    let mut terminal = ratatui::init();
    let outcome = ask(&mut terminal, &mut form);
    ratatui::restore();
    outcome
}

fn ask(terminal: &mut ratatui::DefaultTerminal, form: &mut Form) -> Outcome<()> {
    loop {
        terminal.draw(|frame| form.draw(frame))?;
        let Event::Key(key) = event::read()? else { continue };
        if key.kind != KeyEventKind::Press {
            continue;
        }
        match key.code {
            KeyCode::Char('q') => return Ok(()),
            KeyCode::Char(digit) if digit.is_ascii_digit() => form.digit(digit),
            KeyCode::Backspace => drop(form.typed.pop()),
            KeyCode::Enter => form.enter()?,
            _ => {}
        }
    }
}

impl Form {
    fn digit(&mut self, digit: char) {
        match self.items.get(self.at).map(|item| &item.kind) {
            Some(Kind::Choice(choices)) => {
                let place = digit.to_digit(10).map_or(0, |digit| digit as usize);
                if (1..=choices.len()).contains(&place) {
                    self.marked = Some(place - 1);
                }
            }
            Some(Kind::Number { .. }) => self.typed.push(digit),
            None => {}
        }
    }

    fn enter(&mut self) -> Outcome<()> {
        let value = match self.items.get(self.at).map(|item| &item.kind) {
            Some(Kind::Choice(_)) => self.marked.and_then(|place| i64::try_from(place + 1).ok()),
            Some(Kind::Number { min, max }) => self.typed.parse().ok().filter(|number| (min..=max).contains(&number)),
            None => None,
        };
        if let Some(value) = value {
            let transaction = self.connection.transaction()?;
            transaction
                .execute("INSERT OR REPLACE INTO answer VALUES (?1, ?2)", params![i64::try_from(self.at)?, value])?;
            transaction.commit()?;
            self.status = "saved";
            self.at += 1;
            self.marked = None;
            self.typed.clear();
        }
        Ok(())
    }

    fn draw(&mut self, frame: &mut Frame) {
        let rows = [1, 1, 1, 4, 10, 0, 1, 1].map(|height| match height {
            0 => Constraint::Fill(1),
            height => Constraint::Length(height),
        });
        let [heading, bar, _, question, answer, _, status, help] =
            Layout::vertical(rows).areas(frame.area().centered_horizontally(Constraint::Max(76)));
        let count = self.items.len();
        let Some(item) = self.items.get(self.at) else {
            frame.render_widget(Paragraph::new("All items are answered.").bold(), question);
            frame.render_widget(self.status, status);
            frame.render_widget("q quit".dim(), help);
            return;
        };
        frame.render_widget(Line::from(item.heading.as_str()).bold(), heading);
        frame.render_widget(Line::from(format!("{} / {count}", self.at + 1)).right_aligned(), heading);
        #[expect(clippy::cast_precision_loss, reason = "there are few items")]
        let ratio = self.at as f64 / count as f64;
        frame.render_widget(LineGauge::default().ratio(ratio).label("").filled_symbol("━").unfilled_symbol("─"), bar);
        frame.render_widget(Paragraph::new(item.text.as_str()).wrap(Wrap { trim: true }), question);
        match &item.kind {
            Kind::Choice(choices) => {
                let lines = choices.iter().enumerate().map(|(place, choice)| {
                    let text = format!("{}  {choice}", place + 1);
                    if self.marked == Some(place) {
                        Line::from(format!("> {text}")).reversed()
                    } else {
                        Line::from(format!("  {text}"))
                    }
                });
                frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), answer);
            }
            Kind::Number { min, max } => {
                frame.render_widget(Paragraph::new(format!("({min} to {max})  {}_", self.typed)), answer);
            }
        }
        frame.render_widget(self.status, status);
        frame.render_widget("1-9 mark   Enter save and go on   q quit".dim(), help);
    }
}

/// What the form has saved, in the items' order.
///
/// # Errors
/// Where the database cannot be read.
pub(crate) fn answers(database: &Path) -> Result<Vec<i64>, String> {
    let read = || {
        let connection = Connection::open(database)?;
        let mut query = connection.prepare("SELECT value FROM answer ORDER BY item")?;
        query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()
    };
    read().map_err(|error: rusqlite::Error| format!("{}: {error}", database.display()))
}
