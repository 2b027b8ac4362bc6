//! What goes to the store, and what it answers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::gathering::Purpose;
use super::overlay::{Dialog, Overlay, PromptFor};
use super::pin::{PinFor, Tries};
use super::session::Saving;
use super::{App, Start};
use crate::interview::{Interview, InterviewId, WorkshopId};
use crate::questionnaire;
use crate::store::{Kept, Loaded, Notice, Order, StoreError, Summary, Ticket, Word, Workshop};
use crate::tui::screen::Screen;
use crate::tui::{Action, Effect};

/// What is being typed is on the disk so long after the key: well within the second that is promised.
const DRAFT_DELAY: Duration = Duration::from_millis(600);

/// A save that failed is tried again so long after.
const RETRY_DELAY: Duration = Duration::from_secs(2);

/// What the store has told so far.
#[derive(Debug)]
pub(in crate::tui) struct Shelf {
    /// It has not yet said that it is there.
    pub(in crate::tui) opening: bool,
    /// Why it is not there.
    pub(in crate::tui) fault: Option<StoreError>,
    /// Every interview it holds.
    pub(in crate::tui) interviews: Vec<Summary>,
    /// What the person should know.
    pub(in crate::tui) notices: Vec<Notice>,
    /// Every workshop, as the list of them was read last.
    pub(in crate::tui) workshops: Vec<Workshop>,
    /// It is under a passphrase, and a workshop's PIN opens it.
    pub(in crate::tui) protected: bool,
}

impl Default for Shelf {
    fn default() -> Self {
        let (interviews, notices, workshops) = (Vec::new(), Vec::new(), Vec::new());
        Self { opening: true, fault: None, interviews, notices, workshops, protected: false }
    }
}

/// What an order was given for.
#[derive(Debug)]
pub(super) enum Errand {
    /// Save the events before this one; the flags say whether the order begins or finishes the interview.
    Save {
        id: InterviewId,
        upto: usize,
        begins: bool,
        finishes: bool,
    },
    Draft,
    Move {
        id: InterviewId,
        upto: usize,
    },
    Continue,
    Show,
    Erase,
    /// All of the workshop with this name.
    EraseWorkshop(String),
    Refuse,
    List,
    /// Looking into bundles.
    Bundles,
    /// Taking bundles in, or making one: it may be stopped.
    Carrying,
    Workshop,
    Workshops,
    Unlock,
    RoomNote {
        slide: String,
        said: String,
    },
    Gather {
        purpose: Purpose,
        /// More may be shown than was.
        grows: bool,
    },
    Step {
        purpose: Purpose,
        workshop: WorkshopId,
    },
    Attend,
    OpenOrClose(bool),
    Details,
    Made(Box<Workshop>),
    Pair(WorkshopId),
}

/// Orders the store has not answered yet.
#[derive(Debug, Default)]
pub(super) struct Errands {
    next: u64,
    open: BTreeMap<u64, Errand>,
}

impl Errands {
    pub(super) fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether everything awaited is an answer being saved.
    pub(super) fn only_save(&self) -> bool {
        !self.open.is_empty() && self.open.values().all(|errand| matches!(errand, Errand::Save { .. }))
    }

    /// Whether an answer is awaited after which another screen is shown.
    pub(super) fn change_the_screen(&self) -> bool {
        self.open.values().any(|errand| match errand {
            Errand::Continue
            | Errand::Show
            | Errand::Erase
            | Errand::EraseWorkshop(_)
            | Errand::List
            | Errand::Bundles
            | Errand::Workshops
            | Errand::Made(_)
            | Errand::Pair(_)
            | Errand::OpenOrClose(_) => true,
            Errand::Gather { purpose, .. } | Errand::Step { purpose, .. } => purpose.changes_the_screen(),
            _ => false,
        })
    }

    /// Whether bundles are being taken in, or one is being made.
    pub(super) fn carry_bundles(&self) -> bool {
        self.open.values().any(|errand| matches!(errand, Errand::Carrying))
    }

    /// Whether a workshop is being read.
    pub(super) fn gather(&self) -> bool {
        self.open.values().any(|errand| matches!(errand, Errand::Gather { .. } | Errand::Step { .. }))
    }
}

impl App {
    pub(super) fn order(&mut self, errand: Errand, order: Order) {
        if self.boot.practice {
            return;
        }
        let ticket = self.errands.next;
        self.errands.next += 1;
        self.errands.open.insert(ticket, errand);
        self.effects.push(Effect::Order(Ticket(ticket), Box::new(order)));
    }

