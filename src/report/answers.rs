use crate::interview::{Interview, Response};
use crate::questionnaire::{Answer, Item, ItemIndex, Kind, Named, Pick, Questionnaire, Value, ValueIndex, fill};
use crate::text::{Catalogue, Tag};

/// What stands for an answer that is missing.
const MISSING: &str = "…";

/// A response in words.
#[must_use]
pub fn response_words(
    questionnaire: &Questionnaire,
    item: &Item,
    response: &Response,
    t: &Catalogue,
    tag: &Tag,
) -> String {
    match response {
        Response::Given(answer) => answer_words(questionnaire, item, answer, t, tag),
        Response::DontKnow => t.item.dont_know.to_string(),
        Response::Declined => t.item.decline.to_string(),
        Response::NotApplicable => t.item.not_applicable.to_string(),
        Response::Skipped => t.item.skipped.to_string(),
    }
}

fn answer_words(questionnaire: &Questionnaire, item: &Item, answer: &Answer, t: &Catalogue, tag: &Tag) -> String {
    let choices = questionnaire.choices(item);
    let words =
        |pick: &Pick| choices.get(pick.get()).map(|choice| choice.text.get(tag).to_string()).unwrap_or_default();
    let with_other = |pick: &Pick, other: Option<&String>| match other {
        Some(said) if choices.get(pick.get()).is_some_and(|choice| choice.other) => format!("{}: {said}", words(pick)),
        _ => words(pick),
    };
    match answer {
        Answer::Choice(pick) => words(pick),
        Answer::Other(pick, said) => with_other(pick, Some(said)),
        Answer::Number(steps) => match &item.kind {
            Kind::Number(number) => t.decimal(*steps, number.decimals),
            _ => t.whole(*steps),
        },
        Answer::Text(text) => text.clone(),
        Answer::Date(day) => t.date(day.civil()),
        Answer::Choices(picks) => {
            let picked: Vec<String> = picks.picks.iter().map(|pick| with_other(pick, picks.other.as_ref())).collect();
            picked.join("; ")
        }
        Answer::Ranking(ranks) => {
            let ranked: Vec<String> =
                ranks.iter().enumerate().map(|(place, pick)| format!("{}. {}", place + 1, words(pick))).collect();
            ranked.join("; ")
        }
    }
}

/// A text of the questionnaire with answers and calculated values in the places of their names.
#[must_use]
pub fn filled(interview: &Interview, text: &str, t: &Catalogue, tag: &Tag) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let questionnaire = interview.questionnaire();
    fill(text, |name| match questionnaire.named(name) {
        Some(Named::Item(index)) => answer_to(interview, index, t, tag),
        Some(Named::Value(value)) => calculated_words(interview, value, t),
        None => MISSING.to_owned(),
    })
}

fn answer_to(interview: &Interview, index: ItemIndex, t: &Catalogue, tag: &Tag) -> String {
    let questionnaire = interview.questionnaire();
    match (questionnaire.item(index), interview.response(index)) {
        (Some(item), Some(Response::Given(answer))) => answer_words(questionnaire, item, answer, t, tag),
        _ => MISSING.to_owned(),
    }
}

/// A calculated value in words.
#[must_use]
pub fn calculated_words(interview: &Interview, value: ValueIndex, t: &Catalogue) -> String {
    fn words(value: &Value, t: &Catalogue) -> String {
        match value {
            Value::Bool(true) => t.answers.yes.to_string(),
            Value::Bool(false) => t.answers.no.to_string(),
            Value::Int(number) => t.whole(*number),
            Value::Double(number) => format!("{number:.2}").replace('.', t.forms.decimal.as_str()),
            Value::Text(text) => text.clone(),
            Value::Date(day) => t.date(day.civil()),
            Value::List(list) => list.iter().map(|one| words(one, t)).collect::<Vec<_>>().join("; "),
        }
    }
    interview.calculated(value).map_or_else(|| MISSING.to_owned(), |value| words(&value, t))
}
