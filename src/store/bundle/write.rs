//! Making a bundle.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::kin::Chain;
use super::line::{
    self, Bytes, Counts, EndLine, Hex, Id, InterviewLine, LaptopLine, Line, ManifestLine, QuestionnaireLine,
    RefusalsLine,
};
use super::read::LONGEST_HISTORY;
use super::{BundleFault, Carried, LaptopId, Watch, files, laptop, questionnaire_again, workshop};
use crate::interview::{Circumstances, InterviewId, WorkshopId};
use crate::questionnaire::Questionnaire;
use crate::store::codec::{self, Seal};
use crate::store::fault::{self, Fault};
use crate::store::vault::Access;
use crate::store::{Recipients, Store, StoreError, clock, rows, workshops};

/// What goes into a bundle, and where it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundling {
    /// The file.
    pub path: PathBuf,
    /// A file of that name is replaced.
    pub replace: bool,
    /// Only what belongs to this workshop.
    pub workshop: Option<WorkshopId>,
    /// Only what answers the questionnaire with this key.
    pub questionnaire: Option<String>,
    /// Unfinished interviews too, so that they can be taken up elsewhere.
    pub unfinished: bool,
}

/// What went into a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bundled {
    /// Interviews, finished or not.
    pub interviews: u64,
    /// Those of them that are not finished.
    pub unfinished: u64,
    /// Unfinished ones that stayed behind.
    pub left_unfinished: u64,
    /// Interviews that do not agree with their hash or their questionnaire, and stayed behind.
    pub damaged: u64,
    /// Workshops.
    pub workshops: u64,
    /// Identities of what was erased.
    pub erased: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// It is sealed to the coordinator's key and the recovery key.
    pub sealed: bool,
}

/// An interview that goes into the bundle, in the order in which they stand there.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    id: InterviewId,
    head: Seal,
    number: i64,
}

/// Everything that goes into the bundle, but the interviews' histories.
struct Content {
    manifest: ManifestLine,
    questionnaires: BTreeMap<[u8; 32], Arc<Questionnaire>>,
    workshops: Vec<line::WorkshopLine>,
    refusals: Vec<RefusalsLine>,
    entries: Vec<Entry>,
    erased: Vec<[u8; 16]>,
    told: Bundled,
}

impl Store {
    /// Writes a bundle: beside its place, synced, read back, compared, and given its name. What is in it is of one moment.
    /// Where the store seals, so does the bundle: the whole of it is one age file.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where there is such a file and it is not to be replaced; [`StoreError::Bundle`] where it
    /// was to stop, or what came back from the disk is not what was written; or what the disk says.
    pub fn bundle(&self, bundling: &Bundling, watch: Watch<'_>) -> Result<Bundled, StoreError> {
        let path = &bundling.path;
        if !bundling.replace && path.symlink_metadata().is_ok() {
            return Err(StoreError::Exists { path: path.clone() });
        }
        let part = files::beside(path, ".part");
        let recipients = self.recipients()?;
        let written = self.snapshot(|connection| {
            let content = content(connection, bundling, watch)?;
            let fill = |paper: &mut dyn Write| write(connection, &content, paper, watch);
            let bytes = write_part(&part, path, &mut |paper| match &recipients {
                Some(recipients) => seal(recipients, paper, &fill),
                None => fill(paper),
            })?;
            Ok(Bundled { bytes, sealed: recipients.is_some(), ..content.told })
        });
        let named = written.map_err(|fault: Fault| of_bundle(fault.outside(&self.path, None), path)).and_then(|told| {
            let said = |error: io::Error| fault::of_io(&error, path);
            let renamed = if bundling.replace { fs::rename(&part, path) } else { files::rename_new(&part, path) };
            renamed.map_err(said)?;
            path.parent().map_or(Ok(()), files::sync_folder).map_err(said)?;
            Ok(told)
        });
        if named.is_err() {
            // Nobody is left to be told.
            let _ = fs::remove_file(&part);
        }
        named
    }
}

fn of_bundle(error: StoreError, path: &Path) -> StoreError {
    match error {
        StoreError::Bundle { line, fault, .. } => StoreError::Bundle { path: path.to_owned(), line, fault },
        other => other,
    }
}