    /// Hands to the store what it has not been handed yet, with what is on the screen.
    pub(super) fn save(&mut self) {
        if self.practised() {
            return;
        }
        let Some(session) = &self.session else { return };
        if session.saving.fault.is_some() || session.saving.sent == session.interview.events().len() {
            return;
        }
        let from = session.saving.sent;
        self.send(from, session.saving.sent == 0);
    }

    /// In practice nothing is stored, and nothing has to wait for it.
    fn practised(&mut self) -> bool {
        if let Some(session) = self.session.as_mut().filter(|_| self.boot.practice) {
            let upto = session.interview.events().len();
            session.saving = Saving { stored: upto, sent: upto, begun: true, packed: true, ..Saving::default() };
        }
        self.boot.practice
    }

    /// Tries again to save everything that is not on the disk.
    pub(super) fn retry(&mut self) {
        let Some(session) = &mut self.session else { return };
        session.saving.retry = None;
        let (from, begin) = (session.saving.stored, !session.saving.begun);
        self.send(from, begin);
    }

    fn send(&mut self, from: usize, begin: bool) {
        let Some(session) = &self.session else { return };
        let interview = &session.interview;
        let (id, upto) = (interview.id(), interview.events().len());
        let draft = session.draft(self.tag(interview.questionnaire()), self.note_being_typed());
        let kept = Kept { begun: !begin, events: from, packed: session.saving.packed };
        for order in Order::to_keep(interview, kept, draft) {
            let (begins, finishes) = (matches!(order, Order::Begin { .. }), matches!(order, Order::Finish { .. }));
            self.order(Errand::Save { id, upto, begins, finishes }, order);
        }
        if let Some(session) = &mut self.session {
            session.saving.sent = upto;
            session.saving.draft = None;
        }
    }

    fn note_being_typed(&self) -> Option<String> {
        let note = |overlay: &Overlay| match overlay {
            Overlay::Prompt { kind: PromptFor::Note(_), prompt, .. } => Some(prompt.text().to_owned()),
            _ => None,
        };
        [self.overlay.as_ref(), self.laid_aside()].into_iter().flatten().find_map(note)
    }

    /// What is on the screen has changed and is to be kept.
    pub(super) fn touch_draft(&mut self) {
        let due = self.now.elapsed + DRAFT_DELAY;
        if let Some(session) = self.session.as_mut().filter(|session| !session.interview.finished()) {
            session.saving.draft.get_or_insert(due);
        }
    }

    /// Keeps what is on the screen at once, and with it what could not be saved before.
    pub(super) fn keep_draft(&mut self) {
        if self.practised() {
            return;
        }
        let Some(session) = &mut self.session else { return };
        session.saving.draft = None;
        if session.saving.fault.is_some() {
            self.retry();
            return;
        }
        // Without a store there is nobody to give it to; what is on the screen goes with the first order to the next.
        if session.interview.finished() || self.shelf.fault.is_some() {
            return;
        }
        let Some(session) = &self.session else { return };
        let draft = session.draft(self.tag(session.interview.questionnaire()), self.note_being_typed());
        let id = session.interview.id();
        self.order(Errand::Draft, Order::Draft { id, draft });
    }

    pub(super) fn do_what_is_due(&mut self) {
        self.look_for_person();
        self.look_again();
        let Some(saving) = self.session.as_ref().map(|session| &session.saving) else { return };
        let due = |at: Option<Duration>| at.is_some_and(|at| at <= self.now.elapsed);
        let (retry, draft) = (due(saving.retry), due(saving.draft));
        if retry {
            self.retry();
        } else if draft {
            self.keep_draft();
        }
    }

    /// Whether going on has to wait, because an answer could not be saved; the person is told then.
    pub(super) fn blocked_by_fault(&mut self) -> bool {
        let blocked = self.session.as_ref().is_some_and(|session| session.saving.fault.is_some());
        if blocked {
            self.open_dialog(Dialog::NotSaved);
        }
        blocked
    }

    /// Saves in another folder from now on.
    pub(super) fn use_folder(&mut self, folder: PathBuf) {
        if matches!(self.screen, Screen::StoreFault) {
            self.shelf.opening = true;
            self.effects.push(Effect::OpenStore(Some(folder)));
            return;
        }
        let Some(session) = &self.session else { return };
        let interview = &session.interview;
        let order = Order::MoveTo {
            folder,
            questionnaire: Arc::clone(interview.questionnaire()),
            id: interview.id(),
            events: interview.events().to_vec(),
            draft: session.draft(self.tag(interview.questionnaire()), self.note_being_typed()),
        };
        self.order(Errand::Move { id: interview.id(), upto: interview.events().len() }, order);
    }

