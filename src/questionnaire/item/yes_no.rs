use super::{Choice, ChoiceList, Kind, Written};
use crate::questionnaire::model::{Key, Localized};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;
use crate::text::{Clean, answer_words};

const KEYS: &[&str] = &["yes", "no"];

pub(super) const YES_NO: Written =
    Written { name: "yes_no", keys: KEYS, counts: false, answered: true, read: read_yes_no };
pub(super) const CONSENT: Written =
    Written { name: "consent", keys: KEYS, counts: false, answered: true, read: read_consent };

fn read_yes_no(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    two(table, ["yes", "no"], reading).map(Kind::YesNo)
}

fn read_consent(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    two(table, ["agree", "refuse"], reading).map(Kind::Consent)
}

/// Yes and no, in the author's words or, by these `names`, in those of the interface.
fn two(table: &mut Table<'_>, names: [&str; 2], reading: &mut Reading<'_>) -> Option<ChoiceList> {
    let mut choice = |key: &'static str, name| {
        let text = match table.optional(key) {
            Some(field) => field.localized(reading)?,
            None => of_interface(key, name, table, reading)?,
        };
        Some(Choice::plain(Key::new(key)?, text))
    };
    let (yes, no) = (choice("yes", names[0]), choice("no", names[1]));
    Some(ChoiceList { choices: vec![yes?, no?], shuffle: false, letters: false })
}

fn of_interface(key: &'static str, name: &str, table: &Table<'_>, reading: &mut Reading<'_>) -> Option<Localized> {
    let mut texts = Vec::with_capacity(reading.languages.len());
    for language in reading.languages.clone() {
        let words = answer_words(language.as_str(), name).and_then(|words| Clean::check(&words).ok());
        if let Some(words) = words {
            texts.push((language, words));
        } else {
            let values = [key.to_owned(), language.to_string()];
            reading.report(ProblemCode::WordsNeeded, table.span.clone(), |_| values);
        }
    }
    let complete = texts.len() == reading.languages.len();
    let mut texts = texts.into_iter();
    texts.next().filter(|_| complete).map(|first| Localized::new(first, texts.collect()))
}
