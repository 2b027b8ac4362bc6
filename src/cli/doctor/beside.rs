//! What stands beside the store: the settings, one's own questionnaires, the terminal.

use std::io::IsTerminal;

use super::words::Line;
use crate::cli::Context;
use crate::questionnaire;
use crate::store::{self, Level};

/// The least that the screen needs.
const COLUMNS: u16 = 40;
const ROWS: u16 = 15;
/// The most bytes a questionnaire's file may have.
const LARGEST: u64 = 1 << 20;

/// Looks at all of it.
pub(super) fn examine(context: &Context<'_>) -> Vec<Line> {
    let words = &context.t.doctor;
    let mut lines = Vec::new();
    let faults = context.setting_faults.len();
    lines.push(if faults == 0 {
        Line::new("settings", Level::Sound, words.settings.to_string(), None)
    } else {
        let says = words.settings_faulty.with(&[("n", &faults.to_string())]);
        Line::new("settings", Level::Attention, says, Some(words.settings_do.to_string()))
    });
    for (name, text) in store::texts_in(&context.paths.library(), LARGEST) {
        if let Err(problems) = questionnaire::read(&name, &text) {
            let path = context.paths.library().join(format!("{name}.toml")).display().to_string();
            let n = problems.list.len().to_string();
            let says = words.own_faulty.with(&[("name", &name), ("n", &n)]);
            let remedy = words.own_do.with(&[("path", &path)]);
            lines.push(Line::new("library", Level::Attention, says, Some(remedy)));
        }
    }
    lines.extend(terminal(context));
    lines
}

/// The terminal, where there is one.
fn terminal(context: &Context<'_>) -> Option<Line> {
    let words = &context.t.doctor;
    let (columns, rows) = crossterm::terminal::size().ok().filter(|_| std::io::stdout().is_terminal())?;
    let values = [("columns", columns.to_string()), ("rows", rows.to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(if columns < COLUMNS || rows < ROWS {
        let remedy = Some(words.terminal_small_do.to_string());
        Line::new("terminal", Level::Attention, words.terminal_small.with(&values), remedy)
    } else if store::utf8() {
        Line::new("terminal", Level::Sound, words.terminal.with(&values), None)
    } else {
        Line::new("terminal", Level::Sound, words.terminal_ascii.with(&values), None)
    })
}
