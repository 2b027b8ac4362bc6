//! Many laptops, bundles between them, and what comes of merging them.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use fastrand::Rng;
use proptest::prelude::*;
use tempfile::TempDir;

use super::open;
use crate::interview::{At, Draft, Interview, InterviewId, Mode, Moment, Response, WorkshopId};
use crate::questionnaire::{Answer, BUILTIN, ItemIndex, Pick, Questionnaire};
use crate::store::{
    About, Bundling, Change, Durability, Identity, Merged, Options, Paths, Secret, Selection, State, Store, Tally,
    Watch, Workshop,
};
use crate::text::Tag;

pub(super) static CORE: LazyLock<Arc<Questionnaire>> = LazyLock::new(|| Arc::new(BUILTIN[0].read().unwrap()));
static GOES_ON: AtomicBool = AtomicBool::new(false);
pub(super) const WATCH: Watch<'static> = Watch { stop: &GOES_ON, progress: &|_| {} };
const NOON: i64 = 1_795_000_000_000;

pub(super) fn moment(ms: i64) -> Moment {
    Moment { at: At { unix_ms: NOON + ms, doubtful: false }, shown_ms: 2_000, language: Tag::new("id").unwrap() }
}

pub(super) fn draft() -> Draft {
    Draft { place: None, marked: None, typed: String::new(), note: None, language: Tag::new("id").unwrap() }
}

/// The id of a person, in the order of their numbers.
pub(super) fn id(number: u64) -> InterviewId {
    let mut id = [0; 16];
    id[..6].copy_from_slice(&(0x0001_0000_0000 + number).to_be_bytes()[2..]);
    id[6] = 0x70;
    id[8] = 0x80;
    id[9..].copy_from_slice(&blake3::hash(&number.to_le_bytes()).as_bytes()[..7]);
    InterviewId(id)
}

pub(super) fn begun(number: u64, workshop: Option<WorkshopId>) -> Interview {
    let mut interview = Interview::start(Arc::clone(&CORE), id(number), Mode::SelfAdministered, "0.1.0", &moment(0));
    if let Some(workshop) = workshop {
        interview.join(workshop, moment(1).at);
    }
    interview
}

pub(super) fn answer(interview: &mut Interview, item: u16, pick: u16) {
    let ms = i64::try_from(interview.events().len()).unwrap() * 3_000;
    interview.respond(ItemIndex(item), Response::Given(Answer::Choice(Pick(pick))), &moment(ms)).unwrap();
}

/// A person who said this, and has finished.
pub(super) fn finished(number: u64, picks: &[u16]) -> Interview {
    let mut interview = begun(number, None);
    for (item, pick) in (0..).zip(picks) {
        answer(&mut interview, item, *pick);
    }
    interview.finish(moment(900_000).at);
    interview
}

/// Stores an interview as far as it is.
pub(super) fn keep(store: &mut Store, interview: &Interview) {
    let events = interview.events();
    match store.begin(interview.id(), interview.questionnaire(), events, &draft()) {
        Ok(()) if interview.finished() => store.finish(interview.id(), events, &interview.packed()).unwrap(),
        outcome => outcome.unwrap(),
    }
}

pub(super) fn workshop(number: u8) -> Workshop {
    let mut id = [number; 16];
    (id[6], id[8]) = (0x70, 0x80);
    let about = About {
        date: "2026-11-20".to_owned(),
        facilitator: "Sari".to_owned(),
        keep_until: "2027-11-20".to_owned(),
        languages: vec!["id".to_owned()],
        ..About::new(format!("RT {number}"), &CORE, 5)
    };
    Workshop { id: WorkshopId(id), about }
}

pub(super) fn bundle(store: &Store, path: &Path) -> PathBuf {
    let bundling = Bundling { path: path.to_owned(), unfinished: true, replace: true, ..Bundling::default() };
    store.bundle(&bundling, WATCH).unwrap();
    path.to_owned()
}

/// The key that some of the laptops seal to.
static KEY: LazyLock<Identity> = LazyLock::new(Identity::generate);

