use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};

use super::grammar::flag;
use super::progress::{INTERRUPTED, Progress};
use super::{Command, Context, Failure, workshop};
use crate::store::{BundleFault, Bundling, StoreError};
use crate::text::Catalogue;

/// `kohesi bundle`: interviews into a file that other laptops merge.
pub(super) struct Bundle;

impl Command for Bundle {
    fn name(&self) -> &'static str {
        "bundle"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.bundle;
        let option = |name: &'static str, value: &'static str, help: &crate::text::Phrase| {
            Arg::new(name).long(name).value_name(value).help(help.to_string())
        };
        let output = Arg::new("output")
            .short('o')
            .long("output")
            .value_name(t.command.file.as_str().to_uppercase())
            .value_parser(value_parser!(PathBuf))
            .required(true)
            .help(words.output.to_string());
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(output)
            .arg(option("workshop", "W", &words.of_workshop))
            .arg(option("questionnaire", "KEY", &words.of_questionnaire))
            .arg(flag("unfinished", words.unfinished.as_str()))
            .arg(flag("force", words.force.as_str()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let words = &context.t.bundle;
        let workshop = arguments.get_one::<String>("workshop").map(|asked| workshop::id_of(asked, context));
        let bundling = Bundling {
            path: arguments.get_one::<PathBuf>("output").cloned().unwrap_or_default(),
            replace: arguments.get_flag("force"),
            workshop: workshop.transpose()?,
            questionnaire: arguments.get_one::<String>("questionnaire").cloned(),
            unfinished: arguments.get_flag("unfinished"),
        };
        let store = context.read_store()?.ok_or_else(|| Failure(words.none.to_string()))?;
        let progress = Progress::new(&context.t, words.progress.as_str())?;
        let bundled = store.bundle(&bundling, progress.watch(&|done| progress.tell(done)));
        progress.end();
        match bundled {
            Ok(bundled) => {
                let told = bundled.words(&bundling, &context.t).join("\n");
                writeln!(context.out, "{told}")?;
                Ok(ExitCode::SUCCESS)
            }
            Err(StoreError::Bundle { fault: BundleFault::Interrupted, .. }) => {
                writeln!(context.out, "{}", context.t.export.interrupted)?;
                Ok(ExitCode::from(INTERRUPTED))
            }
            Err(fault) => Err(context.failure(&fault)),
        }
    }
}
