//! Where the interviews that were saved come from: which laptop this was, on which others they were held, and which of
//! them are of one identity.

use rusqlite::params;

use super::super::bundle::{kin, laptop};
use super::super::fault::Fault;
use super::super::rows::Held;
use super::super::vault::Access;
use super::Salvage;
use super::rows::Small;
use crate::interview::InterviewId;

impl Salvage {
    /// Makes the new store one of the same laptop, where it is sure which one it was.
    pub(super) fn same_laptop(transaction: &Access<'_>, small: &Small) -> Result<(), Fault> {
        let mut own = small.own.iter();
        if let (Some(laptop), None) = (own.next(), own.next()) {
            transaction
                .execute("UPDATE laptop SET id = ?1, name = ?2 WHERE own = 1", params![laptop.id.0, laptop.name])?;
        }
        Ok(())
    }

    /// Notes of each interview that was kept where it comes from, as far as a hash speaks for it.
    pub(super) fn origins(&self, transaction: &Access<'_>, small: &Small) -> Result<(), Fault> {
        for (number, laptop, hash) in &small.origins {
            for held in self.kept(small, *number) {
                let named = small.laptops.get(laptop).into_iter().flatten();
                let mut laptops = named.chain(small.laptops.values().flatten());
                if let Some(laptop) = laptops.find(|one| laptop::seal(held, one.id) == *hash) {
                    laptop::keep(transaction, laptop)?;
                    laptop::set_origin(transaction, held, laptop.id)?;
                }
            }
        }
        for (number, ids) in &small.interviews {
            for held in self.kept(small, *number) {
                let others = ids.iter().map(|(id, _)| InterviewId(*id)).filter(|id| *id != held.id);
                let mut from = others.filter(|id| kin::follows(transaction, held, *id).is_ok_and(|follows| follows));
                if let Some(from) = from.next() {
                    let sql = "INSERT OR IGNORE INTO variant(of, interview) VALUES (?1, ?2)";
                    transaction.prepare_cached(sql)?.execute(params![from.0, held.number])?;
                }
            }
        }
        Ok(())
    }

    /// The interviews in the new store that had this number in the old one.
    fn kept<'a>(&'a self, small: &'a Small, number: i64) -> impl Iterator<Item = &'a Held> {
        let ids = small.interviews.get(&number).into_iter().flatten();
        ids.filter_map(|(id, _)| self.interviews.get(&InterviewId(*id)))
    }
}
