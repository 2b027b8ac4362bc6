use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};

use super::backup::filled;
use super::{Command, Context, Failure};
use crate::store::{self, Restored, StoreError};
use crate::text::Catalogue;

/// `kohesi restore`: a backup in the place of what is kept.
pub(super) struct Restore;

impl Command for Restore {
    fn name(&self) -> &'static str {
        "restore"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let file = Arg::new("file").value_name(t.command.file.as_str().to_uppercase());
        clap::Command::new(self.name())
            .about(t.backup.restore.to_string())
            .arg(file.value_parser(value_parser!(PathBuf)).help(t.backup.file.to_string()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        match arguments.get_one::<PathBuf>("file") {
            None => list(context)?,
            Some(from) => restore(from, context)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The backups there are, the newest first.
fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let copies = store::copies_of(&context.paths);
    let words = &context.t.backup;
    if copies.is_empty() {
        return Err(Failure(words.none.to_string()));
    }
    let mut said = words.listed.to_string();
    for (copy, written) in &copies {
        said += "\n- ";
        said += &context.t.date_time(store::local(*written));
        said += ": ";
        said += &filled(&words.line, copy, &context.t);
    }
    Ok(writeln!(context.out, "{said}")?)
}

fn restore(from: &Path, context: &mut Context<'_>) -> Result<(), Failure> {
    let (restored, _) = store::restore(&context.paths, from, &context.options).map_err(|fault| match fault {
        StoreError::Gone { path } => {
            Failure(context.t.command.no_such_file.with(&[("path", &path.display().to_string())]))
        }
        fault => context.failure(&fault),
    })?;
    let Restored { interviews, damaged, erased, before, only_before } = restored;
    let words = &context.t.backup;
    let before = before.map(|path| path.display().to_string());
    let values = [
        ("from", from.display().to_string()),
        ("n", interviews.to_string()),
        ("damaged", damaged.to_string()),
        ("erased", erased.to_string()),
        ("only", only_before.to_string()),
        ("path", before.clone().unwrap_or_default()),
    ];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut said = vec![words.restored.with(&values)];
    if damaged > 0 {
        said.push(words.restored_damaged.with(&values));
    }
    if erased > 0 {
        said.push(words.restored_erased.with(&values));
    }
    if before.is_some() {
        said.push(words.before.with(&values));
    }
    if only_before > 0 {
        said.push(words.only_before.with(&values));
    }
    Ok(writeln!(context.out, "{}", said.join("\n"))?)
}
