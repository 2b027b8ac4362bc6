use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};

use super::grammar::flag;
use super::group::shown;
use super::profile::find;
use super::{Command, Context, Failure, workshop};
use crate::report::{self, PageWords};
use crate::scoring;
use crate::store;
use crate::text::{Catalogue, Tag};

/// `kohesi report`: a page to read and to hang up.
pub(super) struct Report;

/// In what form a report is written.
#[derive(Clone, Copy)]
enum Form {
    Html,
    Pdf,
    Markdown,
}

/// Each form with its flag and the ending of its files.
const FORMS: [(&str, Form); 3] = [("html", Form::Html), ("pdf", Form::Pdf), ("md", Form::Markdown)];

impl Command for Report {
    fn name(&self) -> &'static str {
        "report"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.report;
        let forms = [&words.html, &words.pdf, &words.markdown];
        let forms = FORMS.iter().zip(forms).map(|((name, _), words)| flag(name, words.as_str()).group("form"));
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(
                Arg::new("workshop")
                    .long("workshop")
                    .value_name(t.workshop.column_name.as_str().to_uppercase())
                    .conflicts_with("interview")
                    .help(words.workshop.to_string()),
            )
            .arg(Arg::new("interview").long("interview").value_name("ID").help(words.interview.to_string()))
            .args(forms)
            .arg(
                Arg::new("output")
                    .short('o')
                    .long("output")
                    .required(true)
                    .value_name(t.command.file.as_str().to_uppercase())
                    .value_parser(value_parser!(PathBuf))
                    .help(words.output.to_string()),
            )
            .arg(flag("force", words.force.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let path = arguments.get_one::<PathBuf>("output").map_or(Path::new(""), PathBuf::as_path);
        let form = form(arguments, path).ok_or_else(|| Failure(context.t.report.which_form.to_string()))?;
        let (report, tag) = match arguments.get_one::<String>("workshop") {
            Some(name) => of_workshop(name, context)?,
            None => of_interview(arguments.get_one::<String>("interview"), context)?,
        };
        let bytes = written(&report, form, &PageWords { language: tag.as_str(), t: &context.t })?;
        let written = store::write_durably(path, &bytes, arguments.get_flag("force"));
        written.map_err(|fault| context.failure_of_writing(&fault))?;
        let said = context.t.command.written.with(&[("path", &path.display().to_string())]);
        writeln!(context.out, "{said}")?;
        Ok(ExitCode::SUCCESS)
    }
}

fn of_interview(asked: Option<&String>, context: &Context<'_>) -> Result<(report::Report, Tag), Failure> {
    let interview = find(asked, context)?;
    let tag = context.tag(interview.questionnaire());
    let profile = scoring::profile(&interview);
    Ok((report::personal(&interview, &profile, &context.facts(&interview)?, &context.t, &tag), tag))
}

fn of_workshop(name: &str, context: &Context<'_>) -> Result<(report::Report, Tag), Failure> {
    let rounds = shown(&workshop::find(name, context)?, context)?;
    let tag = context.tag(&rounds.questionnaire);
    let about = rounds.about_words(&context.t);
    let setting = rounds.setting(&about, &context.t, &tag);
    let mut report = report::whole(&report::slides(&rounds.picture(), &setting), &setting);
    if rounds.damaged > 0 {
        let told = context.t.group.unreadable.with(&[("n", &rounds.damaged.to_string())]);
        report.blocks.push(report::Block::Paragraph(told));
    }
    Ok((report, tag))
}

/// The form that was asked for, or the one the file's ending names.
fn form(arguments: &ArgMatches, path: &Path) -> Option<Form> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let asked = FORMS.iter().find(|(name, _)| arguments.get_flag(name));
    let named = || FORMS.iter().find(|(name, _)| ending.eq_ignore_ascii_case(name));
    asked.or_else(named).map(|(_, form)| *form)
}

fn written(report: &report::Report, form: Form, words: &PageWords<'_>) -> Result<Vec<u8>, Failure> {
    Ok(match form {
        Form::Html => report::html(report, words).into_bytes(),
        Form::Markdown => report::markdown(report).into_bytes(),
        Form::Pdf => report::pdf(report, words)
            .map_err(|fault| Failure(words.t.report.not_written.with(&[("cause", &fault.to_string())])))?,
    })
}
