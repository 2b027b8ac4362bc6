//! A look at the log before `SQLite` takes it in: it stops at the first page that does not agree with its checksum and
//! silently forgets everything behind, which is right after a power cut and wrong after damage.
//!
//! The two differ: each transaction is synced before the next begins, so a power cut spoils the last one alone. See
//! `https://sqlite.org/fileformat2.html#the_write_ahead_log`.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::{StoreError, connection, fault, files};

/// Bytes of the log's header.
const HEADER: usize = 32;
/// Bytes of the header of each page in the log.
const FRAME: usize = 24;
/// Largest page of any database.
const LARGEST: usize = 65_536;

/// Copies the log of the database beside it where damage would make `SQLite` forget stored answers. The copy, and how
/// many transactions are to be forgotten.
pub(super) fn keep_if_damaged(database: &Path) -> Result<Option<(PathBuf, usize)>, StoreError> {
    let path = files::beside(database, "-wal");
    if connection::log_size(database) <= HEADER as u64 {
        return Ok(None);
    }
    let said = |error: io::Error| fault::of_io(&error, &path);
    let forgotten = File::open(&path).and_then(|file| forgotten(BufReader::new(file))).map_err(said)?;
    if forgotten == 0 {
        return Ok(None);
    }
    let free = |name: &PathBuf| name.symlink_metadata().is_err();
    let mut names = (1u32..).map(|number| files::beside(&path, &format!(".damaged-{number}")));
    let copy = names.find(free).unwrap_or_else(|| path.clone());
    let copied = File::open(&path).and_then(|mut from| {
        let mut to = files::create_private(&copy)?;
        io::copy(&mut from, &mut to)?;
        to.sync_all()?;
        copy.parent().map_or(Ok(()), files::sync_folder)
    });
    if copied.is_err() {
        // Half a copy would be taken for a whole one.
        let _ = fs::remove_file(&copy);
    }
    copied.map(|()| Some((copy.clone(), forgotten))).map_err(|error| fault::of_io(&error, &copy))
}

/// Transactions in the log of the database that were stored and that `SQLite` would forget.
pub(super) fn forgotten_of(database: &Path) -> usize {
    File::open(files::beside(database, "-wal")).and_then(|file| forgotten(BufReader::new(file))).unwrap_or(0)
}

/// Transactions that were stored and that `SQLite` would forget.
fn forgotten(mut log: impl Read) -> io::Result<usize> {
    let mut header = [0; HEADER];
    if !filled(&mut log, &mut header)? {
        return Ok(0);
    }
    let size = number(&header, 8) as usize;
    let little = header[3] & 1 == 0;
    let sum = checksum(little, (0, 0), &header[..24]);
    let sound = (number(&header, 24), number(&header, 28)) == sum && size.is_power_of_two() && size <= LARGEST;
    // With a damaged header its page size cannot be trusted; ours is always the same.
    let mut page = vec![0; FRAME + if sound { size } else { 4_096 }];
    let (mut sums, mut intact, mut commits, mut last_commits) = (sum, sound, 0, false);
    // Nor can its salts: then those of the first page that has any are the log's.
    let mut salts = None;
    while filled(&mut log, &mut page)? {
        if intact {
            sums = checksum(little, checksum(little, sums, &page[..8]), &page[FRAME..]);
            intact = page[8..16] == header[16..24] && sums == (number(&page, 16), number(&page, 20));
        }
        // A log begun anew has new salts; what stands behind it of the old one was brought home before.
        let found = page[8..16].first_chunk::<8>().copied().filter(|salts| !sound && *salts != [0; 8]);
        salts = salts.or(found);
        let ours =
            page[8..12] == header[16..20] || page[12..16] == header[20..24] || (found.is_some() && found == salts);
        if !intact && ours {
            last_commits = number(&page, 4) != 0;
            commits += usize::from(last_commits);
        }
    }
    // A power cut spoils the last transaction: its end is missing, or it is there and something before it is not.
    let power_cut = sound && commits == 1 && last_commits;
    Ok(if power_cut { 0 } else { commits })
}

