//! What can be chosen on an item's screen.

use super::session::Session;
use crate::interview::Offer;
use crate::questionnaire::{Kind, Pick, Steps};

impl Session {
    /// The words of the two steps, where the item on the screen is asked in two.
    pub(in crate::tui) fn steps(&self) -> Option<&Steps> {
        self.interview.steps(self.item()?)
    }

    /// Everything that can be chosen for the item on the screen, in the order shown.
    pub(in crate::tui) fn offers(&self) -> Vec<Offer> {
        self.item().map(|index| self.interview.offers(index, self.side)).unwrap_or_default()
    }

    /// How many of the offers are the item's own, and not a "don't know" or a "prefer not to answer".
    pub(in crate::tui) fn choices(&self) -> usize {
        self.offers().iter().filter(|offer| matches!(offer, Offer::Pick(_) | Offer::Side(_))).count()
    }

    /// Whether a choice of the item on the screen asks for more.
    pub(in crate::tui) fn asks_for_more(&self, pick: Pick) -> bool {
        self.item().is_some_and(|index| self.interview.asks_for_more(index, pick))
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
        self.item().is_some_and(|index| self.interview.excludes(index, offer))
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
