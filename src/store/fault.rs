use std::io;
use std::path::Path;

use rusqlite::ErrorCode;

use super::{StoreError, place};
use crate::interview::InterviewId;

/// What goes wrong inside this room, before it is known which interview and file it concerns.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    Damaged(&'static str),
    /// It is enciphered, and the key is not there.
    Closed,
    Said(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Said(error)
    }
}

impl Fault {
    /// Whether the stored bytes are at fault, and not the disk's rights, space or wiring.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Sql(error) => is_damage(error),
            Self::Damaged(_) => true,
            Self::Closed => false,
            Self::Said(error) => matches!(error, StoreError::Damaged { .. } | StoreError::NotAStore { .. }),
        }
    }

    /// Whether this is damage, or a place on the disk that cannot be read: either way what is stored is not to be had.
    pub(super) fn is_unreadable(&self) -> bool {
        let code = if let Self::Sql(error) = self { error.sqlite_error_code() } else { None };
        code == Some(ErrorCode::SystemIoFailure) || self.is_damage()
    }

    /// As those outside see it: `path` is the database file, `id` the interview that was asked for.
    pub(super) fn outside(self, path: &Path, id: Option<InterviewId>) -> StoreError {
        match self {
            Self::Said(error) => error,
            Self::Damaged(part) => StoreError::Damaged { id, part },
            Self::Closed => StoreError::NeedsKey { path: path.to_owned() },
            Self::Sql(error) => of_sql(&error, path, id),
        }
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase),
        None => matches!(
            error,
            rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
        ),
    }
}

fn of_sql(error: &rusqlite::Error, path: &Path, id: Option<InterviewId>) -> StoreError {
    if is_damage(error) {
        return match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => StoreError::NotAStore { path: path.to_owned() },
            Some(_) => StoreError::Damaged { id, part: "file" },
            None => StoreError::Damaged { id, part: "interview" },
        };
    }
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { path, reason },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path, reason },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { pid: None, since: None },
        // SQLite says no more than "disk I/O error" or "unable to open"; the folder itself knows why.
        Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => match path.parent().map(place::try_writing) {
            Some(Err(said)) => of_io(&said, &path),
            _ => StoreError::Io { path, reason },
        },
        _ => StoreError::Io { path, reason },
    }
}

/// What the system said about `path`, as a fault of its own kind.
#[must_use]
pub fn of_io(error: &io::Error, path: &Path) -> StoreError {
    // What this room put into it itself.
    if let Some(said) = error.get_ref().and_then(|within| within.downcast_ref::<StoreError>()) {
        return said.clone();
    }
    let (path, reason) = (path.to_owned(), error.to_string());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path, reason },
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => StoreError::ReadOnly { path, reason },
        io::ErrorKind::AlreadyExists => StoreError::Exists { path },
        _ => StoreError::Io { path, reason },
    }
}
