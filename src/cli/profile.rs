use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::interview::Interview;
use crate::report;
use crate::scoring;
use crate::store::{self, State};
use crate::text::Catalogue;

/// `kohesi profile`: one interview's profile again.
pub(super) struct Profile;

/// Columns of a profile that is printed.
const COLUMNS: usize = 78;

impl Command for Profile {
    fn name(&self) -> &'static str {
        "profile"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        clap::Command::new(self.name())
            .about(words.profile.to_string())
            .arg(Arg::new("id").value_name("ID").help(words.profile_id.to_string()))
            .arg(flag("json", words.json.as_str()).conflicts_with("markdown"))
            .arg(flag("markdown", words.markdown.as_str()))
            .arg(flag("plain", words.profile_plain.as_str()))
            .arg(flag("answers", words.answers.as_str()).conflicts_with("json"))
            .arg(
                Arg::new("output")
                    .short('o')
                    .long("output")
                    .value_name(words.file.as_str().to_uppercase())
                    .value_parser(value_parser!(PathBuf))
                    .help(words.output.to_string()),
            )
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let interview = find(arguments.get_one::<String>("id"), context)?;
        let text = render(&interview, arguments, context)?;
        match arguments.get_one::<PathBuf>("output") {
            None => write!(context.out, "{text}")?,
            Some(path) => {
                store::write_durably(path, text.as_bytes(), false).map_err(|fault| context.failure(&fault))?;
                let said = context.t.command.written.with(&[("path", &path.display().to_string())]);
                writeln!(context.out, "{said}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The interview that was asked for, or the one finished last.
pub(super) fn find(asked: Option<&String>, context: &Context<'_>) -> Result<Interview, Failure> {
    let none = || Failure(context.t.command.no_finished.to_string());
    let store = context.read_store()?.ok_or_else(none)?;
    let id = if let Some(text) = asked {
        store.find(text).map_err(|fault| context.failure(&fault))?
    } else {
        let interviews = store.list().map_err(|fault| context.failure(&fault))?;
        interviews.iter().find(|summary| summary.state == State::Finished).ok_or_else(none)?.id
    };
    let loaded = store.load(id).map_err(|fault| context.failure(&fault))?;
    context.interview(loaded)
}

fn render(interview: &Interview, arguments: &ArgMatches, context: &Context<'_>) -> Result<String, Failure> {
    let profile = scoring::profile(interview);
    if arguments.get_flag("json") {
        let json = serde_json::to_string_pretty(&report::data(interview, &profile)).map_err(anyhow::Error::from)?;
        return Ok(json + "\n");
    }
    let facts = context.facts(interview)?;
    let tag = context.tag(interview.questionnaire());
    let mut report = report::personal(interview, &profile, &facts, &context.t, &tag);
    if arguments.get_flag("answers") {
        report.blocks.extend(report::answers(interview, &context.t, &tag));
    }
    Ok(if arguments.get_flag("markdown") {
        report::markdown(&report)
    } else if arguments.get_flag("plain") || !Context::draws(&std::io::stdout()) {
        report::spoken(&report, COLUMNS, context.glyphs)
    } else {
        report::plain(&report, COLUMNS, context.glyphs)
    })
}
