//! The bytes of everything stored, and their hashes. Each begins with a byte that names its format; what follows is
//! postcard, or enciphered ([`cipher`](super::cipher)).

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::slots::Wrapped;
use super::{About, StoreError};
use crate::interview::{At, Beside, Draft, Event, Happening, InterviewId};
use crate::questionnaire::Hash;

/// The only format of what lies open so far.
const FORMAT: u8 = 1;

/// The first 16 bytes of a BLAKE3 hash: they are to find damage, not to keep out a forger.
pub(super) type Seal = [u8; 16];

/// What the hashes of an interview begin with: they hold for this interview and this questionnaire alone.
pub(super) fn origin(id: InterviewId, questionnaire: Hash) -> Seal {
    seal(&[&id.0, &questionnaire.0])
}

/// Hash of an event's row, from the hash of the event before (of the [`origin`], for the first).
pub(super) fn link(before: &Seal, body: &[u8]) -> Seal {
    seal(&[before, body])
}

/// The hash of each of these events, in their chain.
pub(super) fn links(origin: Seal, events: &[Event]) -> Result<Vec<Seal>, StoreError> {
    let mut before = origin;
    let chained = events.iter().map(|event| {
        before = link(&before, &body(event)?);
        Ok(before)
    });
    chained.collect()
}

/// The last of them; the [`origin`] where there are no events.
pub(super) fn chain(origin: Seal, events: &[Event]) -> Result<Seal, StoreError> {
    Ok(links(origin, events)?.last().copied().unwrap_or(origin))
}

/// Hash of a row of the table `name` with these cells.
pub(super) fn row(origin: &Seal, name: &str, cells: &[&[u8]]) -> Seal {
    let mut all: Vec<&[u8]> = vec![origin, name.as_bytes()];
    all.extend(cells);
    seal(&all)
}

/// Hash of packed answers: of one text of known parts, keyed with their questionnaire's hash. It takes two blocks for
/// forty items, because a scan of a million interviews checks a million of them.
pub(super) fn packed(questionnaire: Hash, head: &[u8; PACKED_HEAD], parts: [&[u8]; 3]) -> Seal {
    let mut text = [0; ON_STACK];
    let length = PACKED_HEAD + parts.iter().map(|part| part.len()).sum::<usize>();
    let hash = match text.get_mut(..length) {
        Some(text) => {
            let (first, mut rest) = text.split_at_mut(PACKED_HEAD);
            first.copy_from_slice(head);
            for part in parts {
                let (place, after) = rest.split_at_mut(part.len());
                place.copy_from_slice(part);
                rest = after;
            }
            blake3::keyed_hash(&questionnaire.0, text)
        }
        None => blake3::keyed_hash(&questionnaire.0, &[&head[..], parts[0], parts[1], parts[2]].concat()),
    };
    first_half(&hash)
}

/// Bytes of what stands before the parts of packed answers.
pub(super) const PACKED_HEAD: usize = 65;
/// Longer packed answers are put together on the heap.
const ON_STACK: usize = 256;

fn first_half(hash: &blake3::Hash) -> Seal {
    let mut first = Seal::default();
    first.copy_from_slice(&hash.as_bytes()[..16]);
    first
}

fn seal(parts: &[&[u8]]) -> Seal {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    first_half(&hasher.finalize())
}

/// An event as the bytes of its row.
pub(super) fn body(event: &Event) -> Result<Vec<u8>, StoreError> {
    encode(event)
}

/// The event in a row's bytes.
pub(super) fn event(body: &[u8]) -> Option<Event> {
    decode(body)
}

pub(super) fn draft_bytes(draft: &Draft) -> Result<Vec<u8>, StoreError> {
    encode(draft)
}

pub(super) fn draft(bytes: &[u8]) -> Option<Draft> {
    decode(bytes)
}

/// Answers beside the codes; mostly there are none, and then there are no bytes.
pub(super) fn beside_bytes(beside: &[Beside]) -> Result<Vec<u8>, StoreError> {
    if beside.is_empty() { Ok(Vec::new()) } else { encode(beside) }
}

pub(super) fn beside(bytes: &[u8]) -> Option<Vec<Beside>> {
    if bytes.is_empty() { Some(Vec::new()) } else { decode(bytes) }
}

pub(super) fn about_bytes(about: &About) -> Result<Vec<u8>, StoreError> {
    encode(about)
}

/// What is known of a workshop. Of one that was kept before this was known, nobody's change was told and nobody had
/// refused.
pub(super) fn about(bytes: &[u8]) -> Option<About> {
    let later = [&[][..], &[0], &[0, 0]];
    later.into_iter().find_map(|later| decode(&[bytes, later].concat()))
}

pub(super) fn wrapped_bytes(wrapped: &Wrapped) -> Result<Vec<u8>, StoreError> {
    encode(wrapped)
}

pub(super) fn wrapped(bytes: &[u8]) -> Option<Wrapped> {
    decode(bytes)
}

