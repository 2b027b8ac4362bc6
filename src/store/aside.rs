use std::path::{Path, PathBuf};

use super::database::{Options, Store};
use super::{Notice, Paths, State, StoreError, connection, fault, files};

/// Moves a damaged database and the files that belong to it to names that nothing has, and counts what can still be
/// read there.
pub(super) fn move_aside(paths: &Paths) -> Result<Notice, StoreError> {
    let from = paths.database();
    let to = free_name(&from);
    // The log goes first: without its database it stays what it is, while a new database would swallow it.
    for suffix in connection::BESIDE.into_iter().chain([""]) {
        let (from, to) = (files::beside(&from, suffix), files::beside(&to, suffix));
        if from.symlink_metadata().is_ok() {
            files::rename_new(&from, &to).map_err(|error| fault::of_io(&error, &from))?;
        }
    }
    files::sync_folder(&paths.home).map_err(|error| fault::of_io(&error, &paths.home))?;
    let (found, sound) = count(paths, &to);
    Ok(Notice::MovedAside { to, found, sound })
}

/// Every damaged database that was moved aside, in the order in which they were.
#[must_use]
pub fn all(paths: &Paths) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(&paths.home).into_iter().flatten().flatten().map(|entry| entry.path());
    let number = |path: &PathBuf| {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix("kohesi.db.damaged-")?.parse::<u32>().ok()
    };
    let mut all: Vec<PathBuf> = entries.filter(|path| number(path).is_some() && path.is_file()).collect();
    all.sort_by_key(number);
    all
}

/// The first of `kohesi.db.damaged-1`, `-2`, … that nothing has. A log that has the name already without a database
/// is of a move that was cut short, and is joined by its database; a second log does not come over it.
fn free_name(path: &Path) -> PathBuf {
    let free = |name: &PathBuf| {
        let there = |path: PathBuf| path.symlink_metadata().is_ok();
        let collides = |suffix: &str| there(files::beside(path, suffix)) && there(files::beside(name, suffix));
        !there(name.clone()) && !connection::BESIDE.iter().any(|suffix| collides(suffix))
    };
    let mut names = (1u32..).map(|number| files::beside(path, &format!(".damaged-{number}")));
    names.find(free).unwrap_or_else(|| path.to_owned())
}

/// Interviews in a damaged file, and how many of them can be read whole.
fn count(paths: &Paths, path: &Path) -> (usize, usize) {
    // SQLite would delete the log beside an empty file.
    if !std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() > 0) {
        return (0, 0);
    }
    let opened =
        if connection::log_size(path) == 0 { connection::to_read_alone(path) } else { connection::to_read(path) };
    let Ok(connection) = opened else { return (0, 0) };
    let Ok(mut store) = Store::over(connection, None, paths, &Options::default()) else { return (0, 0) };
    path.clone_into(&mut store.path);
    let summaries = store.what_is_left();
    let sound = summaries.iter().filter(|summary| summary.state != State::Damaged);
    (summaries.len(), sound.count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_name_that_is_taken_is_not_taken_again() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::at(folder.path());
        for round in 1..=3 {
            fs::write(paths.database(), format!("no database {round}")).unwrap();
            let Notice::MovedAside { to, found: 0, sound: 0 } = move_aside(&paths).unwrap() else {
                panic!("not moved")
            };
            assert_eq!(to, files::beside(&paths.database(), &format!(".damaged-{round}")));
        }
        for round in 1..=3 {
            let text = fs::read_to_string(files::beside(&paths.database(), &format!(".damaged-{round}"))).unwrap();
            assert_eq!(text, format!("no database {round}"));
        }
    }

    #[test]
    fn a_move_that_was_cut_short_is_completed_and_no_log_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::at(folder.path());
        let aside = |suffix: &str| files::beside(&paths.database(), suffix);
        fs::write(aside(".damaged-1-wal"), "the first log").unwrap();
        fs::write(paths.database(), "the first database").unwrap();
        move_aside(&paths).unwrap();
        assert_eq!(fs::read_to_string(aside(".damaged-1")).unwrap(), "the first database");
        fs::remove_file(aside(".damaged-1")).unwrap();
        fs::write(paths.database(), "the second database").unwrap();
        fs::write(aside("-wal"), "the second log").unwrap();
        move_aside(&paths).unwrap();
        assert_eq!(fs::read_to_string(aside(".damaged-1-wal")).unwrap(), "the first log");
        assert_eq!(fs::read_to_string(aside(".damaged-2-wal")).unwrap(), "the second log");
        assert_eq!(fs::read_to_string(aside(".damaged-2")).unwrap(), "the second database");
    }
}