pub(super) fn merge(store: &mut Store, paths: &[PathBuf]) -> Merged {
    store.merge(paths, Some(&KEY), WATCH).unwrap()
}

/// Everything that an export, a list, a statistic or a picture is made of.
pub(super) fn told(store: &Store) -> String {
    use std::fmt::Write;
    let mut told = String::new();
    let list = store.list().unwrap();
    let origins: BTreeMap<InterviewId, _> = store.origins().unwrap().into_iter().collect();
    for summary in &list {
        assert_ne!(summary.state, State::Damaged);
        let loaded = store.load(summary.id).unwrap();
        let origin = origins.get(&summary.id).map(|laptop| laptop.id);
        writeln!(told, "{summary:?} {:?} {:?} {origin:?}", loaded.events, loaded.packed).unwrap();
    }
    let scanned = store.scan(&Selection { by_id: true, ..Selection::default() }, |row| {
        writeln!(told, "{row:?}").unwrap();
        ControlFlow::Continue(())
    });
    assert_eq!(scanned.unwrap().damaged, 0);
    writeln!(told, "{:?} {:?} {:?}", store.workshops().unwrap(), store.refusals().unwrap(), buried(store)).unwrap();
    told
}

fn buried(store: &Store) -> Vec<[u8; 16]> {
    let connection = store.reading().unwrap();
    let mut statement = connection.prepare("SELECT id FROM tombstone ORDER BY id").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Laptops that people answer on, every third of them protected and every fourth sealing, and the bundles that were made on them.
struct World {
    folder: TempDir,
    laptops: Vec<Store>,
    bundles: Vec<PathBuf>,
    people: u64,
    random: Rng,
}

impl World {
    fn new(laptops: usize, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut stores: Vec<Store> =
            (0..laptops).map(|number| quick(&folder.path().join(format!("laptop-{number}")))).collect();
        stores.iter_mut().step_by(3).for_each(protect);
        stores.iter_mut().skip(1).step_by(4).for_each(seal);
        Self { folder, laptops: stores, bundles: Vec::new(), people: 0, random: Rng::with_seed(seed) }
    }

    /// Something happens on one of the laptops.
    fn step(&mut self) {
        let at = self.random.usize(..self.laptops.len());
        let what = self.random.u8(..12);
        match what {
            0..=2 => self.person(at),
            3..=5 => self.go_on(at),
            6 => self.laptops[at].refuse(&CORE).unwrap(),
            7 => self.gather(at),
            8 => {
                if let Some(one) = self.some_interview(at, |_| true) {
                    self.laptops[at].erase(one).unwrap();
                }
            }
            9 => self.bundle(at),
            _ => {
                let count = self.random.usize(..=self.bundles.len().min(3));
                let paths: Vec<PathBuf> =
                    (0..count).map(|_| self.bundles[self.random.usize(..self.bundles.len())].clone()).collect();
                merge(&mut self.laptops[at], &paths);
            }
        }
    }

    fn person(&mut self, at: usize) {
        self.people += 1;
        let held_in = self.random.bool().then(|| workshop(self.random.u8(1..4)).id);
        let mut interview = begun(self.people, held_in);
        for item in 0..self.random.u16(..4) {
            answer(&mut interview, item, self.random.u16(..4));
        }
        if self.random.bool() {
            interview.finish(moment(800_000).at);
        }
        keep(&mut self.laptops[at], &interview);
    }

    fn some_interview(&mut self, at: usize, wanted: impl Fn(State) -> bool) -> Option<InterviewId> {
        let list = self.laptops[at].list().unwrap();
        let list: Vec<_> = list.into_iter().filter(|one| wanted(one.state)).collect();
        (!list.is_empty()).then(|| list[self.random.usize(..list.len())].id)
    }

    fn go_on(&mut self, at: usize) {
        let Some(one) = self.some_interview(at, |state| state == State::Unfinished) else { return };
        let loaded = self.laptops[at].load(one).unwrap();
        let mut interview = Interview::replay(Arc::clone(&CORE), one, loaded.events).unwrap();
        answer(&mut interview, self.random.u16(..6), self.random.u16(..4));
        if self.random.bool() {
            interview.finish(moment(850_000).at);
        }
        keep(&mut self.laptops[at], &interview);
    }

    fn gather(&mut self, at: usize) {
        let mut one = workshop(self.random.u8(1..4));
        let known = self.laptops[at].workshops().unwrap().into_iter().find(|known| known.id == one.id);
        if let Some(known) = known {
            one = known;
            match self.random.u8(..4) {
                _ if self.random.u8(..4) == 0 => {
                    return self.laptops[at].change_workshop(one.id, Change::Refused).unwrap();
                }
                0 => one.about.name = format!("RT {}", self.random.u8(..9)),
                1 => one.about.closed = !one.about.closed,
                2 => {
                    let (slide, text) = (self.random.u8(..3), self.random.u8(..9));
                    one.about.notes.push((format!("slide-{slide}"), text.to_string()));
                }
                _ => one.about.shown = (0..self.random.u64(..9)).map(id).collect(),
            }
            one.about.notes.dedup_by(|one, other| one.0 == other.0);
        }
        self.laptops[at].keep_workshop(&one, Some(&CORE)).unwrap();
    }

    fn bundle(&mut self, at: usize) {
        let path = self.folder.path().join(format!("{}.kohesi", self.bundles.len()));
        let only = self.random.u8(..4) == 0;
        let bundling = Bundling {
            path: path.clone(),
            unfinished: self.random.bool(),
            workshop: only.then(|| workshop(self.random.u8(1..4)).id),
            ..Bundling::default()
        };
        self.laptops[at].bundle(&bundling, WATCH).unwrap();
        self.bundles.push(path);
    }

    /// Some days, and at their end a bundle of every laptop.
    fn live(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
        for at in 0..self.laptops.len() {
            let path = self.folder.path().join(format!("last-{at}.kohesi"));
            self.bundles.push(bundle(&self.laptops[at], &path));
        }
    }

    /// A store that was given every bundle: in any order, some twice, some together, some by way of another laptop.
    fn merged_somehow(&mut self, empty: &Path, number: usize) -> Store {
        let home = |name: &str| {
            let home = self.folder.path().join(format!("{name}-{number}"));
            fs::create_dir(&home).unwrap();
            fs::copy(empty, home.join("kohesi.db")).unwrap();
            home
        };
        let (mut last, mut between) = (quick(&home("last")), quick(&home("between")));
        [&mut last, &mut between].into_iter().filter(|_| self.random.bool()).for_each(protect);
        let mut all = self.bundles.clone();
        for _ in 0..self.random.usize(..4) {
            all.push(self.bundles[self.random.usize(..self.bundles.len())].clone());
        }
        self.random.shuffle(&mut all);
        let by_way = self.random.usize(..all.len());
        let mut rest = all.split_off(by_way);
        let hand = |store: &mut Store, mut paths: &[PathBuf], random: &mut Rng| {
            while !paths.is_empty() {
                let (now, later) = paths.split_at(random.usize(1..=paths.len()));
                merge(store, now);
                paths = later;
            }
        };
        hand(&mut between, &all, &mut self.random);
        rest.push(bundle(&between, &self.folder.path().join(format!("between-{number}.kohesi"))));
        self.random.shuffle(&mut rest);
        hand(&mut last, &rest, &mut self.random);
        last
    }
}

fn seal(store: &mut Store) {
    let (key, paper) = (KEY.public_keys().remove(0), Identity::generate().public_keys().remove(0));
    store.choose_recipients(&key, &paper).unwrap();
    store.pass_drill(&KEY).unwrap();
}

fn protect(store: &mut Store) {
    store.protect(&Secret::from("empat kata yang jauh")).unwrap();
}

/// A store that does not wait for the disk.
fn quick(home: &Path) -> Store {
    let options = Options { durability: Durability::Normal, ..Options::default() };
    Store::open(&Paths::at(home), &options).unwrap().0
}

/// A store's file that every store which is to be compared begins with.
fn empty(folder: &Path) -> PathBuf {
    drop(quick(&folder.join("empty")));
    folder.join("empty").join("kohesi.db")
}

/// The figure: `KOHESI_MERGES=1000 cargo test --lib shuffled_repeated_split -- --nocapture`.
#[test]
fn shuffled_repeated_split_merges_of_twenty_laptops_come_to_the_same() {
    let merges = crate::store::variable("KOHESI_MERGES").map_or(6, |count| count.parse().unwrap());
    let mut world = World::new(20, 8);
    world.live(300);
    let empty = empty(world.folder.path());
    let first = told(&world.merged_somehow(&empty, 0));
    for number in 1..=merges {
        let again = world.merged_somehow(&empty, number);
        assert_eq!(told(&again), first, "merge {number}");
        if number > 1 {
            drop(again);
            for name in ["last", "between"] {
                fs::remove_dir_all(world.folder.path().join(format!("{name}-{number}"))).unwrap();
            }
        }
    }
    let (bundles, lines) = (world.bundles.len(), first.lines().count());
    println!("{merges} merges of {bundles} bundles of 20 laptops, {lines} interviews and rows: all the same");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    /// Whatever happened on however many laptops.
    #[test]
    fn merging_is_a_join(laptops in 1usize..5, steps in 0usize..60, seed: u64) {
        let mut world = World::new(laptops, seed);
        world.live(steps);
        let empty = empty(world.folder.path());
        let first = told(&world.merged_somehow(&empty, 0));
        prop_assert_eq!(told(&world.merged_somehow(&empty, 1)), first);
    }
}

#[test]
fn the_same_bundle_twice_brings_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(&folder.path().join("one")), open(&folder.path().join("other")));
    for number in 0..5 {
        keep(&mut one, &finished(number, &[1, 2, 3]));
    }
    keep(&mut one, &begun(9, None));
    one.refuse(&CORE).unwrap();
    let path = folder.path().join("one.kohesi");
    let told_of = one.bundle(&Bundling { path: path.clone(), ..Bundling::default() }, WATCH).unwrap();
    assert_eq!((told_of.interviews, told_of.left_unfinished, told_of.damaged), (5, 1, 0));
    let paths = [path];
    let merged = merge(&mut other, &paths);
    assert_eq!((merged.total(), merged.left_unfinished), (Tally { new: 5, ..Tally::default() }, 1));
    let before = told(&other);
    let looked = other.look_into(&paths[0], None, WATCH).unwrap();
    assert_eq!(looked.total(), Tally { known: 5, ..Tally::default() });
    assert_eq!(merge(&mut other, &paths).total(), Tally { known: 5, ..Tally::default() });
    assert_eq!(told(&other), before);
    assert_eq!(other.refusals().unwrap()[0].count, 1);
    assert_eq!(merge(&mut one, &[bundle(&other, &folder.path().join("back.kohesi"))]).total().known, 5);
    assert_eq!(one.refusals().unwrap()[0].count, 1, "its own refusals are not added to themselves");
}

