//! How items are worded.

use toml::de::DeTable;

use super::language::{Wording, wording, words};
use super::{Sheet, place, texts_of};
use crate::questionnaire::item::Kind;
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;

/// Words that are easily kept in mind when an item is read aloud.
const MAX_WORDS: usize = 20;
/// A joining word with so many words on either side joins two statements; with fewer, two names of one thing.
const STATEMENT: usize = 3;

pub(super) fn advise(sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    for (_, item, table) in sheet.each_item() {
        let scale = matches!(item.kind, Kind::Scale(_));
        if !item.kind.is_typed() && item.is_answered() {
            length(table, reading);
        }
        if scale {
            statement(table, reading);
            if item.default.is_some() {
                reading.report(ProblemCode::DefaultOnScale, place(table, "default"), |_| []);
            }
        }
    }
}

fn length(table: &DeTable<'_>, reading: &mut Reading<'_>) {
    for (_, text, place) in texts_of(table, "text") {
        let found = text.split_whitespace().count();
        if found > MAX_WORDS {
            reading.report(ProblemCode::LongItem, place, |_| [MAX_WORDS.to_string(), found.to_string()]);
        }
    }
}

/// A statement to agree with says one thing, and says no "no".
fn statement(table: &DeTable<'_>, reading: &mut Reading<'_>) {
    for (language, text, place) in texts_of(table, "text") {
        let Some(wording) = wording(language) else { continue };
        let words = words(text);
        if let Some(word) = joining(&words, wording) {
            reading.report(ProblemCode::DoubleBarrelled, place.clone(), |_| [word.to_owned()]);
        }
        if let Some(word) = words.iter().find(|word| denies(word, wording)) {
            reading.report(ProblemCode::NegatedItem, place, |_| [word.clone()]);
        }
    }
}

fn joining<'w>(words: &'w [String], wording: &Wording) -> Option<&'w str> {
    let joins = |place: &usize| {
        let after = words.len() - place - 1;
        wording.joining.contains(&words[*place]) && *place >= STATEMENT && after >= STATEMENT
    };
    (0..words.len()).find(joins).map(|place| words[place].as_str())
}

fn denies(word: &str, wording: &Wording) -> bool {
    wording.denying.iter().any(|denying| denying == word) || wording.denying_ends.iter().any(|end| word.ends_with(end))
}