    pub(super) fn on_word(&mut self, word: Word) {
        // A draft that is on the disk changes nothing on the screen.
        let draft = |ticket: &Ticket| matches!(self.errands.open.get(&ticket.0), Some(Errand::Draft));
        let expected = self.expecting_save && matches!(word, Word::Stored(_));
        let silent = matches!(word, Word::Unchanged(_) | Word::Watched(_));
        self.dirty |= !expected && !silent && !matches!(&word, Word::Stored(ticket) if draft(ticket));
        match word {
            Word::Ready { interviews, notices, protected } => {
                self.unlocked();
                self.shelf =
                    Shelf { opening: false, fault: None, interviews, notices, workshops: Vec::new(), protected };
                let after_fault = matches!(self.screen, Screen::StoreFault);
                if after_fault && self.session.is_some() {
                    self.go_on_with_new_store();
                } else if after_fault {
                    self.after_store_fault();
                }
                if matches!(self.boot.start, Start::Group(_)) {
                    self.order_picture();
                }
                if self.in_kiosk() {
                    self.order(Errand::Attend, Order::Attend);
                }
                if let (Start::Take(questionnaire), None) = (self.boot.start.clone(), &self.session) {
                    self.offer_unfinished(&questionnaire);
                }
            }
            Word::NotReady(StoreError::NeedsKey { .. }) => self.is_locked(),
            Word::NotUnlocked(ticket) => {
                self.errands.open.remove(&ticket.0);
                self.secret_checked(false);
            }
            Word::NotReady(fault) => {
                self.shelf.opening = false;
                self.shelf.fault = Some(fault);
                // What was ordered is answered no more, and what stood on the screen has to make room.
                self.errands.open.clear();
                self.overlay = None;
                self.show(Screen::StoreFault, Some(0));
            }
            Word::Stored(ticket) => self.on_stored(ticket),
            Word::NotStored(ticket, fault) | Word::NotRead(ticket, fault) => self.on_not_stored(ticket, fault),
            Word::Noticed(notices) => self.shelf.notices.extend(notices),
            Word::Listed(ticket, interviews) => {
                self.errands.open.remove(&ticket.0);
                self.shelf.interviews = interviews;
                self.keep_mark_in_list();
            }
            Word::Workshops(ticket, workshops) => {
                self.errands.open.remove(&ticket.0);
                self.show_workshops(workshops);
            }
            Word::Gathered(ticket, now, before) => {
                if let Some(Errand::Gather { purpose, grows }) = self.errands.open.remove(&ticket.0) {
                    self.on_gathered(purpose, grows, *now, before.map(|before| *before));
                }
            }
            Word::Bundles(ticket, word) => {
                self.errands.open.remove(&ticket.0);
                self.on_bundles(*word);
            }
            Word::Unchanged(ticket) => _ = self.errands.open.remove(&ticket.0),
            Word::Watched(watched) => self.notice_watching(watched),
            Word::Loaded(ticket, loaded) => self.on_loaded(ticket, *loaded),
            Word::Erased(ticket, erased) => {
                if let Some(Errand::EraseWorkshop(name)) = self.errands.open.remove(&ticket.0) {
                    self.workshop_erased(&name, &erased);
                    return;
                }
                self.told = Some(self.t().unfinished.discarded.to_string());
                self.order(Errand::List, Order::List);
            }
        }
    }

    /// What people said is enciphered: nothing goes on before the passphrase was given.
    fn is_locked(&mut self) {
        self.shelf.opening = false;
        self.errands.open.clear();
        self.open_pin(PinFor::Unlock);
    }

    fn unlocked(&mut self) {
        self.errands.open.retain(|_, errand| !matches!(errand, Errand::Unlock));
        if matches!(&self.overlay, Some(Overlay::Pin(line)) if line.unlocks()) {
            self.tries = Tries::default();
            self.overlay = None;
        }
    }

    /// Goes on with the interview on a store that knows nothing of it yet, or that may.
    fn go_on_with_new_store(&mut self) {
        self.overlay = None;
        if let Some(session) = &mut self.session {
            session.saving = Saving::default();
        }
        self.show_place();
        self.retry();
    }

