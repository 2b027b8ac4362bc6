//! The screens that are lists: home, unfinished interviews, results, settings, and what to do without a store.

use std::path::PathBuf;
use std::sync::Arc;

use super::overlay::{Dialog, Overlay, PromptFor};
use super::saving::Errand;
use super::{App, Start};
use crate::questionnaire::Questionnaire;
use crate::settings::{Fault, Mouse, Palette, SETTINGS, Setting, Settings, Value};
use crate::store::{Order, State, Summary};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::theme::Theme;
use crate::tui::{Action, Effect};

/// A line of the home screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum HomeLine {
    Begin,
    Choose,
    Continue,
    Results,
    Export,
    Laptops,
    Settings,
    Workshops,
    Quit,
}

impl App {
    /// The lines of the home screen; those that lead nowhere are left out.
    pub(in crate::tui) fn home_lines(&self) -> Vec<HomeLine> {
        let lines = [
            HomeLine::Begin,
            HomeLine::Continue,
            HomeLine::Results,
            HomeLine::Choose,
            HomeLine::Export,
            HomeLine::Settings,
            HomeLine::Laptops,
            HomeLine::Workshops,
            HomeLine::Quit,
        ];
        let leads = |line: &HomeLine| match line {
            HomeLine::Continue => !self.unfinished().is_empty(),
            HomeLine::Results => !self.finished().is_empty(),
            HomeLine::Export => self.finished().iter().any(|summary| summary.state == State::Finished),
            HomeLine::Begin
            | HomeLine::Choose
            | HomeLine::Settings
            | HomeLine::Workshops
            | HomeLine::Laptops
            | HomeLine::Quit => true,
        };
        lines.into_iter().filter(leads).collect()
    }

    /// Unfinished interviews, the latest first.
    pub(in crate::tui) fn unfinished(&self) -> Vec<&Summary> {
        self.shelf.interviews.iter().filter(|summary| summary.state == State::Unfinished).collect()
    }

    /// Finished and damaged interviews, the latest first.
    pub(in crate::tui) fn finished(&self) -> Vec<&Summary> {
        self.shelf.interviews.iter().filter(|summary| summary.state != State::Unfinished).collect()
    }

    pub(super) fn go_home(&mut self) {
        self.session = None;
        self.content = None;
        self.show(Screen::Home, Some(0));
        self.order(Errand::List, Order::List);
    }

    /// Keeps the mark on a line that is there, when lines have come or gone.
    pub(super) fn keep_mark_in_list(&mut self) {
        let lines = match &self.screen {
            Screen::Home => self.home_lines().len(),
            Screen::Unfinished { begin } => self.unfinished().len() + usize::from(begin.is_some()),
            Screen::Results => self.finished().len(),
            _ => return,
        };
        self.view.marked = self.view.marked.map(|marked| marked.min(lines.saturating_sub(1)));
    }

    pub(super) fn open_results(&mut self) {
        self.show(Screen::Results, Some(0));
    }

    pub(super) fn on_home(&mut self, action: Action) {
        let lines = self.home_lines();
        match action {
            Action::Confirm => match self.view.marked.and_then(|at| lines.get(at)) {
                Some(HomeLine::Begin) => self.begin(Arc::clone(&self.boot.core)),
                Some(HomeLine::Choose) => self.show(Screen::Library(self.boot.library.read()), Some(0)),
                Some(HomeLine::Continue) => self.show(Screen::Unfinished { begin: None }, Some(0)),
                Some(HomeLine::Results) => self.open_results(),
                Some(HomeLine::Export) => self.open_export(),
                Some(HomeLine::Laptops) => self.open_laptops(),
                Some(HomeLine::Settings) => self.show(Screen::Settings, Some(0)),
                Some(HomeLine::Workshops) => self.open_workshops(),
                Some(HomeLine::Quit) => self.exit(),
                None => {}
            },
            Action::Leave => self.exit(),
            other => self.move_mark(other, lines.len()),
        }
    }

    pub(super) fn on_library(&mut self, action: Action, questionnaires: &[Arc<Questionnaire>]) {
        match action {
            Action::Confirm => {
                if let Some(questionnaire) = self.view.marked.and_then(|at| questionnaires.get(at)) {
                    self.begin(Arc::clone(questionnaire));
                }
            }
            Action::Back | Action::Leave => self.go_home(),
            other => self.move_mark(other, questionnaires.len()),
        }
    }

    pub(super) fn on_unfinished(&mut self, action: Action, begin: Option<Arc<Questionnaire>>) {
        let interviews: Vec<_> = self.unfinished().into_iter().map(|summary| summary.id).collect();
        let here = self.view.marked.and_then(|at| interviews.get(at)).copied();
        match (action, here, begin) {
            (Action::Confirm, Some(id), _) => self.order(Errand::Continue, Order::Load { id }),
            (Action::Confirm, None, Some(questionnaire)) => self.begin(questionnaire),
            (Action::Discard, Some(id), _) => self.open_dialog(Dialog::Discard(id)),
            (Action::Back | Action::Leave, _, _) => self.leave_unbegun(),
            (other, _, begin) => self.move_mark(other, interviews.len() + usize::from(begin.is_some())),
        }
    }

