//! What a database holds, every hash of it checked.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;

use super::super::block;
use super::super::bundle::{LaptopId, kin, laptop};
use super::super::codec::{self, Seal};
use super::super::envelope;
use super::super::fault::Fault;
use super::super::rows::{self, Held, HistoryRow, Listed, PackedRow};
use super::super::vault::{Access, is_enciphered};
use crate::interview::{Event, Interview, InterviewId};
use crate::questionnaire::{self, Hash, Questionnaire};

/// What is damaged of an interview, and what is sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The interview; of one whose id is damaged whatever became of it.
    pub id: InterviewId,
    /// Where.
    pub spot: Spot,
}

/// Where an interview is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The chain of an open interview's events breaks.
    Event {
        /// Number of the first event that does not agree with its hash or is missing, counted from 1; all before it
        /// are sound.
        number: usize,
        /// Rows from there on.
        behind: usize,
    },
    /// What was on an open interview's screen; its events are sound.
    Draft {
        /// How many.
        events: usize,
    },
    /// A finished interview's history, which is kept in one piece under one hash.
    History {
        /// Its packed answers are sound.
        answers: bool,
        /// Where history and packed answers first differ, as the place of the item counted from 1; none where the
        /// history cannot be read, or tells the same.
        item: Option<usize>,
    },
    /// A finished interview's packed answers; its history is sound, and they can be packed again.
    Answers,
    /// Its questionnaire.
    Questionnaire,
    /// What is noted of where it comes from: the laptop, or the interview it went on from. Everything else of it is sound.
    Origin,
    /// Its place in the list, or everything of it.
    Whole,
}

/// What is in a database.
#[derive(Debug, Default)]
pub(in super::super) struct Contents {
    /// Questionnaires that are sound and that this program can read.
    pub(in super::super) questionnaires: usize,
    /// Hashes of those that do not agree with their hash.
    pub(in super::super) damaged_questionnaires: Vec<Hash>,
    /// Key and version of those that are sound, but not for this program.
    pub(in super::super) unknown_questionnaires: Vec<(String, String)>,
    pub(in super::super) damaged_workshops: usize,
    /// First numbers of blocks that do not agree with their hash.
    pub(in super::super) damaged_blocks: Vec<i64>,
    pub(in super::super) finished: usize,
    pub(in super::super) unfinished: usize,
    pub(in super::super) events: usize,
    pub(in super::super) damaged: Vec<Damage>,
    /// Interviews in envelopes that are as they were sealed.
    pub(in super::super) sealed: usize,
    /// Both are sound, and the packed answers are not those of the history.
    pub(in super::super) differing: Vec<InterviewId>,
    /// Rows of no interview.
    pub(in super::super) strays: usize,
    /// Interviews that were erased and are there.
    pub(in super::super) erased: Vec<InterviewId>,
    /// The time of the last event, in milliseconds since 1970.
    pub(in super::super) last: Option<i64>,
    /// Something could not be read to its end.
    pub(in super::super) cut_off: bool,
}

impl Contents {
    /// Learns when something happened; the times of people who do not exist are made up as well.
    fn was_at(&mut self, id: InterviewId, event: Option<&Event>) {
        if !id.is_synthetic() {
            self.last = self.last.max(event.map(|event| event.at.unix_ms));
        }
    }

    /// Whether nothing is wrong with any of it.
    pub(in super::super) fn is_sound(&self) -> bool {
        let counts = [
            self.damaged_workshops,
            self.damaged_blocks.len(),
            self.strays,
            self.damaged_questionnaires.len(),
            self.differing.len(),
        ];
        counts.iter().all(|count| *count == 0) && self.damaged.is_empty() && !self.cut_off
    }
}

/// How often [`contents`] tells how far it is.
const TELLING: usize = 256;

/// Goes through everything. `watch` is told how many interviews are done, and of how many.
pub(in super::super) fn contents(connection: &Connection, watch: &mut dyn FnMut(usize, usize)) -> Contents {
    let mut found = Contents::default();
    let texts = questionnaires(connection, &mut found).unwrap_or_else(|_| {
        found.cut_off = true;
        HashMap::new()
    });
    for part in [workshops, blocks, strays, erased, sealed] {
        found.cut_off |= part(connection, &mut found).is_err();
    }
    let (rows, fault) = rows::walk(connection);
    found.cut_off |= fault.is_some();
    for (done, row) in rows.iter().enumerate() {
        if done % TELLING == 0 {
            watch(done, rows.len());
        }
        interview(connection, row, &texts, &mut found);
    }
    found.cut_off |= origins(connection, &mut found).is_err();
    watch(rows.len(), rows.len());
    found
}

