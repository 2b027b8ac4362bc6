//! From the introduction to the end of an interview.

use std::time::Duration;

use super::App;
use super::overlay::{Dialog, Overlay, PromptFor};
use super::session::Session;
use crate::interview::{Interview, Moment, Offer, Place, Rejection, Response, Side};
use crate::questionnaire::{Answer, AnswerFault, ItemIndex, Pick};
use crate::settings::Advance;
use crate::tui::Action;
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Column, View};

/// Enter that follows the key which brought the item, and nothing else between, within this time is a key held
/// down or a paste.
pub(super) const SETTLE: Duration = Duration::from_millis(250);
/// The same for a number that goes on by itself: keyboards repeat a held key after at most 660 ms.
const SETTLE_AUTO: Duration = Duration::from_millis(700);
/// Keyboards repeat a held key at least this often.
pub(super) const REPEAT: Duration = Duration::from_millis(120);

impl App {
    pub(super) fn show_place(&mut self) {
        let screen = match self.session.as_ref().map(|session| session.place) {
            Some(Place::Review) => Screen::Review,
            _ => Screen::Item,
        };
        self.show(screen, Some(0));
    }

    pub(super) fn on_item(&mut self, action: Action) {
        let Some(session) = &mut self.session else { return };
        if !matches!(action, Action::Confirm | Action::Language | Action::Help) {
            session.touched = true;
        }
        let (choices, offers) = (session.choices(), session.offers());
        let place_of = |offer: Offer| offers.iter().position(|other| *other == offer);
        match action {
            Action::Confirm => self.confirm(),
            Action::Forward => self.go_on(),
            Action::Back => self.go_back(),
            Action::Mark(place) if place < choices => self.mark(place),
            Action::Mark(_) => {}
            Action::Pick => self.pick_marked(),
            Action::DontKnow | Action::Decline => {
                let offer = if action == Action::DontKnow { Offer::DontKnow } else { Offer::Decline };
                match place_of(offer) {
                    Some(place) => self.mark(place),
                    None if session.asked().is_some_and(crate::questionnaire::Item::is_answered) => {
                        session.rejected = Some(AnswerFault::NotOpen);
                    }
                    None => {}
                }
            }
            Action::Note => self.open_note(),
            Action::Overview => self.open_overview(),
            Action::TakeBack => self.take_back(),
            Action::Leave => self.open_dialog(Dialog::Quit),
            Action::Edit(request) => self.edit(|prompt| prompt.edit(request)),
            other => {
                let mut view = session.view;
                Self::moved(&mut view, other, offers.len());
                session.view = view;
                session.forget_what_was_said();
                self.touch_draft();
            }
        }
    }

    fn pick_marked(&mut self) {
        if let Some(place) = self.session.as_ref().and_then(|session| session.view.marked) {
            self.mark(place);
        }
    }

    /// Marks a choice, or picks it where several can be; a marked "don't know" takes the place of what was typed.
    fn mark(&mut self, place: usize) {
        let several = self.session.as_ref().is_some_and(Session::several);
        let auto = self.settings.advance == Advance::Auto && !several;
        if auto && self.is_held(SETTLE_AUTO) {
            return;
        }
        let Some(session) = &mut self.session else { return };
        session.pick(place);
        session.forget_what_was_said();
        self.touch_draft();
        if auto {
            self.go_on();
        }
    }

    /// Changes the line being typed.
    pub(super) fn edit(&mut self, change: impl FnOnce(&mut Prompt) -> bool) {
        let Some(session) = self.session.as_mut().filter(|session| session.typing()) else { return };
        session.touched = true;
        if change(&mut session.typed) {
            session.view = View::default();
            session.rejected = None;
            self.touch_draft();
        }
    }

    fn confirm(&mut self) {
        let untouched = self.session.as_ref().is_some_and(|session| !session.touched);
        if untouched && self.is_held(SETTLE) {
            return;
        }
        self.go_on();
    }

    /// Whether the key now pressed is most likely the one that brought the item, held down or pasted.
    pub(super) fn is_held(&self, settle: Duration) -> bool {
        let Some((session, (key, before))) = self.session.as_ref().zip(self.last_key.zip(self.before_last_key)) else {
            return false;
        };
        let same = session.brought_by.is_some_and(|brought| brought.code == key.0.code);
        let repeated = before.0.code == key.0.code && key.1.saturating_sub(before.1) < REPEAT;
        same && (key.1.saturating_sub(session.arrived) < settle || repeated)
    }

