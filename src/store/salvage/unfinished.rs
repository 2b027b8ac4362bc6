//! Interviews that were not finished: their events up to the first that is damaged.

use std::collections::BTreeSet;

use rusqlite::params;

use super::super::codec::{self, Seal};
use super::super::fault::Fault;
use super::super::rows::{Held, draft_hash};
use super::super::vault::Access;
use super::Salvage;
use super::rows::{Draft, Events, Small};
use super::single::Single;
use crate::interview::{Draft as Screen, Event, Happening, InterviewId};
use crate::text::Tag;

/// The sound beginning of an interview's events.
struct Beginning {
    id: InterviewId,
    place: usize,
    rows: Vec<(Vec<u8>, Seal)>,
    link: Seal,
}

impl Salvage {
    /// Keeps every interview that was not finished as far as it is sound.
    pub(super) fn open_ones(&mut self, transaction: &Access<'_>, small: &Small) -> Result<(), Fault> {
        for (interview, events) in &small.events {
            if self.done.contains(interview) {
                continue;
            }
            let owners = self.owners(small, *interview);
            let begun = owners.iter().map(|(id, place)| self.beginning(*id, *place, events));
            let best = begun.max_by_key(|beginning| beginning.rows.len()).filter(|found| !found.rows.is_empty());
            let Some(beginning) = best else {
                let owner = owners.first().copied();
                self.lost.extend(owner.map(|(id, _)| id));
                self.keep_single(owner, events, &BTreeSet::new());
                continue;
            };
            let (id, place, count) = (beginning.id, beginning.place, beginning.rows.len());
            self.done.insert(*interview);
            let Some(held) = self.held(transaction, small, id, place)? else { continue };
            let drafts = small.drafts.get(interview).map_or(&[][..], Vec::as_slice);
            let expected = drafts.iter().map(|draft| draft.events).max().unwrap_or(0);
            keep(transaction, &held, &beginning, drafts)?;
            let used: BTreeSet<Seal> = beginning.rows.iter().map(|(_, hash)| *hash).collect();
            let behind = self.keep_single(Some((id, place)), events, &used);
            let all = behind == 0 && usize::try_from(expected).is_ok_and(|expected| expected <= count);
            if all { self.unfinished += 1 } else { self.cut += 1 }
        }
        Ok(())
    }

    /// Follows the chain from its origin as far as it goes.
    fn beginning(&self, id: InterviewId, place: usize, events: &Events) -> Beginning {
        let mut link = codec::origin(id, self.known[place].hash);
        let mut rows = Vec::new();
        for seq in 0.. {
            let versions = events.get(&seq).into_iter().flatten();
            let Some((body, hash)) = versions.into_iter().find(|(body, hash)| codec::link(&link, body) == *hash) else {
                break;
            };
            link = *hash;
            rows.push((body.clone(), *hash));
        }
        Beginning { id, place, rows, link }
    }

    /// Keeps beside the store what is sound of the rest, and gives how many rows there are of it, sound or not.
    fn keep_single(&mut self, owner: Option<(InterviewId, usize)>, events: &Events, used: &BTreeSet<Seal>) -> usize {
        let before: Vec<Seal> = events.values().flatten().map(|(_, hash)| *hash).collect();
        let mut behind = 0;
        for (body, hash) in events.values().flatten().filter(|(_, hash)| !used.contains(hash)) {
            behind += 1;
            if before.iter().any(|before| codec::link(before, body) == *hash)
                && let Some(event) = codec::event(body)
            {
                let read = owner.and_then(|(_, place)| self.known[place].read());
                let owner = owner.map(|(id, _)| (id, read.as_ref()));
                self.single.push(Single::of(owner, event));
            }
        }
        behind
    }
}

/// Stores the events, and what was on the screen where that is sound; else a screen at the place that follows.
fn keep(transaction: &Access<'_>, held: &Held, beginning: &Beginning, drafts: &[Draft]) -> Result<(), Fault> {
    for (seq, (body, hash)) in (0i64..).zip(&beginning.rows) {
        transaction
            .prepare_cached("INSERT INTO event(interview, seq, body, hash) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![held.number, seq, body, hash])?;
    }
    let count = i64::try_from(beginning.rows.len()).unwrap_or(i64::MAX);
    let of = |body: &[u8]| draft_hash(held, count, &beginning.link, body);
    let sound = drafts.iter().rev().find(|draft| draft.events == count && of(&draft.body) == draft.hash);
    let body = match sound {
        Some(draft) => draft.body.clone(),
        None => codec::draft_bytes(&screen(beginning)?)?,
    };
    transaction
        .prepare_cached("INSERT INTO draft(interview, events, body, hash) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![held.number, count, body, of(&body)])?;
    Ok(())
}

fn screen(beginning: &Beginning) -> Result<Screen, Fault> {
    let last =
        beginning.rows.iter().rev().filter_map(|(body, _)| codec::event(body)).find_map(|event| language(&event));
    let language = last.or_else(|| Tag::new("id")).ok_or(Fault::Damaged("event"))?;
    Ok(Screen { place: None, marked: None, typed: String::new(), note: None, language })
}

fn language(event: &Event) -> Option<Tag> {
    match &event.what {
        Happening::Started { language, .. }
        | Happening::Consented { language, .. }
        | Happening::Responded { language, .. }
        | Happening::Noted { language, .. } => Some(language.clone()),
        _ => None,
    }
}
