use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches};

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::interview::InterviewId;
use crate::store::{Erased, Store, StoreError};
use crate::text::Catalogue;

/// `kohesi forget`: erases one person's answers.
pub(super) struct Forget;

impl Command for Forget {
    fn name(&self) -> &'static str {
        "forget"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        clap::Command::new(self.name())
            .about(words.forget.to_string())
            .arg(
                Arg::new("code")
                    .value_name(t.command.column_code.as_str().to_uppercase())
                    .required(true)
                    .num_args(1..)
                    .help(words.forget_code.to_string()),
            )
            .arg(flag("yes", words.yes.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let asked: Vec<&str> = arguments.get_many::<String>("code").into_iter().flatten().map(String::as_str).collect();
        let asked = asked.join(" ");
        let words = &context.t.command;
        let (id, before) = {
            let reading = context.read_locked_store()?.ok_or_else(|| Failure(context.no_interviews()))?;
            // Who was erased before is looked for in the backups once more.
            match (reading.find(&asked), reading.find_erased(&asked)) {
                (Err(StoreError::Unknown { .. }), Ok(erased)) => (erased, true),
                (found, _) => (found.map_err(|fault| context.failure(&fault))?, false),
            }
        };
        if !arguments.get_flag("yes") {
            return Err(Failure(words.forget_ask.with(&[("code", &id.code())])));
        }
        let (mut store, _) = Store::open(&context.paths, &context.options).map_err(|fault| context.failure(&fault))?;
        let erased = store.erase(id).map_err(|fault| context.failure(&fault))?;
        if before {
            return Err(Failure(context.t.access.erased.with(&[("code", &id.code())])));
        }
        let mut lines = Vec::new();
        if erased.traces == 0 {
            let values = [("events", erased.events.to_string()), ("code", id.code())];
            lines.push(words.forgotten.with(&values.each_ref().map(|(name, value)| (*name, value.as_str()))));
        } else {
            let values = [
                ("events", erased.events.to_string()),
                ("code", id.code()),
                ("traces", erased.traces.to_string()),
                ("files", listed(&erased.files)),
            ];
            lines.push(words.forgotten_traces.with(&values.each_ref().map(|(name, value)| (*name, value.as_str()))));
        }
        lines.extend(beside(&erased, &context.t));
        writeln!(context.out, "{}", lines.join("\n"))?;
        Ok(if erased.traces == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn listed(files: &[PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// What became of backups, and who else is the same person.
pub(super) fn beside(erased: &Erased, t: &Catalogue) -> Vec<String> {
    let words = &t.command;
    let mut lines = Vec::new();
    if erased.copies > 0 {
        lines.push(words.forgotten_copies.with(&[("n", &erased.copies.to_string())]));
    }
    if !erased.removed.is_empty() {
        lines.push(words.forgotten_removed.with(&[("files", &listed(&erased.removed))]));
    }
    if !erased.paired.is_empty() {
        let codes: Vec<String> = erased.paired.iter().map(InterviewId::code).collect();
        lines.push(words.forgotten_paired.with(&[("codes", &codes.join(", "))]));
    }
    lines
}

/// Where something is still found.
pub(super) fn traces(erased: &Erased, t: &Catalogue) -> String {
    t.command.traces.with(&[("traces", &erased.traces.to_string()), ("files", &listed(&erased.files))])
}
