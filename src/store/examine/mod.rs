//! Looks at everything the store stands on, and changes nothing.

mod contents;
mod copies;
mod place;

use std::path::PathBuf;

pub use self::contents::{Damage, Spot};
pub(super) use self::contents::{contents, pack, packed_again};
pub(super) use self::copies::{erased, erased_there};
use super::fault::Fault;
use super::{Options, Paths, Shared, Store, StoreError, Workshop, connection, open, schema, sealed_to, slots, wal};
use crate::interview::InterviewId;

/// Something that was looked at, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing was ever stored here.
    NoStore {
        /// The folder.
        home: PathBuf,
    },
    /// Folder and files are for this person alone.
    Private {
        /// The folder.
        home: PathBuf,
    },
    /// Others on this machine can read these.
    OpenToOthers {
        /// Folders and files.
        paths: Vec<PathBuf>,
    },
    /// The folder is shared with other machines.
    Shared {
        /// The folder.
        path: PathBuf,
        /// How it is shared.
        shared: Shared,
    },
    /// There is room on the disk.
    Space {
        /// Bytes this person may still use.
        bytes: u64,
    },
    /// There is little room: less than [`super::LITTLE_SPACE`], or than a backup takes.
    LittleSpace {
        /// Bytes this person may still use.
        bytes: u64,
        /// Bytes there should be.
        wanted: u64,
    },
    /// The clock says what it may say.
    Clock {
        /// What it says, in milliseconds since 1970.
        unix_ms: i64,
    },
    /// The clock says that it is before this program was made, or before what was stored last.
    ClockWrong {
        /// What it says, in milliseconds since 1970.
        unix_ms: i64,
        /// What it should be after.
        after: i64,
    },
    /// Nobody else writes.
    NobodyWrites,
    /// Another process has the store open; what it writes meanwhile is not looked at.
    SomeoneWrites {
        /// Its number, where the lock says so.
        pid: Option<u32>,
        /// Since when, in milliseconds since 1970.
        since: Option<i64>,
    },
    /// The file is a store, whole, and its pages agree with each other.
    File {
        /// Its size in bytes.
        bytes: u64,
        /// Its layout.
        layout: i64,
    },
    /// The file is of an earlier layout, and is brought to this program's when it is opened for writing.
    Earlier {
        /// Its layout.
        layout: i64,
    },
    /// The file cannot be opened.
    Unopened(StoreError),
    /// Pages of the file do not agree with each other.
    PagesDamaged {
        /// How many faults were found, 100 at most.
        faults: usize,
        /// It is an index alone, which can be made anew.
        index: bool,
    },
    /// The log is longer than a day's work, or was left by a program that did not end by itself; nothing is lost.
    LogLeft {
        /// Its size in bytes.
        bytes: u64,
    },
    /// The log is damaged.
    LogDamaged {
        /// Transactions, answers and drafts, that are missing at most.
        forgotten: usize,
    },
    /// Every questionnaire agrees with its hash, and this program can read it.
    Questionnaires {
        /// How many.
        count: usize,
    },
    /// A questionnaire does not agree with its hash.
    QuestionnaireDamaged {
        /// How many.
        count: usize,
    },
    /// A questionnaire is sound and this program cannot read it.
    QuestionnaireUnknown {
        /// Its key.
        key: String,
        /// Its version.
        version: String,
    },
    /// Workshops that do not agree with their hash.
    WorkshopsDamaged {
        /// How many.
        count: usize,
    },
    /// Blocks of packed answers that do not agree with their hash; the answers themselves are kept beside them.
    BlocksDamaged {
        /// Their first numbers.
        first: Vec<i64>,
    },
    /// Every interview agrees with its hashes.
    Interviews {
        /// Finished ones.
        finished: usize,
        /// Those that are not finished.
        unfinished: usize,
        /// Events whose chain was followed.
        events: usize,
    },
    /// Interviews that are sealed, each as it was sealed.
    Sealed {
        /// How many.
        count: usize,
    },
    /// Finished interviews are sealed, and those that are not finished lie open.
    LiesOpen,
    /// An interview is damaged.
    Damaged(Damage),
    /// Answers and history of an interview are sound each and tell different things.
    Differing {
        /// The interview.
        id: InterviewId,
    },
    /// Rows that belong to no interview.
    Strays {
        /// How many.
        count: usize,
    },
    /// The list could not be read to its end.
    CutOff,
    /// Interviews that were erased and are in the store.
    ErasedAreThere {
        /// How many.
        count: usize,
    },
    /// Damaged files that were moved aside.
    Aside {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// There are backups, the newest is of the last days, and all are sound.
    Copies {
        /// How many.
        count: usize,
        /// Days since the newest was made.
        days: i64,
    },
    /// There is no backup of what is stored.
    NoCopies,
    /// The newest backup is old.
    CopiesOld {
        /// Days since it was made.
        days: i64,
    },
    /// A backup is damaged.
    CopyDamaged {
        /// The file.
        path: PathBuf,
    },
    /// Backups hold interviews that were erased.
    CopiesHoldErased {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// A workshop's interviews are kept longer than was said.
    Overdue {
        /// What the workshop is called.
        name: String,
        /// Until when they were to be kept, as `2027-11-26`.
        until: String,
    },
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// All is well.
    Sound,
    /// Something to look after.
    Attention,
    /// Something is damaged.
    Broken,
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::NoStore { .. }
            | Self::Private { .. }
            | Self::Space { .. }
            | Self::Clock { .. }
            | Self::NobodyWrites
            | Self::File { .. }
            | Self::Questionnaires { .. }
            | Self::Interviews { .. }
            | Self::Sealed { .. }
            | Self::Copies { .. }
            | Self::SomeoneWrites { .. } => Level::Sound,
            Self::OpenToOthers { .. }
            | Self::Shared { .. }
            | Self::LittleSpace { .. }
            | Self::ClockWrong { .. }
            | Self::Earlier { .. }
            | Self::LogLeft { .. }
            | Self::QuestionnaireUnknown { .. }
            | Self::Aside { .. }
            | Self::NoCopies
            | Self::CopiesOld { .. }
            | Self::CopyDamaged { .. }
            | Self::CopiesHoldErased { .. }
            | Self::LiesOpen
            | Self::Overdue { .. } => Level::Attention,
            Self::Unopened(_)
            | Self::PagesDamaged { .. }
            | Self::LogDamaged { .. }
            | Self::QuestionnaireDamaged { .. }
            | Self::WorkshopsDamaged { .. }
            | Self::BlocksDamaged { .. }
            | Self::Damaged(_)
            | Self::Differing { .. }
            | Self::Strays { .. }
            | Self::CutOff
            | Self::ErasedAreThere { .. } => Level::Broken,
        }
    }
}

