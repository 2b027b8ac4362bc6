//! Workshops in the menu: the list, one of them, and what can be done with it.

use super::App;
use super::gathering::Purpose;
use super::overlay::{Overlay, PromptFor};
use super::saving::Errand;
use crate::store::{Change, Erased, Notice, Order, State, Workshop};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Tone};
use crate::tui::{Action, Start};

/// What can be done with a workshop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Kiosk,
    Picture,
    Aside,
    Match,
    Details,
    OpenOrClose,
    Erase,
}

impl App {
    pub(super) fn open_workshops(&mut self) {
        self.order(Errand::Workshops, Order::Workshops);
    }

    /// Shows the list that the store gave.
    pub(super) fn show_workshops(&mut self, workshops: Vec<Workshop>) {
        // What was said of a day that has passed holds as long as it is that workshop's day.
        self.shelf.notices.retain(|notice| match notice {
            Notice::Overdue { name, until } => {
                workshops.iter().any(|of| (&of.about.name, &of.about.keep_until) == (name, until))
            }
            _ => true,
        });
        self.show(Screen::Workshops(workshops), Some(0));
    }

    pub(super) fn on_workshops(&mut self, action: Action) {
        let Screen::Workshops(workshops) = &self.screen else { return };
        let marked = self.view.marked.unwrap_or_default();
        match action {
            Action::Confirm => {
                let workshops = workshops.clone();
                match workshops.get(marked).cloned() {
                    Some(workshop) => self.show_workshop(workshop, workshops),
                    None => self.new_details(workshops),
                }
            }
            Action::Back | Action::Leave => self.go_home(),
            other => {
                let lines = workshops.len() + 1;
                self.move_mark(other, lines);
            }
        }
    }

    /// Shows one workshop; the others are what it may be the second round of.
    pub(super) fn show_workshop(&mut self, workshop: Workshop, all: Vec<Workshop>) {
        self.shelf.workshops = all;
        self.show(Screen::Workshop(Box::new(workshop)), Some(0));
    }

    fn lines_of(&self, workshop: &Workshop) -> Vec<Line> {
        let lines =
            [Line::Kiosk, Line::Picture, Line::Aside, Line::Match, Line::Details, Line::OpenOrClose, Line::Erase];
        let leads = |line: &Line| match line {
            // What follows the program begins where its menu was.
            Line::Kiosk => !workshop.about.closed && matches!(self.boot.start, Start::Home),
            Line::Match => workshop.about.second_of.is_some(),
            Line::Picture | Line::Aside | Line::Details | Line::OpenOrClose | Line::Erase => true,
        };
        lines.into_iter().filter(leads).collect()
    }

    pub(super) fn on_workshop(&mut self, action: Action) {
        let Screen::Workshop(workshop) = &mut self.screen else { return };
        let (id, closed) = (workshop.id, !workshop.about.closed);
        let workshop = workshop.clone();
        let lines = self.lines_of(&workshop);
        match action {
            Action::Confirm => match self.view.marked.and_then(|at| lines.get(at)) {
                Some(Line::Kiosk) => {
                    self.kiosk_follows = Some(id);
                    self.exit();
                }
                Some(Line::Picture) => self.gather(Purpose::Show, id),
                Some(Line::Aside) => self.gather(Purpose::Aside, id),
                Some(Line::Match) => self.gather(Purpose::Match, id),
                Some(Line::Details) => self.gather(Purpose::Details, id),
                Some(Line::OpenOrClose) => {
                    let order = Order::ChangeWorkshop { workshop: id, change: Change::Closed(closed) };
                    self.order(Errand::OpenOrClose(closed), order);
                }
                Some(Line::Erase) => {
                    self.overlay = Some(Overlay::prompt(PromptFor::EraseWorkshop, Prompt::default()));
                }
                None => {}
            },
            Action::Back | Action::Leave => self.open_workshops(),
            other => self.move_mark(other, lines.len()),
        }
    }

    /// Erases everything of the workshop on the screen, where this is its name.
    pub(super) fn erase_workshop(&mut self, typed: &str) -> bool {
        let Screen::Workshop(workshop) = &self.screen else { return false };
        let (id, name) = (workshop.id, workshop.about.name.clone());
        let right = typed.trim().to_lowercase() == name.trim().to_lowercase();
        if right {
            self.order(Errand::EraseWorkshop(name), Order::EraseWorkshop { workshop: id });
        }
        right
    }

    /// What is asked before.
    pub(super) fn erase_words(&self) -> String {
        let name = if let Screen::Workshop(workshop) = &self.screen { workshop.about.name.as_str() } else { "" };
        self.t().workshop.erase_type.with(&[("name", name)])
    }

    /// It is erased: the list of workshops follows.
    pub(super) fn workshop_erased(&mut self, name: &str, erased: &Erased) {
        let words = &self.t().workshop;
        let told = if erased.traces == 0 { &words.erased_told } else { &words.erased_traces };
        self.told = Some(told.with(&[("name", name), ("n", &erased.interviews.to_string())]));
        self.open_workshops();
    }

    /// Whether closing takes the picture away: what it is made of is readable until then.
    fn ends_with_closing(&self) -> bool {
        self.shelf.protected && self.shelf.interviews.iter().any(|summary| summary.state == State::Sealed)
    }

    /// The workshop on the screen is open or closed now.
    pub(super) fn opened_or_closed(&mut self, closed: bool) {
        if let Screen::Workshop(workshop) = &mut self.screen {
            workshop.about.closed = closed;
            let workshop = workshop.clone();
            let lines = self.lines_of(&workshop);
            let here = lines.iter().position(|line| *line == Line::OpenOrClose);
            self.view.marked = here;
        }
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
        let parts = [about.place.clone(), self.day(&about.date), about.facilitator.clone()];
        let told: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if !told.is_empty() {
            page.column.text(Tone::Quiet, told.join(", ")).gap();
        }
        for line in self.lines_of(workshop) {
            page.column.numbered(match line {
                Line::Kiosk => words.start_kiosk.to_string(),
                Line::Picture => self.t().kiosk.menu_picture.to_string(),
                Line::Aside => words.aside.to_string(),
                Line::Match => words.matching.to_string(),
                Line::Details => words.details.to_string(),
                Line::OpenOrClose if about.closed => words.open.to_string(),
                Line::OpenOrClose if self.ends_with_closing() => self.t().key.close_ends.to_string(),
                Line::OpenOrClose => words.close.to_string(),
                Line::Erase => words.erase_menu.to_string(),
            });
        }
    }

    /// A day in words; what is no day stays as it is.
    pub(super) fn day(&self, iso: &str) -> String {
        iso.parse().map_or_else(|_| iso.to_owned(), |date| self.t().date(date))
    }
}
