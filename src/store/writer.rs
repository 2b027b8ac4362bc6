use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::desk::Desk;
use super::order::{Order, Ticket, Word};
use super::{Options, Paths, StoreError, clock, fault};

/// How the store speaks. It is shared so that an order that finds the thread gone is answered too.
pub(super) type Say = Arc<Mutex<dyn Fn(Word) + Send>>;

pub(super) enum Task {
    Order(Ticket, Order),
    /// Ends the thread, which says so twice: when everything ordered is done, and when the store is closed.
    End(Sender<()>),
}

/// The store on a thread of its own, beside the screen. Dropped without [`Writer::close`] it still does what was
/// ordered, as long as the program runs.
pub struct Writer {
    tasks: Sender<Task>,
    say: Say,
    /// What is being done with bundles is to stop.
    stop: Arc<AtomicBool>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Opens the store on its thread, which calls `say` with [`Word::Ready`] or [`Word::NotReady`] first and then
    /// with at least one word an order.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(paths: Paths, options: Options, say: impl Fn(Word) + Send + 'static) -> Result<Self, StoreError> {
        let home = paths.home.clone();
        let say: Say = Arc::new(Mutex::new(say));
        let (tasks, received) = channel();
        let (voice, stop) = (Arc::clone(&say), Arc::<AtomicBool>::default());
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || {
            let speak = |word| speak(&voice, word);
            let worked = catch_unwind(AssertUnwindSafe(|| work(&paths, options, (&received, stopped), &voice)));
            if worked.is_err() {
                speak(Word::NotReady(StoreError::Stopped));
            }
        });
        thread.map(|_| Self { tasks, say, stop }).map_err(|error| fault::of_io(&error, &home))
    }

    /// Gives an order and does not wait for it. Orders are taken one after the other; answers and drafts of one
    /// interview that wait together are stored in one transaction, and each is answered.
    pub fn order(&self, ticket: Ticket, order: Order) {
        let reads = is_reading(&order);
        if matches!(order, Order::Bundles(_)) {
            // Of what was done before it may have come too late.
            self.stop.store(false, Ordering::Relaxed);
        }
        if self.tasks.send(Task::Order(ticket, order)).is_err() {
            speak(&self.say, refused(ticket, reads, StoreError::Stopped));
        }
    }

    /// Stops what is being done with bundles: it is answered with [`super::BundleFault::Interrupted`] and has changed
    /// nothing, unless it is done meanwhile.
    pub fn stop_bundles(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Waits until everything ordered is done and the store is closed, at most `within`. True where everything
    /// ordered was done in time.
    #[must_use]
    pub fn close(self, within: Duration) -> bool {
        let begun = clock::monotonic();
        self.stop_bundles();
        let (done, ended) = channel();
        if self.tasks.send(Task::End(done)).is_err() || ended.recv_timeout(within).is_err() {
            return false;
        }
        // Closing only tidies up; what is stored is stored without it.
        let _ = ended.recv_timeout(within.saturating_sub(begun.elapsed()));
        true
    }
}

pub(super) fn speak(say: &Say, word: Word) {
    let say = say.lock().unwrap_or_else(PoisonError::into_inner);
    say(word);
}

pub(super) fn is_reading(order: &Order) -> bool {
    matches!(order, Order::List | Order::Load { .. } | Order::Workshops | Order::Gather { .. })
}

pub(super) fn refused(ticket: Ticket, reads: bool, error: StoreError) -> Word {
    if reads { Word::NotRead(ticket, error) } else { Word::NotStored(ticket, error) }
}

