//! What can be chosen on an item's screen.

use super::session::Session;
use crate::interview::Mode;
use crate::questionnaire::{Item, ItemIndex, Kind, Pick, Steps};

/// A line that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Offer {
    /// A choice of the item.
    Pick(Pick),
    /// A side, in the first of two steps.
    Side(Side),
    DontKnow,
    Decline,
}

/// A side of a response format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Side {
    Low,
    Middle,
    High,
}

impl Session {
    /// The words of the two steps, where the item on the screen is asked in two.
    pub(in crate::tui) fn steps(&self) -> Option<&Steps> {
        let aloud = self.interview.mode() == Mode::Interviewer;
        let item = self.asked().filter(|_| aloud)?;
        self.interview.questionnaire().format(item)?.steps.as_ref()
    }

    /// Everything that can be chosen for the item on the screen, in the order shown.
    pub(in crate::tui) fn offers(&self) -> Vec<Offer> {
        let Some((index, item)) = self.item().zip(self.asked()) else { return Vec::new() };
        let mut offers = self.picks(index);
        if item.is_answered() {
            offers.extend(item.dont_know.then_some(Offer::DontKnow));
            offers.extend(item.decline.then_some(Offer::Decline));
        }
        offers
    }

    fn picks(&self, index: ItemIndex) -> Vec<Offer> {
        let picks = self.interview.offered(index).into_iter();
        match (self.steps(), self.side) {
            (Some(steps), None) => {
                let middle = steps.middle.is_some().then_some(Side::Middle);
                [Some(Side::Low), middle, Some(Side::High)].into_iter().flatten().map(Offer::Side).collect()
            }
            (Some(_), side) => picks.filter(|pick| self.side_of(*pick) == side).map(Offer::Pick).collect(),
            (None, _) => picks.map(Offer::Pick).collect(),
        }
    }

    /// How many of the offers are the item's own, and not a "don't know" or a "prefer not to answer".
    pub(in crate::tui) fn choices(&self) -> usize {
        self.offers().iter().filter(|offer| matches!(offer, Offer::Pick(_) | Offer::Side(_))).count()
    }

    /// The side a point of a two-step format lies on.
    pub(in crate::tui) fn side_of(&self, pick: Pick) -> Option<Side> {
        self.steps()?;
        let points = self.interview.questionnaire().choices(self.asked()?).len();
        Some(match (2 * pick.get() + 1).cmp(&points) {
            std::cmp::Ordering::Less => Side::Low,
            std::cmp::Ordering::Equal => Side::Middle,
            std::cmp::Ordering::Greater => Side::High,
        })
    }

    /// Whether a choice of the item on the screen asks for more.
    pub(in crate::tui) fn asks_for_more(&self, pick: Pick) -> bool {
        let list = self.asked().and_then(|item| item.kind.list());
        list.and_then(|list| list.choices.get(pick.get())).is_some_and(|choice| choice.other)
    }

    /// The choice that was chosen and asks for more, where that was not said yet.
    pub(in crate::tui) fn to_be_said(&self) -> Option<Pick> {
        let chosen = match (self.several(), self.view.marked) {
            (true, _) => self.picked.clone(),
            (false, Some(marked)) => self.offers().get(marked).copied().into_iter().collect(),
            (false, None) => Vec::new(),
        };
        let asks = |offer: &Offer| match offer {
            Offer::Pick(pick) if self.asks_for_more(*pick) => Some(*pick),
            _ => None,
        };
        chosen.iter().find_map(asks).filter(|_| self.said.is_none())
    }

    /// Picks the offer at a place, or lets it go; one that excludes others takes their place.
    pub(super) fn pick(&mut self, place: usize) {
        let Some(offer) = self.offers().get(place).copied() else { return };
        self.view.mark(place);
        self.rejected = None;
        if !self.several() {
            return;
        }
        if let Some(at) = self.picked.iter().position(|other| *other == offer) {
            self.picked.remove(at);
        } else if self.excludes(offer) {
            self.picked = vec![offer];
        } else {
            let excluding: Vec<Offer> = self.picked.iter().copied().filter(|other| self.excludes(*other)).collect();
            self.picked.retain(|other| !excluding.contains(other));
            self.picked.push(offer);
        }
        if matches!(offer, Offer::Pick(pick) if self.asks_for_more(pick)) {
            self.said = None;
        }
    }

    fn excludes(&self, offer: Offer) -> bool {
        let none = |item: &Item, pick: Pick| {
            item.kind.list().and_then(|list| list.choices.get(pick.get())).is_some_and(|choice| choice.none)
        };
        match offer {
            Offer::Pick(pick) => self.asked().is_some_and(|item| none(item, pick)),
            Offer::Side(_) | Offer::DontKnow | Offer::Decline => true,
        }
    }

    /// The mark before a line of an item where several can be picked: its rank, or whether it is picked.
    pub(in crate::tui) fn picked_place(&self, offer: Offer) -> Option<usize> {
        self.picked.iter().position(|other| *other == offer)
    }

    /// Whether the item on the screen is ranked.
    pub(in crate::tui) fn ranks(&self) -> bool {
        self.asked().is_some_and(|item| matches!(item.kind, Kind::Ranking(_)))
    }
}
