use super::filled;
use crate::interview::{Interview, Offer};
use crate::questionnaire::{AnswerFault, ItemIndex};
use crate::text::{Catalogue, Tag};

/// What is offered for an item, in words.
#[must_use]
pub fn offer_words(interview: &Interview, index: ItemIndex, offer: Offer, t: &Catalogue, tag: &Tag) -> String {
    let words = || {
        let questionnaire = interview.questionnaire();
        let words = match offer {
            Offer::Pick(pick) => &questionnaire.choices(questionnaire.item(index)?).get(pick.get())?.text,
            Offer::Side(side) => interview.steps(index)?.words(side)?,
            Offer::DontKnow => return Some(t.item.dont_know.to_string()),
            Offer::Decline => return Some(t.item.decline.to_string()),
        };
        Some(filled(interview, words.get(tag), t, tag))
    };
    words().unwrap_or_default()
}

/// Why an answer to an item was not taken, in words.
#[must_use]
pub fn rejection(interview: &Interview, index: ItemIndex, fault: &AnswerFault, t: &Catalogue, tag: &Tag) -> String {
    let words = &t.rejections;
    match fault {
        AnswerFault::NotOffered => words.not_offered.to_string(),
        AnswerFault::NotWhole => words.not_whole.to_string(),
        AnswerFault::NotDecimal { decimals } => words.not_decimal.with(&[("decimals", &decimals.to_string())]),
        AnswerFault::OutOfRange { min, max, decimals } => {
            words.out_of_range.with(&[("min", &t.decimal(*min, *decimals)), ("max", &t.decimal(*max, *decimals))])
        }
        AnswerFault::NotADate => words.not_a_date.to_string(),
        AnswerFault::OutOfDates { min, max } => {
            words.out_of_dates.with(&[("min", &t.date(min.civil())), ("max", &t.date(max.civil()))])
        }
        AnswerFault::TooLong { max } => words.too_long.with(&[("max", &max.to_string())]),
        AnswerFault::NotSoMany { min, max } => {
            words.not_so_many.with(&[("min", &min.to_string()), ("max", &max.to_string())])
        }
        AnswerFault::Excluded => words.excluded.to_string(),
        AnswerFault::NotRanked { needed } => words.not_ranked.with(&[("needed", &needed.to_string())]),
        AnswerFault::Unfit { check } => {
            let check = interview.questionnaire().item(index).and_then(|item| item.checks.get(*check));
            check.map(|check| filled(interview, check.message.get(tag), t, tag)).unwrap_or_default()
        }
        AnswerFault::Required | AnswerFault::NotOpen => words.not_open.to_string(),
        AnswerFault::Empty => words.empty.to_string(),
    }
}
