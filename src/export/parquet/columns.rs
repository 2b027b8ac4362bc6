use super::pages::{self, NULL, Pages};
use crate::export::cell::{Cell, Packed, Reader};
use crate::export::table::Table;
use crate::export::variable::{Missing, Shape, Take, Variable};
use crate::export::written;
use crate::interview::code;

/// How a column is kept in a Parquet file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stored {
    Int8,
    Int16,
    Int32,
    Int64,
    Double,
    Date,
    Moment,
    Text,
}

impl Stored {
    pub(super) fn of(variable: &Variable, table: &Table) -> Self {
        match &variable.shape {
            Shape::Coded(_) if codes(variable, table).iter().all(|code| i8::try_from(*code).is_ok()) => Self::Int8,
            Shape::Coded(_) => Self::Int16,
            Shape::Whole(range) => {
                let fits = |number: i64| i32::try_from(number).is_ok();
                let lowest = variable.missing.map_or(*range.start(), |codes| codes.of(Missing::NotApplicable));
                if fits(lowest) && fits(*range.end()) { Self::Int32 } else { Self::Int64 }
            }
            Shape::Decimal(..) => Self::Double,
            Shape::Day => Self::Date,
            Shape::Moment => Self::Moment,
            Shape::Text => Self::Text,
        }
    }

    /// Physical type and converted type, by the numbers Parquet has for them.
    pub(super) fn types(self) -> (i32, Option<i32>) {
        match self {
            Self::Int8 => (1, Some(15)),
            Self::Int16 => (1, Some(16)),
            Self::Int32 => (1, Some(17)),
            Self::Int64 => (2, Some(18)),
            Self::Double => (5, None),
            Self::Date => (1, Some(6)),
            Self::Moment => (2, Some(9)),
            Self::Text => (6, Some(0)),
        }
    }
}

/// Every code a column can have, from low to high.
fn codes(variable: &Variable, table: &Table) -> Vec<i32> {
    let labels = table.set(variable).map_or(&[][..], |set| &set.labels);
    let missing = variable.missing.into_iter().flat_map(|codes| Missing::ALL.map(|reason| codes.of(reason)));
    let missing = missing.filter_map(|code| i32::try_from(code).ok());
    let mut codes: Vec<i32> = labels.iter().map(|(code, ..)| i32::from(*code)).chain(missing).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// A column of a table, as every file of it has it.
pub(super) struct Column<'a> {
    pub(super) variable: &'a Variable,
    pub(super) stored: Stored,
    /// Every code it can have.
    codes: Vec<i32>,
    /// For each version, once it was met: where each packed code stands among them.
    prepared: Vec<Option<Box<[u16; 256]>>>,
}

impl<'a> Column<'a> {
    pub(super) fn new(variable: &'a Variable, table: &Table) -> Self {
        let prepared = table.versions.iter().map(|_| None).collect();
        Self { variable, stored: Stored::of(variable, table), codes: codes(variable, table), prepared }
    }
}

/// What is being gathered of a column for a row group of one file.
pub(super) enum Gathered {
    /// Places in the list of codes.
    Coded(Vec<u16>),
    /// Places in a list of texts of which there are few.
    Few { texts: Vec<String>, places: Vec<u16> },
    /// Values one after the other.
    Plain { bytes: Vec<u8>, present: Vec<bool> },
}

impl Gathered {
    pub(super) fn new(column: &Column<'_>) -> Self {
        match (&column.variable.shape, &column.variable.take) {
            (Shape::Coded(_), _) => Self::Coded(Vec::new()),
            (_, Take::Version | Take::WorkshopName | Take::Language) => {
                Self::Few { texts: Vec::new(), places: Vec::new() }
            }
            _ => Self::Plain { bytes: Vec::new(), present: Vec::new() },
        }
    }

