//! Exports that were cut short: other programs refuse them, or find all of what they hold. kohesi itself leaves none
//! under an export's name (`faults::commands`).

use std::path::Path;
use std::process::Command;

use super::judges::{exported, left_out, python, store};
use super::people::people;
use crate::support::stage::core;

#[test]
fn other_programs_refuse_an_export_that_was_cut_short() {
    let Some(python) = python() else { return left_out("Python with pyreadstat, pyarrow and openpyxl") };
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    store(&home, &people(&core(), 12));
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (format, name) in [("sav", "a.sav"), ("xlsx", "a.xlsx"), ("parquet", "tree")] {
        exported(&home, &["--format", format, "-o", &path(name)]);
    }
    let mut parts = vec![folder.path().join("tree")];
    let parquet = loop {
        let next = parts.pop().expect("a part of the tree");
        if next.is_dir() {
            parts.extend(std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()));
        } else if next.extension().is_some_and(|ending| ending == "parquet") && !next.to_str().unwrap().contains("/_") {
            break next;
        }
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/prefix.py");
    let judged = Command::new(python).arg(script).args([path("a.sav"), path("a.xlsx")]).arg(parquet).output().unwrap();
    print!("{}", String::from_utf8_lossy(&judged.stdout));
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stderr));
}

/// What is JSON as a whole says so itself; a line of JSON Lines that was cut is no JSON.
#[test]
fn a_line_that_was_cut_is_no_line() {
    let exporter = kohesi::export::ALL.into_iter().find(|exporter| exporter.name() == "json").unwrap();
    let table = super::memory::table(&[core()]);
    let files = super::memory::export(exporter, &table, &people(&core(), 3), &super::memory::options(None, "id"));
    let (mut refused, mut whole) = (0, 0);
    for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with("codebook.csv")) {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for line in lines.iter().filter(|line| line.first() == Some(&b'{')) {
            let line = line.trim_ascii_end();
            for length in 1..line.len() {
                let cut: Result<serde_json::Value, _> = serde_json::from_slice(&line[..length]);
                assert!(cut.is_err(), "{}: {length} bytes of a line are read", path.display());
                refused += 1;
            }
            whole += usize::from(serde_json::from_slice::<serde_json::Value>(line).is_ok());
        }
    }
    println!("json: {refused} prefixes of lines refused, {whole} whole lines read");
    assert!(whole >= 3 && refused > 1_000);
}
