//! Finished interviews of the store as files: what `kohesi export` and the menu have in common.

use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, channel, sync_channel};
use std::thread;

use crate::export::{
    self, Chunk, Desk, ExportFault, Exporter, Labels, Material, Options, Out, Paper, Places, Row, Source, Speakers,
    Table, TakeInterview,
};
use crate::interview::{Interview, InterviewId, WorkshopId};
use crate::questionnaire::{self, Hash, Questionnaire};
use crate::store::{self, PackedRow, Parts, Paths, Selection, Store, StoreError, Vault};
use crate::text::{Catalogue, Language};
use crate::tui::Wanted;

/// What is to be exported.
#[derive(Clone)]
pub(super) struct Request {
    pub(super) exporter: &'static dyn Exporter,
    pub(super) workshop: Option<WorkshopId>,
    pub(super) questionnaire: Option<String>,
    pub(super) since: Option<i64>,
    pub(super) labels: Labels,
    pub(super) events: bool,
    pub(super) bom: bool,
    pub(super) replace: bool,
    pub(super) output: PathBuf,
    /// Where the key of a protected store is.
    pub(super) vault: Vault,
}

/// What is told while it goes on, and whether it shall stop.
#[derive(Clone, Copy)]
pub(super) struct Watch<'a> {
    pub(super) stop: &'a AtomicBool,
    /// Told how many interviews were gone through so far.
    pub(super) progress: &'a dyn Fn(u64),
}

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Exported {
    pub(super) interviews: u64,
    /// Interviews that could not be read.
    pub(super) damaged: u64,
    /// Those that are sealed, and not in it.
    pub(super) sealed: u64,
}

/// Why nothing was exported.
#[derive(Debug)]
pub(super) enum Fault {
    /// What the store or the disk says.
    Store(StoreError),
    /// It was to stop.
    Interrupted,
    /// A sentence for the person.
    Said(String),
}

impl From<StoreError> for Fault {
    fn from(fault: StoreError) -> Self {
        Self::Store(fault)
    }
}

/// Writes an export.
pub(super) fn export(
    paths: &Paths,
    request: &Request,
    (t, language): (&Catalogue, Language),
    watch: Watch<'_>,
) -> Result<Exported, Fault> {
    let none = || Fault::Said(t.export.none.to_string());
    let store = Store::read_with(paths, &request.vault)?.ok_or_else(none)?;
    let speakers = Speakers::new(language).map_err(|error| Fault::Said(error.to_string()))?;
    let selection = Selection { workshop: request.workshop, since: request.since, ..Selection::default() };
    let sealed = store.sealed_among(&selection, request.questionnaire.as_deref())?;
    let groups = versions(&store, request, t).map_err(|fault| with_sealed(fault, sealed, t))?;
    let named = store.workshops()?.into_iter().map(|workshop| {
        let key = InterviewId(workshop.id.0).to_string();
        (workshop.id, export::Workshop { key, name: Some(workshop.about.name) })
    });
    let named: HashMap<WorkshopId, export::Workshop> = named.collect();
    drop(store);
    let tables = groups.into_iter().filter_map(|versions| Table::new(versions, named.clone(), &speakers));
    let tables: Vec<Table> = tables.collect();
    check_labels(&tables, &request.labels, t)?;
    let mut sources = Vec::with_capacity(tables.len());
    for table in &tables {
        let store = Store::read_with(paths, &request.vault)?.ok_or_else(none)?;
        sources.push(Stored::new(store, table, request, watch));
    }
    let (folder, places) = places(request);
    let mut desk = OnDisk(parts(request, &folder, &places)?);
    let options = Options { labels: request.labels.clone(), language: language.tag().to_owned(), bom: request.bom };
    let mut materials: Vec<Material<'_>> =
        tables.iter().zip(&mut sources).map(|(table, source)| Material { table, source }).collect();
    let mut out = Out { desk: &mut desk, places: &places, speakers: &speakers, scratch: Some(&folder) };
    export::export(request.exporter, &mut materials, &options, request.events, &mut out).map_err(
        |fault| match fault {
            ExportFault::Io(error) => Fault::Store(store::of_io(&error, &request.output)),
            ExportFault::Interrupted => Fault::Interrupted,
            ExportFault::TooMany { limit } => {
                Fault::Said(t.export.too_many.with(&[("limit", &t.whole(i64::try_from(limit).unwrap_or(i64::MAX)))]))
            }
            ExportFault::Other(error) => match error.downcast::<StoreError>() {
                Ok(fault) => Fault::Store(*fault),
                Err(error) => Fault::Said(error.to_string()),
            },
        },
    )?;
    let gone_through = |exported: Exported, source: &Stored<'_>| Exported {
        interviews: exported.interviews + source.exported.interviews,
        damaged: exported.damaged + source.exported.damaged,
        sealed,
    };
    let exported = sources.iter().fold(Exported::default(), gone_through);
    desk.0.commit()?;
    Ok(exported)
}

