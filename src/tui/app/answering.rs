//! From the introduction to the end of an interview.

use std::sync::Arc;
use std::time::Duration;

use super::overlay::{Dialog, Overlay, PromptFor};
use super::session::{Place, Saving, Session};
use super::{App, Shown};
use crate::interview::{Draft, Interview, Moment, Rejection, Response};
use crate::questionnaire::{AnswerFault, ItemIndex, Kind, Questionnaire};
use crate::scoring;
use crate::store::{Order, State};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::settings::Advance;
use crate::tui::widget::{Column, View};
use crate::tui::{Action, Start};

/// Enter that follows the key which brought the item, and nothing else between, within this time is a key held
/// down or a paste.
const SETTLE: Duration = Duration::from_millis(250);
/// The same for a number that goes on by itself: keyboards repeat a held key after at most 660 ms.
const SETTLE_AUTO: Duration = Duration::from_millis(700);
/// Keyboards repeat a held key at least this often.
pub(super) const REPEAT: Duration = Duration::from_millis(120);

impl App {
    /// Begins at the first thing to be decided: an unfinished interview, the language, the introduction.
    pub(super) fn begin(&mut self, questionnaire: Arc<Questionnaire>) {
        if self.boot.ask_language && questionnaire.languages().len() > 1 {
            let tag = self.tag(&questionnaire);
            let here = questionnaire.languages().iter().position(|other| *other == tag);
            self.show(Screen::Language(questionnaire), here.or(Some(0)));
        } else {
            self.show(Screen::Introduction(questionnaire), None);
        }
    }

    pub(super) fn on_language(&mut self, action: Action, questionnaire: &Arc<Questionnaire>) {
        let count = questionnaire.languages().len();
        let marked = self.view.marked.unwrap_or_default();
        match action {
            Action::Confirm => {
                if let Some(tag) = questionnaire.languages().get(marked) {
                    let tag = tag.to_string();
                    self.speak(&tag);
                    self.show(Screen::Introduction(Arc::clone(questionnaire)), None);
                }
            }
            Action::Back | Action::Leave => self.leave_unbegun(),
            other => {
                self.move_mark(other, count);
                // The words on the screen follow the mark, so that the person sees what is chosen.
                if let Some(tag) = questionnaire.languages().get(self.view.marked.unwrap_or_default()) {
                    let tag = tag.to_string();
                    self.speak(&tag);
                }
            }
        }
    }

    pub(super) fn on_introduction(&mut self, action: Action, questionnaire: Arc<Questionnaire>) {
        match action {
            Action::Confirm if self.below() > 0 => self.scroll(Action::PageDown),
            Action::Confirm if questionnaire.consent().is_some() => {
                let id = (self.boot.new_id)();
                self.show(Screen::Consent { questionnaire, id }, None);
            }
            Action::Confirm => self.start(questionnaire, (self.boot.new_id)()),
            Action::Back | Action::Leave => self.leave_unbegun(),
            other => self.scroll(other),
        }
    }

    pub(super) fn on_consent(&mut self, action: Action) {
        let Screen::Consent { questionnaire, id } = &self.screen else { return };
        let (questionnaire, id) = (Arc::clone(questionnaire), *id);
        match (action, self.view.marked) {
            (Action::Confirm, Some(0)) => self.start(questionnaire, id),
            (Action::Confirm, Some(_)) => {
                self.order(super::saving::Errand::Refuse, Order::Refuse { questionnaire: Arc::clone(&questionnaire) });
                self.show(Screen::Refused(questionnaire), None);
            }
            (Action::Back, _) if self.view.scroll == 0 => self.show(Screen::Introduction(questionnaire), None),
            (Action::Back, _) => self.scroll(Action::PageUp),
            // Where nothing is marked, Enter reads on.
            (Action::Confirm, None) | (Action::Forward, _) => self.scroll(Action::PageDown),
            (Action::Leave, _) => self.leave_unbegun(),
            (Action::Down, None) if self.below() > 0 => self.scroll(Action::Down),
            (Action::Up, None) => self.scroll(Action::Up),
            (Action::Up, Some(0)) => self.view = View { scroll: self.scrolled(), ..View::default() },
            (other, _) => self.move_mark(other, 2),
        }
    }

