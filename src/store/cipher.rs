//! What a protected store makes of the bytes of a row: XChaCha20-Poly1305 under the store's key.
//!
//! The nonce is a keyed hash of place and content, so that the same bytes in the same place are the same again: storing
//! an event twice stays one event, and no row depends on the quality of a random number. What is told by that is that a
//! row is as it was before. Lengths are rounded up, so that an answer and a "prefer not to answer" look alike.

use std::fmt;

use chacha20poly1305::aead::rand_core::RngCore;
use chacha20poly1305::aead::{AeadInPlace, KeyInit, OsRng};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use zeroize::{Zeroize, Zeroizing};

use super::StoreError;
use super::codec::Seal;

/// First byte of what is enciphered; what lies open begins with another.
pub(super) const ENCIPHERED: u8 = 2;

/// Bytes by which a row names the key it is under.
pub(super) const NAME: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Where the enciphered part begins.
const HEAD: usize = 1 + NAME + NONCE;
/// Lengths are multiples of this.
const BLOCK: usize = 64;

/// A passphrase or a PIN that was typed. It is never told, and wiped when it is no longer needed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The most signs one has; so many bytes are set aside, so that what is typed never moves in memory.
    pub const LONGEST: usize = 128;

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// How many signs it has.
    #[must_use]
    pub fn signs(&self) -> usize {
        self.0.chars().count()
    }

    /// Adds a sign; one too many and control characters are not taken.
    pub fn push(&mut self, sign: char) {
        if self.signs() < Self::LONGEST && !sign.is_control() {
            self.0.push(sign);
        }
    }

    /// Takes the last sign away.
    pub fn pop(&mut self) {
        let _ = self.0.pop();
    }

    /// Takes every sign away.
    pub fn clear(&mut self) {
        self.0.zeroize();
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(4 * Self::LONGEST)))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        let mut secret = Self::default();
        for sign in text.chars() {
            secret.push(sign);
        }
        secret
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Where enciphered bytes belong. In another place they are not taken.
pub(super) struct Place<'a> {
    /// What the hashes of the interview begin with, or a workshop's id.
    pub(super) origin: &'a Seal,
    /// The table.
    pub(super) table: &'static str,
    /// Number within the interview.
    pub(super) seq: u32,
}

impl Place<'_> {
    fn bytes(&self) -> Vec<u8> {
        [&self.origin[..], &self.seq.to_le_bytes(), self.table.as_bytes()].concat()
    }
}

/// A store's key and what is derived from it: the one place where it is in memory. Wiped when dropped.
pub(super) struct StoreKey {
    master: [u8; 32],
    cipher: [u8; 32],
    nonces: [u8; 32],
    heads: [u8; 32],
    /// What a key is known by; it does not lead back to it.
    pub(super) mark: Seal,
}

impl Drop for StoreKey {
    fn drop(&mut self) {
        for part in [&mut self.master, &mut self.cipher, &mut self.nonces, &mut self.heads] {
            part.zeroize();
        }
    }
}

impl fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StoreKey")
    }
}

impl StoreKey {
    /// A new key.
    pub(super) fn random() -> Box<Self> {
        let mut master = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(&mut *master);
        Self::of(&master)
    }

    pub(super) fn of(master: &[u8; 32]) -> Box<Self> {
        let derived = |what: &str| blake3::derive_key(what, master);
        let mut mark = Seal::default();
        mark.copy_from_slice(&derived("kohesi-2026-11-store-mark")[..16]);
        Box::new(Self {
            master: *master,
            cipher: derived("kohesi-2026-11-store-cipher"),
            nonces: derived("kohesi-2026-11-store-nonces"),
            heads: derived("kohesi-2026-11-store-heads"),
            mark,
        })
    }

    /// The key itself, to be wrapped.
    pub(super) fn master(&self) -> &[u8; 32] {
        &self.master
    }

    /// What stands for the last hash of a history: without the key nobody can try answers against it.
    pub(super) fn head(&self, head: &Seal) -> Seal {
        let mut under_key = Seal::default();
        under_key.copy_from_slice(&blake3::keyed_hash(&self.heads, head).as_bytes()[..16]);
        under_key
    }

    pub(super) fn encipher(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let place = place.bytes();
        let mut hasher = blake3::Hasher::new_keyed(&self.nonces);
        hasher.update(&(place.len() as u64).to_le_bytes()).update(&place).update(plain);
        let nonce = &hasher.finalize().as_bytes()[..NONCE].to_vec();
        let mut bytes = Vec::with_capacity(HEAD + plain.len() + BLOCK + TAG);
        bytes.push(ENCIPHERED);
        bytes.extend_from_slice(&self.mark[..NAME]);
        bytes.extend_from_slice(nonce);
        bytes.extend_from_slice(plain);
        bytes.push(0x80);
        bytes.resize(HEAD + (plain.len() + 1).next_multiple_of(BLOCK), 0);
        let cipher = XChaCha20Poly1305::new((&self.cipher).into());
        let tag = cipher.encrypt_in_place_detached(XNonce::from_slice(nonce), &place, &mut bytes[HEAD..]);
        bytes.extend_from_slice(&tag.map_err(|_| StoreError::Encoding)?);
        Ok(bytes)
    }

