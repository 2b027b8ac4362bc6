//! What goes to the store, and what it answers. Nothing is called saved before it is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::talk::{At, Talk};
use super::words::{Command, command, is_phrase};
use super::{Effect, Ending, LineWriter};
use crate::interview::Interview;
use crate::questionnaire;
use crate::store::{Kept, Loaded, Order, StoreError, Ticket, Word};

/// Where nobody is there to say so, a save that failed is tried again so long after,
const RETRY_DELAY: Duration = Duration::from_secs(2);
/// and so often.
const RETRIES: usize = 5;

/// How far the interview is on the disk.
#[derive(Debug, Default)]
pub(super) struct Saving {
    kept: Kept,
    next: u64,
    open: BTreeMap<u64, Errand>,
    /// Why it could not be saved.
    pub(super) fault: Option<StoreError>,
    /// When to try again, and how often that was done.
    pub(super) retry: Option<Duration>,
    tries: usize,
    /// The store has to be opened again before anything is ordered.
    closed: bool,
    /// What is said when it is on the disk.
    pub(super) echo: Option<String>,
    /// The program ends when it is known whether it is on the disk.
    leaving: bool,
}

/// What an order was given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Errand {
    Save(Kept),
    Draft,
    Load,
    Refuse,
}

impl Saving {
    /// Whether the store's answer is awaited before anything else is asked.
    pub(super) fn waits(&self) -> bool {
        self.open.values().any(|errand| *errand != Errand::Draft) || self.retry.is_some()
    }

    pub(super) fn taken_up(events: usize) -> Self {
        Self { kept: Kept { begun: true, events, packed: false }, ..Self::default() }
    }
}

impl Talk {
    fn order(&mut self, errand: Errand, order: Order) {
        let ticket = self.saving.next;
        self.saving.next += 1;
        self.saving.open.insert(ticket, errand);
        self.effects.push(Effect::Order(Ticket(ticket), Box::new(order)));
    }

    pub(super) fn load(&mut self, id: crate::interview::InterviewId) {
        self.at = At::Fetching;
        self.order(Errand::Load, Order::Load { id });
    }

    pub(super) fn refuse(&mut self) {
        if self.boot.practice {
            return self.say_refused();
        }
        self.at = At::Refusing;
        let questionnaire = Arc::clone(&self.boot.questionnaire);
        self.order(Errand::Refuse, Order::Refuse { questionnaire });
    }

    /// Brings what was answered to the disk; what comes next is asked when it is there.
    pub(super) fn save(&mut self) {
        let Some(interview) = &self.interview else { return };
        let whole = Kept { begun: true, events: interview.events().len(), packed: interview.finished() };
        if self.boot.practice || self.saving.kept == whole {
            self.saving.kept = whole;
            return self.on_saved();
        }
        for order in Order::to_keep(interview, self.saving.kept, self.draft()) {
            let packed = matches!(order, Order::Finish { .. });
            self.order(Errand::Save(Kept { packed, ..whole }), order);
        }
    }

    /// Keeps where the respondent is.
    pub(super) fn keep_place(&mut self) {
        let open = self.interview.as_ref().filter(|interview| !interview.finished());
        if let Some(id) = open.map(Interview::id)
            && self.saving.kept.begun
            && !self.boot.practice
        {
            let draft = self.draft();
            self.order(Errand::Draft, Order::Draft { id, draft });
        }
    }

    pub(super) fn on_word(&mut self, word: Word) {
        match word {
            Word::Ready { interviews, notices, .. } => {
                for notice in notices.into_iter().filter(|notice| !notice.is_housekeeping()) {
                    let (what, remedy) = notice.words(self.t());
                    self.say(&what);
                    self.say(&remedy);
                }
                self.saving.closed = false;
                if self.interview.is_some() {
                    self.saving.kept = Kept::default();
                    self.save();
                } else {
                    self.begin(interviews);
                }
            }
            Word::NotReady(fault) => self.on_not_ready(fault),
            Word::Noticed(notices) => {
                for notice in notices.into_iter().filter(|notice| !notice.is_housekeeping()) {
                    let (what, remedy) = notice.words(self.t());
                    self.say(&what);
                    self.say(&remedy);
                }
            }
            Word::Stored(ticket) => self.on_stored(ticket),
            Word::NotStored(ticket, fault) | Word::NotRead(ticket, fault) => self.on_not_stored(ticket, fault),
            Word::Loaded(ticket, loaded) => {
                self.saving.open.remove(&ticket.0);
                self.on_loaded(*loaded);
            }
            Word::Listed(ticket, _)
            | Word::Erased(ticket, _)
            | Word::Workshops(ticket, _)
            | Word::Unchanged(ticket)
            | Word::Bundles(ticket, _)
            | Word::Gathered(ticket, ..) => _ = self.saving.open.remove(&ticket.0),
            // The passphrase is asked for before the first line, too.
            Word::Watched(_) | Word::NotUnlocked(_) => {}
        }
    }

    fn on_not_ready(&mut self, fault: StoreError) {
        self.saving.open.clear();
        self.saving.closed = true;
        if self.interview.is_some() {
            return self.tell_unsaved(fault);
        }
        let (what, remedy) = fault.words(self.t());
        self.say(&what);
        self.say(&remedy);
        if self.boot.writer == LineWriter::Person {
            self.at = At::NoStore;
            self.ask();
        } else {
            self.end(Ending::Failed);
        }
    }

