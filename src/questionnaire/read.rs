use toml::de::DeTable;

use super::aspect::{self, Scoring};
use super::definition::Questionnaire;
use super::logic::Logic;
use super::model::{Consent, Format, Hash, Key, Localized};
use super::nesting::{MAX_PARTS, too_deep};
use super::problem::{ProblemCode, Problems, quoted};
use super::reading::{Limits, MAX_LANGUAGES, Reading};
use super::section::{self, Sections};
use super::table::Table;
use super::{advice, format, logic, rules, syntax};
use crate::text::{Clean, Tag};

/// The number of the file format that is read here.
const FORMAT: i64 = 1;

/// Reads a questionnaire from the text of its file; `name` is the file's, for [`Problems`].
///
/// # Errors
/// Every problem of the file; a questionnaire that is returned has none but what is only advised against.
pub fn read(name: &str, text: &str) -> Result<Questionnaire, Problems> {
    read_within(name, text, Limits::default())
}

/// As [`read`], for one that was taken before: by then, its size was looked at.
///
/// # Errors
/// The same.
pub fn read_again(name: &str, text: &str) -> Result<Questionnaire, Problems> {
    read_within(name, text, Limits::of_items(usize::MAX))
}

/// As [`read`], in other limits.
///
/// # Errors
/// The same.
pub fn read_within(name: &str, text: &str, limits: Limits) -> Result<Questionnaire, Problems> {
    let mut reading = Reading::new(text, limits);
    let questionnaire = document(text, &mut reading, |_, _, _| {}).filter(|_| reading.is_sound());
    questionnaire.ok_or_else(|| reading.into_problems(name))
}

/// Reads a questionnaire and tells everything that is wrong with it; where nothing is, what a good colleague would say
/// of it. There is a questionnaire where nothing is wrong.
#[must_use]
pub fn check(name: &str, text: &str, limits: Limits) -> (Option<Questionnaire>, Problems) {
    let mut reading = Reading::new(text, limits);
    let questionnaire = document(text, &mut reading, advice::advise).filter(|_| reading.is_sound());
    (questionnaire, reading.into_problems(name))
}

/// Reads a document, and hands what is sound to `then` with the document it was read from.
fn document(
    text: &str,
    reading: &mut Reading<'_>,
    then: impl FnOnce(&Questionnaire, &DeTable<'_>, &mut Reading<'_>),
) -> Option<Questionnaire> {
    let limit = reading.limits().bytes;
    if text.len() > limit {
        let kib = |bytes: usize| bytes.div_ceil(1024).to_string();
        reading.report(ProblemCode::FileTooLarge, 0..0, |_| [kib(limit), kib(text.len())]);
        return None;
    }
    if let Some(place) = too_deep(text) {
        reading.report(ProblemCode::NestedTooDeeply, place, |_| [MAX_PARTS.to_string()]);
        return None;
    }
    match DeTable::parse(text) {
        Ok(document) => {
            let read = questionnaire(text, document.get_ref(), reading)?;
            if reading.is_sound() {
                then(&read, document.get_ref(), reading);
            }
            Some(read)
        }
        Err(error) => {
            let mended = syntax::mend(text, &error, reading)?;
            let document = DeTable::parse(&mended).ok()?;
            questionnaire(text, document.get_ref(), reading)
        }
    }
}

fn questionnaire(text: &str, document: &DeTable<'_>, reading: &mut Reading<'_>) -> Option<Questionnaire> {
    let mut root = Table::new(document, 0..0);
    if !is_supported(&mut root, reading) {
        return None;
    }
    // The languages come before every text, formats and aspects before what refers to them.
    reading.languages = languages(&mut root, reading);
    let header = Header::read(&mut root, reading);
    let formats = format::read(&mut root, reading);
    let scoring = aspect::read(&mut root, reading);
    let sections = section::read(&mut root, &scoring.aspects, reading);
    let values = logic::read(&mut root, reading);
    root.finish(reading);
    rules::check(&scoring, &formats, &sections, reading);
    let logic = logic::understand(values, &sections, reading);
    finish(text, header?, formats, scoring, sections, logic, std::mem::take(&mut reading.languages))
}

