use std::collections::BTreeMap;

use rusqlite::Connection;

use super::StoreError;
use super::codec::{self, Seal};
use super::database::Store;
use super::fault::Fault;
use super::rows::{self, Held};
use super::vault::Access;
use crate::interview::{Event, InterviewId, Packed};
use crate::questionnaire::Hash;

/// What is sound of an interview, damaged or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// The questionnaire's exact text, where it agrees with its hash.
    pub questionnaire: Option<String>,
    /// Every event that agrees with its hash, by number; with gaps where others do not.
    pub events: Vec<Event>,
    /// The packed answers of a finished interview, where they agree with their hash.
    pub packed: Option<Packed>,
    /// Events that are there and agree with no hash. Of a damaged history it is all or nothing.
    pub lost: usize,
}

impl Store {
    /// What is sound of an interview.
    ///
    /// # Errors
    /// [`StoreError::Unknown`], or what the disk says.
    pub fn recover(&self, id: InterviewId) -> Result<Recovered, StoreError> {
        let recovered = self.snapshot(|connection| {
            let Some(held) = held_at_all(connection, id)? else {
                return Err(StoreError::Unknown { text: id.to_string() }.into());
            };
            let mut recovered = Recovered {
                packed: sound(rows::packed(connection, &held))?.flatten().map(|row| row.packed),
                ..Recovered::default()
            };
            recovered.questionnaire = sound(rows::questionnaire(connection, held.questionnaire))?.map(|(_, text)| text);
            match sound(
                rows::history(connection, &held)
                    .and_then(|row| row.map(|row| row.events(connection, &held)).transpose()),
            )? {
                Some(Some(events)) => recovered.events = events,
                Some(None) => sound_rows(connection, &rows(connection, &held)?, &held, &mut recovered)?,
                None => recovered.lost = counted(connection, &held),
            }
            Ok(recovered)
        });
        recovered.map_err(|fault| fault.outside(&self.path, Some(id)))
    }
}

/// None for what is damaged; what else goes wrong stays an error.
fn sound<T>(read: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.is_unreadable() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Where the interview is kept; without its questionnaire only its first event cannot be checked.
fn held_at_all(connection: &Connection, id: InterviewId) -> Result<Option<Held>, Fault> {
    if let Some(held) = sound(rows::held_anywhere(connection, id))? {
        return Ok(held);
    }
    Ok(rows::listed(connection, id).map(|row| Held::new(id, row.number, 0, Hash([0; 32]))))
}

/// Events that a damaged history says it has.
fn counted(connection: &Connection, held: &Held) -> usize {
    let sql = "SELECT events FROM history WHERE interview = ?1";
    let count: Result<u32, _> = connection.query_row(sql, [held.number], |row| row.get(0));
    count.unwrap_or(0) as usize
}

type Rows = BTreeMap<i64, (Vec<u8>, Option<Seal>)>;

/// Every row of an open interview that can be read at all, from both ends towards a page that cannot.
fn rows(connection: &Connection, held: &Held) -> Result<Rows, Fault> {
    let mut found = Rows::new();
    for sql in [
        "SELECT seq, body, hash FROM event WHERE interview = ?1 ORDER BY seq",
        "SELECT seq, body, hash FROM event WHERE interview = ?1 ORDER BY seq DESC",
    ] {
        let walked = walk(connection, sql, held.number, &mut found);
        if sound(walked)?.is_some() {
            break;
        }
    }
    Ok(found)
}

fn walk(connection: &Connection, sql: &str, number: i64, found: &mut Rows) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([number])?;
    while let Some(row) = rows.next()? {
        if let (Ok(seq), Ok(body)) = (row.get(0), row.get(1)) {
            found.insert(seq, (body, row.get(2).ok()));
        }
    }
    Ok(())
}

/// Rows without a sound hash of their own that are still worth trying in pairs.
const PAIRS: usize = 16;

/// Keeps each event that agrees with its own hash, or that the next one's hash speaks for.
fn sound_rows(access: &Access<'_>, rows: &Rows, held: &Held, recovered: &mut Recovered) -> Result<(), Fault> {
    let numbers: Vec<u32> = rows.keys().map(|seq| u32::try_from(*seq).unwrap_or(u32::MAX)).collect();
    let rows: Vec<&(Vec<u8>, Option<Seal>)> = rows.values().collect();
    let known: Vec<Seal> = std::iter::once(held.origin).chain(rows.iter().filter_map(|(_, hash)| *hash)).collect();
    let agrees = |before: &Seal, row: usize| rows[row].1 == Some(codec::link(before, &rows[row].0));
    let (mut good, bad): (Vec<usize>, Vec<usize>) =
        (0..rows.len()).partition(|row| known.iter().any(|before| agrees(before, *row)));
    // Where it is a hash that is damaged, two rows have no sound hash, and the second speaks for the first.
    for first in bad.iter().filter(|_| bad.len() <= PAIRS) {
        let links: Vec<Seal> = known.iter().map(|before| codec::link(before, &rows[*first].0)).collect();
        let spoken = bad.iter().filter(|next| links.iter().any(|link| agrees(link, **next)));
        good.extend(spoken.flat_map(|next| [*first, *next]));
    }
    good.sort_unstable();
    good.dedup();
    for row in good {
        let body = sound(access.open(&held.place("event", numbers[row]), &rows[row].0))?;
        recovered.events.extend(body.and_then(|body| codec::event(&body)));
    }
    recovered.events.sort_by_key(|event| event.seq);
    recovered.events.dedup_by_key(|event| event.seq);
    recovered.lost = rows.len() - recovered.events.len();
    Ok(())
}