    fn on_stored(&mut self, ticket: Ticket) {
        match self.saving.open.remove(&ticket.0) {
            Some(Errand::Save(kept)) => {
                self.saving.kept = Kept { packed: kept.packed || self.saving.kept.packed, ..kept };
                if !self.saving.waits() && self.saving.fault.is_none() {
                    self.on_saved();
                }
            }
            Some(Errand::Refuse) => self.say_refused(),
            Some(Errand::Draft | Errand::Load) | None => {}
        }
    }

    fn say_refused(&mut self) {
        let tag = self.tag();
        if let Some(consent) = self.boot.questionnaire.consent() {
            let thanks = consent.thanks.get(&tag).to_string();
            self.say(&thanks);
        }
        self.say_phrase(|t| &t.plain.refused);
        self.end(Ending::Refused);
    }

    fn on_saved(&mut self) {
        self.saving.tries = 0;
        if let Some(answer) = self.saving.echo.take() {
            let words = &self.t().plain;
            let phrase = if self.boot.practice { &words.practised } else { &words.saved };
            let said = phrase.with(&[("answer", &answer)]);
            self.say(&said);
        }
        if std::mem::take(&mut self.saving.leaving) {
            return self.leave();
        }
        if self.interview.as_ref().is_some_and(Interview::finished) {
            return self.tell_end();
        }
        self.ask();
    }

    fn on_not_stored(&mut self, ticket: Ticket, fault: StoreError) {
        match self.saving.open.remove(&ticket.0) {
            // What was ordered behind the one that failed fails for want of it, and says nothing new.
            Some(Errand::Save(_)) if self.saving.fault.is_some() => {}
            Some(Errand::Save(_)) => self.tell_unsaved(fault),
            Some(Errand::Load | Errand::Refuse) => {
                let (what, remedy) = fault.words(self.t());
                self.say(&what);
                self.say(&remedy);
                self.end(Ending::Failed);
            }
            // The next answer takes the place with it.
            Some(Errand::Draft) | None => {}
        }
    }

    fn tell_unsaved(&mut self, fault: StoreError) {
        let (what, remedy) = fault.words(self.t());
        self.saving.fault = Some(fault);
        let said = self.t().saving.not_saved.with(&[("what", &what)]);
        self.say(&said);
        self.say(&remedy);
        if std::mem::take(&mut self.saving.leaving) {
            return self.give_up();
        }
        if self.boot.writer == LineWriter::Person {
            return self.say_phrase(|t| &t.plain.not_saved);
        }
        self.saving.tries += 1;
        if self.saving.tries > RETRIES {
            self.give_up();
        } else {
            self.saving.retry = Some(self.now.elapsed + RETRY_DELAY);
        }
    }

    pub(super) fn give_up(&mut self) {
        self.say_phrase(|t| &t.plain.gave_up);
        self.end(Ending::Unsaved);
    }

    pub(super) fn do_what_is_due(&mut self) {
        if self.saving.retry.is_some_and(|due| due <= self.now.elapsed) {
            self.retry();
        }
    }

    fn retry(&mut self) {
        self.saving.fault = None;
        self.saving.retry = None;
        if self.saving.closed {
            self.effects.push(Effect::OpenStore(None));
        } else {
            self.save();
        }
    }

    /// The last try before the program ends.
    pub(super) fn leave_unsaved(&mut self) {
        self.saving.leaving = true;
        if self.saving.closed {
            self.give_up();
        } else {
            self.retry();
        }
    }

    /// A line while an answer is not on the disk: nothing else is taken before it is.
    pub(super) fn on_line_unsaved(&mut self, line: &str) {
        if self.is_again(line) {
            return self.retry();
        }
        if let Some(folder) = self.folder_named(line) {
            return self.move_to(folder);
        }
        match command(line, &self.catalogues) {
            Some(Command::Quit) => self.leave_unsaved(),
            _ => self.say_phrase(|t| &t.plain.not_saved),
        }
    }

    /// Whether a line asks for another try.
    pub(super) fn is_again(&self, line: &str) -> bool {
        line.is_empty() || is_phrase(line, &self.catalogues, |t| &t.commands.again)
    }

    /// The folder of a line that names one.
    pub(super) fn folder_named(&self, line: &str) -> Option<PathBuf> {
        let (word, folder) = line.split_once(char::is_whitespace)?;
        is_phrase(word, &self.catalogues, |t| &t.commands.folder).then(|| PathBuf::from(folder.trim()))
    }

    fn move_to(&mut self, folder: PathBuf) {
        let Some(interview) = &self.interview else { return };
        self.saving.fault = None;
        if self.saving.closed {
            self.effects.push(Effect::OpenStore(Some(folder)));
            return;
        }
        let whole = Kept { begun: true, events: interview.events().len(), packed: false };
        let order = Order::MoveTo {
            folder,
            questionnaire: Arc::clone(interview.questionnaire()),
            id: interview.id(),
            events: interview.events().to_vec(),
            draft: self.draft(),
        };
        let finish = interview.finished().then(|| Order::Finish {
            id: interview.id(),
            events: Vec::new(),
            packed: interview.packed(),
        });
        self.order(Errand::Save(whole), order);
        if let Some(finish) = finish {
            self.order(Errand::Save(Kept { packed: true, ..whole }), finish);
        }
    }

    fn on_loaded(&mut self, loaded: Loaded) {
        let read = questionnaire::read_again(&loaded.questionnaire_key, &loaded.questionnaire);
        let replayed =
            read.ok().map(|questionnaire| Interview::replay(Arc::new(questionnaire), loaded.id, loaded.events));
        if let Some(Ok(interview)) = replayed {
            self.take_up(interview, loaded.draft);
        } else {
            self.say_phrase(|t| &t.results.unreadable);
            self.end(Ending::Failed);
        }
    }
}
