use std::collections::HashMap;
use std::ops::{ControlFlow, RangeInclusive};
use std::panic::resume_unwind;
use std::thread;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cipher::Place;
use super::codec::{self, Seal};
use super::database::Store;
use super::fault::Fault;
use super::rows::PackedCells;
use super::vault::{Access, is_enciphered};
use super::{StoreError, block, open, rows};
use crate::interview::{At, Beside, InterviewId, Mode, WorkshopId};
use crate::questionnaire::Hash;

/// Which finished interviews a scan goes through; all where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those with this questionnaire.
    pub questionnaire: Option<Hash>,
    /// Those of this workshop.
    pub workshop: Option<WorkshopId>,
    /// Those that began at this time of the wall clock or later, in milliseconds since 1970-01-01 UTC.
    pub since: Option<i64>,
    /// In the order of their ids, which is the same in every store that holds them; else as they were stored.
    pub by_id: bool,
}

/// A finished interview's answers as they are stored, its hash checked.
#[derive(Clone, Copy, Debug)]
pub struct PackedRow<'a> {
    /// Identity.
    pub id: InterviewId,
    /// Hash of its questionnaire.
    pub questionnaire: Hash,
    /// The workshop it was held in.
    pub workshop: Option<WorkshopId>,
    /// When it began.
    pub started: At,
    /// When it was finished.
    pub last: At,
    /// How the questions reached the respondent.
    pub mode: Mode,
    /// The language it ended in, a BCP 47 tag.
    pub language: &'a str,
    /// How long its items were on the screen, in milliseconds.
    pub shown_ms: u64,
    /// One of [`code`](crate::interview::code)'s values an item, or a choice's place counted from 1.
    pub codes: &'a [u8],
    beside: &'a [u8],
}

impl PackedRow<'_> {
    /// The answers that are no small code, in the order of their codes; nothing where they cannot be read.
    #[must_use]
    pub fn beside(&self) -> Option<Vec<Beside>> {
        codec::beside(self.beside)
    }
}

/// What a scan went through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scanned {
    /// Interviews that were handed out.
    pub interviews: u64,
    /// Those that were not, because they do not agree with their hash.
    pub damaged: u64,
}

/// The rows of a selection, as they were stored, and their numbers.
pub(super) const AS_STORED: &str = "SELECT id, questionnaire, workshop, started, last, doubtful, mode, language, shown, codes, \
                         beside, hash, interview FROM packed WHERE (?1 IS NULL OR questionnaire = ?1) \
                         AND (?2 IS NULL OR workshop = ?2) AND (?3 IS NULL OR started >= ?3) \
                         AND interview BETWEEN ?4 AND ?5 ORDER BY interview";

/// The same in the order of their ids.
const BY_ID: &str = "SELECT packed.id, packed.questionnaire, workshop, started, last, doubtful, mode, language, shown, \
                     codes, beside, hash FROM interview INDEXED BY sqlite_autoindex_interview_1 \
                     CROSS JOIN packed ON packed.interview = interview.number \
                     WHERE (?1 IS NULL OR packed.questionnaire = ?1) AND (?2 IS NULL OR workshop = ?2) \
                     AND (?3 IS NULL OR started >= ?3) AND packed.interview BETWEEN ?4 AND ?5 ORDER BY interview.id";

