use serde::{Deserialize, Serialize};

use super::{Event, Happening, Mode, WorkshopId};
use crate::questionnaire::{Answer, Pick};
use crate::text::Tag;

/// An interview's answers as one small code an item, in the questionnaire's order, and how it was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// How it was held.
    pub circumstances: Circumstances,
    /// One of [`code`]'s values an item, or a choice's place counted from 1.
    pub codes: Vec<u8>,
    /// The answers that are no small code, in the order of their [`code::BESIDE`].
    pub beside: Vec<Beside>,
}

/// How an interview was held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// How the questions reached the respondent.
    pub mode: Mode,
    /// The language it ended in.
    pub language: Tag,
    /// How long its items were on the screen, in milliseconds of the monotonic clock.
    pub shown_ms: u64,
    /// The workshop it was held in.
    pub workshop: Option<WorkshopId>,
}

impl Circumstances {
    /// What a history tells of them; nothing where it does not begin with a start.
    #[must_use]
    pub fn of(events: &[Event]) -> Option<Self> {
        let Some(Happening::Started { mode, language, .. }) = events.first().map(|event| &event.what) else {
            return None;
        };
        let mut told = Self { mode: *mode, language: language.clone(), shown_ms: 0, workshop: None };
        for event in events {
            told.learn(&event.what);
        }
        Some(told)
    }

    fn learn(&mut self, what: &Happening) {
        match what {
            Happening::Responded { language, shown_ms, .. } => {
                self.language.clone_from(language);
                self.shown_ms = self.shown_ms.saturating_add(u64::from(*shown_ms));
            }
            Happening::TakenBack { shown_ms, .. } => self.shown_ms = self.shown_ms.saturating_add(u64::from(*shown_ms)),
            Happening::Started { language, .. }
            | Happening::Consented { language, .. }
            | Happening::Noted { language, .. } => self.language.clone_from(language),
            Happening::Joined { workshop } => self.workshop = Some(*workshop),
            Happening::Resumed | Happening::Finished | Happening::Recalled { .. } => {}
        }
    }
}

/// An answer kept beside the codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beside {
    /// A choice whose place is above [`code::LAST_CHOICE`].
    Choice(u16),
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// A choice's place from 0, and what was said to it.
    Other(u16, String),
    /// Several choices' places from 0, and what was said to one of them.
    Choices(Vec<u16>, Option<String>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Choices' places from 0, first rank first.
    Ranking(Vec<u16>),
}

/// What a byte of [`Packed::codes`] means; 1 to [`code::LAST_CHOICE`] is a choice's place counted from 1.
pub mod code {
    /// Never reached.
    pub const NOT_ASKED: u8 = 0;
    /// Highest place of a choice that is its own code.
    pub const LAST_CHOICE: u8 = 199;
    /// The value is in [`super::Packed::beside`].
    pub const BESIDE: u8 = 200;
    /// Don't know.
    pub const DONT_KNOW: u8 = 251;
    /// Prefer not to answer.
    pub const DECLINED: u8 = 252;
    /// Routed away.
    pub const NOT_APPLICABLE: u8 = 253;
    /// Left unanswered, after being asked about it.
    pub const SKIPPED: u8 = 254;
}

fn places(picks: &[Pick]) -> Vec<u16> {
    picks.iter().map(|pick| pick.0).collect()
}

impl Packed {
    /// No answers yet.
    pub(super) fn under(circumstances: Circumstances) -> Self {
        Self { circumstances, codes: Vec::new(), beside: Vec::new() }
    }

    /// The code of an answer; what is no small code is kept beside.
    pub(super) fn code_of(&mut self, answer: &Answer) -> u8 {
        let beside = match answer {
            Answer::Choice(pick) => match u8::try_from(pick.0) {
                Ok(place) if place < code::LAST_CHOICE => return place + 1,
                _ => Beside::Choice(pick.0),
            },
            Answer::Number(number) => Beside::Number(*number),
            Answer::Text(text) => Beside::Text(text.clone()),
            Answer::Other(pick, said) => Beside::Other(pick.0, said.clone()),
            Answer::Choices(picks) => Beside::Choices(places(&picks.picks), picks.other.clone()),
            Answer::Date(day) => Beside::Date(day.0),
            Answer::Ranking(ranks) => Beside::Ranking(places(ranks)),
        };
        self.beside.push(beside);
        code::BESIDE
    }
}
