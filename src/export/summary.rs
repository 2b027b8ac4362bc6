//! What a group said: how often each answer was given, and the scores.

use super::cell::{Cell, Reader};
use super::scores::Scores;
use super::table::Table;
use super::variable::{Missing, Shape, Take, Variable};
use super::{Chunk, csv, written};
use crate::text::ExportWords;
use crate::workshop::Minimum;

/// Counts of the answers to every item that has codes or numbers, and the scores.
pub(super) struct Summary<'a> {
    table: &'a Table,
    interviews: u64,
    counted: Vec<Counted<'a>>,
    scores: Scores<'a>,
}

struct Counted<'a> {
    variable: &'a Variable,
    /// How often each code was given, in the order of its set.
    codes: Vec<u64>,
    missing: [u64; 3],
    skipped: u64,
    not_asked: u64,
    numbers: Numbers,
}

#[derive(Default)]
struct Numbers {
    count: u64,
    sum: i128,
    range: Option<(i64, i64)>,
}

/// A line of the summary.
pub(super) struct Line {
    /// Name of the column, or key of the aspect.
    pub(super) name: String,
    /// What was asked, or the aspect's title.
    pub(super) text: String,
    /// The code that was counted; none for what is no code.
    pub(super) code: Option<i64>,
    /// What was counted or computed.
    pub(super) label: String,
    /// The count or figure; none where there are too few people for it, or it cannot be computed.
    pub(super) value: Option<f64>,
}

impl<'a> Summary<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        let is_counted = |variable: &&Variable| {
            variable.item.is_some()
                && matches!(variable.take, Take::Answer | Take::Picked(_) | Take::Rank(_))
                && matches!(variable.shape, Shape::Coded(_) | Shape::Whole(_) | Shape::Decimal(..))
        };
        let counted = table.variables.iter().filter(is_counted).map(|variable| Counted {
            variable,
            codes: vec![0; table.set(variable).map_or(0, |set| set.labels.len())],
            missing: [0; 3],
            skipped: 0,
            not_asked: 0,
            numbers: Numbers::default(),
        });
        Self { table, interviews: 0, counted: counted.collect(), scores: Scores::new(table) }
    }

    pub(super) fn add(&mut self, chunk: &Chunk) {
        self.interviews += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.scores.add(chunk);
        let reader = Reader { table: self.table, chunk };
        for counted in &mut self.counted {
            let labels = self.table.set(counted.variable).map_or(&[][..], |set| &set.labels);
            for row in 0..chunk.len() {
                match reader.cell(counted.variable, row) {
                    Cell::Code(code) => {
                        let place = labels.iter().position(|(known, ..)| *known == code);
                        if let Some(count) = place.and_then(|place| counted.codes.get_mut(place)) {
                            *count += 1;
                        }
                        counted.numbers.add(code.into());
                    }
                    Cell::Steps(steps) => counted.numbers.add(steps),
                    Cell::Missing(missing) => counted.missing[missing as usize] += 1,
                    Cell::Skipped => counted.skipped += 1,
                    _ => counted.not_asked += 1,
                }
            }
        }
    }

    /// What is said above the lines: whom they are of, and whom not.
    pub(super) fn heads(&self, words: &ExportWords) -> Vec<String> {
        let (people, needed) = (self.interviews.to_string(), Minimum::default().people().to_string());
        let heads = if self.is_shown() { &words.summary_of } else { &words.summary_too_few };
        vec![heads.with(&[("n", &people), ("needed", &needed)]), words.not_random.to_string()]
    }

    fn is_shown(&self) -> bool {
        is_enough(self.interviews)
    }

    /// The summary's lines, in one language of the table, and the words for what is no code in it; none where there are
    /// too few people.
    pub(super) fn lines(&self, language: usize, words: &ExportWords) -> Vec<Line> {
        if !self.is_shown() {
            return Vec::new();
        }
        let counted = self.counted.iter().flat_map(|counted| counted.lines(self.table, language, words));
        counted.chain(self.scores.lines(language, words)).collect()
    }
}

/// Whether anything may be shown of so many people.
fn is_enough(people: u64) -> bool {
    usize::try_from(people).is_ok_and(|people| people >= Minimum::default().people())
}

impl Counted<'_> {
    fn lines(&self, table: &Table, language: usize, words: &ExportWords) -> Vec<Line> {
        let variable = self.variable;
        let mut lines = Vec::new();
        // Of an answer that too few gave there is nothing but how many gave none.
        let shown = is_enough(self.numbers.count);
        let mut add = |code: Option<i64>, label: &str, value: Option<f64>| {
            let (name, text) = (variable.name.clone(), variable.label[language].clone());
            lines.push(Line { name, text, code, label: label.to_owned(), value });
        };
        let labels = table.set(variable).map_or(&[][..], |set| &set.labels);
        for ((code, ..), count) in labels.iter().zip(&self.codes) {
            let value = shown.then(|| float(*count));
            add(Some((*code).into()), csv::label(table, variable, *code, language), value);
        }
        for missing in Missing::ALL {
            let code = variable.missing.map(|codes| codes.of(missing));
            add(code, &table.missing(missing)[language], Some(float(self.missing[missing as usize])));
        }
        add(None, &table.skipped[language], Some(float(self.skipped)));
        add(None, &table.not_asked[language], Some(float(self.not_asked)));
        let is_nominal = variable.measure == super::Measure::Nominal;
        if let (Some((min, max)), false) = (self.numbers.range, is_nominal) {
            let decimals = if let Shape::Decimal(decimals, _) = variable.shape { decimals } else { 0 };
            add(None, words.answers.as_str(), Some(float(self.numbers.count)));
            add(None, words.lowest.as_str(), shown.then(|| written::decimal(min, decimals)));
            add(None, words.highest.as_str(), shown.then(|| written::decimal(max, decimals)));
            add(None, words.mean.as_str(), shown.then(|| self.numbers.mean(decimals)));
        }
        lines
    }
}

impl Numbers {
    #[expect(clippy::cast_precision_loss, reason = "a mean keeps as many digits as a double has")]
    fn mean(&self, decimals: u8) -> f64 {
        self.sum as f64 / float(self.count) / 10f64.powi(i32::from(decimals))
    }

    fn add(&mut self, number: i64) {
        self.count += 1;
        self.sum += i128::from(number);
        let (min, max) = self.range.unwrap_or((number, number));
        self.range = Some((min.min(number), max.max(number)));
    }
}

fn float(count: u64) -> f64 {
    i64::try_from(count).map_or(f64::INFINITY, written::double)
}
