use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::interview::{At, InterviewId, Mode};
use crate::questionnaire::Questionnaire;
use crate::report::Glyphs;
use crate::store::{Order, SpeechFault, Ticket, Word};
use crate::text::{Language, Tag};

/// What an interview line by line begins with.
#[derive(Clone, Debug)]
pub struct Boot {
    /// What is answered.
    pub questionnaire: Arc<Questionnaire>,
    /// Language of the interface.
    pub language: Language,
    /// Whether the respondent is asked for the language.
    pub ask_language: bool,
    /// Who reads the questions.
    pub mode: Mode,
    /// Nothing is stored.
    pub practice: bool,
    /// Who writes the lines.
    pub writer: LineWriter,
    /// What happens with what was left unfinished.
    pub resume: Resume,
    /// Columns of a line.
    pub columns: usize,
    /// The signs that may be written.
    pub glyphs: Glyphs,
    /// What is said is read aloud too.
    pub aloud: bool,
    /// Makes the identity of a new interview.
    pub new_id: fn() -> InterviewId,
    /// Local time of a moment.
    pub local: fn(i64) -> jiff::civil::DateTime,
}

/// Who writes the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineWriter {
    /// Somebody who can be asked what to do.
    Person,
    /// A file or another program: nothing is asked but the questionnaire.
    Script,
}

/// What happens with interviews that were left unfinished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// Whoever is there is asked; where nobody is, a new one begins.
    Ask,
    /// The one answered last goes on, where there is one.
    Latest,
    /// This one goes on.
    This(InterviewId),
}

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// A line was written.
    Line(String),
    /// A line was longer than any answer.
    LineTooLong,
    /// A line was no UTF-8.
    LineNotText,
    /// No more lines will come.
    EndOfInput,
    /// The store said something.
    Store(Box<Word>),
    /// Nothing is read aloud.
    Speech(SpeechFault),
    /// How saving the profile went.
    ProfileSaved(Result<PathBuf, crate::store::StoreError>),
    /// Time has passed: something that was due may be done.
    Tick,
    /// A signal ends the program, or nobody hears it any more.
    Stop,
}

/// Something to be done outside memory.
#[derive(Debug)]
pub enum Effect {
    /// Write this; it ends where the next line is written.
    Say(String),
    /// Read this aloud, in the place of what is being read.
    Speak(String, Tag),
    /// Give the store an order.
    Order(Ticket, Box<Order>),
    /// Open the store, in another folder where one is named.
    OpenStore(Option<PathBuf>),
    /// Write a profile to a file.
    SaveProfile {
        /// Name of the file, without its folder.
        name: String,
        /// Its content.
        content: Vec<u8>,
    },
    /// End the program.
    End(Ending),
}

/// How an interview line by line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The interview is finished and on the disk.
    Complete,
    /// It is not finished; everything answered is on the disk.
    Unfinished,
    /// Consent was refused; nothing is kept.
    Refused,
    /// Not everything answered is on the disk.
    Unsaved,
    /// There is no store, or what was to go on cannot be read; the person was told.
    Failed,
}

/// The clocks' reading when an event was taken.
#[derive(Clone, Copy, Debug)]
pub struct Now {
    /// The wall clock.
    pub at: At,
    /// The monotonic clock, since the program began.
    pub elapsed: Duration,
}
