use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::ALL;
use crate::questionnaire::Limits;
use crate::settings::{Setting, by_key};
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
        .arg(setting(t).global(true))
        .arg(flag("allow-shared-folder", words.shared_folder.as_str()).global(true))
        .arg(file("passphrase-file", t.protect.file.as_str(), t).global(true));
    for command in ALL {
        root = root.subcommand(told(command.define(t), "kohesi", t));
    }
    let usage = format!("kohesi [{}] [{}]", words.commands, words.options).to_uppercase().replace("KOHESI", "kohesi");
    root.override_usage(usage)
}

/// A command and those within it, with all that is told of them in the language of `t`.
fn told(command: Command, above: &str, t: &Catalogue) -> Command {
    let usage = usage_of(&command, above, t);
    let name = format!("{above} {}", command.get_name());
    styled(command, t)
        .disable_help_subcommand(true)
        .override_usage(usage)
        .mut_subcommands(|inner| told(inner, &name, t))
}

/// How a command is used, in the language of `t`.
fn usage_of(command: &Command, above: &str, t: &Catalogue) -> String {
    let inputs = command.get_positionals().map(|input| {
        let name = input.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
        if input.is_required_set() { format!("<{name}> ") } else { format!("[{name}] ") }
    });
    format!(
        "{above} {} {}[{}]",
        command.get_name(),
        inputs.collect::<String>(),
        t.command.options.as_str().to_uppercase()
    )
}

/// A flag without a value.
pub(super) fn flag(name: &'static str, help: &str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help.to_owned())
}

/// A flag that names a file.
pub(super) fn file(name: &'static str, help: &str, t: &Catalogue) -> Arg {
    let place = t.command.file.as_str().to_uppercase();
    Arg::new(name).long(name).value_name(place).value_parser(value_parser!(PathBuf)).help(help.to_owned())
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

fn setting(t: &Catalogue) -> Arg {
    let words = &t.config;
    Arg::new("set")
        .long("set")
        .value_name(format!("{}={}", words.key, words.value).to_uppercase())
        .action(ArgAction::Append)
        .help(words.set_flag.to_string())
}

/// How many items are read at most.
pub(super) fn max_items(t: &Catalogue) -> Arg {
    let number = value_parser!(u16).range(1..);
    Arg::new("max-items").long("max-items").value_name("N").value_parser(number).help(t.command.max_items.to_string())
}

/// The limits that [`max_items`] asks for.
pub(super) fn limits(arguments: &ArgMatches) -> Limits {
    let items = arguments.get_one::<u16>("max-items").map(|items| Limits::of_items(usize::from(*items)));
    items.unwrap_or_default()
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
            with_choices(arg, t).help_heading(heading.to_string())
        })
        .arg(Arg::new("help").short('h').long("help").action(ArgAction::Help).help(words.help.to_string()))
}

/// An argument whose choices are told in its help; what the crates would say of them is English.
fn with_choices(arg: Arg, t: &Catalogue) -> Arg {
    let words = &t.config;
    let mut help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let choices: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if !choices.is_empty() && !arg.is_hide_possible_values_set() {
        help = format!("{help} {}", words.values.with(&[("choices", &choices.join(", "))]));
    }
    let default: Vec<&str> = arg.get_default_values().iter().filter_map(|value| value.to_str()).collect();
    if !default.is_empty() {
        help = format!("{help} {}", words.default.with(&[("default", &default.join(", "))]));
    }
    let takes_value = arg.get_action().takes_values();
    let arg = arg.help(help.trim_start().to_owned());
    if takes_value { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
}

/// The settings given with `--set`, in their order; or the text that is none.
pub(super) fn settings_of(matches: &ArgMatches) -> Result<Vec<(&'static Setting, String)>, String> {
    let given = matches.get_many::<String>("set").into_iter().flatten();
    let pair = |text: &String| {
        let (key, value) = text.split_once('=')?;
        let setting = by_key(key).filter(|setting| setting.takes(value))?;
        Some((setting, value.to_owned()))
    };
    given.map(|text| pair(text).ok_or_else(|| text.clone())).collect()
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
