use std::cmp::Ordering;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::codec::{self, Seal};
use super::database::{Source, Store};
use super::fault::Fault;
use super::needles::Needles;
use super::rows::{self, Held};
use super::vault::{Access, Vault};
use super::{StoreError, connection, envelope, sealed_to};
use crate::interview::{Draft, Event, InterviewId, Packed};
use crate::questionnaire::{Hash, Questionnaire};

impl Store {
    /// Stores a new interview with its first events. Doing so again does no harm.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the interview is stored with another questionnaire or other events,
    /// [`StoreError::Erased`] where it was erased, [`StoreError::DrillOwed`], or what the disk says.
    pub fn begin(
        &mut self,
        id: InterviewId,
        questionnaire: &Questionnaire,
        events: &[Event],
        draft: &Draft,
    ) -> Result<(), StoreError> {
        self.begin_with(id, &Source::from(questionnaire), events, draft)
    }

    pub(super) fn begin_with(
        &mut self,
        id: InterviewId,
        source: &Source<'_>,
        events: &[Event],
        draft: &Draft,
    ) -> Result<(), StoreError> {
        self.write(Some(id), |transaction| {
            if is_erased(transaction, id)? {
                return Err(StoreError::Erased { id }.into());
            }
            if envelope::has(transaction, id)? {
                // It was begun and finished, and nothing of it is missing.
                return Ok(());
            }
            let questionnaire = keep_questionnaire(transaction, source)?;
            mend_questionnaire(transaction, questionnaire, source)?;
            let held = match rows::held(transaction, id)? {
                Some(held) if held.questionnaire == questionnaire => held,
                Some(_) => return Err(StoreError::Conflict { id, seq: None }.into()),
                None if sealed_to::owes_drill(transaction)? => return Err(StoreError::DrillOwed.into()),
                None => {
                    transaction
                        .prepare_cached("INSERT INTO interview(id, questionnaire) VALUES (?1, ?2)")?
                        .execute(params![id.0, questionnaire])?;
                    let number = transaction.last_insert_rowid();
                    Held::new(id, number, questionnaire, source.hash)
                }
            };
            if add_events(transaction, &held, events)? == Openness::Open {
                keep_draft(transaction, &held, draft)?;
            }
            Ok(())
        })
    }

    /// Stores events of an interview and what is on its screen: one transaction and one sync. Events that are stored
    /// already are left as they are.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where another event is stored under the same number, [`StoreError::Gap`] where events
    /// before these are missing, [`StoreError::Finished`] where the interview is finished without them,
    /// [`StoreError::Unknown`], [`StoreError::Erased`], or what the disk says.
    pub fn append(&mut self, id: InterviewId, events: &[Event], draft: &Draft) -> Result<(), StoreError> {
        self.write(Some(id), |transaction| {
            let held = held_or_refused(transaction, id)?;
            if add_events(transaction, &held, events)? == Openness::Open {
                keep_draft(transaction, &held, draft)?;
            }
            Ok(())
        })
    }

    /// Stores what is on the screen of an interview.
    ///
    /// # Errors
    /// [`StoreError::Finished`], [`StoreError::Unknown`], [`StoreError::Erased`], or what the disk says.
    pub fn draft(&mut self, id: InterviewId, draft: &Draft) -> Result<(), StoreError> {
        self.write(Some(id), |transaction| {
            let held = held_or_refused(transaction, id)?;
            if is_finished(transaction, &held)? {
                return Err(StoreError::Finished { id }.into());
            }
            keep_draft(transaction, &held, draft)
        })
    }

    /// Stores the last events of an interview, packs its answers and its history into a row each, and drops the rows
    /// it had while it was open: one transaction. Where the store seals, all of it goes into an envelope instead, and
    /// nothing readable of it is left. Doing so again does no harm.
    ///
    /// # Errors
    /// As [`Store::append`]; [`StoreError::Conflict`] where it is finished with other answers;
    /// [`StoreError::Damaged`] where an event that was stored before is damaged, or nobody knows to whom to seal.
    pub fn finish(&mut self, id: InterviewId, events: &[Event], packed: &Packed) -> Result<(), StoreError> {
        let lay_open = self.write(Some(id), |transaction| {
            if rows::held(transaction, id)?.is_none() && envelope::has(transaction, id)? {
                return Ok(Needles::default());
            }
            let held = held_or_refused(transaction, id)?;
            if add_events(transaction, &held, events)? == Openness::Finished {
                let same = rows::packed(transaction, &held)?.is_some_and(|stored| stored.packed == *packed);
                let conflict = || Err(StoreError::Conflict { id, seq: None }.into());
                return if same { Ok(Needles::default()) } else { conflict() };
            }
            match sealed_to::in_force(transaction)? {
                Some(recipients) => envelope::seal(transaction, &held, &recipients),
                None => pack(transaction, &held, packed).map(|()| Needles::default()),
            }
        })?;
        self.leave_no_trace(id, &lay_open);
        Ok(())
    }

