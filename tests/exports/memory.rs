//! Exports without disk and store.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use kohesi::export::{
    self, Chunk, Desk, ExportFault, Exporter, Labels, Material, Options, Out, Paper, Places, Row, Source, Speakers,
    Table, TakeInterview,
};
use kohesi::interview::Interview;
use kohesi::questionnaire::Questionnaire;
use kohesi::text::LANGUAGES;

/// Files by their path.
pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

#[derive(Default)]
struct InMemory(Vec<(PathBuf, Shared)>);

type Shared = Arc<Mutex<Cursor<Vec<u8>>>>;

struct Sheet(Shared);

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Seek for Sheet {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.lock().unwrap().seek(to)
    }
}

impl Desk for InMemory {
    fn file(&mut self, path: &Path) -> Result<Box<dyn Paper>, ExportFault> {
        let sheet = Arc::new(Mutex::new(Cursor::new(Vec::new())));
        assert!(self.0.iter().all(|(known, _)| known != path), "{} is written twice", path.display());
        self.0.push((path.to_owned(), Arc::clone(&sheet)));
        Ok(Box::new(Sheet(sheet)))
    }
}

/// Interviews that are at hand.
pub(crate) struct AtHand<'a> {
    pub(crate) table: &'a Table,
    pub(crate) interviews: &'a [Interview],
}

impl Source for AtHand<'_> {
    fn chunks(&mut self, take: &mut dyn FnMut(&Chunk) -> Result<(), ExportFault>) -> Result<(), ExportFault> {
        let mut chunk = Chunk::default();
        // Small chunks, so that something is carried over from one to the next.
        for some in self.interviews.chunk_by(|one, other| one.questionnaire() == other.questionnaire()) {
            for few in some.chunks(7) {
                let questionnaire = few[0].questionnaire();
                let version = self.table.versions.iter().position(|known| known == questionnaire).unwrap();
                chunk.begin(version, questionnaire.items().len());
                for interview in few {
                    push(&mut chunk, interview);
                }
                take(&chunk)?;
            }
        }
        Ok(())
    }

    fn interviews(&mut self, take: &mut TakeInterview<'_>) -> Result<(), ExportFault> {
        self.interviews.iter().try_for_each(take)
    }
}

/// Adds an interview as the store would give it.
pub(crate) fn push(chunk: &mut Chunk, interview: &Interview) {
    let packed = interview.packed();
    chunk.push(&Row {
        id: interview.id(),
        started: interview.started().unwrap(),
        ended: interview.events().last().unwrap().at,
        workshop: packed.circumstances.workshop,
        mode: packed.circumstances.mode,
        language: packed.circumstances.language.as_str(),
        shown_ms: packed.circumstances.shown_ms,
        codes: &packed.codes,
        beside: &packed.beside,
    });
}

pub(crate) fn table(versions: &[Arc<Questionnaire>]) -> Table {
    Table::new(versions.to_vec(), HashMap::new(), &speakers()).unwrap()
}

fn speakers() -> Speakers {
    Speakers::new(LANGUAGES[0]).unwrap()
}

pub(crate) fn options(labels: Option<&str>, language: &str) -> Options {
    let labels = labels.map_or(Labels::Codes, |tag| Labels::In(tag.to_owned()));
    Options { labels, language: language.to_owned(), bom: false }
}

/// The files of an export.
pub(crate) fn export(exporter: &dyn Exporter, table: &Table, interviews: &[Interview], options: &Options) -> Files {
    let mut desk = InMemory::default();
    let (data, stem) = if exporter.is_tree() { ("", "_") } else { ("data", "") };
    let places = Places { data: data.into(), stem: stem.into(), package: "datapackage.json".into() };
    let mut source = AtHand { table, interviews };
    let mut materials = [Material { table, source: &mut source }];
    let speakers = speakers();
    let mut out = Out { desk: &mut desk, places: &places, speakers: &speakers, scratch: None };
    export::export(exporter, &mut materials, options, true, &mut out).unwrap();
    let files = desk.0.into_iter();
    files.map(|(path, sheet)| (path, sheet.lock().unwrap().get_ref().clone())).collect()
}
