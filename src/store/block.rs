//! Packed answers of many finished interviews, one behind the other under one hash: a scan of a million reads a thousand
//! blocks instead of a million rows, and hashes them as fast as memory is read.
//!
//! The rows of `packed` stay the truth. A block has what they have, cell for cell, and the database itself drops it when
//! one of its interviews is changed or erased or comes between ([`schema`](super::schema) has the triggers), so that it
//! is never out of date. A store has none below [`ROWS`] finished interviews.

use rusqlite::{Connection, OptionalExtension, params};

use super::codec::{self, Seal};
use super::database::Store;
use super::fault::Fault;
use super::rows::PackedCells;
use super::scan::{AS_STORED, Checked, Names};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::Hash;

/// Interviews of a block.
pub(super) const ROWS: usize = 1_024;
/// Bytes at which one is closed earlier.
const BYTES: usize = 1 << 20;
/// Blocks that are made in one transaction.
const AT_ONCE: usize = 64;

/// The only format so far.
const FORMAT: u8 = 1;

impl Store {
    /// Makes blocks of the finished interviews that are in none, as many as one transaction should have. Gives whether
    /// there may be more. Nothing needs them: what could not be made is made another time.
    pub(super) fn bind(&mut self) -> bool {
        let due = self.reading().is_ok_and(|connection| is_due(connection).unwrap_or(false));
        due && self.write(None, |access| bind(access)).is_ok_and(|made| made == AT_ONCE)
    }
}

/// Hash of a block with these first and last numbers.
pub(super) fn seal(first: i64, last: i64, body: &[u8]) -> Seal {
    codec::row(&[0; 16], "block", &[&first.to_le_bytes(), &last.to_le_bytes(), body])
}

/// The number after the last of the block that these numbers begin within; their own first where they do not.
pub(super) fn after_block_at(connection: &Connection, number: i64) -> Result<i64, Fault> {
    let sql = "SELECT last FROM block WHERE first < ?1 ORDER BY first DESC LIMIT 1";
    let last: Option<i64> = connection.prepare_cached(sql)?.query_row([number], |row| row.get(0)).optional()?;
    Ok(last.filter(|last| *last >= number).map_or(number, |last| last.saturating_add(1)))
}

/// Numbers that no block has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    first: i64,
    last: i64,
    /// Whether it is the one behind all blocks, where interviews are still being added.
    open: bool,
}

impl Gap {
    /// Fewest and most interviews of a block that is made in it. What lies between two blocks makes one, however little.
    fn bounds(self) -> (usize, usize) {
        if self.open { (ROWS, ROWS) } else { (1, 2 * ROWS) }
    }
}

fn gaps(connection: &Connection) -> Result<Vec<Gap>, Fault> {
    let mut statement = connection.prepare_cached("SELECT first, last FROM block ORDER BY first")?;
    let mut blocks = statement.query([])?;
    let (mut gaps, mut from) = (Vec::new(), i64::MIN);
    while let Some(block) = blocks.next()? {
        let (first, last): (i64, i64) = (block.get(0)?, block.get(1)?);
        if from < first {
            gaps.push(Gap { first: from, last: first - 1, open: false });
        }
        from = last.saturating_add(1);
    }
    gaps.push(Gap { first: from, last: i64::MAX, open: true });
    Ok(gaps)
}

