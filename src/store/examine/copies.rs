//! The backups: are there any, are they sound, and is nobody in them who was erased?

use rusqlite::Connection;

use super::super::fault::Fault;
use super::super::{Paths, backup, copies};
use super::Finding;
use crate::interview::InterviewId;

/// After so many days a backup is old.
const OLD: i64 = 14;

/// Looks at every backup.
pub(super) fn examine(paths: &Paths, store: &Connection, findings: &mut Vec<Finding>) {
    let all = copies::all(&paths.home);
    let held = store.query_row("SELECT EXISTS(SELECT 1 FROM interview)", [], |row| row.get::<_, bool>(0));
    if all.is_empty() {
        if held.unwrap_or(true) {
            findings.push(Finding::NoCopies);
        }
        return;
    }
    let gone = erased(store).unwrap_or_default();
    let mut holding = Vec::new();
    let mut sound = 0;
    for path in &all {
        match backup::look(path) {
            Ok(copy) if copy.damaged == 0 => sound += 1,
            _ => findings.push(Finding::CopyDamaged { path: path.clone() }),
        }
        if copies::holds(path, &gone).is_ok_and(|count| count > 0) {
            holding.push(path.clone());
        }
    }
    if !holding.is_empty() {
        findings.push(Finding::CopiesHoldErased { paths: holding });
    }
    let days = all.iter().filter_map(|path| backup::age(path)).min();
    match days {
        Some(days) if days > OLD => findings.push(Finding::CopiesOld { days }),
        Some(days) if sound == all.len() => findings.push(Finding::Copies { count: sound, days }),
        _ => {}
    }
}

/// Everybody who was erased.
pub(in super::super) fn erased(store: &Connection) -> Result<Vec<InterviewId>, Fault> {
    let mut statement = store.prepare("SELECT id FROM tombstone")?;
    let ids = statement.query_map([], |row| row.get(0).map(InterviewId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Those who were erased and are there all the same.
pub(in super::super) fn erased_there(store: &Connection) -> Vec<InterviewId> {
    let there = |id: &InterviewId| store.query_row("SELECT 1 FROM interview WHERE id = ?1", [id.0], |_| Ok(())).is_ok();
    erased(store).unwrap_or_default().into_iter().filter(there).collect()
}
