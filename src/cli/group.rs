use std::io::IsTerminal;
use std::process::ExitCode;

use clap::ArgMatches;

use super::grammar::flag;
use super::workshop::{change, named, rounds, which};
use super::{Command, Context, Failure, home};
use crate::report;
use crate::store::{StoreError, Workshop};
use crate::text::Catalogue;
use crate::tui::{Rounds, Start};

/// `kohesi group`: the picture of a workshop's group.
pub(super) struct Group;

/// Columns of a picture that is printed.
const COLUMNS: usize = 78;

impl Command for Group {
    fn name(&self) -> &'static str {
        "group"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name())
            .about(t.group.command.to_string())
            .arg(which(t))
            .arg(flag("json", t.command.json.as_str()).conflicts_with("markdown"))
            .arg(flag("markdown", t.command.markdown.as_str()))
            .arg(flag("private", t.group.private_flag.as_str()).conflicts_with("json"))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let workshop = named(arguments, context)?;
        let as_text = ["json", "markdown", "private"].iter().any(|name| arguments.get_flag(name));
        if !as_text && std::io::stdout().is_terminal() && std::io::stdin().is_terminal() {
            return home::full_screen(context, Start::Group(Box::new(workshop)), false);
        }
        let rounds = shown(&workshop, context)?;
        let text = render(&rounds, arguments, context)?;
        write!(context.out, "{text}")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The workshop with its interviews, now that its picture is shown: what is shown is kept before, so that the next
/// picture tells of no single newcomer. Beside a program that writes, what that one kept is shown.
pub(super) fn shown(workshop: &Workshop, context: &Context<'_>) -> Result<Rounds, Failure> {
    let mut gathered = rounds(workshop, context)?;
    while let Some((of, step)) = gathered.next_step() {
        match change(of, step, context) {
            Ok(()) => gathered = rounds(workshop, context)?,
            Err(StoreError::Locked { .. }) => break,
            Err(fault) => return Err(context.failure(&fault)),
        }
    }
    Ok(gathered)
}

fn render(rounds: &Rounds, arguments: &ArgMatches, context: &Context<'_>) -> Result<String, Failure> {
    let tag = context.tag(&rounds.questionnaire);
    let about = rounds.about_words(&context.t);
    let setting = rounds.setting(&about, &context.t, &tag);
    let picture = rounds.picture();
    if arguments.get_flag("json") {
        let data = report::group_data(&picture, &setting);
        return Ok(serde_json::to_string_pretty(&data).map_err(anyhow::Error::from)? + "\n");
    }
    let report = if arguments.get_flag("private") {
        report::group_aside(&rounds.aside(), picture.group.as_ref().ok(), &setting)
    } else {
        report::whole(&report::slides(&picture, &setting), &setting)
    };
    let mut text = if arguments.get_flag("markdown") {
        report::markdown(&report)
    } else {
        report::plain(&report, COLUMNS, context.glyphs)
    };
    if rounds.damaged > 0 {
        text += &(context.t.group.unreadable.with(&[("n", &rounds.damaged.to_string())]) + "\n");
    }
    Ok(text)
}
