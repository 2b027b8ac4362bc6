use std::process::ExitCode;

use clap::{Arg, ArgMatches};
use serde::Serialize;

use super::grammar::flag;
use super::{Command, Context, Failure, problems};
use crate::settings::{self, Fault, Origin, SETTINGS, Setting};
use crate::store;
use crate::text::{Catalogue, wrap};
use crate::tui::Keymap;

/// `kohesi config`: every setting, its value and where it comes from; and changing one.
pub(super) struct Config;

/// Columns of what is explained, behind its indent.
const COLUMNS: usize = 74;

/// A setting as a program reads it.
#[derive(Serialize)]
struct Row {
    key: &'static str,
    value: String,
    origin: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flag: Option<String>,
    choices: Vec<&'static str>,
    about: String,
}

/// An action and its keys, as a program reads them.
#[derive(Serialize)]
struct Bound {
    action: &'static str,
    keys: Vec<String>,
    contexts: Vec<&'static str>,
    about: Option<String>,
}

impl Command for Config {
    fn name(&self) -> &'static str {
        "config"
    }

    fn mends_settings(&self) -> bool {
        true
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.config;
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
        let name = |help: &str| Arg::new("key").value_name(words.key.as_str().to_uppercase()).help(help.to_owned());
        let value = Arg::new("value").value_name(words.value.as_str().to_uppercase()).required(true);
        clap::Command::new(self.name())
            .about(words.about.to_string())
            .arg(name(words.setting.as_str()).value_parser(clap::builder::PossibleValuesParser::new(known)))
            .arg(flag("json", t.command.json.as_str()))
            .subcommand(
                clap::Command::new("set")
                    .about(words.set.to_string())
                    .arg(name(words.which.as_str()).required(true))
                    .arg(value.help(words.set_value.to_string())),
            )
            .subcommand(
                clap::Command::new("unset")
                    .about(words.unset.to_string())
                    .arg(name(words.which.as_str()).required(true)),
            )
            .subcommand(clap::Command::new("path").about(words.path.to_string()))
            .subcommand(
                clap::Command::new("keys").about(words.keys.to_string()).arg(flag("json", t.command.json.as_str())),
            )
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        match arguments.subcommand() {
            Some(("set", given)) => set(given, context),
            Some(("unset", given)) => unset(given, context),
            Some(("path", _)) => {
                writeln!(context.out, "{}", context.paths.settings.display())?;
                Ok(ExitCode::SUCCESS)
            }
            Some(("keys", given)) => keys(given.get_flag("json"), context),
            _ => list(arguments, context),
        }
    }
}

fn word<'a>(arguments: &'a ArgMatches, name: &str) -> &'a str {
    arguments.get_one::<String>(name).map_or("", String::as_str)
}

/// The value in force; where the system decides, what it says.
fn value_of(setting: &Setting, context: &Context<'_>) -> String {
    let mut all = context.settings.clone();
    (all.language, all.glyphs, all.theme) = (Some(context.language), Some(context.glyphs), Some(context.palette));
    setting.word(&all).unwrap_or_default()
}

fn list(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let asked = arguments.get_one::<String>("key");
    let chosen: Vec<(&Setting, Origin)> = SETTINGS
        .iter()
        .zip(context.origins.clone())
        .filter(|(setting, _)| asked.is_none_or(|asked| asked == setting.key))
        .collect();
    if arguments.get_flag("json") {
        let rows: Vec<Row> = chosen.iter().map(|(setting, origin)| row(setting, origin, context)).collect();
        let json = serde_json::to_string_pretty(&rows).map_err(anyhow::Error::from)?;
        writeln!(context.out, "{json}")?;
    } else {
        let told: Vec<String> = chosen.iter().map(|(setting, origin)| told(setting, origin, context)).collect();
        let place = context.t.config.place.with(&[("path", &context.paths.settings.display().to_string())]);
        let end = if asked.is_some() { String::new() } else { format!("\n{place}\n") };
        write!(context.out, "{}{end}", told.join("\n"))?;
    }
    if context.setting_faults.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(faulty(context)) }
}

fn told(setting: &Setting, origin: &Origin, context: &Context<'_>) -> String {
    let (words, t) = (&context.t.config, &context.t.settings);
    let from = match origin {
        Origin::Default if setting.is_guessed() => words.of_system.to_string(),
        Origin::Default => words.of_default.to_string(),
        Origin::File(line) => words.of_file.with(&[("line", &line.to_string())]),
        Origin::Environment(name) => words.of_variable.with(&[("variable", name)]),
        Origin::Flag(name) => words.of_flag.with(&[("flag", name)]),
    };
    let choices = setting.words().join(", ");
    let choices = if choices.is_empty() { String::new() } else { words.choices.with(&[("choices", &choices)]) };
    let (key, value) = (setting.key, value_of(setting, context));
    let (name, in_words) = (t.name(key), t.value(key, &value));
    let said = if in_words.is_empty() { String::new() } else { format!(": {in_words}") };
    let explained = format!("{name}{said}. {}", t.about(key));
    let lines = wrap(&explained, COLUMNS).into_iter().chain(wrap(&choices, COLUMNS)).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(|line| format!("    {line}\n")).collect();
    format!("{key} = \"{value}\"  ({from})\n{}", lines.concat())
}

