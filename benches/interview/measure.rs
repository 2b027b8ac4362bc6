//! Runs of a program in a pseudo-terminal, and what is measured in them.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use crate::items::{Item, Kind};
use crate::program::Program;
use crate::pty::{BOUND, Launch, Pty};

/// What a program's runs gave.
#[derive(Default)]
pub(crate) struct Figures {
    /// The program's name.
    pub(crate) name: &'static str,
    /// From start to first full frame; one a run.
    pub(crate) start: Vec<Duration>,
    /// From a digit to its choice shown as marked; one a choice item and run.
    pub(crate) mark: Vec<Duration>,
    /// From Enter to the next item and "saved" on the screen; one an item and run.
    pub(crate) save: Vec<Duration>,
    /// Bytes sent to the terminal an answered item; one a run.
    pub(crate) bytes: Vec<f64>,
    /// CPU time of all threads an answered item, in milliseconds; one a run.
    pub(crate) cpu: Vec<f64>,
    /// Largest resident memory, in KiB; one a run.
    pub(crate) peak: Vec<f64>,
    /// A whole interview typed ahead in one write, to its last screen; one a run.
    pub(crate) ahead: Vec<Duration>,
    /// Interviews whose kept answers were all the given ones, of two a run.
    pub(crate) right: usize,
    /// What was wrong, told in words: other answers kept than given, or "saved" said too early.
    pub(crate) wrong: Vec<String>,
    /// Syncs from the first item to the last, an item; none where strace is not there.
    pub(crate) syncs: Option<f64>,
}

/// What makes figures taken now, with answers kept in `folder`, say little.
pub(crate) fn disturbances(folder: &Path) -> Vec<String> {
    let mut notes = Vec::new();
    #[cfg(target_os = "linux")]
    {
        const TMPFS: i64 = 0x0102_1994;
        if rustix::fs::statfs(folder).is_ok_and(|about| about.f_type == TMPFS) {
            notes.push(format!("{} is in memory, where a sync costs nothing", folder.display()));
        }
    }
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let minute = load.split_whitespace().next().and_then(|minute| minute.parse::<f64>().ok());
    if let Some(minute) = minute.filter(|minute| *minute > 0.5) {
        notes.push(format!("other programs were running in the last minute (load {minute}); times may be theirs"));
    }
    notes
}

/// Measures both programs, one after the other, `runs` times, after one pair that only warms up.
///
/// # Errors
/// Where a program does not show what it should, with its screen.
pub(crate) fn pairs(
    one: &Program,
    other: &Program,
    items: &[Item],
    runs: usize,
    folder: &Path,
) -> Result<[Figures; 2], String> {
    let programs = [one, other];
    for program in programs {
        run(&mut Figures::of(program), program, items, 0, folder)?;
    }
    let mut figures = programs.map(Figures::of);
    for number in 1..=runs {
        for (figures, program) in figures.iter_mut().zip(programs) {
            run(figures, program, items, number, folder)?;
        }
    }
    for (figures, program) in figures.iter_mut().zip(programs) {
        syncs(figures, program, items, folder).map_err(|error| format!("{}, under strace: {error}", program.name))?;
    }
    Ok(figures)
}

fn run(figures: &mut Figures, program: &Program, items: &[Item], number: usize, folder: &Path) -> Result<(), String> {
    let paced = paced(figures, program, items, number, folder);
    paced.map_err(|error| format!("{}, run {number}: {error}", program.name))?;
    let ahead = typed_ahead(figures, program, items, number, folder);
    ahead.map_err(|error| format!("{}, run {number}, typed ahead: {error}", program.name))
}