    /// Counts that someone did not consent, and keeps nothing else of them.
    ///
    /// # Errors
    /// What the disk says.
    pub fn refuse(&mut self, questionnaire: &Questionnaire) -> Result<(), StoreError> {
        self.refuse_with(&Source::from(questionnaire))
    }

    pub(super) fn refuse_with(&mut self, source: &Source<'_>) -> Result<(), StoreError> {
        // A count that could not be stored may be there all the same; then this is its retry and counts once.
        let unsure = self.unsure.filter(|(hash, _)| *hash == source.hash).map(|(_, count)| count);
        let mut wanted = None;
        let outcome = self.write(None, |transaction| {
            let number = keep_questionnaire(transaction, source)?;
            let count: i64 = transaction
                .prepare_cached("SELECT count FROM refusal WHERE questionnaire = ?1")?
                .query_row([number], |row| row.get(0))
                .optional()?
                .unwrap_or(0);
            let next = if unsure == Some(count) { count } else { count + 1 };
            wanted = Some((source.hash, next));
            transaction
                .prepare_cached("INSERT OR REPLACE INTO refusal(questionnaire, count) VALUES (?1, ?2)")?
                .execute([number, next])?;
            Ok(())
        });
        self.unsure = if outcome.is_ok() { None } else { wanted.or(self.unsure) };
        outcome
    }

    /// One transaction. After a failure of the database the next one begins with a new connection.
    pub(super) fn write<T>(
        &mut self,
        id: Option<InterviewId>,
        act: impl FnOnce(&Access<'_>) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        if self.lock.is_none() {
            return Err(StoreError::ReadOnly { path: self.path.clone(), reason: String::new() });
        }
        if self.stale || self.connection.is_none() {
            self.reopen()?;
        }
        let Some(connection) = &mut self.connection else {
            return Err(StoreError::Gone { path: self.path.clone() });
        };
        if connection::is_gone(connection) {
            self.stale = true;
            return Err(StoreError::Gone { path: self.path.clone() });
        }
        let outcome = transact(connection, (&self.vault, self.protected), act);
        self.stale = matches!(outcome, Err(Fault::Sql(_)));
        outcome.map_err(|fault| fault.outside(&self.path, id))
    }
}

fn transact<T>(
    connection: &mut Connection,
    (vault, protected): (&Vault, Option<Seal>),
    act: impl FnOnce(&Access<'_>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = act(&Access::new(&transaction, vault, protected))?;
    transaction.commit()?;
    Ok(value)
}

#[derive(PartialEq, Eq)]
pub(super) enum Openness {
    Open,
    Finished,
}

pub(super) fn is_erased(connection: &Connection, id: InterviewId) -> Result<bool, Fault> {
    Ok(connection.prepare_cached("SELECT 1 FROM tombstone WHERE id = ?1")?.exists([id.0])?)
}

fn is_finished(connection: &Connection, held: &Held) -> Result<bool, Fault> {
    Ok(connection.prepare_cached("SELECT 1 FROM history WHERE interview = ?1")?.exists([held.number])?)
}

fn held_or_refused(connection: &Connection, id: InterviewId) -> Result<Held, Fault> {
    match rows::held(connection, id)? {
        Some(held) => Ok(held),
        None if is_erased(connection, id)? => Err(StoreError::Erased { id }.into()),
        None if envelope::has(connection, id)? => Err(StoreError::Finished { id }.into()),
        None => Err(StoreError::Unknown { text: id.to_string() }.into()),
    }
}

/// Number of a questionnaire that is stored.
pub(super) fn questionnaire_number(connection: &Connection, hash: Hash) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached("SELECT number FROM questionnaire WHERE hash = ?1")?;
    Ok(statement.query_row([hash.0], |row| row.get(0)).optional()?)
}

/// Number of the questionnaire, stored with its exact text where it is new.
pub(super) fn keep_questionnaire(transaction: &Connection, source: &Source<'_>) -> Result<i64, Fault> {
    if let Some(number) = questionnaire_number(transaction, source.hash)? {
        return Ok(number);
    }
    let items = i64::try_from(source.items).unwrap_or(i64::MAX);
    transaction
        .prepare_cached(
            "INSERT INTO questionnaire(hash, key, version, items, text, seal) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            source.hash.0,
            source.key,
            source.version,
            items,
            source.text,
            rows::questionnaire_seal(source.hash, source.key, source.version, items)
        ])?;
    Ok(transaction.last_insert_rowid())
}

