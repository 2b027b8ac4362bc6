//! `kohesi doctor --salvage`: what is sound of a damaged file, into a new folder.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use serde_json::json;

use crate::cli::{Context, Failure};
use crate::store::{self, SalvageSource, Salvaged, StoreError};

/// Brings what is sound of the file that was named into a new folder; without a name, of the damaged file that was moved
/// aside last, else of the store itself.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let Some(home) = arguments.get_one::<PathBuf>("output") else { return Err(Failure(String::new())) };
    let aside = store::moved_aside(&context.paths).pop();
    let named = arguments.get_one::<PathBuf>("from").cloned();
    let file = named.or(aside).unwrap_or_else(|| context.paths.database());
    let library = context.paths.library();
    let source = SalvageSource { file: &file, library: &library };
    let salvaged = store::salvage(source, home, &context.options).map_err(|fault| match fault {
        StoreError::Gone { path } => {
            Failure(context.t.command.no_such_file.with(&[("path", &path.display().to_string())]))
        }
        fault => context.failure(&fault),
    });
    let (salvaged, _) = salvaged?;
    if arguments.get_flag("json") {
        let json = json!({
            "from": file,
            "home": salvaged.home,
            "finished": salvaged.finished,
            "sealed": salvaged.sealed,
            "answers_only": salvaged.answers_only,
            "unfinished": salvaged.unfinished,
            "cut": salvaged.cut,
            "lost": salvaged.lost,
            "erased": salvaged.erased,
            "questionnaires_lost": salvaged.texts_lost,
            "single_events": salvaged.single_events,
            "single_events_file": salvaged.singles,
        });
        let json = serde_json::to_string_pretty(&json).map_err(anyhow::Error::from)?;
        writeln!(context.out, "{json}")?;
    } else {
        tell(&file, &salvaged, context)?;
    }
    let whole = salvaged.answers_only + salvaged.cut + salvaged.lost + salvaged.texts_lost == 0;
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(super::BROKEN) })
}

fn tell(file: &std::path::Path, salvaged: &Salvaged, context: &mut Context<'_>) -> Result<(), Failure> {
    let words = &context.t.doctor;
    let mut said = words.salvaged_from.with(&[("path", &file.display().to_string())]);
    let counts = [
        (salvaged.finished, &words.salvaged_finished),
        (salvaged.sealed, &words.sealed),
        (salvaged.answers_only, &words.salvaged_answers),
        (salvaged.unfinished, &words.salvaged_unfinished),
        (salvaged.cut, &words.salvaged_cut),
        (salvaged.lost, &words.salvaged_lost),
        (salvaged.erased, &words.salvaged_erased),
        (salvaged.texts_lost, &words.salvaged_texts),
    ];
    for (count, phrase) in counts.into_iter().filter(|(count, _)| *count > 0) {
        said += "\n- ";
        said += &phrase.with(&[("n", &count.to_string())]);
    }
    if let Some(path) = &salvaged.singles {
        let values = [("n", salvaged.single_events.to_string()), ("path", path.display().to_string())];
        said += "\n- ";
        said += &words.salvaged_singles.with(&values.each_ref().map(|(name, value)| (*name, value.as_str())));
    }
    let found = counts.iter().any(|(count, _)| *count > 0);
    let home = salvaged.home.display().to_string();
    said += "\n\n";
    said += &if found { words.salvaged_how.with(&[("path", &home)]) } else { words.salvaged_nothing.to_string() };
    Ok(writeln!(context.out, "{said}")?)
}
