use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};
use clap_mangen::Man as Page;

use super::{Command, Context, Failure, grammar};
use crate::store;
use crate::text::{Catalogue, LANGUAGES};

/// `kohesi man`: the man pages, from the definition that the command line is read by.
pub(super) struct Man;

impl Command for Man {
    fn name(&self) -> &'static str {
        "man"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.config;
        let name = Arg::new("command").value_name(t.command.commands.as_str().to_uppercase());
        let output = Arg::new("output").short('o').long("output").value_parser(value_parser!(PathBuf));
        clap::Command::new(self.name())
            .about(words.man.to_string())
            .arg(name.num_args(0..).help(words.man_command.to_string()))
            .arg(output.value_name(words.folder.as_str().to_uppercase()).help(words.man_output.to_string()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        if let Some(folder) = arguments.get_one::<PathBuf>("output") {
            let written = write_all(folder, context)?.to_string();
            let values = [("n", written.as_str()), ("path", &folder.display().to_string())];
            let said = context.t.config.man_written.with(&values);
            writeln!(context.out, "{said}")?;
            return Ok(ExitCode::SUCCESS);
        }
        let asked: Vec<&str> =
            arguments.get_many::<String>("command").into_iter().flatten().map(String::as_str).collect();
        let wanted = [&["kohesi"], asked.as_slice()].concat().join("-");
        let pages = pages(&context.t)?;
        let page = pages.into_iter().find(|(name, _)| *name == wanted);
        let unknown = || Failure(context.t.config.man_no_such.with(&[("name", &asked.join(" "))]));
        let (_, text) = page.ok_or_else(unknown)?;
        write!(context.out, "{text}")?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Every page in every language, as `man` looks for them: `man1/` and `id/man1/`.
fn write_all(folder: &Path, context: &Context<'_>) -> Result<usize, Failure> {
    let mut written = 0;
    for language in LANGUAGES {
        let t = Catalogue::of(language).map_err(anyhow::Error::from)?;
        let there = match language.tag() {
            "en" => folder.join("man1"),
            tag => folder.join(tag).join("man1"),
        };
        store::make_folder(&there).map_err(|fault| context.failure(&fault))?;
        for (name, text) in pages(&t)? {
            let path = there.join(format!("{name}.1"));
            store::write_durably(&path, text.as_bytes(), true).map_err(|fault| context.failure(&fault))?;
            written += 1;
        }
    }
    Ok(written)
}

/// Every page in the language of `t`, by its name: `kohesi`, `kohesi-take`, `kohesi-config-set`.
fn pages(t: &Catalogue) -> Result<Vec<(String, String)>, Failure> {
    let mut root = grammar::build(t);
    root.build();
    let mut pages = Vec::new();
    add_pages(&root, "kohesi", t, &mut pages)?;
    Ok(pages)
}

fn add_pages(
    command: &clap::Command,
    name: &str,
    t: &Catalogue,
    pages: &mut Vec<(String, String)>,
) -> Result<(), Failure> {
    let mut text = Vec::new();
    let version = concat!("kohesi ", env!("CARGO_PKG_VERSION"));
    Page::new(command.clone()).title(name.to_uppercase()).source(version).render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    pages.push((name.to_owned(), with_headings(&text, t)));
    for inner in command.get_subcommands() {
        add_pages(inner, &format!("{name}-{}", inner.get_name()), t, pages)?;
    }
    Ok(())
}

/// The page with its four fixed headings in the language of `t`; all others come from the definition.
fn with_headings(page: &str, t: &Catalogue) -> String {
    let words = &t.man;
    let known = [
        ("NAME", &words.name),
        ("SYNOPSIS", &words.synopsis),
        ("DESCRIPTION", &words.description),
        ("VERSION", &words.version),
    ];
    let heading = |line: &str| {
        let name = line.strip_prefix(".SH ")?;
        known.iter().find(|(english, _)| *english == name).map(|(_, phrase)| format!(".SH {phrase}"))
    };
    page.lines().map(|line| heading(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(command: &clap::Command, name: &str, found: &mut Vec<(String, Vec<String>)>) {
        let arguments = command.get_arguments().filter(|arg| !arg.is_hide_set()).map(|arg| {
            let value = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
            arg.get_long().map(|long| format!("--{long}")).or(value).unwrap_or_default()
        });
        found.push((name.to_owned(), arguments.collect()));
        for inner in command.get_subcommands() {
            walk(inner, &format!("{name}-{}", inner.get_name()), found);
        }
    }

    fn every(t: &Catalogue) -> Vec<(String, Vec<String>)> {
        let mut root = grammar::build(t);
        root.build();
        let mut found = Vec::new();
        walk(&root, "kohesi", &mut found);
        found
    }

    #[test]
    fn every_command_and_flag_has_its_place_in_a_page() {
        for language in LANGUAGES {
            let t = Catalogue::of(language).unwrap();
            let pages = pages(&t).unwrap();
            let found = every(&t);
            assert!(found.len() > 13, "{found:?}");
            for (name, arguments) in found {
                let (_, page) = pages.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name}"));
                let page = page.replace('\\', "");
                for argument in arguments {
                    assert!(page.contains(&argument), "{} {name} {argument}\n{page}", language.tag());
                }
                for heading in [&t.man.name, &t.man.synopsis, &t.man.description] {
                    assert!(page.contains(&format!(".SH {heading}\n")), "{name}\n{page}");
                }
            }
        }
    }

    #[test]
    fn nothing_in_a_page_is_told_in_another_language() {
        let t = Catalogue::of(LANGUAGES[0]).unwrap();
        for (name, page) in pages(&t).unwrap() {
            for english in ["ossible values", "default:", "Print help"] {
                assert!(!page.contains(english), "{name}: {english}\n{page}");
            }
            for english in ["NAME", "SYNOPSIS", "OPTIONS", "VERSION"] {
                let mut words = page.split(|letter: char| !letter.is_alphabetic());
                assert!(!words.any(|word| word == english), "{name}: {english}\n{page}");
            }
        }
    }

    #[test]
    fn every_command_and_flag_is_completed_by_every_shell() {
        use clap::ValueEnum;
        let t = Catalogue::of(LANGUAGES[0]).unwrap();
        for shell in clap_complete::Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut grammar::build(&t), "kohesi", &mut script);
            let script = String::from_utf8(script).unwrap();
            for (name, arguments) in every(&t) {
                let last = name.rsplit('-').next().unwrap();
                assert!(script.contains(last), "{shell} {name}");
                for flag in arguments.iter().filter_map(|argument| argument.strip_prefix("--")) {
                    assert!(script.contains(flag), "{shell} {name} {flag}");
                }
            }
        }
    }
}
