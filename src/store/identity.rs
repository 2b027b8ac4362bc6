use uuid::{NoContext, Timestamp, Uuid};

use super::clock;
use crate::interview::{InterviewId, WorkshopId};

/// A new interview's id: a `UUIDv7`, 74 bits of it random. A clock before 1970 counts as 1970.
#[must_use]
pub fn new_id() -> InterviewId {
    // `Uuid::now_v7` panics where the clock is before 1970.
    let ms = u64::try_from(clock::now().unix_ms).unwrap_or(0);
    let nanoseconds = u32::try_from(ms % 1_000 * 1_000_000).unwrap_or(0);
    InterviewId(*Uuid::new_v7(Timestamp::from_unix(NoContext, ms / 1_000, nanoseconds)).as_bytes())
}

/// 128 random bits, but for the 6 that name a UUID of version 4.
pub(super) fn random_id() -> [u8; 16] {
    *Uuid::new_v4().as_bytes()
}

/// A new workshop's id, made as an interview's is.
#[must_use]
pub fn new_workshop_id() -> WorkshopId {
    WorkshopId(new_id().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_of_version_7_and_differ() {
        let (a, b) = (new_id(), new_id());
        assert_ne!(a, b);
        assert_ne!(a.code(), b.code());
        assert_eq!(Uuid::from_bytes(a.0).get_version_num(), 7);
        let now = u64::try_from(clock::now().unix_ms).unwrap();
        let in_id = a.0[..6].iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
        assert!(now.abs_diff(in_id) < 60_000);
    }
}
