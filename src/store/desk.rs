//! What the thread that stores has before it: the store, or why there is none, and what each order makes of it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::database::Source;
use super::order::{Order, Ticket, Word};
use super::watch::{Watch, is_watched};
use super::writer::{Say, Task, is_reading, refused, speak};
use super::{Erased, Notice, Options, Paths, Secret, Store, StoreError, Summary, Workshop, backup};
use crate::interview::{Draft, Event, InterviewId};

/// So often the store looks whether somebody looks.
const ATTENDING: Duration = Duration::from_secs(1);

/// The store, or why there is none.
pub(super) struct Desk {
    pub(super) store: Result<Store, StoreError>,
    paths: Paths,
    /// A store that waits for its passphrase, and what is to be said of it then.
    locked: Option<(Store, Vec<Notice>)>,
    options: Options,
    /// Whether somebody looked when that was looked at last; nothing where nobody asks.
    attended: Option<bool>,
    /// Whether another program has written: what [`Store::state`] was when a workshop was gathered last.
    gathered: Option<i64>,
    _watch: Option<Watch>,
    /// The day's backup, while it is made.
    daily: Option<thread::JoinHandle<()>>,
    /// What is being done with bundles is to stop.
    stop: Arc<AtomicBool>,
}

impl Desk {
    pub(super) fn open(paths: &Paths, options: Options, stop: Arc<AtomicBool>, say: &dyn Fn(Word)) -> Self {
        let watch = if options.beside { Watch::begin(&paths.home) } else { None };
        let needs_key = StoreError::NeedsKey { path: paths.database() };
        let paths = paths.clone();
        let store = Err(needs_key.clone());
        let (locked, attended, gathered, daily) = (None, None, None, None);
        let mut desk = Self { store, paths, locked, options, attended, gathered, _watch: watch, daily, stop };
        match desk.open_as_wanted() {
            Ok((store, notices)) if store.is_locked() => {
                desk.locked = Some((store, notices));
                desk.is_ready(Err(needs_key), say);
            }
            Ok((store, notices)) => desk.is_ready(desk.listed(store, notices), say),
            Err(error) => desk.is_ready(Err(error), say),
        }
        desk
    }

    fn open_as_wanted(&self) -> Result<(Store, Vec<Notice>), StoreError> {
        if !self.options.beside {
            return Store::open(&self.paths, &self.options);
        }
        let gone = || StoreError::Gone { path: self.paths.database() };
        Store::read_with(&self.paths, &self.options.vault)?.map(|store| (store, Vec::new())).ok_or_else(gone)
    }

    /// The store with its list, where that is wanted.
    fn listed(&self, store: Store, notices: Vec<Notice>) -> Result<(Vec<Summary>, Store, Vec<Notice>), StoreError> {
        let interviews = if self.options.beside { Vec::new() } else { store.list()? };
        Ok((interviews, store, notices))
    }

    /// Says whether there is a store now.
    fn is_ready(&mut self, opened: Result<(Vec<Summary>, Store, Vec<Notice>), StoreError>, say: &dyn Fn(Word)) {
        self.store = match opened {
            Ok((interviews, store, mut notices)) => {
                notices.extend(overdue(&store));
                say(Word::Ready { interviews, notices, protected: store.is_protected() });
                Ok(store)
            }
            Err(error) => {
                say(Word::NotReady(error.clone()));
                Err(error)
            }
        };
    }

