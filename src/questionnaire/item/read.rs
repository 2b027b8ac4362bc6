use std::ops::Range;

use toml::Spanned;

use super::{KINDS, Kind, Written};
use crate::questionnaire::model::{AspectIndex, Item, Key, Keying, Localized};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

const KEYING: &str = "keying";
const KEYINGS: [(&str, Keying); 2] = [("direct", Keying::Direct), ("reversed", Keying::Reversed)];

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
    keying: Keying,
    text: Option<Localized>,
    hint: Option<Localized>,
    section: usize,
}

/// Reads one item of a section that has `aspect`, or has none.
pub(in crate::questionnaire) fn read(
    mut table: Table<'_>,
    section: usize,
    aspect: Option<AspectIndex>,
    reading: &mut Reading<'_>,
) -> Draft {
    let key = table.required("key").and_then(|field| field.key(Key::new, reading));
    let text = table.localized("text", reading);
    let hint = table.optional("hint").and_then(|field| field.localized(reading));
    let written = table.required("kind").and_then(|field| {
        let words = KINDS.each_ref().map(|kind| (kind.name, kind));
        field.one_of(&words, reading)
    });
    let kind = written.and_then(|written| (written.read)(&mut table, reading));
    let aspect = aspect.filter(|_| written.is_none_or(|written| written.counts));
    let keying = keying(&mut table, written, aspect, reading);
    let place = table.place_of_value("format").unwrap_or_else(|| table.span.clone());
    refuse_other_kinds(&mut table, written, reading);
    table.finish(reading);
    Draft { key, kind, place, aspect, keying, text, hint, section }
}

fn keying(
    table: &mut Table<'_>,
    written: Option<&'static Written>,
    aspect: Option<AspectIndex>,
    reading: &mut Reading<'_>,
) -> Keying {
    let counts = written.is_some_and(|written| written.counts);
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
fn refuse_other_kinds(table: &mut Table<'_>, written: Option<&'static Written>, reading: &mut Reading<'_>) {
    let own = written.map_or(&[][..], |written| written.keys);
    for key in KINDS.iter().flat_map(|kind| kind.keys).filter(|key| !own.contains(key)) {
        if let (Some(span), Some(written)) = (table.place_of(key), written) {
            reading.report(ProblemCode::KeyOfOtherKind, span, |_| [(*key).to_owned(), written.name.to_owned()]);
        }
        table.ignore(key);
    }
}

impl Draft {
    /// The item; nothing where a part of it could not be read.
    pub(in crate::questionnaire) fn finish(self) -> Option<Item> {
        Some(Item {
            key: self.key?.into_inner(),
            text: self.text?,
            hint: self.hint,
            kind: self.kind?,
            counts: self.aspect.map(|aspect| (aspect, self.keying)),
            section: self.section,
        })
    }
}
