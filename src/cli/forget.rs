use std::process::ExitCode;

use clap::{Arg, ArgMatches};

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::store::Store;
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
        let id = {
            let reading = context.read_store()?.ok_or_else(|| Failure(context.no_interviews()))?;
            reading.find(&asked).map_err(|fault| context.failure(&fault))?
        };
        if !arguments.get_flag("yes") {
            return Err(Failure(words.forget_ask.with(&[("code", &id.code())])));
        }
        let (mut store, _) = Store::open(&context.paths, &context.options).map_err(|fault| context.failure(&fault))?;
        let erased = store.erase(id).map_err(|fault| context.failure(&fault))?;
        let files: Vec<String> = erased.files.iter().map(|file| file.display().to_string()).collect();
        let values = [
            ("events", erased.events.to_string()),
            ("code", id.code()),
            ("traces", erased.traces.to_string()),
            ("files", files.join(", ")),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let clean = erased.traces == 0;
        let said = if clean { words.forgotten.with(&values) } else { words.forgotten_traces.with(&values) };
        writeln!(context.out, "{said}")?;
        Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