    /// Leaves before anything was stored.
    pub(super) fn leave_unbegun(&mut self) {
        match self.boot.start {
            Start::Take(_) => self.exit(),
            Start::Home | Start::Results => self.go_home(),
        }
    }

    fn start(&mut self, questionnaire: Arc<Questionnaire>, id: crate::interview::InterviewId) {
        let moment = Moment { at: self.now.at, shown_ms: 0, language: self.tag(&questionnaire) };
        let interview = Interview::start(questionnaire, id, env!("CARGO_PKG_VERSION"), &moment);
        let place = Place::Item(ItemIndex(0));
        let mut session = Session::new(interview, place, self.now.elapsed);
        session.brought_by = self.last_key.map(|(key, _)| key);
        self.session = Some(session);
        self.show(Screen::Item, None);
        self.save();
    }

    /// Takes an unfinished interview up again, where it was left.
    pub(super) fn take_up(&mut self, mut interview: Interview, draft: Option<Draft>) {
        let stored = interview.events().len();
        interview.resume(self.now.at);
        let place = match &draft {
            Some(draft) => {
                let known = draft.place.filter(|index| interview.questionnaire().item(*index).is_some());
                known.map_or(Place::Review, Place::Item)
            }
            None => interview.open_items().next().map_or(Place::Review, Place::Item),
        };
        let language = draft.as_ref().map_or_else(|| interview.language().clone(), |draft| draft.language.clone());
        self.speak(language.as_str());
        let mut session = Session::new(interview, place, self.now.elapsed);
        session.saving = Saving { stored, sent: stored, begun: true, ..Saving::default() };
        if let Some(draft) = &draft {
            session.restore(draft);
        }
        let note = draft.and_then(|draft| draft.note).zip(session.item());
        let finished = session.interview.finished().then(|| session.interview.clone());
        self.session = Some(session);
        if let Some(interview) = finished {
            // It was finished and could not be packed then.
            self.show_profile(interview);
            self.retry();
            return;
        }
        self.show_place();
        if let Some((note, index)) = note {
            self.overlay = Some(Overlay::prompt(PromptFor::Note(index), Prompt::new(&note)));
        }
        self.save();
    }

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
        let choices = session.choices();
        match action {
            Action::Confirm => self.confirm(),
            Action::Forward => self.go_on(),
            Action::Back => self.go_back(),
            Action::Mark(place) if place < choices => self.mark(place),
            Action::Mark(_) => {}
            Action::DontKnow => self.mark(choices),
            Action::Decline => self.mark(choices + 1),
            Action::Note => self.open_note(),
            Action::Overview => self.open_overview(),
            Action::TakeBack => self.take_back(),
            Action::Leave => self.open_dialog(Dialog::Quit),
            Action::Edit(request) => self.edit(|prompt| prompt.edit(request)),
            other => {
                let mut view = session.view;
                Self::moved(&mut view, other, choices + 2);
                session.view = view;
                self.touch_draft();
            }
        }
    }

    /// Marks a choice; a marked "don't know" takes the place of what was typed.
    fn mark(&mut self, place: usize) {
        let auto = self.settings.advance == Advance::Auto;
        if auto && self.is_held(SETTLE_AUTO) {
            return;
        }
        let Some(session) = &mut self.session else { return };
        session.view.mark(place);
        session.rejected = None;
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
    fn is_held(&self, settle: Duration) -> bool {
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
        match self.record() {
            Ok(()) => self.go_to_next(index),
            Err(AnswerFault::Empty) if self.is_skipped(index) => self.go_to_next(index),
            Err(AnswerFault::Empty) => self.open_dialog(Dialog::LeaveUnanswered),
            Err(fault) => self.reject(fault),
        }
    }

    fn is_skipped(&self, index: ItemIndex) -> bool {
        self.interview().is_some_and(|interview| interview.response(index) == Some(&Response::Skipped))
    }

    fn go_back(&mut self) {
        let Some(index) = self.session.as_ref().and_then(Session::item) else { return };
        self.record_leaving();
        match index.0.checked_sub(1) {
            Some(before) => self.arrive(Place::Item(ItemIndex(before))),
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

    /// Records what is marked or typed; what cannot be taken stays on its item.
    fn record_leaving(&mut self) {
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
        let Some(index) = session.item() else { return Ok(()) };
        let response = match (session.marked(), session.interview.questionnaire().item(index).map(|item| &item.kind)) {
            (Some(marked), _) => marked,
            (None, Some(Kind::Number(number))) => {
                Response::Given(crate::questionnaire::Answer::Number(number.parse(session.typed.text())?))
            }
            (None, Some(Kind::Text(text))) => {
                Response::Given(crate::questionnaire::Answer::Text(text.parse(session.typed.text())?))
            }
            (None, _) => return Err(AnswerFault::Empty),
        };
        self.respond(index, response)
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
        let next = ItemIndex(index.0 + 1);
        let last = self.interview().is_none_or(|interview| interview.questionnaire().item(next).is_none());
        self.arrive(if last { Place::Review } else { Place::Item(next) });
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

    fn open_overview(&mut self) {
        self.record_leaving();
        self.save();
        let here = self.session.as_ref().and_then(Session::item).map_or(0, ItemIndex::get);
        self.show(Screen::Overview, Some(here));
    }

    pub(super) fn on_overview(&mut self, action: Action) {
        let Some(interview) = self.interview() else { return };
        let items = interview.questionnaire().items().len();
        match action {
            Action::Confirm => {
                let place = self.view.marked.and_then(|at| u16::try_from(at).ok()).map(ItemIndex);
                self.arrive(place.map_or(Place::Review, Place::Item));
            }
            Action::Back | Action::Leave => self.show_place(),
            // Digits would jump to the first ten alone.
            Action::Mark(_) => {}
            other => self.move_mark(other, items),
        }
    }

    pub(super) fn on_review(&mut self, action: Action) {
        let Some(session) = &mut self.session else { return };
        if !matches!(action, Action::Confirm) {
            session.touched = true;
        }
        let open: Vec<ItemIndex> = session.interview.open_items().collect();
        let last = session.interview.questionnaire().indexes().next_back();
        match action {
            Action::Confirm if !session.touched && self.is_held(SETTLE) => {}
            Action::Confirm => match self.view.marked.unwrap_or_default().checked_sub(1) {
                None => self.finish(),
                Some(place) => {
                    if let Some(index) = open.get(place) {
                        self.arrive(Place::Item(*index));
                    }
                }
            },
            Action::Back => self.arrive(last.map_or(Place::Review, Place::Item)),
            Action::Overview => self.open_overview(),
            Action::Leave => self.open_dialog(Dialog::Quit),
            // The numbers under it are the items' own.
            Action::Mark(1..) => {}
            other => self.move_mark(other, open.len() + 1),
        }
    }

    fn finish(&mut self) {
        if self.blocked_by_fault() {
            return;
        }
        let at = self.now.at;
        let Some(session) = &mut self.session else { return };
        session.interview.finish(at);
        let interview = session.interview.clone();
        self.save();
        self.show_profile(interview);
    }

    pub(super) fn show_profile(&mut self, interview: Interview) {
        let profile = scoring::profile(&interview);
        self.show(Screen::Profile(Box::new(Shown { interview, profile })), None);
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

    pub(super) fn offer_unfinished(&mut self, questionnaire: &Arc<Questionnaire>) {
        let unfinished = |summary: &&crate::store::Summary| {
            summary.state == State::Unfinished && summary.key == questionnaire.key().as_str()
        };
        if self.shelf.interviews.iter().any(|summary| unfinished(&summary)) {
            self.show(Screen::Unfinished { begin: Some(Arc::clone(questionnaire)) }, Some(0));
        }
    }
}
