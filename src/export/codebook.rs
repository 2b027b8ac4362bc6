//! What every column means, as a table: what was asked, in each language, the labels of codes, what is missing, and
//! wordings that changed between versions.

use std::io::Write;

use super::table::Table;
use super::variable::{Missing, MissingCodes, Shape, Take, Variable};
use super::written;
use super::{ExportFault, Exporter, Material, Options, Out};
use crate::questionnaire::Keying;
use crate::text::Tag;

/// The codebook alone.
pub(super) struct Codebook;

impl Exporter for Codebook {
    fn name(&self) -> &'static str {
        "codebook"
    }

    fn ending(&self) -> &'static str {
        "csv"
    }

    fn takes_several(&self) -> bool {
        true
    }

    fn write(&self, materials: &mut [Material<'_>], _: &Options, to: &mut Out<'_>) -> Result<(), ExportFault> {
        let tables: Vec<&Table> = materials.iter().map(|material| material.table).collect();
        let path = to.places.data.clone();
        write(&tables, to, &path)
    }
}

/// Writes the codebook of these tables.
pub(super) fn write(tables: &[&Table], to: &mut Out<'_>, path: &str) -> Result<(), ExportFault> {
    let mut bytes = Vec::new();
    for line in lines(tables) {
        written::line(&mut bytes, &line);
    }
    let mut paper = to.desk.file(path.as_ref())?;
    paper.write_all(&bytes)?;
    paper.flush()?;
    Ok(())
}

/// The columns before the texts.
const HEAD: [&str; 12] = [
    "questionnaire",
    "variable",
    "about",
    "code",
    "key",
    "item",
    "type",
    "measure",
    "labels",
    "aspect",
    "keying",
    "version",
];

/// One line of a codebook, without its texts.
#[derive(Default)]
struct Line<'a> {
    variable: &'a str,
    about: &'a str,
    code: String,
    key: &'a str,
    item: &'a str,
    kind: &'a str,
    measure: &'a str,
    labels: &'a str,
    aspect: &'a str,
    keying: &'a str,
    version: &'a str,
}

/// The codebook's lines, the first with the names of its columns.
pub(super) fn lines(tables: &[&Table]) -> Vec<Vec<String>> {
    let mut languages: Vec<&Tag> = Vec::new();
    for tag in tables.iter().flat_map(|table| &table.languages) {
        if !languages.contains(&tag) {
            languages.push(tag);
        }
    }
    let texts = languages.iter().map(|tag| format!("text_{tag}"));
    let mut lines = vec![HEAD.iter().map(ToString::to_string).chain(texts).collect()];
    for table in tables {
        let mut book = Book { table, languages: &languages, lines: &mut lines };
        book.questionnaire();
        table.variables.iter().for_each(|variable| book.variable(variable));
    }
    lines
}

struct Book<'a> {
    table: &'a Table,
    languages: &'a [&'a Tag],
    lines: &'a mut Vec<Vec<String>>,
}

impl Book<'_> {
    fn add(&mut self, line: Line<'_>, texts: &[String]) {
        let text = |tag: &&Tag| {
            let place = self.table.languages.iter().position(|known| known == *tag);
            place.and_then(|place| texts.get(place)).cloned().unwrap_or_default()
        };
        let Line { variable, about, code, key, item, kind, measure, labels, aspect, keying, version } = line;
        let cells =
            [self.table.key(), variable, about, &code, key, item, kind, measure, labels, aspect, keying, version];
        let line = cells.into_iter().map(str::to_owned).chain(self.languages.iter().map(text)).collect();
        self.lines.push(line);
    }

    fn questionnaire(&mut self) {
        for version in &self.table.versions {
            let title: Vec<String> =
                self.table.languages.iter().map(|tag| version.title().get(tag).to_string()).collect();
            let hash = version.hash().to_string();
            let line =
                Line { about: "questionnaire", key: &hash, version: version.version().as_str(), ..Line::default() };
            self.add(line, &title);
        }
        self.add(Line { about: "sample", ..Line::default() }, &self.table.sample);
    }

    fn variable(&mut self, variable: &Variable) {
        let name = variable.name.as_str();
        let set = self.table.set(variable);
        let aspect = variable.counts.as_ref().map_or("", |(aspect, _)| aspect.as_str());
        self.add(
            Line {
                variable: name,
                about: "variable",
                item: variable.item.as_deref().unwrap_or_default(),
                kind: kind(&variable.shape),
                measure: variable.measure.name(),
                labels: set.map_or("", |set| set.name.as_str()),
                aspect,
                keying: match variable.counts {
                    Some((_, Keying::Direct)) => "direct",
                    Some((_, Keying::Reversed)) => "reversed",
                    None => "",
                },
                ..Line::default()
            },
            &variable.label,
        );
        for (code, key, texts) in set.into_iter().flat_map(|set| &set.labels) {
            self.add(Line { variable: name, about: "value", code: code.to_string(), key, ..Line::default() }, texts);
        }
        if let Some(codes) = variable.missing {
            self.missing(variable, codes);
        }
        for (version, texts) in &variable.wordings {
            self.add(Line { variable: name, about: "wording", version, ..Line::default() }, texts);
        }
    }

    fn missing(&mut self, variable: &Variable, codes: MissingCodes) {
        let name = variable.name.as_str();
        for missing in Missing::ALL {
            let (code, key) = (codes.of(missing).to_string(), missing.key());
            let about = if variable.take == Take::Why { "value" } else { "missing" };
            self.add(Line { variable: name, about, code, key, ..Line::default() }, self.table.missing(missing));
        }
        if variable.take != Take::Why {
            self.add(Line { variable: name, about: "missing", key: "skipped", ..Line::default() }, &self.table.skipped);
        }
    }
}

/// What the values of a column are, as the codebook says it.
fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Coded(_) => "code",
        Shape::Whole(_) => "integer",
        Shape::Decimal(..) => "decimal",
        Shape::Day => "date",
        Shape::Moment => "datetime",
        Shape::Text => "text",
    }
}
