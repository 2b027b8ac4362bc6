//! The program running once more under its own eyes.

use std::env;
use std::process::{Command, ExitStatus};

use super::{StoreError, fault};

/// How a watched program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this code.
    Exited(u8),
    /// By force: a signal it could not catch, or a fault of the machine.
    Killed,
}

/// Runs this program again with the same arguments and `more`, on the same terminal, and waits for its end. What is
/// typed and every signal but the last are for the program that is watched.
///
/// # Errors
/// Where it cannot be started.
pub fn run_again(more: &[&str]) -> Result<Ending, StoreError> {
    let program = env::current_exe().map_err(|error| fault::of_io(&error, "kohesi".as_ref()))?;
    let mut command = Command::new(&program);
    command.args(env::args_os().skip(1)).args(more);
    #[cfg(unix)]
    let (modes, forward) = (unix::modes(), unix::Forward::begin().map_err(|error| fault::of_io(&error, &program))?);
    let mut child = command.spawn().map_err(|error| fault::of_io(&error, &program))?;
    #[cfg(unix)]
    forward.to(child.id()).map_err(|error| fault::of_io(&error, &program))?;
    let status = child.wait().map_err(|error| fault::of_io(&error, &program))?;
    #[cfg(unix)]
    unix::give_terminal_back(modes.as_ref());
    Ok(ending(status))
}

/// Runs this program anew in its own place: with its arguments but the last `without`, and with `more`. On Unix it is the
/// same process, and this returns only where it cannot be started; elsewhere it waits for the end.
///
/// # Errors
/// Where it cannot be started.
pub fn run_instead(without: usize, more: &[&str]) -> Result<Ending, StoreError> {
    let program = env::current_exe().map_err(|error| fault::of_io(&error, "kohesi".as_ref()))?;
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let mut command = Command::new(&program);
    command.args(arguments.iter().take(arguments.len().saturating_sub(without))).args(more);
    #[cfg(unix)]
    {
        let error = std::os::unix::process::CommandExt::exec(&mut command);
        Err(fault::of_io(&error, &program))
    }
    #[cfg(not(unix))]
    {
        let status = command.status().map_err(|error| fault::of_io(&error, &program))?;
        Ok(ending(status))
    }
}

fn ending(status: ExitStatus) -> Ending {
    status.code().map_or(Ending::Killed, |code| Ending::Exited(u8::try_from(code).unwrap_or(u8::MAX)))
}

/// Ends this program as a signal would when the one that watches it is ended by force.
pub fn end_with_parent() {
    #[cfg(target_os = "linux")]
    {
        let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM));
    }
}

#[cfg(unix)]
mod unix {
    use std::io;
    use std::thread;

    use rustix::process::{Pid, Signal, kill_process};
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;

    /// Signals that are caught for the program that is watched.
    pub(super) struct Forward(Signals);

    impl Forward {
        /// Catches the signals from now on.
        pub(super) fn begin() -> io::Result<Self> {
            Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP]).map(Self)
        }

        /// Hands them on to the program with this number, but the one that would stop it.
        pub(super) fn to(self, child: u32) -> io::Result<()> {
            let Some(pid) = i32::try_from(child).ok().and_then(Pid::from_raw) else { return Ok(()) };
            let mut signals = self.0;
            let hand_on = move || {
                for signal in signals.forever() {
                    let signal = match signal {
                        SIGHUP => Signal::HUP,
                        SIGINT => Signal::INT,
                        SIGQUIT => Signal::QUIT,
                        SIGTERM => Signal::TERM,
                        _ => continue,
                    };
                    // It may have ended by itself.
                    let _ = kill_process(pid, signal);
                }
            };
            thread::Builder::new().name("signals".into()).spawn(hand_on).map(|_| ())
        }
    }

    /// How the terminal is now.
    pub(super) fn modes() -> Option<Termios> {
        tcgetattr(rustix::stdio::stdin()).ok()
    }

    /// The terminal as it was, whatever the program made of it.
    pub(super) fn give_terminal_back(modes: Option<&Termios>) {
        if let Some(modes) = modes {
            let _ = tcsetattr(rustix::stdio::stdin(), OptionalActions::Now, modes);
        }
    }
}