/// Looks at everything once, so that the first line can say what follows.
fn content(connection: &Access<'_>, bundling: &Bundling, watch: Watch<'_>) -> Result<Content, Fault> {
    let own = laptop::own(connection)?;
    let mut looking = Looking {
        connection,
        bundling,
        read: HashMap::new(),
        questionnaires: BTreeMap::new(),
        laptops: laptop::all(connection)?.into_iter().map(|one| (one.id, (one.name, Vec::new(), 0))).collect(),
        entries: Vec::new(),
        told: Bundled::default(),
    };
    looking.interviews(watch)?;
    let workshops = looking.workshops()?;
    let refusals = looking.refusals(own)?;
    let erased = erased(connection)?;
    let Looking { questionnaires, laptops, mut entries, mut told, .. } = looking;
    entries.sort_unstable();
    let laptops = laptops.into_iter().filter(|(id, (_, heads, _))| {
        *id == own
            || !heads.is_empty()
            || refusals.iter().any(|line| line.laptop.0 == id.0)
            || workshops.iter().any(|line| line.refused.iter().any(|(laptop, _)| laptop.0 == id.0))
    });
    let laptops = laptops.map(|(id, (name, mut heads, unfinished))| {
        heads.sort_unstable();
        let mut hasher = blake3::Hasher::new();
        hasher.update(heads.as_flattened());
        let blake3 = Hex(*hasher.finalize().as_bytes());
        LaptopLine { id: Hex(id.0), name, interviews: heads.len() as u64, unfinished, blake3 }
    });
    told.workshops = workshops.len() as u64;
    told.erased = erased.len() as u64;
    told.interviews = entries.len() as u64;
    let manifest = ManifestLine {
        kohesi: line::KIND.to_owned(),
        format: line::FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        laptop: Hex(own.0),
        made_unix_ms: clock::now().unix_ms,
        counts: Counts {
            questionnaires: questionnaires.len() as u64,
            workshops: told.workshops,
            refusals: refusals.len() as u64,
            interviews: told.interviews,
            erased: told.erased,
        },
        left_unfinished: told.left_unfinished,
        laptops: laptops.collect(),
    };
    Ok(Content { manifest, questionnaires, workshops, refusals, entries, erased, told })
}

fn erased(connection: &Connection) -> Result<Vec<[u8; 16]>, Fault> {
    let mut statement = connection.prepare_cached("SELECT id FROM tombstone ORDER BY id")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

type OfLaptop = (String, Vec<[u8; 32]>, u64);

struct Looking<'a> {
    connection: &'a Access<'a>,
    bundling: &'a Bundling,
    /// Questionnaires by the number of their row; nothing where one cannot be read.
    read: HashMap<i64, Option<Arc<Questionnaire>>>,
    /// Those that go into the bundle.
    questionnaires: BTreeMap<[u8; 32], Arc<Questionnaire>>,
    laptops: BTreeMap<LaptopId, OfLaptop>,
    entries: Vec<Entry>,
    told: Bundled,
}

