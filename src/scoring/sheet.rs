use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns;
use super::profile::{NotScored, enough};
use super::score::{keyed, standard_error};
use crate::interview::code;
use crate::questionnaire::{AspectIndex, ItemIndex, Keying, Questionnaire};

/// How the packed answers to one questionnaire count: what [`profile`](super::profile()) does for one interview, put
/// down for many.
#[derive(Debug)]
pub struct Sheet {
    /// Every counted item, in the order of the questionnaire.
    pub items: Vec<CountedItem>,
    /// Every aspect in the order of the questionnaire, and the total where it has one.
    pub scales: Vec<Scale>,
    tables: Vec<Table>,
    /// Where each item's counts begin in a tally, and where the last ones end.
    starts: Arc<[usize]>,
    /// Items with as many points as the first.
    alike: usize,
    /// Items of the questionnaire, counted or not.
    width: usize,
    fits_columns: bool,
}

/// An item that counts towards an aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedItem {
    /// Which.
    pub item: ItemIndex,
    /// Its direction.
    pub keying: Keying,
    /// Points of its response format.
    pub points: u16,
    table: usize,
}

/// What has a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleOf {
    /// An aspect.
    Aspect(AspectIndex),
    /// All counted items together.
    Total,
}

/// Items that make a score together.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Of what.
    pub of: ScaleOf,
    /// Their places in [`Sheet::items`].
    pub items: Vec<usize>,
    /// Points that all of them have; none where they differ, and then it has no group figures.
    pub points: Option<u16>,
    /// Standard error of measurement of one person's score, where norms tell it.
    pub sem: Option<f64>,
    pub(super) min_answered: Option<usize>,
    /// What is done with each of the items, in their order.
    pub(super) steps: Vec<Step>,
}

/// Where an item's code stands, what says what it means, and where it is counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    place: usize,
    table: usize,
    /// Where the item's counts begin in a tally.
    pub(super) start: usize,
}

/// What each code means for an item: [`VALUE`], [`GIVEN`], [`NOT_APPLICABLE`] and [`SLOT`] side by side, so that the
/// first three of many items are added up at once.
type Table = [u64; 256];

/// The keyed value from 0, in the lowest bits.
const VALUE: u64 = (1 << 24) - 1;
/// Where it says whether there is a value,
const GIVEN: u32 = 24;
/// whether the item does not apply,
const NOT_APPLICABLE: u32 = 40;
/// and the place in the item's counts.
const SLOT: u32 = 56;

/// Kinds of missing answers; their counts stand after those of the points.
pub(super) const MISSING_KINDS: usize = 4;

/// Sums over the answers of one person to one scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums(u64);

impl Sums {
    /// Adds what the table says of one answer.
    pub(super) fn add(&mut self, entry: Entry) {
        self.0 = self.0.wrapping_add(entry.0 & ((1 << SLOT) - 1));
    }

    fn bits(self, from: u32) -> usize {
        usize::try_from(self.0 >> from & 0xFFFF).unwrap_or(usize::MAX)
    }

    /// How many items have a given answer.
    pub(super) fn answered(self) -> usize {
        self.bits(GIVEN)
    }

    /// The sum of the keyed values, each from 0.
    pub(super) fn sum(self) -> usize {
        usize::try_from(self.0 & VALUE).unwrap_or(usize::MAX)
    }
}

/// What a table says of one answer.
#[derive(Clone, Copy)]
pub(super) struct Entry(u64);