    pub(super) fn next_task(&self, tasks: &Receiver<Task>) -> Result<Task, RecvTimeoutError> {
        match self.attended {
            Some(_) => tasks.recv_timeout(ATTENDING),
            None => tasks.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Says whether somebody looks, where that has changed.
    pub(super) fn attend(&mut self, say: &dyn Fn(Word)) {
        let (Some(before), Ok(store)) = (self.attended, &self.store) else { return };
        let watched = is_watched(&store.home);
        self.attended = Some(watched);
        if watched != before {
            say(Word::Watched(watched));
        }
    }

    /// Makes the day's backup on a thread of its own: neither the first frame nor an answer waits for it.
    pub(super) fn back_up_beside(&mut self, paths: &Paths, voice: &Say) {
        let waiting = self.locked.as_ref().map(|(store, _)| store);
        let held = self.store.as_ref().ok().or(waiting).is_some_and(Store::holds_any);
        if !self.options.daily_backup || self.options.beside || !held {
            return;
        }
        let (paths, voice) = (paths.clone(), Arc::clone(voice));
        let made = thread::Builder::new().name("backup".to_owned()).spawn(move || {
            if let Some(notice) = backup::daily(&paths) {
                speak(&voice, Word::Noticed(vec![notice]));
            }
        });
        // Without a thread there is none today; tomorrow is another day.
        self.daily = made.ok();
    }

    /// Tries what was typed; false where it opens nothing.
    fn unlock(&mut self, secret: &Secret, say: &dyn Fn(Word)) -> Result<bool, StoreError> {
        let Some((store, _)) = &self.locked else { return Ok(false) };
        if store.unlock(secret)?.is_none() {
            return Ok(false);
        }
        if let Some((store, notices)) = self.locked.take() {
            self.is_ready(self.listed(store, notices), say);
        }
        Ok(true)
    }

    pub(super) fn serve(&mut self, tickets: &[Ticket], order: Order, say: &dyn Fn(Word)) {
        let Some(ticket) = tickets.first().copied() else { return };
        let reads = is_reading(&order);
        let finishes = matches!(order, Order::Finish { .. });
        match self.carry_out(ticket, order, say) {
            Ok(Some(word)) => say(word),
            Ok(None) => tickets.iter().for_each(|ticket| say(Word::Stored(*ticket))),
            Err(error) => tickets.iter().for_each(|ticket| say(refused(*ticket, reads, error.clone()))),
        }
        if let (true, Ok(store)) = (finishes, &mut self.store) {
            store.rest();
        }
    }

    /// Does what was ordered. The word to say, or none where something is stored.
    pub(super) fn carry_out(
        &mut self,
        ticket: Ticket,
        order: Order,
        say: &dyn Fn(Word),
    ) -> Result<Option<Word>, StoreError> {
        if let Order::MoveTo { folder, questionnaire, id, events, draft } = order {
            let notices = self.move_to(&folder, id, &Source::from(&*questionnaire), &events, &draft)?;
            if !notices.is_empty() {
                say(Word::Noticed(notices));
            }
            return Ok(None);
        }
        if let Order::Unlock { secret } = order {
            return Ok(if self.unlock(&secret, say)? { None } else { Some(Word::NotUnlocked(ticket)) });
        }
        let store = self.store.as_mut().map_err(|error| error.clone())?;
        if let (true, Order::ChangeWorkshop { workshop, change }) = (self.options.beside, &order) {
            // The right to write is another's; for a moment it may be had.
            let (mut writing, _) = Store::open(&self.paths, &Options { beside: false, ..self.options.clone() })?;
            return writing.change_workshop(*workshop, change.clone()).map(|()| None);
        }
        match order {
            Order::Begin { id, questionnaire, events, draft } => store.begin(id, &questionnaire, &events, &draft)?,
            Order::Append { id, events, draft } => store.append(id, &events, &draft)?,
            Order::Draft { id, draft } => store.draft(id, &draft)?,
            Order::Finish { id, events, packed } => {
                if store.recipients()?.is_some() {
                    // A copy that is being made still reads what is to be sealed.
                    let _ = self.daily.take().map(thread::JoinHandle::join);
                }
                store.finish(id, &events, &packed)?;
            }
            Order::Refuse { questionnaire } => store.refuse(&questionnaire)?,
            Order::Erase { .. } | Order::EraseWorkshop { .. } => {
                // A copy that is being made still reads what is to go.
                let _ = self.daily.take().map(thread::JoinHandle::join);
                let erased = match order {
                    Order::EraseWorkshop { workshop } => store.erase_workshop(workshop)?,
                    Order::Erase { id } => store.erase(id)?,
                    _ => Erased::default(),
                };
                return Ok(Some(Word::Erased(ticket, erased)));
            }
            Order::Bundles(order) => {
                return store.obey(order, &self.stop).map(|word| Some(Word::Bundles(ticket, Box::new(word))));
            }
            Order::List => return store.list().map(|list| Some(Word::Listed(ticket, list))),
            Order::Load { id } => return store.load(id).map(|loaded| Some(Word::Loaded(ticket, Box::new(loaded)))),
            Order::KeepWorkshop { workshop, questionnaire } => {
                store.keep_workshop(&workshop, questionnaire.as_deref())?;
            }
            Order::ChangeWorkshop { workshop, change } => store.change_workshop(workshop, change)?,
            Order::KeepPin { workshop, pin } => store.keep_pin(workshop, &pin)?,
            Order::Workshops => return store.workshops().map(|list| Some(Word::Workshops(ticket, list))),
            Order::Gather { workshop, if_changed } => {
                let state = store.state()?;
                if self.gathered.replace(state) == Some(state) && if_changed {
                    return Ok(Some(Word::Unchanged(ticket)));
                }
                let (now, before) = store.gather_rounds(workshop)?;
                return Ok(Some(Word::Gathered(ticket, Box::new(now), before.map(Box::new))));
            }
            Order::Attend => self.attended = self.attended.or(Some(false)),
            Order::MoveTo { .. } | Order::Unlock { .. } => {}
        }
        Ok(None)
    }

    pub(super) fn move_to(
        &mut self,
        folder: &Path,
        id: InterviewId,
        source: &Source<'_>,
        events: &[Event],
        draft: &Draft,
    ) -> Result<Vec<Notice>, StoreError> {
        let paths = Paths::at(folder);
        if let Ok(store) = &mut self.store
            && (store.home == paths.home || same_folder(&store.home, &paths.home))
        {
            store.begin_with(id, source, events, draft)?;
            return Ok(Vec::new());
        }
        let (mut store, notices) = Store::open(&paths, &self.options)?;
        if let Ok(here) = &self.store {
            store.protect_as(here)?;
        }
        store.begin_with(id, source, events, draft)?;
        self.store = Ok(store);
        Ok(notices)
    }
}

/// Workshops whose interviews are kept longer than was said.
fn overdue(store: &Store) -> Vec<Notice> {
    // What cannot be read is told where workshops are looked at.
    let overdue = store.workshops().unwrap_or_default().into_iter().filter(Workshop::is_overdue);
    overdue.map(|workshop| Notice::Overdue { name: workshop.about.name, until: workshop.about.keep_until }).collect()
}

fn same_folder(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}
