//! Merging bundles into the store.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::kin::{self, Standing};
use super::line::ManifestLine;
use super::people::People;
use super::read::{self, Record, Whole};
use super::{BundleFault, Carried, Laptop, LaptopId, Watch, laptop, one, workshop};
use crate::interview::InterviewId;
use crate::questionnaire::{Hash, Questionnaire};
use crate::store::database::Source;
use crate::store::envelope::Envelope;
use crate::store::erase::{self, Erased};
use crate::store::fault::{self, Fault};
use crate::store::vault::Access;
use crate::store::{Identity, Store, StoreError, connection, erasures, write};

/// What became of interviews that arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Finished ones that were not here.
    pub new: u64,
    /// Unfinished ones that were not here.
    pub unfinished: u64,
    /// Those of which a part was here, and now all is.
    pub longer: u64,
    /// Finished ones that were not here and are kept sealed, since no key was given that opens them.
    pub sealed: u64,
    /// Those that were here.
    pub known: u64,
    /// Those that differ from what is here under the same identity; both are kept.
    pub conflict: u64,
    /// Those that were erased here and stay erased.
    pub erased: u64,
    /// Those that are here and damaged; they were left as they are.
    pub damaged: u64,
}

impl Tally {
    pub(super) fn count(&mut self, standing: Standing, finished: bool) {
        let place = match standing {
            Standing::New if finished => &mut self.new,
            Standing::New => &mut self.unfinished,
            Standing::Known => &mut self.known,
            Standing::Longer => &mut self.longer,
            Standing::Apart => &mut self.conflict,
            Standing::Erased => &mut self.erased,
            Standing::Damaged => &mut self.damaged,
        };
        *place += 1;
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            new: self.new + other.new,
            unfinished: self.unfinished + other.unfinished,
            longer: self.longer + other.longer,
            sealed: self.sealed + other.sealed,
            known: self.known + other.known,
            conflict: self.conflict + other.conflict,
            erased: self.erased + other.erased,
            damaged: self.damaged + other.damaged,
        }
    }
}

/// What came from one laptop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FromLaptop {
    /// The laptop.
    pub laptop: Laptop,
    /// What became of its interviews.
    pub tally: Tally,
}

/// What a bundle would bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The laptop it was made on.
    pub made_on: Laptop,
    /// When, in milliseconds since 1970-01-01 UTC of that laptop's wall clock.
    pub made_unix_ms: i64,
    /// A line a laptop, by identity.
    pub laptops: Vec<FromLaptop>,
    /// Interviews here that would be erased, because they were erased there.
    pub erases: u64,
    /// Unfinished interviews that stayed on the other laptop.
    pub left_unfinished: u64,
}

/// What merging brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// A line a laptop, by identity.
    pub laptops: Vec<FromLaptop>,
    /// Workshops that were not here.
    pub workshops: u64,
    /// Interviews that were here and were erased, because they were erased elsewhere.
    pub erased: u64,
    /// Places in the store's own files that still hold something of them.
    pub traces: usize,
    /// The files that hold them.
    pub files: Vec<PathBuf>,
    /// Unfinished interviews that stayed on other laptops.
    pub left_unfinished: u64,
}

impl Merged {
    /// What became of all interviews.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.laptops.iter().fold(Tally::default(), |all, one| all.plus(one.tally))
    }
}

impl Looked {
    /// What would become of all interviews.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.laptops.iter().fold(Tally::default(), |all, one| all.plus(one.tally))
    }
}

/// Files that hold bundles, and whether the store is theirs to change.
impl Store {
    /// Reads a bundle to its end, checks all of it, and tells what merging it would bring. Nothing is changed.
    ///
    /// # Errors
    /// [`StoreError::Bundle`] where anything of it is not as it must be, or what the disk says.
    pub fn look_into(&self, path: &Path, key: Option<&Identity>, watch: Watch<'_>) -> Result<Looked, StoreError> {
        let looked = self.snapshot(|connection| look_through(connection, (path, key), watch).map(|(looked, _)| looked));
        looked.map_err(|fault: Fault| fault.outside(&self.path, None))
    }

