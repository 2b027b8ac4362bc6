use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, ValueEnum};
use clap_complete::Shell;

use super::{Command, Context, Failure, grammar};
use crate::text::Catalogue;

/// `kohesi completions`: what a shell completes, from the definition that the command line is read by.
pub(super) struct Completions;

impl Command for Completions {
    fn name(&self) -> &'static str {
        "completions"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let shell = Arg::new("shell")
            .value_name("SHELL")
            .value_parser(PossibleValuesParser::new(Shell::value_variants().iter().map(ToString::to_string)))
            .required(true)
            .help(t.config.shell.to_string());
        clap::Command::new(self.name()).about(t.config.completions.to_string()).arg(shell)
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let name = arguments.get_one::<String>("shell").map_or("", String::as_str);
        let Ok(shell) = Shell::from_str(name, true) else { return Err(Failure(name.to_owned())) };
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut grammar::build(&context.t), "kohesi", &mut text);
        context.out.write_all(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}
