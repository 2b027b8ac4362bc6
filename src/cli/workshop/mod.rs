//! `kohesi workshop`: what is known of workshops, and who came twice.

mod list;
mod matching;
mod new;
mod retention;

use std::process::ExitCode;

use clap::{Arg, ArgMatches};

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::interview::{Interview, InterviewId, WorkshopId};
use crate::store::{self, Change, Selection, Store, StoreError, Workshop};
use crate::text::Catalogue;
use crate::tui::Rounds;
use crate::workshop::OwnChange;

/// `kohesi workshop`.
pub(super) struct Workshops;

impl Command for Workshops {
    fn name(&self) -> &'static str {
        "workshop"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.workshop;
        let one = |name: &'static str, about: &crate::text::Phrase| {
            clap::Command::new(name).about(about.to_string()).arg(which(t))
        };
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .subcommand_required(true)
            .subcommand(new::define(t))
            .subcommand(
                clap::Command::new("list").about(words.list.to_string()).arg(flag("json", t.command.json.as_str())),
            )
            .subcommand(one("show", &words.show).arg(flag("json", t.command.json.as_str())))
            .subcommand(one("open", &words.open))
            .subcommand(one("close", &words.close))
            .subcommand(
                one("rename", &words.rename).arg(
                    Arg::new("name")
                        .value_name(words.column_name.as_str().to_uppercase())
                        .required(true)
                        .help(words.new_name.to_string()),
                ),
            )
            .subcommand(matching::define(one("match", &words.matching), t))
            .subcommand(retention::define_keep(one("keep", &words.keep), t))
            .subcommand(retention::define_erase(one("erase", &words.erase), t))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        match arguments.subcommand() {
            Some(("new", arguments)) => new::run(arguments, context)?,
            Some(("list", arguments)) => list::list(arguments, context)?,
            Some(("show", arguments)) => list::show(arguments, context)?,
            Some(("open", arguments)) => set_closed(arguments, context, false)?,
            Some(("close", arguments)) => set_closed(arguments, context, true)?,
            Some(("rename", arguments)) => rename(arguments, context)?,
            Some(("match", arguments)) => matching::run(arguments, context)?,
            Some(("keep", arguments)) => retention::run_keep(arguments, context)?,
            Some(("erase", arguments)) => retention::run_erase(arguments, context)?,
            _ => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The argument that names a workshop.
pub(super) fn which(t: &Catalogue) -> Arg {
    Arg::new("workshop")
        .value_name(t.workshop.column_name.as_str().to_uppercase())
        .required(true)
        .help(t.workshop.which.to_string())
}

/// The workshop's identity as it is typed: enough of it to tell it from the others.
pub(super) fn short_id(workshop: &Workshop) -> String {
    InterviewId(workshop.id.0).to_string().chars().take(18).collect()
}

/// The workshop that the arguments name, by its whole name, or the beginning of its name or id.
pub(super) fn named(arguments: &ArgMatches, context: &Context<'_>) -> Result<Workshop, Failure> {
    let asked = arguments.get_one::<String>("workshop").map_or("", String::as_str);
    find(asked, context)
}

/// As [`named`], from a text.
pub(super) fn find(asked: &str, context: &Context<'_>) -> Result<Workshop, Failure> {
    let words = &context.t.workshop;
    let all = all(context)?;
    if all.is_empty() {
        return Err(Failure(words.none.to_string()));
    }
    let wanted = asked.trim().to_lowercase();
    let is = |workshop: &&Workshop| workshop.about.name.to_lowercase() == wanted;
    if let Some(workshop) = all.iter().find(is) {
        return Ok(workshop.clone());
    }
    let begins = |workshop: &&Workshop| {
        let id = InterviewId(workshop.id.0).to_string();
        workshop.about.name.to_lowercase().starts_with(&wanted) || (wanted.len() >= 4 && id.starts_with(&wanted))
    };
    let found: Vec<&Workshop> = all.iter().filter(begins).filter(|_| !wanted.is_empty()).collect();
    match found.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let known: Vec<&str> = all.iter().map(|workshop| workshop.about.name.as_str()).collect();
            Err(Failure(words.unknown.with(&[("name", asked), ("known", &known.join(", "))])))
        }
        _ => Err(Failure(words.ambiguous.with(&[("name", asked)]))),
    }
}

