//! The rows of an interview, each checked against its hash when it is read.

use std::collections::BTreeSet;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::cipher::Place;
use super::codec::{self, Seal};
use super::fault::Fault;
use super::vault::Access;
use crate::interview::{At, Circumstances, Draft, Event, InterviewId, Mode, Packed, WorkshopId};
use crate::questionnaire::Hash;
use crate::text::Tag;

/// Where an interview is kept, and what its hashes begin with.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) id: InterviewId,
    pub(super) number: i64,
    pub(super) questionnaire: i64,
    pub(super) of: Hash,
    pub(super) origin: Seal,
}

impl Held {
    pub(super) fn new(id: InterviewId, number: i64, questionnaire: i64, of: Hash) -> Self {
        Self { id, number, questionnaire, of, origin: codec::origin(id, of) }
    }

    /// Where enciphered bytes of it belong.
    pub(super) fn place(&self, table: &'static str, seq: u32) -> Place<'_> {
        Place { origin: &self.origin, table, seq }
    }
}

/// Where the interview is kept, by the index of ids.
pub(super) fn held(connection: &Connection, id: InterviewId) -> Result<Option<Held>, Fault> {
    let row: Option<(i64, i64)> = connection
        .prepare_cached("SELECT number, questionnaire FROM interview WHERE id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(number, questionnaire)| held_as(connection, id, number, questionnaire)).transpose()
}

/// As [`held`], and where the index of ids or the id itself is damaged by looking at every interview.
pub(super) fn held_anywhere(connection: &Connection, id: InterviewId) -> Result<Option<Held>, Fault> {
    match held(connection, id) {
        Ok(None) => {}
        Err(fault) if fault.is_damage() => {}
        found => return found,
    }
    let Some(listed) = listed(connection, id) else { return Ok(None) };
    let questionnaire = listed.questionnaire.ok_or(Fault::Damaged("interview"))?;
    held_as(connection, id, listed.number, questionnaire).map(Some)
}

pub(super) fn held_as(
    connection: &Connection,
    id: InterviewId,
    number: i64,
    questionnaire: i64,
) -> Result<Held, Fault> {
    let hash: Option<[u8; 32]> = connection
        .prepare_cached("SELECT hash FROM questionnaire WHERE number = ?1")?
        .query_row([questionnaire], |row| row.get(0))
        .optional()?;
    Ok(Held::new(id, number, questionnaire, Hash(hash.ok_or(Fault::Damaged("questionnaire"))?)))
}

/// The interview as the list has it.
pub(super) fn listed(connection: &Connection, id: InterviewId) -> Option<Listed> {
    walk(connection).0.into_iter().find(|row| row.id == id)
}

/// A line of the list of interviews as it is on the disk, damaged or not.
pub(super) struct Listed {
    pub(super) number: i64,
    pub(super) id: InterviewId,
    pub(super) questionnaire: Option<i64>,
}

/// Every interview in the table; where that cannot be read to its end, those in the index of ids as well.
pub(super) fn walk(connection: &Connection) -> (Vec<Listed>, Option<Fault>) {
    let mut rows = Vec::new();
    let table = "SELECT number, id, questionnaire FROM interview NOT INDEXED ORDER BY number DESC";
    let Err(fault) = walk_with(connection, table, &mut rows) else { return (rows, None) };
    let index = "SELECT number, id, NULL FROM interview INDEXED BY sqlite_autoindex_interview_1";
    let mut indexed = Vec::new();
    // What the index cannot give is not to be had.
    let _ = walk_with(connection, index, &mut indexed);
    let known: BTreeSet<i64> = rows.iter().map(|row| row.number).collect();
    rows.extend(indexed.into_iter().filter(|row| !known.contains(&row.number)));
    (rows, Some(fault))
}

fn walk_with(connection: &Connection, sql: &str, rows: &mut Vec<Listed>) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut cursor = statement.query([])?;
    while let Some(row) = cursor.next()? {
        rows.push(Listed { number: row.get(0)?, id: any_id(row.get_ref(1)?), questionnaire: row.get(2).ok() });
    }
    Ok(())
}

/// An id, whatever damage made of it.
fn any_id(value: ValueRef<'_>) -> InterviewId {
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(value.as_bytes().unwrap_or_default()) {
        *to = *from;
    }
    InterviewId(id)
}

pub(super) fn has_open_rows(connection: &Connection, held: &Held) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM event WHERE interview = ?1 UNION ALL SELECT 1 FROM draft WHERE interview = ?1";
    Ok(connection.prepare_cached(sql)?.exists([held.number])?)
}

