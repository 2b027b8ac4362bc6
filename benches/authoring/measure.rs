//! Runs of a program on a file: how long it takes, and how much memory.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kohesi::interview::{At, Interview, InterviewId, Mode, Moment};
use kohesi::questionnaire::{Limits, check};

/// What a reader's runs on one file gave.
#[derive(Default)]
pub(crate) struct Figures {
    /// The whole process, start and import among it; one a run.
    pub(crate) process: Vec<Duration>,
    /// The reading alone; one a run.
    pub(crate) inside: Vec<Duration>,
    /// Largest resident memory in KiB; one a run.
    pub(crate) peak: Vec<u64>,
}

/// Something that reads a file of questions.
pub(crate) struct Reader {
    /// Its name.
    pub(crate) name: &'static str,
    /// What is run, without the file. It prints seconds, peak KiB and how many items it found.
    pub(crate) inside: Vec<String>,
    /// What is run for the whole process, where that is another program; it prints what it likes.
    pub(crate) process: Option<Vec<String>>,
    /// The ending of the file it reads.
    pub(crate) ending: &'static str,
}

/// What `--read FILE ITEMS` does: reads, checks and starts a questionnaire, and prints seconds, peak KiB and items.
///
/// # Errors
/// Where the file cannot be read, or is no sound questionnaire.
pub(crate) fn read(file: &str, items: &str) -> Result<String, String> {
    let began = Instant::now();
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let limits = Limits::of_items(items.parse().map_err(|_| "no number")?);
    let (questionnaire, problems) = check(file, &text, limits);
    let questionnaire = questionnaire.ok_or_else(|| format!("{:?}", problems.list.first()))?;
    let language = questionnaire.languages()[0].clone();
    let moment = Moment { at: At { unix_ms: 0, doubtful: false }, shown_ms: 0, language };
    let questionnaire = Arc::new(questionnaire);
    let id = InterviewId([3; 16]);
    let interview = Interview::start(Arc::clone(&questionnaire), id, Mode::SelfAdministered, "bench", &moment);
    let first = interview.asked().next().ok_or("nothing is asked")?;
    let offered = interview.offered(first).len();
    let seconds = began.elapsed().as_secs_f64();
    let found = questionnaire.items().len();
    if offered == 0 || !problems.list.is_empty() {
        return Err(format!("{offered} choices, {} problems: {:?}", problems.list.len(), problems.list.first()));
    }
    Ok(format!("{seconds} {} {found}", peak()))
}

/// The largest resident memory of this process so far, in KiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok()).unwrap_or_default()
}

impl Reader {
    /// Whether it can be run at all; else why not.
    pub(crate) fn try_out(&self, file: &Path, items: usize) -> Result<(), String> {
        self.once(file, items, &mut Figures::default())
    }

    /// One run more.
    ///
    /// # Errors
    /// Where it fails, or found another number of items.
    pub(crate) fn once(&self, file: &Path, items: usize, figures: &mut Figures) -> Result<(), String> {
        let (printed, took) = run(&self.inside, file, items)?;
        let mut words = printed.split_whitespace();
        let seconds = words.next().and_then(|word| word.parse().ok()).ok_or_else(|| printed.clone())?;
        let peak = words.next().and_then(|word| word.parse().ok()).ok_or_else(|| printed.clone())?;
        let found = words.next().and_then(|word| word.parse().ok());
        if found != Some(items) {
            return Err(format!("{}: {found:?} items of {items}", self.name));
        }
        let took = match &self.process {
            Some(process) => run(process, file, items)?.1,
            None => took,
        };
        figures.inside.push(Duration::from_secs_f64(seconds));
        figures.peak.push(peak);
        figures.process.push(took);
        Ok(())
    }
}

fn run(words: &[String], file: &Path, items: usize) -> Result<(String, Duration), String> {
    let (program, arguments) = words.split_first().ok_or("no program")?;
    let mut command = Command::new(program);
    for argument in arguments {
        match argument.as_str() {
            "FILE" => command.arg(file),
            "ITEMS" => command.arg(items.to_string()),
            other => command.arg(other),
        };
    }
    let began = Instant::now();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let took = began.elapsed();
    if output.status.success() {
        Ok((String::from_utf8_lossy(&output.stdout).into_owned(), took))
    } else {
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8_lossy(&told);
        Err(format!("{program}: {}", told.lines().last().unwrap_or_default()))
    }
}
