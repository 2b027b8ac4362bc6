//! Interviews of one identity. Mostly there is one. Where two laptops went on with the same one apart from each other
//! both are kept: the one whose head is smallest keeps the identity, each other has one that follows from the identity
//! and its head. So every store that holds the same histories calls them the same.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{BundleFault, Carried, LaptopId, laptop};
use crate::interview::{Draft, Event, Interview, InterviewId};
use crate::questionnaire::{Hash, Questionnaire};
use crate::store::codec::{self, Seal};
use crate::store::fault::Fault;
use crate::store::rows::{self, Held};
use crate::store::vault::Access;
use crate::store::write;

/// The most histories of one identity.
pub(super) const MOST: usize = 32;

/// Everything an interview has rows in, the interview itself last.
pub(in crate::store) const ROWS: [&str; 7] = [
    "DELETE FROM event WHERE interview = ?1",
    "DELETE FROM draft WHERE interview = ?1",
    "DELETE FROM packed WHERE interview = ?1",
    "DELETE FROM history WHERE interview = ?1",
    "DELETE FROM origin WHERE interview = ?1",
    "DELETE FROM variant WHERE interview = ?1",
    "DELETE FROM interview WHERE number = ?1",
];

/// How what arrives stands to what is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing of this identity is here.
    New,
    /// It is here, or more of it.
    Known,
    /// A part of it is here.
    Longer,
    /// Something else of this identity is here.
    Apart,
    /// It was erased here.
    Erased,
    /// What is here of it is damaged.
    Damaged,
}

/// The identity under which an interview began: its own, unless it is a variant.
pub(in crate::store) fn original(connection: &Connection, id: InterviewId) -> Result<InterviewId, Fault> {
    let sql = "SELECT variant.of FROM variant JOIN interview ON interview.number = variant.interview \
               WHERE interview.id = ?1";
    let of = connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0).map(InterviewId)).optional()?;
    Ok(of.unwrap_or(id))
}

/// The interviews of an identity, by their numbers.
pub(in crate::store) fn numbers(connection: &Connection, original: InterviewId) -> Result<Vec<i64>, Fault> {
    let sql = "SELECT number FROM interview WHERE id = ?1 \
               AND NOT EXISTS(SELECT 1 FROM variant WHERE variant.interview = number) \
               UNION ALL SELECT interview FROM variant WHERE of = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let numbers = statement.query_map([original.0], |row| row.get(0))?;
    Ok(numbers.collect::<Result<_, _>>()?)
}

/// Where the interviews of an identity are kept.
fn held(connection: &Connection, original: InterviewId) -> Result<Vec<Held>, Fault> {
    let all = numbers(connection, original)?.into_iter().map(|number| {
        let sql = "SELECT id, questionnaire FROM interview WHERE number = ?1";
        let (id, questionnaire): ([u8; 16], i64) =
            connection.prepare_cached(sql)?.query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows::held_as(connection, InterviewId(id), number, questionnaire)
    });
    all.collect()
}

/// How what arrives stands to what is here, and the one that it is part of or the same as.
pub(super) fn standing(connection: &Access<'_>, carried: &Carried) -> Result<(Standing, Option<Held>), Fault> {
    if write::is_erased(connection, carried.id)? {
        return Ok((Standing::Erased, None));
    }
    let mut found = Standing::New;
    for held in held(connection, carried.id)? {
        let one = match relation(connection, &held, carried) {
            Err(fault) if fault.is_damage() => Standing::Damaged,
            relation => relation?,
        };
        if one == Standing::Known {
            return Ok((Standing::Known, Some(held)));
        }
        // What arrives is longer than one of them, or what is damaged may be the same.
        found = match (found, one) {
            (Standing::Longer, _) | (_, Standing::Longer) => Standing::Longer,
            (Standing::Damaged, _) | (_, Standing::Damaged) => Standing::Damaged,
            _ => Standing::Apart,
        };
    }
    Ok((found, None))
}

