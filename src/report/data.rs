use std::collections::BTreeMap;

use serde::Serialize;

use crate::interview::{Interview, Mode, Response};
use crate::questionnaire::{Answer, Item, ItemIndex, Kind, Level, Pick, Value, ValueIndex};
use crate::scoring::{NotScored, Profile, Scored};

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
    mode: &'static str,
    total: Option<ScoreData>,
    aspects: Vec<AspectData<'a>>,
    clear_differences: Vec<[&'a str; 2]>,
    values: BTreeMap<&'a str, Option<Value>>,
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
    #[serde(flatten)]
    scored: ScoreData,
}

#[derive(Debug, Serialize)]
struct ScoreData {
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
    number: Option<f64>,
    date: Option<String>,
    choice: Option<&'a str>,
    choices: Option<Vec<&'a str>>,
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
        mode: match interview.mode() {
            Mode::SelfAdministered => "self",
            Mode::Interviewer => "interviewer",
        },
        total: profile.total.as_ref().map(|total| score(interview, total)),
        aspects: profile
            .aspects
            .iter()
            .map(|one| AspectData { key: name(one.aspect), scored: score(interview, &one.scored) })
            .collect(),
        clear_differences: profile.clear_differences().into_iter().map(|(a, b)| [name(a), name(b)]).collect(),
        values: questionnaire
            .values()
            .iter()
            .enumerate()
            .map(|(place, value)| (value.key.as_str(), interview.calculated(ValueIndex(place))))
            .collect(),
        items: questionnaire
            .indexes()
            .filter_map(|index| Some(item(interview, index, questionnaire.item(index)?)))
            .collect(),
    }
}

fn score(interview: &Interview, one: &Scored) -> ScoreData {
    let score = one.score.ok();
    let level = score.zip(interview.questionnaire().levels()).map(|(score, levels)| match score.levels(levels).1 {
        Level::Low => "low",
        Level::Middle => "middle",
        Level::High => "high",
    });
    ScoreData {
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
    let response = interview.response(index);
    let mut data = ItemData {
        key: item.key.as_str(),
        response: match response {
            None => "not_asked",
            Some(Response::DontKnow) => "dont_know",
            Some(Response::Declined) => "declined",
            Some(Response::NotApplicable) => "not_applicable",
            Some(Response::Skipped) => "skipped",
            Some(Response::Given(_)) => "given",
        },
        code: None,
        number: None,
        date: None,
        choice: None,
        choices: None,
        text: None,
        language: interview.language_of(index).map(crate::text::Tag::as_str),
        note: interview.note_of(index),
    };
    if let Some(Response::Given(answer)) = response {
        data.take(interview, item, answer);
    }
    data
}

impl<'a> ItemData<'a> {
    fn take(&mut self, interview: &'a Interview, item: &'a Item, answer: &'a Answer) {
        let choices = interview.questionnaire().choices(item);
        let key = |pick: &Pick| choices.get(pick.get()).map(|choice| choice.key.as_str());
        match answer {
            Answer::Choice(pick) => (self.code, self.choice) = (Some(i64::from(pick.0) + 1), key(pick)),
            Answer::Other(pick, said) => {
                (self.code, self.choice, self.text) = (Some(i64::from(pick.0) + 1), key(pick), Some(said.as_str()));
            }
            Answer::Number(steps) => match &item.kind {
                #[expect(clippy::cast_precision_loss, reason = "numbers of a questionnaire are far below 2^53")]
                Kind::Number(number) if number.decimals > 0 => {
                    self.number = Some(*steps as f64 / 10f64.powi(number.decimals.into()));
                }
                _ => self.code = Some(*steps),
            },
            Answer::Text(text) => self.text = Some(text),
            Answer::Date(day) => self.date = Some(day.civil().to_string()),
            Answer::Choices(picks) => {
                (self.choices, self.text) = (picks.picks.iter().map(key).collect(), picks.other.as_deref());
            }
            Answer::Ranking(ranks) => self.choices = ranks.iter().map(key).collect(),
        }
    }
}