/// One interview, each key awaited.
fn paced(figures: &mut Figures, program: &Program, items: &[Item], number: usize, folder: &Path) -> Result<(), String> {
    let home = tempfile::tempdir_in(folder).map_err(|error| error.to_string())?;
    let (mut pty, first) = begin(program, &program.launch(home.path()))?;
    figures.start.push(first);
    open(program, &mut pty)?;
    let (bytes, cpu) = (pty.bytes_received(), cpu_time(&mut pty)?);
    for (index, item) in items.iter().enumerate() {
        give(figures, program, &mut pty, items, index, item.answer(index, number))?;
    }
    figures.cpu.push(cpu_time(&mut pty)?.saturating_sub(cpu).as_secs_f64() * 1_000.0 / as_number(items.len()));
    figures.bytes.push(as_number(pty.bytes_received() - bytes) / as_number(items.len()));
    finish(program, &mut pty)?;
    figures.peak.push(peak_memory(&mut pty)?);
    quit(pty)?;
    check(figures, program, items, number, home.path(), "each key awaited")
}

/// Answers an item: types the answer, waits until it shows, types Enter, waits until the next item and "saved" show.
fn give(
    figures: &mut Figures,
    program: &Program,
    pty: &mut Pty,
    items: &[Item],
    index: usize,
    answer: i64,
) -> Result<(), String> {
    let failed = |error: String| format!("item {}: {error}", index + 1);
    let typed = answer.to_string();
    pty.type_keys(typed.as_bytes())?;
    match &items[index].kind {
        Kind::Choice(choices) => {
            let text = usize::try_from(answer - 1).ok().and_then(|place| choices.get(place)).ok_or("no such choice")?;
            let marked = pty.wait_for(|screen| program.shows_marked(screen, answer, text), BOUND);
            figures.mark.push(marked.map_err(|error| failed(format!("{answer} not marked: {error}")))?);
        }
        Kind::Number { .. } => drop(pty.wait_for_text(&typed, BOUND).map_err(failed)?),
    }
    pty.type_keys(b"\r")?;
    let shown = |screen: &_| program.shows_item(screen, index + 1, items.len()) && program.shows_saved(screen);
    let saved = pty.wait_for(shown, BOUND);
    figures.save.push(saved.map_err(|error| failed(format!("not saved or no next item: {error}")))?);
    Ok(())
}

/// One interview, every key from the first screen on in a single write.
fn typed_ahead(
    figures: &mut Figures,
    program: &Program,
    items: &[Item],
    number: usize,
    folder: &Path,
) -> Result<(), String> {
    let home = tempfile::tempdir_in(folder).map_err(|error| error.to_string())?;
    let (mut pty, _) = begin(program, &program.launch(home.path()))?;
    let opening = program.opening.iter().map(|(keys, _)| (*keys).to_owned());
    let answers = items.iter().enumerate().map(|(index, item)| format!("{}\r", item.answer(index, number)));
    let closing = program.closing.iter().map(|(keys, _)| (*keys).to_owned());
    let keys: String = opening.chain(answers).chain(closing).collect();
    let last = program.closing.last().map_or(&program.ended, |(_, until)| until);
    pty.type_keys(keys.as_bytes())?;
    match pty.wait_for_text(last, BOUND) {
        Ok(took) => figures.ahead.push(took),
        Err(error) => {
            figures.wrong.push(format!("run {number}, typed ahead: {error}"));
            return Ok(());
        }
    }
    quit(pty)?;
    check(figures, program, items, number, home.path(), "typed ahead")
}

/// Starts it and gives the time to its first full frame.
fn begin(program: &Program, launch: &Launch) -> Result<(Pty, Duration), String> {
    let mut pty = launch.spawn()?;
    let first = pty.wait_for(|screen| program.shows_first(screen), BOUND)?;
    Ok((pty, first))
}

fn open(program: &Program, pty: &mut Pty) -> Result<(), String> {
    program.opening.iter().try_for_each(|(keys, until)| step(pty, keys, until))?;
    if program.opening.is_empty() {
        return Ok(());
    }
    // What an interview begins with is stored too, and is no answer.
    pty.wait_for(|screen| program.shows_saved(screen), BOUND).map(drop)
}

fn finish(program: &Program, pty: &mut Pty) -> Result<(), String> {
    program.closing.iter().try_for_each(|(keys, until)| step(pty, keys, until))
}

