use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::ffi::SQLITE_ERROR;

use super::database::{Durability, Options, Store};
use super::fault::{self, Fault};
use super::lock::Lock;
use super::schema::{self, Found};
use super::vault::Vault;
use super::{LITTLE_SPACE, Notice, Paths, StoreError, aside, backup, connection, files, place, sealed_to, slots, wal};

impl Store {
    /// Opens the store for writing and makes it where there is none: its folder and files for this person alone, and
    /// synced. A damaged file is moved aside and a new store begun.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another process writes, [`StoreError::SharedFolder`] unless that is allowed,
    /// [`StoreError::Newer`] for the store of a later program, or what the disk says.
    pub fn open(paths: &Paths, options: &Options) -> Result<(Self, Vec<Notice>), StoreError> {
        let mut notices = Vec::new();
        if let Some(shared) = place::shared(&paths.home) {
            let path = paths.home.clone();
            if !options.allow_shared_folder {
                return Err(StoreError::SharedFolder { path, shared });
            }
            notices.push(Notice::SharedFolder { path, shared });
        }
        files::make_folder(&paths.home)?;
        let lock = Lock::take(&paths.lock())?;
        if let Some(bytes) = place::free(&paths.home).filter(|bytes| *bytes < LITTLE_SPACE) {
            notices.push(Notice::LittleSpace { bytes });
        }
        let path = paths.database();
        if let Some((kept, forgotten)) = wal::keep_if_damaged(&path)? {
            notices.push(Notice::LogDamaged { kept, forgotten });
        }
        let unfinished_business = connection::log_size(&path) > 0;
        let connection = match surely(|| open_file(&path, options.durability)) {
            Ok(Some(connection)) => connection,
            Ok(None) => create(&path, options.durability)?,
            Err(fault) if fault.is_damage() => {
                let notice = aside::move_aside(paths)?;
                let connection = create(&path, options.durability)?;
                if let Notice::MovedAside { to, .. } = &notice {
                    protect_as(to, &connection);
                }
                notices.push(notice);
                connection
            }
            Err(fault) => return Err(fault.outside(&path, None)),
        };
        if sealed_to::owes_drill(&connection).map_err(|fault| fault.outside(&path, None))? {
            notices.push(Notice::DrillOwed);
        }
        let store = Self::over(connection, Some(lock), paths, options).map_err(|fault| fault.outside(&path, None))?;
        if unfinished_business && !store.is_protected() {
            store.leave_no_traces();
        }
        Ok((store, notices))
    }

    /// Opens the store for reading, beside whoever writes; none where there is none yet. One of an earlier layout is
    /// brought to this program's first.
    ///
    /// # Errors
    /// [`StoreError::NotAStore`] or [`StoreError::Damaged`] for a file that is no sound store, [`StoreError::Newer`]
    /// for the store of a later program, or what the disk says.
    pub fn read(paths: &Paths) -> Result<Option<Self>, StoreError> {
        Self::read_with(paths, &Vault::default())
    }

    /// As [`Store::read`], with the place where the key of a protected store is.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_with(paths: &Paths, vault: &Vault) -> Result<Option<Self>, StoreError> {
        let options = Options { allow_shared_folder: true, vault: vault.clone(), ..Options::default() };
        let path = paths.database();
        let read = || read_file(&path).map_err(|fault| fault.outside(&path, None));
        let opened = match read()? {
            Some((_, layout)) if layout < schema::KNOWN.into() => {
                // Whoever may write brings it to this program's layout.
                drop(Self::open(paths, &options)?);
                read()?
            }
            opened => opened,
        };
        let over = |(connection, _)| Self::over(connection, None, paths, &options);
        opened.map(over).transpose().map_err(|fault| fault.outside(&path, None))
    }

    /// Opens the connection again after a failed write: only then is it certain that what it believes is on the disk.
    pub(super) fn reopen(&mut self) -> Result<(), StoreError> {
        self.connection = None;
        if !self.path.exists() {
            return Err(StoreError::Gone { path: self.path.clone() });
        }
        let opened = open_file(&self.path, self.durability).map_err(|fault| fault.outside(&self.path, None))?;
        let connection = opened.ok_or_else(|| StoreError::Gone { path: self.path.clone() })?;
        // A write that seemed to fail may have changed this too.
        self.protected = slots::mark(&connection).map_err(|fault| fault.outside(&self.path, None))?;
        self.connection = Some(connection);
        self.stale = false;
        Ok(())
    }
}