/// Questionnaires by their number: their hash, and themselves where this program can read them.
type Known = HashMap<i64, (Hash, Option<Arc<Questionnaire>>)>;

fn questionnaires(connection: &Connection, found: &mut Contents) -> Result<Known, Fault> {
    let mut known = Known::new();
    let mut statement = connection.prepare("SELECT number, hash FROM questionnaire NOT INDEXED ORDER BY number")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, [u8; 32]>(1)?)))?;
    for (number, hash) in rows.collect::<Result<Vec<(i64, [u8; 32])>, _>>()? {
        match rows::questionnaire(connection, number) {
            Ok((kept, text)) => {
                let read = questionnaire::read_again(&kept.key, &text).ok().map(Arc::new);
                if read.is_some() {
                    found.questionnaires += 1;
                } else {
                    found.unknown_questionnaires.push((kept.key, kept.version));
                }
                known.insert(number, (kept.hash, read));
            }
            Err(_) => found.damaged_questionnaires.push(Hash(hash)),
        }
    }
    Ok(known)
}

fn workshops(connection: &Connection, found: &mut Contents) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT id, body, hash FROM workshop")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let cells = (row.get::<_, [u8; 16]>(0), row.get::<_, Vec<u8>>(1), row.get::<_, Seal>(2));
        let sound = match cells {
            (Ok(id), Ok(body), Ok(hash)) => rows::workshop_seal(crate::interview::WorkshopId(id), &body) == hash,
            _ => false,
        };
        found.damaged_workshops += usize::from(!sound);
    }
    Ok(())
}

fn blocks(connection: &Connection, found: &mut Contents) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT first, last, body, hash FROM block")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let first: i64 = row.get(0)?;
        let sound = match (row.get(1), row.get_ref(2)?.as_blob(), row.get::<_, Seal>(3)) {
            (Ok(last), Ok(body), Ok(hash)) => block::seal(first, last, body) == hash,
            _ => false,
        };
        found.damaged_blocks.extend((!sound).then_some(first));
    }
    Ok(())
}

/// Which interviews are from elsewhere, or went on from another.
fn origins(connection: &Connection, found: &mut Contents) -> Result<(), Fault> {
    let sql = "SELECT interview.id, interview.number, questionnaire, questionnaire.hash, laptop.id, origin.hash \
               FROM origin JOIN interview ON interview.number = origin.interview \
               JOIN questionnaire ON questionnaire.number = questionnaire \
               LEFT JOIN laptop ON laptop.number = origin.laptop";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let held = held_of(row)?;
        let sound = match (row.get(4), row.get::<_, Seal>(5)) {
            (Ok(laptop), Ok(hash)) => laptop::seal(&held, LaptopId(laptop)) == hash,
            _ => false,
        };
        note_origin(held.id, sound, found);
    }
    let sql = "SELECT interview.id, interview.number, questionnaire, questionnaire.hash, variant.of \
               FROM variant JOIN interview ON interview.number = variant.interview \
               JOIN questionnaire ON questionnaire.number = questionnaire";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let held = held_of(row)?;
        let follows =
            row.get(4).map(InterviewId).map(|from| kin::follows(&Access::open_to_all(connection), &held, from));
        // Of a protected store it cannot be told without the key.
        let sound = matches!(follows, Ok(Ok(true) | Err(Fault::Closed)));
        note_origin(held.id, sound, found);
    }
    Ok(())
}

fn held_of(row: &rusqlite::Row<'_>) -> Result<Held, Fault> {
    Ok(Held::new(InterviewId(row.get(0)?), row.get(1)?, row.get(2)?, Hash(row.get(3)?)))
}

/// What is damaged otherwise is told otherwise.
fn note_origin(id: InterviewId, sound: bool, found: &mut Contents) {
    if !sound && found.damaged.iter().all(|damage| damage.id != id) {
        found.damaged.push(Damage { id, spot: Spot::Origin });
    }
}

