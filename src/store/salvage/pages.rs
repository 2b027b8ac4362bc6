//! The pages of a database file and of its log, read without the database: whatever of a page is sound is looked at, and
//! what leads to it need not be. See `https://sqlite.org/fileformat2.html`.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::super::files;
use super::record::{Cell, cells, columns, varint};

/// Bytes of a page; our stores have no others.
const PAGE: usize = 4_096;
/// Bytes of the log's header, and of the one before each page in it.
const LOG_HEADER: u64 = 32;
const FRAME: u64 = 24;
/// No record of ours is longer.
const LONGEST: usize = 64 << 20;
/// Bytes that belong to no cell of a page and are not zero: as many as the heads of some free blocks have.
const LOOSE: usize = 16;

/// Kinds of page that hold rows.
const TABLE: u8 = 13;
const INDEX: u8 = 10;
const INDEX_INNER: u8 = 2;
const TABLE_INNER: u8 = 5;

/// A row as it was found: the number of its place in a table, where it has one, and its values.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) number: Option<i64>,
    pub(super) cells: Vec<Cell>,
    /// It stood where a sound page says that there is a row.
    pub(super) led_to: bool,
}

/// A file and its log.
pub(super) struct Pages {
    file: File,
    log: Option<File>,
    count: u32,
    /// Where each page stands in the log last.
    latest: HashMap<u32, u64>,
    frames: Vec<u64>,
}

/// Which of two versions of a page is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    OfFile,
    OfLog,
}

impl Pages {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let pages = file.metadata()?.len().div_ceil(PAGE as u64);
        let count = u32::try_from(pages).unwrap_or(u32::MAX);
        let mut log = File::open(files::beside(path, "-wal")).ok();
        let (mut latest, mut frames) = (HashMap::new(), Vec::new());
        if let Some(log) = &mut log {
            let end = log.metadata()?.len();
            let mut at = LOG_HEADER;
            while at + FRAME < end {
                let mut number = [0; 4];
                log.seek(SeekFrom::Start(at))?;
                log.read_exact(&mut number)?;
                latest.insert(u32::from_be_bytes(number), at + FRAME);
                frames.push(at + FRAME);
                at += FRAME + PAGE as u64;
            }
        }
        Ok(Self { file, log, count, latest, frames })
    }

    /// Hands out every row of every page, those of the log last. A place on the disk that cannot be read has none.
    pub(super) fn rows(&mut self, mut each: impl FnMut(Found)) {
        for number in 1..=self.count {
            let start = if number == 1 { 100 } else { 0 };
            if let Some(page) = self.page(number, Version::OfFile) {
                self.rows_of(&page, start, Version::OfFile, &mut each);
            }
        }
        for at in self.frames.clone() {
            let Some(page) = self.log.as_mut().and_then(|log| read(log, at)) else { continue };
            let start = if self.latest.get(&1) == Some(&at) { 100 } else { 0 };
            self.rows_of(&page, start, Version::OfLog, &mut each);
        }
    }

    fn page(&mut self, number: u32, version: Version) -> Option<Vec<u8>> {
        let of_log = if version == Version::OfLog { self.latest.get(&number).copied() } else { None };
        match (of_log, &mut self.log) {
            (Some(at), Some(log)) => read(log, at),
            _ if (1..=self.count).contains(&number) => read(&mut self.file, u64::from(number - 1) * PAGE as u64),
            _ => None,
        }
    }

    fn rows_of(&mut self, page: &[u8], start: usize, version: Version, each: &mut impl FnMut(Found)) {
        if page.iter().all(|byte| *byte == 0) || page[start] == TABLE_INNER {
            return;
        }
        let mut covered = [false; PAGE];
        let kind = page[start];
        let sound = matches!(kind, TABLE | INDEX | INDEX_INNER) && {
            self.rows_led_to(page, start, version, &mut covered, each)
        };
        if sound {
            return;
        }
        // Something leads astray here: a row may begin anywhere.
        for at in 0..PAGE {
            for kind in [TABLE, INDEX] {
                if covered[at] {
                    break;
                }
                if let Some((found, size)) = self.row_at(page, at, kind, version) {
                    covered[at..(at + size).min(PAGE)].fill(true);
                    each(Found { led_to: false, ..found });
                }
            }
        }
    }

    /// The rows a page's own list leads to. False where that list cannot be the whole truth.
    fn rows_led_to(
        &mut self,
        page: &[u8],
        start: usize,
        version: Version,
        covered: &mut [bool; PAGE],
        each: &mut impl FnMut(Found),
    ) -> bool {
        let kind = page[start];
        let inner = if kind == INDEX_INNER { 4 } else { 0 };
        let count = usize::from(u16::from_be_bytes([page[start + 3], page[start + 4]]));
        let list = start + 8 + inner;
        let end = list + 2 * count;
        if end > PAGE {
            return false;
        }
        covered[..end].fill(true);
        let mut sound = true;
        for pointer in page[list..end].chunks_exact(2) {
            let at = usize::from(u16::from_be_bytes([pointer[0], pointer[1]])) + inner;
            match self.row_at(page, at, if kind == TABLE { TABLE } else { INDEX }, version) {
                Some((found, size)) if at >= end => {
                    covered[at - inner..(at + size).min(PAGE)].fill(true);
                    each(found);
                }
                _ => sound = false,
            }
        }
        let loose = page.iter().zip(covered.iter()).filter(|(byte, covered)| **byte != 0 && !**covered).count();
        sound && loose <= LOOSE
    }

    /// The row whose cell begins here, and the bytes the cell has in this page.
    fn row_at(&mut self, page: &[u8], at: usize, kind: u8, version: Version) -> Option<(Found, usize)> {
        let bytes = page.get(at..)?;
        let (length, mut head) = varint(bytes)?;
        let length = usize::try_from(length).ok().filter(|length| (2..=LONGEST).contains(length))?;
        let number = if kind == TABLE {
            let (number, size) = varint(&bytes[head..])?;
            head += size;
            Some(number.cast_signed())
        } else {
            None
        };
        let local = local(length, kind);
        let begin = bytes.get(head..head + local)?;
        // Cheap to say of most bytes that they are no record.
        let (kinds, _) = columns(begin, length)?;
        if !is_shape(&kinds) {
            return None;
        }
        let (record, size) = if local == length {
            (begin.to_vec(), head + local)
        } else {
            let next =
                bytes.get(head + local..head + local + 4)?.first_chunk().map(|four| u32::from_be_bytes(*four))?;
            (self.whole(begin, length, next, version)?, head + local + 4)
        };
        Some((Found { number, cells: cells(&record)?, led_to: true }, size))
    }

    /// A record that goes on in other pages.
    fn whole(&mut self, begin: &[u8], length: usize, mut next: u32, version: Version) -> Option<Vec<u8>> {
        let mut record = Vec::with_capacity(length.min(1 << 16));
        record.extend_from_slice(begin);
        while record.len() < length {
            let page = self.page(next, version)?;
            let take = (length - record.len()).min(PAGE - 4);
            record.extend_from_slice(&page[4..4 + take]);
            next = page.first_chunk().map(|four| u32::from_be_bytes(*four))?;
        }
        Some(record)
    }
}

