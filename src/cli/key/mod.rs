//! `kohesi key`: the keys that answers are sealed to.

pub(super) mod asked;
mod drill;
mod new;
mod open;
mod paper;
mod picture;
mod show;
mod stop;
mod using;

use std::path::Path;
use std::process::ExitCode;

use clap::{Arg, ArgMatches};

pub(super) use self::asked::{bytes_of, identity};
use self::picture::Ink;
use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::report::Glyphs;
use crate::settings::Palette;
use crate::store::{Store, StoreError};
use crate::text::{Catalogue, Clean, Phrase, width};
use crate::tui;

/// `kohesi key`.
pub(super) struct Keys;

impl Command for Keys {
    fn name(&self) -> &'static str {
        "key"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.key;
        let one = |name: &'static str, about: &Phrase| clap::Command::new(name).about(about.to_string());
        let file_word = t.command.file.as_str().to_uppercase();
        let file = |name: &'static str, help: &Phrase| {
            Arg::new(name).long(name).value_name(file_word.clone()).help(help.to_string())
        };
        let yes = || flag("yes", t.command.yes.as_str());
        let key = Arg::new("key").value_name(format!("AGE1…|{file_word}")).required(true);
        let recovery = Arg::new("recovery").long("recovery").value_name("AGE1…").help(words.recovery.to_string());
        let passphrase = || file("key-passphrase-file", &words.passphrase_file);
        let new = one("new", &words.new).arg(file("output", &words.output).short('o').required(true));
        let using = one("use", &words.using).arg(key.help(words.using_key.to_string())).arg(recovery);
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .subcommand_required(true)
            .subcommand(new.arg(passphrase()).arg(yes()))
            .subcommand(using.arg(passphrase()).arg(yes()))
            .subcommand(one("drill", &words.drill).arg(file("key", &words.drill_key)).arg(passphrase()))
            .subcommand(one("open", &words.opening).arg(file("key", &words.drill_key).required(true)).arg(passphrase()))
            .subcommand(one("show", &words.show).arg(flag("json", t.command.json.as_str())))
            .subcommand(one("stop", &words.stop).arg(yes()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        match arguments.subcommand() {
            Some(("new", arguments)) => new::run(arguments, context)?,
            Some(("use", arguments)) => using::run(arguments, context)?,
            Some(("drill", arguments)) => drill::run(arguments, context)?,
            Some(("open", arguments)) => open::run(arguments, context)?,
            Some(("show", arguments)) => show::run(arguments, context)?,
            Some(("stop", arguments)) => stop::run(arguments, context)?,
            _ => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The store for writing, locked or not.
fn opened(context: &Context<'_>) -> Result<Store, Failure> {
    let opened = Store::open(&context.paths, &context.options);
    opened.map(|(store, _)| store).map_err(|fault| context.failure(&fault))
}

/// Paragraphs, in lines that fit where there is a terminal. No key is broken: it may be copied from there.
fn tell(paragraphs: &[&str], context: &mut Context<'_>) -> Result<(), Failure> {
    let columns = if Context::draws(&std::io::stdout()) { tui::terminal_size().0 } else { usize::MAX };
    for line in paragraphs.iter().flat_map(|text| text.lines()).flat_map(|line| filled(line, columns)) {
        writeln!(context.out, "{line}")?;
    }
    Ok(())
}

/// A line in lines that end between words, each set in as the first is.
fn filled(line: &str, columns: usize) -> Vec<String> {
    let indent = &line[..line.len() - line.trim_start().len()];
    let mut lines = vec![String::new()];
    for word in line.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.is_empty() => *last = format!("{indent}{word}"),
            Some(last) if width(last) + 1 + width(word) <= columns => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines
}

/// A fault with what it is about before it.
fn about(what: &Path, fault: &StoreError, context: &Context<'_>) -> Failure {
    let (cause, remedy) = fault.words(&context.t);
    let what = Clean::strip(&what.display().to_string()).replace('\n', " ");
    Failure(format!("{} {what}: {cause}\n{remedy}", context.t.command.error))
}

/// With what a code is drawn here; none where the signs for it are missing.
fn ink(context: &Context<'_>, coloured: bool) -> Option<Ink> {
    let ink = match context.palette {
        _ if coloured && context.palette != Palette::None => Ink::Colours,
        Palette::Light => Ink::OnLight,
        _ => Ink::OnDark,
    };
    (context.glyphs != Glyphs::Ascii).then_some(ink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_between_words_and_no_key_is_broken() {
        assert_eq!(filled("satu dua tiga", 8), ["satu dua", "tiga"]);
        assert_eq!(filled("  satu dua", 8), ["  satu", "  dua"]);
        assert_eq!(filled("pakai age1qqqqqqqq ini", 8), ["pakai", "age1qqqqqqqq", "ini"]);
        assert_eq!(filled("", 8), [""]);
    }
}
