use rusqlite::{Connection, Row, params};

use super::codec::{self, Seal};
use super::fault::Fault;
use super::{Identity, PublicKey, Recipients, Store, StoreError, clock};

/// To whom a store seals, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedTo {
    /// The coordinator's key.
    pub coordinator: PublicKey,
    /// The key on paper.
    pub recovery: PublicKey,
    /// When it was chosen, in milliseconds since 1970-01-01 UTC of the wall clock.
    pub since: i64,
    /// When a drill showed that one of the keys opens what is sealed to both; none until it has.
    pub drilled: Option<i64>,
    /// When others were chosen, or sealing was stopped; none while it is chosen.
    pub until: Option<i64>,
}

impl SealedTo {
    /// Both keys.
    #[must_use]
    pub fn recipients(&self) -> Recipients {
        Recipients::of(self.coordinator.clone(), self.recovery.clone())
    }

    /// Whether what is finished now is sealed to these.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        self.drilled.is_some() && self.until.is_none()
    }
}

/// Whether keys are chosen and were never tried.
const UNTRIED: &str = "SELECT EXISTS(SELECT 1 FROM recipients WHERE drilled IS NULL AND until IS NULL)";
const DROP_UNTRIED: &str = "DELETE FROM recipients WHERE drilled IS NULL AND until IS NULL";

impl Store {
    /// Everyone to whom this store seals or ever did, the first chosen first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what the disk says.
    pub fn sealed_to(&self) -> Result<Vec<SealedTo>, StoreError> {
        let read = self.snapshot(|connection| Ok(all(connection)?.into_iter().map(|(_, kept)| kept).collect()));
        read.map_err(|fault| fault.outside(&self.path, None))
    }

    /// To whom everything is sealed that is finished or bundled now; none where nothing is sealed. Until the drill
    /// for new keys is passed that is who was chosen before.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what the disk says: then nobody knows, and nothing may go on as if nothing were sealed.
    pub fn recipients(&self) -> Result<Option<Recipients>, StoreError> {
        Ok(self.sealed_to()?.iter().find(|kept| kept.is_in_force()).map(SealedTo::recipients))
    }

    /// Whether keys are chosen whose drill is not passed, so that no interview can begin.
    ///
    /// # Errors
    /// What the disk says.
    pub fn owes_drill(&self) -> Result<bool, StoreError> {
        self.snapshot(|access| owes_drill(access)).map_err(|fault| fault.outside(&self.path, None))
    }

    /// Chooses to whom is sealed from now on, once [`Store::pass_drill`] has shown that it can be opened. Keys that were
    /// chosen and never tried give way.
    ///
    /// # Errors
    /// What the disk says.
    pub fn choose_recipients(&mut self, coordinator: &PublicKey, recovery: &PublicKey) -> Result<(), StoreError> {
        let kept = SealedTo {
            coordinator: coordinator.clone(),
            recovery: recovery.clone(),
            since: clock::now().unix_ms,
            drilled: None,
            until: None,
        };
        self.write(None, |transaction| {
            transaction.execute(DROP_UNTRIED, [])?;
            let sql = "INSERT INTO recipients(coordinator, recovery, since, hash) VALUES (?1, ?2, ?3, ?4)";
            let (coordinator, recovery) = (kept.coordinator.to_string(), kept.recovery.to_string());
            transaction.execute(sql, params![coordinator, recovery, kept.since, seal(&kept)])?;
            Ok(())
        })
    }

    /// The drill: seals something to both of the keys that were chosen last and opens it with this one. When that
    /// succeeds, sealing to them is in force, and to those before no longer. It can be passed again at any time.
    ///
    /// # Errors
    /// [`StoreError::NotForKey`] where it is another key, [`StoreError::Unknown`] where none are chosen, or what the
    /// disk says. Then nothing has changed.
    pub fn pass_drill(&mut self, identity: &Identity) -> Result<(), StoreError> {
        let now = clock::now().unix_ms;
        self.write(None, |transaction| {
            let mut chosen: Vec<(i64, SealedTo)> =
                all(transaction)?.into_iter().filter(|(_, kept)| kept.until.is_none()).collect();
            let Some((number, mut last)) = chosen.pop() else {
                return Err(StoreError::Unknown { text: String::new() }.into());
            };
            try_out(&last.recipients(), identity)?;
            last.drilled = Some(now);
            update(transaction, number, &last)?;
            for (number, mut former) in chosen {
                former.until = Some(now);
                update(transaction, number, &former)?;
            }
            Ok(())
        })
    }

