use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches};

use super::grammar::{limits, max_items};
use super::{Command, Context, Failure};
use crate::questionnaire::Questionnaire;
use crate::report::form::{Form, form, form_markdown, html, text};
use crate::store;
use crate::text::{Catalogue, Language, Tag};

/// `kohesi show`: a questionnaire as a paper form.
pub(super) struct Show;

type Write = fn(&Form) -> String;

/// How a form is written, by the word on the command line.
const FORMS: [(&str, Write); 3] = [("text", text), ("markdown", form_markdown), ("html", html)];

impl Command for Show {
    fn name(&self) -> &'static str {
        "show"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let questionnaire = Arg::new("questionnaire")
            .value_name(words.column_questionnaire.as_str().to_uppercase())
            .help(words.take_questionnaire.to_string())
            .required(true);
        let form = Arg::new("as").long("as").value_name("FORM").value_parser(FORMS.map(|(name, _)| name));
        let languages = Arg::new("language").long("language").value_name("TAG").action(ArgAction::Append);
        let output = Arg::new("output").long("output").short('o').value_name(words.file.as_str().to_uppercase());
        clap::Command::new(self.name())
            .about(words.show.to_string())
            .arg(questionnaire)
            .arg(form.default_value("text").help(words.show_as.to_string()))
            .arg(languages.help(words.show_language.to_string()))
            .arg(output.help(words.output.to_string()))
            .arg(max_items(t))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let name = arguments.get_one::<String>("questionnaire").map_or("", String::as_str);
        let questionnaire = context.questionnaire(name, limits(arguments))?;
        let tags = tags(&questionnaire, arguments, context)?;
        let catalogues = tags.iter().map(|tag| catalogue(tag, context)).collect::<Result<Vec<_>, _>>()?;
        let speakers: Vec<(Tag, &Catalogue)> = tags.into_iter().zip(&catalogues).collect();
        let form = form(&questionnaire, &speakers);
        let wanted = arguments.get_one::<String>("as").map_or("", String::as_str);
        let write = FORMS.iter().find(|(name, _)| *name == wanted).map_or(text as Write, |(_, write)| *write);
        let written = write(&form);
        match arguments.get_one::<String>("output") {
            Some(path) => {
                store::write_durably(Path::new(path), written.as_bytes(), false)
                    .map_err(|fault| context.failure(&fault))?;
                let said = context.t.command.written.with(&[("path", path)]);
                writeln!(context.out, "{said}")?;
            }
            None => write!(context.out, "{written}")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The languages asked for, else all of the questionnaire's.
fn tags(questionnaire: &Questionnaire, arguments: &ArgMatches, context: &Context<'_>) -> Result<Vec<Tag>, Failure> {
    let known = questionnaire.languages();
    let Some(asked) = arguments.get_many::<String>("language") else { return Ok(known.to_vec()) };
    let find = |asked: &String| {
        let names: Vec<&str> = known.iter().map(Tag::as_str).collect();
        let unknown =
            || Failure(context.t.command.show_no_language.with(&[("tag", asked), ("known", &names.join(", "))]));
        known.iter().find(|tag| tag.as_str() == asked).cloned().ok_or_else(unknown)
    };
    asked.map(find).collect()
}

/// The sentences beside the questionnaire's own, in its language or else in the one of the interface.
fn catalogue(tag: &Tag, context: &Context<'_>) -> Result<Catalogue, Failure> {
    let language = Language::by_tag(tag.as_str()).unwrap_or(context.language);
    Ok(Catalogue::of(language).map_err(anyhow::Error::from)?)
}
