//! `kohesi doctor`: is everything sound, what is to be done, and what can still be had of what is not.

mod beside;
mod salvage;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Arg, ArgMatches, value_parser};
use serde::Serialize;

use self::words::{Line, mended, of_finding};
use super::grammar::flag;
use super::stats::Line as Progress;
use super::{Command, Context, Failure};
use crate::store::{self, Level, Repaired};
use crate::text::{Catalogue, pad, width, wrap};

/// `kohesi doctor`.
pub(super) struct Doctor;

/// What it ends with where something is to be looked after, and where something is damaged.
const ATTENTION: u8 = 5;
const BROKEN: u8 = 6;

/// Columns of a page.
const COLUMNS: usize = 79;
/// Interviews from which on it is told how far it is.
const MANY: usize = 5_000;

impl Command for Doctor {
    fn name(&self) -> &'static str {
        "doctor"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.doctor;
        let path = |name: &'static str, value: &str, help: &crate::text::Phrase| {
            let value = value.to_uppercase();
            Arg::new(name).long(name).value_name(value).value_parser(value_parser!(PathBuf)).help(help.to_string())
        };
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(flag("repair", words.repair.as_str()).conflicts_with("salvage"))
            .arg(flag("salvage", words.salvage.as_str()).requires("output"))
            .arg(path("output", t.config.folder.as_str(), &words.output).short('o').requires("salvage"))
            .arg(path("from", t.command.file.as_str(), &words.from).requires("salvage"))
            .arg(flag("json", t.command.json.as_str()))
    }

    fn mends_settings(&self) -> bool {
        true
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        if arguments.get_flag("salvage") {
            return salvage::run(arguments, context);
        }
        let mut findings = examine(context);
        let mut done = Vec::new();
        if arguments.get_flag("repair") {
            let repaired = store::repair(&context.paths, &context.options, &findings);
            done = repaired.map_err(|fault| context.failure(&fault))?;
            if !done.is_empty() {
                findings = examine(context);
            }
        }
        let mut lines: Vec<Line> = findings.iter().map(|finding| of_finding(finding, context)).collect();
        lines.extend(beside::examine(context));
        let worst = lines.iter().map(|line| line.level).max().unwrap_or(Level::Sound);
        if arguments.get_flag("json") {
            tell_programs(&lines, &done, worst, context)?;
        } else {
            tell(&lines, &done, arguments.get_flag("repair"), context)?;
        }
        Ok(match worst {
            Level::Sound => ExitCode::SUCCESS,
            Level::Attention => ExitCode::from(ATTENTION),
            Level::Broken => ExitCode::from(BROKEN),
        })
    }
}

fn examine(context: &Context<'_>) -> Vec<store::Finding> {
    let progress = Progress::new();
    let whole = |count: usize| context.t.whole(i64::try_from(count).unwrap_or(i64::MAX));
    let findings = store::examine(&context.paths, &mut |done, of| {
        if of >= MANY {
            progress.tell(&context.t.doctor.progress.with(&[("n", &whole(done)), ("of", &whole(of))]));
        }
    });
    progress.end();
    findings
}

#[derive(Serialize)]
struct Told<'a> {
    program: &'static str,
    home: String,
    level: &'static str,
    checks: Vec<Check<'a>>,
    repaired: Vec<String>,
}

#[derive(Serialize)]
struct Check<'a> {
    #[serde(rename = "check")]
    name: &'static str,
    level: &'static str,
    says: &'a str,
    remedy: Option<&'a str>,
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Sound => "ok",
        Level::Attention => "attention",
        Level::Broken => "broken",
    }
}

fn tell_programs(lines: &[Line], done: &[Repaired], worst: Level, context: &mut Context<'_>) -> Result<(), Failure> {
    let checks = lines.iter().map(|line| {
        let (says, remedy) = (line.says.as_str(), line.remedy.as_deref());
        Check { name: line.check, level: word(line.level), says, remedy }
    });
    let told = Told {
        program: env!("CARGO_PKG_VERSION"),
        home: context.paths.home.display().to_string(),
        level: word(worst),
        checks: checks.collect(),
        repaired: done.iter().map(|one| mended(one, &context.t)).collect(),
    };
    let json = serde_json::to_string_pretty(&told).map_err(anyhow::Error::from)?;
    Ok(writeln!(context.out, "{json}")?)
}

fn tell(lines: &[Line], done: &[Repaired], asked: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    let words = context.t.doctor.clone();
    for one in done {
        let said = mended(one, &context.t);
        writeln!(context.out, "{said}")?;
    }
    if asked && done.is_empty() {
        writeln!(context.out, "{}", words.nothing_mended)?;
    }
    if asked {
        writeln!(context.out)?;
    }
    let name = |level| match level {
        Level::Sound => &words.sound,
        Level::Attention => &words.attention,
        Level::Broken => &words.broken,
    };
    let levels = [Level::Sound, Level::Attention, Level::Broken];
    let wide = levels.map(|level| width(name(level).as_str())).into_iter().max().unwrap_or_default();
    // What is damaged is told last, where the eye is when it is done.
    for level in levels {
        let of_level: Vec<&Line> = lines.iter().filter(|line| line.level == level).collect();
        for (place, line) in of_level.iter().enumerate() {
            // What is to be done about several alike is said once, after the last.
            let again = of_level.get(place + 1).is_some_and(|next| next.remedy == line.remedy);
            let texts = std::iter::once(&line.says).chain(line.remedy.as_ref().filter(|_| !again));
            let told = texts.flat_map(|text| wrap(text, COLUMNS.saturating_sub(wide + 2)));
            for (place, text) in told.enumerate() {
                let before = if place == 0 { name(level).as_str() } else { "" };
                writeln!(context.out, "{}  {}", pad(before, wide), text.trim_end())?;
            }
        }
    }
    let count = |level| lines.iter().filter(|line| line.level == level).count();
    let said = match (count(Level::Attention), count(Level::Broken)) {
        (0, 0) => words.all_sound.to_string(),
        (n, 0) => words.some_attention.with(&[("n", &n.to_string())]),
        (_, n) => words.some_broken.with(&[("n", &n.to_string())]),
    };
    writeln!(context.out)?;
    for text in wrap(&said, COLUMNS) {
        writeln!(context.out, "{}", text.trim_end())?;
    }
    Ok(())
}
