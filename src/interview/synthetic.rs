//! People who do not exist, answering: from one seed the same people on every machine, their ids too.
//!
//! All is computed in whole numbers from `ChaCha8` (Bernstein 2008). An id of version 8 says that a person or a workshop
//! was made up; those of real ones are of version 7.

use std::sync::Arc;

use chacha20::ChaCha8Rng;
use chacha20::rand_core::{Rng, SeedableRng};

use super::{At, Interview, InterviewId, Mode, Moment, Response, WorkshopId};
use crate::questionnaire::{Answer, AspectIndex, Item, ItemIndex, Keying, Kind, Pick, Questionnaire};

/// 2026-11-05 02:00 UTC, nine in the morning in Java: when the first of them sits down.
const BEGIN: i64 = 1_793_844_000_000;
/// Days between a round before and one after.
const DAYS_BETWEEN: i64 = 60;
const DAY: i64 = 86_400_000;
/// People of the workshop that is shown.
const PEOPLE: usize = 24;
/// How many come to each of many workshops.
const TOGETHER: u64 = 1_000;
/// What is said in place of the program's version alone.
const PROGRAM: &str = concat!(env!("CARGO_PKG_VERSION"), " synthetic");

impl InterviewId {
    /// Whether it is of an interview that was made up.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.0[6] >> 4 == 8
    }
}

impl WorkshopId {
    /// Whether it is of a workshop that was made up.
    #[must_use]
    pub fn is_synthetic(&self) -> bool {
        self.0[6] >> 4 == 8
    }
}

/// A workshop of people who do not exist, asked before it and after it.
#[derive(Clone, Debug)]
pub struct SyntheticWorkshop {
    /// The round before.
    pub before: WorkshopId,
    /// The round after.
    pub after: WorkshopId,
    /// The item that nearly everybody agrees with, before and after.
    pub agreed: ItemIndex,
    /// The item over which one half stands against the other, before and after.
    pub split: ItemIndex,
    /// The aspect that is higher afterwards, for three of four people.
    pub changed: AspectIndex,
    /// Each person's interview before and after.
    pub people: Vec<(Interview, Interview)>,
}

/// A source of people who do not exist.
#[derive(Debug)]
pub struct Synthetic {
    questionnaire: Arc<Questionnaire>,
    random: ChaCha8Rng,
}

/// How a person leans, in thousandths of a usual difference between people.
#[derive(Clone)]
struct Leaning {
    general: i64,
    aspects: Vec<i64>,
    /// Answers one point to everything, without reading.
    careless: Option<u16>,
}

/// What is known of an item before it is asked.
type Known<'a> = &'a dyn Fn(ItemIndex) -> Option<u16>;

impl Synthetic {
    /// The people of a seed, for a questionnaire.
    #[must_use]
    pub fn new(questionnaire: Arc<Questionnaire>, seed: u64) -> Self {
        Self { questionnaire, random: ChaCha8Rng::seed_from_u64(seed) }
    }

    /// A workshop of 24 people with a shape that is known; none where the questionnaire has no two aspects with an item
    /// each that counts as it stands.
    #[must_use]
    pub fn workshop(mut self) -> Option<SyntheticWorkshop> {
        let changed = AspectIndex(1);
        let last = AspectIndex(self.questionnaire.aspects().len().checked_sub(1).filter(|last| *last > 0)?);
        let agreed = self.first_direct(AspectIndex(0))?;
        let split = self.first_direct(last)?;
        let again = BEGIN + DAYS_BETWEEN * DAY;
        let (before, after) = (self.workshop_id(BEGIN), self.workshop_id(again));
        let mut people = Vec::with_capacity(PEOPLE);
        for person in 0..PEOPLE {
            let mut leaning = self.leaning(0);
            leaning.careless = None;
            let highest = |item: ItemIndex| self.points(item);
            let (top, most) = (highest(split)?, highest(agreed)?);
            let known = move |item: ItemIndex| match item {
                item if item == split => Some(if person.is_multiple_of(2) { 1 } else { top }),
                item if item == agreed => Some(if person.is_multiple_of(12) { most } else { most - 1 }),
                _ => None,
            };
            let minutes = i64::try_from(person).unwrap_or(0) * 60_000;
            let first = self.interview(Some(before), BEGIN + minutes, &leaning, &known);
            if !person.is_multiple_of(4)
                && let Some(aspect) = leaning.aspects.get_mut(changed.0)
            {
                *aspect += 2_000;
            }
            people.push((first, self.interview(Some(after), again + minutes, &leaning, &known)));
        }
        Some(SyntheticWorkshop { before, after, agreed, split, changed, people })
    }

