use std::process::ExitCode;
use std::sync::Arc;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches};

use super::grammar::{flag, limits, max_items};
use super::{Command, Context, Failure, home, plain};
use crate::plain::Resume;
use crate::questionnaire::BUILTIN;
use crate::settings::{Reader, Value};
use crate::text::Catalogue;
use crate::tui::Start;

/// `kohesi take`: straight into an interview.
pub(super) struct Take;

impl Command for Take {
    fn name(&self) -> &'static str {
        "take"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let questionnaire = Arg::new("questionnaire")
            .value_name(words.column_questionnaire.as_str().to_uppercase())
            .help(words.take_questionnaire.to_string());
        let mode = Arg::new("mode")
            .long("mode")
            .value_name("MODE")
            .value_parser(PossibleValuesParser::new(Reader::words()))
            .help(words.mode.to_string());
        let resume = Arg::new("resume")
            .long("resume")
            .value_name(words.column_code.as_str().to_uppercase())
            .num_args(0..=1)
            .help(words.resume.to_string());
        clap::Command::new(self.name())
            .about(words.take.to_string())
            .arg(questionnaire)
            .arg(flag("practice", words.practice.as_str()))
            .arg(flag("plain", words.plain.as_str()))
            .arg(resume.conflicts_with("practice"))
            .arg(mode)
            .arg(max_items(t))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let core = BUILTIN.first().map_or("", |builtin| builtin.key);
        let name = arguments.get_one::<String>("questionnaire").map_or(core, String::as_str);
        let questionnaire = context.questionnaire(name, limits(arguments))?;
        let practice = arguments.get_flag("practice");
        let resumes = arguments.contains_id("resume");
        if !practice && !resumes {
            context.refuse_untried_keys()?;
        }
        if arguments.get_flag("plain") || resumes || !Context::has_screen() {
            let named = arguments.get_one::<String>("resume").map(|code| plain::find(code, context)).transpose()?;
            let resume = match named {
                Some(id) => Resume::This(id),
                None if resumes => Resume::Latest,
                None => Resume::Ask,
            };
            return plain::line_by_line(context, Arc::new(questionnaire), resume, practice);
        }
        home::full_screen(context, Start::Take(Arc::new(questionnaire)), practice)
    }
}
