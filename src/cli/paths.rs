use std::process::ExitCode;

use clap::ArgMatches;

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::text::{Catalogue, pad, width};

/// `kohesi paths`: where data lie.
pub(super) struct Paths;

impl Command for Paths {
    fn name(&self) -> &'static str {
        "paths"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name()).about(t.command.paths.to_string()).arg(flag("json", t.command.json.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        if arguments.get_flag("json") {
            let paths = &context.paths;
            let json = serde_json::json!({ "data": paths.database(), "settings": paths.settings, "log": paths.log });
            let json = serde_json::to_string_pretty(&json).map_err(anyhow::Error::from)?;
            writeln!(context.out, "{json}")?;
            return Ok(ExitCode::SUCCESS);
        }
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
