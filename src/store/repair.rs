//! Mends what can be mended without losing anything.

use std::path::PathBuf;

use rusqlite::Connection;

use super::examine::{Finding, Spot};
use super::{Options, Paths, Store, StoreError, backup, connection, copies, examine, files, origin};
use crate::interview::InterviewId;

/// Something that was mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// A folder or file is for this person alone again.
    Private(PathBuf),
    /// A copy of the store was made before anything in it was changed.
    BackedUp(PathBuf),
    /// The log was brought home, or the store to this program's layout.
    Opened,
    /// The indexes were made anew.
    Indexes,
    /// The answers of an interview were packed again from its history.
    PackedAgain(InterviewId),
    /// Blocks that were damaged are gone, and made anew.
    Blocks(usize),
    /// It is known again where an interview comes from, or it counts as held on this laptop.
    Origin(InterviewId),
    /// Who was erased was taken out of a backup.
    CopyCleaned(PathBuf),
    /// A backup that could not be cleaned was removed.
    CopyRemoved(PathBuf),
    /// Interviews that were erased and were there are gone.
    ErasedAgain(usize),
}

/// Mends what `findings` tell and what can be mended safely, and says what it did. What is lost is not brought back: that
/// is what [`super::salvage`] is for.
///
/// # Errors
/// [`StoreError::Locked`] while another process writes, or what the disk says.
pub fn repair(paths: &Paths, options: &Options, findings: &[Finding]) -> Result<Vec<Repaired>, StoreError> {
    let mut done = Vec::new();
    for path in findings.iter().filter_map(open_to_others).flatten() {
        files::keep_to_oneself(path).map_err(|error| super::fault::of_io(&error, path))?;
        done.push(Repaired::Private(path.clone()));
    }
    let unopened = findings.iter().any(|finding| matches!(finding, Finding::Unopened(_) | Finding::NoStore { .. }));
    if unopened {
        return Ok(done);
    }
    let wants_opening =
        findings.iter().any(|finding| matches!(finding, Finding::LogLeft { .. } | Finding::Earlier { .. }));
    let wants_writing = findings.iter().any(|finding| {
        matches!(
            finding,
            Finding::PagesDamaged { index: true, .. }
                | Finding::Damaged(examine::Damage { spot: Spot::Answers | Spot::Origin, .. })
                | Finding::BlocksDamaged { .. }
                | Finding::ErasedAreThere { .. }
        )
    });
    if wants_opening || wants_writing {
        if wants_writing && let Some(copied) = backup::back_up_as_it_is(paths)? {
            done.push(Repaired::BackedUp(copied));
        }
        if wants_writing {
            mend(paths, findings, &mut done)?;
        }
        let (mut store, _) = Store::open(paths, options)?;
        store.rest();
        if wants_opening {
            done.push(Repaired::Opened);
        }
        let gone = examine::erased_there(store.reading()?);
        if !gone.is_empty() {
            store.erase_all(&gone)?;
            done.push(Repaired::ErasedAgain(gone.len()));
        }
    }
    clean_copies(paths, findings, &mut done);
    if findings.iter().any(|finding| matches!(finding, Finding::NoCopies | Finding::CopiesOld { .. }))
        && let Some(copied) = backup::back_up(paths, None)?
    {
        done.push(Repaired::BackedUp(copied.path));
    }
    Ok(done)
}

fn open_to_others(finding: &Finding) -> Option<&Vec<PathBuf>> {
    if let Finding::OpenToOthers { paths } = finding { Some(paths) } else { None }
}

/// Makes indexes anew and packs answers again, before the store is opened as ever: that refuses a damaged index.
fn mend(paths: &Paths, findings: &[Finding], done: &mut Vec<Repaired>) -> Result<(), StoreError> {
    let path = paths.database();
    let _lock = super::lock::Lock::take(&paths.lock())?;
    let mut mended = || -> Result<(), super::fault::Fault> {
        let connection = connection::to_write(&path)?;
        connection::arm(&connection, super::Durability::Full)?;
        if findings.iter().any(|finding| matches!(finding, Finding::PagesDamaged { index: true, .. })) {
            connection.execute_batch("REINDEX")?;
            done.push(Repaired::Indexes);
        }
        for finding in findings {
            match finding {
                Finding::Damaged(examine::Damage { id, spot: Spot::Answers }) if pack_again(&connection, *id)? => {
                    done.push(Repaired::PackedAgain(*id));
                }
                Finding::Damaged(examine::Damage { id, spot: Spot::Origin }) if origin::find(&connection, *id)? => {
                    done.push(Repaired::Origin(*id));
                }
                Finding::BlocksDamaged { first } => {
                    for first in first {
                        connection.execute("DELETE FROM block WHERE first = ?1", [first])?;
                    }
                    done.push(Repaired::Blocks(first.len()));
                }
                _ => {}
            }
        }
        Ok(())
    };
    mended().map_err(|fault| fault.outside(&path, None))
}

fn pack_again(connection: &Connection, id: InterviewId) -> Result<bool, super::fault::Fault> {
    let Some((held, row)) = examine::packed_again(connection, id)? else { return Ok(false) };
    let transaction = connection.unchecked_transaction()?;
    transaction.execute("DELETE FROM packed WHERE interview = ?1", [held.number])?;
    let workshop = row.packed.circumstances.workshop;
    let workshop = workshop.map(|id| super::rows::workshop_number(&transaction, id)).transpose()?;
    row.keep(&super::vault::Access::open_to_all(&transaction), &held, workshop)?;
    transaction.commit()?;
    Ok(true)
}

fn clean_copies(paths: &Paths, findings: &[Finding], done: &mut Vec<Repaired>) {
    let Ok(Some(store)) = super::open::look_into(&paths.database()) else { return };
    let gone = examine::erased(&store).unwrap_or_default();
    drop(store);
    let holding = findings
        .iter()
        .filter_map(|finding| if let Finding::CopiesHoldErased { paths } = finding { Some(paths) } else { None });
    for path in holding.flatten() {
        match copies::take_out(path, &gone, &mut super::needles::Needles::default()) {
            copies::Outcome::Rewritten => done.push(Repaired::CopyCleaned(path.clone())),
            copies::Outcome::Removed => done.push(Repaired::CopyRemoved(path.clone())),
            copies::Outcome::Nothing | copies::Outcome::Left => {}
        }
    }
}
