//! The other programs: the same answers as Parquet, and what they say and how long they take.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use kohesi::interview::WorkshopId;
use kohesi::questionnaire::{Keying, Questionnaire};
use kohesi::scoring::{ScaleOf, Sheet};
use kohesi::store::{Selection, Store};

/// What one of them said.
pub(crate) struct Other {
    pub(crate) seconds: f64,
    pub(crate) alphas: Vec<f64>,
    pub(crate) means: Vec<f64>,
    pub(crate) groups: usize,
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/stats/others.py");

/// The names of the others.
pub(crate) const NAMES: [&str; 3] = ["polars", "duckdb", "pandas"];

/// The answers as Parquet, and the Python that reads them.
pub(crate) struct Others {
    python: OsString,
    parquet: PathBuf,
    aspects: String,
}

/// Writes the answers for them; none where there is no Python for them.
///
/// # Errors
/// Where they cannot be written.
pub(crate) fn prepare(
    store: &Store,
    core: &Questionnaire,
    folder: &Path,
    out: &mut impl Write,
) -> Result<Option<Others>, String> {
    let Some(python) = std::env::var_os("KOHESI_BENCH_PYTHON") else {
        writeln!(out, "NOT MEASURED: polars, DuckDB and pandas; KOHESI_BENCH_PYTHON names no Python")
            .map_err(|error| error.to_string())?;
        return Ok(None);
    };
    let sheet = Sheet::of(core);
    let raw = folder.join("raw");
    let rows = write_raw(store, &sheet, &raw)?;
    let others = Others { python, parquet: folder.join("answers.parquet"), aspects: aspects(&sheet) };
    let raw = raw.display().to_string();
    others.start(&["prepare", &raw, &others.parquet(), &rows.to_string(), &sheet.items.len().to_string()])?;
    Ok(Some(others))
}

impl Others {
    fn parquet(&self) -> String {
        self.parquet.display().to_string()
    }

    fn start(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = Command::new(&self.python).arg(SCRIPT).args(arguments).arg(&self.aspects).output();
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// What one of them says, and how long it takes when it is warm.
    ///
    /// # Errors
    /// Where it fails.
    pub(crate) fn once(&self, name: &str) -> Result<Other, String> {
        let said = self.start(&[name, &self.parquet(), "1"])?;
        let said: serde_json::Value = serde_json::from_slice(&said).map_err(|error| error.to_string())?;
        let list = |key: &str| -> Vec<f64> {
            said[key].as_array().into_iter().flatten().filter_map(serde_json::Value::as_f64).collect()
        };
        let groups = said["groups"].as_u64().and_then(|groups| groups.try_into().ok()).unwrap_or(0);
        let seconds = list("seconds").first().copied().ok_or("no seconds")?;
        Ok(Other { seconds, alphas: list("alphas"), means: list("means"), groups })
    }
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
