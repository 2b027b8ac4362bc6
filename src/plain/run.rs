//! The loop: lines, signals and the store's words in; texts and orders out.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use super::{Boot, Effect, Ending, Event, Now, Talk};
use crate::store::{self, Clock, Options, Paths, Speaker, Word, Writer};

/// The most bytes of a line: more than any answer has.
const LONGEST_LINE: u64 = 64 << 10;

/// So long the store may take for what it was given when the program ends, and when a signal ends it.
const CLOSING: Duration = Duration::from_secs(10);
const CLOSING_IN_HASTE: Duration = Duration::from_millis(350);

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// How the interview stands.
    pub ending: Ending,
}

enum Happened {
    Event(Event),
    Signal(i32),
}

struct Loop<'o> {
    talk: Talk,
    out: &'o mut dyn Write,
    writer: Option<Writer>,
    speaker: Option<Speaker>,
    paths: Paths,
    options: Options,
    began: Instant,
    sender: Sender<Happened>,
    events: Receiver<Happened>,
    wanted: Sender<()>,
    /// A line was asked for and has not come yet.
    asked: bool,
    ending: Option<Ending>,
    signal: Option<i32>,
    /// Nobody hears it any more, or a signal came.
    haste: bool,
}

/// Holds an interview line by line: answers from standard input, everything said to `out`, and read aloud by `speech`
/// where that names a program.
///
/// # Errors
/// Where the system gives no thread, or a sentence of the interface is missing.
pub fn run(
    boot: Boot,
    paths: Paths,
    options: Options,
    speech: Option<&str>,
    out: &mut dyn Write,
) -> anyhow::Result<Ended> {
    let began = store::monotonic();
    let (sender, events) = mpsc::channel();
    #[cfg(unix)]
    signals::listen(sender.clone())?;
    let speaker = speech.map(|command| speaker(command, &sender)).transpose()?;
    let writer = if boot.practice {
        // Nothing is stored, and so nothing is found.
        let ready = Word::Ready { interviews: Vec::new(), notices: Vec::new(), protected: false };
        let _ = sender.send(Happened::Event(Event::Store(Box::new(ready))));
        None
    } else {
        Some(start_writer(&paths, &options, &sender)?)
    };
    let (wanted, wants) = mpsc::channel();
    read_lines(wants, sender.clone())?;
    let talk = Talk::new(boot, Now { at: Clock::at(None), elapsed: Duration::ZERO })?;
    let mut main = Loop {
        talk,
        out,
        writer,
        speaker,
        paths,
        options,
        began,
        sender,
        events,
        wanted,
        asked: false,
        ending: None,
        signal: None,
        haste: false,
    };
    while main.ending.is_none() {
        main.turn();
    }
    Ok(main.close())
}

fn start_writer(paths: &Paths, options: &Options, sender: &Sender<Happened>) -> Result<Writer, store::StoreError> {
    let sender = sender.clone();
    Writer::start(paths.clone(), options.clone(), move |word| {
        // The loop is gone only when the program ends.
        let _ = sender.send(Happened::Event(Event::Store(Box::new(word))));
    })
}

fn speaker(command: &str, sender: &Sender<Happened>) -> io::Result<Speaker> {
    let sender = sender.clone();
    Speaker::start(command, move |fault| _ = sender.send(Happened::Event(Event::Speech(fault))))
}

