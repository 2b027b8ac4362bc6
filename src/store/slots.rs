//! The ways to a protected store's key: each slot has the key wrapped under what is derived from one secret.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::cipher::{Secret, StoreKey, random};
use super::codec::{self, Seal};
use super::fault::Fault;
use super::vault::Access;
use super::{Store, StoreError, connection};
use crate::interview::WorkshopId;

/// What it costs to try one passphrase or PIN (Argon2id): 64 MiB and three passes, the second choice of RFC 9106; a
/// quarter of a second on an old laptop.
const COST: (u32, u32) = if cfg!(test) { (64, 1) } else { (64 * 1024, 3) };

/// What opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The store's passphrase.
    Passphrase,
    /// The PIN of a workshop, as long as it is open.
    Pin(WorkshopId),
}

impl Way {
    fn number(self) -> i64 {
        match self {
            Self::Passphrase => 1,
            Self::Pin(_) => 2,
        }
    }

    /// The workshop's id; nothing where it is of none.
    fn workshop(&self) -> &[u8] {
        match self {
            Self::Passphrase => &[],
            Self::Pin(workshop) => &workshop.0,
        }
    }

    fn of(number: i64, workshop: &[u8]) -> Option<Self> {
        match (number, workshop.try_into()) {
            (1, Err(_)) if workshop.is_empty() => Some(Self::Passphrase),
            (2, Ok(workshop)) => Some(Self::Pin(WorkshopId(workshop))),
            _ => None,
        }
    }
}

/// A key under what is derived from a secret.
#[derive(Serialize, Deserialize)]
pub(super) struct Wrapped {
    memory_kib: u32,
    passes: u32,
    salt: [u8; 16],
    nonce: [u8; 24],
    key: Vec<u8>,
}

impl Wrapped {
    pub(super) fn new(key: &StoreKey, secret: &Secret, way: Way) -> Result<Self, StoreError> {
        let (memory_kib, passes) = COST;
        let (salt, nonce) = (random(), random());
        let under = derived(secret, &salt, (memory_kib, passes)).ok_or(StoreError::Encoding)?;
        let payload = Payload { msg: key.master(), aad: &belongs_to(way, &key.mark) };
        let key = XChaCha20Poly1305::new((&*under).into()).encrypt(XNonce::from_slice(&nonce), payload);
        Ok(Self { memory_kib, passes, salt, nonce, key: key.map_err(|_| StoreError::Encoding)? })
    }

    fn open(&self, secret: &Secret, way: Way, mark: &Seal) -> Option<Box<StoreKey>> {
        let under = derived(secret, &self.salt, (self.memory_kib, self.passes))?;
        let payload = Payload { msg: &self.key, aad: &belongs_to(way, mark) };
        let key = XChaCha20Poly1305::new((&*under).into()).decrypt(XNonce::from_slice(&self.nonce), payload).ok()?;
        let key = Zeroizing::new(key);
        Some(StoreKey::of(key.as_slice().try_into().ok()?)).filter(|key| key.mark == *mark)
    }
}

/// How long the next try has to wait after so many wrong ones in a row: the first slip of a finger costs nothing, then
/// 2, 4, 8 seconds and so on up to five minutes.
#[must_use]
pub fn wait_after(wrong: u32) -> Duration {
    const LONGEST: u64 = 300;
    let seconds = wrong.checked_sub(1).filter(|more| *more > 0).map_or(0, |more| 1 << more.min(16));
    Duration::from_secs(LONGEST.min(seconds))
}

/// The most memory a slot may ask for, in KiB: a changed one does not bring the laptop down.
const MOST_MEMORY: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;

fn derived(secret: &Secret, salt: &[u8], (memory_kib, passes): (u32, u32)) -> Option<Zeroizing<[u8; 32]>> {
    if memory_kib > MOST_MEMORY || passes > MOST_PASSES {
        return None;
    }
    let params = Params::new(memory_kib, passes, 1, Some(32)).ok()?;
    let mut under = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(secret.text().as_bytes(), salt, &mut *under).ok()?;
    Some(under)
}

fn belongs_to(way: Way, mark: &Seal) -> Vec<u8> {
    [&way.number().to_le_bytes()[..], mark, way.workshop()].concat()
}

fn seal(way: Way, mark: &Seal, body: &[u8]) -> Seal {
    codec::row(&[0; 16], "slot", &[&way.number().to_le_bytes(), way.workshop(), mark, body])
}

/// A way in.
pub(super) struct Slot {
    way: Way,
    /// The key it leads to.
    pub(super) mark: Seal,
    wrapped: Wrapped,
}

impl Slot {
    /// The slot of a row; nothing where the row does not agree with its hash.
    pub(super) fn of((kind, workshop): (i64, &[u8]), mark: Seal, body: &[u8], hash: Seal) -> Option<Self> {
        let way = Way::of(kind, workshop).filter(|way| seal(*way, &mark, body) == hash)?;
        Some(Self { way, mark, wrapped: codec::wrapped(body)? })
    }

