//! How the rows of a store are reached: a connection, and the key that what people said is under.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, PoisonError, RwLock};

use rusqlite::Connection;

use super::cipher::{ENCIPHERED, Place, StoreKey};
use super::codec::Seal;
use super::fault::Fault;

/// The place of a store's key in memory, empty until the store is unlocked. Every copy is the same place.
#[derive(Clone, Default)]
pub struct Vault(Arc<RwLock<Option<Box<StoreKey>>>>);

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

/// Two are equal where they are one place.
impl PartialEq for Vault {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Vault {}

impl Vault {
    pub(super) fn fill(&self, key: Box<StoreKey>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    /// Moves the key of another place here, or wipes this one where that is empty.
    pub(super) fn take_from(&self, other: &Self) {
        let key = other.0.write().unwrap_or_else(PoisonError::into_inner).take();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// Wipes the key.
    pub fn empty(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Whether it holds the key of this mark.
    pub(super) fn holds(&self, mark: &Seal) -> bool {
        self.with(|key| Ok(key.mark == *mark)).unwrap_or(false)
    }

    /// Does something with the key.
    pub(super) fn with<T>(&self, act: impl FnOnce(&StoreKey) -> Result<T, Fault>) -> Result<T, Fault> {
        act(self.0.read().unwrap_or_else(PoisonError::into_inner).as_deref().ok_or(Fault::Closed)?)
    }
}

/// A connection, and how what it stores is enciphered.
pub(super) struct Access<'a> {
    connection: &'a Connection,
    vault: Option<&'a Vault>,
    /// Mark of the key that is written with; none where rows lie open.
    protected: Option<Seal>,
}

impl Deref for Access<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

impl<'a> Access<'a> {
    pub(super) fn new(connection: &'a Connection, vault: &'a Vault, protected: Option<Seal>) -> Self {
        Self { connection, vault: Some(vault), protected }
    }

    /// Of a store that was never protected.
    pub(super) fn open_to_all(connection: &'a Connection) -> Self {
        Self { connection, vault: None, protected: None }
    }

    fn with<T>(&self, act: impl FnOnce(&StoreKey) -> Result<T, Fault>) -> Result<T, Fault> {
        self.vault.ok_or(Fault::Closed)?.with(act)
    }

    pub(super) fn is_protected(&self) -> bool {
        self.protected.is_some()
    }

    /// Whether rows of the store cannot be read for want of the key.
    pub(super) fn is_closed(&self) -> bool {
        self.protected.is_some_and(|mark| !self.vault.is_some_and(|vault| vault.holds(&mark)))
    }

    /// The bytes to store.
    pub(super) fn seal(&self, place: &Place<'_>, plain: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let Some(mark) = self.protected else { return Ok(plain) };
        self.with(|key| if key.mark == mark { Ok(key.encipher(place, &plain)?) } else { Err(Fault::Closed) })
    }

    /// What was stored.
    pub(super) fn open<'b>(&self, place: &Place<'_>, stored: &'b [u8]) -> Result<Cow<'b, [u8]>, Fault> {
        if !is_enciphered(stored) {
            return Ok(Cow::Borrowed(stored));
        }
        self.with(|key| {
            if !key.is_named_in(stored) {
                return Err(Fault::Closed);
            }
            key.decipher(place, stored).map(Cow::Owned).ok_or(Fault::Damaged(place.table))
        })
    }

    /// Codes and the answers beside them as they are stored: together, where they are enciphered.
    pub(super) fn seal_packed(
        &self,
        place: &Place<'_>,
        codes: &[u8],
        beside: Vec<u8>,
    ) -> Result<(Vec<u8>, Vec<u8>), Fault> {
        if self.protected.is_none() {
            return Ok((codes.to_vec(), beside));
        }
        let length = u32::try_from(codes.len()).unwrap_or(u32::MAX).to_le_bytes();
        Ok((Vec::new(), self.seal(place, [&length[..], codes, &beside].concat())?))
    }

    /// Codes and the answers beside them; `scratch` holds them where they were enciphered.
    pub(super) fn open_packed<'b>(
        &self,
        place: &Place<'_>,
        (codes, beside): (&'b [u8], &'b [u8]),
        scratch: &'b mut Vec<u8>,
    ) -> Result<(&'b [u8], &'b [u8]), Fault> {
        if !is_enciphered(beside) {
            return Ok((codes, beside));
        }
        *scratch = self.open(place, beside)?.into_owned();
        let damaged = || Fault::Damaged(place.table);
        let (length, rest) = scratch.split_first_chunk::<4>().ok_or_else(damaged)?;
        rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(damaged)
    }

    /// What is kept of the last hash of a history that is stored from now on.
    pub(super) fn seal_head(&self, head: Seal) -> Result<Seal, Fault> {
        if self.protected.is_some() { self.with(|key| Ok(key.head(&head))) } else { Ok(head) }
    }

    /// What is kept of the last hash of this stored history.
    pub(super) fn head_of(&self, history: &[u8], head: Seal) -> Result<Seal, Fault> {
        if is_enciphered(history) { self.with(|key| Ok(key.head(&head))) } else { Ok(head) }
    }
}

/// Whether these stored bytes lie open to nobody without the key.
pub(super) fn is_enciphered(stored: &[u8]) -> bool {
    stored.first() == Some(&ENCIPHERED)
}
