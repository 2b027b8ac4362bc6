use std::process::ExitCode;

use super::{Context, Failure};
use crate::interview::{InterviewId, WorkshopId};
use crate::store;
use crate::tui::{self, Farewell, Start};

/// `kohesi` alone: the full-screen program at its menu.
pub(super) fn run(context: &mut Context<'_>) -> Result<ExitCode, Failure> {
    full_screen(context, Start::Home, false)
}

/// The full-screen program; in practice nothing is stored.
pub(super) fn full_screen(context: &mut Context<'_>, start: Start, practice: bool) -> Result<ExitCode, Failure> {
    if !Context::has_screen() {
        return Err(Failure(context.t.terminal.not_a_terminal.to_string()));
    }
    if context.passphrase_file.is_some() && !practice {
        // Else the screen asks for it.
        drop(context.read_store()?);
    }
    let boot = context.boot(start, practice)?;
    let ended = tui::run(boot, context.paths.clone(), context.options.clone(), farewell(context))?;
    if let (Some(workshop), None, true) = (ended.kiosk, ended.signal, ended.saved) {
        return kiosk(workshop, context);
    }
    Ok(match ended.signal {
        Some(signal) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(u8::MAX)),
        None if ended.saved => ExitCode::SUCCESS,
        None => return Err(Failure(context.t.terminal.unsaved.to_string())),
    })
}

/// The kiosk of a workshop takes the program's place, as if it had been begun by its command.
fn kiosk(workshop: WorkshopId, context: &Context<'_>) -> Result<ExitCode, Failure> {
    let id = InterviewId(workshop.0).to_string();
    let ended = store::run_instead(0, &["kiosk", &id, super::kiosk::FROM_MENU]);
    match ended.map_err(|fault| context.failure(&fault))? {
        store::Ending::Exited(code) => Ok(ExitCode::from(code)),
        store::Ending::Killed => Err(Failure(context.t.kiosk.killed.to_string())),
    }
}

/// What is done and said when the program breaks.
pub(super) fn farewell(context: &Context<'_>) -> Farewell {
    let (log, sentence) = (context.paths.log.clone(), context.t.terminal.broke.clone());
    Box::new(move |code, place| {
        // There is nobody left to tell that even the log cannot be written.
        let _ = store::log(&log, code, place);
        sentence.with(&[("code", code)])
    })
}
