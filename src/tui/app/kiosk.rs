//! One laptop that many answer on in turn: what stands between two people, and who may leave.

use std::sync::Arc;
use std::time::Duration;

use super::App;
use super::gathering::Purpose;
use super::overlay::{Dialog, Overlay};
use super::pin::PinFor;
use super::saving::Errand;
use crate::interview::{Interview, InterviewId};
use crate::questionnaire::Questionnaire;
use crate::store::{Order, Workshop};
use crate::text::Tag;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Status, Tone};
use crate::tui::{Action, Start};

/// Without a key for so long the person is asked whether they are still there,
const ASK_AFTER: Duration = Duration::from_secs(120);
/// and after so much longer the screen is hidden.
const HIDE_AFTER: Duration = Duration::from_secs(60);

/// A workshop's kiosk, as it is begun.
#[derive(Clone, Debug)]
pub struct KioskStart {
    /// The workshop.
    pub workshop: Box<Workshop>,
    /// Its questionnaire.
    pub questionnaire: Arc<Questionnaire>,
    /// How many have finished.
    pub finished: usize,
    /// A PIN is chosen anew.
    pub new_pin: bool,
}

/// A kiosk that is running.
#[derive(Debug)]
pub(in crate::tui) struct Kiosk {
    pub(in crate::tui) workshop: Box<Workshop>,
    pub(in crate::tui) questionnaire: Arc<Questionnaire>,
    pub(in crate::tui) finished: usize,
    /// Somebody looks at the picture in another window.
    watched: bool,
    /// The line that was being typed when the PIN was asked for.
    beneath: Option<Overlay>,
    /// When a key was pressed last.
    touched: Duration,
}

/// What stands on the screen between two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Between {
    /// Welcome.
    Welcome,
    /// Your code.
    Code(InterviewId),
    /// Please hand the laptop on.
    HandOn,
    /// Nobody pressed a key.
    Resting,
    /// For the facilitator, after the PIN.
    Menu,
}

/// A line of the facilitator's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MenuLine {
    Back,
    Next,
    Unfinished,
    Picture,
    Leave,
}

impl App {
    /// Begins the kiosk: at the choice of a PIN where there is none yet.
    pub(super) fn open_kiosk(&mut self, start: KioskStart) {
        let KioskStart { workshop, questionnaire, finished, new_pin } = start;
        let choose = workshop.about.pin.is_empty() || new_pin;
        let (touched, watched, beneath) = (self.now.elapsed, false, None);
        self.kiosk = Some(Kiosk { workshop, questionnaire, finished, watched, beneath, touched });
        self.show(Screen::Between(Between::Welcome), None);
        if choose {
            self.open_pin(PinFor::Choose);
        }
    }

    pub(super) fn in_kiosk(&self) -> bool {
        self.kiosk.is_some()
    }

    /// The languages one can choose from: in a workshop those it is held in.
    pub(super) fn offered(&self, questionnaire: &Questionnaire) -> Vec<Tag> {
        let all = questionnaire.languages().to_vec();
        let Some(kiosk) = &self.kiosk else { return all };
        let held = |tag: &Tag| kiosk.workshop.about.languages.iter().any(|held| held == tag.as_str());
        let offered: Vec<Tag> = all.iter().filter(|tag| held(tag)).cloned().collect();
        if offered.is_empty() { all } else { offered }
    }

    /// A key was pressed: somebody is there.
    pub(super) fn notice_person(&mut self) {
        let now = self.now.elapsed;
        if let Some(kiosk) = &mut self.kiosk {
            kiosk.touched = now;
        }
    }

    /// Whether something of a person, or the facilitator's, is on the screen.
    fn is_occupied(&self) -> bool {
        let pin = matches!(self.overlay, Some(Overlay::Pin(_)));
        let empty = [Between::Welcome, Between::HandOn, Between::Resting];
        let empty = matches!(&self.screen, Screen::Between(between) if empty.contains(between));
        // A picture is nobody's, and may be left on a wall; it leads to the welcome.
        let empty = empty || matches!(self.screen, Screen::Picture(_));
        self.in_kiosk() && !matches!(self.screen, Screen::StoreFault) && (!empty || (pin && !self.chooses_pin()))
    }

