//! The loop: events in, effects out, a frame when something has changed.

use std::collections::VecDeque;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossterm::event::{self as keys, KeyCode, KeyEvent, KeyModifiers};

use super::terminal::{self, Farewell, Terminal};
use super::{App, Boot, Effect, Event, Now, Start, Wanted};
use crate::interview::WorkshopId;
use crate::settings::{self, Mouse};
use crate::store::{self, Clock, Options, Paths, Speaker, StoreError, Writer};

/// So long a frame waits for the store's answer, so that an answer and its "saved" are one frame on a quick disk.
const WAIT_FOR_STORE: Duration = Duration::from_millis(3);

/// So long the store may take for what it was given when the program ends.
const CLOSING: Duration = Duration::from_secs(10);
/// The same when a signal ends it, or the terminal is gone.
const CLOSING_IN_HASTE: Duration = Duration::from_millis(350);

/// So long after it was taken up in the background the program looks for the signal that is to end it there.
#[cfg(unix)]
const IN_BACKGROUND: Duration = Duration::from_millis(100);

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// Everything that was handed to the store is on the disk.
    pub saved: bool,
    /// The workshop whose kiosk is to follow.
    pub kiosk: Option<WorkshopId>,
}

pub(super) type Stamped = (Event, Instant);

struct Loop {
    app: App,
    terminal: Terminal,
    writer: Option<Writer>,
    speaker: Option<Speaker>,
    paths: Paths,
    options: Options,
    began: Instant,
    latest: Duration,
    sender: Sender<Stamped>,
    events: Receiver<Stamped>,
    /// Keys that came before the store was there.
    held: VecDeque<Stamped>,
    exit: bool,
    /// An export that is being written: what stops it, and its thread.
    export: Option<(Arc<AtomicBool>, JoinHandle<()>)>,
    signal: Option<i32>,
    /// No time to wait: a signal came, or nobody is there any more.
    haste: bool,
}

/// Runs the full-screen program until it ends.
///
/// # Errors
/// Where the terminal cannot be set up or takes no output, or a sentence of the interface is missing.
pub fn run(boot: Boot, paths: Paths, options: Options, farewell: Farewell) -> anyhow::Result<Ended> {
    let began = store::monotonic();
    let (sender, events) = mpsc::channel();
    // Others may write while a picture is looked at.
    let mut options = options;
    options.beside = matches!(boot.start, Start::Group(_));
    let writer = if boot.practice {
        // Nothing is stored, and so nothing is found.
        let ready = store::Word::Ready { interviews: Vec::new(), notices: Vec::new(), protected: false };
        let _ = sender.send((Event::Store(Box::new(ready)), began));
        None
    } else {
        Some(start_writer(&paths, &options, &sender)?)
    };
    let mouse = boot.settings.mouse == Mouse::On;
    let speaker = boot.settings.speech.as_deref().map(|command| start_speaker(command, &sender)).transpose()?;
    // Before the terminal is taken: a signal may come at any moment from then on.
    listen_to_signals(&sender)?;
    let terminal = Terminal::enter(mouse, farewell)?;
    let app = App::new(boot, Now { at: Clock::at(None), elapsed: Duration::ZERO })?;
    let mut main = Loop {
        app,
        terminal,
        writer,
        speaker,
        paths,
        options,
        began,
        latest: Duration::ZERO,
        sender,
        events,
        held: VecDeque::new(),
        exit: false,
        export: None,
        signal: None,
        haste: false,
    };
    main.draw()?;
    listen(&main.sender)?;
    while !main.exit {
        main.turn()?;
    }
    Ok(main.close())
}

fn start_writer(paths: &Paths, options: &Options, sender: &Sender<Stamped>) -> Result<Writer, StoreError> {
    let sender = sender.clone();
    Writer::start(paths.clone(), options.clone(), move |word| {
        // The loop is gone only when the program ends.
        let _ = sender.send((Event::Store(Box::new(word)), store::monotonic()));
    })
}

fn start_speaker(command: &str, sender: &Sender<Stamped>) -> io::Result<Speaker> {
    let sender = sender.clone();
    Speaker::start(command, move |fault| _ = sender.send((Event::Speech(fault), store::monotonic())))
}

