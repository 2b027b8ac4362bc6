//! Bundles of other laptops in the menu: sealed ones take a key, and what takes long may be stopped.

use std::path::PathBuf;

use kohesi::store::{
    Around, BundleFault, Found, FromLaptop, Laptop, LaptopId, Looked, Merged, StoreError, Tally, Ticket, Word,
};
use kohesi::tui::{Event, Start};

use crate::journeys::on;
use crate::support::stage::{Set, Stage};

const PASSPHRASE: &str = "empat kata yang jauh";

fn path(name: &str) -> PathBuf {
    PathBuf::from("/media/sari/USB").join(name)
}

fn from_laptop() -> FromLaptop {
    let laptop = Laptop { id: LaptopId([0x1f; 16]), name: "asus-sari".into() };
    FromLaptop { laptop, tally: Tally { new: 37, ..Tally::default() } }
}

/// A sealed bundle on a stick with two keys, one of which opens it.
pub(crate) fn sealed(set: &mut Set) {
    let bundle = path("kohesi-2026-11-26-1f1f1f1f.kohesi");
    let fault = StoreError::Bundle { path: bundle.clone(), line: 0, fault: BundleFault::Sealed };
    set.shelf.around = Around {
        sticks: vec![path("")],
        bundles: vec![Found { path: bundle.clone(), looked: Err(fault) }],
        keys: vec![path("kunci.txt"), path("lama.txt")],
        ..Around::default()
    };
    let from = from_laptop();
    let looked = Looked {
        made_on: from.laptop.clone(),
        made_unix_ms: 1_795_671_000_000,
        laptops: vec![from.clone()],
        erases: 0,
        left_unfinished: 0,
    };
    set.shelf.sealed.insert(bundle.clone(), looked);
    set.shelf.key_file = (path("kunci.txt"), PASSPHRASE.to_owned());
    set.shelf.merges.insert(bundle, Ok(Merged { laptops: vec![from], ..Merged::default() }));
}

/// At the list of bundles.
fn stage() -> Stage {
    let mut set = Set::of(Start::Home, "en");
    sealed(&mut set);
    let mut stage = set.play();
    stage.keys("End Up Up Enter");
    stage
}

#[test]
fn a_sealed_bundle_is_taken_in_with_the_key_and_its_passphrase() {
    let mut stage = stage();
    on(&stage, "sealed, opens with the key");
    stage.keys("Enter");
    on(&stage, "Which file has the coordinator's key");
    stage.keys("2 Enter");
    on(&stage, "not a key");
    stage.keys("1 Enter");
    on(&stage, "This key file is under a passphrase");
    stage.keys("'tiga kata' Enter");
    on(&stage, "That does not open it");
    stage.keys(&format!("'{PASSPHRASE}'"));
    assert!(!stage.screen().contains("kata"), "{}", stage.screen());
    stage.keys("Enter");
    on(&stage, "From asus-sari (1f1f1f1f): 37 new");
    stage.keys("1 Enter");
    on(&stage, "In all: 37 new, 0 known");
    assert!(stage.shelf.merges.is_empty());
}

#[test]
fn the_key_file_may_lie_anywhere_and_the_passphrase_may_be_given_up() {
    let mut stage = stage();
    stage.keys("Enter 3 Enter");
    on(&stage, "Where is the key file?");
    stage.keys("'kunci.txt' Enter");
    on(&stage, "This key file is under a passphrase");
    stage.keys("Esc");
    on(&stage, "Which file has the coordinator's key");
    stage.keys("Esc Esc");
    on(&stage, "Choose a questionnaire");
}

#[test]
fn taking_in_is_stopped_by_going_back_and_takes_no_other_key_meanwhile() {
    let mut stage = stage();
    stage.keys(&format!("Enter 1 Enter '{PASSPHRASE}' Enter"));
    stage.shelf.slow = true;
    stage.keys("1 Enter");
    on(&stage, "stops it");
    stage.keys("Down 1 Enter x");
    assert_eq!((stage.shelf.waiting.len(), stage.shelf.stops), (1, 0));
    stage.keys("Esc");
    on(&stage, "Stopping");
    assert_eq!((stage.shelf.waiting.len(), stage.shelf.stops), (1, 1));
    let (ticket, _): (Ticket, _) = stage.shelf.waiting.pop_front().unwrap();
    let fault = StoreError::Bundle { path: path("a.kohesi"), line: 9, fault: BundleFault::Interrupted };
    stage.event(Event::Store(Box::new(Word::NotStored(ticket, fault))));
    on(&stage, "Nothing was changed");
    stage.shelf.slow = false;
    stage.keys("Enter");
    on(&stage, "Choose a questionnaire");
}
