//! Large exports: that memory stays bounded, and a store to measure with.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use kohesi::export::{
    self, ALL, Chunk, Desk, ExportFault, Exporter, Material, Out, Paper, Places, Source, Speakers, TakeInterview,
};
use kohesi::interview::{Draft, Interview, InterviewId};
use kohesi::store::{Durability, Options, Paths, Store};
use kohesi::text::LANGUAGES;

use super::conformance::questionnaires;
use super::memory::{options, push, table};
use super::people::people;

/// Says that this process is the one that is measured: name of the format and number of chunks.
const MEASURED: &str = "KOHESI_MEASURED_EXPORT";

/// Takes bytes and forgets them.
struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Seek for Nowhere {
    fn seek(&mut self, _: SeekFrom) -> std::io::Result<u64> {
        Ok(0)
    }
}

impl Desk for Nowhere {
    fn file(&mut self, _: &Path) -> Result<Box<dyn Paper>, ExportFault> {
        Ok(Box::new(Self))
    }
}

/// The same chunk again and again.
struct Repeated {
    chunk: Chunk,
    times: usize,
    interviews: Vec<Interview>,
}

impl Source for Repeated {
    fn chunks(&mut self, take: &mut dyn FnMut(&Chunk) -> Result<(), ExportFault>) -> Result<(), ExportFault> {
        (0..self.times).try_for_each(|_| take(&self.chunk))
    }

    fn interviews(&mut self, take: &mut TakeInterview<'_>) -> Result<(), ExportFault> {
        (0..self.times).try_for_each(|_| self.interviews.iter().try_for_each(&mut *take))
    }
}

fn write(exporter: &dyn Exporter, times: usize) {
    let core = questionnaires().remove(1);
    let interviews = people(&core, 100);
    let table = table(&[core]);
    let mut chunk = Chunk::default();
    chunk.begin(0, table.versions[0].items().len());
    while !chunk.is_full() {
        for interview in &interviews {
            push(&mut chunk, interview);
        }
    }
    let mut source = Repeated { chunk, times, interviews };
    let mut materials = [Material { table: &table, source: &mut source }];
    let places = Places { data: "data".into(), stem: String::new(), package: "package".into() };
    let speakers = Speakers::new(LANGUAGES[0]).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let mut out = Out { desk: &mut Nowhere, places: &places, speakers: &speakers, scratch: Some(scratch.path()) };
    export::export(exporter, &mut materials, &options(None, "id"), false, &mut out).unwrap();
}

/// The most memory this process has had, in KiB.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn memory_does_not_grow_with_the_number_of_interviews() {
    if let Ok(asked) = std::env::var(MEASURED) {
        let (name, times) = asked.split_once(' ').unwrap();
        write(ALL.into_iter().find(|exporter| exporter.name() == name).unwrap(), times.parse().unwrap());
        println!("peak={}", peak());
        return;
    }
    let measured = |name: &str, times: usize| -> u64 {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "exports::large::memory_does_not_grow_with_the_number_of_interviews", "--nocapture"])
            .env(MEASURED, format!("{name} {times}"))
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        said.split_once("peak=")
            .and_then(|(_, rest)| rest.lines().next()?.parse().ok())
            .unwrap_or_else(|| panic!("{said}"))
    };
    // A row group of Parquet is full after thirty chunks; while it is written its pages stand beside it.
    for (name, few, many, more) in [
        ("csv", 1, 5, 8_000),
        ("sav", 1, 5, 8_000),
        ("parquet", 31, 62, 64_000),
        ("json", 2, 10, 8_000),
        ("xlsx", 1, 2, 8_000),
    ] {
        let (few, many) = (measured(name, few), measured(name, many));
        assert!(many < few + more, "{name}: {few} KiB became {many} KiB");
        assert!(many < 200_000, "{name}: {many} KiB");
    }
}

/// Fills the store of `KOHESI_FILL` with `KOHESI_FILL_COUNT` interviews of the core questionnaire, to measure with.
#[test]
#[ignore = "makes a store of any size"]
fn a_store_to_measure_with() {
    let home = std::env::var("KOHESI_FILL").unwrap();
    let count: u64 = std::env::var("KOHESI_FILL_COUNT").unwrap().parse().unwrap();
    let options = Options { durability: Durability::Normal, ..Options::default() };
    let (mut store, _) = Store::open(&Paths::at(Path::new(&home)), &options).unwrap();
    let core = questionnaires().remove(1);
    let templates: Vec<_> =
        people(&core, 2_000).into_iter().map(|one| (one.events().to_vec(), one.packed(), one)).collect();
    for number in 0..count {
        let (events, packed, interview) = &templates[usize::try_from(number).unwrap() % templates.len()];
        let mut id = interview.id();
        id.0[..8].copy_from_slice(&((0x019c_0000_0000_7000 + number) << 8 >> 8).to_be_bytes());
        id.0[8..].copy_from_slice(&number.to_be_bytes());
        let draft = Draft {
            place: None,
            marked: None,
            typed: String::new(),
            note: None,
            language: interview.language().clone(),
        };
        store.begin(InterviewId(id.0), &core, &events[..1], &draft).unwrap();
        store.finish(InterviewId(id.0), &events[1..], packed).unwrap();
    }
    store.rest();
}
