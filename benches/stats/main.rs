//! Group statistics over many interviews, beside polars, `DuckDB` and pandas on the same answers.
//!
//! `cargo bench --bench stats` measures; after `--`:
//!
//! | option | does |
//! |---|---|
//! | `--size N` | so many interviews, 1 000 000 by default |
//! | `--runs N` | so many runs of each, 5 by default |
//! | `--home DIR` | keeps the interviews there, and uses those that are there already |
//! | `--assert` | ends with code 1 where a limit is broken |
//!
//! The variable `KOHESI_BENCH_PYTHON` names a Python with polars, duckdb, pandas and pyarrow; without it the others are
//! not measured, which is said. Figures that differ between the programs end it with code 1 always.
//!
//! kohesi reads its own store, the hash of every block of it checked, and computes of all and of each workshop means,
//! standard deviations, scores and alpha with their intervals, item-rest correlations, agreement, and the signs of careless
//! answering. The others read Parquet and compute means, standard deviations, scores and alpha. Beside them stands kohesi
//! with all that `kohesi stats` tells without the bootstrap: the same again without the flagged interviews, and of all
//! interviews the rest of the statistics.
//!
//! kohesi's time ends when every figure is there, before the memory of all groups is given back.

#![expect(clippy::disallowed_methods, reason = "a benchmark starts programs, reads the clock and writes files")]

mod others;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use kohesi::cli::{Figure, Gathered, Plan, all_and_each, gather};
use kohesi::questionnaire::{BUILTIN, Questionnaire};
use kohesi::store::{Paths, Selection, Store};

/// kohesi takes at most this part of polars' time.
const MOST_OF_POLARS: f64 = 0.25;
/// The most memory of kohesi, in MB.
const MOST_MEMORY: f64 = 200.0;

struct Asked {
    bench: bool,
    size: u64,
    runs: usize,
    home: Option<PathBuf>,
    assert: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = read(&arguments).and_then(|asked| measured(&asked, &mut std::io::stdout()));
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

fn read(arguments: &[String]) -> Result<Asked, String> {
    let mut asked = Asked { bench: false, size: 1_000_000, runs: 5, home: None, assert: false };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok()).filter(|number| *number > 0);
        match argument.as_str() {
            "--bench" => asked.bench = true,
            "--assert" => asked.assert = true,
            "--size" => asked.size = number().ok_or("--size takes a number from 1")?,
            "--runs" => asked.runs = number().and_then(|n| n.try_into().ok()).ok_or("--runs takes a number from 1")?,
            "--home" => asked.home = Some(arguments.next().ok_or("--home takes a folder")?.into()),
            _ => return Err(format!("unknown option {argument}; there are --size, --runs, --home and --assert")),
        }
    }
    Ok(asked)
}

