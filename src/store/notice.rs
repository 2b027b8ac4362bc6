use std::path::PathBuf;

use super::Shared;

/// Something the facilitator is told when the store is opened, and with which work can go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Less than [`super::LITTLE_SPACE`] bytes are free.
    LittleSpace {
        /// Bytes this person may still use.
        bytes: u64,
    },
    /// The store was damaged; its file was moved aside untouched, and an empty store begun.
    MovedAside {
        /// Where the damaged file is now.
        to: PathBuf,
        /// Interviews found in it.
        found: usize,
        /// How many of them can be read whole.
        sound: usize,
    },
    /// The log of a store that was not closed is damaged: answers that were stored last may be missing. The log was
    /// copied as it was.
    LogDamaged {
        /// The copy.
        kept: PathBuf,
        /// Transactions, answers and drafts, that are missing at most.
        forgotten: usize,
    },
    /// There is no room for the day's backup.
    NoBackup {
        /// Bytes that would be needed.
        wanted: u64,
    },
    /// The day's backup could not be made.
    BackupFailed {
        /// Why, in the system's own words or as a code.
        reason: String,
    },
    /// A workshop's interviews are kept longer than was said.
    Overdue {
        /// What the workshop is called.
        name: String,
        /// Until when they were to be kept, as `2027-11-26`.
        until: String,
    },
    /// The folder is shared with other machines, and was allowed all the same.
    SharedFolder {
        /// The folder.
        path: PathBuf,
        /// How it is shared.
        shared: Shared,
    },
    /// Keys are chosen whose drill is not passed: no interview can begin.
    DrillOwed,
}

impl Notice {
    /// Whether it is the facilitator's alone: no answer is in danger.
    #[must_use]
    pub fn is_housekeeping(&self) -> bool {
        matches!(self, Self::NoBackup { .. } | Self::BackupFailed { .. } | Self::Overdue { .. })
    }

    /// The code under which the sentence for this is kept.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::LittleSpace { .. } => "notice.little_space",
            Self::MovedAside { .. } => "notice.moved_aside",
            Self::LogDamaged { .. } => "notice.log_damaged",
            Self::NoBackup { .. } => "notice.no_backup",
            Self::BackupFailed { .. } => "notice.backup_failed",
            Self::Overdue { .. } => "notice.overdue",
            Self::SharedFolder { .. } => "notice.shared_folder",
            // It is told in the same words as when one is refused for it.
            Self::DrillOwed => "store.drill_owed",
        }
    }
}
