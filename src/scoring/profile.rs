use super::score::{Score, keyed, percent_of_maximum, standard_error};
use crate::interview::{Interview, Response};
use crate::questionnaire::{Answer, AspectIndex, ItemIndex, Keying, Questionnaire};

/// The scores of one interview.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Every aspect, in the order of the questionnaire; none where a person is told the total alone.
    pub aspects: Vec<AspectProfile>,
    /// The score of all counted items together, where the questionnaire has one.
    pub total: Option<Scored>,
}

/// What one interview says of one aspect.
#[derive(Clone, Debug, PartialEq)]
pub struct AspectProfile {
    /// The aspect.
    pub aspect: AspectIndex,
    /// What its items say.
    pub scored: Scored,
}

/// What counted items say together.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// Their score, or why it has none.
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
pub struct Missing<T = usize> {
    /// "Don't know".
    pub dont_know: T,
    /// "Prefer not to answer".
    pub declined: T,
    /// Routed away; they do not apply.
    pub not_applicable: T,
    /// Left unanswered, or never reached.
    pub skipped: T,
}

/// Why an aspect has no score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotScored {
    /// Fewer of the applicable items are answered than it takes: two thirds, or what the questionnaire says.
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
        let mut scored: Vec<_> =
            self.aspects.iter().filter_map(|one| Some((one.aspect, one.scored.score.ok()?))).collect();
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
/// items turned, with its band, where enough of the applicable items are answered. Where the questionnaire has a
/// total, that alone: single aspects would have too few items for one person.
#[must_use]
pub fn profile(interview: &Interview) -> Profile {
    let questionnaire = interview.questionnaire();
    if let Some(total) = questionnaire.total() {
        let sem = standard_error(total.sd, total.reliability);
        return Profile { aspects: Vec::new(), total: Some(scored(interview, |_| true, None, Some(sem))) };
    }
    let aspects = questionnaire.aspects().iter().enumerate().map(|(place, aspect)| {
        let index = AspectIndex(place);
        let norm = questionnaire.norms().and_then(|norms| norms.rows.iter().find(|row| row.aspect == index));
        let sem = norm.map(|norm| standard_error(norm.sd, norm.reliability));
        AspectProfile { aspect: index, scored: scored(interview, |of| of == index, aspect.min_answered, sem) }
    });
    Profile { aspects: aspects.collect(), total: None }
}

/// What the items say that count towards one of these aspects.
fn scored(
    interview: &Interview,
    counts: impl Fn(AspectIndex) -> bool,
    min_answered: Option<usize>,
    sem: Option<f64>,
) -> Scored {
    let questionnaire = interview.questionnaire();
    let mut missing = Missing::<usize>::default();
    let mut percents = Vec::new();
    let counted = questionnaire.indexes().filter_map(|index| {
        let (of, keying) = questionnaire.item(index)?.counts?;
        counts(of).then_some((index, keying))
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
    let score = enough(percents.len(), applicable, min_answered)
        .and_then(|()| sem.ok_or(NotScored::NoNorm).map(|sem| Score::new(mean(&percents), sem)));
    Scored { score, answered: percents.len(), applicable, missing }
}

/// Whether so many of the items that apply are answered: two thirds of them, or what the questionnaire says.
pub(super) fn enough(answered: usize, applicable: usize, min_answered: Option<usize>) -> Result<(), NotScored> {
    let needed = min_answered.unwrap_or((2 * applicable).div_ceil(3));
    if applicable == 0 {
        Err(NotScored::NothingApplies)
    } else if answered < needed {
        Err(NotScored::TooFewAnswered { needed })
    } else {
        Ok(())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a questionnaire has at most a few thousand items")]
fn mean(percents: &[f64]) -> f64 {
    percents.iter().sum::<f64>() / percents.len() as f64
}

/// What an answer counts, keyed, in percent of the maximum of its response format.
fn percent(questionnaire: &Questionnaire, index: ItemIndex, keying: Keying, answer: &Answer) -> Option<f64> {
    let Answer::Choice(pick) = answer else { return None };
    let highest = u16::try_from(questionnaire.choices(questionnaire.item(index)?).len()).ok()?;
    Some(percent_of_maximum(f64::from(keyed(pick.0 + 1, highest, keying)), 1, highest))
}
