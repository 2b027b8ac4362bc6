use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use super::{Context, Failure};
use crate::interview::InterviewId;
use crate::plain::{self, Boot, Ending, LineWriter, Resume};
use crate::questionnaire::Questionnaire;
use crate::store;

/// What an interview that is not finished ends with.
const UNFINISHED: u8 = 3;
/// What a refused consent ends with.
const REFUSED: u8 = 4;

/// Columns of a line, and the fewest a terminal is taken to have.
const COLUMNS: usize = 78;
const FEWEST: usize = 20;

/// The interview that a code or an ID names.
pub(super) fn find(code: &str, context: &Context<'_>) -> Result<InterviewId, Failure> {
    let store = context.read_store()?.ok_or_else(|| Failure(context.no_interviews()))?;
    store.find(code).map_err(|fault| context.failure(&fault))
}

/// An interview line by line: 0 where it is finished and stored, 3 where it is not finished, 4 where consent was
/// refused, 1 where an answer could not be stored or there is no store, 128 and the number for a signal.
pub(super) fn line_by_line(
    context: &mut Context<'_>,
    questionnaire: Arc<Questionnaire>,
    resume: Resume,
    practice: bool,
) -> Result<ExitCode, Failure> {
    if !practice {
        drop(context.read_store()?);
    }
    let speech = context.settings.speech.clone();
    let boot = Boot {
        questionnaire,
        language: context.language,
        ask_language: !context.language_asked,
        mode: context.settings.reader.mode(),
        practice,
        writer: if std::io::stdin().is_terminal() { LineWriter::Person } else { LineWriter::Script },
        resume,
        columns: columns(),
        glyphs: context.glyphs,
        aloud: speech.is_some(),
        new_id: store::new_id,
        local: store::local,
    };
    let ended = plain::run(boot, context.paths.clone(), context.options.clone(), speech.as_deref(), context.out)?;
    Ok(match (ended.signal, ended.ending) {
        (Some(signal), _) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        (None, Ending::Complete) => ExitCode::SUCCESS,
        (None, Ending::Unfinished) => ExitCode::from(UNFINISHED),
        (None, Ending::Refused) => ExitCode::from(REFUSED),
        (None, Ending::Failed) => ExitCode::FAILURE,
        (None, Ending::Unsaved) => return Err(Failure(context.t.terminal.unsaved.to_string())),
    })
}

fn columns() -> usize {
    let size = crossterm::terminal::size().ok().filter(|_| std::io::stdout().is_terminal());
    size.map_or(COLUMNS, |(columns, _)| usize::from(columns).saturating_sub(1).clamp(FEWEST, COLUMNS))
}