    /// When the kiosk does something by itself.
    pub(super) fn kiosk_due(&self) -> Option<Duration> {
        let kiosk = self.kiosk.as_ref().filter(|_| self.is_occupied())?;
        let asked = self.overlay.is_some();
        Some(kiosk.touched + if asked { ASK_AFTER + HIDE_AFTER } else { ASK_AFTER })
    }

    /// Asks whether somebody is there, and hides the screen where nobody is.
    pub(super) fn look_for_person(&mut self) {
        let Some(kiosk) = self.kiosk.as_ref().filter(|_| self.is_occupied()) else { return };
        let idle = self.now.elapsed.saturating_sub(kiosk.touched);
        if idle >= ASK_AFTER + HIDE_AFTER {
            self.dirty = true;
            self.rest();
        } else if idle >= ASK_AFTER && self.overlay.is_none() {
            self.dirty = true;
            self.overlay = Some(Overlay::question(Dialog::StillThere, self.now.elapsed));
        }
    }

    /// Hides the screen; what was answered is kept, on the disk where it takes it.
    fn rest(&mut self) {
        self.keep_draft();
        let begun = self.session.is_some();
        self.clear_person();
        self.show(Screen::Between(if begun { Between::Resting } else { Between::Welcome }), None);
    }

    /// Forgets everything of the person who sat here. Only what the disk did not take stays, unseen, until it does.
    fn clear_person(&mut self) {
        self.session = self.session.take().filter(|session| !session.is_safe());
        self.overlay = None;
        if let Some(kiosk) = &mut self.kiosk {
            kiosk.beneath = None;
        }
        self.content = None;
        self.told = None;
        self.last_key = None;
        self.before_last_key = None;
        self.leave_when_saved = false;
        self.shelf.interviews.clear();
        self.language = self.boot.language;
    }

    /// Forgets the person whose answers have come to the disk after they left.
    pub(super) fn forget_who_left(&mut self) {
        let left = [Between::Welcome, Between::HandOn, Between::Resting];
        if !matches!(&self.screen, Screen::Between(between) if left.contains(between)) {
            return;
        }
        self.session = self.session.take().filter(|session| !session.is_safe());
        if self.session.is_none() && std::mem::take(&mut self.leave_when_saved) {
            self.clear_person();
            self.dirty = true;
            self.show(Screen::Between(Between::Welcome), None);
        }
    }

    /// The person is done, or has stopped: the laptop goes on to the next.
    pub(super) fn hand_on(&mut self) {
        let begun = self.session.is_some() || matches!(self.screen, Screen::Refused(_));
        self.clear_person();
        self.show(Screen::Between(if begun { Between::HandOn } else { Between::Welcome }), None);
    }

    /// Shows the code to note.
    pub(super) fn show_code(&mut self, id: InterviewId) {
        self.overlay = None;
        self.show(Screen::Between(Between::Code(id)), None);
    }

    /// After the last question: one's own profile where the workshop shows it, else the code.
    pub(super) fn after_finishing(&mut self, interview: Interview) {
        match &self.kiosk {
            Some(kiosk) if !kiosk.workshop.about.own_profile => self.show_code(interview.id()),
            _ => self.show_profile(interview),
        }
    }

    pub(super) fn count_finished(&mut self) {
        if let Some(kiosk) = &mut self.kiosk {
            kiosk.finished += 1;
        }
        self.keep_what_is_watched();
    }

    /// Somebody begins to look at the picture in another window, or no longer does.
    pub(super) fn notice_watching(&mut self, watched: bool) {
        if let Some(kiosk) = &mut self.kiosk {
            kiosk.watched = watched;
        }
        self.keep_what_is_watched();
    }

    /// Another window shows what was kept as shown and can keep nothing itself: so that is done here, where it can.
    fn keep_what_is_watched(&mut self) {
        if let Some(workshop) = self.kiosk.as_ref().filter(|kiosk| kiosk.watched).map(|kiosk| kiosk.workshop.id) {
            self.gather(Purpose::Keep, workshop);
        }
    }

