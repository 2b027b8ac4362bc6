use std::cmp::Ordering;

use super::Person;
use super::disclosure::Minimum;
use super::person::scales;
use crate::interview::code;
use crate::questionnaire::{AspectIndex, ItemIndex, Questionnaire};
use crate::scoring::Missing;
use crate::stats::{Computed, Counts, NotComputable, Pairs, Summary, agreement, change, mean};

/// The picture of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// How many people are in it.
    pub people: usize,
    /// Every item with points between two ends, in the order of the questionnaire.
    pub items: Vec<ItemPicture>,
    /// Every aspect, in the order of the questionnaire.
    pub aspects: Vec<AspectPicture>,
    /// All counted items together, where the questionnaire has a total.
    pub total: Option<Computed>,
    /// Answers that are missing, by kind, over all items.
    pub missing: Missing,
    /// Items that were answered or could have been, over all people.
    pub asked: usize,
}

/// What a group says to one item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemPicture {
    /// The item.
    pub item: ItemIndex,
    /// How often each point was answered, the lowest first; nothing where fewer people answered than may be shown.
    pub counts: Option<Counts>,
    /// How far they agree (van der Eijk's A, −1 to 1), or why that is not told.
    pub agreement: Computed,
    /// Who did not answer, by kind.
    pub missing: Missing,
}

/// Where a group stands in one aspect.
#[derive(Clone, Debug, PartialEq)]
pub struct AspectPicture {
    /// The aspect.
    pub aspect: AspectIndex,
    /// Mean of the people's scores with its 95 % interval, or why that is not told.
    pub mean: Computed,
}

/// Two aspects of which the first stands higher by more than chance alone explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clear {
    /// The higher one.
    pub above: AspectIndex,
    /// The lower one.
    pub below: AspectIndex,
}

/// There are too few people for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooFew {
    /// How many there are.
    pub people: usize,
    /// How many it takes.
    pub needed: usize,
}

/// How far a group agrees on an item, in five steps from van der Eijk's A. Their bounds are this program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accord {
    /// A below −0.2: two camps.
    Split,
    /// A from −0.2: spread over all answers.
    Spread,
    /// A from 0.2: opinions differ.
    Mixed,
    /// A from 0.5: most think alike.
    Most,
    /// A from 0.8: nearly all think alike.
    Nearly,
}

impl Accord {
    /// The step of an agreement from −1 to 1.
    #[must_use]
    pub fn of(agreement: f64) -> Self {
        match agreement {
            a if a < -0.2 => Self::Split,
            a if a < 0.2 => Self::Spread,
            a if a < 0.5 => Self::Mixed,
            a if a < 0.8 => Self::Most,
            _ => Self::Nearly,
        }
    }
}

/// The picture of these people.
///
/// # Errors
/// [`TooFew`] where there are fewer than `minimum`.
pub fn group(questionnaire: &Questionnaire, people: &[Person], minimum: Minimum) -> Result<Group, TooFew> {
    if people.len() < minimum.people() {
        return Err(TooFew { people: people.len(), needed: minimum.people() });
    }
    let items = scales(questionnaire).map(|(index, item)| {
        let points = questionnaire.choices(item).len();
        picture(people, index, points, minimum)
    });
    let aspects = (0..questionnaire.aspects().len()).map(AspectIndex);
    let aspects = aspects.map(|aspect| {
        let scores = people.iter().filter_map(|person| person.score(questionnaire, aspect));
        AspectPicture { aspect, mean: mean_of(&scores.collect::<Vec<_>>(), minimum) }
    });
    let total = questionnaire
        .total()
        .map(|_| mean_of(&people.iter().filter_map(|person| person.total(questionnaire)).collect::<Vec<_>>(), minimum));
    let (missing, asked) = missing(questionnaire, people);
    let (items, aspects) = (items.collect(), aspects.collect());
    Ok(Group { people: people.len(), items, aspects, total, missing, asked })
}

fn picture(people: &[Person], item: ItemIndex, points: usize, minimum: Minimum) -> ItemPicture {
    let mut counts = Counts::new(points);
    let mut gone = Missing::default();
    for person in people {
        match person.point(item) {
            Some(point) => counts.add(point),
            None => count_missing(&mut gone, person.code(item)),
        }
    }
    let needed = (minimum.people() as u64).max(agreement::STATISTIC.shown_from.unwrap_or(u64::MAX));
    let agreement = told_from(needed, counts.n(), || agreement::agreement(&counts));
    let shown = counts.n() >= minimum.people() as u64;
    ItemPicture { item, counts: shown.then_some(counts), agreement, missing: gone }
}

fn told_from(needed: u64, n: u64, compute: impl FnOnce() -> Computed) -> Computed {
    if n < needed {
        return Err(NotComputable::TooFew { of: crate::stats::Counted::Persons, n, needed });
    }
    compute()
}

