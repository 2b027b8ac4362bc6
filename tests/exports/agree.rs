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
