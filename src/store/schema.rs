use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::bundle::laptop;
use super::fault::Fault;
use super::{StoreError, repack};

/// Marks the file as ours in its header: `kohe`.
pub(super) const APPLICATION_ID: i32 = 0x6B6F_6865;

/// The tables of the first layout.
const FIRST: [&str; 8] = [
    "CREATE TABLE questionnaire(number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, key TEXT NOT NULL, \
     version TEXT NOT NULL, items INTEGER NOT NULL, text TEXT NOT NULL, seal BLOB NOT NULL) STRICT",
    "CREATE TABLE interview(number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, \
     questionnaire INTEGER NOT NULL REFERENCES questionnaire) STRICT",
    "CREATE TABLE event(interview INTEGER NOT NULL REFERENCES interview, seq INTEGER NOT NULL, body BLOB NOT NULL, \
     hash BLOB NOT NULL, PRIMARY KEY(interview, seq)) STRICT, WITHOUT ROWID",
    "CREATE TABLE draft(interview INTEGER PRIMARY KEY REFERENCES interview, events INTEGER NOT NULL, \
     body BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE packed(interview INTEGER PRIMARY KEY REFERENCES interview, started INTEGER NOT NULL, \
     last INTEGER NOT NULL, doubtful INTEGER NOT NULL, codes BLOB NOT NULL, beside BLOB NOT NULL, \
     hash BLOB NOT NULL) STRICT",
    "CREATE TABLE history(interview INTEGER PRIMARY KEY REFERENCES interview, events INTEGER NOT NULL, \
     body BLOB NOT NULL, head BLOB NOT NULL, hash BLOB NOT NULL) STRICT",
    "CREATE TABLE refusal(questionnaire INTEGER PRIMARY KEY REFERENCES questionnaire, \
     count INTEGER NOT NULL) STRICT",
    "CREATE TABLE tombstone(id BLOB PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID",
];

/// Which of them the second makes anew.
const FIRST_PACKED: usize = 4;

/// Of the second: workshops, and packed answers that tell how they were given.
const WORKSHOP: &str = "CREATE TABLE workshop(number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, body BLOB NOT NULL, \
     hash BLOB NOT NULL) STRICT";
const PACKED: &str = "CREATE TABLE packed(interview INTEGER PRIMARY KEY REFERENCES interview, id BLOB NOT NULL, \
                      questionnaire INTEGER NOT NULL REFERENCES questionnaire, workshop INTEGER REFERENCES workshop, \
                      started INTEGER NOT NULL, last INTEGER NOT NULL, doubtful INTEGER NOT NULL, \
                      mode INTEGER NOT NULL, language TEXT NOT NULL, shown INTEGER NOT NULL, codes BLOB NOT NULL, \
                      beside BLOB NOT NULL, hash BLOB NOT NULL) STRICT";

/// Of the third: to whom the store seals.
const RECIPIENTS: &str = "CREATE TABLE recipients(number INTEGER PRIMARY KEY, coordinator TEXT NOT NULL, \
                          recovery TEXT NOT NULL, since INTEGER NOT NULL, drilled INTEGER, until INTEGER, \
                          hash BLOB NOT NULL) STRICT";
/// Of the third: what opens a protected store.
const SLOT: &str = "CREATE TABLE slot(number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, workshop BLOB NOT NULL, \
                    mark BLOB NOT NULL, body BLOB NOT NULL, hash BLOB NOT NULL) STRICT";

/// Of the third, too: what was erased and when.
const ERASURE: &str = "CREATE TABLE erasure(number INTEGER PRIMARY KEY, at INTEGER NOT NULL, workshop BLOB, \
                       interviews INTEGER NOT NULL, hash BLOB NOT NULL) STRICT";
/// Of the third: laptops. Which one this is; on which one an interview was held, where not on this; how often consent was
/// refused on others; interviews that are not alone in the identity they began under; how often a workshop's
/// particulars were changed, and where last.
const LAPTOP: &str = "CREATE TABLE laptop(number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, name TEXT NOT NULL, \
                      own INTEGER NOT NULL) STRICT";
const ORIGIN: &str = "CREATE TABLE origin(interview INTEGER PRIMARY KEY REFERENCES interview, \
                      laptop INTEGER NOT NULL REFERENCES laptop, hash BLOB NOT NULL) STRICT";
const REFUSAL_ELSEWHERE: &str = "CREATE TABLE refusal_elsewhere(laptop INTEGER NOT NULL REFERENCES laptop, \
                                 questionnaire INTEGER NOT NULL REFERENCES questionnaire, count INTEGER NOT NULL, \
                                 PRIMARY KEY(laptop, questionnaire)) STRICT, WITHOUT ROWID";
