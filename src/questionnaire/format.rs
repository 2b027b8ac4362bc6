use super::item::{Choice, Extras};
use super::model::{Format, Key, Steps};
use super::problem::ProblemCode;
use super::reading::{Reading, Seen};
use super::table::Table;

/// Points of a response format.
const MAX_POINTS: usize = 11;

/// Reads the response formats; nothing in the place of one that has a problem.
pub(super) fn read(root: &mut Table<'_>, reading: &mut Reading<'_>) -> Vec<Option<Format>> {
    let tables = root.optional("formats").and_then(|field| field.tables("[[formats]]", reading)).unwrap_or_default();
    let mut seen = Seen::default();
    let formats = tables.into_iter().enumerate().map(|(place, table)| one(table?, place, &mut seen, reading));
    let formats: Vec<Option<Format>> = formats.collect();
    let points = |format: &Option<Format>| format.iter().flat_map(|format| &format.choices).map(key).collect();
    reading.points = formats.iter().map(points).collect();
    formats
}

fn key(choice: &Choice) -> Key {
    choice.key.clone()
}

fn one(mut table: Table<'_>, place: usize, seen: &mut Seen, reading: &mut Reading<'_>) -> Option<Format> {
    let key = table.required("key").and_then(|field| field.key(Key::new, reading));
    if let Some(key) = &key {
        reading.formats.insert(key.get_ref(), place);
    }
    let key = key.and_then(|key| seen.first(key, reading));
    let choices = table.required("choices");
    let choices = choices.and_then(|field| Choice::read_all(&field, MAX_POINTS, Extras::Point, reading));
    let named = table.optional("steps");
    let has_steps = named.is_some();
    let points = choices.as_ref().map(Vec::len);
    let steps =
        named.and_then(|field| steps(field.table("{ low = { ... }, high = { ... } }", reading)?, points, reading));
    table.finish(reading);
    (steps.is_some() || !has_steps).then_some(())?;
    Some(Format { key: key?, choices: choices?, steps })
}

fn steps(mut table: Table<'_>, points: Option<usize>, reading: &mut Reading<'_>) -> Option<Steps> {
    let low = table.localized("low", reading);
    let middle = table.optional("middle");
    let has_middle = middle.is_some();
    let middle = middle.and_then(|field| field.localized(reading));
    let high = table.localized("high", reading);
    let then = table.localized("then", reading);
    let span = table.span.clone();
    table.finish(reading);
    if let Some(points) = points.filter(|points| (points % 2 == 1) != has_middle) {
        reading.report(ProblemCode::StepsMiddle, span, |_| [points.to_string()]);
    }
    (middle.is_some() || !has_middle).then_some(())?;
    Some(Steps { low: low?, middle, high: high?, then: then? })
}
