//! The lines of a bundle, as they are written: JSON, one object a line, nothing in it that its reader does not know.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::LaptopId;
use crate::interview::{Event, InterviewId};
use crate::questionnaire::Hash;
use crate::store::{StoreError, codec};

/// The only format so far.
pub(super) const FORMAT: u64 = 1;
/// What the first line says that the file is.
pub(super) const KIND: &str = "bundle";

/// Bytes as lower-case hexadecimal digits, and in no other way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Hex<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Hex<N> {
    fn of(text: &str) -> Option<Self> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let mut bytes = [0; N];
        for (to, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *to = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        (text.len() == 2 * N).then_some(Self(bytes))
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::of(&text).ok_or_else(|| D::Error::custom("digits"))
    }
}

/// An identity as a UUID in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id(pub(super) [u8; 16]);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&InterviewId(self.0))
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let id = InterviewId::parse(&text).filter(|id| id.to_string() == text);
        id.map(|id| Self(id.0)).ok_or_else(|| D::Error::custom("uuid"))
    }
}

/// Bytes in base 64 (RFC 4648, section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bytes(pub(super) Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(D::Error::custom)
    }
}

/// What can be read of the first line of any format, to come.
#[derive(Debug, Deserialize)]
pub(super) struct Head {
    pub(super) kohesi: String,
    pub(super) format: u64,
}

/// The first line: what the file is, who made it, and how much of what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ManifestLine {
    pub(super) kohesi: String,
    pub(super) format: u64,
    pub(super) program: String,
    /// The laptop it was made on.
    pub(super) laptop: Hex<16>,
    pub(super) made_unix_ms: i64,
    pub(super) counts: Counts,
    /// Unfinished interviews that stayed behind.
    pub(super) left_unfinished: u64,
    pub(super) laptops: Vec<LaptopLine>,
}

/// How many lines there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Counts {
    pub(super) questionnaires: u64,
    pub(super) workshops: u64,
    pub(super) refusals: u64,
    pub(super) interviews: u64,
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) sealed: u64,
    pub(super) erased: u64,
}

/// A count that is left out where it is none.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks like this")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// What is in the file of one laptop's interviews.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LaptopLine {
    pub(super) id: Hex<16>,
    pub(super) name: String,
    pub(super) interviews: u64,
    /// Those of them that are not finished.
    pub(super) unfinished: u64,
    /// Those that are sealed each by itself, and not counted above.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(super) sealed: u64,
    /// BLAKE3 of their ids and heads, in the order in which they stand, and then of the ids of those that are sealed and
    /// what their lines say as `blake3`.
    pub(super) blake3: Hex<32>,
}

/// Any line but the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Line {
    Questionnaire(QuestionnaireLine),
    Workshop(Box<WorkshopLine>),
    Refusals(RefusalsLine),
    Interview(InterviewLine),
    Sealed(Box<SealedLine>),
    Erased(Id),
    End(EndLine),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuestionnaireLine {
    pub(super) blake3: Hex<32>,
    pub(super) text: String,
}

/// A workshop, without the facilitator's PIN, which stays where it was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkshopLine {
    pub(super) id: Id,
    /// How often its particulars were changed, and on which laptop last.
    pub(super) changes: u64,
    pub(super) changed_on: Hex<16>,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) date: String,
    pub(super) facilitator: String,
    pub(super) questionnaire: Hex<32>,
    pub(super) languages: Vec<String>,
    pub(super) minimum: u32,
    pub(super) second_of: Option<Id>,
    pub(super) keep_until: String,
    pub(super) closed: bool,
    pub(super) made_up: bool,
    pub(super) own_profile: bool,
    pub(super) shown: Vec<Id>,
    pub(super) followed: Vec<(Id, Id)>,
    /// How often consent was refused in it, on each laptop.
    pub(super) refused: Vec<(Hex<16>, u32)>,
    pub(super) notes: Vec<(String, String)>,
    pub(super) pairs: Vec<PairLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PairLine {
    pub(super) before: Id,
    pub(super) after: Id,
    pub(super) confirmed: bool,
}

/// How often consent to a questionnaire was refused on a laptop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusalsLine {
    pub(super) laptop: Hex<16>,
    pub(super) questionnaire: Hex<32>,
    pub(super) count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InterviewLine {
    pub(super) id: Id,
    pub(super) questionnaire: Hex<32>,
    /// The laptop it was held on.
    pub(super) laptop: Hex<16>,
    pub(super) events: u32,
    /// Hash of the last event, which speaks for all before it.
    pub(super) head: Hex<16>,
    /// The events, as a store keeps them.
    pub(super) history: Bytes,
}

impl InterviewLine {
    /// The line of an interview that began under this identity on this laptop; `head` speaks for its events.
    pub(super) fn of(
        (id, questionnaire, laptop): (InterviewId, Hash, LaptopId),
        events: &[Event],
        head: codec::Seal,
    ) -> Result<Self, StoreError> {
        Ok(Self {
            id: Id(id.0),
            questionnaire: Hex(questionnaire.0),
            laptop: Hex(laptop.0),
            events: u32::try_from(events.len()).map_err(|_| StoreError::Encoding)?,
            head: Hex(head),
            history: Bytes(codec::history_bytes(events)?),
        })
    }
}

/// A finished interview in its envelope, and what is known of it from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SealedLine {
    pub(super) id: Id,
    pub(super) questionnaire: Hex<32>,
    /// The workshop it was held in.
    pub(super) workshop: Option<Id>,
    /// The laptop it was held on.
    pub(super) laptop: Hex<16>,
    pub(super) started_unix_ms: i64,
    pub(super) last_unix_ms: i64,
    /// Which of the two times are doubtful: 1 for the start, 2 for the last event.
    pub(super) doubtful: u8,
    /// Of the envelope.
    pub(super) blake3: Hex<32>,
    /// The envelope, an age file; in it is a bundle of this one interview without its questionnaire.
    pub(super) envelope: Bytes,
}

/// The last line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndLine {
    /// Lines before it.
    pub(super) lines: u64,
    /// BLAKE3 of all bytes before it.
    pub(super) blake3: Hex<32>,
}

impl EndLine {
    /// The line and its end, as the one way in which it is written.
    pub(super) fn bytes(lines: u64, blake3: [u8; 32]) -> Vec<u8> {
        format!("{{\"end\":{{\"lines\":{lines},\"blake3\":\"{}\"}}}}\n", Hex(blake3)).into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_have_one_way_to_be_written() {
        assert_eq!(Hex::<2>::of("0aff"), Some(Hex([0x0a, 0xff])));
        for wrong in ["", "0af", "0AFF", "0aff0", "0af ", "0aéf", "0a+f"] {
            assert_eq!(Hex::<2>::of(wrong), None, "{wrong}");
        }
        assert!(serde_json::from_str::<Id>("\"01F9A0B1-0000-7000-8000-000000000000\"").is_err());
        assert!(serde_json::from_str::<Id>("\"01f9a0b1000070008000000000000000\"").is_err());
    }

    #[test]
    fn the_last_line_is_what_serde_would_write() {
        let line = Line::End(EndLine { lines: 7, blake3: Hex([9; 32]) });
        let written = serde_json::to_string(&line).unwrap() + "\n";
        assert_eq!(EndLine::bytes(7, [9; 32]), written.into_bytes());
    }
}