/// What is told of an export that was written.
pub(super) fn told(exported: Exported, request: &Request, t: &Catalogue) -> String {
    let count = |count: u64| t.whole(i64::try_from(count).unwrap_or(i64::MAX));
    let path = request.output.display().to_string();
    let mut said = t.export.written.with(&[("n", &count(exported.interviews)), ("path", &path)]);
    if exported.damaged > 0 {
        said += " ";
        said += &t.export.damaged.with(&[("n", &count(exported.damaged))]);
    }
    if exported.sealed > 0 {
        said += " ";
        said += &t.key.not_counted.with(&[("n", &count(exported.sealed))]);
    }
    said
}

/// That there is nothing to export, and how many are sealed.
fn with_sealed(fault: Fault, sealed: u64, t: &Catalogue) -> Fault {
    let n = t.whole(i64::try_from(sealed).unwrap_or(i64::MAX));
    match fault {
        Fault::Said(said) if sealed > 0 => Fault::Said(format!("{said} {}", t.key.not_counted.with(&[("n", &n)]))),
        fault => fault,
    }
}

/// What the menu's "write now" does: each questionnaire to a file of its own, or all of them to one where the format
/// takes several, under a name that nothing has yet. The interviews that were written, and the last path.
pub(super) fn export_as_wanted(
    paths: &Paths,
    vault: &Vault,
    wanted: &Wanted,
    stop: &AtomicBool,
) -> Result<(u64, PathBuf), String> {
    let language = wanted.language;
    let t = Catalogue::of(language).map_err(|error| error.to_string())?;
    let said = |fault: Fault| match fault {
        Fault::Store(fault) => super::context::store_failure(&t, &fault).0,
        Fault::Interrupted => t.export.interrupted.to_string(),
        Fault::Said(text) => text,
    };
    let exporter = export::ALL.into_iter().find(|exporter| exporter.name() == wanted.format);
    let none = || t.export.none.to_string();
    let exporter = exporter.ok_or_else(none)?;
    let store = Store::read_with(paths, vault).map_err(|fault| said(fault.into()))?.ok_or_else(none)?;
    let answered = store.answered().map_err(|fault| said(fault.into()))?;
    drop(store);
    let keys: BTreeSet<String> = answered.into_iter().map(|answered| answered.key).collect();
    let groups: Vec<Option<String>> =
        if exporter.takes_several() { vec![None] } else { keys.into_iter().map(Some).collect() };
    store::make_folder(&wanted.folder).map_err(|fault| said(fault.into()))?;
    let labels = wanted.labels.map_or(Labels::Codes, |tag| Labels::In(tag.to_owned()));
    let watch = Watch { stop, progress: &|_| {} };
    let (mut interviews, mut path) = (0, None);
    for key in groups {
        let name = key.clone().unwrap_or_else(|| "kohesi".to_owned());
        let request = Request {
            exporter,
            workshop: None,
            questionnaire: key,
            since: None,
            labels: labels.clone(),
            events: false,
            bom: false,
            replace: false,
            output: PathBuf::new(),
            vault: vault.clone(),
        };
        let (written, place) =
            under_new_name(paths, &request, &wanted.folder, &name, (&t, language), watch).map_err(said)?;
        interviews += written.interviews;
        path = Some(place);
    }
    path.map(|path| (interviews, path)).ok_or_else(none)
}

/// Writes under this name, or with a number behind it where there are such files already.
fn under_new_name(
    paths: &Paths,
    request: &Request,
    folder: &Path,
    name: &str,
    speech: (&Catalogue, Language),
    watch: Watch<'_>,
) -> Result<(Exported, PathBuf), Fault> {
    let ending = if request.exporter.is_tree() { String::new() } else { format!(".{}", request.exporter.ending()) };
    let mut number = 1;
    loop {
        let numbered = if number == 1 { String::new() } else { format!("-{number}") };
        let output = folder.join(format!("{name}{numbered}{ending}"));
        let request = Request { output: output.clone(), ..request.clone() };
        match export(paths, &request, speech, watch) {
            Err(Fault::Store(StoreError::Exists { .. })) if number < MOST_NAMES => number += 1,
            exported => return exported.map(|exported| (exported, output)),
        }
    }
}

/// Nobody looks for more files of one name.
const MOST_NAMES: u32 = 10_000;

