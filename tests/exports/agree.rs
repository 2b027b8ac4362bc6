//! What is exported says the same as `kohesi stats`.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use super::conformance::{cells, questionnaires};
use super::judges::{exported, kohesi, left_out, python, store};
use super::people::people;

/// Of each item how many answered it, and the mean of their answers.
type Means = BTreeMap<String, (u64, f64)>;

fn agree(who: &str, told: &Means, expected: &Means) {
    assert!(told.keys().eq(expected.keys()), "{who}");
    for (item, (n, mean)) in expected {
        let (own_n, own) = told[item];
        assert!(own_n == *n && (own - mean).abs() < 1e-12, "{who}: {item} {own_n} {own}, not {n} {mean}");
    }
}

/// The means of the columns of a CSV file; codes below 1 say why there is no answer.
fn of_csv(bytes: &[u8], items: &Means) -> Means {
    let lines = cells(bytes);
    let of_item = |item: &String| {
        let place = lines[0].iter().position(|name| name == item).unwrap();
        let codes = lines[1..].iter().filter_map(|line| line[place].parse::<i32>().ok()).filter(|code| *code > 0);
        let (n, sum) = codes.fold((0, 0.0), |(n, sum), code| (n + 1, sum + f64::from(code)));
        (n, sum / f64::from(u32::try_from(n).unwrap()))
    };
    items.keys().map(|item| (item.clone(), of_item(item))).collect()
}

const READ: &str = "
import json, sys, duckdb, pyreadstat
items = sys.argv[1].split(',')
def told(frame):
    return {item: [int(frame[item].count()), float(frame[item].mean())] for item in items}
parquet = duckdb.sql(\"SELECT * FROM read_parquet('data/*/*/*.parquet', hive_partitioning = true)\").df()[items].astype(float)
print(json.dumps([told(parquet.where(parquet > 0)), told(pyreadstat.read_sav('data.sav')[0])]))
";

#[test]
fn the_means_of_every_file_are_those_that_stats_tells() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    store(&home, &people(&questionnaires().remove(1), 120));
    for (format, name) in [("csv", "data.csv"), ("sav", "data.sav"), ("parquet", "data")] {
        exported(&home, &["--format", format, "-o", folder.path().join(name).to_str().unwrap()]);
    }
    let stats = kohesi(&home, &["stats", "--json", "--replicates", "0"]);
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    let items = stats["questionnaires"][0]["all"]["items"].as_array().unwrap().iter();
    let expected: Means = items
        .map(|item| {
            let mean = &item["figures"]["mean"];
            (item["item"].as_str().unwrap().to_owned(), (mean["n"].as_u64().unwrap(), mean["value"].as_f64().unwrap()))
        })
        .collect();
    assert_eq!(expected.len(), 35);
    assert!(expected.values().any(|(n, _)| *n < 120), "some answers are missing");
    agree("CSV", &of_csv(&fs::read(folder.path().join("data.csv")).unwrap(), &expected), &expected);
    let Some(python) = python() else { return left_out("Python with duckdb and pyreadstat") };
    let items: Vec<&str> = expected.keys().map(String::as_str).collect();
    let read = Command::new(python).args(["-c", READ, &items.join(",")]).current_dir(folder.path()).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let read: [Means; 2] = serde_json::from_slice(&read.stdout).unwrap();
    for (who, told) in ["Parquet", "SPSS"].into_iter().zip(&read) {
        agree(who, told, &expected);
    }
}

const SUMMARY: &str = "
import json, sys, openpyxl
print(json.dumps([list(row) for row in openpyxl.load_workbook(sys.argv[1], read_only=True).worksheets[3].values]))
";

/// The lines of a workbook's last sheet.
fn summary(python: &str, home: &std::path::Path, people: usize) -> Vec<Vec<serde_json::Value>> {
    store(home, &self::people(&questionnaires().remove(1), people));
    let book = home.join("data.xlsx");
    exported(home, &["--format", "xlsx", "-o", book.to_str().unwrap()]);
    let read = Command::new(python).args(["-c", SUMMARY, book.to_str().unwrap()]).output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    serde_json::from_slice(&read.stdout).unwrap()
}

#[test]
fn the_workbook_tells_the_groups_scores_as_stats_does_and_none_of_too_few() {
    let Some(python) = python() else { return left_out("Python with openpyxl") };
    let python = python.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("many");
    let lines = summary(python, &home, 120);
    assert!(lines[2][1].as_str().unwrap().contains("no random sample"), "{:?}", lines[2]);
    let stats = kohesi(&home, &["stats", "--json", "--replicates", "0"]);
    let stats: serde_json::Value = serde_json::from_slice(&stats.stdout).unwrap();
    let scales = stats["questionnaires"][0]["all"]["scales"].as_array().unwrap();
    assert_eq!(scales.len(), 5);
    for scale in scales {
        let of = |label: &str| {
            let line = lines.iter().find(|line| line[0] == scale["scale"] && line[3].as_str() == Some(label));
            line.unwrap_or_else(|| panic!("{} {label}", scale["scale"]))[4].as_f64().unwrap()
        };
        let (mean, figures) = (&scale["figures"]["mean"], &scale["figures"]);
        for (label, expected) in [
            ("People with a score", &scale["scored"]),
            ("People who answered too little for a score", &scale["unscored"]),
            ("Mean score, 0 to 100", &mean["value"]),
            ("Mean score, lower end of its 95 % interval", &mean["low"]),
            ("Mean score, upper end of its 95 % interval", &mean["high"]),
            ("Standard deviation of the scores", &figures["sd"]["value"]),
            ("Cronbach's alpha", &figures["alpha"]["value"]),
        ] {
            let expected = expected.as_f64().unwrap();
            assert!((of(label) - expected).abs() < 1e-9, "{} {label}: {}, not {expected}", scale["scale"], of(label));
        }
    }
    let few = summary(python, &folder.path().join("few"), 4);
    assert_eq!(few.len(), 3, "{few:?}");
    assert!(few[1][1].as_str().unwrap().contains("from 5 on"), "{few:?}");
}
