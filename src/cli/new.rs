use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches};

use super::{Command, Context, Failure};
use crate::store;
use crate::text::Catalogue;

/// `kohesi new`: a small questionnaire to begin with.
pub(super) struct New;

impl Command for New {
    fn name(&self) -> &'static str {
        "new"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let file = Arg::new("file").value_name(words.file.as_str().to_uppercase()).help(words.new_file.to_string());
        clap::Command::new(self.name()).about(words.new.to_string()).arg(file.required(true))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let name = arguments.get_one::<String>("file").map_or("", String::as_str);
        let text = context.language.first_questionnaire();
        store::write_durably(Path::new(name), text.as_bytes(), false).map_err(|fault| context.failure(&fault))?;
        let said = context.t.command.new_written.with(&[("path", name)]);
        writeln!(context.out, "{said}")?;
        Ok(ExitCode::SUCCESS)
    }
}
