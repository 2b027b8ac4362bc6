use std::sync::Arc;

use super::{At, Circumstances, Event, Happening, InterviewId, Mode, Packed, Response, WorkshopId, code, order};
use crate::questionnaire::{Answer, AnswerFault, Item, ItemIndex, Kind, Questionnaire, Text};
use crate::text::{Clean, Tag};

const OTHER: Text = Text { max: 200, long: false };

/// An interview: its history, and the state that follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Interview {
    pub(super) id: InterviewId,
    pub(super) questionnaire: Arc<Questionnaire>,
    events: Vec<Event>,
    pub(super) items: Vec<ItemState>,
    pub(super) order: Vec<ItemIndex>,
    mode: Mode,
    language: Tag,
    pub(super) workshop: Option<WorkshopId>,
    pub(super) finished: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ItemState {
    pub(super) response: Option<Response>,
    /// Whether the answers before it lead to it.
    pub(super) applies: bool,
    /// What became of the response where some of its choices are no longer offered.
    pub(super) standing: Standing,
    language: Option<Tag>,
    note: Option<String>,
}

/// What stands of a recorded response.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Standing {
    /// All of it.
    AsRecorded,
    /// This part of it.
    Part(Response),
    /// Nothing: the item is open again.
    Nothing,
}

impl ItemState {
    const UNTOUCHED: Self =
        Self { response: None, applies: true, standing: Standing::AsRecorded, language: None, note: None };

    /// What counts: an item that is routed away does not apply, whatever was answered.
    fn counts(&self) -> Option<&Response> {
        static ROUTED_AWAY: Response = Response::NotApplicable;
        match &self.standing {
            _ if !self.applies => Some(&ROUTED_AWAY),
            Standing::AsRecorded => self.response.as_ref(),
            Standing::Part(response) => Some(response),
            Standing::Nothing => None,
        }
    }
}

/// When and how something was said.
#[derive(Clone, Debug)]
pub struct Moment {
    /// Time of the wall clock.
    pub at: At,
    /// How long the item was on the screen, in milliseconds of the monotonic clock.
    pub shown_ms: u32,
    /// The language on the screen.
    pub language: Tag,
}

/// Why something was not taken; nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// The answer does not fit the item.
    Answer(AnswerFault),
    /// The questionnaire has no such item.
    NoSuchItem,
    /// The interview is finished.
    Finished,
    /// A note is longer than [`Interview::LONGEST_NOTE`] characters.
    NoteTooLong,
}

/// Why events are no history of an interview with this questionnaire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayFault {
    /// The first event is not the start of an interview.
    NoStart,
    /// An event's number is not the next one.
    Gap {
        /// The number it should have.
        expected: u32,
    },
    /// An event does not fit the questionnaire or the events before it.
    Misfit {
        /// The event's number.
        seq: u32,
    },
}

/// How far an interview is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Items with an answer, a "don't know" or a "prefer not to answer".
    pub answered: usize,
    /// Items that apply and are answered at all.
    pub items: usize,
}

impl Interview {
    /// What may be said to a choice that asks for more.
    pub const OTHER: Text = OTHER;
    /// The most characters a note may have.
    pub const LONGEST_NOTE: usize = 2_000;

    /// A new interview, after the respondent has agreed to the consent text where the questionnaire has one.
    #[must_use]
    pub fn start(
        questionnaire: Arc<Questionnaire>,
        id: InterviewId,
        mode: Mode,
        program: &str,
        moment: &Moment,
    ) -> Self {
        let mut interview = Self::empty(questionnaire, id, mode, moment.language.clone());
        let language = moment.language.clone();
        let program = program.to_owned();
        interview.push(moment.at, Happening::Started { mode, language, program });
        if let Some(consent) = interview.questionnaire.consent() {
            let version = consent.version.to_string();
            interview.push(moment.at, Happening::Consented { version, language: moment.language.clone() });
        }
        interview
    }

