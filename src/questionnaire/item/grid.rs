//! A batch of statements on one response format. Each row is an item of its own.

use super::read::{Draft, Home, Rest, keying};
use super::{Kind, scale};
use crate::questionnaire::model::{Key, Localized};
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::{Field, Table};

/// The value of `kind`.
pub(super) const GRID: &str = "grid";

/// The keys that only some kinds have, and a grid does.
pub(super) const KEYS: &[&str] = &["format", "rows", "shuffle", "aspect"];

/// What a grid is but for its rows.
pub(in crate::questionnaire) struct Lead {
    pub(in crate::questionnaire) key: Key,
    pub(in crate::questionnaire) text: Localized,
    pub(in crate::questionnaire) hint: Option<Localized>,
    pub(in crate::questionnaire) shuffle: bool,
}

/// Reads the rows of a grid; `rest` is what its other keys say of each of them.
pub(super) fn rows(
    table: &mut Table<'_>,
    home: &mut Home,
    rest: &Rest,
    reading: &mut Reading<'_>,
) -> (Vec<Draft>, Option<bool>) {
    let format = scale::format(table, reading);
    let place = table.place_of_value("format").unwrap_or_else(|| table.span.clone());
    let shuffle = table.flag("shuffle", false, reading);
    let rows = table.required("rows");
    let rows = rows.and_then(|field| field.some_entries("[{ key = \"...\", text = { ... } }]", reading));
    let mut drafts = Vec::new();
    for field in rows.unwrap_or_default() {
        reading.here.item = home.number;
        drafts.extend(row(&field, home, rest, format.map(Kind::Scale), place.clone(), reading));
        home.number += 1;
    }
    (drafts, shuffle)
}

fn row(
    field: &Field<'_>,
    home: &Home,
    rest: &Rest,
    kind: Option<Kind>,
    place: std::ops::Range<usize>,
    reading: &mut Reading<'_>,
) -> Option<Draft> {
    let mut table = field.table("{ key = \"...\", text = { ... } }", reading)?;
    let key = table.required("key").and_then(|field| field.key(Key::new, reading));
    let text = table.told("text", reading);
    let keying = keying(&mut table, true, home.aspect, reading);
    let own = table.condition("show_if", reading);
    table.finish(reading);
    // A row is shown where the whole grid is, and its own condition holds.
    let show_if: Vec<_> = rest.show_if.iter().copied().chain(own).collect();
    let rest = Rest { show_if, hint: None, ..rest.clone() };
    Some(Draft { key, kind, place, aspect: home.aspect, keying, text, rest, section: home.section, batch: home.batch })
}
