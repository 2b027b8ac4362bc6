//! One record of a database file, from its bytes alone. See `https://sqlite.org/fileformat2.html#record_format`.

/// A value of a record; texts and blobs are bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Number(i64),
    Bytes(Vec<u8>),
    Text(String),
}

/// A number of one to nine bytes, and how many they are.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((value << 8 | u64::from(*byte), 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

/// The most columns of any of our tables.
const COLUMNS: usize = 16;

/// What kind of value each column has and how long it is, and where the values begin; nothing where the bytes are no
/// beginning of a record of `length` bytes.
pub(super) fn columns(bytes: &[u8], length: usize) -> Option<(Vec<u64>, usize)> {
    let (head, mut at) = varint(bytes)?;
    let head = usize::try_from(head).ok().filter(|head| *head <= length.min(bytes.len()) && *head > at)?;
    let (mut kinds, mut total) = (Vec::with_capacity(8), head);
    while at < head {
        let (kind, size) = varint(&bytes[at..head])?;
        kinds.push(kind);
        total = total.checked_add(size_of(kind)?)?;
        at += size;
        if kinds.len() > COLUMNS {
            return None;
        }
    }
    (total == length).then_some((kinds, head))
}

fn size_of(kind: u64) -> Option<usize> {
    match kind {
        0 | 8 | 9 => Some(0),
        1..=4 => usize::try_from(kind).ok(),
        5 => Some(6),
        6 => Some(8),
        // 7 is a floating point number, of which we keep none.
        7 | 10 | 11 => None,
        _ => usize::try_from((kind - 12) / 2).ok(),
    }
}

/// The values of a whole record.
pub(super) fn cells(record: &[u8]) -> Option<Vec<Cell>> {
    let (kinds, mut at) = columns(record, record.len())?;
    let mut cells = Vec::with_capacity(kinds.len());
    for kind in kinds {
        let end = at + size_of(kind)?;
        cells.push(cell(kind, record.get(at..end)?));
        at = end;
    }
    Some(cells)
}

fn cell(kind: u64, bytes: &[u8]) -> Cell {
    match kind {
        0 => Cell::Null,
        8 => Cell::Number(0),
        9 => Cell::Number(1),
        1..=6 => {
            let negative = bytes.first().is_some_and(|byte| byte & 0x80 != 0);
            let fill = if negative { -1 } else { 0 };
            Cell::Number(bytes.iter().fold(fill, |number: i64, byte| number << 8 | i64::from(*byte)))
        }
        kind if kind >= 12 && kind % 2 == 0 => Cell::Bytes(bytes.to_vec()),
        // A text with a damaged letter is damaged, and still there.
        _ => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn foreign_bytes_are_no_panic(bytes: Vec<u8>, length in 0usize..9_000) {
            let _ = (varint(&bytes), columns(&bytes, length), cells(&bytes));
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(varint(&[0x7f]), Some((127, 1)));
        assert_eq!(varint(&[0x81, 0x00]), Some((128, 2)));
        assert_eq!(varint(&[0xff; 9]), Some((u64::MAX, 9)));
        assert_eq!(varint(&[0x80]), None);
        // Head of 4: a number of one byte, nothing, a blob of two.
        assert_eq!(
            cells(&[4, 1, 0, 16, 0xfe, 7, 8]),
            Some(vec![Cell::Number(-2), Cell::Null, Cell::Bytes(vec![7, 8])])
        );
        assert_eq!(cells(&[4, 1, 0, 16, 0xfe, 7]), None, "cut short");
    }
}
