use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use super::files::{beside, create_private, exchange, rename_new, sync_file, sync_folder};
use super::{StoreError, fault, make_folder};

/// What is gathered before it goes to the disk.
const BUFFER: usize = 1 << 18;

/// Several files that come to be together or not at all: each is written as `<name>.part` beside its place, or all of
/// them into the folder `<name>.part`, and is given its name by [`Parts::commit`]. Dropped before, nothing is left.
#[derive(Debug)]
pub struct Parts {
    target: Target,
    replace: bool,
    /// Where each is being written, and where it belongs.
    made: Vec<(PathBuf, PathBuf)>,
    done: bool,
}

#[derive(Debug)]
enum Target {
    /// Files of this folder.
    Folder(PathBuf),
    /// A folder that is written as a whole, and how entries of one that may be replaced are called.
    Tree { path: PathBuf, part: PathBuf, ours: fn(&str) -> bool },
}

impl Parts {
    /// Files of a folder that is there, of these names. Those that are there already are replaced only where `replace`
    /// says so.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where one of them is there and is not to be replaced.
    pub fn files(folder: &Path, names: &[String], replace: bool) -> Result<Self, StoreError> {
        let there = names.iter().map(|name| folder.join(name)).find(|path| path.symlink_metadata().is_ok());
        match there {
            Some(path) if !replace => Err(StoreError::Exists { path }),
            _ => Ok(Self { target: Target::Folder(folder.to_owned()), replace, made: Vec::new(), done: false }),
        }
    }

    /// A folder of files. One that is there is replaced as a whole, and only where `replace` says so and each entry of
    /// it is called as `ours` says.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where it is there and is not to be replaced, or what the system says.
    pub fn tree(path: &Path, replace: bool, ours: fn(&str) -> bool) -> Result<Self, StoreError> {
        let exists = path.symlink_metadata().is_ok();
        if exists && !(replace && holds_only(path, ours)) {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        let part = beside(path, ".part");
        if part.symlink_metadata().is_ok() {
            // One left behind by a power cut is ours; another is not.
            if !holds_only(&part, ours) {
                return Err(StoreError::Exists { path: part });
            }
            fs::remove_dir_all(&part).map_err(|error| fault::of_io(&error, &part))?;
        }
        make_folder(&part)?;
        let target = Target::Tree { path: path.to_owned(), part, ours };
        Ok(Self { target, replace, made: Vec::new(), done: false })
    }

    /// A new file, by its path from where all of them belong.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(&mut self, name: &Path) -> Result<BufWriter<File>, StoreError> {
        let (part, place) = match &self.target {
            Target::Folder(folder) => (beside(&folder.join(name), ".part"), folder.join(name)),
            Target::Tree { path, part, .. } => (part.join(name), path.join(name)),
        };
        let said = |error: io::Error| fault::of_io(&error, &part);
        if let Target::Tree { .. } = &self.target {
            part.parent().map_or(Ok(()), make_folder)?;
        } else if let Err(error) = fs::remove_file(&part)
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(said(error));
        }
        let file = create_private(&part).map_err(said)?;
        self.made.push((part.clone(), place));
        Ok(BufWriter::with_capacity(BUFFER, file))
    }

    /// Syncs every file and gives them their names.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where one has come to be there meanwhile, or what the system says.
    pub fn commit(mut self) -> Result<(), StoreError> {
        for (part, place) in &self.made {
            sync_file(part).map_err(|error| fault::of_io(&error, place))?;
        }
        match &self.target {
            Target::Folder(folder) => {
                for (part, place) in &self.made {
                    let renamed = if self.replace { fs::rename(part, place) } else { rename_new(part, place) };
                    renamed.map_err(|error| fault::of_io(&error, place))?;
                }
                sync_folder(folder).map_err(|error| fault::of_io(&error, folder))?;
            }
            Target::Tree { path, part, ours } => self.rename_tree(path, part, *ours)?,
        }
        self.done = true;
        Ok(())
    }

    fn rename_tree(&self, path: &Path, part: &Path, ours: fn(&str) -> bool) -> Result<(), StoreError> {
        let said = |error: io::Error| fault::of_io(&error, path);
        for (part, _) in &self.made {
            part.parent().map_or(Ok(()), sync_folder).map_err(said)?;
        }
        let mut old = beside(path, ".old");
        let replaces = self.replace && path.symlink_metadata().is_ok();
        if replaces && (!holds_only(path, ours) || old.symlink_metadata().is_ok()) {
            return Err(StoreError::Exists { path: path.to_owned() });
        }
        if replaces && exchange(part, path).map_err(said)? {
            part.clone_into(&mut old);
        } else {
            if replaces {
                fs::rename(path, &old).map_err(said)?;
            }
            if let Err(error) = rename_new(part, path) {
                let _ = fs::rename(&old, path);
                return Err(said(error));
            }
        }
        let above = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sync_folder(above).map_err(said)?;
        match fs::remove_dir_all(&old) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(fault::of_io(&error, &old)),
            _ => Ok(()),
        }
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        // Nobody is left to be told.
        match &self.target {
            Target::Folder(_) => self.made.iter().for_each(|(part, _)| drop(fs::remove_file(part))),
            Target::Tree { part, .. } => drop(fs::remove_dir_all(part)),
        }
    }
}