/// The workshop that a text names as [`find`] has it, or by its whole id: one that is known by nothing else too.
pub(super) fn id_of(asked: &str, context: &Context<'_>) -> Result<WorkshopId, Failure> {
    // A workshop's identity is a UUID as an interview's is.
    match InterviewId::parse(asked) {
        Some(id) => Ok(WorkshopId(id.0)),
        None => find(asked, context).map(|workshop| workshop.id),
    }
}

/// Every workshop, the one made last first.
pub(super) fn all(context: &Context<'_>) -> Result<Vec<Workshop>, Failure> {
    let store = context.read_store()?;
    store.map_or(Ok(Vec::new()), |store| store.workshops()).map_err(|fault| context.failure(&fault))
}

/// The workshop with its interviews.
pub(super) fn rounds(workshop: &Workshop, context: &Context<'_>) -> Result<Rounds, Failure> {
    let store = context.read_store()?.ok_or_else(|| Failure(context.no_interviews()))?;
    let (now, before) = store.gather_rounds(workshop.id).map_err(|fault| context.failure(&fault))?;
    Rounds::of(now, before).ok_or_else(|| Failure(context.t.results.unreadable.to_string()))
}

/// How many interviews of a workshop are finished.
pub(super) fn finished(workshop: &Workshop, context: &Context<'_>) -> Result<usize, Failure> {
    let selection = store::Selection { workshop: Some(workshop.id), ..store::Selection::default() };
    let Some(store) = context.read_store()? else { return Ok(0) };
    let scanned = store.scan(&selection, |_| std::ops::ControlFlow::Continue(()));
    let scanned = scanned.map_err(|fault| context.failure(&fault))?;
    Ok(usize::try_from(scanned.interviews).unwrap_or(usize::MAX))
}

/// How a person's scores changed since the round before; nothing where they are not known to have been there.
pub(super) fn own_change(interview: &Interview, context: &Context<'_>) -> Result<Vec<OwnChange>, Failure> {
    let Some(id) = interview.workshop() else { return Ok(Vec::new()) };
    let workshop = all(context)?.into_iter().find(|workshop| workshop.id == id);
    let second = workshop.filter(|workshop| workshop.about.second_of.is_some());
    second.map_or(Ok(Vec::new()), |workshop| Ok(rounds(&workshop, context)?.own_change(interview)))
}

/// Changes something of a workshop.
pub(super) fn change(id: WorkshopId, change: Change, context: &Context<'_>) -> Result<(), StoreError> {
    let (mut store, _) = Store::open(&context.paths, &context.options)?;
    store.change_workshop(id, change)
}

fn set_closed(arguments: &ArgMatches, context: &mut Context<'_>, closed: bool) -> Result<(), Failure> {
    let workshop = named(arguments, context)?;
    change(workshop.id, Change::Closed(closed), context).map_err(|fault| context.failure(&fault))?;
    let words = &context.t.workshop;
    let said = if closed { &words.closed } else { &words.opened }.with(&[("name", &workshop.about.name)]);
    writeln!(context.out, "{said}")?;
    let of_it = Selection { workshop: Some(workshop.id), ..Selection::default() };
    let sealed = context.read_locked_store()?.map_or(Ok(0), |store| store.sealed_among(&of_it, None));
    let sealed = sealed.map_err(|fault| context.failure(&fault))?;
    if closed && sealed > 0 {
        writeln!(context.out, "{}", context.t.key.closed_sealed.with(&[("n", &sealed.to_string())]))?;
    }
    Ok(())
}

fn rename(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let mut workshop = named(arguments, context)?;
    workshop.about.name = new::name(arguments, Some(&workshop), context)?;
    let details = Change::Details(Box::new(workshop.about.clone()));
    change(workshop.id, details, context).map_err(|fault| context.failure(&fault))?;
    let said = context.t.workshop.renamed.with(&[("name", &workshop.about.name)]);
    Ok(writeln!(context.out, "{said}")?)
}
