use super::{Draft, Interview};
use crate::questionnaire::{Item, ItemIndex};

/// Where in an interview the respondent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At an item.
    Item(ItemIndex),
    /// At the look back before finishing.
    Review,
}

impl Place {
    /// The item, where it is one.
    #[must_use]
    pub fn item(self) -> Option<ItemIndex> {
        match self {
            Self::Item(index) => Some(index),
            Self::Review => None,
        }
    }
}

impl From<Option<ItemIndex>> for Place {
    fn from(item: Option<ItemIndex>) -> Self {
        item.map_or(Self::Review, Self::Item)
    }
}

impl Interview {
    /// Where an interview begins.
    #[must_use]
    pub fn beginning(&self) -> Place {
        self.asked().next().into()
    }

    /// Where it goes on: where its draft says, or at the first open item.
    #[must_use]
    pub fn left_at(&self, draft: Option<&Draft>) -> Place {
        match draft {
            Some(draft) => draft.place.filter(|index| self.questionnaire.item(*index).is_some()).into(),
            None => self.open_items().next().into(),
        }
    }

    /// The items that apply and are answered at all, in the order asked.
    #[must_use = "nothing is changed"]
    pub fn questions(&self) -> impl DoubleEndedIterator<Item = ItemIndex> + '_ {
        self.asked().filter(|index| self.questionnaire.item(*index).is_some_and(Item::is_answered))
    }
}
