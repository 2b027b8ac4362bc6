//! What a line makes of the item that was asked.

use super::lines::quoted;
use super::talk::Chosen;
use super::talk::{At, Talk};
use super::words::{Command, List, Meaning, command, normal};
use crate::interview::{Interview, Moment, Offer, Place, Rejection, Response, Side};
use crate::questionnaire::{Answer, AnswerFault, ItemIndex, Kind};
use crate::report;
use crate::text::Catalogue;

/// What is written to take a note away.
const NOTHING: &str = "-";
/// What is written before a letter that is no command.
const LITERALLY: char = '=';

impl Talk {
    pub(super) fn on_item(&mut self, line: &str, index: ItemIndex) {
        if line.is_empty() {
            return self.on_enter(index);
        }
        if self.asks_for_text() {
            return self.on_text(line, index);
        }
        let list = self.list_of(index);
        match list.meaning(line, &self.catalogues) {
            Meaning::Line(place) => self.take_offers(index, &[place]),
            Meaning::Command(command) => self.obey(command, index),
            Meaning::Ambiguous(places, command) => {
                let words = self.words_of(index, &places);
                self.tell_ambiguous(line, &words, command);
            }
            Meaning::Unknown => self.on_more(line, index, &list),
        }
    }

    /// A line that is neither a choice nor a command: typed, or several choices.
    fn on_more(&mut self, line: &str, index: ItemIndex, list: &List) {
        let Some(interview) = &self.interview else { return };
        let kind = interview.questionnaire().item(index).map(|item| item.kind.clone());
        if let Some(kind) = kind.filter(Kind::is_typed) {
            return match kind.parse(line) {
                Ok(answer) => self.respond(index, Response::Given(answer)),
                Err(fault) => self.tell_unfit(line, index, &fault),
            };
        }
        let parts = parts(line);
        if !interview.takes_several(index) || parts.len() < 2 {
            return self.tell_unknown(line, list.numbered);
        }
        let mut places = Vec::with_capacity(parts.len());
        for part in parts {
            match list.meaning(part, &self.catalogues) {
                Meaning::Line(place) if places.contains(&place) => {
                    let words = self.words_of(index, &[place]);
                    let choice = words.first().map_or("", |(_, words)| words);
                    let said = self.t().plain.repeated.with(&[("choice", choice)]);
                    return self.say(&said);
                }
                Meaning::Line(place) => places.push(place),
                Meaning::Ambiguous(of, command) => {
                    let words = self.words_of(index, &of);
                    return self.tell_ambiguous(part, &words, command);
                }
                Meaning::Command(_) | Meaning::Unknown => return self.tell_unknown(part, list.numbered),
            }
        }
        let alone = places.iter().find(|place| **place >= list.numbered);
        if let Some((_, choice)) = alone.and_then(|place| self.words_of(index, &[*place]).pop()) {
            let said = self.t().plain.alone.with(&[("choice", &choice)]);
            return self.say(&said);
        }
        self.take_offers(index, &places);
    }

    /// Takes what was chosen; asks on where it is the first of two steps, or asks for more.
    fn take_offers(&mut self, index: ItemIndex, places: &[usize]) {
        let Some(interview) = &self.interview else { return };
        let offers = interview.offers(index, self.step.side);
        let chosen: Vec<Offer> = places.iter().filter_map(|place| offers.get(*place)).copied().collect();
        if let [Offer::Side(side)] = chosen.as_slice() {
            self.step.side = Some(*side);
            if *side == Side::Middle {
                return self.take_offers(index, &[0]);
            }
            let then = interview.steps(index).map(|steps| steps.then.clone());
            let then = then.map(|then| self.told(&then)).unwrap_or_default();
            self.say(&then);
            return self.say_offers(index);
        }
        let more = |offer: &Offer| matches!(offer, Offer::Pick(pick) if interview.asks_for_more(index, *pick));
        if chosen.iter().any(more) {
            self.step.chosen = chosen;
            self.at = At::Other(index);
            return self.ask();
        }
        if let Some(response) = interview.chosen(index, &chosen, None) {
            self.respond(index, response);
        }
    }

    fn words_of(&self, index: ItemIndex, places: &[usize]) -> Vec<(usize, String)> {
        let Some(interview) = &self.interview else { return Vec::new() };
        let (offers, tag) = (interview.offers(index, self.step.side), self.tag());
        let words = |place: &usize| {
            let offer = offers.get(*place)?;
            Some((*place, report::offer_words(interview, index, *offer, self.t(), &tag)))
        };
        places.iter().filter_map(words).collect()
    }

