use clap::{Arg, ArgAction, ArgMatches};

use super::{all, find, short_id};
use crate::cli::grammar::flag;
use crate::cli::{Context, Failure};
use crate::questionnaire::{BUILTIN, Limits, Questionnaire};
use crate::store::{About, Workshop, new_workshop_id};
use crate::text::{Catalogue, Clean};
use crate::workshop::Minimum;

/// The longest a name or place may be, in characters.
const LONGEST: usize = 120;

/// What `kohesi workshop new` takes.
pub(super) fn define(t: &Catalogue) -> clap::Command {
    let words = &t.workshop;
    let value = |name: &'static str, value: &str, help: &crate::text::Phrase| {
        Arg::new(name).long(name).value_name(value.to_uppercase()).help(help.to_string())
    };
    clap::Command::new("new")
        .about(words.new.to_string())
        .arg(
            Arg::new("name")
                .value_name(words.column_name.as_str().to_uppercase())
                .required(true)
                .help(words.name.to_string()),
        )
        .arg(value("place", words.place.as_str(), &words.place))
        .arg(value("date", words.column_date.as_str(), &words.date))
        .arg(value("facilitator", words.row_facilitator.as_str(), &words.facilitator))
        .arg(value("questionnaire", t.command.column_questionnaire.as_str(), &words.questionnaire))
        .arg(value("language", "id|en", &words.languages).action(ArgAction::Append))
        .arg(value("minimum", "N", &words.minimum))
        .arg(value("second-of", words.column_name.as_str(), &words.second))
        .arg(value("keep-until", words.column_date.as_str(), &words.keep_until))
        .arg(flag("no-profile", words.no_profile.as_str()))
}

/// Makes the workshop.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let first = arguments.get_one::<String>("second-of").map(|name| find(name, context)).transpose()?;
    let questionnaire = questionnaire(arguments, first.as_ref(), context)?;
    let about = About {
        place: text(arguments, "place"),
        date: date(arguments, "date", context)?,
        facilitator: text(arguments, "facilitator"),
        languages: languages(arguments, &questionnaire, context)?,
        second_of: first.as_ref().map(|first| first.id),
        keep_until: date(arguments, "keep-until", context)?,
        made_up: first.is_some_and(|first| first.about.made_up),
        own_profile: !arguments.get_flag("no-profile"),
        ..About::new(name(arguments, None, context)?, &questionnaire, minimum(arguments, context)?)
    };
    let workshop = Workshop { id: new_workshop_id(), about };
    let mut store = context.open_store()?;
    store.keep_workshop(&workshop, Some(&questionnaire)).map_err(|fault| context.failure(&fault))?;
    let values = [("name", workshop.about.name.as_str()), ("id", &short_id(&workshop))];
    let said = context.t.workshop.made.with(&values);
    Ok(writeln!(context.out, "{said}")?)
}

/// The name that was given, where no other workshop has it.
pub(super) fn name(arguments: &ArgMatches, but: Option<&Workshop>, context: &Context<'_>) -> Result<String, Failure> {
    let words = &context.t.workshop;
    let name = text(arguments, "name");
    if name.is_empty() {
        return Err(Failure(words.empty_name.to_string()));
    }
    let same = |other: &Workshop| other.about.name.to_lowercase() == name.to_lowercase();
    let taken = all(context)?.iter().any(|other| same(other) && but.is_none_or(|but| but.id != other.id));
    if taken { Err(Failure(words.taken.with(&[("name", &name)]))) } else { Ok(name) }
}

fn text(arguments: &ArgMatches, name: &str) -> String {
    let given = arguments.get_one::<String>(name).map_or("", String::as_str);
    Clean::strip(given).trim().chars().take(LONGEST).collect()
}

pub(super) fn date(arguments: &ArgMatches, name: &str, context: &Context<'_>) -> Result<String, Failure> {
    let given = text(arguments, name);
    let read = given.is_empty() || given.parse::<jiff::civil::Date>().is_ok();
    if read { Ok(given) } else { Err(Failure(context.t.workshop.not_a_date.with(&[("found", &given)]))) }
}

fn minimum(arguments: &ArgMatches, context: &Context<'_>) -> Result<u32, Failure> {
    let fewest = u32::try_from(Minimum::FEWEST).unwrap_or(u32::MAX);
    let Some(given) = arguments.get_one::<String>("minimum") else { return Ok(fewest) };
    let read = given.parse().ok().filter(|people| *people >= fewest && *people <= 1_000);
    read.ok_or_else(|| Failure(context.t.workshop.too_few.with(&[("found", given)])))
}

/// The questionnaire that was named; of a second round that of the first.
fn questionnaire(
    arguments: &ArgMatches,
    first: Option<&Workshop>,
    context: &Context<'_>,
) -> Result<Questionnaire, Failure> {
    let named = arguments.get_one::<String>("questionnaire");
    let named = named.map(|name| context.questionnaire(name, Limits::default())).transpose()?;
    match (named, first) {
        (Some(named), Some(first)) if named.hash().0 != first.about.questionnaire => {
            Err(Failure(context.t.workshop.not_first.with(&[("name", &first.about.name)])))
        }
        (Some(named), _) => Ok(named),
        (None, Some(first)) => {
            let rounds = super::rounds(first, context)?;
            Ok((*rounds.questionnaire).clone())
        }
        (None, None) => context.questionnaire(BUILTIN.first().map_or("", |builtin| builtin.key), Limits::default()),
    }
}

fn languages(
    arguments: &ArgMatches,
    questionnaire: &Questionnaire,
    context: &Context<'_>,
) -> Result<Vec<String>, Failure> {
    let known: Vec<String> = questionnaire.languages().iter().map(ToString::to_string).collect();
    let Some(given) = arguments.get_many::<String>("language") else { return Ok(known) };
    let given: Vec<String> = given.cloned().collect();
    match given.iter().find(|tag| !known.contains(tag)) {
        Some(found) => {
            let values = [("found", found.as_str()), ("known", &known.join(", "))];
            Err(Failure(context.t.workshop.no_language.with(&values)))
        }
        None => Ok(given),
    }
}