    /// So many interviews, one after the other, in workshops of a thousand.
    pub fn interviews(mut self, size: u64) -> impl Iterator<Item = Interview> {
        let workshops = size.div_ceil(TOGETHER).max(1);
        let mut now = (u64::MAX, None, 0);
        (0..size).map(move |place| {
            let workshop = u64::try_from(u128::from(place) * u128::from(workshops) / u128::from(size)).unwrap_or(0);
            let unix_ms =
                BEGIN + i64::try_from(workshop).unwrap_or(0) * DAY + i64::try_from(place % TOGETHER).unwrap_or(0);
            if workshop != now.0 {
                now = (workshop, Some(self.workshop_id(unix_ms)), self.normal());
            }
            let leaning = self.leaning(now.2);
            self.interview(now.1, unix_ms, &leaning, &|_| None)
        })
    }

    fn leaning(&mut self, of_workshop: i64) -> Leaning {
        let careless = self.one_in(50).then(|| self.below(5));
        let general = (350 * of_workshop + 550 * self.normal()) / 1_000;
        let aspects = (0..self.questionnaire.aspects().len()).map(|_| self.normal() * 550 / 1_000);
        let aspects = aspects.collect();
        Leaning { general, aspects, careless }
    }

    fn interview(&mut self, workshop: Option<WorkshopId>, unix_ms: i64, who: &Leaning, known: Known<'_>) -> Interview {
        let languages = self.questionnaire.languages();
        let other = languages.last().cloned();
        let first = languages.first().cloned();
        let language = if self.one_in(5) { other } else { first };
        let language = language.unwrap_or_else(|| self.questionnaire.title().first_language().clone());
        let mut moment = Moment { at: At { unix_ms, doubtful: false }, shown_ms: 0, language };
        let id = InterviewId(self.id(unix_ms));
        let mode = Mode::SelfAdministered;
        let mut interview = Interview::start(Arc::clone(&self.questionnaire), id, mode, PROGRAM, &moment);
        if let Some(workshop) = workshop {
            interview.join(workshop, moment.at);
        }
        let mut next = interview.asked().next();
        while let Some(item) = next {
            let took = if who.careless.is_some() { 500 + self.below(900) } else { 3_000 + self.below(9_000) };
            moment.shown_ms = took.into();
            moment.at.unix_ms += i64::from(took);
            if let Some(response) = self.response(item, who, known) {
                // What does not fit the item is left out, as if it had not been reached.
                let _ = interview.respond(item, response, &moment);
            }
            next = interview.next(item);
        }
        interview.finish(moment.at);
        interview
    }

    /// What a person says to an item; nothing to one that is only read.
    fn response(&mut self, index: ItemIndex, who: &Leaning, known: Known<'_>) -> Option<Response> {
        let questionnaire = Arc::clone(&self.questionnaire);
        let item = questionnaire.item(index).filter(|item| item.is_answered())?;
        if let Some(place) = known(index) {
            return Some(Response::Given(Answer::Choice(Pick(place - 1))));
        }
        let missing = if who.careless.is_some() { 1_000 } else { self.below(1_000) };
        match missing {
            0..15 if item.dont_know => return Some(Response::DontKnow),
            15..25 if item.decline => return Some(Response::Declined),
            25..28 => return Some(Response::Skipped),
            _ => {}
        }
        let choices = u16::try_from(questionnaire.choices(item).len()).unwrap_or(u16::MAX);
        let answer = match &item.kind {
            Kind::Scale(_) => self.point(item, choices, who),
            Kind::Choice(_) | Kind::YesNo(_) => Answer::Choice(Pick(self.below(choices))),
            Kind::Consent(_) => Answer::Choice(Pick(0)),
            Kind::Number(number) => {
                let span = number.max.saturating_sub(number.min).clamp(0, 60);
                Answer::Number(number.min + i64::from(self.below(u16::try_from(span).unwrap_or(0) + 1)))
            }
            Kind::Choices(_) | Kind::Date(_) | Kind::Text(_) | Kind::Ranking(_) | Kind::Note => {
                return Some(Response::Skipped);
            }
        };
        Some(Response::Given(answer))
    }

