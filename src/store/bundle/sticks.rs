//! Where sticks are, and which bundles are on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{BundleFault, Bundled, Bundling, Looked, Watch, laptop};
use crate::store::fault::Fault;
use crate::store::{Identity, Store, StoreError, environment, files};

/// How the names of bundles end.
const ENDING: &str = "kohesi";
/// The most bundles that are looked into: the newest.
const MOST: usize = 20;
/// Of a folder no more files are looked at for a key.
const MOST_FILES: usize = 1_000;
/// Nobody looks for more files of one name.
const MOST_NAMES: u32 = 10_000;

/// What there is beside this laptop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Folders of sticks.
    pub sticks: Vec<PathBuf>,
    /// The folder that was looked into beside them.
    pub folder: PathBuf,
    /// Bundles on them and in the folder that was named, the newest first.
    pub bundles: Vec<Found>,
    /// Files there that hold a key, where one of the bundles is sealed.
    pub keys: Vec<PathBuf>,
}

impl Found {
    /// Whether it takes a key to look into it.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        matches!(self.looked, Err(StoreError::Bundle { fault: BundleFault::Sealed, .. }))
    }
}

/// A file that may be a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The file.
    pub path: PathBuf,
    /// What it would bring, or why it would not.
    pub looked: Result<Looked, StoreError>,
}

impl Store {
    /// The bundles on sticks and in a folder, each looked into, and the sticks.
    #[must_use]
    pub fn look_around(&self, folder: &Path, watch: Watch<'_>) -> Around {
        let sticks = environment::sticks();
        let folders = || sticks.iter().map(PathBuf::as_path).chain([folder]);
        let mut found: Vec<(SystemTime, PathBuf)> = folders().flat_map(bundles_in).collect();
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.dedup();
        found.truncate(MOST);
        let look = |(_, path): (SystemTime, PathBuf)| Found { looked: self.look_into(&path, None, watch), path };
        let bundles: Vec<Found> = found.into_iter().map(look).collect();
        let mut keys: Vec<PathBuf> = Vec::new();
        if bundles.iter().any(Found::is_sealed) {
            keys = folders().flat_map(keys_in).collect();
            keys.sort();
            keys.dedup();
        }
        Around { bundles, folder: folder.to_owned(), keys, sticks }
    }

    /// Writes a bundle into a folder, under a name that tells the day (as `2026-11-26`) and the laptop and that nothing has
    /// yet. Where it is, and what went into it.
    ///
    /// # Errors
    /// As [`Store::bundle`].
    pub fn bundle_into(&self, folder: &Path, day: &str, watch: Watch<'_>) -> Result<(PathBuf, Bundled), StoreError> {
        let own = self.snapshot(|access| laptop::own(access));
        let own = own.map_err(|fault: Fault| fault.outside(&self.path, None))?.to_string();
        let stem = format!("{ENDING}-{day}-{}", own.get(..8).unwrap_or_default());
        files::make_folder(folder)?;
        let mut number = 1;
        loop {
            let name = if number == 1 { format!("{stem}.{ENDING}") } else { format!("{stem}-{number}.{ENDING}") };
            let bundling = Bundling { path: folder.join(name), ..Bundling::default() };
            match self.bundle(&bundling, watch) {
                Err(StoreError::Exists { .. }) if number < MOST_NAMES => number += 1,
                bundled => return bundled.map(|bundled| (bundling.path, bundled)),
            }
        }
    }
}

/// The bundles of a folder by their names, and when they were written. A folder that cannot be read has none.
fn bundles_in(folder: &Path) -> Vec<(SystemTime, PathBuf)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bundle = |entry: fs::DirEntry| {
        let path = entry.path();
        let written = entry.metadata().ok().filter(fs::Metadata::is_file)?.modified().ok()?;
        path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(ENDING)).then_some((written, path))
    };
    entries.filter_map(bundle).collect()
}

/// The files of a folder that hold a key, whatever they are called.
fn keys_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES).map(|entry| entry.path());
    let holds_key = |path: &PathBuf| {
        fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= Identity::LARGEST)
            && files::read_secret(path, Identity::LARGEST)
                .is_ok_and(|file| file.is_some_and(|file| Identity::is_in(&file)))
    };
    entries.filter(holds_key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundles_are_found_by_their_names() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.kohesi", "b.KOHESI", "c.kohesi.part", "d.txt", "kohesi"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        fs::create_dir(folder.path().join("e.kohesi")).unwrap();
        let mut names: Vec<_> =
            bundles_in(folder.path()).into_iter().map(|(_, path)| path.file_name().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["a.kohesi", "b.KOHESI"]);
        assert!(bundles_in(&folder.path().join("none")).is_empty());
    }

    #[test]
    fn keys_are_found_by_what_is_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let key = Identity::generate();
        let plain = format!("# kunci koordinator\n{}", *key.text());
        let sealed = key.recipients().unwrap().seal(plain.as_bytes()).unwrap();
        let locked = Identity::lock(&plain, "empat kata yang jauh").unwrap();
        let public = key.public_keys()[0].to_string();
        for (name, bytes) in [
            ("kunci.txt", plain.as_bytes()),
            ("kunci-tersandi", &locked),
            ("a.kohesi", &sealed),
            ("b.txt", public.as_bytes()),
            ("c.txt", b"AGE-SECRET-KEY-1"),
            ("d", &vec![0xff; 90_000]),
        ] {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut keys = keys_in(folder.path());
        keys.sort();
        assert_eq!(keys, ["kunci-tersandi", "kunci.txt"].map(|name| folder.path().join(name)));
    }
}
