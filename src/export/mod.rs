//! Finished interviews to files that other programs read. Each format is one file and one line of [`ALL`].
//!
//! A [`Table`] says which columns a questionnaire's versions have together; a [`Source`] gives the interviews in
//! chunks, in a fixed order, as often as a format asks; a [`Desk`] takes the bytes. Nothing here touches a disk, and
//! the same interviews give the same bytes.

mod cell;
mod chunk;
mod codebook;
mod csv;
mod datapackage;
mod events;
mod fault;
mod join;
mod json;
mod names;
mod parquet;
mod sav;
mod scores;
mod speakers;
mod summary;
mod table;
mod variable;
mod written;
mod xlsx;

use std::io::{Seek, Write};
use std::path::Path;

pub use cell::{Cell, Packed, Reader};
pub use chunk::{Chunk, Row};
pub use events::write as write_events;
pub use fault::ExportFault;
pub use json::schema;
pub use speakers::Speakers;
pub use table::{Table, Workshop};
pub use variable::{LabelSet, Measure, Missing, MissingCodes, Shape, Take, Texts, Variable, mode_code};

use crate::interview::Interview;

/// What bytes are written to; some formats go back to fill in a count.
pub trait Paper: Write + Seek + Send {}
impl<T: Write + Seek + Send> Paper for T {}

/// Where an export's files go. They come to be together or not at all.
pub trait Desk {
    /// A new file; its path is relative to where the export goes.
    ///
    /// # Errors
    /// What the system says.
    fn file(&mut self, path: &Path) -> Result<Box<dyn Paper>, ExportFault>;
}

/// What is called for each interview.
pub type TakeInterview<'t> = dyn FnMut(&Interview) -> Result<(), ExportFault> + 't;

/// The interviews of a table.
pub trait Source {
    /// Gives every interview once, in the order of their identities, in chunks of one version.
    ///
    /// # Errors
    /// What `take` or the store says.
    fn chunks(&mut self, take: &mut dyn FnMut(&Chunk) -> Result<(), ExportFault>) -> Result<(), ExportFault>;

    /// Gives every interview once with its history, in the same order.
    ///
    /// # Errors
    /// What `take` or the store says.
    fn interviews(&mut self, take: &mut TakeInterview<'_>) -> Result<(), ExportFault>;
}

/// What is written in place of an answer that was picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labels {
    /// Codes.
    Codes,
    /// Labels in this language.
    In(String),
}

/// What an export is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Codes or labels.
    pub labels: Labels,
    /// The language of labels where a format has codes and labels, and but one language.
    pub language: String,
    /// Whether CSV begins with a byte order mark.
    pub bom: bool,
}

impl Options {
    /// The language of labels.
    #[must_use]
    pub fn tag(&self) -> &str {
        match &self.labels {
            Labels::Codes => &self.language,
            Labels::In(tag) => tag,
        }
    }
}

/// Where the files of one export lie, relative to where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The data; of [`Exporter::is_tree`] the folder.
    pub data: String,
    /// What the names of the files beside it begin with.
    pub stem: String,
    /// Name of the description of a CSV file.
    pub package: String,
}

impl Places {
    /// Name of the codebook beside the data.
    #[must_use]
    pub fn codebook(&self) -> String {
        format!("{}codebook.csv", self.stem)
    }

    /// Name of the history beside the data.
    #[must_use]
    pub fn events(&self) -> String {
        format!("{}events.csv", self.stem)
    }
}

/// A format.
pub trait Exporter: Sync {
    /// Its name, as it is asked for.
    fn name(&self) -> &'static str;

    /// Ending of its file, without the dot.
    fn ending(&self) -> &'static str {
        self.name()
    }

    /// Whether it is a folder of files rather than one.
    fn is_tree(&self) -> bool {
        false
    }

    /// Names of further files that belong beside it.
    fn beside(&self, _: &Places) -> Vec<String> {
        Vec::new()
    }

    /// Whether one file may have several questionnaires.
    fn takes_several(&self) -> bool {
        false
    }

    /// Writes the data of each table and what belongs beside them; the codebook is written by [`export`].
    ///
    /// # Errors
    /// What the source or the desk says, or that the format has no room for so much.
    fn write(&self, materials: &mut [Material<'_>], options: &Options, to: &mut Out<'_>) -> Result<(), ExportFault>;
}

/// A table and its interviews.
pub struct Material<'a> {
    /// The table.
    pub table: &'a Table,
    /// Its interviews.
    pub source: &'a mut dyn Source,
}

/// Where a format writes.
pub struct Out<'a> {
    /// Takes the files.
    pub desk: &'a mut dyn Desk,
    /// Their names.
    pub places: &'a Places,
    /// The interface's words.
    pub speakers: &'a Speakers,
    /// Where a format that has to may lay unnamed files aside; none where there is no such place.
    pub scratch: Option<&'a Path>,
}

/// Every format. To add one: a file here and a line.
pub const ALL: [&dyn Exporter; 6] =
    [&csv::Csv, &xlsx::Xlsx, &sav::Sav, &parquet::Parquet, &json::Json, &codebook::Codebook];

/// The names of every file of an export that is no tree.
#[must_use]
pub fn names(exporter: &dyn Exporter, places: &Places, events: bool) -> Vec<String> {
    let mut names = vec![places.data.clone()];
    names.extend(exporter.beside(places));
    if exporter.name() != codebook::Codebook.name() {
        names.push(places.codebook());
    }
    if events {
        names.push(places.events());
    }
    names
}

/// Writes an export: the data, their codebook, and their history where `events` asks for it.
///
/// # Errors
/// As [`Exporter::write`].
pub fn export(
    exporter: &dyn Exporter,
    materials: &mut [Material<'_>],
    options: &Options,
    events: bool,
    to: &mut Out<'_>,
) -> Result<(), ExportFault> {
    exporter.write(materials, options, to)?;
    if exporter.name() != codebook::Codebook.name() {
        let tables: Vec<&Table> = materials.iter().map(|material| material.table).collect();
        codebook::write(&tables, to, &to.places.codebook())?;
    }
    if events {
        let mut paper = to.desk.file(to.places.events().as_ref())?;
        events::write(materials, &mut paper)?;
        paper.flush()?;
    }
    Ok(())
}
