//! The passphrase of a protected store: from a file, or typed on a terminal that does not show it.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use zeroize::Zeroizing;

use super::{Context, Failure};
use crate::store::{self, Secret, Store, StoreError, Way, wait_after};

/// The most bytes of a file that has a passphrase.
const LARGEST: u64 = 4 << 10;

/// Unlocks a protected store: with the file that was named, else by asking; what opened it, where that had to be asked.
pub(super) fn unlock(store: &Store, context: &Context<'_>) -> Result<Option<Way>, Failure> {
    if !store.is_locked() {
        return Ok(None);
    }
    let try_it = |secret: &Secret| store.unlock(secret).map_err(|fault| context.failure(&fault));
    let words = &context.t.protect;
    if let Some(path) = &context.passphrase_file {
        return match try_it(&in_file(path, context)?)? {
            Some(way) => Ok(Some(way)),
            None => Err(Failure(words.wrong.to_string())),
        };
    }
    let mut wrong = 0_u32;
    loop {
        let asked = ask(words.ask.as_str())?;
        let needs_key = || context.failure(&StoreError::NeedsKey { path: context.paths.database() });
        if let Some(way) = try_it(&asked.ok_or_else(needs_key)?)? {
            return Ok(Some(way));
        }
        writeln!(io::stderr(), "{}", words.wrong)?;
        wrong = wrong.saturating_add(1);
        let wait = wait_after(wrong);
        if !wait.is_zero() {
            writeln!(io::stderr(), "{}", words.wait.with(&[("n", &wait.as_secs().to_string())]))?;
            // What is typed meanwhile is not shown either.
            let _hidden = Hidden::begin()?;
            std::thread::sleep(wait);
        }
    }
}

/// The first line of a file.
pub(super) fn in_file(path: &Path, context: &Context<'_>) -> Result<Secret, Failure> {
    let text = store::read_text(path, LARGEST).map_err(|fault| context.failure(&fault))?;
    let no_file = || Failure(context.t.command.no_such_file.with(&[("path", &path.display().to_string())]));
    let text = Zeroizing::new(text.ok_or_else(no_file)?);
    Ok(Secret::from(text.lines().next().unwrap_or_default()))
}

/// What is typed after the question; nothing where the person has had enough, or nobody is there.
pub(super) fn ask(question: &str) -> Result<Option<Secret>, Failure> {
    let mut err = io::stderr();
    if !err.is_terminal() || !io::stdin().is_terminal() {
        return Ok(None);
    }
    let typed = {
        let _hidden = Hidden::begin()?;
        write!(err, "{question} ")?;
        err.flush()?;
        typed()?
    };
    writeln!(err)?;
    Ok(typed)
}

/// A terminal that does not show what is typed, for as long as this lives.
struct Hidden;

impl Hidden {
    fn begin() -> io::Result<Self> {
        terminal::enable_raw_mode().map(|()| Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _ = terminal::disable_raw_mode();
    }
}

fn typed() -> io::Result<Option<Secret>> {
    let mut secret = Secret::default();
    loop {
        let Event::Key(key) = event::read()? else { continue };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            _ if key.kind == KeyEventKind::Release => {}
            KeyCode::Enter => return Ok(Some(secret)),
            // A key that came before the terminal was ours.
            KeyCode::Char('j') if control => return Ok(Some(secret)),
            KeyCode::Char('c' | 'd') if control => return Ok(None),
            KeyCode::Esc => return Ok(None),
            KeyCode::Char('u') if control => secret.clear(),
            KeyCode::Char(sign) if !control => secret.push(sign),
            KeyCode::Backspace => secret.pop(),
            _ => {}
        }
    }
}
