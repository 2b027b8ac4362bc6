use std::sync::Arc;

use super::columns::{self, Columns, OfScale};
use super::profile::{Missing, enough};
use super::sheet::{MISSING_KINDS, Scale, ScaleOf, Sheet, Sums};
use crate::interview::code;
use crate::questionnaire::Keying;
use crate::stats::{Counts, CrossProducts, Moments, Scores};

/// Items that are multiplied at once.
const LANES: usize = 8;
type Lanes = [u16; LANES];

/// The answers of many persons to one questionnaire, as what group statistics are computed from: whole numbers alone, so
/// that neither the order of persons nor the number of threads changes a digit.
#[derive(Clone, Debug)]
pub struct Tally {
    n: u64,
    /// For each item of the sheet how often each point was chosen, and then each kind of missing answer.
    counts: Vec<u64>,
    /// Where each item's counts begin, and where the last ones end.
    starts: Arc<[usize]>,
    scales: Vec<ScaleTally>,
}

/// What a tally has of one scale.
#[derive(Clone, Debug)]
struct ScaleTally {
    complete: u64,
    /// Sums of products of those who answered all items: a row an item, and a last one with the sums themselves.
    wide: Vec<u64>,
    /// The same of the last few persons, not in `wide` yet: short numbers are added eight at a time.
    narrow: Vec<Lanes>,
    pending: u16,
    /// How many persons `narrow` has room for.
    room: u16,
    /// The highest keyed answer.
    top: usize,
    /// How often each sum of keyed answers was scored, by the number of answers.
    scored: Vec<Vec<u64>>,
    unscored: u64,
}

/// A room for the answers of one person while they are counted.
#[derive(Debug, Default)]
pub struct Desk {
    keyed: Vec<Lanes>,
}

impl Tally {
    /// Nobody's answers yet.
    #[must_use]
    pub fn new(sheet: &Sheet) -> Self {
        let starts = Arc::clone(sheet.starts());
        let counts = vec![0; starts.last().copied().unwrap_or(0)];
        Self { n: 0, counts, starts, scales: sheet.scales.iter().map(ScaleTally::new).collect() }
    }

    /// Adds one person's packed answers.
    pub fn add(&mut self, sheet: &Sheet, codes: &[u8], desk: &mut Desk) {
        self.n += 1;
        for (scale, tally) in sheet.scales.iter().zip(&mut self.scales) {
            let width = scale.steps.len().div_ceil(LANES);
            if desk.keyed.len() < width {
                desk.keyed.resize(width, [0; LANES]);
            }
            let keyed = &mut desk.keyed[..width];
            let mut sums = Sums::default();
            // A total has no items of its own: they are counted with their aspects.
            let counted = matches!(scale.of, ScaleOf::Aspect(_));
            for (steps, keyed) in scale.steps.chunks(LANES).zip(keyed.iter_mut()) {
                *keyed = [0; LANES];
                for (step, keyed) in steps.iter().zip(keyed) {
                    let entry = sheet.entry(*step, codes);
                    sums.add(entry);
                    *keyed = entry.value();
                    if counted && let Some(count) = self.counts.get_mut(step.start + entry.slot()) {
                        *count = count.wrapping_add(1);
                    }
                }
            }
            if scale.points.is_some() {
                tally.add(sheet, scale, sums, keyed);
            }
        }
    }

    /// Adds the persons in the columns, which have room for the sheet.
    pub(super) fn add_columns(&mut self, sheet: &Sheet, columns: &mut Columns) {
        let rows = columns.rows() as u64;
        self.n += rows;
        for (item, start) in sheet.items.iter().zip(self.starts.iter()) {
            let place = item.item.get();
            let points = (1..=item.points).filter_map(|code| u8::try_from(code).ok());
            let mut others = rows;
            let known = points.chain([code::DONT_KNOW, code::DECLINED, code::NOT_APPLICABLE]);
            for (code, count) in known.zip(&mut self.counts[*start..]) {
                let times = u64::from(columns.times(place, code));
                *count += times;
                others -= times;
            }
            self.counts[*start + usize::from(item.points) + MISSING_KINDS - 1] += others;
        }
        for (scale, tally) in sheet.scales.iter().zip(&mut self.scales) {
            if let Some(points) = scale.points {
                let items = scale.items.iter().map(|item| &sheet.items[*item]);
                let items = items.map(|item| (item.item.get(), item.keying == Keying::Reversed));
                let rows = columns.rows();
                tally.add_columns(scale, rows, &columns.scale(points, items));
            }
        }
    }

