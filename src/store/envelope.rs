//! Finished interviews in envelopes: sealed to the coordinator's key and the recovery key, and read by nobody here.
//!
//! Beside an envelope stands what a list and a count need. Where the store is protected and the workshop open, the
//! answers without words are kept beside it too, under the store's key, so that the group's picture works; closing the
//! workshop takes them away.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::bundle::{LaptopId, kin, laptop, one};
use super::cipher::Place;
use super::codec::{self, Seal};
use super::database::Store;
use super::fault::Fault;
use super::needles::Needles;
use super::rows::{self, Held};
use super::vault::Access;
use super::{Loaded, Recipients, Selection, StoreError, connection, copies, erase, workshops};
use crate::interview::{At, Circumstances, Event, InterviewId, WorkshopId, wordless};
use crate::questionnaire::Hash;

/// An interview in its envelope, and what is known of it from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    /// The identity it began under.
    pub(super) id: InterviewId,
    pub(super) questionnaire: Hash,
    pub(super) workshop: Option<WorkshopId>,
    /// The laptop it was held on.
    pub(super) laptop: LaptopId,
    pub(super) started: At,
    pub(super) last: At,
    /// The age file.
    pub(super) body: Vec<u8>,
}

/// Every envelope.
const FIND: &str = "SELECT sealed.id, questionnaire.hash, workshop, laptop, started, last, doubtful, body, sealed.hash, \
                    sealed.number FROM sealed JOIN questionnaire ON questionnaire.number = sealed.questionnaire";

impl Envelope {
    /// Which of the two times are doubtful.
    pub(super) fn doubtful(&self) -> i64 {
        i64::from(self.started.doubtful) | i64::from(self.last.doubtful) << 1
    }

    /// Hash of its row, which also tells two of one interview apart.
    pub(super) fn hash(&self) -> Seal {
        let workshop = self.workshop.map_or(Vec::new(), |workshop| workshop.0.to_vec());
        let cells = [
            &self.questionnaire.0[..],
            &workshop,
            &self.laptop.0,
            &self.started.unix_ms.to_le_bytes(),
            &self.last.unix_ms.to_le_bytes(),
            &self.doubtful().to_le_bytes(),
            &self.body,
        ];
        codec::row(&self.id.0, "sealed", &cells)
    }

    /// Stores it; false where it is here already.
    pub(super) fn keep(&self, connection: &Connection) -> Result<bool, Fault> {
        let sql = "INSERT OR IGNORE INTO sealed(id, questionnaire, workshop, laptop, started, last, doubtful, body, hash) \
                   SELECT ?1, number, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM questionnaire WHERE hash = ?2";
        let kept = connection.prepare_cached(sql)?.execute(params![
            self.id.0,
            self.questionnaire.0,
            self.workshop.map(|workshop| workshop.0),
            self.laptop.0,
            self.started.unix_ms,
            self.last.unix_ms,
            self.doubtful(),
            self.body,
            self.hash()
        ])?;
        Ok(kept > 0)
    }

    /// Keeps what is readable beside it, as it is stored.
    pub(super) fn keep_beside(&self, connection: &Connection, wordless: Option<&[u8]>) -> Result<(), Fault> {
        let sql = "UPDATE sealed SET wordless = ?3 WHERE id = ?1 AND hash = ?2";
        connection.prepare_cached(sql)?.execute(params![self.id.0, self.hash(), wordless])?;
        Ok(())
    }

    /// Takes it away.
    pub(super) fn remove(&self, connection: &Connection) -> Result<(), Fault> {
        let sql = "DELETE FROM sealed WHERE id = ?1 AND hash = ?2";
        connection.prepare_cached(sql)?.execute(params![self.id.0, self.hash()])?;
        Ok(())
    }

    /// Whether it is here.
    pub(super) fn is_kept(&self, connection: &Connection) -> Result<bool, Fault> {
        let sql = "SELECT 1 FROM sealed WHERE id = ?1 AND hash = ?2";
        Ok(connection.prepare_cached(sql)?.exists(params![self.id.0, self.hash()])?)
    }

    /// The envelope of a row with [`FIND`], its hash checked.
    fn of(row: &Row<'_>) -> Result<Self, Fault> {
        let doubtful: i64 = row.get(6)?;
        let at = |unix_ms, bit| At { unix_ms, doubtful: doubtful & bit != 0 };
        let envelope = Self {
            id: InterviewId(row.get(0)?),
            questionnaire: Hash(row.get(1)?),
            workshop: row.get::<_, Option<[u8; 16]>>(2)?.map(WorkshopId),
            laptop: LaptopId(row.get(3)?),
            started: at(row.get(4)?, 1),
            last: at(row.get(5)?, 2),
            body: row.get(7)?,
        };
        if row.get::<_, Seal>(8)? == envelope.hash() { Ok(envelope) } else { Err(Fault::Damaged("sealed")) }
    }
}

