//! An interview line by line without disk, clock and terminal: lines in, texts and stored events out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use kohesi::interview::{At, InterviewId, Mode};
use kohesi::plain::{Boot, Effect, Ending, Event, LineWriter, Now, Resume, Talk};
use kohesi::questionnaire::Questionnaire;
use kohesi::report::Glyphs;
use kohesi::store::Word;
use kohesi::text::Language;

use super::stage::{NOON, Shelf};

/// The identity of the first interview of a [`super::stage::Stage`].
pub(crate) const ID: InterviewId = {
    let mut id = [0x5a; 16];
    id[0] = 1;
    id[15] = 37;
    InterviewId(id)
};

pub(crate) struct Lines {
    talk: Talk,
    pub(crate) shelf: Shelf,
    pub(crate) elapsed: Duration,
    /// Everything that was said.
    pub(crate) said: String,
    pub(crate) spoken: Vec<(String, String)>,
    pub(crate) files: Vec<(String, Vec<u8>)>,
    pub(crate) ending: Option<Ending>,
}

pub(crate) fn boot(questionnaire: Arc<Questionnaire>, language: &str) -> Boot {
    Boot {
        questionnaire,
        language: Language::by_tag(language).unwrap(),
        ask_language: false,
        mode: Mode::SelfAdministered,
        practice: false,
        writer: LineWriter::Person,
        resume: Resume::Ask,
        columns: 78,
        glyphs: Glyphs::Full,
        aloud: false,
        new_id: || ID,
        local: |ms| {
            let time = jiff::Timestamp::from_millisecond(ms).unwrap();
            jiff::tz::TimeZone::fixed(jiff::tz::offset(7)).to_datetime(time)
        },
    }
}

impl Lines {
    pub(crate) fn over(boot: Boot, shelf: Shelf) -> Self {
        let now = Now { at: At { unix_ms: NOON, doubtful: false }, elapsed: Duration::ZERO };
        let mut lines = Self {
            talk: Talk::new(boot, now).unwrap(),
            shelf,
            elapsed: Duration::from_secs(1),
            said: String::new(),
            spoken: Vec::new(),
            files: Vec::new(),
            ending: None,
        };
        lines.open();
        lines
    }

    pub(crate) fn of(boot: Boot) -> Self {
        Self::over(boot, Shelf::default())
    }

    fn open(&mut self) {
        let word = self.ready();
        self.event(Event::Store(Box::new(word)));
    }

    fn ready(&self) -> Word {
        match &self.shelf.fault {
            Some(fault) => Word::NotReady(fault.clone()),
            None => Word::Ready { interviews: self.shelf.summaries(), notices: Vec::new(), protected: false },
        }
    }

    /// Writes these lines, one after the other, and gives what was said since.
    pub(crate) fn write(&mut self, lines: &[&str]) -> String {
        let before = self.said.len();
        for line in lines {
            assert!(self.talk.takes_lines(), "{line:?} comes too soon: {}", self.said);
            self.event(Event::Line((*line).to_owned()));
        }
        self.said[before..].to_owned()
    }

    pub(crate) fn event(&mut self, event: Event) {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let at = At { unix_ms: NOON + i64::try_from(self.elapsed.as_millis()).unwrap(), doubtful: false };
            for effect in self.talk.update(event, Now { at, elapsed: self.elapsed }) {
                match effect {
                    Effect::Say(text) => self.said.push_str(&text),
                    Effect::Speak(text, language) => self.spoken.push((text, language.to_string())),
                    Effect::Order(ticket, order) => {
                        events.push_back(Event::Store(Box::new(self.shelf.obey(ticket, *order))));
                    }
                    Effect::OpenStore(_) => events.push_back(Event::Store(Box::new(self.ready()))),
                    Effect::SaveProfile { name, content } => {
                        let path = std::path::Path::new("/hasil").join(&name);
                        self.files.push((name, content));
                        events.push_back(Event::ProfileSaved(Ok(path)));
                    }
                    Effect::End(ending) => self.ending = self.ending.or(Some(ending)),
                }
            }
        }
    }

    /// Lets time pass until something is due.
    pub(crate) fn wait(&mut self) {
        self.elapsed = self.talk.due().expect("something is due");
        self.event(Event::Tick);
    }

    /// What is on the disk of the only interview; see [`Shelf::stored`].
    pub(crate) fn stored(&self) -> String {
        self.shelf.stored()
    }
}
