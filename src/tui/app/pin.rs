//! The facilitator's PIN: chosen twice, asked for, slower after each wrong try; and the store's passphrase, asked for at
//! the same line. What is typed is wiped from memory.

use std::time::Duration;

use tui_input::InputRequest;

use super::App;
use super::overlay::Overlay;
use super::saving::Errand;
use crate::store::{Change, Order, Secret, StoreError, wait_after};
use crate::tui::widget::{Column, Page, Status, Tone};
use crate::tui::{Action, Effect};

/// Signs a PIN has at least.
const SHORTEST: usize = 4;
/// Signs a PIN has at least that opens the store too.
const SHORTEST_KEY: usize = 8;
/// Signs are shown as dots up to so many, so that the line stays one.
const DOTS: usize = 30;

/// What a PIN is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum PinFor {
    /// To choose it.
    Choose,
    /// To show the facilitator's menu.
    Facilitator,
    /// To unlock the store: a passphrase does as well.
    Unlock,
    /// The passphrase of a key file.
    KeyFile,
}

/// Wrong tries in a row, and when the next may be made.
#[derive(Debug, Default)]
pub(in crate::tui) struct Tries {
    wrong: u32,
    blocked_until: Duration,
}

impl Tries {
    fn add(&mut self, now: Duration) {
        self.wrong = self.wrong.saturating_add(1);
        self.blocked_until = now + wait_after(self.wrong);
    }
}

/// What is said of what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    Short,
    Differs,
    Wrong,
    Checking,
}

/// The line at which a PIN is typed.
#[derive(Debug)]
pub(in crate::tui) struct PinLine {
    purpose: PinFor,
    typed: Secret,
    /// The first of the two that have to be the same.
    first: Option<Secret>,
    said: Said,
}

impl PinLine {
    /// Whether it stands before a locked store.
    pub(super) fn unlocks(&self) -> bool {
        self.purpose == PinFor::Unlock
    }

    /// Whether it takes a passphrase: the store's, or a key file's.
    pub(super) fn takes_passphrase(&self) -> bool {
        matches!(self.purpose, PinFor::Unlock | PinFor::KeyFile)
    }
}

fn edit(secret: &mut Secret, request: InputRequest) {
    match request {
        InputRequest::InsertChar(sign) => secret.push(sign),
        InputRequest::DeletePrevChar => secret.pop(),
        InputRequest::DeleteLine => secret.clear(),
        _ => {}
    }
}

impl App {
    pub(super) fn open_pin(&mut self, purpose: PinFor) {
        self.lay_aside();
        self.overlay =
            Some(Overlay::Pin(PinLine { purpose, typed: Secret::default(), first: None, said: Said::Nothing }));
        self.dirty = true;
    }