    pub(super) fn on_results(&mut self, action: Action) {
        let shown: Vec<_> = self.finished().into_iter().map(|summary| (summary.id, summary.state)).collect();
        match action {
            Action::Confirm => match self.view.marked.and_then(|at| shown.get(at)) {
                Some((_, State::Sealed)) => self.told = Some(self.t().results.is_sealed.to_string()),
                Some((_, State::Damaged)) => self.told = Some(self.t().results.unreadable.to_string()),
                Some((id, _)) => self.order(Errand::Show, Order::Load { id: *id }),
                None => self.leave_results(),
            },
            Action::Back | Action::Leave => self.leave_results(),
            other => self.move_mark(other, shown.len()),
        }
    }

    fn leave_results(&mut self) {
        match self.boot.start {
            Start::Results => self.exit(),
            Start::Kiosk(_) => self.hand_on(),
            Start::Home | Start::Take(_) | Start::Group(_) => self.go_home(),
        }
    }

    pub(super) fn on_refused(&mut self, action: Action) {
        match action {
            Action::Confirm | Action::Back | Action::Leave => self.leave_unbegun(),
            other => self.scroll(other),
        }
    }

    pub(super) fn on_profile(&mut self, action: Action) {
        match action {
            Action::Save => self.open_dialog(Dialog::SaveAs),
            Action::Confirm if self.below() > 0 => self.scroll(Action::PageDown),
            Action::Confirm | Action::Back | Action::Leave => {
                let unsaved = self.session.as_ref().is_some_and(|session| !session.saving.packed);
                if unsaved {
                    // On a slow disk "saving" is on the screen, and it is left when that is done.
                    self.leave_when_saved = !self.blocked_by_fault();
                    return;
                }
                let from_results = self.session.is_none();
                let id = match &self.screen {
                    Screen::Profile(shown) => Some(shown.interview.id()),
                    _ => None,
                };
                match self.boot.start {
                    Start::Kiosk(_) => id.into_iter().for_each(|id| self.show_code(id)),
                    Start::Take(_) | Start::Group(_) => self.exit(),
                    _ if from_results => self.open_results(),
                    Start::Home | Start::Results => self.go_home(),
                }
            }
            other => self.scroll(other),
        }
    }

    pub(super) fn on_settings(&mut self, action: Action) {
        match action {
            Action::Confirm => {
                if let Some(setting) = self.view.marked.and_then(|place| Self::offered_settings().get(place).copied()) {
                    self.change(setting);
                }
            }
            Action::Back | Action::Leave => self.go_home(),
            other => self.move_mark(other, Self::offered_settings().len()),
        }
    }

    /// The settings that a choice can be made for.
    pub(in crate::tui) fn offered_settings() -> Vec<&'static Setting> {
        SETTINGS.iter().filter(|setting| !setting.words().is_empty()).collect()
    }

    /// The word of a setting as it is in force.
    pub(in crate::tui) fn word_of(&self, setting: &Setting) -> String {
        let of_system = Settings {
            language: Some(self.language),
            glyphs: Some(self.glyphs),
            theme: self.settings.theme.or(Some(Palette::default())),
            ..self.settings.clone()
        };
        setting.word(&of_system).unwrap_or_default()
    }

    /// Takes the next value of a setting, and lets it be seen.
    fn change(&mut self, setting: &'static Setting) {
        let (before, word) = (self.settings.clone(), setting.next(&self.word_of(setting)));
        setting.put(&mut self.settings, word);
        self.effects.push(Effect::SaveSetting { key: setting.key, word });
        let now = self.settings.clone();
        if let Some(language) = now.language.filter(|language| Some(*language) != before.language) {
            self.speak(language.tag());
        }
        let palette = now.theme.filter(|_| now.theme != before.theme && !self.boot.colourless);
        if let Some(Ok(theme)) = palette.map(|palette| Theme::named(palette.word())) {
            self.theme = theme;
        }
        self.glyphs = now.glyphs.unwrap_or(self.glyphs);
        if now.mouse != before.mouse {
            self.effects.push(Effect::Mouse(now.mouse == Mouse::On));
        }
    }

    /// Says how writing the settings file went.
    pub fn settings_saved(&mut self, outcome: Result<Result<(), Fault>, crate::store::StoreError>) {
        self.dirty = true;
        self.told = Some(match outcome {
            Ok(Ok(())) => self.t().settings.saved.to_string(),
            Ok(Err(fault)) => self.t().setting_fault(fault.code.as_str(), &[]).0,
            Err(fault) => self.fault_words(&fault).0,
        });
    }

    pub(super) fn on_store_fault(&mut self, action: Action) {
        match (action, self.view.marked) {
            (Action::Confirm, Some(0)) => {
                self.shelf.opening = true;
                self.effects.push(Effect::OpenStore(None::<PathBuf>));
            }
            (Action::Confirm, Some(1)) => {
                self.overlay = Some(Overlay::prompt(PromptFor::Folder, Prompt::default()));
            }
            (Action::Confirm, Some(_)) | (Action::Leave, _) if self.in_kiosk() && !self.shelf.opening => {
                self.open_pin(super::pin::PinFor::Facilitator);
            }
            (Action::Confirm, Some(_)) | (Action::Leave, _) => self.exit(),
            (other, _) => self.move_mark(other, 3),
        }
    }

    /// The store is there after all.
    pub(super) fn after_store_fault(&mut self) {
        self.overlay = None;
        match self.boot.start.clone() {
            Start::Take(questionnaire) => self.begin(questionnaire),
            Start::Home => self.show(Screen::Home, Some(0)),
            Start::Kiosk(_) => self.hand_on(),
            Start::Group(_) => {}
            Start::Results => self.open_results(),
        }
    }
}
