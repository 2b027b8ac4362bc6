//! Copies of the whole store, each a store of its own, looked at before they have their name.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::fault::{self, Fault};
use super::{LITTLE_SPACE, Notice, Paths, StoreError, clock, copies, examine, files, open, place, schema};
use crate::interview::InterviewId;

/// A copy of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Interviews in it.
    pub interviews: usize,
    /// How many of them are damaged, as they are in the store.
    pub damaged: usize,
}

/// Copies of days that are kept.
const DAYS: usize = 7;
/// What their names begin with; the day follows.
const DAILY: &str = "daily-";

/// Writes a copy of the store, and reads it back: every page and every hash. Without a path it goes beside the others,
/// with the date in its name. None where nothing was ever stored.
///
/// # Errors
/// [`StoreError::Exists`] where there is such a file, [`StoreError::Damaged`] where the store cannot be copied whole or
/// the copy is not what was to be written, or what the disk says. Then there is no copy.
pub fn back_up(paths: &Paths, to: Option<&Path>) -> Result<Option<Copied>, StoreError> {
    let database = paths.database();
    let source = open::look_into(&database).map_err(|fault| fault.outside(&database, None))?;
    let Some(source) = source else { return Ok(None) };
    let to = match to {
        Some(to) => std::path::absolute(to).unwrap_or_else(|_| to.to_owned()),
        None => free_name(&folder_of(paths)?, &format!("kohesi-{}", today())),
    };
    if to.symlink_metadata().is_ok() {
        // A power cut may have left both names of one copy.
        let _ = fs::remove_file(files::beside(&to, ".part"));
        return Err(StoreError::Exists { path: to });
    }
    let copied = copy(&source, &to, Replace::Never).map_err(|fault| fault.outside(&to, None))?;
    drop_erased(&database, &to)?;
    Ok(Some(copied))
}

/// A copy of a store that may be damaged, as much like it as can be: before it is mended. None where it cannot be copied
/// whole.
pub(super) fn back_up_as_it_is(paths: &Paths) -> Result<Option<PathBuf>, StoreError> {
    let database = paths.database();
    let to = free_name(&folder_of(paths)?, &format!("before-repair-{}", today()));
    let source = open::look_into(&database).map_err(|fault| fault.outside(&database, None))?;
    let Some(source) = source else { return Ok(None) };
    match copies::copy_into(&source, &to) {
        Ok(()) => Ok(Some(to)),
        Err(fault) => {
            let _ = fs::remove_file(&to);
            // It is mended all the same: what is mended is made from what is sound.
            if fault.is_damage() { Ok(None) } else { Err(fault.outside(&to, None)) }
        }
    }
}

/// The folder of the copies, made where it is missing.
fn folder_of(paths: &Paths) -> Result<PathBuf, StoreError> {
    let folder = copies::folder(&paths.home);
    files::make_folder(&folder)?;
    Ok(folder)
}

fn today() -> String {
    clock::local(clock::now().unix_ms).date().to_string()
}

/// A name in the folder that nothing has.
pub(super) fn free_name(folder: &Path, stem: &str) -> PathBuf {
    let numbered = (2u32..).map(|number| folder.join(format!("{stem}-{number}.db")));
    let mut names = std::iter::once(folder.join(format!("{stem}.db"))).chain(numbered);
    names.find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| folder.join(stem))
}

/// Whether a copy may take the place of a file of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Replace {
    Never,
    Always,
}

/// Copies what a connection sees, reads it back, and only then gives it its name.
fn copy(source: &Connection, to: &Path, replace: Replace) -> Result<Copied, Fault> {
    let part = files::beside(to, ".part");
    let made = (|| {
        copies::copy_into(source, &part)?;
        let looked = look(&part)?;
        let named = match replace {
            Replace::Never => {
                files::rename_new(&part, to).and_then(|()| to.parent().map_or(Ok(()), files::sync_folder))
            }
            Replace::Always => copies::settle(&part, to),
        };
        named.map_err(|error| fault::of_io(&error, to))?;
        Ok(Copied { path: to.to_owned(), ..looked })
    })();
    if made.is_err() {
        let _ = fs::remove_file(&part);
    }
    made
}

/// What is in a copy, every page and every hash of it looked at.
///
/// # Errors
/// [`Fault::Damaged`] where its pages do not agree with each other, or what the disk says.
pub(super) fn look(path: &Path) -> Result<Copied, Fault> {
    let (connection, layout) = open::read_file(path)?.ok_or(Fault::Damaged("file"))?;
    if !examine::faults(&connection)?.is_empty() {
        return Err(Fault::Damaged("file"));
    }
    let interviews = connection.query_row("SELECT count(*) FROM interview", [], |row| row.get::<_, u32>(0))? as usize;
    // What the rows of an earlier layout look like is known to what brings them to this one.
    let damaged = if layout == i64::from(schema::KNOWN) {
        let found = examine::contents(&connection, &mut |_, _| {});
        let rest = usize::from(!found.is_sound() && found.damaged.is_empty());
        found.damaged.len() + rest
    } else {
        0
    };
    let bytes = fs::metadata(path).map_or(0, |file| file.len());
    Ok(Copied { path: path.to_owned(), bytes, interviews, damaged })
}

