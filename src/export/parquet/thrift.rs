//! The compact protocol of Thrift, as far as a Parquet file's metadata need it.

/// The type of a field or an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    True = 1,
    False = 2,
    Byte = 3,
    I32 = 5,
    I64 = 6,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// A struct being written: fields in the order of their numbers.
pub(super) struct Struct<'a> {
    to: &'a mut Vec<u8>,
    last: u8,
}

impl<'a> Struct<'a> {
    pub(super) fn new(to: &'a mut Vec<u8>) -> Self {
        Self { to, last: 0 }
    }

    fn field(&mut self, number: u8, kind: Kind) {
        // The numbers that Parquet has differ by less than 16.
        self.to.push((number - self.last) << 4 | kind as u8);
        self.last = number;
    }

    pub(super) fn boolean(mut self, number: u8, value: bool) -> Self {
        self.field(number, if value { Kind::True } else { Kind::False });
        self
    }

    pub(super) fn byte(mut self, number: u8, value: u8) -> Self {
        self.field(number, Kind::Byte);
        self.to.push(value);
        self
    }

    pub(super) fn i32(mut self, number: u8, value: i32) -> Self {
        self.field(number, Kind::I32);
        zigzag(self.to, i64::from(value));
        self
    }

    pub(super) fn i64(mut self, number: u8, value: usize) -> Self {
        self.field(number, Kind::I64);
        zigzag(self.to, i64::try_from(value).unwrap_or(i64::MAX));
        self
    }

    pub(super) fn text(mut self, number: u8, value: &str) -> Self {
        self.field(number, Kind::Binary);
        binary(self.to, value.as_bytes());
        self
    }

    pub(super) fn inner(mut self, number: u8, write: impl FnOnce(Struct<'_>)) -> Self {
        self.field(number, Kind::Struct);
        write(Struct::new(self.to));
        self
    }

    /// A struct of which it only matters that it is there.
    pub(super) fn empty(mut self, number: u8) -> Self {
        self.field(number, Kind::Struct);
        self.to.push(0);
        self
    }

    pub(super) fn structs<T>(
        mut self,
        number: u8,
        list: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(Struct<'_>, T),
    ) -> Self {
        self.field(number, Kind::List);
        list_head(self.to, list.len(), Kind::Struct);
        for one in list {
            write(Struct::new(self.to), one);
        }
        self
    }

    pub(super) fn numbers(mut self, number: u8, list: &[i32]) -> Self {
        self.field(number, Kind::List);
        list_head(self.to, list.len(), Kind::I32);
        for number in list {
            zigzag(self.to, i64::from(*number));
        }
        self
    }

    pub(super) fn texts(mut self, number: u8, list: &[&str]) -> Self {
        self.field(number, Kind::List);
        list_head(self.to, list.len(), Kind::Binary);
        for text in list {
            binary(self.to, text.as_bytes());
        }
        self
    }

    pub(super) fn end(self) {
        self.to.push(0);
    }
}

fn list_head(to: &mut Vec<u8>, count: usize, kind: Kind) {
    if let Ok(few @ 0..15) = u8::try_from(count) {
        to.push(few << 4 | kind as u8);
    } else {
        to.push(0xF0 | kind as u8);
        varint(to, count as u64);
    }
}

fn binary(to: &mut Vec<u8>, bytes: &[u8]) {
    varint(to, bytes.len() as u64);
    to.extend_from_slice(bytes);
}

fn zigzag(to: &mut Vec<u8>, number: i64) {
    varint(to, (number << 1 ^ number >> 63).cast_unsigned());
}

/// A number in groups of seven bits, the lowest first.
pub(super) fn varint(to: &mut Vec<u8>, mut number: u64) {
    while number > 0x7F {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_the_protocol_says() {
        let mut bytes = Vec::new();
        Struct::new(&mut bytes)
            .i32(1, -1)
            .boolean(3, true)
            .text(4, "ab")
            .numbers(5, &[300; 15])
            .inner(6, |inner| inner.i64(1, 64).end())
            .end();
        let mut expected = vec![0x15, 1, 0x21, 0x18, 2, b'a', b'b', 0x19, 0xF5, 15];
        expected.extend([0xD8, 0x04].repeat(15));
        expected.extend([0x1C, 0x16, 0x80, 0x01, 0, 0]);
        assert_eq!(bytes, expected);
    }
}