    /// Nothing where the bytes were changed or are of another place.
    pub(super) fn decipher(&self, place: &Place<'_>, stored: &[u8]) -> Option<Vec<u8>> {
        let (head, rest) = stored.split_at_checked(HEAD)?;
        let (enciphered, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
        let mut plain = enciphered.to_vec();
        let cipher = XChaCha20Poly1305::new((&self.cipher).into());
        let nonce = XNonce::from_slice(&head[1 + NAME..]);
        cipher.decrypt_in_place_detached(nonce, &place.bytes(), &mut plain, Tag::from_slice(tag)).ok()?;
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        (plain[end] == 0x80).then(|| plain.truncate(end))?;
        Some(plain)
    }

    /// Whether the bytes say that they are under this key.
    pub(super) fn is_named_in(&self, stored: &[u8]) -> bool {
        stored.get(1..=NAME) == Some(&self.mark[..NAME])
    }
}

/// By what enciphered bytes name their key; nothing of what lies open.
pub(super) fn named(stored: &[u8]) -> Option<[u8; NAME]> {
    if stored.first() == Some(&ENCIPHERED) { stored.get(1..=NAME)?.try_into().ok() } else { None }
}

/// Bytes nobody can guess.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(origin: &Seal, seq: u32) -> Place<'_> {
        Place { origin, table: "event", seq }
    }

    proptest! {
        #[test]
        fn what_is_enciphered_comes_back_in_its_place_alone(
            plain: Vec<u8>, master: [u8; 32], origin: Seal, other: Seal, seq: u32, at: usize, bit in 0u8..8,
        ) {
            let key = StoreKey::of(&master);
            let stored = key.encipher(&place(&origin, seq), &plain).unwrap();
            prop_assert_eq!(stored.clone(), key.encipher(&place(&origin, seq), &plain).unwrap());
            prop_assert_eq!((stored.len() - HEAD - TAG) % BLOCK, 0);
            prop_assert!(key.is_named_in(&stored));
            prop_assert_eq!(key.decipher(&place(&origin, seq), &stored), Some(plain));
            prop_assert_eq!(key.decipher(&place(&origin, seq.wrapping_add(1)), &stored), None);
            prop_assume!(origin != other);
            prop_assert_eq!(key.decipher(&place(&other, seq), &stored), None);
            prop_assert_eq!(key.decipher(&Place { origin: &origin, table: "draft", seq }, &stored), None);
            let mut changed = stored.clone();
            let at = 1 + NAME + at % (stored.len() - 1 - NAME);
            changed[at] ^= 1 << bit;
            prop_assert_eq!(key.decipher(&place(&origin, seq), &changed), None);
            prop_assert_eq!(key.decipher(&place(&origin, seq), &stored[..at]), None);
        }

        #[test]
        fn foreign_bytes_are_refused(bytes: Vec<u8>) {
            prop_assert_eq!(StoreKey::of(&[7; 32]).decipher(&place(&[0; 16], 0), &bytes), None);
        }
    }

    #[test]
    fn another_key_opens_nothing_and_a_mark_tells_them_apart() {
        let (one, other) = (StoreKey::random(), StoreKey::random());
        let stored = one.encipher(&place(&[1; 16], 3), b"kerja bakti").unwrap();
        assert_eq!(other.decipher(&place(&[1; 16], 3), &stored), None);
        assert!(one.mark != other.mark && !other.is_named_in(&stored));
        assert_ne!(one.head(&[5; 16]), other.head(&[5; 16]));
        let again = StoreKey::of(one.master());
        assert_eq!(again.decipher(&place(&[1; 16], 3), &stored).as_deref(), Some(&b"kerja bakti"[..]));
    }

    #[test]
    fn a_secret_tells_nothing_of_itself() {
        let mut secret = Secret::from("rahasia\u{1b}");
        assert_eq!((secret.text(), secret.signs(), format!("{secret:?}").as_str()), ("rahasia", 7, "Secret"));
        secret.pop();
        assert_eq!(secret.text(), "rahasi");
        secret.clear();
        for _ in 0..200 {
            secret.push('é');
        }
        assert_eq!(secret.signs(), Secret::LONGEST);
    }
}
