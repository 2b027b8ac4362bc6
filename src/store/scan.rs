use std::collections::HashMap;
use std::ops::ControlFlow;

use rusqlite::{Connection, Row, params};

use super::codec;
use super::database::Store;
use super::fault::Fault;
use super::{StoreError, rows};
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
const AS_STORED: &str = "SELECT id, questionnaire, workshop, started, last, doubtful, mode, language, shown, NULL, \
                         codes, beside, hash FROM packed WHERE (?1 IS NULL OR questionnaire = ?1) \
                         AND (?2 IS NULL OR workshop = ?2) AND (?3 IS NULL OR started >= ?3) ORDER BY interview";

/// The same in the order of their ids.
const BY_ID: &str = "SELECT packed.id, packed.questionnaire, workshop, started, last, doubtful, mode, language, shown, \
                     NULL, codes, beside, hash FROM interview INDEXED BY sqlite_autoindex_interview_1 \
                     CROSS JOIN packed ON packed.interview = interview.number \
                     WHERE (?1 IS NULL OR packed.questionnaire = ?1) AND (?2 IS NULL OR workshop = ?2) \
                     AND (?3 IS NULL OR started >= ?3) ORDER BY interview.id";

impl Store {
    /// Hands out the packed answers of every finished interview of a selection, one after the other, until `each`
    /// breaks off. What is handed out is of one moment, whoever writes beside.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the table cannot be read to its end, or what the disk says.
    pub fn scan(
        &self,
        selection: &Selection,
        mut each: impl FnMut(&PackedRow<'_>) -> ControlFlow<()>,
    ) -> Result<Scanned, StoreError> {
        let scanned = self.snapshot(|connection| {
            let names = Names::of(connection)?;
            let Some((questionnaire, workshop)) = names.numbers(selection) else { return Ok(Scanned::default()) };
            let sql = if selection.by_id && !stored_by_id(connection)? { BY_ID } else { AS_STORED };
            let mut statement = connection.prepare_cached(sql)?;
            let mut cursor = statement.query(params![questionnaire, workshop, selection.since])?;
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
        });
        scanned.map_err(|fault| fault.outside(&self.path, None))
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

/// The questionnaires and workshops that rows name by number.
struct Names {
    questionnaires: HashMap<i64, Hash>,
    workshops: HashMap<i64, WorkshopId>,
}

impl Names {
    fn of(connection: &Connection) -> Result<Self, Fault> {
        let mut statement = connection.prepare_cached("SELECT number, hash FROM questionnaire")?;
        let questionnaires = statement.query_map([], |row| Ok((row.get(0)?, Hash(row.get(1)?))))?;
        let questionnaires = questionnaires.collect::<Result<_, _>>()?;
        let mut statement = connection.prepare_cached("SELECT number, id FROM workshop")?;
        let workshops = statement.query_map([], |row| Ok((row.get(0)?, WorkshopId(row.get(1)?))))?;
        Ok(Self { questionnaires, workshops: workshops.collect::<Result<_, _>>()? })
    }

    /// What a selection is called in the rows; nothing where no row can be of it.
    fn numbers(&self, selection: &Selection) -> Option<(Option<i64>, Option<i64>)> {
        let questionnaire = selection.questionnaire.map(|hash| key_of(&self.questionnaires, &hash));
        let workshop = selection.workshop.map(|id| key_of(&self.workshops, &id));
        match (questionnaire, workshop) {
            (Some(None), _) | (_, Some(None)) => None,
            (questionnaire, workshop) => Some((questionnaire.flatten(), workshop.flatten())),
        }
    }

    fn row<'a>(&self, row: &'a Row<'_>) -> Result<PackedRow<'a>, Fault> {
        let damaged = || Fault::Damaged("packed");
        let id = InterviewId(row.get(0)?);
        let questionnaire = *self.questionnaires.get(&row.get(1)?).ok_or_else(damaged)?;
        let workshop: Option<i64> = row.get(2)?;
        let workshop = workshop.map(|number| self.workshops.get(&number).copied().ok_or_else(damaged)).transpose()?;
        let (mut cells, hash) = rows::packed_cells(row, 3)?;
        cells.workshop = workshop;
        if cells.hash(&codec::origin(id, questionnaire)) != hash {
            return Err(damaged());
        }
        let (started, last) = cells.times();
        let mode = rows::mode_of(cells.mode).ok_or_else(damaged)?;
        let shown_ms = u64::try_from(cells.shown).map_err(|_| damaged())?;
        let (language, codes, beside) = (cells.language, cells.codes, cells.beside);
        Ok(PackedRow { id, questionnaire, workshop, started, last, mode, language, shown_ms, codes, beside })
    }
}

fn key_of<T: PartialEq>(names: &HashMap<i64, T>, name: &T) -> Option<i64> {
    names.iter().find(|(_, known)| *known == name).map(|(number, _)| *number)
}
