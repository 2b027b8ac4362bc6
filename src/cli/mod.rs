//! The command line: one file a command.

mod access;
mod add;
mod backup;
mod bundle;
mod check;
mod completions;
mod config;
mod context;
mod demo;
mod doctor;
mod errors;
mod export;
mod exporting;
mod forget;
mod grammar;
mod group;
mod home;
mod key;
mod kiosk;
mod list;
mod man;
mod merge;
mod new;
mod paths;
mod plain;
mod problems;
mod profile;
mod progress;
mod protect;
mod report;
mod restore;
mod schema;
mod show;
mod stats;
mod take;
mod unlocking;
mod workshop;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::ArgMatches;

pub use context::{Context, Failure};
pub use demo::fill;
pub use stats::{
    Answers, Figure, Figures, Gathered, GroupFigures, Plan, Shown, Telling, Told, all_and_each, gather, of_workshops,
    told,
};

use crate::store;
use crate::text::{Catalogue, Language};

/// A command of the program.
trait Command: Sync {
    /// Its name, as it is typed.
    fn name(&self) -> &'static str;
    /// What it takes, in the language of `t`.
    fn define(&self, t: &Catalogue) -> clap::Command;
    /// Whether it is there to mend faulty settings, and so runs with them.
    fn mends_settings(&self) -> bool {
        false
    }
    /// Does it.
    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure>;
}

/// Every command. To add one: a file here and a line.
const ALL: [&dyn Command; 28] = [
    &take::Take,
    &workshop::Workshops,
    &kiosk::Kiosk,
    &group::Group,
    &new::New,
    &check::Check,
    &show::Show,
    &add::Add,
    &schema::Schema,
    &list::List,
    &profile::Profile,
    &export::Export,
    &report::Report,
    &stats::Stats,
    &demo::Demo,
    &key::Keys,
    &access::Access,
    &bundle::Bundle,
    &merge::Merge,
    &forget::Forget,
    &backup::Backup,
    &restore::Restore,
    &doctor::Doctor,
    &protect::Protect,
    &paths::Paths,
    &config::Config,
    &completions::Completions,
    &man::Man,
];

/// What a mistake on the command line ends with.
const USAGE: u8 = 2;

/// Runs the program with these arguments (the first is its name) and says how it ended: 0 for well, 1 for a fault, 2
/// for a mistake on the command line, 3 for an interview line by line that is not finished, 4 for one that was refused,
/// 5 and 6 for what the doctor found to be looked after and damaged, 128 and the number for a signal.
pub fn main(arguments: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> ExitCode {
    store::keep_memory_private();
    let arguments: Vec<OsString> = arguments.collect();
    let language = grammar::language_of(&arguments).unwrap_or_else(guessed_language);
    let t = match Catalogue::of(language) {
        Ok(t) => t,
        Err(fault) => return say(err, &fault.to_string(), 1),
    };
    let matches = match grammar::build(&t).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let (text, wrong) = errors::tell(&error, &t);
            return if wrong { say(err, &text, USAGE) } else { say(out, text.trim_end(), 0) };
        }
    };
    let mut context = match Context::new(t, language, &matches, out) {
        Ok(context) => context,
        Err(failure) => return say(err, &failure.0, 1),
    };
    let asked = matches.subcommand();
    let command = asked.and_then(|(name, _)| ALL.iter().find(|command| command.name() == name));
    let outcome = match (asked, command) {
        (_, command)
            if !context.setting_faults.is_empty() && command.is_none_or(|command| !command.mends_settings()) =>
        {
            Err(config::faulty(&context))
        }
        (Some((_, arguments)), Some(command)) => command.run(arguments, &mut context),
        _ => home::run(&mut context),
    };
    outcome.unwrap_or_else(|Failure(text)| if text.is_empty() { ExitCode::SUCCESS } else { say(err, &text, 1) })
}

/// The language of the locale, before the settings are read.
fn guessed_language() -> Language {
    Language::of_locale(&store::locale().unwrap_or_default())
}

fn say(to: &mut dyn Write, text: &str, code: u8) -> ExitCode {
    // Where even this cannot be written there is nobody to tell.
    let _ = writeln!(to, "{text}");
    ExitCode::from(code)
}