impl Loop {
    /// Takes what has happened, and draws what came of it.
    fn turn(&mut self) -> io::Result<()> {
        match self.next_event() {
            Ok(event) => self.take(event),
            Err(RecvTimeoutError::Timeout) => self.take((Event::Tick, store::monotonic())),
            Err(RecvTimeoutError::Disconnected) => self.exit = true,
        }
        while !self.exit
            && let Ok(event) = self.events.try_recv()
        {
            self.take(event);
        }
        if self.app.awaits_store() && !self.exit {
            // While the disk works, the frame that its answer will allow is drawn.
            let prepared = self.app.expects_save() && self.terminal.prepare(&mut self.app).is_ok();
            self.wait_for_store();
            if self.app.awaits_store() {
                self.app.expect_nothing();
            }
            if prepared && !self.app.dirty() && !self.exit {
                return self.show();
            }
        }
        if self.app.dirty() && !self.exit { self.draw() } else { Ok(()) }
    }

    fn next_event(&self) -> Result<Stamped, RecvTimeoutError> {
        match self.app.due() {
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => {
                let now = store::monotonic().saturating_duration_since(self.began);
                self.events.recv_timeout(due.saturating_sub(now))
            }
        }
    }

    fn wait_for_store(&mut self) {
        let until = store::monotonic() + WAIT_FOR_STORE;
        while self.app.awaits_store() && !self.exit {
            let left = until.saturating_duration_since(store::monotonic());
            match self.events.recv_timeout(left) {
                Ok(event) => self.take(event),
                Err(_) => return,
            }
        }
    }

    /// Takes an event in its turn: keys wait until the store can take what they answer.
    fn take(&mut self, event: Stamped) {
        if self.app.takes_keys() || !matches!(event.0, Event::Key(_) | Event::Mouse(_) | Event::Paste(_)) {
            self.step(event);
        } else {
            self.held.push_back(event);
        }
        while self.app.takes_keys()
            && !self.exit
            && let Some(event) = self.held.pop_front()
        {
            self.step(event);
        }
    }

    fn step(&mut self, (event, when): Stamped) {
        if let Event::End { signal } = event {
            self.signal = self.signal.or(signal);
            self.haste = true;
        }
        // Threads hand over in their own order; time does not go back for it.
        self.latest = self.latest.max(when.saturating_duration_since(self.began));
        let now = Now { at: Clock::at(None), elapsed: self.latest };
        for effect in self.app.update(event, now) {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Order(ticket, order) => {
                if let Some(writer) = &self.writer {
                    writer.order(ticket, *order);
                }
            }
            Effect::OpenStore(folder) => self.open_store(folder),
            Effect::SaveSetting { key, word } => {
                let outcome = store::edit_text(&self.paths.settings, |text| settings::set(text, key, word));
                self.app.settings_saved(outcome);
            }
            Effect::SaveProfile { name, content } => {
                let outcome = store::write_beside_others(&self.paths.exports(), &name, &content);
                self.app.profile_saved(outcome);
            }
            Effect::Speak(text, language) => {
                if let Some(speaker) = &self.speaker {
                    speaker.say(text, language);
                }
            }
            Effect::Export(wanted) => self.export(wanted),
            Effect::StopBundles => {
                if let Some(writer) = &self.writer {
                    writer.stop_bundles();
                }
            }
            Effect::SealPin(pin) => self.step((Event::PinSealed(store::seal_pin(pin.text())), store::monotonic())),
            Effect::CheckPin { sealed, pin } => {
                let right = store::is_pin(&sealed, pin.text());
                self.step((Event::PinChecked(right), store::monotonic()));
            }
            Effect::Mouse(on) => self.terminal_outcome(|terminal| terminal.set_mouse(on)),
            Effect::Suspend => self.suspend(),
            Effect::EnterAgain => self.enter_again(),
            Effect::Exit => self.exit = true,
        }
    }

    /// Writes an export on a thread of its own.
    fn export(&mut self, wanted: Wanted) {
        let stop = Arc::new(AtomicBool::new(false));
        let (write, paths, stopped, sender) =
            (self.app.exporter(), self.paths.clone(), Arc::clone(&stop), self.sender.clone());
        let thread = thread::Builder::new().name("export".into()).spawn(move || {
            let written = write.0(&paths, &wanted, &stopped);
            let _ = sender.send((Event::Exported(written), store::monotonic()));
        });
        match thread {
            Ok(thread) => self.export = Some((stop, thread)),
            Err(error) => self.step((Event::Exported(Err(error.to_string())), store::monotonic())),
        }
    }

