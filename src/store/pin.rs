//! A facilitator's PIN: only what it is checked against is kept (Argon2id, RFC 9106).

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

use super::StoreError;

/// 19 MiB and two passes: the smallest that OWASP recommends, a tenth of a second on an old laptop.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

fn hasher() -> Result<Argon2<'static>, StoreError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| StoreError::Encoding)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// What this PIN will be checked against, with a salt of its own.
///
/// # Errors
/// [`StoreError::Encoding`] where it cannot be computed, as without memory.
pub fn seal_pin(pin: &str) -> Result<String, StoreError> {
    let salt = SaltString::encode_b64(uuid::Uuid::new_v4().as_bytes()).map_err(|_| StoreError::Encoding)?;
    hasher()?.hash_password(pin.as_bytes(), &salt).map(|hash| hash.to_string()).map_err(|_| StoreError::Encoding)
}

/// Whether it is this PIN.
#[must_use]
pub fn is_pin(sealed: &str, pin: &str) -> bool {
    let parsed = PasswordHash::new(sealed);
    parsed.is_ok_and(|parsed| hasher().is_ok_and(|hasher| hasher.verify_password(pin.as_bytes(), &parsed).is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_opens_what_it_sealed_and_nothing_else() {
        let (sealed, again) = (seal_pin("2468").unwrap(), seal_pin("2468").unwrap());
        assert!(sealed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(!sealed.contains("2468"));
        assert_ne!(sealed, again, "each has a salt of its own");
        assert!(is_pin(&sealed, "2468") && is_pin(&again, "2468"));
        assert!(!is_pin(&sealed, "2469") && !is_pin(&sealed, "") && !is_pin("", "2468"));
    }
}
