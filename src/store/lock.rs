use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{StoreError, clock, fault, files};

/// How long to wait for whoever holds the right for a moment only, and how often to try.
const MOMENT: Duration = Duration::from_millis(20);
const PATIENCE: u32 = 12;

/// The right to write, held until dropped or until this process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _held: File,
}

impl Lock {
    /// Takes the right to write and says in the file who holds it and since when.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let said = |error: io::Error| fault::of_io(&error, path);
        let held = open(&locked_file(path)).map_err(said)?;
        let mut tried = held.try_lock();
        // A picture beside takes the right for a moment only.
        for _ in 0..PATIENCE {
            if !matches!(tried, Err(TryLockError::WouldBlock)) {
                break;
            }
            std::thread::sleep(MOMENT);
            tried = held.try_lock();
        }
        match tried {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(holder(path)),
            Err(TryLockError::Error(error)) => return Err(said(error)),
        }
        let text = format!("pid {}\nsince {}\n", std::process::id(), clock::now().unix_ms);
        let mut words = open(path).map_err(said)?;
        // Emptying it first would make ext4 bring it to the disk at once and wait.
        words.write_all(text.as_bytes()).and_then(|()| words.set_len(text.len() as u64)).map_err(said)?;
        Ok(Self { _held: held })
    }

    /// Whether somebody holds it, without taking it.
    ///
    /// # Errors
    /// [`StoreError::Locked`] where somebody does, or what the disk says.
    pub(super) fn look(path: &Path) -> Result<(), StoreError> {
        let said = |error: io::Error| fault::of_io(&error, path);
        let file = OpenOptions::new().read(true).write(true).open(locked_file(path)).map_err(said)?;
        match file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => Err(holder(path)),
            Err(TryLockError::Error(error)) => Err(said(error)),
        }
    }
}

/// Windows lets nobody read a locked file, so there the lock is on a second one.
fn locked_file(path: &Path) -> PathBuf {
    if cfg!(windows) { files::beside(path, ".held") } else { path.to_owned() }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn holder(path: &Path) -> StoreError {
    let text = fs::read_to_string(path).unwrap_or_default();
    let word = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<i64>().ok());
    StoreError::Locked { pid: word("pid ").and_then(|pid| u32::try_from(pid).ok()), since: word("since ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_the_lock_and_the_others_learn_who() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kohesi.lock");
        let before = clock::now().unix_ms;
        let held = Lock::take(&path).unwrap();
        let Err(StoreError::Locked { pid, since }) = Lock::take(&path) else { panic!("the lock was given twice") };
        assert_eq!(pid, Some(std::process::id()));
        assert!((before..=clock::now().unix_ms).contains(&since.unwrap()));
        drop(held);
        Lock::take(&path).unwrap();
    }

    #[test]
    fn words_that_are_not_ours_name_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kohesi.lock");
        fs::write(&path, "pid -5\nsince \u{1b}\n").unwrap();
        assert_eq!(holder(&path), StoreError::Locked { pid: None, since: None });
    }
}