    /// Merges bundles into the store: each is read to its end and checked, and only when all are sound everything is
    /// taken in one transaction. What was erased elsewhere is erased here, as [`Store::erase`] does it.
    ///
    /// # Errors
    /// [`StoreError::Bundle`] where anything of one is not as it must be, or what the disk says. Nothing has changed then.
    pub fn merge(&mut self, paths: &[PathBuf], key: Option<&Identity>, watch: Watch<'_>) -> Result<Merged, StoreError> {
        let own = self.path.clone();
        let mut wholes = Vec::with_capacity(paths.len());
        for path in paths {
            let looked = self.snapshot(|connection| look_through(connection, (path, key), watch));
            wholes.push((path, looked.map_err(|fault: Fault| fault.outside(&own, None))?.1));
        }
        let (mut merged, gone, mut taken) = self.write(None, |transaction| {
            let mut merging = Merging::new(transaction, key);
            for (path, whole) in &wholes {
                merging.take((path, key), whole, watch)?;
            }
            let taken = erase::take_out(transaction, &merging.gone)?;
            if taken.interviews > 0 {
                erasures::note(transaction, None, taken.interviews)?;
            }
            kin::arrange_all(transaction)?;
            workshop::forget_erased(transaction)?;
            let (merged, gone) = merging.done();
            Ok((Merged { erased: taken.interviews as u64, ..merged }, gone, taken))
        })?;
        if merged.erased > 0 {
            let Erased { traces, files, .. } = self.forget(&gone, &mut taken)?;
            (merged.traces, merged.files) = (traces, files);
        } else {
            connection::empty_log(self.reading()?);
        }
        Ok(merged)
    }
}

/// Opens a file that holds a bundle, and its envelope where it has one. It is read twice, so that a pipe will not do.
fn open<'a>(path: &Path, key: Option<&Identity>) -> Result<Box<dyn Read + 'a>, Fault> {
    let said = |error: io::Error| fault::of_io(&error, path);
    let whole = |fault| StoreError::Bundle { path: path.to_owned(), line: 0, fault };
    if !fs::metadata(path).map_err(said)?.is_file() {
        return Err(whole(BundleFault::NotABundle).into());
    }
    let mut file = BufReader::new(File::open(path).map_err(said)?);
    if !file.fill_buf().map_err(said)?.starts_with(ENVELOPE) {
        return Ok(Box::new(file));
    }
    let key = key.ok_or_else(|| whole(BundleFault::Sealed))?;
    match key.reader(file).map_err(said) {
        Ok(opened) => Ok(Box::new(opened)),
        Err(StoreError::Altered) => Err(whole(BundleFault::Altered).into()),
        Err(fault) => Err(fault.into()),
    }
}

/// How a sealed file begins.
const ENVELOPE: &[u8] = b"age-encryption.org/";

/// Reads a bundle and hands out what stands in it; faults name the file.
fn read_file(
    access: &Access<'_>,
    (path, key): (&Path, Option<&Identity>),
    each: &mut dyn FnMut(&ManifestLine, Record) -> Result<(), Fault>,
) -> Result<Whole, Fault> {
    let mut file = open(path, key)?;
    let mut number = 1;
    let read = read::read(&mut file, path, &|hash| one::kept(access, hash), &mut |manifest, record| {
        number += 1;
        each(manifest, record)
    });
    read.map_err(|fault| match fault {
        Fault::Said(StoreError::Bundle { path: named, fault, .. }) if named.as_os_str().is_empty() => {
            StoreError::Bundle { path: path.to_owned(), line: number, fault }.into()
        }
        other => other,
    })
}

/// Reads bytes as a bundle and replays every interview in it; gives how many there are. For what holds for any bytes.
///
/// # Errors
/// [`StoreError::Bundle`].
#[doc(hidden)]
pub fn sound_bundle(mut bytes: &[u8]) -> Result<u64, StoreError> {
    let path = Path::new("");
    let mut interviews = 0;
    let read = read::read(&mut bytes, path, &|_| None, &mut |_, record| {
        if let Record::Interview(carried) = record {
            carried.interview()?;
            interviews += 1;
        }
        Ok(())
    });
    read.map(|_| interviews).map_err(|fault| fault.outside(path, None))
}

/// Going through a bundle before anything is changed.
struct Looking<'a> {
    connection: &'a Access<'a>,
    key: Option<&'a Identity>,
    questionnaires: HashMap<Hash, Arc<Questionnaire>>,
    people: People,
    laptops: BTreeMap<LaptopId, Tally>,
    /// The interview before: of one identity, what comes second is in conflict with what came first.
    before: Option<InterviewId>,
    alike: usize,
    erases: u64,
    done: u64,
}

/// Reads a bundle to its end, checks everything in it, and says what it would bring.
fn look_through(
    connection: &Access<'_>,
    file: (&Path, Option<&Identity>),
    watch: Watch<'_>,
) -> Result<(Looked, Whole), Fault> {
    let people = People::of(connection)?;
    let mut looking = Looking {
        connection,
        key: file.1,
        questionnaires: HashMap::new(),
        people,
        laptops: BTreeMap::new(),
        before: None,
        alike: 0,
        erases: 0,
        done: 0,
    };
    let whole = read_file(connection, file, &mut |_, record| looking.look(record, watch))?;
    Ok((looking.told(&whole.manifest), whole))
}

