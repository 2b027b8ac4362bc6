//! Workshops in the menu: the list, one of them, and what can be done with it.

use std::sync::Arc;

use super::App;
use super::overlay::{Overlay, PromptFor};
use super::saving::Errand;
use crate::interview::WorkshopId;
use crate::store::{About, Order, Workshop};
use crate::text::Clean;
use crate::tui::Action;
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Tone};
use crate::workshop::Minimum;

/// The longest a name may be, in characters.
const LONGEST: usize = 120;

/// What can be done with a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Picture,
    Rename,
    OpenOrClose,
}

const LINES: [Line; 3] = [Line::Picture, Line::Rename, Line::OpenOrClose];

impl App {
    pub(super) fn open_workshops(&mut self) {
        self.order(Errand::Workshops, Order::Workshops);
    }

    /// Shows the list that the store gave.
    pub(super) fn show_workshops(&mut self, workshops: Vec<Workshop>) {
        self.show(Screen::Workshops(workshops), Some(0));
    }

    pub(super) fn on_workshops(&mut self, action: Action) {
        let Screen::Workshops(workshops) = &self.screen else { return };
        let marked = self.view.marked.unwrap_or_default();
        match action {
            Action::Confirm => match workshops.get(marked).cloned() {
                Some(workshop) => self.show(Screen::Workshop(Box::new(workshop)), Some(0)),
                None => self.overlay = Some(Overlay::prompt(PromptFor::NewWorkshop, Prompt::default())),
            },
            Action::Back | Action::Leave => self.go_home(),
            other => {
                let lines = workshops.len() + 1;
                self.move_mark(other, lines);
            }
        }
    }

    pub(super) fn on_workshop(&mut self, action: Action) {
        let Screen::Workshop(workshop) = &self.screen else { return };
        let id = workshop.id;
        match action {
            Action::Confirm => match self.view.marked.and_then(|at| LINES.get(at)) {
                Some(Line::Picture) => self.order(Errand::Gather, Order::Gather { workshop: id }),
                Some(Line::Rename) => {
                    let name = Prompt::new(&workshop.about.name);
                    self.overlay = Some(Overlay::prompt(PromptFor::Rename, name));
                }
                Some(Line::OpenOrClose) => self.change_workshop(|about| about.closed = !about.closed),
                None => {}
            },
            Action::Back | Action::Leave => self.open_workshops(),
            other => self.move_mark(other, LINES.len()),
        }
    }

    fn change_workshop(&mut self, change: impl FnOnce(&mut About)) {
        let Screen::Workshop(workshop) = &mut self.screen else { return };
        change(&mut workshop.about);
        let workshop = workshop.clone();
        self.order(Errand::Workshop, Order::KeepWorkshop { workshop, questionnaire: None });
    }

    /// Gives the workshop on the screen another name; false where it is none.
    pub(super) fn rename_workshop(&mut self, text: &str) -> bool {
        let Some(name) = name(text) else { return false };
        self.change_workshop(|about| about.name = name);
        true
    }

    /// Makes a workshop of this name for today, with the core questionnaire; false where it is no name, or taken.
    pub(super) fn make_workshop(&mut self, text: &str) -> bool {
        let (Some(name), Screen::Workshops(workshops)) = (name(text), &self.screen) else { return false };
        if workshops.iter().any(|workshop| workshop.about.name.to_lowercase() == name.to_lowercase()) {
            return false;
        }
        let core = Arc::clone(&self.boot.core);
        let about = About {
            name,
            place: String::new(),
            date: (self.boot.local)(self.now.at.unix_ms).date().to_string(),
            facilitator: String::new(),
            questionnaire: core.hash().0,
            languages: core.languages().iter().map(ToString::to_string).collect(),
            minimum: u32::try_from(Minimum::FEWEST).unwrap_or(u32::MAX),
            second_of: None,
            keep_until: String::new(),
            closed: false,
            made_up: false,
            own_profile: true,
            pin: String::new(),
            shown: Vec::new(),
            notes: Vec::new(),
            pairs: Vec::new(),
        };
        let workshop = Box::new(Workshop { id: WorkshopId((self.boot.new_id)().0), about });
        let kept = Order::KeepWorkshop { workshop: workshop.clone(), questionnaire: Some(core) };
        self.order(Errand::Workshop, kept);
        self.show(Screen::Workshop(workshop), Some(0));
        true
    }

    pub(super) fn workshops(&self, page: &mut Page<'_>, workshops: &[Workshop]) {
        let words = &self.t().workshop;
        page.heading = words.menu.to_string();
        for workshop in workshops {
            page.column.numbered(format!("{} ({})", workshop.about.name, self.state_of(workshop)));
        }
        if !workshops.is_empty() {
            page.column.gap();
        }
        page.column.numbered(words.new.to_string());
    }

    fn state_of(&self, workshop: &Workshop) -> String {
        let words = &self.t().workshop;
        let state = if workshop.about.closed { &words.state_closed } else { &words.state_open };
        if workshop.about.made_up { format!("{state}; {}", words.made_up) } else { state.to_string() }
    }

    pub(super) fn workshop(&self, page: &mut Page<'_>, workshop: &Workshop) {
        let (words, about) = (&self.t().workshop, &workshop.about);
        page.heading = format!("{} ({})", about.name, self.state_of(workshop));
        let date = about.date.parse().map_or_else(|_| about.date.clone(), |date| self.t().date(date));
        let parts = [about.place.as_str(), &date, &about.facilitator];
        let told: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !told.is_empty() {
            page.column.text(Tone::Quiet, told.join(", ")).gap();
        }
        for line in LINES {
            page.column.numbered(match line {
                Line::Picture => self.t().kiosk.menu_picture.to_string(),
                Line::Rename => words.rename.to_string(),
                Line::OpenOrClose if about.closed => words.open.to_string(),
                Line::OpenOrClose => words.close.to_string(),
            });
        }
        if !about.closed {
            page.column.gap().text(Tone::Plain, words.how_to_fill.with(&[("name", &about.name)]));
        }
    }
}

fn name(text: &str) -> Option<String> {
    let name: String = Clean::strip(text).trim().chars().take(LONGEST).collect();
    (!name.is_empty()).then_some(name)
}
