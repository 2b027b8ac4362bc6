use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;

use super::grammar::flag;
use super::workshop::{named, rounds, short_id, which};
use super::{Command, Context, Failure, home};
use crate::store;
use crate::text::Catalogue;
use crate::tui::{KioskStart, Start};

/// `kohesi kiosk`: one laptop that the people of a workshop answer on in turn.
///
/// The command itself only watches: it starts the program anew for the screen, and where that is ended by force it gives
/// the terminal back and wipes it, so that nobody's answers stay on it.
pub(super) struct Kiosk;

/// The flag of a kiosk that was begun from the menu.
pub(super) const FROM_MENU: &str = "--from-menu";

impl Command for Kiosk {
    fn name(&self) -> &'static str {
        "kiosk"
    }

    fn define(&self, t: &Catalogue) -> clap::Command {
        clap::Command::new(self.name())
            .about(t.kiosk.command.to_string())
            .arg(which(t))
            .arg(flag("new-pin", t.kiosk.new_pin.as_str()))
            .arg(flag("watched", "").hide(true))
            .arg(flag(&FROM_MENU[2..], "").hide(true))
    }

    fn run(&self, arguments: &ArgMatches, context: &mut Context<'_>) -> Result<ExitCode, Failure> {
        if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
            return Err(Failure(context.t.terminal.not_a_terminal.to_string()));
        }
        context.refuse_untried_keys()?;
        if !arguments.get_flag("watched") {
            let from_menu = arguments.get_flag(&FROM_MENU[2..]);
            return watch(from_menu, context);
        }
        store::end_with_parent();
        let workshop = named(arguments, context)?;
        if workshop.about.closed {
            let values = [("name", workshop.about.name.as_str()), ("id", &short_id(&workshop))];
            return Err(Failure(context.t.workshop.is_closed.with(&values)));
        }
        let rounds = rounds(&workshop, context)?;
        let start = KioskStart {
            workshop: Box::new(workshop),
            questionnaire: Arc::clone(&rounds.questionnaire),
            finished: rounds.now.len(),
            new_pin: arguments.get_flag("new-pin"),
        };
        home::full_screen(context, Start::Kiosk(Box::new(start)), false)
    }
}

/// Starts the same command once more for the screen, and tidies up after it.
fn watch(from_menu: bool, context: &Context<'_>) -> Result<ExitCode, Failure> {
    let ended = store::run_again(&["--watched"]).map_err(|fault| context.failure(&fault))?;
    match ended {
        // Only who knows the PIN gets here; what the menu began goes back to it, without what it added.
        store::Ending::Exited(0) if from_menu => {
            match store::run_instead(3, &[]).map_err(|fault| context.failure(&fault))? {
                store::Ending::Exited(code) => Ok(ExitCode::from(code)),
                store::Ending::Killed => Ok(ExitCode::FAILURE),
            }
        }
        store::Ending::Exited(code) => Ok(ExitCode::from(code)),
        store::Ending::Killed => {
            crate::tui::wipe_terminal();
            Err(Failure(context.t.kiosk.killed.to_string()))
        }
    }
}
