use clap::ArgMatches;
use serde::Serialize;

use super::{all, finished, named, rounds, short_id};
use crate::cli::{Context, Failure};
use crate::interview::InterviewId;
use crate::questionnaire::Hash;
use crate::store::{self, Erasure, Workshop};
use crate::text::{pad, width};

#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    place: String,
    date: String,
    facilitator: String,
    questionnaire: String,
    languages: Vec<String>,
    minimum: u32,
    second_of: Option<String>,
    keep_until: String,
    closed: bool,
    made_up: bool,
    own_profile: bool,
    finished: usize,
    refused: u32,
}

/// `kohesi workshop list`.
pub(super) fn list(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let workshops = all(context)?;
    let counted = workshops.iter().map(|workshop| Ok((workshop, finished(workshop, context)?)));
    let counted: Vec<(&Workshop, usize)> = counted.collect::<Result<_, Failure>>()?;
    if arguments.get_flag("json") {
        let rows: Vec<Row> = counted.iter().map(|(workshop, finished)| row(workshop, *finished)).collect();
        return json(&rows, context);
    }
    if counted.is_empty() {
        return Ok(writeln!(context.out, "{}", context.t.workshop.none)?);
    }
    let words = &context.t.workshop;
    let head = [&words.column_id, &words.column_name, &words.column_place, &words.column_date, &words.column_people];
    let mut rows = vec![head.map(ToString::to_string)];
    rows.extend(counted.iter().map(|(workshop, finished)| {
        let about = &workshop.about;
        let name = format!("{} ({})", about.name, state(workshop, context));
        [short_id(workshop), name, about.place.clone(), date(&about.date, context), finished.to_string()]
    }));
    let widths: [usize; 5] =
        std::array::from_fn(|column| rows.iter().map(|row| width(&row[column])).max().unwrap_or_default());
    let erased = erased(context)?;
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, wide)| pad(cell, wide)).collect();
        writeln!(context.out, "{}", cells.join("  ").trim_end())?;
    }
    let words = context.t.workshop.clone();
    for workshop in counted.iter().map(|(workshop, _)| workshop) {
        let name = ("name", workshop.about.name.as_str());
        if workshop.is_overdue() {
            let until = date(&workshop.about.keep_until, context);
            writeln!(context.out, "{}", words.overdue.with(&[name, ("date", &until)]))?;
        }
        for one in erased.iter().filter(|one| one.workshop == Some(workshop.id)) {
            let when = context.t.date(store::local(one.unix_ms).date());
            writeln!(
                context.out,
                "{}",
                words.was_erased.with(&[name, ("n", &one.interviews.to_string()), ("date", &when)])
            )?;
        }
    }
    Ok(())
}

/// What was erased, and when.
fn erased(context: &Context<'_>) -> Result<Vec<Erasure>, Failure> {
    let store = context.read_store()?;
    store.map_or(Ok(Vec::new()), |store| store.erasures()).map_err(|fault| context.failure(&fault))
}

/// `kohesi workshop show`.
pub(super) fn show(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let workshop = named(arguments, context)?;
    let rounds = rounds(&workshop, context)?;
    if arguments.get_flag("json") {
        return json(&row(&workshop, rounds.now.len()), context);
    }
    let (about, words, t) = (&workshop.about, &context.t.workshop, &context.t);
    let second = about.second_of.and_then(|first| all(context).ok()?.into_iter().find(|other| other.id == first));
    let questionnaire = format!("{} {}", rounds.questionnaire.key(), rounds.questionnaire.version().as_str());
    let rows = [
        (&words.column_id, InterviewId(workshop.id.0).to_string()),
        (&words.column_place, about.place.clone()),
        (&words.column_date, date(&about.date, context)),
        (&words.row_facilitator, about.facilitator.clone()),
        (&t.command.column_questionnaire, questionnaire),
        (&words.row_minimum, about.minimum.to_string()),
        (&words.row_second, second.map(|first| first.about.name).unwrap_or_default()),
        (&words.row_keep, date(&about.keep_until, context)),
        (&words.column_people, rounds.now.len().to_string()),
        (&words.row_refused, about.refused.to_string()),
    ];
    let wide = rows.iter().map(|(name, _)| width(name.as_str())).max().unwrap_or_default();
    let mut said = format!("{} ({})\n", about.name, state(&workshop, context));
    for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
        said += "  ";
        said += &pad(name.as_str(), wide);
        said += "  ";
        said += value;
        said.push('\n');
    }
    if rounds.damaged > 0 {
        said += &(t.group.unreadable.with(&[("n", &rounds.damaged.to_string())]) + "\n");
    }
    if rounds.sealed > 0 {
        said += &(t.key.not_counted.with(&[("n", &rounds.sealed.to_string())]) + "\n");
    }
    if workshop.is_overdue() {
        said += &(words.past_keeping.with(&[("date", &date(&about.keep_until, context))]) + "\n");
    }
    Ok(write!(context.out, "{said}")?)
}

fn json<T: Serialize>(value: &T, context: &mut Context<'_>) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    Ok(writeln!(context.out, "{json}")?)
}

fn date(iso: &str, context: &Context<'_>) -> String {
    iso.parse().map_or_else(|_| iso.to_owned(), |date| context.t.date(date))
}

fn state(workshop: &Workshop, context: &Context<'_>) -> String {
    let words = &context.t.workshop;
    let state = if workshop.about.closed { &words.state_closed } else { &words.state_open };
    if workshop.about.made_up { format!("{state}; {}", words.made_up) } else { state.to_string() }
}

fn row(workshop: &Workshop, finished: usize) -> Row {
    let about = workshop.about.clone();
    Row {
        id: InterviewId(workshop.id.0).to_string(),
        name: about.name,
        place: about.place,
        date: about.date,
        facilitator: about.facilitator,
        questionnaire: Hash(about.questionnaire).to_string(),
        languages: about.languages,
        minimum: about.minimum,
        second_of: about.second_of.map(|first| InterviewId(first.0).to_string()),
        keep_until: about.keep_until,
        closed: about.closed,
        made_up: about.made_up,
        own_profile: about.own_profile,
        finished,
        refused: about.refused,
    }
}