    pub(super) fn chooses_pin(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Pin(line)) if line.purpose == PinFor::Choose)
    }

    pub(super) fn on_pin(&mut self, action: Action) {
        let Some(Overlay::Pin(line)) = &mut self.overlay else { return };
        if line.said == Said::Checking {
            return;
        }
        match action {
            Action::Edit(request) => {
                line.said = Said::Nothing;
                edit(&mut line.typed, request);
            }
            Action::Confirm => self.take_pin(),
            // Nothing of anybody is on the screen yet.
            Action::Leave if line.unlocks() || (line.purpose == PinFor::Choose && self.kiosk.is_some()) => self.exit(),
            Action::Leave => self.leave_pin(),
            _ => {}
        }
    }

    fn take_pin(&mut self) {
        let (blocked, shortest) = (self.tries.blocked_until > self.now.elapsed, self.shortest());
        let sealed = self.kiosk.as_ref().map(|kiosk| kiosk.workshop.about.pin.clone()).unwrap_or_default();
        let mut ordered = None;
        let Some(Overlay::Pin(line)) = &mut self.overlay else { return };
        let typed = std::mem::take(&mut line.typed);
        match (line.purpose, line.first.take()) {
            (PinFor::Facilitator | PinFor::Unlock | PinFor::KeyFile, _) if blocked => line.said = Said::Wrong,
            (PinFor::KeyFile, _) => {
                line.said = Said::Checking;
                return self.open_sealed(Some(typed));
            }
            (PinFor::Unlock, _) => {
                line.said = Said::Checking;
                ordered = Some((Errand::Unlock, Order::Unlock { secret: typed }));
            }
            (PinFor::Facilitator, _) => {
                line.said = Said::Checking;
                self.effects.push(Effect::CheckPin { sealed, pin: typed });
            }
            (PinFor::Choose, None) if typed.signs() < shortest => line.said = Said::Short,
            (PinFor::Choose, None) => {
                line.said = Said::Nothing;
                line.first = Some(typed);
            }
            (PinFor::Choose, Some(first)) if first != typed => line.said = Said::Differs,
            (PinFor::Choose, Some(_)) => {
                line.said = Said::Checking;
                let opens = self.kiosk.as_ref().filter(|_| self.shelf.protected);
                ordered = opens.map(|kiosk| {
                    (Errand::Workshop, Order::KeepPin { workshop: kiosk.workshop.id, pin: typed.clone() })
                });
                self.effects.push(Effect::SealPin(typed));
            }
        }
        if let Some((errand, order)) = ordered {
            self.order(errand, order);
        }
    }

    /// Says whether the PIN was the right one.
    pub(super) fn pin_checked(&mut self, right: bool) {
        if self.kiosk.is_some() {
            self.secret_checked(right);
        }
        if right && self.kiosk.is_some() {
            self.open_menu();
        }
    }

    /// Counts a try.
    pub(super) fn secret_checked(&mut self, right: bool) {
        self.dirty = true;
        if right {
            self.tries = Tries::default();
            return;
        }
        self.tries.add(self.now.elapsed);
        if let Some(Overlay::Pin(line)) = &mut self.overlay {
            line.said = Said::Wrong;
        }
    }

    /// Says what the PIN that was chosen will be checked against.
    pub(super) fn pin_sealed(&mut self, outcome: Result<String, StoreError>) {
        self.dirty = true;
        match (outcome, &mut self.kiosk) {
            (Ok(sealed), Some(kiosk)) => {
                kiosk.workshop.about.pin.clone_from(&sealed);
                let workshop = kiosk.workshop.id;
                self.overlay = None;
                self.order(Errand::Workshop, Order::ChangeWorkshop { workshop, change: Change::Pin(sealed) });
            }
            (Err(fault), _) => {
                self.told = Some(self.fault_words(&fault).0);
                self.open_pin(PinFor::Choose);
            }
            (Ok(sealed), None) => {
                self.overlay = None;
                self.take_pin_of_details(sealed);
            }
        }
    }

    /// The page on which a PIN is typed: nothing of what is beneath is on it.
    pub(super) fn pin_page(&self, line: &PinLine) -> Page<'_> {
        let (words, of_key) = (&self.t().kiosk, line.takes_passphrase());
        let mut column = Column::default();
        let question = match (line.purpose, &line.first) {
            (PinFor::Unlock, _) => &self.t().protect.screen_ask,
            (PinFor::KeyFile, _) => &self.t().bundle.ask_passphrase,
            (PinFor::Facilitator, _) => &words.pin_ask,
            (PinFor::Choose, None) if self.shortest() == SHORTEST_KEY => &self.t().protect.pin_choose,
            (PinFor::Choose, None) => &words.pin_choose,
            (PinFor::Choose, Some(_)) => &words.pin_again,
        };
        column.text(Tone::Question, question.to_string()).gap();
        let dots = if self.glyphs.is_ascii() { "*" } else { "•" }.repeat(line.typed.signs().min(DOTS));
        column.text(Tone::Plain, format!("> {dots}_"));
        if let Some(said) = self.pin_said(line.said, of_key) {
            column.gap().text(Tone::Warning, said);
        }
        let (title, checking) = if of_key {
            (&self.t().protect.title, &self.t().protect.screen_checking)
        } else {
            (&words.pin_title, &words.pin_checking)
        };
        let status = if line.said == Said::Checking { Status::Working(checking.to_string()) } else { Status::Silent };
        Page { heading: title.to_string(), column, status, ..Page::default() }
    }

    /// Signs a PIN has at least here.
    fn shortest(&self) -> usize {
        if self.shelf.protected { SHORTEST_KEY } else { SHORTEST }
    }

    fn pin_said(&self, said: Said, of_key: bool) -> Option<String> {
        let words = &self.t().kiosk;
        let (wrong, wait) = if of_key {
            (&self.t().protect.screen_wrong, &self.t().protect.screen_wait)
        } else {
            (&words.pin_wrong, &words.pin_wait)
        };
        let left = self.tries.blocked_until.saturating_sub(self.now.elapsed).as_millis().div_ceil(1_000);
        match said {
            Said::Nothing | Said::Checking => None,
            Said::Short => Some(words.pin_short.with(&[("n", &self.shortest().to_string())])),
            Said::Differs => Some(words.pin_differs.to_string()),
            Said::Wrong if left > 0 => Some(wait.with(&[("n", &left.to_string())])),
            Said::Wrong => Some(wrong.to_string()),
        }
    }
}
