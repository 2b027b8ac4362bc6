//! Made up people and real ones, who are never merged into one store.

use rusqlite::Connection;

use super::BundleFault;
use crate::interview::InterviewId;
use crate::store::fault::Fault;

/// Which people a file or a store has: made up ones, and real ones.
#[derive(Clone, Copy, Default)]
pub(super) struct People {
    made_up: bool,
    real: bool,
}

impl People {
    pub(super) fn of(connection: &Connection) -> Result<Self, Fault> {
        let is = |sign: &str| -> Result<bool, Fault> {
            let sql = format!(
                "SELECT EXISTS(SELECT 1 FROM (SELECT id FROM interview UNION ALL SELECT id FROM sealed) \
                 WHERE substr(hex(substr(id, 7, 1)), 1, 1) {sign} '8')"
            );
            Ok(connection.prepare_cached(&sql)?.query_row([], |row| row.get(0))?)
        };
        Ok(Self { made_up: is("=")?, real: is("<>")? })
    }

    pub(super) fn meet(&mut self, id: InterviewId) -> Result<(), Fault> {
        self.made_up |= id.is_synthetic();
        self.real |= !id.is_synthetic();
        if self.made_up && self.real { Err(super::said(BundleFault::Mixed)) } else { Ok(()) }
    }
}