#[test]
fn an_unfinished_interview_can_be_finished_on_another_laptop() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(&folder.path().join("one")), open(&folder.path().join("other")));
    let mut interview = begun(1, None);
    answer(&mut interview, 0, 2);
    keep(&mut one, &interview);
    let merged = merge(&mut other, &[bundle(&one, &folder.path().join("one.kohesi"))]);
    assert_eq!(merged.total(), Tally { unfinished: 1, ..Tally::default() });
    let draft = other.load(id(1)).unwrap().draft.unwrap();
    assert_eq!((draft.place, draft.typed.as_str()), (interview.open_items().next(), ""));
    answer(&mut interview, 1, 3);
    interview.finish(moment(70_000).at);
    keep(&mut other, &interview);
    let merged = merge(&mut one, &[bundle(&other, &folder.path().join("other.kohesi"))]);
    assert_eq!(merged.total(), Tally { longer: 1, ..Tally::default() });
    assert_eq!(one.load(id(1)).unwrap().events, interview.events());
    assert!(one.origins().unwrap().is_empty(), "it began here");
}

#[test]
fn what_went_on_in_two_places_is_kept_twice_and_erased_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut stores = ["one", "other", "third"].map(|name| open(&folder.path().join(name)));
    let [one, other, third] = &mut stores;
    let mut interview = begun(1, None);
    keep(one, &interview);
    merge(other, &[bundle(one, &folder.path().join("begun.kohesi"))]);
    let mut elsewhere = interview.clone();
    answer(&mut interview, 0, 1);
    answer(&mut elsewhere, 0, 2);
    interview.finish(moment(60_000).at);
    keep(one, &interview);
    keep(other, &elsewhere);
    let bundles = [bundle(one, &folder.path().join("1.kohesi")), bundle(other, &folder.path().join("2.kohesi"))];
    let merged = merge(third, &bundles);
    assert_eq!(merged.total(), Tally { new: 1, conflict: 1, ..Tally::default() });
    assert_eq!(merge(one, &bundles).total(), Tally { known: 1, conflict: 1, ..Tally::default() });
    assert_eq!(merge(other, &bundles).total(), Tally { known: 1, conflict: 1, ..Tally::default() });
    let ids = |store: &Store| store.list().unwrap().into_iter().map(|one| one.id).collect::<Vec<_>>();
    let all = ids(third);
    assert_eq!((all.len(), ids(one), ids(other)), (2, all.clone(), all.clone()));
    assert!(all.contains(&id(1)));
    assert!(all.iter().all(|id| id.0[..6] == all[0].0[..6] && !id.is_synthetic()));
    // One tombstone for both, by whichever of them is named.
    let variant = *all.iter().find(|one| **one != id(1)).unwrap();
    assert_eq!(third.erase(variant).unwrap().traces, 0);
    assert!(ids(third).is_empty());
    assert_eq!(buried(third), [id(1).0]);
    let merged = merge(one, &[bundle(third, &folder.path().join("3.kohesi"))]);
    assert_eq!((merged.erased, merged.traces), (2, 0));
    assert!(ids(one).is_empty());
    assert_eq!(merge(one, &bundles).total(), Tally { erased: 2, ..Tally::default() });
    assert!(ids(one).is_empty());
}

