//! Every block of `docs/ANALYSIS.md`, run by the program it is for, where that is installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use kohesi::interview::Response;
use kohesi::questionnaire::{Answer, ItemIndex};

use super::conformance::questionnaires;
use super::judges::{exported, left_out, python, store};
use super::people::people;

/// The blocks in this language.
fn blocks(language: &str) -> Vec<String> {
    let page = include_str!("../../docs/ANALYSIS.md");
    let begin = format!("```{language}\n");
    let blocks = page.split(&begin).skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned());
    blocks.collect()
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Runs a program in the folder; what it prints.
fn said(folder: &Path, program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn every_block_of_the_analysis_prints_the_same_two_numbers() {
    let core = questionnaires().remove(1);
    let interviews = people(&core, 90);
    let place = core.items().iter().position(|item| item.key.as_str() == "trust_neighbours").unwrap();
    let index = ItemIndex(u16::try_from(place).unwrap());
    let answers: Vec<f64> = interviews
        .iter()
        .filter_map(|interview| match interview.response(index) {
            Some(Response::Given(Answer::Choice(pick))) => Some(f64::from(pick.0) + 1.0),
            _ => None,
        })
        .collect();
    assert!(answers.len() < interviews.len(), "some answers are missing");
    #[expect(clippy::cast_precision_loss, reason = "there are ninety")]
    let mean = answers.iter().sum::<f64>() / answers.len() as f64;
    let expected = format!("{} {mean:.2}", answers.len());

    let folder = tempfile::tempdir().unwrap();
    let (home, path) = (folder.path().join("home"), |name: &str| folder.path().join(name).display().to_string());
    store(&home, &interviews);
    for (format, name) in [("csv", "data.csv"), ("sav", "data.sav"), ("parquet", "data")] {
        exported(&home, &["--format", format, "-o", &path(name)]);
    }
    let check = |who: &str, said: &str| assert_eq!(said.trim(), expected, "{who}");
    if let Some(python) = python() {
        for block in blocks("python") {
            check("Python", &said(folder.path(), &python, &["-c", &block]));
        }
        let query = blocks("sql").pop().unwrap();
        let ask = format!("import duckdb; print(*duckdb.connect().execute({query:?}).fetchone())");
        check("DuckDB", &said(folder.path(), &python, &["-c", &ask]));
        let has = Command::new(&python).args(["-c", "import pyspark"]).output().unwrap().status.success();
        if has && is_there("java") {
            check("Spark", &said(folder.path(), &python, &["-c", &blocks("pyspark")[0]]));
        } else {
            left_out("PySpark with Java");
        }
    } else {
        left_out("Python with pandas, pyreadstat and duckdb");
    }
    if is_there("Rscript") && Command::new("Rscript").args(["-e", "library(haven)"]).output().unwrap().status.success()
    {
        check("R", &said(folder.path(), "Rscript".as_ref(), &["-e", &blocks("r")[0]]));
    } else {
        left_out("R with haven");
    }
    if is_there("pspp") {
        fs::write(folder.path().join("run.sps"), &blocks("spss")[0]).unwrap();
        let told = said(folder.path(), "pspp".as_ref(), &["run.sps"]);
        let numbers: Vec<&str> =
            told.split(|c: char| c == '|' || c.is_whitespace()).filter(|word| !word.is_empty()).collect();
        for number in expected.split(' ') {
            assert!(
                numbers.iter().any(|word| word.trim_start_matches('0') == number.trim_start_matches('0')),
                "PSPP: {told}"
            );
        }
    } else {
        left_out("PSPP");
    }
}
