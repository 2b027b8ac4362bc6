use super::disclosure::{Minimum, View, next_view};
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

fn people_of(round: &Round<'_>, minimum: Minimum) -> (View, Vec<Person>) {
    let finished: Vec<InterviewId> = round.interviews.iter().map(Interview::id).collect();
    let view = next_view(round.shown, &finished, minimum);
    let shown = round.interviews.iter().filter(|interview| view.people.contains(&interview.id()));
    let people = shown.map(Person::of).collect();
    (view, people)
}

/// The picture of a workshop, with what changed since the round before, of the `pairs` that are one person.
#[must_use]
pub fn picture(
    questionnaire: &Questionnaire,
    now: &Round<'_>,
    before: Option<&Round<'_>>,
    pairs: &[(InterviewId, InterviewId)],
    minimum: Minimum,
) -> Picture {
    let (view, people) = people_of(now, minimum);
    let change = before.map(|before| {
        let (_, earlier) = people_of(before, minimum);
        let with = |of: &[Person], id: InterviewId| of.iter().find(|person| person.id == id).cloned();
        let both: Vec<(Person, Person)> =
            pairs.iter().filter_map(|(one, other)| Some((with(&earlier, *one)?, with(&people, *other)?))).collect();
        let followed: Vec<_> = both.iter().map(|(one, other)| (one, other)).collect();
        Paired {
            change: change(questionnaire, &followed, minimum),
            only_before: earlier.len() - both.len(),
            only_after: people.len() - both.len(),
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
