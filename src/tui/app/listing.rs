//! The screens that are lists: home, unfinished interviews, results, settings, and what to do without a store.

use std::path::PathBuf;
use std::sync::Arc;

use super::overlay::{Dialog, Overlay, PromptFor};
use super::saving::Errand;
use super::{App, Start};
use crate::questionnaire::Questionnaire;
use crate::report::Glyphs;
use crate::store::{Order, State, Summary};
use crate::text::{LANGUAGES, Language};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::settings::{Advance, Mouse, Reader};
use crate::tui::theme::{THEMES, Theme};
use crate::tui::{Action, Effect};

/// A line of the home screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum HomeLine {
    Begin,
    Choose,
    Continue,
    Results,
    Settings,
    Quit,
}

/// A line of the settings screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum SettingsLine {
    Language,
    Theme,
    Glyphs,
    Advance,
    Reader,
    Mouse,
}

impl SettingsLine {
    pub(in crate::tui) const ALL: [Self; 6] =
        [Self::Language, Self::Theme, Self::Glyphs, Self::Advance, Self::Reader, Self::Mouse];
}

impl App {
    /// The lines of the home screen; those that lead nowhere are left out.
    pub(in crate::tui) fn home_lines(&self) -> Vec<HomeLine> {
        let lines = [
            HomeLine::Begin,
            HomeLine::Continue,
            HomeLine::Results,
            HomeLine::Choose,
            HomeLine::Settings,
            HomeLine::Quit,
        ];
        let leads = |line: &HomeLine| match line {
            HomeLine::Continue => !self.unfinished().is_empty(),
            HomeLine::Results => !self.finished().is_empty(),
            HomeLine::Begin | HomeLine::Choose | HomeLine::Settings | HomeLine::Quit => true,
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
                Some(HomeLine::Settings) => self.show(Screen::Settings, Some(0)),
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
            Start::Home | Start::Take(_) => self.go_home(),
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
                match self.boot.start {
                    Start::Take(_) => self.exit(),
                    _ if from_results => self.open_results(),
                    Start::Home | Start::Results => self.go_home(),
                }
            }
            other => self.scroll(other),
        }
    }

    pub(super) fn on_settings(&mut self, action: Action) {
        let lines = SettingsLine::ALL;
        match action {
            Action::Confirm => {
                if let Some(line) = self.view.marked.and_then(|at| lines.get(at)) {
                    self.change(*line);
                    self.effects.push(Effect::SaveSettings(self.settings.clone()));
                }
            }
            Action::Back | Action::Leave => self.go_home(),
            other => self.move_mark(other, lines.len()),
        }
    }

    /// Takes the next value of a setting.
    fn change(&mut self, line: SettingsLine) {
        match line {
            SettingsLine::Language => {
                let next = self.language.next();
                self.settings.language = Some(next.tag().to_owned());
                self.speak(next.tag());
            }
            SettingsLine::Theme => {
                let here = THEMES.iter().position(|(name, _)| *name == self.theme_name()).unwrap_or_default();
                let (name, _) = THEMES[(here + 1) % THEMES.len()];
                self.settings.theme = Some(name.to_owned());
                if let (false, Ok(theme)) = (self.boot.colourless, Theme::named(name)) {
                    self.theme = theme;
                }
            }
            SettingsLine::Glyphs => {
                self.glyphs = match self.glyphs {
                    Glyphs::Ascii => Glyphs::Cp437,
                    Glyphs::Cp437 => Glyphs::Full,
                    Glyphs::Full => Glyphs::Ascii,
                };
                self.settings.glyphs = Some(self.glyphs);
            }
            SettingsLine::Advance => {
                self.settings.advance = match self.settings.advance {
                    Advance::Enter => Advance::Auto,
                    Advance::Auto => Advance::Enter,
                };
            }
            SettingsLine::Reader => {
                self.settings.reader = match self.settings.reader {
                    Reader::Respondent => Reader::Interviewer,
                    Reader::Interviewer => Reader::Respondent,
                };
            }
            SettingsLine::Mouse => {
                self.settings.mouse = match self.settings.mouse {
                    Mouse::On => Mouse::Off,
                    Mouse::Off => Mouse::On,
                };
                self.effects.push(Effect::Mouse(self.settings.mouse == Mouse::On));
            }
        }
    }

    pub(in crate::tui) fn theme_name(&self) -> &str {
        self.settings.theme.as_deref().unwrap_or("dark")
    }

    /// Says how writing the settings file went.
    pub fn settings_saved(&mut self, outcome: Result<(), crate::store::StoreError>) {
        self.dirty = true;
        self.told = Some(match outcome {
            Ok(()) => self.t().settings.saved.to_string(),
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
            Start::Results => self.open_results(),
        }
    }

    /// The interface language's own name.
    pub(in crate::tui) fn language_name(&self) -> &'static str {
        LANGUAGES.into_iter().find(|language| *language == self.language()).map_or("", Language::name)
    }
}
