//! CSV as RFC 4180 has it: UTF-8, `\n`, codes or labels, and a Frictionless data package beside it.

use std::io::Write;

use super::cell::{Cell, Packed, Reader};
use super::datapackage;
use super::table::Table;
use super::variable::{Missing, Shape, Take, Variable};
use super::written::{self, Moments};
use super::{Chunk, ExportFault, Exporter, Labels, Material, Options, Out, Places};
use crate::interview::WorkshopId;
use crate::interview::code::BESIDE;
use crate::questionnaire::written_steps;

/// Comma-separated values.
pub(super) struct Csv;

impl Exporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn beside(&self, places: &Places) -> Vec<String> {
        vec![places.package.clone()]
    }

    fn write(&self, materials: &mut [Material<'_>], options: &Options, to: &mut Out<'_>) -> Result<(), ExportFault> {
        for material in materials {
            let mut paper = to.desk.file(to.places.data.as_ref())?;
            let mut lines = Lines::new(material.table, options);
            let mut bytes = Vec::with_capacity(1 << 20);
            if options.bom {
                bytes.extend_from_slice("\u{feff}".as_bytes());
            }
            let names: Vec<&str> = material.table.variables.iter().map(|variable| variable.name.as_str()).collect();
            written::line(&mut bytes, &names);
            material.source.chunks(&mut |chunk| {
                lines.add(chunk, &mut bytes);
                paper.write_all(&bytes)?;
                bytes.clear();
                Ok(())
            })?;
            paper.write_all(&bytes)?;
            paper.flush()?;
            let package = datapackage::of(material.table, options, &to.places.data);
            let mut paper = to.desk.file(to.places.package.as_ref())?;
            paper.write_all(&package)?;
            paper.flush()?;
        }
        Ok(())
    }
}

/// Interviews as lines.
struct Lines<'a> {
    table: &'a Table,
    /// The language of labels; none where codes are written.
    labels: Option<usize>,
    /// For each version, once it was met: how its columns are written.
    prepared: Vec<Option<Vec<Column>>>,
    moments: Moments,
}

/// For each packed code at most eight bytes, and how many of them count.
type ShortTexts = [([u8; 8], u8); 256];

/// How a column is written in one version, the comma before it among its bytes.
enum Column {
    /// By the packed code of the item at this place alone: the first bytes of eight.
    Short { place: usize, of: Box<ShortTexts> },
    /// The same of longer texts: where each code's bytes stand in all of them.
    Coded { place: usize, text: Vec<u8>, of: Box<[(u32, u32); 256]> },
    /// The same for every interview.
    Same(Vec<u8>),
    /// By the workshop: those of one mostly follow each other.
    Workshop { last: Option<WorkshopId>, text: Vec<u8> },
    /// Otherwise.
    Other,
}

impl<'a> Lines<'a> {
    fn new(table: &'a Table, options: &Options) -> Self {
        let labels = match &options.labels {
            Labels::Codes => None,
            Labels::In(tag) => Some(table.language(tag)),
        };
        Self { table, labels, prepared: table.versions.iter().map(|_| None).collect(), moments: Moments::default() }
    }

    fn add(&mut self, chunk: &Chunk, to: &mut Vec<u8>) {
        let reader = Reader { table: self.table, chunk };
        let mut columns = match self.prepared.get_mut(chunk.version).map(Option::take) {
            Some(Some(columns)) => columns,
            _ => self.table.variables.iter().map(|variable| self.prepare(&reader, variable)).collect(),
        };
        for row in 0..chunk.len() {
            let codes = chunk.codes(row);
            for (variable, column) in self.table.variables.iter().zip(&mut columns) {
                match column {
                    Column::Short { place, of } if codes[*place] != BESIDE => {
                        // Eight bytes are written as quickly as one.
                        let (bytes, length) = &of[usize::from(codes[*place])];
                        to.extend_from_slice(bytes);
                        to.truncate(to.len() - bytes.len() + usize::from(*length));
                    }
                    Column::Coded { place, text, of } if codes[*place] != BESIDE => {
                        let (from, until) = of[usize::from(codes[*place])];
                        to.extend_from_slice(&text[from as usize..until as usize]);
                    }
                    Column::Same(text) => to.extend_from_slice(text),
                    Column::Workshop { last, text } => {
                        let workshop = chunk.workshops[row];
                        if text.is_empty() || *last != workshop {
                            *last = workshop;
                            text.clear();
                            self.cell(&reader, variable, row, text);
                        }
                        to.extend_from_slice(text);
                    }
                    _ => self.cell(&reader, variable, row, to),
                }
            }
            to.push(b'\n');
        }
        if let Some(place) = self.prepared.get_mut(chunk.version) {
            *place = Some(columns);
        }
    }

