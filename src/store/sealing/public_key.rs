use std::fmt;
use std::str::FromStr;

use super::super::StoreError;

/// The public half of a pair of keys, `age1…`: seals, and opens nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(pub(super) age::x25519::Recipient);

impl FromStr for PublicKey {
    type Err = StoreError;

    /// # Errors
    /// [`StoreError::NotAKey`]: a slip of up to four characters is always noticed.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        text.trim().parse().map(Self).map_err(|_| StoreError::NotAKey)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
