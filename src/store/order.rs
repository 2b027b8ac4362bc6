//! What the store is told, and what it says.

use std::path::PathBuf;
use std::sync::Arc;

use super::{BundleOrder, BundleWord, Change, Erased, Gathered, Loaded, Notice, Secret, StoreError, Summary, Workshop};
use crate::interview::{Draft, Event, Interview, InterviewId, Packed, WorkshopId};
use crate::questionnaire::Questionnaire;

/// Something the store is to do.
#[derive(Clone, Debug)]
pub enum Order {
    /// [`Store::begin`](super::Store::begin); answered with [`Word::Stored`].
    Begin {
        /// The interview.
        id: InterviewId,
        /// Its questionnaire.
        questionnaire: Arc<Questionnaire>,
        /// Its first events.
        events: Vec<Event>,
        /// What is on its screen.
        draft: Draft,
    },
    /// [`Store::append`](super::Store::append); answered with [`Word::Stored`].
    Append {
        /// The interview.
        id: InterviewId,
        /// Its next events.
        events: Vec<Event>,
        /// What is on its screen.
        draft: Draft,
    },
    /// [`Store::draft`](super::Store::draft); answered with [`Word::Stored`].
    Draft {
        /// The interview.
        id: InterviewId,
        /// What is on its screen.
        draft: Draft,
    },
    /// [`Store::finish`](super::Store::finish); answered with [`Word::Stored`].
    Finish {
        /// The interview.
        id: InterviewId,
        /// Its last events.
        events: Vec<Event>,
        /// Its answers.
        packed: Packed,
    },
    /// [`Store::erase`](super::Store::erase); answered with [`Word::Erased`].
    Erase {
        /// The interview.
        id: InterviewId,
    },
    /// [`Store::erase_workshop`](super::Store::erase_workshop); answered with [`Word::Erased`].
    EraseWorkshop {
        /// The workshop.
        workshop: WorkshopId,
    },
    /// [`Store::refuse`](super::Store::refuse); answered with [`Word::Stored`].
    Refuse {
        /// The questionnaire whose consent was refused.
        questionnaire: Arc<Questionnaire>,
    },
    /// [`Store::keep_workshop`](super::Store::keep_workshop); answered with [`Word::Stored`].
    KeepWorkshop {
        /// The workshop.
        workshop: Box<Workshop>,
        /// Its questionnaire, where the store may not have it yet.
        questionnaire: Option<Arc<Questionnaire>>,
    },
    /// [`Store::change_workshop`](super::Store::change_workshop); answered with [`Word::Stored`].
    ChangeWorkshop {
        /// The workshop.
        workshop: WorkshopId,
        /// What changes.
        change: Change,
    },
    /// [`Store::keep_pin`](super::Store::keep_pin); answered with [`Word::Stored`].
    KeepPin {
        /// The workshop.
        workshop: WorkshopId,
        /// Its PIN.
        pin: Secret,
    },
    /// [`Store::unlock`](super::Store::unlock); answered with [`Word::Ready`] and [`Word::Stored`], or with
    /// [`Word::NotUnlocked`].
    Unlock {
        /// What was typed.
        secret: Secret,
    },
    /// [`Store::workshops`](super::Store::workshops); answered with [`Word::Workshops`].
    Workshops,
    /// [`Store::gather_rounds`](super::Store::gather_rounds); answered with [`Word::Gathered`], or [`Word::Unchanged`].
    Gather {
        /// The workshop.
        workshop: WorkshopId,
        /// Only where another program has written since it was asked for last.
        if_changed: bool,
    },
    /// From now on [`Word::Watched`] is said whenever somebody begins to look beside this program, or no longer does;
    /// answered with [`Word::Stored`].
    Attend,
    /// What is to be done with bundles; answered with [`Word::Bundles`].
    Bundles(BundleOrder),
    /// [`Store::list`](super::Store::list); answered with [`Word::Listed`].
    List,
    /// [`Store::load`](super::Store::load); answered with [`Word::Loaded`].
    Load {
        /// The interview.
        id: InterviewId,
    },
    /// Opens, or makes, a store in another folder, writes the whole interview there, and from then on writes there;
    /// answered with [`Word::Stored`]. Where it fails, the store stays where it was.
    MoveTo {
        /// The other folder.
        folder: PathBuf,
        /// The interview's questionnaire.
        questionnaire: Arc<Questionnaire>,
        /// The interview.
        id: InterviewId,
        /// All of its events, from the first.
        events: Vec<Event>,
        /// What is on its screen.
        draft: Draft,
    },
}

/// How much of an interview is on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The store knows the interview.
    pub begun: bool,
    /// So many of its events, from the first.
    pub events: usize,
    /// The finished interview is packed.
    pub packed: bool,
}

impl Order {
    /// The orders that store of an interview what is not kept yet, and what is on its screen.
    #[must_use]
    pub fn to_keep(interview: &Interview, kept: Kept, draft: Draft) -> Vec<Self> {
        let id = interview.id();
        let finishes = interview.finished() && !kept.packed;
        let events = interview.events().get(kept.events..).unwrap_or_default().to_vec();
        let mut orders = Vec::new();
        if !kept.begun {
            let questionnaire = Arc::clone(interview.questionnaire());
            let (events, draft) = (interview.events().to_vec(), draft.clone());
            orders.push(Self::Begin { id, questionnaire, events, draft });
        }
        if finishes {
            orders.push(Self::Finish { id, events, packed: interview.packed() });
        } else if kept.begun {
            orders.push(Self::Append { id, events, draft });
        }
        orders
    }
}

/// The caller's number of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What the store says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// The store is open; said first.
    Ready {
        /// Every interview, the one stored last first.
        interviews: Vec<Summary>,
        /// What the facilitator should know.
        notices: Vec<Notice>,
        /// The store is under a passphrase, and a workshop's PIN opens it.
        protected: bool,
    },
    /// The store could not be opened; said first instead. Every order but [`Order::MoveTo`] then fails with this, and
    /// with [`StoreError::NeedsKey`] every order but [`Order::Unlock`] too.
    NotReady(StoreError),
    /// What was typed opens nothing.
    NotUnlocked(Ticket),
    /// What the facilitator should know of the folder an interview was moved to; said before its [`Word::Stored`].
    Noticed(Vec<Notice>),
    /// What was ordered outlasts a power cut now.
    Stored(Ticket),
    /// What was ordered was not stored.
    NotStored(Ticket, StoreError),
    /// The list that was ordered.
    Listed(Ticket, Vec<Summary>),
    /// The interview that was ordered.
    Loaded(Ticket, Box<Loaded>),
    /// The workshops that were ordered.
    Workshops(Ticket, Vec<Workshop>),
    /// The workshop that was ordered, and the round before it.
    Gathered(Ticket, Box<Gathered>, Option<Box<Gathered>>),
    /// Nothing has changed of the workshop that was ordered.
    Unchanged(Ticket),
    /// Whether somebody looks at a picture beside this program; see [`Order::Attend`].
    Watched(bool),
    /// The list or interview that was ordered could not be read.
    NotRead(Ticket, StoreError),
    /// The interview, or the workshop's interviews, were erased.
    Erased(Ticket, Erased),
    /// What came of what was to be done with bundles.
    Bundles(Ticket, Box<BundleWord>),
}
