use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};

use super::bundle::kin;
use super::cipher::Place;
use super::codec;
use super::database::Store;
use super::fault::{self, Fault};
use super::needles::{LONGEST, Needles};
use super::vault::{Access, is_enciphered};
use super::{About, StoreError, connection, copies, envelope, erasures, rows, write};
use crate::interview::{Event, Happening, InterviewId, Response, WorkshopId};
use crate::questionnaire::Answer;

/// What was erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Interviews that were there and are gone.
    pub interviews: usize,
    /// Events that are gone.
    pub events: usize,
    /// Backups that were written anew without them.
    pub copies: usize,
    /// Backups that could not be written anew, and were removed.
    pub removed: Vec<PathBuf>,
    /// Other interviews that the facilitator had confirmed to be of the same person; they stay.
    pub paired: Vec<InterviewId>,
    /// Places in the store's own files that still hold something of the interview. None in a store that nobody else
    /// is reading; the files of a damaged store that was moved aside are not changed and may hold some.
    pub traces: usize,
    /// The files that hold them.
    pub files: Vec<PathBuf>,
}

/// Everything an interview has rows in; the last is the interview itself.
const ROWS: [(&str, &str); 7] = [
    ("event", "DELETE FROM event WHERE interview = ?1"),
    ("draft", "DELETE FROM draft WHERE interview = ?1"),
    ("packed", "DELETE FROM packed WHERE interview = ?1"),
    ("history", "DELETE FROM history WHERE interview = ?1"),
    ("origin", "DELETE FROM origin WHERE interview = ?1"),
    ("variant", "DELETE FROM variant WHERE interview = ?1"),
    ("interview", "DELETE FROM interview WHERE number = ?1"),
];

/// What was taken out of one database, and what to search for to see that nothing is left.
#[derive(Debug, Default)]
pub(super) struct TakenOut {
    pub(super) interviews: usize,
    pub(super) events: usize,
    pub(super) paired: BTreeSet<InterviewId>,
    pub(super) needles: Needles,
}

impl Store {
    /// Erases an interview, damaged or not, for good, and every other of its identity: its bytes are overwritten, its id is kept so that it is never
    /// stored again, the backups are written anew without it, and the store's own files are searched for what is left
    /// of it. The questionnaire's text stays.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], or what the disk says. An interview that was erased before is no error.
    pub fn erase(&mut self, id: InterviewId) -> Result<Erased, StoreError> {
        let known = self.snapshot(|connection| Ok(count_of(connection, id)? > 0 || write::is_erased(connection, id)?));
        match known {
            Ok(true) => self.erase_all(&[id]),
            Ok(false) => Err(StoreError::Unknown { text: id.to_string() }),
            Err(fault) => Err(fault.outside(&self.path, Some(id))),
        }
    }

    /// As [`Store::erase`], several at once. Of those that are not here the ids are kept all the same: they are never
    /// stored.
    ///
    /// # Errors
    /// What the disk says.
    pub fn erase_all(&mut self, ids: &[InterviewId]) -> Result<Erased, StoreError> {
        self.erase_as(ids, None)
    }

    /// As [`Store::erase_all`], noted as all of a workshop where it is.
    pub(super) fn erase_as(&mut self, ids: &[InterviewId], workshop: Option<WorkshopId>) -> Result<Erased, StoreError> {
        let mut taken = self.write(None, |transaction| {
            let taken = take_out(transaction, ids)?;
            if taken.interviews > 0 || workshop.is_some() {
                erasures::note(transaction, workshop, taken.interviews)?;
            }
            Ok(taken)
        })?;
        self.forget(ids, &mut taken)
    }

    /// Leaves nothing of what was taken out in the backups and in the store's own files, and searches them for it.
    pub(super) fn forget(&mut self, ids: &[InterviewId], taken: &mut TakenOut) -> Result<Erased, StoreError> {
        let mut erased = Erased {
            interviews: taken.interviews,
            events: taken.events,
            paired: taken.paired.iter().copied().collect(),
            ..Erased::default()
        };
        connection::forget_log(self.reading()?, &self.path)?;
        // Whoever still writes one is told that it is gone, and can make another.
        for part in copies::unfinished(&self.home) {
            let _ = fs::remove_file(part);
        }
        let mut left = Vec::new();
        // After the store itself: a backup that is being made meanwhile looks at the store once more when it is whole.
        for copy in copies::all(&self.home) {
            match copies::take_out(&copy, ids, &mut taken.needles) {
                copies::Outcome::Nothing => {}
                copies::Outcome::Rewritten => erased.copies += 1,
                copies::Outcome::Removed => erased.removed.push(copy),
                copies::Outcome::Left => left.push(copy),
            }
        }
        let (mut traces, mut files) = self.search(&taken.needles)?;
        if files.iter().any(|file| *file == self.path || *file == super::files::beside(&self.path, "-wal")) {
            // A page can keep what was moved off it; writing every page anew leaves none.
            let connection = self.reading()?;
            let written = connection.execute_batch("VACUUM");
            connection::forget_log(connection, &self.path)?;
            if written.is_ok() {
                (traces, files) = self.search(&taken.needles)?;
            }
        }
        for copy in left.into_iter().filter(|copy| !files.contains(copy)).collect::<Vec<_>>() {
            traces += 1;
            files.push(copy);
        }
        (erased.traces, erased.files) = (traces, files);
        Ok(erased)
    }

