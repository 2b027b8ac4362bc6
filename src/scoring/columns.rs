//! The answers of some persons side by side, a column an item: a whole column is compared and added up at once.

use crate::interview::code;

/// Persons of a full set of columns. What is counted in a column fits in a byte.
pub(super) const ROWS: usize = 128;
/// The most points of an item that are counted in columns, and the most items: their counts fit in a byte, and sums of
/// them in two.
pub(super) const MOST_POINTS: u16 = 11;
pub(super) const MOST_ITEMS: usize = 255;

/// A code that no answer has, where there is no person.
const NOBODY: u8 = u8::MAX;

type Bytes = [u8; ROWS];
type Words = [i16; ROWS];

/// The codes of some persons. Columns are always gone through to their end, because that takes no longer.
#[derive(Debug, Default)]
pub(super) struct Columns {
    rows: usize,
    codes: Vec<Bytes>,
    /// The keyed answers to the items of one scale.
    keyed: Vec<Words>,
}

/// What the answers to one scale come to.
pub(super) struct OfScale<'c> {
    /// Answers of each person.
    pub(super) answered: Bytes,
    /// Items that do not apply to each.
    pub(super) applies_not: Bytes,
    /// The sum of each person's keyed answers, each from 0.
    pub(super) sums: Words,
    /// Persons who answered every item.
    pub(super) complete: usize,
    /// The keyed answers of those, 0 of the others.
    pub(super) keyed: &'c [Words],
}

/// Of each person.
pub(super) struct Alike {
    /// How many answers were given.
    pub(super) given: Bytes,
    /// How often the one that was given most often.
    pub(super) most: Bytes,
    /// The longest run of one answer.
    pub(super) longest: Bytes,
}

impl Columns {
    /// Takes these persons' codes, at most [`ROWS`] rows of `width` codes, in place of what was there.
    pub(super) fn fill(&mut self, codes: &[u8], width: usize) {
        self.codes.clear();
        self.codes.resize(width, [NOBODY; ROWS]);
        self.rows = 0;
        for (row, codes) in codes.chunks_exact(width.max(1)).take(ROWS).enumerate() {
            for (column, code) in self.codes.iter_mut().zip(codes) {
                column[row % ROWS] = *code;
            }
            self.rows += 1;
        }
    }

    /// How many persons there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// Takes a person out; the last one takes the place.
    pub(super) fn take_out(&mut self, row: usize) {
        let Some(last) = self.rows.checked_sub(1) else { return };
        for column in &mut self.codes {
            column[row] = column[last];
            column[last] = NOBODY;
        }
        self.rows = last;
    }

    fn column(&self, place: usize) -> &Bytes {
        self.codes.get(place).unwrap_or(&[code::NOT_ASKED; ROWS])
    }

    /// How many persons have a code at a place.
    pub(super) fn times(&self, place: usize, code: u8) -> u8 {
        self.column(place).iter().map(|own| u8::from(*own == code)).fold(0, u8::wrapping_add)
    }

    /// What the answers of each person to the items at these places, of so many points, are like side by side.
    pub(super) fn alike(&self, points: u16, places: &[usize]) -> Alike {
        let mut alike = Alike { given: [0; ROWS], most: [0; ROWS], longest: [0; ROWS] };
        for point in (1..=points).filter_map(|point| u8::try_from(point).ok()) {
            let mut times = [0u8; ROWS];
            for place in places {
                for (times, code) in times.iter_mut().zip(self.column(*place)) {
                    *times = times.wrapping_add(u8::from(*code == point));
                }
            }
            for ((most, given), times) in alike.most.iter_mut().zip(&mut alike.given).zip(&times) {
                *most = (*times).max(*most);
                *given = given.wrapping_add(*times);
            }
        }
        let points = u8::try_from(points).unwrap_or(u8::MAX);
        let (mut before, mut run) = ([NOBODY; ROWS], [0u8; ROWS]);
        for place in places {
            let persons = self.column(*place).iter().zip(&mut before).zip(&mut run).zip(&mut alike.longest);
            for (((code, before), run), longest) in persons {
                let going_on = if *code == *before { *run } else { 0 };
                let is_given = code.wrapping_sub(1) < points;
                *run = if is_given { going_on.wrapping_add(1) } else { 0 };
                *longest = (*run).max(*longest);
                *before = *code;
            }
        }
        alike
    }

    /// The answers to the items at these places, each with whether it is reversed; all of them have so many points.
    pub(super) fn scale(&mut self, points: u16, items: impl Iterator<Item = (usize, bool)>) -> OfScale<'_> {
        let Self { codes, keyed, .. } = self;
        let points = u8::try_from(points).unwrap_or(u8::MAX);
        let (mut answered, mut applies_not, mut sums) = ([0u8; ROWS], [0u8; ROWS], [0i16; ROWS]);
        let mut count = 0;
        for (place, reversed) in items {
            let codes = codes.get(place).unwrap_or(&[code::NOT_ASKED; ROWS]);
            let values = values(codes, points, reversed);
            for ((code, answered), applies_not) in codes.iter().zip(&mut answered).zip(&mut applies_not) {
                *answered = answered.wrapping_add(u8::from(code.wrapping_sub(1) < points));
                *applies_not = applies_not.wrapping_add(u8::from(*code == code::NOT_APPLICABLE));
            }
            if keyed.len() == count {
                keyed.push([0; ROWS]);
            }
            for ((value, keyed), sum) in values.iter().zip(&mut keyed[count]).zip(&mut sums) {
                *keyed = i16::from(*value);
                *sum = sum.wrapping_add(i16::from(*value));
            }
            count += 1;
        }
        let keyed = &mut keyed[..count];
        let all = u8::try_from(count).unwrap_or(NOBODY);
        let mut whole = [0i16; ROWS];
        for (whole, answered) in whole.iter_mut().zip(&answered) {
            *whole = -i16::from(*answered == all);
        }
        for (keyed, whole) in keyed.iter_mut().flat_map(|keyed| keyed.iter_mut().zip(&whole)) {
            *keyed &= whole;
        }
        let complete = whole.iter().filter(|whole| **whole != 0).count();
        OfScale { answered, applies_not, sums, complete, keyed }
    }
}

/// Keyed answers from 0; 0 where there is none.
fn values(codes: &Bytes, points: u8, reversed: bool) -> Bytes {
    let mut values = [0u8; ROWS];
    for (value, code) in values.iter_mut().zip(codes) {
        let from_lowest = code.wrapping_sub(1);
        let keyed = if reversed { points.wrapping_sub(*code) } else { from_lowest };
        *value = if from_lowest < points { keyed } else { 0 };
    }
    values
}

/// The sum of products of two columns.
pub(super) fn product(one: &Words, other: &Words) -> u64 {
    let products = one.iter().zip(other).map(|(one, other)| i32::from(*one).wrapping_mul(i32::from(*other)));
    u64::try_from(products.fold(0, i32::wrapping_add)).unwrap_or(0)
}

/// The sum of a column.
pub(super) fn sum(one: &Words) -> u64 {
    u64::try_from(one.iter().fold(0, |sum: i32, one| sum.wrapping_add(i32::from(*one)))).unwrap_or(0)
}
