use std::ffi::OsString;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use super::ALL;
use crate::text::{Catalogue, LANGUAGES, Language};

/// The whole command line, told in the language of `t`.
pub(super) fn build(t: &Catalogue) -> Command {
    let words = &t.command;
    let mut root = styled(Command::new("kohesi"), t)
        .version(env!("CARGO_PKG_VERSION"))
        .about(words.about.to_string())
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .infer_subcommands(true)
        .arg(Arg::new("version").short('V').long("version").action(ArgAction::Version).help(words.version.to_string()))
        .arg(language(t).global(true))
        .arg(color(t).global(true))
        .arg(flag("ascii", words.ascii.as_str()).global(true))
        .arg(flag("allow-shared-folder", words.shared_folder.as_str()).global(true));
    for command in ALL {
        let command = styled(command.define(t), t);
        let usage = usage_of(&command, t);
        root = root.subcommand(command.override_usage(usage));
    }
    let usage = format!("kohesi [{}] [{}]", words.commands, words.options).to_uppercase().replace("KOHESI", "kohesi");
    root.override_usage(usage)
}

/// How a command is used, in the language of `t`.
fn usage_of(command: &Command, t: &Catalogue) -> String {
    let inputs = command.get_positionals().map(|input| {
        let name = input.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        if input.is_required_set() { format!("<{name}> ") } else { format!("[{name}] ") }
    });
    format!(
        "kohesi {} {}[{}]",
        command.get_name(),
        inputs.collect::<String>(),
        t.command.options.as_str().to_uppercase()
    )
}

/// A flag without a value.
pub(super) fn flag(name: &'static str, help: &str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help.to_owned())
}

fn color(t: &Catalogue) -> Arg {
    Arg::new("color")
        .long("color")
        .value_name("auto|always|never")
        .value_parser(PossibleValuesParser::new(["auto", "always", "never"]))
        .default_value("auto")
        .hide_default_value(true)
        .hide_possible_values(true)
        .help(t.command.color.to_string())
}

fn language(t: &Catalogue) -> Arg {
    let tags = LANGUAGES.map(Language::tag);
    Arg::new("lang")
        .long("lang")
        .value_name("id|en")
        .value_parser(PossibleValuesParser::new(tags))
        .hide_possible_values(true)
        .help(t.command.lang.to_string())
}

fn styled(command: Command, t: &Catalogue) -> Command {
    let words = &t.command;
    command
        .help_template(format!("{{about-with-newline}}\n{} {{usage}}\n\n{{all-args}}", words.usage))
        .subcommand_help_heading(words.commands.to_string())
        .subcommand_value_name(words.commands.as_str().to_uppercase())
        .next_help_heading(words.options.to_string())
        .disable_help_flag(true)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { &words.arguments } else { &words.options };
            arg.help_heading(heading.to_string())
        })
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help(words.help.to_string()))
}

/// The language asked for on the command line, before it is parsed: its mistakes are told in it too.
pub(super) fn language_of(arguments: &[OsString]) -> Option<Language> {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--lang") {
            Some("") => return arguments.next().and_then(Language::by_tag),
            Some(rest) => return rest.strip_prefix('=').and_then(Language::by_tag),
            None => {}
        }
    }
    None
}