fn strays(connection: &Connection, found: &mut Contents) -> Result<(), Fault> {
    for table in ["event", "draft", "packed", "history", "origin", "variant"] {
        let sql =
            format!("SELECT count(*) FROM {table} WHERE interview NOT IN (SELECT number FROM interview NOT INDEXED)");
        found.strays += connection.query_row(&sql, [], |row| row.get::<_, u32>(0))? as usize;
    }
    Ok(())
}

fn sealed(connection: &Connection, found: &mut Contents) -> Result<(), Fault> {
    let mut damaged = Vec::new();
    envelope::every(connection, |number, envelope| {
        match envelope {
            Ok(_) => found.sealed += 1,
            Err(_) => damaged.push(number),
        }
        Ok(())
    })?;
    for number in damaged {
        let sql = "SELECT id FROM sealed WHERE number = ?1";
        let id = connection.query_row(sql, [number], |row| row.get(0)).map_or(InterviewId([0; 16]), InterviewId);
        found.damaged.push(Damage { id, spot: Spot::Whole });
    }
    Ok(())
}

fn erased(connection: &Connection, found: &mut Contents) -> Result<(), Fault> {
    let sql = "SELECT id FROM tombstone WHERE id IN (SELECT id FROM interview) OR id IN (SELECT id FROM sealed)";
    let mut statement = connection.prepare(sql)?;
    let ids = statement.query_map([], |row| row.get(0).map(InterviewId))?;
    found.erased = ids.collect::<Result<_, _>>()?;
    Ok(())
}

fn interview(connection: &Connection, row: &Listed, known: &Known, found: &mut Contents) {
    let told = row.questionnaire.map(|number| (number, known.get(&number)));
    let damage = match told {
        None => Some(Spot::Whole),
        Some((_, None)) => Some(Spot::Questionnaire),
        Some((number, Some((hash, questionnaire)))) => {
            let held = Held::new(row.id, row.number, number, *hash);
            match look(connection, &held, questionnaire.as_ref(), found) {
                Ok(spot) => spot,
                Err(_) => Some(Spot::Whole),
            }
        }
    };
    found.damaged.extend(damage.map(|spot| Damage { id: row.id, spot }));
}

fn look(
    connection: &Connection,
    held: &Held,
    questionnaire: Option<&Arc<Questionnaire>>,
    found: &mut Contents,
) -> Result<Option<Spot>, Fault> {
    let access = Access::open_to_all(connection);
    let history = rows::history(connection, held);
    if let Ok(Some(row)) = &history
        && is_enciphered(&row.body)
    {
        return closed(connection, held, row.count, found);
    }
    let packed = rows::packed(&access, held);
    if matches!((&history, &packed), (Ok(None), Ok(None))) {
        found.unfinished += 1;
        return open(connection, held, found);
    }
    found.finished += 1;
    if rows::has_open_rows(connection, held)? {
        return Ok(Some(Spot::Whole));
    }
    let events = history.ok().flatten().and_then(|row| row.events(&access, held).ok());
    let packed = packed.ok().flatten();
    Ok(match (events, packed) {
        (Some(events), Some(packed)) => {
            tell(held.id, &events, found);
            if questionnaire.is_some_and(|of| differs(of, held.id, events, &packed)) {
                found.differing.push(held.id);
            }
            None
        }
        (Some(events), None) => {
            tell(held.id, &events, found);
            Some(Spot::Answers)
        }
        (None, None) => {
            let answers = rows::packed_times(connection, held).is_ok_and(|times| times.is_some());
            Some(Spot::History { answers, item: None })
        }
        (None, Some(packed)) => {
            let item = questionnaire.and_then(|of| first_difference(connection, held, of, &packed));
            Some(Spot::History { answers: true, item })
        }
    })
}

/// A finished interview of a protected store: hashes tell without the key whether it is sound.
fn closed(connection: &Connection, held: &Held, events: i64, found: &mut Contents) -> Result<Option<Spot>, Fault> {
    found.finished += 1;
    if rows::has_open_rows(connection, held)? {
        return Ok(Some(Spot::Whole));
    }
    found.events += usize::try_from(events).unwrap_or_default();
    let Ok(Some((_, last))) = rows::packed_times(connection, held) else { return Ok(Some(Spot::Answers)) };
    if !held.id.is_synthetic() {
        found.last = found.last.max(Some(last.unix_ms));
    }
    Ok(None)
}