impl Entry {
    /// The keyed value from 0; 0 where there is none.
    pub(super) fn value(self) -> u16 {
        let [low, high, ..] = self.0.to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    /// Its place among the item's counts.
    pub(super) fn slot(self) -> usize {
        let [.., slot] = self.0.to_le_bytes();
        slot.into()
    }
}

impl Sheet {
    /// The sheet of a questionnaire.
    #[must_use]
    pub fn of(questionnaire: &Questionnaire) -> Self {
        let mut tables = Vec::new();
        let mut known = BTreeMap::new();
        let mut items = Vec::new();
        let mut aspects = vec![Vec::new(); questionnaire.aspects().len()];
        for index in questionnaire.indexes() {
            let Some((item, (aspect, keying))) = questionnaire.item(index).and_then(|item| Some((item, item.counts?)))
            else {
                continue;
            };
            let points = u16::try_from(questionnaire.choices(item).len()).unwrap_or(u16::MAX);
            let table = *known.entry((points, keying == Keying::Reversed)).or_insert_with(|| {
                tables.push(table(points, keying));
                tables.len() - 1
            });
            if let Some(aspect) = aspects.get_mut(aspect.0) {
                aspect.push(items.len());
            }
            items.push(CountedItem { item: index, keying, points, table });
        }
        let mut end = 0;
        let ends = items.iter().map(|item: &CountedItem| {
            end += usize::from(item.points) + MISSING_KINDS;
            end
        });
        let starts: Arc<[usize]> = std::iter::once(0).chain(ends).collect();
        let scale = |of, items: Vec<usize>, all: &[CountedItem], sem, min_answered| {
            let mut points = items.iter().map(|item| all[*item].points);
            let first = points.next();
            let points = first.filter(|first| points.all(|other| other == *first));
            let step =
                |item: &usize| Step { place: all[*item].item.get(), table: all[*item].table, start: starts[*item] };
            let steps = items.iter().map(step).collect();
            Scale { of, items, points, sem, min_answered, steps }
        };
        let error_of = |place: usize| {
            let norm = questionnaire.norms()?.rows.iter().find(|row| row.aspect.0 == place)?;
            Some(standard_error(norm.sd, norm.reliability))
        };
        let mut scales: Vec<Scale> = (aspects.into_iter().zip(questionnaire.aspects()).enumerate())
            .map(|(place, (chosen, aspect))| {
                scale(ScaleOf::Aspect(AspectIndex(place)), chosen, &items, error_of(place), aspect.min_answered)
            })
            .collect();
        if let Some(total) = questionnaire.total() {
            let sem = standard_error(total.sd, total.reliability);
            scales.push(scale(ScaleOf::Total, (0..items.len()).collect(), &items, Some(sem), None));
        }
        let alike = items.iter().filter(|item| item.points == items[0].points).count();
        let width = questionnaire.items().len();
        let fits_columns = width <= columns::MOST_ITEMS && items.iter().all(|item| item.points <= columns::MOST_POINTS);
        Self { items, scales, tables, starts, alike, width, fits_columns }
    }

    /// What the code of a step's item means.
    #[inline]
    pub(super) fn entry(&self, step: Step, codes: &[u8]) -> Entry {
        let code = codes.get(step.place).copied().unwrap_or(code::NOT_ASKED);
        Entry(self.tables[step.table][usize::from(code)])
    }

    /// How many codes a person has.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Whether columns have room for it.
    pub(super) fn fits_columns(&self) -> bool {
        self.fits_columns
    }

    /// How many items have as many points as the first.
    pub(super) fn alike(&self) -> usize {
        self.alike
    }

    /// Where each item's counts begin in a tally, and where the last ones end.
    pub(super) fn starts(&self) -> &Arc<[usize]> {
        &self.starts
    }

    /// The sum of one person's keyed answers to a scale, each with the lowest point 0, and how many answers these are.
    ///
    /// # Errors
    /// [`NotScored`] where too few are answered for a score.
    pub fn score(&self, scale: &Scale, codes: &[u8]) -> Result<(usize, usize), NotScored> {
        let mut sums = Sums::default();
        for step in &scale.steps {
            sums.add(self.entry(*step, codes));
        }
        self.scored(scale, sums)
    }

    #[expect(clippy::unused_self, reason = "sums are of this sheet")]
    pub(super) fn scored(&self, scale: &Scale, sums: Sums) -> Result<(usize, usize), NotScored> {
        let applicable = scale.items.len() - sums.bits(NOT_APPLICABLE);
        enough(sums.answered(), applicable, scale.min_answered).map(|()| (sums.sum(), sums.answered()))
    }
}

fn table(points: u16, keying: Keying) -> Table {
    let mut table = [0; 256];
    for (code, entry) in (0u8..=255).zip(&mut table) {
        let (value, given, slot) = match code {
            1..=code::LAST_CHOICE if u16::from(code) <= points => {
                (keyed(u16::from(code), points, keying) - 1, true, u64::from(code) - 1)
            }
            code::DONT_KNOW => (0, false, u64::from(points)),
            code::DECLINED => (0, false, u64::from(points) + 1),
            code::NOT_APPLICABLE => (0, false, u64::from(points) + 2),
            _ => (0, false, u64::from(points) + 3),
        };
        let applies_not = u64::from(code == code::NOT_APPLICABLE);
        *entry = u64::from(value) | u64::from(given) << GIVEN | applies_not << NOT_APPLICABLE | slot << SLOT;
    }
    table
}
