use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::codec;
use super::database::Store;
use super::fault::{self, Fault};
use super::{StoreError, connection, rows, write};
use crate::interview::{Event, Happening, InterviewId, Response};
use crate::questionnaire::Answer;

/// What was erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Events that are gone.
    pub events: usize,
    /// Places in the store's own files that still hold something of the interview. None in a store that nobody else
    /// is reading; the files of a damaged store that was moved aside, and backups, are not changed and may hold some.
    pub traces: usize,
    /// The files that hold them.
    pub files: Vec<PathBuf>,
}

/// Everything an interview has rows in; the last is the interview itself.
const ROWS: [&str; 5] = [
    "DELETE FROM event WHERE interview = ?1",
    "DELETE FROM draft WHERE interview = ?1",
    "DELETE FROM packed WHERE interview = ?1",
    "DELETE FROM history WHERE interview = ?1",
    "DELETE FROM interview WHERE number = ?1",
];

impl Store {
    /// Erases an interview, damaged or not, for good: its bytes are overwritten, its id is kept so that it is never
    /// stored again, and the store's own files are searched for what is left of it. The questionnaire's text stays.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], or what the disk says. An interview that was erased before is no error.
    pub fn erase(&mut self, id: InterviewId) -> Result<Erased, StoreError> {
        let (events, mut needles) = self.write(Some(id), |transaction| {
            let Some(number) = number(transaction, id)? else {
                return if write::is_erased(transaction, id)? {
                    Ok((0, Needles::default()))
                } else {
                    Err(StoreError::Unknown { text: id.to_string() }.into())
                };
            };
            let (events, needles) = gather(transaction, number)?;
            for row in ROWS {
                transaction.prepare_cached(row)?.execute([number])?;
            }
            transaction.prepare_cached("INSERT OR IGNORE INTO tombstone(id) VALUES (?1)")?.execute([id.0])?;
            Ok((events, needles))
        })?;
        let connection = self.reading()?;
        connection::forget_log(connection, &self.path)?;
        let (mut traces, mut files) = self.search(&mut needles)?;
        if files.iter().any(|file| *file == self.path || *file == super::files::beside(&self.path, "-wal")) {
            // A page can keep what was moved off it; writing every page anew leaves none.
            let written = connection.execute_batch("VACUUM");
            connection::forget_log(connection, &self.path)?;
            if written.is_ok() {
                (traces, files) = self.search(&mut needles)?;
            }
        }
        Ok(Erased { events, traces, files })
    }

    /// How often the needles stand in the store's files, and in which.
    fn search(&self, needles: &mut Needles) -> Result<(usize, Vec<PathBuf>), StoreError> {
        let (mut traces, mut files) = (0, Vec::new());
        let said = |error: io::Error, path: &Path| fault::of_io(&error, path);
        let entries = fs::read_dir(&self.home).map_err(|error| said(error, &self.home))?;
        let mut own: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        own.retain(|path| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("kohesi.") && path.is_file()
        });
        own.sort();
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
        let sql = "SELECT 1 FROM history WHERE instr(body, ?1) UNION ALL SELECT 1 FROM event WHERE instr(body, ?1) \
                   UNION ALL SELECT 1 FROM packed WHERE instr(beside, ?1) \
                   UNION ALL SELECT 1 FROM draft WHERE instr(body, ?1) \
                   UNION ALL SELECT 1 FROM questionnaire WHERE instr(CAST(text AS BLOB), ?1)";
        let found = self.reading()?.prepare_cached(sql).and_then(|mut statement| statement.exists([bytes]));
        found.map_err(|error| Fault::Sql(error).outside(&self.path, None))
    }
}

fn number(connection: &Connection, id: InterviewId) -> Result<Option<i64>, Fault> {
    let indexed = connection
        .prepare_cached("SELECT number FROM interview WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    Ok(indexed.or_else(|| rows::listed(connection, id).map(|listed| listed.number)))
}

/// Number of events, and what to search for: each row's hash, each event's bytes, and each text in pieces. Nothing is
/// checked: damaged interviews are erased as well.
fn gather(transaction: &Transaction<'_>, number: i64) -> Result<(usize, Needles), Fault> {
    let mut needles = Needles::default();
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
            needles.add(&bytes(hash), true);
            bodies.push(bytes(body));
            *count += 1;
        }
    }
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
    Ok((events.len().max(counts[0]), needles))
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

/// Bytes to search for.
#[derive(Debug, Default)]
struct Needles {
    all: Vec<Needle>,
    by_beginning: HashMap<[u8; 4], Vec<usize>>,
}

#[derive(Debug)]
struct Needle {
    bytes: Vec<u8>,
    /// Nothing else in the store has the same bytes.
    unique: bool,
}

/// The fewest bytes worth searching for.
const SHORTEST: usize = 8;
/// Longer ones are cut in pieces, since the database spreads them over pages.
const LONGEST: usize = 48;
/// Bytes of a file in memory at once.
const WINDOW: usize = 256 * 1024;

impl Needles {
    fn add(&mut self, bytes: &[u8], unique: bool) {
        for piece in bytes.chunks(LONGEST) {
            let Some(beginning) = piece.first_chunk::<4>().filter(|_| piece.len() >= SHORTEST) else { continue };
            let places = self.by_beginning.entry(*beginning).or_default();
            if !places.iter().any(|place| self.all[*place].bytes == piece) {
                places.push(self.all.len());
                self.all.push(Needle { bytes: piece.to_vec(), unique });
            }
        }
    }

    /// Which needles stand in a file, and how often.
    fn hits_in(&self, path: &Path) -> io::Result<HashMap<usize, usize>> {
        let mut hits = HashMap::new();
        if self.all.is_empty() {
            return Ok(hits);
        }
        let mut file = File::open(path)?;
        let mut window: Vec<u8> = Vec::with_capacity(WINDOW + LONGEST);
        loop {
            let read = (&mut file).take(WINDOW as u64).read_to_end(&mut window)?;
            // What begins in the last bytes may go on in the next window, and is looked at there.
            let end = if read == 0 { window.len() } else { window.len().saturating_sub(LONGEST) };
            for at in 0..end {
                self.hit(&window[at..], &mut hits);
            }
            window.drain(..end);
            if read == 0 {
                return Ok(hits);
            }
        }
    }

    fn hit(&self, bytes: &[u8], hits: &mut HashMap<usize, usize>) {
        let places = bytes.first_chunk::<4>().and_then(|beginning| self.by_beginning.get(beginning));
        for place in places.into_iter().flatten() {
            if bytes.starts_with(&self.all[*place].bytes) {
                *hits.entry(*place).or_insert(0) += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needles_are_found_across_the_borders_of_windows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hay");
        let needle: Vec<u8> = (1..=100).collect();
        let mut needles = Needles::default();
        needles.add(&needle, true);
        needles.add(&needle, true);
        needles.add(b"seven!!", true);
        assert_eq!(needles.all.len(), 2, "two pieces of 48; the rest is too short");
        for at in [0, 1, WINDOW - 49, WINDOW - 48, WINDOW - 20, WINDOW - 1, WINDOW, 2 * WINDOW - 3] {
            let mut hay = vec![0; at];
            hay.extend(&needle);
            fs::write(&path, &hay).unwrap();
            assert_eq!(needles.hits_in(&path).unwrap(), HashMap::from([(0, 1), (1, 1)]), "{at}");
        }
    }
}