/// The versions of each questionnaire that is asked for, the newest last.
fn versions(store: &Store, request: &Request, t: &Catalogue) -> Result<Vec<Vec<Arc<Questionnaire>>>, Fault> {
    let mut groups: Vec<Vec<Arc<Questionnaire>>> = Vec::new();
    for answered in store.answered()? {
        let read = questionnaire::read(&answered.key, &answered.text);
        let read = Arc::new(read.map_err(|_| Fault::Said(t.results.unreadable.to_string()))?);
        match groups.iter_mut().find(|group| group.iter().any(|known| known.key() == read.key())) {
            Some(group) => group.push(read),
            None => groups.push(vec![read]),
        }
    }
    groups.sort_by(|one, other| one[0].key().cmp(other[0].key()));
    for group in &mut groups {
        group.sort_by_key(|questionnaire| (parts_of(questionnaire.version()), questionnaire.hash()));
    }
    let known: Vec<String> = groups.iter().map(|group| group[0].key().to_string()).collect();
    let known = known.join(", ");
    if let Some(name) = &request.questionnaire {
        groups.retain(|group| group[0].key().as_str() == name);
        if groups.is_empty() && !known.is_empty() {
            return Err(Fault::Said(t.export.no_questionnaire.with(&[("name", name), ("known", &known)])));
        }
    }
    if groups.len() > 1 && !request.exporter.takes_several() {
        return Err(Fault::Said(t.export.several_questionnaires.with(&[("known", &known)])));
    }
    if groups.is_empty() { Err(Fault::Said(t.export.none.to_string())) } else { Ok(groups) }
}

/// A version so that 1.10 comes after 1.9.
fn parts_of(version: &str) -> Vec<(u64, String)> {
    let parts = version.split(['.', '-', '+', ' ']);
    parts.map(|part| (part.parse().unwrap_or(u64::MAX), part.to_owned())).collect()
}

fn check_labels(tables: &[Table], labels: &Labels, t: &Catalogue) -> Result<(), Fault> {
    let Labels::In(tag) = labels else { return Ok(()) };
    let lacking = tables.iter().find(|table| !table.languages.iter().any(|known| known.as_str() == tag));
    lacking.map_or(Ok(()), |table| {
        let known: Vec<&str> = table.languages.iter().map(crate::text::Tag::as_str).collect();
        Err(Fault::Said(t.export.no_labels.with(&[("tag", tag), ("known", &known.join(", "))])))
    })
}

/// The folder the files go to, and how they are called there.
fn places(request: &Request) -> (PathBuf, Places) {
    let output = &request.output;
    let above = || output.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    if request.exporter.is_tree() {
        // What is no data begins with a sign that readers of such trees pass over.
        return (above(), Places { data: String::new(), stem: "_".into(), package: String::new() });
    }
    // The whole name stands before what belongs to it, so that two formats of one name have each their own.
    if output.is_dir() {
        let data = format!("data.{}", request.exporter.ending());
        return (output.clone(), Places { stem: format!("{data}."), data, package: "datapackage.json".into() });
    }
    let data = output.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    (above(), Places { stem: format!("{data}."), package: format!("{data}.datapackage.json"), data })
}

fn parts(request: &Request, folder: &Path, places: &Places) -> Result<Parts, StoreError> {
    if request.exporter.is_tree() {
        let ours = |name: &str| name.starts_with("questionnaire=") || name.starts_with('_');
        Parts::tree(&request.output, request.replace, ours)
    } else {
        Parts::files(folder, &export::names(request.exporter, places, request.events), request.replace)
    }
}

struct OnDisk(Parts);

impl Desk for OnDisk {
    fn file(&mut self, path: &Path) -> Result<Box<dyn Paper>, ExportFault> {
        let file = self.0.create(path).map_err(|fault| ExportFault::Other(Box::new(fault)))?;
        Ok(Box::new(file))
    }
}

/// The interviews of one table, in the store.
struct Stored<'a> {
    store: Store,
    selection: Selection,
    versions: HashMap<Hash, (usize, usize)>,
    questionnaires: Vec<Arc<Questionnaire>>,
    watch: Watch<'a>,
    exported: Exported,
}

/// Chunks on their way at once.
const ON_THEIR_WAY: usize = 3;

impl<'a> Stored<'a> {
    fn new(store: Store, table: &Table, request: &Request, watch: Watch<'a>) -> Self {
        let places = table.versions.iter().enumerate();
        let versions = places.map(|(place, version)| (version.hash(), (place, version.items().len()))).collect();
        let only = if let [only] = table.versions.as_slice() { Some(only.hash()) } else { None };
        let selection =
            Selection { questionnaire: only, workshop: request.workshop, since: request.since, by_id: true };
        Self {
            store,
            selection,
            versions,
            questionnaires: table.versions.clone(),
            watch,
            exported: Exported::default(),
        }
    }

    fn tell(&self, interviews: u64) -> Result<(), ExportFault> {
        (self.watch.progress)(interviews);
        if self.watch.stop.load(Ordering::Relaxed) { Err(ExportFault::Interrupted) } else { Ok(()) }
    }
}

