//! The house rules: which room uses which, how long things are, where sentences and the outer world may stand, and
//! that the documents say what the code does.

mod arrows;
mod dependencies;
mod sentences;
pub(crate) mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::arrows::ARROWS;
use self::source::{Source, declared_modules};

/// A longer file has two reasons to change.
const LONGEST_FILE: usize = 500;
/// A longer function does not fit a screen.
const LONGEST_FUNCTION: usize = 80;
/// `main.rs` takes arguments and gives an exit code.
const LONGEST_MAIN: usize = 40;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every Rust file below a folder.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A path below `folder`, with forward slashes on every system.
pub(crate) fn below(folder: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(folder).unwrap().components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

/// The program: every file of `src/` that is no test alone.
fn sources() -> Vec<Source> {
    let folder = root().join("src");
    let files = rust_files(&folder);
    let read = |path: &PathBuf| Source::new(&below(&folder, path), &fs::read_to_string(path).unwrap());
    let mut sources: Vec<Source> = files.iter().map(read).collect();
    let tests: Vec<Vec<String>> = sources
        .iter()
        .flat_map(|source| source.test_modules.iter().map(|name| [source.module(), vec![name.clone()]].concat()))
        .collect();
    sources.retain(|source| !tests.iter().any(|test| source.module().starts_with(test)));
    sources
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn rooms_use_what_the_table_allows() {
    let sources = sources();
    for room in declared_modules(&Source::new("lib.rs", &text_of("src/lib.rs")).code) {
        assert!(sources.iter().any(|source| source.module().first().is_some_and(|one| one == room)), "{room} is empty");
    }
    assert_none(&sources.iter().flat_map(arrows::problems).collect::<Vec<_>>());
}

#[test]
fn files_and_functions_fit_a_mind_and_a_screen() {
    assert_none(&sources().iter().flat_map(too_long).collect::<Vec<_>>());
}

fn too_long(source: &Source) -> Vec<String> {
    let most = if source.path == "main.rs" { LONGEST_MAIN } else { LONGEST_FILE };
    let file = (source.lines > most).then(|| format!("src/{}: {} lines, {most} at most", source.path, source.lines));
    let functions = source.functions().into_iter().filter(|(_, _, lines)| *lines > LONGEST_FUNCTION);
    let functions = functions.map(|(line, name, lines)| {
        format!("src/{}:{line}: {name} has {lines} lines, {LONGEST_FUNCTION} at most", source.path)
    });
    file.into_iter().chain(functions).collect()
}

#[test]
fn what_is_too_long_is_told() {
    let lines = |n: usize| "    a();\n".repeat(n);
    let told = |path: &str, text: &str| too_long(&Source::new(path, text));
    assert_eq!(told("text/x.rs", &format!("fn a() {{\n{}}}\n", lines(78))), Vec::<String>::new());
    assert_eq!(
        told("text/x.rs", &format!("\nfn a() {{\n{}}}\n", lines(79))),
        ["src/text/x.rs:2: a has 81 lines, 80 at most"]
    );
    assert_eq!(told("text/x.rs", &"const A: u8 = 0;\n".repeat(501)), ["src/text/x.rs: 501 lines, 500 at most"]);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "const A: u8 = 0;\n".repeat(501));
    assert_eq!(told("text/x.rs", &tests), Vec::<String>::new());
    assert_eq!(told("main.rs", &"// a\n".repeat(41)), ["src/main.rs: 41 lines, 40 at most"]);
}

#[test]
fn sentences_stand_in_the_catalogues() {
    let sources = sources();
    let mut problems: Vec<String> = sources.iter().flat_map(sentences::problems).collect();
    problems.extend(sentences::unused(&sources));
    assert_none(&problems);
}

#[test]
fn the_store_alone_is_a_door_to_the_outer_world() {
    let sources = sources();
    assert_none(&sources.iter().flat_map(doors).collect::<Vec<_>>());
    let of_the_store = |source: &&Source| source.path == "store/mod.rs";
    let door = sources.iter().find(of_the_store).map(freed).unwrap_or_default();
    assert_eq!(door.len(), 1, "src/store/mod.rs frees clippy::disallowed_methods once, for the whole room");
    assert_eq!(door[0].1, "expect", "only `expect` tells when the door is no longer needed");
}

/// Where a file frees the methods that `clippy.toml` bans, and by which attribute.
fn freed(source: &Source) -> Vec<(usize, String)> {
    let named = source.all.iter().enumerate();
    let named = named.filter(|(_, piece)| piece.token.word() == Some("disallowed_methods"));
    let attribute = |at: usize| {
        let before = source.all[..at].iter().rev().filter_map(|piece| piece.token.word());
        let mut levels = before.filter(|word| ["allow", "expect", "warn", "deny", "forbid"].contains(word));
        levels.next().unwrap_or_default().to_owned()
    };
    named.map(|(at, piece)| (piece.line, attribute(at))).collect()
}

fn doors(source: &Source) -> Vec<String> {
    let freed = if source.path == "store/mod.rs" { Vec::new() } else { freed(source) };
    let told = freed.into_iter().map(|(line, by)| {
        format!("src/{}:{line}: {by}(clippy::disallowed_methods) stands in src/store/mod.rs alone", source.path)
    });
    told.collect()
}

#[test]
fn a_second_door_is_told() {
    let door = "#![expect(clippy::disallowed_methods, reason = \"…\")]\nfn a() {}";
    assert_eq!(doors(&Source::new("store/mod.rs", door)), Vec::<String>::new());
    assert_eq!(freed(&Source::new("store/mod.rs", door)), [(1, "expect".to_owned())]);
    assert_eq!(doors(&Source::new("tui/run.rs", door)).len(), 1);
    assert_eq!(doors(&Source::new("tui/run.rs", "#[allow(clippy::disallowed_methods)]\nfn a() {}")).len(), 1);
    assert_eq!(doors(&Source::new("tui/run.rs", "// clippy::disallowed_methods\nfn a() {}")), Vec::<String>::new());
}

/// The rows of the first table whose head begins with these cells.
fn table(markdown: &str, head: &[&str]) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        let inside = line.trim().trim_start_matches('|').trim_end_matches('|');
        inside.split('|').map(|cell| cell.trim().replace('`', "")).collect()
    };
    let mut lines =
        markdown.lines().skip_while(|line| !(line.starts_with('|') && cells(line).starts_with(&owned(head))));
    lines.by_ref().take(2).for_each(drop);
    lines.take_while(|line| line.starts_with('|')).map(cells).collect()
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn the_documented_arrows_are_the_tested_ones() {
    assert_eq!(arrows_in(&text_of("docs/ARCHITECTURE.md")), arrows_tested());
}