    /// How often the needles stand in the store's files, and in which.
    pub(super) fn search(&self, needles: &Needles) -> Result<(usize, Vec<PathBuf>), StoreError> {
        let (mut traces, mut files) = (0, Vec::new());
        let said = |error: io::Error, path: &Path| fault::of_io(&error, path);
        let entries = fs::read_dir(&self.home).map_err(|error| said(error, &self.home))?;
        let mut own: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        own.retain(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("kohesi.") && path.is_file()
        });
        own.extend(copies::all(&self.home));
        own.extend(copies::unfinished(&self.home));
        own.sort();
        own.dedup();
        for path in own {
            let hits = needles.hits_in(&path).map_err(|error| said(error, &path))?;
            let mut found = 0;
            for (needle, count) in hits {
                if needles.all[needle].unique || !self.lives(&needles.all[needle].bytes)? {
                    found += count;
                }
            }
            if found > 0 {
                traces += found;
                files.push(path);
            }
        }
        Ok((traces, files))
    }

    /// Whether the bytes are part of something else in the store: two people may say the same.
    fn lives(&self, bytes: &[u8]) -> Result<bool, StoreError> {
        lives(self.reading()?, bytes).map_err(|fault| fault.outside(&self.path, None))
    }
}

/// Whether the bytes are part of anything in the database.
pub(super) fn lives(connection: &Connection, bytes: &[u8]) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM history WHERE instr(body, ?1) UNION ALL SELECT 1 FROM event WHERE instr(body, ?1) \
               UNION ALL SELECT 1 FROM packed WHERE instr(beside, ?1) \
               UNION ALL SELECT 1 FROM draft WHERE instr(body, ?1) \
               UNION ALL SELECT 1 FROM questionnaire WHERE instr(CAST(text AS BLOB), ?1)";
    Ok(connection.prepare_cached(sql)?.exists([bytes])?)
}

/// Takes interviews out of a database of any layout, with all that names them, and keeps their ids as erased.
pub(super) fn take_out(transaction: &Access<'_>, ids: &[InterviewId]) -> Result<TakenOut, Fault> {
    let mut taken = TakenOut::default();
    for id in ids {
        let (original, numbers) = numbers(transaction, *id)?;
        if has_table(transaction, "sealed")? {
            taken.interviews += take_out_sealed(transaction, original, &mut taken.needles)?;
        }
        for number in numbers {
            taken.interviews += 1;
            taken.events += gather(transaction, number, &mut taken.needles)?;
            for (table, row) in ROWS {
                if has_table(transaction, table)? {
                    transaction.prepare_cached(row)?.execute([number])?;
                }
            }
        }
        transaction.prepare_cached("INSERT OR IGNORE INTO tombstone(id) VALUES (?1)")?.execute([original.0])?;
    }
    if has_table(transaction, "workshop")? {
        taken.paired = take_out_of_workshops(transaction, ids)?;
    }
    Ok(taken)
}

/// How many interviews there are of an identity, sealed or not.
pub(super) fn count_of(connection: &Connection, id: InterviewId) -> Result<usize, Fault> {
    let (original, numbers) = numbers(connection, id)?;
    Ok(numbers.len() + usize::from(envelope::has(connection, original)?))
}

/// Takes an interview out that is sealed; gives how many there were.
fn take_out_sealed(connection: &Connection, id: InterviewId, needles: &mut Needles) -> Result<usize, Fault> {
    let mut statement = connection.prepare_cached("SELECT body, hash, wordless FROM sealed WHERE id = ?1")?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        for column in 0..3 {
            needles.add(&bytes(row.get::<_, Value>(column)?), true);
        }
    }
    Ok(connection.prepare_cached("DELETE FROM sealed WHERE id = ?1")?.execute([id.0])?.min(1))
}

pub(super) fn has_table(connection: &Connection, name: &str) -> Result<bool, Fault> {
    Ok(connection.prepare_cached("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1")?.exists([name])?)
}