/// Takes those out of a new copy who were erased from the store while it was made. Where the disk does not tell who they
/// are there is no copy.
fn drop_erased(database: &Path, copy: &Path) -> Result<(), StoreError> {
    let gone =
        open::look_into(database).and_then(|store| store.map_or(Ok(Vec::new()), |store| examine::erased(&store)));
    let gone: Vec<InterviewId> = match gone {
        Err(fault) if fault.is_damage() => Vec::new(),
        Err(fault) => {
            let _ = fs::remove_file(copy);
            return Err(fault.outside(database, None));
        }
        Ok(gone) => gone,
    };
    if copies::holds(copy, &gone).is_ok_and(|count| count == 0) {
        return Ok(());
    }
    match copies::take_out(copy, &gone, &mut super::needles::Needles::default()) {
        copies::Outcome::Removed => Err(StoreError::Gone { path: copy.to_owned() }),
        _ => Ok(()),
    }
}

/// A copy of the store as it was at `layout`, before it is changed.
pub(super) fn before_step(connection: &Connection, home: &Path, layout: i64) -> Result<(), Fault> {
    let folder = copies::folder(home);
    files::make_folder(&folder)?;
    let path = folder.join(format!("layout-{layout}.db"));
    copy(connection, &path, Replace::Always).map(|_| ())
}

/// Makes the copy of this day where there is none yet, and takes away those of long ago. What is to be told of it, where
/// there is none.
pub(super) fn daily(paths: &Paths) -> Option<Notice> {
    match daily_in(paths) {
        Ok(told) => told,
        Err(StoreError::Full { .. }) => Some(Notice::NoBackup { wanted: LITTLE_SPACE }),
        Err(StoreError::Io { reason, .. } | StoreError::ReadOnly { reason, .. }) if !reason.is_empty() => {
            Some(Notice::BackupFailed { reason })
        }
        Err(fault) => Some(Notice::BackupFailed { reason: fault.code().to_owned() }),
    }
}

fn daily_in(paths: &Paths) -> Result<Option<Notice>, StoreError> {
    let database = paths.database();
    let now = clock::now().unix_ms;
    let to = copies::folder(&paths.home).join(format!("{DAILY}{}.db", clock::local(now).date()));
    // A clock that says every day that it is 1970 would leave the copy of the first day for ever.
    let known = now >= clock::RELEASED;
    if known && to.exists() {
        return Ok(None);
    }
    let said = |fault: Fault| fault.outside(&database, None);
    let Some(source) = open::look_into(&database).map_err(said)? else { return Ok(None) };
    let held = source.query_row("SELECT EXISTS(SELECT 1 FROM interview)", [], |row| row.get::<_, bool>(0));
    if !held.map_err(|error| said(error.into()))? {
        return Ok(None);
    }
    let size = fs::metadata(&database).map_or(0, |file| file.len());
    let wanted = size.saturating_add(LITTLE_SPACE.saturating_mul(2));
    if place::free(&paths.home).is_some_and(|free| free < wanted) {
        return Ok(Some(Notice::NoBackup { wanted }));
    }
    let folder = folder_of(paths)?;
    tidy(&paths.home);
    let copied = copy(&source, &to, Replace::Always).map_err(|fault| fault.outside(&to, None))?;
    drop(source);
    drop_erased(&database, &to)?;
    if copied.damaged == 0 {
        // Where the store is damaged the older ones may be all there is.
        rotate(&folder, &to);
    }
    Ok(None)
}

/// Takes away what a program left that ended in the middle of a copy. One that is not this program's own may still be
/// written, for less than a day.
fn tidy(home: &Path) {
    let is_left = |path: &PathBuf| {
        let daily = path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(DAILY));
        daily || age(path).is_some_and(|days| days > 0)
    };
    copies::unfinished(home).iter().filter(|path| is_left(path)).for_each(|path| _ = fs::remove_file(path));
}

/// Takes away the oldest daily copies, never the one just made.
fn rotate(folder: &Path, made: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut daily: Vec<PathBuf> = entries.filter(|path| path != made && day(path).is_some()).collect();
    daily.sort();
    let surplus = (daily.len() + 1).saturating_sub(DAYS);
    for old in &daily[..surplus] {
        let _ = fs::remove_file(old);
    }
}

/// The day in a daily copy's name.
fn day(path: &Path) -> Option<jiff::civil::Date> {
    let name = path.file_name()?.to_str()?;
    name.strip_prefix(DAILY)?.strip_suffix(".db")?.parse().ok()
}

/// Days since a copy was written, by the file's own time.
pub(super) fn age(path: &Path) -> Option<i64> {
    let written = fs::metadata(path).ok()?.modified().ok()?;
    let written = clock::Now::of(written).unix_ms;
    Some((clock::now().unix_ms.saturating_sub(written) / 86_400_000).max(0))
}

/// Every copy beside the store that can be read, the newest first, and when it was written in milliseconds since 1970.
#[must_use]
pub fn copies_of(paths: &Paths) -> Vec<(Copied, i64)> {
    let written = |path: &Path| fs::metadata(path).ok()?.modified().ok().map(|time| clock::Now::of(time).unix_ms);
    let all = copies::all(&paths.home).into_iter();
    let mut all: Vec<_> = all.filter_map(|path| Some((look(&path).ok()?, written(&path)?))).collect();
    all.sort_by_key(|(_, written)| std::cmp::Reverse(*written));
    all
}
