use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;

use super::grammar::{file, flag};
use super::unlocking::{ask, in_file, unlock};
use super::{Command, Context, Failure};
use crate::store::{Secret, Store, StoreError, Way};
use crate::text::Catalogue;

/// `kohesi protect`: a passphrase for the whole store.
pub(super) struct Protect;

/// Signs a passphrase has at least.
const SHORTEST: usize = 12;

impl Command for Protect {
    fn name(&self) -> &'static str {
        "protect"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.protect;
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(flag("off", words.off.as_str()).conflicts_with_all(["show", "new-passphrase-file"]))
            .arg(flag("show", words.show.as_str()).conflicts_with("new-passphrase-file"))
            .arg(file("new-passphrase-file", words.new_file.as_str(), t))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let said = if arguments.get_flag("show") {
            show(context)?
        } else if arguments.get_flag("off") {
            take_away(context)?
        } else {
            protect(arguments.get_one::<PathBuf>("new-passphrase-file"), context)?
        };
        writeln!(context.out, "{said}")?;
        Ok(ExitCode::SUCCESS)
    }
}

fn show(context: &Context<'_>) -> Result<String, Failure> {
    let words = &context.t.protect;
    let Some(store) = context.read_locked_store()? else { return Ok(words.is_open.to_string()) };
    let ways = store.ways_in().map_err(|fault| context.failure(&fault))?;
    let pins = ways.iter().filter(|way| matches!(way, Way::Pin(_))).count();
    Ok(match (store.is_protected(), pins) {
        (false, _) => words.is_open.to_string(),
        (true, 0) => words.is_protected.to_string(),
        (true, pins) => words.is_protected_pins.with(&[("n", &pins.to_string())]),
    })
}

/// The store for writing, unlocked with its passphrase: a PIN is not enough to change what everything hangs on.
fn opened(context: &Context<'_>) -> Result<Store, Failure> {
    let (store, _) = Store::open(&context.paths, &context.options).map_err(|fault| context.failure(&fault))?;
    match unlock(&store, context)? {
        None | Some(Way::Passphrase) => Ok(store),
        Some(Way::Pin(_)) => Err(Failure(context.t.protect.only_passphrase.to_string())),
    }
}

fn protect(file: Option<&PathBuf>, context: &mut Context<'_>) -> Result<String, Failure> {
    let mut store = opened(context)?;
    let passphrase = match file {
        Some(path) => in_file(path, context)?,
        None => chosen(context)?,
    };
    let words = &context.t.protect;
    if passphrase.signs() < SHORTEST {
        return Err(Failure(words.short.with(&[("n", &SHORTEST.to_string())])));
    }
    let done = store.protect(&passphrase).map_err(|fault| context.failure(&fault))?;
    let files: Vec<String> = done.files.iter().map(|file| file.display().to_string()).collect();
    let (rows, traces) = (done.rows.to_string(), done.traces.to_string());
    let values = [("n", rows.as_str()), ("traces", &traces), ("files", &files.join(", "))];
    let said = if done.traces == 0 { words.done.with(&values) } else { words.done_traces.with(&values) };
    Ok(format!("{said}\n{}", words.pins))
}

/// A new passphrase, typed twice.
fn chosen(context: &mut Context<'_>) -> Result<Secret, Failure> {
    let words = context.t.protect.clone();
    writeln!(context.out, "{}\n", words.before)?;
    context.out.flush()?;
    let nobody = || context.failure(&StoreError::NeedsKey { path: context.paths.database() });
    let once = ask(words.ask_new.as_str())?.ok_or_else(nobody)?;
    if once.signs() < SHORTEST {
        // Said before it has to be typed again.
        return Ok(once);
    }
    let again = ask(words.ask_again.as_str())?.ok_or_else(nobody)?;
    if once == again { Ok(once) } else { Err(Failure(words.differs.to_string())) }
}

fn take_away(context: &Context<'_>) -> Result<String, Failure> {
    let mut store = opened(context)?;
    if !store.is_protected() {
        return Ok(context.t.protect.is_open.to_string());
    }
    let rows = store.unprotect().map_err(|fault| context.failure(&fault))?;
    Ok(context.t.protect.removed.with(&[("n", &rows.to_string())]))
}
