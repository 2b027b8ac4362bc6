//! Every test of the whole program, in one binary. To add one: a file in a folder here, and its line in the folder's
//! `mod.rs`; the guard below tells what was forgotten.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking, and stand outside the rooms: they read the tree and start the program"
)]

mod architecture;
mod authoring;
mod exports;
mod faults;
mod journeys;
mod pages;
mod plain;
mod screens;
mod statistics;
mod support;
#[cfg(unix)]
mod terminal;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::architecture::source::{Source, declared_modules};
use crate::architecture::{below, rust_files};

#[test]
fn no_test_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = rust_files(&folder);
    let texts = files.iter().map(|path| (below(&folder, path), fs::read_to_string(path).unwrap())).collect();
    let forgotten = forgotten(&texts);
    assert!(forgotten.is_empty(), "declared nowhere, so never run: {}", forgotten.join(", "));
}

/// The files that no file above them declares as a module; those below `support/` are picked as they are needed.
fn forgotten(texts: &BTreeMap<String, String>) -> Vec<String> {
    let is_declared = |path: &str| {
        let module = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).unwrap_or(path);
        let (parents, name) = match module.rsplit_once('/') {
            None => (vec!["main.rs".to_owned()], module),
            Some((folder, name)) => (vec![format!("{folder}/mod.rs"), format!("{folder}.rs")], name),
        };
        let mut parents = parents.iter().filter_map(|parent| texts.get(parent));
        parents.any(|text| declared_modules(&Source::new("", text).all).contains(&name))
    };
    let expected = texts.keys().filter(|path| *path != "main.rs" && !path.starts_with("support/"));
    expected.filter(|path| !is_declared(path)).cloned().collect()
}

#[test]
fn a_forgotten_file_is_told() {
    let texts =
        |list: &[(&str, &str)]| list.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let told = |list: &[(&str, &str)]| forgotten(&texts(list));
    let complete = [
        ("main.rs", "mod alone;\n#[cfg(unix)]\nmod room;\nmod flat;"),
        ("alone.rs", ""),
        ("room/mod.rs", "pub(crate) mod one;"),
        ("room/one.rs", ""),
        ("flat.rs", "mod two;"),
        ("flat/two.rs", ""),
        ("support/three.rs", ""),
    ];
    assert_eq!(told(&complete), Vec::<String>::new());
    assert_eq!(told(&[("main.rs", "// mod room;"), ("room/mod.rs", "mod one;"), ("room/one.rs", "")]), ["room/mod.rs"]);
    assert_eq!(told(&[("main.rs", "mod room;"), ("room/mod.rs", ""), ("room/one.rs", "")]), ["room/one.rs"]);
}
