//! Workshops in a bundle, and how what two laptops know of one comes together.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, params};

use super::line::{Hex, Id, PairLine, WorkshopLine};
use super::{LaptopId, laptop};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::Day;
use crate::store::fault::Fault;
use crate::store::vault::Access;
use crate::store::{About, Pair, Workshop, rows, workshops, write};
use crate::text::{Clean, Tag};

/// The most characters of a text of a workshop.
const LONGEST: usize = 10_000;
/// The fewest people of whom anything is shown.
const LEAST_MINIMUM: u32 = 5;

/// How often a workshop's particulars were changed, and on which laptop last: the higher of two wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Changes {
    pub(in crate::store) count: i64,
    pub(in crate::store) on: LaptopId,
}

/// How often consent was refused in a workshop, by laptop.
pub(super) type Refused = BTreeMap<LaptopId, u32>;

/// What is told of a workshop in a bundle.
pub(super) fn to_line(workshop: &Workshop, changes: Changes, refused: Refused) -> WorkshopLine {
    let Workshop { id, about } = workshop;
    let about = about.clone();
    WorkshopLine {
        id: Id(id.0),
        changes: u64::try_from(changes.count).unwrap_or(0),
        changed_on: Hex(changes.on.0),
        name: tidy(&about.name),
        place: tidy(&about.place),
        date: about.date,
        facilitator: tidy(&about.facilitator),
        questionnaire: Hex(about.questionnaire),
        languages: about.languages,
        minimum: about.minimum.max(LEAST_MINIMUM),
        second_of: about.second_of.map(|id| Id(id.0)),
        keep_until: about.keep_until,
        closed: about.closed,
        made_up: about.made_up,
        own_profile: about.own_profile,
        shown: about.shown.into_iter().map(|id| Id(id.0)).collect(),
        followed: about.followed.into_iter().map(|(before, after)| (Id(before.0), Id(after.0))).collect(),
        refused: refused.into_iter().map(|(laptop, count)| (Hex(laptop.0), count)).collect(),
        notes: about.notes.iter().map(|(slide, text)| (tidy(slide), tidy(text))).collect(),
        pairs: about
            .pairs
            .into_iter()
            .map(|pair| PairLine { before: Id(pair.before.0), after: Id(pair.after.0), confirmed: pair.confirmed })
            .collect(),
    }
}

/// The workshop that a line tells of; nothing where it is none that could have been made here.
pub(super) fn of_line(line: WorkshopLine) -> Option<(Workshop, Changes, Refused)> {
    let is_day = |day: &str| day.is_empty() || Day::from_iso(day).is_some();
    let is_tidy = |text: &str| tidy(text) == text;
    let texts = [&line.name, &line.place, &line.facilitator].into_iter();
    let sound = texts.chain(line.notes.iter().flat_map(|(slide, text)| [slide, text])).all(|text| is_tidy(text))
        && is_day(&line.date)
        && is_day(&line.keep_until)
        && line.languages.iter().all(|tag| Tag::new(tag).is_some())
        && line.minimum >= LEAST_MINIMUM
        && line.made_up == WorkshopId(line.id.0).is_synthetic();
    let pair = |pair: PairLine| Pair {
        before: InterviewId(pair.before.0),
        after: InterviewId(pair.after.0),
        confirmed: pair.confirmed,
    };
    let about = About {
        name: line.name,
        place: line.place,
        date: line.date,
        facilitator: line.facilitator,
        questionnaire: line.questionnaire.0,
        languages: line.languages,
        minimum: line.minimum,
        second_of: line.second_of.map(|id| WorkshopId(id.0)),
        keep_until: line.keep_until,
        closed: line.closed,
        made_up: line.made_up,
        own_profile: line.own_profile,
        pin: String::new(),
        refused: 0,
        shown: line.shown.into_iter().map(|id| InterviewId(id.0)).collect(),
        followed: line
            .followed
            .into_iter()
            .map(|(before, after)| (InterviewId(before.0), InterviewId(after.0)))
            .collect(),
        notes: line.notes,
        pairs: line.pairs.into_iter().map(pair).collect(),
    };
    let changes = Changes { count: i64::try_from(line.changes).ok()?, on: LaptopId(line.changed_on.0) };
    let refused: Refused = line.refused.iter().map(|(laptop, count)| (LaptopId(laptop.0), *count)).collect();
    let rising = line.refused.is_sorted_by(|one, other| one.0 < other.0);
    (sound && rising).then_some((Workshop { id: WorkshopId(line.id.0), about }, changes, refused))
}