impl Loop<'_> {
    fn turn(&mut self) {
        if self.talk.takes_lines() && !self.asked {
            self.asked = self.wanted.send(()).is_ok();
        }
        let happened = match self.talk.due() {
            None => self.events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(due) => self.events.recv_timeout(due.saturating_sub(self.began.elapsed())),
        };
        match happened {
            Ok(Happened::Event(event)) => {
                self.asked &= !event.is_of_input();
                self.step(event);
            }
            Ok(Happened::Signal(signal)) => {
                self.signal = Some(signal);
                self.haste = true;
                self.step(Event::Stop);
            }
            Err(RecvTimeoutError::Timeout) => self.step(Event::Tick),
            Err(RecvTimeoutError::Disconnected) => self.ending = Some(Ending::Unsaved),
        }
    }

    fn step(&mut self, event: Event) {
        let now = Now { at: Clock::at(None), elapsed: self.began.elapsed() };
        for effect in self.talk.update(event, now) {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Say(text) => {
                let said = self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush());
                if said.is_err() && !self.haste {
                    // Nobody hears it: what was answered is kept, and the program ends.
                    self.haste = true;
                    self.step(Event::Stop);
                }
            }
            Effect::Speak(text, language) => {
                if let Some(speaker) = &self.speaker {
                    speaker.say(text, language);
                }
            }
            Effect::Order(ticket, order) => {
                if let Some(writer) = &self.writer {
                    writer.order(ticket, *order);
                }
            }
            Effect::OpenStore(folder) => {
                if let Some(writer) = self.writer.take() {
                    // Nothing is ordered from a store that did not open.
                    let _ = writer.close(CLOSING);
                }
                if let Some(folder) = folder {
                    self.paths = self.paths.with_home(&folder);
                }
                match start_writer(&self.paths, &self.options, &self.sender) {
                    Ok(writer) => self.writer = Some(writer),
                    Err(fault) => self.step(Event::Store(Box::new(Word::NotReady(fault)))),
                }
            }
            Effect::SaveProfile { name, content } => {
                let outcome = store::write_beside_others(&self.paths.exports(), &name, &content);
                self.step(Event::ProfileSaved(outcome));
            }
            Effect::End(ending) => self.ending = self.ending.or(Some(ending)),
        }
    }

    fn close(mut self) -> Ended {
        self.speaker = None;
        let within = if self.haste { CLOSING_IN_HASTE } else { CLOSING };
        let closed = self.writer.take().is_none_or(|writer| writer.close(within));
        let is_not_stored = |happened: Happened| matches!(happened, Happened::Event(Event::Store(word)) if matches!(*word, Word::NotStored(..)));
        let lost = !closed || self.events.try_iter().any(is_not_stored);
        let ending = self.ending.unwrap_or(Ending::Unsaved);
        Ended { signal: self.signal, ending: if lost { Ending::Unsaved } else { ending } }
    }
}

impl Event {
    fn is_of_input(&self) -> bool {
        matches!(self, Self::Line(_) | Self::LineTooLong | Self::LineNotText | Self::EndOfInput)
    }
}

/// Reads a line each time one is wanted, on a thread of its own: a signal need not wait for one.
fn read_lines(wants: Receiver<()>, sender: Sender<Happened>) -> io::Result<()> {
    thread::Builder::new().name("lines".into()).spawn(move || {
        let mut input = io::stdin().lock();
        while wants.recv().is_ok() {
            let event = read_line(&mut input);
            let ended = matches!(event, Event::EndOfInput);
            if sender.send(Happened::Event(event)).is_err() || ended {
                return;
            }
        }
    })?;
    Ok(())
}

fn read_line(input: &mut impl BufRead) -> Event {
    let mut line = Vec::new();
    match input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line) {
        Ok(0) | Err(_) => return Event::EndOfInput,
        Ok(_) => {}
    }
    if !line.ends_with(b"\n") && line.len() as u64 >= LONGEST_LINE {
        return if skip_line(input) { Event::LineTooLong } else { Event::EndOfInput };
    }
    match String::from_utf8(line) {
        Ok(line) => Event::Line(line),
        Err(_) => Event::LineNotText,
    }
}

/// Reads to the end of a line and keeps nothing of it; false where the input cannot be read.
fn skip_line(input: &mut impl BufRead) -> bool {
    loop {
        let Ok(buffer) = input.fill_buf() else { return false };
        if buffer.is_empty() {
            return true;
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.map_or(buffer.len(), |end| end + 1);
        input.consume(length);
        if end.is_some() {
            return true;
        }
    }
}

#[cfg(unix)]
mod signals {
    use std::io;
    use std::sync::mpsc::Sender;
    use std::thread;
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    use signal_hook::iterator::Signals;

    use super::Happened;

    /// A program that has not ended so long after a signal hangs on a disk or a terminal.
    const PATIENCE: Duration = Duration::from_millis(450);

    /// Turns the signals that end the program into events.
    pub(super) fn listen(sender: Sender<Happened>) -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                let _ = sender.send(Happened::Signal(signal));
                thread::sleep(PATIENCE);
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whole_and_none_is_endless() {
        let long = "x".repeat(usize::try_from(LONGEST_LINE).unwrap() + 5);
        let mut input = b"satu\r\n\n".to_vec();
        input.extend(long.as_bytes());
        input.extend(b"\n\xff\xfe\ndua");
        let mut input = io::BufReader::new(&input[..]);
        let mut read = || match read_line(&mut input) {
            Event::Line(line) => line,
            other => format!("{other:?}"),
        };
        assert_eq!(
            [(); 6].map(|()| read()),
            ["satu\r\n", "\n", "LineTooLong", "LineNotText", "dua", "EndOfInput"].map(str::to_owned)
        );
    }
}
