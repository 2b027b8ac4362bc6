//! Bundles: what travels between laptops, and how it comes together.
//!
//! A bundle is one file of JSON lines: a manifest, the questionnaires' exact texts, workshops, refusals, interviews with
//! the events that their store has, the identities of what was erased, and a last line with the hash of everything
//! before it. Never a database: one can hold a view that runs for ever.
//!
//! Merging is a join: of each thing there is an order of its own in which the higher one wins, or both are kept. So a
//! store that was given the same bundles holds the same, in whatever order they came, in however many pieces, and
//! however often.

mod fault;
pub(super) mod kin;
pub(super) mod laptop;
mod line;
mod merge;
pub(super) mod one;
mod opening;
mod order;
mod paper;
mod people;
mod read;
mod sticks;
mod words;
pub(super) mod workshop;
mod write;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use fault::BundleFault;
pub use laptop::LaptopId;
pub use merge::{FromLaptop, Looked, Merged, Tally, sound_bundle};
pub use opening::Unsealed;
pub use order::{BundleOrder, BundleWord, Key};
pub use sticks::{Around, Found};
pub(super) use workshop::Changes;
pub use write::{Bundled, Bundling};

use super::codec::{self, Seal};
use super::fault::Fault;
use super::{StoreError, files};
use crate::interview::{Event, Happening, Interview, InterviewId};
use crate::questionnaire::{self, Questionnaire};

/// A laptop whose interviews are here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Laptop {
    /// Identity of its store.
    pub id: LaptopId,
    /// What it was called when its store was made; a hint, and perhaps empty.
    pub name: String,
}

/// What is told while a bundle is made or merged, and whether it shall stop.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Whether it shall stop; then nothing has changed.
    pub stop: &'a AtomicBool,
    /// Told how many lines or interviews were gone through so far.
    pub progress: &'a dyn Fn(u64),
}

impl Watch<'_> {
    /// Counts one more.
    fn next(&self, done: &mut u64) -> Result<(), Fault> {
        *done += 1;
        (self.progress)(*done);
        if self.stop.load(Ordering::Relaxed) { Err(said(BundleFault::Interrupted)) } else { Ok(()) }
    }
}

/// A fault of a bundle whose path and line are not known here.
fn said(fault: BundleFault) -> Fault {
    StoreError::Bundle { path: PathBuf::new(), line: 0, fault }.into()
}

/// An interview on its way.
pub(super) struct Carried {
    pub(super) id: InterviewId,
    pub(super) questionnaire: Arc<Questionnaire>,
    pub(super) laptop: LaptopId,
    pub(super) events: Vec<Event>,
    /// The hash of each event; the last one speaks for all.
    pub(super) links: Vec<Seal>,
}

impl Carried {
    /// An interview with this history; nothing where it has none.
    fn new(id: InterviewId, questionnaire: Arc<Questionnaire>, laptop: LaptopId, events: Vec<Event>) -> Option<Self> {
        let links = codec::links(codec::origin(id, questionnaire.hash()), &events).ok()?;
        (!links.is_empty()).then_some(Self { id, questionnaire, laptop, events, links })
    }

    fn head(&self) -> Seal {
        self.links.last().copied().unwrap_or_default()
    }

    fn is_finished(&self) -> bool {
        is_finished(&self.events)
    }

    /// The interview, where its history is one that could have been written here.
    fn interview(&self) -> Result<Interview, Fault> {
        replayed(Arc::clone(&self.questionnaire), self.id, &self.events)
    }
}

fn is_finished(events: &[Event]) -> bool {
    events.last().is_some_and(|event| event.what == Happening::Finished)
}

fn replayed(questionnaire: Arc<Questionnaire>, id: InterviewId, events: &[Event]) -> Result<Interview, Fault> {
    let replayed = Interview::replay(questionnaire, id, events.to_vec()).ok();
    replayed.filter(Interview::is_well_told).ok_or_else(|| said(BundleFault::History))
}

fn questionnaire_again(text: &str) -> Result<Arc<Questionnaire>, Fault> {
    let read = questionnaire::read_again("", text);
    read.map(Arc::new).map_err(|_| Fault::Damaged("questionnaire"))
}
