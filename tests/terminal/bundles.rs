//! Two laptops and a stick: bundles are made and merged by command, and every export comes out the same.

use std::path::Path;
use std::process::Output;

use kohesi::interview::{Draft, Interview, Synthetic};
use kohesi::store::{Identity, Options, Paths, Store, sound_bundle};

use super::{ENGLISH, INDONESIAN, Place, core};

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A laptop on which these people have answered.
fn laptop(people: &[Interview]) -> Place {
    let place = Place::new();
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    for one in people {
        let draft =
            Draft { place: None, marked: None, typed: String::new(), note: None, language: one.language().clone() };
        store.begin(one.id(), one.questionnaire(), one.events(), &draft).unwrap();
        store.finish(one.id(), one.events(), &one.packed()).unwrap();
    }
    drop(store);
    place
}

fn people() -> Vec<Interview> {
    Synthetic::new(std::sync::Arc::new(core()), 3).interviews(12).collect()
}

/// Everything that a place exports and lists.
fn told(place: &Place) -> Vec<(String, Vec<u8>)> {
    let folder = place.path().join("exports");
    std::fs::create_dir(&folder).unwrap();
    for format in ["csv", "xlsx", "sav", "parquet", "json", "codebook"] {
        out(&place.run(&["export", "--format", format, "-o", folder.join(format).to_str().unwrap()]));
    }
    let mut files = Vec::new();
    gather(&folder, &folder, &mut files);
    std::fs::remove_dir_all(&folder).unwrap();
    files.sort();
    for command in [["stats", "--json"], ["list", "--json"], ["workshop", "list"]] {
        files.push((command.join(" "), out(&place.run(&command)).into_bytes()));
    }
    files
}

fn gather(folder: &Path, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, root, files);
        } else {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            files.push((name, std::fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn two_laptops_bring_their_answers_together() {
    let people = people();
    let (one, other) = (laptop(&people[..8]), laptop(&people[5..]));
    let stick = tempfile::tempdir().unwrap();
    let path = |name: &str| stick.path().join(name).to_str().unwrap().to_owned();
    for (place, name) in [(&one, "one.kohesi"), (&other, "other.kohesi")] {
        let said = out(&place.run(&["bundle", "-o", &path(name)]));
        assert!(said.contains("read back and is whole"), "{said}");
        let again = place.run_in(INDONESIAN.locale, &["bundle", "-o", &path(name)]);
        assert_eq!(again.status.code(), Some(1), "a file that is there is not replaced");
        out(&place.run(&["bundle", "--force", "-o", &path(name)]));
    }
    let mut all = Vec::new();
    for order in [["one.kohesi", "other.kohesi"], ["other.kohesi", "one.kohesi"]] {
        let third = Place::new();
        let looked = out(&third.run(&["merge", "--look", &path(order[0])]));
        assert!(looked.contains(" new, 0 known"), "{looked}");
        let merged = out(&third.run(&["merge", &path(order[0]), &path(order[1])]));
        assert!(merged.contains("In all: 12 new, 3 known"), "{merged}");
        let again = out(&third.run_in(INDONESIAN.locale, &["merge", &path(order[1]), &path(order[0])]));
        assert!(again.contains("Semuanya: 0 baru, 15 sudah ada"), "{again}");
        all.push(told(&third));
    }
    assert_eq!(all[0].len(), all[1].len());
    for (one, other) in all[0].iter().zip(&all[1]) {
        assert_eq!(one.0, other.0);
        assert!(one.1 == other.1, "{} differs", one.0);
    }
    // In one store in the first place, they export the same.
    let mut at_once = told(&laptop(&people));
    let mut merged = all.remove(0);
    for all in [&mut at_once, &mut merged] {
        all.retain(|(name, _)| name != "list --json");
    }
    assert!(at_once == merged);
}

#[test]
fn a_half_copied_bundle_is_refused_in_plain_words() {
    let place = laptop(&people()[..2]);
    let path = place.path().join("a.kohesi");
    out(&place.run(&["bundle", "-o", path.to_str().unwrap()]));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 20]).unwrap();
    let other = Place::new();
    for (says, words) in
        [(&ENGLISH, ["is not whole", "Copy it again"]), (&INDONESIAN, ["tidak utuh", "Salin sekali lagi"])]
    {
        let refused = other.run_in(says.locale, &["merge", path.to_str().unwrap()]);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(words.iter().all(|words| said.contains(words)), "{said}");
    }
    assert_eq!(other.list().len(), 0);
}

#[test]
fn what_merging_brought_is_told_to_programs_too() {
    let (one, other) = (laptop(&people()[..3]), Place::new());
    let path = one.path().join("a.kohesi");
    out(&one.run(&["bundle", "-o", path.to_str().unwrap()]));
    let said = out(&other.run(&["merge", "--json", path.to_str().unwrap()]));
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["total"]["new"], &said["laptops"][0]["new"]), (&3.into(), &3.into()));
}

#[test]
fn the_stock_age_opens_a_sealed_bundle() {
    let place = laptop(&people()[..4]);
    let file = |name: &str| place.path().join(name);
    let keys = [("coordinator", Identity::generate()), ("recovery", Identity::generate())];
    let public = keys.each_ref().map(|(_, key)| key.public_keys().remove(0));
    let (mut store, _) = Store::open(&Paths::at(&place.data()), &Options::default()).unwrap();
    store.choose_recipients(&public[0], &public[1]).unwrap();
    store.pass_drill(&keys[0].1).unwrap();
    drop(store);
    let said = out(&place.run(&["bundle", "-o", file("a.kohesi").to_str().unwrap()]));
    assert!(said.contains("It is sealed"), "{said}");
    let sealed = std::fs::read(file("a.kohesi")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n") && sound_bundle(&sealed).is_err());
    let age =
        |key: &Path| std::process::Command::new("age").arg("-d").arg("-i").arg(key).arg(file("a.kohesi")).output();
    for (name, key) in &keys {
        std::fs::write(file(name), key.text().as_bytes()).unwrap();
        let Ok(opened) = age(&file(name)) else { return left_out("age, which opens sealed bundles,") };
        assert!(opened.status.success(), "{name}: {}", String::from_utf8_lossy(&opened.stderr));
        assert_eq!(sound_bundle(&opened.stdout).unwrap(), 4);
    }
    std::fs::write(file("another"), Identity::generate().text().as_bytes()).unwrap();
    let refused = age(&file("another")).unwrap();
    assert!(!refused.status.success() && refused.stdout.is_empty());
}

#[expect(clippy::print_stderr, reason = "what was not tried is told")]
fn left_out(what: &str) {
    eprintln!("SKIPPED: {what} is not installed");
}