    /// A line in the place of a text: every word is an answer, a single letter a command.
    fn on_text(&mut self, line: &str, index: ItemIndex) {
        let list = self.list_of(index);
        let said = normal(line);
        let missing = list.labels.iter().find(|(_, label)| *label == said).map(|(place, _)| *place);
        if let Some(place) = missing {
            return self.take_offers(index, &[place]);
        }
        let text = match self.letter(line) {
            Some(Command::DontKnow) if list.missing[0].is_some() => {
                return self.take_offers(index, &[list.missing[0].unwrap_or_default()]);
            }
            Some(Command::Decline) if list.missing[1].is_some() => {
                return self.take_offers(index, &[list.missing[1].unwrap_or_default()]);
            }
            Some(Command::DontKnow | Command::Decline | Command::Finish) | None => literal(line),
            Some(command) => return self.obey(command, index),
        };
        let kind = self.questionnaire().item(index).map(|item| item.kind.clone());
        match kind.map(|kind| kind.parse(text)) {
            Some(Ok(answer)) => self.respond(index, Response::Given(answer)),
            Some(Err(fault)) => self.tell_unfit(line, index, &fault),
            None => {}
        }
    }

    /// The command that a line of one letter is.
    pub(super) fn letter(&self, line: &str) -> Option<Command> {
        command(line, &self.catalogues).filter(|_| line.chars().count() == 1)
    }

    /// Enter alone: what stands there is taken; where nothing does, it is asked about.
    fn on_enter(&mut self, index: ItemIndex) {
        let Some(interview) = &self.interview else { return };
        let item = interview.questionnaire().item(index);
        let default = item.and_then(|item| item.default.clone()).map(Response::Given);
        match (self.step.suggested.clone(), interview.response(index), default) {
            (Some(response), _, _) | (None, None, Some(response)) => self.respond(index, response),
            (None, Some(_), _) => self.go_on(index),
            (None, None, None) => {
                if let Some(reason) = item.and_then(|item| item.required.clone()) {
                    self.say_phrase(|t| &t.dialogs.required);
                    let reason = self.told(&reason);
                    self.say(&reason);
                } else {
                    self.at = At::LeaveEmpty(index);
                    self.ask();
                }
            }
        }
    }

    pub(super) fn on_leave_empty(&mut self, line: &str, index: ItemIndex) {
        let told = |t: &Catalogue| vec![t.dialogs.back_to_item.to_string(), t.dialogs.leave_unanswered.to_string()];
        let short = |t: &Catalogue| vec![t.answers.no.to_string(), t.answers.yes.to_string()];
        let all = self.catalogues.iter().flat_map(|t| [told(t), short(t)]);
        let menu: Vec<Vec<String>> = std::iter::once(told(self.t())).chain(all).collect();
        match self.choose(line, &menu) {
            Chosen::Line(1) => {
                self.at = At::Item(index);
                self.respond(index, Response::Skipped);
            }
            Chosen::Line(_) | Chosen::Back => {
                self.at = At::Item(index);
                self.ask();
            }
            Chosen::Nothing => {}
        }
    }

    /// More is said to what was chosen; nobody is made to.
    pub(super) fn on_other(&mut self, line: &str, index: ItemIndex) {
        match self.letter(line) {
            Some(Command::Back) => {
                self.arrive(Place::Item(index));
                return self.ask();
            }
            Some(command) if self.obey_anywhere(command) => return,
            _ => {}
        }
        let Some(interview) = &self.interview else { return };
        let before = match interview.response(index) {
            Some(Response::Given(Answer::Other(_, said))) => Some(said.clone()),
            Some(Response::Given(Answer::Choices(picks))) => picks.other.clone(),
            _ => None,
        };
        let said = match Interview::OTHER.parse(literal(line)) {
            Ok(said) => said,
            Err(AnswerFault::Empty) => before.unwrap_or_default(),
            Err(fault) => return self.tell_unfit(line, index, &fault),
        };
        let response = interview.chosen(index, &std::mem::take(&mut self.step.chosen), Some(&said));
        self.at = At::Item(index);
        if let Some(response) = response {
            self.respond(index, response);
        }
    }

    pub(super) fn on_note(&mut self, line: &str, index: ItemIndex, half: Option<String>) {
        match self.letter(line) {
            Some(Command::Back) => {
                self.at = At::Item(index);
                return self.ask();
            }
            Some(command) if self.obey_anywhere(command) => return,
            _ => {}
        }
        let text = match (line, half) {
            ("", None) => {
                self.at = At::Item(index);
                return self.ask();
            }
            ("", Some(half)) => half,
            (NOTHING, _) => String::new(),
            (line, _) => literal(line).to_owned(),
        };
        let moment = self.moment();
        let Some(interview) = &mut self.interview else { return };
        if interview.note(index, &text, &moment).is_err() {
            return self.say_phrase(|t| &t.dialogs.note_refused);
        }
        let words = &self.t().plain;
        let echo = if text.is_empty() { &words.note_empty } else { &words.noted };
        self.saving.echo = Some(echo.to_string());
        self.at = At::Item(index);
        self.save();
    }

    fn obey(&mut self, command: Command, index: ItemIndex) {
        match command {
            Command::Back => self.go_back(index),
            Command::Note => {
                self.at = At::Note { item: index, half: None };
                self.ask();
            }
            Command::Overview => self.open_overview(Place::Item(index)),
            Command::TakeBack => self.take_back(),
            Command::DontKnow | Command::Decline => self.reject(index, &AnswerFault::NotOpen),
            Command::Finish => {
                self.arrive(Place::Review);
                self.step_to_place();
            }
            other => _ = self.obey_anywhere(other),
        }
    }

