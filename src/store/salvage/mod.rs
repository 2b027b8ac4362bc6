//! What is sound of a damaged file, into a new store.
//!
//! The file is read page by page and never opened as a database, so it is not changed, and what leads to a row need not be
//! sound. Every row is taken as it is, and only where its hash speaks for it.

mod origins;
mod pages;
mod record;
mod rows;
mod single;
mod unfinished;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rusqlite::params;

use self::pages::Pages;
use self::rows::{History, Packed, Row, Sealed, Small};
use self::single::Single;
use super::cipher;
use super::codec::{self, Seal};
use super::database::Source as Kept;
use super::fault::{self, Fault};
use super::rows::{Held, HistoryRow, PackedRow, questionnaire_seal, workshop_number};
use super::vault::Access;
use super::{Notice, Options, Paths, Store, StoreError, examine, files, sealed_to, write};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::{self, BUILTIN, Hash, Questionnaire};

/// What became of the interviews of a damaged file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    /// Finished interviews, as they were.
    pub finished: usize,
    /// Finished interviews whose answers are as they were, and whose history is lost.
    pub answers_only: usize,
    /// Finished interviews that are sealed, as they were.
    pub sealed: usize,
    /// Unfinished interviews with every event that is known of.
    pub unfinished: usize,
    /// Unfinished interviews as they were before the first event that is damaged.
    pub cut: usize,
    /// Interviews of which nothing sound is left but perhaps single events.
    pub lost: usize,
    /// Interviews that were erased before, and stay so.
    pub erased: usize,
    /// Questionnaires whose text is damaged and was found nowhere else: what was answered to them cannot be read.
    pub texts_lost: usize,
    /// Sound events that stand behind a damaged one, or belong to nobody known.
    pub single_events: usize,
    /// The file with these.
    pub singles: Option<PathBuf>,
    /// The new store.
    pub home: PathBuf,
}

/// What the new store is made from beside the damaged file.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The damaged file; its log lies beside it.
    pub file: &'a Path,
    /// A folder with questionnaires, in which a text that is lost may be found.
    pub library: &'a Path,
}

/// The most bytes a questionnaire in the library may have.
const LARGEST: u64 = 1 << 20;

/// Brings what is sound of a damaged file into a new store in `home`. The file and what lies beside it stay as they are.
///
/// # Errors
/// [`StoreError::Exists`] where there is a store in `home`, [`StoreError::Gone`] where there is no such file, or what the
/// disk says.
pub fn salvage(source: Source<'_>, home: &Path, options: &Options) -> Result<(Salvaged, Vec<Notice>), StoreError> {
    let to = Paths::at(home);
    let database = to.database();
    if database.symlink_metadata().is_ok() {
        return Err(StoreError::Exists { path: database });
    }
    if !source.file.is_file() {
        return Err(StoreError::Gone { path: source.file.to_owned() });
    }
    let said = |error: std::io::Error| fault::of_io(&error, source.file);
    let mut pages = Pages::open(source.file).map_err(said)?;
    let mut small = Small::default();
    pages.rows(|found| {
        if let Some(row) = Row::of(found) {
            small.take(row);
        }
    });
    let key = small.key();
    if key.is_none() && !small.keys.is_empty() {
        // Without a way in the new store would hold what nobody can read.
        return Err(StoreError::Protected { path: source.file.to_owned() });
    }
    small.leave_out_others(key);
    let (mut store, notices) = Store::open(&to, options)?;
    let mut salvage = Salvage::of(&small, source.library);
    store.write(None, |transaction| {
        salvage.begin(transaction, &small)?;
        Salvage::same_laptop(transaction, &small)?;
        let mut fault = None;
        pages.rows(|found| {
            let row = Row::of(found).filter(|row| rows::is_of(row.key(), key));
            let kept = match (row, &fault) {
                (Some(Row::Packed { interview, row }), None) => salvage.packed(transaction, &small, interview, &row),
                (Some(Row::History { interview, row }), None) => salvage.history(transaction, &small, interview, row),
                (Some(Row::Sealed(row)), None) => salvage.sealed(transaction, &small, *row, key),
                _ => Ok(()),
            };
            fault = fault.take().or(kept.err());
        });
        fault.map_or(Ok(()), Err)?;
        salvage.pack_again(transaction)?;
        salvage.open_ones(transaction, &small)?;
        salvage.origins(transaction, &small)
    })?;
    store.rest();
    let mut told = salvage.told(&small);
    told.home.clone_from(&to.home);
    if !salvage.single.is_empty() {
        let path = to.home.join("single-events.json");
        let text = serde_json::to_string_pretty(&salvage.single).map_err(|_| StoreError::Encoding)?;
        files::write_durably(&path, text.as_bytes(), false)?;
        told.singles = Some(path);
    }
    Ok((told, notices))
}