/// The store in a file; none where there is no file, or one to which nothing was ever written.
fn open_file(path: &Path, durability: Durability) -> Result<Option<Connection>, Fault> {
    match fs::metadata(path) {
        Ok(file) if !file.is_file() => return Err(Fault::Damaged("file")),
        // A log beside an empty file is not of a creation that was cut short, and SQLite would delete it.
        Ok(file) if file.len() == 0 && connection::log_size(path) > 0 => return Err(Fault::Damaged("file")),
        Ok(file) if is_cut_short(path, file.len()) => {
            return Err(StoreError::NotAStore { path: path.to_owned() }.into());
        }
        Ok(_) => {}
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(fault::of_io(&error, path).into()),
        Err(_) if connection::log_size(path) > 0 => return Err(Fault::Damaged("file")),
        Err(_) => return Ok(None),
    }
    for suffix in ["", "-wal", "-shm"] {
        files::make_private(&files::beside(path, suffix));
    }
    let mut connection = connection::to_write(path).map_err(as_damage)?;
    match schema::look(&connection).map_err(|error| as_damage(error.into()))? {
        Found::Nothing => return Ok(None),
        Found::Foreign => return Err(StoreError::NotAStore { path: path.to_owned() }.into()),
        Found::Store(layout) if layout > schema::KNOWN.into() => return Err(schema::newer(layout).into()),
        Found::Store(layout) => {
            check(&connection, layout).map_err(as_damage)?;
            connection::arm(&connection, durability)?;
            let home = path.parent().unwrap_or(Path::new("."));
            schema::climb(&mut connection, layout, &schema::STEPS, |connection, layout| {
                backup::before_step(connection, home, layout)
            })?;
        }
    }
    Ok(Some(connection))
}

/// Puts a new store under the key of the damaged one whose place it takes, as far as that can still be read: what is
/// answered next does not lie open where it did not before.
fn protect_as(damaged: &Path, new: &Connection) {
    // SQLite would delete the log beside an empty file.
    if !fs::metadata(damaged).is_ok_and(|file| file.is_file() && file.len() > 0) {
        return;
    }
    let opened = if connection::log_size(damaged) == 0 {
        connection::to_read_alone(damaged)
    } else {
        connection::to_read(damaged)
    };
    let _ = opened.and_then(|damaged| slots::copy(&damaged, new));
}

/// A database has whole pages. The last one may be cut short where its log is still to be brought home.
fn is_cut_short(path: &Path, size: u64) -> bool {
    // SQLite writes a single byte to an empty file on some disks.
    size > 1 && !size.is_multiple_of(4_096) && connection::log_size(path) == 0
}

/// `SQLite` has errors of its own for damage of the list of tables and of some of the header; for the rest it says that
/// what is asked for cannot be. But while opening nothing is asked for that a sound file does not have.
fn as_damage(fault: Fault) -> Fault {
    match &fault {
        Fault::Sql(error) if error.sqlite_error().is_some_and(|said| said.extended_code == SQLITE_ERROR) => {
            Fault::Damaged("file")
        }
        _ => fault,
    }
}

/// Looks at what is written to while an interview is open, which is little however large the store: nothing is ever
/// written into a damaged page. The rest is checked when it is read.
fn check(connection: &Connection, layout: i64) -> Result<(), Fault> {
    let of_third = if layout < 3 { [].as_slice() } else { &["laptop", "refusal_elsewhere", "variant", "sealed"] };
    for table in ["questionnaire", "event", "draft", "refusal", "tombstone"].iter().chain(of_third) {
        let sql = format!("PRAGMA integrity_check({table})");
        let said: String = connection.query_row(&sql, [], |row| row.get(0))?;
        if said != "ok" {
            return Err(Fault::Damaged("file"));
        }
    }
    // The next interview's rows go to the end of each table, under a number that none of them may have.
    let last = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let known = last("SELECT max(number) FROM interview")?;
    for table in ["event", "draft", "packed", "history"] {
        if last(&format!("SELECT max(interview) FROM {table}"))? > known {
            return Err(Fault::Damaged("interview"));
        }
    }
    // The list of interviews may be long, and its index must have the same.
    let listed = sum(connection, "SELECT number, id FROM interview NOT INDEXED")?;
    let indexed = sum(connection, "SELECT number, id FROM interview INDEXED BY sqlite_autoindex_interview_1")?;
    if listed == indexed { Ok(()) } else { Err(Fault::Damaged("interview")) }
}

const FNV_PRIME: u128 = 0x0100_0000_0000_0000_0000_013B;