/// Puts a damaged row right while its content is at hand: nothing new may hang on what cannot be read.
fn mend_questionnaire(transaction: &Connection, number: i64, source: &Source<'_>) -> Result<(), Fault> {
    match rows::questionnaire(transaction, number) {
        Err(fault) if fault.is_unreadable() => {}
        read => return read.map(drop),
    }
    let items = i64::try_from(source.items).unwrap_or(i64::MAX);
    let seal = rows::questionnaire_seal(source.hash, source.key, source.version, items);
    transaction
        .prepare_cached(
            "UPDATE questionnaire SET key = ?2, version = ?3, items = ?4, text = ?5, seal = ?6 WHERE number = ?1",
        )?
        .execute(params![number, source.key, source.version, items, source.text, seal])?;
    Ok(())
}

/// Stores what is on the screen, and up to which event.
pub(super) fn keep_draft(transaction: &Access<'_>, held: &Held, draft: &Draft) -> Result<(), Fault> {
    let (count, link) = end(transaction, held)?;
    let body = transaction.seal(&held.place("draft", 0), codec::draft_bytes(draft)?)?;
    let hash = rows::draft_hash(held, i64::from(count), &link, &body);
    transaction
        .prepare_cached("INSERT OR REPLACE INTO draft(interview, events, body, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![held.number, count, body, hash])?;
    Ok(())
}

/// How many events are stored, and the last one's hash.
fn end(transaction: &Connection, held: &Held) -> Result<(u32, Seal), Fault> {
    let last: Option<(u32, Seal)> = transaction
        .prepare_cached("SELECT seq, hash FROM event WHERE interview = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([held.number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.map_or((0, held.origin), |(seq, hash)| (seq.saturating_add(1), hash)))
}

/// Stores the events that are not stored yet, and says whether the interview is still open.
pub(super) fn add_events(transaction: &Access<'_>, held: &Held, events: &[Event]) -> Result<Openness, Fault> {
    if is_finished(transaction, held)? {
        let stored =
            rows::history(transaction, held)?.map(|row| row.events(transaction, held)).transpose()?.unwrap_or_default();
        for event in events {
            match stored.get(event.seq as usize) {
                Some(stored) if stored == event => {}
                Some(_) => return Err(StoreError::Conflict { id: held.id, seq: Some(event.seq) }.into()),
                None => return Err(StoreError::Finished { id: held.id }.into()),
            }
        }
        return Ok(Openness::Finished);
    }
    let (mut expected, mut link) = end(transaction, held)?;
    for event in events {
        let body = transaction.seal(&held.place("event", event.seq), codec::body(event)?)?;
        match event.seq.cmp(&expected) {
            Ordering::Less => {
                let stored = "SELECT 1 FROM event WHERE interview = ?1 AND seq = ?2 AND body = ?3";
                if !transaction.prepare_cached(stored)?.exists(params![held.number, event.seq, body])? {
                    return Err(StoreError::Conflict { id: held.id, seq: Some(event.seq) }.into());
                }
            }
            Ordering::Equal => {
                link = codec::link(&link, &body);
                transaction
                    .prepare_cached("INSERT INTO event(interview, seq, body, hash) VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![held.number, event.seq, body, link])?;
                expected = expected.saturating_add(1);
            }
            Ordering::Greater => return Err(StoreError::Gap { id: held.id, expected, found: event.seq }.into()),
        }
    }
    Ok(Openness::Open)
}

fn pack(transaction: &Access<'_>, held: &Held, packed: &Packed) -> Result<(), Fault> {
    let (events, _) = rows::open_events(transaction, held)?;
    keep_finished(transaction, held, &events, packed)?;
    for open in ["DELETE FROM event WHERE interview = ?1", "DELETE FROM draft WHERE interview = ?1"] {
        transaction.prepare_cached(open)?.execute([held.number])?;
    }
    Ok(())
}

/// Stores the answers and the history of a finished interview.
pub(super) fn keep_finished(access: &Access<'_>, held: &Held, events: &[Event], packed: &Packed) -> Result<(), Fault> {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return Err(Fault::Damaged("event")) };
    let row = rows::PackedRow { started: first.at, last: last.at, packed: packed.clone() };
    let workshop = packed.circumstances.workshop.map(|id| rows::workshop_number(access, id)).transpose()?;
    row.keep(access, held, workshop)?;
    rows::HistoryRow::new(access, held, events)?.keep(access, held)
}
