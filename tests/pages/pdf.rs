use std::path::PathBuf;
use std::process::Command;

use kohesi::report::{Block, PageWords, Report, pdf};

use super::{HOSTILE, LANGUAGES, of_person, of_text, of_workshop, spoken, told, words};

/// A PDF in a folder that goes away with it.
struct Written {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn write(report: &Report, words: &PageWords<'_>) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.pdf");
    std::fs::write(&path, pdf(report, words).unwrap()).unwrap();
    Written { _folder: folder, path }
}

/// What a program of poppler says of a PDF; nothing, said loudly, where it is absent.
fn poppler(program: &str, arguments: &[&str], written: &Written) -> Option<String> {
    let Ok(output) = Command::new(program).args(arguments).arg(&written.path).arg("-").output() else {
        eprintln!("!!! LEFT OUT: {program} (poppler-utils) is absent; it did not read the PDF");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

/// As [`poppler`], for a program that writes to its standard output only.
fn told_of(program: &str, arguments: &[&str], written: &Written) -> Option<String> {
    let Ok(output) = Command::new(program).args(arguments).arg(&written.path).output() else {
        eprintln!("!!! LEFT OUT: {program} (poppler-utils) is absent; it did not read the PDF");
        return None;
    };
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Letters and digits alone: where a line breaks does not matter.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn pages(written: &Written) -> Option<usize> {
    let info = told_of("pdfinfo", &[], written)?;
    let pages = info.lines().find_map(|line| line.strip_prefix("Pages:")).unwrap();
    Some(pages.trim().parse().unwrap())
}

#[test]
fn it_can_be_read_searched_and_heard() {
    for language in LANGUAGES {
        let (t, _) = spoken(language);
        let words = words(language, &t);
        for (report, most) in
            [(of_person(language, false), 1), (of_person(language, true), 1), (of_workshop(language, 20, true), 3)]
        {
            let written = write(&report, &words);
            let Some(text) = poppler("pdftotext", &["-raw"], &written) else { return };
            let text = bare(&text);
            for told in told(&report) {
                assert!(text.contains(&bare(&told)), "{told:?}");
            }
            let info = told_of("pdfinfo", &[], &written).unwrap();
            let line = |name: &str| info.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
            assert!(line("Tagged:").contains("yes") && line("Title:").contains(&report.title), "{info}");
            assert!(line("Page size:").contains("A4") && line("JavaScript:").contains("no"), "{info}");
            assert!((1..=most).contains(&pages(&written).unwrap()), "{info}");
            let fonts = told_of("pdffonts", &[], &written).unwrap();
            let fonts: Vec<&str> = fonts.lines().skip(2).collect();
            assert_eq!(fonts.len(), 2, "{fonts:?}");
            for font in fonts {
                assert!(
                    font.contains("Inter") && font.contains(" yes yes yes"),
                    "embedded, cut, with its letters: {font}"
                );
            }
            let structure = told_of("pdfinfo", &["-struct"], &written).unwrap();
            for element in ["Document", "H1", "H2", "P", "Table", "TR", "TH", "TD", "Figure"] {
                assert!(structure.contains(element), "{element}\n{structure}");
            }
        }
    }
}

#[test]
fn it_names_its_language_and_is_the_same_each_time() {
    for language in LANGUAGES {
        let (t, _) = spoken(language);
        let (report, words) = (of_person(language, false), words(language, &t));
        let bytes = pdf(&report, &words).unwrap();
        assert_eq!(bytes, pdf(&report, &words).unwrap());
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.contains(&format!("/Lang({language})")) || text.contains(&format!("/Lang ({language})")));
        assert!(bytes.len() < 100_000, "{}", bytes.len());
    }
}

#[test]
fn no_text_keeps_it_from_being_written() {
    let (t, _) = spoken("en");
    let words = words("en", &t);
    let long = "x".repeat(4_000);
    let spaced = "word ".repeat(800);
    for (text, times) in [(HOSTILE, 2), (HOSTILE, 12), ("", 1), (" \n\n ", 3), (&long, 1), (&spaced, 2)] {
        let report = of_text(text, times);
        let written = write(&report, &words);
        let Some(read) = poppler("pdftotext", &["-raw"], &written) else { return };
        let letters = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).count();
        // The radar cuts a long name, which stands in the table beside it.
        let mut report = report;
        report.blocks.retain(|block| !matches!(block, Block::Radar(_)));
        assert!(
            letters(&read) >= told(&report).iter().map(|text| letters(text)).sum(),
            "nothing is lost of {:?}",
            &text[..text.len().min(20)]
        );
        assert_eq!(read.contains("typeface"), text == HOSTILE, "what could not be printed is told");
    }
}
