//! What is said where a line is awaited.

use super::talk::{At, Talk};
use super::words::{Command, List, normal};
use crate::interview::{Interview, Mode, Offer, Place, Response};
use crate::questionnaire::{Day, Item, ItemIndex, Kind, Localized, Number, Several};
use crate::report::{self, ProfileFormat};
use crate::text::{Catalogue, Tag};

impl Talk {
    /// Asks what is to be written next.
    pub(super) fn ask(&mut self) {
        match self.at.clone() {
            At::Opening | At::Fetching | At::Refusing | At::Ended => {}
            At::NoStore => self.say_phrase(|t| &t.plain.not_saved),
            At::Unfinished(list) => {
                self.say_phrase(|t| &t.unfinished.what);
                let mut lines = self.unfinished_lines(&list);
                lines.push(self.t().unfinished.begin.to_string());
                self.say_menu(&lines);
            }
            At::Language => {
                self.say_phrase(|t| &t.language.choose);
                let names = self.language_names();
                self.say_menu(&names);
            }
            At::Consent(id) => self.ask_consent(&id.code()),
            At::Item(index) => self.ask_item(index),
            At::LeaveEmpty(_) => {
                self.say_phrase(|t| &t.dialogs.unanswered);
                let menu =
                    vec![self.t().dialogs.back_to_item.to_string(), self.t().dialogs.leave_unanswered.to_string()];
                self.say_menu(&menu);
            }
            At::Other(index) => self.ask_other(index),
            At::Note { item, half } => self.ask_note(item, half.as_deref()),
            At::Overview(_) => self.tell_overview(),
            At::Review => self.tell_review(),
            At::SaveAs => {
                self.say_phrase(|t| &t.dialogs.save_as);
                let menu = Self::save_menu(self.t());
                self.say_menu(&menu);
                self.say_phrase(|t| &t.plain.save_hint);
            }
        }
    }

    pub(super) fn save_menu(t: &Catalogue) -> Vec<String> {
        ProfileFormat::ALL.map(|format| format.name_of(t).to_string()).to_vec()
    }

    fn say_menu(&mut self, lines: &[String]) {
        for (place, line) in lines.iter().enumerate() {
            self.say(&format!("{} {line}", place + 1));
        }
    }

    fn ask_consent(&mut self, code: &str) {
        let tag = self.tag();
        if let Some(consent) = self.boot.questionnaire.consent() {
            let text = consent.text.get(&tag).replace("{code}", code);
            self.say(&text);
        }
        let words = &self.t().consent;
        let (question, menu) = (words.question.to_string(), vec![words.yes.to_string(), words.no.to_string()]);
        self.say(&question);
        self.say_menu(&menu);
    }

    /// Comes to a place; it is told when it is asked.
    pub(super) fn arrive(&mut self, place: Place) {
        self.at = match place {
            Place::Item(index) => At::Item(index),
            Place::Review => At::Review,
        };
        self.step = super::talk::Step { is_new: true, ..Default::default() };
    }

    /// A text of the questionnaire, with the answers it speaks of.
    pub(super) fn told(&self, text: &Localized) -> String {
        let tag = self.tag();
        match &self.interview {
            Some(interview) => report::filled(interview, text.get(&tag), self.t(), &tag),
            None => text.get(&tag).to_string(),
        }
    }

    /// Asks an item; what is only read is read, and the item after it asked.
    fn ask_item(&mut self, index: ItemIndex) {
        let Some(interview) = &self.interview else { return };
        let Some(item) = interview.questionnaire().item(index).cloned() else { return };
        if std::mem::take(&mut self.step.is_new) {
            self.arrived = self.now.elapsed;
        }
        let next = interview.next(index);
        self.say_lines("\n");
        self.say_section(index, &item);
        if !item.is_answered() {
            let text = self.told(&item.text);
            self.say(&text);
            self.arrive(next.into());
            return self.ask();
        }
        self.say_question(index, &item);
        self.say_offers(index);
        self.say_standing(index, &item);
    }

    /// The heading and what is said before its items, where they were not heard yet.
    fn say_section(&mut self, index: ItemIndex, item: &Item) {
        if self.heard.section.replace(item.section) != Some(item.section) {
            let section = self.questionnaire().sections().get(item.section).cloned();
            if let Some(section) = section {
                let title = self.told(&section.title);
                let aloud = self.interview.as_ref().is_some_and(|interview| interview.mode() == Mode::Interviewer);
                let reading = if aloud { format!(" [{}]", self.t().item.reading) } else { String::new() };
                self.say(&format!("{title}{reading}"));
                let first = self
                    .interview
                    .as_ref()
                    .and_then(|interview| interview.asked().find(|other| section.items.contains(&other.get())));
                if let Some(introduction) = section.introduction.as_ref().filter(|_| first == Some(index)) {
                    let introduction = self.told(introduction);
                    self.say(&introduction);
                }
            }
        }
        let batch = item.batch.filter(|batch| self.heard.batch != Some(*batch));
        self.heard.batch = item.batch;
        if batch.is_some()
            && let Some(grid) = self.questionnaire().batch(item).cloned()
        {
            for text in std::iter::once(&grid.lead).chain(&grid.hint) {
                let text = self.told(text);
                self.say(&text);
            }
        }
    }