impl Store {
    /// Hands out the packed answers of every finished interview of a selection, one after the other, until `each`
    /// breaks off. What is handed out is of one moment, whoever writes beside.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the table cannot be read to its end, or what the disk says.
    pub fn scan(
        &self,
        selection: &Selection,
        each: impl FnMut(&PackedRow<'_>) -> ControlFlow<()>,
    ) -> Result<Scanned, StoreError> {
        let scanned = self.snapshot(|connection| through(connection, selection, i64::MIN..=i64::MAX, each));
        scanned.map_err(|fault| fault.outside(&self.path, None))
    }

    /// Hands out the same on several threads at once, each with a share of the interviews and a thing of its own that
    /// it begins with; gives these things. Interviews that are finished meanwhile are not among them, and those that
    /// are erased meanwhile may be.
    ///
    /// # Errors
    /// As [`Store::scan`].
    pub fn scan_in_parts<T: Send>(
        &self,
        selection: &Selection,
        parts: usize,
        begin: impl Fn() -> T + Sync,
        each: impl Fn(&mut T, &PackedRow<'_>) -> ControlFlow<()> + Sync,
    ) -> Result<(Vec<T>, Scanned), StoreError> {
        let (path, vault, protected) = (&self.path, &self.vault, self.protected);
        let one = |range: RangeInclusive<i64>| -> Result<(T, Scanned), Fault> {
            let (connection, _) = open::read_file(path)?.ok_or(Fault::Damaged("file"))?;
            let transaction = connection.unchecked_transaction()?;
            let mut thing = begin();
            let access = Access::new(&transaction, vault, protected);
            let scanned = through(&access, selection, range, |row| each(&mut thing, row))?;
            Ok((thing, scanned))
        };
        let of_all = || -> Result<(Vec<T>, Scanned), Fault> {
            let ranges = self.snapshot(|connection| ranges(connection, parts))?;
            let done: Vec<_> = thread::scope(|scope| {
                let one = &one;
                let running: Vec<_> = ranges.into_iter().map(|range| scope.spawn(move || one(range))).collect();
                running.into_iter().map(thread::ScopedJoinHandle::join).collect()
            });
            let mut things = Vec::with_capacity(done.len());
            let mut all = Scanned::default();
            for part in done {
                let (thing, scanned) = part.unwrap_or_else(|panic| resume_unwind(panic))?;
                things.push(thing);
                all.interviews += scanned.interviews;
                all.damaged += scanned.damaged;
            }
            Ok((things, all))
        };
        of_all().map_err(|fault| fault.outside(&self.path, None))
    }
}

/// The numbers of all finished interviews in so many parts.
fn ranges(connection: &Connection, parts: usize) -> Result<Vec<RangeInclusive<i64>>, Fault> {
    let end = |order| -> Result<i64, Fault> {
        let sql = format!("SELECT interview FROM packed ORDER BY interview {order} LIMIT 1");
        Ok(connection.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
    };
    let (first, last) = (i128::from(end("ASC")?), i128::from(end("DESC")?));
    let parts = i128::try_from(parts.max(1)).unwrap_or(1);
    let even = |part: i128| i64::try_from(first + (last - first + 1) * part / parts).unwrap_or(i64::MAX);
    // A block is read by one thread.
    let bounds = (0..=parts).map(|part| block::after_block_at(connection, even(part)));
    let bounds: Vec<i64> = bounds.collect::<Result<_, _>>()?;
    Ok(bounds.windows(2).map(|bounds| bounds[0]..=bounds[1].saturating_sub(1)).collect())
}

/// Hands out the rows of a selection with these numbers.
pub(super) fn through(
    connection: &Access<'_>,
    selection: &Selection,
    numbers: RangeInclusive<i64>,
    each: impl FnMut(&PackedRow<'_>) -> ControlFlow<()>,
) -> Result<Scanned, Fault> {
    let names = Names::of(connection)?;
    let Some(wanted) = names.numbers(selection) else { return Ok(Scanned::default()) };
    let mut walk = Walk { connection, selection, names, wanted, each, scanned: Scanned::default() };
    let walked = if selection.by_id && !stored_by_id(connection)? {
        walk.rows(BY_ID, *numbers.start(), *numbers.end())
    } else {
        walk.in_blocks(*numbers.start(), *numbers.end())
    };
    walked.map(|_| walk.scanned)
}

/// A block's first and last number, its bytes and its hash.
fn block_cells<'a>(row: &'a Row<'_>) -> Result<(i64, i64, &'a [u8], Seal), Fault> {
    Ok((row.get(0)?, row.get(1)?, rows::blob(row, 2)?, row.get(3)?))
}

/// A way through the rows.
struct Walk<'w, F> {
    connection: &'w Access<'w>,
    selection: &'w Selection,
    names: Names,
    /// What the selection is called in the rows.
    wanted: (Option<i64>, Option<i64>),
    each: F,
    scanned: Scanned,
}

/// Whether it goes on.
type Walked = Result<ControlFlow<()>, Fault>;

impl<F: FnMut(&PackedRow<'_>) -> ControlFlow<()>> Walk<'_, F> {
    /// Blocks where there are some that are sound, and rows for all the others.
    fn in_blocks(&mut self, mut from: i64, to: i64) -> Walked {
        let sql = "SELECT first, last, body, hash FROM block WHERE first BETWEEN ?1 AND ?2 ORDER BY first";
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut blocks = statement.query([from, to])?;
        loop {
            let block = blocks.next().map_err(Fault::from).and_then(|block| block.map(block_cells).transpose());
            let (first, last, body, hash) = match block {
                Ok(Some(block)) => block,
                Ok(None) => break,
                // The rows are what counts.
                Err(fault) if fault.is_unreadable() => break,
                Err(fault) => return Err(fault),
            };
            // One that reaches further was made after the threads had their shares.
            let is_within = from <= first && last <= to;
            let rows = block::Rows::of(body).filter(|_| is_within && block::seal(first, last, body) == hash);
            let Some(rows) = rows else { continue };
            if from < first && self.rows(AS_STORED, from, first - 1)?.is_break() || self.block(rows)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let Some(next) = last.checked_add(1) else { return Ok(ControlFlow::Continue(())) };
            from = next;
        }
        self.rows(AS_STORED, from, to)
    }

    fn block(&mut self, mut rows: block::Rows<'_>) -> Walked {
        let Selection { questionnaire, workshop, since, .. } = *self.selection;
        while let Some(row) = rows.next() {
            let is_wanted = questionnaire.is_none_or(|of| row.questionnaire == of)
                && (workshop.is_none() || row.cells.workshop == workshop)
                && since.is_none_or(|since| row.cells.started >= since);
            if is_wanted && self.hand_out(&row)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn rows(&mut self, sql: &str, from: i64, to: i64) -> Walked {
        let mut statement = self.connection.prepare_cached(sql)?;
        let (questionnaire, workshop) = self.wanted;
        let mut cursor = statement.query(params![questionnaire, workshop, self.selection.since, from, to])?;
        while let Some(row) = cursor.next()? {
            match self.names.checked(row) {
                Ok(row) => {
                    if self.hand_out(&row)?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Err(fault) if fault.is_damage() => self.scanned.damaged += 1,
                Err(fault) => return Err(fault),
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    #[inline]
    fn hand_out(&mut self, row: &Checked<'_>) -> Walked {
        if is_enciphered(row.cells.beside) { self.hand_out_enciphered(row) } else { Ok(self.tell(row)) }
    }

    fn hand_out_enciphered(&mut self, row: &Checked<'_>) -> Walked {
        let origin = codec::origin(row.id, row.questionnaire);
        let place = Place { origin: &origin, table: "packed", seq: 0 };
        let mut scratch = Vec::new();
        match self.connection.open_packed(&place, (row.cells.codes, row.cells.beside), &mut scratch) {
            Ok((codes, beside)) => {
                let cells = PackedCells { codes, beside, ..row.cells };
                Ok(self.tell(&Checked { cells, id: row.id, questionnaire: row.questionnaire }))
            }
            Err(fault) if fault.is_damage() => {
                self.scanned.damaged += 1;
                Ok(ControlFlow::Continue(()))
            }
            Err(fault) => Err(fault),
        }
    }

    #[inline]
    fn tell(&mut self, row: &Checked<'_>) -> ControlFlow<()> {
        let Some(row) = row.row() else {
            self.scanned.damaged += 1;
            return ControlFlow::Continue(());
        };
        self.scanned.interviews += 1;
        (self.each)(&row)
    }
}

/// The cells of a row that agree with its hash.
pub(super) struct Checked<'a> {
    pub(super) id: InterviewId,
    pub(super) questionnaire: Hash,
    pub(super) cells: PackedCells<'a>,
}

impl<'a> Checked<'a> {
    #[inline]
    fn row(&self) -> Option<PackedRow<'a>> {
        let PackedCells { language, workshop, codes, beside, .. } = self.cells;
        let (started, last) = self.cells.times();
        let mode = rows::mode_of(self.cells.mode)?;
        let shown_ms = u64::try_from(self.cells.shown).ok()?;
        let (id, questionnaire) = (self.id, self.questionnaire);
        Some(PackedRow { id, questionnaire, workshop, started, last, mode, language, shown_ms, codes, beside })
    }
}

/// Whether interviews were stored in the order of their ids, as those of one laptop are.
fn stored_by_id(connection: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT number FROM interview INDEXED BY sqlite_autoindex_interview_1 ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut cursor = statement.query([])?;
    let mut before = i64::MIN;
    while let Some(row) = cursor.next()? {
        let number: i64 = row.get(0)?;
        if number < before {
            return Ok(false);
        }
        before = number;
    }
    Ok(true)
}

/// Names that rows give by number. The same is mostly asked for again.
struct Numbered<T> {
    all: HashMap<i64, T>,
    last: Option<(i64, T)>,
}

impl<T: Copy + PartialEq> Numbered<T> {
    fn of(all: HashMap<i64, T>) -> Self {
        Self { all, last: None }
    }

    fn get(&mut self, number: i64) -> Result<T, Fault> {
        match self.last {
            Some((last, name)) if last == number => Ok(name),
            _ => {
                let name = *self.all.get(&number).ok_or(Fault::Damaged("packed"))?;
                self.last = Some((number, name));
                Ok(name)
            }
        }
    }

    fn number(&self, name: T) -> Option<i64> {
        self.all.iter().find(|(_, known)| **known == name).map(|(number, _)| *number)
    }
}

/// The questionnaires and workshops that rows name by number.
pub(super) struct Names {
    questionnaires: Numbered<Hash>,
    workshops: Numbered<WorkshopId>,
}

impl Names {
    pub(super) fn of(connection: &Connection) -> Result<Self, Fault> {
        let mut statement = connection.prepare_cached("SELECT number, hash FROM questionnaire")?;
        let questionnaires = statement.query_map([], |row| Ok((row.get(0)?, Hash(row.get(1)?))))?;
        let questionnaires = Numbered::of(questionnaires.collect::<Result<_, _>>()?);
        let mut statement = connection.prepare_cached("SELECT number, id FROM workshop")?;
        let workshops = statement.query_map([], |row| Ok((row.get(0)?, WorkshopId(row.get(1)?))))?;
        Ok(Self { questionnaires, workshops: Numbered::of(workshops.collect::<Result<_, _>>()?) })
    }

    /// What a selection is called in the rows; nothing where no row can be of it.
    fn numbers(&self, selection: &Selection) -> Option<(Option<i64>, Option<i64>)> {
        let questionnaire = selection.questionnaire.map(|hash| self.questionnaires.number(hash));
        let workshop = selection.workshop.map(|id| self.workshops.number(id));
        match (questionnaire, workshop) {
            (Some(None), _) | (_, Some(None)) => None,
            (questionnaire, workshop) => Some((questionnaire.flatten(), workshop.flatten())),
        }
    }

    /// A row of [`AS_STORED`] or [`BY_ID`].
    pub(super) fn checked<'a>(&mut self, row: &'a Row<'_>) -> Result<Checked<'a>, Fault> {
        let id = InterviewId(row.get(0)?);
        let questionnaire = self.questionnaires.get(row.get(1)?)?;
        let workshop = row.get::<_, Option<i64>>(2)?.map(|number| self.workshops.get(number)).transpose()?;
        let (cells, hash) = rows::packed_cells(row, 3, workshop)?;
        let sound = cells.hash(id, questionnaire) == hash;
        if sound { Ok(Checked { id, questionnaire, cells }) } else { Err(Fault::Damaged("packed")) }
    }
}
