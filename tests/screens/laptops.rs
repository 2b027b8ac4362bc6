//! The screens of bundles: what is found, what one would bring, what came of it, and where one is written.

use std::path::PathBuf;

use kohesi::store::{
    Around, BundleFault, Bundled, Found, FromLaptop, Laptop, LaptopId, Looked, Merged, StoreError, Tally,
};
use kohesi::tui::Start;

use super::{LANGUAGES, SIZES};
use crate::journeys::laptops::sealed;
use crate::support::stage::{Set, Stage};

fn laptop(number: u8, name: &str) -> Laptop {
    Laptop { id: LaptopId([number; 16]), name: name.into() }
}

fn found() -> Around {
    let tally = Tally { new: 37, known: 12, conflict: 1, ..Tally::default() };
    let looked = Looked {
        made_on: laptop(0x1f, "asus-sari"),
        made_unix_ms: 1_795_671_000_000,
        laptops: vec![FromLaptop { laptop: laptop(0x1f, "asus-sari"), tally }],
        erases: 2,
        left_unfinished: 3,
    };
    let path = |name: &str| PathBuf::from("/media/sari/USB").join(name);
    let fault = StoreError::Bundle { path: path("lama.kohesi"), line: 9, fault: BundleFault::CutShort };
    let bundles = vec![
        Found { path: path("kohesi-2026-11-26-1f1f1f1f.kohesi"), looked: Ok(looked) },
        Found { path: path("lama.kohesi"), looked: Err(fault) },
    ];
    Around { sticks: vec![PathBuf::from("/media/sari/USB")], bundles, ..Around::default() }
}

fn screens(name: &str, around: &Around, act: impl Fn(&mut Stage)) {
    screens_with(name, |set| set.shelf.around = around.clone(), act);
}

fn screens_with(name: &str, fill: impl Fn(&mut Set), act: impl Fn(&mut Stage)) {
    for size in SIZES {
        for language in LANGUAGES {
            let mut set = Set::of(Start::Home, language).size(size);
            fill(&mut set);
            let tally = Tally { new: 37, known: 12, conflict: 1, ..Tally::default() };
            let from = FromLaptop { laptop: laptop(0x1f, "asus-sari"), tally };
            let merged = Merged { laptops: vec![from], erased: 2, workshops: 1, ..Merged::default() };
            let first = set.shelf.around.bundles.first().map(|one| one.path.clone()).unwrap_or_default();
            set.shelf.merges.insert(first, Ok(merged));
            set.shelf.bundled = Bundled { interviews: 14, left_unfinished: 2, erased: 1, ..Bundled::default() };
            let mut stage = set.play();
            stage.keys("End Up Up Enter");
            act(&mut stage);
            let snapshot = format!("{name}_{}x{}_{language}", size.0, size.1);
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(snapshot, format!("{:?}", stage.buffer()));
            });
        }
    }
}

#[test]
fn what_is_found() {
    screens("laptops_found", &found(), |_| {});
}

#[test]
fn nothing_is_found() {
    screens("laptops_none", &Around::default(), |_| {});
}

#[test]
fn what_one_would_bring() {
    screens("laptops_preview", &found(), |stage| _ = stage.keys("Enter"));
}

#[test]
fn why_one_is_refused() {
    screens("laptops_refused", &found(), |stage| _ = stage.keys("Down Enter"));
}

#[test]
fn what_came_of_it() {
    screens("laptops_merged", &found(), |stage| _ = stage.keys("Enter Enter"));
}

#[test]
fn where_one_is_written() {
    screens("laptops_make", &found(), |stage| _ = stage.keys("Down Down Enter"));
}

#[test]
fn one_is_written() {
    screens("laptops_made", &found(), |stage| _ = stage.keys("Down Down Enter Enter"));
}

#[test]
fn which_key_opens_it() {
    screens_with("laptops_sealed", sealed, |stage| _ = stage.keys("Enter"));
}

#[test]
fn what_the_key_is_under() {
    screens_with("laptops_passphrase", sealed, |stage| _ = stage.keys("Enter 1 Enter 'empat'"));
}

#[test]
fn it_may_be_stopped() {
    screens("laptops_working", &found(), |stage| {
        stage.keys("Enter");
        stage.shelf.slow = true;
        stage.keys("Enter");
    });
}
