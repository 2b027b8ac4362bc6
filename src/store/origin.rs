//! Where interviews come from, found again where what was noted of it is damaged.

use rusqlite::{Connection, OptionalExtension, params};

use super::bundle::{kin, laptop};
use super::codec::Seal;
use super::fault::Fault;
use super::rows;
use super::vault::Access;
use crate::interview::InterviewId;

/// Finds again on which laptop an interview was held, and which other it went on from; false where that cannot be. A
/// laptop that no hash speaks for is forgotten: the interview counts as held on this one.
pub(super) fn find(connection: &Connection, id: InterviewId) -> Result<bool, Fault> {
    let Some(held) = rows::held_anywhere(connection, id)? else { return Ok(false) };
    let noted: Option<Option<Seal>> = connection
        .query_row("SELECT hash FROM origin WHERE interview = ?1", [held.number], |row| Ok(row.get(0).ok()))
        .optional()?;
    if let Some(hash) = noted {
        let laptops = laptop::all(connection)?;
        match laptops.iter().find(|one| Some(laptop::seal(&held, one.id)) == hash) {
            Some(one) => laptop::set_origin(connection, &held, one.id)?,
            None => _ = connection.execute("DELETE FROM origin WHERE interview = ?1", [held.number])?,
        }
    }
    let from: Option<Option<[u8; 16]>> = connection
        .query_row("SELECT of FROM variant WHERE interview = ?1", [held.number], |row| Ok(row.get(0).ok()))
        .optional()?;
    let follows = |from: &[u8; 16]| {
        kin::follows(&Access::open_to_all(connection), &held, InterviewId(*from)).is_ok_and(|follows| follows)
    };
    if from.is_none_or(|from| from.as_ref().is_some_and(follows)) {
        return Ok(true);
    }
    let mut statement = connection.prepare("SELECT id FROM interview")?;
    let ids = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<[u8; 16]>, _>>()?;
    // They begin with the same time.
    let Some(first) = ids.iter().find(|other| other[..6] == id.0[..6] && follows(other)) else { return Ok(false) };
    connection.execute("UPDATE variant SET of = ?1 WHERE interview = ?2", params![first, held.number])?;
    Ok(true)
}