/// A page's bytes; those behind the file's end are zero.
fn read(file: &mut File, at: u64) -> Option<Vec<u8>> {
    let mut page = Vec::with_capacity(PAGE);
    file.seek(SeekFrom::Start(at)).ok()?;
    // What was read before a fault is looked at too.
    let _ = file.take(PAGE as u64).read_to_end(&mut page);
    page.resize(PAGE, 0);
    Some(page)
}

/// Bytes of a record that stand in the page of its cell.
fn local(length: usize, kind: u8) -> usize {
    let most = if kind == TABLE { PAGE - 35 } else { (PAGE - 12) * 64 / 255 - 23 };
    if length <= most {
        return length;
    }
    let fewest = (PAGE - 12) * 32 / 255 - 23;
    let fits = fewest + (length - fewest) % (PAGE - 4);
    if fits <= most { fits } else { fewest }
}

/// Whether columns of these kinds are of one of our tables.
fn is_shape(kinds: &[u64]) -> bool {
    let number = |kind: &u64| matches!(kind, 1..=6 | 8 | 9);
    let bytes = |kind: &u64| *kind >= 12 && kind.is_multiple_of(2);
    let text = |kind: &u64| *kind >= 13 && !kind.is_multiple_of(2);
    let maybe = |kind: &u64| *kind == 0 || number(kind);
    match kinds {
        [id] => *id == BLOB_16,
        [BLOB_16 | BLOB_32, interview] => number(interview),
        [0, count] => number(count),
        [0, id, questionnaire] if number(questionnaire) => *id == BLOB_16,
        [0, laptop, hash] => number(laptop) && *hash == BLOB_16,
        [0, id, name, own] if text(name) => *id == BLOB_16 && number(own),
        [interview, seq, body, hash] if *interview != 0 => {
            number(interview) && number(seq) && bytes(body) && *hash == BLOB_16
        }
        [0, first, body, hash] => (number(first) || *first == BLOB_16) && bytes(body) && *hash == BLOB_16,
        [0, at, workshop, interviews, hash] if number(at) && (*workshop == 0 || number(interviews)) => {
            (*workshop == 0 || *workshop == BLOB_16) && number(interviews) && *hash == BLOB_16
        }
        [0, coordinator, recovery, since, drilled, until, hash] if number(since) => {
            text(coordinator) && text(recovery) && maybe(drilled) && maybe(until) && *hash == BLOB_16
        }
        [0, events, body, head, hash] => number(events) && bytes(body) && [*head, *hash] == [BLOB_16; 2],
        [0, id, questionnaire, workshop, laptop, started, last, doubtful, wordless, body, hash] if bytes(laptop) => {
            let times = [started, last, doubtful];
            [*id, *laptop, *hash] == [BLOB_16; 3]
                && number(questionnaire)
                && matches!(*workshop, 0 | BLOB_16)
                && times.into_iter().all(number)
                && (*wordless == 0 || bytes(wordless))
                && bytes(body)
        }
        [0, way, workshop, mark, body, hash] => {
            number(way) && bytes(workshop) && bytes(body) && [*mark, *hash] == [BLOB_16; 2]
        }
        [0, hash, key, version, items, source, seal] => {
            *hash == BLOB_32 && [key, version, source].into_iter().all(text) && number(items) && *seal == BLOB_16
        }
        [0, id, questionnaire, workshop, numbers @ .., language, shown, codes, beside, hash] => {
            *id == BLOB_16
                && number(questionnaire)
                && maybe(workshop)
                && numbers.len() == 4
                && numbers.iter().all(number)
                && text(language)
                && number(shown)
                && bytes(codes)
                && bytes(beside)
                && *hash == BLOB_16
        }
        _ => false,
    }
}

/// What a blob of so many bytes is called.
const BLOB_16: u64 = 12 + 2 * 16;
const BLOB_32: u64 = 12 + 2 * 32;