#[test]
fn what_was_erased_elsewhere_leaves_nothing_here() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(&folder.path().join("one")), open(&folder.path().join("other")));
    for number in 0..30 {
        let mut interview = begun(number, None);
        let word = format!("rahasia-{number}-{}", "keluarga ".repeat(40));
        interview.note(ItemIndex(2), &word, &moment(3)).unwrap();
        interview.finish(moment(50_000).at);
        keep(&mut one, &interview);
    }
    merge(&mut other, &[bundle(&one, &folder.path().join("1.kohesi"))]);
    let traces = |word: &str| {
        let files =
            fs::read_dir(folder.path().join("other")).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap());
        let hits = |file: Vec<u8>| file.windows(word.len()).filter(|window| *window == word.as_bytes()).count();
        files.map(hits).sum::<usize>()
    };
    assert!(traces("rahasia-7-") > 0);
    one.erase(id(7)).unwrap();
    let merged = merge(&mut other, &[bundle(&one, &folder.path().join("2.kohesi"))]);
    assert_eq!((merged.erased, merged.traces, merged.total().known), (1, 0, 29));
    assert_eq!(traces("rahasia-7-"), 0);
    assert!(traces("rahasia-8-") > 0);
}

#[test]
fn a_merge_that_is_stopped_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(&folder.path().join("one")), open(&folder.path().join("other")));
    (0..4).for_each(|number| keep(&mut one, &finished(number, &[1])));
    let path = bundle(&one, &folder.path().join("1.kohesi"));
    let before = told(&other);
    // It stops while it is checked, and while it is kept.
    for after in 1..=10 {
        let stop = AtomicBool::new(false);
        let seen = std::cell::Cell::new(0);
        let count = |_| {
            seen.set(seen.get() + 1);
            stop.store(seen.get() == after, std::sync::atomic::Ordering::Relaxed);
        };
        let stopped = other.merge(std::slice::from_ref(&path), None, Watch { stop: &stop, progress: &count });
        assert_eq!(stopped.unwrap_err().code(), "bundle.interrupted", "{after}");
        assert_eq!(told(&other), before);
    }
    assert_eq!(merge(&mut other, &[path]).total().new, 4);
}
