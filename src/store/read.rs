use std::collections::{BTreeSet, HashMap};

use rusqlite::Connection;

use super::database::Store;
use super::fault::Fault;
use super::rows::{self, Held, Kept, Listed};
use super::vault::Access;
use super::{StoreError, envelope, find};
use crate::interview::{At, Draft, Event, Happening, InterviewId, Packed, Response, code};
use crate::questionnaire::{Hash, ItemIndex};

/// How an interview in the store stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It can be taken up again.
    Unfinished,
    /// It is finished.
    Finished,
    /// It is finished, and sealed to keys that are not here.
    Sealed,
    /// Something of it does not agree with its hash; [`Store::recover`] gives what does.
    Damaged,
}

/// A line of the list of interviews. Of a damaged one it says what could be read; a time that could not be is taken
/// from the interview's id and doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Identity.
    pub id: InterviewId,
    /// Hash of its questionnaire; zeros where that is not known.
    pub questionnaire: Hash,
    /// Key of its questionnaire; empty where that is not known.
    pub key: String,
    /// Version of its questionnaire; empty where that is not known.
    pub version: String,
    /// When it began.
    pub started: At,
    /// When something was last said in it.
    pub last: At,
    /// Items with an answer, a "don't know" or a "prefer not to answer"; none while the store is locked.
    pub answered: Option<usize>,
    /// Items of its questionnaire.
    pub items: usize,
    /// How it stands.
    pub state: State,
}

impl Summary {
    /// How many items are answered, in digits; a question mark where that is not known.
    #[must_use]
    pub fn answered_digits(&self) -> String {
        self.answered.map_or_else(|| "?".to_owned(), |answered| answered.to_string())
    }
}

/// A whole interview, every hash of it checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Identity.
    pub id: InterviewId,
    /// The questionnaire's exact text.
    pub questionnaire: String,
    /// The questionnaire's key.
    pub questionnaire_key: String,
    /// Its history, from the first event.
    pub events: Vec<Event>,
    /// What was on its screen; none once it is finished.
    pub draft: Option<Draft>,
    /// Its packed answers; none until it is finished.
    pub packed: Option<Packed>,
    /// Whether it is finished.
    pub finished: bool,
}

/// How often consent to one questionnaire was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusals {
    /// Hash of the questionnaire.
    pub questionnaire: Hash,
    /// Key of the questionnaire.
    pub key: String,
    /// Version of the questionnaire.
    pub version: String,
    /// How often.
    pub count: u32,
}

/// A questionnaire that was answered to the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Its hash.
    pub hash: Hash,
    /// Its key.
    pub key: String,
    /// Its exact text.
    pub text: String,
}

impl Store {
    /// Every questionnaire that has a finished interview, in the order in which they were first stored.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where one of them does not agree with its hash, or what the disk says.
    pub fn answered(&self) -> Result<Vec<Answered>, StoreError> {
        let read = self.snapshot(|connection| {
            let sql = "SELECT number FROM questionnaire WHERE \
                       EXISTS(SELECT 1 FROM packed WHERE packed.questionnaire = number) ORDER BY number";
            let mut statement = connection.prepare_cached(sql)?;
            let numbers = statement.query_map([], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
            let answered = numbers.into_iter().map(|number| {
                let (Kept { hash, key, .. }, text) = rows::questionnaire(connection, number)?;
                Ok(Answered { hash, key, text })
            });
            answered.collect()
        });
        read.map_err(|fault: Fault| fault.outside(&self.path, None))
    }

    /// Every interview, the one stored last first; in a store with interviews of other laptops the one begun last. A damaged one is in the list, as damaged.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where the list itself cannot be read whole, or what the disk says.
    pub fn list(&self) -> Result<Vec<Summary>, StoreError> {
        let (summaries, fault) = self.summaries();
        fault.map_or(Ok(summaries), |fault| Err(fault.outside(&self.path, None)))
    }

    /// As much of the list as can be read.
    pub(super) fn what_is_left(&self) -> Vec<Summary> {
        self.summaries().0
    }

    fn summaries(&self) -> (Vec<Summary>, Option<Fault>) {
        let (mut summaries, mut together) = (Vec::new(), false);
        let read = self.snapshot(|connection| {
            let (rows, fault) = rows::walk(connection);
            // Where this cannot be told, the order is the least that is wrong.
            together = connection.prepare("SELECT 1 FROM origin").and_then(|mut any| any.exists([])).unwrap_or(false);
            let mut questionnaires = Questionnaires::default();
            for row in rows {
                summaries.push(summary(connection, &mut questionnaires, &row)?);
            }
            for sealed in sealed(connection, &mut questionnaires)? {
                together = true;
                summaries.push(sealed);
            }
            fault.map_or(Ok(()), Err)
        });
        if together {
            // Ids begin with the time; so two stores that were merged from the same tell it in the same order.
            summaries.sort_by_key(|summary| std::cmp::Reverse(summary.id));
        }
        (summaries, read.err())
    }

    /// A whole interview.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] where any of its hashes does not agree, [`StoreError::Unknown`], or what the disk says.
    pub fn load(&self, id: InterviewId) -> Result<Loaded, StoreError> {
        self.snapshot(|connection| {
            let Some(held) = rows::held_anywhere(connection, id)? else {
                let sealed = envelope::has(connection, id)?;
                return Err(if sealed {
                    StoreError::Sealed { id }
                } else {
                    StoreError::Unknown { text: id.to_string() }
                }
                .into());
            };
            let (questionnaire, text) = rows::questionnaire(connection, held.questionnaire)?;
            let (events, ending) = content(connection, &held)?;
            let (draft, packed) = match ending {
                Ending::Open(draft) => (Some(draft), None),
                Ending::Finished(packed) => (None, Some(packed)),
            };
            let (questionnaire, questionnaire_key) = (text, questionnaire.key);
            let finished = packed.is_some();
            Ok(Loaded { id, questionnaire, questionnaire_key, events, draft, packed, finished })
        })
        .map_err(|fault| fault.outside(&self.path, Some(id)))
    }

    /// The interview that `text` names: a whole UUID, a beginning of one at least 4 hexadecimal digits long, or the
    /// respondent's code, in which `O` is taken for `0`, `I` and `L` for `1`, and the hyphen may be missing.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] where it names none, [`StoreError::Ambiguous`] where it names several, or what the disk
    /// says.
    pub fn find(&self, text: &str) -> Result<InterviewId, StoreError> {
        self.one_of(find::Among::Kept, text)
    }

    /// The interview that `text` names as for [`Store::find`], of those that were erased.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn find_erased(&self, text: &str) -> Result<InterviewId, StoreError> {
        self.one_of(find::Among::Erased, text)
    }

