//! Where interviews come from, damaged: noticed, found again, and brought along out of a damaged file.

use std::path::PathBuf;

use rusqlite::Connection;
use tempfile::TempDir;

use super::merging::{bundle, finished, keep, merge, told};
use super::open;
use crate::store::{Damage, Finding, Options, Paths, Repaired, SalvageSource, Spot, Store, examine, repair, salvage};

/// A store with an interview of its own, two of other laptops, and two of one identity; and the bundles it took.
fn gathered() -> (TempDir, Store, [PathBuf; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (mut one, mut other, mut here) = (open(&path("one")), open(&path("other")), open(&path("here")));
    keep(&mut here, &finished(1, &[1]));
    keep(&mut one, &finished(2, &[2]));
    keep(&mut one, &finished(3, &[1, 2]));
    keep(&mut other, &finished(3, &[2, 1]));
    keep(&mut other, &finished(4, &[3]));
    let bundles = [bundle(&one, &path("one.kohesi")), bundle(&other, &path("other.kohesi"))];
    assert_eq!(merge(&mut here, &bundles).total().conflict, 1);
    here.rest();
    (folder, here, bundles)
}

fn damage(store: Store, home: &std::path::Path, sql: &str) {
    drop(store);
    let database = Connection::open(Paths::at(home).database()).unwrap();
    assert!(database.execute(sql, []).unwrap() > 0, "{sql}");
}

fn damaged_origins(findings: &[Finding]) -> usize {
    let of_origin = |finding: &&Finding| matches!(finding, Finding::Damaged(Damage { spot: Spot::Origin, .. }));
    findings.iter().filter(of_origin).count()
}

#[test]
fn what_is_noted_of_an_origin_is_checked_and_found_again() {
    let another = "(SELECT max(number) FROM laptop WHERE number <> origin.laptop)";
    for (what, sql, found_again) in [
        ("another laptop", format!("UPDATE origin SET laptop = {another}"), true),
        ("another hash", "UPDATE origin SET hash = zeroblob(16) WHERE interview = 2".to_owned(), false),
        ("another identity", "UPDATE variant SET of = zeroblob(16)".to_owned(), true),
    ] {
        let (folder, store, bundles) = gathered();
        let (home, before) = (folder.path().join("here"), told(&store));
        let paths = Paths::at(&home);
        assert_eq!(damaged_origins(&examine(&paths, &mut |_, _| {})), 0);
        damage(store, &home, &sql);
        let findings = examine(&paths, &mut |_, _| {});
        assert!(damaged_origins(&findings) > 0, "{what}: {findings:?}");
        let done = repair(&paths, &Options::default(), &findings).unwrap();
        assert!(done.iter().any(|one| matches!(one, Repaired::Origin(_))), "{what}: {done:?}");
        assert_eq!(damaged_origins(&examine(&paths, &mut |_, _| {})), 0, "{what}");
        let mut store = open(&home);
        assert_eq!(told(&store) == before, found_again, "{what}");
        let total = merge(&mut store, &bundles).total();
        assert_eq!((total.new, total.known, total.conflict), (0, 4, 0), "{what}");
    }
}

#[test]
fn a_damaged_origin_keeps_nothing_from_being_merged_and_comes_right_by_it() {
    let (folder, store, bundles) = gathered();
    let (home, before) = (folder.path().join("here"), told(&store));
    damage(store, &home, "UPDATE origin SET hash = zeroblob(16)");
    let mut store = open(&home);
    assert_eq!(merge(&mut store, &bundles[..1]).total().known, 2);
    assert_eq!(merge(&mut store, &bundles).total().new, 0);
    assert_eq!(told(&store), before);
    assert_eq!(damaged_origins(&examine(&Paths::at(&home), &mut |_, _| {})), 0);
}

#[test]
fn what_is_saved_out_of_a_file_is_still_of_its_laptops() {
    let (folder, store, bundles) = gathered();
    let before = told(&store);
    let own = |store: &Store| store.snapshot(|connection| crate::store::bundle::laptop::own(connection)).unwrap();
    let laptop = own(&store);
    drop(store);
    let file = Paths::at(&folder.path().join("here")).database();
    let home = folder.path().join("new");
    let source = SalvageSource { file: &file, library: folder.path() };
    let (salvaged, _) = salvage(source, &home, &Options::default()).unwrap();
    assert_eq!((salvaged.finished, salvaged.lost), (5, 0));
    let mut store = open(&home);
    assert_eq!(own(&store), laptop);
    assert!(told(&store) == before, "{}", told(&store));
    let total = merge(&mut store, &bundles).total();
    assert_eq!((total.new, total.known, total.conflict), (0, 4, 0));
}
