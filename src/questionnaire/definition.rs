use super::expression::Expression;
use super::item::{Choice, Kind};
use super::model::{
    Aspect, Batch, Calculated, ConditionIndex, Consent, Format, FormatIndex, Hash, Item, ItemIndex, Key, LevelBounds,
    Localized, Norms, Section, Total, ValueIndex,
};
use crate::text::{Clean, Tag};

/// What a name in a text or an expression means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// An item's answer.
    Item(ItemIndex),
    /// A calculated value.
    Value(ValueIndex),
}

/// A questionnaire that has been read and found sound. It is made by [`super::read()`] alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Questionnaire {
    pub(super) key: Key,
    pub(super) version: Clean,
    pub(super) hash: Hash,
    pub(super) source: String,
    pub(super) languages: Vec<Tag>,
    pub(super) title: Localized,
    pub(super) authors: Vec<Clean>,
    pub(super) licence: Clean,
    pub(super) citation: Option<Localized>,
    pub(super) introduction: Localized,
    pub(super) closing: Localized,
    pub(super) consent: Option<Consent>,
    pub(super) formats: Vec<Format>,
    pub(super) aspects: Vec<Aspect>,
    pub(super) levels: Option<LevelBounds>,
    pub(super) norms: Option<Norms>,
    pub(super) total: Option<Total>,
    pub(super) sections: Vec<Section>,
    pub(super) items: Vec<Item>,
    pub(super) batches: Vec<Batch>,
    pub(super) conditions: Vec<Expression>,
    pub(super) values: Vec<Calculated>,
    /// Whether a condition looks at an item.
    pub(super) looked_at: Vec<bool>,
}

impl Questionnaire {
    /// Identifier.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Version of its wording and scoring.
    #[must_use]
    pub fn version(&self) -> &Clean {
        &self.version
    }

    /// Hash of the exact text it was read from.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The exact text it was read from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The languages every text is in, in the author's order; never empty.
    #[must_use]
    pub fn languages(&self) -> &[Tag] {
        &self.languages
    }

    /// Its name.
    #[must_use]
    pub fn title(&self) -> &Localized {
        &self.title
    }

    /// Who wrote it.
    #[must_use]
    pub fn authors(&self) -> &[Clean] {
        &self.authors
    }

    /// The licence of its wording.
    #[must_use]
    pub fn licence(&self) -> &Clean {
        &self.licence
    }

    /// How to cite it.
    #[must_use]
    pub fn citation(&self) -> Option<&Localized> {
        self.citation.as_ref()
    }

    /// What a respondent reads first.
    #[must_use]
    pub fn introduction(&self) -> &Localized {
        &self.introduction
    }

    /// Thanks after the last item.
    #[must_use]
    pub fn closing(&self) -> &Localized {
        &self.closing
    }

    /// What the respondent is asked to agree to.
    #[must_use]
    pub fn consent(&self) -> Option<&Consent> {
        self.consent.as_ref()
    }

    /// The scored parts, in the author's order.
    #[must_use]
    pub fn aspects(&self) -> &[Aspect] {
        &self.aspects
    }

    /// The levels of a score; present whenever there are aspects.
    #[must_use]
    pub fn levels(&self) -> Option<&LevelBounds> {
        self.levels.as_ref()
    }

    /// The response formats.
    #[must_use]
    pub fn formats(&self) -> &[Format] {
        &self.formats
    }

    /// The one score that a person is told, where it is not a profile of aspects.
    #[must_use]
    pub fn total(&self) -> Option<&Total> {
        self.total.as_ref()
    }

    /// The grids.
    #[must_use]
    pub fn batches(&self) -> &[Batch] {
        &self.batches
    }

    /// The calculated values, in the order of the file.
    #[must_use]
    pub fn values(&self) -> &[Calculated] {
        &self.values
    }

    /// A condition of this questionnaire.
    #[must_use]
    pub fn condition(&self, index: ConditionIndex) -> Option<&Expression> {
        self.conditions.get(index.0)
    }

    /// Whether anything depends on answers.
    #[must_use]
    pub fn has_conditions(&self) -> bool {
        !self.conditions.is_empty()
    }

    /// Whether a condition looks at an item, or at a value calculated from it.
    #[must_use]
    pub fn is_looked_at(&self, item: ItemIndex) -> bool {
        self.looked_at.get(item.get()).copied().unwrap_or_default()
    }

    /// The grid an item is a row of.
    #[must_use]
    pub fn batch(&self, item: &Item) -> Option<&Batch> {
        self.batches.get(item.batch?)
    }

    /// The response format of an item.
    #[must_use]
    pub fn format(&self, item: &Item) -> Option<&Format> {
        match item.kind {
            Kind::Scale(FormatIndex(index)) => self.formats.get(index),
            _ => None,
        }
    }

    /// The item or calculated value with this key.
    #[must_use]
    pub fn named(&self, key: &str) -> Option<Named> {
        let place = self.items.iter().position(|item| item.key.as_str() == key);
        let item = place.and_then(|place| u16::try_from(place).ok()).map(|place| Named::Item(ItemIndex(place)));
        let value = || self.values.iter().position(|value| value.key.as_str() == key).map(ValueIndex);
        item.or_else(|| value().map(Named::Value))
    }

    /// The norms table; present whenever there are aspects.
    #[must_use]
    pub fn norms(&self) -> Option<&Norms> {
        self.norms.as_ref()
    }

    /// The sections, in order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// Every item, in order; never empty.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item at a place of this questionnaire; none beyond its end.
    #[must_use]
    pub fn item(&self, index: ItemIndex) -> Option<&Item> {
        self.items.get(index.get())
    }

    /// Every place, in order.
    pub fn indexes(&self) -> impl DoubleEndedIterator<Item = ItemIndex> + use<> {
        (0..u16::try_from(self.items.len()).unwrap_or(u16::MAX)).map(ItemIndex)
    }

    /// The choices an item offers: of its response format or its own; none for a typed answer.
    #[must_use]
    pub fn choices<'a>(&'a self, item: &'a Item) -> &'a [Choice] {
        match (self.format(item), item.kind.list()) {
            (Some(format), _) => &format.choices,
            (None, Some(list)) => &list.choices,
            (None, None) => &[],
        }
    }

    /// The heading over an item: its aspect's name, or its section's title.
    #[must_use]
    pub fn heading(&self, item: &Item) -> Option<&Localized> {
        self.sections.get(item.section).map(|section| &section.title)
    }
}