fn work(paths: &Paths, options: Options, (tasks, stop): (&Receiver<Task>, Arc<AtomicBool>), voice: &Say) {
    let say: &dyn Fn(Word) = &|word| speak(voice, word);
    let mut desk = Desk::open(paths, options, stop, say);
    desk.back_up_beside(paths, voice);
    let mut waiting: VecDeque<Task> = VecDeque::new();
    loop {
        if waiting.is_empty() {
            match desk.next_task(tasks) {
                Ok(task) => waiting.push_back(task),
                Err(RecvTimeoutError::Timeout) => desk.attend(say),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        waiting.extend(tasks.try_iter());
        match waiting.pop_front() {
            Some(Task::Order(ticket, order)) => {
                let mut tickets = vec![ticket];
                let order = join_waiting(order, &mut tickets, &mut waiting);
                desk.serve(&tickets, order, say);
            }
            Some(Task::End(done)) => {
                // The caller may have stopped waiting.
                let _ = done.send(());
                drop(desk);
                let _ = done.send(());
                return;
            }
            None => {}
        }
    }
}

/// The order, and with it those that wait behind it and can share its sync.
fn join_waiting(mut order: Order, tickets: &mut Vec<Ticket>, waiting: &mut VecDeque<Task>) -> Order {
    while let Some(task) = waiting.pop_front() {
        let apart = match task {
            Task::Order(ticket, next) => match join(&mut order, next) {
                None => {
                    tickets.push(ticket);
                    continue;
                }
                Some(next) => Task::Order(ticket, next),
            },
            end @ Task::End(_) => end,
        };
        waiting.push_front(apart);
        break;
    }
    order
}

/// Makes the next order part of the first; gives it back where it cannot be.
fn join(first: &mut Order, next: Order) -> Option<Order> {
    match (&mut *first, next) {
        (Order::Append { id, events, draft }, Order::Append { id: same, events: more, draft: newer })
            if *id == same =>
        {
            events.extend(more);
            *draft = newer;
        }
        (Order::Append { id, draft, .. } | Order::Draft { id, draft }, Order::Draft { id: same, draft: newer })
            if *id == same =>
        {
            *draft = newer;
        }
        (Order::Draft { id, .. }, append @ Order::Append { id: same, .. }) if *id == same => *first = append,
        (_, next) => return Some(next),
    }
    None
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::tests::{QUESTIONNAIRE, arbitrary, draft, interview, packed};
    use super::*;
    use crate::store::{Change, State, Store, new_id};

    fn started(home: &Path) -> (Writer, Receiver<Word>) {
        let (words, heard) = channel();
        let writer = Writer::start(Paths::at(home), Options::default(), move |word| _ = words.send(word)).unwrap();
        (writer, heard)
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn orders_are_done_in_turn_and_each_is_answered() {
        let folder = tempfile::tempdir().unwrap();
        let (id, events) = (new_id(), interview(5));
        let (mut store, _) = Store::open(&Paths::at(folder.path()), &Options::default()).unwrap();
        store.begin_with(id, &QUESTIONNAIRE, &events[..1], &draft("")).unwrap();
        drop(store);

        let (writer, heard) = started(folder.path());
        let Word::Ready { interviews, notices, protected: false } = heard.recv().unwrap() else { panic!("not ready") };
        assert_eq!((interviews.len(), notices), (1, vec![]));
        for (ticket, event) in (1..).zip(&events[1..4]) {
            writer.order(Ticket(ticket), Order::Append { id, events: vec![event.clone()], draft: draft("") });
        }
        writer.order(Ticket(4), Order::Draft { id, draft: draft("half a w") });
        writer.order(Ticket(5), Order::Load { id });
        writer.order(Ticket(6), Order::Append { id, events: vec![events[6].clone()], draft: draft("") });
        writer.order(Ticket(7), Order::Finish { id, events: events[4..].to_vec(), packed: packed(&events) });
        writer.order(Ticket(8), Order::List);
        writer.order(Ticket(9), Order::Load { id: new_id() });
        writer.order(Ticket(10), Order::Erase { id });
        assert!(writer.close(LONG));

        let words: Vec<Word> = heard.iter().collect();
        assert_eq!(words[..4], [1, 2, 3, 4].map(|n| Word::Stored(Ticket(n))));
        let Word::Loaded(Ticket(5), loaded) = &words[4] else { panic!("{:?}", words[4]) };
        assert_eq!((&loaded.events[..], &loaded.draft), (&events[..4], &Some(draft("half a w"))));
        assert_eq!(words[5], Word::NotStored(Ticket(6), StoreError::Gap { id, expected: 4, found: 6 }));
        assert_eq!(words[6], Word::Stored(Ticket(7)));
        let Word::Listed(Ticket(8), list) = &words[7] else { panic!("{:?}", words[7]) };
        assert_eq!((list.len(), list[0].state), (1, State::Finished));
        assert!(matches!(&words[8], Word::NotRead(Ticket(9), StoreError::Unknown { .. })));
        let Word::Erased(Ticket(10), erased) = &words[9] else { panic!("{:?}", words[9]) };
        assert_eq!((erased.events, erased.traces), (events.len(), 0));
        assert_eq!(words.len(), 10);
    }

    #[test]
    fn a_store_that_cannot_be_opened_says_so_to_every_order() {
        let folder = tempfile::tempdir().unwrap();
        let (_held, _) = Store::open(&Paths::at(folder.path()), &Options::default()).unwrap();
        let (writer, heard) = started(folder.path());
        writer.order(Ticket(1), Order::Draft { id: new_id(), draft: draft("") });
        writer.order(Ticket(2), Order::List);
        assert!(writer.close(LONG));
        let codes: Vec<&str> = heard
            .iter()
            .map(|word| match word {
                Word::NotReady(error) | Word::NotStored(Ticket(1), error) | Word::NotRead(Ticket(2), error) => {
                    error.code()
                }
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(codes, ["store.locked"; 3]);
    }

    #[test]
    fn an_interview_goes_on_in_another_folder() {
        let folder = tempfile::tempdir().unwrap();
        let (here, there) = (folder.path().join("here"), folder.path().join("there"));
        let (id, events) = (new_id(), interview(3));
        let mut desk = Desk::open(&Paths::at(&here), Options::default(), Arc::default(), &|_| {});
        let store = desk.store.as_mut().unwrap();
        store.begin_with(id, &QUESTIONNAIRE, &events[..2], &draft("")).unwrap();

        let (held, _) = Store::open(&Paths::at(&there), &Options::default()).unwrap();
        let refused = desk.move_to(&there, id, &QUESTIONNAIRE, &events[..3], &draft(""));
        assert_eq!(refused.unwrap_err().code(), "store.locked");
        assert_eq!(desk.store.as_ref().unwrap().home, here, "it stays where it was");
        drop(held);

        desk.move_to(&there, id, &QUESTIONNAIRE, &events[..3], &draft("half")).unwrap();
        desk.move_to(&there, id, &QUESTIONNAIRE, &events[..3], &draft("half")).unwrap();
        desk.carry_out(Ticket(1), Order::Append { id, events: events[3..].to_vec(), draft: draft("") }, &|_| {})
            .unwrap();
        let loaded = Store::read(&Paths::at(&there)).unwrap().unwrap().load(id).unwrap();
        assert_eq!(loaded.events, events);
        assert_eq!(Store::read(&Paths::at(&here)).unwrap().unwrap().load(id).unwrap().events, events[..2]);
        Store::open(&Paths::at(&here), &Options::default()).unwrap();
    }

    #[test]
    fn a_store_that_was_never_ready_can_still_be_moved() {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path().join("here");
        std::fs::write(&here, "a file, no folder").unwrap();
        let mut desk = Desk::open(&Paths::at(&here), Options::default(), Arc::default(), &|_| {});
        assert_eq!(desk.store.as_ref().unwrap_err().code(), "store.io");
        let (id, events) = (new_id(), interview(2));
        desk.move_to(&folder.path().join("there"), id, &QUESTIONNAIRE, &events, &draft("")).unwrap();
        assert_eq!(desk.store.unwrap().load(id).unwrap().events, events);
    }

    #[test]
    fn what_waits_together_is_stored_together() {
        let (id, other) = (new_id(), new_id());
        let append = |seq| Order::Append { id, events: vec![arbitrary::started(seq)], draft: draft("a") };
        let typed = |id, text| Order::Draft { id, draft: draft(text) };
        let mut waiting: VecDeque<Task> = [typed(id, "x"), append(2), typed(id, "y"), typed(other, "z"), append(3)]
            .into_iter()
            .zip(2..)
            .map(|(order, ticket)| Task::Order(Ticket(ticket), order))
            .collect();
        let mut tickets = vec![Ticket(1)];
        let Order::Append { events, draft: last, .. } = join_waiting(append(1), &mut tickets, &mut waiting) else {
            panic!("an append stays one")
        };
        assert_eq!(events.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((last, tickets), (draft("y"), [1, 2, 3, 4].map(Ticket).to_vec()));
        assert_eq!(waiting.len(), 2);
    }

    /// A picture is looked at beside a kiosk: it reads, is noticed, and writes when nobody else does.
    #[test]
    fn one_reads_beside_another_that_writes() {
        let folder = tempfile::tempdir().unwrap();
        let workshop = crate::store::tests::a_workshop();
        let (writer, heard) = started(folder.path());
        assert!(matches!(heard.recv().unwrap(), Word::Ready { .. }));
        let questionnaire = Arc::new(crate::questionnaire::BUILTIN[0].read().unwrap());
        let kept = Order::KeepWorkshop { workshop: Box::new(workshop.clone()), questionnaire: Some(questionnaire) };
        writer.order(Ticket(1), kept);
        writer.order(Ticket(2), Order::Attend);
        assert_eq!([heard.recv().unwrap(), heard.recv().unwrap()], [1, 2].map(|n| Word::Stored(Ticket(n))));

        let (words, said) = channel();
        let options = Options { beside: true, ..Options::default() };
        let beside = Writer::start(Paths::at(folder.path()), options, move |word| _ = words.send(word)).unwrap();
        assert!(matches!(said.recv().unwrap(), Word::Ready { .. }));
        assert_eq!(heard.recv_timeout(LONG), Ok(Word::Watched(true)));
        let gather = |if_changed| Order::Gather { workshop: workshop.id, if_changed };
        beside.order(Ticket(1), gather(false));
        beside.order(Ticket(2), gather(true));
        assert!(matches!(said.recv().unwrap(), Word::Gathered(Ticket(1), ..)));
        assert_eq!(said.recv().unwrap(), Word::Unchanged(Ticket(2)));
        let closed = Order::ChangeWorkshop { workshop: workshop.id, change: Change::Closed(true) };
        writer.order(Ticket(3), closed.clone());
        assert_eq!(heard.recv().unwrap(), Word::Stored(Ticket(3)));
        beside.order(Ticket(3), gather(true));
        assert!(matches!(said.recv().unwrap(), Word::Gathered(Ticket(3), now, _) if now.workshop.about.closed));
        beside.order(Ticket(4), closed.clone());
        assert!(matches!(said.recv().unwrap(), Word::NotStored(Ticket(4), StoreError::Locked { .. })));
        assert!(writer.close(LONG));
        beside.order(Ticket(5), closed);
        assert_eq!(said.recv().unwrap(), Word::Stored(Ticket(5)));
        // It holds the right to write for that moment alone.
        let (again, heard) = started(folder.path());
        assert!(matches!(heard.recv().unwrap(), Word::Ready { .. }));
        again.order(Ticket(1), Order::Attend);
        assert_eq!(heard.recv_timeout(LONG), Ok(Word::Stored(Ticket(1))));
        assert_eq!(heard.recv_timeout(LONG), Ok(Word::Watched(true)));
        assert!(beside.close(LONG));
        assert_eq!(heard.recv_timeout(LONG), Ok(Word::Watched(false)));
    }

    #[test]
    fn a_thread_that_is_gone_stores_nothing_and_says_so() {
        let (tasks, received) = channel();
        drop(received);
        let (words, heard) = channel();
        let say = Arc::new(Mutex::new(move |word| _ = words.send(word)));
        let writer = Writer { tasks, say, stop: Arc::default() };
        writer.order(Ticket(1), Order::Erase { id: new_id() });
        assert!(!writer.close(LONG));
        assert_eq!(heard.iter().collect::<Vec<_>>(), [Word::NotStored(Ticket(1), StoreError::Stopped)]);
    }
}
