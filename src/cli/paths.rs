use std::process::ExitCode;

use clap::ArgMatches;

use super::{Command, Context, Failure};
use crate::text::{Catalogue, pad, width};

/// `kohesi paths`: where data lie.
pub(super) struct Paths;

impl Command for Paths {
    fn name(&self) -> &'static str {
        "paths"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name()).about(t.command.paths.to_string())
    }

    fn run(&self, _: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let words = &context.t.command;
        let lines = [
            (&words.home_folder, context.paths.database()),
            (&words.settings_file, context.paths.settings.clone()),
            (&words.log_file, context.paths.log.clone()),
        ];
        let widest = lines.iter().map(|(name, _)| width(name.as_str())).max().unwrap_or_default();
        for (name, path) in lines {
            writeln!(context.out, "{}  {}", pad(name.as_str(), widest), path.display())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
