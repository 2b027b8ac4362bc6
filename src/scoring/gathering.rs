use std::collections::HashMap;
use std::sync::Arc;

use super::columns::Columns;
use super::conduct::Signs;
use super::counting::{Held, Waiting};
use super::sheet::Sheet;
use super::tally::{Desk, Tally};
use crate::interview::{Mode, WorkshopId};
use crate::stats::Scores;

/// The interviews of one questionnaire, by workshop.
#[derive(Debug)]
pub struct Gathering {
    sheet: Arc<Sheet>,
    groups: Vec<(Option<WorkshopId>, Group)>,
    places: HashMap<Option<WorkshopId>, usize>,
}

/// The interviews of one workshop, or of all.
#[derive(Clone, Debug)]
pub struct Group {
    /// Those that are not flagged.
    pub sound: Tally,
    /// Those that are; none where no interview is.
    pub flagged: Option<Tally>,
    /// Interviews with a long run.
    pub longstring: u64,
    /// Interviews with answers that hardly differ.
    pub irv: u64,
    /// Interviews that were answered too quickly.
    pub pace: u64,
    /// Interviews that were read for themselves.
    pub self_administered: u64,
}

impl Group {
    pub(super) fn new(sheet: &Sheet) -> Self {
        Self { sound: Tally::new(sheet), flagged: None, longstring: 0, irv: 0, pace: 0, self_administered: 0 }
    }

    pub(super) fn add(&mut self, sheet: &Sheet, held: &Held<'_>, desk: &mut Desk) {
        let signs = Signs::of(sheet, held.codes, held.mode, held.shown_ms);
        if self.is_sound(sheet, held, signs, desk) {
            self.sound.add(sheet, held.codes, desk);
        }
    }

    /// Adds interviews that wait, as many as columns have room for.
    pub(super) fn add_waiting(&mut self, sheet: &Sheet, waiting: &Waiting, columns: &mut Columns, desk: &mut Desk) {
        let width = sheet.width();
        columns.fill(waiting.codes(), width);
        let plain = Signs::plain(sheet, columns);
        // From the last to the first: where one is taken out, the one that takes the place was looked at.
        for (row, held) in waiting.each(width).enumerate().rev() {
            let signs = Signs::looked_at(sheet, held.codes, held.mode, held.shown_ms, plain[row]);
            if !self.is_sound(sheet, &held, signs, desk) {
                columns.take_out(row);
            }
        }
        self.sound.add_columns(sheet, columns);
    }

    /// Counts an interview's signs, and itself where it is flagged; else it is still to be counted.
    fn is_sound(&mut self, sheet: &Sheet, held: &Held<'_>, signs: Signs, desk: &mut Desk) -> bool {
        self.longstring += u64::from(signs.longstring);
        self.irv += u64::from(signs.irv);
        self.pace += u64::from(signs.pace);
        self.self_administered += u64::from(held.mode == Mode::SelfAdministered);
        if signs.is_flagged() {
            self.flagged.get_or_insert_with(|| Tally::new(sheet)).add(sheet, held.codes, desk);
        }
        !signs.is_flagged()
    }

    fn merge(&mut self, other: &Self) {
        self.sound.merge(&other.sound);
        match (&mut self.flagged, &other.flagged) {
            (Some(flagged), Some(more)) => flagged.merge(more),
            (flagged @ None, Some(more)) => *flagged = Some(more.clone()),
            (_, None) => {}
        }
        self.longstring += other.longstring;
        self.irv += other.irv;
        self.pace += other.pace;
        self.self_administered += other.self_administered;
    }

    /// All interviews, flagged or not.
    #[must_use]
    pub fn all(&self) -> Tally {
        let mut all = self.sound.clone();
        if let Some(flagged) = &self.flagged {
            all.merge(flagged);
        }
        all
    }

    /// The scores on a scale of all interviews, flagged or not.
    #[must_use]
    pub fn scores(&self, sheet: &Sheet, scale: usize) -> Option<Scores> {
        let mut scores = self.sound.scores(sheet, scale)?;
        if let Some(flagged) = self.flagged.as_ref().and_then(|flagged| flagged.scores(sheet, scale)) {
            scores.merge(&flagged);
        }
        Some(scores)
    }

    /// How many interviews are flagged.
    #[must_use]
    pub fn flagged(&self) -> u64 {
        self.flagged.as_ref().map_or(0, Tally::n)
    }

    /// How many interviews there are.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.sound.n() + self.flagged()
    }
}

impl Gathering {
    pub(super) fn new(
        sheet: Arc<Sheet>,
        groups: Vec<(Option<WorkshopId>, Group)>,
        places: HashMap<Option<WorkshopId>, usize>,
    ) -> Self {
        Self { sheet, groups, places }
    }

    /// How the answers count.
    #[must_use]
    pub fn sheet(&self) -> &Arc<Sheet> {
        &self.sheet
    }

    /// Adds all that was added to another of the same questionnaire.
    pub fn merge(&mut self, other: Self) {
        for (workshop, group) in other.groups {
            let own = self.places.get(&workshop).and_then(|place| self.groups.get_mut(*place));
            if let Some((_, own)) = own {
                own.merge(&group);
            } else {
                self.places.insert(workshop, self.groups.len());
                self.groups.push((workshop, group));
            }
        }
    }

    /// Every interview.
    #[must_use]
    pub fn all(&self) -> Group {
        let mut all = Group::new(&self.sheet);
        self.groups.iter().for_each(|(_, group)| all.merge(group));
        all
    }

    /// The interviews of each workshop in the order of the workshops' ids; those of none are not among them.
    #[must_use]
    pub fn workshops(&self) -> Vec<(WorkshopId, &Group)> {
        let mut workshops: Vec<_> =
            self.groups.iter().filter_map(|(workshop, group)| Some(((*workshop)?, group))).collect();
        workshops.sort_by_key(|(workshop, _)| *workshop);
        workshops
    }
}
