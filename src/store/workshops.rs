use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::bundle::laptop;
use super::bundle::workshop::{Changes, changes, differ};
use super::cipher::Place;
use super::codec;
use super::database::{Source, Store};
use super::fault::Fault;
use super::read::Loaded;
use super::vault::Access;
use super::{StoreError, clock, envelope, rows, scan, slots, write};
use crate::interview::{InterviewId, WorkshopId};
use crate::questionnaire::{Hash, Questionnaire};

/// A workshop as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workshop {
    /// Identity.
    pub id: WorkshopId,
    /// What is known of it.
    pub about: About,
}

impl Workshop {
    /// Whether its interviews are kept longer than was said.
    #[must_use]
    pub fn is_overdue(&self) -> bool {
        let today = clock::local(clock::now().unix_ms).date();
        self.about.keep_until.parse::<jiff::civil::Date>().is_ok_and(|until| until < today)
    }
}

/// What is known of a workshop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it is called.
    pub name: String,
    /// Where it is held.
    pub place: String,
    /// On which day, as `2026-11-26`; empty where none was named.
    pub date: String,
    /// Who holds it.
    pub facilitator: String,
    /// Hash of its questionnaire, which the store keeps.
    pub questionnaire: [u8; 32],
    /// The languages one can choose from, BCP 47 tags.
    pub languages: Vec<String>,
    /// The fewest people of whom anything is shown; 5 or more.
    pub minimum: u32,
    /// The workshop before, where this is its second round.
    pub second_of: Option<WorkshopId>,
    /// Until when its interviews are kept, as `2027-11-26`; empty where that was not said.
    pub keep_until: String,
    /// No interviews are held in it any more.
    pub closed: bool,
    /// Its people are made up, to try the program.
    pub made_up: bool,
    /// Each person sees their own profile at the end.
    pub own_profile: bool,
    /// What the facilitator's PIN is checked against; empty until one is chosen.
    pub pin: String,
    /// Whose answers the picture that was shown last shows.
    pub shown: Vec<InterviewId>,
    /// What the room said, by the name of the slide.
    pub notes: Vec<(String, String)>,
    /// Interviews of the round before and of this one that are of one person: looked at and confirmed, or refused.
    pub pairs: Vec<Pair>,
    /// Of whom the change since the round before was told last, each before and after.
    pub followed: Vec<(InterviewId, InterviewId)>,
    /// How many did not agree to take part.
    pub refused: u32,
}

impl About {
    /// A workshop of which nothing is said yet but its name, its questionnaire, in every language of it, and the fewest
    /// people of whom anything is shown.
    #[must_use]
    pub fn new(name: String, questionnaire: &Questionnaire, minimum: u32) -> Self {
        Self {
            name,
            place: String::new(),
            date: String::new(),
            facilitator: String::new(),
            questionnaire: questionnaire.hash().0,
            languages: questionnaire.languages().iter().map(ToString::to_string).collect(),
            minimum,
            second_of: None,
            keep_until: String::new(),
            closed: false,
            made_up: false,
            own_profile: true,
            pin: String::new(),
            shown: Vec::new(),
            notes: Vec::new(),
            pairs: Vec::new(),
            followed: Vec::new(),
            refused: 0,
        }
    }
}

/// Something of a workshop that changes, whatever else of it has changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// What it is called, where and when and how it is held: everything that a person sets. The rest stays.
    Details(Box<About>),
    /// No interviews are held in it any more, or again.
    Closed(bool),
    /// What the facilitator's PIN is checked against.
    Pin(String),
    /// What the room said to a slide; nothing takes away what was said.
    Note {
        /// The slide's name.
        slide: String,
        /// What was said.
        said: String,
    },
    /// The facilitator says whether two interviews are one person's.
    Pair(Pair),
    /// The facilitator has not looked at these two after all.
    Unpair {
        /// In the first round.
        before: InterviewId,
        /// In the second.
        after: InterviewId,
    },
    /// Somebody did not agree to take part.
    Refused,
    /// What is shown next. Nothing where another has been kept since `from` was read.
    Step {
        /// Whose answers, and of whom the change, were shown last.
        from: (Vec<InterviewId>, Vec<(InterviewId, InterviewId)>),
        /// And are next.
        to: (Vec<InterviewId>, Vec<(InterviewId, InterviewId)>),
    },
}

