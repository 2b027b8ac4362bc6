use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Bytes to search for.
#[derive(Debug, Default)]
pub(super) struct Needles {
    pub(super) all: Vec<Needle>,
    by_beginning: HashMap<[u8; 4], Vec<usize>>,
}

#[derive(Debug)]
pub(super) struct Needle {
    pub(super) bytes: Vec<u8>,
    /// Nothing else in the store has the same bytes.
    pub(super) unique: bool,
}

/// The fewest bytes worth searching for.
const SHORTEST: usize = 8;
/// Longer ones are cut in pieces, since the database spreads them over pages.
pub(super) const LONGEST: usize = 48;
/// Bytes of a file in memory at once.
const WINDOW: usize = 256 * 1024;

impl Needles {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn add(&mut self, bytes: &[u8], unique: bool) {
        for piece in bytes.chunks(LONGEST) {
            let Some(beginning) = piece.first_chunk::<4>().filter(|_| piece.len() >= SHORTEST) else { continue };
            let places = self.by_beginning.entry(*beginning).or_default();
            if !places.iter().any(|place| self.all[*place].bytes == piece) {
                places.push(self.all.len());
                self.all.push(Needle { bytes: piece.to_vec(), unique });
            }
        }
    }

    /// Takes another's needles too.
    pub(super) fn join(&mut self, other: &Self) {
        other.all.iter().for_each(|needle| self.add(&needle.bytes, needle.unique));
    }

    /// Which needles stand in a file, and how often.
    pub(super) fn hits_in(&self, path: &Path) -> io::Result<HashMap<usize, usize>> {
        let mut hits = HashMap::new();
        if self.all.is_empty() {
            return Ok(hits);
        }
        let mut file = File::open(path)?;
        let mut window: Vec<u8> = Vec::with_capacity(WINDOW + LONGEST);
        loop {
            let read = (&mut file).take(WINDOW as u64).read_to_end(&mut window)?;
            // What begins in the last bytes may go on in the next window, and is looked at there.
            let end = if read == 0 { window.len() } else { window.len().saturating_sub(LONGEST) };
            for at in 0..end {
                self.hit(&window[at..], &mut hits);
            }
            window.drain(..end);
            if read == 0 {
                return Ok(hits);
            }
        }
    }

    fn hit(&self, bytes: &[u8], hits: &mut HashMap<usize, usize>) {
        let places = bytes.first_chunk::<4>().and_then(|beginning| self.by_beginning.get(beginning));
        for place in places.into_iter().flatten() {
            if bytes.starts_with(&self.all[*place].bytes) {
                *hits.entry(*place).or_insert(0) += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn needles_are_found_across_the_borders_of_windows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hay");
        let needle: Vec<u8> = (1..=100).collect();
        let mut needles = Needles::default();
        needles.add(&needle, true);
        needles.add(&needle, true);
        needles.add(b"seven!!", true);
        assert_eq!(needles.all.len(), 2, "two pieces of 48; the rest is too short");
        for at in [0, 1, WINDOW - 49, WINDOW - 48, WINDOW - 20, WINDOW - 1, WINDOW, 2 * WINDOW - 3] {
            let mut hay = vec![0; at];
            hay.extend(&needle);
            fs::write(&path, &hay).unwrap();
            assert_eq!(needles.hits_in(&path).unwrap(), HashMap::from([(0, 1), (1, 1)]), "{at}");
        }
    }
}
