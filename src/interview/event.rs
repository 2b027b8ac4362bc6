use std::fmt;

use serde::{Deserialize, Serialize};

use crate::questionnaire::{Answer, ItemIndex};
use crate::text::{Language, Tag, in_words};

/// An interview's identity: 128 bits, random but for the time they begin with (`UUIDv7`, RFC 9562).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InterviewId(pub [u8; 16]);

/// Letters and digits that are not mistaken for each other (Crockford's base 32).
const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl InterviewId {
    /// The id written as a UUID, or as any beginning of one at least 8 hexadecimal digits long is not accepted:
    /// only the whole.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        u128::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 32).map(|n| Self(n.to_be_bytes()))
    }

    /// The 40 random bits that codes are made of.
    fn bits(&self) -> u64 {
        self.0[11..].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
    }

    /// The code as four words of a language, easy to say and to note.
    #[must_use]
    pub fn words(&self, language: Language) -> String {
        in_words(self.bits(), language)
    }

    /// A short code for the respondent to note, such as `K7QM-3F2P`: 40 of the random bits.
    #[must_use]
    pub fn code(&self) -> String {
        let bits = self.bits();
        (0..8u32)
            .flat_map(|place| {
                let letter = char::from(CODE_LETTERS[usize::from(((bits >> (35 - 5 * place)) & 31) as u8)]);
                (place == 4).then_some('-').into_iter().chain([letter])
            })
            .collect()
    }
}

impl fmt::Display for InterviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let hyphen = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{hyphen}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for InterviewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A workshop's identity: 128 bits, random but for the time they begin with (`UUIDv7`, RFC 9562).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorkshopId(pub [u8; 16]);

/// The wall clock's time of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct At {
    /// Milliseconds since 1970-01-01 UTC; may be negative where the clock is wrong.
    pub unix_ms: i64,
    /// The clock was before this program was made, or before the event before.
    pub doubtful: bool,
}

/// How the questions reach the respondent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// The respondent reads and answers.
    SelfAdministered,
    /// An interviewer reads aloud and enters what is answered.
    Interviewer,
}

/// What is recorded for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// A given value.
    Given(Answer),
    /// "Don't know".
    DontKnow,
    /// "Prefer not to answer".
    Declined,
    /// Routed away.
    NotApplicable,
    /// Left unanswered, after being asked about it.
    Skipped,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happening {
    /// The interview began.
    Started {
        /// How it is held.
        mode: Mode,
        /// Language at the start.
        language: Tag,
        /// Version of this program.
        program: String,
    },
    /// The respondent agreed to the consent text.
    Consented {
        /// Version of the consent text.
        version: String,
        /// Language in which it was read.
        language: Tag,
    },
    /// An item was responded to, or its response changed.
    Responded {
        /// The item.
        item: ItemIndex,
        /// The response.
        response: Response,
        /// Language in which the item was shown.
        language: Tag,
        /// How long the item was on the screen, in milliseconds of the monotonic clock.
        shown_ms: u32,
    },
    /// A response was taken back; the item stands as if never answered.
    TakenBack {
        /// The item.
        item: ItemIndex,
        /// How long the item was on the screen, in milliseconds.
        shown_ms: u32,
    },
    /// A note to an item was written, changed, or (empty) taken away.
    Noted {
        /// The item.
        item: ItemIndex,
        /// The whole note.
        text: String,
        /// Language of the screen.
        language: Tag,
    },
    /// The interview was taken up again after the program had ended.
    Resumed,
    /// The respondent finished.
    Finished,
    /// The interview is held in a workshop.
    Joined {
        /// The workshop.
        workshop: WorkshopId,
    },
    /// The respondent named the code they had in an earlier round.
    Recalled {
        /// The code, as it was typed.
        code: String,
    },
}

/// One line of an interview's history. History is only ever added to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Number of the event in its interview, from 0, without gaps.
    pub seq: u32,
    /// When.
    pub at: At,
    /// What.
    pub what: Happening,
}