impl Looking<'_> {
    fn interviews(&mut self, watch: Watch<'_>) -> Result<(), Fault> {
        let mut done = 0;
        let sql = "SELECT number, interview.id, questionnaire, coalesce(variant.of, interview.id) FROM interview \
                   LEFT JOIN variant ON variant.interview = number ORDER BY number";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (number, id, questionnaire, original): (i64, [u8; 16], i64, [u8; 16]) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let [id, original] = [id, original].map(InterviewId);
            match self.interview(number, id, questionnaire, original) {
                Err(fault) if is_of_this_one(&fault) => self.told.damaged += 1,
                looked => looked?,
            }
            watch.next(&mut done)?;
        }
        Ok(())
    }

    fn interview(&mut self, number: i64, id: InterviewId, of: i64, original: InterviewId) -> Result<(), Fault> {
        let questionnaire = self.questionnaire(of)?.ok_or(Fault::Damaged("questionnaire"))?;
        if !self.wants(&questionnaire) {
            return Ok(());
        }
        let held = rows::Held::new(id, number, of, questionnaire.hash());
        let chain = Chain::read(self.connection, original, &held)?;
        let workshop = Circumstances::of(&chain.events).and_then(|told| told.workshop);
        if self.bundling.workshop.is_some() && self.bundling.workshop != workshop {
            return Ok(());
        }
        if !chain.is_finished() && !self.bundling.unfinished {
            self.told.left_unfinished += 1;
            return Ok(());
        }
        let (finished, laptop) = (chain.is_finished(), chain.laptop);
        let carried = carried(chain, original, Arc::clone(&questionnaire))?;
        self.questionnaires.insert(questionnaire.hash().0, questionnaire);
        let of_laptop = self.laptops.entry(laptop).or_default();
        let mut name = [0; 32];
        name[..16].copy_from_slice(&original.0);
        name[16..].copy_from_slice(&carried.head());
        of_laptop.1.push(name);
        of_laptop.2 += u64::from(!finished);
        self.told.unfinished += u64::from(!finished);
        self.entries.push(Entry { id: original, head: carried.head(), number });
        Ok(())
    }

    fn wants(&self, questionnaire: &Questionnaire) -> bool {
        self.bundling.questionnaire.as_ref().is_none_or(|key| questionnaire.key().as_str() == key)
    }

    fn questionnaire(&mut self, number: i64) -> Result<Option<Arc<Questionnaire>>, Fault> {
        if let Some(read) = self.read.get(&number) {
            return Ok(read.clone());
        }
        let read = match rows::questionnaire(self.connection, number) {
            Ok((_, text)) => questionnaire_again(&text).ok(),
            Err(fault) if fault.is_unreadable() => None,
            Err(fault) => return Err(fault),
        };
        self.read.insert(number, read.clone());
        Ok(read)
    }

    fn questionnaire_of(&mut self, hash: [u8; 32]) -> Result<Option<Arc<Questionnaire>>, Fault> {
        let sql = "SELECT number FROM questionnaire WHERE hash = ?1";
        let number = self.connection.prepare_cached(sql)?.query_row([hash], |row| row.get(0));
        match number {
            Ok(number) => self.questionnaire(number),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn workshops(&mut self) -> Result<Vec<line::WorkshopLine>, Fault> {
        let sql = "SELECT id FROM workshop WHERE body <> x'' ORDER BY id";
        let mut statement = self.connection.prepare_cached(sql)?;
        let ids = statement.query_map([], |row| row.get(0).map(WorkshopId))?.collect::<Result<Vec<_>, _>>()?;
        let mut lines = Vec::new();
        for id in ids.into_iter().filter(|id| self.bundling.workshop.is_none_or(|wanted| wanted == *id)) {
            let Some(known) = workshops::known(self.connection, id)? else { continue };
            let Some(questionnaire) = self.questionnaire_of(known.about.questionnaire)? else { continue };
            if self.wants(&questionnaire) {
                self.questionnaires.insert(questionnaire.hash().0, questionnaire);
                let refused = workshop::refused(self.connection, &known)?;
                lines.push(workshop::to_line(&known, workshop::changes_of(self.connection, id)?, refused));
            }
        }
        Ok(lines)
    }

    /// Refusals of consent to the questionnaires that go along, and to all where nothing was chosen.
    fn refusals(&mut self, own: LaptopId) -> Result<Vec<RefusalsLine>, Fault> {
        let sql = "SELECT ?1, hash, count FROM refusal JOIN questionnaire ON questionnaire.number = refusal.questionnaire \
                   UNION ALL SELECT laptop.id, hash, count FROM refusal_elsewhere \
                   JOIN laptop ON laptop.number = laptop \
                   JOIN questionnaire ON questionnaire.number = refusal_elsewhere.questionnaire";
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map([own.0], |row| {
            Ok(RefusalsLine { laptop: Hex(row.get(0)?), questionnaire: Hex(row.get(1)?), count: row.get(2)? })
        })?;
        let mut lines = Vec::new();
        for line in rows.collect::<Result<Vec<_>, _>>()? {
            let Some(questionnaire) = self.questionnaire_of(line.questionnaire.0)? else { continue };
            let all = self.bundling.workshop.is_none() && self.wants(&questionnaire);
            if all {
                self.questionnaires.insert(questionnaire.hash().0, questionnaire);
            }
            if self.questionnaires.contains_key(&line.questionnaire.0) {
                lines.push(line);
            }
        }
        lines.sort_by_key(|line| (line.laptop, line.questionnaire));
        Ok(lines)
    }
}

/// Whether it concerns one interview and none of the others.
fn is_of_this_one(fault: &Fault) -> bool {
    let of_history = |error: &StoreError| matches!(error, StoreError::Bundle { fault: BundleFault::History, .. });
    fault.is_unreadable() || matches!(fault, Fault::Said(error) if of_history(error))
}

/// The interview as it travels, where whoever reads the bundle will take it.
fn carried(chain: Chain, original: InterviewId, questionnaire: Arc<Questionnaire>) -> Result<Carried, Fault> {
    let too_long =
        chain.events.len() > codec::MOST_EVENTS || codec::history_bytes(&chain.events)?.len() > LONGEST_HISTORY;
    let carried = Carried::new(original, questionnaire, chain.laptop, chain.events);
    let carried = carried.filter(|_| !too_long).ok_or_else(|| super::said(BundleFault::History))?;
    carried.interview()?;
    Ok(carried)
}

/// Writes every line.
fn write(connection: &Access<'_>, content: &Content, paper: &mut dyn Write, watch: Watch<'_>) -> Result<(), Fault> {
    let mut lines = Lines { paper, hasher: blake3::Hasher::new(), count: 0 };
    lines.put(&content.manifest)?;
    for questionnaire in content.questionnaires.values() {
        let (blake3, text) = (Hex(questionnaire.hash().0), questionnaire.source().to_owned());
        lines.put(&Line::Questionnaire(QuestionnaireLine { blake3, text }))?;
    }
    for workshop in &content.workshops {
        lines.put(&Line::Workshop(Box::new(workshop.clone())))?;
    }
    for refusals in &content.refusals {
        lines.put(&Line::Refusals(refusals.clone()))?;
    }
    let mut done = 0;
    for entry in &content.entries {
        lines.put(&Line::Interview(interview_line(connection, entry)?))?;
        watch.next(&mut done)?;
    }
    for id in &content.erased {
        lines.put(&Line::Erased(Id(*id)))?;
    }
    let end = EndLine::bytes(lines.count, *lines.hasher.finalize().as_bytes());
    Ok(paper.write_all(&end).map_err(Paper)?)
}

fn interview_line(connection: &Access<'_>, entry: &Entry) -> Result<InterviewLine, Fault> {
    let sql = "SELECT id, questionnaire FROM interview WHERE number = ?1";
    let (id, questionnaire): ([u8; 16], i64) =
        connection.prepare_cached(sql)?.query_row([entry.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let held = rows::held_as(connection, InterviewId(id), entry.number, questionnaire)?;
    let chain = Chain::read(connection, entry.id, &held)?;
    Ok(InterviewLine {
        id: Id(entry.id.0),
        questionnaire: Hex(held.of.0),
        laptop: Hex(chain.laptop.0),
        events: u32::try_from(chain.events.len()).unwrap_or(u32::MAX),
        head: Hex(chain.head()),
        history: Bytes(codec::history_bytes(&chain.events)?),
    })
}

/// What the disk says of the file that is written; which file that is, is added by whoever knows.
struct Paper(io::Error);

impl From<Paper> for Fault {
    fn from(Paper(error): Paper) -> Self {
        fault::of_io(&error, Path::new("")).into()
    }
}

struct Lines<'a> {
    paper: &'a mut dyn Write,
    hasher: blake3::Hasher,
    count: u64,
}

impl Lines<'_> {
    fn put(&mut self, line: &impl serde::Serialize) -> Result<(), Fault> {
        let mut bytes = serde_json::to_vec(line).map_err(|_| StoreError::Encoding)?;
        bytes.push(b'\n');
        self.hasher.update(&bytes);
        self.count += 1;
        Ok(self.paper.write_all(&bytes).map_err(Paper)?)
    }
}

/// Puts what is written into an envelope.
fn seal(
    recipients: &Recipients,
    paper: &mut dyn Write,
    fill: &dyn Fn(&mut dyn Write) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut envelope = recipients.writer(paper).map_err(Paper)?;
    fill(&mut envelope)?;
    envelope.finish().map_err(Paper)?;
    Ok(())
}

/// Everything that goes through it is hashed on its way to the file.
struct Hashing {
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes the file that is to become the bundle, synced, and holds what the disk gives back against what was written.
/// Gives how many bytes it has.
fn write_part(
    part: &Path,
    path: &Path,
    fill: &mut dyn FnMut(&mut dyn Write) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    let said = |error: io::Error| fault::of_io(&error, path);
    match fs::remove_file(part) {
        // One left behind by a power cut is nobody's.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(said(error).into()),
        _ => {}
    }
    let fresh = files::create_private(part).map_err(said)?;
    let mut paper = Hashing { file: BufWriter::with_capacity(1 << 16, fresh), hasher: blake3::Hasher::new(), bytes: 0 };
    fill(&mut paper).map_err(|fault| at(fault, path))?;
    paper.flush().and_then(|()| paper.file.get_ref().sync_all()).map_err(said)?;
    let mut back = File::open(part).map_err(said)?;
    forget_cached(&back);
    let mut hasher = blake3::Hasher::new();
    let mut window = vec![0; 1 << 16];
    loop {
        match back.read(&mut window).map_err(said)? {
            0 => break,
            read => _ = hasher.update(&window[..read]),
        }
    }
    if hasher.finalize() == paper.hasher.finalize() { Ok(paper.bytes) } else { Err(super::said(BundleFault::Changed)) }
}

/// Names the file where a fault of writing does not.
fn at(fault: Fault, path: &Path) -> Fault {
    let named = |old: PathBuf| if old.as_os_str().is_empty() { path.to_owned() } else { old };
    match fault {
        Fault::Said(StoreError::Full { path, reason }) => StoreError::Full { path: named(path), reason }.into(),
        Fault::Said(StoreError::ReadOnly { path, reason }) => StoreError::ReadOnly { path: named(path), reason }.into(),
        Fault::Said(StoreError::Io { path, reason }) => StoreError::Io { path: named(path), reason }.into(),
        other => other,
    }
}

/// Lets the system forget what it keeps of the file in memory, so that it is read from the disk.
fn forget_cached(file: &File) {
    #[cfg(target_os = "linux")]
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}