/// Looks at the store and all it stands on, and changes nothing. `watch` is told how many interviews are done, and of
/// how many.
#[must_use]
pub fn examine(paths: &Paths, watch: &mut dyn FnMut(usize, usize)) -> Vec<Finding> {
    let mut findings = Vec::new();
    let path = paths.database();
    let size = std::fs::metadata(&path).map_or(0, |file| file.len());
    place::examine(paths, size, &mut findings);
    let log = connection::log_size(&path);
    let forgotten = if log > 0 { wal::forgotten_of(&path) } else { 0 };
    if forgotten > 0 {
        findings.push(Finding::LogDamaged { forgotten });
    }
    let mut last = None;
    match open::read_file(&path) {
        Ok(None) => findings.push(Finding::NoStore { home: paths.home.clone() }),
        Err(fault) => findings.push(Finding::Unopened(fault.outside(&path, None))),
        Ok(Some((connection, layout))) => {
            pages(&connection, size, layout, &mut findings);
            if layout < i64::from(schema::KNOWN) {
                findings.push(Finding::Earlier { layout });
            } else {
                let found = contents(&connection, watch);
                last = found.last;
                tell(found, &mut findings);
            }
            if log >= LONG_LOG && forgotten == 0 {
                findings.push(Finding::LogLeft { bytes: log });
            }
            if layout == i64::from(schema::KNOWN) && lies_open(&connection).unwrap_or(false) {
                findings.push(Finding::LiesOpen);
            }
            copies::examine(paths, &connection, &mut findings);
        }
    }
    place::clock(last, &mut findings);
    place::aside(paths, &mut findings);
    findings.extend(overdue(paths));
    findings
}

