//! SPSS system files (.sav), as PSPP's "System File Format" describes them: compressed by bytecode, in UTF-8, values
//! labelled in one language.
//!
//! Don't know, declined and not applicable are user-missing codes; left empty is system-missing.

mod cases;
mod column;
mod dictionary;

use std::io::{Seek, SeekFrom, Write};

use self::cases::Cases;
use super::cell::{Cell, Reader};
use super::table::Table;
use super::variable::{Shape, Take};
use super::{ExportFault, Exporter, Material, Options, Out, Source};

/// SPSS.
pub(super) struct Sav;

impl Exporter for Sav {
    fn name(&self) -> &'static str {
        "sav"
    }

    fn write(&self, materials: &mut [Material<'_>], options: &Options, to: &mut Out<'_>) -> Result<(), ExportFault> {
        for material in materials {
            let table = material.table;
            let language = table.language(options.tag());
            let widths = widths(table, material.source)?;
            let columns = column::columns(table, &widths);
            let mut paper = to.desk.file(to.places.data.as_ref())?;
            let head = dictionary::Dictionary { table, columns: &columns, language }.bytes();
            paper.write_all(&head.bytes)?;
            let mut cases = Cases::new(table, &columns);
            let mut bytes = Vec::with_capacity(1 << 20);
            material.source.chunks(&mut |chunk| {
                cases.add(chunk, &mut bytes);
                paper.write_all(&bytes)?;
                bytes.clear();
                Ok(())
            })?;
            cases.finish(&mut bytes);
            paper.write_all(&bytes)?;
            for place in head.counts {
                paper.seek(SeekFrom::Start(place.at))?;
                if place.wide {
                    paper.write_all(&i64::try_from(cases.count).unwrap_or(-1).to_le_bytes())?;
                } else {
                    paper.write_all(&i32::try_from(cases.count).unwrap_or(-1).to_le_bytes())?;
                }
            }
            paper.flush()?;
        }
        Ok(())
    }
}

/// For each column the bytes of its longest text; 0 for those that are no texts. A text an interview has is measured
/// first, because a column is as wide as its longest one and a questionnaire allows thousands of characters.
fn widths(table: &Table, source: &mut dyn Source) -> Result<Vec<usize>, ExportFault> {
    let mut widths = vec![0; table.variables.len()];
    let is_text = |variable: &super::Variable| variable.shape == Shape::Text && variable.take != Take::Interview;
    let texts: Vec<(usize, &super::Variable)> =
        table.variables.iter().enumerate().filter(|(_, variable)| is_text(variable)).collect();
    for (place, variable) in table.variables.iter().enumerate().filter(|(_, variable)| variable.shape == Shape::Text) {
        widths[place] = if variable.take == Take::Interview { 36 } else { 1 };
    }
    let items = texts.iter().any(|(_, variable)| variable.item.is_some());
    for (place, variable) in &texts {
        widths[*place] = known_width(table, &variable.take).unwrap_or(1).max(1);
    }
    if !items {
        return Ok(widths);
    }
    let texts: Vec<_> = texts.into_iter().filter(|(_, variable)| variable.item.is_some()).collect();
    source.chunks(&mut |chunk| {
        let reader = Reader { table, chunk };
        for (place, variable) in &texts {
            for row in 0..chunk.len() {
                if let Cell::Text(text) = reader.cell(variable, row) {
                    widths[*place] = widths[*place].max(text.len());
                }
            }
        }
        Ok(())
    })?;
    Ok(widths)
}

/// The longest text of a column that is no item's.
fn known_width(table: &Table, take: &Take) -> Option<usize> {
    match take {
        Take::Version => table.versions.iter().map(|version| version.version().len()).max(),
        // A UUID, or a key that is shorter.
        Take::Workshop => table.workshops.values().map(|workshop| workshop.key.len()).chain([36]).max(),
        Take::WorkshopName => {
            table.workshops.values().filter_map(|workshop| workshop.name.as_ref()).map(String::len).max()
        }
        // The longest language tag (RFC 5646, section 4.4.1).
        Take::Language => Some(35),
        _ => None,
    }
}
