//! JSON Lines: one interview a line, its answers and its whole history.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::table::Table;
use super::written::{self, Moments};
use super::{ExportFault, Exporter, Material, Options, Out};
use crate::interview::{Event, Happening, Interview, Mode, Response};
use crate::questionnaire::{Answer, Item, Kind, Pick, Questionnaire};

/// JSON Lines.
pub(super) struct Json;

impl Exporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn ending(&self) -> &'static str {
        "jsonl"
    }

    fn takes_several(&self) -> bool {
        true
    }

    fn write(&self, materials: &mut [Material<'_>], _: &Options, to: &mut Out<'_>) -> Result<(), ExportFault> {
        let mut paper = to.desk.file(to.places.data.as_ref())?;
        for material in materials {
            let table = material.table;
            let mut moments = Moments::default();
            material.source.interviews(&mut |interview| {
                let line = line(table, interview, &mut moments);
                let mut bytes = serde_json::to_vec(&line).map_err(std::io::Error::other)?;
                bytes.push(b'\n');
                paper.write_all(&bytes)?;
                Ok(())
            })?;
        }
        paper.flush()?;
        Ok(())
    }
}

fn line(table: &Table, interview: &Interview, moments: &mut Moments) -> Value {
    let questionnaire = interview.questionnaire();
    let workshop = interview.workshop();
    let name = workshop.and_then(|id| table.workshops.get(&id)).and_then(|workshop| workshop.name.as_deref());
    let items = questionnaire.indexes().filter_map(|index| Some((index, questionnaire.item(index)?)));
    let answers: Map<String, Value> = items
        .filter(|(_, item)| item.is_answered())
        .map(|(index, item)| {
            let mut about = response(questionnaire, item, interview.response(index));
            if let Some(language) = interview.language_of(index) {
                about.insert("language".into(), language.as_str().into());
            }
            if let Some(note) = interview.note_of(index) {
                about.insert("note".into(), note.into());
            }
            (item.key.to_string(), Value::Object(about))
        })
        .collect();
    let ends = [interview.events().first(), interview.events().last()].map(|event| event.map(|event| event.at));
    let [started, ended] = ends.map(|at| at.map(|at| moments.text(at.unix_ms)));
    let events: Vec<Value> = interview.events().iter().map(|one| event(table, questionnaire, one, moments)).collect();
    json!({
        "interview": interview.id().to_string(),
        "code": interview.id().code(),
        "questionnaire": {
            "key": questionnaire.key().as_str(),
            "version": questionnaire.version().as_str(),
            "hash": questionnaire.hash().to_string(),
        },
        "workshop": workshop.map(|id| table.workshop_key(id)),
        "workshop_name": name,
        "mode": mode(interview.mode()),
        "language": interview.language().as_str(),
        "started": started,
        "ended": ended,
        "clock_doubtful": ends.iter().flatten().any(|at| at.doubtful),
        "answers": answers,
        "events": events,
    })
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::SelfAdministered => "self",
        Mode::Interviewer => "interviewer",
    }
}

/// What is recorded for an item, and its value where one was given.
fn response(questionnaire: &Questionnaire, item: &Item, response: Option<&Response>) -> Map<String, Value> {
    let kind = match response {
        None => "not_asked",
        Some(Response::Given(_)) => "given",
        Some(Response::DontKnow) => "dont_know",
        Some(Response::Declined) => "declined",
        Some(Response::NotApplicable) => "not_applicable",
        Some(Response::Skipped) => "skipped",
    };
    let mut about = Map::new();
    about.insert("response".into(), kind.into());
    let Some(Response::Given(answer)) = response else { return about };
    let key = |pick: &Pick| questionnaire.choices(item).get(pick.get()).map_or("", |choice| choice.key.as_str());
    let keys = |picks: &[Pick]| -> Value { picks.iter().map(key).collect::<Vec<_>>().into() };
    let (value, said) = match answer {
        Answer::Choice(pick) => (key(pick).into(), None),
        Answer::Other(pick, said) => (key(pick).into(), Some(said)),
        Answer::Choices(picks) => (keys(&picks.picks), picks.other.as_ref()),
        Answer::Ranking(ranks) => (keys(ranks), None),
        Answer::Text(text) => (text.as_str().into(), None),
        Answer::Date(day) => (written::date(day.0).into(), None),
        Answer::Number(steps) => match &item.kind {
            Kind::Number(number) if number.decimals > 0 => ((written::decimal(*steps, number.decimals)).into(), None),
            _ => ((*steps).into(), None),
        },
    };
    about.insert("value".into(), value);
    if let Answer::Choice(pick) | Answer::Other(pick, _) = answer {
        about.insert("code".into(), (pick.0 + 1).into());
    }
    if let Some(said) = said {
        about.insert("said".into(), said.as_str().into());
    }
    about
}