fn arrows_tested() -> Vec<(String, Vec<String>)> {
    ARROWS.iter().map(|(room, uses)| ((*room).to_owned(), owned(uses))).collect()
}

fn arrows_in(markdown: &str) -> Vec<(String, Vec<String>)> {
    let uses = |cell: &str| if cell == "nothing" { Vec::new() } else { cell.split(", ").map(str::to_owned).collect() };
    table(markdown, &["room", "may use"]).into_iter().map(|row| (row[0].clone(), uses(&row[1]))).collect()
}

#[test]
fn an_arrow_more_or_less_in_the_document_is_told() {
    let document = |scoring: &str| {
        format!(
            "# A\n\n| room | may use | b |\n|---|---|---|\n| `text` | nothing | c |\n| `scoring` | {scoring} | d |\n\n| e |\n"
        )
    };
    let told = arrows_in(&document("text, stats"));
    assert_eq!(told, [("text".to_owned(), Vec::new()), ("scoring".to_owned(), owned(&["text", "stats"]))]);
    assert_ne!(told, arrows_in(&document("text")));
}

#[test]
fn the_map_in_lib_is_the_tested_table() {
    let text = text_of("src/lib.rs");
    let rooms = Source::new("lib.rs", &text);
    assert_none(&wrong_in_map(&text, &declared_modules(&rooms.code)));
}

