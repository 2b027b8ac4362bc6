//! Everything that a person sets of a workshop, in one list: of a new one, or of one that is there.

use std::sync::Arc;

use super::App;
use super::overlay::{Overlay, PromptFor};
use super::pin::PinFor;
use super::saving::Errand;
use crate::interview::WorkshopId;
use crate::questionnaire::{Hash, Questionnaire};
use crate::store::{About, Change, Order, Workshop};
use crate::text::{Clean, Language};
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Tone};
use crate::tui::{Action, Rounds};
use crate::workshop::Minimum;

/// The longest a name or place may be, in characters.
const LONGEST: usize = 120;
/// The most people that a picture may have to wait for.
const MOST: u32 = 1_000;

/// What is being set.
#[derive(Debug)]
pub(in crate::tui) struct Details {
    /// The workshop; nothing where it is not made yet.
    id: Option<WorkshopId>,
    about: About,
    /// As it is on the disk.
    kept: About,
    /// What there is to choose from.
    questionnaires: Vec<Arc<Questionnaire>>,
    others: Vec<Workshop>,
    /// Somebody has answered in it.
    answered: bool,
    /// The PIN opens the store too, and is chosen where the answering screen is begun.
    protected: bool,
}

/// One of the things that can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Detail {
    Name,
    Place,
    Date,
    Facilitator,
    Second,
    Questionnaire,
    Languages,
    Minimum,
    OwnProfile,
    KeepUntil,
    Pin,
    /// Makes the workshop.
    Make,
}

const ALL: [Detail; 12] = [
    Detail::Name,
    Detail::Place,
    Detail::Date,
    Detail::Facilitator,
    Detail::Second,
    Detail::Questionnaire,
    Detail::Languages,
    Detail::Minimum,
    Detail::OwnProfile,
    Detail::KeepUntil,
    Detail::Pin,
    Detail::Make,
];

impl Details {
    fn lines(&self) -> Vec<Detail> {
        let has = |line: &Detail| match line {
            Detail::Make => self.id.is_none(),
            Detail::Pin => !self.protected,
            _ => true,
        };
        ALL.into_iter().filter(has).collect()
    }

    fn questionnaire(&self) -> Option<&Arc<Questionnaire>> {
        self.questionnaires.iter().find(|one| one.hash().0 == self.about.questionnaire)
    }

    /// The workshops that this one may follow.
    fn rounds_before(&self) -> Vec<&Workshop> {
        let fits = |other: &&Workshop| {
            Some(other.id) != self.id && (!self.answered || other.about.questionnaire == self.about.questionnaire)
        };
        self.others.iter().filter(fits).collect()
    }

    fn first_round(&self) -> Option<&Workshop> {
        self.others.iter().find(|other| Some(other.id) == self.about.second_of)
    }

    fn ask(&mut self, questionnaire: &Questionnaire) {
        self.about.questionnaire = questionnaire.hash().0;
        self.about.languages = questionnaire.languages().iter().map(ToString::to_string).collect();
    }

    /// The next questionnaire; another than the first round's makes it no second round.
    fn next_questionnaire(&mut self) {
        let here = self.questionnaires.iter().position(|one| one.hash().0 == self.about.questionnaire);
        let next = here.map_or(0, |here| here + 1) % self.questionnaires.len().max(1);
        if let Some(questionnaire) = self.questionnaires.get(next).cloned() {
            self.ask(&questionnaire);
            self.about.second_of = None;
        }
    }

    /// The next workshop that it may be the second round of, with its questionnaire; after the last none.
    fn next_first_round(&mut self) {
        let others = self.rounds_before();
        let here = others.iter().position(|other| Some(other.id) == self.about.second_of);
        let next = others.get(here.map_or(0, |here| here + 1)).map(|other| (other.id, other.about.clone()));
        self.about.second_of = next.as_ref().map(|(id, _)| *id);
        if let Some((_, first)) = next.filter(|(_, first)| first.questionnaire != self.about.questionnaire) {
            self.about.questionnaire = first.questionnaire;
            self.about.languages = first.languages;
        }
    }

