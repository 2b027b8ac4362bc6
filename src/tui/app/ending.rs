//! The overview, the look back, and the end of an interview.

use std::path::PathBuf;

use super::answering::SETTLE;
use super::gathering::Purpose;
use super::overlay::Dialog;
use super::session::Session;
use super::{App, Shown};
use crate::interview::{Interview, Place};
use crate::questionnaire::{AnswerFault, ItemIndex};
use crate::report::{self, PageWords, ProfileFormat};
use crate::tui::screen::Screen;
use crate::tui::widget::area_of_column;
use crate::tui::{Action, Effect};

impl App {
    pub(super) fn open_overview(&mut self) {
        self.record_leaving();
        self.save();
        let here = self.session.as_ref().and_then(Session::item);
        let lines = self.overview_lines();
        let here = lines.iter().position(|index| Some(*index) == here).unwrap_or_default();
        self.show(Screen::Overview, Some(here));
    }

    pub(super) fn on_overview(&mut self, action: Action) {
        let lines = self.overview_lines();
        match action {
            Action::Confirm => {
                let place = self.view.marked.and_then(|at| lines.get(at)).copied();
                self.arrive(place.into());
            }
            Action::Back | Action::Leave => self.show_place(),
            // Digits would jump to the first ten alone.
            Action::Mark(_) => {}
            other => self.move_mark(other, lines.len()),
        }
    }

    /// The items of the overview: those that apply and are answered, in the order asked.
    pub(super) fn overview_lines(&self) -> Vec<ItemIndex> {
        self.interview().map(|interview| interview.questions().collect()).unwrap_or_default()
    }

    pub(super) fn on_review(&mut self, action: Action) {
        let Some(session) = &mut self.session else { return };
        if !matches!(action, Action::Confirm) {
            session.touched = true;
        }
        let open: Vec<ItemIndex> = session.interview.open_items().collect();
        let last = session.interview.asked().next_back();
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
            Action::Back => self.arrive(last.into()),
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
        let hindrance = session.interview.hindrances().next();
        if let Some(index) = hindrance {
            self.arrive(Place::Item(index));
            self.tell_hindrance(index);
            return;
        }
        session.interview.finish(at);
        let interview = session.interview.clone();
        self.save();
        self.after_finishing(interview);
    }

    /// Says why the interview cannot be finished before this item is looked at.
    fn tell_hindrance(&mut self, index: ItemIndex) {
        let Some(session) = &mut self.session else { return };
        match session.interview.check_failing(index) {
            Some(check) => session.rejected = Some(AnswerFault::Unfit { check }),
            None => self.open_dialog(Dialog::Required),
        }
    }

    pub(super) fn show_profile(&mut self, interview: Interview) {
        let (id, workshop) = (interview.id(), interview.workshop());
        self.show(Screen::Profile(Box::new(Shown { interview, change: Vec::new() })), None);
        if let Some(workshop) = workshop {
            self.gather(Purpose::Own(id), workshop);
        }
    }

    pub(super) fn save_profile(&mut self, format: ProfileFormat) {
        let Screen::Profile(shown) = &self.screen else { return };
        let (interview, report) = (&shown.interview, self.report_of(shown));
        let tag = self.tag(interview.questionnaire());
        let words = PageWords { language: tag.as_str(), t: self.t() };
        match format.content(interview, &report, &words, self.glyphs) {
            Ok(content) => self.effects.push(Effect::SaveProfile { name: format.name(interview), content }),
            Err(fault) => self.told = Some(fault.words(self.t())),
        }
    }

    /// Says how saving a profile went.
    pub fn profile_saved(&mut self, outcome: Result<PathBuf, crate::store::StoreError>) {
        self.dirty = true;
        self.told = Some(match outcome {
            Ok(path) => {
                let whole = self.t().profile.saved_as.with(&[("path", &path.display().to_string())]);
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                // On a narrow screen the name says more than the beginning of the path.
                let fits = crate::text::width(&whole) + 2 <= area_of_column(self.area()).width.into();
                if fits { whole } else { self.t().profile.saved_as.with(&[("path", &name)]) }
            }
            Err(fault) => self.fault_words(&fault).0,
        });
    }

    pub(super) fn report_of(&self, shown: &Shown) -> report::Report {
        let interview = &shown.interview;
        let profile = crate::scoring::profile(interview);
        let tag = self.tag(interview.questionnaire());
        let started = interview.started();
        let facts = report::Facts {
            started: (self.boot.local)(started.map_or(0, |at| at.unix_ms)),
            doubtful: started.is_none_or(|at| at.doubtful),
            change: shown.change.clone(),
        };
        report::personal(interview, &profile, &facts, self.t(), &tag)
    }
}