    /// The interview that these events tell of.
    ///
    /// # Errors
    /// [`ReplayFault`] where the events are no history of an interview with this questionnaire.
    pub fn replay(questionnaire: Arc<Questionnaire>, id: InterviewId, events: Vec<Event>) -> Result<Self, ReplayFault> {
        let Some(Event { what: Happening::Started { mode, language, .. }, .. }) = events.first() else {
            return Err(ReplayFault::NoStart);
        };
        let mut interview = Self::empty(questionnaire, id, *mode, language.clone());
        for (expected, event) in (0u32..).zip(events) {
            if event.seq != expected {
                return Err(ReplayFault::Gap { expected });
            }
            interview.check(&event.what).map_err(|_| ReplayFault::Misfit { seq: event.seq })?;
            interview.apply(&event.what);
            interview.events.push(event);
        }
        interview.reroute();
        Ok(interview)
    }

    fn empty(questionnaire: Arc<Questionnaire>, id: InterviewId, mode: Mode, language: Tag) -> Self {
        let items = vec![ItemState::UNTOUCHED; questionnaire.items().len()];
        let order = order::of_items(&questionnaire, id);
        let mut empty = Self {
            id,
            questionnaire,
            events: Vec::new(),
            items,
            order,
            mode,
            language,
            workshop: None,
            finished: false,
        };
        empty.reroute();
        empty
    }

    /// How the questions reach the respondent.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Identity.
    #[must_use]
    pub fn id(&self) -> InterviewId {
        self.id
    }

    /// The questionnaire that is answered.
    #[must_use]
    pub fn questionnaire(&self) -> &Arc<Questionnaire> {
        &self.questionnaire
    }

    /// The whole history.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The language of the last thing that was said.
    #[must_use]
    pub fn language(&self) -> &Tag {
        &self.language
    }

    /// Every item in the order of this interview, whether it applies or not.
    #[must_use]
    pub fn order(&self) -> &[ItemIndex] {
        &self.order
    }

    /// The workshop it is held in.
    #[must_use]
    pub fn workshop(&self) -> Option<WorkshopId> {
        self.workshop
    }

    /// Whether the respondent has finished.
    #[must_use]
    pub fn finished(&self) -> bool {
        self.finished
    }

    /// When it began.
    #[must_use]
    pub fn started(&self) -> Option<At> {
        self.events.first().map(|event| event.at)
    }

    /// What counts for an item; nothing where it was not reached. An answer that was routed away is kept in the history
    /// and counts again when the route comes back.
    #[must_use]
    pub fn response(&self, item: ItemIndex) -> Option<&Response> {
        self.items.get(item.get())?.counts()
    }

    /// The language in which an item was responded to.
    #[must_use]
    pub fn language_of(&self, item: ItemIndex) -> Option<&Tag> {
        self.items.get(item.get())?.language.as_ref()
    }

    /// The note to an item.
    #[must_use]
    pub fn note_of(&self, item: ItemIndex) -> Option<&str> {
        self.items.get(item.get())?.note.as_deref()
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let asked = || self.items.iter().zip(self.questionnaire.items()).filter(|(_, item)| item.is_answered());
        let applies = || asked().filter(|(state, _)| state.applies);
        let answered = applies().filter(|(state, _)| !matches!(state.counts(), None | Some(Response::Skipped)));
        Progress { answered: answered.count(), items: applies().count() }
    }