fn event(table: &Table, questionnaire: &Questionnaire, event: &Event, moments: &mut Moments) -> Value {
    let mut about = Map::new();
    about.insert("seq".into(), event.seq.into());
    about.insert("at".into(), moments.text(event.at.unix_ms).into());
    about.insert("clock_doubtful".into(), event.at.doubtful.into());
    let of_item = |about: &mut Map<String, Value>, index: &crate::questionnaire::ItemIndex| {
        let key = questionnaire.item(*index).map(|item| item.key.as_str());
        about.insert("item".into(), key.into());
    };
    let name = match &event.what {
        Happening::Started { mode: held, language, program } => {
            about.insert("mode".into(), mode(*held).into());
            about.insert("language".into(), language.as_str().into());
            about.insert("program".into(), program.as_str().into());
            "started"
        }
        Happening::Consented { version, language } => {
            about.insert("version".into(), version.as_str().into());
            about.insert("language".into(), language.as_str().into());
            "consented"
        }
        Happening::Responded { item, response: given, language, shown_ms } => {
            of_item(&mut about, item);
            if let Some(of) = questionnaire.item(*item) {
                about.extend(response(questionnaire, of, Some(given)));
            }
            about.insert("language".into(), language.as_str().into());
            about.insert("shown_ms".into(), (*shown_ms).into());
            "responded"
        }
        Happening::TakenBack { item, shown_ms } => {
            of_item(&mut about, item);
            about.insert("shown_ms".into(), (*shown_ms).into());
            "taken_back"
        }
        Happening::Noted { item, text, language } => {
            of_item(&mut about, item);
            about.insert("note".into(), text.as_str().into());
            about.insert("language".into(), language.as_str().into());
            "noted"
        }
        Happening::Joined { workshop } => {
            about.insert("workshop".into(), table.workshop_key(*workshop).into());
            "joined"
        }
        // The code itself would find that interview, and stays in the store.
        Happening::Recalled { .. } => "recalled",
        Happening::Resumed => "resumed",
        Happening::Finished => "finished",
    };
    about.insert("event".into(), name.into());
    Value::Object(about)
}

/// The JSON Schema (2020-12) of a line.
#[must_use]
pub fn schema() -> Value {
    let text = || json!({ "type": "string" });
    let moment = || json!({ "type": "string", "format": "date-time" });
    let value = json!({ "type": ["string", "number", "array"], "items": { "type": "string" } });
    let kinds = ["given", "dont_know", "declined", "not_applicable", "skipped", "not_asked"];
    let answered = json!({ "if": { "properties": { "response": { "const": "given" } } },
        "then": { "required": ["value"] }, "else": { "not": { "required": ["value"] } } });
    let mut answer = json!({
        "type": "object",
        "required": ["response"],
        "additionalProperties": false,
        "properties": {
            "response": { "enum": kinds },
            "value": value,
            "code": { "type": "integer", "minimum": 1 },
            "said": text(),
            "language": text(),
            "note": text(),
        },
    });
    if let (Value::Object(answer), Value::Object(answered)) = (&mut answer, answered) {
        answer.extend(answered);
    }
    let events =
        ["started", "consented", "responded", "taken_back", "noted", "resumed", "finished", "joined", "recalled"];
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "kohesi",
        "type": "object",
        "required": ["interview", "code", "questionnaire", "workshop", "workshop_name", "mode", "language", "started", "ended",
            "clock_doubtful", "answers", "events"],
        "additionalProperties": false,
        "properties": {
            "interview": { "type": "string", "format": "uuid" },
            "code": { "type": "string", "pattern": "^[0-9A-Z]{4}-[0-9A-Z]{4}$" },
            "questionnaire": {
                "type": "object",
                "required": ["key", "version", "hash"],
                "additionalProperties": false,
                "properties": { "key": text(), "version": text(), "hash": { "type": "string", "pattern": "^[0-9a-f]{64}$" } },
            },
            "workshop": { "type": ["string", "null"] },
            "workshop_name": { "type": ["string", "null"] },
            "mode": { "enum": ["self", "interviewer"] },
            "language": text(),
            "started": moment(),
            "ended": moment(),
            "clock_doubtful": { "type": "boolean" },
            "answers": { "type": "object", "additionalProperties": answer },
            "events": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["seq", "at", "clock_doubtful", "event"],
                    "additionalProperties": false,
                    "properties": {
                        "seq": { "type": "integer", "minimum": 0 },
                        "at": moment(),
                        "clock_doubtful": { "type": "boolean" },
                        "event": { "enum": events },
                        "mode": { "enum": ["self", "interviewer"] },
                        "program": text(),
                        "version": text(),
                        "workshop": text(),
                        "item": text(),
                        "response": { "enum": kinds },
                        "value": value,
                        "code": { "type": "integer", "minimum": 1 },
                        "said": text(),
                        "shown_ms": { "type": "integer", "minimum": 0 },
                        "language": text(),
                        "note": text(),
                    },
                },
            },
        },
    })
}
