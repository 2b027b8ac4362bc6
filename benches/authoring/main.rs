//! Reading, checking and starting large questionnaires, beside Python's tomllib, which only reads the same file, and
//! pyxform, which converts the same questions.
//!
//! `cargo bench --bench authoring` measures; after `--`:
//!
//! | option | does |
//! |---|---|
//! | `--runs N` | runs of each in turn, 9 by default |
//! | `--assert` | ends with code 1 where a limit is broken |
//!
//! `KOHESI_BENCH_PYTHON` names a Python from 3.11 on in which pyxform is installed (`python3` without it). What is not
//! there is left out, and it is said so.

#![expect(clippy::disallowed_methods, reason = "a benchmark starts programs, reads the clock and writes their files")]

mod content;
mod measure;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use measure::{Figures, Reader};

/// Items of the questionnaires that are read.
const SIZES: [usize; 2] = [1_000, 10_000];
/// kohesi takes at most this part of tomllib's time.
const OF_TOMLLIB: f64 = 0.5;
/// Ten times the items take at most so many times as long.
const GROWTH: f64 = 13.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = io::stdout();
    let done = match arguments.as_slice() {
        [flag, file, items] if flag == "--read" => measure::read(file, items).map(|printed| {
            let _ = writeln!(out, "{printed}");
            true
        }),
        _ => Options::read(&arguments).and_then(|options| measured(&options, &mut out)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Debug)]
struct Options {
    bench: bool,
    runs: usize,
    assert: bool,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self { bench: false, runs: 9, assert: false };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => options.bench = true,
                "--assert" => options.assert = true,
                "--runs" => {
                    let runs = arguments.next().and_then(|runs| runs.parse().ok()).filter(|runs| *runs > 0);
                    options.runs = runs.ok_or("--runs takes a number from 1")?;
                }
                _ => return Err(format!("unknown option {argument}; there are --runs N and --assert")),
            }
        }
        Ok(options)
    }
}

/// Whether all that was asked for held.
fn measured(options: &Options, out: &mut impl Write) -> Result<bool, String> {
    let told = |error: io::Error| error.to_string();
    if !options.bench {
        writeln!(out, "nothing measured: `cargo bench --bench authoring` does").map_err(told)?;
        return Ok(true);
    }
    let folder = tempfile::tempdir().map_err(told)?;
    for items in SIZES {
        std::fs::write(file(folder.path(), items, "toml"), content::toml(items)).map_err(told)?;
        std::fs::write(file(folder.path(), items, "csv"), content::xlsform(items)).map_err(told)?;
    }
    let mut readers = Vec::new();
    for reader in readers_known()? {
        match reader.try_out(&file(folder.path(), SIZES[0], reader.ending), SIZES[0]) {
            Ok(()) => readers.push(reader),
            Err(why) if reader.name == KOHESI => return Err(why),
            Err(why) => writeln!(out, "!!! LEFT OUT: {}: {why}", reader.name).map_err(told)?,
        }
    }
    let mut figures: Vec<[Figures; 2]> = readers.iter().map(|_| Default::default()).collect();
    for _ in 0..options.runs {
        for (reader, of_reader) in readers.iter().zip(&mut figures) {
            for (items, figures) in SIZES.iter().zip(of_reader) {
                reader.once(&file(folder.path(), *items, reader.ending), *items, figures)?;
            }
        }
    }
    let lines: Vec<Line> = readers.iter().zip(&figures).map(|(reader, figures)| Line::of(reader, figures)).collect();
    print(&lines, options.runs, folder.path(), out).map_err(told)?;
    Ok(!options.assert || broken(&lines).is_empty())
}

fn file(folder: &Path, items: usize, ending: &str) -> std::path::PathBuf {
    folder.join(format!("{items}.{ending}"))
}

const KOHESI: &str = "kohesi: read, check, start";
const TOMLLIB: &str = "tomllib: read";