    /// The items, in the order asked, that have neither an answer nor a "don't know" nor a "prefer not to answer", or
    /// an answer that does not hold to one of their checks.
    pub fn open_items(&self) -> impl Iterator<Item = ItemIndex> + '_ {
        self.asked().filter(|index| self.is_open(*index))
    }

    fn is_open(&self, index: ItemIndex) -> bool {
        let answered = self.questionnaire.item(index).is_some_and(Item::is_answered);
        answered
            && match self.response(index) {
                None | Some(Response::Skipped) => true,
                Some(response) => self.failing_check(index, response).is_some(),
            }
    }

    /// The items that have to be looked at before the interview can be finished: those that may not be left unanswered
    /// and are, and those whose answer does not hold to a check.
    pub fn hindrances(&self) -> impl Iterator<Item = ItemIndex> + '_ {
        let required = |index: &ItemIndex| self.questionnaire.item(*index).is_some_and(|item| item.required.is_some());
        self.open_items().filter(move |index| required(index) || self.check_failing(*index).is_some())
    }

    /// The check, by its place, that the answer recorded for an item does not hold to.
    #[must_use]
    pub fn check_failing(&self, item: ItemIndex) -> Option<usize> {
        self.failing_check(item, self.response(item)?)
    }

    /// Records a response; true where it differs from the one recorded before, false where nothing was added.
    ///
    /// # Errors
    /// [`Rejection`] where it does not fit the item, or the interview is finished.
    pub fn respond(&mut self, item: ItemIndex, response: Response, moment: &Moment) -> Result<bool, Rejection> {
        let what =
            Happening::Responded { item, response, language: moment.language.clone(), shown_ms: moment.shown_ms };
        self.check(&what)?;
        let Happening::Responded { response, .. } = &what else { return Ok(false) };
        if self.items.get(item.get()).is_some_and(|state| state.response.as_ref() == Some(response)) {
            return Ok(false);
        }
        self.check_offered(item, response).map_err(Rejection::Answer)?;
        self.push(moment.at, what);
        Ok(true)
    }

    /// Undoes the last response to an item: what stood before it stands again.
    ///
    /// # Errors
    /// [`Rejection`] where there is no such item, or the interview is finished.
    pub fn take_back(&mut self, item: ItemIndex, moment: &Moment) -> Result<(), Rejection> {
        let taken_back = Happening::TakenBack { item, shown_ms: moment.shown_ms };
        self.check(&taken_back)?;
        let mut before = self.events.iter().rev().filter_map(|event| match &event.what {
            Happening::Responded { item: of, response, .. } if *of == item => Some(Some(response.clone())),
            Happening::TakenBack { item: of, .. } if *of == item => Some(None),
            _ => None,
        });
        match before.nth(1).flatten() {
            Some(response) => {
                let language = moment.language.clone();
                let what = Happening::Responded { item, response, language, shown_ms: moment.shown_ms };
                self.push(moment.at, what);
                Ok(())
            }
            None if self.items.get(item.get()).is_some_and(|state| state.response.is_some()) => {
                self.push(moment.at, taken_back);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Writes or changes the note to an item; an empty text takes it away. True where something changed.
    ///
    /// # Errors
    /// [`Rejection`] where there is no such item, the note is too long, or the interview is finished.
    pub fn note(&mut self, item: ItemIndex, text: &str, moment: &Moment) -> Result<bool, Rejection> {
        let text = Clean::strip(text).trim().to_owned();
        if self.note_of(item).unwrap_or_default() == text {
            return Ok(false);
        }
        let what = Happening::Noted { item, text, language: moment.language.clone() };
        self.check(&what)?;
        self.push(moment.at, what);
        Ok(true)
    }

    /// Notes that the interview is taken up again; nothing where it is finished.
    pub fn resume(&mut self, at: At) {
        if !self.finished {
            self.push(at, Happening::Resumed);
        }
    }

    /// Ends the interview; false where it was ended before.
    pub fn finish(&mut self, at: At) -> bool {
        if self.finished {
            return false;
        }
        self.push(at, Happening::Finished);
        true
    }

    pub(super) fn push(&mut self, at: At, what: Happening) {
        self.apply(&what);
        if let Happening::Responded { item, .. } | Happening::TakenBack { item, .. } = &what
            && (self.questionnaire.is_looked_at(*item) || self.offers_vary(*item))
        {
            self.reroute();
        }
        let before = self.events.last().map(|event| event.at.unix_ms);
        let doubtful = at.doubtful || before.is_some_and(|before| at.unix_ms < before);
        let seq = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        self.events.push(Event { seq, at: At { doubtful, ..at }, what });
    }

    fn check(&self, what: &Happening) -> Result<(), Rejection> {
        if self.finished {
            return Err(Rejection::Finished);
        }
        match what {
            Happening::Responded { item, response, .. } => {
                let item = self.questionnaire.item(*item).filter(|item| item.is_answered());
                let item = item.ok_or(Rejection::NoSuchItem)?;
                match response {
                    Response::Given(answer) => self.check_answer(item, answer).map_err(Rejection::Answer),
                    _ => Ok(()),
                }
            }
            Happening::TakenBack { item, .. } => {
                self.questionnaire.item(*item).map(|_| ()).ok_or(Rejection::NoSuchItem)
            }
            Happening::Noted { item, text, .. } => {
                self.questionnaire.item(*item).ok_or(Rejection::NoSuchItem)?;
                if text.chars().count() > Self::LONGEST_NOTE { Err(Rejection::NoteTooLong) } else { Ok(()) }
            }
            Happening::Started { .. }
            | Happening::Consented { .. }
            | Happening::Joined { .. }
            | Happening::Recalled { .. }
            | Happening::Resumed
            | Happening::Finished => Ok(()),
        }
    }

    /// Whether an answer is of its item's kind, whatever else was answered.
    fn check_answer(&self, item: &Item, answer: &Answer) -> Result<(), AnswerFault> {
        let choices = self.questionnaire.choices(item);
        match (&item.kind, answer) {
            (Kind::Scale(_) | Kind::Choice(_) | Kind::YesNo(_) | Kind::Consent(_), Answer::Choice(pick)) => {
                pick.among(choices).map(|_| ())
            }
            (Kind::Choice(list), Answer::Other(pick, said)) => match list.choices.get(pick.get()) {
                Some(choice) if choice.other => check_said(said),
                _ => Err(AnswerFault::NotOffered),
            },
            (Kind::Choices(several), Answer::Choices(picks)) => {
                several.check(picks)?;
                picks.other.as_deref().map_or(Ok(()), check_said)
            }
            (Kind::Number(number), Answer::Number(given)) => number.check(*given).map(|_| ()),
            (Kind::Date(dates), Answer::Date(given)) => dates.check(*given).map(|_| ()),
            (Kind::Text(text), Answer::Text(given)) => match text.parse(given)? {
                clean if clean == *given => Ok(()),
                _ => Err(AnswerFault::NotOffered),
            },
            (Kind::Ranking(ranking), Answer::Ranking(ranks)) => ranking.check(ranks, ranks.len()).map(|_| ()),
            _ => Err(AnswerFault::NotOffered),
        }
    }

    fn apply(&mut self, what: &Happening) {
        match what {
            Happening::Started { language, .. } | Happening::Consented { language, .. } => {
                self.language = language.clone();
            }
            Happening::Responded { item, response, language, .. } => {
                self.language = language.clone();
                if let Some(state) = self.items.get_mut(item.get()) {
                    state.response = Some(response.clone());
                    state.language = Some(language.clone());
                }
            }
            Happening::TakenBack { item, .. } => {
                if let Some(state) = self.items.get_mut(item.get()) {
                    state.response = None;
                    state.language = None;
                }
            }
            Happening::Noted { item, text, language } => {
                self.language = language.clone();
                if let Some(state) = self.items.get_mut(item.get()) {
                    state.note = (!text.is_empty()).then(|| text.clone());
                }
            }
            Happening::Joined { workshop } => self.workshop = Some(*workshop),
            Happening::Recalled { .. } | Happening::Resumed => {}
            Happening::Finished => self.finished = true,
        }
    }

    /// Whether what stands of an item's answer depends on others.
    fn offers_vary(&self, item: ItemIndex) -> bool {
        let list = self.questionnaire.item(item).and_then(|item| item.kind.list());
        list.is_some_and(|list| list.choices.iter().any(|choice| choice.show_if.is_some()))
    }

    /// The answers as one small code an item.
    #[must_use]
    pub fn packed(&self) -> Packed {
        let begun =
            Circumstances { mode: self.mode, language: self.language.clone(), shown_ms: 0, workshop: self.workshop };
        let mut packed = Packed::under(Circumstances::of(&self.events).unwrap_or(begun));
        for state in &self.items {
            let byte = match state.counts() {
                None => code::NOT_ASKED,
                Some(Response::DontKnow) => code::DONT_KNOW,
                Some(Response::Declined) => code::DECLINED,
                Some(Response::NotApplicable) => code::NOT_APPLICABLE,
                Some(Response::Skipped) => code::SKIPPED,
                Some(Response::Given(answer)) => packed.code_of(answer),
            };
            packed.codes.push(byte);
        }
        packed
    }
}

/// What was said to a choice that asks for more: clean, trimmed, not empty, not too long.
fn check_said(said: &str) -> Result<(), AnswerFault> {
    match OTHER.parse(said)? {
        clean if clean == said => Ok(()),
        _ => Err(AnswerFault::NotOffered),
    }
}
