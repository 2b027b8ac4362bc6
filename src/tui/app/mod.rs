//! The state of the program, and what each event makes of it. Nothing here touches disk, clock or terminal.

mod aloud;
mod answering;
mod beginning;
mod details;
mod ending;
mod exporting;
mod facilitating;
mod gathering;
mod item_page;
mod keys;
mod kiosk;
mod laptops;
mod listing;
mod matching;
mod offer;
mod overlay;
mod pages;
mod picture;
mod pin;
mod saving;
mod session;
mod workshops;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::{Rect, Size};

pub use self::exporting::Wanted;

pub(super) use self::details::Details;
pub(super) use self::exporting::Choosing;
pub(super) use self::laptops::Laptops;

pub(super) use self::kiosk::Between;
use self::kiosk::Kiosk;
pub use self::kiosk::KioskStart;
pub(super) use self::matching::Matching;
use self::overlay::Overlay;
pub(super) use self::picture::Shown as ShownPicture;
use self::saving::{Errands, Shelf};
use self::session::Session;
use super::screen::Screen;
use super::theme::Theme;
use super::widget::{self, Page};
use super::{Context, Effect, Event, Keymap, Now};
use crate::interview::{Interview, InterviewId, WorkshopId};
use crate::questionnaire::Questionnaire;
use crate::report::Glyphs;
use crate::settings::{Settings, Spacing};
use crate::store::Paths;
use crate::store::Workshop;
use crate::text::{Catalogue, CatalogueError, LANGUAGES, Language, Tag};
use crate::workshop::OwnChange;

use self::listing::HomeLine;

/// What the program begins with.
#[derive(Debug)]
pub struct Boot {
    /// Where it begins.
    pub start: Start,
    /// The questionnaire that is begun where none is named.
    pub core: Arc<Questionnaire>,
    /// Language of the interface.
    pub language: Language,
    /// Whether the respondent is asked for the language.
    pub ask_language: bool,
    /// The settings of the settings file.
    pub settings: Settings,
    /// The look.
    pub theme: Theme,
    /// The look stays without colour, whatever theme is chosen.
    pub colourless: bool,
    /// The signs that may be drawn.
    pub glyphs: Glyphs,
    /// How pastes are told from typing.
    pub paste: Paste,
    /// The questionnaires one can choose from.
    pub library: Library,
    /// Nothing is stored.
    pub practice: bool,
    /// The folder that exports go to, where no other is chosen.
    pub exports: PathBuf,
    /// Writes exports.
    pub exporter: Exports,
    /// Makes the identity of a new interview.
    pub new_id: fn() -> InterviewId,
    /// Local time of a moment.
    pub local: fn(i64) -> jiff::civil::DateTime,
}

/// The questionnaires one can choose from, read when they are asked for.
#[derive(Clone)]
pub struct Library(pub Arc<dyn Fn() -> Vec<Arc<Questionnaire>> + Send + Sync>);

impl Library {
    fn read(&self) -> Vec<Arc<Questionnaire>> {
        (self.0)()
    }
}

impl std::fmt::Debug for Library {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Library")
    }
}

/// Writes finished interviews to files: how many, and where. It stops where it is told to, and then has written nothing.
#[derive(Clone)]
pub struct Exports(pub Arc<WriteExport>);

/// See [`Exports`].
pub type WriteExport = dyn Fn(&Paths, &Wanted, &AtomicBool) -> Result<(u64, PathBuf), String> + Send + Sync;

impl std::fmt::Debug for Exports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Exports")
    }
}

/// Where the program begins.
#[derive(Clone, Debug)]
pub enum Start {
    /// At the menu.
    Home,
    /// With an interview; the program ends after it.
    Take(Arc<Questionnaire>),
    /// With a kiosk.
    Kiosk(Box<KioskStart>),
    /// With the picture of a workshop's group.
    Group(Box<Workshop>),
    /// With the profile of a finished interview.
    Results,
}

/// How pastes are told from typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paste {
    /// The terminal marks them.
    Marked,
    /// By the speed of the keys, where the terminal cannot.
    Timed,
}