fn relation(connection: &Access<'_>, held: &Held, carried: &Carried) -> Result<Standing, Fault> {
    if held.of != carried.questionnaire.hash() {
        return Ok(Standing::Apart);
    }
    if held.id == carried.id
        && let Some(row) = rows::history(connection, held)?
    {
        // A finished one is part of nothing longer, and its head speaks for it.
        if row.head == connection.head_of(&row.body, carried.head())? {
            return Ok(Standing::Known);
        }
        let links = codec::links(held.origin, &row.events(connection, held)?)?;
        return Ok(if links.contains(&carried.head()) { Standing::Known } else { Standing::Apart });
    }
    let here = codec::links(codec::origin(carried.id, held.of), &history(connection, held)?.0)?;
    Ok(match (is_beginning(&carried.links, &here), is_beginning(&here, &carried.links)) {
        (true, _) => Standing::Known,
        (_, true) => Standing::Longer,
        _ => Standing::Apart,
    })
}

/// Whether a chain is the same as another or its first part: its last link speaks for all before it.
fn is_beginning(one: &[Seal], other: &[Seal]) -> bool {
    one.last().is_some_and(|head| other.get(one.len() - 1) == Some(head))
}

/// The history of an interview, wherever it is kept.
pub(super) struct Chain {
    pub(super) of: Hash,
    pub(super) laptop: LaptopId,
    pub(super) events: Vec<Event>,
    /// Their hashes under the identity it began under.
    pub(super) links: Vec<Seal>,
    draft: Option<Draft>,
    /// The number of its questionnaire's row, and the questionnaire where it was read already.
    questionnaire: i64,
    read: Option<Arc<Questionnaire>>,
}

impl Chain {
    /// The history of a stored interview, all its hashes checked.
    pub(super) fn read(connection: &Access<'_>, original: InterviewId, held: &Held) -> Result<Self, Fault> {
        let (events, draft) = history(connection, held)?;
        let links = codec::links(codec::origin(original, held.of), &events)?;
        let laptop = laptop::origin(connection, held)?;
        Ok(Self { of: held.of, laptop, events, links, draft, questionnaire: held.questionnaire, read: None })
    }

    pub(super) fn is_finished(&self) -> bool {
        super::is_finished(&self.events)
    }

    pub(super) fn head(&self) -> Seal {
        self.links.last().copied().unwrap_or_default()
    }
}

/// The events of a stored interview, and what is on the screen of one that is not finished.
fn history(connection: &Access<'_>, held: &Held) -> Result<(Vec<Event>, Option<Draft>), Fault> {
    if let Some(row) = rows::history(connection, held)? {
        return Ok((row.events(connection, held)?, None));
    }
    let (events, link) = rows::open_events(connection, held)?;
    let draft = rows::draft(connection, held, events.len(), &link)?;
    Ok((events, Some(draft)))
}

/// Whether the identity of a stored interview is the one that follows from having begun under another.
pub(in crate::store) fn follows(connection: &Access<'_>, held: &Held, from: InterviewId) -> Result<bool, Fault> {
    let links = codec::links(codec::origin(from, held.of), &history(connection, held)?.0)?;
    Ok(links.last().is_some_and(|head| derived(from, head) == held.id))
}

/// Keeps the laptop of what is here and arrived again: of two that both claim it, the same one everywhere.
pub(super) fn keep_origin(transaction: &Access<'_>, carried: &Carried, held: &Held) -> Result<(), Fault> {
    // What is damaged of it here is mended by what arrives.
    let here = match laptop::origin(transaction, held) {
        Err(fault) if fault.is_damage() => None,
        here => Some(here?),
    };
    if here.is_some_and(|here| carried.laptop >= here) {
        return Ok(());
    }
    let links = codec::links(codec::origin(carried.id, held.of), &history(transaction, held)?.0)?;
    if links.last() == carried.links.last() { laptop::set_origin(transaction, held, carried.laptop) } else { Ok(()) }
}

/// Keeps what arrives beside what is here of the same identity. What it continues makes room for it.
pub(super) fn settle(transaction: &Access<'_>, carried: &Carried, questionnaire: i64) -> Result<(), Fault> {
    let draft = if carried.is_finished() { None } else { Some(first_open(&carried.interview()?)) };
    let arrived = Chain {
        of: carried.questionnaire.hash(),
        laptop: carried.laptop,
        events: carried.events.clone(),
        links: carried.links.clone(),
        draft,
        questionnaire,
        read: Some(Arc::clone(&carried.questionnaire)),
    };
    arrange(transaction, carried.id, Some(arrived))
}

