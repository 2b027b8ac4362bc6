use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

/// Held by whoever looks at a picture beside the program that writes, so that this one keeps what is shown next. Where the
/// window goes, however it ends, the system lets go of it.
#[derive(Debug)]
pub(super) struct Watch {
    _held: File,
}

impl Watch {
    /// Lets the writing program know that somebody looks; nothing where the folder takes no files.
    pub(super) fn begin(home: &Path) -> Option<Self> {
        let held = open(home)?;
        held.lock_shared().ok()?;
        Some(Self { _held: held })
    }
}

/// Whether somebody looks.
pub(super) fn is_watched(home: &Path) -> bool {
    match open(home).map(|file| file.try_lock()) {
        Some(Err(std::fs::TryLockError::WouldBlock)) => true,
        Some(Ok(()) | Err(std::fs::TryLockError::Error(_))) | None => false,
    }
}

fn open(home: &Path) -> Option<File> {
    let path: PathBuf = home.join("kohesi.watch");
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_watched_as_long_as_anybody_looks() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_watched(folder.path()));
        let (one, other) = (Watch::begin(folder.path()).unwrap(), Watch::begin(folder.path()).unwrap());
        assert!(is_watched(folder.path()));
        drop(one);
        assert!(is_watched(folder.path()));
        drop(other);
        assert!(!is_watched(folder.path()));
    }
}
