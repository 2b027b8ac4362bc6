//! The picture of a group on a projector: slides, in big letters where that is wanted, and what the room says to them.

use std::time::Duration;

use super::App;
use super::gathering::Purpose;
use super::overlay::{Overlay, PromptFor};
use super::saving::Errand;
use crate::interview::WorkshopId;
use crate::report::{self, Line, Role, Run};
use crate::store::{Change, Order, StoreError, Workshop};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Piece, Tone, View, area_of_column};
use crate::tui::{Action, Rounds, Start, big};
use crate::workshop::Picture;

/// So often a picture looks whether there is more to show.
const LOOK_EVERY: Duration = Duration::from_secs(2);

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

    pub(super) fn workshop(&self) -> &Workshop {
        &self.rounds.workshop
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
            self.gather(Purpose::Show, workshop);
        }
    }

    /// Shows the picture as it was kept.
    pub(super) fn show_picture(&mut self, rounds: Rounds) {
        let picture = rounds.picture();
        self.looked_at = self.now.elapsed;
        self.show(Screen::Picture(Box::new(Shown { rounds, picture, at: 0, big: false })), None);
    }

    /// Shows what has become of the picture on the screen, on the same slide.
    pub(super) fn refresh_picture(&mut self, rounds: Rounds) {
        let Screen::Picture(shown) = &self.screen else { return };
        let picture = rounds.picture();
        if picture == shown.picture && rounds.workshop == shown.rounds.workshop {
            return;
        }
        let before = self.slides(shown).get(shown.at).map(|slide| slide.name.clone());
        let fresh = Shown { rounds, picture, ..**shown };
        let slides = self.slides(&fresh);
        let at = slides.iter().position(|slide| Some(&slide.name) == before.as_ref());
        let at = at.unwrap_or(fresh.at.min(slides.len().saturating_sub(1)));
        self.dirty = true;
        self.screen = Screen::Picture(Box::new(Shown { at, ..fresh }));
    }

    /// When the picture on the screen is looked at again, beside whoever writes.
    pub(super) fn picture_due(&self) -> Option<Duration> {
        let live = matches!((&self.screen, &self.boot.start), (Screen::Picture(_), Start::Group(_)));
        (live && !self.errands.gather()).then_some(self.looked_at + LOOK_EVERY)
    }

    pub(super) fn look_again(&mut self) {
        let Some(due) = self.picture_due() else { return };
        if let (true, Screen::Picture(shown)) = (due <= self.now.elapsed, &self.screen) {
            let workshop = shown.rounds.workshop.id;
            self.looked_at = self.now.elapsed;
            self.gather(Purpose::Refresh, workshop);
        }
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

    /// Keeps what the room said to the slide on the screen, at once; false where it is too long. What was typed stays
    /// until it is kept.
    pub(super) fn note_room(&mut self, text: &str) -> bool {
        let Screen::Picture(shown) = &self.screen else { return true };
        let said = text.trim().to_owned();
        if said.chars().count() > crate::interview::Interview::LONGEST_NOTE {
            return false;
        }
        let Some(slide) = self.slides(shown).get(shown.at).map(|slide| slide.name.clone()) else { return true };
        let workshop = shown.rounds.workshop.id;
        let change = Change::Note { slide: slide.clone(), said: said.clone() };
        self.order(Errand::RoomNote { slide, said }, Order::ChangeWorkshop { workshop, change });
        true
    }

    /// The note is on the disk.
    pub(super) fn note_kept(&mut self, slide: String, said: String) {
        self.told = Some(self.t().group.note_kept.to_string());
        if let Screen::Picture(shown) = &mut self.screen {
            Change::Note { slide, said }.apply(&mut shown.rounds.workshop.about);
        }
    }

    /// The note could not be kept: it is on the line again.
    pub(super) fn note_not_kept(&mut self, said: &str, fault: &StoreError) {
        let told = match fault {
            StoreError::Locked { .. } => self.t().group.note_elsewhere.to_string(),
            other => self.fault_words(other).0,
        };
        if matches!(self.screen, Screen::Picture(_)) {
            self.overlay = Some(Overlay::refused(PromptFor::Room, Prompt::new(said), told));
        }
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
        // What has no figure is a drawing already.
        if shown.big && !slide.figure.is_empty() {
            let rows = big::letters(&slide.figure, columns, self.glyphs);
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
