//! Whole numbers as real ones, and differences of products without loss.

use super::NotComputable;

/// The nearest real number.
#[expect(clippy::cast_precision_loss, reason = "the one place where a whole number becomes the nearest real one")]
pub(super) fn real(whole: i128) -> f64 {
    whole as f64
}

/// The nearest real number to a count.
pub(super) fn natural(count: u64) -> f64 {
    real(i128::from(count))
}

/// The nearest real number to a length or a place in a list.
pub(super) fn length(count: usize) -> f64 {
    real(i128::try_from(count).unwrap_or(i128::MAX))
}

/// A length as a count.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// n·p − a·b: exact, and rounded once, as long as the products fit 127 bits.
pub(super) fn cross(n: u64, p: i128, a: i128, b: i128) -> f64 {
    let exact = || i128::from(n).checked_mul(p)?.checked_sub(a.checked_mul(b)?);
    exact().map_or_else(|| natural(n) * (real(p) - real(a) / natural(n) * real(b)), real)
}

/// The number itself, unless it is none or endless.
pub(super) fn finite(value: f64) -> Result<f64, NotComputable> {
    if value.is_finite() { Ok(value) } else { Err(NotComputable::NotFinite) }
}
