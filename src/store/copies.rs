//! Copies of the store: where they are, and how a person is taken out of them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::bundle::kin;
use super::envelope::{self, Envelope};
use super::fault::{self, Fault};
use super::needles::Needles;
use super::vault::Access;
use super::{Paths, connection, erase, files, open};
use crate::interview::InterviewId;

/// The folder of the copies that the program makes.
pub(super) fn folder(home: &Path) -> PathBuf {
    home.join("backups")
}

/// What the names of stores begin with that another was put in the place of.
pub(super) const REPLACED: &str = "replaced-";

/// Every copy beside the store, by name.
pub(super) fn all(home: &Path) -> Vec<PathBuf> {
    let files = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all: Vec<PathBuf> = files(&folder(home))
        .filter(|path| path.extension().is_some_and(|ending| ending == "db") && path.is_file())
        .collect();
    // Where earlier versions of this program put them.
    let is_old = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("kohesi.db.layout-"))
    };
    all.extend(files(home).filter(|path| is_old(path) && path.is_file()));
    all.sort();
    all
}

/// What a program left that ended while it wrote a copy, or put one in the store's place.
pub(super) fn unfinished(home: &Path) -> Vec<PathBuf> {
    let folder = folder(home);
    let entries = [home, &folder].into_iter().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
    let is_part = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.contains(".db.part")) && path.is_file()
    };
    entries.map(|entry| entry.path()).filter(is_part).collect()
}

/// What became of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It holds none of them.
    Nothing,
    /// It was written anew without them.
    Rewritten,
    /// It could not be, and is gone.
    Removed,
    /// It could not be, and may hold what nothing else holds; it is left as it is.
    Left,
}

/// Takes interviews out of a copy: it is written anew without them, or removed where that cannot be done.
pub(super) fn take_out(path: &Path, ids: &[InterviewId], needles: &mut Needles) -> Outcome {
    match holds(path, ids) {
        Ok(0) => Outcome::Nothing,
        Ok(_) => match rewrite(path, ids, needles) {
            Ok(()) => Outcome::Rewritten,
            Err(_) => remove(path),
        },
        // What cannot be read may hold them all the same.
        Err(_) if needles.hits_in(path).is_ok_and(|hits| hits.is_empty()) => Outcome::Nothing,
        Err(_) => remove(path),
    }
}

fn remove(path: &Path) -> Outcome {
    if path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(REPLACED)) {
        return Outcome::Left;
    }
    // Where even that fails, the search that follows finds what is left and tells it.
    let _ = fs::remove_file(path);
    let _ = path.parent().map_or(Ok(()), files::sync_folder);
    Outcome::Removed
}

/// How many of the interviews are in a copy.
pub(super) fn holds(path: &Path, ids: &[InterviewId]) -> Result<usize, Fault> {
    let Some(connection) = open::look_into(path)? else { return Ok(0) };
    let sealed = erase::has_table(&connection, "sealed")?;
    let mut found = 0;
    for id in ids {
        let is_in = |table: &str| connection.prepare(&format!("SELECT 1 FROM {table} WHERE id = ?1"))?.exists([id.0]);
        found += usize::from(is_in("interview")? || sealed && is_in("sealed")?);
    }
    Ok(found)
}

/// Puts an interview that was sealed into its envelopes in a copy too, where it lies open there.
pub(super) fn seal(path: &Path, id: InterviewId, envelopes: &[(i64, Envelope)]) -> Result<(), Fault> {
    let Some(source) = open::look_into(path)? else { return Ok(()) };
    let number = "SELECT number FROM interview WHERE id = ?1";
    let number: Option<i64> = source.query_row(number, [id.0], |row| row.get(0)).optional()?;
    let (Some(number), true) = (number, erase::has_table(&source, "sealed")?) else { return Ok(()) };
    let part = files::beside(path, ".part");
    let sealed = copy_into(&source, &part).and_then(|()| {
        let mut connection = connection::to_rewrite(&part)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (_, envelope) in envelopes {
            envelope.keep(&transaction)?;
        }
        // What is in no envelope here is not taken away.
        if !envelope::has(&transaction, id)? {
            return Err(Fault::Damaged("sealed"));
        }
        kin::remove(&transaction, number)?;
        transaction.commit()?;
        // A page can keep what was moved off it.
        connection.execute_batch("VACUUM")?;
        connection.close().map_err(|(_, error)| error)?;
        settle(&part, path).map_err(|error| fault::of_io(&error, path).into())
    });
    if sealed.is_err() {
        let _ = fs::remove_file(&part);
    }
    sealed
}

/// The copies beside the store that hold an interview.
#[must_use]
pub fn copies_with(paths: &Paths, id: InterviewId) -> Vec<PathBuf> {
    let mut copies = all(&paths.home);
    copies.retain(|path| holds(path, &[id]).is_ok_and(|count| count > 0));
    copies
}

fn rewrite(path: &Path, ids: &[InterviewId], needles: &mut Needles) -> Result<(), Fault> {
    let part = files::beside(path, ".part");
    let rewritten = rewrite_beside(path, &part, ids, needles);
    if rewritten.is_err() {
        let _ = fs::remove_file(&part);
    }
    rewritten
}

fn rewrite_beside(path: &Path, part: &Path, ids: &[InterviewId], needles: &mut Needles) -> Result<(), Fault> {
    let source = open::look_into(path)?.ok_or(Fault::Damaged("file"))?;
    copy_into(&source, part)?;
    drop(source);
    let mut connection = connection::to_rewrite(part)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let taken = erase::take_out(&Access::open_to_all(&transaction), ids)?;
    transaction.commit()?;
    needles.join(&taken.needles);
    // A page can keep what was moved off it.
    connection.execute_batch("VACUUM")?;
    let hits = needles.hits_in(part).map_err(|error| fault::of_io(&error, part))?;
    for needle in hits.keys().map(|needle| &needles.all[*needle]) {
        if needle.unique || !erase::lives(&connection, &needle.bytes)? {
            return Err(Fault::Damaged("file"));
        }
    }
    connection.close().map_err(|(_, error)| error)?;
    settle(part, path).map_err(|error| fault::of_io(&error, path).into())
}

/// Writes what a connection sees into a new file.
pub(super) fn copy_into(source: &Connection, part: &Path) -> Result<(), Fault> {
    let said = |error: io::Error| Fault::from(fault::of_io(&error, part));
    let _ = fs::remove_file(part);
    let file = files::create_private(part).map_err(said)?;
    let name = part.to_str().ok_or_else(|| said(io::ErrorKind::InvalidFilename.into()))?;
    source.execute("VACUUM INTO ?1", params![name])?;
    // SQLite leaves syncing to whoever asked.
    file.sync_all().map_err(said)
}

/// Gives a part that is whole its name, in the place of what has it.
pub(super) fn settle(part: &Path, path: &Path) -> io::Result<()> {
    files::sync_file(part)?;
    fs::rename(part, path)?;
    path.parent().map_or(Ok(()), files::sync_folder)
}
