use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread;

use clap::{Arg, ArgMatches, value_parser};

use super::stats::Line;
use super::{Command, Context, Failure, home};
use crate::interview::{Interview, Synthetic, SyntheticWorkshop};
use crate::questionnaire::{BUILTIN, Questionnaire};
use crate::store::{About, Demo as DemoStore, Pair, Passing, Paths, Store, StoreError, Workshop};
use crate::text::{Catalogue, Phrase};
use crate::tui::Start;
use crate::workshop::Minimum;

/// `kohesi demo`: interviews of people who do not exist.
pub(super) struct Demo;

/// The people are the same each time, unless another seed is asked for.
const SEED: u64 = 2_026;
/// So many interviews are stored in one transaction.
const AT_ONCE: usize = 5_000;
/// So many transactions wait to be stored.
const WAITING: usize = 2;

impl Command for Demo {
    fn name(&self) -> &'static str {
        "demo"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.demo;
        let option = |name: &'static str, value: &'static str, help: &Phrase| {
            Arg::new(name).long(name).value_name(value).help(help.to_string())
        };
        let size = option("size", "N", &words.size).value_parser(value_parser!(u64).range(1..=100_000_000));
        clap::Command::new(self.name())
            .about(words.command.to_string())
            .arg(size)
            .arg(option("home", "DIR", &words.home).value_parser(value_parser!(PathBuf)))
            .arg(option("seed", "S", &words.seed).value_parser(value_parser!(u64)))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let Some(core) = BUILTIN.first() else { return Err(Failure(String::new())) };
        let questionnaire = core.read().map_err(|problems| super::problems::failure(&problems, context))?;
        let questionnaire = Arc::new(questionnaire);
        let seed = arguments.get_one::<u64>("seed").copied().unwrap_or(SEED);
        let source = Synthetic::new(Arc::clone(&questionnaire), seed);
        let named = arguments.get_one::<PathBuf>("home");
        let passing =
            if named.is_none() { Some(Passing::new().map_err(|fault| context.failure(&fault))?) } else { None };
        let folder = named.cloned().or_else(|| passing.as_ref().map(|passing| passing.path().to_owned()));
        let paths = context.paths.with_home(&folder.unwrap_or_default());
        let (store, _) = DemoStore::open(&paths, &context.options).map_err(|fault| context.failure(&fault))?;
        let made = match arguments.get_one::<u64>("size") {
            Some(size) => many(store, source, *size, context).map(|()| None)?,
            None => Some(one_workshop(store, source, &questionnaire, context)?),
        };
        let on_terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
        if let Some(workshop) = made.filter(|_| on_terminal) {
            context.paths = paths.clone();
            let ended = home::full_screen(context, Start::Group(Box::new(workshop)), false)?;
            tell_how(&paths, passing.is_some(), false, context)?;
            return Ok(ended);
        }
        tell_how(&paths, passing.is_some(), passing.is_some(), context)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes the workshop of 24 people, and gives its second round.
fn one_workshop(
    mut store: DemoStore,
    source: Synthetic,
    questionnaire: &Questionnaire,
    context: &mut Context<'_>,
) -> Result<Workshop, Failure> {
    let Some(workshop) = source.workshop() else { return Err(Failure(String::new())) };
    let count = workshop.people.len();
    let rounds = rounds(&workshop, questionnaire, &context.t);
    for round in &rounds {
        store.keep_workshop(round, questionnaire).map_err(|fault| context.failure(&fault))?;
    }
    let interviews: Vec<Interview> = workshop.people.into_iter().flat_map(|(before, after)| [before, after]).collect();
    store.keep(&interviews).map_err(|fault| context.failure(&fault))?;
    let _ = store.close();
    let tag = context.tag(questionnaire);
    let item = |index| questionnaire.item(index).map_or("", |item| item.text.get(&tag).as_str());
    let aspect = questionnaire.aspects().get(workshop.changed.0).map_or("", |aspect| aspect.name.get(&tag).as_str());
    let said = context.t.demo.made_workshop.with(&[
        ("n", &count.to_string()),
        ("agreed", item(workshop.agreed)),
        ("split", item(workshop.split)),
        ("changed", aspect),
    ]);
    writeln!(context.out, "{said}\n")?;
    let [_, second] = rounds;
    Ok(second)
}

/// The two rounds of the workshop, each person's interviews told to be one person's.
fn rounds(workshop: &SyntheticWorkshop, questionnaire: &Questionnaire, t: &Catalogue) -> [Workshop; 2] {
    let minimum = u32::try_from(Minimum::FEWEST).unwrap_or(u32::MAX);
    let about =
        |name: &Phrase| About { closed: true, made_up: true, ..About::new(name.to_string(), questionnaire, minimum) };
    let people = workshop.people.iter();
    let pairs = people.map(|(one, other)| Pair { before: one.id(), after: other.id(), confirmed: true }).collect();
    let after = About { second_of: Some(workshop.before), pairs, ..about(&t.demo.after) };
    [Workshop { id: workshop.before, about: about(&t.demo.before) }, Workshop { id: workshop.after, about: after }]
}

/// Makes them on one thread and stores them on another.
fn many(store: DemoStore, source: Synthetic, size: u64, context: &mut Context<'_>) -> Result<(), Failure> {
    let words = &context.t.demo;
    let whole = |count: u64| context.t.whole(i64::try_from(count).unwrap_or(i64::MAX));
    let progress = Line::new();
    let tell = |kept| progress.tell(&words.making.with(&[("n", &whole(kept)), ("of", &whole(size))]));
    let kept = fill(store, source, size, &tell).map_err(|fault| context.failure(&fault))?;
    progress.end();
    let said = words.made_many.with(&[("n", &whole(kept)), ("workshops", &whole(size.div_ceil(1_000)))]);
    Ok(writeln!(context.out, "{said}\n")?)
}

/// Stores so many interviews of made-up people in a demo's store, and gives how many were new; `tell` is told how many
/// are stored so far.
///
/// # Errors
/// What the disk says.
pub fn fill(mut store: DemoStore, source: Synthetic, size: u64, tell: &dyn Fn(u64)) -> Result<u64, StoreError> {
    let kept = thread::scope(|scope| {
        let (sender, receiver) = sync_channel::<Vec<Interview>>(WAITING);
        scope.spawn(move || {
            let mut interviews = source.interviews(size);
            loop {
                let some: Vec<Interview> = interviews.by_ref().take(AT_ONCE).collect();
                // Whoever stores has given up where nobody takes them.
                if some.is_empty() || sender.send(some).is_err() {
                    break;
                }
            }
        });
        let (mut kept, mut through) = (0, 0);
        for some in receiver {
            kept += store.keep(&some)?;
            through += u64::try_from(some.len()).unwrap_or(0);
            tell(through);
        }
        Ok(kept)
    })?;
    let _ = store.close();
    Ok(kept)
}

/// How to look at what was made; what passes is shown at once where `show` says so, before it goes.
fn tell_how(paths: &Paths, passing: bool, show: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    if !passing {
        let said = context.t.demo.how.with(&[("path", &paths.home.display().to_string())]);
        return Ok(writeln!(context.out, "{said}")?);
    }
    if show && let Some(store) = Store::read(paths).map_err(|fault| context.failure(&fault))? {
        super::stats::show_all(&store, context)?;
    }
    Ok(writeln!(context.out, "{}", context.t.demo.gone)?)
}