    /// A terminal that takes no output is gone: what is typed is kept, and the program ends.
    fn terminal_outcome(&mut self, act: impl FnOnce(&mut Terminal) -> io::Result<()>) {
        if act(&mut self.terminal).is_err() {
            self.exit = true;
            self.haste = true;
        }
    }

    fn open_store(&mut self, folder: Option<PathBuf>) {
        if let Some(writer) = self.writer.take() {
            // Nothing is ordered from a store that did not open.
            let _ = writer.close(CLOSING);
        }
        if let Some(folder) = folder {
            self.paths = self.paths.with_home(&folder);
        }
        match start_writer(&self.paths, &self.options, &self.sender) {
            Ok(writer) => self.writer = Some(writer),
            Err(fault) => self.step((Event::Store(Box::new(store::Word::NotReady(fault))), store::monotonic())),
        }
    }

    #[cfg(unix)]
    fn suspend(&mut self) {
        terminal::leave_terminal();
        while !self.exit {
            // Stops here; what follows happens when the shell says `fg`, `bg` or `kill`.
            let stopped = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
            if stopped.is_err() || terminal::in_foreground() {
                self.terminal_outcome(|terminal| stopped.and_then(|()| terminal.enter_again()));
                self.app.soil();
                return;
            }
            self.wait_for_end();
        }
    }

    /// In the background the terminal is another's. Only a signal that ends the program is taken there.
    #[cfg(unix)]
    fn wait_for_end(&mut self) {
        let until = store::monotonic() + IN_BACKGROUND;
        while !self.exit {
            match self.events.recv_timeout(until.saturating_duration_since(store::monotonic())) {
                Ok((Event::Suspend | Event::Continued, _)) => {}
                Ok(event) => self.take(event),
                Err(_) => return,
            }
        }
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) {}

