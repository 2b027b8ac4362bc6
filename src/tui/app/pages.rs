//! What stands on each screen.

use std::sync::Arc;

use super::item_page::ROOMY;
use super::{App, Between, HomeLine, Shown};
use crate::interview::Response;
use crate::questionnaire::{ItemIndex, Questionnaire};
use crate::report;
use crate::store::{State, Summary};
use crate::text::Language;
use crate::tui::Context;
use crate::tui::screen::Screen;
use crate::tui::widget::{Page, Piece, Status, Tone, View, area_of_column};

impl App {
    pub(super) fn context_of_screen(&self) -> Context {
        match &self.screen {
            Screen::Unfinished { .. } => Context::Unfinished,
            Screen::Picture(_) => Context::Slides,
            Screen::Introduction(_) | Screen::Refused(_) | Screen::Aside(_) => Context::Page,
            Screen::Profile(_) => Context::Profile,
            Screen::Review => Context::Review,
            Screen::Consent { .. } => Context::Consent,
            Screen::Item => self.context_of_item(),
            Screen::Home
            | Screen::Between(Between::Menu)
            | Screen::Workshops(_)
            | Screen::Workshop(_)
            | Screen::Details(_)
            | Screen::Matching(_)
            | Screen::Library(_)
            | Screen::Language(_)
            | Screen::Overview
            | Screen::Results
            | Screen::Export(_)
            | Screen::Laptops(_)
            | Screen::Settings
            | Screen::StoreFault => Context::Menu,
            Screen::Between(_) => Context::Kiosk,
        }
    }

