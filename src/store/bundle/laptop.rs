//! Which laptop this is, and which one an interview was held on.

use std::collections::HashMap;
use std::fmt;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::Laptop;
use crate::interview::InterviewId;
use crate::store::fault::Fault;
use crate::store::rows::Held;
use crate::store::{Store, StoreError, codec, environment, identity};
use crate::text::Clean;

/// The identity of a laptop's store: 128 random bits, made once. A copy of the store has the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaptopId(pub [u8; 16]);

impl fmt::Display for LaptopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Makes this store one of a laptop, with an identity of its own.
pub(in crate::store) fn make_own(transaction: &Transaction<'_>) -> Result<(), Fault> {
    let name: String = Clean::strip(&environment::machine_name()).chars().take(super::read::LONGEST_NAME).collect();
    transaction.execute(
        "INSERT INTO laptop(id, name, own) VALUES (?1, ?2, 1)",
        params![identity::random_id(), name.replace('\n', " ")],
    )?;
    Ok(())
}

/// This laptop.
pub(in crate::store) fn own(connection: &Connection) -> Result<LaptopId, Fault> {
    let id = connection
        .prepare_cached("SELECT id FROM laptop WHERE own = 1")?
        .query_row([], |row| row.get(0).map(LaptopId))
        .optional()?;
    id.ok_or(Fault::Damaged("laptop"))
}

/// Every laptop that is known, by identity.
pub(in crate::store) fn all(connection: &Connection) -> Result<Vec<Laptop>, Fault> {
    let mut statement = connection.prepare_cached("SELECT id, name FROM laptop ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok(Laptop { id: LaptopId(row.get(0)?), name: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps a laptop's name; of two names the one that stands first in the alphabet.
pub(in crate::store) fn keep(transaction: &Connection, laptop: &Laptop) -> Result<(), Fault> {
    let sql = "INSERT INTO laptop(id, name, own) VALUES (?1, ?2, 0) ON CONFLICT(id) DO UPDATE \
               SET name = min(name, excluded.name)";
    transaction.prepare_cached(sql)?.execute(params![laptop.id.0, laptop.name])?;
    Ok(())
}

/// The laptop an interview was held on.
pub(in crate::store) fn origin(connection: &Connection, held: &Held) -> Result<LaptopId, Fault> {
    let sql = "SELECT laptop.id, origin.hash FROM origin JOIN laptop ON laptop.number = origin.laptop \
               WHERE interview = ?1";
    let row: Option<([u8; 16], codec::Seal)> =
        connection.prepare_cached(sql)?.query_row([held.number], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match row {
        Some((id, hash)) if hash == seal(held, LaptopId(id)) => Ok(LaptopId(id)),
        Some(_) => Err(Fault::Damaged("interview")),
        None => own(connection),
    }
}

/// Keeps which laptop an interview was held on.
pub(in crate::store) fn set_origin(transaction: &Connection, held: &Held, laptop: LaptopId) -> Result<(), Fault> {
    let sql = "INSERT OR REPLACE INTO origin(interview, laptop, hash) \
               SELECT ?1, number, ?3 FROM laptop WHERE id = ?2 AND own = 0";
    transaction.prepare_cached("DELETE FROM origin WHERE interview = ?1")?.execute([held.number])?;
    transaction.prepare_cached(sql)?.execute(params![held.number, laptop.0, seal(held, laptop)])?;
    Ok(())
}

/// The hash of the note that an interview was held on a laptop.
pub(in crate::store) fn seal(held: &Held, laptop: LaptopId) -> codec::Seal {
    codec::row(&held.origin, "origin", &[&laptop.0])
}

impl Store {
    /// The laptop of every interview that came from another one.
    ///
    /// # Errors
    /// What the disk says.
    pub fn origins(&self) -> Result<HashMap<InterviewId, Laptop>, StoreError> {
        let read = self.snapshot(|connection| {
            let sql = "SELECT interview.id, laptop.id, laptop.name FROM origin \
                       JOIN interview ON interview.number = origin.interview \
                       JOIN laptop ON laptop.number = origin.laptop";
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                Ok((InterviewId(row.get(0)?), Laptop { id: LaptopId(row.get(1)?), name: row.get(2)? }))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        });
        read.map_err(|fault: Fault| fault.outside(&self.path, None))
    }
}
