use std::sync::Arc;
use std::time::Duration;

use super::lines::{PROMPT, lines};
use super::saving::Saving;
use super::words::{Command, List, Meaning};
use super::{Boot, Effect, Ending, Event, Now};
use crate::interview::{Draft, Interview, InterviewId, Moment, Offer, Place, Response, Side};
use crate::questionnaire::{ItemIndex, Questionnaire};
use crate::store::Summary;
use crate::text::{Catalogue, CatalogueError, LANGUAGES, Language, Tag};

/// What the next line is for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum At {
    /// The store has not yet said that it is there.
    Opening,
    /// It is not there: what now?
    NoStore,
    /// Go on with one of these?
    Unfinished(Vec<Summary>),
    /// The store fetches the one that goes on.
    Fetching,
    Language,
    Consent(InterviewId),
    /// The store counts that someone said no.
    Refusing,
    Item(ItemIndex),
    /// Leave it unanswered?
    LeaveEmpty(ItemIndex),
    /// More is said to what was chosen.
    Other(ItemIndex),
    /// A note is written; `half` was written before the program ended.
    Note {
        item: ItemIndex,
        half: Option<String>,
    },
    Overview(Place),
    Review,
    /// In what form is the profile saved?
    SaveAs,
    Ended,
}

/// What the respondent has heard already and need not hear again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    pub(super) section: Option<usize>,
    pub(super) batch: Option<usize>,
}

/// What of the item is chosen and not yet answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Step {
    /// The side that was chosen in the first of two steps.
    pub(super) side: Option<Side>,
    /// What was chosen, while more is said to it.
    pub(super) chosen: Vec<Offer>,
    /// The response that Enter alone gives: it was marked when the program ended.
    pub(super) suggested: Option<Response>,
    /// It has not been told yet.
    pub(super) is_new: bool,
}

/// An interview line by line: what is said, and what is done, at each line and each word of the store. Nothing here
/// touches disk, clock or terminal.
#[derive(Debug)]
pub struct Talk {
    pub(super) boot: Boot,
    pub(super) catalogues: Vec<Catalogue>,
    language: Language,
    content: Option<Tag>,
    pub(super) at: At,
    pub(super) interview: Option<Interview>,
    pub(super) step: Step,
    pub(super) heard: Heard,
    pub(super) saving: Saving,
    pub(super) given_last: Option<ItemIndex>,
    pub(super) arrived: Duration,
    pub(super) now: Now,
    out: String,
    pub(super) effects: Vec<Effect>,
}

/// What a line chose from a menu.
pub(super) enum Chosen {
    Line(usize),
    Back,
    /// Neither; the person was told.
    Nothing,
}

