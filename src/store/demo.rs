use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::database::Source;
use super::fault::{self, Fault};
use super::rows::{self, Held};
use super::vault::Access;
use super::{Notice, Options, Paths, Store, StoreError, Workshop, files, new_id, open, schema, write};
use crate::interview::Interview;
use crate::questionnaire::Questionnaire;

/// A store of interviews that were made up, and of no others.
#[derive(Debug)]
pub struct Demo(Store);

/// Files that a folder may have and still be a demo's: a store's own.
const OWN: [&str; 7] =
    ["backups", "kohesi.db", "kohesi.db-wal", "kohesi.db-shm", "kohesi.lock", "kohesi.log", "kohesi.watch"];

/// Whether anything in a store is of a real person: an interview whose id is not of version 8, one that was erased, or
/// a refusal.
const REAL: &str = "SELECT EXISTS(SELECT 1 FROM interview WHERE substr(hex(substr(id, 7, 1)), 1, 1) <> '8') \
                    OR EXISTS(SELECT 1 FROM refusal) OR EXISTS(SELECT 1 FROM tombstone)";

impl Demo {
    /// Opens a demo's store for writing, and makes it where there is none.
    ///
    /// # Errors
    /// [`StoreError::NotSynthetic`] where the folder has anything but a store of interviews that were made up, and as
    /// [`Store::open`].
    pub fn open(paths: &Paths, options: &Options) -> Result<(Self, Vec<Notice>), StoreError> {
        let refused = || StoreError::NotSynthetic { path: paths.home.clone() };
        let path = paths.database();
        if !has_only_own(&paths.home)? {
            return Err(refused());
        }
        // Looked at before it is opened for writing, which may move a damaged store aside.
        let found = open::read_file(&path).map_err(|fault| fault.outside(&path, None))?;
        if let Some((connection, layout)) = found
            && (layout != i64::from(schema::KNOWN)
                || has_real(&connection).map_err(|fault| fault.outside(&path, None))?)
        {
            return Err(refused());
        }
        let (store, notices) = Store::open(paths, options)?;
        if has_real(store.reading()?).map_err(|fault| fault.outside(&path, None))? {
            return Err(refused());
        }
        Ok((Self(store), notices))
    }

    /// Stores finished interviews that were made up, all in one transaction and one sync; those that are stored already
    /// are left as they are. Gives how many were new.
    ///
    /// # Errors
    /// [`StoreError::NotSynthetic`] where one of them is not made up, [`StoreError::Unknown`] where one is not finished,
    /// or what the disk says. Then none of them is stored.
    pub fn keep(&mut self, interviews: &[Interview]) -> Result<u64, StoreError> {
        let path = self.0.home.clone();
        self.0.write(None, |transaction| {
            let mut kept = 0;
            for interview in interviews {
                if !interview.id().is_synthetic() {
                    return Err(StoreError::NotSynthetic { path }.into());
                }
                kept += u64::from(keep(transaction, interview)?);
            }
            Ok(kept)
        })
    }

    /// Keeps a workshop whose people are made up.
    ///
    /// # Errors
    /// [`StoreError::NotSynthetic`] where it is a real one, or what the disk says.
    pub fn keep_workshop(&mut self, workshop: &Workshop, questionnaire: &Questionnaire) -> Result<(), StoreError> {
        if workshop.about.made_up && workshop.id.is_synthetic() {
            self.0.keep_workshop(workshop, Some(questionnaire))
        } else {
            Err(StoreError::NotSynthetic { path: self.0.home.clone() })
        }
    }

    /// Brings what was written home; the store itself can then be read.
    #[must_use]
    pub fn close(mut self) -> PathBuf {
        while self.0.bind() {}
        self.0.rest();
        self.0.home.clone()
    }
}

fn has_only_own(folder: &Path) -> Result<bool, StoreError> {
    let said = |error: std::io::Error| fault::of_io(&error, folder);
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.try_fold(true, |own, entry| {
            let name = entry.map_err(said)?.file_name();
            Ok(own && OWN.iter().any(|known| name == *known))
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(said(error)),
    }
}

fn has_real(connection: &Connection) -> Result<bool, Fault> {
    Ok(connection.query_row(REAL, [], |row| row.get(0))?)
}

/// Stores a finished interview as finishing it would have; false where it is there already.
fn keep(transaction: &Access<'_>, interview: &Interview) -> Result<bool, Fault> {
    let (id, events) = (interview.id(), interview.events());
    if rows::held(transaction, id)?.is_some() {
        return Ok(false);
    }
    if !interview.finished() {
        return Err(StoreError::Unknown { text: id.to_string() }.into());
    }
    let source = Source::from(&**interview.questionnaire());
    let questionnaire = write::keep_questionnaire(transaction, &source)?;
    transaction
        .prepare_cached("INSERT INTO interview(id, questionnaire) VALUES (?1, ?2)")?
        .execute(params![id.0, questionnaire])?;
    let held = Held::new(id, transaction.last_insert_rowid(), questionnaire, source.hash);
    write::keep_finished(transaction, &held, events, &interview.packed())?;
    Ok(true)
}

/// A folder that is removed with all it has when this is dropped.
#[derive(Debug)]
pub struct Passing(PathBuf);

impl Passing {
    /// A new folder for this person alone, where the system keeps what passes.
    ///
    /// # Errors
    /// What the system says.
    pub fn new() -> Result<Self, StoreError> {
        let folder = std::env::temp_dir().join(format!("kohesi-demo-{}", new_id()));
        files::make_folder(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // Nobody is left to be told.
        let _ = fs::remove_dir_all(&self.0);
    }
}
