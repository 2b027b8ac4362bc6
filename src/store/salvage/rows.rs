//! What was found, told apart by the shape of its values. Nothing here is known to be sound yet.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::super::Erasure;
use super::super::bundle::{Laptop, LaptopId};
use super::super::cipher::{self, NAME};
use super::super::codec::Seal;
use super::super::envelope::Envelope;
use super::super::fault::Fault;
use super::super::rows::{Held, PackedCells, workshop_seal};
use super::super::slots::Slot;
use super::pages::Found;
use super::record::Cell;
use crate::interview::{At, InterviewId, WorkshopId};
use crate::questionnaire::Hash;
use crate::text::Clean;

/// A row of a table of ours.
pub(super) enum Row {
    Questionnaire(Questionnaire),
    /// From the index of their hashes.
    Name {
        number: i64,
        hash: [u8; 32],
    },
    Interview {
        number: i64,
        id: [u8; 16],
        questionnaire: Option<i64>,
    },
    Event {
        interview: i64,
        seq: i64,
        body: Vec<u8>,
        hash: Seal,
    },
    Draft {
        interview: i64,
        draft: Draft,
    },
    Packed {
        interview: i64,
        row: Box<Packed>,
    },
    History {
        interview: i64,
        row: History,
    },
    Workshop {
        number: i64,
        row: Workshop,
    },
    Laptop {
        number: i64,
        laptop: Laptop,
        own: bool,
    },
    Origin {
        interview: i64,
        laptop: i64,
        hash: Seal,
    },
    Refusal {
        questionnaire: i64,
        count: i64,
    },
    Tombstone([u8; 16]),
    Erasure {
        erasure: Erasure,
        hash: Seal,
    },
    SealedTo {
        keys: [String; 2],
        times: [Option<i64>; 3],
        hash: Seal,
    },
    Slot(Slot),
    Sealed(Box<Sealed>),
}

/// An envelope, and what is readable beside it.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    pub(super) envelope: Envelope,
    /// Number of its questionnaire; the envelope names any.
    pub(super) questionnaire: i64,
    pub(super) wordless: Option<Vec<u8>>,
    pub(super) hash: Seal,
}

#[derive(Clone, Debug)]
pub(super) struct Questionnaire {
    pub(super) number: i64,
    pub(super) hash: [u8; 32],
    pub(super) key: String,
    pub(super) version: String,
    pub(super) items: i64,
    pub(super) text: String,
    pub(super) seal: Seal,
}

#[derive(Clone, Debug)]
pub(super) struct Workshop {
    id: [u8; 16],
    pub(super) body: Vec<u8>,
    pub(super) hash: Seal,
}

impl Workshop {
    pub(super) fn id(&self) -> WorkshopId {
        WorkshopId(self.id)
    }

    pub(super) fn is_sound(&self) -> bool {
        workshop_seal(self.id(), &self.body) == self.hash
    }
}

#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) events: i64,
    pub(super) body: Vec<u8>,
    pub(super) hash: Seal,
}

#[derive(Clone, Debug)]
pub(super) struct History {
    pub(super) count: i64,
    pub(super) body: Vec<u8>,
    pub(super) head: Seal,
    pub(super) hash: Seal,
}

#[derive(Clone, Debug)]
pub(super) struct Packed {
    pub(super) id: [u8; 16],
    pub(super) questionnaire: i64,
    pub(super) workshop: Option<i64>,
    /// Started, last, doubtful, mode.
    pub(super) numbers: [i64; 4],
    pub(super) language: String,
    pub(super) shown: i64,
    pub(super) codes: Vec<u8>,
    pub(super) beside: Vec<u8>,
    pub(super) hash: Seal,
}

impl Packed {
    /// What its hash speaks for, were it of this workshop.
    pub(super) fn cells(&self, workshop: Option<WorkshopId>) -> PackedCells<'_> {
        let [started, last, doubtful, mode] = self.numbers;
        let (language, codes, beside) = (self.language.as_str(), &self.codes[..], &self.beside[..]);
        PackedCells { started, last, doubtful, mode, language, shown: self.shown, workshop, codes, beside }
    }

    /// Stores the row as it was.
    pub(super) fn keep(&self, connection: &Connection, held: &Held, workshop: Option<i64>) -> Result<(), Fault> {
        let [started, last, doubtful, mode] = self.numbers;
        let sql = "INSERT INTO packed(interview, id, questionnaire, workshop, started, last, doubtful, mode, language, \
                   shown, codes, beside, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
        connection.prepare_cached(sql)?.execute(params![
            held.number,
            self.id,
            held.questionnaire,
            workshop,
            started,
            last,
            doubtful,
            mode,
            self.language,
            self.shown,
            self.codes,
            self.beside,
            self.hash
        ])?;
        Ok(())
    }
}

