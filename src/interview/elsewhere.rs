//! What an interview that was held elsewhere must hold to, beyond what its replay asks.

use super::{Event, Happening, Interview};
use crate::text::{Clean, Tag};

/// The end of the year 9999 UTC, in milliseconds since 1970: no clock shows more, and nothing that reckons with times
/// runs over.
const LATEST: i64 = 253_402_300_799_999;
/// The most characters of a version.
const LONGEST_VERSION: usize = 10_000;

impl Interview {
    /// Whether its history is one that this program would have written: it begins once, its texts are clean and no
    /// longer than they may be, its languages are languages and its times are of this calendar. (That answers fit their
    /// items was seen when it was replayed.)
    #[must_use]
    pub fn is_well_told(&self) -> bool {
        let events = self.events();
        let begins = |event: &Event| matches!(event.what, Happening::Started { .. });
        events.iter().skip(1).all(|event| !begins(event)) && events.iter().all(is_well_told)
    }
}

fn is_well_told(event: &Event) -> bool {
    let is_tag = |tag: &Tag| Tag::new(tag.as_str()).is_some();
    let is_clean = |text: &str, most: usize| text.chars().count() <= most && Clean::strip(text).as_str() == text;
    let told = match &event.what {
        Happening::Started { language, program, .. } => is_tag(language) && is_clean(program, LONGEST_VERSION),
        Happening::Consented { version, language } => is_tag(language) && is_clean(version, LONGEST_VERSION),
        Happening::Responded { language, .. } => is_tag(language),
        Happening::Noted { text, language, .. } => is_tag(language) && is_clean(text, Interview::LONGEST_NOTE),
        Happening::Recalled { code } => is_clean(code, Interview::LONGEST_CODE) && !code.is_empty(),
        Happening::TakenBack { .. } | Happening::Resumed | Happening::Finished | Happening::Joined { .. } => true,
    };
    told && (-LATEST..=LATEST).contains(&event.at.unix_ms)
}