impl Looking<'_> {
    fn look(&mut self, record: Record, watch: Watch<'_>) -> Result<(), Fault> {
        match record {
            Record::Interview(carried) => self.interview(&carried)?,
            Record::Sealed(envelope) => self.sealed(&envelope)?,
            Record::Erased(id) => self.erases += erase::count_of(self.connection, id)? as u64,
            Record::Questionnaire(read) => _ = self.questionnaires.insert(read.hash(), read),
            Record::Workshop(..) | Record::Refusals { .. } => {}
        }
        watch.next(&mut self.done)
    }

    fn interview(&mut self, carried: &Carried) -> Result<(), Fault> {
        self.people.meet(carried.id)?;
        self.alike = if self.before == Some(carried.id) { self.alike + 1 } else { 1 };
        if self.alike > kin::MOST {
            return Err(super::said(BundleFault::TooMuch));
        }
        let (mut standing, _) = kin::standing(self.connection, carried)?;
        if !matches!(standing, Standing::Known) {
            carried.interview()?;
        }
        if standing == Standing::New && self.before == Some(carried.id) {
            standing = Standing::Apart;
        }
        self.before = Some(carried.id);
        self.laptops.entry(carried.laptop).or_default().count(standing, carried.is_finished());
        Ok(())
    }

    fn sealed(&mut self, envelope: &Envelope) -> Result<(), Fault> {
        self.people.meet(envelope.id)?;
        let seen = |hash| self.questionnaires.get(&hash).cloned();
        match opened(self.connection, envelope, self.key, &seen)? {
            Some(carried) => self.interview(&carried),
            None => {
                count_sealed(self.connection, envelope, self.laptops.entry(envelope.laptop).or_default()).map(|_| ())
            }
        }
    }

    fn told(self, manifest: &ManifestLine) -> Looked {
        let laptops = named(&[manifest], &self.laptops);
        let name = manifest.laptops.iter().find(|line| line.id == manifest.laptop).map(|line| line.name.clone());
        Looked {
            made_on: Laptop { id: LaptopId(manifest.laptop.0), name: name.unwrap_or_default() },
            made_unix_ms: manifest.made_unix_ms,
            laptops,
            erases: self.erases,
            left_unfinished: manifest.left_unfinished,
        }
    }
}

/// The interview in an envelope; nothing where it stays closed.
fn opened(
    access: &Access<'_>,
    envelope: &Envelope,
    key: Option<&Identity>,
    seen: &dyn Fn(Hash) -> Option<Arc<Questionnaire>>,
) -> Result<Option<Carried>, Fault> {
    let known = |hash| seen(hash).or_else(|| one::kept(access, hash));
    // What was erased stays so, whatever is in it.
    let key = key.filter(|_| !write::is_erased(access, envelope.id).unwrap_or(false));
    key.map_or(Ok(None), |key| one::opened(envelope, key, &known))
}

/// Counts an envelope that stays closed; true where it is to be kept.
fn count_sealed(access: &Access<'_>, envelope: &Envelope, tally: &mut Tally) -> Result<bool, Fault> {
    let erased = write::is_erased(access, envelope.id)?;
    let known = !erased && envelope.is_kept(access)?;
    tally.erased += u64::from(erased);
    tally.known += u64::from(known);
    tally.sealed += u64::from(!erased && !known);
    Ok(!erased && !known)
}

/// The tallies with the names of the laptops.
fn named(manifests: &[&ManifestLine], tallies: &BTreeMap<LaptopId, Tally>) -> Vec<FromLaptop> {
    let lines = manifests.iter().flat_map(|manifest| &manifest.laptops);
    let mut names: BTreeMap<LaptopId, String> = BTreeMap::new();
    for line in lines {
        let name = names.entry(LaptopId(line.id.0)).or_insert_with(|| line.name.clone());
        if line.name < *name {
            name.clone_from(&line.name);
        }
    }
    let laptop = |id: LaptopId| Laptop { id, name: names.get(&id).cloned().unwrap_or_default() };
    let from = |(id, tally): (&LaptopId, &Tally)| FromLaptop { laptop: laptop(*id), tally: *tally };
    tallies.iter().map(from).collect()
}

/// Taking bundles, in one transaction.
struct Merging<'a> {
    transaction: &'a Access<'a>,
    key: Option<&'a Identity>,
    manifests: Vec<ManifestLine>,
    laptops: BTreeMap<LaptopId, Tally>,
    /// What is here and was erased elsewhere.
    gone: Vec<InterviewId>,
    workshops: u64,
    done: u64,
}

impl<'a> Merging<'a> {
    fn new(transaction: &'a Access<'a>, key: Option<&'a Identity>) -> Self {
        let (manifests, laptops, gone) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { transaction, key, manifests, laptops, gone, workshops: 0, done: 0 }
    }