/// Goes through every envelope in the order of their ids; damaged ones as damaged.
pub(super) fn every(
    connection: &Connection,
    mut each: impl FnMut(i64, Result<Envelope, Fault>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached(&format!("{FIND} ORDER BY sealed.id, sealed.hash"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        each(row.get(9)?, Envelope::of(row))?;
    }
    Ok(())
}

/// The envelopes of an interview, each with its number.
pub(super) fn all_of(connection: &Connection, id: InterviewId) -> Result<Vec<(i64, Envelope)>, Fault> {
    let mut statement = connection.prepare_cached(&format!("{FIND} WHERE sealed.id = ?1"))?;
    let mut rows = statement.query([id.0])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((row.get(9)?, Envelope::of(row)?));
    }
    Ok(found)
}

/// The envelope with a number.
pub(super) fn at(connection: &Connection, number: i64) -> Result<Envelope, Fault> {
    let mut statement = connection.prepare_cached(&format!("{FIND} WHERE sealed.number = ?1"))?;
    let mut rows = statement.query([number])?;
    Envelope::of(rows.next()?.ok_or(Fault::Damaged("sealed"))?)
}

/// Whether an interview is here in an envelope.
pub(super) fn has(connection: &Connection, id: InterviewId) -> Result<bool, Fault> {
    Ok(connection.prepare_cached("SELECT 1 FROM sealed WHERE id = ?1")?.exists([id.0])?)
}

/// Puts a finished interview into an envelope, in the transaction that finishes it. Nothing readable of it stays, but in
/// a protected store the answers without words as long as its workshop is open. Gives what must be found nowhere any more.
pub(super) fn seal(access: &Access<'_>, held: &Held, recipients: &Recipients) -> Result<Needles, Fault> {
    let (events, _) = rows::open_events(access, held)?;
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Err(Fault::Damaged("event")) };
    let id = kin::original(access, held.id)?;
    let workshop = Circumstances::of(&events).and_then(|told| told.workshop);
    let laptop = laptop::origin(access, held)?;
    let body = one::sealed(access, (id, held.of, laptop), &events, recipients)?;
    let (questionnaire, started, last) = (held.of, first.at, last.at);
    let envelope = Envelope { id, questionnaire, workshop, laptop, started, last, body };
    envelope.keep(access)?;
    if is_open(access, workshop)? {
        keep_wordless(access, &envelope, &events)?;
    }
    let mut needles = Needles::default();
    if !access.is_protected() {
        erase::gather(access, held.number, &mut needles)?;
    }
    kin::remove(access, held.number)?;
    Ok(needles)
}

/// Whether a picture of the workshop is still made in a store that keeps it from others.
fn is_open(access: &Access<'_>, workshop: Option<WorkshopId>) -> Result<bool, Fault> {
    let Some(workshop) = workshop.filter(|_| access.is_protected()) else { return Ok(false) };
    Ok(workshops::known(access, workshop)?.is_some_and(|known| !known.about.closed))
}

fn place(id: &InterviewId) -> Place<'_> {
    Place { origin: &id.0, table: "sealed", seq: 0 }
}

fn keep_wordless(access: &Access<'_>, envelope: &Envelope, events: &[Event]) -> Result<(), Fault> {
    let body = access.seal(&place(&envelope.id), codec::history_bytes(&wordless(events))?)?;
    envelope.keep_beside(access, Some(&body))
}

/// Takes away what was readable of a workshop that is closed now; true where there was something.
pub(super) fn close(connection: &Connection, workshop: WorkshopId) -> Result<bool, Fault> {
    let sql = "UPDATE sealed SET wordless = NULL WHERE workshop = ?1 AND wordless IS NOT NULL";
    Ok(connection.prepare_cached(sql)?.execute([workshop.0])? > 0)
}

/// The same of all workshops: without a store's key it would lie open.
pub(super) fn close_all(connection: &Connection) -> Result<(), Fault> {
    connection.execute("UPDATE sealed SET wordless = NULL WHERE wordless IS NOT NULL", [])?;
    Ok(())
}

/// Writes what is readable under another key.
pub(super) fn rewrite(from: &Access<'_>, to: &Access<'_>) -> Result<usize, Fault> {
    let rows: Vec<(i64, [u8; 16], Vec<u8>)> = {
        let mut statement = from.prepare("SELECT number, id, wordless FROM sealed WHERE wordless IS NOT NULL")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect::<Result<_, _>>()?
    };
    for (number, id, body) in &rows {
        let (id, set) = (InterviewId(*id), "UPDATE sealed SET wordless = ?2 WHERE number = ?1");
        let anew = match from.open(&place(&id), body) {
            Ok(plain) => Some(to.seal(&place(&id), plain.into_owned())?),
            // The envelope has it all.
            Err(fault) if fault.is_damage() => None,
            Err(fault) => return Err(fault),
        };
        from.prepare_cached(set)?.execute(params![number, anew])?;
    }
    Ok(rows.len())
}

