//! Columns as pages: levels that say where there is a value, and values, plain or as places in a dictionary.

use super::thrift::{Struct, varint};

/// Encodings, by the numbers Parquet has for them.
pub(super) const PLAIN: i32 = 0;
pub(super) const RLE: i32 = 3;
pub(super) const DICTIONARY: i32 = 8;

/// No value.
pub(super) const NULL: u16 = u16::MAX;

/// The pages of one column in one row group, and what the metadata say of them.
pub(super) struct Pages {
    pub(super) bytes: Vec<u8>,
    /// Where the data page begins.
    pub(super) data_at: usize,
    pub(super) has_dictionary: bool,
    pub(super) nulls: usize,
}

/// Pages of places in a dictionary of so many plain values; [`NULL`] where there is none.
pub(super) fn of_places(places: &[u16], dictionary: &[u8], entries: usize) -> Pages {
    let mut bytes = Vec::new();
    page(
        &mut bytes,
        dictionary,
        |header| header.inner(7, |dictionary| dictionary.i32(1, count(entries)).i32(2, PLAIN).end()),
        2,
    );
    let data_at = bytes.len();
    let present: Vec<u16> = places.iter().copied().filter(|place| *place != NULL).collect();
    let mut body = Vec::with_capacity(places.len() / 2 + 64);
    levels(&mut body, places.len(), present.len(), |row| places[row] != NULL);
    // A dictionary of one entry still takes a bit, which every reader knows.
    let width = (usize::BITS - entries.saturating_sub(1).leading_zeros()).max(1);
    body.push(u8::try_from(width).unwrap_or(16));
    hybrid(&mut body, present.len(), width, |row| present[row]);
    data_page(&mut bytes, &body, places.len(), DICTIONARY);
    Pages { bytes, data_at, has_dictionary: true, nulls: places.len() - present.len() }
}

/// A page of values that stand there one after the other.
pub(super) fn of_plain(values: &[u8], present: &[bool]) -> Pages {
    let count = present.iter().filter(|present| **present).count();
    let mut bytes = Vec::with_capacity(values.len() + present.len() / 8 + 64);
    let mut body = Vec::with_capacity(values.len() + present.len() / 8 + 16);
    levels(&mut body, present.len(), count, |row| present[row]);
    body.extend_from_slice(values);
    data_page(&mut bytes, &body, present.len(), PLAIN);
    Pages { bytes, data_at: 0, has_dictionary: false, nulls: present.len() - count }
}

fn data_page(to: &mut Vec<u8>, body: &[u8], rows: usize, encoding: i32) {
    let head = |header: Struct<'_>| {
        header.inner(5, |data| data.i32(1, count(rows)).i32(2, encoding).i32(3, RLE).i32(4, RLE).end()).end();
    };
    let size = count(body.len());
    head(Struct::new(to).i32(1, 0).i32(2, size).i32(3, size));
    to.extend_from_slice(body);
}

fn page(to: &mut Vec<u8>, body: &[u8], head: impl for<'s> FnOnce(Struct<'s>) -> Struct<'s>, kind: i32) {
    let size = count(body.len());
    head(Struct::new(to).i32(1, kind).i32(2, size).i32(3, size)).end();
    to.extend_from_slice(body);
}

fn count(number: usize) -> i32 {
    // A row group is closed long before.
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Definition levels, after their length.
fn levels(to: &mut Vec<u8>, rows: usize, present: usize, is_present: impl Fn(usize) -> bool) {
    let at = to.len();
    to.extend_from_slice(&[0; 4]);
    if present == rows || present == 0 {
        run(to, rows, 1, u16::from(present > 0));
    } else {
        hybrid(to, rows, 1, |row| u16::from(is_present(row)));
    }
    let size = u32::try_from(to.len() - at - 4).unwrap_or(u32::MAX);
    to[at..at + 4].copy_from_slice(&size.to_le_bytes());
}

/// One value many times.
fn run(to: &mut Vec<u8>, rows: usize, width: u32, value: u16) {
    if rows > 0 {
        varint(to, (rows as u64) << 1);
        to.extend_from_slice(&value.to_le_bytes()[..if width > 8 { 2 } else { 1 }]);
    }
}

/// Values in `width` bits each, or as a run where they are all the same.
fn hybrid(to: &mut Vec<u8>, rows: usize, width: u32, value: impl Fn(usize) -> u16) {
    if rows == 0 {
        return;
    }
    let first = value(0);
    if (1..rows).all(|row| value(row) == first) {
        run(to, rows, width, first);
        return;
    }
    let groups = rows.div_ceil(8);
    varint(to, (groups as u64) << 1 | 1);
    let end = to.len() + groups * width as usize;
    let (mut bits, mut filled) = (0u64, 0u32);
    for row in 0..rows {
        bits |= u64::from(value(row)) << filled;
        filled += width;
        while filled >= 8 {
            to.push(bits.to_le_bytes()[0]);
            bits >>= 8;
            filled -= 8;
        }
    }
    if filled > 0 {
        to.push(bits.to_le_bytes()[0]);
    }
    to.resize(end, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_packed_the_lowest_bit_first() {
        let mut bytes = Vec::new();
        // The example of the format's specification: 0 to 7 in three bits.
        hybrid(&mut bytes, 8, 3, |row| u16::try_from(row).unwrap());
        assert_eq!(bytes, [3, 0b1000_1000, 0b1100_0110, 0b1111_1010]);
        bytes.clear();
        hybrid(&mut bytes, 9, 1, |row| u16::from(row == 8));
        assert_eq!(bytes, [5, 0, 1]);
        bytes.clear();
        hybrid(&mut bytes, 100, 9, |_| 300);
        assert_eq!(bytes, [200, 1, 44, 1]);
    }
}