const VARIANT: &str = "CREATE TABLE variant(of BLOB NOT NULL, interview INTEGER NOT NULL UNIQUE REFERENCES interview, \
                       PRIMARY KEY(of, interview)) STRICT, WITHOUT ROWID";
const CHANGE: &str = "CREATE TABLE change(workshop INTEGER PRIMARY KEY REFERENCES workshop, count INTEGER NOT NULL, \
                      laptop BLOB NOT NULL) STRICT";

/// Of the third: how often consent was refused in a workshop on other laptops.
const REFUSED_THERE: &str = "CREATE TABLE refused_there(workshop INTEGER NOT NULL REFERENCES workshop, \
                             laptop INTEGER NOT NULL REFERENCES laptop, count INTEGER NOT NULL, \
                             PRIMARY KEY(workshop, laptop)) STRICT, WITHOUT ROWID";

/// Of the third: finished interviews in envelopes, and what is readable of them while their workshop is open.
const SEALED: &str = "CREATE TABLE sealed(number INTEGER PRIMARY KEY, id BLOB NOT NULL, \
                      questionnaire INTEGER NOT NULL REFERENCES questionnaire, workshop BLOB, laptop BLOB NOT NULL, \
                      started INTEGER NOT NULL, last INTEGER NOT NULL, doubtful INTEGER NOT NULL, wordless BLOB, \
                      body BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE(id, hash)) STRICT";

/// Of the third: packed answers of many finished interviews in one place, and what drops them when they are out of date.
const BLOCK: &str = "CREATE TABLE block(first INTEGER PRIMARY KEY, last INTEGER NOT NULL, body BLOB NOT NULL, \
                     hash BLOB NOT NULL) STRICT";
const BLOCK_ADDED: &str = "CREATE TRIGGER packed_added AFTER INSERT ON packed BEGIN \
                           DELETE FROM block WHERE last >= NEW.interview \
                           AND first = (SELECT max(first) FROM block WHERE first <= NEW.interview); END";
const BLOCK_CHANGED: &str = "CREATE TRIGGER packed_changed AFTER UPDATE ON packed BEGIN \
                             DELETE FROM block WHERE last >= NEW.interview \
                             AND first = (SELECT max(first) FROM block WHERE first <= NEW.interview); \
                             DELETE FROM block WHERE last >= OLD.interview \
                             AND first = (SELECT max(first) FROM block WHERE first <= OLD.interview); END";
const BLOCK_REMOVED: &str = "CREATE TRIGGER packed_removed AFTER DELETE ON packed BEGIN \
                             DELETE FROM block WHERE last >= OLD.interview \
                             AND first = (SELECT max(first) FROM block WHERE first <= OLD.interview); END";

const THIRD: [&str; 14] = [
    RECIPIENTS,
    ERASURE,
    BLOCK,
    SLOT,
    SEALED,
    BLOCK_ADDED,
    BLOCK_CHANGED,
    BLOCK_REMOVED,
    LAPTOP,
    ORIGIN,
    REFUSAL_ELSEWHERE,
    VARIANT,
    CHANGE,
    REFUSED_THERE,
];

/// The tables, word for word as the database keeps them, in no order: VACUUM, with which copies are made, puts triggers
/// behind tables.
///
/// `event` and `draft` are of interviews that are open (the draft also knows how many events there are: the links
/// between them do not tell that the last ones are missing), `packed` and `history` of finished ones: two tables, so
/// that a scan of a million answers need not read a million histories. `packed` has the interview's id and
/// questionnaire beside its number, so that such a scan checks every hash without a look elsewhere. `block` has the same
/// again, many rows in one; triggers drop a block when a row of it is changed.
fn tables() -> Vec<&'static str> {
    let first = FIRST.into_iter().enumerate().filter(|(place, _)| *place != FIRST_PACKED).map(|(_, table)| table);
    let mut tables: Vec<&str> = first.chain([WORKSHOP, PACKED]).chain(THIRD).collect();
    tables.sort_unstable();
    tables
}

/// What brings a store from one layout to the next.
pub(super) struct Step {
    /// First these statements,
    statements: &'static [&'static str],
    /// then this.
    and: fn(&Transaction<'_>) -> Result<(), Fault>,
}

