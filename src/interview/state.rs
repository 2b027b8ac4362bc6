use std::sync::Arc;

use super::{At, Beside, Event, Happening, InterviewId, Mode, Packed, Response, code};
use crate::questionnaire::{Answer, AnswerFault, Item, ItemIndex, Kind, Questionnaire};
use crate::text::{Clean, Tag};

/// An interview: its history, and the state that follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Interview {
    id: InterviewId,
    questionnaire: Arc<Questionnaire>,
    events: Vec<Event>,
    items: Vec<ItemState>,
    language: Tag,
    finished: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct ItemState {
    response: Option<Response>,
    language: Option<Tag>,
    note: Option<String>,
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
    /// Items in all.
    pub items: usize,
}

impl Interview {
    /// The most characters a note may have.
    pub const LONGEST_NOTE: usize = 2_000;

    /// A new interview, after the respondent has agreed to the consent text where the questionnaire has one.
    #[must_use]
    pub fn start(questionnaire: Arc<Questionnaire>, id: InterviewId, program: &str, moment: &Moment) -> Self {
        let mut interview = Self::empty(questionnaire, id, moment.language.clone());
        let language = moment.language.clone();
        let program = program.to_owned();
        interview.push(moment.at, Happening::Started { mode: Mode::SelfAdministered, language, program });
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
        let Some(Event { what: Happening::Started { language, .. }, .. }) = events.first() else {
            return Err(ReplayFault::NoStart);
        };
        let mut interview = Self::empty(questionnaire, id, language.clone());
        for (expected, event) in (0u32..).zip(events) {
            if event.seq != expected {
                return Err(ReplayFault::Gap { expected });
            }
            interview.check(&event.what).map_err(|_| ReplayFault::Misfit { seq: event.seq })?;
            interview.apply(&event.what);
            interview.events.push(event);
        }
        Ok(interview)
    }

    fn empty(questionnaire: Arc<Questionnaire>, id: InterviewId, language: Tag) -> Self {
        let items = vec![ItemState::default(); questionnaire.items().len()];
        Self { id, questionnaire, events: Vec::new(), items, language, finished: false }
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

    /// What is recorded for an item; nothing where it was not reached.
    #[must_use]
    pub fn response(&self, item: ItemIndex) -> Option<&Response> {
        self.items.get(item.get())?.response.as_ref()
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
        let answered = |state: &&ItemState| !matches!(state.response, None | Some(Response::Skipped));
        Progress { answered: self.items.iter().filter(answered).count(), items: self.items.len() }
    }

    /// The items that have neither an answer nor a "don't know" nor a "prefer not to answer".
    pub fn open_items(&self) -> impl Iterator<Item = ItemIndex> + '_ {
        let open = |index: &ItemIndex| matches!(self.response(*index), None | Some(Response::Skipped));
        self.questionnaire.indexes().filter(open)
    }

    /// Records a response; true where it differs from the one recorded before, false where nothing was added.
    ///
    /// # Errors
    /// [`Rejection`] where it does not fit the item, or the interview is finished.
    pub fn respond(&mut self, item: ItemIndex, response: Response, moment: &Moment) -> Result<bool, Rejection> {
        let what =
            Happening::Responded { item, response, language: moment.language.clone(), shown_ms: moment.shown_ms };
        self.check(&what)?;
        if let Happening::Responded { response, .. } = &what
            && self.response(item) == Some(response)
        {
            return Ok(false);
        }
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
            Some(response) => self.respond(item, response, moment).map(|_| ()),
            None if self.response(item).is_some() => {
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

    fn push(&mut self, at: At, what: Happening) {
        self.apply(&what);
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
                let item = self.questionnaire.item(*item).ok_or(Rejection::NoSuchItem)?;
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
            Happening::Started { .. } | Happening::Consented { .. } | Happening::Resumed | Happening::Finished => {
                Ok(())
            }
        }
    }

    fn check_answer(&self, item: &Item, answer: &Answer) -> Result<(), AnswerFault> {
        match (&item.kind, answer) {
            (Kind::Scale(_) | Kind::Choice(_), Answer::Choice(pick)) => {
                pick.among(self.questionnaire.choices(item)).map(|_| ())
            }
            (Kind::Number(number), Answer::Number(given)) => number.check(*given).map(|_| ()),
            (Kind::Text(text), Answer::Text(given)) => match text.parse(given)? {
                clean if clean == *given => Ok(()),
                _ => Err(AnswerFault::NotOffered),
            },
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
            Happening::Resumed => {}
            Happening::Finished => self.finished = true,
        }
    }

    /// The answers as one small code an item.
    #[must_use]
    pub fn packed(&self) -> Packed {
        let mut packed = Packed::default();
        for state in &self.items {
            let byte = match &state.response {
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

impl Packed {
    fn code_of(&mut self, answer: &Answer) -> u8 {
        let beside = match answer {
            Answer::Choice(pick) => match u8::try_from(pick.0) {
                Ok(place) if place < code::LAST_CHOICE => return place + 1,
                _ => Beside::Choice(pick.0),
            },
            Answer::Number(number) => Beside::Number(*number),
            Answer::Text(text) => Beside::Text(text.clone()),
        };
        self.beside.push(beside);
        code::BESIDE
    }
}
