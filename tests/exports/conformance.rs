//! What every format must do, whatever it is; and what can be seen in those that are text.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use kohesi::export::{ALL, Table};
use kohesi::interview::{Interview, Response};
use kohesi::questionnaire::{Answer, Questionnaire, read, written_steps};

use super::memory::{Files, export, options, table};
use super::people::people;

pub(crate) fn questionnaires() -> Vec<Arc<Questionnaire>> {
    let sources = [
        include_str!("../../questionnaires/contoh-lengkap.toml"),
        include_str!("../../questionnaires/kohesi-inti.toml"),
        include_str!("../fixtures/valid/every-kind.toml"),
        include_str!("../fixtures/valid/one-language.toml"),
        include_str!("../fixtures/exports/hard.toml"),
    ];
    sources.map(|source| Arc::new(read("test", source).unwrap_or_else(|problems| panic!("{problems:?}")))).into()
}

/// A later version, in which an item is worded otherwise, one is new, and a choice was added in front.
pub(crate) fn later() -> Arc<Questionnaire> {
    let source = include_str!("../fixtures/exports/hard.toml")
        .replace("version = \"1.0.0\"", "version = \"1.10.0\"")
        .replace("A line.", "One line, please.")
        .replace(
            "  { key = \"formula\",",
            "  { key = \"first\", text.id = \"Baru\", text.en = \"New\" },\n  { key = \"formula\",",
        )
        + "\n[[sections.items]]\nkey = \"added\"\nkind = \"yes_no\"\ntext = { id = \"Baru?\", en = \"New?\" }\n";
    Arc::new(read("test", &source).unwrap())
}

/// The files of every format, codes and labels in both languages.
fn all_files(table: &Table, interviews: &[Interview]) -> Vec<(&'static str, Files)> {
    let mut all = Vec::new();
    for exporter in ALL {
        for labels in [None, Some("id"), Some("en")] {
            all.push((exporter.name(), export(exporter, table, interviews, &options(labels, "id"))));
        }
    }
    all
}

#[test]
fn the_same_interviews_are_the_same_bytes_in_every_format() {
    for questionnaire in questionnaires() {
        let interviews = people(&questionnaire, 30);
        let table = table(&[questionnaire]);
        let (once, again) = (all_files(&table, &interviews), all_files(&table, &interviews));
        for ((format, one), (_, other)) in once.iter().zip(&again) {
            assert!(one == other, "{format}");
            assert!(one.values().all(|bytes| !bytes.is_empty()), "{format}");
        }
    }
}

#[test]
fn every_format_has_its_codebook_beside_and_is_sound_without_interviews() {
    for questionnaire in questionnaires() {
        let table = table(&[questionnaire]);
        for (format, files) in all_files(&table, &[]) {
            let books = files.keys().filter(|path| path.to_str().unwrap().ends_with("codebook.csv")).count();
            assert_eq!(books, usize::from(format != "codebook"), "{format}");
        }
    }
}

/// A CSV file as its cells, read by RFC 4180 and nothing else.
pub(crate) fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            other => cell.push(other),
        }
    }
    assert!(cell.is_empty() && line.is_empty() && !quoted, "the last line ends");
    lines
}

/// A CSV file as rows by the names of their columns.
fn rows(files: &Files, path: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = cells(&files[Path::new(path)]).into_iter();
    let head = lines.next().unwrap();
    lines
        .map(|line| {
            assert_eq!(line.len(), head.len());
            head.iter().cloned().zip(line).collect()
        })
        .collect()
}

/// What a spreadsheet is kept from running, as it was.
fn as_said(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(['=', '+', '-', '@']) => rest,
        _ => cell,
    }
}

