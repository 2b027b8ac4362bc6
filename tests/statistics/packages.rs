//! The same against data that come with R packages, where R is installed; their licences do not let the data be kept.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use kohesi::stats::{CrossProducts, alpha, alpha_if_dropped, icc1, icc2, item_rest, omega, unwatched};

use super::reference::{Place, cells, groups, printed};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference")
}

const PACKAGES: &str = "library(psych); library(multilevel); library(lavaan)";

fn products(rows: &[Vec<String>]) -> CrossProducts {
    let mut products = CrossProducts::new(rows[0].len());
    for row in rows {
        products.add(&row.iter().map(|cell| cell.parse().unwrap()).collect::<Vec<_>>());
    }
    products
}

fn ours((set, key, part): &Place, rows: &[Vec<String>]) -> f64 {
    let item = || part.parse::<usize>().unwrap() - 1;
    let computed = match (set.as_str(), key.as_str()) {
        (_, "alpha") => alpha::alpha(&products(rows)),
        (_, "alpha_if_dropped") => alpha_if_dropped::alpha_if_dropped(&products(rows))[item()],
        (_, "item_rest") => item_rest::item_rest(&products(rows))[item()],
        (_, "omega") => omega::omega(&products(rows), &mut unwatched()),
        (_, "icc1") => icc1::icc1(&groups(rows)),
        (_, "icc2") => icc2::icc2(&groups(rows)),
        _ => panic!("{set} {key}"),
    };
    computed.unwrap().value
}

/// The golden values, to the four digits they are known to.
const GOLDEN: [(&str, &str, f64); 4] =
    [("bfi", "alpha", 0.7038), ("bfi", "omega", 0.7240), ("bh1996", "icc1", 0.1331), ("bh1996", "icc2", 0.9197)];

#[test]
fn published_data_give_what_r_makes_of_them() {
    let asked = Command::new("Rscript").args(["-e", PACKAGES]).output();
    if !asked.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: published data need Rscript and {PACKAGES}");
        return;
    }
    let kept = tempfile::tempdir().unwrap();
    let run = Command::new("Rscript").arg(folder().join("packages.R")).arg(kept.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let theirs = printed(&String::from_utf8(run.stdout).unwrap());
    let rows = |set: &str| cells(&fs::read_to_string(kept.path().join(format!("{set}.csv"))).unwrap());
    for (place, value) in &theirs {
        let told = ours(place, &rows(&place.0));
        let tolerance = if place.1 == "omega" { 1e-6 } else { 1e-8 };
        assert!((told - value).abs() <= tolerance, "{place:?}: R says {value:?}, kohesi {told:?}");
    }
    for (set, key, value) in GOLDEN {
        let (place, _) = theirs.iter().find(|((of, asked, _), _)| of == set && asked == key).unwrap();
        assert!((ours(place, &rows(set)) - value).abs() <= 0.000_05, "{set} {key}");
    }
}