/// Whether the file says the number of this format, or none: another would make every further problem meaningless.
fn is_supported(root: &mut Table<'_>, reading: &mut Reading<'_>) -> bool {
    let field = root.required("format");
    let number = field.as_ref().and_then(|field| field.integer(i64::MIN, i64::MAX, reading));
    let (Some(field), Some(number)) = (field, number.filter(|number| *number != FORMAT)) else {
        return true;
    };
    reading.forget_problems();
    reading.report(ProblemCode::UnsupportedFormat, field.span, |_| [number.to_string(), FORMAT.to_string()]);
    false
}

/// The languages; none where one of them cannot be read, as no text could be held against the rest.
fn languages(root: &mut Table<'_>, reading: &mut Reading<'_>) -> Vec<Tag> {
    let Some(field) = root.required("languages") else {
        return Vec::new();
    };
    let entries = field.some_entries("[\"...\"]", reading).unwrap_or_default();
    field.at_most(MAX_LANGUAGES, entries.len(), ProblemCode::TooManyLanguages, reading);
    let mut tags: Vec<Tag> = Vec::with_capacity(entries.len());
    for entry in entries.iter().take(MAX_LANGUAGES) {
        let Some(text) = entry.string(reading) else { continue };
        match Tag::new(text) {
            Some(tag) if tags.contains(&tag) => {
                reading.report(ProblemCode::DuplicateLanguage, entry.span.clone(), |_| [tag.to_string()]);
            }
            Some(tag) => tags.push(tag),
            None => reading.report(ProblemCode::NotALanguage, entry.span.clone(), |_| [quoted(text)]),
        }
    }
    if tags.len() < entries.len() { Vec::new() } else { tags }
}

/// What stands before the items.
struct Header {
    key: Key,
    version: Clean,
    title: Localized,
    authors: Vec<Clean>,
    licence: Clean,
    citation: Option<Localized>,
    introduction: Localized,
    closing: Localized,
    consent: Option<Consent>,
}

impl Header {
    fn read(root: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Self> {
        let key = root.required("key").and_then(|field| field.key(Key::with_hyphens, reading));
        let version = root.required("version").and_then(|field| field.text(reading));
        let title = root.localized("title", reading);
        let authors = root.required("authors").and_then(|field| field.some_entries("[\"...\"]", reading));
        let authors = authors.map(|authors| authors.iter().filter_map(|author| author.text(reading)).collect());
        let licence = root.required("licence").and_then(|field| field.text(reading));
        let citation = root.optional("citation").and_then(|field| field.localized(reading));
        let introduction = root.localized("introduction", reading);
        let closing = root.localized("closing", reading);
        let consent = root.optional("consent").and_then(|field| field.table("[consent]", reading));
        let consent = consent.and_then(|table| self::consent(table, reading));
        Some(Self {
            key: key?.into_inner(),
            version: version?,
            title: title?,
            authors: authors?,
            licence: licence?,
            citation,
            introduction: introduction?,
            closing: closing?,
            consent,
        })
    }
}

fn consent(mut table: Table<'_>, reading: &mut Reading<'_>) -> Option<Consent> {
    let version = table.required("version").and_then(|field| field.text(reading));
    let text = table.localized("text", reading);
    let thanks = table.localized("thanks", reading);
    table.finish(reading);
    Some(Consent { version: version?, text: text?, thanks: thanks? })
}

/// The questionnaire; nothing where a part of it could not be read.
fn finish(
    text: &str,
    header: Header,
    formats: Vec<Option<Format>>,
    scoring: Scoring,
    sections: Sections,
    logic: Logic,
    languages: Vec<Tag>,
) -> Option<Questionnaire> {
    let Header { key, version, title, authors, licence, citation, introduction, closing, consent } = header;
    let (aspects, levels, norms, total) = scoring.finish()?;
    let (sections, items, batches) = sections.finish()?;
    let (conditions, values, looked_at) = logic.finish(items.len())?;
    Some(Questionnaire {
        key,
        version,
        hash: Hash::of(text),
        source: text.to_owned(),
        languages,
        title,
        authors,
        licence,
        citation,
        introduction,
        closing,
        consent,
        formats: formats.into_iter().collect::<Option<_>>()?,
        aspects,
        levels,
        norms,
        total,
        sections,
        items,
        batches,
        conditions,
        values,
        looked_at,
    })
}