/// Gives every interview that is not alone in its identity the one it has to have.
pub(super) fn arrange_all(transaction: &Access<'_>) -> Result<(), Fault> {
    let ids: Vec<InterviewId> = {
        let mut statement = transaction.prepare_cached("SELECT DISTINCT of FROM variant")?;
        let ids = statement.query_map([], |row| row.get(0).map(InterviewId))?;
        ids.collect::<Result<_, _>>()?
    };
    for id in ids {
        match arrange(transaction, id, None) {
            // It stays as it is.
            Err(fault) if fault.is_damage() => {}
            arranged => arranged?,
        }
    }
    Ok(())
}

fn arrange(transaction: &Access<'_>, id: InterviewId, arrived: Option<Chain>) -> Result<(), Fault> {
    let here = held(transaction, id)?;
    let mut chains: Vec<(Chain, Option<&Held>)> = Vec::with_capacity(here.len() + 1);
    for held in &here {
        chains.push((Chain::read(transaction, id, held)?, Some(held)));
    }
    let mut gone: Vec<&Held> = Vec::new();
    if let Some(arrived) = arrived {
        chains.retain(|(chain, held)| {
            let shorter = is_beginning(&chain.links, &arrived.links);
            gone.extend(held.filter(|_| shorter));
            !shorter
        });
        chains.push((arrived, None));
    }
    if chains.len() > MOST {
        return Err(super::said(BundleFault::TooMuch));
    }
    chains.sort_by_key(|(chain, _)| chain.head());
    let mut moved: Vec<(InterviewId, &Chain)> = Vec::new();
    for (place, (chain, held)) in chains.iter().enumerate() {
        let called = if place == 0 { id } else { derived(id, &chain.head()) };
        if held.is_none_or(|held| held.id != called) {
            gone.extend(held);
            moved.push((called, chain));
        }
    }
    for held in gone {
        remove(transaction, held.number)?;
    }
    moved.into_iter().try_for_each(|(called, chain)| put(transaction, id, called, chain))
}

pub(in crate::store) fn remove(transaction: &Connection, number: i64) -> Result<(), Fault> {
    for row in ROWS {
        transaction.prepare_cached(row)?.execute([number])?;
    }
    Ok(())
}

/// Stores a history as what was answered here would have been.
fn put(transaction: &Access<'_>, id: InterviewId, called: InterviewId, chain: &Chain) -> Result<(), Fault> {
    if rows::held(transaction, called)?.is_some() {
        return Err(super::said(BundleFault::Clash));
    }
    transaction
        .prepare_cached("INSERT INTO interview(id, questionnaire) VALUES (?1, ?2)")?
        .execute(params![called.0, chain.questionnaire])?;
    let held = Held::new(called, transaction.last_insert_rowid(), chain.questionnaire, chain.of);
    if chain.is_finished() {
        let read = match &chain.read {
            Some(read) => Arc::clone(read),
            None => super::questionnaire_again(&rows::questionnaire(transaction, chain.questionnaire)?.1)?,
        };
        let interview = super::replayed(read, called, &chain.events)?;
        write::keep_finished(transaction, &held, &chain.events, &interview.packed())?;
    } else {
        write::add_events(transaction, &held, &chain.events)?;
        chain.draft.as_ref().map_or(Ok(()), |draft| write::keep_draft(transaction, &held, draft))?;
    }
    laptop::set_origin(transaction, &held, chain.laptop)?;
    if called != id {
        transaction
            .prepare_cached("INSERT INTO variant(of, interview) VALUES (?1, ?2)")?
            .execute(params![id.0, held.number])?;
    }
    Ok(())
}

/// The identity of a history that does not keep its own: it begins with the same time, and is made up where that is.
fn derived(id: InterviewId, head: &Seal) -> InterviewId {
    let seal = codec::row(&id.0, "variant", &[head]);
    let mut derived = id.0;
    derived[6] = id.0[6] & 0xf0 | seal[6] & 0x0f;
    derived[7] = seal[7];
    derived[8] = 0x80 | seal[8] & 0x3f;
    derived[9..].copy_from_slice(&seal[9..]);
    InterviewId(derived)
}

/// What is on the screen of an unfinished interview that came from elsewhere: the first question that is open. What was
/// half typed there stayed there.
fn first_open(interview: &Interview) -> Draft {
    let place = interview.open_items().next();
    Draft { place, marked: None, typed: String::new(), note: None, language: interview.language().clone() }
}
