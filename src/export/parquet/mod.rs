//! Apache Parquet in the Hive layout: `questionnaire=…/workshop=…/part-0.parquet`. A column of codes is written as
//! places in its list of codes, in as few bits as they take; nothing is compressed beyond that.

mod columns;
mod pages;
mod thrift;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use self::columns::{Column, Stored};
use self::thrift::Struct;
use super::cell::Reader;
use super::table::Table;
use super::variable::{Missing, Take, Texts};
use super::{Chunk, ExportFault, Exporter, Material, Options, Out, Paper};
use crate::interview::WorkshopId;

/// Parquet.
pub(super) struct Parquet;

const MAGIC: &[u8] = b"PAR1";
/// Interviews of a row group.
const ROWS: usize = 120_000;
/// Bytes at which row groups are closed earlier.
const BYTES: usize = 48 << 20;
/// Files that are open at once.
const OPEN: usize = 256;
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
            let folder = Path::new(&to.places.data).join(format!("questionnaire={}", material.table.key()));
            let mut known = Workshops::default();
            loop {
                write_some(material, &folder, &mut known, to)?;
                if known.next() == 0 {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// The workshops of a tree: so many at once that their files may all be open.
#[derive(Default)]
struct Workshops {
    now: HashSet<Option<WorkshopId>>,
    later: BTreeSet<Option<WorkshopId>>,
    done: HashSet<Option<WorkshopId>>,
}

impl Workshops {
    /// Whether interviews of a workshop are written this time.
    fn is_now(&mut self, workshop: Option<WorkshopId>) -> bool {
        if self.now.contains(&workshop) {
            return true;
        }
        if self.done.contains(&workshop) || self.later.contains(&workshop) {
            return false;
        }
        if self.now.len() < OPEN { self.now.insert(workshop) } else { !self.later.insert(workshop) }
    }

    /// Turns to the next ones, and tells how many there are.
    fn next(&mut self) -> usize {
        self.done.extend(self.now.drain());
        while self.now.len() < OPEN
            && let Some(workshop) = self.later.pop_first()
        {
            self.now.insert(workshop);
        }
        self.now.len()
    }
}

/// Goes through all interviews and writes those whose workshop's turn it is.
fn write_some(
    material: &mut Material<'_>,
    folder: &Path,
    known: &mut Workshops,
    to: &mut Out<'_>,
) -> Result<(), ExportFault> {
    let table = material.table;
    let mut files: BTreeMap<Option<WorkshopId>, File<'_>> = BTreeMap::new();
    let desk = &mut *to.desk;
    material.source.chunks(&mut |chunk| {
        let mut rows: BTreeMap<Option<WorkshopId>, Vec<usize>> = BTreeMap::new();
        for (row, workshop) in chunk.workshops.iter().enumerate() {
            if known.is_now(*workshop) {
                rows.entry(*workshop).or_default().push(row);
            }
        }
        for (workshop, rows) in rows {
            let file = match files.entry(workshop) {
                Entry::Occupied(file) => file.into_mut(),
                Entry::Vacant(place) => place.insert(File::new(table, desk.file(&part(folder, table, workshop))?)?),
            };
            file.add(chunk, &rows)?;
        }
        bound(&mut files)
    })?;
    if files.is_empty() && known.done.is_empty() {
        // Of no interview the columns are told all the same.
        files.insert(None, File::new(table, desk.file(&part(folder, table, None))?)?);
    }
    files.values_mut().try_for_each(File::finish)
}

/// Closes row groups, the largest first, while more is gathered than should be.
fn bound(files: &mut BTreeMap<Option<WorkshopId>, File<'_>>) -> Result<(), ExportFault> {
    let mut gathered: usize = files.values().map(|file| file.size).sum();
    while gathered >= BYTES
        && let Some(largest) = files.values_mut().max_by_key(|file| file.size)
    {
        gathered -= largest.size;
        largest.close_group()?;
    }
    Ok(())
}

/// Where the interviews of a workshop are written.
fn part(folder: &Path, table: &Table, workshop: Option<WorkshopId>) -> PathBuf {
    let key = workshop.map_or_else(|| NO_WORKSHOP.to_owned(), |id| table.workshop_key(id));
    let safe: String = key
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    folder.join(format!("workshop={safe}")).join("part-0.parquet")
}

/// One file being written.
struct File<'a> {
    table: &'a Table,
    paper: Box<dyn Paper>,
    columns: Vec<Column<'a>>,
    at: usize,
    gathered: usize,
    /// Bytes that are being kept.
    size: usize,
    rows: usize,
    groups: Vec<Group>,
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

impl<'a> File<'a> {
    fn new(table: &'a Table, mut paper: Box<dyn Paper>) -> Result<Self, ExportFault> {
        paper.write_all(MAGIC)?;
        // The workshop is told by the folder.
        let kept = table.variables.iter().filter(|variable| variable.take != Take::Workshop);
        let columns = kept.map(|variable| Column::new(variable, table)).collect();
        Ok(Self { table, paper, columns, at: MAGIC.len(), gathered: 0, size: 0, rows: 0, groups: Vec::new() })
    }

    fn add(&mut self, chunk: &Chunk, rows: &[usize]) -> Result<(), ExportFault> {
        let reader = Reader { table: self.table, chunk };
        self.columns.iter_mut().for_each(|column| column.add(&reader, rows));
        self.gathered += rows.len();
        self.size = self.columns.iter().map(Column::size).sum();
        if self.gathered >= ROWS { self.close_group() } else { Ok(()) }
    }

    fn close_group(&mut self) -> Result<(), ExportFault> {
        if self.gathered == 0 {
            return Ok(());
        }
        let mut chunks = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let pages = column.take_pages();
            self.paper.write_all(&pages.bytes)?;
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

    fn finish(&mut self) -> Result<(), ExportFault> {
        self.close_group()?;
        let metadata = self.metadata();
        self.paper.write_all(&metadata)?;
        self.paper.write_all(&u32::try_from(metadata.len()).unwrap_or(u32::MAX).to_le_bytes())?;
        self.paper.write_all(MAGIC)?;
        self.paper.flush()?;
        Ok(())
    }

    fn metadata(&self) -> Vec<u8> {
        let mut to = Vec::new();
        let columns = i32::try_from(self.columns.len()).unwrap_or(i32::MAX);
        let elements: Vec<Option<&Column<'_>>> = std::iter::once(None).chain(self.columns.iter().map(Some)).collect();
        let codebook = codebook(self.table);
        Struct::new(&mut to)
            .i32(1, 2)
            .structs(2, elements.iter(), |element, column| match column {
                None => element.text(4, "interview").i32(5, columns).end(),
                Some(column) => schema_element(element, column),
            })
            .i64(3, self.rows)
            .structs(4, self.groups.iter(), |element, group| self.group(element, group))
            .structs(5, [("kohesi", codebook)].iter(), |element, (key, value)| {
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