/// Fills the buffer; false where the file ends before.
fn filled(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes[at..].first_chunk().map_or(0, |four| u32::from_be_bytes(*four))
}

fn checksum(little: bool, (mut one, mut two): (u32, u32), bytes: &[u8]) -> (u32, u32) {
    let word = |four: &[u8; 4]| if little { u32::from_le_bytes(*four) } else { u32::from_be_bytes(*four) };
    for [first, second] in bytes.as_chunks::<4>().0.as_chunks::<2>().0 {
        one = one.wrapping_add(word(first)).wrapping_add(two);
        two = two.wrapping_add(word(second)).wrapping_add(one);
    }
    (one, two)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{QUESTIONNAIRE, draft, interview};
    use super::*;
    use crate::interview::InterviewId;
    use crate::store::{Notice, Options, Paths, Store, new_id};

    /// A database and its log as a power cut leaves them, and where the last transaction begins in the log.
    fn cut_off(events: usize) -> (InterviewId, Vec<u8>, Vec<u8>, usize) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::at(home.path());
        let (mut store, _) = Store::open(&paths, &Options::default()).unwrap();
        let (id, all) = (new_id(), interview(39));
        store.begin_with(id, &QUESTIONNAIRE, &all[..1], &draft("")).unwrap();
        let mut begins = 0;
        for event in &all[1..events] {
            begins = usize::try_from(connection::log_size(&paths.database())).unwrap();
            store.append(id, std::slice::from_ref(event), &draft("")).unwrap();
        }
        let read = |suffix| fs::read(files::beside(&paths.database(), suffix)).unwrap();
        (id, read(""), read("-wal"), begins)
    }

    /// Opens a store of these bytes: what it says of its log, and how many events it has.
    fn opened(id: InterviewId, database: &[u8], log: &[u8]) -> (Option<usize>, usize) {
        let home = tempfile::tempdir().unwrap();
        let paths = Paths::at(home.path());
        fs::write(paths.database(), database).unwrap();
        fs::write(files::beside(&paths.database(), "-wal"), log).unwrap();
        let (store, notices) = Store::open(&paths, &Options::default()).unwrap();
        let said = notices.into_iter().find_map(|notice| match notice {
            Notice::LogDamaged { kept, forgotten } => {
                assert_eq!(fs::read(kept).unwrap(), log, "the log is kept as it was");
                Some(forgotten)
            }
            _ => None,
        });
        (said, store.load(id).map_or(0, |loaded| loaded.events.len()))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn stored_answers_are_not_forgotten_in_silence(place in 0.0f64..1.0, bit in 0u32..8) {
            let (id, database, mut log, last) = cut_off(12);
            prop_assert_eq!(opened(id, &database, &log), (None, 12));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let at = (place * last as f64) as usize;
            log[at] ^= 1 << bit;
            let (said, events) = opened(id, &database, &log);
            prop_assert!(events == 12 || said.is_some_and(|forgotten| forgotten >= 12 - events), "{at}: {said:?}, {events}");
        }

        #[test]
        fn a_log_whose_beginning_is_gone_is_not_forgotten_in_silence(length in prop::sample::select(vec![8usize, 32, 512, 4_096, 9_000])) {
            let (id, database, mut log, _) = cut_off(12);
            log[..length].fill(0);
            let (said, events) = opened(id, &database, &log);
            prop_assert!(said.is_some_and(|forgotten| forgotten > 0) && events < 12, "{said:?}, {events}");
        }

        #[test]
        fn what_a_power_cut_spoils_is_no_damage(place in 0.0f64..1.0, zeros: bool) {
            let (id, database, mut log, last) = cut_off(6);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let at = last + (place * (log.len() - last) as f64) as usize;
            if zeros {
                // A page of the last transaction that never reached the disk.
                let end = (at + 512).min(log.len());
                log[at..end].fill(0);
            } else {
                log.truncate(at);
            }
            let (said, events) = opened(id, &database, &log);
            prop_assert_eq!(said, None);
            prop_assert!((5..=6).contains(&events));
        }
    }
}
