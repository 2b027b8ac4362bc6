//! Which room may use which.

use super::source::{Piece, Source, Token, closing};

/// Every room, and the rooms it may use beside itself. `docs/ARCHITECTURE.md` shows the same table.
pub(crate) const ARROWS: [(&str, &[&str]); 13] = [
    ("text", &[]),
    ("questionnaire", &["text"]),
    ("interview", &["text", "questionnaire"]),
    ("scoring", &["questionnaire", "interview", "stats"]),
    ("stats", &[]),
    ("workshop", &["questionnaire", "interview", "scoring", "stats"]),
    ("report", &["text", "questionnaire", "interview", "scoring", "stats", "workshop"]),
    ("export", &["text", "questionnaire", "interview", "scoring", "stats", "workshop", "report"]),
    ("settings", &["text", "interview", "report"]),
    ("store", &["text", "questionnaire", "interview"]),
    (
        "tui",
        &[
            "text",
            "questionnaire",
            "interview",
            "scoring",
            "stats",
            "workshop",
            "report",
            "export",
            "settings",
            "store",
        ],
    ),
    (
        "plain",
        &[
            "text",
            "questionnaire",
            "interview",
            "scoring",
            "stats",
            "workshop",
            "report",
            "export",
            "settings",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "text",
            "questionnaire",
            "interview",
            "scoring",
            "stats",
            "workshop",
            "report",
            "export",
            "settings",
            "store",
            "tui",
            "plain",
        ],
    ),
];

fn may_use(room: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(name, _)| *name == room).map(|(_, rooms)| *rooms)
}

/// What a file reaches for and may not, and what would let it reach unseen.
pub(crate) fn problems(source: &Source) -> Vec<String> {
    let module = source.module();
    let at = |line: usize, what: String| format!("src/{}:{line}: {what}", source.path);
    let mut problems: Vec<String> =
        hiding_places(source).into_iter().map(|(line, what)| at(line, format!("{what} hides a path"))).collect();
    match (source.path.as_str(), module.first()) {
        ("lib.rs", _) => problems.extend(beside_rooms(source).into_iter().map(|(line, what)| at(line, what))),
        (_, None) => {
            let reached = paths_after(&source.code, "kohesi");
            let wrong = reached.into_iter().filter(|(_, name)| name != "cli");
            problems.extend(wrong.map(|(line, name)| at(line, format!("main may use cli, not {name}"))));
        }
        (_, Some(room)) => {
            let Some(allowed) = may_use(room) else {
                problems.push(at(1, format!("{room} is no room of the arrow table")));
                return problems;
            };
            let own_name = paths_after(&source.code, "kohesi").into_iter();
            problems.extend(own_name.map(|(line, name)| at(line, format!("say crate::{name}"))));
            for (line, name) in reached_from_the_root(&source.code, &module) {
                if may_use(&name).is_none() {
                    problems.push(at(line, format!("{name} at the root of the crate is no room")));
                } else if name != *room && !allowed.contains(&name.as_str()) {
                    problems.push(at(line, format!("{room} → {name} is no arrow of the table")));
                }
            }
        }
    }
    problems
}

/// What stands in `lib.rs` beside `pub mod room;`.
fn beside_rooms(source: &Source) -> Vec<(usize, String)> {
    let lines = source.code.split_inclusive(|piece| piece.token.is(';'));
    let wrong = lines.filter_map(|line| {
        let words: Vec<&str> = line.iter().filter_map(|piece| piece.token.word()).collect();
        match (words.as_slice(), line.len()) {
            (["pub", "mod", name], 4) if may_use(name).is_some() => None,
            (words, _) => Some((line[0].line, format!("lib.rs declares rooms alone, not: {}", words.join(" ")))),
        }
    });
    wrong.collect()
}

/// Ways to bring something into a room that no `crate::` path shows.
fn hiding_places(source: &Source) -> Vec<(usize, String)> {
    let in_attributes = source.attributes.iter().filter_map(|attribute| {
        let first = attribute.first()?;
        let name = first.token.word().filter(|name| ["macro_export", "macro_use", "path"].contains(name))?;
        Some((first.line, format!("#[{name}]")))
    });
    let in_code = source.code.windows(2).filter_map(|two| {
        let included = two[0].token.word() == Some("include") && two[1].token.is('!');
        included.then(|| (two[0].line, "include!".to_owned()))
    });
    in_attributes.chain(in_code).collect()
}

/// The names that follow `root::`.
fn paths_after(code: &[Piece], root: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in 0..code.len() {
        if code[at].token.word() == Some(root) && is_colons(code, at + 1) {
            branch(code, at + 3, Vec::new(), &mut found);
        }
    }
    found
}

