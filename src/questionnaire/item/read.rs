use std::ops::Range;

use toml::Spanned;

use super::grid::{self, GRID, Lead};
use super::{Answer, KINDS, Kind, default};
use crate::questionnaire::aspect;
use crate::questionnaire::model::{AspectIndex, Check, ConditionIndex, Item, Key, Keying, Localized};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

const KEYING: &str = "keying";
const KEYINGS: [(&str, Keying); 2] = [("direct", Keying::Direct), ("reversed", Keying::Reversed)];

/// Where an item is read.
pub(in crate::questionnaire) struct Home {
    /// Its section.
    pub(in crate::questionnaire) section: usize,
    /// Its place among all items.
    pub(in crate::questionnaire) number: usize,
    /// The aspect of its section, where that has one.
    pub(in crate::questionnaire) aspect: Option<AspectIndex>,
    /// The batch it belongs to.
    pub(in crate::questionnaire) batch: Option<usize>,
}

/// An item as far as it could be read.
pub(in crate::questionnaire) struct Draft {
    /// Its identifier.
    pub(in crate::questionnaire) key: Option<Spanned<Key>>,
    /// Its kind, with what only that kind has.
    pub(in crate::questionnaire) kind: Option<Kind>,
    /// Where its response format is named; else its header.
    pub(in crate::questionnaire) place: Range<usize>,
    /// The aspect it counts towards; for an item of no known kind, that of its section.
    pub(in crate::questionnaire) aspect: Option<AspectIndex>,
    pub(super) keying: Keying,
    pub(super) text: Option<Localized>,
    pub(super) rest: Rest,
    pub(super) section: usize,
    pub(super) batch: Option<usize>,
}

/// What may stand in an item of any kind.
#[derive(Clone)]
pub(super) struct Rest {
    pub(super) hint: Option<Localized>,
    pub(super) interviewer: Option<Localized>,
    pub(super) show_if: Vec<ConditionIndex>,
    pub(super) required: Option<Localized>,
    pub(super) dont_know: bool,
    pub(super) decline: bool,
    pub(super) default: Option<Answer>,
    pub(super) checks: Vec<Check>,
}

/// What one table of the file gives: an item, or the rows of a grid.
pub(in crate::questionnaire) struct Read {
    /// The items.
    pub(in crate::questionnaire) items: Vec<Draft>,
    /// Whether they are the rows of a grid.
    pub(in crate::questionnaire) grid: bool,
    /// The grid, where it could be read.
    pub(in crate::questionnaire) lead: Option<Lead>,
    /// The key of the grid.
    pub(in crate::questionnaire) key: Option<Spanned<Key>>,
}

/// Reads one table of items.
pub(in crate::questionnaire) fn read(mut table: Table<'_>, home: &mut Home, reading: &mut Reading<'_>) -> Read {
    reading.here.item = home.number;
    let key = table.required("key").and_then(|field| field.key(Key::new, reading));
    let text = table.told("text", reading);
    let kind = table.required("kind");
    if kind.as_ref().is_some_and(|field| field.is(GRID)) {
        return grid(table, key, text, home, reading);
    }
    let written = kind.and_then(|field| {
        let words: Vec<_> = KINDS.iter().map(|kind| (kind.name, Some(kind))).chain([(GRID, None)]).collect();
        field.one_of(&words, reading).flatten()
    });
    let kind = written.and_then(|written| (written.read)(&mut table, reading));
    let counts = written.is_none_or(|written| written.counts);
    let own = if counts { own_aspect(&mut table, reading) } else { None };
    let aspect = own.or(home.aspect.filter(|_| counts));
    let keying = keying(&mut table, written.is_some_and(|written| written.counts), aspect, reading);
    let answered = written.is_none_or(|written| written.answered);
    let mut rest = rest(&mut table, answered, reading);
    if answered {
        rest.checks = checks(&mut table, reading);
    }
    rest.default = of_kind_with_default(&mut table, kind.as_ref(), key.as_ref(), reading);
    rest.dont_know &= !matches!(kind, Some(Kind::Consent(_)));
    let place = table.place_of_value("format").unwrap_or_else(|| table.span.clone());
    refuse_other_kinds(&mut table, written.map(|written| (written.name, written.keys)), reading);
    table.finish(reading);
    home.number += 1;
    let draft = Draft { key, kind, place, aspect, keying, text, rest, section: home.section, batch: None };
    Read { items: vec![draft], grid: false, lead: None, key: None }
}

