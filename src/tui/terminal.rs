//! The one place that speaks to the terminal: into full screen, and always back again.

use std::io::{self, Write};
use std::panic;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{self, Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen};
use crossterm::{cursor, execute, queue};

use super::App;
use super::wire::{END_FRAME, Wire};

/// Whether the terminal is ours now, so that it is given back once and not twice.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// What is done and said after a fault: given its code and its place in the source, the sentence for the person.
pub type Farewell = Box<dyn Fn(&str, &str) -> String + Send + Sync>;

static FAREWELL: OnceLock<Farewell> = OnceLock::new();

/// The terminal in full screen. Dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    inner: ratatui::Terminal<Wire>,
    mouse: bool,
}

impl Terminal {
    /// Takes the terminal: raw keys, a screen of its own, pastes marked, the mouse where it is wanted.
    ///
    /// # Errors
    /// Where there is no terminal, or it cannot be set up.
    pub fn enter(mouse: bool, farewell: Farewell) -> io::Result<Self> {
        begin(farewell, mouse)?;
        let mut inner = ratatui::Terminal::new(Wire::new())?;
        inner.clear()?;
        Ok(Self { inner, mouse })
    }

    /// Draws what has changed, in one write.
    ///
    /// # Errors
    /// Where the terminal takes no output.
    pub fn draw(&mut self, app: &mut App) -> io::Result<()> {
        self.inner.draw(|frame| app.draw(frame))?;
        self.inner.backend_mut().send()
    }

    /// Draws what will be when everything ordered is on the disk, and keeps it back.
    ///
    /// # Errors
    /// Where the terminal takes no output.
    pub(super) fn prepare(&mut self, app: &mut App) -> io::Result<()> {
        self.inner.draw(|frame| app.draw_expecting_save(frame)).map(|_| ())
    }

    /// Shows what was prepared.
    ///
    /// # Errors
    /// Where the terminal takes no output.
    pub(super) fn show(&mut self) -> io::Result<()> {
        self.inner.backend_mut().send()
    }

    /// Gives the mouse to the program, or back to the terminal.
    ///
    /// # Errors
    /// Where the terminal takes no output.
    pub fn set_mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        capture_mouse(&mut io::stdout(), on)
    }

    /// Takes the terminal again, as after a stop, and forgets what is drawn on it.
    ///
    /// # Errors
    /// Where it cannot be set up.
    pub fn enter_again(&mut self) -> io::Result<()> {
        // A shell may have changed the mode behind our back, and raw mode is only set where it is not believed set.
        // Where it is raw already it stays so: a key in between would be echoed.
        if !is_raw() {
            terminal::disable_raw_mode()?;
        }
        take(self.mouse)?;
        self.inner.clear()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        leave_terminal();
    }
}

/// Whether keys come one by one, whatever is believed of it.
#[cfg(unix)]
fn is_raw() -> bool {
    let modes = rustix::termios::tcgetattr(rustix::stdio::stdin());
    modes.is_ok_and(|modes| !modes.local_modes.contains(rustix::termios::LocalModes::ICANON))
}

#[cfg(not(unix))]
fn is_raw() -> bool {
    false
}

/// Takes the terminal for the first time.
pub(super) fn begin(farewell: Farewell, mouse: bool) -> io::Result<()> {
    // The first farewell stays; there is one program in a process.
    let _ = FAREWELL.set(farewell);
    hook_panics();
    take(mouse)
}

fn take(mouse: bool) -> io::Result<()> {
    terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(out, EnterAlternateScreen, cursor::Hide, Clear(ClearType::All))?;
    // A console that does not know pastes is told so by an error, and works all the same.
    let _ = queue!(out, EnableBracketedPaste);
    if mouse {
        capture_mouse(&mut out, true)?;
    }
    out.flush()
}

#[cfg(unix)]
fn capture_mouse(out: &mut impl Write, on: bool) -> io::Result<()> {
    // Presses and the wheel alone: reports of every move would keep a slow line busy.
    let bytes: &[u8] = if on { b"\x1b[?1000h\x1b[?1006h" } else { b"\x1b[?1006l\x1b[?1000l" };
    out.write_all(bytes)?;
    out.flush()
}

#[cfg(not(unix))]
fn capture_mouse(out: &mut impl Write, on: bool) -> io::Result<()> {
    use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
    if on { execute!(out, EnableMouseCapture) } else { execute!(out, DisableMouseCapture) }
}

/// Columns and rows of the terminal; 80 and 24 where it does not say.
#[must_use]
pub fn terminal_size() -> (usize, usize) {
    let (columns, rows) = terminal::size().unwrap_or((80, 24));
    (columns.into(), rows.into())
}

/// Gives the terminal back, wiped: whatever ends the program calls this, and only the first call does anything.
pub fn leave_terminal() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Each step is tried whatever became of the one before: half a terminal is worse than an unseen error.
    let _ = out.write_all(END_FRAME.as_bytes());
    let _ = capture_mouse(&mut out, false);
    let _ = execute!(out, DisableBracketedPaste);
    let _ = execute!(out, ResetColor, Clear(ClearType::All), LeaveAlternateScreen, cursor::Show);
    leave_mode();
}

/// Gives back and wipes a terminal that another program left as it was, and what can be scrolled back to.
pub fn wipe_terminal() {
    TAKEN.store(true, Ordering::SeqCst);
    leave_terminal();
    let _ = execute!(io::stdout(), Clear(ClearType::All), Clear(ClearType::Purge), cursor::MoveTo(0, 0));
}

/// Gives back only what needs no output: for a terminal that takes none any more.
pub(super) fn leave_mode() {
    // In the background the mode is another's, and who changes it is stopped.
    if in_foreground() {
        let _ = terminal::disable_raw_mode();
    }
}

/// Whether the terminal listens to this program; true where there is none that could listen to another.
#[cfg(unix)]
pub(super) fn in_foreground() -> bool {
    rustix::termios::tcgetpgrp(rustix::stdio::stdin()).map_or(true, |group| group == rustix::process::getpgrp())
}

#[cfg(not(unix))]
pub(super) fn in_foreground() -> bool {
    true
}

fn hook_panics() {
    static HOOKED: AtomicBool = AtomicBool::new(false);
    if HOOKED.swap(true, Ordering::SeqCst) {
        return;
    }
    let owner = thread::current().id();
    panic::set_hook(Box::new(move |panicked| {
        // Another thread that breaks ends by itself: the screen goes on without it, and says what it misses.
        let of_owner = thread::current().id() == owner;
        if of_owner {
            leave_terminal();
        }
        // The message of a panic may hold an answer; the place in the source never does.
        let place = panicked.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        let code = blake3::hash(place.as_bytes()).to_hex()[..6].to_uppercase();
        if let Some(sentence) = FAREWELL.get().map(|farewell| farewell(&code, &place))
            && of_owner
        {
            let _ = writeln!(io::stderr(), "{sentence}");
        }
    }));
}