/// A finished interview's history: of each event the time since the one before, which is small, and what happened.
#[derive(Serialize, Deserialize)]
struct History<T> {
    doubtful: Vec<u32>,
    happenings: Vec<(i64, T)>,
}

/// The history of events numbered from 0 without gaps.
pub(super) fn history_bytes(events: &[Event]) -> Result<Vec<u8>, StoreError> {
    let mut before = 0;
    let happenings = events.iter().map(|event| {
        let since = event.at.unix_ms.wrapping_sub(before);
        before = event.at.unix_ms;
        (since, &event.what)
    });
    let happenings = happenings.collect();
    let doubtful = events.iter().filter(|event| event.at.doubtful).map(|event| event.seq).collect();
    encode(&History { doubtful, happenings })
}

/// The events of a finished interview's history.
pub(super) fn history(bytes: &[u8]) -> Option<Vec<Event>> {
    Some(of_history(decode(bytes)?))
}

/// The most events of a history from elsewhere.
pub(super) const MOST_EVENTS: usize = 50_000;

/// The same, of bytes from elsewhere: no more than [`MOST_EVENTS`] are ever built.
pub(super) fn history_from_elsewhere(bytes: &[u8]) -> Option<Vec<Event>> {
    let Few { doubtful, happenings } = decode(bytes)?;
    Some(of_history(History { doubtful, happenings }))
}

/// A [`History`] of bounded length.
#[derive(Deserialize)]
struct Few {
    #[serde(deserialize_with = "few")]
    doubtful: Vec<u32>,
    #[serde(deserialize_with = "few")]
    happenings: Vec<(i64, Happening)>,
}

fn few<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    struct Visit<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Visit<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "at most {MOST_EVENTS}")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Vec<T>, A::Error> {
            let mut few = Vec::new();
            while let Some(part) = parts.next_element()? {
                if few.len() == MOST_EVENTS {
                    return Err(A::Error::invalid_length(MOST_EVENTS + 1, &self));
                }
                few.push(part);
            }
            Ok(few)
        }
    }
    deserializer.deserialize_seq(Visit(PhantomData))
}

fn of_history(history: History<Happening>) -> Vec<Event> {
    let History { doubtful, happenings } = history;
    let mut doubtful = doubtful.into_iter().peekable();
    let mut unix_ms = 0i64;
    let events = (0u32..).zip(happenings).map(|(seq, (since, what))| {
        unix_ms = unix_ms.wrapping_add(since);
        Event { seq, at: At { unix_ms, doubtful: doubtful.next_if_eq(&seq).is_some() }, what }
    });
    events.collect()
}

fn encode<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, StoreError> {
    postcard::to_extend(value, vec![FORMAT]).map_err(|_| StoreError::Encoding)
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let (&FORMAT, bytes) = bytes.split_first()? else { return None };
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::cipher::ENCIPHERED;
    use super::super::tests::arbitrary;
    use super::*;
    use crate::interview::code;

    proptest! {
        #[test]
        fn events_come_back_as_they_went(events in arbitrary::history()) {
            for one in &events {
                prop_assert_eq!(event(&body(one).unwrap()), Some(one.clone()));
            }
            prop_assert_eq!(history(&history_bytes(&events).unwrap()), Some(events));
        }

        #[test]
        fn foreign_bytes_are_no_event_and_no_panic(bytes: Vec<u8>) {
            let _ = (event(&bytes), history(&bytes), draft(&bytes), beside(&bytes), about(&bytes));
            let mut longer = body(&arbitrary::started(0)).unwrap();
            longer.extend(&bytes);
            prop_assert_eq!(event(&longer).is_some(), bytes.is_empty());
        }
    }

    #[test]
    fn another_format_is_refused() {
        let mut bytes = body(&arbitrary::started(0)).unwrap();
        bytes[0] = FORMAT + 1;
        assert_eq!(bytes[0], ENCIPHERED);
        assert_eq!(event(&bytes), None);
        assert_eq!(event(&[]), None);
    }

    #[test]
    fn answers_beside_come_back() {
        let answers =
            vec![Beside::Choice(u16::from(code::LAST_CHOICE) + 1), Beside::Number(-3), Beside::Text("RT 3".into())];
        assert_eq!(beside(&beside_bytes(&answers).unwrap()), Some(answers));
        assert!(beside_bytes(&[]).unwrap().is_empty());
    }

    #[test]
    fn long_packed_answers_are_hashed_as_short_ones() {
        let (head, long) = ([7; PACKED_HEAD], [3; 2_000]);
        for length in [0, 1, ON_STACK - PACKED_HEAD - 1, ON_STACK - PACKED_HEAD, 2_000] {
            let whole = [&head[..], &long[..length]].concat();
            let expected = first_half(&blake3::keyed_hash(&[9; 32], &whole));
            assert_eq!(packed(Hash([9; 32]), &head, [&[], &long[..length], &[]]), expected, "{length}");
        }
    }

    #[test]
    fn a_hash_knows_where_one_part_ends() {
        assert_ne!(seal(&[b"ab", b"c"]), seal(&[b"a", b"bc"]));
    }
}