    /// Records what is on the screen and goes to the next item; asks first where nothing is.
    fn go_on(&mut self) {
        let Some(index) = self.session.as_ref().and_then(Session::item) else { return };
        if self.take_step() || self.ask_for_more() {
            return;
        }
        match self.record() {
            Ok(()) => self.go_to_next(index),
            Err(AnswerFault::Empty) if self.is_required(index) => self.open_dialog(Dialog::Required),
            Err(AnswerFault::Empty) if self.is_skipped(index) => self.go_to_next(index),
            Err(AnswerFault::Empty) => self.open_dialog(Dialog::LeaveUnanswered),
            Err(fault) => self.reject(fault),
        }
    }

    /// Goes from the first of two steps to the second, or picks the line marked where several can be and none is;
    /// true where something is still to be chosen.
    fn take_step(&mut self) -> bool {
        let Some(session) = &mut self.session else { return false };
        let marked = session.view.marked;
        let Some(offer) = marked.and_then(|place| session.offers().get(place).copied()) else { return false };
        match offer {
            Offer::Side(side) => {
                session.side = Some(side);
                session.view = View::default();
                if side == Side::Middle {
                    session.view.mark(0);
                    return false;
                }
            }
            Offer::Pick(_) if session.several() && session.picked.is_empty() => {
                session.pick(marked.unwrap_or_default());
            }
            Offer::DontKnow | Offer::Decline if session.several() && session.picked.is_empty() => {
                session.pick(marked.unwrap_or_default());
                return false;
            }
            _ => return false,
        }
        self.touch_draft();
        true
    }

    /// Opens the line for a choice that asks for more; true where it did.
    fn ask_for_more(&mut self) -> bool {
        let Some(session) = &self.session else { return false };
        let Some((index, pick)) = session.item().zip(session.to_be_said()) else { return false };
        let before = match session.interview.response(index) {
            Some(Response::Given(Answer::Other(of, said))) if *of == pick => said.clone(),
            Some(Response::Given(Answer::Choices(picks))) => picks.other.clone().unwrap_or_default(),
            _ => String::new(),
        };
        self.overlay = Some(Overlay::prompt(PromptFor::Other(pick), Prompt::new(&before)));
        true
    }

    /// Takes what was said to a choice that asks for more, and goes on; what is wrong with it where it cannot be taken.
    pub(super) fn say(&mut self, _: Pick, text: &str) -> bool {
        let said = match Interview::OTHER.parse(text) {
            Ok(said) => said,
            // Nobody is made to say more.
            Err(AnswerFault::Empty) => String::new(),
            Err(_) => return false,
        };
        self.overlay = None;
        if let Some(session) = &mut self.session {
            session.said = Some(said);
        }
        self.go_on();
        true
    }

    fn is_skipped(&self, index: ItemIndex) -> bool {
        self.interview().is_some_and(|interview| interview.response(index) == Some(&Response::Skipped))
    }

    fn is_required(&self, index: ItemIndex) -> bool {
        let item = self.interview().and_then(|interview| interview.questionnaire().item(index));
        item.is_some_and(|item| item.required.is_some())
    }

    fn go_back(&mut self) {
        let Some(session) = &mut self.session else { return };
        let Some(index) = session.item() else { return };
        if session.side.take().is_some() {
            // Back to the first of the two steps.
            session.view = View::default();
            self.touch_draft();
            return;
        }
        self.record_leaving();
        match self.interview().and_then(|interview| interview.previous(index)) {
            Some(before) => self.arrive(Place::Item(before)),
            None => self.save(),
        }
    }

    /// Leaves the item unanswered, as the respondent has confirmed.
    pub(super) fn leave_unanswered(&mut self) {
        let Some(index) = self.session.as_ref().and_then(Session::item) else { return };
        if self.respond(index, Response::Skipped).is_ok() {
            self.go_to_next(index);
        }
    }

    /// Records what is marked or typed; what cannot be taken stays on its item, and a default that nobody confirmed
    /// stays one.
    pub(super) fn record_leaving(&mut self) {
        if self.session.as_ref().is_some_and(Session::stands_at_default) {
            return;
        }
        if let Err(fault) = self.record()
            && fault != AnswerFault::Empty
            && let Some(session) = &mut self.session
        {
            session.rejected = Some(fault);
        }
    }

