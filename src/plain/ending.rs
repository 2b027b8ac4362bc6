//! The list of all questions, the look back, and the end of an interview.

use std::path::PathBuf;

use super::lines::quoted;
use super::talk::{At, Chosen, Talk};
use super::words::{Command, command};
use super::{Effect, Ending, LineWriter};
use crate::interview::{Interview, Place};
use crate::questionnaire::ItemIndex;
use crate::report::{self, PageWords, ProfileFormat};
use crate::scoring;
use crate::store::StoreError;

impl Talk {
    pub(super) fn open_overview(&mut self, from: Place) {
        self.at = At::Overview(from);
        self.ask();
    }

    pub(super) fn tell_overview(&mut self) {
        let Some(interview) = &self.interview else { return };
        let tag = self.tag();
        let line = |index: ItemIndex| {
            let questionnaire = interview.questionnaire();
            let answer = interview.response(index).map_or_else(
                || Some(self.t().item.not_asked.to_string()),
                |response| {
                    let item = questionnaire.item(index)?;
                    Some(report::response_words(questionnaire, item, response, self.t(), &tag))
                },
            )?;
            self.numbered_question(interview, index, &answer)
        };
        let lines: Vec<String> = interview.questions().filter_map(line).collect();
        self.say_phrase(|t| &t.overview.title);
        for line in lines {
            self.say(&line);
        }
        self.say_phrase(|t| &t.plain.overview);
    }

    pub(super) fn on_overview(&mut self, line: &str, from: Place) {
        match command(line, &self.catalogues) {
            _ if line.is_empty() => self.return_to(from),
            Some(Command::Back) => self.return_to(from),
            Some(command) if self.obey_anywhere(command) => {}
            _ => self.go_to(line),
        }
    }

    fn return_to(&mut self, place: Place) {
        self.at = match place {
            Place::Item(index) => At::Item(index),
            Place::Review => At::Review,
        };
        self.ask();
    }

    /// Goes to the question with the number that was written.
    fn go_to(&mut self, line: &str) {
        let Some(interview) = &self.interview else { return };
        let number = line.strip_prefix('#').unwrap_or(line).trim_end_matches('.').parse::<usize>().ok();
        let place = number.and_then(|number| number.checked_sub(1));
        if let Some(index) = place.and_then(|place| interview.questions().nth(place)) {
            self.arrive(Place::Item(index));
            self.step_to_place();
        } else {
            let last = interview.progress().items.to_string();
            let said = self.t().plain.no_such_question.with(&[("said", &quoted(line)), ("n", &last)]);
            self.say(&said);
        }
    }