fn is_due(connection: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM packed WHERE interview BETWEEN ?1 AND ?2 LIMIT ?3)";
    for gap in gaps(connection)? {
        let fewest = i64::try_from(gap.bounds().0).unwrap_or(i64::MAX);
        let found: i64 =
            connection.prepare_cached(sql)?.query_row(params![gap.first, gap.last, fewest], |row| row.get(0))?;
        if found == fewest {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes blocks, and gives how many.
fn bind(transaction: &Connection) -> Result<usize, Fault> {
    let mut names = Names::of(transaction)?;
    let mut made = 0;
    for mut gap in gaps(transaction)? {
        while made < AT_ONCE
            && let Some(run) = Run::read(transaction, &mut names, gap)?
        {
            made += usize::from(run.keep(transaction, gap)?);
            if run.next > gap.last {
                break;
            }
            gap.first = run.next;
        }
    }
    Ok(made)
}

/// Interviews that follow each other, all of them sound.
struct Run {
    first: i64,
    last: i64,
    rows: Builder,
    /// Where to go on.
    next: i64,
    /// Whether nothing is left of the gap.
    ended: bool,
}

impl Run {
    /// The next run of a gap, which is empty where it begins with an interview that is not sound.
    fn read(connection: &Connection, names: &mut Names, gap: Gap) -> Result<Option<Self>, Fault> {
        let (fewest, most) = gap.bounds();
        let mut statement = connection.prepare_cached(AS_STORED)?;
        let nothing: Option<i64> = None;
        let mut cursor = statement.query(params![nothing, nothing, nothing, gap.first, gap.last])?;
        let mut run: Option<Self> = None;
        while let Some(row) = cursor.next()? {
            let number: i64 = row.get(12)?;
            let begun = Self { first: number, last: number, rows: Builder::default(), next: number, ended: false };
            let run = run.get_or_insert(begun);
            let added = match names.checked(row) {
                Ok(checked) => run.rows.push(&checked),
                Err(fault) if fault.is_damage() => false,
                Err(fault) => return Err(fault),
            };
            if added {
                (run.last, run.next) = (number, number.saturating_add(1));
            } else if run.rows.count == 0 {
                run.next = number.saturating_add(1);
            }
            if !added || run.rows.count == most || run.rows.bytes.len() >= BYTES {
                return Ok(Some(run.take()));
            }
        }
        Ok(run.map(|run| Self { ended: true, ..run }).filter(|run| run.rows.count >= fewest))
    }

    fn take(&mut self) -> Self {
        Self { rows: std::mem::take(&mut self.rows), ..*self }
    }

    /// Stores it as a block; false where there is nothing to store. What is left of a gap without an interview belongs
    /// to it, so that nobody looks there again.
    fn keep(&self, transaction: &Connection, gap: Gap) -> Result<bool, Fault> {
        if self.rows.count == 0 {
            return Ok(false);
        }
        let first = if gap.first == i64::MIN { self.first } else { gap.first };
        let last = if self.ended && !gap.open { gap.last } else { self.last };
        let body = self.rows.body();
        let sql = "INSERT INTO block(first, last, body, hash) VALUES (?1, ?2, ?3, ?4)";
        transaction.prepare_cached(sql)?.execute(params![first, last, body, seal(first, last, &body)])?;
        Ok(true)
    }
}

/// Rows on their way into a block.
#[derive(Default)]
struct Builder {
    questionnaires: Vec<Hash>,
    bytes: Vec<u8>,
    count: usize,
}

impl Builder {
    /// Adds a row; false where there is no room for it.
    fn push(&mut self, row: &Checked<'_>) -> bool {
        let Checked { id, questionnaire, cells } = row;
        let known = self.questionnaires.iter().position(|known| known == questionnaire);
        let place = known.unwrap_or(self.questionnaires.len());
        let sizes = (u8::try_from(place), u16::try_from(cells.language.len()), u16::try_from(cells.codes.len()));
        let numbers = (u8::try_from(cells.doubtful), u8::try_from(cells.mode), u32::try_from(cells.beside.len()));
        let ((Ok(place), Ok(language), Ok(codes)), (Ok(doubtful), Ok(mode), Ok(beside))) = (sizes, numbers) else {
            return false;
        };
        if place == u8::MAX {
            return false;
        }
        if known.is_none() {
            self.questionnaires.push(*questionnaire);
        }
        self.bytes.extend(id.0);
        self.bytes.extend(cells.workshop.map_or([0; 16], |workshop| workshop.0));
        for number in [cells.started, cells.last, cells.shown] {
            self.bytes.extend(number.to_le_bytes());
        }
        self.bytes.extend([doubtful, mode, cells.workshop.is_some().into(), place]);
        self.bytes.extend(language.to_le_bytes());
        self.bytes.extend(codes.to_le_bytes());
        self.bytes.extend(beside.to_le_bytes());
        for part in [cells.language.as_bytes(), cells.codes, cells.beside] {
            self.bytes.extend_from_slice(part);
        }
        self.count += 1;
        true
    }

    /// The bytes of a block: its format, the questionnaires, the rows.
    fn body(&self) -> Vec<u8> {
        let mut body = vec![FORMAT, u8::try_from(self.questionnaires.len()).unwrap_or(u8::MAX)];
        body.extend(self.questionnaires.iter().flat_map(|hash| hash.0));
        body.extend_from_slice(&self.bytes);
        body
    }
}

/// The rows of a block.
pub(super) struct Rows<'a> {
    questionnaires: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Rows<'a> {
    /// Those in a block's bytes; nothing where they are of another format.
    pub(super) fn of(body: &'a [u8]) -> Option<Self> {
        let (head, rest) = body.split_first_chunk::<2>()?;
        let [FORMAT, questionnaires] = *head else { return None };
        let (questionnaires, rest) = rest.split_at_checked(usize::from(questionnaires) * 32)?;
        Some(Self { questionnaires, rest })
    }

    /// The next one; nothing at the end, and where the bytes are none that [`Builder`] made.
    #[inline]
    pub(super) fn next(&mut self) -> Option<Checked<'a>> {
        let mut rest = self.rest;
        let id = InterviewId(part(&mut rest)?);
        let workshop = WorkshopId(part(&mut rest)?);
        let [started, last, shown] = [part(&mut rest)?, part(&mut rest)?, part(&mut rest)?].map(i64::from_le_bytes);
        let [doubtful, mode, has_workshop, place] = part(&mut rest)?;
        let questionnaire = self.questionnaires.get(usize::from(place) * 32..)?;
        let questionnaire = Hash(*questionnaire.first_chunk()?);
        let language = usize::from(u16::from_le_bytes(part(&mut rest)?));
        let codes = usize::from(u16::from_le_bytes(part(&mut rest)?));
        let beside = usize::try_from(u32::from_le_bytes(part(&mut rest)?)).ok()?;
        let (language, rest) = rest.split_at_checked(language)?;
        let (codes, rest) = rest.split_at_checked(codes)?;
        let (beside, rest) = rest.split_at_checked(beside)?;
        let language = std::str::from_utf8(language).ok()?;
        self.rest = rest;
        let workshop = (has_workshop == 1).then_some(workshop);
        let (doubtful, mode) = (doubtful.into(), mode.into());
        let cells = PackedCells { started, last, doubtful, mode, language, shown, workshop, codes, beside };
        Some(Checked { id, questionnaire, cells })
    }
}

/// The next bytes.
#[inline]
fn part<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (part, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*part)
}