    /// Records what is marked or typed on the screen.
    fn record(&mut self) -> Result<(), AnswerFault> {
        let Some(session) = &self.session else { return Ok(()) };
        match (session.item(), session.on_screen()?) {
            (Some(index), Some(response)) => self.respond(index, response),
            _ => Ok(()),
        }
    }

    fn respond(&mut self, index: ItemIndex, response: Response) -> Result<(), AnswerFault> {
        let moment = self.moment();
        let Some(session) = &mut self.session else { return Ok(()) };
        match session.interview.respond(index, response, &moment) {
            Ok(changed) => {
                session.given_last = changed.then_some(index);
                session.rejected = None;
                Ok(())
            }
            Err(Rejection::Answer(fault)) => Err(fault),
            Err(Rejection::NoSuchItem | Rejection::Finished | Rejection::NoteTooLong) => Ok(()),
        }
    }

    fn reject(&mut self, fault: AnswerFault) {
        if let Some(session) = &mut self.session {
            session.rejected = Some(fault);
        }
    }

    fn go_to_next(&mut self, index: ItemIndex) {
        if self.blocked_by_fault() {
            return;
        }
        let next = self.interview().and_then(|interview| interview.next(index));
        self.arrive(next.into());
    }

    /// Comes to a place of the interview; answers given on the way go to the store with it.
    pub(super) fn arrive(&mut self, place: Place) {
        let key = self.last_key.map(|(key, _)| key);
        let now = self.now.elapsed;
        if let Some(session) = &mut self.session {
            session.arrive(place, now, key);
        }
        self.show_place();
        // An answer that is saved takes the new place with it; a mere step is kept as a draft.
        self.touch_draft();
        self.save();
    }

    /// Takes back what is marked on the screen, and where nothing is, what was given last.
    fn take_back(&mut self) {
        // The item taken back is not the one on the screen.
        let moment = Moment { shown_ms: 0, ..self.moment() };
        let Some(session) = &mut self.session else { return };
        let recorded = session.item().and_then(|index| session.interview.response(index).cloned());
        if session.marked().is_some() && session.marked() != recorded {
            session.view = View::default();
            session.picked.clear();
            if let Some(recorded) = recorded {
                session.set_marked(&recorded);
            }
            self.touch_draft();
            return;
        }
        let Some(index) = session.given_last.take() else { return };
        if session.interview.take_back(index, &moment).is_ok() {
            self.arrive(Place::Item(index));
        }
    }

    pub(super) fn moment(&self) -> Moment {
        let (shown_ms, language) = match &self.session {
            Some(session) => (session.shown_ms(self.now.elapsed), self.tag(session.interview.questionnaire())),
            None => (0, self.tag(&self.boot.core)),
        };
        Moment { at: self.now.at, shown_ms, language }
    }

    fn open_note(&mut self) {
        let Some(session) = &self.session else { return };
        let Some(index) = session.item() else { return };
        let note = session.interview.note_of(index).unwrap_or_default();
        self.overlay = Some(Overlay::prompt(PromptFor::Note(index), Prompt::new(note)));
        self.touch_draft();
    }

    /// Writes the note that was typed; what is wrong with it where it cannot be taken.
    pub(super) fn write_note(&mut self, index: ItemIndex, text: &str) -> bool {
        let moment = self.moment();
        let Some(session) = &mut self.session else { return true };
        match session.interview.note(index, text, &moment) {
            Ok(_) => {
                self.save();
                true
            }
            Err(_) => false,
        }
    }

    /// What is shown of the column on the screen: rows above, rows below.
    pub(super) fn scrolled(&self) -> usize {
        self.with_column(|column, view, area| column.offset(view, area, self.glyphs.is_ascii()).0)
    }

    pub(super) fn below(&self) -> usize {
        self.with_column(|column, view, area| {
            let (first, rows) = column.offset(view, area, self.glyphs.is_ascii());
            rows.saturating_sub(first + usize::from(area.height))
        })
    }

    fn with_column<T>(&self, look: impl FnOnce(&Column<'_>, View, ratatui::layout::Rect) -> T) -> T {
        let page = self.page();
        look(&page.column, page.view, crate::tui::widget::area_of_column(self.area()))
    }
}
