use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches};

use super::{Command, Context, Failure, home};
use crate::questionnaire::BUILTIN;
use crate::text::Catalogue;
use crate::tui::Start;

/// `kohesi take`: straight into an interview.
pub(super) struct Take;

impl Command for Take {
    fn name(&self) -> &'static str {
        "take"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name()).about(t.command.take.to_string()).arg(
            Arg::new("questionnaire")
                .value_name(t.command.column_questionnaire.as_str().to_uppercase())
                .help(t.command.take_questionnaire.to_string()),
        )
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let core = BUILTIN.first().map_or("", |builtin| builtin.key);
        let name = arguments.get_one::<String>("questionnaire").map_or(core, String::as_str);
        let questionnaire = context.questionnaire(name)?;
        home::full_screen(context, Start::Take(Arc::new(questionnaire)))
    }
}
