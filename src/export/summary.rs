//! How often each answer was given: what a group said, counted.

use super::cell::{Cell, Reader};
use super::table::Table;
use super::variable::{Missing, Shape, Take, Variable};
use super::{Chunk, csv, written};
use crate::text::ExportWords;

/// Counts of the answers to every item that has codes or numbers.
pub(super) struct Summary<'a> {
    table: &'a Table,
    counted: Vec<Counted<'a>>,
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
pub(super) struct Line<'a> {
    pub(super) variable: &'a Variable,
    /// The code that was counted; none for what is no code.
    pub(super) code: Option<i64>,
    /// What was counted.
    pub(super) label: String,
    /// The count, or a mean.
    pub(super) value: f64,
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
        Self { table, counted: counted.collect() }
    }

    pub(super) fn add(&mut self, chunk: &Chunk) {
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

    /// The summary's lines, in one language of the table, and the words for what is no code in it.
    pub(super) fn lines(&self, language: usize, words: &ExportWords) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for counted in &self.counted {
            let variable = counted.variable;
            let mut add = |code: Option<i64>, label: &str, value: f64| {
                lines.push(Line { variable, code, label: label.to_owned(), value });
            };
            let labels = self.table.set(variable).map_or(&[][..], |set| &set.labels);
            for ((code, ..), count) in labels.iter().zip(&counted.codes) {
                add(Some((*code).into()), csv::label(self.table, variable, *code, language), float(*count));
            }
            for missing in Missing::ALL {
                let code = variable.missing.map(|codes| codes.of(missing));
                add(code, &self.table.missing(missing)[language], float(counted.missing[missing as usize]));
            }
            add(None, &self.table.skipped[language], float(counted.skipped));
            add(None, &self.table.not_asked[language], float(counted.not_asked));
            let is_nominal = variable.measure == super::Measure::Nominal;
            if let (Some((min, max)), false) = (counted.numbers.range, is_nominal) {
                let decimals = if let Shape::Decimal(decimals, _) = variable.shape { decimals } else { 0 };
                add(None, words.answers.as_str(), float(counted.numbers.count));
                add(None, words.lowest.as_str(), written::decimal(min, decimals));
                add(None, words.highest.as_str(), written::decimal(max, decimals));
                add(None, words.mean.as_str(), counted.numbers.mean(decimals));
            }
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
