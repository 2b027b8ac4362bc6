use std::collections::HashMap;
use std::process::ExitCode;

use clap::ArgMatches;
use serde::Serialize;

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::interview::InterviewId;
use crate::store::{self, Laptop, State, Summary};
use crate::text::{Catalogue, pad, width};

/// The laptops of interviews that came from others.
type Origins = HashMap<InterviewId, Laptop>;

/// `kohesi list`: every interview that is kept.
pub(super) struct List;

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    code: String,
    questionnaire: &'a str,
    version: &'a str,
    hash: String,
    state: &'static str,
    started_unix_ms: i64,
    last_unix_ms: i64,
    clock_doubtful: bool,
    answered: Option<usize>,
    items: usize,
    /// Where it was held, if on another laptop.
    laptop: Option<String>,
}

impl Command for List {
    fn name(&self) -> &'static str {
        "list"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name()).about(t.command.list.to_string()).arg(flag("json", t.command.json.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let named = context.passphrase_file.is_some();
        let store = if named { context.read_store()? } else { context.read_locked_store()? };
        let interviews = match &store {
            Some(store) => store.list().map_err(|fault| context.failure(&fault))?,
            None => Vec::new(),
        };
        let origins = match &store {
            Some(store) => store.origins().map_err(|fault| context.failure(&fault))?,
            None => Origins::new(),
        };
        if arguments.get_flag("json") {
            let rows: Vec<Row<'_>> = interviews.iter().map(|one| row(one, &origins)).collect();
            let json = serde_json::to_string_pretty(&rows).map_err(anyhow::Error::from)?;
            writeln!(context.out, "{json}")?;
        } else if interviews.is_empty() {
            let said = context.no_interviews();
            writeln!(context.out, "{said}")?;
        } else {
            let table = table(&interviews, &origins, &context.t);
            write!(context.out, "{table}")?;
            let unknown = |one: &Summary| !matches!(one.state, State::Sealed | State::Damaged);
            if store.is_some_and(|store| store.is_locked()) && interviews.iter().any(unknown) {
                writeln!(context.out, "{}", context.t.protect.list_locked)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row<'a>(summary: &'a Summary, origins: &Origins) -> Row<'a> {
    Row {
        id: summary.id.to_string(),
        code: summary.id.code(),
        questionnaire: &summary.key,
        version: &summary.version,
        hash: summary.questionnaire.to_string(),
        state: match summary.state {
            State::Finished => "finished",
            State::Unfinished => "unfinished",
            State::Damaged => "damaged",
            State::Sealed => "sealed",
        },
        started_unix_ms: summary.started.unix_ms,
        last_unix_ms: summary.last.unix_ms,
        clock_doubtful: summary.started.doubtful || summary.last.doubtful,
        answered: summary.answered,
        items: summary.items,
        laptop: origins.get(&summary.id).map(|laptop| laptop.id.to_string()),
    }
}

fn with([code, when, questionnaire, answered, state]: [String; 5], laptop: String) -> [String; 6] {
    [code, when, questionnaire, answered, state, laptop]
}

/// The interviews as lines of columns, aligned by display width.
fn table(interviews: &[Summary], origins: &Origins, t: &Catalogue) -> String {
    let words = &t.command;
    let head = [
        &words.column_code,
        &words.column_when,
        &words.column_questionnaire,
        &words.column_answered,
        &words.column_state,
    ];
    let laptop_head = if origins.is_empty() { String::new() } else { t.bundle.column_laptop.to_string() };
    let mut rows = vec![with(head.map(ToString::to_string), laptop_head)];
    rows.extend(interviews.iter().map(|summary| {
        let state = match summary.state {
            State::Finished => &words.list_finished,
            State::Unfinished => &words.list_unfinished,
            State::Damaged => &words.list_damaged,
            State::Sealed => &words.list_sealed,
        };
        let when = t.date_time(store::local(summary.last.unix_ms));
        let when = if summary.last.doubtful { t.profile.clock_doubtful.with(&[("when", &when)]) } else { when };
        let counter = t.item.counter.with(&[("at", &summary.answered_digits()), ("of", &summary.items.to_string())]);
        let cells =
            [summary.id.code(), when, format!("{} {}", summary.key, summary.version), counter, state.to_string()];
        with(cells, origins.get(&summary.id).map(Laptop::words).unwrap_or_default())
    }));
    let widest = |column: usize| rows.iter().map(|row| width(&row[column])).max().unwrap_or_default();
    let widths: [usize; 6] = std::array::from_fn(widest);
    let line = |row: &[String; 6]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, wide)| pad(cell, wide)).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}
