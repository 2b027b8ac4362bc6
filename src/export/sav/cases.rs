use super::column::Column;
use super::dictionary::{BIAS, SYSTEM_MISSING};
use crate::export::Chunk;
use crate::export::cell::{Cell, Packed, Reader};
use crate::export::table::Table;
use crate::export::variable::{Shape, Take, Variable};
use crate::export::written;

/// Bytecodes of what is no small number.
const END: u8 = 252;
const LITERAL: u8 = 253;
const SPACES: u8 = 254;
const MISSING: u8 = 255;

/// Seconds from 1582-10-14, from which SPSS counts, to 1970-01-01.
const EPOCH: f64 = 12_219_379_200.0;

/// Interviews as compressed cases: eight bytecodes, then what they do not say themselves.
pub(super) struct Cases<'a> {
    table: &'a Table,
    columns: &'a [Column<'a>],
    prepared: Vec<Option<Vec<Option<Coded>>>>,
    block: Block,
    /// How many were added.
    pub(super) count: usize,
}

/// The bytecode of a small whole number.
fn small(number: f64) -> Option<u8> {
    let biased = number + f64::from(BIAS);
    let is_small = number.fract() == 0.0 && (1.0..=251.0).contains(&biased);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a whole number from 1 to 251")]
    is_small.then_some(biased as u8)
}

/// The bytecode of each packed code of the item at a place.
struct Coded {
    place: usize,
    of: Box<[u8; 256]>,
}

#[derive(Default)]
struct Block {
    codes: [u8; 8],
    used: usize,
    literals: Vec<u8>,
}

impl Block {
    fn put(&mut self, code: u8, to: &mut Vec<u8>) {
        self.codes[self.used] = code;
        self.used += 1;
        if self.used == self.codes.len() {
            self.close(to);
        }
    }

    fn literal(&mut self, bytes: &[u8], to: &mut Vec<u8>) {
        self.literals.extend_from_slice(bytes);
        self.literals.resize(self.literals.len() + 8 - bytes.len(), b' ');
        self.put(LITERAL, to);
    }

    fn number(&mut self, number: f64, to: &mut Vec<u8>) {
        if let Some(small) = small(number) {
            self.put(small, to);
        } else if number == SYSTEM_MISSING {
            self.put(MISSING, to);
        } else {
            self.literals.extend_from_slice(&number.to_le_bytes());
            self.put(LITERAL, to);
        }
    }

    /// A text of so many bytes, and spaces to the end of its last 8.
    fn text(&mut self, text: &[u8], width: usize, to: &mut Vec<u8>) {
        for place in 0..width.div_ceil(8) {
            let part = text.get(place * 8..).unwrap_or_default();
            let part = &part[..part.len().min(8)];
            if part.iter().all(|byte| *byte == b' ') { self.put(SPACES, to) } else { self.literal(part, to) }
        }
    }

    fn close(&mut self, to: &mut Vec<u8>) {
        to.extend_from_slice(&self.codes);
        to.extend_from_slice(&self.literals);
        self.codes = [0; 8];
        self.used = 0;
        self.literals.clear();
    }
}

impl<'a> Cases<'a> {
    pub(super) fn new(table: &'a Table, columns: &'a [Column<'a>]) -> Self {
        let prepared = table.versions.iter().map(|_| None).collect();
        Self { table, columns, prepared, block: Block::default(), count: 0 }
    }

    pub(super) fn add(&mut self, chunk: &Chunk, to: &mut Vec<u8>) {
        let reader = Reader { table: self.table, chunk };
        let prepared = match self.prepared.get_mut(chunk.version).map(Option::take) {
            Some(Some(prepared)) => prepared,
            _ => self.columns.iter().map(|column| coded(&reader, column.variable)).collect(),
        };
        for row in 0..chunk.len() {
            let codes = chunk.codes(row);
            for (column, coded) in self.columns.iter().zip(&prepared) {
                let known = coded.as_ref().map(|by_code| by_code.of[usize::from(codes[by_code.place])]);
                match known {
                    Some(bytecode @ 1..) => self.block.put(bytecode, to),
                    _ => self.cell(&reader, column, row, to),
                }
            }
        }
        self.count += chunk.len();
        if let Some(place) = self.prepared.get_mut(chunk.version) {
            *place = Some(prepared);
        }
    }

    pub(super) fn finish(&mut self, to: &mut Vec<u8>) {
        self.block.put(END, to);
        if self.block.used > 0 {
            self.block.close(to);
        }
    }

    fn cell(&mut self, reader: &Reader<'_>, column: &Column<'_>, row: usize, to: &mut Vec<u8>) {
        let variable = column.variable;
        if variable.take == Take::Interview {
            let mut id = Vec::with_capacity(36);
            written::id(&mut id, reader.chunk.ids[row]);
            self.block.text(&id, id.len(), to);
            return;
        }
        let cell = reader.cell(variable, row);
        if column.width.is_some() {
            let text = if let Cell::Text(text) = &cell { text.as_bytes() } else { &[] };
            self.text(column, text, to);
        } else {
            self.block.number(number(variable, &cell), to);
        }
    }

    fn text(&mut self, column: &Column<'_>, text: &[u8], to: &mut Vec<u8>) {
        let segments = column.segments();
        if let [width] = segments.as_slice() {
            self.block.text(text, *width, to);
            return;
        }
        for (segment, width) in segments.into_iter().enumerate() {
            // A segment keeps 255 bytes in the room of 256.
            let part = text.get(segment * 255..).unwrap_or_default();
            self.block.text(&part[..part.len().min(255)], width, to);
        }
    }
}

fn coded(reader: &Reader<'_>, variable: &Variable) -> Option<Coded> {
    let (place, meanings) = reader.by_code(variable)?;
    let mut of = Box::new([0; 256]);
    for (meaning, bytecode) in meanings.into_iter().zip(of.iter_mut()) {
        let code = match meaning {
            Packed::Beside => continue,
            Packed::Nothing | Packed::Skipped => {
                *bytecode = MISSING;
                continue;
            }
            Packed::Code(code) => i64::from(code),
            Packed::Missing(missing) => variable.missing.map_or(i64::MIN, |codes| codes.of(missing)),
        };
        // What does not fit in a byte stays 0, and is looked up.
        *bytecode = u8::try_from(code.saturating_add(i64::from(BIAS))).ok().filter(|byte| *byte < END).unwrap_or(0);
    }
    Some(Coded { place, of })
}

/// A numeric cell.
fn number(variable: &Variable, cell: &Cell<'_>) -> f64 {
    match cell {
        Cell::Nothing | Cell::Skipped | Cell::Text(_) => SYSTEM_MISSING,
        Cell::Missing(missing) => variable.missing.map_or(SYSTEM_MISSING, |codes| written::double(codes.of(*missing))),
        Cell::Code(code) => f64::from(*code),
        Cell::Steps(steps) => match variable.shape {
            // The quotient of two whole doubles is the double closest to the decimal number.
            Shape::Decimal(decimals, _) => written::decimal(*steps, decimals),
            _ => written::double(*steps),
        },
        Cell::Day(days) => f64::from(*days) * 86_400.0 + EPOCH,
        Cell::Moment(unix_ms) => written::double(*unix_ms) / 1_000.0 + EPOCH,
    }
}
