use super::Person;
use super::disclosure::Minimum;
use crate::questionnaire::{AspectIndex, Questionnaire};
use crate::scoring::standard_error;
use crate::stats::{Computed, Counted, NotComputable, Pairs, Retest, change as statistic, mdc95, reliable_change};

/// What changed between two rounds, of those who were in both.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// How many were in both.
    pub pairs: usize,
    /// Every aspect, in the order of the questionnaire.
    pub aspects: Vec<AspectChange>,
    /// The total, where the questionnaire has one.
    pub total: Option<Computed>,
}

/// How one aspect changed.
#[derive(Clone, Debug, PartialEq)]
pub struct AspectChange {
    /// The aspect.
    pub aspect: AspectIndex,
    /// Mean of (after − before) over the people, with its 95 % t interval, or why that is not told.
    pub change: Computed,
}

/// How one person's score in an aspect changed, beside what the instrument's error alone would bring.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnChange {
    /// The aspect.
    pub aspect: AspectIndex,
    /// The score before, 0 to 100.
    pub before: f64,
    /// The score after.
    pub after: f64,
    /// The reliable change index (Jacobson & Truax 1991).
    pub index: f64,
    /// A smaller change may be error alone, 95 %.
    pub detectable: f64,
}

impl OwnChange {
    /// Whether the instrument's error alone could explain it.
    #[must_use]
    pub fn could_be_chance(&self) -> bool {
        (self.after - self.before).abs() <= self.detectable
    }
}

/// Whether chance alone could explain a change: its interval holds 0, or there is none.
#[must_use]
pub(super) fn holds_zero(change: &Computed) -> bool {
    let interval = change.as_ref().ok().and_then(|change| change.interval);
    interval.is_none_or(|interval| interval.low <= 0.0 && interval.high >= 0.0)
}

impl AspectChange {
    /// Whether chance alone could explain it.
    #[must_use]
    pub fn could_be_chance(&self) -> bool {
        holds_zero(&self.change)
    }
}

/// The change of people who answered before and after.
#[must_use]
pub fn change(questionnaire: &Questionnaire, pairs: &[(&Person, &Person)], minimum: Minimum) -> Change {
    let aspects = (0..questionnaire.aspects().len()).map(AspectIndex).map(|aspect| AspectChange {
        aspect,
        change: of(pairs, |person| person.score(questionnaire, aspect), minimum),
    });
    let total = questionnaire.total().map(|_| of(pairs, |person| person.total(questionnaire), minimum));
    Change { pairs: pairs.len(), aspects: aspects.collect(), total }
}

fn of(pairs: &[(&Person, &Person)], score: impl Fn(&Person) -> Option<f64>, minimum: Minimum) -> Computed {
    let scores: Vec<(f64, f64)> =
        pairs.iter().filter_map(|(before, after)| Some((score(before)?, score(after)?))).collect();
    let (n, needed) = (scores.len() as u64, minimum.people() as u64);
    if n < needed {
        return Err(NotComputable::TooFew { of: Counted::Pairs, n, needed });
    }
    statistic::change(&Pairs::of(&scores)?)
}

/// One person's change in every aspect that has a norm and a score both times.
#[must_use]
pub fn own_change(questionnaire: &Questionnaire, before: &Person, after: &Person) -> Vec<OwnChange> {
    let Some(norms) = questionnaire.norms().filter(|_| questionnaire.total().is_none()) else { return Vec::new() };
    let of = |aspect: AspectIndex| {
        let norm = norms.rows.iter().find(|norm| norm.aspect == aspect)?;
        let sem = standard_error(norm.sd, norm.reliability);
        let (before, after) = (before.score(questionnaire, aspect)?, after.score(questionnaire, aspect)?);
        let index = reliable_change::reliable_change(&Retest { before, after, sem }).ok()?.value;
        Some(OwnChange { aspect, before, after, index, detectable: mdc95::mdc95(sem).ok()?.value })
    };
    (0..questionnaire.aspects().len()).map(AspectIndex).filter_map(of).collect()
}