/// Whether all that was asked for held.
fn measured(asked: &Asked, out: &mut impl Write) -> Result<bool, String> {
    let told = |error: std::io::Error| error.to_string();
    if !asked.bench {
        writeln!(out, "nothing measured: `cargo bench --bench stats` does").map_err(told)?;
        return Ok(true);
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(told)?;
    let home = asked.home.clone().unwrap_or_else(|| folder.path().join("home"));
    let core = Arc::new(BUILTIN[0].read().map_err(|_| "the core questionnaire is unsound")?);
    let store = made(&home, asked.size, out)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let others = others::prepare(&store, &core, folder.path(), out)?;
    let figures = computed(&store, &core, SHARE, threads)?;
    let (mut own, mut reading, mut whole) = (Vec::new(), Vec::new(), Vec::new());
    let mut theirs = [const { Vec::new() }; others::NAMES.len()];
    // All in turn, because a machine that others use is not the same from minute to minute.
    for _ in 0..asked.runs {
        let begun = Instant::now();
        let share = computed(&store, &core, SHARE, threads)?;
        own.push(share.done.duration_since(begun).as_secs_f64());
        reading.push(share.read.duration_since(begun).as_secs_f64());
        let begun = Instant::now();
        whole.push(computed(&store, &core, WHOLE, threads)?.done.duration_since(begun).as_secs_f64());
        for (name, seconds) in others::NAMES.iter().zip(&mut theirs) {
            if let Some(others) = &others {
                let other = others.once(name)?;
                figures.must_be(&other).map_err(|differs| format!("{name}: {differs}"))?;
                seconds.push(other.seconds);
            }
        }
    }
    let memory = peak();
    let mut holds = memory.is_none_or(|memory| memory < MOST_MEMORY);
    writeln!(
        out,
        "{} interviews, {} workshops, {} runs in turn, {threads} threads",
        asked.size, figures.workshops, asked.runs
    )
    .map_err(told)?;
    writeln!(out, "\n{:<28}{:>9}{:>9}{:>9}", "seconds", "least", "median", "ratio").map_err(told)?;
    let median = median(&mut own);
    writeln!(out, "{:<28}{:>9.3}{median:>9.3}", "kohesi, from its store", own[0]).map_err(told)?;
    let read = self::median(&mut reading);
    writeln!(out, "{:<28}{:>9.3}{read:>9.3}", "  of it reading and counting", reading[0]).map_err(told)?;
    let told_whole = self::median(&mut whole);
    writeln!(out, "{:<28}{:>9.3}{told_whole:>9.3}", "kohesi, all that stats tells", whole[0]).map_err(told)?;
    for (name, mut seconds) in others::NAMES.into_iter().zip(theirs).filter(|(_, seconds)| !seconds.is_empty()) {
        let other = self::median(&mut seconds);
        let ratio = median / other;
        let broken = name == others::NAMES[0] && ratio > MOST_OF_POLARS;
        holds &= !broken;
        let verdict = if broken { format!("  BROKEN: at most {MOST_OF_POLARS}") } else { String::new() };
        let name = format!("{name}, from Parquet");
        writeln!(out, "{name:<28}{:>9.3}{other:>9.3}{ratio:>9.3}{verdict}", seconds[0]).map_err(told)?;
    }
    let told_memory = memory.map_or_else(
        || "NOT MEASURED: memory; /proc is not here".to_owned(),
        |memory| format!("kohesi's most memory: {memory:.0} MB (limit {MOST_MEMORY:.0})"),
    );
    writeln!(out, "\n{told_memory}").map_err(told)?;
    Ok(holds || !asked.assert)
}

/// The store with these interviews, made where it is not there.
fn made(home: &Path, size: u64, out: &mut impl Write) -> Result<Store, String> {
    let paths = Paths::at(home);
    let said = |fault: kohesi::store::StoreError| fault.to_string();
    let begun = Instant::now();
    if !paths.database().exists() {
        // By a process of its own, so that its memory is not counted.
        let mut program = Command::new(env!("CARGO_BIN_EXE_kohesi"));
        let program = program.args(["demo", "--size", &size.to_string()]).arg("--home").arg(home);
        let made = program.env("KOHESI_HOME", home).output().map_err(|error| error.to_string())?;
        if !made.status.success() {
            return Err(String::from_utf8_lossy(&made.stderr).into_owned());
        }
        let seconds = begun.elapsed().as_secs_f64();
        writeln!(out, "{size} interviews made and stored in {seconds:.1} s").map_err(|error| error.to_string())?;
    }
    Store::read(&paths).map_err(said)?.ok_or_else(|| "there is no store".to_owned())
}

struct Computed {
    /// When everything was read and counted.
    read: Instant,
    /// When every figure was there.
    done: Instant,
    workshops: usize,
    alphas: Vec<f64>,
    means: Vec<f64>,
}

impl Computed {
    /// The reason why another program's figures are not these.
    fn must_be(&self, other: &others::Other) -> Result<(), String> {
        let close = |(one, two): (&f64, &f64)| (one - two).abs() < 1e-6;
        let same = |one: &[f64], two: &[f64]| one.len() == two.len() && one.iter().zip(two).all(close);
        if same(&self.alphas, &other.alphas) && same(&self.means, &other.means) && self.workshops == other.groups {
            return Ok(());
        }
        let (alphas, means) = (&other.alphas, &other.means);
        Err(format!("{alphas:?} {means:?}, not {:?} {:?}", self.alphas, self.means))
    }
}

/// What is measured beside the others.
const SHARE: Plan = Plan { resampling: None, all: false, without_flagged: false };
/// What `kohesi stats` tells, without the bootstrap.
const WHOLE: Plan = Plan { resampling: None, all: true, without_flagged: true };

fn computed(store: &Store, core: &Arc<Questionnaire>, plan: Plan, threads: usize) -> Result<Computed, String> {
    let stop = AtomicBool::new(false);
    let gathered = gather(store, &Selection::default(), vec![Arc::clone(core)], threads, &stop, &|_| {});
    let Some(Gathered { answers, damaged: 0, .. }) = gathered.map_err(|fault| fault.to_string())? else {
        return Err("damaged".to_owned());
    };
    let read = Instant::now();
    let answers = answers.first().ok_or("no answers")?;
    let (all, each) = all_and_each(answers, plan, threads, &mut |_, _| ControlFlow::Continue(()));
    let done = Instant::now();
    let all = all.all.figures().ok_or("no figures")?;
    let of = |key: &str| -> Vec<f64> {
        let known = all.scales.iter().flat_map(|scale| &scale.figures).filter(|(known, _)| *known == key);
        let values = known.filter_map(|(_, figure)| match figure {
            Figure::Value { value, .. } => Some(*value),
            Figure::None { .. } => None,
        });
        values.collect()
    };
    Ok(Computed { read, done, workshops: each.len(), alphas: of("alpha"), means: of("mean") })
}

fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

/// The most memory this process ever had, in MB.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1_024.0)
}
