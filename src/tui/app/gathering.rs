//! What is read of a workshop, and why. More is shown only when the store has kept that it is shown.

use super::App;
use super::saving::Errand;
use crate::interview::{InterviewId, WorkshopId};
use crate::store::{Gathered, Order};
use crate::tui::Rounds;
use crate::tui::screen::Screen;

/// Why a workshop is read with its interviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To show its picture.
    Show,
    /// The picture on the screen may have become another.
    Refresh,
    /// Somebody looks beside this program: what is shown next has to be kept.
    Keep,
    /// What has changed of one person.
    Own(InterviewId),
    /// Who came twice.
    Match,
    /// What is for the facilitator alone.
    Aside,
    /// What is set of it.
    Details,
}

impl Purpose {
    /// Whether another screen follows.
    pub(super) fn changes_the_screen(self) -> bool {
        matches!(self, Self::Show | Self::Match | Self::Aside | Self::Details)
    }

    /// Whether a picture is made, which may grow.
    fn grows(self) -> bool {
        matches!(self, Self::Show | Self::Refresh | Self::Keep | Self::Aside)
    }
}

impl App {
    /// Reads a workshop.
    pub(super) fn gather(&mut self, purpose: Purpose, workshop: WorkshopId) {
        let if_changed = purpose == Purpose::Refresh;
        self.order(Errand::Gather { purpose, grows: purpose.grows() }, Order::Gather { workshop, if_changed });
    }

    /// What is to be shown next was kept, or not; then there is no more than what was.
    pub(super) fn gather_again(&mut self, purpose: Purpose, workshop: WorkshopId, grows: bool) {
        self.order(Errand::Gather { purpose, grows }, Order::Gather { workshop, if_changed: false });
    }

    pub(super) fn on_gathered(&mut self, purpose: Purpose, grows: bool, now: Gathered, before: Option<Gathered>) {
        let Some(rounds) = Rounds::of(now, before) else {
            self.told = Some(self.t().results.unreadable.to_string());
            return;
        };
        if let Some((of, change)) = rounds.next_step().filter(|_| grows) {
            let errand = Errand::Step { purpose, workshop: rounds.workshop.id };
            return self.order(errand, Order::ChangeWorkshop { workshop: of, change });
        }
        match purpose {
            Purpose::Show => self.show_picture(rounds),
            Purpose::Refresh => self.refresh_picture(rounds),
            Purpose::Keep => {}
            Purpose::Own(id) => self.tell_own_change(&rounds, id),
            Purpose::Match => self.show_matching(rounds),
            Purpose::Aside => self.show_aside(rounds),
            Purpose::Details => self.show_details(rounds),
        }
    }

    /// Puts what has changed of a person under their profile, where that is still on the screen.
    fn tell_own_change(&mut self, rounds: &Rounds, id: InterviewId) {
        if let Screen::Profile(shown) = &mut self.screen
            && shown.interview.id() == id
        {
            shown.change = rounds.own_change(&shown.interview);
            self.dirty = true;
        }
    }
}