    /// All languages, then each alone.
    fn next_languages(&mut self) {
        let Some(questionnaire) = self.questionnaire() else { return };
        let all: Vec<String> = questionnaire.languages().iter().map(ToString::to_string).collect();
        let sets: Vec<Vec<String>> = std::iter::once(all.clone()).chain(all.into_iter().map(|one| vec![one])).collect();
        let here = sets.iter().position(|set| *set == self.about.languages);
        if let Some(next) = sets.get(here.map_or(0, |here| here + 1) % sets.len()) {
            self.about.languages.clone_from(next);
        }
    }

    /// Takes what was typed; false where it does not fit.
    fn take(&mut self, detail: Detail, text: &str) -> bool {
        let text: String = Clean::strip(text).trim().chars().take(LONGEST).collect();
        let is_date = text.is_empty() || text.parse::<jiff::civil::Date>().is_ok();
        match detail {
            Detail::Name => {
                let same = |other: &Workshop| other.about.name.to_lowercase() == text.to_lowercase();
                let taken = self.others.iter().any(|other| Some(other.id) != self.id && same(other));
                if text.is_empty() || taken {
                    return false;
                }
                self.about.name = text;
            }
            Detail::Place => self.about.place = text,
            Detail::Facilitator => self.about.facilitator = text,
            Detail::Date if is_date => self.about.date = text,
            Detail::KeepUntil if is_date => self.about.keep_until = text,
            Detail::Minimum => {
                let fewest = u32::try_from(Minimum::FEWEST).unwrap_or(u32::MAX);
                let Some(minimum) = text.parse().ok().filter(|people| (fewest..=MOST).contains(people)) else {
                    return false;
                };
                self.about.minimum = minimum;
            }
            _ => return false,
        }
        true
    }

    fn typed(&self, detail: Detail) -> String {
        match detail {
            Detail::Name => self.about.name.clone(),
            Detail::Place => self.about.place.clone(),
            Detail::Facilitator => self.about.facilitator.clone(),
            Detail::Date => self.about.date.clone(),
            Detail::KeepUntil => self.about.keep_until.clone(),
            Detail::Minimum => self.about.minimum.to_string(),
            _ => String::new(),
        }
    }
}

impl App {
    /// A new workshop, today, with the core questionnaire: first its name is asked for.
    pub(super) fn new_details(&mut self, others: Vec<Workshop>) {
        let core = Arc::clone(&self.boot.core);
        let date = (self.boot.local)(self.now.at.unix_ms).date().to_string();
        let minimum = u32::try_from(Minimum::FEWEST).unwrap_or(u32::MAX);
        let about = About { date, ..About::new(String::new(), &core, minimum) };
        let (questionnaires, protected) = (self.questionnaires_with(&core), self.shelf.protected);
        let details =
            Details { id: None, kept: about.clone(), about, questionnaires, others, answered: false, protected };
        let last = details.lines().len() - 1;
        self.show(Screen::Details(Box::new(details)), Some(last));
        self.overlay = Some(Overlay::prompt(PromptFor::Detail(Detail::Name), Prompt::default()));
    }

    /// What is set of a workshop that is there.
    pub(super) fn show_details(&mut self, rounds: Rounds) {
        let about = rounds.workshop.about;
        let details = Details {
            id: Some(rounds.workshop.id),
            kept: about.clone(),
            about,
            questionnaires: self.questionnaires_with(&rounds.questionnaire),
            others: self.shelf.workshops.clone(),
            answered: !rounds.now.is_empty(),
            protected: self.shelf.protected,
        };
        self.show(Screen::Details(Box::new(details)), Some(0));
    }

    fn questionnaires_with(&self, one: &Arc<Questionnaire>) -> Vec<Arc<Questionnaire>> {
        let mut all = self.boot.library.read();
        if !all.iter().any(|other| other.hash() == one.hash()) {
            all.insert(0, Arc::clone(one));
        }
        all
    }

