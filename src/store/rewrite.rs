//! Every row of a store from one key to another, or from none to one and back. What was damaged stays damaged.

use rusqlite::{Connection, OptionalExtension, params};

use super::cipher::Place;
use super::codec::{self, Seal};
use super::envelope;
use super::fault::Fault;
use super::needles::Needles;
use super::rows::{self, Held, HistoryRow, PackedCells};
use super::vault::{Access, is_enciphered};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::Hash;

/// Pieces of what lay open that are searched for afterwards, at most: 20 MB of memory.
const PIECES: usize = 100_000;

/// Rewrites what `from` reads as `to` writes it, in the transaction both are of.
pub(super) struct Rewrite<'a> {
    pub(super) from: &'a Access<'a>,
    pub(super) to: &'a Access<'a>,
    /// Pieces of what lay open before.
    pub(super) open: Needles,
    /// Rows that were rewritten.
    pub(super) rows: usize,
}

impl Rewrite<'_> {
    pub(super) fn every_row(&mut self) -> Result<(), Fault> {
        for table in ["event", "draft", "packed", "history"] {
            for number in numbers(self.from, &format!("SELECT DISTINCT interview FROM {table} ORDER BY interview"))? {
                let held = held(self.from, number)?;
                match table {
                    // Drafts hang on the events' hashes, old and new.
                    "event" => self.open_interview(&held)?,
                    "draft" if self.has_events(&held)? => {}
                    "draft" => self.draft(&held, held.origin, held.origin)?,
                    "packed" => self.packed(&held)?,
                    _ => self.history(&held)?,
                }
            }
        }
        for number in numbers(self.from, "SELECT number FROM workshop WHERE length(body) > 0 ORDER BY number")? {
            self.workshop(number)?;
        }
        self.rows += envelope::rewrite(self.from, self.to)?;
        Ok(())
    }

    /// The bytes as they are stored from now on; those that nobody can read stay as they are.
    fn anew(&mut self, place: &Place<'_>, stored: &[u8]) -> Result<Vec<u8>, Fault> {
        self.rows += 1;
        let plain = match self.from.open(place, stored) {
            Ok(plain) => plain.into_owned(),
            Err(fault) if fault.is_damage() => return Ok(stored.to_vec()),
            Err(fault) => return Err(fault),
        };
        self.note(stored);
        self.to.seal(place, plain)
    }

    fn note(&mut self, stored: &[u8]) {
        if !is_enciphered(stored) && self.open.len() < PIECES {
            self.open.add(stored, false);
        }
    }

    fn has_events(&self, held: &Held) -> Result<bool, Fault> {
        Ok(self.from.prepare_cached("SELECT 1 FROM event WHERE interview = ?1")?.exists([held.number])?)
    }

    /// Each event keeps what its hash said of it: that it follows the one before, or that it does not.
    fn open_interview(&mut self, held: &Held) -> Result<(), Fault> {
        let sql = "SELECT seq, body, hash FROM event WHERE interview = ?1 ORDER BY seq";
        let rows: Vec<(u32, Vec<u8>, Seal)> = {
            let mut statement = self.from.prepare_cached(sql)?;
            let rows = statement.query_map([held.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect::<Result<_, _>>()?
        };
        let (mut before, mut link) = (held.origin, held.origin);
        for (seq, body, hash) in rows {
            let sound = codec::link(&before, &body) == hash;
            let body = self.anew(&held.place("event", seq), &body)?;
            (before, link) = (hash, kept(codec::link(&link, &body), sound));
            self.from
                .prepare_cached("UPDATE event SET body = ?3, hash = ?4 WHERE interview = ?1 AND seq = ?2")?
                .execute(params![held.number, seq, body, link])?;
        }
        self.draft(held, before, link)
    }

    fn draft(&mut self, held: &Held, before: Seal, link: Seal) -> Result<(), Fault> {
        let row: Option<(i64, Vec<u8>, Seal)> = self
            .from
            .prepare_cached("SELECT events, body, hash FROM draft WHERE interview = ?1")?
            .query_row([held.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        let Some((count, body, hash)) = row else { return Ok(()) };
        let sound = hash == rows::draft_hash(held, count, &before, &body);
        let body = self.anew(&held.place("draft", 0), &body)?;
        let hash = kept(rows::draft_hash(held, count, &link, &body), sound);
        self.from.prepare_cached("UPDATE draft SET body = ?2, hash = ?3 WHERE interview = ?1")?.execute(params![
            held.number,
            body,
            hash
        ])?;
        Ok(())
    }

    fn packed(&mut self, held: &Held) -> Result<(), Fault> {
        let sql = "SELECT (SELECT workshop.id FROM workshop WHERE workshop.number = packed.workshop), \
                   started, last, doubtful, mode, language, shown, codes, beside, hash FROM packed WHERE interview = ?1";
        let mut statement = self.from.prepare_cached(sql)?;
        let mut cursor = statement.query([held.number])?;
        let Some(row) = cursor.next()? else { return Ok(()) };
        let workshop = row.get::<_, Option<[u8; 16]>>(0)?.map(WorkshopId);
        let (cells, hash) = rows::packed_cells(row, 1, workshop)?;
        let sound = hash == cells.hash(held.id, held.of);
        self.rows += 1;
        let mut scratch = Vec::new();
        let opened = self.from.open_packed(&held.place("packed", 0), (cells.codes, cells.beside), &mut scratch);
        let (codes, beside) = match opened {
            Ok((codes, beside)) => {
                self.note(cells.codes);
                self.note(cells.beside);
                self.to.seal_packed(&held.place("packed", 0), codes, beside.to_vec())?
            }
            Err(fault) if fault.is_damage() => (cells.codes.to_vec(), cells.beside.to_vec()),
            Err(fault) => return Err(fault),
        };
        let cells = PackedCells { codes: &codes, beside: &beside, ..cells };
        let hash = kept(cells.hash(held.id, held.of), sound);
        self.from
            .prepare_cached("UPDATE packed SET codes = ?2, beside = ?3, hash = ?4 WHERE interview = ?1")?
            .execute(params![held.number, codes, beside, hash])?;
        Ok(())
    }

    fn history(&mut self, held: &Held) -> Result<(), Fault> {
        let row: Option<(HistoryRow, Seal)> = self
            .from
            .prepare_cached("SELECT events, body, head, hash FROM history WHERE interview = ?1")?
            .query_row([held.number], |row| {
                Ok((HistoryRow { count: row.get(0)?, body: row.get(1)?, head: row.get(2)? }, row.get(3)?))
            })
            .optional()?;
        let Some((old, hash)) = row else { return Ok(()) };
        let sound = hash == old.hash(held);
        let last = match old.events(self.from, held) {
            Ok(events) => self.to.seal_head(codec::chain(held.origin, &events)?)?,
            // It agrees with no history, as before.
            Err(fault) if fault.is_damage() => old.head,
            Err(fault) => return Err(fault),
        };
        let body = self.anew(&held.place("history", 0), &old.body)?;
        let row = HistoryRow { count: old.count, body, head: last };
        self.from
            .prepare_cached("UPDATE history SET body = ?2, head = ?3, hash = ?4 WHERE interview = ?1")?
            .execute(params![held.number, row.body, row.head, kept(row.hash(held), sound)])?;
        Ok(())
    }

    /// A workshop, without its PIN where it comes under another key: that opens nothing then, and is chosen anew.
    fn workshop(&mut self, number: i64) -> Result<(), Fault> {
        let (id, body, hash): (Seal, Vec<u8>, Seal) = self
            .from
            .prepare_cached("SELECT id, body, hash FROM workshop WHERE number = ?1")?
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let (workshop, place) = (WorkshopId(id), Place { origin: &id, table: "workshop", seq: 0 });
        let sound = hash == rows::workshop_seal(workshop, &body);
        let about = self.from.open(&place, &body).ok().and_then(|plain| codec::about(&plain));
        let body = match about {
            Some(mut about) if self.to.is_protected() => {
                self.rows += 1;
                self.note(&body);
                about.pin.clear();
                self.to.seal(&place, codec::about_bytes(&about)?)?
            }
            _ => self.anew(&place, &body)?,
        };
        self.from.prepare_cached("UPDATE workshop SET body = ?2, hash = ?3 WHERE number = ?1")?.execute(params![
            number,
            body,
            kept(rows::workshop_seal(workshop, &body), sound)
        ])?;
        Ok(())
    }
}

/// The hash that agrees, or one that does not.
fn kept(hash: Seal, sound: bool) -> Seal {
    if sound { hash } else { hash.map(|byte| !byte) }
}

fn numbers(connection: &Connection, sql: &str) -> Result<Vec<i64>, Fault> {
    let mut statement = connection.prepare(sql)?;
    let numbers = statement.query_map([], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// Where the rows of this number belong, as far as that can be told.
fn held(connection: &Connection, number: i64) -> Result<Held, Fault> {
    let sql = "SELECT interview.id, interview.questionnaire, questionnaire.hash FROM interview \
               LEFT JOIN questionnaire ON questionnaire.number = interview.questionnaire WHERE interview.number = ?1";
    let found: Option<(Vec<u8>, i64, Option<[u8; 32]>)> = connection
        .prepare_cached(sql)?
        .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (id, questionnaire, of) = found.unwrap_or_default();
    let id = InterviewId(id.try_into().unwrap_or_default());
    // As the others do who find no questionnaire.
    let (questionnaire, of) = of.map_or((0, [0; 32]), |of| (questionnaire, of));
    Ok(Held::new(id, number, questionnaire, Hash(of)))
}
