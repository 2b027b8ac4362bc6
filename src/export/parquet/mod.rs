//! Apache Parquet in the Hive layout: `questionnaire=…/workshop=…/part-0.parquet`. A column of codes is written as
//! places in its list of codes, in as few bits as they take; nothing is compressed beyond that.

mod columns;
mod pages;
mod thrift;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use self::columns::{Column, Gathered, Stored};
use self::thrift::Struct;
use super::cell::Reader;
use super::table::Table;
use super::variable::{Missing, Take, Texts};
use super::{Chunk, Desk, ExportFault, Exporter, Material, Options, Out, Paper};
use crate::interview::WorkshopId;

/// Parquet.
pub(super) struct Parquet;

const MAGIC: &[u8] = b"PAR1";
/// Interviews of a row group.
const ROWS: usize = 120_000;
/// Bytes at which files are finished, or row groups closed, earlier.
const BYTES: usize = 48 << 20;
/// What a file takes beside what is gathered for it.
const BESIDE: usize = 8 << 10;
/// Files that are open at once.
const OPEN: usize = 128;
/// The workshop of those that belong to none.
const NO_WORKSHOP: &str = "none";

impl Exporter for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn is_tree(&self) -> bool {
        true
    }

    fn takes_several(&self) -> bool {
        true
    }

    fn write(&self, materials: &mut [Material<'_>], _: &Options, to: &mut Out<'_>) -> Result<(), ExportFault> {
        for material in materials {
            let mut tree = Tree::new(material.table, &to.places.data, &mut *to.desk);
            material.source.chunks(&mut |chunk| tree.add(chunk))?;
            tree.finish()?;
        }
        Ok(())
    }
}

/// The files of one questionnaire. A workshop whose interviews come in one go has one file; where there is no room to
/// wait for more of them, it goes on in another.
struct Tree<'a, 'd> {
    table: &'a Table,
    folder: PathBuf,
    desk: &'d mut dyn Desk,
    columns: Vec<Column<'a>>,
    codebook: String,
    files: BTreeMap<Option<WorkshopId>, File>,
    /// How many files of each workshop are finished.
    parts: BTreeMap<Option<WorkshopId>, usize>,
    /// Counts chunks.
    turn: usize,
}

impl<'a, 'd> Tree<'a, 'd> {
    fn new(table: &'a Table, data: &str, desk: &'d mut dyn Desk) -> Self {
        let folder = Path::new(data).join(format!("questionnaire={}", table.key()));
        // The workshop is told by the folder.
        let kept = table.variables.iter().filter(|variable| variable.take != Take::Workshop);
        let columns = kept.map(|variable| Column::new(variable, table)).collect();
        let (files, parts) = (BTreeMap::new(), BTreeMap::new());
        Self { table, folder, desk, columns, codebook: codebook(table), files, parts, turn: 0 }
    }

    fn add(&mut self, chunk: &Chunk) -> Result<(), ExportFault> {
        self.turn += 1;
        let mut rows: BTreeMap<Option<WorkshopId>, Vec<usize>> = BTreeMap::new();
        for (row, workshop) in chunk.workshops.iter().enumerate() {
            rows.entry(*workshop).or_default().push(row);
        }
        let reader = Reader { table: self.table, chunk };
        for (workshop, rows) in rows {
            let file = self.files.entry(workshop).or_insert_with(|| File::new(&self.columns));
            file.add(&mut self.columns, &reader, &rows);
            file.used = self.turn;
            if file.gathered >= ROWS {
                self.close_group(workshop)?;
            }
        }
        self.bound()
    }

    /// Makes room while more is gathered, or more files are open, than should be: what was not met for the longest time
    /// is finished, and what is still being met is written as far as it is.
    fn bound(&mut self) -> Result<(), ExportFault> {
        let mut gathered: usize = self.files.values().map(|file| file.size + BESIDE).sum();
        let mut open = self.files.values().filter(|file| file.paper.is_some()).count();
        while gathered >= BYTES || open > OPEN {
            let crowded = gathered < BYTES;
            let candidates = self.files.iter().filter(|(_, file)| !crowded || file.paper.is_some());
            let Some((workshop, file)) = candidates.min_by_key(|(_, file)| (file.used, usize::MAX - file.size)) else {
                break;
            };
            let (workshop, size) = (*workshop, file.size);
            if file.used < self.turn || crowded {
                (gathered, open) = (gathered - size - BESIDE, open - usize::from(file.paper.is_some()));
                self.finish_file(workshop)?;
            } else if size == 0 {
                break;
            } else {
                (gathered, open) = (gathered - size, open + usize::from(file.paper.is_none()));
                self.close_group(workshop)?;
            }
        }
        Ok(())
    }