/// A profile on the screen.
#[derive(Debug)]
pub(super) struct Shown {
    pub(super) interview: Interview,
    /// What changed since the round before, of a person who was there.
    pub(super) change: Vec<OwnChange>,
}

/// The whole state of the program.
#[derive(Debug)]
pub struct App {
    pub(super) boot: Boot,
    catalogues: Vec<Catalogue>,
    language: Language,
    /// Language of the questionnaire's texts, where one is being answered or shown.
    content: Option<Tag>,
    pub(super) theme: Theme,
    pub(super) glyphs: Glyphs,
    pub(super) settings: Settings,
    pub(super) keymap: Keymap,
    size: Size,
    pub(super) screen: Screen,
    pub(super) view: widget::View,
    overlay: Option<Overlay>,
    session: Option<Session>,
    shelf: Shelf,
    errands: Errands,
    kiosk: Option<Kiosk>,
    tries: pin::Tries,
    effects: Vec<Effect>,
    now: Now,
    last_key: Option<(KeyEvent, Duration)>,
    before_last_key: Option<(KeyEvent, Duration)>,
    dirty: bool,
    /// The last frame was drawn as if everything ordered were on the disk already, and is not yet shown.
    expecting_save: bool,
    /// The profile is left as soon as the interview is on the disk.
    leave_when_saved: bool,
    /// Something to tell on the status line until the next key.
    told: Option<String>,
    read: aloud::Read,
    /// When the picture on the screen was looked at last.
    looked_at: Duration,
    /// The workshop whose kiosk follows when this program has ended.
    kiosk_follows: Option<WorkshopId>,
}

impl App {
    /// The program at its beginning.
    ///
    /// # Errors
    /// [`CatalogueError`] where a sentence of the interface is missing.
    pub fn new(boot: Boot, now: Now) -> Result<Self, CatalogueError> {
        let catalogues = LANGUAGES.into_iter().map(Catalogue::of).collect::<Result<Vec<_>, _>>()?;
        let mut app = Self {
            catalogues,
            language: boot.language,
            content: None,
            theme: boot.theme.clone(),
            glyphs: boot.glyphs,
            settings: boot.settings.clone(),
            // Its faults are told before the screen is taken.
            keymap: Keymap::with(&boot.settings.keys).0,
            size: Size::new(80, 24),
            screen: Screen::Home,
            view: widget::View::at(0),
            overlay: None,
            session: None,
            shelf: Shelf::default(),
            errands: Errands::default(),
            kiosk: None,
            tries: pin::Tries::default(),
            effects: Vec::new(),
            now,
            last_key: None,
            before_last_key: None,
            dirty: true,
            expecting_save: false,
            leave_when_saved: false,
            told: None,
            read: aloud::Read::default(),
            looked_at: Duration::ZERO,
            kiosk_follows: None,
            boot,
        };
        match app.boot.start.clone() {
            // A picture comes when the store is there.
            Start::Home | Start::Group(_) => {}
            Start::Take(questionnaire) => app.begin(questionnaire),
            Start::Kiosk(start) => app.open_kiosk(*start),
            Start::Results => app.open_results(),
        }
        Ok(app)
    }

    /// Takes an event; what is to be done outside follows from it.
    #[must_use = "effects are to be carried out"]
    pub fn update(&mut self, event: Event, now: Now) -> Vec<Effect> {
        self.now = now;
        match event {
            Event::Key(key) => self.on_key(key),
            Event::Mouse(mouse) => self.on_mouse(mouse),
            Event::Paste(text) => self.on_paste(&text),
            Event::Resized => self.dirty = true,
            Event::Tick => {}
            Event::PinSealed(outcome) => self.pin_sealed(outcome),
            Event::PinChecked(right) => self.pin_checked(right),
            Event::Store(word) => self.on_word(*word),
            Event::Speech(fault) => {
                self.told = Some(fault.words(self.t()));
                self.dirty = true;
            }
            Event::Exported(outcome) => self.exported(outcome),
            Event::End { .. } => self.end(),
            Event::Suspend if self.in_kiosk() => self.open_pin(pin::PinFor::Facilitator),
            Event::Suspend => self.effects.push(Effect::Suspend),
            Event::Continued => self.effects.push(Effect::EnterAgain),
        }
        self.do_what_is_due();
        self.read_aloud();
        std::mem::take(&mut self.effects)
    }