impl Talk {
    /// An interview before its first line.
    ///
    /// # Errors
    /// [`CatalogueError`] where a sentence of the interface is missing.
    pub fn new(boot: Boot, now: Now) -> Result<Self, CatalogueError> {
        let catalogues = LANGUAGES.into_iter().map(Catalogue::of).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            catalogues,
            language: boot.language,
            content: None,
            at: At::Opening,
            interview: None,
            step: Step::default(),
            heard: Heard::default(),
            saving: Saving::default(),
            given_last: None,
            arrived: now.elapsed,
            now,
            out: String::new(),
            effects: Vec::new(),
            boot,
        })
    }

    /// Takes an event; what is to be done outside follows from it.
    #[must_use = "effects are to be carried out"]
    pub fn update(&mut self, event: Event, now: Now) -> Vec<Effect> {
        self.now = now;
        match event {
            Event::Line(line) => self.on_line(line.trim()),
            Event::LineTooLong => self.say_phrase(|t| &t.plain.too_long_line),
            Event::LineNotText => self.say_phrase(|t| &t.plain.not_text),
            Event::EndOfInput => self.leave(),
            Event::Store(word) => self.on_word(*word),
            Event::Speech(fault) => self.say(&fault.words(self.t())),
            Event::ProfileSaved(outcome) => self.profile_saved(outcome),
            Event::Tick => self.do_what_is_due(),
            Event::Stop => self.stop(),
        }
        self.hand_over()
    }

    /// Whether a line is awaited; no line is read before.
    #[must_use]
    pub fn takes_lines(&self) -> bool {
        !matches!(self.at, At::Opening | At::Fetching | At::Refusing | At::Ended) && !self.saving.waits()
    }

    /// When the next tick is due, on the monotonic clock.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        self.saving.retry
    }

    fn hand_over(&mut self) -> Vec<Effect> {
        let mut effects = std::mem::take(&mut self.effects);
        if !self.out.is_empty() {
            let mut out = std::mem::take(&mut self.out);
            if self.boot.aloud {
                effects.insert(0, Effect::Speak(out.clone(), self.tag()));
            }
            if self.takes_lines() {
                out.push_str(PROMPT);
            }
            effects.insert(0, Effect::Say(out));
        }
        effects
    }

    fn on_line(&mut self, line: &str) {
        if self.saving.fault.is_some() {
            return self.on_line_unsaved(line);
        }
        match self.at.clone() {
            At::Opening | At::Fetching | At::Refusing | At::Ended => {}
            At::NoStore => self.on_no_store(line),
            At::Unfinished(list) => self.on_unfinished(line, &list),
            At::Language => self.on_language(line),
            At::Consent(id) => self.on_consent(line, id),
            At::Item(index) => self.on_item(line, index),
            At::LeaveEmpty(index) => self.on_leave_empty(line, index),
            At::Other(index) => self.on_other(line, index),
            At::Note { item, half } => self.on_note(line, item, half),
            At::Overview(from) => self.on_overview(line, from),
            At::Review => self.on_review(line),
            At::SaveAs => self.on_save_as(line),
        }
    }

    /// What a line chooses from a menu, told in each language.
    pub(super) fn choose(&mut self, line: &str, menu: &[Vec<String>]) -> Chosen {
        if line.is_empty() {
            self.ask();
            return Chosen::Nothing;
        }
        match List::menu(menu).meaning(line, &self.catalogues) {
            Meaning::Line(place) => return Chosen::Line(place),
            Meaning::Command(Command::Back) => return Chosen::Back,
            Meaning::Command(command) if self.obey_anywhere(command) => {}
            Meaning::Ambiguous(places, command) => {
                let words = |place: &usize| menu.first().and_then(|lines| lines.get(*place)).cloned();
                let words: Vec<(usize, String)> =
                    places.iter().filter_map(|place| Some((*place, words(place)?))).collect();
                self.tell_ambiguous(line, &words, command);
            }
            Meaning::Command(_) | Meaning::Unknown => self.tell_unknown(line, menu.first().map_or(0, Vec::len)),
        }
        Chosen::Nothing
    }

    /// Does what means the same everywhere; true where it was that.
    pub(super) fn obey_anywhere(&mut self, command: Command) -> bool {
        match command {
            Command::Help => self.help(),
            Command::Language => self.switch_language(),
            Command::Quit => self.leave(),
            Command::Repeat => self.repeat(),
            _ => return false,
        }
        true
    }

    /// Tells again, in full, what was asked.
    pub(super) fn repeat(&mut self) {
        self.heard = Heard::default();
        self.ask();
    }

    /// Says a text.
    pub(super) fn say(&mut self, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&lines(text, self.boot.columns, self.boot.glyphs));
        }
    }

    /// Says lines that were laid out before.
    pub(super) fn say_lines(&mut self, text: &str) {
        self.out.push_str(text);
    }

    pub(super) fn say_phrase(&mut self, phrase: fn(&Catalogue) -> &crate::text::Phrase) {
        let text = phrase(self.t()).to_string();
        self.say(&text);
    }

    pub(super) fn end(&mut self, ending: Ending) {
        self.at = At::Ended;
        self.effects.push(Effect::End(ending));
    }

    pub(super) fn t(&self) -> &Catalogue {
        let here = LANGUAGES.iter().position(|language| *language == self.language).unwrap_or_default();
        &self.catalogues[here]
    }

    /// The questionnaire that is answered.
    pub(super) fn questionnaire(&self) -> &Arc<Questionnaire> {
        self.interview.as_ref().map_or(&self.boot.questionnaire, |interview| interview.questionnaire())
    }

    /// The language in which the questionnaire's texts are told: the one chosen, or its first.
    pub(super) fn tag(&self) -> Tag {
        let languages = self.questionnaire().languages();
        let chosen = self.content.as_ref().filter(|tag| languages.contains(tag));
        let interface = || languages.iter().find(|tag| tag.as_str() == self.language.tag());
        let first = self.questionnaire().title().first_language();
        chosen.or_else(interface).or(languages.first()).unwrap_or(first).clone()
    }

    /// Speaks this language from now on, as far as it is spoken.
    pub(super) fn speak(&mut self, tag: &str) {
        if let Some(language) = Language::by_tag(tag) {
            self.language = language;
        }
        self.content = Tag::new(tag);
    }

    /// The questionnaire's next language, or where it has but one, the interface's.
    fn switch_language(&mut self) {
        let mut tags: Vec<String> = self.questionnaire().languages().iter().map(ToString::to_string).collect();
        let ours = LANGUAGES.into_iter().map(|language| language.tag().to_owned());
        let others: Vec<String> = ours.filter(|tag| !tags.contains(tag)).collect();
        tags.extend(others);
        let here = self.content.as_ref().map_or_else(|| self.tag().to_string(), ToString::to_string);
        let next = tags.iter().position(|tag| *tag == here).map_or(0, |place| place + 1) % tags.len();
        let tag = tags[next].clone();
        self.speak(&tag);
        self.repeat();
    }

    pub(super) fn moment(&self) -> Moment {
        let shown = self.now.elapsed.saturating_sub(self.arrived).as_millis();
        Moment { at: self.now.at, shown_ms: u32::try_from(shown).unwrap_or(u32::MAX), language: self.tag() }
    }

    /// Where the respondent is, and what was begun there.
    pub(super) fn draft(&self) -> Draft {
        let (place, note) = match &self.at {
            At::Item(index) | At::LeaveEmpty(index) | At::Other(index) => (Some(*index), None),
            At::Note { item, half } => (Some(*item), half.clone()),
            At::Overview(from) => (from.item(), None),
            _ => (None, None),
        };
        let chosen = place.zip(self.interview.as_ref()).and_then(|(index, interview)| {
            interview.chosen(index, &self.step.chosen, None).or_else(|| self.step.suggested.clone())
        });
        Draft { place, marked: chosen, typed: String::new(), note, language: self.tag() }
    }
}
