//! Other laptops: bundles on sticks, what they would bring, taking them in, and making one.

use std::path::{Path, PathBuf};

use super::App;
use super::overlay::{Overlay, PromptFor};
use super::pin::PinFor;
use super::saving::Errand;
use crate::store::{Around, BundleOrder, BundleWord, Bundling, Found, Key, Order, Secret, StoreError};
use crate::text::width;
use crate::tui::keymap::Context;
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Status, Tone, area_of_column};
use crate::tui::{Action, Effect};

/// What the screen shows.
#[derive(Debug)]
pub(in crate::tui) struct Laptops {
    around: Around,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// Which bundle?
    Choose,
    /// What this one would bring: take it in?
    Preview(Box<Preview>),
    /// Where shall a bundle be written?
    Make,
    /// What came of it.
    Done(Vec<String>),
}

/// A bundle that was chosen.
#[derive(Debug)]
struct Preview {
    found: Found,
    /// It takes a key.
    sealed: bool,
    /// The file with the key that was tried last.
    tried: PathBuf,
    /// What opened it.
    key: Option<Key>,
}

/// A line of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    Bundle(usize),
    Make,
    Folder,
    LookAgain,
    TakeIn,
    Key(PathBuf),
    KeyFile,
    Into(PathBuf),
    Back,
}

impl Laptops {
    fn lines(&self) -> Vec<Line> {
        match &self.step {
            Step::Choose => {
                let bundles = (0..self.around.bundles.len()).map(Line::Bundle);
                bundles.chain([Line::Make, Line::Folder, Line::LookAgain, Line::Back]).collect()
            }
            Step::Preview(preview) => {
                let opened = preview.found.looked.is_ok();
                let mut lines: Vec<Line> = opened.then_some(Line::TakeIn).into_iter().collect();
                if preview.sealed && !opened {
                    lines.extend(self.around.keys.iter().cloned().map(Line::Key));
                    lines.push(Line::KeyFile);
                }
                lines.push(Line::Back);
                lines
            }
            Step::Make => {
                let sticks = self.around.sticks.iter().cloned();
                sticks.chain([self.around.folder.clone()]).map(Line::Into).chain([Line::Folder, Line::Back]).collect()
            }
            Step::Done(_) => vec![Line::Back],
        }
    }
}

impl App {
    pub(super) fn open_laptops(&mut self) {
        self.look_around(self.boot.exports.clone());
    }

    fn look_around(&mut self, folder: PathBuf) {
        self.order(Errand::Bundles, Order::Bundles(BundleOrder::LookAround { folder }));
    }

    /// Shows what came of an order.
    pub(super) fn on_bundles(&mut self, word: BundleWord) {
        self.told = None;
        match word {
            BundleWord::Around(around) => {
                self.show(Screen::Laptops(Box::new(Laptops { around, step: Step::Choose })), Some(0));
            }
            BundleWord::Opened(found, key) => {
                self.overlay = None;
                if let Screen::Laptops(laptops) = &mut self.screen
                    && let Step::Preview(preview) = &mut laptops.step
                {
                    (preview.found, preview.key) = (found, Some(key));
                    self.view = crate::tui::widget::View::at(0);
                }
            }
            BundleWord::Merged(merged) => self.step_to(Step::Done(merged.words(self.t()))),
            BundleWord::Made(path, bundled) => {
                let told = bundled.words(&Bundling { path, ..Bundling::default() }, self.t());
                self.step_to(Step::Done(told));
            }
        }
    }

    pub(super) fn on_laptops(&mut self, action: Action) {
        if self.errands.carry_bundles() {
            if matches!(action, Action::Back | Action::Leave) {
                self.told = Some(self.t().bundle.stopping.to_string());
                self.effects.push(Effect::StopBundles);
            }
            return;
        }
        let Screen::Laptops(laptops) = &self.screen else { return };
        let lines = laptops.lines();
        let line = self.view.marked.and_then(|at| lines.get(at)).cloned();
        match (action, line) {
            (Action::Back | Action::Leave, _) | (Action::Confirm, Some(Line::Back)) => self.leave_laptops(),
            (Action::Confirm, Some(line)) => self.on_laptops_line(line),
            (other, _) => self.move_mark(other, lines.len()),
        }
    }

    fn on_laptops_line(&mut self, line: Line) {
        let Screen::Laptops(laptops) = &mut self.screen else { return };
        match line {
            Line::Bundle(at) => {
                if let Some(found) = laptops.around.bundles.get(at).cloned() {
                    let (sealed, tried, key) = (found.is_sealed(), PathBuf::new(), None);
                    self.step_to(Step::Preview(Box::new(Preview { found, sealed, tried, key })));
                }
            }
            Line::Make => self.step_to(Step::Make),
            Line::Folder => {
                let prompt = Prompt::new(&laptops.around.folder.display().to_string());
                self.overlay = Some(Overlay::prompt(PromptFor::BundleFolder, prompt));
            }
            Line::LookAgain => {
                let folder = laptops.around.folder.clone();
                self.look_around(folder);
            }
            Line::TakeIn => {
                if let Step::Preview(preview) = &laptops.step {
                    let (path, key) = (preview.found.path.clone(), preview.key.clone());
                    self.order(Errand::Carrying, Order::Bundles(BundleOrder::Merge { path, key }));
                }
            }
            Line::Key(file) => _ = self.open_with_key(file),
            Line::KeyFile => {
                let folder = laptops.around.sticks.first().unwrap_or(&laptops.around.folder);
                let prompt = Prompt::new(&folder.join("").display().to_string());
                self.overlay = Some(Overlay::prompt(PromptFor::KeyFile, prompt));
            }
            Line::Into(folder) => {
                let day = (self.boot.local)(self.now.at.unix_ms).date().to_string();
                self.order(Errand::Carrying, Order::Bundles(BundleOrder::Make { folder, day }));
            }
            Line::Back => {}
        }
    }

