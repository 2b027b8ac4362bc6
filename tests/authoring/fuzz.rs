//! Files and expressions changed at random; see `support::bounded`.

use crate::support::bounded::{alone, for_a_while};
use crate::support::sound::{holds, settings_hold, with_expression};

/// What is put in beside single bytes: what a questionnaire is made of.
const PIECES: [&str; 40] = [
    "\n",
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\\",
    "\\u001b",
    "\u{202e}",
    "\0",
    "show_if = \"",
    "answered(",
    "size(",
    "point(",
    " && ",
    " || ",
    "!",
    "==",
    " in ",
    "? 1 : 2",
    "date(\"2024-01-31\")",
    "9223372036854775807",
    "-1",
    "1e999",
    "nan",
    "2024-01-31",
    "true",
    "kind = \"grid\"",
    "rows = []",
    "{key}",
    "{{",
    "languages = []",
];

/// What expressions are made of.
const EXPRESSIONS: [&str; 8] = [
    "sells && size(goods) > 1 ? true : false",
    "hours * 2.0 >= 4.5 || !answered(day)",
    "day >= date(\"2024-02-01\") && day.getFullYear() < 2034",
    "\"food\" in goods && place != \"hall\"",
    "point(join_in) >= 4 || needs[0] == \"shade\"",
    "story.contains(\" \") && size(story) > 20",
    "(1 + 2) * 3 - int(hours) % 2 == 0",
    "needs == [\"shade\", \"water\"] || [] == goods",
];

/// The files that are changed: what is shipped, and every fixture.
fn corpus() -> Vec<String> {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = ["valid", "invalid", "advised"].map(|folder| std::fs::read_dir(fixtures.join(folder)).unwrap());
    let texts = folders.into_iter().flatten().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let small = texts.filter(|text| text.len() < 20_000);
    small.chain([include_str!("../../questionnaires/contoh-lengkap.toml").to_owned()]).collect()
}

fn changed(text: &str, chance: &mut fastrand::Rng) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..chance.usize(1..8) {
        let start = chance.usize(0..=characters.len());
        let end = (start + chance.usize(0..12)).min(characters.len());
        let new: Vec<char> = match chance.u8(0..4) {
            0 => Vec::new(),
            1 => PIECES[chance.usize(0..PIECES.len())].chars().collect(),
            2 => vec![char::from(chance.u8(0..128))],
            _ => {
                let from = chance.usize(0..=characters.len());
                characters[from..(from + chance.usize(0..200)).min(characters.len())].to_vec()
            }
        };
        characters.splice(start..end, new);
    }
    characters.into_iter().collect()
}

#[test]
fn a_file_changed_at_random_is_read_or_refused() {
    println!("{}", alone("authoring::fuzz::files"));
}

#[test]
fn an_expression_changed_at_random_is_understood_or_refused() {
    println!("{}", alone("authoring::fuzz::expressions"));
}

#[test]
fn settings_changed_at_random_are_read_or_refused() {
    println!("{}", alone("authoring::fuzz::settings"));
}

fn hold_text(bytes: &[u8]) {
    holds(std::str::from_utf8(bytes).unwrap());
}

#[test]
#[ignore = "the tests above run it in a process of its own"]
fn files() {
    let corpus = corpus();
    let next = |chance: &mut fastrand::Rng| changed(&corpus[chance.usize(0..corpus.len())], chance).into_bytes();
    println!("{}", for_a_while("files", 10, next, hold_text));
}

#[test]
#[ignore = "the tests above run it in a process of its own"]
fn expressions() {
    let expression = |chance: &mut fastrand::Rng| changed(EXPRESSIONS[chance.usize(0..EXPRESSIONS.len())], chance);
    let next = |chance: &mut fastrand::Rng| with_expression(&expression(chance)).into_bytes();
    println!("{}", for_a_while("expressions", 10, next, hold_text));
}

#[test]
#[ignore = "the tests above run it in a process of its own"]
fn settings() {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/settings");
    let files = std::fs::read_dir(seeds).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let files: Vec<String> = files.collect();
    let next = |chance: &mut fastrand::Rng| changed(&files[chance.usize(0..files.len())], chance).into_bytes();
    println!("{}", for_a_while("settings", 10, next, |bytes| settings_hold(std::str::from_utf8(bytes).unwrap())));
}