/// What brings a store from each layout to the next; the first makes an empty file a store. A change of the layout is
/// a line here, and [`tables`] as they are after it.
pub(super) const STEPS: [Step; KNOWN as usize] = [
    Step { statements: &FIRST, and: |_| Ok(()) },
    Step { statements: &["ALTER TABLE packed RENAME TO packed_1", WORKSHOP, PACKED], and: repack::from_first },
    Step { statements: &THIRD, and: laptop::make_own },
];

/// The layout this program writes.
pub(super) const KNOWN: u8 = 3;

/// What a database file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing was ever written to it: a creation that was cut short.
    Nothing,
    /// A store of this layout.
    Store(i64),
    /// Something else.
    Foreign,
}

/// What the file is, from its header and its list of tables.
pub(super) fn look(connection: &Connection) -> rusqlite::Result<Found> {
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let layout: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")?;
    let found: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(match (application, layout) {
        (0, 0) if found.is_empty() => Found::Nothing,
        (APPLICATION_ID, layout) if layout > i64::from(KNOWN) => Found::Store(layout),
        (APPLICATION_ID, layout) if layout == i64::from(KNOWN) && found == tables() => Found::Store(layout),
        (APPLICATION_ID, layout) if (1..i64::from(KNOWN)).contains(&layout) => Found::Store(layout),
        _ => Found::Foreign,
    })
}

/// Brings a store from layout `from` (0: nothing yet) to the last of `steps`, each in a transaction of its own, with
/// a backup before each but the first.
pub(super) fn climb(
    connection: &mut Connection,
    from: i64,
    steps: &[Step],
    mut back_up: impl FnMut(&Connection, i64) -> Result<(), Fault>,
) -> Result<(), Fault> {
    for (layout, step) in (0i64..).zip(steps).skip_while(|(layout, _)| *layout < from) {
        if layout > 0 {
            back_up(connection, layout)?;
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for statement in step.statements {
            transaction.execute_batch(statement)?;
        }
        (step.and)(&transaction)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", layout + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The error for a layout of a later program.
pub(super) fn newer(found: i64) -> StoreError {
    StoreError::Newer { found, known: KNOWN.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_climbs_step_by_step_with_a_backup_before_each_change() {
        let mut connection = Connection::open_in_memory().unwrap();
        assert_eq!(look(&connection).unwrap(), Found::Nothing);
        let mut backups = Vec::new();
        climb(&mut connection, 0, &STEPS, |_, layout| {
            backups.push(layout);
            Ok(())
        })
        .unwrap();
        assert_eq!(look(&connection).unwrap(), Found::Store(3));
        assert_eq!(backups, [1, 2]);

        let [first, second, third] = STEPS;
        let four =
            [first, second, third, Step { statements: &["CREATE TABLE later(x INTEGER) STRICT"], and: |_| Ok(()) }];
        climb(&mut connection, 3, &four, |_, layout| {
            backups.push(layout);
            Ok(())
        })
        .unwrap();
        assert_eq!(backups, [1, 2, 3]);
        assert_eq!(look(&connection).unwrap(), Found::Store(4), "newer than this program knows");
    }

    #[test]
    fn a_store_is_known_again_after_it_was_written_anew() {
        let mut connection = Connection::open_in_memory().unwrap();
        climb(&mut connection, 0, &STEPS, |_, _| Ok(())).unwrap();
        connection.execute_batch("VACUUM").unwrap();
        assert_eq!(look(&connection).unwrap(), Found::Store(KNOWN.into()));
    }

    #[test]
    fn a_step_that_fails_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        climb(&mut connection, 0, &STEPS, |_, _| Ok(())).unwrap();
        let [first, second, third] = STEPS;
        let broken = [
            first,
            second,
            third,
            Step { statements: &["CREATE TABLE later(x INTEGER) STRICT", "CREATE TABLE later(x)"], and: |_| Ok(()) },
        ];
        climb(&mut connection, 3, &broken, |_, _| Ok(())).unwrap_err();
        assert_eq!(look(&connection).unwrap(), Found::Store(3));
    }

    #[test]
    fn a_store_with_a_table_more_or_another_mark_is_foreign() {
        let mut connection = Connection::open_in_memory().unwrap();
        climb(&mut connection, 0, &STEPS, |_, _| Ok(())).unwrap();
        connection.execute_batch("CREATE VIEW busy AS SELECT 1").unwrap();
        assert_eq!(look(&connection).unwrap(), Found::Foreign);
        connection.execute_batch("DROP VIEW busy; PRAGMA application_id = 7").unwrap();
        assert_eq!(look(&connection).unwrap(), Found::Foreign);
    }
}