/// A questionnaire that rows may name.
struct Known {
    hash: Hash,
    /// Key, version and number of items, where they were stored and are sound.
    named: Option<(String, String, i64)>,
    /// As it was stored, damaged or not, or as it was found elsewhere.
    text: String,
}

impl Known {
    fn of(text: &str) -> Self {
        Self { hash: Hash::of(text), named: None, text: text.to_owned() }
    }

    fn read(&self) -> Option<Questionnaire> {
        let name = self.named.as_ref().map_or("", |(key, ..)| key.as_str());
        questionnaire::read_again(name, &self.text).ok()
    }

    /// Key, version and number of items; nothing of a text that this program cannot read.
    fn names(&self) -> (String, String, i64) {
        self.named.clone().unwrap_or_else(|| {
            let told = self.read().map(|read| {
                let items = i64::try_from(read.items().len()).unwrap_or(i64::MAX);
                (read.key().to_string(), read.version().as_str().to_owned(), items)
            });
            told.unwrap_or_default()
        })
    }
}

struct Salvage {
    known: Vec<Known>,
    /// What the damaged file calls them.
    numbers: BTreeMap<i64, Vec<usize>>,
    workshops: BTreeMap<i64, BTreeSet<WorkshopId>>,
    /// Rows of the new store, by id.
    interviews: BTreeMap<InterviewId, Held>,
    packed: BTreeSet<InterviewId>,
    histories: BTreeSet<InterviewId>,
    /// Numbers in the damaged file of interviews that are known to be here.
    done: BTreeSet<i64>,
    erased: BTreeSet<InterviewId>,
    unfinished: usize,
    cut: usize,
    lost: BTreeSet<InterviewId>,
    texts_lost: usize,
    sealed: usize,
    single: Vec<Single>,
}

impl Salvage {
    fn of(small: &Small, library: &Path) -> Self {
        let own = files::texts_in(library, LARGEST).into_iter().map(|(_, text)| text);
        let shipped = BUILTIN.iter().map(|builtin| builtin.source().to_owned());
        let elsewhere: BTreeMap<[u8; 32], String> = shipped.chain(own).map(|text| (Hash::of(&text).0, text)).collect();
        let mut known: Vec<Known> = Vec::new();
        let mut numbers: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
        let mut add = |number: Option<i64>, one: Known| {
            let place = known.iter().position(|other| other.hash == one.hash).unwrap_or(known.len());
            if place == known.len() {
                known.push(one);
            }
            let places = number.map(|number| numbers.entry(number).or_default());
            places.into_iter().filter(|places| !places.contains(&place)).for_each(|places| places.push(place));
        };
        for row in &small.questionnaires {
            let named = row.seal == questionnaire_seal(Hash(row.hash), &row.key, &row.version, row.items);
            let named = named.then(|| (row.key.clone(), row.version.clone(), row.items));
            let one = match (Hash::of(&row.text).0 == row.hash, elsewhere.get(&row.hash)) {
                (true, _) => Known { named, ..Known::of(&row.text) },
                (false, Some(text)) => Known::of(text),
                // Nothing vouches for the text; its hash is still what its interviews were stored with.
                (false, None) => Known { hash: Hash(row.hash), named, text: row.text.clone() },
            };
            add(Some(row.number), one);
        }
        for (number, hash) in &small.names {
            let text = elsewhere.get(hash).map_or("", String::as_str);
            add(Some(*number), Known { hash: Hash(*hash), ..Known::of(text) });
        }
        for text in elsewhere.values() {
            add(None, Known::of(text));
        }
        let named = numbers.values().flatten().map(|place| &known[*place]);
        let texts_lost: BTreeSet<[u8; 32]> =
            named.filter(|one| Hash::of(&one.text) != one.hash).map(|one| one.hash.0).collect();
        let ids =
            |rows: &Vec<rows::Workshop>| rows.iter().filter(|row| row.is_sound()).map(rows::Workshop::id).collect();
        Self {
            known,
            numbers,
            workshops: small.workshops.iter().map(|(number, rows)| (*number, ids(rows))).collect(),
            interviews: BTreeMap::new(),
            packed: BTreeSet::new(),
            histories: BTreeSet::new(),
            done: BTreeSet::new(),
            erased: BTreeSet::new(),
            unfinished: 0,
            cut: 0,
            lost: BTreeSet::new(),
            texts_lost: texts_lost.len(),
            sealed: 0,
            single: Vec::new(),
        }
    }

