//! A store is put under a passphrase, under another, or under none.

use std::path::PathBuf;

use super::cipher::{Secret, StoreKey};
use super::codec::Seal;
use super::database::Store;
use super::fault::Fault;
use super::needles::Needles;
use super::rewrite::Rewrite;
use super::slots::{self, Way, Wrapped};
use super::vault::{Access, Vault};
use super::{StoreError, connection, envelope};

/// What became of a store that was protected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Protected {
    /// Rows that are enciphered now.
    pub rows: usize,
    /// Places in the store's folder where something still lies open. None in a store that nobody else is reading; the
    /// files of a damaged store that was moved aside, and backups, are not changed and may hold some.
    pub traces: usize,
    /// The files that hold them.
    pub files: Vec<PathBuf>,
}

/// Writes every page anew.
const ANEW: &str = "VACUUM";

impl Store {
    /// Protects the store with a passphrase, or with another where it is protected: everything a person said is
    /// enciphered under a new key, all in one transaction, and the store's own files are searched for what still lies
    /// open. A workshop's PIN is chosen anew then.
    ///
    /// # Errors
    /// [`StoreError::NeedsKey`] while it is locked, [`StoreError::Damaged`] where a table cannot be read to its end, or
    /// what the disk says. Then it is as it was.
    pub fn protect(&mut self, passphrase: &Secret) -> Result<Protected, StoreError> {
        let key = StoreKey::random();
        let mark = key.mark;
        let wrapped = Wrapped::new(&key, passphrase, Way::Passphrase)?;
        let vault = Vault::default();
        vault.fill(key);
        let (rows, open) = self.rewrite(&vault, Some(mark), |access| {
            access.execute("DELETE FROM slot", [])?;
            slots::put(access, Way::Passphrase, &mark, &wrapped)
        })?;
        let connection = self.reading()?;
        connection::empty_log(connection);
        // A page can keep what was moved off it. Where that fails, as on a full disk, the search tells what is left.
        let _ = connection.execute_batch(ANEW);
        connection::empty_log(connection);
        let (traces, files) = self.search(&open)?;
        Ok(Protected { rows, traces, files })
    }

    /// Takes the protection away: everything lies open then. Gives how many rows.
    ///
    /// # Errors
    /// As [`Store::protect`].
    pub fn unprotect(&mut self) -> Result<usize, StoreError> {
        let (rows, _) = self.rewrite(&Vault::default(), None, |access| {
            access.execute("DELETE FROM slot", [])?;
            // What is sealed was readable under the key alone.
            envelope::close_all(access)
        })?;
        self.forget_slots();
        Ok(rows)
    }

    /// Rewrites every row under the key in `vault`, and does what goes with it in the same transaction.
    fn rewrite(
        &mut self,
        vault: &Vault,
        mark: Option<Seal>,
        and: impl FnOnce(&Access<'_>) -> Result<(), Fault>,
    ) -> Result<(usize, Needles), StoreError> {
        let rewritten = self.write(None, |from| {
            if from.is_closed() {
                return Err(Fault::Closed);
            }
            let to = Access::new(from, vault, mark);
            let mut rewrite = Rewrite { from, to: &to, open: Needles::default(), rows: 0 };
            rewrite.every_row()?;
            and(from)?;
            Ok((rewrite.rows, rewrite.open))
        })?;
        self.vault.take_from(vault);
        self.protected = mark;
        Ok(rewritten)
    }

    /// Puts a store that is still empty under the key of another.
    pub(super) fn protect_as(&mut self, other: &Self) -> Result<(), StoreError> {
        let (Some(mark), None) = (other.protected, self.protected) else { return Ok(()) };
        let (path, from) = (self.home.clone(), other.reading()?);
        let copied = self.write(None, |access| {
            let filled = "SELECT EXISTS(SELECT 1 FROM interview) OR EXISTS(SELECT 1 FROM workshop)";
            if access.query_row(filled, [], |row| row.get(0))? {
                return Err(StoreError::NotProtected { path }.into());
            }
            slots::copy(from, access)
        })?;
        self.protected = copied.filter(|copied| *copied == mark);
        Ok(())
    }
}
