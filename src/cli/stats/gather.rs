use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::questionnaire::{Hash, Questionnaire};
use crate::scoring::{Counting, Gathering, Held, Sheet};
use crate::store::{Selection, Store, StoreError};

/// The answers to one questionnaire.
#[derive(Debug)]
pub struct Answers {
    /// The questionnaire.
    pub questionnaire: Arc<Questionnaire>,
    /// Who answered it.
    pub gathering: Gathering,
}

/// What was read of a store.
#[derive(Debug)]
pub struct Gathered {
    /// By questionnaire, in the order of their hashes.
    pub answers: Vec<Answers>,
    /// Interviews that do not agree with their hash and are not in it.
    pub damaged: u64,
    /// Interviews that are sealed.
    pub sealed: u64,
    /// Interviews that were made up.
    pub synthetic: u64,
}

/// A share of it, of one thread.
#[derive(Default)]
struct Part {
    by_hash: Vec<(Hash, Counting)>,
    synthetic: u64,
    since_told: u64,
}

/// After so many interviews a thread tells of its progress and asks whether to stop.
const TOLD_EVERY: u64 = 8_192;

/// Reads the packed answers of a selection with these questionnaires, on several threads; `tell` is told how many
/// interviews were read so far. Nothing where `stop` became true.
///
/// # Errors
/// As [`Store::scan_in_parts`].
pub fn gather(
    store: &Store,
    selection: &Selection,
    questionnaires: Vec<Arc<Questionnaire>>,
    threads: usize,
    stop: &AtomicBool,
    tell: &(dyn Fn(u64) + Sync),
) -> Result<Option<Gathered>, StoreError> {
    let sheets: BTreeMap<Hash, Arc<Sheet>> =
        questionnaires.iter().map(|one| (one.hash(), Arc::new(Sheet::of(one)))).collect();
    let read = AtomicU64::new(0);
    let (parts, scanned) = store.scan_in_parts(selection, threads, Part::default, |part, row| {
        part.since_told += 1;
        if part.since_told == TOLD_EVERY {
            part.since_told = 0;
            tell(read.fetch_add(TOLD_EVERY, Ordering::Relaxed) + TOLD_EVERY);
            if stop.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
        }
        let place = part.by_hash.iter().position(|(hash, _)| *hash == row.questionnaire);
        let place = place.or_else(|| {
            let sheet = sheets.get(&row.questionnaire)?;
            part.by_hash.push((row.questionnaire, Counting::new(Arc::clone(sheet))));
            Some(part.by_hash.len() - 1)
        });
        if let Some((_, counting)) = place.and_then(|place| part.by_hash.get_mut(place)) {
            part.synthetic += u64::from(row.id.is_synthetic());
            counting.add(&Held { workshop: row.workshop, codes: row.codes, mode: row.mode, shown_ms: row.shown_ms });
        }
        ControlFlow::Continue(())
    })?;
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let synthetic = parts.iter().map(|part| part.synthetic).sum();
    let mut gathered: BTreeMap<Hash, Gathering> = BTreeMap::new();
    for (hash, counting) in parts.into_iter().flat_map(|part| part.by_hash) {
        let gathering = counting.done();
        match gathered.get_mut(&hash) {
            Some(known) => known.merge(gathering),
            None => _ = gathered.insert(hash, gathering),
        }
    }
    let mut answers: Vec<Answers> = questionnaires
        .into_iter()
        .filter_map(|questionnaire| {
            let gathering = gathered.remove(&questionnaire.hash())?;
            Some(Answers { questionnaire, gathering })
        })
        .collect();
    answers.sort_by_key(|one| one.questionnaire.hash().0);
    let sealed = store.sealed_among(selection, None)?;
    Ok(Some(Gathered { answers, damaged: scanned.damaged, sealed, synthetic }))
}