    /// Workshops, refusals and the ids of those who were erased.
    fn begin(&mut self, transaction: &Access<'_>, small: &Small) -> Result<(), Fault> {
        for id in &small.tombstones {
            transaction.prepare_cached("INSERT OR IGNORE INTO tombstone(id) VALUES (?1)")?.execute([id])?;
        }
        for row in small.workshops.values().flatten().filter(|row| row.is_sound()) {
            let number = workshop_number(transaction, row.id())?;
            transaction
                .prepare_cached("UPDATE workshop SET body = ?2, hash = ?3 WHERE number = ?1")?
                .execute(params![number, row.body, row.hash])?;
            let asked = codec::about(&row.body).map(|about| about.questionnaire);
            for place in self.asked(asked) {
                self.questionnaire(transaction, place)?;
            }
        }
        for slot in &small.slots {
            slot.keep(transaction)?;
        }
        for erasure in &small.erasures {
            erasure.keep(transaction)?;
        }
        for (keys, times, hash) in &small.sealed_to {
            sealed_to::keep_found(transaction, keys, *times, *hash)?;
        }
        for (number, count) in &small.refusals {
            let Some(place) = self.numbers.get(number).and_then(|places| places.first().copied()) else { continue };
            let questionnaire = self.questionnaire(transaction, place)?;
            transaction
                .prepare_cached("INSERT OR REPLACE INTO refusal(questionnaire, count) VALUES (?1, ?2)")?
                .execute([questionnaire, *count])?;
        }
        Ok(())
    }

    /// The questionnaires that a workshop may ask: the one it names, or all of the file where its name is enciphered.
    fn asked(&self, named: Option<[u8; 32]>) -> Vec<usize> {
        match named {
            Some(hash) => self.known.iter().position(|one| one.hash.0 == hash).into_iter().collect(),
            None => self.numbers.values().flatten().copied().collect(),
        }
    }

    /// Number in the new store. One whose text is damaged stays so: its interviews are there, and told as damaged.
    fn questionnaire(&self, transaction: &Access<'_>, place: usize) -> Result<i64, Fault> {
        let one = &self.known[place];
        if let Some(number) = write::questionnaire_number(transaction, one.hash)? {
            return Ok(number);
        }
        let (key, version, items) = one.names();
        let items = usize::try_from(items).unwrap_or(0);
        let kept = Kept { hash: one.hash, key: &key, version: &version, items, text: &one.text };
        write::keep_questionnaire(transaction, &kept)
    }

    /// The interview's place in the new store, made where there is none; none where it was erased.
    fn held(
        &mut self,
        transaction: &Access<'_>,
        small: &Small,
        id: InterviewId,
        place: usize,
    ) -> Result<Option<Held>, Fault> {
        if small.tombstones.contains(&id.0) {
            self.erased.insert(id);
            return Ok(None);
        }
        if let Some(held) = self.interviews.get(&id) {
            return Ok(Some(held.clone()).filter(|held| held.of == self.known[place].hash));
        }
        let questionnaire = self.questionnaire(transaction, place)?;
        transaction
            .prepare_cached("INSERT INTO interview(id, questionnaire) VALUES (?1, ?2)")?
            .execute(params![id.0, questionnaire])?;
        let held = Held::new(id, transaction.last_insert_rowid(), questionnaire, self.known[place].hash);
        self.interviews.insert(id, held.clone());
        Ok(Some(held))
    }

    /// Places of the questionnaires that a row may be of: the one its number names, else any.
    fn candidates(&self, number: Option<i64>) -> Vec<usize> {
        let named = number.and_then(|number| self.numbers.get(&number)).cloned().unwrap_or_default();
        let others = (0..self.known.len()).filter(|place| !named.contains(place)).collect::<Vec<_>>();
        named.into_iter().chain(others).collect()
    }

    /// The interviews that rows with this number may be of, each with the questionnaires it may have.
    fn owners(&self, small: &Small, interview: i64) -> Vec<(InterviewId, usize)> {
        let named = small.interviews.get(&interview).into_iter().flatten();
        let owners = named.flat_map(|(id, questionnaire)| {
            self.candidates(*questionnaire).into_iter().map(|place| (InterviewId(*id), place))
        });
        owners.collect()
    }