    /// Stores it.
    pub(super) fn keep(&self, connection: &Connection) -> Result<(), Fault> {
        put(connection, self.way, &self.mark, &self.wrapped)
    }
}

/// Every slot, the passphrase first; a damaged one as damaged.
fn all(connection: &Connection) -> Result<Vec<Option<Slot>>, Fault> {
    let sql = "SELECT kind, workshop, mark, body, hash FROM slot ORDER BY kind, number";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut slots = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, workshop, mark): (i64, Vec<u8>, Seal) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (body, hash): (Vec<u8>, Seal) = (row.get(3)?, row.get(4)?);
        slots.push(Slot::of((kind, &workshop), mark, &body, hash));
    }
    Ok(slots)
}

/// Mark of the key that a store is under; none where it lies open.
pub(super) fn mark(connection: &Connection) -> Result<Option<Seal>, Fault> {
    let slots = all(connection)?;
    match slots.iter().flatten().next() {
        Some(slot) => Ok(Some(slot.mark)),
        None if slots.is_empty() => Ok(None),
        None => Err(Fault::Damaged("slot")),
    }
}

pub(super) fn put(connection: &Connection, way: Way, mark: &Seal, wrapped: &Wrapped) -> Result<(), Fault> {
    take_away(connection, way)?;
    let body = codec::wrapped_bytes(wrapped)?;
    connection
        .prepare_cached("INSERT INTO slot(kind, workshop, mark, body, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![way.number(), way.workshop(), mark, body, seal(way, mark, &body)])?;
    Ok(())
}

/// True where there was one.
pub(super) fn take_away(connection: &Connection, way: Way) -> Result<bool, Fault> {
    let sql = "DELETE FROM slot WHERE kind = ?1 AND workshop = ?2";
    Ok(connection.prepare_cached(sql)?.execute(params![way.number(), way.workshop()])? > 0)
}

/// Copies every slot of one store into another, which is then under the same key.
pub(super) fn copy(from: &Connection, to: &Connection) -> Result<Option<Seal>, Fault> {
    for slot in all(from)?.iter().flatten() {
        slot.keep(to)?;
    }
    mark(to)
}

impl Store {
    /// Whether a passphrase is asked for before answers are read or written.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.protected.is_some()
    }

    /// Whether it is protected, and nobody has given the passphrase yet.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.protected.is_some_and(|mark| !self.vault.holds(&mark))
    }

    /// What opens the store.
    ///
    /// # Errors
    /// What the disk says.
    pub fn ways_in(&self) -> Result<Vec<Way>, StoreError> {
        let read = self.snapshot(|access| Ok(all(access)?.into_iter().flatten().map(|slot| slot.way).collect()));
        read.map_err(|fault| fault.outside(&self.path, None))
    }

    /// Unlocks the store, for every store opened with the same [`Vault`](super::Vault); what opened it, or none where
    /// this is neither its passphrase nor an open workshop's PIN. Each try takes a while: that keeps guessing slow.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where it fits nothing and a slot is damaged, or what the disk says.
    pub fn unlock(&self, secret: &Secret) -> Result<Option<Way>, StoreError> {
        let slots = self.snapshot(|access| all(access)).map_err(|fault| fault.outside(&self.path, None))?;
        let damaged = slots.iter().any(Option::is_none);
        for slot in slots.into_iter().flatten() {
            if let Some(key) = slot.wrapped.open(secret, slot.way, &slot.mark) {
                self.vault.fill(key);
                return Ok(Some(slot.way));
            }
        }
        if damaged { Err(StoreError::Damaged { id: None, part: "slot" }) } else { Ok(None) }
    }

    /// Lets a workshop's PIN open the store too, until the workshop is closed; in a store that is not protected there is
    /// nothing to open.
    ///
    /// # Errors
    /// [`StoreError::NeedsKey`] while it is locked, or what the disk says.
    pub fn keep_pin(&mut self, workshop: WorkshopId, pin: &Secret) -> Result<(), StoreError> {
        let Some(mark) = self.protected else { return Ok(()) };
        let (way, path) = (Way::Pin(workshop), self.path.clone());
        let wrapped = self.vault.with(|key| Ok(Wrapped::new(key, pin, way)?));
        let wrapped = wrapped.map_err(|fault| fault.outside(&path, None))?;
        self.write(None, |access| {
            if access.is_closed() {
                return Err(Fault::Closed);
            }
            put(access, way, &mark, &wrapped)
        })
    }

    /// What a secret once opened stands nowhere any more: not in the log either.
    pub(super) fn forget_slots(&self) {
        if let Some(connection) = &self.connection {
            connection::empty_log(connection);
        }
    }
}

/// Takes a closed workshop's PIN away; true where it had one.
pub(super) fn close(access: &Access<'_>, workshop: WorkshopId) -> Result<bool, Fault> {
    take_away(access, Way::Pin(workshop))
}
