//! From the first layout's packed answers to the second's, which also tell how they were given.

use rusqlite::{Row, Transaction, params};

use super::codec::{self, Seal};
use super::fault::Fault;
use super::rows::{self, Held, PackedRow};
use super::vault::Access;
use crate::interview::{At, Circumstances, InterviewId, Mode, Packed};
use crate::questionnaire::Hash;
use crate::text::Tag;

/// Fills `packed` from `packed_1`, which goes. What was damaged stays as it is, and stays damaged.
pub(super) fn from_first(transaction: &Transaction<'_>) -> Result<(), Fault> {
    {
        let mut statement = transaction.prepare(
            "SELECT interview, interview.id, interview.questionnaire, questionnaire.hash, started, last, doubtful, \
             codes, beside, packed_1.hash FROM packed_1 JOIN interview ON interview.number = packed_1.interview \
             LEFT JOIN questionnaire ON questionnaire.number = interview.questionnaire ORDER BY interview",
        )?;
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            let row = First::of(row)?;
            match row.sound(transaction)? {
                Some((held, packed)) => packed.keep(&Access::open_to_all(transaction), &held, None)?,
                None => row.keep(transaction)?,
            }
        }
    }
    Ok(transaction.execute_batch("DROP TABLE packed_1")?)
}

/// A row as the first layout has it.
struct First {
    number: i64,
    id: Vec<u8>,
    questionnaire: i64,
    of: Option<[u8; 32]>,
    started: i64,
    last: i64,
    doubtful: i64,
    codes: Vec<u8>,
    beside: Vec<u8>,
    hash: Vec<u8>,
}

impl First {
    fn of(row: &Row<'_>) -> Result<Self, Fault> {
        Ok(Self {
            number: row.get(0)?,
            id: row.get(1)?,
            questionnaire: row.get(2)?,
            of: row.get(3)?,
            started: row.get(4)?,
            last: row.get(5)?,
            doubtful: row.get(6)?,
            codes: row.get(7)?,
            beside: row.get(8)?,
            hash: row.get(9)?,
        })
    }

    fn hash(&self, origin: &Seal) -> Seal {
        let (started, last) = (self.started.to_le_bytes(), self.last.to_le_bytes());
        let doubtful = self.doubtful.to_le_bytes();
        codec::row(origin, "packed", &[&started, &last, &doubtful, &self.codes, &self.beside])
    }

    /// The row of the second layout, where this one agrees with its hash.
    fn sound(&self, transaction: &Transaction<'_>) -> Result<Option<(Held, PackedRow)>, Fault> {
        let (Ok(id), Some(of)) = (self.id.as_slice().try_into(), self.of) else { return Ok(None) };
        let id = InterviewId(id);
        let held = Held::new(id, self.number, self.questionnaire, Hash(of));
        let beside = codec::beside(&self.beside);
        let (Some(beside), true) = (beside, self.hash[..] == self.hash(&held.origin)) else { return Ok(None) };
        let access = Access::open_to_all(transaction);
        let events =
            rows::history(transaction, &held).and_then(|row| row.map(|row| row.events(&access, &held)).transpose());
        let circumstances = match events {
            Ok(events) => events.as_deref().and_then(Circumstances::of),
            Err(fault) if fault.is_unreadable() => None,
            Err(fault) => return Err(fault),
        };
        let Some(circumstances) = circumstances.or_else(unknown) else { return Ok(None) };
        let at = |unix_ms, bit| At { unix_ms, doubtful: self.doubtful & bit != 0 };
        let packed = Packed { circumstances, codes: self.codes.clone(), beside };
        Ok(Some((held, PackedRow { started: at(self.started, 1), last: at(self.last, 2), packed })))
    }

    /// Copies what does not agree with its hash: it still does not.
    fn keep(&self, transaction: &Transaction<'_>) -> Result<(), Fault> {
        let sql = "INSERT INTO packed VALUES (?1, ?2, ?3, NULL, ?4, ?5, ?6, 0, 'und', 0, ?7, ?8, ?9)";
        transaction.prepare_cached(sql)?.execute(params![
            self.number,
            self.id,
            self.questionnaire,
            self.started,
            self.last,
            self.doubtful,
            self.codes,
            self.beside,
            self.hash
        ])?;
        Ok(())
    }
}

/// What is told of an interview whose history is damaged.
fn unknown() -> Option<Circumstances> {
    let language = Tag::new("und")?;
    Some(Circumstances { mode: Mode::SelfAdministered, language, shown_ms: 0, workshop: None })
}
