use clap::ArgMatches;

use super::{asked, opened, tell};
use crate::cli::{Context, Failure};

/// Seals nothing more.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut store = opened(context)?;
    let chosen = store.sealed_to().map_err(|fault| context.failure(&fault))?;
    if chosen.iter().all(|kept| kept.until.is_some()) {
        return Err(Failure(context.t.key.none_chosen.to_string()));
    }
    let about = context.t.key.stop_about.to_string();
    tell(&[&about, "\n"], context)?;
    let question = context.t.key.ask_stop.clone();
    asked::confirm(&question, arguments, context)?;
    store.stop_sealing().map_err(|fault| context.failure(&fault))?;
    Ok(writeln!(context.out, "{}", context.t.key.stopped)?)
}