    fn go_back(&mut self, index: ItemIndex) {
        if self.step.side.take().is_some() {
            return self.ask();
        }
        let Some(interview) = &self.interview else { return };
        let mut before = interview.previous(index);
        let is_read = |item: ItemIndex| interview.questionnaire().item(item).is_some_and(|item| !item.is_answered());
        while let Some(item) = before.filter(|item| is_read(*item)) {
            before = interview.previous(item);
        }
        match before {
            Some(before) => {
                self.arrive(Place::Item(before));
                self.step_to_place();
            }
            None => self.say_phrase(|t| &t.plain.first),
        }
    }

    /// Comes to a place without an answer on the way.
    pub(super) fn step_to_place(&mut self) {
        self.keep_place();
        self.ask();
    }

    pub(super) fn take_back(&mut self) {
        // The item taken back is not the one that was asked.
        let moment = Moment { shown_ms: 0, ..self.moment() };
        let last = self.given_last.take();
        let taken = last.zip(self.interview.as_mut()).map(|(index, interview)| interview.take_back(index, &moment));
        let (Some(index), Some(Ok(()))) = (last, taken) else {
            return self.say_phrase(|t| &t.plain.nothing_back);
        };
        self.saving.echo = Some(self.t().plain.taken_back.to_string());
        self.arrive(Place::Item(index));
        self.save();
    }

    pub(super) fn respond(&mut self, index: ItemIndex, response: Response) {
        let (moment, tag) = (self.moment(), self.tag());
        let t = self.t().clone();
        let Some(interview) = &mut self.interview else { return };
        let item = interview.questionnaire().item(index);
        let words = item.map(|item| report::response_words(interview.questionnaire(), item, &response, &t, &tag));
        match interview.respond(index, response, &moment) {
            Ok(changed) => {
                self.given_last = changed.then_some(index);
                self.saving.echo = words;
                self.go_on(index);
            }
            Err(Rejection::Answer(fault)) => self.reject(index, &fault),
            Err(Rejection::NoSuchItem | Rejection::Finished | Rejection::NoteTooLong) => {}
        }
    }

    fn go_on(&mut self, index: ItemIndex) {
        let next = self.interview.as_ref().and_then(|interview| interview.next(index));
        self.arrive(next.into());
        self.save();
    }

    fn reject(&mut self, index: ItemIndex, fault: &AnswerFault) {
        self.at = At::Item(index);
        self.step.chosen.clear();
        self.step.suggested = None;
        if let Some(interview) = &self.interview {
            let said = report::rejection(interview, index, fault, self.t(), &self.tag());
            self.say(&said);
        }
    }

    /// Says that what was typed cannot be used, and what can.
    fn tell_unfit(&mut self, line: &str, index: ItemIndex, fault: &AnswerFault) {
        if let Some(interview) = &self.interview {
            let expected = report::rejection(interview, index, fault, self.t(), &self.tag());
            let said = self.t().plain.unknown_typed.with(&[("said", &quoted(line)), ("expected", &expected)]);
            self.say(&said);
        }
    }

    pub(super) fn tell_unknown(&mut self, line: &str, numbered: usize) {
        let said = self.t().plain.unknown.with(&[("said", &quoted(line)), ("n", &numbered.to_string())]);
        self.say(&said);
    }

    pub(super) fn tell_ambiguous(&mut self, line: &str, words: &[(usize, String)], command: Option<Command>) {
        let lines = words.iter().map(|(place, words)| format!("#{} {words}", place + 1));
        let command = command.map(|command| command.hint(self.t()).to_string());
        let choices = lines.chain(command).collect::<Vec<_>>().join("; ");
        let said = self.t().plain.ambiguous.with(&[("said", &quoted(line)), ("choices", &choices)]);
        self.say(&said);
    }
}

/// What is meant by a line that may be marked as no command.
fn literal(line: &str) -> &str {
    line.strip_prefix(LITERALLY).unwrap_or(line).trim()
}

/// The parts of a line that names several things: between commas, or numbers between spaces.
fn parts(line: &str) -> Vec<&str> {
    let is_number = |part: &&str| part.strip_prefix('#').unwrap_or(part).bytes().all(|byte| byte.is_ascii_digit());
    let spaced: Vec<&str> = line.split([',', ';', ' ']).filter(|part| !part.is_empty()).collect();
    if spaced.iter().all(is_number) {
        return spaced;
    }
    line.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_parted_at_commas_and_numbers_at_spaces() {
        for (line, expected) in [
            ("1,3", vec!["1", "3"]),
            ("1 3  #2", vec!["1", "3", "#2"]),
            ("apel merah, keju", vec!["apel merah", "keju"]),
            ("1; keju", vec!["1", "keju"]),
            ("apel merah", vec!["apel merah"]),
            (",", vec![]),
        ] {
            assert_eq!(parts(line), expected, "{line}");
        }
        assert_eq!((literal("=b"), literal("==b"), literal("b"), literal("= b")), ("b", "=b", "b", "b"));
    }
}