    pub(super) fn page_of_screen(&self) -> Page<'_> {
        let mut page = Page { view: self.view, heading: self.t().app.name.to_string(), ..Page::default() };
        match &self.screen {
            Screen::Home => self.home(&mut page),
            Screen::Library(questionnaires) => self.library(&mut page, questionnaires),
            Screen::Language(questionnaire) => self.choose_language(&mut page, questionnaire),
            Screen::Unfinished { begin } => self.unfinished_list(&mut page, begin.is_some()),
            Screen::Introduction(questionnaire) => {
                let tag = self.tag(questionnaire);
                page.heading = questionnaire.title().get(&tag).to_string();
                page.column.text(Tone::Plain, questionnaire.introduction().get(&tag).to_string());
                self.tell_notices(&mut page);
            }
            Screen::Consent { questionnaire, id } => self.consent(&mut page, questionnaire, &self.code_words(*id)),
            Screen::Refused(questionnaire) => {
                if let Some(consent) = questionnaire.consent() {
                    page.column.text(Tone::Plain, consent.thanks.get(&self.tag(questionnaire)).to_string());
                }
            }
            Screen::Item => self.item(&mut page),
            Screen::Overview => self.overview(&mut page),
            Screen::Review => self.review(&mut page),
            Screen::Profile(shown) => self.profile(&mut page, shown),
            Screen::Results => self.results(&mut page),
            Screen::Export(choosing) => self.export_page(&mut page, choosing),
            Screen::Laptops(laptops) => self.laptops_page(&mut page, laptops),
            Screen::Settings => self.settings(&mut page),
            Screen::Between(between) => self.between(&mut page, *between),
            Screen::Workshops(workshops) => self.workshops(&mut page, workshops),
            Screen::Workshop(workshop) => self.workshop(&mut page, workshop),
            Screen::Details(details) => self.details(&mut page, details),
            Screen::Matching(matching) => self.matching(&mut page, matching),
            Screen::Aside(rounds) => self.aside(&mut page, rounds),
            Screen::Picture(shown) => self.picture(&mut page, shown),
            Screen::StoreFault => self.store_fault(&mut page),
        }
        page
    }

    fn home(&self, page: &mut Page<'_>) {
        let words = &self.t().home;
        page.column.text(Tone::Quiet, words.what.to_string()).gap();
        for line in self.home_lines() {
            let phrase = match line {
                HomeLine::Begin => words.begin.to_string(),
                HomeLine::Choose => words.choose.to_string(),
                HomeLine::Continue => words.go_on.with(&[("n", &self.unfinished().len().to_string())]),
                HomeLine::Results => words.results.with(&[("n", &self.finished().len().to_string())]),
                HomeLine::Export => self.t().export.page.to_string(),
                HomeLine::Laptops => self.t().bundle.page.to_string(),
                HomeLine::Workshops => self.t().workshop.menu.to_string(),
                HomeLine::Settings => words.settings.to_string(),
                HomeLine::Quit => words.quit.to_string(),
            };
            page.column.numbered(phrase);
        }
        if self.shelf().opening {
            page.status = Status::Working(words.opening.to_string());
        }
        self.tell_notices(page);
    }

    /// A code as the respondent reads it: in a workshop in words.
    fn code_words(&self, id: crate::interview::InterviewId) -> String {
        if self.in_kiosk() { format!("{} ({})", id.words(self.language), id.code()) } else { id.code() }
    }

    fn library(&self, page: &mut Page<'_>, questionnaires: &[Arc<Questionnaire>]) {
        page.heading = self.t().home.choose.to_string();
        for questionnaire in questionnaires {
            let title = questionnaire.title().get(&self.tag(questionnaire));
            page.column.numbered(format!(
                "{} ({} {})",
                title.as_str(),
                questionnaire.key(),
                questionnaire.version().as_str()
            ));
        }
    }

    /// What the store wants known, such as a disk that is nearly full.
    pub(super) fn tell_notices(&self, page: &mut Page<'_>) {
        // Before a respondent stands only what may concern their answers.
        let respondent = matches!(self.screen, Screen::Introduction(_));
        for notice in self.shelf().notices.iter().filter(|notice| !respondent || !notice.is_housekeeping()) {
            let (what, remedy) = notice.words(self.t());
            page.column.gap().text(Tone::Warning, what).text(Tone::Quiet, remedy);
        }
    }

    fn choose_language(&self, page: &mut Page<'_>, questionnaire: &Questionnaire) {
        page.heading = questionnaire.title().get(&self.tag(questionnaire)).to_string();
        page.column.text(Tone::Question, self.t().language.choose.to_string()).gap();
        for tag in self.offered(questionnaire) {
            let name =
                Language::by_tag(tag.as_str()).map_or_else(|| tag.to_string(), |language| language.name().into());
            page.column.numbered(name);
        }
        self.tell_notices(page);
    }

    fn unfinished_list(&self, page: &mut Page<'_>, begin: bool) {
        let words = &self.t().unfinished;
        page.heading = words.title.to_string();
        page.column.text(Tone::Question, words.what.to_string()).gap();
        for summary in self.unfinished() {
            page.column.numbered(words.line.with(&[
                ("when", &self.when(summary)),
                ("answered", &summary.answered_digits()),
                ("items", &summary.items.to_string()),
                ("code", &summary.id.code()),
                ("questionnaire", &self.title_of(summary)),
            ]));
        }
        if begin {
            page.column.gap().numbered(words.begin.to_string());
        }
        self.tell_notices(page);
    }

    /// The questionnaire's title where it is at hand, else its key.
    fn title_of(&self, summary: &Summary) -> String {
        let core = Some(&self.boot.core).filter(|core| core.hash() == summary.questionnaire);
        core.map_or_else(|| summary.key.clone(), |core| core.title().get(&self.tag(core)).to_string())
    }

    fn when(&self, summary: &Summary) -> String {
        let when = self.t().date_time((self.boot.local)(summary.last.unix_ms));
        if summary.last.doubtful { self.t().profile.clock_doubtful.with(&[("when", &when)]) } else { when }
    }

    fn consent(&self, page: &mut Page<'_>, questionnaire: &Questionnaire, code: &str) {
        let Some(consent) = questionnaire.consent() else { return };
        let words = &self.t().consent;
        page.heading = words.title.to_string();
        let text = consent.text.get(&self.tag(questionnaire)).replace("{code}", code);
        page.column.text(Tone::Plain, text).gap().text(Tone::Question, words.question.to_string()).gap();
        page.column.numbered(words.yes.to_string()).numbered(words.no.to_string());
    }

    /// The status line of an interview: on the disk, under way, or not.
    pub(super) fn saving_status(&self) -> Status {
        let Some(session) = self.session() else { return Status::Silent };
        if self.boot.practice {
            return Status::Done(self.t().item.practice.to_string());
        }
        let words = &self.t().saving;
        let saving = &session.saving;
        if let Some(fault) = &saving.fault {
            let (what, _) = self.fault_words(fault);
            return Status::Warning(words.not_saved.with(&[("what", &what)]));
        }
        if saving.stored < session.interview.events().len() && !self.expecting_save {
            Status::Working(words.saving.to_string())
        } else if saving.begun || self.expecting_save {
            Status::Done(words.saved.to_string())
        } else {
            Status::Silent
        }
    }

    fn overview(&self, page: &mut Page<'_>) {
        let Some(session) = self.session() else { return };
        let questionnaire = session.interview.questionnaire();
        let tag = self.tag(questionnaire);
        page.heading = self.t().overview.title.to_string();
        page.status = self.saving_status();
        let progress = session.interview.progress();
        page.counter =
            self.t().item.counter.with(&[("at", &progress.answered.to_string()), ("of", &progress.items.to_string())]);
        let mut section = None;
        for (place, index) in self.overview_lines().into_iter().enumerate() {
            let Some(item) = questionnaire.item(index) else { continue };
            if section.replace(item.section) != Some(item.section)
                && let Some(of) = questionnaire.sections().get(item.section)
            {
                page.column.gap().text(Tone::Heading, self.told_text(session, &of.title, &tag));
            }
            let state = match session.interview.response(index) {
                None => self.t().overview.open.to_string(),
                Some(Response::Given(_)) => self.glyphs.done().to_owned(),
                Some(Response::Skipped) => self.t().overview.skipped.to_string(),
                Some(_) => self.t().overview.missing.to_string(),
            };
            let text = format!("{} {}", crate::text::pad(&state, 2), self.told_text(session, &item.text, &tag));
            page.column.pieces.push(Piece::Choice {
                key: format!("{:>2}", place + 1),
                text: text.into(),
                one_line: true,
            });
        }
        page.column.gap().text(Tone::Quiet, self.t().overview.legend.with(&[("done", self.glyphs.done())]));
    }

    fn review(&self, page: &mut Page<'_>) {
        let Some(session) = self.session() else { return };
        let questionnaire = session.interview.questionnaire();
        let tag = self.tag(questionnaire);
        let words = &self.t().review;
        let progress = session.interview.progress();
        let open: Vec<ItemIndex> = session.interview.open_items().collect();
        page.heading = words.title.to_string();
        page.progress = Some((progress.answered, progress.items));
        page.status = self.saving_status();
        page.aside = self.given_last(session, &tag);
        let values = [("answered", progress.answered.to_string()), ("items", progress.items.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let summary = if open.is_empty() { words.complete.with(&values) } else { words.incomplete.with(&values) };
        page.column.text(Tone::Plain, summary).gap();
        page.column.numbered(words.finish.to_string()).gap();
        if !open.is_empty() {
            page.column.text(Tone::Quiet, words.go_to.to_string());
        }
        for index in open {
            if let Some(item) = questionnaire.item(index) {
                let key = format!("{:>2}", session.interview.number_of(index));
                let text = self.told_text(session, &item.text, &tag);
                page.column.pieces.push(Piece::Choice { key, text: text.into(), one_line: true });
            }
        }
    }

    fn profile(&self, page: &mut Page<'_>, shown: &Shown) {
        let area = area_of_column(self.area());
        let report = self.report_of(shown);
        let questionnaire = shown.interview.questionnaire();
        page.heading = questionnaire.title().get(&self.tag(questionnaire)).to_string();
        page.view = View { follow: false, ..self.view };
        page.status = self.saving_status();
        let mut lines = report::draw(&report, area.width.into(), self.glyphs);
        if self.session().is_some() {
            let closing = questionnaire.closing().get(&self.tag(questionnaire));
            let wrapped = crate::text::wrap(closing, area.width.into()).into_iter();
            let thanks = wrapped.map(|line| vec![report::Run { role: report::Role::Plain, text: line.to_owned() }]);
            lines = thanks.chain([Vec::new()]).chain(lines).collect();
        }
        page.column.pieces.push(Piece::Report(lines));
    }

    fn results(&self, page: &mut Page<'_>) {
        let words = &self.t().results;
        page.heading = words.title.to_string();
        let finished = self.finished();
        page.column
            .text(Tone::Question, if finished.is_empty() { words.none.to_string() } else { words.what.to_string() })
            .gap();
        for summary in finished {
            let line = match summary.state {
                State::Damaged => &words.damaged,
                State::Sealed => &words.sealed,
                State::Unfinished | State::Finished => &words.line,
            };
            page.column.numbered(line.with(&[
                ("when", &self.when(summary)),
                ("answered", &summary.answered_digits()),
                ("items", &summary.items.to_string()),
                ("code", &summary.id.code()),
                ("questionnaire", &self.title_of(summary)),
            ]));
        }
    }

    fn settings(&self, page: &mut Page<'_>) {
        let words = &self.t().settings;
        page.heading = words.title.to_string();
        page.column.text(Tone::Quiet, words.what.to_string()).gap();
        let offered = Self::offered_settings();
        for setting in &offered {
            let value = self.word_of(setting);
            let value = words.value(setting.key, &value);
            page.column.numbered(format!("{}: {value}", words.name(setting.key)));
        }
        let roomy = area_of_column(self.area()).height >= ROOMY;
        if let Some(setting) = self.view.marked.and_then(|place| offered.get(place)).filter(|_| roomy) {
            page.column.gap().text(Tone::Quiet, words.about(setting.key).to_owned());
        }
    }

    fn store_fault(&self, page: &mut Page<'_>) {
        let words = &self.t().dialogs;
        page.heading = words.no_store.to_string();
        if let Some(fault) = &self.shelf().fault {
            let (what, remedy) = self.fault_words(fault);
            page.column.text(Tone::Warning, what).gap().text(Tone::Plain, remedy).gap();
        }
        page.column.numbered(words.try_again.to_string());
        page.column.numbered(words.other_folder.to_string());
        page.column.numbered(self.t().home.quit.to_string());
        if self.shelf().opening {
            page.status = Status::Working(self.t().home.opening.to_string());
        }
    }
}
