//! Keys, mouse and pastes to actions, and each action to the screen it is for.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::overlay::Overlay;
use super::{App, Paste};
use crate::interview::Offer;
use crate::tui::screen::Screen;
use crate::tui::widget::{self, View};
use crate::tui::{Action, Context, Effect, Hint};

/// Keys closer together than this were not typed by a hand.
const PASTE: Duration = Duration::from_millis(15);

impl App {
    /// The hints of the help line.
    pub(super) fn hints(&self, context: Context) -> Vec<Hint> {
        let mut hints = self.keymap.line_hints(context, self.t(), self.glyphs);
        hints.retain(|hint| self.is_possible(hint.action));
        self.name_language(&mut hints);
        self.name_unlocking(&mut hints);
        hints
    }

    /// Puts the next language's own name where its key is told.
    pub(super) fn name_language(&self, hints: &mut [Hint]) {
        if let Some(hint) = hints.iter_mut().find(|hint| hint.action == Action::Language) {
            hint.words = self.next_language().1;
        }
    }

    /// Before what is locked the keys do something else than at other lines.
    fn name_unlocking(&self, hints: &mut [Hint]) {
        let Some(Overlay::Pin(line)) = &self.overlay else { return };
        if !line.takes_passphrase() {
            return;
        }
        for hint in hints {
            match hint.action {
                Action::Confirm => hint.words = self.t().protect.hint_open.to_string(),
                Action::Leave if line.unlocks() => hint.words = self.t().protect.hint_leave.to_string(),
                _ => {}
            }
        }
    }

    pub(super) fn on_key(&mut self, key: KeyEvent) {
        if key.kind == KeyEventKind::Release {
            return;
        }
        self.dirty = true;
        self.told = None;
        self.notice_person();
        let before = self.last_key;
        let key = match self.pasted(&key, before) {
            Some(KeyCode::Null) => return,
            Some(code) => KeyEvent { code, ..key },
            None => key,
        };
        self.before_last_key = before;
        self.last_key = Some((key, self.now.elapsed));
        if let Some(action) = self.keymap.resolve(&key, self.context(), self.t()) {
            self.act(action);
        }
    }

    /// What a key stands for that came with a paste the terminal did not mark: a line end in a text is a space
    /// there, and nothing elsewhere.
    fn pasted(&self, key: &KeyEvent, before: Option<(KeyEvent, Duration)>) -> Option<KeyCode> {
        let (last, at) = before?;
        let fast = self.boot.paste == Paste::Timed && self.now.elapsed.saturating_sub(at) < PASTE;
        let in_text = fast && key.code == KeyCode::Enter && matches!(last.code, KeyCode::Char(_));
        let typing = matches!(self.context(), Context::Typing | Context::Prompt);
        in_text.then_some(if typing { KeyCode::Char(' ') } else { KeyCode::Null })
    }

    pub(super) fn on_paste(&mut self, text: &str) {
        self.dirty = true;
        let typing = self.context() == Context::Typing;
        match &mut self.overlay {
            Some(Overlay::Prompt { prompt, .. }) => {
                prompt.paste(text);
                self.touch_draft();
            }
            None if typing => self.edit(|prompt| prompt.paste(text)),
            _ => {}
        }
    }

    pub(super) fn on_mouse(&mut self, mouse: MouseEvent) {
        let at = Position { x: mouse.column, y: mouse.row };
        let action = match mouse.kind {
            MouseEventKind::ScrollUp => Some(Action::Up),
            MouseEventKind::ScrollDown => Some(Action::Down),
            MouseEventKind::Down(MouseButton::Left) => self.clicked(at),
            _ => None,
        };
        if let Some(action) = action.filter(|_| widget::too_small(self.area()).is_none()) {
            self.dirty = true;
            self.told = None;
            // A click is no key held down, whatever key came before it.
            (self.before_last_key, self.last_key) = (None, None);
            self.notice_person();
            let typing = self.context() == Context::Typing;
            // On a line being typed the wheel has nothing to move.
            if !(typing && matches!(action, Action::Up | Action::Down)) {
                self.act(action);
            }
        }
    }