    pub(super) fn on_details(&mut self, action: Action) {
        let Screen::Details(details) = &mut self.screen else { return };
        let lines = details.lines();
        let Some(line) = self.view.marked.and_then(|at| lines.get(at)).copied() else { return };
        match (action, line) {
            (Action::Back | Action::Leave, _) => return self.leave_details(),
            (Action::Confirm, Detail::Questionnaire) if details.answered => {
                self.told = Some(self.t().workshop.questionnaire_stays.to_string());
                return;
            }
            (Action::Confirm, Detail::Questionnaire) => details.next_questionnaire(),
            (Action::Confirm, Detail::Second) => details.next_first_round(),
            (Action::Confirm, Detail::Languages) => details.next_languages(),
            (Action::Confirm, Detail::OwnProfile) => details.about.own_profile = !details.about.own_profile,
            (Action::Confirm, Detail::Pin) => return self.open_pin(PinFor::Choose),
            (Action::Confirm, Detail::Make) => return self.make_workshop(),
            (Action::Confirm, typed) => {
                let prompt = Prompt::new(&details.typed(typed));
                self.overlay = Some(Overlay::prompt(PromptFor::Detail(typed), prompt));
                return;
            }
            (other, _) => return self.move_mark(other, lines.len()),
        }
        self.keep_details();
    }

    /// Takes what was typed; false where it does not fit.
    pub(super) fn take_detail(&mut self, detail: Detail, text: &str) -> bool {
        let Screen::Details(details) = &mut self.screen else { return true };
        let taken = details.take(detail, text);
        if taken {
            self.keep_details();
        }
        taken
    }

    /// Takes what a PIN will be checked against.
    pub(super) fn take_pin_of_details(&mut self, sealed: String) {
        let Screen::Details(details) = &mut self.screen else { return };
        details.about.pin.clone_from(&sealed);
        if let Some(workshop) = details.id {
            self.order(Errand::Details, Order::ChangeWorkshop { workshop, change: Change::Pin(sealed) });
        }
    }

    /// Keeps what was set of a workshop that is there.
    fn keep_details(&mut self) {
        let Screen::Details(details) = &self.screen else { return };
        let Some(id) = details.id.filter(|_| details.about != details.kept) else { return };
        let about = details.about.clone();
        let another = details.about.questionnaire != details.kept.questionnaire;
        let order = match details.questionnaire().filter(|_| another).cloned() {
            // Nobody has answered in it; the store may not know the questionnaire yet.
            Some(new) => Order::KeepWorkshop { workshop: Box::new(Workshop { id, about }), questionnaire: Some(new) },
            None => Order::ChangeWorkshop { workshop: id, change: Change::Details(Box::new(about)) },
        };
        self.order(Errand::Details, order);
    }

    /// What was set is on the disk, or is not and stays as it was.
    pub(super) fn details_kept(&mut self, kept: bool) {
        let saved = self.t().settings.saved.to_string();
        let Screen::Details(details) = &mut self.screen else { return };
        if !kept {
            details.about = details.kept.clone();
            return;
        }
        details.kept = details.about.clone();
        self.told = Some(saved);
    }

    fn make_workshop(&mut self) {
        let Screen::Details(details) = &self.screen else { return };
        if details.about.name.is_empty() {
            self.overlay = Some(Overlay::prompt(PromptFor::Detail(Detail::Name), Prompt::default()));
            return;
        }
        let workshop = Workshop { id: WorkshopId((self.boot.new_id)().0), about: details.about.clone() };
        let questionnaire = details.questionnaire().cloned();
        let order = Order::KeepWorkshop { workshop: Box::new(workshop.clone()), questionnaire };
        self.order(Errand::Made(Box::new(workshop)), order);
    }

    /// The new workshop is on the disk.
    pub(super) fn workshop_made(&mut self, workshop: Workshop) {
        let Screen::Details(details) = &mut self.screen else { return };
        let mut all = std::mem::take(&mut details.others);
        all.insert(0, workshop.clone());
        self.show_workshop(workshop, all);
    }

    fn leave_details(&mut self) {
        let Screen::Details(details) = &mut self.screen else { return };
        let others = std::mem::take(&mut details.others);
        match details.id {
            Some(id) => {
                let workshop = Workshop { id, about: details.kept.clone() };
                self.show_workshop(workshop, others);
            }
            None => self.open_workshops(),
        }
    }