fn row(setting: &Setting, origin: &Origin, context: &Context<'_>) -> Row {
    let (word, line, variable, flag) = match origin {
        Origin::Default if setting.is_guessed() => ("system", None, None, None),
        Origin::Default => ("default", None, None, None),
        Origin::File(line) => ("file", Some(*line), None, None),
        Origin::Environment(name) => ("environment", None, Some(name.clone()), None),
        Origin::Flag(name) => ("flag", None, None, Some(name.clone())),
    };
    Row {
        key: setting.key,
        value: value_of(setting, context),
        origin: word,
        line,
        variable,
        flag,
        choices: setting.words(),
        about: context.t.settings.about(setting.key).to_owned(),
    }
}

fn set(given: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let (key, value) = (word(given, "key"), word(given, "value"));
    let words = &context.t.config;
    let setting = settings::by_key(key).ok_or_else(|| no_such(key, context))?;
    let choices = setting.words();
    if !setting.takes(value) {
        let values = [("key", key), ("value", value), ("choices", &choices.join(", "))];
        return Err(Failure(words.not_offered.with(&values)));
    }
    let path = &context.paths.settings;
    store::edit_text(path, |text| settings::set(text, setting.key, value))
        .map_err(|fault| context.failure(&fault))?
        .map_err(|fault| one_fault(fault, context))?;
    let shown = path.display().to_string();
    let said = words.written.with(&[("path", &shown), ("key", key), ("value", value)]);
    writeln!(context.out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// Any name can be taken out, also one that is no setting: that mends a file.
fn unset(given: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let key = word(given, "key");
    let path = &context.paths.settings;
    let shown = path.display().to_string();
    let text = store::read_text(path, LARGEST).map_err(|fault| context.failure(&fault))?.unwrap_or_default();
    let (_, there) = settings::unset(&text, key).map_err(|fault| one_fault(fault, context))?;
    let said = if there {
        store::edit_text(path, |text| settings::unset(text, key).map(|(text, _)| text))
            .map_err(|fault| context.failure(&fault))?
            .map_err(|fault| one_fault(fault, context))?;
        context.t.command.written.with(&[("path", &shown)])
    } else {
        context.t.config.nothing_set.with(&[("key", key), ("path", &shown)])
    };
    writeln!(context.out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}

/// The most bytes a settings file may have.
pub(super) const LARGEST: u64 = 1 << 16;

fn no_such(key: &str, context: &Context<'_>) -> Failure {
    let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    let mut text = context.t.config.no_such.with(&[("key", key), ("known", &known.join(", "))]);
    let near = settings::closest(key, &known);
    if !near.is_empty() {
        text = format!("{text}\n{}", context.t.command.tip.with(&[("suggestion", near)]));
    }
    Failure(text)
}

fn one_fault(fault: Fault, context: &Context<'_>) -> Failure {
    Failure(told_faults(&[fault], context))
}

/// That the settings are faulty: each fault with its line, cause and remedy.
pub(super) fn faulty(context: &Context<'_>) -> Failure {
    let faults = &context.setting_faults;
    let (path, n) = (context.paths.settings.display().to_string(), faults.len().to_string());
    let in_file = faults.iter().any(|fault| fault.span.is_some());
    let words = &context.t.config;
    let end = if in_file {
        words.faults.with(&[("n", &n), ("path", &path)])
    } else {
        words.faults_elsewhere.with(&[("n", &n)])
    };
    Failure(told_faults(faults, context) + &end)
}

fn told_faults(faults: &[Fault], context: &Context<'_>) -> String {
    let path = context.paths.settings.display().to_string();
    let text = store::read_text(&context.paths.settings, LARGEST).ok().flatten().unwrap_or_default();
    let told = faults.iter().map(|fault| {
        let values: Vec<(&str, &str)> = fault.values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (cause, mut remedy) = context.t.setting_fault(fault.code.as_str(), &values);
        if let Some((_, near)) = values.iter().find(|(name, value)| *name == "suggestion" && !value.is_empty()) {
            remedy = format!("{remedy} {}", context.t.command.tip.with(&[("suggestion", near)]));
        }
        match &fault.span {
            Some(span) => problems::shown(&cause, &remedy, fault.code.as_str(), (&path, &text, span.clone()), context),
            None => format!("{} {cause}\n{remedy}\n\n", context.t.command.error),
        }
    });
    told.collect()
}

fn keys(json: bool, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let lines = Keymap::with(&context.settings.keys).0.lines(&context.t);
    if json {
        let rows: Vec<Bound> = lines
            .into_iter()
            .map(|line| Bound { action: line.action, keys: line.keys, contexts: line.contexts, about: line.words })
            .collect();
        let json = serde_json::to_string_pretty(&rows).map_err(anyhow::Error::from)?;
        writeln!(context.out, "{json}")?;
    } else {
        let mut before = "";
        for line in lines {
            if line.action != before {
                let words = line.words.as_deref().map(|words| format!("  {words}")).unwrap_or_default();
                writeln!(context.out, "{}{words}", line.action)?;
            }
            before = line.action;
            writeln!(context.out, "    {}  ({})", line.keys.join("  "), line.contexts.join(", "))?;
        }
    }
    if context.setting_faults.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(faulty(context)) }
}
