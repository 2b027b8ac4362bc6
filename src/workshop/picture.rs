use super::disclosure::{Minimum, Pairing, View, next_followed, next_view, same_view};
use super::group::{Clear, Group, TooFew, group};
use super::subgroups::{Cut, subgroups};
use super::{Change, Person, change, is_flagged};
use crate::interview::{Interview, InterviewId};
use crate::questionnaire::Questionnaire;

/// One round of a workshop: its finished interviews, and whose answers were shown already.
#[derive(Clone, Copy, Debug)]
pub struct Round<'a> {
    /// Every finished interview.
    pub interviews: &'a [Interview],
    /// Who is in the picture that was shown last.
    pub shown: &'a [InterviewId],
}

/// Everything that may be shown on a wall of a workshop.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Whose answers it shows.
    pub view: View,
    /// The group.
    pub group: Result<Group, TooFew>,
    /// Aspects that clearly differ.
    pub clear: Vec<Clear>,
    /// What changed since the round before.
    pub change: Option<Paired>,
}

/// What changed, and how many could not be followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Paired {
    /// Of those in both rounds.
    pub change: Change,
    /// Who is known to be in both rounds, and is not told of yet or left out, so that nobody can be reckoned.
    pub waiting: usize,
    /// Who was in the first round and was not found in the second.
    pub only_before: usize,
    /// Who is in the second round and was not found in the first.
    pub only_after: usize,
}

/// What is for the facilitator's eyes alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Aside {
    /// Interviews that should be looked at again, and
    pub flagged: Vec<InterviewId>,
    /// the group without them; nothing where there are none, or too few others.
    pub without: Option<Group>,
    /// Differences between parts of the group.
    pub cuts: Vec<Cut>,
}

/// What may be shown next: whose answers, and whose change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Whose answers.
    pub shown: Vec<InterviewId>,
    /// Whose change since the round before.
    pub followed: Vec<Pairing>,
}

fn ids(round: &Round<'_>) -> Vec<InterviewId> {
    round.interviews.iter().map(Interview::id).collect()
}

fn people_of(round: &Round<'_>, minimum: Minimum) -> (View, Vec<Person>) {
    let view = same_view(round.shown, &ids(round), minimum);
    let shown = round.interviews.iter().filter(|interview| view.people.contains(&interview.id()));
    let people = shown.map(Person::of).collect();
    (view, people)
}

/// The pairs of which both are in the pictures of their rounds, and how many people of those are in no pair.
fn in_both(pairs: &[Pairing], earlier: &[InterviewId], now: &[InterviewId]) -> (Vec<Pairing>, usize) {
    let both = |(one, other): &&Pairing| earlier.contains(one) && now.contains(other);
    let both: Vec<Pairing> = pairs.iter().filter(both).copied().collect();
    let alone = earlier.len() + now.len() - 2 * both.len();
    (both, alone)
}

/// What may be shown after what was shown last. It has to be kept before it is shown: then whoever looks, in however many
/// windows, sees one and the same sequence of pictures, of which each grows by enough people or not at all. Of the round
/// before only what was kept as shown counts.
#[must_use]
pub fn next_step(
    now: &Round<'_>,
    before: Option<&Round<'_>>,
    (followed, pairs): (&[Pairing], &[Pairing]),
    minimum: Minimum,
) -> Step {
    let shown = next_view(now.shown, &ids(now), minimum).people;
    let told = before.map_or_else(Vec::new, |before| {
        let earlier = same_view(before.shown, &ids(before), minimum).people;
        let (both, alone) = in_both(pairs, &earlier, &shown);
        next_followed(followed, &both, alone, minimum)
    });
    // Where too few are left to be shown, those who were shown are still known.
    let shown = if shown.is_empty() { now.shown.to_vec() } else { shown };
    let followed = if told.is_empty() { followed.to_vec() } else { told };
    Step { shown, followed }
}

/// The picture of a workshop as it was kept last, with what changed since the round before of those `followed`; `pairs`
/// are all that are known to be one person.
#[must_use]
pub fn picture(
    questionnaire: &Questionnaire,
    now: &Round<'_>,
    before: Option<&Round<'_>>,
    (followed, pairs): (&[Pairing], &[Pairing]),
    minimum: Minimum,
) -> Picture {
    let (view, people) = people_of(now, minimum);
    let change = before.map(|before| {
        let (earlier_view, earlier) = people_of(before, minimum);
        let (known, _) = in_both(pairs, &earlier_view.people, &view.people);
        let with = |of: &[Person], id: InterviewId| of.iter().find(|person| person.id == id).cloned();
        let told = followed.iter().filter(|pair| known.contains(pair));
        let both: Vec<(Person, Person)> =
            told.filter_map(|(one, other)| Some((with(&earlier, *one)?, with(&people, *other)?))).collect();
        let followed: Vec<_> = both.iter().map(|(one, other)| (one, other)).collect();
        Paired {
            change: change(questionnaire, &followed, minimum),
            waiting: known.len() - both.len(),
            only_before: earlier.len() - known.len(),
            only_after: people.len() - known.len(),
        }
    });
    let clear = Clear::among(questionnaire, &people, minimum);
    Picture { view, group: group(questionnaire, &people, minimum), clear, change }
}

/// What the facilitator alone may see of a workshop.
#[must_use]
pub fn aside(questionnaire: &Questionnaire, now: &Round<'_>, minimum: Minimum) -> Aside {
    let (view, people) = people_of(now, minimum);
    let shown = now.interviews.iter().filter(|interview| view.people.contains(&interview.id()));
    let flagged: Vec<InterviewId> = shown.filter(|one| is_flagged(one)).map(Interview::id).collect();
    let others: Vec<Person> = people.iter().filter(|person| !flagged.contains(&person.id)).cloned().collect();
    let without = group(questionnaire, &others, minimum).ok().filter(|_| !flagged.is_empty());
    Aside { flagged, without, cuts: subgroups(questionnaire, &people, minimum) }
}