fn tidy(text: &str) -> String {
    Clean::strip(text).chars().take(LONGEST).collect()
}

/// Keeps what arrived of a workshop beside what is known of it here. True where it is new here.
pub(super) fn keep(
    transaction: &Access<'_>,
    arrived: &Workshop,
    changed: Changes,
    refused: &Refused,
) -> Result<bool, Fault> {
    let number = rows::workshop_number(transaction, arrived.id)?;
    let known = workshops::known(transaction, arrived.id)?;
    let (mut about, changed) = match &known {
        Some(known) => joined((&known.about, changes(transaction, number)?), (&arrived.about, changed)),
        // In the order that it would have when it came twice.
        None => joined((&arrived.about, changed), (&arrived.about, changed)),
    };
    let own = laptop::own(transaction)?;
    about.refused = about.refused.max(refused.get(&own).copied().unwrap_or(0));
    workshops::write(transaction, number, &Workshop { id: arrived.id, about }, changed)?;
    for (laptop, count) in refused.iter().filter(|(laptop, _)| **laptop != own) {
        let sql = "INSERT INTO refused_there(workshop, count, laptop) SELECT ?1, ?2, number FROM laptop WHERE id = ?3 \
                   ON CONFLICT(workshop, laptop) DO UPDATE SET count = max(count, excluded.count)";
        transaction.prepare_cached(sql)?.execute(params![number, count, laptop.0])?;
    }
    Ok(known.is_none())
}

/// How often consent was refused in a workshop: on each other laptop, and on this one.
pub(super) fn refused(connection: &Connection, known: &Workshop) -> Result<Refused, Fault> {
    let sql = "SELECT laptop.id, count FROM refused_there JOIN workshop ON workshop.number = refused_there.workshop \
               JOIN laptop ON laptop.number = refused_there.laptop WHERE workshop.id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([known.id.0], |row| Ok((LaptopId(row.get(0)?), row.get(1)?)))?;
    let mut refused: Refused = rows.collect::<Result<_, _>>()?;
    if known.about.refused > 0 {
        refused.insert(laptop::own(connection)?, known.about.refused);
    }
    Ok(refused)
}

/// How often a workshop was changed.
pub(super) fn changes_of(connection: &Connection, id: WorkshopId) -> Result<Changes, Fault> {
    let sql = "SELECT number FROM workshop WHERE id = ?1";
    let number = connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?;
    number.map_or_else(|| Ok(Changes::default()), |number| changes(connection, number))
}