    /// What a click means: a hint's action, going on where the marked line of a list is clicked, else a mark.
    fn clicked(&mut self, at: Position) -> Option<Action> {
        let page = self.page();
        if let Some(action) = widget::hint_at(&page, self.glyphs, self.area(), at) {
            return Some(action);
        }
        let target = widget::target_at(&page, self.glyphs, self.area(), at)?;
        let again = page.view.marked == Some(target);
        match (&self.overlay, &self.screen) {
            (None, Screen::Item) => {
                let session = self.session()?;
                Some(match session.offers().get(target)? {
                    _ if again && !session.several() => Action::Confirm,
                    Offer::Pick(_) | Offer::Side(_) => Action::Mark(target),
                    Offer::DontKnow => Action::DontKnow,
                    Offer::Decline => Action::Decline,
                })
            }
            (None, Screen::Consent { .. }) if !again => Some(Action::Mark(target)),
            (None, _) => {
                self.view.mark(target);
                Some(Action::Confirm)
            }
            (Some(_), _) => {
                self.mark_in_dialog(target);
                Some(Action::Confirm)
            }
        }
    }

    pub(super) fn act(&mut self, action: Action) {
        let unseen = widget::too_small(self.area()).is_some();
        if self.kiosk_takes(action) {
            return;
        }
        match action {
            Action::Language => return self.switch_language(),
            Action::Suspend => return self.effects.push(Effect::Suspend),
            Action::Read => return self.read_again(),
            // Nothing is answered that cannot be seen; one can go.
            other if unseen && other != Action::Leave => return,
            Action::Help if !matches!(self.overlay, Some(Overlay::Help { .. })) => return self.open_help(),
            _ => {}
        }
        if self.overlay.is_some() {
            return self.on_overlay(action);
        }
        match &self.screen {
            Screen::Home => self.on_home(action),
            Screen::Library(questionnaires) => {
                let questionnaires = questionnaires.clone();
                self.on_library(action, &questionnaires);
            }
            Screen::Language(questionnaire) => {
                let questionnaire = Arc::clone(questionnaire);
                self.on_language(action, &questionnaire);
            }
            Screen::Unfinished { begin } => {
                let begin = begin.clone();
                self.on_unfinished(action, begin);
            }
            Screen::Introduction(questionnaire) => {
                let questionnaire = Arc::clone(questionnaire);
                self.on_introduction(action, questionnaire);
            }
            Screen::Consent { .. } => self.on_consent(action),
            Screen::Refused(_) => self.on_refused(action),
            Screen::Item => self.on_item(action),
            Screen::Overview => self.on_overview(action),
            Screen::Review => self.on_review(action),
            Screen::Profile(_) => self.on_profile(action),
            Screen::Results => self.on_results(action),
            Screen::Export(_) => self.on_export(action),
            Screen::Laptops(_) => self.on_laptops(action),
            Screen::Settings => self.on_settings(action),
            Screen::Between(between) => self.on_between(*between, action),
            Screen::Workshops(_) => self.on_workshops(action),
            Screen::Workshop(_) => self.on_workshop(action),
            Screen::Details(_) => self.on_details(action),
            Screen::Matching(_) => self.on_matching(action),
            Screen::Aside(_) => self.on_aside(action),
            Screen::Picture(_) => self.on_picture(action),
            Screen::StoreFault => self.on_store_fault(action),
        }
    }

    /// Moves the mark of the screen's list.
    pub(super) fn move_mark(&mut self, action: Action, count: usize) {
        Self::moved(&mut self.view, action, count);
    }

    /// A view after an action that moves the mark among `count` choices.
    pub(super) fn moved(view: &mut View, action: Action, count: usize) {
        let Some(last) = count.checked_sub(1) else { return };
        let page = 8;
        let to = match (action, view.marked) {
            (Action::Up, Some(at)) => at.saturating_sub(1),
            (Action::Down, Some(at)) => (at + 1).min(last),
            (Action::PageUp, Some(at)) => at.saturating_sub(page),
            (Action::PageDown, Some(at)) => (at + page).min(last),
            (Action::Up | Action::Last, _) => last,
            (Action::Down | Action::First | Action::PageUp | Action::PageDown, _) => 0,
            (Action::Mark(place), _) if place <= last => place,
            _ => return,
        };
        view.mark(to);
    }

    /// Scrolls the text on the screen.
    pub(super) fn scroll(&mut self, action: Action) {
        let (first, below) = (self.scrolled(), self.below());
        let screenful = usize::from(widget::area_of_column(self.area()).height).saturating_sub(1).max(1);
        let to = match action {
            Action::Up => first.saturating_sub(1),
            Action::Down => first + below.min(1),
            Action::PageUp => first.saturating_sub(screenful),
            Action::PageDown => first + below.min(screenful),
            Action::First => 0,
            Action::Last => first + below,
            _ => return,
        };
        let view = View { scroll: to, follow: false, ..self.page().view };
        match &mut self.overlay {
            Some(Overlay::Help { view: of_help }) => *of_help = view,
            _ => self.view = view,
        }
    }
}