impl Source for Stored<'_> {
    fn chunks(&mut self, take: &mut dyn FnMut(&Chunk) -> Result<(), ExportFault>) -> Result<(), ExportFault> {
        let (full, filled) = sync_channel::<Chunk>(ON_THEIR_WAY);
        let (empty, emptied) = channel::<Chunk>();
        (0..ON_THEIR_WAY).for_each(|_| drop(empty.send(Chunk::default())));
        let (store, selection, versions) = (&mut self.store, &self.selection, &self.versions);
        let watch = self.watch;
        let (gone_through, exported) = thread::scope(|scope| {
            // One reads and checks while the other writes.
            let reader = scope.spawn(move || {
                let mut filling = Filling { chunk: None, full, versions, damaged: 0 };
                let scanned = store.scan(selection, |row| filling.add(row, || emptied.recv().ok()));
                filling.hand_over();
                scanned.map(|scanned| scanned.damaged + filling.damaged)
            });
            let mut interviews = 0;
            let mut taken = Ok(());
            for chunk in &filled {
                interviews += chunk.len() as u64;
                (watch.progress)(interviews);
                taken = if watch.stop.load(Ordering::Relaxed) { Err(ExportFault::Interrupted) } else { take(&chunk) };
                if taken.is_err() {
                    break;
                }
                // The reader needs no more once it has read all.
                let _ = empty.send(chunk);
            }
            drop((filled, empty));
            let read = reader.join().unwrap_or(Err(StoreError::Stopped));
            let damaged = read.map_err(|fault| ExportFault::Other(Box::new(fault)));
            (taken, damaged.map(|damaged| Exported { interviews, damaged, sealed: 0 }))
        });
        gone_through?;
        self.exported = exported?;
        Ok(())
    }

    fn interviews(&mut self, take: &mut TakeInterview<'_>) -> Result<(), ExportFault> {
        let other = |fault: StoreError| ExportFault::Other(Box::new(fault));
        let mut ids: Vec<(InterviewId, usize)> = Vec::new();
        let scanned = self.store.scan(&self.selection, |row| {
            ids.extend(self.versions.get(&row.questionnaire).map(|(version, _)| (row.id, *version)));
            ControlFlow::Continue(())
        });
        let mut exported = Exported { interviews: 0, damaged: scanned.map_err(other)?.damaged, sealed: 0 };
        for (id, version) in ids {
            match self.store.load(id) {
                Ok(loaded) => {
                    let questionnaire = Arc::clone(&self.questionnaires[version]);
                    match Interview::replay(questionnaire, id, loaded.events) {
                        Ok(interview) => {
                            take(&interview)?;
                            exported.interviews += 1;
                        }
                        Err(_) => exported.damaged += 1,
                    }
                }
                // It was erased meanwhile.
                Err(StoreError::Unknown { .. } | StoreError::Erased { .. }) => {}
                Err(StoreError::Damaged { .. }) => exported.damaged += 1,
                Err(fault) => return Err(other(fault)),
            }
            self.tell(exported.interviews)?;
        }
        self.exported = exported;
        Ok(())
    }
}

/// Rows on their way into chunks.
struct Filling<'v> {
    chunk: Option<Chunk>,
    full: SyncSender<Chunk>,
    versions: &'v HashMap<Hash, (usize, usize)>,
    damaged: u64,
}

impl Filling<'_> {
    fn add(&mut self, row: &PackedRow<'_>, empty: impl Fn() -> Option<Chunk>) -> ControlFlow<()> {
        let Some((version, items)) = self.versions.get(&row.questionnaire) else { return ControlFlow::Continue(()) };
        let Some(beside) = row.beside() else {
            self.damaged += 1;
            return ControlFlow::Continue(());
        };
        if self.chunk.as_ref().is_some_and(|chunk| chunk.is_full() || chunk.version != *version) && !self.hand_over() {
            return ControlFlow::Break(());
        }
        let begun = || {
            let mut chunk = empty()?;
            chunk.begin(*version, *items);
            Some(chunk)
        };
        let Some(mut chunk) = self.chunk.take().or_else(begun) else { return ControlFlow::Break(()) };
        chunk.push(&Row {
            id: row.id,
            started: row.started,
            ended: row.last,
            workshop: row.workshop,
            mode: row.mode,
            language: row.language,
            shown_ms: row.shown_ms,
            codes: row.codes,
            beside: &beside,
        });
        self.chunk = Some(chunk);
        ControlFlow::Continue(())
    }

    /// Gives the chunk away; false where nobody takes it any more.
    fn hand_over(&mut self) -> bool {
        self.chunk.take().is_none_or(|chunk| self.full.send(chunk).is_ok())
    }
}