    pub(super) fn details(&self, page: &mut Page<'_>, details: &Details) {
        let words = &self.t().workshop;
        let unnamed = details.about.name.is_empty();
        page.heading = if unnamed { words.new.to_string() } else { details.about.name.clone() };
        for line in details.lines() {
            let value = self.detail_value(details, line);
            page.column.numbered(match self.detail_name(line) {
                Some(name) => format!("{name}: {value}"),
                None => words.make.to_string(),
            });
        }
        let marked = self.view.marked.and_then(|at| details.lines().get(at).copied());
        if let Some(why) = marked.and_then(|line| self.detail_why(line)) {
            page.column.gap().text(Tone::Quiet, why);
        }
    }

    fn detail_name(&self, line: Detail) -> Option<String> {
        let words = &self.t().workshop;
        Some(match line {
            Detail::Name => words.row_name.to_string(),
            Detail::Place => words.column_place.to_string(),
            Detail::Date => words.column_date.to_string(),
            Detail::Facilitator => words.row_facilitator.to_string(),
            Detail::Second => words.row_second.to_string(),
            Detail::Questionnaire => words.row_questionnaire.to_string(),
            Detail::Languages => words.row_languages.to_string(),
            Detail::Minimum => words.row_minimum.to_string(),
            Detail::OwnProfile => words.row_profile.to_string(),
            Detail::KeepUntil => words.row_keep.to_string(),
            Detail::Pin => self.t().kiosk.pin_row.to_string(),
            Detail::Make => return None,
        })
    }

    fn detail_why(&self, line: Detail) -> Option<String> {
        let words = &self.t().workshop;
        Some(match line {
            Detail::Second => words.why_second.to_string(),
            Detail::Minimum => words.why_minimum.to_string(),
            Detail::OwnProfile => words.why_profile.to_string(),
            Detail::KeepUntil => words.why_keep.to_string(),
            Detail::Pin => self.t().kiosk.pin_why.to_string(),
            _ => return None,
        })
    }

    fn detail_value(&self, details: &Details, line: Detail) -> String {
        let (words, about) = (&self.t().workshop, &details.about);
        let or = |text: String, empty: &crate::text::Phrase| if text.is_empty() { empty.to_string() } else { text };
        match line {
            Detail::Name => or(about.name.clone(), &words.unset),
            Detail::Place => or(about.place.clone(), &words.unset),
            Detail::Date => or(self.day(&about.date), &words.unset),
            Detail::Facilitator => or(about.facilitator.clone(), &words.unset),
            Detail::KeepUntil => or(self.day(&about.keep_until), &words.unset),
            Detail::Second => details.first_round().map_or(words.none_before.to_string(), |one| one.about.name.clone()),
            Detail::Questionnaire => match details.questionnaire() {
                Some(one) => {
                    let title = one.title().get(&self.tag(one)).to_string();
                    format!("{title} ({} {})", one.key(), one.version().as_str())
                }
                // The first round's, of a version that is no longer at hand.
                None => Hash(about.questionnaire).to_string().chars().take(8).collect(),
            },
            Detail::Languages => {
                let name = |tag: &String| Language::by_tag(tag).map_or(tag.clone(), |one| one.name().to_owned());
                about.languages.iter().map(name).collect::<Vec<_>>().join(", ")
            }
            Detail::Minimum => about.minimum.to_string(),
            Detail::OwnProfile if about.own_profile => words.yes.to_string(),
            Detail::OwnProfile => words.no.to_string(),
            Detail::Pin if about.pin.is_empty() => self.t().kiosk.pin_later.to_string(),
            Detail::Pin => self.t().kiosk.pin_chosen.to_string(),
            Detail::Make => String::new(),
        }
    }

    /// What is asked where a detail is typed, and what is said where it does not fit.
    pub(super) fn detail_prompt(&self, detail: Detail) -> (String, &crate::text::Phrase) {
        let words = &self.t().workshop;
        match detail {
            Detail::Place => (words.place.to_string(), &words.name_refused),
            Detail::Facilitator => (words.facilitator.to_string(), &words.name_refused),
            Detail::Date => (words.date.to_string(), &words.date_refused),
            Detail::KeepUntil => (words.keep_until.to_string(), &words.date_refused),
            Detail::Minimum => (words.minimum.to_string(), &words.minimum_refused),
            _ => (words.name.to_string(), &words.name_refused),
        }
    }
}
