use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches};
use serde::Serialize;

use super::context::bytes;
use super::grammar::{flag, limits, max_items};
use super::{Command, Context, Failure, problems};
use crate::questionnaire::{Limits, Lines, Problem, Problems, Questionnaire, Severity, check};
use crate::store;
use crate::text::Catalogue;

/// `kohesi check`: everything that is wrong with questionnaires, and what a good colleague would say of them.
pub(super) struct Check;

/// Something that is wrong, as a program reads it. Lines and columns count from 1, columns in characters.
#[derive(Serialize)]
struct Found<'p> {
    code: &'static str,
    severity: &'static str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    cause: String,
    remedy: String,
    values: serde_json::Map<String, serde_json::Value>,
    file: &'p str,
}

impl Command for Check {
    fn name(&self) -> &'static str {
        "check"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let files = Arg::new("files")
            .value_name(words.file.as_str().to_uppercase())
            .help(words.check_files.to_string())
            .action(ArgAction::Append)
            .num_args(1..)
            .required(true);
        clap::Command::new(self.name())
            .about(words.check.to_string())
            .arg(files)
            .arg(flag("json", words.json.as_str()))
            .arg(max_items(t))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let limits = limits(arguments);
        let json = arguments.get_flag("json");
        let mut sound = true;
        let mut all = Vec::new();
        for name in arguments.get_many::<String>("files").into_iter().flatten() {
            match read(name, limits, context) {
                Err(failure) if json => return Err(failure),
                Err(Failure(text)) => {
                    sound = false;
                    writeln!(context.out, "{text}\n")?;
                }
                Ok((questionnaire, problems)) => {
                    sound &= questionnaire.is_some();
                    if !json {
                        let told = told(questionnaire.as_ref(), &problems, context);
                        writeln!(context.out, "{told}")?;
                    }
                    all.push(problems);
                }
            }
        }
        if json {
            let found: Vec<Found<'_>> = all.iter().flat_map(|problems| found(problems, context)).collect();
            let json = serde_json::to_string_pretty(&found).map_err(anyhow::Error::from)?;
            writeln!(context.out, "{json}")?;
        }
        Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn read(name: &str, limits: Limits, context: &Context<'_>) -> Result<(Option<Questionnaire>, Problems), Failure> {
    let text = store::read_text(name.as_ref(), bytes(limits)).map_err(|fault| context.failure(&fault))?;
    let text = text.ok_or_else(|| Failure(context.t.command.no_such_file.with(&[("path", name)])))?;
    Ok(check(name, &text, limits))
}

/// Every problem, and what comes of them.
fn told(questionnaire: Option<&Questionnaire>, problems: &Problems, context: &Context<'_>) -> String {
    let words = &context.t.command;
    let mut told = problems::told(problems, context, &std::io::stdout());
    let warnings = problems.list.iter().filter(|problem| problem.severity == Severity::Warning).count();
    let (errors, warnings) = ((problems.list.len() - warnings).to_string(), warnings.to_string());
    let values = [("name", problems.name.as_str()), ("n", errors.as_str()), ("warnings", warnings.as_str())];
    told.push_str(&match questionnaire {
        None => words.check_errors.with(&values),
        Some(_) if !problems.list.is_empty() => {
            words.check_warnings.with(&values[..1].iter().chain(&values[2..]).copied().collect::<Vec<_>>())
        }
        Some(sound) => {
            let items = sound.items().len().to_string();
            words.check_sound.with(&[("name", &problems.name), ("items", &items)])
        }
    });
    told
}

fn found<'p>(problems: &'p Problems, context: &Context<'_>) -> Vec<Found<'p>> {
    let lines = problems.lines();
    problems.list.iter().map(|problem| one(problem, &problems.name, &lines, context)).collect()
}

fn one<'p>(problem: &Problem, file: &'p str, lines: &Lines<'_>, context: &Context<'_>) -> Found<'p> {
    let (line, column) = lines.line_column(problem.span.start);
    let (end_line, end_column) = lines.line_column(problem.span.end);
    let (cause, remedy) = problems::words(problem, context);
    let values = problem.values.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    let severity = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let code = problem.code.as_str();
    Found { code, severity, line, column, end_line, end_column, cause, remedy, values, file }
}
