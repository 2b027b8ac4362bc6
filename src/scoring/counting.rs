use std::collections::HashMap;
use std::sync::Arc;

use super::columns::{self, Columns};
use super::gathering::{Gathering, Group};
use super::sheet::Sheet;
use super::tally::Desk;
use crate::interview::{Mode, WorkshopId};

/// One interview's packed answers and how it was held.
#[derive(Clone, Copy, Debug)]
pub struct Held<'a> {
    /// The workshop it was held in.
    pub workshop: Option<WorkshopId>,
    /// One code an item.
    pub codes: &'a [u8],
    /// How the questions reached the respondent.
    pub mode: Mode,
    /// How long its items were on the screen, in milliseconds.
    pub shown_ms: u64,
}

/// Interviews of one questionnaire on their way into a [`Gathering`]. Those of one workshop that follow each other are
/// counted together.
#[derive(Debug)]
pub struct Counting {
    sheet: Arc<Sheet>,
    groups: Vec<(Option<WorkshopId>, Group)>,
    places: HashMap<Option<WorkshopId>, usize>,
    /// The place of the workshop of the interview before, which mostly is this one's too.
    last: usize,
    waiting: Waiting,
    columns: Columns,
    desk: Desk,
}

/// Interviews of one workshop that wait to be counted.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// Their codes one behind the other, as many each as the questionnaire has items.
    codes: Vec<u8>,
    how: Vec<(Mode, u64)>,
}

impl Waiting {
    pub(super) fn codes(&self) -> &[u8] {
        &self.codes
    }

    /// Each interview in their order.
    pub(super) fn each(&self, width: usize) -> impl DoubleEndedIterator<Item = Held<'_>> + ExactSizeIterator {
        let codes = self.codes.chunks_exact(width.max(1));
        codes.zip(&self.how).map(|(codes, (mode, shown_ms))| Held {
            workshop: None,
            codes,
            mode: *mode,
            shown_ms: *shown_ms,
        })
    }
}

/// Of fewer interviews columns are not worth while.
const FEW: usize = 16;

impl Counting {
    /// No interviews yet.
    #[must_use]
    pub fn new(sheet: Arc<Sheet>) -> Self {
        Self {
            sheet,
            groups: Vec::new(),
            places: HashMap::new(),
            last: 0,
            waiting: Waiting::default(),
            columns: Columns::default(),
            desk: Desk::default(),
        }
    }

    /// Adds one interview.
    pub fn add(&mut self, held: &Held<'_>) {
        if self.groups.get(self.last).is_none_or(|(last, _)| *last != held.workshop) {
            self.count();
            self.last = *self.places.entry(held.workshop).or_insert_with(|| {
                self.groups.push((held.workshop, Group::new(&self.sheet)));
                self.groups.len() - 1
            });
        }
        if !self.sheet.fits_columns() || held.codes.len() != self.sheet.width() {
            if let Some((_, group)) = self.groups.get_mut(self.last) {
                group.add(&self.sheet, held, &mut self.desk);
            }
            return;
        }
        self.waiting.codes.extend_from_slice(held.codes);
        self.waiting.how.push((held.mode, held.shown_ms));
        if self.waiting.how.len() == columns::ROWS {
            self.count();
        }
    }

    /// Counts those that wait.
    fn count(&mut self) {
        let Self { sheet, groups, waiting, columns, desk, .. } = self;
        if let Some((_, group)) = groups.get_mut(self.last) {
            if waiting.how.len() < FEW {
                waiting.each(sheet.width()).for_each(|held| group.add(sheet, &held, desk));
            } else {
                group.add_waiting(sheet, waiting, columns, desk);
            }
        }
        waiting.codes.clear();
        waiting.how.clear();
    }