    fn close_group(&mut self, workshop: Option<WorkshopId>) -> Result<(), ExportFault> {
        let Some(file) = self.files.get_mut(&workshop) else { return Ok(()) };
        let mut paper = if let Some(paper) = file.paper.take() {
            paper
        } else {
            let part = self.parts.get(&workshop).copied().unwrap_or(0);
            let mut paper = self.desk.file(&place(&self.folder, self.table, workshop, part))?;
            paper.write_all(MAGIC)?;
            paper
        };
        file.close_group(&self.columns, &mut *paper)?;
        file.paper = Some(paper);
        Ok(())
    }

    fn finish_file(&mut self, workshop: Option<WorkshopId>) -> Result<(), ExportFault> {
        self.close_group(workshop)?;
        if let Some(mut file) = self.files.remove(&workshop) {
            *self.parts.entry(workshop).or_default() += 1;
            let metadata = Metadata { columns: &self.columns, codebook: &self.codebook, file: &file }.bytes();
            if let Some(paper) = &mut file.paper {
                paper.write_all(&metadata)?;
                paper.write_all(&u32::try_from(metadata.len()).unwrap_or(u32::MAX).to_le_bytes())?;
                paper.write_all(MAGIC)?;
                paper.flush()?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<(), ExportFault> {
        if self.files.is_empty() && self.parts.is_empty() {
            // Of no interview the columns are told all the same.
            self.files.insert(None, File::new(&self.columns));
        }
        let left: Vec<Option<WorkshopId>> = self.files.keys().copied().collect();
        left.into_iter().try_for_each(|workshop| self.finish_file(workshop))
    }
}

/// Where the interviews of a workshop are written.
fn place(folder: &Path, table: &Table, workshop: Option<WorkshopId>, part: usize) -> PathBuf {
    let key = workshop.map_or_else(|| NO_WORKSHOP.to_owned(), |id| table.workshop_key(id));
    let safe: String = key
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    folder.join(format!("workshop={safe}")).join(format!("part-{part}.parquet"))
}

/// One file being written.
struct File {
    /// None until the first row group is closed.
    paper: Option<Box<dyn Paper>>,
    columns: Vec<Gathered>,
    at: usize,
    gathered: usize,
    /// Bytes that are being kept.
    size: usize,
    rows: usize,
    groups: Vec<Group>,
    /// The turn in which it was met last.
    used: usize,
}

struct Group {
    rows: usize,
    chunks: Vec<Place>,
}

/// Where a column's pages of one row group stand.
struct Place {
    at: usize,
    data_at: usize,
    has_dictionary: bool,
    size: usize,
    nulls: usize,
}

impl File {
    fn new(columns: &[Column<'_>]) -> Self {
        let columns = columns.iter().map(Gathered::new).collect();
        Self { paper: None, columns, at: MAGIC.len(), gathered: 0, size: 0, rows: 0, groups: Vec::new(), used: 0 }
    }

    fn add(&mut self, columns: &mut [Column<'_>], reader: &Reader<'_>, rows: &[usize]) {
        for (gathered, column) in self.columns.iter_mut().zip(columns) {
            gathered.add(column, reader, rows);
        }
        self.gathered += rows.len();
        self.size = self.columns.iter().map(Gathered::size).sum();
    }

    fn close_group(&mut self, columns: &[Column<'_>], paper: &mut dyn Paper) -> Result<(), ExportFault> {
        if self.gathered == 0 {
            return Ok(());
        }
        let mut chunks = Vec::with_capacity(self.columns.len());
        for (gathered, column) in self.columns.iter_mut().zip(columns) {
            let pages = gathered.take_pages(column);
            paper.write_all(&pages.bytes)?;
            let (at, size) = (self.at, pages.bytes.len());
            chunks.push(Place {
                at,
                data_at: at + pages.data_at,
                has_dictionary: pages.has_dictionary,
                size,
                nulls: pages.nulls,
            });
            self.at += size;
        }
        self.groups.push(Group { rows: self.gathered, chunks });
        self.rows += std::mem::take(&mut self.gathered);
        self.size = 0;
        Ok(())
    }
}

/// What stands at the end of a file.
struct Metadata<'a> {
    columns: &'a [Column<'a>],
    codebook: &'a str,
    file: &'a File,
}

impl Metadata<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut to = Vec::new();
        let columns = i32::try_from(self.columns.len()).unwrap_or(i32::MAX);
        let elements: Vec<Option<&Column<'_>>> = std::iter::once(None).chain(self.columns.iter().map(Some)).collect();
        Struct::new(&mut to)
            .i32(1, 2)
            .structs(2, elements.iter(), |element, column| match column {
                None => element.text(4, "interview").i32(5, columns).end(),
                Some(column) => schema_element(element, column),
            })
            .i64(3, self.file.rows)
            .structs(4, self.file.groups.iter(), |element, group| self.group(element, group))
            .structs(5, [("kohesi", self.codebook)].iter(), |element, (key, value)| {
                element.text(1, key).text(2, value).end();
            })
            .text(6, concat!("kohesi version ", env!("CARGO_PKG_VERSION")))
            .end();
        to
    }

    fn group(&self, element: Struct<'_>, group: &Group) {
        let size = group.chunks.iter().map(|chunk| chunk.size).sum();
        let columns = self.columns.iter().zip(&group.chunks);
        element
            .structs(1, columns, |element, (column, place)| {
                element.i64(2, 0).inner(3, |metadata| chunk_metadata(metadata, column, place, group.rows)).end();
            })
            .i64(2, size)
            .i64(3, group.rows)
            .i64(5, group.chunks.first().map_or(0, |chunk| chunk.at))
            .i64(6, size)
            .end();
    }
}

fn chunk_metadata(metadata: Struct<'_>, column: &Column<'_>, place: &Place, rows: usize) {
    let encodings: &[i32] =
        if place.has_dictionary { &[pages::PLAIN, pages::RLE, pages::DICTIONARY] } else { &[pages::PLAIN, pages::RLE] };
    let metadata = metadata
        .i32(1, column.stored.types().0)
        .numbers(2, encodings)
        .texts(3, &[&column.variable.name])
        .i32(4, 0)
        .i64(5, rows)
        .i64(6, place.size)
        .i64(7, place.size)
        .i64(9, place.data_at);
    let metadata = if place.has_dictionary { metadata.i64(11, place.at) } else { metadata };
    metadata.inner(12, |statistics| statistics.i64(3, place.nulls).end()).end();
}

fn schema_element(element: Struct<'_>, column: &Column<'_>) {
    let (kind, converted) = column.stored.types();
    let element = element.i32(1, kind).i32(3, 1).text(4, &column.variable.name);
    let element = match converted {
        Some(converted) => element.i32(6, converted),
        None => element,
    };
    let integer = |element: Struct<'_>, bits: u8| element.byte(1, bits).boolean(2, true).end();
    let logical = |element: Struct<'_>| match column.stored {
        Stored::Int8 => element.inner(10, |one| integer(one, 8)).end(),
        Stored::Int16 => element.inner(10, |integers| integer(integers, 16)).end(),
        Stored::Int32 => element.inner(10, |integers| integer(integers, 32)).end(),
        Stored::Int64 => element.inner(10, |integers| integer(integers, 64)).end(),
        Stored::Date => element.empty(6).end(),
        Stored::Moment => {
            let unit = |unit: Struct<'_>| unit.empty(1).end();
            element.inner(8, |moment| moment.boolean(1, true).inner(2, unit).end()).end();
        }
        Stored::Text => element.empty(1).end(),
        Stored::Double => element.end(),
    };
    if column.stored == Stored::Double { element.end() } else { element.inner(10, logical).end() }
}

/// What the columns mean, as JSON, in every language.
fn codebook(table: &Table) -> String {
    let texts = |texts: &Texts| -> Value {
        let texts = table.languages.iter().zip(texts).map(|(tag, text)| (tag.to_string(), text.as_str().into()));
        Value::Object(texts.collect())
    };
    let mut variables = Map::new();
    for variable in &table.variables {
        let mut about = Map::new();
        about.insert("label".into(), texts(&variable.label));
        if let Some(item) = &variable.item {
            about.insert("item".into(), item.as_str().into());
        }
        if let Some(set) = table.set(variable) {
            about.insert("labels".into(), set.name.as_str().into());
        }
        if let Some(codes) = variable.missing {
            let missing = Missing::ALL.map(|reason| (reason.key().to_owned(), codes.of(reason).into()));
            about.insert("missing".into(), Value::Object(missing.into_iter().collect()));
        }
        variables.insert(variable.name.clone(), Value::Object(about));
    }
    let mut sets = Map::new();
    for set in &table.sets {
        let labels = set.labels.iter().map(|(code, _, label)| (code.to_string(), texts(label)));
        sets.insert(set.name.clone(), Value::Object(labels.collect()));
    }
    let missing = Missing::ALL.map(|reason| (reason.key().to_owned(), texts(table.missing(reason))));
    let versions = table
        .versions
        .iter()
        .map(|version| json!({ "version": version.version().as_str(), "hash": version.hash().to_string() }));
    let codebook = json!({
        "questionnaire": table.key(),
        "versions": versions.collect::<Vec<_>>(),
        "variables": variables,
        "labels": sets,
        "missing": Value::Object(missing.into_iter().collect()),
    });
    codebook.to_string()
}
