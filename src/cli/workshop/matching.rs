use clap::{Arg, ArgAction, ArgMatches};

use super::{change, named, rounds};
use crate::cli::{Context, Failure};
use crate::interview::{Interview, InterviewId};
use crate::store::{Change, Pair};
use crate::text::Catalogue;
use crate::tui::Rounds;
use crate::workshop::Likeness;

/// What `kohesi workshop match` takes.
pub(super) fn define(command: clap::Command, t: &Catalogue) -> clap::Command {
    let words = &t.workshop;
    let pair = |name: &'static str, help: &crate::text::Phrase| {
        Arg::new(name).long(name).value_name("CODE=CODE").action(ArgAction::Append).help(help.to_string())
    };
    command.arg(pair("confirm", &words.confirm)).arg(pair("refuse", &words.refuse))
}

/// Confirms and refuses what was asked for, and tells who is matched and who is not.
pub(super) fn run(arguments: &ArgMatches, context: &mut Context<'_>) -> Result<(), Failure> {
    let workshop = named(arguments, context)?;
    let mut rounds = rounds(&workshop, context)?;
    if rounds.before.is_none() {
        let said = context.t.workshop.no_second.with(&[("name", &workshop.about.name)]);
        return Ok(writeln!(context.out, "{said}")?);
    }
    for (name, confirmed) in [("confirm", true), ("refuse", false)] {
        for text in arguments.get_many::<String>(name).into_iter().flatten() {
            let (before, after) = pair(text, &rounds, context)?;
            let said = Change::Pair(Pair { before, after, confirmed });
            change(workshop.id, said, context).map_err(|fault| context.failure(&fault))?;
            rounds = super::rounds(&workshop, context)?;
        }
    }
    tell(&rounds, context)
}

fn pair(text: &str, rounds: &Rounds, context: &Context<'_>) -> Result<(InterviewId, InterviewId), Failure> {
    let of = |interviews: &[Interview], code: &str| {
        let code = code.trim().to_uppercase();
        interviews.iter().map(Interview::id).find(|id| id.code() == code)
    };
    let before = rounds.before.as_ref().map_or(&[][..], |(_, interviews)| interviews);
    let read = text.split_once('=').and_then(|(one, other)| Some((of(before, one)?, of(&rounds.now, other)?)));
    read.ok_or_else(|| Failure(context.t.workshop.no_pair.with(&[("found", text)])))
}

fn tell(rounds: &Rounds, context: &mut Context<'_>) -> Result<(), Failure> {
    let words = &context.t.workshop;
    let codes = |before: InterviewId, after: InterviewId| [("before", before.code()), ("after", after.code())];
    let mut lines = Vec::new();
    for pair in rounds.workshop.about.pairs.iter().filter(|pair| pair.confirmed) {
        let values = codes(pair.before, pair.after);
        lines.push(words.pair_confirmed.with(&values.each_ref().map(|(name, value)| (*name, value.as_str()))));
    }
    let proposals = rounds.proposals();
    for one in &proposals {
        let [before, after] = codes(one.before, one.after);
        let how = match one.likeness {
            Likeness::Same => None,
            Likeness::Twice => Some(&words.near_twice),
            Likeness::OtherOrder => Some(&words.near_order),
            Likeness::OneLetter => Some(&words.near_letter),
            Likeness::OneWord => Some(&words.near_word),
        };
        let values = [("before", before.1.as_str()), ("after", after.1.as_str())];
        lines.push(match how {
            None => words.pair_same.with(&values),
            Some(how) => words.pair_near.with(&[values[0], values[1], ("how", how.as_str())]),
        });
    }
    let [n, open, before, after] = rounds.counts().map(|count| count.to_string());
    lines.push(words.pairs_told.with(&[("n", &n), ("open", &open), ("before", &before), ("after", &after)]));
    Ok(writeln!(context.out, "{}", lines.join("\n"))?)
}
