//! `kohesi access`: all that is kept of one person, for that person.

mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches, value_parser};
use serde_json::{Value, json};

use self::told::Kept;
use super::grammar::flag;
use super::{Command, Context, Failure};
use crate::interview::{At, Happening, Interview, InterviewId};
use crate::questionnaire;
use crate::report;
use crate::store::{self, Store, StoreError};
use crate::text::Catalogue;

/// `kohesi access`.
pub(super) struct Access;

/// Columns of what is printed.
const COLUMNS: usize = 78;

impl Command for Access {
    fn name(&self) -> &'static str {
        "access"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        let words = &t.command;
        let code = Arg::new("code").value_name(words.column_code.as_str().to_uppercase()).required(true);
        let output = Arg::new("output").short('o').long("output").value_name(words.file.as_str().to_uppercase());
        clap::Command::new(self.name())
            .about(t.access.command.to_string())
            .arg(code.num_args(1..).help(words.forget_code.to_string()))
            .arg(flag("json", words.json.as_str()))
            .arg(output.value_parser(value_parser!(PathBuf)).help(words.output.to_string()))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        let asked: Vec<&str> = arguments.get_many::<String>("code").into_iter().flatten().map(String::as_str).collect();
        let store = context.read_store()?.ok_or_else(|| Failure(context.no_interviews()))?;
        let asked = asked.join(" ");
        let id = match (store.find(&asked), store.find_erased(&asked)) {
            (Err(StoreError::Unknown { .. }), Ok(erased)) => {
                return Err(Failure(context.t.access.erased.with(&[("code", &erased.code())])));
            }
            (found, _) => found.map_err(|fault| context.failure(&fault))?,
        };
        if let (Some(path), Err(StoreError::Sealed { .. })) = (arguments.get_one::<PathBuf>("output"), store.load(id)) {
            return take_out(&store, id, path, context);
        }
        let kept = kept(&store, id, context)?;
        let text = if arguments.get_flag("json") {
            serde_json::to_string_pretty(&data(&kept, context)).map_err(anyhow::Error::from)? + "\n"
        } else {
            report::spoken(&told::report(&kept, context), COLUMNS, context.glyphs)
        };
        match arguments.get_one::<PathBuf>("output") {
            None => write!(context.out, "{text}")?,
            Some(path) => {
                store::write_durably(path, text.as_bytes(), false).map_err(|fault| context.failure(&fault))?;
                let said = context.t.command.written.with(&[("path", &path.display().to_string())]);
                writeln!(context.out, "{said}")?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes what is kept of somebody whose interview is sealed: the age file, as it is.
fn take_out(store: &Store, id: InterviewId, path: &Path, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    let envelope = store.envelope(id).map_err(|fault| context.failure(&fault))?.unwrap_or_default();
    store::write_durably(path, &envelope, false).map_err(|fault| context.failure(&fault))?;
    let values = [("code", id.code()), ("path", path.display().to_string())];
    let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
    writeln!(context.out, "{}", context.t.key.taken_out.with(&values))?;
    Ok(ExitCode::SUCCESS)
}

/// Gathers it; of a damaged interview what is sound.
fn kept(store: &Store, id: InterviewId, context: &Context<'_>) -> Result<Kept, Failure> {
    let workshops = store.workshops().unwrap_or_default();
    let (key, text, events, draft, lost) = match store.load(id) {
        Ok(loaded) => (loaded.questionnaire_key, loaded.questionnaire, loaded.events, loaded.draft, false),
        Err(StoreError::Damaged { .. }) => {
            let recovered = store.recover(id).map_err(|fault| context.failure(&fault))?;
            (String::new(), recovered.questionnaire.unwrap_or_default(), recovered.events, None, true)
        }
        Err(fault) => return Err(context.failure(&fault)),
    };
    let read = questionnaire::read_again(&key, &text).ok().map(Arc::new);
    let interview = read.and_then(|read| Interview::replay(read, id, events.clone()).ok());
    let joined = events.iter().find_map(|event| match &event.what {
        Happening::Joined { workshop } => Some(*workshop),
        _ => None,
    });
    let pairs = workshops.iter().flat_map(|workshop| {
        let of = |pair: &&store::Pair| pair.before == id || pair.after == id;
        let other =
            move |pair: &store::Pair| (if pair.before == id { pair.after } else { pair.before }, pair.confirmed);
        workshop.about.pairs.iter().filter(of).map(other)
    });
    Ok(Kept {
        id,
        pairs: pairs.collect(),
        in_picture: workshops.iter().any(|workshop| workshop.about.shown.contains(&id)),
        workshop: workshops.into_iter().find(|workshop| Some(workshop.id) == joined),
        copies: store::copies_with(&context.paths, id),
        interview,
        events,
        draft,
        damaged: lost,
    })
}

fn moment(at: At) -> Value {
    json!({ "unix_ms": at.unix_ms, "clock_doubtful": at.doubtful })
}

/// The same for programs.
fn data(kept: &Kept, context: &Context<'_>) -> Value {
    let id = kept.id;
    let questionnaire = kept.interview.as_ref().map(|interview| {
        let questionnaire = interview.questionnaire();
        let (version, hash) = (questionnaire.version().as_str(), questionnaire.hash().to_string());
        json!({ "key": questionnaire.key().as_str(), "version": version, "hash": hash })
    });
    let consent = kept.consent().map(|(at, version, language)| {
        let text = kept.interview.as_ref().and_then(|interview| interview.questionnaire().consent());
        let text = text.filter(|text| text.version.as_str() == version);
        let text = text.map(|text| text.text.get(language).to_string());
        json!({ "at": moment(at), "version": version, "language": language.as_str(), "text": text })
    });
    let answers: Option<Vec<Value>> = kept.interview.as_ref().map(|interview| {
        let rows = Kept::answers(interview, context).into_iter();
        let row =
            |row: told::Row| json!({ "item": row.key, "asked": row.asked, "answer": row.answer, "note": row.note });
        rows.map(row).collect()
    });
    json!({
        "id": id.to_string(),
        "code": id.code(),
        "words": crate::text::LANGUAGES.map(|language| id.words(language)),
        "questionnaire": questionnaire,
        "finished": kept.interview.as_ref().map(Interview::finished),
        "damaged": kept.damaged,
        "consent": consent,
        "workshop": kept.workshop.as_ref().map(|workshop| {
            let about = &workshop.about;
            json!({ "id": InterviewId(workshop.id.0).to_string(), "name": about.name, "place": about.place,
                    "date": about.date, "facilitator": about.facilitator, "keep_until": about.keep_until })
        }),
        "answers": answers,
        "history": kept.events,
        "being_typed": kept.draft.as_ref().map(|draft| json!({ "answer": draft.typed, "note": draft.note })),
        "pairs": kept.pairs.iter().map(|(id, confirmed)| json!({ "code": id.code(), "same_person": confirmed }))
            .collect::<Vec<_>>(),
        "in_picture_of_workshop": kept.in_picture,
        "backups": kept.copies,
    })
}
