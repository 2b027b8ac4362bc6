//! Sealing: what is written for a few keys and opened with any one of them.
//!
//! The format is age (age-encryption.org/v1) with X25519 keys, so that the stock program opens what is sealed here, and
//! the other way round. [`Recipients`] seal, whole or as a stream; an [`Identity`] opens. A byte that is missing,
//! added or changed is an error, and what was sealed is then not to be had.

mod header;
mod identity;
mod public_key;
mod recipients;

pub use identity::{Identity, OpenedReader};
pub use public_key::PublicKey;
pub use recipients::{Recipients, SealedWriter};

#[cfg(test)]
mod tests;