    fn one_of(&self, among: find::Among, text: &str) -> Result<InterviewId, StoreError> {
        let found = self.snapshot(|connection| find::named(connection, text, among));
        let found = found.map_err(|fault| fault.outside(&self.path, None))?;
        let text = text.to_owned();
        match found.as_slice() {
            [] => Err(StoreError::Unknown { text }),
            [id] => Ok(*id),
            several => Err(StoreError::Ambiguous { text, count: several.len() }),
        }
    }

    /// How often consent was refused, on all laptops together, a line a questionnaire.
    ///
    /// # Errors
    /// What the disk says.
    pub fn refusals(&self) -> Result<Vec<Refusals>, StoreError> {
        self.snapshot(|connection| {
            let sql = "SELECT number, sum(refused.count) FROM \
                       (SELECT questionnaire AS of, count FROM refusal \
                        UNION ALL SELECT questionnaire, count FROM refusal_elsewhere) AS refused \
                       JOIN questionnaire ON questionnaire.number = refused.of \
                       GROUP BY number ORDER BY key, version, hash";
            let mut statement = connection.prepare(sql)?;
            let counts = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?)))?;
            counts
                .map(|line| {
                    let (number, count) = line?;
                    let (Kept { hash, key, version, .. }, _) = rows::questionnaire(connection, number)?;
                    Ok(Refusals { questionnaire: hash, key, version, count })
                })
                .collect()
        })
        .map_err(|fault: Fault| fault.outside(&self.path, None))
    }

    /// Reads in one transaction: what is read is of one moment, whoever writes beside.
    pub(super) fn snapshot<T>(&self, read: impl FnOnce(&Access<'_>) -> Result<T, Fault>) -> Result<T, Fault> {
        let connection = self.reading()?;
        let transaction = connection.unchecked_transaction()?;
        read(&Access::new(&transaction, &self.vault, self.protected))
    }
}

#[derive(Default)]
struct Questionnaires(HashMap<i64, Option<Kept>>);

impl Questionnaires {
    fn get(&mut self, connection: &Connection, number: i64) -> Result<Option<&Kept>, Fault> {
        if let std::collections::hash_map::Entry::Vacant(place) = self.0.entry(number) {
            place.insert(match rows::questionnaire(connection, number) {
                Ok((kept, _)) => Some(kept),
                Err(fault) if fault.is_unreadable() => None,
                Err(fault) => return Err(fault),
            });
        }
        Ok(self.0.get(&number).and_then(Option::as_ref))
    }
}

fn summary(connection: &Access<'_>, questionnaires: &mut Questionnaires, listed: &Listed) -> Result<Summary, Fault> {
    let id = listed.id;
    let born = id.0[..6].iter().fold(0, |ms, byte| ms << 8 | i64::from(*byte));
    let unknown = At { unix_ms: born, doubtful: true };
    let mut summary = Summary {
        id,
        questionnaire: Hash([0; 32]),
        key: String::new(),
        version: String::new(),
        started: unknown,
        last: unknown,
        answered: None,
        items: 0,
        state: State::Damaged,
    };
    let kept = listed.questionnaire.map(|number| questionnaires.get(connection, number)).transpose()?.flatten();
    let Some(kept) = kept else { return Ok(summary) };
    summary.questionnaire = kept.hash;
    summary.key.clone_from(&kept.key);
    summary.version.clone_from(&kept.version);
    summary.items = kept.items;
    let held = Held::new(id, listed.number, listed.questionnaire.unwrap_or_default(), kept.hash);
    match tell(connection, &held, &mut summary) {
        Err(fault) if !fault.is_unreadable() => Err(fault),
        _ => Ok(summary),
    }
}

