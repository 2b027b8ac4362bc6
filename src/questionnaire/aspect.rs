use std::ops::Range;

use toml::Spanned;

use super::model::{Aspect, AspectIndex, ByLevel, Key, LevelBounds, Localized, Norm, Norms, Total};
use super::problem::{ProblemCode, quoted};
use super::reading::{MAX_ITEMS, Reading, Seen};
use super::table::{Field, Table};
use crate::text::width;

/// Aspects of a questionnaire.
const MAX_ASPECTS: usize = 12;
/// Columns that a chart has for an aspect's name.
const SHORT_WIDTH: usize = 14;

/// An aspect as far as it could be read.
pub(super) struct Draft {
    /// Its identifier.
    pub(super) key: Option<Spanned<Key>>,
    /// Its name.
    pub(super) name: Option<Localized>,
    rest: Option<Rest>,
}

struct Rest {
    short: Localized,
    meaning: Localized,
    levels: ByLevel<Localized>,
    talk: Localized,
    reflect: Localized,
    min_answered: Option<usize>,
    reflect_when: ByLevel<Option<Localized>>,
    talk_when: (ByLevel<Option<Localized>>, Option<Localized>),
}

/// The norms table as far as it could be read.
pub(super) struct NormsDraft {
    /// Where it is.
    pub(super) span: Range<usize>,
    /// The aspects that have a row, and the places where they are named.
    pub(super) aspects: Vec<Spanned<AspectIndex>>,
    /// Whether the aspect of every row is known.
    pub(super) complete: bool,
    norms: Option<Norms>,
}

/// What makes scores of answers.
pub(super) struct Scoring {
    /// The aspects.
    pub(super) aspects: Vec<Draft>,
    /// What is known of their scores.
    pub(super) norms: Option<NormsDraft>,
    /// Whether one score of all items is told alone.
    pub(super) has_total: bool,
    levels: Option<LevelBounds>,
    total: Option<Total>,
}

/// Reads aspects, levels and norms.
pub(super) fn read(root: &mut Table<'_>, reading: &mut Reading<'_>) -> Scoring {
    let mut seen = Seen::default();
    let field = root.optional("aspects");
    let tables = field.as_ref().map(|field| field.tables("[[aspects]]", reading));
    let scored = tables.as_ref().is_some_and(|tables| tables.as_ref().is_none_or(|tables| !tables.is_empty()));
    let tables = tables.flatten().unwrap_or_default();
    if let Some(field) = field {
        field.at_most(MAX_ASPECTS, tables.len(), ProblemCode::TooManyAspects, reading);
    }
    let aspects = tables.into_iter().enumerate();
    let aspects = aspects.map(|(place, table)| aspect(table, place, &mut seen, reading)).collect();
    let levels = of_aspects("levels", scored, root, reading).and_then(|field| field.table("[levels]", reading));
    let levels = levels.and_then(|table| self::levels(table, reading));
    let norms = of_aspects("norms", scored, root, reading).and_then(|field| field.table("[norms]", reading));
    let total = root.optional("total");
    let has_total = total.is_some();
    if let Some(field) = total.as_ref().filter(|_| !scored) {
        reading.report(ProblemCode::NeedsAspects, field.span.clone(), |_| ["total".to_owned()]);
    }
    let norms = norms.map(|table| self::norms(table, has_total, reading));
    let total = total.and_then(|field| field.table("[total]", reading)).and_then(|table| self::total(table, reading));
    Scoring { aspects, norms, has_total, levels, total }
}

/// A table that must be there where there are aspects, and must not where there are none.
fn of_aspects<'t>(
    key: &'static str,
    scored: bool,
    root: &mut Table<'t>,
    reading: &mut Reading<'_>,
) -> Option<Field<'t>> {
    if scored {
        return root.required(key);
    }
    let field = root.optional(key);
    if let Some(field) = &field {
        reading.report(ProblemCode::NeedsAspects, field.span.clone(), |_| [key.to_owned()]);
    }
    field
}

