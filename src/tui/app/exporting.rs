//! Finished interviews to a file: format, codes or labels, folder.

use std::path::PathBuf;

use super::App;
use super::overlay::{Overlay, PromptFor};
use crate::export;
use crate::text::{LANGUAGES, Language, width};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Status, Tone, area_of_column};
use crate::tui::{Action, Effect};

/// What is to be written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Name of the format.
    pub format: &'static str,
    /// The language of labels; none for codes.
    pub labels: Option<&'static str>,
    /// The folder it goes to; a file of that name stays what it is.
    pub folder: PathBuf,
    /// The language of what is said of it.
    pub language: Language,
}

/// What is chosen on the screen.
#[derive(Debug)]
pub(in crate::tui) struct Choosing {
    format: usize,
    /// 0 for codes, then the languages.
    labels: usize,
    folder: PathBuf,
    writing: bool,
}

/// A line of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Format,
    Labels,
    Folder,
    Write,
}

const LINES: [Line; 4] = [Line::Format, Line::Labels, Line::Folder, Line::Write];

impl App {
    /// What writes exports.
    #[must_use]
    pub fn exporter(&self) -> super::Exports {
        self.boot.exporter.clone()
    }

    pub(super) fn open_export(&mut self) {
        let folder = self.boot.exports.clone();
        let choosing = Choosing { format: 0, labels: 0, folder, writing: false };
        self.show(Screen::Export(Box::new(choosing)), Some(0));
    }

    pub(super) fn on_export(&mut self, action: Action) {
        let line = self.view.marked.and_then(|at| LINES.get(at)).copied();
        let Screen::Export(choosing) = &mut self.screen else { return };
        match (action, line) {
            (Action::Back | Action::Leave, _) => self.go_home(),
            (Action::Confirm, _) if choosing.writing => {}
            (Action::Confirm, Some(Line::Format)) => choosing.format = (choosing.format + 1) % export::ALL.len(),
            (Action::Confirm, Some(Line::Labels)) => choosing.labels = (choosing.labels + 1) % (LANGUAGES.len() + 1),
            (Action::Confirm, Some(Line::Folder)) => {
                let prompt = Prompt::new(&choosing.folder.display().to_string());
                self.overlay = Some(Overlay::prompt(PromptFor::ExportFolder, prompt));
            }
            (Action::Confirm, Some(Line::Write)) => {
                choosing.writing = true;
                let wanted = Wanted {
                    format: export::ALL.get(choosing.format).map_or("", |exporter| exporter.name()),
                    labels: choosing.labels.checked_sub(1).and_then(|at| LANGUAGES.get(at)).map(|one| one.tag()),
                    folder: choosing.folder.clone(),
                    language: self.language,
                };
                self.effects.push(Effect::Export(wanted));
            }
            (other, _) => self.move_mark(other, LINES.len()),
        }
    }

    /// Writes to another folder from now on.
    pub(super) fn export_to(&mut self, to: PathBuf) {
        if let Screen::Export(choosing) = &mut self.screen {
            choosing.folder = to;
        }
    }

    /// Says how writing went.
    pub(super) fn exported(&mut self, outcome: Result<(u64, PathBuf), String>) {
        self.dirty = true;
        if let Screen::Export(choosing) = &mut self.screen {
            choosing.writing = false;
        }
        self.told = Some(match outcome {
            Ok((count, path)) => {
                let count = self.t().whole(i64::try_from(count).unwrap_or(i64::MAX));
                let said = |path: &str| self.t().export.written.with(&[("n", &count), ("path", path)]);
                let whole = said(&path.display().to_string());
                let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                // On a narrow screen the name says more than the beginning of the path.
                let fits = width(&whole) + 2 <= area_of_column(self.area()).width.into();
                if fits { whole } else { said(&name) }
            }
            Err(fault) => fault,
        });
    }

    pub(super) fn export_page(&self, page: &mut Page<'_>, choosing: &Choosing) {
        let words = &self.t().export;
        page.heading = words.page.to_string();
        page.column.text(Tone::Quiet, words.page_what.to_string()).gap();
        let format = export::ALL.get(choosing.format).map_or("", |exporter| exporter.name());
        for line in LINES {
            let text = match line {
                Line::Format => format!("{}: {}", words.line_format, self.format_words(format)),
                Line::Labels => {
                    let language = choosing.labels.checked_sub(1).and_then(|at| LANGUAGES.get(at));
                    let value = language.map_or_else(|| words.as_codes.to_string(), |one| one.name().to_owned());
                    format!("{}: {value}", words.line_labels)
                }
                Line::Folder => format!("{}: {}", words.line_folder, choosing.folder.display()),
                Line::Write => words.line_write.to_string(),
            };
            page.column.numbered(text);
        }
        if choosing.writing {
            page.status = Status::Working(words.writing.to_string());
        }
    }

    /// What a format is good for; its name where nothing is known of it.
    fn format_words(&self, name: &str) -> String {
        let words = &self.t().export;
        match name {
            "csv" => words.as_csv.to_string(),
            "xlsx" => words.as_xlsx.to_string(),
            "sav" => words.as_sav.to_string(),
            "parquet" => words.as_parquet.to_string(),
            "json" => words.as_json.to_string(),
            "codebook" => words.as_codebook.to_string(),
            other => other.to_owned(),
        }
    }
}
