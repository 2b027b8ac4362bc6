use std::path::PathBuf;

use rusqlite::Connection;

use super::codec::Seal;
use super::fault::Fault;
use super::lock::Lock;
use super::vault::Vault;
use super::{Paths, StoreError, connection, slots};
use crate::questionnaire::{Hash, Questionnaire};

/// When what was written counts as stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When the disk says that it would outlast a power cut.
    #[default]
    Full,
    /// Earlier: only for the control of the power-cut test, which must fail with it.
    Normal,
}

impl Durability {
    pub(super) fn synchronous(self) -> i64 {
        match self {
            Self::Full => 2,
            Self::Normal => 1,
        }
    }
}

/// How to open a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// When what was written counts as stored.
    #[doc(hidden)]
    pub durability: Durability,
    /// Open it in a folder that is shared with other machines too.
    pub allow_shared_folder: bool,
    /// For a [`Writer`](super::Writer): read beside whoever writes, and write for a moment only.
    pub beside: bool,
    /// A [`super::Writer`] makes a copy of it once a day.
    pub daily_backup: bool,
    /// Where the key of a protected store is, once one is unlocked.
    pub vault: Vault,
}

/// Every interview on this machine. See the [room](super) for how it is kept.
#[derive(Debug)]
pub struct Store {
    // Before the lock, so that it is closed before others may write.
    pub(super) connection: Option<Connection>,
    pub(super) lock: Option<Lock>,
    pub(super) home: PathBuf,
    pub(super) path: PathBuf,
    pub(super) durability: Durability,
    pub(super) vault: Vault,
    /// Mark of the key that what people said is enciphered under; none where it lies open.
    pub(super) protected: Option<Seal>,
    /// The last write failed, and what the connection believes may not be what the disk holds.
    pub(super) stale: bool,
    /// A count of refusals that may have been stored although storing it failed.
    pub(super) unsure: Option<(Hash, i64)>,
}

impl Store {
    pub(super) fn over(
        connection: Connection,
        lock: Option<Lock>,
        paths: &Paths,
        options: &Options,
    ) -> Result<Self, Fault> {
        let (home, path) = (paths.home.clone(), paths.database());
        let protected = slots::mark(&connection)?;
        let (durability, vault) = (options.durability, options.vault.clone());
        let connection = Some(connection);
        Ok(Self { connection, lock, home, path, durability, vault, protected, stale: false, unsure: None })
    }

    /// The connection for reading.
    pub(super) fn reading(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or_else(|| StoreError::Io { path: self.path.clone(), reason: String::new() })
    }

    /// A number that is another whenever another program has written since it was asked for last.
    pub(super) fn state(&self) -> Result<i64, StoreError> {
        let state = self.reading()?.pragma_query_value(None, "data_version", |row| row.get(0));
        state.map_err(|error| Fault::Sql(error).outside(&self.path, None))
    }

    /// Whether it holds any interview.
    pub(super) fn holds_any(&self) -> bool {
        let any = |connection: &Connection| {
            connection.query_row("SELECT EXISTS(SELECT 1 FROM interview) OR EXISTS(SELECT 1 FROM sealed)", [], |row| {
                row.get::<_, bool>(0)
            })
        };
        self.connection.as_ref().is_some_and(|connection| any(connection).unwrap_or(true))
    }

    /// Brings what was written from the log home, and makes blocks of what is finished; a good time is after an
    /// interview. What is stored is stored without it.
    pub fn rest(&mut self) {
        if !self.stale && self.lock.is_some() {
            self.bind();
        }
        if !self.stale
            && let Some(connection) = &self.connection
        {
            connection::bring_log_home(connection);
        }
    }
}

/// Of a questionnaire what is stored.
pub(super) struct Source<'a> {
    pub(super) hash: Hash,
    pub(super) key: &'a str,
    pub(super) version: &'a str,
    pub(super) items: usize,
    pub(super) text: &'a str,
}

impl<'a> From<&'a Questionnaire> for Source<'a> {
    fn from(questionnaire: &'a Questionnaire) -> Self {
        Self {
            hash: questionnaire.hash(),
            key: questionnaire.key().as_str(),
            version: questionnaire.version().as_str(),
            items: questionnaire.items().len(),
            text: questionnaire.source(),
        }
    }
}
