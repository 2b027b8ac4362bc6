use std::sync::Arc;

use crate::interview::{Interview, InterviewId, WorkshopId};
use crate::questionnaire::{self, Questionnaire};
use crate::report;
use crate::store::{Change, Gathered, Workshop};
use crate::text::{Catalogue, LANGUAGES, Tag};
use crate::workshop::{
    Aside, Likeness, Minimum, OwnChange, Pairing, Person, Picture, Proposal, Round, Step, aside, next_step, own_change,
    picture, propose,
};

/// A workshop with its interviews, and those of the round before.
#[derive(Clone, Debug)]
pub struct Rounds {
    /// The workshop.
    pub workshop: Workshop,
    /// Its questionnaire.
    pub questionnaire: Arc<Questionnaire>,
    /// Its finished interviews.
    pub now: Vec<Interview>,
    /// The round before and its finished interviews, where both have the same questionnaire.
    pub before: Option<(Workshop, Vec<Interview>)>,
    /// Interviews that could not be read.
    pub damaged: usize,
    /// Interviews that are sealed and not counted.
    pub sealed: usize,
}

impl Rounds {
    /// What was gathered, read; nothing where the questionnaire's text cannot be.
    #[must_use]
    pub fn of(now: Gathered, before: Option<Gathered>) -> Option<Self> {
        let questionnaire = Arc::new(questionnaire::read(&now.key, &now.questionnaire).ok()?);
        let (mut damaged, mut sealed) = (now.damaged, now.sealed);
        let interviews = replayed(&questionnaire, now.interviews, &mut damaged);
        let same = |before: &Gathered| before.workshop.about.questionnaire == now.workshop.about.questionnaire;
        let before = before.filter(same).map(|before| {
            damaged += before.damaged;
            sealed += before.sealed;
            (before.workshop, replayed(&questionnaire, before.interviews, &mut damaged))
        });
        Some(Self { workshop: now.workshop, questionnaire, now: interviews, before, damaged, sealed })
    }

    /// Who may be whom: the codes that were named now beside those of the round before, without those that the
    /// facilitator has refused.
    #[must_use]
    pub fn proposals(&self) -> Vec<Proposal> {
        let Some((_, before)) = &self.before else { return Vec::new() };
        let written = |interview: &Interview| {
            let id = interview.id();
            let words = LANGUAGES.map(|language| id.words(language)).into_iter();
            (id, words.chain([id.code()]).collect())
        };
        let given: Vec<(InterviewId, Vec<String>)> = before.iter().map(written).collect();
        let named = |interview: &Interview| Some((interview.id(), interview.recalled()?.to_owned()));
        let typed: Vec<(InterviewId, String)> = self.now.iter().filter_map(named).collect();
        let pairs = &self.workshop.about.pairs;
        let mut proposals = propose(&given, &typed);
        proposals.retain(|one| !pairs.iter().any(|pair| (pair.before, pair.after) == (one.before, one.after)));
        let taken =
            |id: InterviewId| pairs.iter().any(|pair| pair.confirmed && (pair.before == id || pair.after == id));
        proposals.retain(|one| !taken(one.before) && !taken(one.after));
        proposals
    }

    /// The interviews, before and now, that are one person's: by the same code, or because the facilitator says so.
    #[must_use]
    pub fn pairs(&self) -> Vec<Pairing> {
        let confirmed = self.workshop.about.pairs.iter().filter(|pair| pair.confirmed);
        let same = self.proposals().into_iter().filter(|one| one.likeness == Likeness::Same);
        confirmed.map(|pair| (pair.before, pair.after)).chain(same.map(|one| (one.before, one.after))).collect()
    }

