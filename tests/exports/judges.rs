//! What other programs find in the files. `.ci/run` installs them; without them the tests say so and pass.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use kohesi::interview::{Draft, Interview};
use kohesi::store::{Options, Paths, Store};

use super::conformance::{later, questionnaires};
use super::people::people;

/// A Python that has what the judges need: the one named by the environment, or the one `.ci/run` makes.
pub(crate) fn python() -> Option<PathBuf> {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/judges/bin/python");
    let python = std::env::var_os("KOHESI_JUDGES").map_or(made, PathBuf::from);
    python.exists().then_some(python)
}

#[expect(clippy::print_stderr, reason = "what was not judged is told")]
pub(crate) fn left_out(what: &str) {
    eprintln!("SKIPPED: {what} is not installed, so it did not judge the exports");
}

/// A store with these interviews, as the program would have written it.
pub(crate) fn store(home: &Path, interviews: &[Interview]) {
    let (mut store, _) = Store::open(&Paths::at(home), &Options::default()).unwrap();
    for interview in interviews {
        let draft = Draft {
            place: None,
            marked: None,
            typed: String::new(),
            note: None,
            language: interview.language().clone(),
        };
        let events = interview.events();
        store.begin(interview.id(), interview.questionnaire(), &events[..1], &draft).unwrap();
        store.finish(interview.id(), &events[1..], &interview.packed()).unwrap();
    }
}

/// Interviews of every questionnaire, one of them in two versions.
fn interviews() -> Vec<Interview> {
    let mut all = Vec::new();
    for questionnaire in questionnaires() {
        all.extend(people(&questionnaire, 40));
    }
    // Identities are unique, whatever was answered.
    let mut known = BTreeSet::new();
    all.extend(people(&Arc::new((*later()).clone()), 60).into_iter().skip(40));
    all.into_iter()
        .enumerate()
        .map(|(number, interview)| renamed(&interview, number))
        .filter(|one| known.insert(one.id()))
        .collect()
}

/// The same interview with an identity of its own.
fn renamed(interview: &Interview, number: usize) -> Interview {
    let mut id = interview.id();
    id.0[6..8].copy_from_slice(&u16::try_from(0x7000 + number).unwrap().to_be_bytes());
    let events = interview.events().to_vec();
    let again = Interview::replay(Arc::clone(interview.questionnaire()), id, events.clone());
    // Shuffled choices depend on the identity, what was answered does not.
    again.unwrap()
}

pub(crate) fn kohesi(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kohesi"));
    command.env_clear().env("KOHESI_HOME", home).args(arguments);
    command.output().unwrap()
}

pub(crate) fn exported(home: &Path, arguments: &[&str]) {
    let output = kohesi(home, &[&["export", "--lang", "en"], arguments].concat());
    assert!(output.status.success(), "{arguments:?}: {output:?}");
}

/// Every format of every questionnaire in a folder, made by the program.
fn exports(folder: &Path) {
    let home = folder.join("home");
    store(&home, &interviews());
    let keys: BTreeSet<String> = questionnaires().iter().map(|one| one.key().to_string()).collect();
    for key in keys {
        let out = folder.join(&key);
        fs::create_dir(&out).unwrap();
        let path = |name: &str| out.join(name).to_str().unwrap().to_owned();
        for (format, labels, name) in [
            ("csv", "codes", "codes.csv"),
            ("csv", "id", "labels.csv"),
            ("sav", "id", "id.sav"),
            ("xlsx", "id", "data.xlsx"),
            ("json", "codes", "data.jsonl"),
        ] {
            exported(
                &home,
                &["--format", format, "--labels", labels, "--questionnaire", &key, "--events", "-o", &path(name)],
            );
        }
    }
    exported(&home, &["--format", "parquet", "-o", folder.join("tree").to_str().unwrap()]);
    let schema = kohesi(&home, &["export", "--schema"]);
    fs::write(folder.join("schema.json"), schema.stdout).unwrap();
}

#[test]
fn other_programs_read_every_export_with_nothing_lost() {
    let Some(python) = python() else { return left_out("Python with pyreadstat, duckdb, pyarrow and the others") };
    let folder = tempfile::tempdir().unwrap();
    exports(folder.path());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports/judge.py");
    let judged = Command::new(python).arg(script).arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&judged.stdout);
    print!("{said}");
    if !judged.status.success() {
        let faults = String::from_utf8_lossy(&judged.stderr);
        panic!("{said}\n{faults}\nThe files are kept in {}", folder.keep().display());
    }
}