    fn say_question(&mut self, index: ItemIndex, item: &Item) {
        let Some(interview) = &self.interview else { return };
        let at = interview.number_of(index).to_string();
        let of = interview.progress().items.to_string();
        let steps = interview.steps(index).filter(|_| self.step.side.is_some()).map(|steps| steps.then.clone());
        let note = item.interviewer.as_ref().filter(|_| interview.mode() == Mode::Interviewer);
        let note = note.map(|note| self.t().item.interviewer.with(&[("note", &self.told(note))]));
        let mut texts = vec![self.t().plain.question.with(&[("at", &at), ("of", &of)]), self.told(&item.text)];
        texts.extend(steps.iter().map(|then| self.told(then)));
        texts.extend(item.hint.iter().map(|hint| self.told(hint)));
        texts.extend(note);
        texts.extend(self.hint_of_kind(index, &item.kind));
        for text in texts {
            self.say(&text);
        }
    }

    /// How an item of its kind is answered, where that is not plain.
    fn hint_of_kind(&self, index: ItemIndex, kind: &Kind) -> Option<String> {
        let words = &self.t().plain;
        Some(match kind {
            Kind::Choices(Several { min, max, list }) => {
                let all = list.choices.iter().filter(|choice| !choice.none).count();
                if *min == 1 && *max == all {
                    words.several.to_string()
                } else {
                    words.several_range.with(&[("min", &min.to_string()), ("max", &max.to_string())])
                }
            }
            Kind::Ranking(_) => {
                let needed = self.interview.as_ref()?.to_rank(index);
                words.rank.with(&[("n", &needed.to_string())])
            }
            Kind::Number(number) => self.range(number),
            Kind::Date(dates) => {
                let day = |day: Day| self.t().date(day.civil());
                words.date.with(&[("min", &day(dates.min)), ("max", &day(dates.max))])
            }
            _ => return None,
        })
    }

    fn range(&self, number: &Number) -> String {
        let t = self.t();
        let unit = number.unit.as_ref().map(|unit| format!(" ({})", self.told(unit))).unwrap_or_default();
        let ends = [number.min, number.max].map(|end| t.decimal(end, number.decimals));
        t.rejections.out_of_range.with(&[("min", &ends[0]), ("max", &ends[1])]) + &unit
    }

    /// The choices with their numbers, and in a line of their own what else can be said.
    pub(super) fn say_offers(&mut self, index: ItemIndex) {
        let Some(interview) = &self.interview else { return };
        let (offers, list, tag) = (interview.offers(index, self.step.side), self.list_of(index), self.tag());
        let words: Vec<String> =
            offers.iter().map(|offer| report::offer_words(interview, index, *offer, self.t(), &tag)).collect();
        self.say_menu(&words[..list.numbered]);
        let others: Vec<String> = (list.numbered..offers.len())
            .map(|place| self.with_letter(&list, place, offers[place], &words[place]))
            .collect();
        if !others.is_empty() {
            let said = self.t().plain.or.with(&[("offers", &others.join("; "))]);
            self.say(&said);
        }
    }

    /// "Don't know" with its letter, where that stands for nothing else.
    fn with_letter(&self, list: &List, place: usize, offer: Offer, words: &str) -> String {
        let letters = &self.t().letters;
        let letter = if offer == Offer::DontKnow { letters.dont_know } else { letters.decline };
        if list.has_letter(letter, place, &self.catalogues) {
            self.t().plain.with_letter.with(&[("letter", &letter.to_string()), ("offer", words)])
        } else {
            words.to_owned()
        }
    }

    /// What can be written for an item, in every language it is told in.
    pub(super) fn list_of(&self, index: ItemIndex) -> List {
        let Some(interview) = &self.interview else { return List::default() };
        let offers = interview.offers(index, self.step.side);
        let place_of = |offer: Offer| offers.iter().position(|other| *other == offer);
        let own = |offer: &&Offer| matches!(offer, Offer::Pick(_) | Offer::Side(_));
        let mut list = List {
            numbered: offers.iter().filter(own).count(),
            missing: [place_of(Offer::DontKnow), place_of(Offer::Decline)],
            labels: Vec::new(),
        };
        for (place, offer) in offers.iter().enumerate() {
            let mut label = |t: &Catalogue, tag: &Tag| {
                let words = normal(&report::offer_words(interview, index, *offer, t, tag));
                list.labels.push((place, words));
            };
            interview.questionnaire().languages().iter().for_each(|tag| label(self.t(), tag));
            self.catalogues.iter().for_each(|t| label(t, &self.tag()));
        }
        list
    }

