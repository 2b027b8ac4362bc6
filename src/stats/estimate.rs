use std::ops::ControlFlow;

use super::real::finite;

/// Share of samples whose interval holds the true value, for every interval of this room.
pub const LEVEL: f64 = 0.95;

/// What a statistic says: a value, neither rounded nor NaN nor endless.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value, in the unit that the statistic's own page names.
    pub value: f64,
    /// Where the true value may lie, 95 %; nothing where the statistic has no interval.
    pub interval: Option<Interval>,
    /// How many it rests on: persons, groups, pairs or answers, as [`super::Statistic::counted`] says.
    pub n: u64,
}

/// A value or the reason why there is none.
pub type Computed = Result<Estimate, NotComputable>;

/// From `low` to `high`, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// A value without an interval.
    pub(super) fn new(value: f64, n: u64) -> Computed {
        Ok(Self { value: finite(value)?, interval: None, n })
    }

    /// The same with an interval.
    pub(super) fn between(self, low: f64, high: f64) -> Computed {
        Ok(Self { interval: Some(Interval { low: finite(low)?, high: finite(high)? }), ..self })
    }
}

/// What a statistic counts as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Persons with an answer.
    Persons,
    /// Groups with at least one person.
    Groups,
    /// Persons who answered before and after.
    Pairs,
    /// Answers of one person.
    Answers,
    /// Pages of one interview whose time is known.
    Pages,
    /// Nothing: the statistic rests on given figures.
    Nothing,
}

/// Why there is no value. Each has a sentence in every catalogue, by its [`code`](NotComputable::code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotComputable {
    /// Too few to compute it at all.
    TooFew {
        /// Of what.
        of: Counted,
        /// How many there are.
        n: u64,
        /// How many it takes.
        needed: u64,
    },
    /// Too few items.
    TooFewItems {
        /// How many there are.
        items: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The response format has too few points.
    TooFewPoints {
        /// How many it has.
        points: usize,
        /// How many it takes.
        needed: usize,
    },
    /// The items do not share one number of points.
    UnequalPoints,
    /// All values are alike, so that there is nothing to compare with.
    NoSpread,
    /// Items repeat each other so exactly that they cannot be told apart.
    Redundant,
    /// The one factor explains an item wholly or more (Heywood case).
    Heywood {
        /// The item's place, from 0.
        item: usize,
    },
    /// The search did not come to an end.
    NotConverged {
        /// Steps taken.
        steps: usize,
    },
    /// The drawn samples all lie on one side of the value.
    OneSided,
    /// Fewer samples were to be drawn than an interval takes.
    TooFewReplicates {
        /// How many were asked for.
        replicates: usize,
        /// How many it takes.
        needed: usize,
    },
    /// A given figure must be above zero and is not.
    NotPositive,
    /// A number is too large to compute with, or none.
    NotFinite,
    /// It was stopped.
    Interrupted,
}

impl NotComputable {
    /// Every code.
    pub const CODES: [&'static str; 18] = [
        "too_few_persons",
        "too_few_groups",
        "too_few_pairs",
        "too_few_answers",
        "too_few_pages",
        "too_few",
        "too_few_items",
        "too_few_points",
        "unequal_points",
        "no_spread",
        "redundant",
        "heywood",
        "not_converged",
        "one_sided",
        "too_few_replicates",
        "not_positive",
        "not_finite",
        "interrupted",
    ];

    /// Its name in catalogues and in output for programs; never changed once released.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFew { of, .. } => match of {
                Counted::Persons => "too_few_persons",
                Counted::Groups => "too_few_groups",
                Counted::Pairs => "too_few_pairs",
                Counted::Answers => "too_few_answers",
                Counted::Pages => "too_few_pages",
                Counted::Nothing => "too_few",
            },
            Self::TooFewItems { .. } => "too_few_items",
            Self::TooFewPoints { .. } => "too_few_points",
            Self::UnequalPoints => "unequal_points",
            Self::NoSpread => "no_spread",
            Self::Redundant => "redundant",
            Self::Heywood { .. } => "heywood",
            Self::NotConverged { .. } => "not_converged",
            Self::OneSided => "one_sided",
            Self::TooFewReplicates { .. } => "too_few_replicates",
            Self::NotPositive => "not_positive",
            Self::NotFinite => "not_finite",
            Self::Interrupted => "interrupted",
        }
    }

    /// What its sentence is filled with, by name: `found`, `needed`, `item` (from 1).
    #[must_use]
    pub fn values(self) -> Vec<(&'static str, u64)> {
        let whole = super::real::count;
        match self {
            Self::TooFew { n, needed, .. } => vec![("found", n), ("needed", needed)],
            Self::TooFewItems { items: found, needed }
            | Self::TooFewPoints { points: found, needed }
            | Self::TooFewReplicates { replicates: found, needed } => {
                vec![("found", whole(found)), ("needed", whole(needed))]
            }
            Self::Heywood { item } => vec![("item", whole(item).saturating_add(1))],
            Self::NotConverged { steps } => vec![("found", whole(steps))],
            _ => Vec::new(),
        }
    }
}

/// How far a long computation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Steps done.
    pub done: usize,
    /// Steps in all; at most so many where a search may end sooner.
    pub of: usize,
}

/// Is told of the progress of a long computation, in the thread that asked for it, and may stop it.
pub type Watch<'a> = dyn FnMut(Progress) -> ControlFlow<()> + 'a;

/// Lets a computation run to its end.
pub fn unwatched() -> impl FnMut(Progress) -> ControlFlow<()> {
    |_| ControlFlow::Continue(())
}

/// An error when there are fewer than it takes.
pub(super) fn at_least(needed: u64, n: u64, of: Counted) -> Result<(), NotComputable> {
    if n < needed { Err(NotComputable::TooFew { of, n, needed }) } else { Ok(()) }
}