/// Events of an open interview, and the last one's hash.
pub(super) fn open_events(access: &Access<'_>, held: &Held) -> Result<(Vec<Event>, Seal), Fault> {
    let mut statement = access.prepare_cached("SELECT seq, body, hash FROM event WHERE interview = ?1 ORDER BY seq")?;
    let mut rows = statement.query([held.number])?;
    let (mut events, mut link) = (Vec::new(), held.origin);
    while let Some(row) = rows.next()? {
        let (seq, body, hash): (u32, &[u8], Seal) = (row.get(0)?, blob(row, 1)?, row.get(2)?);
        link = codec::link(&link, body);
        if link != hash {
            return Err(Fault::Damaged("event"));
        }
        let event = codec::event(&access.open(&held.place("event", seq), body)?);
        let event = event.filter(|event| event.seq == seq && seq as usize == events.len());
        events.push(event.ok_or(Fault::Damaged("event"))?);
    }
    Ok((events, link))
}

/// Whether an open interview's rows agree with their hashes, as far as that can be told without the key.
pub(super) fn check_open(connection: &Connection, held: &Held) -> Result<(), Fault> {
    let mut statement =
        connection.prepare_cached("SELECT seq, body, hash FROM event WHERE interview = ?1 ORDER BY seq")?;
    let mut rows = statement.query([held.number])?;
    let (mut count, mut link) = (0usize, held.origin);
    while let Some(row) = rows.next()? {
        link = codec::link(&link, blob(row, 1)?);
        if link != row.get::<_, Seal>(2)? || row.get::<_, u32>(0)? as usize != count {
            return Err(Fault::Damaged("event"));
        }
        count += 1;
    }
    draft_row(connection, held, count, &link).map(|_| ())
}

pub(super) fn blob<'a>(row: &'a Row<'_>, column: usize) -> Result<&'a [u8], Fault> {
    row.get_ref(column)?.as_blob().map_err(|_| Fault::Damaged("interview"))
}

/// Hash of an open interview's draft, which also speaks for the number of its events and the last one's hash.
pub(super) fn draft_hash(held: &Held, count: i64, link: &Seal, body: &[u8]) -> Seal {
    codec::row(&held.origin, "draft", &[&count.to_le_bytes(), link, body])
}

/// What was on an open interview's screen, after so many events, of which `link` is the last one's hash.
pub(super) fn draft(access: &Access<'_>, held: &Held, events: usize, link: &Seal) -> Result<Draft, Fault> {
    let body = draft_row(access, held, events, link)?;
    codec::draft(&access.open(&held.place("draft", 0), &body)?).ok_or(Fault::Damaged("draft"))
}