/// Whether a folder has no entry but those that `ours` knows.
fn holds_only(folder: &Path, ours: fn(&str) -> bool) -> bool {
    let is_folder = folder.symlink_metadata().is_ok_and(|found| found.is_dir());
    let entries = || fs::read_dir(folder).into_iter().flatten();
    is_folder && entries().all(|entry| entry.is_ok_and(|entry| entry.file_name().to_str().is_some_and(ours)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn write(parts: &mut Parts, name: &str, text: &str) {
        let mut file = parts.create(name.as_ref()).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file.flush().unwrap();
    }

    #[test]
    fn files_come_to_be_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let wanted = ["a".to_owned(), "b".to_owned()];
        let begun = || {
            let mut parts = Parts::files(folder.path(), &wanted, false).unwrap();
            write(&mut parts, "a", "1");
            write(&mut parts, "b", "2");
            parts
        };
        drop(begun());
        assert_eq!(names(folder.path()), Vec::<String>::new());
        begun().commit().unwrap();
        assert_eq!(names(folder.path()), ["a", "b"]);
        assert_eq!(Parts::files(folder.path(), &wanted, false).unwrap_err().code(), "store.exists");
        let mut parts = Parts::files(folder.path(), &wanted, true).unwrap();
        write(&mut parts, "a", "3");
        parts.commit().unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "3");
    }

    #[test]
    fn a_tree_replaces_one_of_its_own_kind_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tree");
        let ours: fn(&str) -> bool = |name| name.starts_with("q=");
        let mut parts = Parts::tree(&path, false, ours).unwrap();
        write(&mut parts, "q=1/w=1/part", "1");
        assert_eq!(names(folder.path()), ["tree.part"]);
        // As a power cut would leave it.
        std::mem::forget(parts);
        let mut parts = Parts::tree(&path, false, ours).unwrap();
        write(&mut parts, "q=2/part", "2");
        parts.commit().unwrap();
        assert_eq!((names(folder.path()), names(&path)), (vec!["tree".to_owned()], vec!["q=2".to_owned()]));
        assert_eq!(Parts::tree(&path, false, ours).unwrap_err().code(), "store.exists");
        let mut parts = Parts::tree(&path, true, ours).unwrap();
        write(&mut parts, "q=3/part", "3");
        parts.commit().unwrap();
        assert_eq!((names(folder.path()), names(&path)), (vec!["tree".to_owned()], vec!["q=3".to_owned()]));
        fs::write(path.join("letter"), "").unwrap();
        assert_eq!(Parts::tree(&path, true, ours).unwrap_err().code(), "store.exists");
        assert_eq!(names(&path), ["letter", "q=3"]);
    }
}
