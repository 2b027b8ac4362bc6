//! What happened in each interview, as ODK's audit log has it, with the interview's identity before.

use super::written;
use super::{ExportFault, Material, Paper};
use crate::interview::{Event, Happening, Interview, InterviewId, Response};
use crate::questionnaire::{Answer, Item, ItemIndex, Kind, Questionnaire, written_steps};

const HEAD: [&str; 7] = ["instance ID", "event", "node", "start", "end", "old-value", "new-value"];

/// Writes the history of every interview. Times are milliseconds since 1970-01-01 UTC, as ODK writes them.
///
/// # Errors
/// What the source or the paper says.
pub fn write(materials: &mut [Material<'_>], paper: &mut dyn Paper) -> Result<(), ExportFault> {
    let mut bytes = Vec::with_capacity(1 << 16);
    written::line(&mut bytes, &HEAD);
    for material in materials {
        material.source.interviews(&mut |interview| {
            lines(interview, &mut bytes);
            if bytes.len() >= 1 << 16 {
                paper.write_all(&bytes)?;
                bytes.clear();
            }
            Ok(())
        })?;
    }
    paper.write_all(&bytes)?;
    Ok(())
}

fn lines(interview: &Interview, to: &mut Vec<u8>) {
    let questionnaire = interview.questionnaire();
    let mut values = vec![String::new(); questionnaire.items().len()];
    let mut notes = values.clone();
    for event in interview.events() {
        let Line { name, item, before, old, new } = line(event, questionnaire, &mut values, &mut notes);
        let node = item.map_or_else(String::new, |key| format!("/data/{key}"));
        let end = event.at.unix_ms;
        let cells = [
            interview.id().to_string(),
            name.to_owned(),
            node,
            (end - i64::from(before.unwrap_or_default())).to_string(),
            before.map_or_else(String::new, |_| end.to_string()),
            old,
            new,
        ];
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                to.push(b',');
            }
            written::cell(to, cell);
        }
        to.push(b'\n');
    }
}

struct Line<'q> {
    name: &'static str,
    item: Option<&'q str>,
    /// How long it took, where it has a beginning and an end.
    before: Option<u32>,
    old: String,
    new: String,
}

fn line<'q>(event: &Event, questionnaire: &'q Questionnaire, values: &mut [String], notes: &mut [String]) -> Line<'q> {
    let key = |item: &ItemIndex| questionnaire.item(*item).map(|item| item.key.as_str());
    let plain = |name| Line { name, item: None, before: None, old: String::new(), new: String::new() };
    let change = |item: &ItemIndex, values: &mut [String], new: String| {
        let old = values.get_mut(item.get()).map(|value| std::mem::replace(value, new.clone()));
        (old.unwrap_or_default(), new)
    };
    match &event.what {
        Happening::Started { .. } => plain("form start"),
        Happening::Consented { version, .. } => Line { new: version.clone(), ..plain("consent") },
        Happening::Joined { workshop } => Line { new: InterviewId(workshop.0).to_string(), ..plain("workshop") },
        // The code itself would find that interview, and stays in the store.
        Happening::Recalled { .. } => plain("earlier code"),
        Happening::Resumed => plain("form resume"),
        Happening::Finished => plain("form finalize"),
        Happening::Responded { item, response, shown_ms, .. } => {
            let new = questionnaire.item(*item).map_or_else(String::new, |of| value(questionnaire, of, response));
            let (old, new) = change(item, values, new);
            Line { name: "question", item: key(item), before: Some(*shown_ms), old, new }
        }
        Happening::TakenBack { item, shown_ms } => {
            let (old, new) = change(item, values, String::new());
            Line { name: "question", item: key(item), before: Some(*shown_ms), old, new }
        }
        Happening::Noted { item, text, .. } => {
            let (old, new) = change(item, notes, text.clone());
            Line { name: "comment", item: key(item), before: None, old, new }
        }
    }
}

/// A response in one cell: the key of a choice, keys with spaces between, a number, a date, a text, or the key of why
/// there is none, with a sign before it that no key has.
pub(super) fn value(questionnaire: &Questionnaire, item: &Item, response: &Response) -> String {
    let key = |pick: &crate::questionnaire::Pick| {
        questionnaire.choices(item).get(pick.get()).map_or("", |choice| choice.key.as_str())
    };
    match response {
        Response::DontKnow => "#dont_know".to_owned(),
        Response::Declined => "#declined".to_owned(),
        Response::NotApplicable => "#not_applicable".to_owned(),
        Response::Skipped => "#skipped".to_owned(),
        Response::Given(Answer::Choice(pick)) => key(pick).to_owned(),
        Response::Given(Answer::Other(pick, said)) => format!("{}: {said}", key(pick)),
        Response::Given(Answer::Number(steps)) => {
            let decimals = if let Kind::Number(number) = &item.kind { number.decimals } else { 0 };
            written_steps(*steps, decimals, '.')
        }
        Response::Given(Answer::Text(text)) => text.clone(),
        Response::Given(Answer::Date(day)) => written::date(day.0),
        Response::Given(Answer::Choices(picks)) => {
            let keys = picks.picks.iter().map(key).collect::<Vec<_>>().join(" ");
            picks.other.as_ref().map_or_else(|| keys.clone(), |said| format!("{keys}: {said}"))
        }
        Response::Given(Answer::Ranking(ranks)) => ranks.iter().map(key).collect::<Vec<_>>().join(" "),
    }
}