/// Its bytes as they are stored, their hash checked.
pub(super) fn draft_row(connection: &Connection, held: &Held, events: usize, link: &Seal) -> Result<Vec<u8>, Fault> {
    let row: Option<(i64, Vec<u8>, Seal)> = connection
        .prepare_cached("SELECT events, body, hash FROM draft WHERE interview = ?1")?
        .query_row([held.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (count, body, hash) = row.ok_or(Fault::Damaged("draft"))?;
    if usize::try_from(count) != Ok(events) {
        return Err(Fault::Damaged("event"));
    }
    if hash == draft_hash(held, count, link, &body) { Ok(body) } else { Err(Fault::Damaged("draft")) }
}

/// A finished interview's history as its row has it.
pub(super) struct HistoryRow {
    pub(super) count: i64,
    pub(super) body: Vec<u8>,
    pub(super) head: Seal,
}

impl HistoryRow {
    pub(super) fn hash(&self, held: &Held) -> Seal {
        codec::row(&held.origin, "history", &[&self.count.to_le_bytes(), &self.body, &self.head])
    }

    /// Stores the row.
    pub(super) fn keep(&self, connection: &Connection, held: &Held) -> Result<(), Fault> {
        connection
            .prepare_cached("INSERT INTO history(interview, events, body, head, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![held.number, self.count, self.body, self.head, self.hash(held)])?;
        Ok(())
    }

    /// The row of these events, all of them.
    pub(super) fn new(access: &Access<'_>, held: &Held, events: &[Event]) -> Result<Self, Fault> {
        let body = access.seal(&held.place("history", 0), codec::history_bytes(events)?)?;
        let last = access.seal_head(codec::chain(held.origin, events)?)?;
        Ok(Self { count: i64::try_from(events.len()).unwrap_or(i64::MAX), body, head: last })
    }

    /// The events, their links checked up to the head.
    pub(super) fn events(&self, access: &Access<'_>, held: &Held) -> Result<Vec<Event>, Fault> {
        let body = access.open(&held.place("history", 0), &self.body)?;
        let events = codec::history(&body).ok_or(Fault::Damaged("history"))?;
        let last = access.head_of(&self.body, codec::chain(held.origin, &events)?)?;
        let sound = last == self.head && usize::try_from(self.count) == Ok(events.len());
        if sound { Ok(events) } else { Err(Fault::Damaged("history")) }
    }
}

/// A finished interview's history, its row's hash checked.
pub(super) fn history(connection: &Connection, held: &Held) -> Result<Option<HistoryRow>, Fault> {
    let row: Option<(HistoryRow, Seal)> = connection
        .prepare_cached("SELECT events, body, head, hash FROM history WHERE interview = ?1")?
        .query_row([held.number], |row| {
            Ok((HistoryRow { count: row.get(0)?, body: row.get(1)?, head: row.get(2)? }, row.get(3)?))
        })
        .optional()?;
    match row {
        Some((row, hash)) if hash != row.hash(held) => Err(Fault::Damaged("history")),
        row => Ok(row.map(|(row, _)| row)),
    }
}

/// A finished interview's answers as their row has them.
pub(super) struct PackedRow {
    pub(super) started: At,
    pub(super) last: At,
    pub(super) packed: Packed,
}

impl PackedRow {
    /// Which of the two times are doubtful: 1 for the start, 2 for the last event.
    pub(super) fn doubtful(&self) -> i64 {
        i64::from(self.started.doubtful) | i64::from(self.last.doubtful) << 1
    }

    /// Stores the row; `workshop` is the number of the workshop's row.
    pub(super) fn keep(&self, access: &Access<'_>, held: &Held, workshop: Option<i64>) -> Result<(), Fault> {
        let Circumstances { mode, language, shown_ms, workshop: of } = &self.packed.circumstances;
        let beside = codec::beside_bytes(&self.packed.beside)?;
        let (codes, beside) = access.seal_packed(&held.place("packed", 0), &self.packed.codes, beside)?;
        let shown = i64::try_from(*shown_ms).unwrap_or(i64::MAX);
        let cells = PackedCells {
            started: self.started.unix_ms,
            last: self.last.unix_ms,
            doubtful: self.doubtful(),
            mode: mode_number(*mode),
            language: language.as_str(),
            shown,
            workshop: *of,
            codes: &codes,
            beside: &beside,
        };
        let sql = "INSERT INTO packed(interview, id, questionnaire, workshop, started, last, doubtful, mode, language, \
                   shown, codes, beside, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        access.prepare_cached(sql)?.execute(params![
            held.number,
            held.id.0,
            held.questionnaire,
            workshop,
            cells.started,
            cells.last,
            cells.doubtful,
            cells.mode,
            cells.language,
            cells.shown,
            cells.codes,
            cells.beside,
            cells.hash(held.id, held.of)
        ])?;
        Ok(())
    }
}

/// The cells of a row of packed answers that its hash speaks for.
pub(super) struct PackedCells<'a> {
    pub(super) started: i64,
    pub(super) last: i64,
    pub(super) doubtful: i64,
    pub(super) mode: i64,
    pub(super) language: &'a str,
    pub(super) shown: i64,
    pub(super) workshop: Option<WorkshopId>,
    pub(super) codes: &'a [u8],
    pub(super) beside: &'a [u8],
}

impl PackedCells<'_> {
    pub(super) fn hash(&self, id: InterviewId, questionnaire: Hash) -> Seal {
        let mut head = [0; codec::PACKED_HEAD];
        head[..16].copy_from_slice(&id.0);
        if let Some(workshop) = &self.workshop {
            head[16..32].copy_from_slice(&workshop.0);
        }
        for (to, number) in head[32..56].chunks_exact_mut(8).zip([self.started, self.last, self.shown]) {
            to.copy_from_slice(&number.to_le_bytes());
        }
        // No number that is written is as high as what damaged ones become.
        let small = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
        head[56..59].copy_from_slice(&[small(self.doubtful), small(self.mode), self.workshop.is_some().into()]);
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
        head[59..61].copy_from_slice(&length(self.language.as_bytes())[..2]);
        head[61..].copy_from_slice(&length(self.codes));
        codec::packed(questionnaire, &head, [self.language.as_bytes(), self.codes, self.beside])
    }

    /// Which of the two times are doubtful.
    pub(super) fn times(&self) -> (At, At) {
        let at = |unix_ms, bit| At { unix_ms, doubtful: self.doubtful & bit != 0 };
        (at(self.started, 1), at(self.last, 2))
    }

    pub(super) fn circumstances(&self) -> Option<Circumstances> {
        Some(Circumstances {
            mode: mode_of(self.mode)?,
            language: Tag::new(self.language)?,
            shown_ms: u64::try_from(self.shown).ok()?,
            workshop: self.workshop,
        })
    }
}

fn mode_number(mode: Mode) -> i64 {
    match mode {
        Mode::SelfAdministered => 0,
        Mode::Interviewer => 1,
    }
}

pub(super) fn mode_of(number: i64) -> Option<Mode> {
    match number {
        0 => Some(Mode::SelfAdministered),
        1 => Some(Mode::Interviewer),
        _ => None,
    }
}

