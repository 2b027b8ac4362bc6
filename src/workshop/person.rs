use crate::interview::{Interview, InterviewId, code};
use crate::questionnaire::{AspectIndex, Item, ItemIndex, Keying, Kind, Questionnaire};
use crate::scoring::{percent_of_maximum, reversed};

/// One finished interview as its packed answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Which interview.
    pub id: InterviewId,
    /// One of [`code`]'s values an item, or a choice's place counted from 1.
    pub codes: Vec<u8>,
}

impl Person {
    /// What an interview says.
    #[must_use]
    pub fn of(interview: &Interview) -> Self {
        Self { id: interview.id(), codes: interview.packed().codes }
    }

    /// What is recorded for an item.
    pub(super) fn code(&self, item: ItemIndex) -> u8 {
        self.codes.get(item.get()).copied().unwrap_or(code::NOT_ASKED)
    }

    /// The point that was answered to an item, the lowest 0.
    pub(super) fn point(&self, item: ItemIndex) -> Option<usize> {
        match self.code(item) {
            place @ 1..=code::LAST_CHOICE => Some(usize::from(place) - 1),
            _ => None,
        }
    }

    /// The score of an aspect, 0 to 100; nothing where too few of the items that apply are answered. The rule is that
    /// of one person's profile.
    pub(super) fn score(&self, questionnaire: &Questionnaire, aspect: AspectIndex) -> Option<f64> {
        let least = questionnaire.aspects().get(aspect.0)?.min_answered;
        self.mean(questionnaire, |of| of == aspect, least)
    }

    /// The score of all counted items together, where the questionnaire has one.
    pub(super) fn total(&self, questionnaire: &Questionnaire) -> Option<f64> {
        questionnaire.total()?;
        self.mean(questionnaire, |_| true, None)
    }

    fn mean(
        &self,
        questionnaire: &Questionnaire,
        counts: impl Fn(AspectIndex) -> bool,
        least: Option<usize>,
    ) -> Option<f64> {
        let (mut sum, mut answered, mut applicable) = (0.0, 0_u32, 0_usize);
        for (index, item) in questionnaire.indexes().zip(questionnaire.items()) {
            let Some((_, keying)) = item.counts.filter(|(of, _)| counts(*of)) else { continue };
            applicable += usize::from(self.code(index) != code::NOT_APPLICABLE);
            if let Some(percent) = self.point(index).and_then(|point| percent(questionnaire, item, keying, point)) {
                sum += percent;
                answered += 1;
            }
        }
        let needed = least.unwrap_or((2 * applicable).div_ceil(3));
        (answered > 0 && answered as usize >= needed).then(|| sum / f64::from(answered))
    }
}

/// What a point counts, keyed, in percent of the maximum of its response format.
fn percent(questionnaire: &Questionnaire, item: &Item, keying: Keying, point: usize) -> Option<f64> {
    let highest = u16::try_from(questionnaire.choices(item).len()).ok()?;
    let value = u16::try_from(point).ok()?.checked_add(1).filter(|value| *value <= highest)?;
    let keyed = match keying {
        Keying::Direct => value,
        Keying::Reversed => reversed(value, 1, highest),
    };
    (highest > 1).then(|| percent_of_maximum(f64::from(keyed), 1, highest))
}

/// The items whose answers are points between two ends.
pub(super) fn scales(questionnaire: &Questionnaire) -> impl Iterator<Item = (ItemIndex, &Item)> {
    let items = questionnaire.indexes().zip(questionnaire.items());
    items.filter(|(_, item)| matches!(item.kind, Kind::Scale(_)))
}
