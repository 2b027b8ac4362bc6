//! `kohesi workshop keep` and `erase`: until when a workshop's answers are kept, and their end.

use std::io::{BufRead, IsTerminal};

use clap::{Arg, ArgMatches};

use super::{change, finished, named};
use crate::cli::forget;
use crate::cli::grammar::flag;
use crate::cli::{Context, Failure};
use crate::store::{Change, Store, Workshop};
use crate::text::Catalogue;

/// What `kohesi workshop keep` takes.
pub(super) fn define_keep(command: clap::Command, t: &Catalogue) -> clap::Command {
    let words = &t.workshop;
    command.arg(
        Arg::new("until")
            .long("until")
            .value_name(words.column_date.as_str().to_uppercase())
            .required(true)
            .help(words.keep_until.to_string()),
    )
}

/// Keeps the answers until another day.
pub(super) fn run_keep(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut workshop = named(arguments, context)?;
    workshop.about.keep_until = super::new::date(arguments, "until", context)?;
    let about = Change::Details(Box::new(workshop.about.clone()));
    change(workshop.id, about, context).map_err(|fault| context.failure(&fault))?;
    let date = workshop.about.keep_until.parse().map_or_else(|_| String::new(), |date| context.t.date(date));
    let said = context.t.workshop.kept.with(&[("name", &workshop.about.name), ("date", &date)]);
    Ok(writeln!(context.out, "{said}")?)
}

/// What `kohesi workshop erase` takes.
pub(super) fn define_erase(command: clap::Command, t: &Catalogue) -> clap::Command {
    command.arg(flag("yes", t.command.yes.as_str()))
}

/// Erases all answers of a workshop, after its name was typed.
pub(super) fn run_erase(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let workshop = named(arguments, context)?;
    if !arguments.get_flag("yes") && !is_confirmed(&workshop, context)? {
        return Err(Failure(context.t.workshop.not_erased.to_string()));
    }
    let (mut store, _) = Store::open(&context.paths, &context.options).map_err(|fault| context.failure(&fault))?;
    let erased = store.erase_workshop(workshop.id).map_err(|fault| context.failure(&fault))?;
    let n = erased.interviews.to_string();
    let said = context.t.workshop.erased.with(&[("name", &workshop.about.name), ("n", &n)]);
    writeln!(context.out, "{said}")?;
    for line in forget::beside(&erased, &context.t) {
        writeln!(context.out, "{line}")?;
    }
    if erased.traces == 0 { Ok(()) } else { Err(Failure(forget::traces(&erased, &context.t))) }
}

/// Asks, and lets the name be typed.
fn is_confirmed(workshop: &Workshop, context: &mut Context<'_>) -> Result<bool, Failure> {
    let finished = finished(workshop, context)?.to_string();
    let values = [("name", workshop.about.name.as_str()), ("n", &finished)];
    let asked = context.t.workshop.erase_ask.with(&values);
    if !std::io::stdin().is_terminal() {
        return Err(Failure(asked + "\n" + &context.t.workshop.erase_script.with(&values[..1])));
    }
    writeln!(context.out, "{asked}")?;
    context.out.flush()?;
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    Ok(typed.trim().to_lowercase() == workshop.about.name.trim().to_lowercase())
}