    fn point(&mut self, item: &Item, points: u16, who: &Leaning) -> Answer {
        if let Some(point) = who.careless {
            return Answer::Choice(Pick(point.min(points - 1)));
        }
        let (aspect, keying) = item.counts.unwrap_or((AspectIndex(0), Keying::Direct));
        let leaning = who.general + who.aspects.get(aspect.0).copied().unwrap_or(0) + self.normal() * 700 / 1_000;
        let high = i64::from(points) - 1;
        let value = (500 * high + (300 + leaning) * high / 4 + 500).div_euclid(1_000).clamp(0, high);
        let value = u16::try_from(if keying == Keying::Reversed { high - value } else { value }).unwrap_or(0);
        Answer::Choice(Pick(value))
    }

    fn first_direct(&self, aspect: AspectIndex) -> Option<ItemIndex> {
        let counts = |index: &ItemIndex| self.questionnaire.item(*index)?.counts;
        self.questionnaire.indexes().find(|index| counts(index) == Some((aspect, Keying::Direct)))
    }

    fn points(&self, item: ItemIndex) -> Option<u16> {
        u16::try_from(self.questionnaire.choices(self.questionnaire.item(item)?).len()).ok()
    }

    fn workshop_id(&mut self, unix_ms: i64) -> WorkshopId {
        WorkshopId(self.id(unix_ms))
    }

    /// 16 bytes as RFC 9562 has them for version 8: the time first, as in version 7.
    fn id(&mut self, unix_ms: i64) -> [u8; 16] {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.random.next_u64().to_be_bytes());
        id[8..].copy_from_slice(&self.random.next_u64().to_be_bytes());
        id[..6].copy_from_slice(&unix_ms.to_be_bytes()[2..]);
        id[6] = 0x80 | id[6] & 0x0F;
        id[8] = 0x80 | id[8] & 0x3F;
        id
    }

    /// Nearly a normal deviate, in thousandths: the sum of four even ones (Irwin & Hall).
    fn normal(&mut self) -> i64 {
        const SD: i64 = 37_837;
        let bits = self.random.next_u64();
        let sum: i64 = (0..4).map(|part| i64::try_from(bits >> (16 * part) & 0xFFFF).unwrap_or(0)).sum();
        (sum - 131_070) * 1_000 / SD
    }

    /// A number below `bound`, and 0 where that is 0: the upper half of a random one times the bound.
    fn below(&mut self, bound: u16) -> u16 {
        u16::try_from((u64::from(self.random.next_u32()) * u64::from(bound)) >> 32).unwrap_or(0)
    }

    fn one_in(&mut self, bound: u16) -> bool {
        self.below(bound) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::questionnaire::BUILTIN;

    fn core() -> Synthetic {
        Synthetic::new(Arc::new(BUILTIN[0].read().unwrap()), 7)
    }

    #[test]
    fn one_seed_makes_the_same_people_and_another_seed_others() {
        let made = |seed| {
            let source = Synthetic::new(Arc::clone(&core().questionnaire), seed);
            source.interviews(20).map(|one| (one.id(), one.events().to_vec())).collect::<Vec<_>>()
        };
        assert_eq!(made(7), made(7));
        assert_ne!(made(7), made(8));
    }

    #[test]
    fn nobody_who_was_made_up_is_taken_for_a_real_person() {
        let workshop = core().workshop().unwrap();
        assert!(workshop.before.is_synthetic() && workshop.after.is_synthetic());
        for (before, after) in &workshop.people {
            assert!(before.id().is_synthetic() && after.id().is_synthetic());
            let real = Interview::replay(Arc::clone(before.questionnaire()), before.id(), before.events().to_vec());
            assert!(real.unwrap().finished());
        }
        assert!(!crate::store::new_id().is_synthetic());
    }

    #[test]
    fn the_workshop_has_the_shape_it_tells() {
        let workshop = core().workshop().unwrap();
        assert_eq!(workshop.people.len(), PEOPLE);
        let place = |interview: &Interview, item| match interview.response(item) {
            Some(Response::Given(Answer::Choice(pick))) => pick.0,
            other => panic!("{other:?}"),
        };
        let of = |item| workshop.people.iter().map(move |(before, _)| place(before, item));
        assert_eq!(of(workshop.split).filter(|place| *place == 0).count(), PEOPLE / 2);
        assert_eq!(of(workshop.split).filter(|place| *place == 4).count(), PEOPLE / 2);
        assert!(of(workshop.agreed).all(|place| place >= 3));
    }

    #[test]
    fn many_come_in_workshops_of_a_thousand() {
        let workshops: Vec<_> = core().interviews(2_500).filter_map(|one| one.workshop()).collect();
        assert_eq!(workshops.len(), 2_500);
        assert_eq!(workshops.chunk_by(|one, next| one == next).count(), 3);
    }
}
