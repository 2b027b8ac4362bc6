use std::collections::BTreeMap;
use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::interview::{Draft, Interview, Offer, Place, Response, Side};
use crate::questionnaire::{Answer, AnswerFault, Item, ItemIndex, Kind};
use crate::store::StoreError;
use crate::text::Tag;
use crate::tui::prompt::Prompt;
use crate::tui::widget::View;

/// An interview being answered, and what of it is on the screen but not yet answered.
#[derive(Debug)]
pub(in crate::tui) struct Session {
    pub(in crate::tui) interview: Interview,
    pub(in crate::tui) place: Place,
    pub(in crate::tui) view: View,
    pub(in crate::tui) typed: Prompt,
    /// What was picked where several can be, in the order picked.
    pub(in crate::tui) picked: Vec<Offer>,
    /// The side that was chosen in the first of two steps.
    pub(in crate::tui) side: Option<Side>,
    /// What was said to a choice that asks for more.
    pub(in crate::tui) said: Option<String>,
    /// The sign before the decimals of a number.
    pub(in crate::tui) point: char,
    /// What was typed into other items and could not be taken.
    half_typed: BTreeMap<ItemIndex, String>,
    pub(in crate::tui) rejected: Option<AnswerFault>,
    /// When the item came on the screen.
    pub(in crate::tui) arrived: Duration,
    /// Whether anything was done on it but going on.
    pub(in crate::tui) touched: bool,
    /// The key that brought it on the screen.
    pub(in crate::tui) brought_by: Option<KeyEvent>,
    /// The item that was answered just before.
    pub(in crate::tui) given_last: Option<ItemIndex>,
    pub(in crate::tui) saving: Saving,
}

/// How far the interview is on the disk.
#[derive(Debug, Default)]
pub(in crate::tui) struct Saving {
    /// Events that are on the disk.
    pub(in crate::tui) stored: usize,
    /// Events that were handed to the store.
    pub(in crate::tui) sent: usize,
    /// The store knows the interview.
    pub(in crate::tui) begun: bool,
    /// The finished interview is packed on the disk.
    pub(in crate::tui) packed: bool,
    /// Why it could not be saved.
    pub(in crate::tui) fault: Option<StoreError>,
    /// When to try again.
    pub(in crate::tui) retry: Option<Duration>,
    /// When what is being typed goes to the disk.
    pub(in crate::tui) draft: Option<Duration>,
}

impl Saving {
    pub(in crate::tui) fn due(&self) -> Option<Duration> {
        [self.retry, self.draft].into_iter().flatten().min()
    }
}

impl Session {
    pub(super) fn new(interview: Interview, place: Place, now: Duration, point: char) -> Self {
        let mut session = Self {
            interview,
            place,
            view: View::default(),
            typed: Prompt::default(),
            picked: Vec::new(),
            side: None,
            said: None,
            point,
            half_typed: BTreeMap::new(),
            rejected: None,
            arrived: now,
            touched: false,
            brought_by: None,
            given_last: None,
            saving: Saving::default(),
        };
        session.arrive(place, now, None);
        session
    }

    /// Whether everything of it is on the disk.
    pub(in crate::tui) fn is_safe(&self) -> bool {
        let saving = &self.saving;
        let stored = saving.fault.is_none() && saving.stored == self.interview.events().len();
        stored && (saving.packed || !self.interview.finished())
    }

    /// The item on the screen.
    pub(in crate::tui) fn item(&self) -> Option<ItemIndex> {
        self.place.item()
    }

    /// The item on the screen, with its words.
    pub(in crate::tui) fn asked(&self) -> Option<&Item> {
        self.interview.questionnaire().item(self.item()?)
    }

    /// Whether the item on the screen is answered by typing.
    pub(in crate::tui) fn typing(&self) -> bool {
        self.asked().is_some_and(|item| item.kind.is_typed())
    }

    /// Whether several choices of the item on the screen can be picked.
    pub(in crate::tui) fn several(&self) -> bool {
        self.item().is_some_and(|index| self.interview.takes_several(index))
    }

    /// Whether the choices of the item on the screen are picked by letters.
    pub(in crate::tui) fn lettered(&self) -> bool {
        self.asked().and_then(|item| item.kind.list()).is_some_and(|list| list.letters)
    }

    /// Comes to a place, and shows what was answered there.
    pub(super) fn arrive(&mut self, place: Place, now: Duration, brought_by: Option<KeyEvent>) {
        self.keep_half_typed();
        self.place = place;
        self.arrived = now;
        self.touched = false;
        self.brought_by = brought_by;
        self.rejected = None;
        self.typed = Prompt::default();
        self.picked.clear();
        self.side = None;
        self.said = None;
        self.view = View::default();
        let Place::Item(index) = place else {
            self.view = View::at(0);
            return;
        };
        let default = || self.asked().and_then(|item| item.default.clone()).map(Response::Given);
        let response = self.interview.response(index).cloned().or_else(default);
        if let Some(half) = self.half_typed.remove(&index) {
            self.typed = Prompt::new(&half);
        } else if let Some(response) = response {
            self.set_marked(&response);
        }
    }

