use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};

use super::{Command, Context, Failure};
use crate::store::{self, Copied};
use crate::text::Catalogue;

/// `kohesi backup`: a copy of everything that is kept.
pub(super) struct Backup;

impl Command for Backup {
    fn name(&self) -> &'static str {
        "backup"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let output = Arg::new("output").short('o').long("output").value_name(t.command.file.as_str().to_uppercase());
        clap::Command::new(self.name())
            .about(t.backup.command.to_string())
            .arg(output.value_parser(value_parser!(PathBuf)).help(t.backup.output.to_string()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let to = arguments.get_one::<PathBuf>("output").map(PathBuf::as_path);
        let copied = store::back_up(&context.paths, to).map_err(|fault| context.failure(&fault))?;
        let Some(copied) = copied else { return Err(Failure(context.no_interviews())) };
        let words = &context.t.backup;
        let said = filled(if copied.damaged == 0 { &words.made } else { &words.made_damaged }, &copied, &context.t);
        writeln!(context.out, "{said}")?;
        if to.is_none() {
            writeln!(context.out, "{}", words.elsewhere)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A sentence about a copy.
pub(super) fn filled(phrase: &crate::text::Phrase, copied: &Copied, t: &Catalogue) -> String {
    let tenths = i64::try_from(copied.bytes.div_ceil(100_000)).unwrap_or(i64::MAX);
    let values = [
        ("path", copied.path.display().to_string()),
        ("n", t.whole(i64::try_from(copied.interviews).unwrap_or(i64::MAX))),
        ("megabytes", t.decimal(tenths, 1)),
        ("damaged", copied.damaged.to_string()),
    ];
    phrase.with(&values.each_ref().map(|(name, value)| (*name, value.as_str())))
}