/// A sum over numbers and ids that does not ask for their order.
fn sum(connection: &Connection, sql: &str) -> Result<u128, Fault> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut sum = 0u128;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let id = row.get_ref(1)?.as_bytes().map_err(|_| Fault::Damaged("interview"))?;
        // FNV-1a: quick, and two rows that differ in one bit never have the same.
        let bytes = number.to_le_bytes().into_iter().chain(id.iter().copied());
        sum = sum.wrapping_add(bytes.fold(0, |hash: u128, byte| (hash ^ u128::from(byte)).wrapping_mul(FNV_PRIME)));
    }
    Ok(sum)
}

/// Makes an empty store beside its place, syncs it and gives it its name: a power cut leaves a whole store or none, and
/// the first answer finds a place that lasts. A file to which nothing was ever written makes room.
fn create(path: &Path, durability: Durability) -> Result<Connection, StoreError> {
    let part = files::beside(path, ".part");
    let built = || -> Result<Connection, Fault> {
        let said = |error: std::io::Error| fault::of_io(&error, path);
        for suffix in connection::BESIDE.into_iter().chain([""]) {
            // Left behind by a power cut.
            let _ = fs::remove_file(files::beside(&part, suffix));
        }
        let file = files::create_private(&part).map_err(said)?;
        let mut connection = connection::to_build(&part)?;
        schema::climb(&mut connection, 0, &schema::STEPS, |_, _| Ok(()))?;
        connection::use_log(&connection)?;
        connection.close().map_err(|(_, error)| error)?;
        file.sync_all().and_then(|()| fs::rename(&part, path)).map_err(said)?;
        path.parent().map_or(Ok(()), files::sync_folder).map_err(said)?;
        open_file(path, durability)?.ok_or(Fault::Damaged("file"))
    };
    built().map_err(|fault| {
        let _ = fs::remove_file(&part);
        fault.outside(path, None)
    })
}

/// The store in a file of any layout up to this program's, to be copied: it is read and never written.
pub(super) fn look_into(path: &Path) -> Result<Option<Connection>, Fault> {
    let Some((connection, _)) = read_file(path)? else { return Ok(None) };
    // A copy of it counts as a change.
    connection.pragma_update(None, "query_only", 0)?;
    Ok(Some(connection))
}

/// Brings the log of a sound store home, so that the file alone is all of it. False where somebody reads it.
pub(super) fn empty_log_of(path: &Path) -> Result<bool, Fault> {
    let connection = connection::to_write(path)?;
    let layout = match schema::look(&connection)? {
        Found::Store(layout) => layout,
        Found::Nothing | Found::Foreign => return Err(Fault::Damaged("file")),
    };
    check(&connection, layout)?;
    let emptied = connection::empty_log(&connection);
    connection.close().map_err(|(_, error)| error)?;
    Ok(emptied && connection::log_size(path) == 0)
}

/// The store in a file and its layout.
pub(super) fn read_file(path: &Path) -> Result<Option<(Connection, i64)>, Fault> {
    let size = match fs::metadata(path) {
        Ok(file) => file.len(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault::of_io(&error, path).into()),
    };
    match size {
        0 => return Ok(None),
        size if is_cut_short(path, size) => return Err(StoreError::NotAStore { path: path.to_owned() }.into()),
        _ => {}
    }
    let look = |connection: Connection| Ok((schema::look(&connection)?, connection));
    let opened = connection::to_read(path).and_then(look);
    let (found, connection) = match opened {
        // A folder that may not be written has no place for the index of the log; without a log none is needed.
        Err(Fault::Sql(error)) if may_not_write(&error) && connection::log_size(path) == 0 => {
            connection::to_read_alone(path).and_then(look).map_err(as_damage)?
        }
        opened => opened.map_err(as_damage)?,
    };
    match found {
        Found::Nothing => Ok(None),
        Found::Foreign => Err(StoreError::NotAStore { path: path.to_owned() }.into()),
        Found::Store(layout) if layout > i64::from(schema::KNOWN) => Err(schema::newer(layout).into()),
        Found::Store(layout) => Ok(Some((connection, layout))),
    }
}

/// Reads, and once more where what was found is damaged: `SQLite` takes a page that the disk would not read for a damaged
/// one, and that may pass.
pub(super) fn surely<T>(read: impl Fn() -> Result<T, Fault>) -> Result<T, Fault> {
    match read() {
        Err(fault) if fault.is_damage() => read(),
        read => read,
    }
}

fn may_not_write(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, ReadOnly};
    matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly))
}
