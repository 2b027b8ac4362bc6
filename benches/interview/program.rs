//! The two programs: how each is started, what its screens say, and how its answers are read back.

use std::path::{Path, PathBuf};
use std::process::Command;

use vt100::Screen;

use crate::bare_form;
use crate::items::{Item, Items};
use crate::pty::Launch;

/// Keys, and a text that stands on the screen once they are taken.
type Step = (&'static str, String);

/// What kohesi's screens say; to be changed with them. The last item is followed by the review.
mod kohesi_says {
    pub(super) const ARGS: [&str; 3] = ["take", "--lang", "en"];
    /// Beside the questionnaire's title, at the foot of the introduction.
    pub(super) const FIRST: &str = "Enter";
    pub(super) const CONSENT: &str = "Your consent";
    pub(super) const REVIEW: &str = "Before you finish";
    pub(super) const PROFILE: &str = "Your code";
    pub(super) const SAVED: &str = "saved";
    pub(super) const MARKS: &[&str] = &["►", "▶", "▸", "●", "> "];
}

/// A program to be measured, and what its screens say.
pub(crate) struct Program {
    /// The name in the table.
    pub(crate) name: &'static str,
    /// Texts that all stand on its first full screen.
    pub(crate) first: Vec<String>,
    /// From the first screen to the first item.
    pub(crate) opening: Vec<Step>,
    /// Stands on the screen after the last item.
    pub(crate) ended: String,
    /// From there to where all is done.
    pub(crate) closing: Vec<Step>,
    /// What it says when all answers given are on the disk, in lower case.
    pub(crate) saved: &'static str,
    marks: &'static [&'static str],
    place: Place,
}

enum Place {
    Bare { program: PathBuf, items: PathBuf },
    Kohesi,
}

/// The bare form; `folder` keeps the items it reads.
///
/// # Errors
/// Where they cannot be written there.
pub(crate) fn bare_form(items: &[Item], folder: &Path) -> Result<Program, String> {
    let path = folder.join("items.txt");
    bare_form::write_items(items, &path).map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Ok(Program {
        name: "bare form",
        first: vec![position(0, items.len()), "q quit".into()],
        opening: Vec::new(),
        ended: "All items are answered.".into(),
        closing: Vec::new(),
        saved: "saved",
        marks: &["> "],
        place: Place::Bare { program, items: path },
    })
}

/// kohesi with the core questionnaire.
pub(crate) fn kohesi(items: &Items) -> Program {
    Program {
        name: "kohesi",
        first: vec![items.title.clone(), kohesi_says::FIRST.into()],
        opening: vec![("\r", kohesi_says::CONSENT.into()), ("1\r", position(0, items.list.len()))],
        ended: kohesi_says::REVIEW.into(),
        closing: vec![("1\r", kohesi_says::PROFILE.into())],
        saved: kohesi_says::SAVED,
        marks: kohesi_says::MARKS,
        place: Place::Kohesi,
    }
}

impl Program {
    /// How it is started with its answers kept under `home`.
    pub(crate) fn launch(&self, home: &Path) -> Launch {
        match &self.place {
            Place::Bare { program, items } => {
                Launch::new(program, home).arg("--bare-form").arg(home.join("answers.db")).arg(items)
            }
            Place::Kohesi => Launch::new(env!("CARGO_BIN_EXE_kohesi"), home)
                .args(kohesi_says::ARGS)
                .env("KOHESI_HOME", home.join("kohesi"))
                .env("LANG", "en_US.UTF-8"),
        }
    }

    /// The answers it has kept under `home`, in the items' order; a choice as its place counted from 1.
    pub(crate) fn answers(&self, home: &Path) -> Result<Vec<i64>, String> {
        match &self.place {
            Place::Bare { .. } => bare_form::answers(&home.join("answers.db")),
            Place::Kohesi => kohesi_answers(&home.join("kohesi")),
        }
    }

    /// Whether the first frame is complete.
    pub(crate) fn shows_first(&self, screen: &Screen) -> bool {
        let text = screen.contents();
        self.first.iter().all(|part| text.contains(part))
    }

    /// Whether the item at place `index` of `count` is on the screen, or what follows the last one.
    pub(crate) fn shows_item(&self, screen: &Screen, index: usize, count: usize) -> bool {
        let text = screen.contents();
        if index >= count {
            return text.contains(&self.ended);
        }
        let position = position(index, count);
        text.match_indices(&position).any(|(at, _)| !text[..at].ends_with(|before: char| before.is_ascii_digit()))
    }

    /// Whether the screen says that all answers given are on the disk.
    pub(crate) fn shows_saved(&self, screen: &Screen) -> bool {
        let text = screen.contents().to_lowercase();
        text.contains(self.saved) && !text.contains(&format!("not {}", self.saved))
    }

    /// Whether the choice with this number and text looks marked: by a sign on its row, or in reverse.
    pub(crate) fn shows_marked(&self, screen: &Screen, number: i64, text: &str) -> bool {
        let (rows, columns) = screen.size();
        let begin: String = text.chars().take(20).collect();
        screen.rows(0, columns.get()).zip(0..rows.get()).any(|(row, place)| {
            let Some((before, _)) = row.split_once(begin.trim_end()) else { return false };
            let is_it = before.split(|sign: char| !sign.is_ascii_digit()).any(|word| word.parse() == Ok(number));
            let reversed =
                || (0..columns.get()).any(|column| screen.cell(place, column).is_some_and(vt100::Cell::inverse));
            is_it && (self.marks.iter().any(|mark| before.contains(mark)) || reversed())
        })
    }
}

fn position(index: usize, count: usize) -> String {
    format!("{} / {count}", index + 1)
}

/// What `kohesi profile --json` says of the newest interview under `home`: each item's code.
///
/// # Errors
/// Where the command fails or says something else.
pub(crate) fn kohesi_answers(home: &Path) -> Result<Vec<i64>, String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kohesi"));
    let output = command.args(["profile", "--json"]).env("KOHESI_HOME", home).output();
    let output = output.map_err(|error| error.to_string())?;
    let told = || String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Err(format!("kohesi profile --json: {}: {}", output.status, told()));
    }
    let profile: serde_json::Value = serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
    let items = profile["items"].as_array().ok_or("kohesi profile --json: no items")?;
    items.iter().map(|item| item["code"].as_i64().ok_or_else(|| format!("no code: {item}"))).collect()
}