impl Change {
    /// Changes what is known of a workshop.
    pub fn apply(self, about: &mut About) {
        match self {
            Self::Details(to) => {
                let shown = std::mem::take(&mut about.shown);
                let (notes, pairs) = (std::mem::take(&mut about.notes), std::mem::take(&mut about.pairs));
                let (pin, followed) = (std::mem::take(&mut about.pin), std::mem::take(&mut about.followed));
                let (closed, refused) = (about.closed, about.refused);
                *about = About { closed, pin, shown, notes, pairs, followed, refused, ..*to };
            }
            Self::Closed(closed) => about.closed = closed,
            Self::Pin(pin) => about.pin = pin,
            Self::Note { slide, said } => {
                about.notes.retain(|(name, _)| *name != slide);
                if !said.is_empty() {
                    about.notes.push((slide, said));
                }
            }
            Self::Pair(new) => {
                let touches = |pair: &Pair| pair.before == new.before || pair.after == new.after;
                let same = |pair: &Pair| (pair.before, pair.after) == (new.before, new.after);
                about.pairs.retain(|pair| !(same(pair) || new.confirmed && pair.confirmed && touches(pair)));
                about.pairs.push(new);
            }
            Self::Unpair { before, after } => about.pairs.retain(|pair| (pair.before, pair.after) != (before, after)),
            Self::Refused => about.refused = about.refused.saturating_add(1),
            Self::Step { from, to } => {
                if (&about.shown, &about.followed) == (&from.0, &from.1) {
                    (about.shown, about.followed) = to;
                }
            }
        }
    }
}

/// Two interviews that may be one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// In the first round.
    pub before: InterviewId,
    /// In the second.
    pub after: InterviewId,
    /// The facilitator says that they are.
    pub confirmed: bool,
}

/// A workshop with everything of it that is finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gathered {
    /// The workshop.
    pub workshop: Workshop,
    /// Key of its questionnaire.
    pub key: String,
    /// The questionnaire's exact text.
    pub questionnaire: String,
    /// Its finished interviews with this questionnaire.
    pub interviews: Vec<Loaded>,
    /// Finished interviews that do not agree with their hash, and are left out.
    pub damaged: usize,
    /// Finished interviews that are sealed and left out.
    pub sealed: usize,
}

impl Store {
    /// Every workshop with a name, the one made last first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], or what the disk says.
    pub fn workshops(&self) -> Result<Vec<Workshop>, StoreError> {
        let read = self.snapshot(|connection| {
            let mut statement = connection.prepare_cached("SELECT id, body, hash FROM workshop ORDER BY id DESC")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?, row.get(2)?)))?;
            let mut workshops = Vec::new();
            for row in rows {
                let (id, body, hash) = row?;
                if let Some(mut workshop) = workshop(connection, WorkshopId(id), &body, hash)? {
                    workshop.about.refused += refused_there(connection, workshop.id)?;
                    workshops.push(workshop);
                }
            }
            Ok(workshops)
        });
        read.map_err(|fault| fault.outside(&self.path, None))
    }

    /// Keeps a workshop, new or changed, and with it its questionnaire. In a protected store closing it takes its PIN
    /// away: that opens nothing any more, and is chosen anew where the workshop is opened again.
    ///
    /// # Errors
    /// What the disk says.
    pub fn keep_workshop(&mut self, kept: &Workshop, questionnaire: Option<&Questionnaire>) -> Result<(), StoreError> {
        let source = questionnaire.map(Source::from);
        let had_pin = self.write(None, |transaction| {
            if let Some(source) = &source {
                write::keep_questionnaire(transaction, source)?;
            }
            let before = known(transaction, kept.id)?;
            let mut kept = kept.clone();
            if let Some(before) = &before {
                // What was read has those of other laptops added.
                kept.about.refused = before.about.refused;
            }
            put(transaction, &kept, before.as_ref())
        })?;
        if had_pin {
            self.forget_slots();
        }
        Ok(())
    }

    /// Changes something of a workshop, as it is on the disk now.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] where there is no such workshop, [`StoreError::Damaged`], or what the disk says.
    pub fn change_workshop(&mut self, id: WorkshopId, change: Change) -> Result<(), StoreError> {
        let had_pin = self.write(None, |transaction| {
            let before = find(transaction, id)?;
            let mut kept = before.clone();
            change.apply(&mut kept.about);
            put(transaction, &kept, Some(&before))
        })?;
        if had_pin {
            self.forget_slots();
        }
        Ok(())
    }

    /// A workshop and everything of it that is finished.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] where there is no such workshop, [`StoreError::Damaged`], or what the disk says.
    pub fn gather(&self, id: WorkshopId) -> Result<Gathered, StoreError> {
        let found = self.snapshot(|connection| {
            let mut workshop = find(connection, id)?;
            workshop.about.refused += refused_there(connection, id)?;
            let number = write::questionnaire_number(connection, Hash(workshop.about.questionnaire))?;
            let number = number.ok_or(Fault::Damaged("questionnaire"))?;
            let (kept, text) = rows::questionnaire(connection, number)?;
            Ok((workshop, kept.key, text))
        });
        let (workshop, key, questionnaire) = found.map_err(|fault| fault.outside(&self.path, None))?;
        let selection = scan::Selection {
            questionnaire: Some(Hash(workshop.about.questionnaire)),
            workshop: Some(id),
            ..scan::Selection::default()
        };
        let mut ids = Vec::new();
        let scanned = self.scan(&selection, |row| {
            ids.push(row.id);
            std::ops::ControlFlow::Continue(())
        })?;
        let mut damaged = usize::try_from(scanned.damaged).unwrap_or(usize::MAX);
        let mut interviews = Vec::with_capacity(ids.len());
        for id in ids {
            match self.load(id) {
                Ok(loaded) => interviews.push(loaded),
                Err(StoreError::Damaged { .. }) => damaged += 1,
                Err(fault) => return Err(fault),
            }
        }
        let of = (Hash(workshop.about.questionnaire), key.as_str(), questionnaire.as_str());
        let gathered = self.snapshot(|access| envelope::gathered(access, id, of));
        let (wordless, sealed) = gathered.map_err(|fault| fault.outside(&self.path, None))?;
        interviews.extend(wordless);
        Ok(Gathered { workshop, key, questionnaire, interviews, damaged, sealed })
    }
}

