//! The picture of a group on a projector: slides, in big letters where that is wanted, and what the room says to them.

use super::App;
use super::overlay::{Overlay, PromptFor};
use super::saving::Errand;
use crate::interview::WorkshopId;
use crate::report::{self, Line, Role, Run};
use crate::store::{Gathered, Order};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Piece, Tone, View, area_of_column};
use crate::tui::{Action, Rounds, Start, big};
use crate::workshop::Picture;

/// A picture on the screen.
#[derive(Debug)]
pub(in crate::tui) struct Shown {
    rounds: Rounds,
    picture: Picture,
    /// Which slide.
    at: usize,
    /// In big letters.
    big: bool,
}

impl Shown {
    /// Which slide.
    pub(super) fn at(&self) -> usize {
        self.at
    }
}

impl App {
    /// Orders the picture of the workshop that this is about.
    pub(super) fn order_picture(&mut self) {
        let of_kiosk = self.kiosk.as_ref().map(|kiosk| kiosk.workshop.id);
        let workshop: Option<WorkshopId> = match &self.boot.start {
            Start::Group(workshop) => Some(workshop.id),
            _ => of_kiosk,
        };
        if let Some(workshop) = workshop {
            self.order(Errand::Gather, Order::Gather { workshop });
        }
    }

    /// Shows what was gathered, and lets the store know whose answers have been shown now.
    pub(super) fn show_picture(&mut self, now: Gathered, before: Option<Gathered>) {
        let Some(mut rounds) = Rounds::of(now, before) else {
            self.told = Some(self.t().results.unreadable.to_string());
            return;
        };
        let picture = rounds.picture();
        if picture.view.people != rounds.workshop.about.shown && !picture.view.people.is_empty() {
            rounds.workshop.about.shown.clone_from(&picture.view.people);
            self.keep_workshop_of(&rounds, Errand::Workshop);
        }
        self.show(Screen::Picture(Box::new(Shown { rounds, picture, at: 0, big: false })), None);
    }

    fn keep_workshop_of(&mut self, rounds: &Rounds, errand: Errand) {
        let workshop = Box::new(rounds.workshop.clone());
        if let Some(kiosk) = &mut self.kiosk {
            kiosk.workshop.clone_from(&workshop);
        }
        self.order(errand, Order::KeepWorkshop { workshop, questionnaire: None });
    }

    fn slides(&self, shown: &Shown) -> Vec<report::Slide> {
        let tag = self.tag(&shown.rounds.questionnaire);
        let about = shown.rounds.about_words(self.t());
        report::slides(&shown.picture, &shown.rounds.setting(&about, self.t(), &tag))
    }

    pub(super) fn on_picture(&mut self, action: Action) {
        let Screen::Picture(shown) = &self.screen else { return };
        let (slides, at) = (self.slides(shown), shown.at);
        let last = slides.len().saturating_sub(1);
        let to = match action {
            Action::Forward | Action::Confirm => (at + 1).min(last),
            Action::Back => at.saturating_sub(1),
            Action::First => 0,
            Action::Last => last,
            Action::Mark(place) if place <= last => place,
            Action::Note => return self.ask_room(&slides, at),
            Action::Big => return self.change_picture(|shown| shown.big = !shown.big),
            Action::Leave => return self.leave_picture(),
            Action::Up | Action::Down | Action::PageUp | Action::PageDown => return self.scroll(action),
            _ => return,
        };
        self.change_picture(|shown| shown.at = to);
    }

    fn change_picture(&mut self, change: impl FnOnce(&mut Shown)) {
        if let Screen::Picture(shown) = &mut self.screen {
            change(shown);
            self.view = View::default();
        }
    }

    fn ask_room(&mut self, slides: &[report::Slide], at: usize) {
        let Screen::Picture(shown) = &self.screen else { return };
        let name = slides.get(at).map_or("", |slide| slide.name.as_str());
        let said = shown.rounds.workshop.about.notes.iter().find(|(slide, _)| slide == name);
        let said = said.map_or("", |(_, said)| said.as_str());
        self.overlay = Some(Overlay::prompt(PromptFor::Room, Prompt::new(said)));
    }

    /// Keeps what the room said to the slide on the screen, at once.
    pub(super) fn note_room(&mut self, text: &str) -> bool {
        let Screen::Picture(shown) = &self.screen else { return true };
        let text = text.trim();
        if text.chars().count() > crate::interview::Interview::LONGEST_NOTE {
            return false;
        }
        let Some(name) = self.slides(shown).get(shown.at).map(|slide| slide.name.clone()) else { return true };
        let Screen::Picture(shown) = &mut self.screen else { return true };
        let notes = &mut shown.rounds.workshop.about.notes;
        notes.retain(|(slide, _)| *slide != name);
        if !text.is_empty() {
            notes.push((name, text.to_owned()));
        }
        let rounds = shown.rounds.clone();
        self.keep_workshop_of(&rounds, Errand::RoomNote);
        true
    }

    pub(super) fn picture(&self, page: &mut Page<'_>, shown: &Shown) {
        let words = &self.t().group;
        let slides = self.slides(shown);
        let Some(slide) = slides.get(shown.at) else { return };
        page.heading.clone_from(&shown.rounds.workshop.about.name);
        let values = [("at", (shown.at + 1).to_string()), ("of", slides.len().to_string())];
        page.counter = words.slide.with(&values.each_ref().map(|(name, value)| (*name, value.as_str())));
        page.progress = Some((shown.at + 1, slides.len()));
        page.aside = words.no_sample_short.to_string();
        let columns = usize::from(area_of_column(self.area()).width);
        if shown.rounds.workshop.about.made_up {
            page.column.text(Tone::Warning, words.made_up.to_string());
        }
        if shown.big {
            let figure = if slide.figure.is_empty() { &slide.title } else { &slide.figure };
            let rows = big::letters(figure, columns, self.glyphs);
            let line = |text: String| vec![Run { role: Role::Figure, text }];
            page.column.text(Tone::Heading, slide.title.clone()).gap();
            page.column.pieces.push(Piece::Report(rows.into_iter().map(line).collect::<Vec<Line>>()));
            if !slide.caption.is_empty() {
                page.column.gap().text(Tone::Plain, slide.caption.clone());
            }
        } else {
            let report = report::Report { title: slide.title.clone(), blocks: slide.blocks.clone() };
            page.column.pieces.push(Piece::Report(report::draw(&report, columns, self.glyphs)));
        }
        page.column.gap().text(Tone::Question, slide.question.clone());
        if let Some((_, said)) = shown.rounds.workshop.about.notes.iter().find(|(name, _)| *name == slide.name) {
            page.column.gap().text(Tone::Plain, words.room_said.with(&[("note", said)]));
        }
        page.column.gap().text(Tone::Quiet, words.no_sample.to_string());
    }
}
