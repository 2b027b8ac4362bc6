//! The folder, the disk, the clock and the lock.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::copies;
use super::super::{LITTLE_SPACE, Paths, StoreError, clock, files, lock, place};
use super::Finding;

/// Looks at the folder and its files, at the disk and at the lock.
pub(super) fn examine(paths: &Paths, size: u64, findings: &mut Vec<Finding>) {
    if paths.home.is_dir() {
        let open = open_to_others(paths);
        findings.push(if open.is_empty() {
            Finding::Private { home: paths.home.clone() }
        } else {
            Finding::OpenToOthers { paths: open }
        });
    }
    if let Some(shared) = place::shared(&paths.home) {
        findings.push(Finding::Shared { path: paths.home.clone(), shared });
    }
    if let Some(bytes) = place::free(&paths.home) {
        let wanted = LITTLE_SPACE.saturating_mul(2).saturating_add(size);
        let little = bytes < wanted;
        findings.push(if little { Finding::LittleSpace { bytes, wanted } } else { Finding::Space { bytes } });
    }
    if paths.lock().exists() {
        findings.push(match lock::Lock::look(&paths.lock()) {
            Err(StoreError::Locked { pid, since }) => Finding::SomeoneWrites { pid, since },
            _ => Finding::NobodyWrites,
        });
    }
}

/// Folders and files of the store that others can read or change.
pub(in super::super) fn open_to_others(paths: &Paths) -> Vec<PathBuf> {
    let copies = copies::folder(&paths.home);
    let mut own: Vec<PathBuf> = [paths.home.clone(), copies.clone()].into();
    for folder in [&paths.home, &copies] {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        own.extend(entries.filter(|path| path.is_file() && is_own(path)));
    }
    own.retain(|path| files::is_open_to_others(path));
    own.sort();
    own
}

fn is_own(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let is_copy = path.extension().is_some_and(|ending| ending == "db");
    (name.starts_with("kohesi.") && name != "kohesi.lock") || is_copy
}

/// Looks at the clock; `last` is the time of the event that was stored last.
pub(super) fn clock(last: Option<i64>, findings: &mut Vec<Finding>) {
    let unix_ms = clock::now().unix_ms;
    let after = clock::RELEASED.max(last.unwrap_or(i64::MIN));
    findings.push(if unix_ms < after { Finding::ClockWrong { unix_ms, after } } else { Finding::Clock { unix_ms } });
}

/// Looks for damaged files that were moved aside.
pub(super) fn aside(paths: &Paths, findings: &mut Vec<Finding>) {
    let found = super::super::aside::all(paths);
    if !found.is_empty() {
        findings.push(Finding::Aside { paths: found });
    }
}