/// The names that `crate::…`, `super::…` and `self::…` take from the root of the crate.
fn reached_from_the_root(code: &[Piece], file: &[String]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut inline: Vec<(String, usize)> = Vec::new();
    for at in 0..code.len() {
        inline.retain(|(_, end)| at < *end);
        let begins = !(at >= 2 && is_colons(code, at - 2));
        match code[at].token.word() {
            Some("mod") if code.get(at + 2).is_some_and(|piece| piece.token.is('{')) => {
                let name = code[at + 1].token.word().unwrap_or_default().to_owned();
                inline.push((name, closing(code, at + 2)));
            }
            Some("crate") if is_colons(code, at + 1) => branch(code, at + 3, Vec::new(), &mut found),
            Some("crate") if !is_visibility(code, at) => found.push((code[at].line, "crate".to_owned())),
            Some("super" | "self") if begins && is_colons(code, at + 1) => {
                let module = file.iter().chain(inline.iter().map(|(name, _)| name)).cloned().collect();
                branch(code, at, module, &mut found);
            }
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Follows a path, or each path of a group, from `base`, and notes what it takes from the root.
fn branch(code: &[Piece], at: usize, mut base: Vec<String>, found: &mut Vec<(usize, String)>) {
    let Some(piece) = code.get(at) else { return };
    let goes_on = is_colons(code, at + 1);
    match &piece.token {
        Token::Word(word) if word == "super" || word == "self" => {
            if word == "super" && base.pop().is_none() {
                found.push((piece.line, word.clone()));
            } else if goes_on {
                branch(code, at + 3, base, found);
            } else if base.is_empty() {
                found.push((piece.line, word.clone()));
            }
        }
        Token::Word(word) if base.is_empty() => found.push((piece.line, word.clone())),
        Token::Sign('*') if base.is_empty() => found.push((piece.line, "*".to_owned())),
        Token::Sign('{') => {
            let end = closing(code, at);
            let mut start = at + 1;
            while start < end {
                branch(code, start, base.clone(), found);
                start = behind_comma(code, start, end);
            }
        }
        _ => {}
    }
}

fn behind_comma(code: &[Piece], from: usize, end: usize) -> usize {
    let mut at = from;
    while at < end && !code[at].token.is(',') {
        at = if code[at].token.is('{') { closing(code, at) + 1 } else { at + 1 };
    }
    at + 1
}

fn is_colons(code: &[Piece], at: usize) -> bool {
    code.get(at..at + 2).is_some_and(|two| two.iter().all(|piece| piece.token.is(':')))
}

fn is_visibility(code: &[Piece], at: usize) -> bool {
    at > 0 && code[at - 1].token.is('(') && code.get(at + 1).is_some_and(|piece| piece.token.is(')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        problems(&Source::new(path, text))
    }

    #[test]
    fn an_arrow_that_is_not_in_the_table_is_told_with_its_line() {
        assert_eq!(
            told("text/x.rs", "use std::fmt;\nuse crate::store::Store;"),
            ["src/text/x.rs:2: text → store is no arrow of the table"]
        );
        for hidden in [
            "use crate::{questionnaire::{Item, Key}, tui::App};",
            "fn a() { let b = crate::tui::App; }",
            "use super::tui::App;",
            "use self::super::{tui};",
            "mod a { use super::super::tui::App; }",
            "pub(in crate::tui) fn a() {}",
        ] {
            let told = told("scoring/mod.rs", hidden);
            assert_eq!(told.len(), 1, "{hidden}: {told:?}");
            assert!(told[0].ends_with(": scoring → tui is no arrow of the table"), "{hidden}: {told:?}");
        }
        assert_eq!(told("tui/app/keys.rs", "use super::super::super::plain::X;").len(), 1);
    }

    #[test]
    fn what_the_table_allows_is_not_told() {
        for (path, text) in [
            ("scoring/x.rs", "use crate::{interview::Interview, questionnaire::Item};\nuse crate::scoring::Score;"),
            ("tui/app/keys.rs", "use super::super::theme::Theme;\npub(in crate::tui) fn a() {}\npub(crate) fn b() {}"),
            ("text/x.rs", "// use crate::tui;\n/// See [`crate::cli`].\nconst A: &str = \"crate::store\";"),
            ("text/x.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    use crate::store::Store;\n}"),
            ("cli/x.rs", "use crate::{tui, store, plain};"),
            ("main.rs", "fn main() { kohesi::cli::main() }"),
            ("lib.rs", "//! The map.\npub mod text;\npub mod cli;"),
        ] {
            assert_eq!(told(path, text), Vec::<String>::new(), "{path}: {text}");
        }
    }

    #[test]
    fn no_way_around_the_table_stays_unseen() {
        for (path, text) in [
            ("text/x.rs", "use crate::*;"),
            ("text/x.rs", "use crate as all;"),
            ("text/x.rs", "use crate::{self as all};"),
            ("text/mod.rs", "use super::*;"),
            ("text/x.rs", "fn a() { crate::shout!() }"),
            ("text/x.rs", "macro_rules! a { () => { $crate::b!() } }"),
            ("text/x.rs", "#[macro_export]\nmacro_rules! a { () => {} }"),
            ("text/x.rs", "#[path = \"../store/y.rs\"]\nmod y;"),
            ("text/x.rs", "include!(\"../store/y.rs\");"),
            ("text/x.rs", "use kohesi::store::Store;"),
            ("utils/x.rs", ""),
            ("main.rs", "use kohesi::store::Store;"),
            ("lib.rs", "pub mod text;\npub use text::Tag;"),
            ("lib.rs", "pub mod helpers;"),
        ] {
            assert_eq!(told(path, text).len(), 1, "{path}: {text}: {:?}", told(path, text));
        }
    }
}