fn exactly<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.try_into().ok()
}

impl Row {
    /// By what it names the key that it is under; nothing where it lies open.
    pub(super) fn key(&self) -> Option<[u8; NAME]> {
        cipher::named(match self {
            Self::Event { body, .. } => body,
            Self::Draft { draft, .. } => &draft.body,
            Self::Packed { row, .. } => &row.beside,
            Self::History { row, .. } => &row.body,
            Self::Workshop { row, .. } => &row.body,
            _ => &[],
        })
    }

    /// The row that was found; nothing where it is of no table of ours, or of one without hashes and nothing sound led
    /// to it.
    pub(super) fn of(found: Found) -> Option<Self> {
        use Cell::{Bytes, Null, Number, Text};
        let Found { number, cells, led_to } = found;
        if number.is_some() && matches!(cells.get(4), Some(Bytes(_))) && cells.len() == SEALED {
            return Self::sealed(&cells);
        }
        let mut cells = cells.into_iter();
        let mut next = || cells.next();
        Some(match (number, next(), next(), next(), next()) {
            (None, Some(Bytes(id)), None, ..) if led_to => Self::Tombstone(exactly(&id)?),
            (None, Some(Bytes(name)), Some(Number(number)), None, _) => match exactly(&name) {
                Some(id) => Self::Interview { number, id, questionnaire: None },
                None => Self::Name { number, hash: exactly(&name)? },
            },
            (None, Some(Number(interview)), Some(Number(seq)), Some(Bytes(body)), Some(Bytes(hash))) => {
                Self::Event { interview, seq, body, hash: exactly(&hash)? }
            }
            (Some(questionnaire), Some(Null), Some(Number(count)), None, _) if led_to => {
                Self::Refusal { questionnaire, count }
            }
            (Some(number), Some(Null), Some(Bytes(id)), Some(Text(name)), Some(Number(own))) => {
                Self::Laptop { number, laptop: laptop(&id, &name)?, own: own == 1 && led_to }
            }
            // How often a workshop was changed looks the same; its hash speaks for no laptop.
            (Some(interview), Some(Null), Some(Number(laptop)), Some(Bytes(hash)), None) => {
                Self::Origin { interview, laptop, hash: exactly(&hash)? }
            }
            (Some(number), Some(Null), Some(Bytes(id)), Some(Number(questionnaire)), None) => {
                Self::Interview { number, id: exactly(&id)?, questionnaire: Some(questionnaire) }
            }
            (Some(_), Some(Null), Some(Number(at)), Some(Null), Some(Number(interviews))) => {
                Self::erasure(at, None, interviews, &next()?)?
            }
            (Some(_), Some(Null), Some(Number(at)), Some(Bytes(workshop)), Some(Number(interviews))) => {
                Self::erasure(at, Some(WorkshopId(exactly(&workshop)?)), interviews, &next()?)?
            }
            (Some(_), Some(Null), Some(Text(coordinator)), Some(Text(recovery)), Some(Number(since))) => {
                let mut time = || match next() {
                    Some(Number(ms)) => Some(ms),
                    _ => None,
                };
                let times = [Some(since), time(), time()];
                let Some(Bytes(hash)) = next() else { return None };
                Self::SealedTo { keys: [coordinator, recovery], times, hash: exactly(&hash)? }
            }
            (Some(interview), Some(Null), Some(Number(count)), Some(Bytes(body)), Some(Bytes(hash))) => match next() {
                None => Self::Draft { interview, draft: Draft { events: count, body, hash: exactly(&hash)? } },
                Some(Bytes(last)) => match next() {
                    None => Self::History {
                        interview,
                        row: History { count, body, head: exactly(&hash)?, hash: exactly(&last)? },
                    },
                    // What a history calls count and body is the kind and the workshop of a slot, and so on.
                    Some(Bytes(end)) => Self::Slot(Slot::of((count, &body), exactly(&hash)?, &last, exactly(&end)?)?),
                    _ => return None,
                },
                _ => return None,
            },
            (Some(number), Some(Null), Some(Bytes(id)), Some(Bytes(body)), Some(Bytes(hash))) => {
                Self::Workshop { number, row: Workshop { id: exactly(&id)?, body, hash: exactly(&hash)? } }
            }
            (Some(number), Some(Null), Some(Bytes(hash)), Some(Text(key)), Some(Text(version))) => {
                let (Some(Number(items)), Some(Text(text)), Some(Bytes(seal))) = (next(), next(), next()) else {
                    return None;
                };
                let (hash, seal) = (exactly(&hash)?, exactly(&seal)?);
                Self::Questionnaire(Questionnaire { number, hash, key, version, items, text, seal })
            }
            (Some(interview), Some(Null), Some(Bytes(id)), Some(Number(questionnaire)), Some(workshop)) => {
                Self::packed((interview, &id, questionnaire, workshop), next)?
            }
            _ => return None,
        })
    }
}

