//! A walker over the spanned TOML table: each part of the file asks for its keys, and what it did not ask for is
//! unknown. Every reader records its problem and gives nothing, so that the parts beside it are still read.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::item::{Day, steps};
use super::model::{ConditionIndex, Key, Localized};
use super::problem::{ProblemCode, quoted};
use super::reading::{MAX_CHARACTERS, Reading, closest, suggestion};
use super::spot::spot;
use crate::text::{Clean, Tag};

/// The texts that are too short to say which language they are in.
const SHORT: &str = "short";

#[cfg(test)]
type Asked = Vec<std::collections::BTreeSet<&'static str>>;

#[cfg(test)]
thread_local! {
    static ASKED_FOR: std::cell::RefCell<Asked> = const { std::cell::RefCell::new(Vec::new()) };
}

/// The keys each table is asked for while `read` runs.
#[cfg(test)]
pub(super) fn asked_for(read: impl FnOnce()) -> Asked {
    ASKED_FOR.take();
    read();
    ASKED_FOR.take()
}

/// One table of the file, and which of its keys were asked for.
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    /// Its header, or all of an inline table.
    pub(super) span: Range<usize>,
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
    ignored: Vec<&'static str>,
}

/// A value, and the key it belongs to.
pub(super) struct Field<'t> {
    /// Its key; for an entry of a list, the list's.
    pub(super) key: &'static str,
    /// The place of the value.
    pub(super) span: Range<usize>,
    value: &'t DeValue<'t>,
}

impl<'t> Table<'t> {
    pub(super) fn new(entries: &'t DeTable<'t>, span: Range<usize>) -> Self {
        Self { entries, span, known: Vec::new(), missing: Vec::new(), ignored: Vec::new() }
    }