    /// All of them, counted.
    #[must_use]
    pub fn done(mut self) -> Gathering {
        self.count();
        Gathering::new(self.sheet, self.groups, self.places)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::interview::code;
    use crate::questionnaire::{BUILTIN, Questionnaire};

    /// The core questionnaire, and one that has a total.
    fn questionnaires() -> [Questionnaire; 2] {
        let total = BUILTIN.iter().map(|one| one.read().unwrap()).find(|one| one.total().is_some());
        [BUILTIN[0].read().unwrap(), total.unwrap()]
    }

    fn codes(width: usize) -> impl Strategy<Value = Vec<u8>> {
        let missing = prop_oneof![
            Just(code::NOT_ASKED),
            Just(code::BESIDE),
            Just(code::DONT_KNOW),
            Just(code::DECLINED),
            Just(code::NOT_APPLICABLE),
            Just(code::SKIPPED),
            Just(6),
            Just(255)
        ];
        let lively = prop_oneof![6 => 1u8..=5, 1 => missing];
        let dull = prop_oneof![30 => Just(4u8), 1 => 1u8..=5, 1 => Just(code::DONT_KNOW)];
        prop_oneof![
            3 => prop::collection::vec(1u8..=5, width),
            2 => prop::collection::vec(lively, width),
            2 => prop::collection::vec(dull, width)
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn columns_count_as_rows_do(
            short: bool, seed in prop::collection::vec((0u8..3, 10_000u64..200_000, any::<bool>()), 1..400),
            first in 0usize..200, kinds in prop::collection::vec(codes(40), 12),
        ) {
            let questionnaire = &questionnaires()[usize::from(short)];
            let sheet = Arc::new(Sheet::of(questionnaire));
            let (width, mut rows) = (sheet.width(), Gathering::new(Arc::clone(&sheet), Vec::new(), HashMap::new()));
            let mut counting = Counting::new(Arc::clone(&sheet));
            prop_assert!(sheet.fits_columns());
            for (place, (workshop, shown_ms, own)) in seed.iter().enumerate() {
                // A long run of one workshop first, then one after the other.
                let workshop = if place < first { 0 } else { *workshop };
                let mode = if *own { Mode::SelfAdministered } else { Mode::Interviewer };
                let codes = &kinds[(place * 7 + usize::from(workshop)) % kinds.len()][..width];
                let held = Held { workshop: Some(WorkshopId([workshop; 16])), codes, mode, shown_ms: *shown_ms };
                counting.add(&held);
                let mut alone = Group::new(&sheet);
                alone.add(&sheet, &held, &mut Desk::default());
                let alone = Gathering::new(Arc::clone(&sheet), vec![(held.workshop, alone)], HashMap::new());
                rows.merge(alone);
            }
            let columns = counting.done();
            let told = |gathering: &Gathering| -> Vec<String> {
                let each = gathering.workshops().into_iter().map(|(id, group)| {
                    let of = |tally: &crate::scoring::Tally| {
                        let scales = 0..sheet.scales.len();
                        let scales = scales.map(|scale| {
                            let scores = tally.scores(&sheet, scale);
                            (tally.products(&sheet, scale), scores, tally.unscored(scale), tally.each_score(&sheet, scale))
                        });
                        let items = (0..sheet.items.len()).map(|item| (tally.counts(item), tally.missing(item)));
                        format!("{} {:?} {:?}", tally.n(), scales.collect::<Vec<_>>(), items.collect::<Vec<_>>())
                    };
                    let flagged = group.flagged.as_ref().map(of);
                    let signs = (group.longstring, group.irv, group.pace, group.self_administered);
                    format!("{id:?} {signs:?} {} {flagged:?}", of(&group.sound))
                });
                each.collect()
            };
            prop_assert_eq!(told(&columns), told(&rows));
        }
    }

    #[test]
    fn codes_of_another_length_are_counted_all_the_same() {
        let sheet = Arc::new(Sheet::of(&questionnaires()[0]));
        let mut counting = Counting::new(Arc::clone(&sheet));
        for length in 0..60 {
            counting.add(&Held { workshop: None, codes: &[4; 60][..length], mode: Mode::Interviewer, shown_ms: 0 });
        }
        assert_eq!(counting.done().all().all().n(), 60);
    }
}