    /// Takes the terminal again where it may: in the background it would stop the program for good.
    fn enter_again(&mut self) {
        if terminal::in_foreground() {
            self.terminal_outcome(Terminal::enter_again);
            self.app.soil();
        } else {
            self.suspend();
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        self.app.expect_nothing();
        let drawn = self.terminal.draw(&mut self.app);
        self.unless_lost(drawn)
    }

    /// Shows the frame that was prepared.
    fn show(&mut self) -> io::Result<()> {
        self.app.shown();
        let shown = self.terminal.show();
        self.unless_lost(shown)
    }

    fn unless_lost(&mut self, drawn: io::Result<()>) -> io::Result<()> {
        if drawn.is_err() {
            // The draft is on its way before the error ends the program.
            let end = (Event::End { signal: None }, store::monotonic());
            self.step(end);
            return Ok(());
        }
        drawn
    }

    fn close(mut self) -> Ended {
        if self.haste && self.signal.is_none() {
            terminal::leave_mode();
        } else {
            terminal::leave_terminal();
        }
        self.speaker = None;
        if let Some((stop, thread)) = self.export.take() {
            // What is half written is taken away again.
            stop.store(true, Ordering::Relaxed);
            let _ = thread.join();
        }
        let within = if self.haste { CLOSING_IN_HASTE } else { CLOSING };
        let closed = self.writer.take().is_none_or(|writer| writer.close(within));
        let saved =
            closed && !self.app.loses_answers() && !self.events.try_iter().any(|(event, _)| is_not_stored(&event));
        Ended { signal: self.signal, saved, kiosk: self.app.kiosk_that_follows() }
    }
}

/// Whether it says that an answer is not on the disk. A bundle that was not taken in or written is none.
fn is_not_stored(event: &Event) -> bool {
    let of_bundle = |fault: &StoreError| matches!(fault, StoreError::Bundle { .. });
    matches!(event, Event::Store(word) if matches!(&**word, store::Word::NotStored(_, fault) if !of_bundle(fault)))
}

/// Begins to turn signals into events, on a thread of its own.
pub(super) fn listen_to_signals(sender: &Sender<Stamped>) -> io::Result<()> {
    #[cfg(unix)]
    signals::listen(sender.clone())?;
    #[cfg(not(unix))]
    let _ = sender;
    Ok(())
}

/// Begins to listen for keys and the end of the terminal, each on a thread of its own.
pub(super) fn listen(sender: &Sender<Stamped>) -> io::Result<()> {
    let to_loop = sender.clone();
    thread::Builder::new().name("keys".into()).spawn(move || {
        // Whatever ends the reading: without keys there is no program.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| read_keys(&to_loop)));
        let _ = to_loop.send((Event::End { signal: None }, store::monotonic()));
    })?;
    #[cfg(unix)]
    signals::watch_terminal(sender.clone())?;
    Ok(())
}

fn read_keys(sender: &Sender<Stamped>) {
    loop {
        let event = match keys::read() {
            Ok(keys::Event::Key(key)) => Event::Key(as_typed(key)),
            Ok(keys::Event::Mouse(mouse)) => Event::Mouse(mouse),
            Ok(keys::Event::Paste(text)) => Event::Paste(text),
            Ok(keys::Event::Resize(..)) => Event::Resized,
            Ok(keys::Event::FocusGained | keys::Event::FocusLost) => continue,
            Err(_) => return,
        };
        if sender.send((event, store::monotonic())).is_err() {
            return;
        }
    }
}

/// A key as it was pressed: typed before the terminal was ours, Enter comes as the end of a line, Ctrl-J.
fn as_typed(key: KeyEvent) -> KeyEvent {
    if key.code == KeyCode::Char('j') && key.modifiers == KeyModifiers::CONTROL {
        KeyEvent { code: KeyCode::Enter, modifiers: KeyModifiers::NONE, ..key }
    } else if key.code == KeyCode::Tab && key.modifiers.intersects(KeyModifiers::ALT | KeyModifiers::SHIFT) {
        // The Linux console sends Shift-Tab as Alt-Tab.
        KeyEvent { code: KeyCode::BackTab, modifiers: KeyModifiers::NONE, ..key }
    } else {
        key
    }
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::mpsc::Sender;
    use std::thread;
    use std::time::Duration;

    use rustix::event::{PollFd, PollFlags, poll};
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;

    use super::{Event, Stamped, store, terminal};

    /// A program that has not ended so long after a signal hangs on a terminal that takes no output.
    const PATIENCE: Duration = Duration::from_millis(450);

    /// Turns signals into events.
    pub(super) fn listen(sender: Sender<Stamped>) -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                let event = match signal {
                    SIGTSTP => Event::Suspend,
                    SIGCONT => Event::Continued,
                    _ => Event::End { signal: Some(signal) },
                };
                let ends = matches!(event, Event::End { .. });
                let _ = sender.send((event, store::monotonic()));
                if ends {
                    thread::sleep(PATIENCE);
                    terminal::leave_mode();
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        })?;
        Ok(())
    }

    /// Says when the terminal is gone, which no signal and no read may tell.
    pub(super) fn watch_terminal(sender: Sender<Stamped>) -> io::Result<()> {
        thread::Builder::new().name("terminal".into()).spawn(move || {
            let stdin = rustix::stdio::stdin();
            loop {
                // No flag is asked for: only hang-up and error wake it.
                let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
                match poll(&mut watched, None) {
                    Ok(_) if !watched[0].revents().is_empty() => break,
                    Ok(_) | Err(rustix::io::Errno::INTR) => {}
                    Err(_) => return,
                }
            }
            let _ = sender.send((Event::End { signal: None }, store::monotonic()));
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_terminals_send_as_others_are_what_was_pressed() {
        for (code, modifiers, pressed) in [
            (KeyCode::Char('j'), KeyModifiers::CONTROL, KeyCode::Enter),
            (KeyCode::Char('j'), KeyModifiers::NONE, KeyCode::Char('j')),
            (KeyCode::Tab, KeyModifiers::ALT, KeyCode::BackTab),
            (KeyCode::Tab, KeyModifiers::NONE, KeyCode::Tab),
        ] {
            assert_eq!(as_typed(KeyEvent::new(code, modifiers)).code, pressed);
        }
    }
}
