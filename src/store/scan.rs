use std::collections::HashMap;
use std::ops::{ControlFlow, RangeInclusive};
use std::panic::resume_unwind;
use std::thread;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::database::Store;
use super::fault::Fault;
use super::{StoreError, codec, open, rows};
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

/// The rows of a selection, as they were stored.
const AS_STORED: &str = "SELECT id, questionnaire, workshop, started, last, doubtful, mode, language, shown, codes, \
                         beside, hash FROM packed WHERE (?1 IS NULL OR questionnaire = ?1) \
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
        let path = &self.path;
        let one = |range: RangeInclusive<i64>| -> Result<(T, Scanned), Fault> {
            let (connection, _) = open::read_file(path)?.ok_or(Fault::Damaged("file"))?;
            let transaction = connection.unchecked_transaction()?;
            let mut thing = begin();
            let scanned = through(&transaction, selection, range, |row| each(&mut thing, row))?;
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
    let bound = |part: i128| i64::try_from(first + (last - first + 1) * part / parts).unwrap_or(i64::MAX);
    Ok((0..parts).map(|part| bound(part)..=bound(part + 1).saturating_sub(1)).collect())
}

/// Hands out the rows of a selection with these numbers.
fn through(
    connection: &Connection,
    selection: &Selection,
    numbers: RangeInclusive<i64>,
    mut each: impl FnMut(&PackedRow<'_>) -> ControlFlow<()>,
) -> Result<Scanned, Fault> {
    let mut names = Names::of(connection)?;
    let Some((questionnaire, workshop)) = names.numbers(selection) else { return Ok(Scanned::default()) };
    let sql = if selection.by_id && !stored_by_id(connection)? { BY_ID } else { AS_STORED };
    let mut statement = connection.prepare_cached(sql)?;
    let mut cursor =
        statement.query(params![questionnaire, workshop, selection.since, numbers.start(), numbers.end()])?;
    let mut scanned = Scanned::default();
    while let Some(row) = cursor.next()? {
        match names.row(row) {
            Ok(row) => {
                scanned.interviews += 1;
                if each(&row).is_break() {
                    break;
                }
            }
            Err(fault) if fault.is_damage() => scanned.damaged += 1,
            Err(fault) => return Err(fault),
        }
    }
    Ok(scanned)
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
struct Names {
    questionnaires: Numbered<Hash>,
    workshops: Numbered<WorkshopId>,
}

impl Names {
    fn of(connection: &Connection) -> Result<Self, Fault> {
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

    fn row<'a>(&mut self, row: &'a Row<'_>) -> Result<PackedRow<'a>, Fault> {
        let damaged = || Fault::Damaged("packed");
        let id = InterviewId(row.get(0)?);
        let questionnaire = self.questionnaires.get(row.get(1)?)?;
        let workshop = row.get::<_, Option<i64>>(2)?.map(|number| self.workshops.get(number)).transpose()?;
        let (cells, hash) = rows::packed_cells(row, 3, workshop)?;
        if cells.hash(id, questionnaire) != hash {
            return Err(damaged());
        }
        let (started, last) = cells.times();
        let mode = rows::mode_of(cells.mode).ok_or_else(damaged)?;
        let shown_ms = u64::try_from(cells.shown).map_err(|_| damaged())?;
        let (language, codes, beside) = (cells.language, cells.codes, cells.beside);
        Ok(PackedRow { id, questionnaire, workshop, started, last, mode, language, shown_ms, codes, beside })
    }
}