    /// Whether this may be done at all: a kiosk writes no files and is not suspended.
    pub(super) fn is_possible(&self, action: Action) -> bool {
        !self.in_kiosk() || !matches!(action, Action::Save | Action::Suspend)
    }

    /// Whether a screen of the kiosk takes this action before the screen beneath does.
    pub(super) fn kiosk_takes(&mut self, action: Action) -> bool {
        if !self.in_kiosk() || matches!(self.overlay, Some(Overlay::Pin(_))) {
            return false;
        }
        let by_control = self.last_key_is_control();
        match action {
            Action::Suspend => self.open_pin(PinFor::Facilitator),
            Action::Leave if by_control => self.open_pin(PinFor::Facilitator),
            Action::Save => {}
            _ => return false,
        }
        true
    }

    pub(super) fn on_between(&mut self, between: Between, action: Action) {
        match (between, action) {
            (Between::Menu, action) => self.on_menu(action),
            (Between::Code(_), Action::Confirm) if self.below() > 0 => self.scroll(Action::PageDown),
            (Between::Code(_), Action::Confirm) => self.leave_code(),
            (_, Action::Leave) => self.open_pin(PinFor::Facilitator),
            (Between::Code(_), other) => self.scroll(other),
            (_, Action::Confirm) if self.below() > 0 => self.scroll(Action::PageDown),
            // What the disk has not taken is not given up.
            (_, Action::Confirm) if self.session.as_ref().is_some_and(|session| !session.is_safe()) => {
                self.leave_when_saved = !self.blocked_by_fault();
            }
            (Between::Welcome, Action::Confirm) => {
                let questionnaire = self.kiosk.as_ref().map(|kiosk| Arc::clone(&kiosk.questionnaire));
                if let Some(questionnaire) = questionnaire {
                    self.begin(questionnaire);
                }
            }
            (Between::HandOn | Between::Resting, Action::Confirm) => {
                self.clear_person();
                self.show(Screen::Between(Between::Welcome), None);
            }
            (_, other) => self.scroll(other),
        }
    }

    /// The code is left when the interview is on the disk.
    fn leave_code(&mut self) {
        let unsaved = self.session.as_ref().is_some_and(|session| !session.saving.packed);
        if unsaved {
            self.leave_when_saved = !self.blocked_by_fault();
        } else {
            self.hand_on();
        }
    }

    /// The PIN was right.
    pub(super) fn open_menu(&mut self) {
        self.overlay = None;
        self.show(Screen::Between(Between::Menu), Some(0));
        self.order(Errand::List, Order::List);
    }

    fn menu_lines(&self) -> Vec<MenuLine> {
        let lines = [MenuLine::Back, MenuLine::Next, MenuLine::Unfinished, MenuLine::Picture, MenuLine::Leave];
        let here = self.session.is_some();
        let leads = |line: &MenuLine| match line {
            MenuLine::Back => here,
            MenuLine::Unfinished => !here && !self.unfinished().is_empty(),
            MenuLine::Next | MenuLine::Picture | MenuLine::Leave => true,
        };
        lines.into_iter().filter(leads).collect()
    }

    fn on_menu(&mut self, action: Action) {
        let lines = self.menu_lines();
        match action {
            Action::Confirm => match self.view.marked.and_then(|at| lines.get(at)) {
                Some(MenuLine::Back) => self.back_to_person(),
                Some(MenuLine::Next) => self.next_person(),
                Some(MenuLine::Unfinished) => self.show(Screen::Unfinished { begin: None }, Some(0)),
                Some(MenuLine::Picture) => self.order_picture(),
                Some(MenuLine::Leave) => self.end(),
                None => {}
            },
            Action::Back | Action::Leave if self.session.is_some() => self.back_to_person(),
            Action::Back | Action::Leave => self.next_person(),
            other => self.move_mark(other, lines.len()),
        }
    }

    fn back_to_person(&mut self) {
        let finished = self.session.as_ref().map(|session| (session.interview.finished(), session.interview.id()));
        match finished {
            Some((true, id)) => self.show_code(id),
            Some((false, _)) => {
                self.show_place();
                self.leave_pin();
            }
            None => self.next_person(),
        }
    }