/// How often the workshop of this row was changed.
pub(in crate::store) fn changes(connection: &Connection, number: i64) -> Result<Changes, Fault> {
    let row: Option<(i64, [u8; 16])> = connection
        .prepare_cached("SELECT count, laptop FROM change WHERE workshop = ?1")?
        .query_row(params![number], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(row.map_or_else(Changes::default, |(count, on)| Changes { count, on: LaptopId(on) }))
}

/// What was changed last of the particulars and of whom a picture shows, and of the rest what both know. The same whichever is named first, however
/// often, and in whatever order several come together.
fn joined(one: (&About, Changes), other: (&About, Changes)) -> (About, Changes) {
    let rank = |(about, changes): (&About, Changes)| (changes, particulars(about));
    let (last, before) = if rank(one) >= rank(other) { (one, other) } else { (other, one) };
    let mut about = last.0.clone();
    // The PIN and who refused are this laptop's own.
    about.pin.clone_from(&one.0.pin);
    about.refused = one.0.refused;
    about.notes = notes(&last.0.notes, &before.0.notes);
    about.pairs = pairs(&last.0.pairs, &before.0.pairs);
    (about, last.1)
}

/// What is changed as a whole, in an order of its own for two that were changed as often.
fn particulars(about: &About) -> impl Ord + use<> {
    let About { name, place, date, facilitator, questionnaire, languages, minimum, second_of, keep_until, .. } =
        about.clone();
    let About { closed, made_up, own_profile, .. } = *about;
    (
        (name, place, date, facilitator, questionnaire),
        (languages, minimum, second_of, keep_until),
        (closed, made_up, own_profile),
    )
}

/// Whether what is changed as a whole differs.
pub(in crate::store) fn differ(one: &About, other: &About) -> bool {
    let seen = |about: &About| (about.shown.clone(), about.followed.clone());
    particulars(one).cmp(&particulars(other)).is_ne() || seen(one) != seen(other)
}

/// Takes out of what workshops know whoever was erased, here or elsewhere.
pub(super) fn forget_erased(transaction: &Access<'_>) -> Result<(), Fault> {
    let ids: Vec<WorkshopId> = {
        let mut statement = transaction.prepare_cached("SELECT id FROM workshop WHERE body <> x''")?;
        let ids = statement.query_map([], |row| row.get(0).map(WorkshopId))?;
        ids.collect::<Result<_, _>>()?
    };
    for id in ids {
        let Some(mut known) = workshops::known(transaction, id)? else { continue };
        let named = known.about.shown.iter().copied();
        let named = named.chain(known.about.followed.iter().flat_map(|(one, other)| [*one, *other]));
        let named = named.chain(known.about.pairs.iter().flat_map(|pair| [pair.before, pair.after]));
        let mut gone: BTreeSet<InterviewId> = BTreeSet::new();
        for one in named.collect::<BTreeSet<_>>() {
            if write::is_erased(transaction, one)? {
                gone.insert(one);
            }
        }
        if gone.is_empty() {
            continue;
        }
        let about = &mut known.about;
        about.shown.retain(|one| !gone.contains(one));
        about.followed.retain(|(one, other)| !gone.contains(one) && !gone.contains(other));
        about.pairs.retain(|pair| !gone.contains(&pair.before) && !gone.contains(&pair.after));
        let number = rows::workshop_number(transaction, id)?;
        workshops::write(transaction, number, &known, changes(transaction, number)?)?;
    }
    Ok(())
}

/// The notes of both: of a slide that both have a note to, every line that either has.
fn notes(one: &[(String, String)], other: &[(String, String)]) -> Vec<(String, String)> {
    let mut all: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (slide, text) in one.iter().chain(other) {
        all.entry(slide).or_default().insert(text);
    }
    let text = |texts: BTreeSet<&String>| match texts.iter().collect::<Vec<_>>().as_slice() {
        [text] => (**text).clone(),
        several => {
            let lines: BTreeSet<&str> = several.iter().flat_map(|text| text.lines()).collect();
            lines.into_iter().collect::<Vec<_>>().join("\n")
        }
    };
    all.into_iter().map(|(slide, texts)| (slide.clone(), text(texts))).collect()
}

/// What was found out of who is whom. Where one facilitator confirms and another refuses, they are not one person.
fn pairs(one: &[Pair], other: &[Pair]) -> Vec<Pair> {
    let mut all: BTreeMap<(InterviewId, InterviewId), bool> = BTreeMap::new();
    for pair in one.iter().chain(other) {
        all.entry((pair.before, pair.after)).and_modify(|known| *known &= pair.confirmed).or_insert(pair.confirmed);
    }
    all.into_iter().map(|((before, after), confirmed)| Pair { before, after, confirmed }).collect()
}
