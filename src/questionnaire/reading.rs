use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use toml::Spanned;

use super::expression::{Reach, Scope};
use super::model::{ConditionIndex, Key};
use super::piping::{self, Place};
use super::problem::{Problem, ProblemCode, Problems, Severity, boundary, code_point, line, quoted, showable};
use super::spot::spot;
use super::table::Field;
use crate::text::Tag;

/// Bytes of a file.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Items of a questionnaire.
pub(super) const MAX_ITEMS: usize = 2_000;
/// Choices of an item.
pub(super) const MAX_CHOICES: usize = 500;
/// Characters of a text.
pub(super) const MAX_CHARACTERS: usize = 10_000;
/// Languages of a questionnaire; without a bound a small file could lack millions of texts.
pub(super) const MAX_LANGUAGES: usize = 40;
/// Problems listed; a file of 1 MiB can have a million.
const MAX_PROBLEMS: usize = 1_000;
/// Names compared with one that is not known, and names shown where none is close.
const MAX_COMPARED: usize = 100;
const MAX_SHOWN: usize = 12;

/// One file being read: its problems so far, and what its later parts refer to.
pub(super) struct Reading<'s> {
    source: &'s str,
    list: Vec<Problem>,
    errors: usize,
    warnings: usize,
    left_out: usize,
    /// The languages every text must be in; empty where they could not be read.
    pub(super) languages: Vec<Tag>,
    /// The response formats.
    pub(super) formats: Names,
    /// The aspects.
    pub(super) aspects: Names,
    /// Keys of each response format's points; none where it could not be read.
    pub(super) points: Vec<Vec<Key>>,
    /// What is being read.
    pub(super) here: Here,
    /// Every condition, to be understood when all items are known.
    pub(super) conditions: Vec<Condition>,
    mentions: Vec<Mention>,
    limits: Limits,
}

/// How much of a file is read.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Items of the questionnaire, at most 65 535.
    pub items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: MAX_BYTES, items: MAX_ITEMS }
    }
}

impl Limits {
    /// Limits for so many items, and files as long as they take.
    #[must_use]
    pub fn of_items(items: usize) -> Self {
        const BYTES_OF_ITEM: usize = 4 << 10;
        let items = items.min(usize::from(u16::MAX));
        Self { bytes: MAX_BYTES.max(items * BYTES_OF_ITEM), items }
    }
}

/// Which section and item are being read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Here {
    /// The section.
    pub(super) section: usize,
    /// The item; of a section's own keys, its first.
    pub(super) item: usize,
    /// Whether the section is shuffled.
    pub(super) shuffled: bool,
}

/// An expression that is written somewhere.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) span: Range<usize>,
    pub(super) here: Here,
    /// Whether it may look at its own item.
    pub(super) own: bool,
}

/// A name in a text.
#[derive(Debug)]
struct Mention {
    name: String,
    /// Of the whole text, and the name's place in what it says.
    span: Range<usize>,
    at: Range<usize>,
    here: Here,
}

impl<'s> Reading<'s> {
    pub(super) fn new(source: &'s str, limits: Limits) -> Self {
        Self {
            source,
            list: Vec::new(),
            errors: 0,
            warnings: 0,
            left_out: 0,
            languages: Vec::new(),
            formats: Names::default(),
            aspects: Names::default(),
            points: Vec::new(),
            here: Here::default(),
            conditions: Vec::new(),
            mentions: Vec::new(),
            limits,
        }
    }

    /// How much is read.
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Takes a condition, to be understood when all items are known.
    pub(super) fn condition(&mut self, field: &Field<'_>) -> Option<ConditionIndex> {
        self.expression(field, false)
    }

    /// Takes a condition that may look at its own item.
    pub(super) fn check(&mut self, field: &Field<'_>) -> Option<ConditionIndex> {
        self.expression(field, true)
    }

    fn expression(&mut self, field: &Field<'_>, own: bool) -> Option<ConditionIndex> {
        let text = field.string(self)?.replace("\r\n", "\n");
        self.conditions.push(Condition { text, span: field.span.clone(), here: self.here, own });
        Some(ConditionIndex(self.conditions.len() - 1))
    }