    pub(super) fn tell_review(&mut self) {
        let Some(interview) = &self.interview else { return };
        let words = &self.t().review;
        let progress = interview.progress();
        let values = [("answered", progress.answered.to_string()), ("items", progress.items.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let open: Vec<ItemIndex> = interview.open_items().collect();
        let mut texts = vec![words.title.to_string()];
        texts.push(if open.is_empty() { words.complete.with(&values) } else { words.incomplete.with(&values) });
        if !open.is_empty() {
            texts.push(words.go_to.to_string());
        }
        texts.extend(open.into_iter().filter_map(|index| self.numbered_question(interview, index, "")));
        for text in texts {
            self.say(&text);
        }
        self.say_phrase(|t| &t.plain.review);
    }

    pub(super) fn on_review(&mut self, line: &str) {
        match command(line, &self.catalogues) {
            _ if line.is_empty() => self.finish(),
            Some(Command::Finish) => self.finish(),
            Some(Command::Overview) => self.open_overview(Place::Review),
            Some(Command::TakeBack) => self.take_back(),
            Some(Command::Back) => {
                let last = self.interview.as_ref().and_then(|interview| interview.questions().next_back());
                self.arrive(last.into());
                self.step_to_place();
            }
            Some(command) if self.obey_anywhere(command) => {}
            _ => self.go_to(line),
        }
    }

    fn finish(&mut self) {
        let hindrance = self.interview.as_ref().and_then(|interview| interview.hindrances().next());
        if let Some(index) = hindrance {
            return self.tell_hindrance(index);
        }
        let at = self.now.at;
        if let Some(interview) = &mut self.interview {
            interview.finish(at);
        }
        self.save();
    }

    /// Says why the interview cannot be finished before this item is looked at.
    fn tell_hindrance(&mut self, index: ItemIndex) {
        let Some(interview) = &self.interview else { return };
        let item = interview.questionnaire().item(index);
        let reason = match interview.check_failing(index) {
            Some(check) => item.and_then(|item| item.checks.get(check)).map(|check| check.message.clone()),
            None => item.and_then(|item| item.required.clone()),
        };
        let reason = reason.map(|reason| self.told(&reason)).unwrap_or_default();
        self.say_phrase(|t| &t.dialogs.required);
        self.say(&reason);
        self.arrive(Place::Item(index));
        self.step_to_place();
    }

    /// Thanks, and the profile in sentences and numbers.
    pub(super) fn tell_end(&mut self) {
        let Some(interview) = self.interview.clone() else { return };
        let closing = self.told(interview.questionnaire().closing());
        self.say(&closing);
        let report = self.report_of(&interview);
        self.say_lines(&format!("\n{}\n", report::spoken(&report, self.boot.columns, self.boot.glyphs)));
        if self.boot.practice {
            self.say_phrase(|t| &t.item.practice);
        } else {
            let said = self.t().plain.goodbye.with(&[("code", &interview.id().code())]);
            self.say(&said);
        }
        if self.boot.writer == LineWriter::Person {
            self.at = At::SaveAs;
            self.ask();
        } else {
            self.end(Ending::Complete);
        }
    }

    fn report_of(&self, interview: &Interview) -> report::Report {
        let started = interview.started();
        let facts = report::Facts {
            started: (self.boot.local)(started.map_or(0, |at| at.unix_ms)),
            doubtful: started.is_none_or(|at| at.doubtful),
            change: Vec::new(),
        };
        report::personal(interview, &scoring::profile(interview), &facts, self.t(), &self.tag())
    }

    pub(super) fn on_save_as(&mut self, line: &str) {
        if line.is_empty() {
            return self.end(Ending::Complete);
        }
        match self.choose_phrase(line, Self::save_menu) {
            Chosen::Line(place) => {
                let Some((format, interview)) = ProfileFormat::ALL.get(place).zip(self.interview.as_ref()) else {
                    return;
                };
                let tag = self.tag();
                let words = PageWords { language: tag.as_str(), t: self.t() };
                match format.content(interview, &self.report_of(interview), &words, self.boot.glyphs) {
                    Ok(content) => self.effects.push(Effect::SaveProfile { name: format.name(interview), content }),
                    Err(fault) => {
                        let said = fault.words(self.t());
                        self.say(&said);
                    }
                }
            }
            Chosen::Back => self.end(Ending::Complete),
            Chosen::Nothing => {}
        }
    }

    /// Says how saving a profile went; another form can be saved after it.
    pub(super) fn profile_saved(&mut self, outcome: Result<PathBuf, StoreError>) {
        match outcome {
            Ok(path) => {
                let said = self.t().profile.saved_as.with(&[("path", &path.display().to_string())]);
                self.say(&said);
            }
            Err(fault) => {
                let (what, remedy) = fault.words(self.t());
                self.say(&what);
                self.say(&remedy);
            }
        }
        self.ask();
    }

    /// Ends, and keeps everything.
    pub(super) fn leave(&mut self) {
        if self.at == At::SaveAs {
            return self.end(Ending::Complete);
        }
        if self.at == At::NoStore {
            return self.end(Ending::Failed);
        }
        let Some(code) = self.interview.as_ref().map(|interview| interview.id().code()) else {
            self.say_phrase(|t| &t.plain.kept_nothing);
            return self.end(Ending::Unfinished);
        };
        if self.saving.fault.is_some() {
            return self.leave_unsaved();
        }
        if self.boot.practice {
            self.say_phrase(|t| &t.item.practice);
        } else {
            self.keep_place();
            let said = self.t().plain.kept.with(&[("code", &code)]);
            self.say(&said);
        }
        self.end(Ending::Unfinished);
    }

    /// Ends at once: what is not on the disk is on its way.
    pub(super) fn stop(&mut self) {
        let ending = match self.at {
            At::SaveAs => Ending::Complete,
            At::Ended => return,
            _ if self.saving.fault.is_some() => Ending::Unsaved,
            _ => Ending::Unfinished,
        };
        if ending == Ending::Unsaved {
            self.leave_unsaved();
        } else {
            self.keep_place();
        }
        // What follows begins on a line of its own.
        self.say_lines("\n");
        self.end(ending);
    }
}