fn laptop(id: &[u8], name: &str) -> Option<Laptop> {
    Some(Laptop { id: LaptopId(exactly(id)?), name: Clean::strip(name).chars().take(64).collect() })
}
/// Cells of a row with an envelope.
const SEALED: usize = 11;

impl Row {
    /// Packed answers; `next` gives the cells behind the workshop.
    fn packed(
        (interview, id, questionnaire, workshop): (i64, &[u8], i64, Cell),
        mut next: impl FnMut() -> Option<Cell>,
    ) -> Option<Self> {
        use Cell::{Bytes, Number, Text};
        let workshop = if let Number(number) = workshop { Some(number) } else { None };
        let mut numbers = [0; 4];
        for place in &mut numbers {
            let Some(Number(number)) = next() else { return None };
            *place = number;
        }
        let (Some(Text(language)), Some(Number(shown)), Some(Bytes(codes)), Some(Bytes(beside)), Some(Bytes(hash))) =
            (next(), next(), next(), next(), next())
        else {
            return None;
        };
        let (id, hash) = (exactly(id)?, exactly(&hash)?);
        let row = Packed { id, questionnaire, workshop, numbers, language, shown, codes, beside, hash };
        Some(Self::Packed { interview, row: Box::new(row) })
    }

    /// An envelope.
    fn sealed(cells: &[Cell]) -> Option<Self> {
        use Cell::{Bytes, Null, Number};
        let [Null, Bytes(id), Number(questionnaire), workshop, Bytes(laptop), rest @ ..] = cells else { return None };
        let [Number(started), Number(last), Number(doubtful), wordless, Bytes(body), Bytes(hash)] = rest else {
            return None;
        };
        let maybe = |cell: &Cell| match cell {
            Bytes(bytes) => Some(Some(bytes.clone())),
            Null => Some(None),
            _ => None,
        };
        let at = |unix_ms: i64, bit| At { unix_ms, doubtful: doubtful & bit != 0 };
        let envelope = Envelope {
            id: InterviewId(exactly(id)?),
            questionnaire: Hash([0; 32]),
            workshop: maybe(workshop)?.map(|id| exactly(&id).map(WorkshopId)).map_or(Some(None), |id| id.map(Some))?,
            laptop: LaptopId(exactly(laptop)?),
            started: at(*started, 1),
            last: at(*last, 2),
            body: body.clone(),
        };
        let (questionnaire, wordless, hash) = (*questionnaire, maybe(wordless)?, exactly(hash)?);
        Some(Self::Sealed(Box::new(Sealed { envelope, questionnaire, wordless, hash })))
    }

    fn erasure(unix_ms: i64, workshop: Option<WorkshopId>, interviews: i64, hash: &Cell) -> Option<Self> {
        let Cell::Bytes(hash) = hash else { return None };
        let interviews = u32::try_from(interviews).ok()?;
        Some(Self::Erasure { erasure: Erasure { unix_ms, workshop, interviews }, hash: exactly(hash)? })
    }
}

/// Whether a row lies open or is under this key.
pub(super) fn is_of(key: Option<[u8; NAME]>, mark: Option<Seal>) -> bool {
    key.is_none_or(|key| mark.is_some_and(|mark| mark.starts_with(&key)))
}

/// The rows of an open interview: each that was found for a number, by its number.
pub(super) type Events = BTreeMap<i64, Vec<(Vec<u8>, Seal)>>;

/// An interview's id, and its questionnaire's number where that is known.
type Listed = ([u8; 16], Option<i64>);