    fn keep_half_typed(&mut self) {
        if let (Place::Item(index), true, None) = (self.place, self.typing(), self.view.marked) {
            let answered = matches!(self.interview.response(index), Some(Response::Given(_)));
            if !self.typed.text().is_empty() && (self.rejected.is_some() || !answered) {
                self.half_typed.insert(index, self.typed.text().to_owned());
            }
        }
    }

    /// Marks what a response says.
    pub(super) fn set_marked(&mut self, response: &Response) {
        self.picked.clear();
        match response {
            Response::Given(answer) => self.set_answer(answer),
            Response::DontKnow => self.set_offer(Offer::DontKnow),
            Response::Declined => self.set_offer(Offer::Decline),
            Response::NotApplicable | Response::Skipped => {}
        }
    }

    fn set_answer(&mut self, answer: &Answer) {
        match answer {
            Answer::Choice(pick) => self.set_offer(Offer::Pick(*pick)),
            Answer::Other(pick, said) => {
                self.said = Some(said.clone());
                self.set_offer(Offer::Pick(*pick));
            }
            Answer::Number(steps) => {
                let decimals = match self.asked().map(|item| &item.kind) {
                    Some(Kind::Number(number)) => number.decimals,
                    _ => 0,
                };
                self.typed = Prompt::new(&crate::questionnaire::written_steps(*steps, decimals, self.point));
            }
            Answer::Date(day) => {
                let date = day.civil();
                self.typed = Prompt::new(&format!("{}-{}-{}", date.day(), date.month(), date.year()));
            }
            Answer::Text(text) => self.typed = Prompt::new(text),
            Answer::Choices(picks) => {
                self.picked = picks.picks.iter().copied().map(Offer::Pick).collect();
                self.said.clone_from(&picks.other);
                self.view.mark(0);
            }
            Answer::Ranking(ranks) => {
                self.picked = ranks.iter().copied().map(Offer::Pick).collect();
                self.view.mark(0);
            }
        }
    }

    fn set_offer(&mut self, offer: Offer) {
        if let Offer::Pick(pick) = offer {
            self.side = self.item().and_then(|index| self.interview.side_of(index, pick));
        }
        if self.several() {
            self.picked = vec![offer];
        }
        if let Some(place) = self.offers().iter().position(|other| *other == offer) {
            self.view.mark(place);
        }
    }

    /// What is marked, as a response; a line being typed is none.
    pub(super) fn marked(&self) -> Option<Response> {
        let index = self.item()?;
        if self.several() {
            return self.interview.chosen(index, &self.picked, self.said.as_deref());
        }
        let offer = self.offers().get(self.view.marked?).copied()?;
        self.interview.chosen(index, &[offer], self.said.as_deref())
    }

    /// What is marked or typed, as a response; none where nothing is asked.
    pub(super) fn on_screen(&self) -> Result<Option<Response>, AnswerFault> {
        match (self.marked(), self.asked().map(|item| &item.kind)) {
            (_, Some(Kind::Note) | None) => Ok(None),
            (Some(marked), _) => Ok(Some(marked)),
            (None, Some(kind)) => kind.parse(self.typed.text()).map(|answer| Some(Response::Given(answer))),
        }
    }

    /// Whether the item was never responded to and its default stands on the screen.
    pub(super) fn stands_at_default(&self) -> bool {
        let default = self.asked().and_then(|item| item.default.clone()).map(Response::Given);
        let unasked = self.item().is_some_and(|index| self.interview.response(index).is_none());
        unasked && default.is_some() && self.on_screen() == Ok(default)
    }

    /// What was said belongs to the choice it was said to.
    pub(super) fn forget_what_was_said(&mut self) {
        if !self.several() {
            self.said = None;
        }
    }

    /// What is on the screen and not yet answered.
    pub(super) fn draft(&self, language: Tag, note: Option<String>) -> Draft {
        Draft { place: self.item(), marked: self.marked(), typed: self.typed.text().to_owned(), note, language }
    }

    /// Puts back what was on the screen when the program ended.
    pub(super) fn restore(&mut self, draft: &Draft) {
        if let Some(response) = &draft.marked {
            self.set_marked(response);
        }
        if !draft.typed.is_empty() {
            self.typed = Prompt::new(&draft.typed);
            if draft.marked.is_none() && self.typing() {
                self.view = View::default();
            }
        }
    }

    /// Milliseconds for which the item has been on the screen.
    pub(super) fn shown_ms(&self, now: Duration) -> u32 {
        u32::try_from(now.saturating_sub(self.arrived).as_millis()).unwrap_or(u32::MAX)
    }
}