/// The sealed interviews of a workshop: those whose answers without words can be read, and how many others there are.
pub(super) fn gathered(
    access: &Access<'_>,
    workshop: WorkshopId,
    (questionnaire, key, text): (Hash, &str, &str),
) -> Result<(Vec<Loaded>, usize), Fault> {
    let sql = "SELECT sealed.id, wordless FROM sealed JOIN questionnaire ON questionnaire.number = questionnaire \
               WHERE workshop = ?1 AND questionnaire.hash = ?2 ORDER BY sealed.id";
    let mut statement = access.prepare_cached(sql)?;
    let mut rows = statement.query(params![workshop.0, questionnaire.0])?;
    let (mut readable, mut sealed) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let id = InterviewId(row.get(0)?);
        let events = match row.get::<_, Option<Vec<u8>>>(1)? {
            Some(body) => match access.open(&place(&id), &body) {
                Ok(plain) => codec::history(&plain),
                Err(fault) if fault.is_damage() => None,
                Err(fault) => return Err(fault),
            },
            None => None,
        };
        let Some(events) = events else {
            sealed += 1;
            continue;
        };
        let (questionnaire, questionnaire_key) = (text.to_owned(), key.to_owned());
        readable.push(Loaded {
            id,
            questionnaire,
            questionnaire_key,
            events,
            draft: None,
            packed: None,
            finished: true,
        });
    }
    Ok((readable, sealed))
}

impl Store {
    /// How many interviews of a selection, and with the questionnaire of this key, are sealed, so that nothing here
    /// counts them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn sealed_among(&self, selection: &Selection, key: Option<&str>) -> Result<u64, StoreError> {
        let counted = self.snapshot(|access| {
            let sql = "SELECT count(*) FROM sealed JOIN questionnaire ON questionnaire.number = questionnaire \
                       WHERE (?1 IS NULL OR questionnaire.hash = ?1) AND (?2 IS NULL OR workshop = ?2) \
                       AND (?3 IS NULL OR started >= ?3) AND (?4 IS NULL OR key = ?4)";
            let of = (selection.questionnaire.map(|of| of.0), selection.workshop.map(|of| of.0));
            let of = params![of.0, of.1, selection.since, key];
            let count: u32 = access.prepare_cached(sql)?.query_row(of, |row| row.get(0))?;
            Ok(count.into())
        });
        counted.map_err(|fault: Fault| fault.outside(&self.path, None))
    }

    /// The age file that an interview is sealed in; the last one where there are several, none where it is not sealed.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what the disk says.
    pub fn envelope(&self, id: InterviewId) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.snapshot(|access| all_of(access, id));
        let found = found.map_err(|fault| fault.outside(&self.path, Some(id)))?;
        Ok(found.into_iter().next_back().map(|(_, envelope)| envelope.body))
    }

    /// Leaves nothing of what lay open of an interview before it was sealed: not in the log, not in pages of the store,
    /// not in copies. What cannot be done now is done when the store is opened next.
    pub(super) fn leave_no_trace(&mut self, id: InterviewId, needles: &Needles) {
        let (Some(connection), true) = (&self.connection, needles.len() > 0) else { return };
        connection::bring_log_home(connection);
        let hits = needles.hits_in(&self.path);
        let left = |needle: &usize| {
            let needle = &needles.all[*needle];
            needle.unique || !erase::lives(connection, &needle.bytes).unwrap_or(false)
        };
        // Where it cannot be searched it may be there.
        if hits.is_err() || hits.is_ok_and(|hits| hits.keys().any(left)) {
            // A page can keep what was moved off it.
            let _ = connection.execute_batch("VACUUM");
        }
        let _ = connection::forget_log(connection, &self.path);
        let envelopes = all_of(connection, id).unwrap_or_default();
        for copy in copies::all(&self.home) {
            let _ = copies::seal(&copy, id, &envelopes);
        }
    }

    /// Where a program ended before it could see to it: nothing that was sealed is left in the log or in a page.
    pub(super) fn leave_no_traces(&self) {
        let any = |connection: &Connection| {
            let sql = "SELECT 1 FROM sealed LIMIT 1";
            connection.query_row(sql, [], |_| Ok(())).optional().is_ok_and(|any| any.is_some())
        };
        if let Some(connection) = self.connection.as_ref().filter(|connection| any(connection)) {
            let _ = connection.execute_batch("VACUUM");
            let _ = connection::forget_log(connection, &self.path);
        }
    }
}