/// A log that no evening's work makes: it is brought home after every interview.
const LONG_LOG: u64 = 16 << 20;

/// Faults that are counted at most.
const FAULTS: usize = 100;

/// Whether the pages agree with each other.
fn pages(connection: &rusqlite::Connection, bytes: u64, layout: i64, findings: &mut Vec<Finding>) {
    let faults = match faults(connection) {
        Ok(faults) => faults,
        Err(_) => vec![String::new()],
    };
    if faults.is_empty() {
        findings.push(Finding::File { bytes, layout });
    } else {
        // What SQLite says of an index that lacks rows or has too many; the tables themselves are as they should be.
        let of_index = |fault: &String| fault.contains("index sqlite_autoindex");
        findings.push(Finding::PagesDamaged { faults: faults.len(), index: faults.iter().all(of_index) });
    }
}

/// What `SQLite` has against the file's pages.
pub(super) fn faults(connection: &rusqlite::Connection) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare(&format!("PRAGMA integrity_check({FAULTS})"))?;
    let said = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(said.into_iter().filter(|said| said != "ok").collect())
}

fn tell(found: contents::Contents, findings: &mut Vec<Finding>) {
    let sound = found.damaged.is_empty() && found.differing.is_empty() && !found.cut_off;
    match found.damaged_questionnaires.len() {
        0 => {}
        count => findings.push(Finding::QuestionnaireDamaged { count }),
    }
    let unknown = found.unknown_questionnaires.into_iter();
    findings.extend(unknown.map(|(key, version)| Finding::QuestionnaireUnknown { key, version }));
    if found.questionnaires > 0 {
        findings.push(Finding::Questionnaires { count: found.questionnaires });
    }
    if found.damaged_workshops > 0 {
        findings.push(Finding::WorkshopsDamaged { count: found.damaged_workshops });
    }
    if !found.damaged_blocks.is_empty() {
        findings.push(Finding::BlocksDamaged { first: found.damaged_blocks });
    }
    if found.cut_off {
        findings.push(Finding::CutOff);
    }
    findings.extend(found.damaged.into_iter().map(Finding::Damaged));
    findings.extend(found.differing.into_iter().map(|id| Finding::Differing { id }));
    if found.strays > 0 {
        findings.push(Finding::Strays { count: found.strays });
    }
    if !found.erased.is_empty() {
        findings.push(Finding::ErasedAreThere { count: found.erased.len() });
    }
    if found.sealed > 0 {
        findings.push(Finding::Sealed { count: found.sealed });
    }
    if sound {
        let (finished, unfinished, events) = (found.finished, found.unfinished, found.events);
        findings.push(Finding::Interviews { finished, unfinished, events });
    }
}

/// Whether finished interviews are sealed and the others can be read by anybody.
fn lies_open(connection: &rusqlite::Connection) -> Result<bool, Fault> {
    Ok(slots::mark(connection)?.is_none() && sealed_to::in_force(connection)?.is_some())
}

fn overdue(paths: &Paths) -> Vec<Finding> {
    let read = open::read_file(&paths.database()).ok().flatten();
    let store = read.and_then(|(connection, _)| Store::over(connection, None, paths, &Options::default()).ok());
    let workshops = store.and_then(|store| store.workshops().ok()).unwrap_or_default();
    let overdue = workshops.into_iter().filter(Workshop::is_overdue);
    overdue.map(|workshop| Finding::Overdue { name: workshop.about.name, until: workshop.about.keep_until }).collect()
}
