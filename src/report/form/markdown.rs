use super::{Form, Row, Style};

/// A form as Markdown: a table with a column a language, or plain paragraphs in one.
#[must_use]
pub fn markdown(form: &Form) -> String {
    if form.languages.len() > 1 { table(form) } else { paragraphs(form) }
}

fn table(form: &Form) -> String {
    let cells = |texts: Vec<String>| format!("| {} |\n", texts.join(" | "));
    let mut written = cells(form.languages.iter().map(ToString::to_string).collect());
    written.push_str(&cells(form.languages.iter().map(|_| "---".to_owned()).collect()));
    for row in &form.rows {
        let texts = row.texts.iter().map(|text| marked(row, &escaped(text).replace('\n', "<br>")));
        written.push_str(&cells(texts.collect()));
    }
    written
}

/// A text of a table, with its style.
fn marked(row: &Row, text: &str) -> String {
    match row.style {
        Style::Title | Style::Heading | Style::Question => format!("**{text}**"),
        Style::Quiet => format!("*{text}*"),
        Style::Plain | Style::Answer => text.to_owned(),
    }
}

fn paragraphs(form: &Form) -> String {
    let mut written = String::new();
    for row in &form.rows {
        let text = escaped(row.texts.first().map_or("", String::as_str)).replace('\n', "  \n");
        let (before, after) = match row.style {
            Style::Title => ("# ", "\n\n"),
            Style::Heading => ("## ", "\n\n"),
            Style::Question => ("**", "**\n\n"),
            Style::Quiet => ("*", "*\n\n"),
            Style::Plain | Style::Answer => ("", "\n\n"),
        };
        written.push_str(&[before, &text, after].concat());
    }
    written
}

/// Nothing of a questionnaire becomes markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&')
        {
            escaped.push('\\');
        }
        escaped.push(if character == '\u{a0}' { ' ' } else { character });
    }
    escaped
}