    /// Seals nothing from now on. What is sealed stays so, and who could open it still can.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what the disk says.
    pub fn stop_sealing(&mut self) -> Result<(), StoreError> {
        let now = clock::now().unix_ms;
        self.write(None, |transaction| {
            transaction.execute(DROP_UNTRIED, [])?;
            for (number, mut kept) in all(transaction)?.into_iter().filter(|(_, kept)| kept.until.is_none()) {
                kept.until = Some(now);
                update(transaction, number, &kept)?;
            }
            Ok(())
        })
    }
}

/// To whom everything is sealed that is finished now.
pub(super) fn in_force(connection: &Connection) -> Result<Option<Recipients>, Fault> {
    Ok(all(connection)?.iter().find(|(_, kept)| kept.is_in_force()).map(|(_, kept)| kept.recipients()))
}

/// Whether keys are chosen whose drill is not passed.
pub(super) fn owes_drill(connection: &Connection) -> Result<bool, Fault> {
    Ok(connection.prepare_cached(UNTRIED)?.query_row([], |row| row.get(0))?)
}

fn try_out(recipients: &Recipients, identity: &Identity) -> Result<(), StoreError> {
    let message = uuid::Uuid::new_v4().into_bytes();
    let opened = identity.open(&recipients.seal(&message)?)?;
    if *opened == message { Ok(()) } else { Err(StoreError::Altered) }
}

fn all(connection: &Connection) -> Result<Vec<(i64, SealedTo)>, Fault> {
    let sql = "SELECT number, coordinator, recovery, since, drilled, until, hash FROM recipients ORDER BY number";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((row.get(0)?, read(row)?));
    }
    Ok(all)
}

fn read(row: &Row<'_>) -> Result<SealedTo, Fault> {
    let key = |column: usize| -> Result<PublicKey, Fault> {
        row.get::<_, String>(column)?.parse().map_err(|_| Fault::Damaged("recipients"))
    };
    let kept = SealedTo {
        coordinator: key(1)?,
        recovery: key(2)?,
        since: row.get(3)?,
        drilled: row.get(4)?,
        until: row.get(5)?,
    };
    if row.get::<_, Seal>(6)? == seal(&kept) { Ok(kept) } else { Err(Fault::Damaged("recipients")) }
}

fn update(connection: &Connection, number: i64, kept: &SealedTo) -> Result<(), Fault> {
    let sql = "UPDATE recipients SET drilled = ?2, until = ?3, hash = ?4 WHERE number = ?1";
    connection.prepare_cached(sql)?.execute(params![number, kept.drilled, kept.until, seal(kept)])?;
    Ok(())
}

/// Keeps a row that was found in a damaged file, where it agrees with its hash and is not kept already: keys and times
/// (since, drilled, until) as it had them.
pub(super) fn keep_found(
    connection: &Connection,
    [coordinator, recovery]: &[String; 2],
    [since, drilled, until]: [Option<i64>; 3],
    hash: Seal,
) -> Result<(), Fault> {
    let (Ok(coordinator), Ok(recovery), Some(since)) = (coordinator.parse(), recovery.parse(), since) else {
        return Ok(());
    };
    let kept = SealedTo { coordinator, recovery, since, drilled, until };
    let there =
        all(connection)?.iter().any(|(_, other)| other.recipients() == kept.recipients() && other.since == since);
    if there || seal(&kept) != hash {
        return Ok(());
    }
    let sql =
        "INSERT INTO recipients(coordinator, recovery, since, drilled, until, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (coordinator, recovery) = (kept.coordinator.to_string(), kept.recovery.to_string());
    connection.execute(sql, params![coordinator, recovery, kept.since, kept.drilled, kept.until, hash])?;
    Ok(())
}

/// Hash of the row.
fn seal(kept: &SealedTo) -> Seal {
    let time = |time: Option<i64>| time.map_or_else(Vec::new, |ms| ms.to_le_bytes().to_vec());
    let (coordinator, recovery) = (kept.coordinator.to_string(), kept.recovery.to_string());
    let cells = [
        coordinator.as_bytes(),
        recovery.as_bytes(),
        &kept.since.to_le_bytes(),
        &time(kept.drilled),
        &time(kept.until),
    ];
    codec::row(&[0; 16], "recipients", &cells)
}
