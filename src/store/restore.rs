//! A copy takes the place of the store, which is moved aside.

use std::fs;
use std::path::{Path, PathBuf};

use super::fault::{self, Fault};
use super::lock::Lock;
use super::{
    Notice, Options, Paths, Store, StoreError, aside, backup, connection, copies, erase, examine, files, open,
};
use crate::interview::InterviewId;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Interviews in the store now.
    pub interviews: usize,
    /// How many of them are damaged, as they were in the copy.
    pub damaged: usize,
    /// Interviews of the copy that were erased since, and were left out.
    pub erased: usize,
    /// Where the store that was there is now; none where there was none.
    pub before: Option<PathBuf>,
    /// Interviews that are in it and not in the copy.
    pub only_before: usize,
}

/// Puts a copy in the place of the store. The store that is there is moved aside, damaged or not; who was erased from it
/// is left out of the copy. The copy itself stays as it is.
///
/// # Errors
/// [`StoreError::Locked`] while another process writes, [`StoreError::NotAStore`], [`StoreError::Damaged`] or
/// [`StoreError::Newer`] for a copy that cannot be used, or what the disk says. Then the store is as it was.
pub fn restore(paths: &Paths, from: &Path, options: &Options) -> Result<(Restored, Vec<Notice>), StoreError> {
    files::make_folder(&paths.home)?;
    let lock = Lock::take(&paths.lock())?;
    let database = paths.database();
    let part = files::beside(&database, ".part");
    let outcome = prepare(paths, from, &part).and_then(|prepared| {
        let before = move_away(paths, &part)?;
        Ok(Restored { before, ..prepared })
    });
    let restored = outcome.map_err(|fault| {
        let _ = fs::remove_file(&part);
        fault.outside(from, None)
    })?;
    drop(lock);
    // One of an earlier layout is brought to this program's.
    let (store, notices) = Store::open(paths, options)?;
    drop(store);
    Ok((restored, notices))
}

/// Writes the copy into the part, without those who were erased from the store that is there.
fn prepare(paths: &Paths, from: &Path, part: &Path) -> Result<Restored, Fault> {
    let missing = || Fault::from(StoreError::Gone { path: from.to_owned() });
    let source = open::look_into(from)?.ok_or_else(missing)?;
    copies::copy_into(&source, part)?;
    drop(source);
    let (gone, known) = known(&paths.database())?;
    let mut connection = connection::to_rewrite(part)?;
    let transaction = connection.transaction()?;
    let taken = erase::take_out(&super::vault::Access::open_to_all(&transaction), &gone)?;
    transaction.commit()?;
    if taken.interviews > 0 {
        connection.execute_batch("VACUUM")?;
    }
    let mut statement = connection.prepare("SELECT 1 FROM interview WHERE id = ?1")?;
    let mut only_before = 0;
    for id in known {
        only_before += usize::from(!statement.exists([id.0])?);
    }
    drop(statement);
    connection.close().map_err(|(_, error)| error)?;
    let copied = backup::look(part)?;
    let (interviews, damaged) = (copied.interviews, copied.damaged);
    Ok(Restored { interviews, damaged, erased: taken.interviews, before: None, only_before })
}

/// Who was erased from the store that is there, and who is in it, as far as it can be read: a damaged one knows nobody. A
/// disk that fails is no damage, and nobody who was erased comes back for it.
fn known(database: &Path) -> Result<(Vec<InterviewId>, Vec<InterviewId>), Fault> {
    let read = || {
        let Some(connection) = open::look_into(database)? else { return Ok((Vec::new(), Vec::new())) };
        let held = super::rows::walk(&connection).0.into_iter().map(|row| row.id).collect();
        Ok((examine::erased(&connection)?, held))
    };
    match open::surely(read) {
        Err(fault) if fault.is_damage() => Ok((Vec::new(), Vec::new())),
        read => read,
    }
}

/// Gives the part the store's name, and the store that has it another.
fn move_away(paths: &Paths, part: &Path) -> Result<Option<PathBuf>, Fault> {
    let database = paths.database();
    let said = |error: std::io::Error| Fault::from(fault::of_io(&error, &database));
    match database.symlink_metadata() {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(said(error)),
        Err(_) if connection::log_size(&database) == 0 => {
            copies::settle(part, &database).map_err(said)?;
            return Ok(None);
        }
        _ => {}
    }
    let sound = match open::surely(|| open::empty_log_of(&database)) {
        Ok(true) => true,
        // Somebody reads it, and would go on with what is no longer there.
        Ok(false) => return Err(StoreError::Locked { pid: None, since: None }.into()),
        Err(fault) if fault.is_damage() => false,
        Err(fault) => return Err(fault),
    };
    if !sound {
        // Its log belongs to it, and goes with it.
        let Notice::MovedAside { to, .. } = aside::move_aside(paths)? else { return Err(Fault::Damaged("file")) };
        copies::settle(part, &database).map_err(said)?;
        return Ok(Some(to));
    }
    let folder = copies::folder(&paths.home);
    files::make_folder(&folder)?;
    let today = super::clock::local(super::clock::now().unix_ms).date();
    let to = backup::free_name(&folder, &format!("{}{today}", copies::REPLACED));
    // With a second name for the one that is there, there is a store at every moment.
    fs::hard_link(&database, &to).or_else(|_| files::rename_new(&database, &to)).map_err(said)?;
    files::sync_folder(&folder).map_err(said)?;
    for suffix in connection::BESIDE {
        let _ = fs::remove_file(files::beside(&database, suffix));
    }
    copies::settle(part, &database).map_err(said)?;
    Ok(Some(to))
}
