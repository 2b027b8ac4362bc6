//! A finished interview without the words in it: enough for the picture of a group.

use std::collections::BTreeSet;

use super::{Event, Happening, Response};
use crate::questionnaire::{Answer, ItemIndex};

/// What stands in the place of a text.
const WORDS: &str = "…";

/// The history of somebody who gave the same answers at once: of each item the last one, no notes, and of a text only
/// that there was one.
#[must_use]
pub fn wordless(events: &[Event]) -> Vec<Event> {
    let mut settled: BTreeSet<ItemIndex> = BTreeSet::new();
    let mut kept: Vec<Event> = Vec::new();
    for event in events.iter().rev() {
        let stays = match &event.what {
            Happening::Responded { item, .. } => settled.insert(*item),
            Happening::TakenBack { item, .. } => {
                settled.insert(*item);
                false
            }
            Happening::Noted { .. } | Happening::Resumed => false,
            Happening::Started { .. }
            | Happening::Consented { .. }
            | Happening::Joined { .. }
            | Happening::Recalled { .. }
            | Happening::Finished => true,
        };
        if stays {
            kept.push(event.clone());
        }
    }
    let numbered = (0u32..).zip(kept.into_iter().rev());
    numbered.map(|(seq, event)| Event { seq, what: without_words(event.what), ..event }).collect()
}

fn without_words(what: Happening) -> Happening {
    let Happening::Responded { item, response: Response::Given(answer), language, shown_ms } = what else {
        return what;
    };
    let answer = match answer {
        Answer::Text(_) => Answer::Text(WORDS.to_owned()),
        Answer::Other(pick, _) => Answer::Other(pick, WORDS.to_owned()),
        Answer::Choices(mut picks) => {
            picks.other = picks.other.map(|_| WORDS.to_owned());
            Answer::Choices(picks)
        }
        other => other,
    };
    Happening::Responded { item, response: Response::Given(answer), language, shown_ms }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Beside, Interview, Synthetic};
    use super::*;
    use crate::questionnaire::BUILTIN;

    #[test]
    fn the_same_is_answered_and_no_word_of_it_is_left() {
        for builtin in &BUILTIN {
            let questionnaire = Arc::new(builtin.read().unwrap());
            for mut person in Synthetic::new(Arc::clone(&questionnaire), 5).interviews(20) {
                let events = wordless(person.events());
                let told = format!("{events:?}");
                assert!(!told.contains("Noted") && !told.contains("TakenBack"));
                let again = Interview::replay(Arc::clone(&questionnaire), person.id(), events).unwrap();
                assert!(again.finished());
                let (one, other) = (person.packed(), again.packed());
                assert_eq!((one.codes, one.circumstances.workshop), (other.codes, other.circumstances.workshop));
                for (one, other) in one.beside.iter().zip(&other.beside) {
                    match other {
                        Beside::Text(text) | Beside::Other(_, text) => assert_eq!(text, WORDS),
                        Beside::Choices(places, said) => {
                            let Beside::Choices(whole, whole_said) = one else { panic!("{one:?}") };
                            assert_eq!((places, said.is_some()), (whole, whole_said.is_some()));
                        }
                        coded => assert_eq!(coded, one),
                    }
                }
                person = again;
                assert_eq!(wordless(person.events()), person.events());
            }
        }
    }
}
