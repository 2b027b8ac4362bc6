//! One value of a settings file, changed in its text: every other byte stays, comments too.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::fault::{Fault, FaultCode};

/// Where a setting's statement and its value stand.
struct Found {
    statement: Range<usize>,
    value: Range<usize>,
}

/// The text with `key = "word"` in it: in the place of the value that is there, else behind the last setting.
///
/// # Errors
/// A [`Fault`] with its place where the text is no TOML.
pub fn set(text: &str, key: &str, word: &str) -> Result<String, Fault> {
    let statements = statements(text)?;
    if let Some((_, found)) = statements.iter().find(|(name, _)| name == key) {
        return Ok([&text[..found.value.start], &quoted(word), &text[found.value.end..]].concat());
    }
    let begin = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let at = statements.iter().map(|(_, found)| found.statement.end).max().unwrap_or(begin);
    let (before, after) = text.split_at(at);
    let end = if at == begin || before.ends_with('\n') { "" } else { "\n" };
    Ok(format!("{before}{end}{key} = {}\n{after}", quoted(word)))
}

/// What editors on Windows write at the beginning of a text; anywhere else it is no TOML.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text without this setting, and whether it was there. What stands behind it on its line goes with it.
///
/// # Errors
/// A [`Fault`] with its place where the text is no TOML.
pub fn unset(text: &str, key: &str) -> Result<(String, bool), Fault> {
    let statements = statements(text)?;
    let Some((_, found)) = statements.iter().find(|(name, _)| name == key) else {
        return Ok((text.to_owned(), false));
    };
    Ok(([&text[..found.statement.start], &text[found.statement.end..]].concat(), true))
}

/// The settings of a file outside its tables, each with the lines of its statement.
fn statements(text: &str) -> Result<Vec<(String, Found)>, Fault> {
    let table =
        DeTable::parse(text).map_err(|fault| Fault::at(fault.span().unwrap_or_default(), FaultCode::Syntax, &[]))?;
    let outside = table.get_ref().iter().filter(|(_, value)| !matches!(value.get_ref(), DeValue::Table(_)));
    let found = outside.map(|(key, value)| {
        let start = text[..key.span().start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[value.span().end..].find('\n').map_or(text.len(), |at| value.span().end + at + 1);
        (key.get_ref().to_string(), Found { statement: start..end, value: value.span() })
    });
    Ok(found.collect())
}

fn quoted(word: &str) -> String {
    toml::Value::String(word.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str =
        "# of the village hall\ntheme = 'dark'  # the projector\n\nmouse = \"off\"\n# keys\n[keys]\nnext = [\"n\"]\n";

    #[test]
    fn one_value_changes_and_every_other_byte_stays() {
        assert_eq!(set(FILE, "theme", "light").unwrap(), FILE.replace("'dark'", "\"light\""));
        let added = set(FILE, "spacing", "wide").unwrap();
        assert_eq!(added, FILE.replace("\"off\"\n", "\"off\"\nspacing = \"wide\"\n"));
        assert_eq!(set("", "theme", "light").unwrap(), "theme = \"light\"\n");
        assert_eq!(set("mouse = \"on\"", "theme", "light").unwrap(), "mouse = \"on\"\ntheme = \"light\"\n");
        assert_eq!(set("[keys]\n", "theme", "light").unwrap(), "theme = \"light\"\n[keys]\n");
        assert_eq!(set("a = ", "theme", "light").unwrap_err().code, FaultCode::Syntax);
    }

    #[test]
    fn a_file_that_windows_marked_stays_readable() {
        for rest in ["", "# of the hall\r\n", "mouse = \"on\"", "[keys]\n"] {
            let text = format!("\u{feff}{rest}");
            let changed = set(&text, "theme", "light").unwrap();
            assert!(unset(&changed, "theme").unwrap().1, "{changed:?}");
            assert!(set(&changed, "theme", "dark").is_ok(), "{changed:?}");
        }
    }

    #[test]
    fn a_setting_goes_and_comments_stay() {
        assert_eq!(unset(FILE, "mouse").unwrap(), (FILE.replace("mouse = \"off\"\n", ""), true));
        assert_eq!(unset(FILE, "spacing").unwrap(), (FILE.to_owned(), false));
        assert_eq!(unset("theme = \"a\"", "theme").unwrap(), (String::new(), true));
    }
}