    /// Adds all that was added to another of the same sheet.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        add_up(&mut self.counts, &other.counts);
        for (scale, more) in self.scales.iter_mut().zip(&other.scales) {
            scale.merge(more);
        }
    }

    /// How many persons there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// How often each point of an item was chosen, the lowest first: as it stands in the questionnaire, not keyed.
    #[must_use]
    pub fn counts(&self, item: usize) -> Counts {
        let all = self.of_item(item);
        Counts::from(&all[..all.len().saturating_sub(MISSING_KINDS)])
    }

    fn of_item(&self, item: usize) -> &[u64] {
        match self.starts.get(item..item + 2) {
            Some([start, end]) => &self.counts[*start..*end],
            _ => &[],
        }
    }

    /// How often an item has no answer, by kind.
    #[must_use]
    pub fn missing(&self, item: usize) -> Missing<u64> {
        let all = self.of_item(item);
        let of = |kind: usize| all.len().checked_sub(MISSING_KINDS - kind).and_then(|at| all.get(at)).copied();
        Missing {
            dont_know: of(0).unwrap_or(0),
            declined: of(1).unwrap_or(0),
            not_applicable: of(2).unwrap_or(0),
            skipped: of(3).unwrap_or(0),
        }
    }

    /// The keyed answers of those who answered every item of a scale.
    #[must_use]
    pub fn products(&self, sheet: &Sheet, scale: usize) -> Option<CrossProducts> {
        let (scale, tally) = (sheet.scales.get(scale)?, self.scales.get(scale)?);
        let (items, width) = (scale.items.len(), tally.narrow.len() / (scale.items.len() + 1) * LANES);
        let narrow = tally.narrow.as_flattened();
        let row = |item: usize, from: usize| {
            let places = item * width + from..item * width + items;
            let numbers = tally.wide[places.clone()].iter().zip(&narrow[places]);
            numbers.map(|(wide, narrow)| i64::try_from(wide + u64::from(*narrow)).unwrap_or(i64::MAX))
        };
        let products: Vec<i64> = (0..items).flat_map(|item| row(item, item)).collect();
        let sums: Vec<i64> = row(items, 0).collect();
        scale.points.and_then(|_| CrossProducts::from_parts(tally.complete, &sums, &products))
    }

    /// The scores on a scale.
    #[must_use]
    pub fn scores(&self, sheet: &Sheet, scale: usize) -> Option<Scores> {
        let mut scores = Scores::new(sheet.scales.get(scale)?.points?);
        for (answered, sums) in self.scales.get(scale)?.scored.iter().enumerate() {
            let mut moments = Moments::default();
            for (sum, times) in (0..).zip(sums) {
                moments.add_times(sum, *times);
            }
            scores.add_moments(answered, &moments);
        }
        Some(scores)
    }

    /// Every person's score in percent of maximum possible, the lowest first: the same however they came.
    #[must_use]
    pub fn each_score(&self, sheet: &Sheet, scale: usize) -> Vec<f64> {
        let (Some(of), Some(tally)) = (sheet.scales.get(scale), self.scales.get(scale)) else { return Vec::new() };
        let Some(points) = of.points.filter(|points| *points > 1) else { return Vec::new() };
        let mut scores = Vec::new();
        for (answered, sums) in (0u32..).zip(&tally.scored) {
            let most = f64::from(answered) * f64::from(points - 1);
            for (sum, times) in (0u32..).zip(sums) {
                let times = usize::try_from(*times).unwrap_or(usize::MAX);
                scores.extend(std::iter::repeat_n(100.0 * f64::from(sum) / most, times));
            }
        }
        scores.sort_by(f64::total_cmp);
        scores
    }

    /// How many persons answered too little of a scale for a score.
    #[must_use]
    pub fn unscored(&self, scale: usize) -> u64 {
        self.scales.get(scale).map_or(0, |scale| scale.unscored)
    }
}