fn readers_known() -> Result<[Reader; 3], String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?.display().to_string();
    let python = std::env::var("KOHESI_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let script = |name: &str| format!("{}/benches/authoring/{name}", env!("CARGO_MANIFEST_DIR"));
    let python = |name: &str| words(&[&python, &script(name), "FILE"]);
    let check = words(&[env!("CARGO_BIN_EXE_kohesi"), "check", "--max-items", "ITEMS", "FILE"]);
    Ok([
        Reader {
            name: KOHESI,
            inside: words(&[&own, "--read", "FILE", "ITEMS"]),
            process: Some(check),
            ending: "toml",
        },
        Reader { name: TOMLLIB, inside: python("tomllib_alone.py"), process: None, ending: "toml" },
        Reader { name: "pyxform: convert", inside: python("pyxform_converts.py"), process: None, ending: "csv" },
    ])
}

/// A reader's medians for each size.
struct Line {
    name: &'static str,
    process: [f64; 2],
    inside: [f64; 2],
    peak: [u64; 2],
}

impl Line {
    fn of(reader: &Reader, figures: &[Figures; 2]) -> Self {
        let seconds = |times: &[std::time::Duration]| median(times).unwrap_or_default().as_secs_f64();
        Self {
            name: reader.name,
            process: figures.each_ref().map(|figures| seconds(&figures.process)),
            inside: figures.each_ref().map(|figures| seconds(&figures.inside)),
            peak: figures.each_ref().map(|figures| figures.peak.iter().copied().max().unwrap_or_default()),
        }
    }
}

fn median<T: Copy + Ord>(samples: &[T]) -> Option<T> {
    let mut samples = samples.to_vec();
    samples.sort_unstable();
    samples.get(samples.len() / 2).copied()
}

/// What is over its limit.
fn broken(lines: &[Line]) -> Vec<String> {
    let Some(kohesi) = lines.iter().find(|line| line.name == KOHESI) else { return Vec::new() };
    let mut broken = Vec::new();
    if let Some(other) = lines.iter().find(|line| line.name == TOMLLIB) {
        for (place, items) in SIZES.iter().enumerate() {
            let ratio = kohesi.inside[place] / other.inside[place];
            if ratio > OF_TOMLLIB {
                broken.push(format!("{items} items: {ratio:.2} of tomllib's time, {OF_TOMLLIB} at most"));
            }
        }
    }
    let growth = kohesi.inside[1] / kohesi.inside[0];
    if growth > GROWTH {
        broken.push(format!("ten times the items take {growth:.1} times as long, {GROWTH} at most"));
    }
    broken
}

fn print(lines: &[Line], runs: usize, folder: &Path, out: &mut impl Write) -> io::Result<()> {
    for items in SIZES {
        let size = std::fs::metadata(file(folder, items, "toml"))?.len();
        writeln!(out, "{items} items in two languages: {} KiB of TOML", size / 1024)?;
    }
    writeln!(out, "median of {runs} runs in turn; memory is the largest\n")?;
    writeln!(out, "{:<28} {:>6} {:>14} {:>14} {:>12}", "", "items", "process, s", "inside, s", "peak, KiB")?;
    for line in lines {
        for (place, items) in SIZES.iter().enumerate() {
            let Line { name, process, inside, peak } = line;
            writeln!(
                out,
                "{name:<28} {items:>6} {:>14.4} {:>14.4} {:>12}",
                process[place], inside[place], peak[place]
            )?;
        }
    }
    writeln!(out)?;
    if let Some(kohesi) = lines.iter().find(|line| line.name == KOHESI) {
        for other in lines.iter().filter(|line| line.name != KOHESI) {
            for (place, items) in SIZES.iter().enumerate() {
                let [inside, process] =
                    [kohesi.inside[place] / other.inside[place], kohesi.process[place] / other.process[place]];
                writeln!(out, "{items:>6} items, of {}: inside {inside:.3}, process {process:.3}", other.name)?;
            }
        }
        writeln!(out, "ten times the items: {:.1} times as long", kohesi.inside[1] / kohesi.inside[0])?;
    }
    for broken in broken(lines) {
        writeln!(out, "BROKEN: {broken}")?;
    }
    Ok(())
}