    /// How many are matched, how many pairs are to be looked at, and how many are without a match before and now.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let matched = self.pairs().len();
        let open = self.proposals().iter().filter(|one| one.likeness != Likeness::Same).count();
        let before = self.before.as_ref().map_or(0, |(_, interviews)| interviews.len());
        [matched, open, before.saturating_sub(matched), self.now.len().saturating_sub(matched)]
    }

    /// What may be shown on a wall: what was kept as shown, and no more.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let (before, pairs) = (self.before_round(), self.pairs());
        let pairs = (&self.workshop.about.followed[..], &pairs[..]);
        picture(&self.questionnaire, &self.round(), before.as_ref(), pairs, minimum(&self.workshop))
    }

    /// What is to be kept before more is shown, of the round before first; nothing where no more may be.
    #[must_use]
    pub fn next_step(&self) -> Option<(WorkshopId, Change)> {
        let of = |workshop: &Workshop, step: Step| {
            let (shown, followed) = (&workshop.about.shown, &workshop.about.followed);
            let change = Change::Step { from: (shown.clone(), followed.clone()), to: (step.shown, step.followed) };
            match &change {
                Change::Step { from, to } if from != to => Some((workshop.id, change)),
                _ => None,
            }
        };
        let (before, pairs) = (self.before_round(), self.pairs());
        let first = self.before.as_ref().zip(before.as_ref()).and_then(|((workshop, _), round)| {
            let followed = &workshop.about.followed[..];
            let step = next_step(round, None, (followed, &[]), minimum(workshop));
            of(workshop, step)
        });
        first.or_else(|| {
            let pairs = (&self.workshop.about.followed[..], &pairs[..]);
            let step = next_step(&self.round(), before.as_ref(), pairs, minimum(&self.workshop));
            of(&self.workshop, step)
        })
    }

    /// What the facilitator alone may see.
    #[must_use]
    pub fn aside(&self) -> Aside {
        aside(&self.questionnaire, &self.round(), minimum(&self.workshop))
    }

    /// How this person's scores changed since the round before; nothing where they are not known to have been there.
    #[must_use]
    pub fn own_change(&self, after: &Interview) -> Vec<OwnChange> {
        let pair = self.pairs().into_iter().find(|(_, now)| *now == after.id());
        let before = pair.and_then(|(before, _)| {
            let (_, interviews) = self.before.as_ref()?;
            interviews.iter().find(|interview| interview.id() == before)
        });
        let changes = |before| own_change(&self.questionnaire, &Person::of(before), &Person::of(after));
        before.map(changes).unwrap_or_default()
    }

    /// Place, day and facilitator in one line.
    #[must_use]
    pub fn about_words(&self, t: &Catalogue) -> String {
        let about = &self.workshop.about;
        let date = about.date.parse().map_or_else(|_| about.date.clone(), |date| t.date(date));
        let parts = [about.place.clone(), date, about.facilitator.clone()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// What is told beside the figures.
    #[must_use]
    pub fn setting<'a>(&'a self, about: &'a str, t: &'a Catalogue, tag: &'a Tag) -> report::Setting<'a> {
        report::Setting {
            name: &self.workshop.about.name,
            about,
            made_up: self.workshop.about.made_up,
            sealed: self.sealed,
            notes: &self.workshop.about.notes,
            questionnaire: &self.questionnaire,
            t,
            tag,
        }
    }

    fn round(&self) -> Round<'_> {
        Round { interviews: &self.now, shown: &self.workshop.about.shown }
    }

    fn before_round(&self) -> Option<Round<'_>> {
        let before = self.before.as_ref();
        before.map(|(workshop, interviews)| Round { interviews, shown: &workshop.about.shown })
    }
}

/// The fewest people of whom anything is shown.
fn minimum(workshop: &Workshop) -> Minimum {
    Minimum::new(usize::try_from(workshop.about.minimum).unwrap_or(usize::MAX))
}

fn replayed(
    questionnaire: &Arc<Questionnaire>,
    loaded: Vec<crate::store::Loaded>,
    damaged: &mut usize,
) -> Vec<Interview> {
    let mut interviews = Vec::with_capacity(loaded.len());
    for one in loaded {
        match Interview::replay(Arc::clone(questionnaire), one.id, one.events) {
            Ok(interview) => interviews.push(interview),
            Err(_) => *damaged += 1,
        }
    }
    interviews
}