fn aspect(table: Option<Table<'_>>, place: usize, seen: &mut Seen, reading: &mut Reading<'_>) -> Draft {
    let Some(mut table) = table else {
        return Draft { key: None, name: None, rest: None };
    };
    let key = table.required("key").and_then(|field| field.key(Key::new, reading));
    if let Some(key) = &key {
        reading.aspects.insert(key.get_ref(), place);
        seen.first(key.clone(), reading);
    }
    let name = table.localized("name", reading);
    let rest = rest(&mut table, reading);
    table.finish(reading);
    Draft { key, name, rest }
}

fn rest(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Rest> {
    let short = short(table, reading);
    let meaning = table.localized("meaning", reading);
    let levels = by_level(table, reading);
    let talk = table.localized("talk", reading);
    let reflect = table.localized("reflect", reading);
    let min_answered = table.optional("min_answered").and_then(|field| field.count(1, MAX_ITEMS, reading));
    let reflect_when = tied_to_result(table, "reflect_when", false, reading).0;
    let talk_when = tied_to_result(table, "talk_when", true, reading);
    Some(Rest {
        short: short?,
        meaning: meaning?,
        levels: levels?,
        talk: talk?,
        reflect: reflect?,
        min_answered,
        reflect_when,
        talk_when,
    })
}

/// Questions for each level of a result, and for one that is divided.
fn tied_to_result(
    table: &mut Table<'_>,
    key: &'static str,
    with_split: bool,
    reading: &mut Reading<'_>,
) -> (ByLevel<Option<Localized>>, Option<Localized>) {
    let field = table.optional(key);
    let Some(mut table) = field.and_then(|field| field.table("{ low = { ... } }", reading)) else {
        return (ByLevel::default(), None);
    };
    let mut text = |key| table.optional(key).and_then(|field| field.localized(reading));
    let by_level = ByLevel { low: text("low"), middle: text("middle"), high: text("high") };
    let split = if with_split { text("split") } else { None };
    table.finish(reading);
    (by_level, split)
}

/// The one score of all counted items.
fn total(mut table: Table<'_>, reading: &mut Reading<'_>) -> Option<Total> {
    let name = table.localized("name", reading);
    let meaning = table.localized("meaning", reading);
    let levels = by_level(&mut table, reading);
    let reflect = table.localized("reflect", reading);
    let (mean, sd, reliability) = figures(&mut table, reading);
    table.finish(reading);
    Some(Total {
        name: name?,
        meaning: meaning?,
        levels: levels?,
        reflect: reflect?,
        mean,
        sd: sd?,
        reliability: reliability?,
    })
}

fn short(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Localized> {
    let field = table.required("short")?;
    let short = field.localized(reading)?;
    for (language, name) in short.all() {
        let found = width(name);
        if found > SHORT_WIDTH {
            let span = field.place_within(language.as_str());
            reading.report(ProblemCode::ShortNameTooWide, span, |_| [SHORT_WIDTH.to_string(), found.to_string()]);
        }
    }
    Some(short)
}

fn by_level(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<ByLevel<Localized>> {
    let low = table.localized("low", reading);
    let middle = table.localized("middle", reading);
    let high = table.localized("high", reading);
    Some(ByLevel { low: low?, middle: middle?, high: high? })
}

fn levels(mut table: Table<'_>, reading: &mut Reading<'_>) -> Option<LevelBounds> {
    let mut bound = |key| {
        let field = table.required(key)?;
        let range = format!("0 < {key} < 100");
        field.number(|number| 0.0 < number && number < 100.0, &range, reading).map(|number| (number, field.span))
    };
    let (middle_from, high_from) = (bound("middle_from"), bound("high_from"));
    let names = by_level(&mut table, reading);
    table.finish(reading);
    let ((middle_from, _), (high_from, place)) = (middle_from?, high_from?);
    if middle_from >= high_from {
        let values = [middle_from.to_string(), high_from.to_string()];
        reading.report(ProblemCode::LevelsOutOfOrder, place, |_| values);
    }
    Some(LevelBounds { middle_from, high_from, names: names? })
}

fn norms(mut table: Table<'_>, has_total: bool, reading: &mut Reading<'_>) -> NormsDraft {
    let provisional = table.required("provisional").and_then(|field| field.boolean(reading));
    let source = table.localized("source", reading);
    let rows = if has_total { table.optional("rows") } else { table.required("rows") };
    if let Some(field) = rows.as_ref().filter(|_| has_total) {
        reading.report(ProblemCode::RowsWithTotal, field.span.clone(), |_| []);
    }
    let rows = rows.and_then(|field| field.tables("[[norms.rows]]", reading));
    let readable = rows.is_some();
    let rows: Vec<_> = rows.unwrap_or_default().into_iter().map(|table| row(table, reading)).collect();
    let complete = readable && rows.iter().all(|(aspect, _)| aspect.is_some());
    let span = table.span.clone();
    table.finish(reading);
    let (aspects, rows): (Vec<_>, Vec<Option<Norm>>) = rows.into_iter().unzip();
    let norms = provisional.zip(source).zip(rows.into_iter().collect::<Option<_>>());
    let norms = norms.map(|((provisional, source), rows)| Norms { provisional, source, rows });
    NormsDraft { span, aspects: aspects.into_iter().flatten().collect(), complete, norms }
}

fn row(table: Option<Table<'_>>, reading: &mut Reading<'_>) -> (Option<Spanned<AspectIndex>>, Option<Norm>) {
    let Some(mut table) = table else {
        return (None, None);
    };
    let aspect = table.required("aspect").and_then(|field| reference(&field, reading));
    let (mean, sd, reliability) = figures(&mut table, reading);
    table.finish(reading);
    let norm = aspect.as_ref().zip(sd).zip(reliability);
    let norm = norm.map(|((aspect, sd), reliability)| Norm { aspect: *aspect.get_ref(), mean, sd, reliability });
    (aspect, norm)
}

/// Mean, standard deviation and reliability of a score.
fn figures(table: &mut Table<'_>, reading: &mut Reading<'_>) -> (Option<f64>, Option<f64>, Option<f64>) {
    let mut number = |key, fits: fn(f64) -> bool, range: &str, needed: bool| {
        let field = if needed { table.required(key) } else { table.optional(key) };
        field.and_then(|field| field.number(fits, range, reading))
    };
    let mean = number("mean", |mean| (0.0..=100.0).contains(&mean), "0 <= mean <= 100", false);
    let sd = number("sd", |sd| 0.0 < sd && sd <= 50.0, "0 < sd <= 50", true);
    let reliability = number("reliability", |r| (0.0..1.0).contains(&r), "0 <= reliability < 1", true);
    (mean, sd, reliability)
}

/// The aspect that is named; where none has the name, a problem, and the one that was surely meant, so that it is not
/// said to be missing as well.
pub(super) fn reference(field: &Field<'_>, reading: &mut Reading<'_>) -> Option<Spanned<AspectIndex>> {
    let name = field.string(reading)?;
    let mut place = reading.aspects.get(name);
    if place.is_none() {
        let suggestion = reading.aspects.suggestion(name, "[[aspects]]");
        reading.report(ProblemCode::UnknownAspect, field.span.clone(), |_| [quoted(name), suggestion]);
        place = reading.aspects.close_to(name);
    }
    place.map(|place| Spanned::new(field.span.clone(), AspectIndex(place)))
}

impl Draft {
    fn finish(self) -> Option<Aspect> {
        let Rest { short, meaning, levels, talk, reflect, min_answered, reflect_when, talk_when } = self.rest?;
        let (key, name) = (self.key?.into_inner(), self.name?);
        let (talk_when, talk_when_split) = talk_when;
        Some(Aspect {
            key,
            name,
            short,
            meaning,
            levels,
            talk,
            reflect,
            min_answered,
            reflect_when,
            talk_when,
            talk_when_split,
        })
    }
}

/// Aspects, levels, norms and total.
type Finished = (Vec<Aspect>, Option<LevelBounds>, Option<Norms>, Option<Total>);

impl Scoring {
    /// Aspects, levels, norms and total; nothing where a part of them could not be read.
    pub(super) fn finish(self) -> Option<Finished> {
        let aspects = self.aspects.into_iter().map(Draft::finish).collect::<Option<_>>()?;
        Some((aspects, self.levels, self.norms.and_then(|norms| norms.norms), self.total))
    }
}
