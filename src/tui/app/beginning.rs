//! From a questionnaire to the first item of an interview, or to where it was left.

use std::sync::Arc;

use super::App;
use super::overlay::{Overlay, PromptFor};
use super::session::{Saving, Session};
use crate::interview::{Draft, Interview, InterviewId, Moment};
use crate::questionnaire::Questionnaire;
use crate::store::{Change, Notice, Order, State};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::View;
use crate::tui::{Action, Start};

impl App {
    /// Begins at the first thing to be decided: an unfinished interview, the language, the introduction.
    pub(super) fn begin(&mut self, questionnaire: Arc<Questionnaire>) {
        if self.shelf().notices.contains(&Notice::DrillOwed) {
            // The menu says why.
            return self.show(Screen::Home, None);
        }
        let offered = self.offered(&questionnaire);
        if (self.boot.ask_language || self.in_kiosk()) && offered.len() > 1 {
            let tag = self.tag(&questionnaire);
            let here = offered.iter().position(|other| *other == tag);
            self.show(Screen::Language(questionnaire), here.or(Some(0)));
        } else {
            if let [only] = offered.as_slice() {
                self.speak(only.as_str());
            }
            self.show(Screen::Introduction(questionnaire), None);
        }
    }

    pub(super) fn on_language(&mut self, action: Action, questionnaire: &Arc<Questionnaire>) {
        let offered = self.offered(questionnaire);
        let marked = self.view.marked.unwrap_or_default();
        match action {
            Action::Confirm => {
                if let Some(tag) = offered.get(marked) {
                    let tag = tag.to_string();
                    self.speak(&tag);
                    self.show(Screen::Introduction(Arc::clone(questionnaire)), None);
                }
            }
            Action::Back | Action::Leave => self.leave_unbegun(),
            other => {
                self.move_mark(other, offered.len());
                // The words on the screen follow the mark, so that the person sees what is chosen.
                if let Some(tag) = offered.get(self.view.marked.unwrap_or_default()) {
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
                if let Some(workshop) = self.kiosk.as_ref().map(|kiosk| kiosk.workshop.id) {
                    let refused = Order::ChangeWorkshop { workshop, change: Change::Refused };
                    self.order(super::saving::Errand::Refuse, refused);
                }
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
            Start::Take(_) | Start::Group(_) => self.exit(),
            Start::Kiosk(_) => self.hand_on(),
            Start::Home | Start::Results => self.go_home(),
        }
    }

    fn start(&mut self, questionnaire: Arc<Questionnaire>, id: InterviewId) {
        let moment = Moment { at: self.now.at, shown_ms: 0, language: self.tag(&questionnaire) };
        let mode = self.settings.reader.mode();
        let mut interview = Interview::start(questionnaire, id, mode, env!("CARGO_PKG_VERSION"), &moment);
        let workshop = self.kiosk.as_ref().map(|kiosk| (kiosk.workshop.id, kiosk.workshop.about.second_of.is_some()));
        if let Some((workshop, _)) = workshop {
            interview.join(workshop, self.now.at);
        }
        let place = interview.beginning();
        let mut session = Session::new(interview, place, self.now.elapsed, self.point());
        session.brought_by = self.last_key.map(|(key, _)| key);
        self.session = Some(session);
        self.show_place();
        self.save();
        if workshop.is_some_and(|(_, second)| second) {
            self.overlay = Some(Overlay::prompt(PromptFor::EarlierCode, Prompt::default()));
        }
    }

    /// The sign before the decimals of a number.
    fn point(&self) -> char {
        self.t().forms.decimal.as_str().chars().next().unwrap_or('.')
    }

    /// Takes an unfinished interview up again, where it was left.
    pub(super) fn take_up(&mut self, mut interview: Interview, draft: Option<Draft>) {
        let stored = interview.events().len();
        interview.resume(self.now.at);
        let place = interview.left_at(draft.as_ref());
        let language = draft.as_ref().map_or_else(|| interview.language().clone(), |draft| draft.language.clone());
        self.speak(language.as_str());
        let mut session = Session::new(interview, place, self.now.elapsed, self.point());
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

    pub(super) fn offer_unfinished(&mut self, questionnaire: &Arc<Questionnaire>) {
        let unfinished = |summary: &&crate::store::Summary| {
            summary.state == State::Unfinished && summary.key == questionnaire.key().as_str()
        };
        if self.shelf.interviews.iter().any(|summary| unfinished(&summary)) {
            self.show(Screen::Unfinished { begin: Some(Arc::clone(questionnaire)) }, Some(0));
        }
    }
}