    /// Whether keys are taken: not before the store has said that it is there, or that it is not, and not while it
    /// fetches the interview they are meant for.
    #[must_use]
    pub fn takes_keys(&self) -> bool {
        !self.shelf.opening && !self.errands.change_the_screen()
    }

    /// Whether something was ordered from the store that it has not yet answered.
    #[must_use]
    pub fn awaits_store(&self) -> bool {
        !self.errands.is_empty()
    }

    /// Whether something was answered that no store is there to take.
    #[must_use]
    pub fn loses_answers(&self) -> bool {
        let behind = |session: &Session| session.saving.stored < session.interview.events().len();
        self.shelf.fault.is_some() && self.session.as_ref().is_some_and(behind)
    }

    /// When the next tick is due, on the monotonic clock.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        let saving = self.session.as_ref().and_then(|session| session.saving.due());
        [saving, self.kiosk_due(), self.picture_due()].into_iter().flatten().min()
    }

    /// Whether the screen has changed since it was last drawn.
    #[must_use]
    pub fn dirty(&self) -> bool {
        self.dirty
    }

    /// Says that the whole screen has to be drawn again.
    pub fn soil(&mut self) {
        self.dirty = true;
    }

    /// The workshop whose kiosk follows when this program has ended.
    #[must_use]
    pub fn kiosk_that_follows(&self) -> Option<WorkshopId> {
        self.kiosk_follows
    }

    /// The interview being answered.
    #[must_use]
    pub fn interview(&self) -> Option<&Interview> {
        self.session.as_ref().map(|session| &session.interview)
    }

    /// Whether the next frame is worth drawing while the disk still works: everything handed to the store is an
    /// answer, and nothing has failed.
    #[must_use]
    pub fn expects_save(&self) -> bool {
        self.dirty
            && self.session.as_ref().is_some_and(|session| session.saving.fault.is_none())
            && self.errands.only_save()
    }

    /// Draws the screen as it will be when what was ordered is on the disk. It may be shown only once that is so.
    pub fn draw_expecting_save(&mut self, frame: &mut Frame<'_>) {
        self.expecting_save = true;
        self.draw(frame);
    }

    /// Says that the frame drawn in expectation is shown: what it expects has come.
    pub fn shown(&mut self) {
        self.expecting_save = false;
    }

    /// Says that the frame drawn in expectation is not shown as it is: the store took too long.
    pub fn expect_nothing(&mut self) {
        self.dirty |= std::mem::take(&mut self.expecting_save);
    }

    /// Draws the screen.
    pub fn draw(&mut self, frame: &mut Frame<'_>) {
        let area = frame.area();
        self.size = area.as_size();
        self.dirty = false;
        if let Some((columns, rows)) = widget::too_small(area) {
            let words = &self.t().terminal.too_small;
            let text = words.with(&[("columns", &columns.to_string()), ("rows", &rows.to_string())]);
            widget::draw_too_small(&text, &self.theme, area, frame.buffer_mut());
            return;
        }
        self.draw_page(frame, area);
        if self.glyphs != Glyphs::Full {
            widget::draw_with_nearest(self.glyphs, frame.buffer_mut());
        }
    }

    fn draw_page(&self, frame: &mut Frame<'_>, area: Rect) {
        let page = self.page();
        let cursor = widget::draw(&page, (&self.theme, self.glyphs), area, frame.buffer_mut());
        frame.set_cursor_position(cursor);
    }

    fn area(&self) -> Rect {
        Rect::from((ratatui::layout::Position::ORIGIN, self.size))
    }

    /// The screen, or what is on top of it.
    pub(super) fn page(&self) -> Page<'_> {
        let mut page = match &self.overlay {
            Some(overlay) => self.page_of_overlay(overlay),
            None => self.page_of_screen(),
        };
        page.column.wide = self.settings.spacing == Spacing::Wide;
        page.hints = self.hints(self.context());
        if let Some(told) = &self.told {
            page.status = widget::Status::Done(told.clone());
        }
        page
    }

    /// Where a key is pressed.
    pub(super) fn context(&self) -> Context {
        match &self.overlay {
            Some(Overlay::Help { .. }) => Context::Menu,
            Some(Overlay::Dialog { .. }) => Context::Dialog,
            Some(Overlay::Prompt { .. } | Overlay::Pin(_)) => Context::Prompt,
            None => self.context_of_screen(),
        }
    }

    pub(super) fn t(&self) -> &Catalogue {
        let here = LANGUAGES.iter().position(|language| *language == self.language).unwrap_or_default();
        &self.catalogues[here]
    }

    pub(super) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    pub(super) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The questionnaire on the screen, if any.
    pub(super) fn questionnaire(&self) -> Option<&Arc<Questionnaire>> {
        match &self.screen {
            Screen::Profile(shown) => Some(shown.interview.questionnaire()),
            Screen::Language(questionnaire)
            | Screen::Introduction(questionnaire)
            | Screen::Consent { questionnaire, .. }
            | Screen::Refused(questionnaire)
            | Screen::Unfinished { begin: Some(questionnaire) } => Some(questionnaire),
            _ => self.session.as_ref().map(|session| session.interview.questionnaire()),
        }
    }

    /// The language in which a questionnaire's texts are shown: the one chosen, or its first.
    pub(super) fn tag(&self, questionnaire: &Questionnaire) -> Tag {
        let has = |tag: &&Tag| questionnaire.languages().contains(tag);
        let interface = || questionnaire.languages().iter().find(|tag| tag.as_str() == self.language.tag());
        let chosen = self.content.as_ref().filter(has).or_else(interface).or(questionnaire.languages().first());
        chosen.unwrap_or(questionnaire.title().first_language()).clone()
    }

    /// The languages that F2 goes through: the questionnaire's, then those of the interface alone.
    fn languages(&self) -> Vec<String> {
        let mut tags: Vec<String> = self
            .questionnaire()
            .map(|questionnaire| self.offered(questionnaire).iter().map(ToString::to_string).collect())
            .unwrap_or_default();
        for language in LANGUAGES {
            if !tags.iter().any(|tag| tag == language.tag()) {
                tags.push(language.tag().to_owned());
            }
        }
        tags
    }

    /// Tag and own short name of the language that F2 would show.
    fn next_language(&self) -> (String, String) {
        let tags = self.languages();
        let here = match self.questionnaire() {
            Some(questionnaire) => self.tag(questionnaire).to_string(),
            None => self.language.tag().to_owned(),
        };
        let place = tags.iter().position(|tag| *tag == here).map_or(0, |place| place + 1);
        let tag = tags[place % tags.len()].clone();
        let name = Language::by_tag(&tag).map_or_else(|| tag.clone(), |language| language.short().to_owned());
        (tag, name)
    }

    fn switch_language(&mut self) {
        let (tag, _) = self.next_language();
        self.speak(&tag);
        if let Screen::Language(questionnaire) = &self.screen {
            let here = self.offered(questionnaire).iter().position(|other| other.as_str() == tag);
            self.view.marked = here.or(self.view.marked);
        }
    }

    /// Speaks this language from now on, as far as it is spoken.
    fn speak(&mut self, tag: &str) {
        if let Some(language) = Language::by_tag(tag) {
            self.language = language;
        }
        self.content = Tag::new(tag);
        self.touch_draft();
    }

    /// Shows a screen from its beginning.
    fn show(&mut self, screen: Screen, marked: Option<usize>) {
        self.screen = screen;
        self.view = widget::View { marked, scroll: 0, follow: marked.is_some() };
    }
}
