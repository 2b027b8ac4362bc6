//! What is read aloud, where the settings name a program for it.

use std::mem::{Discriminant, discriminant};

use super::App;
use super::kiosk::Between;
use super::overlay::{Dialog, Overlay};
use crate::interview::Side;
use crate::questionnaire::{AnswerFault, ItemIndex};
use crate::report;
use crate::text::{LANGUAGES, Tag};
use crate::tui::Effect;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Piece};

/// What is on the screen, as far as it is read again when it changes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scene {
    screen: Discriminant<Screen>,
    between: Option<Between>,
    slide: Option<usize>,
    overlay: Option<(Discriminant<Overlay>, Option<Dialog>)>,
    item: Option<ItemIndex>,
    side: Option<Side>,
    rejected: Option<AnswerFault>,
    unsaved: bool,
    language: Tag,
}

/// What was read aloud last.
#[derive(Debug, Default)]
pub(super) struct Read {
    scene: Option<Scene>,
    told: Option<String>,
    marked: Option<usize>,
}

impl App {
    /// Reads aloud what has changed: the whole page, a word to the person, or the line that is marked now.
    pub(super) fn read_aloud(&mut self) {
        if self.settings.speech.is_none() || !self.takes_keys() {
            return;
        }
        let now = Read { scene: Some(self.scene()), told: self.told.clone(), marked: self.page().view.marked };
        let before = std::mem::replace(&mut self.read, now);
        if before.scene != self.read.scene {
            self.read_page();
        } else if let Some(told) = self.told.clone().filter(|told| before.told.as_ref() != Some(told)) {
            self.effects.push(Effect::Speak(told, self.voice()));
        } else if before.marked != self.read.marked
            && let Some(line) = self.read.marked.and_then(|place| choices(&self.page()).into_iter().nth(place))
        {
            self.effects.push(Effect::Speak(line, self.voice()));
        }
    }

    /// Reads the page again; says so where nothing can be read.
    pub(super) fn read_again(&mut self) {
        if self.settings.speech.is_none() {
            self.told = Some(self.t().speech.off.to_string());
        } else {
            self.read_page();
        }
    }

    fn read_page(&mut self) {
        let text = match (&self.overlay, &self.screen) {
            (None, Screen::Profile(shown)) => report::spoken(&self.report_of(shown), usize::MAX, self.glyphs),
            _ => words(&self.page()),
        };
        self.effects.push(Effect::Speak(text, self.voice()));
    }

    /// The language of the moment.
    fn voice(&self) -> Tag {
        let of_questionnaire = self.questionnaire().map(|questionnaire| self.tag(questionnaire));
        let interface = || LANGUAGES.iter().filter(|one| **one == self.language).find_map(|one| Tag::new(one.tag()));
        of_questionnaire.or_else(interface).unwrap_or_else(|| self.tag(&self.boot.core))
    }

    fn scene(&self) -> Scene {
        let overlay = self.overlay.as_ref().map(|overlay| {
            let dialog = match overlay {
                Overlay::Dialog { dialog, .. } => Some(*dialog),
                _ => None,
            };
            (discriminant(overlay), dialog)
        });
        let session = self.session();
        Scene {
            screen: discriminant(&self.screen),
            between: if let Screen::Between(between) = &self.screen { Some(*between) } else { None },
            slide: if let Screen::Picture(shown) = &self.screen { Some(shown.at()) } else { None },
            overlay,
            item: session.and_then(super::session::Session::item),
            side: session.and_then(|session| session.side),
            rejected: session.and_then(|session| session.rejected.clone()),
            unsaved: session.is_some_and(|session| session.saving.fault.is_some()),
            language: self.voice(),
        }
    }
}

/// Everything that stands on a page, a line each.
fn words(page: &Page<'_>) -> String {
    let mut lines = vec![page.heading.clone(), page.counter.clone()];
    if let crate::tui::widget::Status::Warning(told) = &page.status {
        lines.push(told.clone());
    }
    for piece in &page.column.pieces {
        match piece {
            Piece::Text { text, .. } => lines.push(text.to_string()),
            Piece::Choice { key, text, .. } => lines.push(choice(key, text)),
            Piece::Header { labels, .. } => {
                lines.extend(labels.iter().enumerate().map(|(place, label)| format!("{}. {label}", place + 1)));
            }
            Piece::Row { text, current: true, .. } => lines.push(text.clone()),
            Piece::Down(_) | Piece::Gap | Piece::Field { .. } | Piece::Row { .. } | Piece::Report(_) => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n") + "\n"
}

/// The lines of a page that can be marked.
fn choices(page: &Page<'_>) -> Vec<String> {
    let lines = page.column.pieces.iter().flat_map(|piece| match piece {
        Piece::Choice { key, text, .. } => vec![choice(key, text)],
        Piece::Header { labels, .. } => labels.clone(),
        _ => Vec::new(),
    });
    lines.collect()
}

fn choice(key: &str, text: &str) -> String {
    match key.trim() {
        "" => text.to_owned(),
        key => format!("{key}. {text}"),
    }
}
