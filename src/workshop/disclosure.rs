//! What may be shown of a group, so that nobody in it is shown.
//!
//! No figure of fewer people than the [`Minimum`]. A picture that was shown once grows only by as many people as that
//! at once: who compares two pictures learns of no smaller group. Of a group that is cut into parts, every part that
//! is shown, and all that is not shown together, have that many people.

use crate::interview::InterviewId;

/// The fewest people of whom anything is shown: 5, or more where a workshop wants more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minimum(usize);

impl Minimum {
    /// The fewest there may be.
    pub const FEWEST: usize = 5;

    /// So many; never fewer than [`Minimum::FEWEST`].
    #[must_use]
    pub fn new(people: usize) -> Self {
        Self(people.max(Self::FEWEST))
    }

    /// How many people.
    #[must_use]
    pub fn people(self) -> usize {
        self.0
    }

    /// People from whom on a group is cut into parts.
    #[must_use]
    pub fn to_cut(self) -> usize {
        2 * self.0
    }
}

impl Default for Minimum {
    fn default() -> Self {
        Self(Self::FEWEST)
    }
}

/// Whose answers a picture shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// The people in it; none where there are too few.
    pub people: Vec<InterviewId>,
    /// Those who have finished and are not in it yet.
    pub waiting: usize,
    /// How many more it takes until it changes.
    pub missing: usize,
}

/// The picture that showed `shown`, now that `finished` have finished: the same people, without those who were erased;
/// nobody where too few are left.
#[must_use]
pub fn same_view(shown: &[InterviewId], finished: &[InterviewId], minimum: Minimum) -> View {
    let kept: Vec<InterviewId> = finished.iter().copied().filter(|id| shown.contains(id)).collect();
    let new = finished.len() - kept.len();
    let people = if kept.len() >= minimum.people() { kept } else { Vec::new() };
    View { waiting: finished.len() - people.len(), people, missing: minimum.people().saturating_sub(new) }
}

/// The picture that follows the one that showed `shown`, now that `finished` have finished: everybody in the first one,
/// and later the same people until enough others have joined them. Whoever was erased is in none.
#[must_use]
pub fn next_view(shown: &[InterviewId], finished: &[InterviewId], minimum: Minimum) -> View {
    let same = same_view(shown, finished, minimum);
    if same.missing > 0 {
        return same;
    }
    View { people: finished.to_vec(), waiting: 0, missing: minimum.people() }
}

/// Two interviews of one person, before and after.
pub type Pairing = (InterviewId, InterviewId);

/// Whose change is told after that of `followed` was told, now that `pairs` are known; `alone` people are in one round
/// only. They grow as a picture does. Those who are alone could be reckoned from the others where they are few: then some
/// pairs are left out, until enough are left out together with them.
#[must_use]
pub fn next_followed(followed: &[Pairing], pairs: &[Pairing], alone: usize, minimum: Minimum) -> Vec<Pairing> {
    let least = minimum.people();
    let (kept, mut new): (Vec<Pairing>, Vec<Pairing>) = pairs.iter().partition(|pair| followed.contains(pair));
    // Each pair that is left out leaves two people alone.
    let left_out = if alone == 0 { 0 } else { least.saturating_sub(alone).div_ceil(2) };
    new.sort_unstable();
    new.truncate(new.len().saturating_sub(left_out));
    let next = if new.len() >= least { [kept, new].concat() } else { kept };
    if next.len() >= least { next } else { Vec::new() }
}

/// Which parts of a group may be shown, given how many people are in each, which of them think all alike, and how many
/// people are in no part. Where nothing but one part would be hidden it could be reckoned from the others: then the
/// smallest of them is hidden too, until those hidden are enough.
#[must_use]
pub fn visible_parts(parts: &[(usize, bool)], in_no_part: usize, minimum: Minimum) -> Vec<bool> {
    let total = in_no_part + parts.iter().map(|(size, _)| size).sum::<usize>();
    let least = minimum.people();
    if total < minimum.to_cut() {
        return vec![false; parts.len()];
    }
    let mut visible: Vec<bool> =
        parts.iter().map(|(size, alike)| *size >= least && total - size >= least && !alike).collect();
    loop {
        let of =
            |shown: bool| parts.iter().zip(&visible).filter(move |(_, is)| **is == shown).map(|((size, _), _)| *size);
        let hidden = in_no_part + of(false).sum::<usize>();
        if hidden == 0 || hidden >= least {
            return visible;
        }
        let smallest = (0..parts.len()).filter(|place| visible[*place]).min_by_key(|place| parts[*place].0);
        match smallest {
            Some(place) => visible[place] = false,
            None => return visible,
        }
    }
}