fn step(pty: &mut Pty, keys: &str, until: &str) -> Result<(), String> {
    pty.type_keys(keys.as_bytes())?;
    pty.wait_for_text(until, BOUND).map(drop)
}

fn quit(mut pty: Pty) -> Result<(), String> {
    pty.type_keys(b"q")?;
    let exit = pty.wait_exit(BOUND)?;
    if exit.code == 0 { Ok(()) } else { Err(format!("ended with {exit:?}:\n{}", pty.screen_text())) }
}

fn check(
    figures: &mut Figures,
    program: &Program,
    items: &[Item],
    number: usize,
    home: &Path,
    how: &str,
) -> Result<(), String> {
    let given: Vec<i64> = items.iter().enumerate().map(|(index, item)| item.answer(index, number)).collect();
    let kept = program.answers(home)?;
    if kept == given {
        figures.right += 1;
    } else {
        figures.wrong.push(format!("run {number}, {how}: given {given:?}, kept {kept:?}"));
    }
    Ok(())
}

/// Counts the syncs from the first item's screen to the last answer saved, with strace; where a sync takes its time, it also
/// shows whether "saved" waits for it.
fn syncs(figures: &mut Figures, program: &Program, items: &[Item], folder: &Path) -> Result<(), String> {
    if std::process::Command::new("strace").arg("-V").output().is_err() {
        return Ok(());
    }
    let home = tempfile::tempdir_in(folder).map_err(|error| error.to_string())?;
    let log = home.path().join("syncs.log");
    let args = ["-f", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range,msync,sync,syncfs", "-o"];
    let args = args.map(OsString::from).into_iter().chain([log.clone().into(), "--".into()]);
    let (mut pty, _) = begin(program, &program.launch(home.path()).under("strace", args))?;
    open(program, &mut pty)?;
    let before = calls(&log)?;
    let (mut unused, mut seen) = (Figures::default(), before);
    for (index, item) in items.iter().enumerate() {
        give(&mut unused, program, &mut pty, items, index, item.answer(index, 0))?;
        let now = calls(&log)?;
        if now == seen {
            figures.wrong.push(format!("item {}: \"{}\" on the screen before any sync", index + 1, program.saved));
        }
        seen = now;
    }
    figures.syncs = Some(as_number(seen - before) / as_number(items.len()));
    finish(program, &mut pty)?;
    quit(pty)
}

/// Calls begun so far; strace ends a call's line before the program goes on.
fn calls(log: &Path) -> Result<usize, String> {
    let text = std::fs::read_to_string(log).map_err(|error| error.to_string())?;
    Ok(text.lines().filter(|line| line.contains("sync") && !line.contains(" resumed>")).count())
}

/// CPU time of all threads that live, to the nanosecond; `/proc/PID/stat` counts in steps of 10 ms.
fn cpu_time(pty: &mut Pty) -> Result<Duration, String> {
    let threads = format!("/proc/{}/task", process(pty)?);
    let mut sum = 0;
    for thread in std::fs::read_dir(&threads).map_err(|error| format!("{threads}: {error}"))?.flatten() {
        // A thread that ends in between has no file any more.
        let Ok(text) = std::fs::read_to_string(thread.path().join("schedstat")) else { continue };
        sum += text.split_whitespace().next().and_then(|spent| spent.parse::<u64>().ok()).unwrap_or_default();
    }
    if sum == 0 { Err("the kernel tells no CPU times (schedstat)".into()) } else { Ok(Duration::from_nanos(sum)) }
}

fn peak_memory(pty: &mut Pty) -> Result<f64, String> {
    let path = format!("/proc/{}/status", process(pty)?);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let figure = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse().ok());
    figure.ok_or_else(|| format!("{path}: no VmHWM"))
}

fn process(pty: &mut Pty) -> Result<u32, String> {
    pty.program()?.map(|pid| pid.as_raw_nonzero().get().unsigned_abs()).ok_or_else(|| "the program has ended".into())
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn as_number(count: usize) -> f64 {
    count as f64
}

impl Figures {
    fn of(program: &Program) -> Self {
        Self { name: program.name, ..Self::default() }
    }
}