    fn take(&mut self, file: (&Path, Option<&Identity>), checked: &Whole, watch: Watch<'_>) -> Result<(), Fault> {
        for line in &checked.manifest.laptops {
            laptop::keep(self.transaction, &Laptop { id: LaptopId(line.id.0), name: line.name.clone() })?;
        }
        let again = read_file(self.transaction, file, &mut |_, record| {
            self.keep(record)?;
            watch.next(&mut self.done)
        })?;
        if again != *checked {
            return Err(StoreError::Bundle { path: file.0.to_owned(), line: 0, fault: BundleFault::Changed }.into());
        }
        self.manifests.push(again.manifest);
        Ok(())
    }

    fn keep(&mut self, record: Record) -> Result<(), Fault> {
        match record {
            Record::Questionnaire(read) => {
                write::keep_questionnaire(self.transaction, &Source::from(&*read))?;
                Ok(())
            }
            Record::Workshop(arrived, changes, refused) => {
                self.workshops += u64::from(workshop::keep(self.transaction, &arrived, changes, &refused)?);
                Ok(())
            }
            Record::Refusals { laptop, questionnaire, count } => self.refusals(laptop, questionnaire, count),
            Record::Interview(carried) => self.interview(&carried),
            Record::Sealed(envelope) => self.sealed(&envelope),
            Record::Erased(id) => self.erase(id),
        }
    }

    /// Of two counts of one laptop the higher one is the later one.
    fn refusals(&mut self, laptop: LaptopId, questionnaire: Hash, count: u32) -> Result<(), Fault> {
        let number = number_of(self.transaction, questionnaire)?;
        let own = laptop == laptop::own(self.transaction)?;
        let sql = if own {
            "INSERT INTO refusal(questionnaire, count) VALUES (?1, ?2) \
             ON CONFLICT(questionnaire) DO UPDATE SET count = max(count, excluded.count)"
        } else {
            "INSERT INTO refusal_elsewhere(questionnaire, count, laptop) \
             SELECT ?1, ?2, number FROM laptop WHERE id = ?3 \
             ON CONFLICT(laptop, questionnaire) DO UPDATE SET count = max(count, excluded.count)"
        };
        let mut statement = self.transaction.prepare_cached(sql)?;
        if own {
            statement.execute(params![number, count])
        } else {
            statement.execute(params![number, count, laptop.0])
        }?;
        Ok(())
    }

    fn interview(&mut self, carried: &Carried) -> Result<(), Fault> {
        take(self.transaction, carried, self.laptops.entry(carried.laptop).or_default())
    }

    /// Keeps what is in an envelope, or the envelope.
    fn sealed(&mut self, envelope: &Envelope) -> Result<(), Fault> {
        if let Some(carried) = opened(self.transaction, envelope, self.key, &|_| None)? {
            self.interview(&carried)?;
            return envelope.remove(self.transaction);
        }
        let tally = self.laptops.entry(envelope.laptop).or_default();
        if count_sealed(self.transaction, envelope, tally)? {
            envelope.keep(self.transaction)?;
        }
        Ok(())
    }

    fn erase(&mut self, id: InterviewId) -> Result<(), Fault> {
        if erase::count_of(self.transaction, id)? > 0 {
            self.gone.push(id);
        }
        self.transaction.prepare_cached("INSERT OR IGNORE INTO tombstone(id) VALUES (?1)")?.execute([id.0])?;
        Ok(())
    }

    fn done(self) -> (Merged, Vec<InterviewId>) {
        let manifests: Vec<&ManifestLine> = self.manifests.iter().collect();
        let laptops = named(&manifests, &self.laptops);
        let left_unfinished = manifests.iter().map(|manifest| manifest.left_unfinished).sum();
        (Merged { laptops, workshops: self.workshops, left_unfinished, ..Merged::default() }, self.gone)
    }
}

/// Takes in an interview that arrived.
pub(super) fn take(access: &Access<'_>, carried: &Carried, tally: &mut Tally) -> Result<(), Fault> {
    let (standing, held) = kin::standing(access, carried)?;
    tally.count(standing, carried.is_finished());
    match (standing, held) {
        (Standing::New | Standing::Longer | Standing::Apart, _) => {
            kin::settle(access, carried, number_of(access, carried.questionnaire.hash())?)
        }
        (Standing::Known, Some(held)) => kin::keep_origin(access, carried, &held),
        _ => Ok(()),
    }
}

/// The number of a questionnaire that is kept.
fn number_of(connection: &Connection, hash: Hash) -> Result<i64, Fault> {
    let sql = "SELECT number FROM questionnaire WHERE hash = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([hash.0], |row| row.get(0))?)
}
