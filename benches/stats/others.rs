//! The other programs: the same answers as Parquet, and what they say and how long they take.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use kohesi::interview::WorkshopId;
use kohesi::questionnaire::{Keying, Questionnaire};
use kohesi::scoring::{ScaleOf, Sheet};
use kohesi::store::{Selection, Store};

use crate::Asked;

/// What one of them said.
pub(crate) struct Other {
    pub(crate) name: &'static str,
    pub(crate) seconds: Vec<f64>,
    pub(crate) alphas: Vec<f64>,
    pub(crate) means: Vec<f64>,
    pub(crate) groups: usize,
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/stats/others.py");

/// Runs each of them; none where there is no Python for them.
///
/// # Errors
/// Where one of them fails.
pub(crate) fn run(
    store: &Store,
    core: &Questionnaire,
    asked: &Asked,
    folder: &Path,
    out: &mut impl Write,
) -> Result<Vec<Other>, String> {
    let Some(python) = std::env::var_os("KOHESI_BENCH_PYTHON") else {
        writeln!(out, "NOT MEASURED: polars, DuckDB and pandas; KOHESI_BENCH_PYTHON names no Python")
            .map_err(|error| error.to_string())?;
        return Ok(Vec::new());
    };
    let sheet = Sheet::of(core);
    let (raw, parquet) = (folder.join("raw"), folder.join("answers.parquet"));
    let rows = write_raw(store, &sheet, &raw)?;
    let aspects = aspects(&sheet);
    let start = |arguments: &[&str]| -> Result<Vec<u8>, String> {
        let output = Command::new(&python).arg(SCRIPT).args(arguments).arg(&aspects).output();
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    };
    let text = |path: &Path| path.display().to_string();
    start(&["prepare", &text(&raw), &text(&parquet), &rows.to_string(), &sheet.items.len().to_string()])?;
    let mut others = Vec::new();
    for name in ["polars", "duckdb", "pandas"] {
        let said = start(&[name, &text(&parquet), &asked.runs.to_string()])?;
        let said: serde_json::Value = serde_json::from_slice(&said).map_err(|error| error.to_string())?;
        let list = |key: &str| -> Vec<f64> {
            said[key].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect()
        };
        let groups = said["groups"].as_u64().and_then(|groups| groups.try_into().ok()).unwrap_or(0);
        others.push(Other { name, seconds: list("seconds"), alphas: list("alphas"), means: list("means"), groups });
    }
    Ok(others)
}

/// The codes of the counted items, row by row, and then the number of each row's workshop.
fn write_raw(store: &Store, sheet: &Sheet, path: &Path) -> Result<usize, String> {
    let mut file = BufWriter::new(File::create(path).map_err(|error| error.to_string())?);
    let mut workshops: Vec<u8> = Vec::new();
    let mut known: Vec<Option<WorkshopId>> = Vec::new();
    let mut rows = 0;
    let mut written = Ok(());
    let scanned = store.scan(&Selection::default(), |row| {
        let codes: Vec<u8> = sheet.items.iter().map(|item| row.codes[item.item.get()]).collect();
        written = file.write_all(&codes);
        if known.last() != Some(&row.workshop) {
            known.push(row.workshop);
        }
        workshops.extend(u32::try_from(known.len()).unwrap_or(u32::MAX).to_le_bytes());
        rows += 1;
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    scanned.map_err(|fault| fault.to_string())?;
    written.and_then(|()| file.write_all(&workshops)).and_then(|()| file.flush()).map_err(|error| error.to_string())?;
    Ok(rows)
}

/// For each aspect its columns, and whether each is reversed, as JSON.
fn aspects(sheet: &Sheet) -> String {
    let of_aspects = sheet.scales.iter().filter(|scale| scale.of != ScaleOf::Total).map(|scale| {
        let column = |item: &usize| {
            let reversed = sheet.items[*item].keying == Keying::Reversed;
            serde_json::json!([format!("i{item}"), reversed])
        };
        scale.items.iter().map(column).collect::<Vec<_>>()
    });
    serde_json::json!(of_aspects.collect::<Vec<_>>()).to_string()
}
