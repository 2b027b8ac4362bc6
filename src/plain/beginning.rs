//! From the store to the first question, or to where an interview was left.

use super::saving::Saving;
use super::talk::{At, Chosen, Talk};
use super::words::{Command, command};
use super::{Effect, Ending, LineWriter, Resume};
use crate::interview::{Draft, Interview, InterviewId, Moment, Place, Response};
use crate::questionnaire::Kind;
use crate::store::{State, Summary};
use crate::text::{Catalogue, Language};

impl Talk {
    /// Begins, or goes on with what was left unfinished.
    pub(super) fn begin(&mut self, interviews: Vec<Summary>) {
        if self.boot.practice {
            self.say_phrase(|t| &t.item.practice);
        }
        let key = self.boot.questionnaire.key().as_str();
        let here = |summary: &Summary| summary.state == State::Unfinished && summary.key == key;
        let unfinished: Vec<Summary> = interviews.into_iter().filter(here).collect();
        match (self.boot.resume, unfinished.first()) {
            (Resume::This(id), _) => self.load(id),
            (Resume::Latest, Some(latest)) => self.load(latest.id),
            (Resume::Ask, Some(_)) if self.boot.writer == LineWriter::Person => {
                self.at = At::Unfinished(unfinished);
                self.ask();
            }
            (Resume::Ask, Some(_)) => {
                let said = self.t().plain.resume.with(&[("n", &unfinished.len().to_string())]);
                self.say(&said);
                self.greet();
            }
            (Resume::Ask | Resume::Latest, None) => self.greet(),
        }
    }

    pub(super) fn on_no_store(&mut self, line: &str) {
        if let Some(folder) = self.folder_named(line) {
            self.open_store(Some(folder));
        } else if self.is_again(line) {
            self.open_store(None);
        } else if command(line, &self.catalogues) == Some(Command::Quit) {
            self.end(Ending::Failed);
        } else {
            self.ask();
        }
    }

    fn open_store(&mut self, folder: Option<std::path::PathBuf>) {
        self.at = At::Opening;
        self.effects.push(Effect::OpenStore(folder));
    }

    /// What a line chooses from a menu of the interface's own sentences.
    pub(super) fn choose_phrase(&mut self, line: &str, menu: fn(&Catalogue) -> Vec<String>) -> Chosen {
        let mine = menu(self.t());
        let all: Vec<Vec<String>> = std::iter::once(mine).chain(self.catalogues.iter().map(menu)).collect();
        self.choose(line, &all)
    }

    pub(super) fn on_unfinished(&mut self, line: &str, list: &[Summary]) {
        let mut lines = self.unfinished_lines(list);
        lines.push(self.t().unfinished.begin.to_string());
        let codes = list.iter().map(|summary| summary.id.code()).collect();
        match self.choose(line, &[lines, codes]) {
            Chosen::Line(place) => match list.get(place) {
                Some(summary) => self.load(summary.id),
                None => self.greet(),
            },
            Chosen::Back => self.ask(),
            Chosen::Nothing => {}
        }
    }

    /// Interviews that can go on, in words.
    pub(super) fn unfinished_lines(&self, list: &[Summary]) -> Vec<String> {
        let words = &self.t().unfinished;
        let title = self.boot.questionnaire.title().get(&self.tag()).to_string();
        let line = |summary: &Summary| {
            let when = self.t().date_time((self.boot.local)(summary.last.unix_ms));
            let doubtful = &self.t().profile.clock_doubtful;
            words.line.with(&[
                ("when", &if summary.last.doubtful { doubtful.with(&[("when", &when)]) } else { when }),
                ("answered", &summary.answered_digits()),
                ("items", &summary.items.to_string()),
                ("questionnaire", &title),
                ("code", &summary.id.code()),
            ])
        };
        list.iter().map(line).collect()
    }

    fn greet(&mut self) {
        if self.boot.ask_language && self.boot.questionnaire.languages().len() > 1 {
            self.at = At::Language;
            self.ask();
        } else {
            self.introduce();
        }
    }

    /// The questionnaire's languages by their own names.
    pub(super) fn language_names(&self) -> Vec<String> {
        let name = |tag: &crate::text::Tag| {
            Language::by_tag(tag.as_str()).map_or_else(|| tag.to_string(), |language| language.name().to_owned())
        };
        self.boot.questionnaire.languages().iter().map(name).collect()
    }

    pub(super) fn on_language(&mut self, line: &str) {
        let names = self.language_names();
        let languages = self.boot.questionnaire.languages();
        let tags = languages.iter().map(ToString::to_string).collect();
        let short = |tag: &crate::text::Tag| {
            Language::by_tag(tag.as_str()).map_or_else(|| tag.to_string(), |language| language.short().to_owned())
        };
        let shorts = languages.iter().map(short).collect();
        let chosen = self.choose(line, &[names, tags, shorts]);
        match chosen {
            Chosen::Line(place) => {
                if let Some(tag) = self.boot.questionnaire.languages().get(place).map(ToString::to_string) {
                    self.speak(&tag);
                }
                self.introduce();
            }
            Chosen::Back => self.ask(),
            Chosen::Nothing => {}
        }
    }

    fn introduce(&mut self) {
        let id = (self.boot.new_id)();
        if self.boot.questionnaire.consent().is_some() {
            self.at = At::Consent(id);
            self.tell_introduction();
            self.ask();
        } else {
            self.tell_introduction();
            self.start(id);
        }
    }

    fn tell_introduction(&mut self) {
        let tag = self.tag();
        let title = self.boot.questionnaire.title().get(&tag).to_string();
        let introduction = self.boot.questionnaire.introduction().get(&tag).to_string();
        self.say(&title);
        self.say(&introduction);
        self.say_phrase(|t| &t.plain.begin);
    }

    pub(super) fn on_consent(&mut self, line: &str, id: InterviewId) {
        match self.choose_phrase(line, |t| vec![t.consent.yes.to_string(), t.consent.no.to_string()]) {
            Chosen::Line(0) => self.start(id),
            Chosen::Line(_) => self.refuse(),
            Chosen::Back => {
                self.tell_introduction();
                self.ask();
            }
            Chosen::Nothing => {}
        }
    }

    fn start(&mut self, id: InterviewId) {
        let moment = Moment { at: self.now.at, shown_ms: 0, language: self.tag() };
        let questionnaire = std::sync::Arc::clone(&self.boot.questionnaire);
        let interview = Interview::start(questionnaire, id, self.boot.mode, env!("CARGO_PKG_VERSION"), &moment);
        let place = interview.beginning();
        self.interview = Some(interview);
        self.arrive(place);
        self.save();
    }

    /// Takes an unfinished interview up again, where it was left.
    pub(super) fn take_up(&mut self, mut interview: Interview, draft: Option<Draft>) {
        self.saving = Saving::taken_up(interview.events().len());
        interview.resume(self.now.at);
        let place = interview.left_at(draft.as_ref());
        let language = draft.as_ref().map_or_else(|| interview.language().clone(), |draft| draft.language.clone());
        let asked = place.item().and_then(|index| interview.questionnaire().item(index)).map(|item| item.kind.clone());
        self.interview = Some(interview);
        self.speak(language.as_str());
        self.arrive(place);
        if let Some(draft) = draft {
            let typed = |kind: &Kind| kind.parse(&draft.typed).ok().map(Response::Given);
            self.step.suggested = draft.marked.or_else(|| asked.as_ref().and_then(typed));
            if let (Place::Item(item), Some(half)) = (place, draft.note) {
                self.at = At::Note { item, half: Some(half) };
            }
        }
        self.save();
    }
}