    /// Lays aside the line that is being typed, while the PIN is asked for.
    pub(super) fn lay_aside(&mut self) {
        if let Some(kiosk) = self.kiosk.as_mut().filter(|_| matches!(self.overlay, Some(Overlay::Prompt { .. }))) {
            kiosk.beneath = self.overlay.take();
        }
    }

    /// The line that was laid aside.
    pub(super) fn laid_aside(&self) -> Option<&Overlay> {
        self.kiosk.as_ref()?.beneath.as_ref()
    }

    /// Goes on where the PIN was asked for.
    pub(super) fn leave_pin(&mut self) {
        self.overlay = self.kiosk.as_mut().and_then(|kiosk| kiosk.beneath.take());
    }

    /// What the person before left is kept, and the next is welcome.
    fn next_person(&mut self) {
        self.keep_draft();
        self.clear_person();
        self.show(Screen::Between(Between::Welcome), None);
    }

    /// Another picture was left.
    pub(super) fn leave_picture(&mut self) {
        match self.boot.start {
            Start::Group(_) => self.exit(),
            Start::Kiosk(_) => self.next_person(),
            Start::Home | Start::Take(_) | Start::Results => {
                let Screen::Picture(shown) = &self.screen else { return };
                let workshop = shown.workshop().clone();
                let all = std::mem::take(&mut self.shelf.workshops);
                self.show_workshop(workshop, all);
            }
        }
    }

    pub(super) fn between(&self, page: &mut Page<'_>, between: Between) {
        let words = &self.t().kiosk;
        let Some(kiosk) = &self.kiosk else { return };
        page.heading.clone_from(&kiosk.workshop.about.name);
        page.counter = words.finished.with(&[("n", &kiosk.finished.to_string())]);
        let mut tell = |title: &str, texts: &[&str]| {
            page.column.text(Tone::Heading, title.to_owned()).gap();
            for text in texts {
                page.column.text(Tone::Plain, (*text).to_owned()).gap();
            }
        };
        match between {
            Between::Welcome => {
                tell(words.welcome.as_str(), &[words.welcome_text.as_str()]);
                page.column.text(Tone::Question, words.welcome_go.to_string());
            }
            Between::Code(id) => {
                tell(words.thanks.as_str(), &[words.code.as_str()]);
                page.column.text(Tone::Question, format!("   {}", id.words(self.language))).gap();
                page.column.text(Tone::Quiet, words.code_also.with(&[("code", &id.code())])).gap();
                page.column.text(Tone::Plain, words.code_why.to_string()).gap();
                page.column.text(Tone::Question, words.code_go.to_string());
                page.status = self.saving_status();
            }
            Between::HandOn => {
                tell(words.hand_on.as_str(), &[words.hand_on_text.as_str()]);
                page.column.text(Tone::Question, words.hand_on_go.to_string());
            }
            Between::Resting => {
                tell(words.resting.as_str(), &[words.resting_text.as_str()]);
                page.column.text(Tone::Question, words.hand_on_go.to_string());
            }
            Between::Menu => self.menu(page),
        }
        if matches!(between, Between::HandOn | Between::Resting)
            && self.session().is_some_and(|session| !session.is_safe())
        {
            page.status = match self.saving_status() {
                Status::Done(_) => Status::Silent,
                other => other,
            };
        }
    }

    fn menu(&self, page: &mut Page<'_>) {
        let words = &self.t().kiosk;
        page.column.text(Tone::Heading, words.menu.to_string()).gap();
        for line in self.menu_lines() {
            page.column.numbered(match line {
                MenuLine::Back => words.menu_back.to_string(),
                MenuLine::Next => words.menu_next.to_string(),
                MenuLine::Unfinished => words.menu_unfinished.with(&[("n", &self.unfinished().len().to_string())]),
                MenuLine::Picture => words.menu_picture.to_string(),
                MenuLine::Leave => words.menu_leave.to_string(),
            });
        }
        self.tell_notices(page);
    }
}