impl Store {
    /// A workshop and the round before it, as [`Store::gather`]; nothing of the round before where the store has no such
    /// workshop.
    ///
    /// # Errors
    /// As [`Store::gather`].
    pub fn gather_rounds(&self, id: WorkshopId) -> Result<(Gathered, Option<Gathered>), StoreError> {
        let now = self.gather(id)?;
        let before = match now.workshop.about.second_of.map(|first| self.gather(first)) {
            None | Some(Err(StoreError::Unknown { .. })) => None,
            Some(gathered) => Some(gathered?),
        };
        Ok((now, before))
    }
}

/// How often consent was refused in a workshop on other laptops.
fn refused_there(connection: &Connection, id: WorkshopId) -> Result<u32, Fault> {
    let sql = "SELECT coalesce(sum(count), 0) FROM refused_there \
               JOIN workshop ON workshop.number = refused_there.workshop WHERE workshop.id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?)
}

fn find(access: &Access<'_>, id: WorkshopId) -> Result<Workshop, Fault> {
    let unknown = || StoreError::Unknown { text: InterviewId(id.0).to_string() };
    Ok(known(access, id)?.ok_or_else(unknown)?)
}

/// Writes a workshop that was changed on this laptop; true where that took its PIN away.
fn put(access: &Access<'_>, kept: &Workshop, before: Option<&Workshop>) -> Result<bool, Fault> {
    let number = rows::workshop_number(access, kept.id)?;
    let mut changes = changes(access, number)?;
    if before.is_none_or(|before| differ(&before.about, &kept.about)) {
        changes = Changes { count: changes.count + 1, on: laptop::own(access)? };
    }
    write(access, number, kept, changes)
}

/// Writes a workshop into its row. A closed one has no PIN in a protected store, and nothing readable of those whose
/// interviews are sealed; true where it had either.
pub(super) fn write(access: &Access<'_>, number: i64, kept: &Workshop, changes: Changes) -> Result<bool, Fault> {
    let closes = kept.about.closed && access.is_protected();
    let pin = if closes { String::new() } else { kept.about.pin.clone() };
    let body = access.seal(&place(&kept.id), codec::about_bytes(&About { pin, ..kept.about.clone() })?)?;
    access.prepare_cached("UPDATE workshop SET body = ?2, hash = ?3 WHERE number = ?1")?.execute(params![
        number,
        body,
        rows::workshop_seal(kept.id, &body)
    ])?;
    access
        .prepare_cached("INSERT OR REPLACE INTO change(workshop, count, laptop) VALUES (?1, ?2, ?3)")?
        .execute(params![number, changes.count, changes.on.0])?;
    let shut = kept.about.closed && envelope::close(access, kept.id)?;
    Ok(closes && slots::close(access, kept.id)? || shut)
}

/// A workshop that is kept; nothing where it is not, or where its row only holds a place.
pub(super) fn known(access: &Access<'_>, id: WorkshopId) -> Result<Option<Workshop>, Fault> {
    let sql = "SELECT body, hash FROM workshop WHERE id = ?1";
    let row: Option<(Vec<u8>, codec::Seal)> =
        access.prepare_cached(sql)?.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    row.map_or(Ok(None), |(body, hash)| workshop(access, id, &body, hash))
}

fn place(id: &WorkshopId) -> Place<'_> {
    Place { origin: &id.0, table: "workshop", seq: 0 }
}

/// The workshop in a row; nothing where the row only holds a place.
fn workshop(access: &Access<'_>, id: WorkshopId, body: &[u8], hash: codec::Seal) -> Result<Option<Workshop>, Fault> {
    if hash != rows::workshop_seal(id, body) {
        return Err(Fault::Damaged("workshop"));
    }
    if body.is_empty() {
        return Ok(None);
    }
    let body = access.open(&place(&id), body)?;
    let about = codec::about(&body).ok_or(Fault::Damaged("workshop"))?;
    Ok(Some(Workshop { id, about }))
}