    /// Keeps packed answers that agree with their hash.
    fn packed(&mut self, transaction: &Access<'_>, small: &Small, interview: i64, row: &Packed) -> Result<(), Fault> {
        let id = InterviewId(row.id);
        if self.packed.contains(&id) {
            return Ok(());
        }
        let workshops: Vec<Option<WorkshopId>> = match row.workshop {
            None => vec![None],
            Some(number) => {
                let named = self.workshops.get(&number).into_iter().flatten();
                named.chain(self.workshops.values().flatten()).copied().map(Some).collect()
            }
        };
        for place in self.candidates(Some(row.questionnaire)) {
            for workshop in &workshops {
                if row.cells(*workshop).hash(id, self.known[place].hash) != row.hash {
                    continue;
                }
                self.done.insert(interview);
                let Some(held) = self.held(transaction, small, id, place)? else { return Ok(()) };
                let workshop = workshop.map(|id| workshop_number(transaction, id)).transpose()?;
                row.keep(transaction, &held, workshop)?;
                self.packed.insert(id);
                return Ok(());
            }
        }
        Ok(())
    }

    /// Keeps a history that agrees with its hash.
    fn history(&mut self, transaction: &Access<'_>, small: &Small, interview: i64, row: History) -> Result<(), Fault> {
        let History { count, body, head, hash } = row;
        let row = HistoryRow { count, body, head };
        for (id, place) in self.owners(small, interview) {
            let checked = Held::new(id, interview, 0, self.known[place].hash);
            if row.hash(&checked) != hash || self.histories.contains(&id) {
                continue;
            }
            self.done.insert(interview);
            let Some(held) = self.held(transaction, small, id, place)? else { return Ok(()) };
            row.keep(transaction, &held)?;
            self.histories.insert(id);
            return Ok(());
        }
        Ok(())
    }

    /// Keeps an envelope that agrees with its hash, and what is readable beside it.
    fn sealed(&mut self, transaction: &Access<'_>, small: &Small, row: Sealed, key: Option<Seal>) -> Result<(), Fault> {
        let Sealed { mut envelope, questionnaire, wordless, hash } = row;
        for place in self.candidates(Some(questionnaire)) {
            envelope.questionnaire = self.known[place].hash;
            if envelope.hash() != hash {
                continue;
            }
            if small.tombstones.contains(&envelope.id.0) {
                self.erased.insert(envelope.id);
                return Ok(());
            }
            self.questionnaire(transaction, place)?;
            if envelope.keep(transaction)? {
                self.sealed += 1;
                let wordless = wordless.filter(|body| key.is_some() && rows::is_of(cipher::named(body), key));
                envelope.keep_beside(transaction, wordless.as_deref())?;
            }
            return Ok(());
        }
        Ok(())
    }

    /// Packs the answers again of those whose history alone was found.
    fn pack_again(&mut self, transaction: &Access<'_>) -> Result<(), Fault> {
        let alone: Vec<InterviewId> = self.histories.difference(&self.packed).copied().collect();
        for id in alone {
            let Some(held) = self.interviews.get(&id).cloned() else { continue };
            let read = self.known.iter().find(|one| one.hash == held.of).and_then(Known::read);
            let events = super::rows::history(transaction, &held)?.and_then(|row| row.events(transaction, &held).ok());
            let (Some(read), Some(events)) = (read, events) else { continue };
            if let Some((held, row)) = examine::pack(read, events, held) {
                let workshop = row.packed.circumstances.workshop;
                let workshop = workshop.map(|id| workshop_number(transaction, id)).transpose()?;
                PackedRow::keep(&row, transaction, &held, workshop)?;
                self.packed.insert(id);
            }
        }
        Ok(())
    }

    /// What became of all of them.
    fn told(&self, small: &Small) -> Salvaged {
        let named = small.interviews.iter().filter(|(number, _)| !self.done.contains(number));
        // An index of other ids looks like that of interviews.
        let others: BTreeSet<[u8; 16]> = small
            .workshops
            .values()
            .flatten()
            .map(|row| row.id().0)
            .chain(small.laptops.values().flatten().map(|laptop| laptop.id.0))
            .collect();
        let is_other = |id: &InterviewId| others.contains(&id.0);
        let gone = |id: &InterviewId| !self.interviews.contains_key(id) && !self.erased.contains(id) && !is_other(id);
        // An id that damage made of another is nobody's: only those that something else names too are missed.
        let rest = named.flat_map(|(_, ids)| ids.iter().map(|(id, _)| InterviewId(*id))).filter(gone);
        let lost: BTreeSet<InterviewId> = rest.chain(self.lost.iter().copied().filter(gone)).collect();
        Salvaged {
            finished: self.packed.intersection(&self.histories).count(),
            answers_only: self.packed.difference(&self.histories).count(),
            unfinished: self.unfinished,
            cut: self.cut,
            lost: lost.len() + self.histories.difference(&self.packed).count(),
            erased: self.erased.len(),
            texts_lost: self.texts_lost,
            sealed: self.sealed,
            single_events: self.single.len(),
            singles: None,
            home: PathBuf::new(),
        }
    }
}
