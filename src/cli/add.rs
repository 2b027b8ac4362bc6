use std::process::ExitCode;

use clap::{Arg, ArgMatches};

use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::questionnaire::BUILTIN;
use crate::store;
use crate::text::Catalogue;

/// `kohesi add`: a questionnaire into one's own library.
pub(super) struct Add;

impl Command for Add {
    fn name(&self) -> &'static str {
        "add"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let file =
            Arg::new("file").value_name(words.file.as_str().to_uppercase()).help(words.take_questionnaire.to_string());
        clap::Command::new(self.name())
            .about(words.add.to_string())
            .arg(file.required(true))
            .arg(flag("replace", words.add_replace.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let name = arguments.get_one::<String>("file").map_or("", String::as_str);
        let questionnaire = context.questionnaire_in_file(name)?;
        let key = questionnaire.key().to_string();
        if BUILTIN.iter().any(|builtin| builtin.key == key) {
            return Err(Failure(context.t.command.add_shipped.with(&[("key", &key)])));
        }
        let folder = context.paths.library();
        let path = folder.join(format!("{key}.toml"));
        let replace = arguments.get_flag("replace");
        let written = store::make_folder(&folder)
            .and_then(|()| store::write_durably(&path, questionnaire.source().as_bytes(), replace));
        match written {
            Err(store::StoreError::Exists { .. }) => {
                return Err(Failure(context.t.command.add_exists.with(&[("key", &key)])));
            }
            other => other.map_err(|fault| context.failure(&fault))?,
        }
        let said = context.t.command.added.with(&[("key", &key)]);
        writeln!(context.out, "{said}")?;
        Ok(ExitCode::SUCCESS)
    }
}