    /// Looks into the chosen bundle with the key in a file.
    pub(super) fn open_with_key(&mut self, file: PathBuf) -> bool {
        if let Screen::Laptops(laptops) = &mut self.screen
            && let Step::Preview(preview) = &mut laptops.step
        {
            preview.tried = file;
            self.open_sealed(None);
        }
        true
    }

    /// The same once more, with the file's passphrase where it has one.
    pub(super) fn open_sealed(&mut self, passphrase: Option<Secret>) {
        let Screen::Laptops(laptops) = &self.screen else { return };
        let Step::Preview(preview) = &laptops.step else { return };
        let (path, key) = (preview.found.path.clone(), preview.tried.clone());
        self.order(Errand::Bundles, Order::Bundles(BundleOrder::Open { path, key, passphrase }));
    }

    fn step_to(&mut self, step: Step) {
        if let Screen::Laptops(laptops) = &mut self.screen {
            laptops.step = step;
            self.view = crate::tui::widget::View::at(0);
        }
    }

    /// One step back.
    fn leave_laptops(&mut self) {
        match &self.screen {
            Screen::Laptops(laptops) if matches!(laptops.step, Step::Preview(_) | Step::Make) => {
                self.step_to(Step::Choose);
            }
            _ => self.go_home(),
        }
    }

    /// Looks into another folder, or writes into it.
    pub(super) fn use_bundle_folder(&mut self, folder: PathBuf) -> bool {
        match &self.screen {
            Screen::Laptops(laptops) if matches!(laptops.step, Step::Make) => self.on_laptops_line(Line::Into(folder)),
            _ => self.look_around(folder),
        }
        true
    }

    /// Says why a bundle was not taken in or written; nothing has changed then.
    pub(super) fn not_bundled(&mut self, fault: &StoreError) {
        self.told = None;
        if let Screen::Laptops(laptops) = &mut self.screen
            && let Step::Preview(preview) = &mut laptops.step
            && preview.sealed
            && preview.key.is_none()
        {
            match fault {
                StoreError::NeedsPassphrase => return self.open_pin(PinFor::KeyFile),
                StoreError::WrongPassphrase => return self.secret_checked(false),
                _ => {}
            }
            preview.found.looked = Err(fault.clone());
            self.overlay = None;
            self.view = crate::tui::widget::View::at(0);
            return;
        }
        let (cause, remedy) = fault.words(self.t());
        self.step_to(Step::Done(vec![cause, remedy]));
    }

    pub(super) fn laptops_page(&self, page: &mut Page<'_>, laptops: &Laptops) {
        let words = &self.t().bundle;
        page.heading = words.page.to_string();
        match &laptops.step {
            Step::Choose => {
                let what = if laptops.around.bundles.is_empty() { &words.page_none } else { &words.page_what };
                page.column.text(Tone::Quiet, what.to_string()).gap();
            }
            Step::Preview(preview) => self.preview(page, preview),
            Step::Make => {
                page.column.text(Tone::Quiet, words.page_make.to_string()).gap();
            }
            Step::Done(told) => {
                for line in told {
                    page.column.text(Tone::Plain, line.clone());
                }
                page.column.gap();
            }
        }
        for line in laptops.lines() {
            let text = match line {
                Line::Bundle(at) => laptops.around.bundles.get(at).map(|found| self.found(found)).unwrap_or_default(),
                Line::Make => words.line_make.to_string(),
                Line::Folder => words.line_folder.to_string(),
                Line::LookAgain => words.line_look.to_string(),
                Line::TakeIn => words.line_take.to_string(),
                Line::Key(file) => words.line_key.with(&[("name", &name_of(&file))]),
                Line::KeyFile => words.line_key_file.to_string(),
                Line::Into(folder) => folder.display().to_string(),
                Line::Back => words.line_back.to_string(),
            };
            page.column.numbered(text);
        }
        let stop = self.keymap.key_for(Action::Leave, Context::Menu, self.t(), self.glyphs);
        page.status = match stop {
            Some(key) if self.errands.carry_bundles() => Status::Working(words.working_stop.with(&[("key", &key)])),
            _ if self.awaits_store() => Status::Working(words.working.to_string()),
            _ => return,
        };
    }

    fn preview(&self, page: &mut Page<'_>, preview: &Preview) {
        let found = &preview.found;
        match &found.looked {
            Ok(looked) => {
                for line in looked.words(&found.path, self.t()) {
                    page.column.text(Tone::Plain, line);
                }
            }
            Err(_) if found.is_sealed() => {
                let words = self.t().bundle.page_sealed.with(&[("name", &name_of(&found.path))]);
                page.column.text(Tone::Plain, words);
            }
            Err(fault) => {
                let (cause, remedy) = fault.words(self.t());
                page.column.text(Tone::Plain, cause).gap().text(Tone::Quiet, remedy);
            }
        }
        page.column.gap();
    }

    /// A bundle in one line: its name and what it would bring, or its name alone where there is no room for both.
    fn found(&self, found: &Found) -> String {
        let words = &self.t().bundle;
        let name = name_of(&found.path);
        let what = match &found.looked {
            Ok(looked) => looked.total().words(self.t()),
            Err(_) if found.is_sealed() => words.found_sealed.to_string(),
            Err(_) => words.page_refused.to_string(),
        };
        let line = words.from_file.with(&[("name", &name), ("what", &what)]);
        let room = usize::from(area_of_column(self.area()).width);
        if width(&line) + 4 <= room * 2 { line } else { name }
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
