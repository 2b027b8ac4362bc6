mod figures;
mod gather;
mod r;
mod text;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use clap::{Arg, ArgMatches, value_parser};
use serde::Serialize;

pub use figures::{Figure, Figures, GroupFigures, Plan, Shown, Telling, Told, all_and_each, of_workshops, told};
pub use gather::{Answers, Gathered, gather};

use super::grammar::flag;
use super::{Command, Context, Failure, workshop};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::{self, Questionnaire};
use crate::scoring::Sheet;
use crate::stats::{FEWEST_REPLICATES, Progress, Resampling};
use crate::store::{Selection, Store};
use crate::text::{Catalogue, Phrase};

/// `kohesi stats`: what the answers of many say together.
pub(super) struct Stats;

/// From one seed the same samples are drawn.
const SEED: u64 = 1;
/// How an interrupted program ends: 128 and the number of its signal.
const INTERRUPTED: u8 = 130;

/// Everything that was computed, for other programs.
#[derive(Debug, Serialize)]
struct Output {
    format: u32,
    program: &'static str,
    /// Group figures are of those who came, who are no random sample.
    random_sample: bool,
    level: f64,
    seed: u64,
    replicates: usize,
    synthetic: u64,
    damaged: u64,
    sealed: u64,
    questionnaires: Vec<OfQuestionnaire>,
}

#[derive(Debug, Serialize)]
struct OfQuestionnaire {
    key: String,
    version: String,
    hash: String,
    #[serde(flatten)]
    told: Told,
    workshops: Vec<OfWorkshop>,
}

#[derive(Debug, Serialize)]
struct OfWorkshop {
    workshop: String,
    name: Option<String>,
    #[serde(flatten)]
    told: Told,
}

impl Command for Stats {
    fn name(&self) -> &'static str {
        "stats"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.stats;
        let option = |name: &'static str, value: &'static str, help: &Phrase| {
            Arg::new(name).long(name).value_name(value).help(help.to_string())
        };
        let replicates =
            option("replicates", "B", &words.replicates).value_parser(value_parser!(u32).range(0..=1_000_000));
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(option("workshop", "W", &words.of_workshop))
            .arg(option("questionnaire", "KEY", &words.of_questionnaire))
            .arg(replicates)
            .arg(flag("json", t.command.json.as_str()))
            .arg(flag("r", words.as_r.as_str()).conflicts_with("json"))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let Some(store) = context.read_store()? else {
            let said = context.no_interviews();
            writeln!(context.out, "{said}")?;
            return Ok(ExitCode::SUCCESS);
        };
        let request = Request::of(arguments, context)?;
        let questionnaires = questionnaires(&store, request.questionnaire.as_deref(), context)?;
        if arguments.get_flag("r") {
            for questionnaire in &questionnaires {
                let script = r::script(questionnaire, &Sheet::of(questionnaire), request.workshop);
                writeln!(context.out, "{script}")?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let shown = computed(&store, questionnaires, &request, context)?;
        let Some(Computed { gathered, output, stopped }) = shown else {
            writeln!(context.out, "{}", context.t.stats.interrupted)?;
            return Ok(ExitCode::from(INTERRUPTED));
        };
        if arguments.get_flag("json") {
            let json = serde_json::to_string_pretty(&output).map_err(anyhow::Error::from)?;
            writeln!(context.out, "{json}")?;
        } else {
            show(&gathered, &output, context)?;
        }
        Ok(if stopped { ExitCode::from(INTERRUPTED) } else { ExitCode::SUCCESS })
    }
}

/// What was asked for.
struct Request {
    workshop: Option<WorkshopId>,
    questionnaire: Option<String>,
    replicates: usize,
}

impl Request {
    fn of(arguments: &ArgMatches, context: &Context<'_>) -> Result<Self, Failure> {
        let text = |name: &str| arguments.get_one::<String>(name);
        let workshop = text("workshop").map(|asked| workshop::id_of(asked, context));
        let replicates = arguments.get_one::<u32>("replicates").and_then(|count| usize::try_from(*count).ok());
        Ok(Self {
            workshop: workshop.transpose()?,
            questionnaire: text("questionnaire").cloned(),
            replicates: replicates.unwrap_or(FEWEST_REPLICATES),
        })
    }
}

/// A workshop's identity as a text.
fn name_of(workshop: WorkshopId) -> String {
    InterviewId(workshop.0).to_string()
}

/// The answered questionnaires with this key, or all.
fn questionnaires(store: &Store, key: Option<&str>, context: &Context<'_>) -> Result<Vec<Arc<Questionnaire>>, Failure> {
    let answered = store.answered().map_err(|fault| context.failure(&fault))?;
    let keys: BTreeSet<String> = answered.iter().map(|one| one.key.clone()).collect();
    if let Some(key) = key.filter(|key| !keys.contains(*key)) {
        let known = keys.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Failure(context.t.stats.no_questionnaire.with(&[("name", key), ("known", &known)])));
    }
    let wanted = answered.into_iter().filter(|one| key.is_none_or(|key| one.key == key));
    let read = wanted.map(|one| {
        let unreadable = |_| Failure(context.t.results.unreadable.to_string());
        questionnaire::read(&one.key, &one.text).map(Arc::new).map_err(unreadable)
    });
    read.collect()
}

