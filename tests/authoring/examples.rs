//! What a new author does: begin a file, look it over, put it into the library.

use std::fmt::Write;

use super::format::{kohesi, out, shipped};

#[test]
fn a_new_questionnaire_is_sound_in_every_language_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for tag in ["id", "en"] {
        let name = format!("first-{tag}.toml");
        let written = kohesi(folder.path(), &["--lang", tag, "new", &name]);
        assert!(written.status.success() && out(&written).contains(&name), "{written:?}");
        let checked = kohesi(folder.path(), &["--lang", "en", "check", &name]);
        assert!(checked.status.success(), "{}", out(&checked));
        assert!(out(&checked).contains("nothing to mend"), "{}", out(&checked));
        assert_eq!(kohesi(folder.path(), &["new", &name]).status.code(), Some(1));
    }
}

#[test]
fn check_tells_all_at_once_and_ends_as_it_should() {
    let folder = tempfile::tempdir().unwrap();
    let good = shipped().join("lokakarya.toml");
    let text = std::fs::read_to_string(&good).unwrap();
    std::fs::write(folder.path().join("bad.toml"), text.replacen("kind = \"yes_no\"", "kind = \"yesno\"", 1)).unwrap();
    let good = good.to_str().unwrap();
    assert_eq!(kohesi(folder.path(), &["check", good]).status.code(), Some(0));
    let both = kohesi(folder.path(), &["check", good, "bad.toml"]);
    assert_eq!(both.status.code(), Some(1));
    assert!(out(&both).contains("unknown_value") && out(&both).contains("bad.toml:"), "{}", out(&both));
    let json = kohesi(folder.path(), &["check", "--json", "bad.toml"]);
    assert_eq!(json.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let first = found.as_array().unwrap().iter().find(|one| one["code"] == "unknown_value").unwrap();
    assert_eq!((first["severity"].as_str(), first["file"].as_str()), (Some("error"), Some("bad.toml")));
    let line = 1 + text.lines().position(|line| line == "kind = \"yes_no\"").unwrap();
    assert_eq!(first["line"], line);
    assert_eq!((first["column"].as_u64(), first["end_column"].as_u64()), (Some(8), Some(15)));
    assert!(first["remedy"].as_str().unwrap().contains("yes_no"));
    assert_eq!(kohesi(folder.path(), &["check", "nowhere.toml"]).status.code(), Some(1));
    assert_eq!(kohesi(folder.path(), &["check"]).status.code(), Some(2));
}

#[test]
fn a_questionnaire_of_one_s_own_is_in_the_library_and_no_shipped_one_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    kohesi(folder.path(), &["--lang", "en", "new", "mine.toml"]);
    let added = kohesi(folder.path(), &["add", "mine.toml"]);
    assert!(added.status.success() && out(&added).contains("kohesi take my-questionnaire"), "{added:?}");
    assert_eq!(kohesi(folder.path(), &["add", "mine.toml"]).status.code(), Some(1));
    assert!(kohesi(folder.path(), &["add", "mine.toml", "--replace"]).status.success());
    // Without a terminal it goes as far as asking for one: the questionnaire was found.
    let taken = kohesi(folder.path(), &["take", "my-questionnaire"]);
    let unknown = kohesi(folder.path(), &["take", "another"]);
    assert_ne!(taken.stderr, unknown.stderr);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("my-questionnaire"));
    let shipped = shipped().join("lokakarya.toml");
    let same = std::fs::read_to_string(shipped).unwrap();
    std::fs::write(folder.path().join("same.toml"), same).unwrap();
    let refused = kohesi(folder.path(), &["add", "same.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("lokakarya"));
    std::fs::write(folder.path().join("broken.toml"), "format = 1\n").unwrap();
    assert_eq!(kohesi(folder.path(), &["add", "broken.toml"]).status.code(), Some(1));
}

#[test]
fn more_items_are_read_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = std::fs::read_to_string(shipped().join("lokakarya.toml")).unwrap();
    for number in 0..2_000 {
        let words = "text.id = \"Catatan\"\ntext.en = \"A note\"\n";
        let _ = write!(text, "\n[[sections.items]]\nkey = \"more_{number}\"\nkind = \"note\"\n{words}");
    }
    std::fs::write(folder.path().join("large.toml"), text).unwrap();
    for command in ["check", "show"] {
        let refused = kohesi(folder.path(), &[command, "large.toml"]);
        let told = [refused.stdout, refused.stderr].concat();
        assert!(!refused.status.success() && String::from_utf8_lossy(&told).contains("too_many_items"), "{command}");
        assert!(kohesi(folder.path(), &[command, "--max-items", "3000", "large.toml"]).status.success(), "{command}");
    }
    // With nothing to read it comes as far as the beginning.
    let shown = |args: &[&str]| {
        let output = kohesi(folder.path(), args);
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let refused = shown(&["take", "--plain", "--practice", "large.toml"]);
    assert!(refused.contains("too_many_items"), "{refused}");
    let taken = shown(&["--lang", "en", "take", "--plain", "--practice", "--max-items", "3000", "large.toml"]);
    assert!(taken.contains("Thank you for joining this workshop"), "{taken}");
}
