use super::{Interview, Mode, Response};
use crate::questionnaire::{Answer, Choice, ItemIndex, Kind, Pick, Picks, Steps};

/// Something that can be chosen for an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// A choice of the item.
    Pick(Pick),
    /// A side, in the first of two steps.
    Side(Side),
    /// "Don't know".
    DontKnow,
    /// "Prefer not to answer".
    Decline,
}

/// A side of a response format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The points below the middle.
    Low,
    /// The point in the middle.
    Middle,
    /// The points above the middle.
    High,
}

impl Steps {
    /// The words of a side; none where the format has no middle.
    #[must_use]
    pub fn words(&self, side: Side) -> Option<&crate::questionnaire::Localized> {
        match side {
            Side::Low => Some(&self.low),
            Side::Middle => self.middle.as_ref(),
            Side::High => Some(&self.high),
        }
    }
}

impl Interview {
    /// The words of the two steps, where an item is asked in two: where an interviewer reads aloud.
    #[must_use]
    pub fn steps(&self, item: ItemIndex) -> Option<&Steps> {
        let item = self.questionnaire.item(item).filter(|_| self.mode() == Mode::Interviewer)?;
        self.questionnaire.format(item)?.steps.as_ref()
    }

    /// Everything that can be chosen for an item, in the order shown, where `side` was chosen in the first of two
    /// steps.
    #[must_use]
    pub fn offers(&self, item: ItemIndex, side: Option<Side>) -> Vec<Offer> {
        let Some(asked) = self.questionnaire.item(item) else { return Vec::new() };
        let picks = self.offered(item).into_iter();
        let mut offers: Vec<Offer> = match (self.steps(item), side) {
            (Some(steps), None) => {
                let sides = [Side::Low, Side::Middle, Side::High].into_iter();
                sides.filter(|side| steps.words(*side).is_some()).map(Offer::Side).collect()
            }
            (Some(_), side) => picks.filter(|pick| self.side_of(item, *pick) == side).map(Offer::Pick).collect(),
            (None, _) => picks.map(Offer::Pick).collect(),
        };
        if asked.is_answered() {
            offers.extend(asked.dont_know.then_some(Offer::DontKnow));
            offers.extend(asked.decline.then_some(Offer::Decline));
        }
        offers
    }

    /// The side a point of a two-step format lies on.
    #[must_use]
    pub fn side_of(&self, item: ItemIndex, pick: Pick) -> Option<Side> {
        self.steps(item)?;
        let points = self.questionnaire.choices(self.questionnaire.item(item)?).len();
        Some(match (2 * pick.get() + 1).cmp(&points) {
            std::cmp::Ordering::Less => Side::Low,
            std::cmp::Ordering::Equal => Side::Middle,
            std::cmp::Ordering::Greater => Side::High,
        })
    }

    /// Whether several choices of an item can be chosen.
    #[must_use]
    pub fn takes_several(&self, item: ItemIndex) -> bool {
        let kind = self.questionnaire.item(item).map(|item| &item.kind);
        matches!(kind, Some(Kind::Choices(_) | Kind::Ranking(_)))
    }

    /// Whether a choice of an item asks for more.
    #[must_use]
    pub fn asks_for_more(&self, item: ItemIndex, pick: Pick) -> bool {
        self.own_choice(item, pick).is_some_and(|choice| choice.other)
    }

    /// Whether what is chosen excludes all else.
    #[must_use]
    pub fn excludes(&self, item: ItemIndex, offer: Offer) -> bool {
        match offer {
            Offer::Pick(pick) => self.own_choice(item, pick).is_some_and(|choice| choice.none),
            Offer::Side(_) | Offer::DontKnow | Offer::Decline => true,
        }
    }

    fn own_choice(&self, item: ItemIndex, pick: Pick) -> Option<&Choice> {
        self.questionnaire.item(item)?.kind.list()?.choices.get(pick.get())
    }

    /// The response that these offers make, in the order chosen, with what was said to the one that asks for more;
    /// none where nothing was chosen, or a side alone.
    #[must_use]
    pub fn chosen(&self, item: ItemIndex, offers: &[Offer], said: Option<&str>) -> Option<Response> {
        let mut picks = Vec::with_capacity(offers.len());
        for offer in offers {
            match offer {
                Offer::Pick(pick) => picks.push(*pick),
                Offer::DontKnow => return Some(Response::DontKnow),
                Offer::Decline => return Some(Response::Declined),
                Offer::Side(_) => {}
            }
        }
        let first = *picks.first()?;
        let said = said.filter(|said| !said.is_empty());
        Some(Response::Given(match self.questionnaire.item(item).map(|item| &item.kind) {
            Some(Kind::Ranking(_)) => Answer::Ranking(picks),
            Some(Kind::Choices(_)) => {
                picks.sort_unstable();
                let other = said.filter(|_| picks.iter().any(|pick| self.asks_for_more(item, *pick)));
                Answer::Choices(Picks { picks, other: other.map(str::to_owned) })
            }
            _ => match said {
                Some(said) if self.asks_for_more(item, first) => Answer::Other(first, said.to_owned()),
                _ => Answer::Choice(first),
            },
        }))
    }
}
