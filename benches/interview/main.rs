//! kohesi's interview beside a bare ratatui form that saves each answer to SQLite, in a real pseudo-terminal of 80×24.
//!
//! `cargo bench --bench interview` measures; after `--`:
//!
//! | option | does |
//! |---|---|
//! | `--runs N` | pairs of runs, 15 by default |
//! | `--assert` | ends with code 1 where a limit is broken |
//! | `--control` | measures the bare form against itself: how far from 1 ratios come by chance |
//!
//! Ratios mean something on a quiet machine only: see what `--control` says. The 99th percentile needs the more runs.
//! Wrong or missing answers, or a screen that never comes, end it with code 1 always.

#![cfg_attr(
    unix,
    expect(
        clippy::disallowed_methods,
        reason = "a benchmark starts programs, reads the clock and looks at their stores"
    )
)]

#[cfg(unix)]
mod bare_form;
#[cfg(unix)]
mod items;
#[cfg(unix)]
mod measure;
#[cfg(unix)]
mod program;
#[cfg(unix)]
#[path = "../../tests/support/pty.rs"]
mod pty;
#[cfg(unix)]
mod table;

use std::process::ExitCode;

#[cfg(not(unix))]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn main() -> ExitCode {
    use std::io::Write;

    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, database, items] = args.as_slice()
        && flag == "--bare-form"
    {
        return match bare_form::run(database.as_ref(), items.as_ref()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "{error}");
                ExitCode::FAILURE
            }
        };
    }
    let mut out = std::io::stdout();
    match Options::read(&args).and_then(|options| measured(&options, &mut out)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(unix)]
struct Options {
    bench: bool,
    runs: usize,
    assert: bool,
    control: bool,
}

#[cfg(unix)]
impl Options {
    fn read(args: &[String]) -> Result<Self, String> {
        let mut options = Self { bench: false, runs: 15, assert: false, control: false };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--bench" => options.bench = true,
                "--assert" => options.assert = true,
                "--control" => options.control = true,
                "--runs" => {
                    let runs = args.next().and_then(|runs| runs.parse().ok()).filter(|runs| *runs > 0);
                    options.runs = runs.ok_or("--runs takes a number from 1")?;
                }
                _ => return Err(format!("unknown option {arg}; there are --runs N, --assert and --control")),
            }
        }
        Ok(options)
    }
}

/// Whether all that was asked for held.
#[cfg(unix)]
fn measured(options: &Options, out: &mut impl std::io::Write) -> Result<bool, String> {
    let told = |error: std::io::Error| error.to_string();
    if !options.bench {
        writeln!(out, "nothing measured: `cargo bench --bench interview` does").map_err(told)?;
        return Ok(true);
    }
    let items = items::core()?;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(told)?;
    let bare = program::bare_form(&items.list, folder.path())?;
    let other = if options.control { program::bare_form(&items.list, folder.path())? } else { program::kohesi(&items) };
    for note in measure::disturbances(folder.path()) {
        writeln!(out, "NOTE: {note}").map_err(told)?;
    }
    let results = measure::pairs(&bare, &other, &items.list, options.runs, folder.path())?;
    let lines = table::lines(&results, items.list.len());
    table::print(&results, &lines, options.runs, items.list.len(), out).map_err(told)?;
    let right = results.iter().all(|figures| figures.wrong.is_empty());
    Ok(right && (!options.assert || lines.iter().all(table::Line::holds)))
}