fn grid(
    mut table: Table<'_>,
    key: Option<Spanned<Key>>,
    text: Option<Localized>,
    home: &mut Home,
    reading: &mut Reading<'_>,
) -> Read {
    let own = own_aspect(&mut table, reading);
    let aspect = own.or(home.aspect);
    let rest = rest(&mut table, true, reading);
    let batch = home.batch;
    let mut of_rows = Home { section: home.section, number: home.number, aspect, batch };
    let (items, shuffle) = grid::rows(&mut table, &mut of_rows, &rest, reading);
    home.number = of_rows.number;
    refuse_other_kinds(&mut table, Some((GRID, grid::KEYS)), reading);
    table.finish(reading);
    let lead = key.as_ref().zip(text).zip(shuffle);
    let lead = lead.map(|((key, text), shuffle)| Lead { key: key.get_ref().clone(), text, hint: rest.hint, shuffle });
    Read { items, grid: true, lead, key }
}

fn own_aspect(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<AspectIndex> {
    table.optional("aspect").and_then(|field| aspect::reference(&field, reading)).map(Spanned::into_inner)
}

/// The keys that an item of any kind may have; `answered` tells whether it is answered at all.
fn rest(table: &mut Table<'_>, answered: bool, reading: &mut Reading<'_>) -> Rest {
    let hint = table.optional("hint").and_then(|field| field.told(reading));
    let interviewer = table.optional("interviewer").and_then(|field| field.told(reading));
    let show_if = table.condition("show_if", reading).into_iter().collect();
    let mut rest = Rest {
        hint,
        interviewer,
        show_if,
        required: None,
        dont_know: true,
        decline: true,
        default: None,
        checks: Vec::new(),
    };
    if answered {
        rest.required = table.optional("required").and_then(|field| field.told(reading));
        rest.dont_know = table.flag("dont_know", true, reading).unwrap_or(true);
        rest.decline = table.flag("decline", true, reading).unwrap_or(true);
    }
    rest
}

fn checks(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Vec<Check> {
    const WRITTEN: &str = "[{ must = \"...\", message = { ... } }]";
    let field = table.optional("checks");
    let tables = field.and_then(|field| field.some_tables(WRITTEN, reading)).unwrap_or_default();
    let mut one = |table: Option<Table<'_>>| {
        let mut table = table?;
        let must = table.required("must").and_then(|field| reading.check(&field));
        let message = table.told("message", reading);
        table.finish(reading);
        Some(Check { must: must?, message: message? })
    };
    tables.into_iter().filter_map(&mut one).collect()
}

fn of_kind_with_default(
    table: &mut Table<'_>,
    kind: Option<&Kind>,
    key: Option<&Spanned<Key>>,
    reading: &mut Reading<'_>,
) -> Option<Answer> {
    // Consent that is given beforehand is none, and an order or a note has nothing to begin with.
    if matches!(kind, Some(Kind::Consent(_) | Kind::Ranking(_) | Kind::Note)) {
        return None;
    }
    let field = table.optional("default")?;
    let item = key.map_or("", |key| key.get_ref().as_str());
    default::read(&field, kind?, item, reading)
}

pub(super) fn keying(
    table: &mut Table<'_>,
    counts: bool,
    aspect: Option<AspectIndex>,
    reading: &mut Reading<'_>,
) -> Keying {
    let Some(field) = counts.then(|| table.optional(KEYING)).flatten() else {
        return Keying::Direct;
    };
    if aspect.is_none() {
        let span = table.place_of(KEYING).unwrap_or_default();
        reading.report(ProblemCode::KeyingWithoutAspect, span, |_| []);
    }
    field.one_of(&KEYINGS, reading).unwrap_or(Keying::Direct)
}

/// The keys of other kinds are known, but mean nothing here. Where the kind is not known, any of them may be right.
fn refuse_other_kinds(
    table: &mut Table<'_>,
    own: Option<(&'static str, &'static [&'static str])>,
    reading: &mut Reading<'_>,
) {
    // What an item that is only read has no use for.
    const ANSWERED: &[&str] = &["required", "dont_know", "decline", "default", "checks"];
    let keys = own.map_or(&[][..], |(_, keys)| keys);
    let of_kinds = KINDS.iter().flat_map(|kind| kind.keys).chain(grid::KEYS).chain(ANSWERED);
    for key in of_kinds.filter(|key| !keys.contains(key)) {
        if table.is_known(key) {
            continue;
        }
        if let (Some(span), Some((kind, _))) = (table.place_of(key), own) {
            reading.report(ProblemCode::KeyOfOtherKind, span, |_| [(*key).to_owned(), kind.to_owned()]);
        }
        table.ignore(key);
    }
}

impl Draft {
    /// The item; nothing where a part of it could not be read.
    pub(in crate::questionnaire) fn finish(self) -> Option<Item> {
        let Rest { hint, interviewer, show_if, required, dont_know, decline, default, checks } = self.rest;
        Some(Item {
            key: self.key?.into_inner(),
            text: self.text?,
            hint,
            interviewer,
            kind: self.kind?,
            counts: self.aspect.map(|aspect| (aspect, self.keying)),
            section: self.section,
            batch: self.batch,
            show_if,
            required,
            dont_know,
            decline,
            default,
            checks,
        })
    }
}
