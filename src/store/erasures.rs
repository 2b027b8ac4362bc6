//! What was erased and when, without a word of it.

use rusqlite::{Connection, params};

use super::codec::{self, Seal};
use super::database::Store;
use super::fault::Fault;
use super::{Erased, StoreError, clock};
use crate::interview::{Happening, InterviewId, WorkshopId};

/// That something was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// When, in milliseconds since 1970-01-01 UTC of the wall clock.
    pub unix_ms: i64,
    /// The workshop, where all of one was erased.
    pub workshop: Option<WorkshopId>,
    /// How many interviews.
    pub interviews: u32,
}

impl Erasure {
    /// Hash of its row.
    pub(super) fn hash(&self) -> Seal {
        let workshop = self.workshop.map_or_else(Vec::new, |workshop| workshop.0.to_vec());
        let (at, people) = (self.unix_ms.to_le_bytes(), self.interviews.to_le_bytes());
        codec::row(&[0; 16], "erasure", &[&at, &workshop, &people])
    }

    /// Keeps it.
    pub(super) fn keep(&self, transaction: &Connection) -> Result<(), Fault> {
        let workshop = self.workshop.map(|workshop| workshop.0);
        transaction
            .prepare_cached("INSERT INTO erasure(at, workshop, interviews, hash) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![self.unix_ms, workshop, self.interviews, self.hash()])?;
        Ok(())
    }
}

impl Store {
    /// What was erased, the last first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what the disk says.
    pub fn erasures(&self) -> Result<Vec<Erasure>, StoreError> {
        let read = self.snapshot(|connection| {
            let sql = "SELECT at, workshop, interviews, hash FROM erasure ORDER BY number DESC";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            let mut erasures = Vec::new();
            while let Some(row) = rows.next()? {
                let workshop = row.get::<_, Option<[u8; 16]>>(1)?.map(WorkshopId);
                let erasure = Erasure { unix_ms: row.get(0)?, workshop, interviews: row.get(2)? };
                if row.get::<_, Seal>(3)? != erasure.hash() {
                    return Err(Fault::Damaged("erasure"));
                }
                erasures.push(erasure);
            }
            Ok(erasures)
        });
        read.map_err(|fault| fault.outside(&self.path, None))
    }

    /// Erases every interview of a workshop, finished or not, as thoroughly as [`Store::erase`] does one, and what the
    /// workshop itself knows of people. Its name, its day, and that and when it was erased stay.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] where there is no such workshop, or what the disk says.
    pub fn erase_workshop(&mut self, id: WorkshopId) -> Result<Erased, StoreError> {
        let workshop = self.workshops()?.into_iter().find(|workshop| workshop.id == id);
        let unknown = || StoreError::Unknown { text: InterviewId(id.0).to_string() };
        let mut workshop = workshop.ok_or_else(unknown)?;
        let ids = self.members(id)?;
        let about = &mut workshop.about;
        about.closed = true;
        for text in [&mut about.place, &mut about.facilitator, &mut about.keep_until, &mut about.pin] {
            text.clear();
        }
        about.notes.clear();
        about.shown.clear();
        about.pairs.clear();
        about.followed.clear();
        self.keep_workshop(&workshop, None)?;
        self.erase_as(&ids, Some(id))
    }

    /// Everybody whose interview is held in a workshop, finished or not.
    fn members(&self, workshop: WorkshopId) -> Result<Vec<InterviewId>, StoreError> {
        let (finished, open) = self
            .snapshot(|connection| {
                let sql = "SELECT packed.id FROM packed JOIN workshop ON workshop.number = packed.workshop \
                           WHERE workshop.id = ?1 UNION SELECT id FROM sealed WHERE workshop = ?1";
                let mut statement = connection.prepare_cached(sql)?;
                let ids = statement.query_map([workshop.0], |row| row.get(0).map(InterviewId))?;
                let finished = ids.collect::<Result<Vec<_>, _>>()?;
                let sql = "SELECT id FROM interview WHERE NOT EXISTS(SELECT 1 FROM packed WHERE interview = number)";
                let mut statement = connection.prepare_cached(sql)?;
                let ids = statement.query_map([], |row| row.get(0).map(InterviewId))?;
                Ok((finished, ids.collect::<Result<Vec<_>, _>>()?))
            })
            .map_err(|fault: Fault| fault.outside(&self.path, None))?;
        let mut members = finished;
        for id in open {
            // Of a damaged one what is sound says where it was held.
            let events = match self.load(id) {
                Ok(loaded) => loaded.events,
                Err(StoreError::Damaged { .. }) => self.recover(id)?.events,
                Err(fault) => return Err(fault),
            };
            let joined = |what: &Happening| matches!(what, Happening::Joined { workshop: of } if *of == workshop);
            if events.iter().any(|event| joined(&event.what)) {
                members.push(id);
            }
        }
        Ok(members)
    }
}

/// Notes that interviews are erased now.
pub(super) fn note(transaction: &Connection, workshop: Option<WorkshopId>, count: usize) -> Result<(), Fault> {
    let interviews = u32::try_from(count).unwrap_or(u32::MAX);
    Erasure { unix_ms: clock::now().unix_ms, workshop, interviews }.keep(transaction)
}