    fn on_stored(&mut self, ticket: Ticket) {
        let errand = match self.errands.open.remove(&ticket.0) {
            Some(Errand::RoomNote { slide, said }) => return self.note_kept(slide, said),
            Some(Errand::Step { purpose, workshop }) => return self.gather_again(purpose, workshop, true),
            Some(Errand::OpenOrClose(closed)) => return self.opened_or_closed(closed),
            Some(Errand::Details) => return self.details_kept(true),
            Some(Errand::Made(workshop)) => return self.workshop_made(*workshop),
            Some(Errand::Pair(workshop)) => return self.paired(workshop),
            errand => errand,
        };
        let (Some(session), Some(errand)) = (&mut self.session, errand) else { return };
        let here = session.interview.id();
        let mut newly_packed = false;
        let saving = &mut session.saving;
        match errand {
            Errand::Save { id, upto, begins, finishes } if id == here => {
                saving.begun |= begins;
                saving.packed |= finishes;
                newly_packed = finishes;
                saving.stored = saving.stored.max(upto);
            }
            Errand::Move { id, upto } if id == here => {
                saving.begun = true;
                saving.stored = upto;
            }
            // Of an interview that is no longer on the screen.
            _ => return,
        }
        let unpacked = session.interview.finished() && !saving.packed;
        let behind = unpacked || saving.stored < session.interview.events().len();
        if saving.fault.take().is_some() && behind {
            self.retry();
        }
        if matches!(self.overlay, Some(Overlay::Dialog { dialog: Dialog::NotSaved, .. })) {
            self.overlay = None;
        }
        let packed = self.session.as_ref().is_some_and(|session| session.saving.packed);
        if newly_packed {
            self.count_finished();
        }
        if packed && std::mem::take(&mut self.leave_when_saved) {
            // Another screen follows, whatever frame was drawn ahead.
            self.dirty = true;
            match &self.screen {
                Screen::Profile(_) => self.on_profile(Action::Leave),
                Screen::Between(between) => self.on_between(*between, Action::Confirm),
                _ => {}
            }
        }
        self.forget_who_left();
    }

    fn on_not_stored(&mut self, ticket: Ticket, fault: StoreError) {
        let here = self.session.as_ref().map(|session| session.interview.id());
        if matches!(self.errands.open.get(&ticket.0), Some(Errand::Unlock)) {
            self.secret_checked(false);
        }
        let of_here = match self.errands.open.remove(&ticket.0) {
            Some(Errand::RoomNote { said, .. }) => return self.note_not_kept(&said, &fault),
            Some(Errand::Bundles | Errand::Carrying) => return self.not_bundled(&fault),
            // What cannot be kept as shown is not shown; what was shown before may be.
            Some(Errand::Step { purpose, workshop }) => return self.gather_again(purpose, workshop, false),
            Some(Errand::Gather { purpose: Purpose::Own(_), .. }) => return,
            Some(Errand::Details) => {
                self.details_kept(false);
                false
            }
            Some(Errand::Save { id, .. } | Errand::Move { id, .. }) => here == Some(id),
            Some(Errand::Draft) => here.is_some(),
            _ => false,
        };
        let retry = self.now.elapsed + RETRY_DELAY;
        let Some(session) = self.session.as_mut().filter(|_| of_here) else {
            self.told = Some(self.fault_words(&fault).0);
            return;
        };
        session.saving.retry.get_or_insert(retry);
        // What was ordered behind the one that failed fails for want of it, and says nothing new.
        let follows = matches!(fault, StoreError::Unknown { .. } | StoreError::Gap { .. });
        if !follows || session.saving.fault.is_none() {
            session.saving.fault = Some(fault);
        }
    }

    fn on_loaded(&mut self, ticket: Ticket, loaded: Loaded) {
        let errand = self.errands.open.remove(&ticket.0);
        let read = questionnaire::read_again(&loaded.questionnaire_key, &loaded.questionnaire);
        let replayed =
            read.ok().map(|questionnaire| Interview::replay(Arc::new(questionnaire), loaded.id, loaded.events));
        let Some(Ok(interview)) = replayed else {
            self.told = Some(self.t().results.unreadable.to_string());
            return;
        };

        match errand {
            Some(Errand::Continue) => self.take_up(interview, loaded.draft),
            Some(Errand::Show) => self.show_profile(interview),
            _ => {}
        }
    }

    /// What went wrong, and what to do, in the person's language.
    pub(in crate::tui) fn fault_words(&self, fault: &StoreError) -> (String, String) {
        fault.words(self.t())
    }

    /// Ends the program; what is being typed is kept.
    pub(super) fn end(&mut self) {
        self.keep_draft();
        self.effects.push(Effect::Exit);
    }

    pub(super) fn exit(&mut self) {
        self.effects.push(Effect::Exit);
    }
}