/// The cells of a row of packed answers of a workshop, from column `first` on: started, last, doubtful, mode, language,
/// shown, codes, beside; and its hash.
pub(super) fn packed_cells<'a>(
    row: &'a Row<'_>,
    first: usize,
    workshop: Option<WorkshopId>,
) -> Result<(PackedCells<'a>, Seal), Fault> {
    let cells = PackedCells {
        started: row.get(first)?,
        last: row.get(first + 1)?,
        doubtful: row.get(first + 2)?,
        mode: row.get(first + 3)?,
        language: row.get_ref(first + 4)?.as_str().map_err(|_| Fault::Damaged("packed"))?,
        shown: row.get(first + 5)?,
        workshop,
        codes: blob(row, first + 6)?,
        beside: blob(row, first + 7)?,
    };
    Ok((cells, row.get(first + 8)?))
}

/// A finished interview's answers, their hash checked.
pub(super) fn packed(access: &Access<'_>, held: &Held) -> Result<Option<PackedRow>, Fault> {
    with_packed(access, held, |cells| {
        let mut scratch = Vec::new();
        let (codes, beside) =
            access.open_packed(&held.place("packed", 0), (cells.codes, cells.beside), &mut scratch)?;
        let circumstances = cells.circumstances().ok_or(Fault::Damaged("packed"))?;
        let beside = codec::beside(beside).ok_or(Fault::Damaged("packed"))?;
        let (started, last) = cells.times();
        Ok(PackedRow { started, last, packed: Packed { circumstances, codes: codes.to_vec(), beside } })
    })
}

/// When a finished interview began and ended, its hash checked: what can be told without the key.
pub(super) fn packed_times(connection: &Connection, held: &Held) -> Result<Option<(At, At)>, Fault> {
    with_packed(connection, held, |cells| Ok(cells.times()))
}

fn with_packed<T>(
    connection: &Connection,
    held: &Held,
    read: impl FnOnce(&PackedCells<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let sql = "SELECT (SELECT workshop.id FROM workshop WHERE workshop.number = packed.workshop), \
               started, last, doubtful, mode, language, shown, codes, beside, hash, \
               id = ?2 AND questionnaire = ?3 FROM packed WHERE interview = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![held.number, held.id.0, held.questionnaire])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let workshop = row.get::<_, Option<[u8; 16]>>(0)?.map(WorkshopId);
    let (cells, hash) = packed_cells(row, 1, workshop)?;
    if hash != cells.hash(held.id, held.of) || !row.get::<_, bool>(10)? {
        return Err(Fault::Damaged("packed"));
    }
    read(&cells).map(Some)
}

/// Number of a workshop's row; where the workshop is not known yet, a row that holds its place.
pub(super) fn workshop_number(connection: &Connection, id: WorkshopId) -> Result<i64, Fault> {
    let known: Option<i64> = connection
        .prepare_cached("SELECT number FROM workshop WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    if let Some(number) = known {
        return Ok(number);
    }
    connection
        .prepare_cached("INSERT INTO workshop(id, body, hash) VALUES (?1, x'', ?2)")?
        .execute(params![id.0, workshop_seal(id, &[])])?;
    Ok(connection.last_insert_rowid())
}

/// Hash of a workshop's row.
pub(super) fn workshop_seal(id: WorkshopId, body: &[u8]) -> Seal {
    codec::row(&id.0, "workshop", &[body])
}

/// A stored questionnaire, without its text.
pub(super) struct Kept {
    pub(super) hash: Hash,
    pub(super) key: String,
    pub(super) version: String,
    pub(super) items: usize,
}

/// Hash of what is stored of a questionnaire beside its text.
pub(super) fn questionnaire_seal(hash: Hash, key: &str, version: &str, items: i64) -> Seal {
    codec::row(&[0; 16], "questionnaire", &[&hash.0, key.as_bytes(), version.as_bytes(), &items.to_le_bytes()])
}

/// A stored questionnaire and its exact text, both hashes checked.
pub(super) fn questionnaire(connection: &Connection, number: i64) -> Result<(Kept, String), Fault> {
    let sql = "SELECT hash, key, version, items, text, seal FROM questionnaire WHERE number = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([number])?;
    let row = rows.next()?.ok_or(Fault::Damaged("questionnaire"))?;
    let (key, version, items, text): (String, String, i64, String) =
        (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
    let (hash, seal): (Hash, Seal) = (Hash(row.get(0)?), row.get(5)?);
    let sound = Hash::of(&text) == hash && seal == questionnaire_seal(hash, &key, &version, items);
    let items = usize::try_from(items).ok().filter(|_| sound).ok_or(Fault::Damaged("questionnaire"))?;
    Ok((Kept { hash, key, version, items }, text))
}