    /// What was answered before, or stands there to be confirmed, and the note.
    fn say_standing(&mut self, index: ItemIndex, item: &Item) {
        let Some(interview) = &self.interview else { return };
        let (words, tag) = (&self.t().plain, self.tag());
        let told =
            |response: &Response| report::response_words(interview.questionnaire(), item, response, self.t(), &tag);
        let recorded = interview.response(index).filter(|response| **response != Response::Skipped);
        let default = item.default.clone().filter(|_| interview.response(index).is_none()).map(Response::Given);
        let mut texts = Vec::new();
        match (self.step.suggested.as_ref().or(default.as_ref()), recorded) {
            (Some(suggested), _) => texts.push(words.suggested.with(&[("answer", &told(suggested))])),
            (None, Some(recorded)) => texts.push(words.now.with(&[("answer", &told(recorded))])),
            (None, None) => {}
        }
        texts.extend(interview.note_of(index).map(|note| self.t().item.note.with(&[("note", note)])));
        for text in texts {
            self.say(&text);
        }
    }

    fn ask_other(&mut self, index: ItemIndex) {
        let Some(interview) = &self.interview else { return };
        let tag = self.tag();
        let more = self.step.chosen.iter().copied().find(|offer| match offer {
            Offer::Pick(pick) => interview.asks_for_more(index, *pick),
            _ => false,
        });
        let choice = more.map(|offer| report::offer_words(interview, index, offer, self.t(), &tag));
        let said = self.t().dialogs.other.with(&[("choice", &choice.unwrap_or_default())]);
        self.say(&said);
        self.say_phrase(|t| &t.plain.other_hint);
    }

    fn ask_note(&mut self, index: ItemIndex, half: Option<&str>) {
        let before = self.interview.as_ref().and_then(|interview| interview.note_of(index)).map(str::to_owned);
        let asked = self.questionnaire().item(index).map(|item| self.told(&item.text));
        self.say(&asked.unwrap_or_default());
        if let Some(note) = before {
            let said = self.t().item.note.with(&[("note", &note)]);
            self.say(&said);
        }
        self.say_phrase(|t| &t.dialogs.note);
        if let Some(half) = half {
            let said = self.t().plain.half_note.with(&[("note", half)]);
            self.say(&said);
        } else {
            self.say_phrase(|t| &t.plain.note_hint);
        }
    }

    /// Every command, and what the question is about.
    pub(super) fn help(&mut self) {
        let at_item = matches!(self.at, At::Item(_));
        let text = at_item && self.asks_for_text();
        self.say_phrase(if text { |t| &t.plain.text_help } else { |t| &t.plain.answer_help });
        for command in Command::ALL {
            let elsewhere = matches!(command, Command::Help | Command::Language | Command::Quit | Command::Repeat);
            if elsewhere || at_item || self.at == At::Review {
                let keys = command.words(self.t()).join(", ");
                let said = self.t().plain.is_help.with(&[("keys", &keys), ("what", command.hint(self.t()).as_str())]);
                self.say(&said);
            }
        }
        for about in self.about() {
            self.say(&about);
        }
        self.say_phrase(|t| &t.help.saving);
    }

    /// What the item's section and aspect are about.
    fn about(&self) -> Vec<String> {
        let At::Item(index) = self.at else { return Vec::new() };
        let Some(item) = self.questionnaire().item(index) else { return Vec::new() };
        let section = self.questionnaire().sections().get(item.section).and_then(|one| one.introduction.as_ref());
        let aspect = item.counts.and_then(|(aspect, _)| self.questionnaire().aspects().get(aspect.0));
        section.into_iter().chain(aspect.map(|aspect| &aspect.meaning)).map(|text| self.told(text)).collect()
    }

    /// Whether the item is answered by a text, in which every word is an answer.
    pub(super) fn asks_for_text(&self) -> bool {
        let At::Item(index) = self.at else { return false };
        self.questionnaire().item(index).is_some_and(|item| matches!(item.kind, Kind::Text(_)))
    }

    /// The number of an item, and its words.
    pub(super) fn numbered_question(&self, interview: &Interview, index: ItemIndex, answer: &str) -> Option<String> {
        let item = interview.questionnaire().item(index)?;
        let (number, text) = (interview.number_of(index).to_string(), self.told(&item.text));
        let said = self.t().plain.answers.with(&[("number", &number), ("text", &text), ("answer", answer)]);
        Some(said.trim_end().to_owned())
    }
}