/// Where the table at the top of `lib.rs` says something else than the arrows between the rooms there are.
fn wrong_in_map(text: &str, rooms: &[&str]) -> Vec<String> {
    let markdown: String =
        text.lines().filter_map(|line| line.strip_prefix("//! ")).fold(String::new(), |all, line| all + line + "\n");
    let rows = table(&markdown, &["room", "is", "may use"]);
    let said = |room: &str| rows.iter().find(|row| row[0] == format!("[{room}]")).map(|row| row[2].clone());
    let wrong = rooms.iter().filter_map(|room| {
        let is: BTreeSet<&str> = ARROWS
            .iter()
            .find(|(name, _)| name == room)?
            .1
            .iter()
            .copied()
            .filter(|used| rooms.contains(used))
            .collect();
        let Some(said) = said(room) else { return Some(format!("src/lib.rs says nothing of {room}")) };
        let others = || rooms.iter().copied().filter(|other| other != room);
        let told: BTreeSet<&str> = match said.strip_prefix("all") {
            Some(but) => others().filter(|other| !but.contains(other)).collect(),
            None => others().filter(|other| said.split(", ").any(|one| one == *other)).collect(),
        };
        (told != is).then(|| format!("src/lib.rs says {room} may use {said:?}; the table: {is:?}"))
    });
    wrong.collect()
}

#[test]
fn a_wrong_map_in_lib_is_told() {
    let map = |cli: &str| {
        format!(
            "//! | room | is | may use |\n//! |---|---|---|\n//! | [`text`] | a | nothing |\n//! | [`cli`] | b | {cli} |\n"
        )
    };
    let rooms = ["text", "cli"];
    assert_eq!(wrong_in_map(&map("all"), &rooms), Vec::<String>::new());
    assert_eq!(wrong_in_map(&map("text"), &rooms), Vec::<String>::new());
    assert_eq!(wrong_in_map(&map("nothing"), &rooms).len(), 1);
    assert_eq!(wrong_in_map(&map("all"), &["text", "cli", "store"]).len(), 1);
}

#[test]
fn every_crate_has_its_reason() {
    assert_none(&without_reason(&text_of("Cargo.toml"), &text_of("docs/DECISIONS.md")));
}

/// The direct dependencies without a reason: a row of the table of crates, or, for tests alone, a place in the
/// sentence under it.
fn without_reason(manifest: &str, decisions: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let rows = table(decisions, &["crate", "why"]);
    let reasons = rows.iter().filter(|row| row.get(1).is_some_and(|why| !why.is_empty()));
    let reasons: BTreeSet<&str> = reasons.flat_map(|row| row[0].split(", ")).collect();
    let for_tests: &str =
        decisions.split("\n\n").find(|paragraph| paragraph.starts_with("For tests")).unwrap_or_default();
    let for_tests: BTreeSet<&str> = for_tests.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).collect();
    let names = |table: &toml::Table, section: &str| -> Vec<String> {
        table.get(section).and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys).cloned().collect()
    };
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
    let tables: Vec<&toml::Table> = targets.filter_map(toml::Value::as_table).chain([&manifest]).collect();
    let mut missing = Vec::new();
    for table in tables {
        for (section, enough) in [("dependencies", false), ("build-dependencies", false), ("dev-dependencies", true)] {
            let known = |name: &str| reasons.contains(name) || (enough && for_tests.contains(name));
            let unknown = names(table, section).into_iter().filter(|name| !known(name));
            missing.extend(unknown.map(|name| format!("{section}: {name} has no line in docs/DECISIONS.md")));
        }
    }
    missing
}

#[test]
fn a_crate_without_a_reason_is_told() {
    let decisions = "| crate | why |\n|---|---|\n| `a`, b | good |\n| c | |\n\nFor tests alone: d-e (draws).\n";
    let missing = |manifest: &str| without_reason(manifest, decisions).len();
    assert_eq!(missing("[dependencies]\na = \"1\"\nb = { version = \"1\" }\n[dev-dependencies]\nd-e = \"1\""), 0);
    assert_eq!(missing("[dependencies]\nc = \"1\""), 1);
    assert_eq!(missing("[dependencies]\nd-e = \"1\""), 1);
    assert_eq!(missing("[dev-dependencies]\nd = \"1\""), 1);
    assert_eq!(missing("[target.'cfg(unix)'.dependencies]\nx = \"1\""), 1);
    assert_eq!(missing("[build-dependencies]\nx = \"1\""), 1);
}
