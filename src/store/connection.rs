use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::fault::Fault;
use super::{Durability, StoreError, fault, files};

/// `SQLite` before 3.51.3 can damage its own log when it begins it anew.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How long to wait for another process's read or write to end, in milliseconds.
const PATIENCE_MS: i64 = 2_000;

/// Pages in the log before a commit also brings them home, 16 MB: no interview reaches it, so that each of its
/// answers costs one sync. The log is brought home after an interview and when the store is closed.
const LOG_PAGES: i64 = 4_000;

/// Settings of every connection, each set and read back.
const ALWAYS: [(&str, i64); 7] = [
    ("trusted_schema", 0),
    ("cell_size_check", 1),
    ("mmap_size", 0),
    ("foreign_keys", 1),
    // In memory: no answer in a temporary file.
    ("temp_store", 2),
    ("cache_size", -512),
    ("busy_timeout", PATIENCE_MS),
];

/// Settings of a connection that writes.
const WRITING: [(&str, i64); 4] =
    [("secure_delete", 1), ("fullfsync", 1), ("checkpoint_fullfsync", 1), ("wal_autocheckpoint", LOG_PAGES)];

/// A connection for writing to a file that is there, not yet looked at and with nothing written.
pub(super) fn to_write(path: &Path) -> Result<Connection, Fault> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if connection.is_readonly("main")? {
        // SQLite opens what it may not write for reading, and would say so at the first answer only.
        return Err(StoreError::ReadOnly { path: path.to_owned(), reason: String::new() }.into());
    }
    // Until the file is known to be sound, closing must leave its log as it is.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    set_all(&connection, &ALWAYS)?;
    Ok(connection)
}

/// A connection for building a file that has no name yet and is synced when it is whole.
pub(super) fn to_build(path: &Path) -> Result<Connection, Fault> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    set_all(&connection, &ALWAYS)?;
    set(&connection, "synchronous", 0)?;
    Ok(connection)
}

/// A connection for changing a copy that has no name yet: what is taken out is overwritten, and nothing is written
/// beside it.
pub(super) fn to_rewrite(path: &Path) -> Result<Connection, Fault> {
    let connection = to_build(path)?;
    set(&connection, "secure_delete", 1)?;
    let _: String = connection.pragma_update_and_check(None, "journal_mode", "memory", |row| row.get(0))?;
    Ok(connection)
}

/// Makes a connection whose file is known to be a store safe to write on.
pub(super) fn arm(connection: &Connection, durability: Durability) -> Result<(), Fault> {
    use_log(connection)?;
    set(connection, "synchronous", durability.synchronous())?;
    set_all(connection, &WRITING)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    Ok(())
}

/// Lets changes go to a log first, for this connection and every later one.
pub(super) fn use_log(connection: &Connection) -> Result<(), Fault> {
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    Err(StoreError::Setting { name: "journal_mode", wanted: "wal".to_owned(), found: mode }.into())
}

