//! Making a bundle.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::kin::Chain;
use super::line::{
    self, Bytes, Counts, Hex, Id, InterviewLine, LaptopLine, Line, ManifestLine, QuestionnaireLine, RefusalsLine,
    SealedLine,
};
use super::paper::{LineWriter, seal, write_part};
use super::read::LONGEST_HISTORY;
use super::{BundleFault, Carried, LaptopId, Watch, files, laptop, questionnaire_again, workshop};
use crate::interview::{Circumstances, InterviewId, WorkshopId};
use crate::questionnaire::Questionnaire;
use crate::store::codec::{self, Seal};
use crate::store::envelope::{self, Envelope};
use crate::store::fault::{self, Fault};
use crate::store::vault::Access;
use crate::store::{Store, StoreError, clock, rows, workshops};

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
    /// Finished ones beside these that are sealed each by itself.
    pub sealed_ones: u64,
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
    /// Numbers of the envelopes.
    sealed: Vec<i64>,
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
        laptops: laptop::all(connection)?.into_iter().map(|one| (one.id, OfLaptop::of(one.name))).collect(),
        entries: Vec::new(),
        sealed: Vec::new(),
        told: Bundled::default(),
    };
    looking.interviews(watch)?;
    looking.sealed()?;
    let workshops = looking.workshops()?;
    let refusals = looking.refusals(own)?;
    let erased = erased(connection)?;
    let Looking { questionnaires, laptops, mut entries, sealed, mut told, .. } = looking;
    entries.sort_unstable();
    let laptops = laptops.into_iter().filter(|(id, of)| {
        *id == own
            || !of.heads.is_empty()
            || !of.envelopes.is_empty()
            || refusals.iter().any(|line| line.laptop.0 == id.0)
            || workshops.iter().any(|line| line.refused.iter().any(|(laptop, _)| laptop.0 == id.0))
    });
    let laptops = laptops.map(|(id, of)| of.line(id));
    told.workshops = workshops.len() as u64;
    told.erased = erased.len() as u64;
    told.interviews = entries.len() as u64;
    told.sealed_ones = sealed.len() as u64;
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
            sealed: told.sealed_ones,
            erased: told.erased,
        },
        left_unfinished: told.left_unfinished,
        laptops: laptops.collect(),
    };
    Ok(Content { manifest, questionnaires, workshops, refusals, entries, sealed, erased, told })
}

fn erased(connection: &Connection) -> Result<Vec<[u8; 16]>, Fault> {
    let mut statement = connection.prepare_cached("SELECT id FROM tombstone ORDER BY id")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// What goes into the bundle of one laptop's interviews.
#[derive(Default)]
struct OfLaptop {
    name: String,
    /// Ids and heads.
    heads: Vec<[u8; 32]>,
    unfinished: u64,
    /// Ids and hashes of envelopes, in the order in which they stand.
    envelopes: Vec<([u8; 16], [u8; 32])>,
}

impl OfLaptop {
    fn of(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    fn line(mut self, id: LaptopId) -> LaptopLine {
        self.heads.sort_unstable();
        self.envelopes.sort_unstable();
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.heads.as_flattened());
        for (id, blake3) in &self.envelopes {
            hasher.update(id);
            hasher.update(blake3);
        }
        LaptopLine {
            id: Hex(id.0),
            name: self.name,
            interviews: self.heads.len() as u64,
            unfinished: self.unfinished,
            sealed: self.envelopes.len() as u64,
            blake3: Hex(*hasher.finalize().as_bytes()),
        }
    }
}

struct Looking<'a> {
    connection: &'a Access<'a>,
    bundling: &'a Bundling,
    /// Questionnaires by the number of their row; nothing where one cannot be read.
    read: HashMap<i64, Option<Arc<Questionnaire>>>,
    /// Those that go into the bundle.
    questionnaires: BTreeMap<[u8; 32], Arc<Questionnaire>>,
    laptops: BTreeMap<LaptopId, OfLaptop>,
    entries: Vec<Entry>,
    sealed: Vec<i64>,
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
        of_laptop.heads.push(name);
        of_laptop.unfinished += u64::from(!finished);
        self.told.unfinished += u64::from(!finished);
        self.entries.push(Entry { id: original, head: carried.head(), number });
        Ok(())
    }

    /// Those that are sealed go along as they are.
    fn sealed(&mut self) -> Result<(), Fault> {
        let mut found: Vec<([u8; 16], [u8; 32], i64)> = Vec::new();
        let connection = self.connection;
        envelope::every(connection, |number, envelope| {
            let envelope = match envelope {
                Err(fault) if is_of_this_one(&fault) => {
                    self.told.damaged += 1;
                    return Ok(());
                }
                envelope => envelope?,
            };
            let Some(questionnaire) = self.questionnaire_of(envelope.questionnaire.0)? else { return Ok(()) };
            let here = self.bundling.workshop.is_none() || self.bundling.workshop == envelope.workshop;
            if here && self.wants(&questionnaire) {
                self.questionnaires.insert(questionnaire.hash().0, questionnaire);
                let blake3 = *blake3::hash(&envelope.body).as_bytes();
                self.laptops.entry(envelope.laptop).or_default().envelopes.push((envelope.id.0, blake3));
                found.push((envelope.id.0, blake3, number));
            }
            Ok(())
        })?;
        found.sort_unstable();
        self.sealed = found.into_iter().map(|(.., number)| number).collect();
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
    let mut lines = LineWriter::new(paper);
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
        let sql = "SELECT id, questionnaire FROM interview WHERE number = ?1";
        let (id, questionnaire): ([u8; 16], i64) =
            connection.prepare_cached(sql)?.query_row([entry.number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let held = rows::held_as(connection, InterviewId(id), entry.number, questionnaire)?;
        lines.put(&Line::Interview(interview_line(connection, entry.id, &held)?))?;
        watch.next(&mut done)?;
    }
    for number in &content.sealed {
        lines.put(&Line::Sealed(Box::new(sealed_line(envelope::at(connection, *number)?))))?;
        watch.next(&mut done)?;
    }
    for id in &content.erased {
        lines.put(&Line::Erased(Id(*id)))?;
    }
    lines.end()
}

/// A stored interview as the line of a bundle.
fn interview_line(connection: &Access<'_>, original: InterviewId, held: &rows::Held) -> Result<InterviewLine, Fault> {
    let chain = Chain::read(connection, original, held)?;
    Ok(InterviewLine::of((original, held.of, chain.laptop), &chain.events, chain.head())?)
}

fn sealed_line(envelope: Envelope) -> SealedLine {
    SealedLine {
        id: Id(envelope.id.0),
        questionnaire: Hex(envelope.questionnaire.0),
        workshop: envelope.workshop.map(|workshop| Id(workshop.0)),
        laptop: Hex(envelope.laptop.0),
        started_unix_ms: envelope.started.unix_ms,
        last_unix_ms: envelope.last.unix_ms,
        doubtful: u8::try_from(envelope.doubtful()).unwrap_or_default(),
        blake3: Hex(*blake3::hash(&envelope.body).as_bytes()),
        envelope: Bytes(envelope.body),
    }
}
