use super::{Form, Row, Style};
use crate::text::{pad, wrap};

/// Columns of a form as text.
const COLUMNS: usize = 100;
/// Columns between two languages.
const BETWEEN: usize = 3;

/// A form as text, its languages side by side.
#[must_use]
pub fn text(form: &Form) -> String {
    let count = form.languages.len().max(1);
    let wide = (COLUMNS - BETWEEN * (count - 1)) / count;
    let mut written = String::new();
    let mut before = None;
    for row in &form.rows {
        let apart = matches!(row.style, Style::Heading | Style::Question | Style::Plain);
        if apart && before.is_some() {
            written.push('\n');
        }
        before = Some(row.style);
        lines(row, wide, &mut written);
    }
    written
}

fn lines(row: &Row, wide: usize, written: &mut String) {
    let indent = if matches!(row.style, Style::Answer | Style::Quiet) { 3 } else { 0 };
    let wrapped: Vec<Vec<&str>> = row.texts.iter().map(|text| wrap(text, wide.saturating_sub(indent))).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or_default();
    for place in 0..height {
        let cell = |lines: &Vec<&str>| {
            let line = lines.get(place).copied().unwrap_or_default().replace('\u{a0}', " ");
            pad(&format!("{}{line}", " ".repeat(indent)), wide)
        };
        let cells: Vec<String> = wrapped.iter().map(cell).collect();
        written.push_str(cells.join(&" ".repeat(BETWEEN)).trim_end());
        written.push('\n');
    }
    if matches!(row.style, Style::Title | Style::Heading) {
        let line = if row.style == Style::Title { "=" } else { "-" };
        let cells: Vec<String> = row.texts.iter().map(|_| line.repeat(wide)).collect();
        written.push_str(&cells.join(&" ".repeat(BETWEEN)));
        written.push('\n');
    }
}