#[test]
fn no_answer_and_no_missing_kind_is_lost_in_csv() {
    let csv = ALL.into_iter().find(|exporter| exporter.name() == "csv").unwrap();
    for questionnaire in questionnaires() {
        let interviews = people(&questionnaire, 60);
        let table = table(&[Arc::clone(&questionnaire)]);
        let files = export(csv, &table, &interviews, &options(None, "id"));
        let rows = rows(&files, "data");
        assert_eq!(rows.len(), interviews.len());
        for (row, interview) in rows.iter().zip(&interviews) {
            assert_eq!(row["interview"], interview.id().to_string());
            for variable in table.variables.iter().filter(|variable| variable.take == kohesi::export::Take::Answer) {
                let index = questionnaire
                    .indexes()
                    .find(|index| Some(questionnaire.item(*index).unwrap().key.as_str()) == variable.item.as_deref());
                let index = index.unwrap();
                let cell = row[&variable.name].as_str();
                let why = row.get(&format!("{}__missing", variable.name)).map(String::as_str);
                let missing = |reason: kohesi::export::Missing| match (variable.missing, why) {
                    (Some(codes), _) => assert_eq!(cell, codes.of(reason).to_string(), "{}", variable.name),
                    (None, Some(why)) => {
                        assert_eq!((cell, why), ("", [-97, -98, -99].map(|c| c.to_string())[reason as usize].as_str()));
                    }
                    (None, None) => panic!("{} loses why it is missing", variable.name),
                };
                match interview.response(index) {
                    None | Some(Response::Skipped) => assert_eq!(cell, "", "{}", variable.name),
                    Some(Response::DontKnow) => missing(kohesi::export::Missing::DontKnow),
                    Some(Response::Declined) => missing(kohesi::export::Missing::Declined),
                    Some(Response::NotApplicable) => missing(kohesi::export::Missing::NotApplicable),
                    Some(Response::Given(answer)) => {
                        let given = match answer {
                            Answer::Choice(pick) => (pick.0 + 1).to_string(),
                            Answer::Other(pick, said) => {
                                assert_eq!(as_said(&row[&format!("{}__other", variable.name)]), said);
                                (pick.0 + 1).to_string()
                            }
                            Answer::Number(steps) => {
                                let decimals = match &questionnaire.item(index).unwrap().kind {
                                    kohesi::questionnaire::Kind::Number(number) => number.decimals,
                                    _ => unreachable!(),
                                };
                                written_steps(*steps, decimals, '.')
                            }
                            Answer::Text(text) => text.clone(),
                            Answer::Date(day) => day.civil().to_string(),
                            Answer::Choices(_) | Answer::Ranking(_) => unreachable!("they have columns of their own"),
                        };
                        assert_eq!(as_said(cell), given, "{}", variable.name);
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_in_a_file_for_spreadsheets_is_run() {
    for questionnaire in questionnaires() {
        let interviews = people(&questionnaire, 40);
        let table = table(&[questionnaire]);
        for (format, files) in all_files(&table, &interviews) {
            for (path, bytes) in files.iter().filter(|(path, _)| format == "csv" || path.ends_with("codebook.csv")) {
                if path.extension().is_some_and(|ending| ending == "json") {
                    continue;
                }
                for cell in cells(bytes).into_iter().flatten() {
                    let number = cell.parse::<f64>().is_ok();
                    assert!(
                        number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                        "{format} {path:?}: {cell:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn labels_are_in_the_language_that_is_asked_for_and_missing_is_never_empty() {
    let hard = questionnaires().pop().unwrap();
    let interviews = people(&hard, 60);
    let table = table(&[Arc::clone(&hard)]);
    let csv = ALL[0];
    for (tag, words) in [("id", ["Tidak tahu", "Petani 👩‍🌾"]), ("en", ["Don't know", "Farmer 👩‍🌾"])] {
        let rows = rows(&export(csv, &table, &interviews, &options(Some(tag), "id")), "data");
        let found: Vec<&str> = rows.iter().map(|row| row["q_all"].as_str()).collect();
        assert!(words.iter().all(|word| found.contains(word)), "{tag}: {found:?}");
        assert!(found.iter().all(|cell| !cell.is_empty()), "{tag}");
    }
}

#[test]
fn versions_are_joined_by_their_items_and_changed_wording_is_told() {
    let (old, new) = (questionnaires().pop().unwrap(), later());
    let mut interviews = people(&old, 20);
    interviews.extend(people(&new, 20));
    let table = table(&[Arc::clone(&old), Arc::clone(&new)]);
    let files = export(ALL[0], &table, &interviews, &options(None, "id"));
    let rows = rows(&files, "data");
    let index = old.indexes().next().unwrap();
    for (row, interview) in rows.iter().zip(&interviews) {
        let is_new = interview.questionnaire().version().as_str() == "1.10.0";
        assert_eq!(row["version"], if is_new { "1.10.0" } else { "1.0.0" });
        if let Some(Response::Given(Answer::Choice(pick))) = interview.response(index) {
            // The newest version's codes: its choice in front moves those of the older one by one.
            let code = if is_new { pick.0 + 1 } else { pick.0 + 2 };
            assert_eq!(row["q_all"], code.to_string());
        }
        assert!(is_new || row["added"].is_empty());
    }
    let book = self::rows(&files, "codebook.csv");
    let wording = book.iter().find(|line| line["about"] == "wording").unwrap();
    assert_eq!([&wording["variable"], &wording["version"], &wording["text_en"]], ["story_2", "1.0.0", "A line."]);
    let hashes: Vec<&str> =
        book.iter().filter(|line| line["about"] == "questionnaire").map(|line| line["key"].as_str()).collect();
    assert_eq!(hashes, [old.hash().to_string(), new.hash().to_string()]);
}

#[test]
fn response_formats_have_one_set_of_labels() {
    let core = questionnaires().remove(1);
    let table = table(&[core]);
    let scales = table.variables.iter().filter(|variable| variable.counts.is_some());
    let mut sets: Vec<&str> = scales.map(|variable| table.set(variable).unwrap().name.as_str()).collect();
    sets.dedup();
    assert!(sets.len() < 5, "{sets:?}");
}
