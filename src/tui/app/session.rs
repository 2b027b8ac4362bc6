use std::collections::BTreeMap;
use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::interview::{Draft, Interview, Response};
use crate::questionnaire::{Answer, ItemIndex, Kind, Pick};
use crate::store::StoreError;
use crate::text::Tag;
use crate::tui::prompt::Prompt;
use crate::tui::widget::View;

/// Where in an interview the respondent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Place {
    Item(ItemIndex),
    Review,
}

/// An interview being answered, and what of it is on the screen but not yet answered.
#[derive(Debug)]
pub(in crate::tui) struct Session {
    pub(in crate::tui) interview: Interview,
    pub(in crate::tui) place: Place,
    pub(in crate::tui) view: View,
    pub(in crate::tui) typed: Prompt,
    /// What was typed into other items and could not be taken.
    half_typed: BTreeMap<ItemIndex, String>,
    pub(in crate::tui) rejected: Option<crate::questionnaire::AnswerFault>,
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
    pub(super) fn new(interview: Interview, place: Place, now: Duration) -> Self {
        let mut session = Self {
            interview,
            place,
            view: View::default(),
            typed: Prompt::default(),
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

    /// The item on the screen.
    pub(in crate::tui) fn item(&self) -> Option<ItemIndex> {
        match self.place {
            Place::Item(index) => Some(index),
            Place::Review => None,
        }
    }

    /// Whether the item on the screen is answered by typing.
    pub(in crate::tui) fn typing(&self) -> bool {
        self.item()
            .and_then(|index| self.interview.questionnaire().item(index))
            .is_some_and(|item| matches!(item.kind, Kind::Number(_) | Kind::Text(_)))
    }

    /// The choices of the item on the screen, without "don't know" and "prefer not to answer".
    pub(in crate::tui) fn choices(&self) -> usize {
        let questionnaire = self.interview.questionnaire();
        self.item().and_then(|index| questionnaire.item(index)).map_or(0, |item| questionnaire.choices(item).len())
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
        self.view = View::default();
        let Place::Item(index) = place else {
            self.view = View::at(0);
            return;
        };
        let response = self.interview.response(index).cloned();
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
        let choices = self.choices();
        match response {
            Response::Given(Answer::Choice(pick)) => self.view.mark(pick.get()),
            Response::Given(Answer::Number(number)) => self.typed = Prompt::new(&number.to_string()),
            Response::Given(Answer::Text(text)) => self.typed = Prompt::new(text),
            Response::DontKnow => self.view.mark(choices),
            Response::Declined => self.view.mark(choices + 1),
            Response::NotApplicable | Response::Skipped => {}
        }
    }

    /// What is marked, as a response; a line being typed is none.
    pub(super) fn marked(&self) -> Option<Response> {
        let (marked, choices) = (self.view.marked?, self.choices());
        Some(match marked.checked_sub(choices) {
            None => Response::Given(Answer::Choice(Pick(u16::try_from(marked).ok()?))),
            Some(0) => Response::DontKnow,
            Some(_) => Response::Declined,
        })
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
            if draft.marked.is_none() {
                self.view = View::default();
            }
        }
    }

    /// Milliseconds for which the item has been on the screen.
    pub(super) fn shown_ms(&self, now: Duration) -> u32 {
        u32::try_from(now.saturating_sub(self.arrived).as_millis()).unwrap_or(u32::MAX)
    }
}