    /// Notes the names in a text that is written at `span`.
    pub(super) fn mentions(&mut self, text: &str, span: &Range<usize>) {
        let text = text.replace("\r\n", "\n");
        for place in piping::places(&text) {
            match place {
                Place::Name { name, at } => {
                    self.mentions.push(Mention { name: name.to_owned(), span: span.clone(), at, here: self.here });
                }
                Place::Broken { at } => {
                    let inside = self.inside(span, &at);
                    self.report(ProblemCode::NotAPlace, inside, |_| [quoted(&text[at])]);
                }
                Place::Brace { .. } => {}
            }
        }
    }

    /// Where a part of the text written at `span` is. It is looked for from the text's beginning each time, so only for
    /// problems that are listed.
    fn inside(&self, span: &Range<usize>, part: &Range<usize>) -> Range<usize> {
        if self.is_full() {
            return span.clone();
        }
        let raw = self.source_at(span);
        span.start + spot(raw, part.start).start..span.start + spot(raw, part.end - 1).end
    }

    /// Records every name in a text that means nothing there.
    pub(super) fn refuse_unknown_mentions(&mut self, scope: &Scope, reach: impl Fn(&Here) -> Reach) {
        for mention in std::mem::take(&mut self.mentions) {
            let Err((code, suggests)) = scope.look_up(&mention.name, &reach(&mention.here)) else { continue };
            let place = self.inside(&mention.span, &mention.at);
            // Only what is listed is worth the search for what was meant.
            let name = || quoted(&mention.name);
            if suggests {
                let suggestion = || scope.names.suggestion(&mention.name, "[[sections.items]]");
                self.report(code, place, |_| [name(), suggestion()]);
            } else {
                self.report(code, place, |_| [name()]);
            }
        }
    }

    /// Records a problem. `values` are in the order of [`ProblemCode::value_names`].
    pub(super) fn report<const N: usize>(
        &mut self,
        code: ProblemCode,
        span: Range<usize>,
        values: impl FnOnce(&str) -> [String; N],
    ) {
        // Advice never takes the place of an error.
        let severity = code.severity();
        let count = if severity == Severity::Error { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count > MAX_PROBLEMS {
            self.left_out += 1;
            return;
        }
        let values = code.value_names().iter().copied().zip(values(self.source)).collect();
        let start = boundary(self.source, span.start);
        let end = boundary(self.source, span.end).max(start);
        self.list.push(Problem { code, severity, span: start..end, values });
    }

    /// Records a character that may not stand in a text.
    pub(super) fn unclean(&mut self, span: Range<usize>, character: char) {
        self.report(ProblemCode::UncleanText, span, |_| [code_point(character)]);
    }

    /// Records an identifier that was given before, at `first`.
    pub(super) fn repeated(&mut self, code: ProblemCode, span: Range<usize>, key: &Key, first: usize) {
        self.report(code, span, |source| [key.to_string(), line(&source[..boundary(source, first)]).to_string()]);
    }

    /// The text of the file.
    pub(super) fn source(&self) -> &'s str {
        self.source
    }