    /// Bytes that are being kept.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Coded(places) | Self::Few { places, .. } => 2 * places.len(),
            Self::Plain { bytes, present } => bytes.len() + present.len(),
        }
    }

    /// Adds the interviews at these rows of a chunk.
    pub(super) fn add(&mut self, column: &mut Column<'_>, reader: &Reader<'_>, rows: &[usize]) {
        let each = rows.iter().copied();
        match self {
            Self::Coded(places) => add_codes(column, reader, rows, places),
            Self::Few { texts, places } => places.extend(each.map(|row| match reader.cell(column.variable, row) {
                Cell::Text(text) => {
                    let place = texts.iter().position(|known| *known == text).unwrap_or_else(|| {
                        texts.push(text.into_owned());
                        texts.len() - 1
                    });
                    u16::try_from(place).unwrap_or(NULL)
                }
                _ => NULL,
            })),
            Self::Plain { bytes, present } => {
                for row in each {
                    present.push(plain(column.variable, column.stored, reader, row, bytes));
                }
            }
        }
    }

    /// Its pages; afterwards it is empty.
    pub(super) fn take_pages(&mut self, column: &Column<'_>) -> Pages {
        match self {
            Self::Coded(places) => {
                let dictionary: Vec<u8> = column.codes.iter().flat_map(|code| code.to_le_bytes()).collect();
                let pages = pages::of_places(places, &dictionary, column.codes.len());
                places.clear();
                pages
            }
            Self::Few { texts, places } => {
                let mut dictionary = Vec::new();
                for text in texts.iter() {
                    put_text(&mut dictionary, text.as_bytes());
                }
                let pages = pages::of_places(places, &dictionary, texts.len());
                texts.clear();
                places.clear();
                pages
            }
            Self::Plain { bytes, present } => {
                let pages = pages::of_plain(bytes, present);
                bytes.clear();
                present.clear();
                pages
            }
        }
    }
}

fn add_codes(column: &mut Column<'_>, reader: &Reader<'_>, rows: &[usize], places: &mut Vec<u16>) {
    let Column { variable, codes, prepared, .. } = column;
    let prepared = prepared.get_mut(reader.chunk.version);
    let place_of = |code: i64| {
        let found = i32::try_from(code).ok().and_then(|code| codes.binary_search(&code).ok());
        found.and_then(|place| u16::try_from(place).ok()).unwrap_or(NULL)
    };
    let missing = |missing| variable.missing.map_or(NULL, |codes| place_of(codes.of(missing)));
    let slow = |row: usize| match reader.cell(variable, row) {
        Cell::Code(code) => place_of(code.into()),
        Cell::Missing(reason) => missing(reason),
        _ => NULL,
    };
    let item = reader.place_of(variable).filter(|_| variable.take == Take::Answer);
    let Some((item, prepared)) = item.zip(prepared) else {
        places.extend(rows.iter().copied().map(slow));
        return;
    };
    let of = prepared.get_or_insert_with(|| {
        let meanings = reader.by_code(variable).map_or([Packed::Nothing; 256], |(_, meanings)| meanings);
        Box::new(meanings.map(|meaning| match meaning {
            Packed::Code(code) => place_of(code.into()),
            Packed::Missing(reason) => missing(reason),
            Packed::Nothing | Packed::Skipped | Packed::Beside => NULL,
        }))
    });
    places.extend(rows.iter().map(|row| match reader.chunk.codes(*row)[usize::from(item)] {
        code::BESIDE => slow(*row),
        code => of[usize::from(code)],
    }));
}

/// Adds a value as it stands in a plain page; false where there is none.
fn plain(variable: &Variable, stored: Stored, reader: &Reader<'_>, row: usize, to: &mut Vec<u8>) -> bool {
    if variable.take == Take::Interview {
        to.extend_from_slice(&36u32.to_le_bytes());
        written::id(to, reader.chunk.ids[row]);
        return true;
    }
    let whole = |number: i64, to: &mut Vec<u8>| match stored {
        Stored::Int64 | Stored::Moment => to.extend_from_slice(&number.to_le_bytes()),
        // It was looked whether the numbers fit: the lower half says it all.
        _ => to.extend_from_slice(&number.to_le_bytes()[..4]),
    };
    match (reader.cell(variable, row), stored) {
        (Cell::Steps(steps), Stored::Double) => {
            let decimals = if let Shape::Decimal(decimals, _) = variable.shape { decimals } else { 0 };
            to.extend_from_slice(&(written::decimal(steps, decimals)).to_le_bytes());
        }
        (Cell::Missing(reason), Stored::Double) => match variable.missing {
            Some(codes) => to.extend_from_slice(&(written::double(codes.of(reason))).to_le_bytes()),
            None => return false,
        },
        (Cell::Missing(reason), Stored::Int32 | Stored::Int64) => match variable.missing {
            Some(codes) => whole(codes.of(reason), to),
            None => return false,
        },
        (Cell::Steps(number) | Cell::Moment(number), _) => whole(number, to),
        (Cell::Day(days), _) => whole(days.into(), to),
        (Cell::Text(text), _) => put_text(to, text.as_bytes()),
        _ => return false,
    }
    true
}

fn put_text(to: &mut Vec<u8>, text: &[u8]) {
    to.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.extend_from_slice(text);
}
