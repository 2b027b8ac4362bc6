use super::score::{Score, percent_of_maximum, reversed, standard_error};
use crate::interview::{Interview, Response};
use crate::questionnaire::{Answer, AspectIndex, ItemIndex, Keying, Questionnaire};

/// The scores of one interview.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Every aspect, in the order of the questionnaire.
    pub aspects: Vec<AspectProfile>,
}

/// What one interview says of one aspect.
#[derive(Clone, Debug, PartialEq)]
pub struct AspectProfile {
    /// The aspect.
    pub aspect: AspectIndex,
    /// Its score, or why it has none.
    pub score: Result<Score, NotScored>,
    /// Items with a given answer.
    pub answered: usize,
    /// Items that apply to this respondent.
    pub applicable: usize,
    /// How many of the others, and of which kind.
    pub missing: Missing,
}

/// Counts of an aspect's items without an answer, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// "Don't know".
    pub dont_know: usize,
    /// "Prefer not to answer".
    pub declined: usize,
    /// Routed away; they do not apply.
    pub not_applicable: usize,
    /// Left unanswered, or never reached.
    pub skipped: usize,
}

/// Why an aspect has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotScored {
    /// Fewer than two thirds of the applicable items are answered.
    TooFewAnswered {
        /// Answers it would take.
        needed: usize,
    },
    /// No item applies.
    NothingApplies,
    /// The questionnaire has no norms for it.
    NoNorm,
}

impl Profile {
    /// The aspects that have a score, the highest first; equal ones in the order of the questionnaire.
    #[must_use]
    pub fn ranked(&self) -> Vec<(AspectIndex, Score)> {
        let mut scored: Vec<_> = self.aspects.iter().filter_map(|one| Some((one.aspect, one.score.ok()?))).collect();
        scored.sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
        scored
    }

    /// Each pair of which the first is higher than the second by more than chance alone explains, the widest
    /// difference first.
    #[must_use]
    pub fn clear_differences(&self) -> Vec<(AspectIndex, AspectIndex)> {
        let ranked = self.ranked();
        let mut pairs: Vec<_> = ranked
            .iter()
            .flat_map(|(above, high)| ranked.iter().map(move |(below, low)| (*above, *below, high, low)))
            .filter(|(_, _, high, low)| high.value > low.value && high.differs_from(low))
            .map(|(above, below, high, low)| (above, below, high.value - low.value))
            .collect();
        pairs.sort_by(|a, b| b.2.total_cmp(&a.2));
        pairs.into_iter().map(|(above, below, _)| (above, below)).collect()
    }
}

/// The profile of an interview: for each aspect the percent of maximum possible of its answered items, reversed
/// items turned, with its band, where at least two thirds of the applicable items are answered.
#[must_use]
pub fn profile(interview: &Interview) -> Profile {
    let questionnaire = interview.questionnaire();
    let aspects = (0..questionnaire.aspects().len())
        .map(|place| aspect_profile(questionnaire, interview, AspectIndex(place)))
        .collect();
    Profile { aspects }
}

fn aspect_profile(questionnaire: &Questionnaire, interview: &Interview, aspect: AspectIndex) -> AspectProfile {
    let mut missing = Missing::default();
    let mut percents = Vec::new();
    let counted = questionnaire.indexes().filter_map(|index| {
        let (of, keying) = questionnaire.item(index)?.counts?;
        (of == aspect).then_some((index, keying))
    });
    for (index, keying) in counted {
        match interview.response(index) {
            Some(Response::Given(answer)) => percents.extend(percent(questionnaire, index, keying, answer)),
            Some(Response::DontKnow) => missing.dont_know += 1,
            Some(Response::Declined) => missing.declined += 1,
            Some(Response::NotApplicable) => missing.not_applicable += 1,
            Some(Response::Skipped) | None => missing.skipped += 1,
        }
    }
    let applicable = percents.len() + missing.dont_know + missing.declined + missing.skipped;
    let score = score(questionnaire, aspect, &percents, applicable);
    AspectProfile { aspect, score, answered: percents.len(), applicable, missing }
}

fn score(
    questionnaire: &Questionnaire,
    aspect: AspectIndex,
    percents: &[f64],
    applicable: usize,
) -> Result<Score, NotScored> {
    if applicable == 0 {
        return Err(NotScored::NothingApplies);
    }
    let needed = (2 * applicable).div_ceil(3);
    if percents.len() < needed {
        return Err(NotScored::TooFewAnswered { needed });
    }
    let norm = questionnaire
        .norms()
        .and_then(|norms| norms.rows.iter().find(|row| row.aspect == aspect))
        .ok_or(NotScored::NoNorm)?;
    #[expect(clippy::cast_precision_loss, reason = "a questionnaire has at most a few thousand items")]
    let mean = percents.iter().sum::<f64>() / percents.len() as f64;
    Ok(Score::new(mean, standard_error(norm.sd, norm.reliability)))
}

/// What an answer counts, keyed, in percent of the maximum of its response format.
fn percent(questionnaire: &Questionnaire, index: ItemIndex, keying: Keying, answer: &Answer) -> Option<f64> {
    let Answer::Choice(pick) = answer else { return None };
    let highest = u16::try_from(questionnaire.choices(questionnaire.item(index)?).len()).ok()?;
    let value = pick.0 + 1;
    let keyed = match keying {
        Keying::Direct => value,
        Keying::Reversed => reversed(value, 1, highest),
    };
    Some(percent_of_maximum(f64::from(keyed), 1, highest))
}
