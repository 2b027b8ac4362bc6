use super::item::Choice;
use super::model::{Format, Key};
use super::reading::{Reading, Seen};
use super::table::Table;

/// Points of a response format.
const MAX_POINTS: usize = 11;

/// Reads the response formats; nothing in the place of one that has a problem.
pub(super) fn read(root: &mut Table<'_>, reading: &mut Reading<'_>) -> Vec<Option<Format>> {
    let tables = root.optional("formats").and_then(|field| field.tables("[[formats]]", reading)).unwrap_or_default();
    let mut seen = Seen::default();
    tables.into_iter().enumerate().map(|(place, table)| one(table?, place, &mut seen, reading)).collect()
}

fn one(mut table: Table<'_>, place: usize, seen: &mut Seen, reading: &mut Reading<'_>) -> Option<Format> {
    let key = table.required("key").and_then(|field| field.key(Key::new, reading));
    if let Some(key) = &key {
        reading.formats.insert(key.get_ref(), place);
    }
    let key = key.and_then(|key| seen.first(key, reading));
    let choices = table.required("choices");
    let choices = choices.and_then(|field| Choice::read_all(&field, MAX_POINTS, reading));
    table.finish(reading);
    Some(Format { key: key?, choices: choices? })
}
