use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::{KeyEvent, MouseEvent};

use crate::interview::At;
use crate::store::{SpeechFault, StoreError, Word};

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The terminal may have another size.
    Resized,
    /// Time has passed: something that was due may be done.
    Tick,
    /// The store said something.
    Store(Box<Word>),
    /// Nothing is read aloud.
    Speech(SpeechFault),
    /// Finished interviews were written to files, or why they were not.
    Exported(Result<(u64, PathBuf), String>),
    /// What a chosen PIN will be checked against.
    PinSealed(Result<String, StoreError>),
    /// Whether a PIN was the right one.
    PinChecked(bool),
    /// The program is to end: a signal, or the terminal is gone.
    End {
        /// Number of the signal; none where the terminal is gone.
        signal: Option<i32>,
    },
    /// The program is to be suspended.
    Suspend,
    /// The program goes on after it was stopped.
    Continued,
}

/// The clocks' reading when an event was taken.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The wall clock.
    pub at: At,
    /// The monotonic clock, since the program began.
    pub elapsed: Duration,
}