    /// The value of a key that may be absent.
    pub(super) fn optional(&mut self, key: &'static str) -> Option<Field<'t>> {
        self.known.push(key);
        let value = self.entries.get(key)?;
        Some(Field { key, span: value.span(), value: value.get_ref() })
    }

    /// The value of a key that must be there; [`Table::finish`] says so where it is not.
    pub(super) fn required(&mut self, key: &'static str) -> Option<Field<'t>> {
        let field = self.optional(key);
        if field.is_none() {
            self.missing.push(key);
        }
        field
    }

    /// A text in every language that must be there.
    pub(super) fn localized(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Localized> {
        self.required(key).and_then(|field| field.localized(reading))
    }

    /// A text in every language that must be there, in which `{names}` stand for answers.
    pub(super) fn told(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<Localized> {
        self.required(key).and_then(|field| field.told(reading))
    }

    /// `true` or `false`, or what holds where neither is written.
    pub(super) fn flag(&mut self, key: &'static str, absent: bool, reading: &mut Reading<'_>) -> Option<bool> {
        self.optional(key).map_or(Some(absent), |field| field.boolean(reading))
    }

    /// A condition that may be absent.
    pub(super) fn condition(&mut self, key: &'static str, reading: &mut Reading<'_>) -> Option<ConditionIndex> {
        self.optional(key).and_then(|field| reading.condition(&field))
    }

    /// Whether `key` was asked for, or taken for known.
    pub(super) fn is_known(&self, key: &str) -> bool {
        self.known.contains(&key) || self.ignored.contains(&key)
    }

    /// The value of `key` as a number is written.
    pub(super) fn written(&self, key: &str) -> Option<String> {
        match self.entries.get(key)?.get_ref() {
            DeValue::Integer(integer) => Some(integer.as_str().to_owned()),
            DeValue::Float(float) => Some(float.as_str().to_owned()),
            _ => None,
        }
    }

    /// Where `key` itself is written.
    pub(super) fn place_of(&self, key: &str) -> Option<Range<usize>> {
        self.entries.get_key_value(key).map(|(key, _)| key.span())
    }

    /// Where the value of `key` is written.
    pub(super) fn place_of_value(&self, key: &str) -> Option<Range<usize>> {
        self.entries.get(key).map(Spanned::span)
    }

    /// Takes `key` for known without offering it where another is not.
    pub(super) fn ignore(&mut self, key: &'static str) {
        self.ignored.push(key);
    }

    /// Ends the reading of this table: every key that was not asked for is a problem, and so is every one that must
    /// be there and is not, unless it is there by a name that is close.
    pub(super) fn finish(mut self, reading: &mut Reading<'_>) {
        self.refuse_unknown(reading);
        #[cfg(test)]
        ASKED_FOR.with_borrow_mut(|asked| asked.push(self.known.iter().copied().collect()));
        for key in self.missing {
            reading.report(ProblemCode::MissingKey, self.span.clone(), |_| [key.to_owned()]);
        }
    }

    fn refuse_unknown(&mut self, reading: &mut Reading<'_>) {
        let known = |name: &str| self.known.contains(&name) || self.ignored.contains(&name);
        let mut unknown = self.entries.keys().filter(|key| !known(key.get_ref())).peekable();
        if unknown.peek().is_none() {
            return;
        }
        let absent = self.known.iter().copied().filter(|key| !self.entries.contains_key(*key));
        let absent: Vec<&str> = absent.collect();
        let offered = if absent.is_empty() { &self.known } else { &absent };
        let mut meant = Vec::new();
        for key in unknown {
            let name = key.get_ref().as_ref();
            if !reading.is_full() {
                meant.extend(closest(name, offered.iter().copied()));
            }
            reading.report(ProblemCode::UnknownKey, key.span(), |_| {
                [quoted(name), suggestion(name, offered.iter().copied())]
            });
        }
        self.missing.retain(|key| !meant.contains(key));
    }
}

impl<'t> Field<'t> {
    /// Records that the value is not of the type written `expected`.
    fn wrong_type(&self, expected: &str, reading: &mut Reading<'_>) {
        let found = found(self.value, reading.source_at(&self.span));
        reading
            .report(ProblemCode::WrongType, self.span.clone(), |_| [self.key.to_owned(), expected.to_owned(), found]);
    }

    /// A TOML string, whatever it holds.
    pub(super) fn string(&self, reading: &mut Reading<'_>) -> Option<&'t str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong_type("\"...\"", reading);
        }
        text
    }

    /// A text for people.
    pub(super) fn text(&self, reading: &mut Reading<'_>) -> Option<Clean> {
        let text = self.string(reading)?;
        clean(text, &self.span, self.key, reading)
    }

    /// A text in every language of the questionnaire.
    pub(super) fn localized(&self, reading: &mut Reading<'_>) -> Option<Localized> {
        let Some(entries) = self.value.as_table() else {
            let texts: Vec<String> = reading.languages.iter().take(4).map(|tag| format!("{tag} = \"...\"")).collect();
            let texts = if texts.is_empty() { "...".to_owned() } else { texts.join(", ") };
            self.wrong_type(&format!("{{ {texts} }}"), reading);
            return None;
        };
        if reading.languages.is_empty() {
            for (language, value) in entries {
                self.words(value, language.get_ref(), reading);
            }
            return None;
        }
        let languages = std::mem::take(&mut reading.languages);
        let mut texts = Vec::with_capacity(languages.len());
        let mut missing = Vec::new();
        for language in &languages {
            match entries.get(language.as_str()) {
                Some(value) => {
                    let text = self.words(value, language.as_str(), reading);
                    texts.extend(text.map(|text| (language.clone(), text)));
                }
                None => missing.push(language.as_str()),
            }
        }
        let mut misspelt = 0;
        if languages.len() - missing.len() < entries.len() {
            let before = missing.len();
            self.refuse_other_languages(entries, &languages, &mut missing, reading);
            misspelt = before - missing.len();
        }
        let absent = missing.len() + misspelt;
        for language in missing {
            reading.report(ProblemCode::MissingLanguage, self.span.clone(), |_| {
                [self.key.to_owned(), language.to_owned()]
            });
        }
        reading.languages = languages;
        if texts.is_empty() && entries.is_empty() {
            reading.report(ProblemCode::EmptyText, self.span.clone(), |_| [self.key.to_owned()]);
        }
        let broken = texts.len() + absent < reading.languages.len();
        if broken {
            return None;
        }
        Localized::of(texts, &reading.languages, self.key != SHORT)
    }

    /// As [`Field::localized`], and notes the `{names}` in it.
    pub(super) fn told(&self, reading: &mut Reading<'_>) -> Option<Localized> {
        let text = self.localized(reading)?;
        for value in self.value.as_table().into_iter().flat_map(DeTable::values) {
            if let Some(text) = value.get_ref().as_str().filter(|text| text.contains('{')) {
                reading.mentions(text, &value.span());
            }
        }
        Some(text)
    }

    /// The text in one language.
    fn words(&self, value: &Spanned<DeValue<'t>>, language: &str, reading: &mut Reading<'_>) -> Option<Clean> {
        if let Some(text) = value.get_ref().as_str() {
            return clean(text, &value.span(), self.key, reading);
        }
        let found = found(value.get_ref(), reading.source_at(&value.span()));
        let key = format!("{}.{}", self.key, quoted(language));
        reading.report(ProblemCode::WrongType, value.span(), |_| [key, "\"...\"".to_owned(), found]);
        None
    }

    /// Every language that is not one of the questionnaire's is a problem; one that is close to a missing one is
    /// taken for it.
    fn refuse_other_languages(
        &self,
        entries: &DeTable<'_>,
        languages: &[Tag],
        missing: &mut Vec<&str>,
        reading: &mut Reading<'_>,
    ) {
        let tags = || languages.iter().map(Tag::as_str);
        for other in entries.keys().filter(|key| !tags().any(|tag| tag == key.get_ref().as_ref())) {
            let name = other.get_ref().as_ref();
            let meant = closest(name, missing.iter().copied()).map(str::to_owned);
            missing.retain(|tag| Some(*tag) != meant.as_deref());
            reading.report(ProblemCode::UnknownLanguage, other.span(), |_| {
                let suggestion = meant.unwrap_or_else(|| suggestion(name, tags()));
                [self.key.to_owned(), quoted(name), suggestion]
            });
        }
    }

    /// An identifier, by `read`, which is [`Key::new`] or [`Key::with_hyphens`].
    pub(super) fn key(
        &self,
        read: impl FnOnce(&str) -> Option<Key>,
        reading: &mut Reading<'_>,
    ) -> Option<Spanned<Key>> {
        let found = self.string(reading)?;
        let key = read(found);
        if key.is_none() {
            reading.report(ProblemCode::NotAKey, self.span.clone(), |_| [self.key.to_owned(), quoted(found)]);
        }
        key.map(|key| Spanned::new(self.span.clone(), key))
    }

    /// One of a few words, each with its meaning.
    pub(super) fn one_of<T: Copy>(&self, words: &[(&'static str, T)], reading: &mut Reading<'_>) -> Option<T> {
        let found = self.string(reading)?;
        let meaning = words.iter().find(|(word, _)| *word == found).map(|(_, meaning)| *meaning);
        if meaning.is_none() {
            reading.report(ProblemCode::UnknownValue, self.span.clone(), |_| {
                [self.key.to_owned(), quoted(found), suggestion(found, words.iter().map(|(word, _)| *word))]
            });
        }
        meaning
    }

    /// Whether the value is this word.
    pub(super) fn is(&self, word: &str) -> bool {
        self.value.as_str() == Some(word)
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, reading: &mut Reading<'_>) -> Option<bool> {
        let boolean = self.value.as_bool();
        if boolean.is_none() {
            self.wrong_type("true / false", reading);
        }
        boolean
    }

    /// A whole number from `min` to `max`.
    pub(super) fn integer(&self, min: i64, max: i64, reading: &mut Reading<'_>) -> Option<i64> {
        let Some(integer) = self.value.as_integer() else {
            self.wrong_type("123", reading);
            return None;
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| (min..=max).contains(number));
        if number.is_none() {
            self.unfit(&format!("{min} <= {} <= {max}", self.key), reading);
        }
        number
    }

    /// A count from `min` to `max`.
    pub(super) fn count(&self, min: usize, max: usize, reading: &mut Reading<'_>) -> Option<usize> {
        let [min, max] = [min, max].map(|bound| i64::try_from(bound).unwrap_or(i64::MAX));
        usize::try_from(self.integer(min, max, reading)?).ok()
    }

    /// A number with at most so many `decimals`, in steps of its last digit.
    pub(super) fn steps(&self, decimals: u8, reading: &mut Reading<'_>) -> Option<i64> {
        let written = match self.value {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) if decimals > 0 => float.as_str(),
            _ => {
                self.wrong_type(if decimals == 0 { "123" } else { "12.5" }, reading);
                return None;
            }
        };
        let number = steps(written, decimals);
        if number.is_none() {
            self.unfit(&format!("decimals = {decimals}"), reading);
        }
        number
    }

    /// A date, written `2024-01-31` without quotation marks.
    pub(super) fn date(&self, reading: &mut Reading<'_>) -> Option<Day> {
        let DeValue::Datetime(found) = self.value else {
            self.wrong_type("2024-01-31", reading);
            return None;
        };
        let day = Day::from_iso(&found.to_string());
        if day.is_none() {
            self.wrong_type("2024-01-31", reading);
        }
        day
    }

    /// A number, whole or not, for which `fits` holds; `range` says the same in notation.
    pub(super) fn number(&self, fits: impl Fn(f64) -> bool, range: &str, reading: &mut Reading<'_>) -> Option<f64> {
        let number: Option<f64> = match self.value {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => {
                self.wrong_type("12.5", reading);
                return None;
            }
        };
        let number = number.filter(|number| fits(*number));
        if number.is_none() {
            self.unfit(range, reading);
        }
        number
    }

    /// Records that the value is outside its range, which is given in notation.
    pub(super) fn unfit(&self, range: &str, reading: &mut Reading<'_>) {
        let found = quoted(reading.source_at(&self.span));
        reading.report(ProblemCode::OutOfRange, self.span.clone(), |_| [self.key.to_owned(), found, range.to_owned()]);
    }

    /// A table, written `expected`.
    pub(super) fn table(&self, expected: &str, reading: &mut Reading<'_>) -> Option<Table<'t>> {
        let table = self.value.as_table();
        if table.is_none() {
            self.wrong_type(expected, reading);
        }
        table.map(|entries| Table::new(entries, self.span.clone()))
    }

    /// The entries of a list, which is written `expected`.
    pub(super) fn entries(&self, expected: &str, reading: &mut Reading<'_>) -> Option<Vec<Field<'t>>> {
        let array = self.value.as_array();
        if array.is_none() {
            self.wrong_type(expected, reading);
        }
        let entry =
            |value: &'t Spanned<DeValue<'t>>| Field { key: self.key, span: value.span(), value: value.get_ref() };
        array.map(|array| array.iter().map(entry).collect())
    }

    /// The entries of a list that has at least one.
    pub(super) fn some_entries(&self, expected: &str, reading: &mut Reading<'_>) -> Option<Vec<Field<'t>>> {
        let entries = self.entries(expected, reading)?;
        if entries.is_empty() {
            reading.report(ProblemCode::EmptyList, self.span.clone(), |_| [self.key.to_owned()]);
        }
        Some(entries)
    }

    /// The entries of a list of tables; nothing in the place of one that is no table.
    pub(super) fn tables(&self, expected: &str, reading: &mut Reading<'_>) -> Option<Vec<Option<Table<'t>>>> {
        let entries = self.entries(expected, reading)?;
        Some(entries.iter().map(|entry| entry.table(expected, reading)).collect())
    }

    /// The entries of a list of tables that has at least one.
    pub(super) fn some_tables(&self, expected: &str, reading: &mut Reading<'_>) -> Option<Vec<Option<Table<'t>>>> {
        let entries = self.some_entries(expected, reading)?;
        Some(entries.iter().map(|entry| entry.table(expected, reading)).collect())
    }

    /// Where the value of `key` is written in a value that is a table; else the value's own place.
    pub(super) fn place_within(&self, key: &str) -> Range<usize> {
        let value = self.value.as_table().and_then(|entries| entries.get(key));
        value.map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// Records that a list has more than `limit` entries.
    pub(super) fn at_most(&self, limit: usize, found: usize, code: ProblemCode, reading: &mut Reading<'_>) {
        if found > limit {
            reading.report(code, self.span.clone(), |_| [limit.to_string(), found.to_string()]);
        }
    }
}

/// What stands where something else is expected. A table made by dotted keys alone has only its name as its place.
fn found(value: &DeValue<'_>, source: &str) -> String {
    let dotted = value.is_table() && !source.starts_with(['[', '{']);
    if dotted { "{ ... }".to_owned() } else { quoted(source) }
}

/// `text` without space at its ends, if it may be shown.
fn clean(text: &str, span: &Range<usize>, key: &'static str, reading: &mut Reading<'_>) -> Option<Clean> {
    // An editor on Windows ends lines with two characters; they are one line feed.
    let text = if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        reading.report(ProblemCode::EmptyText, span.clone(), |_| [key.to_owned()]);
        return None;
    }
    if trimmed.len() > MAX_CHARACTERS && trimmed.chars().count() > MAX_CHARACTERS {
        reading.report(ProblemCode::TextTooLong, span.clone(), |_| {
            [key.to_owned(), MAX_CHARACTERS.to_string(), trimmed.chars().count().to_string()]
        });
        return None;
    }
    match Clean::check(trimmed) {
        Ok(text) => Some(text),
        Err(found) => {
            let before = text.len() - text.trim_start().len();
            let place = spot(reading.source_at(span), before + found.at);
            reading.unclean(span.start + place.start..span.start + place.end, found.character);
            None
        }
    }
}
