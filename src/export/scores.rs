//! The scores of a group on every aspect: the second part of a summary.

use std::sync::Arc;

use super::summary::Line;
use super::table::Table;
use super::{Chunk, written};
use crate::questionnaire::Questionnaire;
use crate::scoring::{Desk, ScaleOf, Sheet, Tally};
use crate::stats::{Computed, Statistic, Summary, alpha, mean, sd};
use crate::text::{ExportWords, Tag};

/// The scores of everyone, by version: another version's score may rest on other items.
pub(super) struct Scores<'a> {
    table: &'a Table,
    versions: Vec<Version<'a>>,
    desk: Desk,
}

struct Version<'a> {
    questionnaire: &'a Arc<Questionnaire>,
    sheet: Sheet,
    tally: Tally,
}

impl<'a> Scores<'a> {
    pub(super) fn new(table: &'a Table) -> Self {
        let versions = table.versions.iter().map(|questionnaire| {
            let sheet = Sheet::of(questionnaire);
            Version { questionnaire, tally: Tally::new(&sheet), sheet }
        });
        Self { table, versions: versions.collect(), desk: Desk::default() }
    }

    pub(super) fn add(&mut self, chunk: &Chunk) {
        let Some(version) = self.versions.get_mut(chunk.version) else { return };
        for row in 0..chunk.len() {
            version.tally.add(&version.sheet, chunk.codes(row), &mut self.desk);
        }
    }

    /// The lines of every scale that anyone answered, in one language of the table.
    pub(super) fn lines(&self, language: usize, words: &ExportWords) -> Vec<Line> {
        let answered = self.versions.iter().filter(|version| version.tally.n() > 0);
        let several = answered.clone().count() > 1;
        let mut lines = Vec::new();
        for version in answered {
            for scale in 0..version.sheet.scales.len() {
                let (name, mut title) = version.named(scale, &self.table.languages[language], words);
                if several {
                    title = format!("{title} ({})", version.questionnaire.version().as_str());
                }
                let told = version.told(scale, words).into_iter();
                lines.extend(told.map(|(label, value)| Line {
                    name: name.clone(),
                    text: title.clone(),
                    code: None,
                    label: label.to_owned(),
                    value,
                }));
            }
        }
        lines
    }
}

impl Version<'_> {
    fn named(&self, scale: usize, tag: &Tag, words: &ExportWords) -> (String, String) {
        let aspect = match self.sheet.scales.get(scale).map(|scale| scale.of) {
            Some(ScaleOf::Aspect(aspect)) => self.questionnaire.aspects().get(aspect.0),
            _ => None,
        };
        aspect.map_or_else(
            || ("total".to_owned(), words.total.to_string()),
            |aspect| (aspect.key.to_string(), aspect.name.get(tag).to_string()),
        )
    }

    fn told<'w>(&self, scale: usize, words: &'w ExportWords) -> Vec<(&'w str, Option<f64>)> {
        let scores = self.tally.scores(&self.sheet, scale).map(|scores| scores.summary());
        let of = |statistic: &Statistic, compute: fn(&Summary) -> Computed| {
            compute(scores.as_ref()?).ok().filter(|estimate| statistic.is_shown_at(estimate.n))
        };
        let (mean, sd) = (of(&mean::STATISTIC, mean::mean), of(&sd::STATISTIC, sd::sd));
        let products = self.tally.products(&self.sheet, scale);
        let alpha = products.and_then(|products| alpha::alpha(&products).ok());
        let alpha = alpha.filter(|estimate| alpha::STATISTIC.is_shown_at(estimate.n));
        let ends = mean.and_then(|mean| mean.interval);
        let people = |count: u64| i64::try_from(count).ok().map(written::double);
        vec![
            (words.scored.as_str(), scores.as_ref().and_then(|scores| people(scores.n()))),
            (words.unscored.as_str(), people(self.tally.unscored(scale))),
            (words.mean_score.as_str(), mean.map(|mean| mean.value)),
            (words.mean_from.as_str(), ends.map(|ends| ends.low)),
            (words.mean_to.as_str(), ends.map(|ends| ends.high)),
            (words.sd.as_str(), sd.map(|sd| sd.value)),
            (words.alpha.as_str(), alpha.map(|alpha| alpha.value)),
        ]
    }
}
