//! Where sticks are, and which bundles are on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Bundled, Bundling, Looked, Watch, laptop};
use crate::store::fault::Fault;
use crate::store::{Identity, Store, StoreError, environment, files};

/// How the names of bundles end.
const ENDING: &str = "kohesi";
/// The most bundles that are looked into: the newest.
const MOST: usize = 20;
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
    pub fn look_around(&self, folder: &Path, key: Option<&Identity>, watch: Watch<'_>) -> Around {
        let sticks = environment::sticks();
        let folders = sticks.iter().map(PathBuf::as_path).chain([folder]);
        let mut found: Vec<(SystemTime, PathBuf)> = folders.flat_map(bundles_in).collect();
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.dedup();
        found.truncate(MOST);
        let look = |(_, path): (SystemTime, PathBuf)| Found { looked: self.look_into(&path, key, watch), path };
        Around { bundles: found.into_iter().map(look).collect(), folder: folder.to_owned(), sticks }
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
}
