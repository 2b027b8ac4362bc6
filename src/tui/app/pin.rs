//! The facilitator's PIN: chosen twice, asked for, slower after each wrong try. What is typed is wiped from memory.

use std::fmt;
use std::time::Duration;

use tui_input::InputRequest;
use zeroize::Zeroizing;

use super::App;
use super::overlay::Overlay;
use super::saving::Errand;
use crate::store::{Change, Order, StoreError};
use crate::tui::widget::{Column, Page, Status, Tone};
use crate::tui::{Action, Effect};

/// Signs a PIN has at least.
const SHORTEST: usize = 4;
/// More signs are not taken; so many bytes are set aside, so that what is typed never moves in memory.
const LONGEST: usize = 32;
/// The longest wait after wrong PINs, in seconds.
const LONGEST_WAIT: u64 = 300;

/// A PIN being typed. It is never told, and wiped when it is no longer needed.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

impl Default for Pin {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(4 * LONGEST)))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin")
    }
}

impl Pin {
    /// What was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    fn signs(&self) -> usize {
        self.0.chars().count()
    }

    fn edit(&mut self, request: InputRequest) {
        match request {
            InputRequest::InsertChar(sign) if self.signs() < LONGEST && !sign.is_control() => self.0.push(sign),
            InputRequest::DeletePrevChar => _ = self.0.pop(),
            InputRequest::DeleteLine => self.0.clear(),
            _ => {}
        }
    }
}

/// What a PIN is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum PinFor {
    /// To choose it.
    Choose,
    /// To show the facilitator's menu.
    Facilitator,
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
    typed: Pin,
    /// The first of the two that have to be the same.
    first: Option<Pin>,
    said: Said,
}

impl App {
    pub(super) fn open_pin(&mut self, purpose: PinFor) {
        self.lay_aside();
        self.overlay = Some(Overlay::Pin(PinLine { purpose, typed: Pin::default(), first: None, said: Said::Nothing }));
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
                line.typed.edit(request);
            }
            Action::Confirm => self.take_pin(),
            // Nothing of anybody is on the screen yet.
            Action::Leave if line.purpose == PinFor::Choose && self.kiosk.is_some() => self.exit(),
            Action::Leave => self.leave_pin(),
            _ => {}
        }
    }

    fn take_pin(&mut self) {
        let blocked = self.kiosk.as_ref().is_some_and(|kiosk| kiosk.blocked_until > self.now.elapsed);
        let sealed = self.kiosk.as_ref().map(|kiosk| kiosk.workshop.about.pin.clone()).unwrap_or_default();
        let Some(Overlay::Pin(line)) = &mut self.overlay else { return };
        let typed = std::mem::take(&mut line.typed);
        match (line.purpose, line.first.take()) {
            (PinFor::Facilitator, _) if blocked => line.said = Said::Wrong,
            (PinFor::Facilitator, _) => {
                line.said = Said::Checking;
                self.effects.push(Effect::CheckPin { sealed, pin: typed });
            }
            (PinFor::Choose, None) if typed.signs() < SHORTEST => line.said = Said::Short,
            (PinFor::Choose, None) => {
                line.said = Said::Nothing;
                line.first = Some(typed);
            }
            (PinFor::Choose, Some(first)) if first != typed => line.said = Said::Differs,
            (PinFor::Choose, Some(_)) => {
                line.said = Said::Checking;
                self.effects.push(Effect::SealPin(typed));
            }
        }
    }

    /// Says whether the PIN was the right one.
    pub(super) fn pin_checked(&mut self, right: bool) {
        self.dirty = true;
        let now = self.now.elapsed;
        let Some(kiosk) = &mut self.kiosk else { return };
        if right {
            kiosk.wrong = 0;
            self.open_menu();
            return;
        }
        // 1, 2, 4, 8 seconds and so on; the first slip of a finger costs nothing.
        let wait = 1_u64.checked_shl(kiosk.wrong).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
        kiosk.blocked_until = now + if kiosk.wrong == 0 { Duration::ZERO } else { Duration::from_secs(wait) };
        kiosk.wrong = kiosk.wrong.saturating_add(1).min(16);
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
        let words = &self.t().kiosk;
        let mut column = Column::default();
        let question = match (line.purpose, &line.first) {
            (PinFor::Facilitator, _) => &words.pin_ask,
            (PinFor::Choose, None) => &words.pin_choose,
            (PinFor::Choose, Some(_)) => &words.pin_again,
        };
        column.text(Tone::Question, question.to_string()).gap();
        let dots = if self.glyphs.is_ascii() { "*" } else { "•" }.repeat(line.typed.signs());
        column.text(Tone::Plain, format!("> {dots}_"));
        if let Some(said) = self.pin_said(line.said) {
            column.gap().text(Tone::Warning, said);
        }
        let status =
            if line.said == Said::Checking { Status::Working(words.pin_checking.to_string()) } else { Status::Silent };
        Page { heading: words.pin_title.to_string(), column, status, ..Page::default() }
    }

    fn pin_said(&self, said: Said) -> Option<String> {
        let words = &self.t().kiosk;
        let blocked = self.kiosk.as_ref().map_or(Duration::ZERO, |kiosk| kiosk.blocked_until);
        let left = blocked.saturating_sub(self.now.elapsed).as_millis().div_ceil(1_000);
        match said {
            Said::Nothing | Said::Checking => None,
            Said::Short => Some(words.pin_short.to_string()),
            Said::Differs => Some(words.pin_differs.to_string()),
            Said::Wrong if left > 0 => Some(words.pin_wait.with(&[("n", &left.to_string())])),
            Said::Wrong => Some(words.pin_wrong.to_string()),
        }
    }
}