/// Everything but what finished interviews consist of, which may be much.
#[derive(Default)]
pub(super) struct Small {
    pub(super) questionnaires: Vec<Questionnaire>,
    /// Hashes of questionnaires by their numbers.
    pub(super) names: BTreeSet<(i64, [u8; 32])>,
    /// By number, each with its questionnaire's number where it is known.
    pub(super) interviews: BTreeMap<i64, BTreeSet<Listed>>,
    pub(super) events: BTreeMap<i64, Events>,
    pub(super) drafts: BTreeMap<i64, Vec<Draft>>,
    /// The version found last is the newest.
    pub(super) workshops: BTreeMap<i64, Vec<Workshop>>,
    /// By number; which of them is this one, where that is sure.
    pub(super) laptops: BTreeMap<i64, BTreeSet<Laptop>>,
    pub(super) own: BTreeSet<Laptop>,
    /// Numbers of interviews and of laptops, with their hashes.
    pub(super) origins: BTreeSet<(i64, i64, Seal)>,
    pub(super) refusals: BTreeMap<i64, i64>,
    pub(super) tombstones: BTreeSet<[u8; 16]>,
    pub(super) erasures: Vec<Erasure>,
    /// Keys, times and hashes.
    pub(super) sealed_to: Vec<([String; 2], [Option<i64>; 3], Seal)>,
    /// Ways in to what is enciphered, the newest last.
    pub(super) slots: Vec<Slot>,
    /// How many rows are under each key.
    pub(super) keys: BTreeMap<[u8; NAME], usize>,
}

impl Small {
    /// The key that most rows are under, of those to which a way was found.
    pub(super) fn key(&self) -> Option<Seal> {
        let rows = |mark: &Seal| self.keys.get(&mark[..NAME]).copied().unwrap_or(0);
        self.slots.iter().map(|slot| slot.mark).max_by_key(rows)
    }

    /// Leaves out what is under any other key: nobody could read it.
    pub(super) fn leave_out_others(&mut self, mark: Option<Seal>) {
        let stays = |body: &[u8]| is_of(cipher::named(body), mark);
        for versions in self.events.values_mut().flat_map(BTreeMap::values_mut) {
            versions.retain(|(body, _)| stays(body));
        }
        self.drafts.values_mut().for_each(|drafts| drafts.retain(|draft| stays(&draft.body)));
        self.workshops.values_mut().for_each(|workshops| workshops.retain(|row| stays(&row.body)));
        self.slots.retain(|slot| Some(slot.mark) == mark);
    }

    pub(super) fn take(&mut self, row: Row) {
        if let Some(key) = row.key() {
            *self.keys.entry(key).or_default() += 1;
        }
        match row {
            Row::Questionnaire(row) => self.questionnaires.push(row),
            Row::Name { number, hash } => _ = self.names.insert((number, hash)),
            Row::Interview { number, id, questionnaire } => {
                self.interviews.entry(number).or_default().insert((id, questionnaire));
            }
            Row::Event { interview, seq, body, hash } => {
                let versions = self.events.entry(interview).or_default().entry(seq).or_default();
                if !versions.iter().any(|known| *known == (body.clone(), hash)) {
                    versions.push((body, hash));
                }
            }
            Row::Draft { interview, draft } => self.drafts.entry(interview).or_default().push(draft),
            // Their ids and questionnaires alone: with them a history is known whose place in the list is lost.
            Row::Packed { interview, row } => {
                self.interviews.entry(interview).or_default().insert((row.id, Some(row.questionnaire)));
            }
            Row::History { .. } | Row::Sealed(_) => {}
            Row::Workshop { number, row } => self.workshops.entry(number).or_default().push(row),
            Row::Laptop { number, laptop, own } => {
                if own {
                    self.own.insert(laptop.clone());
                }
                self.laptops.entry(number).or_default().insert(laptop);
            }
            Row::Origin { interview, laptop, hash } => _ = self.origins.insert((interview, laptop, hash)),
            Row::Refusal { questionnaire, count } => _ = self.refusals.insert(questionnaire, count),
            Row::Tombstone(id) => _ = self.tombstones.insert(id),
            Row::Erasure { erasure, hash } => {
                if erasure.hash() == hash && !self.erasures.contains(&erasure) {
                    self.erasures.push(erasure);
                }
            }
            Row::SealedTo { keys, times, hash } => self.sealed_to.push((keys, times, hash)),
            Row::Slot(slot) => self.slots.push(slot),
        }
    }
}