/// What was read and computed.
struct Computed {
    gathered: Gathered,
    output: Output,
    /// Whether the person stopped it before its end; the figures that were missing then say so.
    stopped: bool,
}

/// Reads and computes; nothing where the person stopped it before anything was read.
fn computed(
    store: &Store,
    questionnaires: Vec<Arc<Questionnaire>>,
    request: &Request,
    context: &Context<'_>,
) -> Result<Option<Computed>, Failure> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let stop = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&stop))?;
    let t = &context.t;
    let words = &t.stats;
    let whole = |count: u64| t.whole(i64::try_from(count).unwrap_or(i64::MAX));
    let progress = Line::new();
    let tell = |read: u64| progress.tell(&words.reading.with(&[("n", &whole(read))]));
    let selection = Selection { workshop: request.workshop, ..Selection::default() };
    let gathered = gather(store, &selection, questionnaires, threads, &stop, &tell);
    let Some(gathered) = gathered.map_err(|fault| context.failure(&fault))? else {
        progress.end();
        return Ok(None);
    };
    let resampling = Resampling { seed: SEED, replicates: request.replicates, threads };
    let plan = Plan { resampling: (request.replicates > 0).then_some(resampling), all: true, without_flagged: true };
    let mut told_last = None;
    let mut watch = |statistic: &'static str, Progress { done, of }: Progress| {
        // Of what other threads do meanwhile not every number is heard.
        let fifty = Some((statistic, done / 50));
        if told_last != fifty {
            told_last = fifty;
            let name = t.statistics.named.get(statistic).map_or("", |words| words.name.as_str());
            let values = [("name", name), ("done", &done.to_string()), ("of", &of.to_string())];
            progress.tell(&words.computing.with(&values));
        }
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let known = store.workshops().map_err(|fault| context.failure(&fault))?;
    let named = |id: WorkshopId| known.iter().find(|one| one.id == id).map(|one| one.about.name.clone());
    let of_workshop = |(id, told)| OfWorkshop { workshop: name_of(id), name: named(id), told };
    let of_each = gathered.answers.iter().map(|answers| {
        let (told, of_workshops) = all_and_each(answers, plan, threads, &mut watch);
        OfQuestionnaire {
            key: answers.questionnaire.key().to_string(),
            version: answers.questionnaire.version().to_string(),
            hash: answers.questionnaire.hash().to_string(),
            told,
            workshops: of_workshops.into_iter().map(of_workshop).collect(),
        }
    });
    let output = Output {
        format: 1,
        program: env!("CARGO_PKG_VERSION"),
        random_sample: false,
        level: crate::stats::LEVEL,
        seed: SEED,
        replicates: request.replicates,
        synthetic: gathered.synthetic,
        damaged: gathered.damaged,
        sealed: gathered.sealed,
        questionnaires: of_each.collect(),
    };
    progress.end();
    Ok(Some(Computed { gathered, output, stopped: stop.load(Ordering::Relaxed) }))
}

fn show(gathered: &Gathered, output: &Output, context: &mut Context<'_>) -> Result<(), Failure> {
    let words = &context.t.stats;
    let whole = |count: u64| context.t.whole(i64::try_from(count).unwrap_or(i64::MAX));
    let mut said = String::new();
    if output.synthetic > 0 {
        said += &words.synthetic.with(&[("n", &whole(output.synthetic))]);
        said += "\n\n";
    }
    if output.damaged > 0 {
        said += &words.damaged.with(&[("n", &whole(output.damaged))]);
        said += "\n\n";
    }
    if output.sealed > 0 {
        said += &context.t.key.not_counted.with(&[("n", &whole(output.sealed))]);
        said += "\n\n";
    }
    if output.questionnaires.is_empty() {
        said += words.none.as_str();
        said += "\n";
    }
    for (answers, of) in gathered.answers.iter().zip(&output.questionnaires) {
        let tag = context.tag(&answers.questionnaire);
        let page = text::Page { t: &context.t, tag: &tag, answers };
        said += &page
            .all(&of.told, of.workshops.iter().map(|one| (one.name.as_deref().unwrap_or(&one.workshop), &one.told)));
    }
    write!(context.out, "{said}")?;
    Ok(())
}

/// The figures of a store, computed for a person who looks at a demo.
pub(super) fn show_all(store: &Store, context: &mut Context<'_>) -> Result<(), Failure> {
    let questionnaires = questionnaires(store, None, context)?;
    let request = Request { workshop: None, questionnaire: None, replicates: FEWEST_REPLICATES };
    match computed(store, questionnaires, &request, context)? {
        Some(Computed { gathered, output, .. }) => show(&gathered, &output, context),
        None => Ok(writeln!(context.out, "{}", context.t.stats.interrupted)?),
    }
}

/// A line of progress on the terminal, and none elsewhere.
pub(super) struct Line {
    shown: bool,
}

impl Line {
    pub(super) fn new() -> Self {
        Self { shown: std::io::stderr().is_terminal() }
    }

    /// Says it in place of what was said before.
    pub(super) fn tell(&self, text: &str) {
        if self.shown {
            // Nobody is harmed where it cannot be said.
            let _ = write!(std::io::stderr(), "\r\x1b[K{text}");
        }
    }

    /// Takes it away.
    pub(super) fn end(&self) {
        self.tell("");
    }
}
