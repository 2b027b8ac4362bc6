use super::column::Column;
use crate::export::table::Table;
use crate::export::variable::{Measure, Missing, MissingCodes, Shape, Take};
use crate::export::written;

/// The most bytes of a variable label, of a value label, and of the file's own.
const VARIABLE_LABEL: usize = 256;
const VALUE_LABEL: usize = 120;
const FILE_LABEL: usize = 64;

/// The largest finite negative number: "no value".
pub(super) const SYSTEM_MISSING: f64 = f64::MIN;
/// What is subtracted from a byte to get the small number it stands for.
pub(super) const BIAS: i16 = 100;

/// Everything of a system file before its cases.
pub(super) struct Dictionary<'a> {
    pub(super) table: &'a Table,
    pub(super) columns: &'a [Column<'a>],
    pub(super) language: usize,
}

/// The bytes, and where the number of cases is to be filled in.
pub(super) struct Head {
    pub(super) bytes: Vec<u8>,
    pub(super) counts: [Place; 2],
}

/// Where a number stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) at: u64,
    /// Whether it has 8 bytes rather than 4.
    pub(super) wide: bool,
}

impl Dictionary<'_> {
    pub(super) fn bytes(&self) -> Head {
        let mut to = Vec::new();
        self.header(&mut to);
        for column in self.columns {
            self.variable(&mut to, column);
        }
        self.value_labels(&mut to);
        let count = self.extensions(&mut to);
        int(&mut to, 999);
        int(&mut to, 0);
        Head { bytes: to, counts: [Place { at: 80, wide: false }, Place { at: count, wide: true }] }
    }

    fn header(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(b"$FL2");
        padded(to, &format!("@(#) SPSS DATA FILE kohesi {}", env!("CARGO_PKG_VERSION")), 60);
        let places: usize = self.columns.iter().map(Column::places).sum();
        for number in [2, i32::try_from(places).unwrap_or(-1), 1, 0, -1] {
            int(to, number);
        }
        to.extend_from_slice(&f64::from(BIAS).to_le_bytes());
        // The time of an export is no part of the data: the same data are the same bytes.
        padded(to, "01 Jan 70", 9);
        padded(to, "00:00:00", 8);
        let newest = self.table.newest();
        let title = newest.title().get(&self.table.languages[self.language]);
        padded(to, cut(title.as_str(), FILE_LABEL), FILE_LABEL);
        to.extend_from_slice(&[0; 3]);
    }

    fn variable(&self, to: &mut Vec<u8>, column: &Column<'_>) {
        let label = cut(&column.variable.label[self.language], VARIABLE_LABEL);
        for (segment, (width, short)) in column.segments().into_iter().zip(&column.short).enumerate() {
            let missing =
                column.variable.missing.filter(|_| column.width.is_none() && column.variable.take != Take::Why);
            let label = if segment == 0 { label } else { "" };
            int(to, 2);
            int(to, i32::try_from(width).unwrap_or_default());
            int(to, i32::from(!label.is_empty()));
            int(to, if missing.is_some() { 3 } else { 0 });
            int(to, column.format(width));
            int(to, column.format(width));
            padded(to, short, 8);
            if !label.is_empty() {
                int(to, i32::try_from(label.len()).unwrap_or_default());
                padded(to, label, label.len().next_multiple_of(4));
            }
            for code in missing.into_iter().flat_map(codes) {
                to.extend_from_slice(&code.to_le_bytes());
            }
            for _ in 1..width.div_ceil(8) {
                for number in [2, -1, 0, 0, column.format(width), column.format(width)] {
                    int(to, number);
                }
                padded(to, "", 8);
            }
        }
    }

    /// One record of labels for each set, and the columns that share it.
    fn value_labels(&self, to: &mut Vec<u8>) {
        let mut done: Vec<(Option<usize>, Option<MissingCodes>)> = Vec::new();
        for column in self.columns {
            let of = |column: &Column<'_>| {
                let set = match column.variable.shape {
                    Shape::Coded(set) => Some(set),
                    _ => None,
                };
                (set, column.variable.missing)
            };
            let this = of(column);
            if column.width.is_some() || done.contains(&this) || this == (None, None) {
                continue;
            }
            done.push(this);
            let labels = self.labels(this.0, this.1);
            if labels.is_empty() {
                continue;
            }
            int(to, 3);
            int(to, i32::try_from(labels.len()).unwrap_or_default());
            for (value, label) in labels {
                let label = cut(label, VALUE_LABEL);
                to.extend_from_slice(&value.to_le_bytes());
                to.push(u8::try_from(label.len()).unwrap_or_default());
                padded(to, label, (label.len() + 1).next_multiple_of(8) - 1);
            }
            let shared: Vec<usize> = self
                .columns
                .iter()
                .filter(|other| other.width.is_none() && of(other) == this)
                .map(|other| other.first)
                .collect();
            int(to, 4);
            int(to, i32::try_from(shared.len()).unwrap_or_default());
            for first in shared {
                int(to, i32::try_from(first).unwrap_or_default());
            }
        }
    }

    fn labels(&self, set: Option<usize>, missing: Option<MissingCodes>) -> Vec<(f64, &str)> {
        let set = set.and_then(|set| self.table.sets.get(set));
        let values = set.into_iter().flat_map(|set| &set.labels);
        let values = values.map(|(code, _, texts)| (f64::from(*code), texts[self.language].as_str()));
        let missing = missing.into_iter().flat_map(|missing| {
            let texts = Missing::ALL.map(|reason| self.table.missing(reason)[self.language].as_str());
            codes(missing).into_iter().zip(texts)
        });
        values.chain(missing).collect()
    }

    /// What later versions of SPSS added; the place of the number of cases.
    fn extensions(&self, to: &mut Vec<u8>) -> u64 {
        // Version, machine code (none), IEEE 754, bytecode, little-endian, UTF-8.
        let mut integers = Vec::new();
        for number in [20, 0, 0, -1, 1, 1, 2, 65001] {
            int(&mut integers, number);
        }
        extension(to, 3, 4, &integers);
        let lowest = f64::from_bits(SYSTEM_MISSING.to_bits() - 1);
        let floats: Vec<u8> = [SYSTEM_MISSING, f64::MAX, lowest].into_iter().flat_map(f64::to_le_bytes).collect();
        extension(to, 4, 8, &floats);
        let sets = self.multiple_response_sets();
        if !sets.is_empty() {
            extension(to, 7, 1, sets.as_bytes());
        }
        let mut displays = Vec::new();
        for column in self.columns {
            for width in column.segments() {
                let measure = match column.variable.measure {
                    Measure::Nominal => 1,
                    Measure::Ordinal => 2,
                    Measure::Scale => 3,
                };
                let shown = i32::try_from(width.clamp(8, 40)).unwrap_or(8);
                for number in [measure, shown, i32::from(width == 0)] {
                    int(&mut displays, number);
                }
            }
        }
        extension(to, 11, 4, &displays);
        let names = self.columns.iter().map(|column| format!("{}={}", column.short[0], column.variable.name));
        extension(to, 13, 1, names.collect::<Vec<_>>().join("\t").as_bytes());
        let long = self.columns.iter().filter(|column| column.short.len() > 1);
        let long = long.fold(String::new(), |long, column| {
            long + &format!("{}={:05}\0\t", column.short[0], column.width.unwrap_or_default())
        });
        if !long.is_empty() {
            extension(to, 14, 1, long.as_bytes());
        }
        let mut cases = Vec::from(1i64.to_le_bytes());
        cases.extend_from_slice(&(-1i64).to_le_bytes());
        extension(to, 16, 8, &cases);
        let count = to.len() as u64 - 8;
        extension(to, 20, 1, b"UTF-8");
        count
    }

    /// The columns of 0 and 1 that are one question together.
    fn multiple_response_sets(&self) -> String {
        let mut sets = String::new();
        for (place, several) in self.columns.iter().enumerate().filter(|(_, of)| of.variable.take == Take::Picks) {
            let picked = self.columns[place + 1..].iter().take_while(|of| {
                of.variable.item == several.variable.item && matches!(of.variable.take, Take::Picked(_))
            });
            let names: Vec<String> = picked.map(|of| of.short[0].to_ascii_lowercase()).collect();
            let label = cut(&several.variable.label[self.language], VARIABLE_LABEL);
            let set = format!("${}=D1 1 {} {label} {}\n", several.variable.name, label.len(), names.join(" "));
            sets.push_str(&set);
        }
        sets
    }
}

/// The codes of the missing reasons, in their order.
fn codes(missing: MissingCodes) -> [f64; 3] {
    Missing::ALL.map(|reason| written::double(missing.of(reason)))
}

fn int(to: &mut Vec<u8>, number: i32) {
    to.extend_from_slice(&number.to_le_bytes());
}

fn extension(to: &mut Vec<u8>, subtype: i32, size: i32, bytes: &[u8]) {
    int(to, 7);
    int(to, subtype);
    int(to, size);
    int(to, i32::try_from(bytes.len()).unwrap_or_default() / size);
    to.extend_from_slice(bytes);
}

/// A text with spaces behind it, cut where it is longer.
fn padded(to: &mut Vec<u8>, text: &str, width: usize) {
    let text = &text.as_bytes()[..text.len().min(width)];
    to.extend_from_slice(text);
    to.resize(to.len() + width - text.len(), b' ');
}

/// As much of a text as has room, to the end of a character.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_cut_at_the_end_of_a_character() {
        assert_eq!(cut("abc", 5), "abc");
        assert_eq!(cut("añb", 2), "a");
        assert_eq!(cut("👩", 3), "");
    }
}
