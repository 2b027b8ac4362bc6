//! What is for the facilitator alone: interviews to look at again, the group without them, differences between parts.

use super::App;
use crate::report;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Piece, View, area_of_column};
use crate::tui::{Action, Rounds};

impl App {
    pub(super) fn show_aside(&mut self, rounds: Rounds) {
        self.show(Screen::Aside(Box::new(rounds)), None);
    }

    pub(super) fn on_aside(&mut self, action: Action) {
        match action {
            Action::Confirm if self.below() > 0 => self.scroll(Action::PageDown),
            Action::Confirm | Action::Back | Action::Leave => {
                let Screen::Aside(rounds) = &self.screen else { return };
                let workshop = rounds.workshop.clone();
                let all = std::mem::take(&mut self.shelf.workshops);
                self.show_workshop(workshop, all);
            }
            other => self.scroll(other),
        }
    }

    pub(super) fn aside(&self, page: &mut Page<'_>, rounds: &Rounds) {
        let tag = self.tag(&rounds.questionnaire);
        let about = rounds.about_words(self.t());
        let setting = rounds.setting(&about, self.t(), &tag);
        let picture = rounds.picture();
        let mut report = report::group_aside(&rounds.aside(), picture.group.as_ref().ok(), &setting);
        // The workshop's name stands above already.
        report.title.clone_from(&about);
        page.heading.clone_from(&rounds.workshop.about.name);
        page.aside = self.t().group.private_short.to_string();
        page.view = View { follow: false, ..self.view };
        let columns = area_of_column(self.area()).width.into();
        page.column.pieces.push(Piece::Report(report::draw(&report, columns, self.glyphs)));
    }
}