impl ScaleTally {
    fn new(scale: &Scale) -> Self {
        let (rows, width) = (scale.items.len() + 1, scale.items.len().div_ceil(LANES));
        let top = scale.points.unwrap_or(1).saturating_sub(1).clamp(1, u16::from(u8::MAX));
        Self {
            complete: 0,
            wide: vec![0; rows * width * LANES],
            narrow: vec![[0; LANES]; rows * width],
            pending: 0,
            room: u16::MAX / (top * top),
            top: top.into(),
            scored: Vec::new(),
            unscored: 0,
        }
    }

    fn add(&mut self, sheet: &Sheet, scale: &Scale, sums: Sums, keyed: &[Lanes]) {
        match sheet.scored(scale, sums) {
            Ok((sum, answered)) => self.add_score(sum, answered),
            Err(_) => self.unscored += 1,
        }
        if sums.answered() == scale.items.len() && !keyed.is_empty() {
            self.add_products(scale.items.len(), keyed);
        }
    }

    fn add_score(&mut self, sum: usize, answered: usize) {
        if self.scored.len() <= answered {
            self.scored.resize(answered + 1, Vec::new());
        }
        let of = &mut self.scored[answered];
        if of.len() <= sum {
            // Room for every sum at once.
            of.resize((answered * self.top).max(sum) + 1, 0);
        }
        of[sum] += 1;
    }

    /// Adds so many persons' answers in columns.
    fn add_columns(&mut self, scale: &Scale, rows: usize, of: &OfScale<'_>) {
        let persons = of.answered.iter().zip(&of.applies_not).zip(&of.sums).take(rows);
        for ((answered, applies_not), sum) in persons {
            let answered = usize::from(*answered);
            let applicable = scale.items.len() - usize::from(*applies_not);
            match (enough(answered, applicable, scale.min_answered), usize::try_from(*sum)) {
                (Ok(()), Ok(sum)) => self.add_score(sum, answered),
                _ => self.unscored += 1,
            }
        }
        self.complete += of.complete as u64;
        let width = of.keyed.len().div_ceil(LANES) * LANES;
        for (row, one) in of.keyed.iter().enumerate() {
            for (column, other) in of.keyed.iter().enumerate().skip(row) {
                self.wide[row * width + column] += columns::product(one, other);
            }
            self.wide[of.keyed.len() * width + row] += columns::sum(one);
        }
    }

    /// No sum overflows: `room` says how many persons fit.
    fn add_products(&mut self, items: usize, keyed: &[Lanes]) {
        self.complete += 1;
        if let ([keyed], Some((last, rows))) = (keyed, self.narrow.split_last_mut()) {
            // Most aspects: all of a row in one register.
            for (sums, value) in rows.iter_mut().zip(keyed) {
                add_times(sums, *value, keyed);
            }
            add_times(last, 1, keyed);
        } else {
            let values = keyed.as_flattened().iter().take(items).chain([&1]);
            for (sums, value) in self.narrow.chunks_exact_mut(keyed.len()).zip(values) {
                sums.iter_mut().zip(keyed).for_each(|(sums, keyed)| add_times(sums, *value, keyed));
            }
        }
        self.pending += 1;
        if self.pending == self.room {
            self.flush();
        }
    }

    fn flush(&mut self) {
        for (wide, narrow) in self.wide.iter_mut().zip(self.narrow.as_flattened_mut()) {
            *wide += u64::from(std::mem::take(narrow));
        }
        self.pending = 0;
    }

    fn merge(&mut self, other: &Self) {
        self.flush();
        self.complete += other.complete;
        self.unscored += other.unscored;
        add_up(&mut self.wide, &other.wide);
        for (wide, narrow) in self.wide.iter_mut().zip(other.narrow.as_flattened()) {
            *wide += u64::from(*narrow);
        }
        for (answered, sums) in other.scored.iter().enumerate() {
            if self.scored.len() <= answered {
                self.scored.resize(answered + 1, Vec::new());
            }
            let of = &mut self.scored[answered];
            of.resize(of.len().max(sums.len()), 0);
            add_up(of, sums);
        }
    }
}

#[inline]
fn add_times(sums: &mut Lanes, times: u16, others: &Lanes) {
    for lane in 0..LANES {
        sums[lane] = sums[lane].wrapping_add(times.wrapping_mul(others[lane]));
    }
}

fn add_up(sums: &mut [u64], more: &[u64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
