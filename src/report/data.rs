use serde::Serialize;

use crate::interview::{Interview, Response};
use crate::questionnaire::{Answer, Item, ItemIndex, Level};
use crate::scoring::{AspectProfile, NotScored, Profile};

/// A profile as a program reads it. Nothing is rounded; what is missing is `null`, with its kind beside it.
#[derive(Debug, Serialize)]
pub struct ProfileData<'a> {
    id: String,
    code: String,
    questionnaire: QuestionnaireData<'a>,
    finished: bool,
    started_unix_ms: Option<i64>,
    clock_doubtful: bool,
    norms_provisional: Option<bool>,
    aspects: Vec<AspectData<'a>>,
    clear_differences: Vec<[&'a str; 2]>,
    items: Vec<ItemData<'a>>,
}

#[derive(Debug, Serialize)]
struct QuestionnaireData<'a> {
    key: &'a str,
    version: &'a str,
    hash: String,
}

#[derive(Debug, Serialize)]
struct AspectData<'a> {
    key: &'a str,
    score: Option<f64>,
    sem: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    level: Option<&'static str>,
    not_scored: Option<&'static str>,
    answered: usize,
    applicable: usize,
    dont_know: usize,
    declined: usize,
    skipped: usize,
    not_applicable: usize,
}

#[derive(Debug, Serialize)]
struct ItemData<'a> {
    key: &'a str,
    response: &'static str,
    code: Option<i64>,
    choice: Option<&'a str>,
    text: Option<&'a str>,
    language: Option<&'a str>,
    note: Option<&'a str>,
}

/// The profile of an interview as data.
#[must_use]
pub fn data<'a>(interview: &'a Interview, profile: &Profile) -> ProfileData<'a> {
    let questionnaire = interview.questionnaire();
    let name = |index: crate::questionnaire::AspectIndex| {
        questionnaire.aspects().get(index.0).map_or("", |aspect| aspect.key.as_str())
    };
    ProfileData {
        id: interview.id().to_string(),
        code: interview.id().code(),
        questionnaire: QuestionnaireData {
            key: questionnaire.key().as_str(),
            version: questionnaire.version(),
            hash: questionnaire.hash().to_string(),
        },
        finished: interview.finished(),
        started_unix_ms: interview.started().map(|at| at.unix_ms),
        clock_doubtful: interview.started().is_some_and(|at| at.doubtful),
        norms_provisional: questionnaire.norms().map(|norms| norms.provisional),
        aspects: profile.aspects.iter().map(|one| aspect(interview, one, name(one.aspect))).collect(),
        clear_differences: profile.clear_differences().into_iter().map(|(a, b)| [name(a), name(b)]).collect(),
        items: questionnaire
            .indexes()
            .filter_map(|index| Some(item(interview, index, questionnaire.item(index)?)))
            .collect(),
    }
}

fn aspect<'a>(interview: &Interview, one: &AspectProfile, key: &'a str) -> AspectData<'a> {
    let score = one.score.ok();
    let level = score.zip(interview.questionnaire().levels()).map(|(score, levels)| match score.levels(levels).1 {
        Level::Low => "low",
        Level::Middle => "middle",
        Level::High => "high",
    });
    AspectData {
        key,
        score: score.map(|score| score.value),
        sem: score.map(|score| score.sem),
        low: score.map(|score| score.low),
        high: score.map(|score| score.high),
        level,
        not_scored: one.score.err().map(|reason| match reason {
            NotScored::TooFewAnswered { .. } => "too_few_answered",
            NotScored::NothingApplies => "nothing_applies",
            NotScored::NoNorm => "no_norm",
        }),
        answered: one.answered,
        applicable: one.applicable,
        dont_know: one.missing.dont_know,
        declined: one.missing.declined,
        skipped: one.missing.skipped,
        not_applicable: one.missing.not_applicable,
    }
}

fn item<'a>(interview: &'a Interview, index: ItemIndex, item: &'a Item) -> ItemData<'a> {
    let choices = interview.questionnaire().choices(item);
    let (response, code, choice, text) = match interview.response(index) {
        None => ("not_asked", None, None, None),
        Some(Response::DontKnow) => ("dont_know", None, None, None),
        Some(Response::Declined) => ("declined", None, None, None),
        Some(Response::NotApplicable) => ("not_applicable", None, None, None),
        Some(Response::Skipped) => ("skipped", None, None, None),
        Some(Response::Given(Answer::Choice(pick))) => {
            let key = choices.get(pick.get()).map(|choice| choice.key.as_str());
            ("given", Some(i64::from(pick.0) + 1), key, None)
        }
        Some(Response::Given(Answer::Number(number))) => ("given", Some(*number), None, None),
        Some(Response::Given(Answer::Text(text))) => ("given", None, None, Some(text.as_str())),
    };
    let language = interview.language_of(index).map(crate::text::Tag::as_str);
    ItemData { key: item.key.as_str(), response, code, choice, text, language, note: interview.note_of(index) }
}
