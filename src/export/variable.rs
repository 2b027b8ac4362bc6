use std::ops::RangeInclusive;

use crate::interview::Mode;
use crate::questionnaire::Keying;

/// A text in each of [`super::Table::languages`], in their order.
pub type Texts = Vec<String>;

/// A column of an export: what it is called, what it means, and where its values come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name: one that every format takes, unique where the case of letters is no matter.
    pub name: String,
    /// What was asked, or what it is.
    pub label: Texts,
    /// What its values are.
    pub shape: Shape,
    /// What may be calculated with them.
    pub measure: Measure,
    /// The codes for why there is no answer; none where the column cannot be without one for such a reason, or where
    /// another column beside it says why.
    pub missing: Option<MissingCodes>,
    /// What a value is taken from.
    pub take: Take,
    /// Key of its item; none for what an interview is beside its answers.
    pub item: Option<String>,
    /// Key of the aspect it counts towards, and in which direction.
    pub counts: Option<(String, Keying)>,
    /// Where its item stands in each version; none in a version without it.
    pub places: Vec<Option<u16>>,
    /// For each version the joined code of each choice, in that version's order; empty where choices are no matter.
    pub codes: Vec<Vec<i16>>,
    /// Wordings that differ from the label, and the version that had them.
    pub wordings: Vec<(String, Texts)>,
}

/// What the values of a column are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Codes with labels: the subscript of their set.
    Coded(usize),
    /// Whole numbers.
    Whole(RangeInclusive<i64>),
    /// Numbers with so many digits behind the point, in steps of the last.
    Decimal(u8, RangeInclusive<i64>),
    /// A day.
    Day,
    /// A moment, to the millisecond.
    Moment,
    /// A text.
    Text,
}

/// What may be calculated with the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Names.
    Nominal,
    /// An order.
    Ordinal,
    /// Distances.
    Scale,
}

impl Measure {
    /// As it is written in a codebook.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nominal => "nominal",
            Self::Ordinal => "ordinal",
            Self::Scale => "scale",
        }
    }
}

/// Labels of codes, shared by every column that has the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelSet {
    /// Key of the response format or item it comes from.
    pub name: String,
    /// Each code, the key of what it stands for, and its label.
    pub labels: Vec<(i16, String, Texts)>,
}

/// Why there is no answer where one could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// The respondent does not know.
    DontKnow,
    /// The respondent prefers not to answer.
    Declined,
    /// The item does not concern the respondent.
    NotApplicable,
}

impl Missing {
    /// Every reason that has a code.
    pub const ALL: [Self; 3] = [Self::DontKnow, Self::Declined, Self::NotApplicable];
    /// What a code stands for where labels are keys.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::DontKnow => "dont_know",
            Self::Declined => "declined",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// The codes of the [`Missing`] reasons: below every value the column can have, negative, and next to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingCodes {
    first: i64,
}

impl MissingCodes {
    /// -97, -98 and -99: those of every column whose values are no such numbers.
    pub const USUAL: Self = Self { first: -97 };

    /// The usual ones, or where `lowest` is not above them the first of -997, -9997 and so on that are.
    #[must_use]
    pub fn below(lowest: i64) -> Self {
        let mut ten = 100_i64;
        while lowest <= 3 - ten
            && let Some(next) = ten.checked_mul(10)
        {
            ten = next;
        }
        Self { first: 3 - ten }
    }

    /// The code of a reason.
    #[must_use]
    pub fn of(self, missing: Missing) -> i64 {
        match missing {
            Missing::DontKnow => self.first,
            Missing::Declined => self.first - 1,
            Missing::NotApplicable => self.first - 2,
        }
    }
}

/// What a value is taken from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// The interview's identity.
    Interview,
    /// The questionnaire's version.
    Version,
    /// The workshop.
    Workshop,
    /// The workshop's name.
    WorkshopName,
    /// How it was held.
    Mode,
    /// The language at its end.
    Language,
    /// When it began.
    Started,
    /// When it ended.
    Ended,
    /// How long its items were on the screen.
    Shown,
    /// Whether the clock was in doubt.
    Doubtful,
    /// The answer to an item.
    Answer,
    /// Why an item whose answer is no code has none.
    Why,
    /// What was said to a choice that asks for more.
    Said,
    /// Every choice picked, by its key.
    Picks,
    /// Whether the choice with this joined code was picked.
    Picked(i16),
    /// The rank of the choice with this joined code.
    Rank(i16),
}

/// The code of how an interview was held.
#[must_use]
pub fn mode_code(mode: Mode) -> i16 {
    match mode {
        Mode::SelfAdministered => 1,
        Mode::Interviewer => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_codes_stand_below_every_value() {
        for (lowest, first) in [(0, -97), (-96, -97), (-97, -997), (-99, -997), (-500, -997), (-997, -9997)] {
            let codes = MissingCodes::below(lowest);
            assert_eq!(codes.of(Missing::DontKnow), first, "{lowest}");
            assert!(Missing::ALL.into_iter().all(|missing| codes.of(missing) < lowest));
        }
        assert_eq!(MissingCodes::below(0), MissingCodes::USUAL);
        // No number of a questionnaire is so low; it ends all the same.
        assert!(MissingCodes::below(i64::MIN).of(Missing::DontKnow) < 0);
    }
}