fn tell(id: InterviewId, events: &[Event], found: &mut Contents) {
    found.events += events.len();
    found.was_at(id, events.last());
}

fn differs(questionnaire: &Arc<Questionnaire>, id: InterviewId, events: Vec<Event>, row: &PackedRow) -> bool {
    Interview::replay(Arc::clone(questionnaire), id, events).map_or(true, |interview| interview.packed() != row.packed)
}

/// Where a history that does not agree with its hash and packed answers that do first tell different things.
fn first_difference(
    connection: &Connection,
    held: &Held,
    questionnaire: &Arc<Questionnaire>,
    row: &PackedRow,
) -> Option<usize> {
    let sql = "SELECT body FROM history WHERE interview = ?1";
    let body: Vec<u8> = connection.query_row(sql, [held.number], |row| row.get(0)).ok()?;
    let interview = Interview::replay(Arc::clone(questionnaire), held.id, codec::history(&body)?).ok()?;
    let told = interview.packed();
    let place = told.codes.iter().zip(&row.packed.codes).position(|(one, other)| one != other);
    place.map(|place| place + 1)
}

/// Walks the chain of an open interview's events, over the bytes as they are stored.
fn open(connection: &Connection, held: &Held, found: &mut Contents) -> Result<Option<Spot>, Fault> {
    let sql = "SELECT seq, body, hash FROM event WHERE interview = ?1 ORDER BY seq";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([held.number])?;
    let (mut sound, mut behind, mut link, mut whole) = (0usize, 0, held.origin, true);
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(_) => {
                whole = false;
                break;
            }
        };
        let cells = (row.get::<_, u32>(0), row.get::<_, Vec<u8>>(1), row.get::<_, Seal>(2));
        let agrees = match (&cells, behind) {
            ((Ok(seq), Ok(body), Ok(hash)), 0) if *seq as usize == sound => {
                let event = codec::event(body);
                found.was_at(held.id, event.as_ref());
                link = codec::link(&link, body);
                link == *hash && (is_enciphered(body) || event.is_some_and(|event| event.seq as usize == sound))
            }
            _ => false,
        };
        if agrees { sound += 1 } else { behind += 1 }
    }
    found.events += sound;
    if behind > 0 || !whole {
        return Ok(Some(Spot::Event { number: sound + 1, behind }));
    }
    let draft = rows::draft_row(connection, held, sound, &link);
    let readable = |body: &[u8]| is_enciphered(body) || codec::draft(body).is_some();
    Ok(match draft.and_then(|body| if readable(&body) { Ok(()) } else { Err(Fault::Damaged("draft")) }) {
        Ok(()) => None,
        Err(_) if sound == 0 => Some(Spot::Whole),
        Err(Fault::Damaged("event")) => Some(Spot::Event { number: sound + 1, behind: 0 }),
        Err(_) => Some(Spot::Draft { events: sound }),
    })
}

/// A finished interview whose history is sound and whose packed answers are not, with the answers as the history has
/// them.
pub(in super::super) fn packed_again(
    connection: &Connection,
    id: InterviewId,
) -> Result<Option<(Held, PackedRow)>, Fault> {
    let Some(held) = rows::held_anywhere(connection, id)? else { return Ok(None) };
    let (kept, text) = rows::questionnaire(connection, held.questionnaire)?;
    let Ok(read) = questionnaire::read_again(&kept.key, &text) else { return Ok(None) };
    let access = Access::open_to_all(connection);
    let history = rows::history(connection, &held)?.filter(|row| !is_enciphered(&row.body));
    let events = history.map(|row: HistoryRow| row.events(&access, &held)).transpose()?;
    Ok(events.and_then(|events| pack(read, events, held)))
}

pub(in super::super) fn pack(
    questionnaire: Questionnaire,
    events: Vec<Event>,
    held: Held,
) -> Option<(Held, PackedRow)> {
    let (started, last) = (events.first()?.at, events.last()?.at);
    let interview = Interview::replay(Arc::new(questionnaire), held.id, events).ok()?;
    let packed = interview.finished().then(|| interview.packed())?;
    Some((held, PackedRow { started, last, packed }))
}
