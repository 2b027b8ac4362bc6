use std::fmt;
use std::path::PathBuf;

use super::{BundleFault, Shared};
use crate::interview::InterviewId;

/// Why the store did not do what it was asked. Nothing was stored then, but see [`StoreError::Io`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The system names no folder for a person's data, and `KOHESI_HOME` names none either.
    NoHome,
    /// The disk, or the share of it this person may use, is full.
    Full {
        /// The file or folder that could not grow.
        path: PathBuf,
        /// The system's own words, or `SQLite`'s.
        reason: String,
    },
    /// The file or its folder may not be written: rights, or a disk without writing.
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
        /// The system's own words, or `SQLite`'s.
        reason: String,
    },
    /// Reading or writing failed. What was being written may be there all the same when the store is opened again;
    /// storing it once more does no harm.
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's own words, or `SQLite`'s.
        reason: String,
    },
    /// The store's file has been deleted or moved away while it was open.
    Gone {
        /// Where the file was.
        path: PathBuf,
    },
    /// Someone else is writing.
    Locked {
        /// Their process, where the lock says so.
        pid: Option<u32>,
        /// Since when, in milliseconds since 1970-01-01 UTC of the wall clock, where the lock says so.
        since: Option<i64>,
    },
    /// What is asked for is enciphered, and the store was not unlocked.
    NeedsKey {
        /// The store's file.
        path: PathBuf,
    },
    /// Answers of a protected store are not to go to one that lies open.
    NotProtected {
        /// Folder of the one that lies open.
        path: PathBuf,
    },
    /// The file is of a protected store, and what is asked for is done with the key alone or not at all.
    Protected {
        /// The file.
        path: PathBuf,
    },
    /// The file is no store of ours: another program's, cut short, or damaged at its beginning.
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// Something stored does not agree with its hash, or cannot be read at all.
    Damaged {
        /// The interview, where it is one interview that is damaged and not the file.
        id: Option<InterviewId>,
        /// What was damaged: `file`, `interview`, `questionnaire`, `event`, `draft`, `history`, `packed`, `workshop`,
        /// `slot` or `recipients`.
        part: &'static str,
    },
    /// The store was written by a later version of this program.
    Newer {
        /// Version of the store's layout.
        found: i64,
        /// The latest layout this program knows.
        known: i64,
    },
    /// The folder is shared with other machines, where neither locks nor syncing hold.
    SharedFolder {
        /// The folder.
        path: PathBuf,
        /// How it is shared.
        shared: Shared,
    },
    /// Another event is stored under this number already, or the interview belongs to another questionnaire.
    Conflict {
        /// The interview.
        id: InterviewId,
        /// Number of the event; none where the whole interview conflicts.
        seq: Option<u32>,
    },
    /// Events before these are missing.
    Gap {
        /// The interview.
        id: InterviewId,
        /// Number of the event that should come next.
        expected: u32,
        /// Number of the event that came.
        found: u32,
    },
    /// The interview is finished and takes nothing more.
    Finished {
        /// The interview.
        id: InterviewId,
    },
    /// The interview was erased and is never stored again.
    Erased {
        /// The interview.
        id: InterviewId,
    },
    /// No interview answers to this.
    Unknown {
        /// What was looked for.
        text: String,
    },
    /// More than one interview answers to this.
    Ambiguous {
        /// What was looked for.
        text: String,
        /// How many answer to it.
        count: usize,
    },
    /// A safeguard of the database could not be switched on.
    Setting {
        /// Its name.
        name: &'static str,
        /// What it should be.
        wanted: String,
        /// What it is.
        found: String,
    },
    /// The file is larger than this kind of file may be.
    TooBig {
        /// The file.
        path: PathBuf,
        /// Its size in bytes, as far as it was read.
        size: u64,
        /// The most bytes it may have.
        limit: u64,
    },
    /// The file is not UTF-8 text.
    NotText {
        /// The file.
        path: PathBuf,
    },
    /// There is a file of this name already.
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The folder may hold what real people answered, and takes nothing that was made up.
    NotSynthetic {
        /// The folder.
        path: PathBuf,
    },
    /// The interview is sealed to keys that are not here.
    Sealed {
        /// Its identity.
        id: InterviewId,
    },
    /// No interview can begin until the drill has shown that what will be sealed can be opened.
    DrillOwed,
    /// What should be a key is none: a slip, or something else altogether.
    NotAKey,
    /// The key file is under a passphrase, and none was given.
    NeedsPassphrase,
    /// It is not this passphrase.
    WrongPassphrase,
    /// The passphrase costs more work than is done here.
    CostlyPassphrase,
    /// This was not sealed by age at all.
    NotSealed,
    /// It was sealed to other keys.
    NotForKey,
    /// It was sealed, and is not as it was: changed, cut short, or longer.
    Altered,
    /// A bundle is not as it must be. Nothing of it was taken.
    Bundle {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1; 0 where it is the whole file.
        line: u64,
        /// What is wrong.
        fault: BundleFault,
    },
    /// What is to be stored cannot be written as bytes.
    Encoding,
    /// The thread that stores has ended: a fault of this program.
    Stopped,
}

impl StoreError {
    /// The code under which the sentence for this is kept.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoHome => "store.no_home",
            Self::Full { .. } => "store.full",
            Self::ReadOnly { .. } => "store.read_only",
            Self::Io { .. } => "store.io",
            Self::Gone { .. } => "store.gone",
            Self::Locked { .. } => "store.locked",
            Self::NeedsKey { .. } => "store.needs_key",
            Self::NotProtected { .. } => "store.not_protected",
            Self::Protected { .. } => "store.protected",
            Self::NotAStore { .. } => "store.not_a_store",
            Self::Damaged { .. } => "store.damaged",
            Self::Newer { .. } => "store.newer",
            Self::SharedFolder { .. } => "store.shared_folder",
            Self::Conflict { .. } => "store.conflict",
            Self::Gap { .. } => "store.gap",
            Self::Finished { .. } => "store.finished",
            Self::Erased { .. } => "store.erased",
            Self::Sealed { .. } => "store.sealed",
            Self::Unknown { .. } => "store.unknown",
            Self::Ambiguous { .. } => "store.ambiguous",
            Self::Setting { .. } => "store.setting",
            Self::TooBig { .. } => "store.too_big",
            Self::NotText { .. } => "store.not_text",
            Self::Exists { .. } => "store.exists",
            Self::NotSynthetic { .. } => "store.not_synthetic",
            Self::DrillOwed => "store.drill_owed",
            Self::NotAKey => "store.not_a_key",
            Self::NeedsPassphrase => "store.needs_passphrase",
            Self::WrongPassphrase => "store.wrong_passphrase",
            Self::CostlyPassphrase => "store.costly_passphrase",
            Self::NotSealed => "store.not_sealed",
            Self::NotForKey => "store.not_for_key",
            Self::Altered => "store.altered",
            Self::Bundle { fault, .. } => fault.code(),
            Self::Encoding => "store.encoding",
            Self::Stopped => "store.stopped",
        }
    }
}

/// The code and its values, for logs; people read the sentence of [`StoreError::code`].
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())?;
        self.values().iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}

impl std::error::Error for StoreError {}
