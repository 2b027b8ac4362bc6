use clap::ArgMatches;
use serde::Serialize;

use super::tell;
use crate::cli::{Context, Failure};
use crate::store::{self, SealedTo};

/// How keys stand, for other programs.
#[derive(Serialize)]
struct Row {
    state: &'static str,
    coordinator: String,
    recovery: String,
    since_unix_ms: i64,
    drill_unix_ms: Option<i64>,
    until_unix_ms: Option<i64>,
}

/// Tells to whom is sealed.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let store = context.read_locked_store()?;
    let lies_open = store.as_ref().is_some_and(|store| !store.is_protected());
    let kept = store.map_or(Ok(Vec::new()), |store| store.sealed_to()).map_err(|fault| context.failure(&fault))?;
    if arguments.get_flag("json") {
        let rows: Vec<Row> = kept.iter().map(row).collect();
        let json = serde_json::to_string_pretty(&rows).map_err(anyhow::Error::from)?;
        return Ok(writeln!(context.out, "{json}")?);
    }
    let words = &context.t.key;
    let mut said = Vec::new();
    if kept.iter().all(|kept| kept.until.is_some()) {
        said.push(words.show_none.to_string());
    }
    // What holds now comes first.
    said.extend(kept.iter().rev().map(|kept| paragraph(kept, context)));
    if lies_open && kept.iter().any(|kept| kept.until.is_none()) {
        said.push(words.sealed_now.to_string());
    }
    tell(&[&said.join("\n\n")], context)
}

fn state(kept: &SealedTo) -> &'static str {
    match kept {
        SealedTo { until: Some(_), .. } => "former",
        SealedTo { drilled: None, .. } => "untried",
        _ => "in_force",
    }
}

fn row(kept: &SealedTo) -> Row {
    Row {
        state: state(kept),
        coordinator: kept.coordinator.to_string(),
        recovery: kept.recovery.to_string(),
        since_unix_ms: kept.since,
        drill_unix_ms: kept.drilled,
        until_unix_ms: kept.until,
    }
}

fn paragraph(kept: &SealedTo, context: &Context<'_>) -> String {
    let words = &context.t.key;
    let when = |ms: i64| context.t.date_time(store::local(ms));
    let values = [
        ("since", when(kept.since)),
        ("drilled", when(kept.drilled.unwrap_or_default())),
        ("until", when(kept.until.unwrap_or_default())),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let state = match state(kept) {
        "former" => words.state_former.with(&values),
        "untried" => words.state_untried.with(&values),
        _ => words.state_in_force.with(&values),
    };
    let (coordinator, recovery) = (kept.coordinator.to_string(), kept.recovery.to_string());
    format!("{state}\n  {}\n    {coordinator}\n  {}\n    {recovery}", words.coordinator, words.recovery_name)
}