/// A connection for reading beside whoever writes.
pub(super) fn to_read(path: &Path) -> Result<Connection, Fault> {
    read_with(connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// A connection for reading a file that nobody writes and in a folder that may not be written either.
pub(super) fn to_read_alone(path: &Path) -> Result<Connection, Fault> {
    let address = format!("file:{}?immutable=1", escaped(path));
    read_with(connect(Path::new(&address), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)?)
}

fn read_with(connection: Connection) -> Result<Connection, Fault> {
    set_all(&connection, &ALWAYS)?;
    set(&connection, "query_only", 1)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Fault> {
    let version = rusqlite::version_number();
    if version < OLDEST_SQLITE {
        let (wanted, found) = (OLDEST_SQLITE.to_string(), version.to_string());
        return Err(StoreError::Setting { name: "sqlite_version", wanted, found }.into());
    }
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_millis(PATIENCE_MS.unsigned_abs()))?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(connection)
}

fn set_all(connection: &Connection, settings: &[(&'static str, i64)]) -> Result<(), Fault> {
    settings.iter().try_for_each(|(name, value)| set(connection, name, *value))
}

fn set(connection: &Connection, name: &'static str, wanted: i64) -> Result<(), Fault> {
    connection.pragma_update(None, name, wanted)?;
    let found: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
    if found == wanted {
        return Ok(());
    }
    Err(StoreError::Setting { name, wanted: wanted.to_string(), found: found.to_string() }.into())
}

/// The path inside a `file:` address.
fn escaped(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { format!("/{}", text.replace('\\', "/")) } else { text.into_owned() };
    text.bytes().fold(String::new(), |mut address, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
            address.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
        address
    })
}

/// The database's files beside the database itself, in the order in which they may be moved away from it.
pub(super) const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Bytes in the log of the database file.
pub(super) fn log_size(path: &Path) -> u64 {
    std::fs::metadata(files::beside(path, BESIDE[0])).map_or(0, |file| file.len())
}

/// Whether the database file is no longer where it was opened: what is written to it then is written nowhere.
pub(super) fn is_gone(connection: &Connection) -> bool {
    let mut gone = 0;
    #[cfg(unix)]
    let _ = connection.file_control(Some("main"), rusqlite::FileControl::HasMoved(&mut gone));
    #[cfg(not(unix))]
    let _ = (connection, &mut gone);
    gone != 0
}

/// Brings the log home, as far as nobody reads it. Nothing is lost where that fails: the log stays.
pub(super) fn bring_log_home(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
}

/// Brings the log home and empties it. True where nothing hindered it.
pub(super) fn empty_log(connection: &Connection) -> bool {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0)).is_ok_and(|busy| busy == 0)
}

/// Brings the log home and empties it for good: `SQLite` does not sync that it is empty, and a power cut would bring back
/// what it held.
pub(super) fn forget_log(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    empty_log(connection);
    let log = files::beside(path, BESIDE[0]);
    match files::sync_file(&log) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(fault::of_io(&error, &log)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_written_as_an_address() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b%3f?#é.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t(x)").unwrap();
        let connection = to_read_alone(&path).unwrap();
        assert_eq!(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)), Ok(1));
        connection.execute("CREATE TABLE u(x)", []).unwrap_err();
    }

    #[test]
    fn every_setting_of_the_contract_is_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kohesi.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE t(x)").unwrap();
        let connection = to_write(&path).unwrap();
        arm(&connection, Durability::Full).unwrap();
        for (name, wanted) in [
            ("synchronous", "2"),
            ("journal_mode", "wal"),
            ("foreign_keys", "1"),
            ("trusted_schema", "0"),
            ("cell_size_check", "1"),
            ("mmap_size", "0"),
            ("secure_delete", "1"),
            ("busy_timeout", "2000"),
            ("temp_store", "2"),
        ] {
            let found: rusqlite::types::Value = connection.pragma_query_value(None, name, |row| row.get(0)).unwrap();
            let found = match found {
                rusqlite::types::Value::Text(text) => text,
                rusqlite::types::Value::Integer(number) => number.to_string(),
                other => format!("{other:?}"),
            };
            assert_eq!(found, wanted, "{name}");
        }
        arm(&connection, Durability::Normal).unwrap();
        assert_eq!(connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0)), Ok(1));
    }

    #[test]
    fn a_setting_that_does_not_hold_is_an_error() {
        let connection = Connection::open_in_memory().unwrap();
        let Err(Fault::Said(error)) = arm(&connection, Durability::Full) else { panic!("memory has no log") };
        assert_eq!(error.code(), "store.setting");
        let Err(Fault::Said(error)) = set(&connection, "page_size", 1_000) else { panic!("no power of two") };
        assert_eq!(error, StoreError::Setting { name: "page_size", wanted: "1000".into(), found: "4096".into() });
    }
}