/// The mean of these scores, where enough people have one.
pub(super) fn mean_of(scores: &[f64], minimum: Minimum) -> Computed {
    let summary = Summary::of(scores)?;
    told_from(minimum.people() as u64, summary.n(), || mean::mean(&summary))
}

fn count_missing(missing: &mut Missing, code: u8) {
    match code {
        code::DONT_KNOW => missing.dont_know += 1,
        code::DECLINED => missing.declined += 1,
        code::NOT_APPLICABLE => missing.not_applicable += 1,
        _ => missing.skipped += 1,
    }
}

fn missing(questionnaire: &Questionnaire, people: &[Person]) -> (Missing, usize) {
    let (mut all, mut asked) = (Missing::default(), 0);
    let items = || questionnaire.indexes().zip(questionnaire.items()).filter(|(_, item)| item.is_answered());
    for person in people {
        for (index, _) in items() {
            match person.code(index) {
                1..=code::BESIDE => {}
                other => count_missing(&mut all, other),
            }
            asked += usize::from(person.code(index) != code::NOT_APPLICABLE);
        }
    }
    (all, asked)
}

impl Group {
    /// The items on which most agree, at most `count`, the clearest first; none on which they do not.
    #[must_use]
    pub fn most_agreed(&self, count: usize) -> Vec<&ItemPicture> {
        let mut ranked = self.ranked();
        ranked.retain(|(agreement, _)| Accord::of(*agreement) >= Accord::Most);
        ranked.reverse();
        ranked.into_iter().map(|(_, item)| item).take(count).collect()
    }

    /// The items on which opinions part, at most `count`, the most divided first; none on which they do not.
    #[must_use]
    pub fn most_split(&self, count: usize) -> Vec<&ItemPicture> {
        let mut ranked = self.ranked();
        ranked.retain(|(agreement, _)| Accord::of(*agreement) <= Accord::Mixed);
        ranked.into_iter().map(|(_, item)| item).take(count).collect()
    }

    /// Whether any agreement is told at all.
    #[must_use]
    pub fn tells_agreement(&self) -> bool {
        self.items.iter().any(|item| item.agreement.is_ok())
    }

    /// Items with their agreement, the lowest first; equal ones in the order of the questionnaire.
    fn ranked(&self) -> Vec<(f64, &ItemPicture)> {
        let told = self.items.iter().filter_map(|item| Some((item.agreement.as_ref().ok()?.value, item)));
        let mut ranked: Vec<_> = told.collect();
        ranked.sort_by(|(a, one), (b, other)| match a.total_cmp(b) {
            Ordering::Equal => one.item.cmp(&other.item),
            unequal => unequal,
        });
        ranked
    }

    /// The items left unanswered most often, at most `count`, with how many people did so.
    #[must_use]
    pub fn least_answered(&self, count: usize) -> Vec<(&ItemPicture, usize)> {
        let unanswered = |missing: &Missing| missing.dont_know + missing.declined + missing.skipped;
        let mut ranked: Vec<_> = self.items.iter().map(|item| (item, unanswered(&item.missing))).collect();
        ranked.retain(|(_, unanswered)| *unanswered > 0);
        ranked.sort_by_key(|(_, unanswered)| std::cmp::Reverse(*unanswered));
        ranked.truncate(count);
        ranked
    }
}

/// Each pair of aspects of which the first stands higher than the second among the same people by more than chance alone
/// explains: the 95 % t interval of the differences leaves out 0.
#[must_use]
pub(super) fn clear_differences(questionnaire: &Questionnaire, people: &[Person], minimum: Minimum) -> Vec<Clear> {
    let aspects = || (0..questionnaire.aspects().len()).map(AspectIndex);
    let both = |below: AspectIndex, above: AspectIndex| {
        let pair = |person: &Person| Some((person.score(questionnaire, below)?, person.score(questionnaire, above)?));
        people.iter().filter_map(pair).collect::<Vec<_>>()
    };
    let mut clear = Vec::new();
    for above in aspects() {
        for below in aspects().filter(|below| *below != above) {
            let pairs = both(below, above);
            let change = Pairs::of(&pairs).and_then(|pairs| change::change(&pairs));
            let higher = change.is_ok_and(|change| change.interval.is_some_and(|interval| interval.low > 0.0));
            if higher && pairs.len() >= minimum.people() {
                clear.push(Clear { above, below });
            }
        }
    }
    clear
}

impl Clear {
    /// Each pair of aspects that differ among these people by more than chance alone explains.
    #[must_use]
    pub fn among(questionnaire: &Questionnaire, people: &[Person], minimum: Minimum) -> Vec<Self> {
        if people.len() < minimum.people() {
            return Vec::new();
        }
        clear_differences(questionnaire, people, minimum)
    }
}
