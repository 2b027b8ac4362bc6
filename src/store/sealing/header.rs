use std::io::{self, BufRead, Chain, Cursor, Read};

use super::super::StoreError;

/// The first line of every sealed file.
const NAME: &[u8] = b"age-encryption.org/v1";
/// What the last line of a header begins with.
const LAST: &[u8] = b"---";
/// The longest header that is read, in bytes: a hundred recipients.
const LONGEST: u64 = 16 * 1024;

/// What is to be read: the header that was read already, and what follows it.
pub(super) type Begun<R> = Chain<Cursor<Vec<u8>>, R>;

/// Looks at the header and puts it back: no more than [`LONGEST`] bytes of a foreign file are read before it is known to be
/// sealed.
pub(super) fn look<R: BufRead>(mut sealed: R) -> io::Result<Begun<R>> {
    let mut header = Vec::new();
    loop {
        let begun = header.len();
        let left = LONGEST - u64::try_from(begun).unwrap_or(LONGEST).min(LONGEST);
        (&mut sealed).take(left).read_until(b'\n', &mut header)?;
        let line = header.get(begun..).unwrap_or_default();
        let is_sealed = begun > 0 || line.starts_with(NAME) || (!line.is_empty() && NAME.starts_with(line));
        if !is_sealed {
            return Err(io::Error::other(StoreError::NotSealed));
        }
        if !line.ends_with(b"\n") {
            return Err(io::Error::other(StoreError::Altered));
        }
        if line.starts_with(LAST) {
            return Ok(Cursor::new(header).chain(sealed));
        }
    }
}