/// Takes the ids out of what workshops know: whom the last picture showed, and who came twice. Who was said to be the
/// same person as one of them.
fn take_out_of_workshops(transaction: &Access<'_>, ids: &[InterviewId]) -> Result<BTreeSet<InterviewId>, Fault> {
    let mut paired = BTreeSet::new();
    let mut statement = transaction.prepare_cached("SELECT number, id, body FROM workshop")?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?)))?;
    let rows = rows.collect::<Result<Vec<(i64, [u8; 16], Vec<u8>)>, _>>()?;
    let gone: BTreeSet<&InterviewId> = ids.iter().collect();
    for (number, id, body) in rows {
        let place = Place { origin: &id, table: "workshop", seq: 0 };
        // One that cannot be read is damaged, and stays so; one that is locked keeps the ids, which say nothing.
        let read = transaction.open(&place, &body).ok();
        let Some(mut about) = read.and_then(|body| codec::about(&body)) else { continue };
        let counts = |about: &About| [about.shown.len(), about.pairs.len(), about.followed.len()];
        let before = counts(&about);
        about.shown.retain(|id| !gone.contains(id));
        about.followed.retain(|(one, other)| !gone.contains(one) && !gone.contains(other));
        about.pairs.retain(|pair| {
            let (first, second) = (gone.contains(&pair.before), gone.contains(&pair.after));
            if pair.confirmed && first != second {
                paired.insert(if first { pair.after } else { pair.before });
            }
            !first && !second
        });
        if before != counts(&about) {
            let body = transaction.seal(&place, codec::about_bytes(&about)?)?;
            transaction
                .prepare_cached("UPDATE workshop SET body = ?2, hash = ?3 WHERE number = ?1")?
                .execute(params![number, body, rows::workshop_seal(WorkshopId(id), &body)])?;
        }
    }
    Ok(paired)
}

/// The identity an interview began under, and the numbers of all interviews of it.
fn numbers(connection: &Connection, id: InterviewId) -> Result<(InterviewId, Vec<i64>), Fault> {
    if has_table(connection, "variant")? {
        let original = kin::original(connection, id)?;
        let numbers = kin::numbers(connection, original)?;
        if !numbers.is_empty() {
            return Ok((original, numbers));
        }
    }
    Ok((id, number(connection, id)?.into_iter().collect()))
}

fn number(connection: &Connection, id: InterviewId) -> Result<Option<i64>, Fault> {
    let indexed = connection
        .prepare_cached("SELECT number FROM interview WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    Ok(indexed.or_else(|| rows::listed(connection, id).map(|listed| listed.number)))
}

/// Number of events; and what to search for: each row's hash, each event's bytes, and each text in pieces. Nothing is
/// checked: damaged interviews are erased as well.
pub(super) fn gather(transaction: &Connection, number: i64, needles: &mut Needles) -> Result<usize, Fault> {
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    let tables = [
        "SELECT body, hash FROM event WHERE interview = ?1",
        "SELECT body, hash FROM draft WHERE interview = ?1",
        "SELECT beside, hash FROM packed WHERE interview = ?1",
        "SELECT body, hash FROM history WHERE interview = ?1",
    ];
    let mut counts = [0; 4];
    for (table, count) in tables.into_iter().zip(&mut counts) {
        let mut statement = transaction.prepare_cached(table)?;
        let rows = statement.query_map([number], |row| Ok((row.get::<_, Value>(0)?, row.get::<_, Value>(1)?)))?;
        for row in rows {
            let (body, hash) = row?;
            let (hash, body) = (bytes(hash), bytes(body));
            needles.add(&hash, true);
            if is_enciphered(&body) {
                needles.add(&body, true);
            }
            bodies.push(body);
            *count += 1;
        }
    }
    // What is enciphered is not read for this; a count that damage made of another is none.
    let said: Option<Option<u32>> = transaction
        .prepare_cached("SELECT events FROM history WHERE interview = ?1")?
        .query_row([number], |row| Ok(row.get(0).ok()))
        .optional()?;
    let said = said.flatten().filter(|_| bodies.last().is_some_and(|body| is_enciphered(body))).unwrap_or(0) as usize;
    let finished = if counts[3] == 1 { bodies.last().and_then(|body| codec::history(body)) } else { None };
    let events = match finished {
        Some(events) => events,
        None => bodies.iter().take(counts[0]).filter_map(|body| codec::event(body)).collect(),
    };
    for event in &events {
        // Number and time stand at the beginning; the rest may be what others say too.
        let body = codec::body(event)?;
        needles.add(body.get(..LONGEST).unwrap_or(&body), false);
        texts(event).for_each(|text| needles.add(text.as_bytes(), false));
    }
    for draft in bodies.iter().skip(counts[0]).take(counts[1]).filter_map(|body| codec::draft(body)) {
        needles.add(draft.typed.as_bytes(), false);
        needles.add(draft.note.unwrap_or_default().as_bytes(), false);
    }
    Ok(events.len().max(counts[0]).max(said))
}

fn bytes(value: Value) -> Vec<u8> {
    match value {
        Value::Blob(bytes) => bytes,
        Value::Text(text) => text.into_bytes(),
        _ => Vec::new(),
    }
}

/// What the respondent wrote in an event.
fn texts(event: &Event) -> impl Iterator<Item = &String> {
    match &event.what {
        Happening::Noted { text, .. } => Some(text),
        Happening::Responded { response: Response::Given(answer), .. } => match answer {
            Answer::Text(text) | Answer::Other(_, text) => Some(text),
            Answer::Choices(picks) => picks.other.as_ref(),
            Answer::Choice(_) | Answer::Number(_) | Answer::Date(_) | Answer::Ranking(_) => None,
        },
        _ => None,
    }
    .into_iter()
}
