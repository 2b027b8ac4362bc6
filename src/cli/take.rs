use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches};

use super::grammar::flag;
use super::{Command, Context, Failure, home};
use crate::questionnaire::BUILTIN;
use crate::text::Catalogue;
use crate::tui::{Reader, Start};

/// `kohesi take`: straight into an interview.
pub(super) struct Take;

/// Who reads: the words of the settings file.
const MODES: [&str; 2] = ["self", "interviewer"];

impl Command for Take {
    fn name(&self) -> &'static str {
        "take"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let questionnaire = Arg::new("questionnaire")
            .value_name(words.column_questionnaire.as_str().to_uppercase())
            .help(words.take_questionnaire.to_string());
        let mode = Arg::new("mode").long("mode").value_name("MODE").value_parser(MODES).help(words.mode.to_string());
        clap::Command::new(self.name())
            .about(words.take.to_string())
            .arg(questionnaire)
            .arg(flag("practice", words.practice.as_str()))
            .arg(mode)
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let core = BUILTIN.first().map_or("", |builtin| builtin.key);
        let name = arguments.get_one::<String>("questionnaire").map_or(core, String::as_str);
        let questionnaire = context.questionnaire(name)?;
        if let Some(mode) = arguments.get_one::<String>("mode") {
            context.settings.reader = if mode == MODES[0] { Reader::Respondent } else { Reader::Interviewer };
        }
        home::full_screen(context, Start::Take(Arc::new(questionnaire)), arguments.get_flag("practice"))
    }
}