/// The lines of interviews that are sealed, a line an envelope.
fn sealed(connection: &Connection, questionnaires: &mut Questionnaires) -> Result<Vec<Summary>, Fault> {
    let sql = "SELECT id, questionnaire, started, last, doubtful FROM sealed ORDER BY number DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    let mut summaries = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, number, doubtful): ([u8; 16], i64, i64) = (row.get(0)?, row.get(1)?, row.get(4)?);
        let at = |unix_ms, bit| At { unix_ms, doubtful: doubtful & bit != 0 };
        let (started, last) = (at(row.get(2)?, 1), at(row.get(3)?, 2));
        let of = questionnaires.get(connection, number)?;
        summaries.push(Summary {
            id: InterviewId(id),
            questionnaire: of.map_or(Hash([0; 32]), |of| of.hash),
            key: of.map(|of| of.key.clone()).unwrap_or_default(),
            version: of.map(|of| of.version.clone()).unwrap_or_default(),
            started,
            last,
            answered: None,
            items: of.map_or(0, |of| of.items),
            state: State::Sealed,
        });
    }
    Ok(summaries)
}

/// Fills in what the interview's rows tell, every hash checked but the links inside a finished one's history.
fn tell(connection: &Access<'_>, held: &Held, summary: &mut Summary) -> Result<(), Fault> {
    if connection.is_closed() {
        return tell_closed(connection, held, summary);
    }
    let finished = rows::history(connection, held)?;
    if let Some(row) = rows::packed(connection, held)? {
        (summary.started, summary.last) = (row.started, row.last);
        summary.answered = Some(row.packed.codes.iter().filter(|code| is_answer(**code)).count());
        if finished.is_none() || rows::has_open_rows(connection, held)? {
            return Err(Fault::Damaged("interview"));
        }
        summary.state = State::Finished;
    } else {
        if finished.is_some() {
            return Err(Fault::Damaged("packed"));
        }
        let (events, link) = rows::open_events(connection, held)?;
        if let (Some(first), Some(last)) = (events.first(), events.last()) {
            (summary.started, summary.last) = (first.at, last.at);
        }
        summary.answered = Some(answered(&events));
        rows::draft(connection, held, events.len(), &link)?;
        summary.state = State::Unfinished;
    }
    Ok(())
}

/// The same of a store that is locked: how the interview stands, and of a finished one when.
fn tell_closed(connection: &Connection, held: &Held, summary: &mut Summary) -> Result<(), Fault> {
    let finished = rows::history(connection, held)?.is_some();
    match (finished, rows::packed_times(connection, held)?) {
        (true, Some(times)) if !rows::has_open_rows(connection, held)? => {
            (summary.started, summary.last) = times;
            summary.state = State::Finished;
        }
        (false, None) => {
            rows::check_open(connection, held)?;
            summary.state = State::Unfinished;
        }
        _ => return Err(Fault::Damaged("interview")),
    }
    Ok(())
}

fn is_answer(of: u8) -> bool {
    matches!(of, 1..=code::BESIDE | code::DONT_KNOW | code::DECLINED)
}

fn answered(events: &[Event]) -> usize {
    let mut items: BTreeSet<ItemIndex> = BTreeSet::new();
    for event in events {
        match &event.what {
            Happening::Responded { item, response, .. } => match response {
                Response::Given(_) | Response::DontKnow | Response::Declined => _ = items.insert(*item),
                Response::NotApplicable | Response::Skipped => _ = items.remove(item),
            },
            Happening::TakenBack { item, .. } => _ = items.remove(item),
            _ => {}
        }
    }
    items.len()
}

/// Events of an interview, and its draft or its packed answers, every hash checked.
fn content(connection: &Access<'_>, held: &Held) -> Result<(Vec<Event>, Ending), Fault> {
    match (rows::history(connection, held)?, rows::packed(connection, held)?) {
        (None, None) => {
            let (events, link) = rows::open_events(connection, held)?;
            let draft = rows::draft(connection, held, events.len(), &link)?;
            Ok((events, Ending::Open(draft)))
        }
        (Some(history), Some(packed)) if !rows::has_open_rows(connection, held)? => {
            Ok((history.events(connection, held)?, Ending::Finished(packed.packed)))
        }
        _ => Err(Fault::Damaged("interview")),
    }
}

enum Ending {
    Open(Draft),
    Finished(Packed),
}