    fn prepare(&self, reader: &Reader<'_>, variable: &Variable) -> Column {
        match variable.take {
            Take::Version => {
                let mut text = vec![b','];
                self.put(variable, &reader.cell(variable, 0), &mut Moments::default(), &mut text);
                return Column::Same(text);
            }
            Take::Workshop | Take::WorkshopName => return Column::Workshop { last: None, text: Vec::new() },
            _ => {}
        }
        let Some((place, meanings)) = reader.by_code(variable) else { return Column::Other };
        let mut text = Vec::new();
        let mut of = Box::new([(0, 0); 256]);
        let end = |text: &Vec<u8>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        for (meaning, place) in meanings.into_iter().zip(of.iter_mut()) {
            let from = end(&text);
            text.push(b',');
            let cell = match meaning {
                Packed::Code(code) => Cell::Code(code),
                Packed::Missing(missing) => Cell::Missing(missing),
                Packed::Skipped => Cell::Skipped,
                Packed::Nothing | Packed::Beside => Cell::Nothing,
            };
            self.put(variable, &cell, &mut Moments::default(), &mut text);
            *place = (from, end(&text));
        }
        short(&text, &of).map_or(Column::Coded { place, text, of }, |of| Column::Short { place, of })
    }

    fn cell(&mut self, reader: &Reader<'_>, variable: &Variable, row: usize, to: &mut Vec<u8>) {
        if variable.take == Take::Interview {
            // The first column.
            written::id(to, reader.chunk.ids[row]);
            return;
        }
        to.push(b',');
        let mut moments = std::mem::take(&mut self.moments);
        self.put(variable, &reader.cell(variable, row), &mut moments, to);
        self.moments = moments;
    }

    fn put(&self, variable: &Variable, cell: &Cell<'_>, moments: &mut Moments, to: &mut Vec<u8>) {
        match (cell, self.labels) {
            (Cell::Nothing, Some(language)) if has_words(variable) => {
                written::cell(to, &self.table.not_asked[language]);
            }
            (Cell::Skipped, Some(language)) if has_words(variable) => written::cell(to, &self.table.skipped[language]),
            (Cell::Nothing | Cell::Skipped, _) => {}
            (Cell::Missing(missing), Some(language)) if variable.missing.is_some() => {
                written::cell(to, &self.table.missing(*missing)[language]);
            }
            (Cell::Missing(missing), _) => {
                if let Some(codes) = variable.missing {
                    written::whole(to, codes.of(*missing));
                }
            }
            (Cell::Code(code), None) => written::whole(to, i64::from(*code)),
            (Cell::Code(code), Some(language)) => written::cell(to, label(self.table, variable, *code, language)),
            (Cell::Steps(steps), _) => match variable.shape {
                Shape::Decimal(decimals, _) => to.extend_from_slice(written_steps(*steps, decimals, '.').as_bytes()),
                _ => written::whole(to, *steps),
            },
            (Cell::Day(day), _) => to.extend_from_slice(written::date(*day).as_bytes()),
            (Cell::Moment(unix_ms), _) => moments.write(to, *unix_ms),
            (Cell::Text(text), _) => written::cell(to, text),
        }
    }
}

/// The texts of all codes, where none is longer than eight bytes.
fn short(text: &[u8], of: &[(u32, u32); 256]) -> Option<Box<ShortTexts>> {
    let mut short = Box::new([([0; 8], 0); 256]);
    for ((from, until), (bytes, length)) in of.iter().zip(short.iter_mut()) {
        let text = text.get(*from as usize..*until as usize)?;
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        *length = u8::try_from(text.len()).ok()?;
    }
    Some(short)
}

/// Whether an answer that is missing is told by a word in a file of labels: it is where no column beside says why.
fn has_words(variable: &Variable) -> bool {
    variable.missing.is_some() && variable.take != Take::Why
}

/// The label of a code, of a missing one too; empty where it has none.
pub(super) fn label<'a>(table: &'a Table, variable: &Variable, code: i16, language: usize) -> &'a str {
    let labels = table.set(variable).map_or(&[][..], |set| &set.labels);
    let known = labels.iter().find(|(known, ..)| *known == code).map(|(.., texts)| texts);
    let missing = || {
        let codes = variable.missing?;
        let missing = Missing::ALL.into_iter().find(|missing| codes.of(*missing) == i64::from(code))?;
        Some(table.missing(missing))
    };
    known.or_else(missing).and_then(|texts| texts.get(language)).map_or("", String::as_str)
}