    /// What stands at `span`, as a value.
    pub(super) fn source_at(&self, span: &Range<usize>) -> &'s str {
        let start = boundary(self.source, span.start);
        &self.source[start..boundary(self.source, span.end).max(start)]
    }

    /// Whether nothing is wrong so far but what is only advised against.
    pub(super) fn is_sound(&self) -> bool {
        self.errors == 0
    }

    /// Forgets all problems, for one that makes them meaningless.
    pub(super) fn forget_problems(&mut self) {
        self.list.clear();
        (self.errors, self.warnings, self.left_out) = (0, 0, 0);
    }

    /// Whether no more problems are listed.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= MAX_PROBLEMS
    }

    /// The problems in the order of their places. Where the TOML itself is broken, only those that are certain all
    /// the same: what could not be understood is neither missing nor wrong.
    pub(super) fn into_problems(mut self, name: &str) -> Problems {
        let broken: Vec<Range<usize>> = self
            .list
            .iter()
            .filter(|problem| problem.code.is_syntax())
            .map(|problem| self.lines(&problem.span))
            .collect();
        if !broken.is_empty() {
            self.list.retain(|problem| {
                let apart =
                    !broken.iter().any(|lines| lines.start <= problem.span.end && problem.span.start <= lines.end);
                problem.code.is_syntax() || (problem.code.stands_alone() && apart)
            });
        }
        self.list.sort_by_key(|problem| (problem.span.start, problem.span.end, problem.code));
        if self.left_out > 0 {
            let values = ["limit", "found"].into_iter().zip([MAX_PROBLEMS, self.left_out].map(|n| n.to_string()));
            let code = ProblemCode::TooManyProblems;
            let severity = if self.errors > MAX_PROBLEMS { Severity::Error } else { Severity::Warning };
            self.list.push(Problem { code, severity, span: 0..0, values: values.collect() });
        }
        let source = if self.source.len() > self.limits.bytes { String::new() } else { showable(self.source) };
        Problems { name: quoted(name), source, list: self.list }
    }

    /// The whole lines that `span` touches.
    fn lines(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.source[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = self.source[span.end..].find('\n').map_or(self.source.len(), |at| span.end + at);
        start..end
    }
}

/// The keys that other parts of the file may refer to, each with its place in its list.
#[derive(Default)]
pub(super) struct Names {
    places: HashMap<String, usize>,
    keys: Vec<Key>,
}

impl Names {
    /// Takes `key` for the entry at `place`; the first entry keeps a key that comes twice.
    pub(super) fn insert(&mut self, key: &Key, place: usize) {
        self.places.entry(key.as_str().to_owned()).or_insert(place);
        self.keys.push(key.clone());
    }

    /// The entry with this key.
    pub(super) fn get(&self, key: &str) -> Option<usize> {
        self.places.get(key).copied()
    }

    /// The key that `found` is close to, and that key's entry.
    pub(super) fn close_to(&self, found: &str) -> Option<usize> {
        closest(found, self.keys.iter().map(Key::as_str)).and_then(|key| self.get(key))
    }

    /// What may have been meant by `found`: see [`suggestion`].
    pub(super) fn suggestion(&self, found: &str, none: &str) -> String {
        if self.keys.is_empty() { none.to_owned() } else { suggestion(found, self.keys.iter().map(Key::as_str)) }
    }
}

/// The identifiers given so far among those that must differ.
#[derive(Default)]
pub(super) struct Seen(HashMap<String, usize>);

impl Seen {
    /// The key, if it was not given before; a problem if it was.
    pub(super) fn first(&mut self, key: Spanned<Key>, reading: &mut Reading<'_>) -> Option<Key> {
        let span = key.span();
        let key = key.into_inner();
        match self.0.entry(key.as_str().to_owned()) {
            Entry::Vacant(place) => {
                place.insert(span.start);
                Some(key)
            }
            Entry::Occupied(first) => {
                reading.repeated(ProblemCode::DuplicateKey, span, &key, *first.get());
                None
            }
        }
    }
}

/// The one of `known` that `found` is close to.
pub(super) fn closest<'a>(found: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE: f64 = 0.8;
    // The comparison takes the product of both lengths; nothing this long is a slip of the finger.
    if found.len() > 80 {
        return None;
    }
    known
        .take(MAX_COMPARED)
        .map(|name| (strsim::jaro_winkler(found, name), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The one of `known` that is close to `found`; where none is, those that could be meant, with commas.
pub(super) fn suggestion<'a>(found: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = closest(found, known.clone()) {
        return name.to_owned();
    }
    let mut shown: Vec<&str> = known.take(MAX_SHOWN + 1).collect();
    if shown.len() > MAX_SHOWN {
        shown[MAX_SHOWN] = "...";
    }
    shown.join(", ")
}
