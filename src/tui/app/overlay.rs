//! What stands on top of a screen: help, questions, lines being typed.

use std::path::PathBuf;
use std::time::Duration;

use crossterm::event::KeyEvent;

use super::App;
use super::answering::REPEAT;
use super::details::Detail;
use super::pin::PinLine;
use crate::interview::InterviewId;
use crate::questionnaire::{ItemIndex, Pick};
use crate::report::{self, ProfileFormat};
use crate::store::{Change, Order};
use crate::text::Phrase;
use crate::tui::Action;
use crate::tui::keymap::Hint;
use crate::tui::prompt::Prompt;
use crate::tui::screen::Screen;
use crate::tui::widget::{Column, Page, Piece, Status, Tone, View};

/// Enter that follows the key which opened a question within this time was not meant for it.
const SETTLE: Duration = Duration::from_millis(250);

/// Something on top of the screen.
#[derive(Debug)]
pub(in crate::tui) enum Overlay {
    Help { view: View },
    Dialog { dialog: Dialog, view: View, opened: Duration, by: Option<KeyEvent>, touched: bool },
    Prompt { kind: PromptFor, prompt: Prompt, refused: Option<String> },
    Pin(PinLine),
}

/// A question with a few answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Dialog {
    /// Leave the item unanswered?
    LeaveUnanswered,
    /// This one has to be answered.
    Required,
    /// Stop here?
    Quit,
    /// Discard the interview?
    Discard(InterviewId),
    /// It could not be saved: what now?
    NotSaved,
    /// In which form is the profile saved?
    SaveAs,
    /// Are you still there?
    StillThere,
    /// Are these two interviews, before and after, one person's?
    OnePerson(InterviewId, InterviewId),
    /// Take back that they are?
    Unpair(InterviewId, InterviewId),
}

/// What a line is typed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum PromptFor {
    /// A note to an item.
    Note(ItemIndex),
    /// What is meant by a choice that asks for more.
    Other(Pick),
    /// The folder to save in from now on.
    Folder,
    /// The folder that exports go to.
    ExportFolder,
    /// The folder that bundles are looked for in, or written to.
    BundleFolder,
    /// The file with the key that opens a bundle.
    KeyFile,
    /// The code of the round before.
    EarlierCode,
    /// What the room said.
    Room,
    /// Something of a workshop.
    Detail(Detail),
    /// The name of the workshop whose answers are to be erased.
    EraseWorkshop,
}

impl Overlay {
    pub(super) fn question(dialog: Dialog, opened: Duration) -> Self {
        Self::Dialog { dialog, view: View::at(0), opened, by: None, touched: false }
    }

    pub(super) fn prompt(kind: PromptFor, prompt: Prompt) -> Self {
        Self::Prompt { kind, prompt, refused: None }
    }

    /// A line that was not taken, and why.
    pub(super) fn refused(kind: PromptFor, prompt: Prompt, why: String) -> Self {
        Self::Prompt { kind, prompt, refused: Some(why) }
    }
}

impl App {
    pub(super) fn open_help(&mut self) {
        // A question keeps its place: it comes back when the help is closed.
        if self.overlay.is_none() {
            self.overlay = Some(Overlay::Help { view: View::default() });
        }
    }

    pub(super) fn open_dialog(&mut self, dialog: Dialog) {
        let by = self.last_key.map(|(key, _)| key);
        self.overlay =
            Some(Overlay::Dialog { dialog, view: View::at(0), opened: self.now.elapsed, by, touched: false });
        self.dirty = true;
    }

    pub(super) fn mark_in_dialog(&mut self, place: usize) {
        match &mut self.overlay {
            Some(Overlay::Dialog { view, touched, .. }) => {
                view.mark(place);
                *touched = true;
            }
            Some(Overlay::Help { view }) => view.mark(place),
            _ => {}
        }
    }

    pub(super) fn on_overlay(&mut self, action: Action) {
        match &mut self.overlay {
            None => {}
            Some(Overlay::Pin(_)) => self.on_pin(action),
            Some(Overlay::Help { view }) => {
                let marked = view.marked;
                self.on_help(action, marked);
            }
            Some(Overlay::Dialog { dialog, .. }) => {
                let dialog = *dialog;
                self.on_dialog(dialog, action);
            }
            Some(Overlay::Prompt { prompt, refused, .. }) => match action {
                Action::Edit(request) => {
                    *refused = None;
                    if prompt.edit(request) {
                        self.touch_draft();
                    }
                }
                Action::Confirm => self.take_prompt(),
                Action::Leave => {
                    self.overlay = None;
                    self.touch_draft();
                }
                _ => {}
            },
        }
    }

    /// In the list of all keys: each line does what it says, for a hand that cannot press its key.
    fn on_help(&mut self, action: Action, marked: Option<usize>) {
        let lines = self.help_lines();
        match action {
            Action::Confirm => {
                self.overlay = None;
                if let Some((line, _)) = marked.and_then(|place| lines.get(place)) {
                    self.act(line.action);
                }
            }
            Action::Leave | Action::Help | Action::Back => self.overlay = None,
            // Behind the last line there may be more to read.
            Action::Down if marked.is_some_and(|place| place + 1 == lines.len()) => self.scroll(action),
            Action::Up | Action::Down | Action::Mark(_) => {
                if let Some(Overlay::Help { view }) = &mut self.overlay {
                    Self::moved(view, action, lines.len());
                }
            }
            other => self.scroll(other),
        }
    }

    /// The keys that count beneath the list of all keys, each with the others that do the same.
    fn help_lines(&self) -> Vec<(Hint, String)> {
        let mut lines = self.keymap.all_keys(self.context_of_screen(), self.t(), self.glyphs);
        lines.retain(|(line, _)| line.action != Action::Help && self.is_possible(line.action));
        for (line, _) in &mut lines {
            self.name_language(std::slice::from_mut(line));
        }
        lines
    }

    fn take_prompt(&mut self) {
        let Some(Overlay::Prompt { kind, prompt, .. }) = &self.overlay else { return };
        let (kind, text) = (*kind, prompt.text().to_owned());
        let taken = match kind {
            PromptFor::Note(index) => self.write_note(index, &text),
            // It closes the line itself: what comes next may open another.
            PromptFor::Other(pick) if self.say(pick, &text) => return,
            PromptFor::Other(_) => false,
            PromptFor::EarlierCode => self.recall(&text),
            PromptFor::Room => self.note_room(&text),
            PromptFor::Detail(detail) => self.take_detail(detail, &text),
            PromptFor::EraseWorkshop => self.erase_workshop(&text),
            PromptFor::Folder | PromptFor::ExportFolder | PromptFor::BundleFolder | PromptFor::KeyFile
                if text.trim().is_empty() =>
            {
                false
            }
            PromptFor::KeyFile => self.open_with_key(PathBuf::from(text.trim())),
            PromptFor::BundleFolder => self.use_bundle_folder(PathBuf::from(text.trim())),
            PromptFor::ExportFolder => {
                self.export_to(PathBuf::from(text.trim()));
                true
            }
            PromptFor::Folder => {
                self.use_folder(PathBuf::from(text.trim()));
                true
            }
        };
        if taken {
            self.overlay = None;
        } else {
            let why = self.prompt_words(kind).1.to_string();
            self.overlay = Some(Overlay::refused(kind, Prompt::new(&text), why));
        }
    }

    /// Notes the code of the round before; the line may stay empty.
    fn recall(&mut self, text: &str) -> bool {
        let at = self.now.at;
        if let Some(session) = &mut self.session {
            session.interview.recall(text, at);
        }
        self.save();
        true
    }

    fn on_dialog(&mut self, dialog: Dialog, action: Action) {
        let count = self.dialog_choices(dialog).len();
        let held = self.opened_by_held_key();
        let by_control = self.last_key_is_control();
        let Some(Overlay::Dialog { view, touched, .. }) = &mut self.overlay else { return };
        let marked = view.marked.unwrap_or_default();
        match action {
            Action::Confirm if held => {}
            // The question stays until the answer is on the disk.
            Action::Confirm if dialog == Dialog::NotSaved && marked == 0 => self.retry(),
            Action::Confirm => {
                self.overlay = None;
                self.answer_dialog(dialog, marked);
            }
            // A second Ctrl-C means it.
            Action::Leave if dialog == Dialog::Quit && by_control => {
                self.overlay = None;
                self.stop();
            }
            Action::Leave if dialog == Dialog::NotSaved && by_control => {
                self.overlay = None;
                self.stop_unsaved();
            }
            Action::Leave => self.overlay = None,
            other => {
                *touched = true;
                Self::moved(view, other, count);
            }
        }
    }

    fn opened_by_held_key(&self) -> bool {
        let Some(Overlay::Dialog { opened, by: Some(by), touched: false, .. }) = &self.overlay else { return false };
        let (Some((key, at)), Some((_, before))) = (self.last_key, self.before_last_key) else { return false };
        by.code == key.code && (at.saturating_sub(*opened) < SETTLE || at.saturating_sub(before) < REPEAT)
    }

    pub(super) fn last_key_is_control(&self) -> bool {
        self.last_key.is_some_and(|(key, _)| key.modifiers.contains(crossterm::event::KeyModifiers::CONTROL))
    }

    fn answer_dialog(&mut self, dialog: Dialog, marked: usize) {
        match (dialog, marked) {
            (Dialog::LeaveUnanswered, 1) => self.leave_unanswered(),
            (Dialog::Quit, 1) => self.stop(),
            (Dialog::Discard(id), 1) => self.order(super::saving::Errand::Erase, Order::Erase { id }),
            (Dialog::NotSaved, 1) => {
                self.overlay = Some(Overlay::prompt(PromptFor::Folder, Prompt::default()));
            }
            (Dialog::NotSaved, 2) => self.stop_unsaved(),
            (Dialog::OnePerson(before, after), answer) => self.answer_one_person((before, after), answer),
            (Dialog::Unpair(before, after), 1) => self.pair(Change::Unpair { before, after }),
            (Dialog::SaveAs, place) => {
                if let Some(format) = ProfileFormat::ALL.get(place) {
                    self.save_profile(*format);
                }
            }
            _ => {}
        }
    }

    /// Stops an interview, of which everything is kept.
    fn stop(&mut self) {
        if self.session().is_some_and(|session| session.saving.fault.is_some()) {
            self.open_dialog(Dialog::NotSaved);
            return;
        }
        self.keep_draft();
        self.leave_unbegun();
    }

    /// Leaves although something could not be saved: the person has been told. It is tried once more.
    fn stop_unsaved(&mut self) {
        self.keep_draft();
        self.leave_unbegun();
    }

    pub(super) fn dialog_choices(&self, dialog: Dialog) -> Vec<String> {
        let words = &self.t().dialogs;
        let phrases = match dialog {
            Dialog::LeaveUnanswered => vec![&words.back_to_item, &words.leave_unanswered],
            Dialog::Required => vec![&words.understood],
            Dialog::Quit => vec![&words.keep_answering, &words.stop_here],
            Dialog::Discard(_) => vec![&words.keep_it, &words.discard_it],
            Dialog::NotSaved => vec![&words.try_again, &words.other_folder, &words.leave_unsaved],
            Dialog::StillThere => vec![&self.t().kiosk.here],
            Dialog::OnePerson(..) => {
                let words = &self.t().workshop;
                vec![&words.look_later, &words.one_person, &words.two_people]
            }
            Dialog::Unpair(..) => vec![&self.t().workshop.stay_matched, &self.t().workshop.unmatch],
            Dialog::SaveAs => ProfileFormat::ALL.map(|format| format.name_of(self.t())).to_vec(),
        };
        phrases.into_iter().map(ToString::to_string).collect()
    }

    pub(super) fn page_of_overlay(&self, overlay: &Overlay) -> Page<'_> {
        if let Overlay::Pin(line) = overlay {
            return self.pin_page(line);
        }
        let beneath = self.page_of_screen();
        let mut page = Page {
            heading: beneath.heading,
            counter: beneath.counter,
            progress: beneath.progress,
            status: beneath.status,
            ..Page::default()
        };
        match overlay {
            Overlay::Help { view } => {
                page.view = *view;
                page.column = self.help();
            }
            Overlay::Dialog { dialog, view, .. } => {
                page.view = *view;
                page.column = self.dialog(*dialog);
            }
            Overlay::Pin(_) => {}
            Overlay::Prompt { kind, .. } => {
                page.column = self.prompt_column(*kind);
                // What is being typed here is not saved yet, whatever else is.
                if matches!(page.status, Status::Done(_)) {
                    page.status = Status::Silent;
                }
            }
        }
        page
    }

    fn dialog(&self, dialog: Dialog) -> Column<'_> {
        let words = &self.t().dialogs;
        let mut column = Column::default();
        let question = match dialog {
            Dialog::LeaveUnanswered => &words.unanswered,
            Dialog::Required => &words.required,
            Dialog::Quit if self.in_kiosk() => &self.t().kiosk.stop,
            Dialog::Quit if self.boot.practice => &words.quit_practice,
            Dialog::Quit => &words.quit,
            Dialog::StillThere => &self.t().kiosk.still_there,
            Dialog::OnePerson(..) => &self.t().workshop.ask_one_person,
            Dialog::Unpair(..) => &self.t().workshop.ask_unmatch,
            Dialog::Discard(_) => &words.discard,
            Dialog::NotSaved => &words.not_saved,
            Dialog::SaveAs => &words.save_as,
        };
        column.text(Tone::Dialog, question.as_str()).gap();
        if let (Dialog::NotSaved, Some(fault)) =
            (dialog, self.session().and_then(|session| session.saving.fault.as_ref()))
        {
            let (what, remedy) = self.fault_words(fault);
            column.text(Tone::Warning, what).text(Tone::Plain, remedy).gap();
        }
        if dialog == Dialog::Required
            && let Some((session, reason)) =
                self.session().and_then(|session| Some((session, session.asked()?.required.as_ref()?)))
        {
            let tag = self.tag(session.interview.questionnaire());
            let reason = report::filled(&session.interview, reason.get(&tag), self.t(), &tag);
            column.text(Tone::Plain, reason).gap();
        }
        if let Dialog::OnePerson(before, after) | Dialog::Unpair(before, after) = dialog {
            for code in self.codes_of_pair(before, after) {
                column.text(Tone::Plain, code);
            }
            column.gap();
        }
        for choice in self.dialog_choices(dialog) {
            column.numbered(choice);
        }
        column
    }

    fn prompt_column(&self, kind: PromptFor) -> Column<'_> {
        let mut column = Column::default();
        let Some(Overlay::Prompt { prompt, refused, .. }) = &self.overlay else { return column };
        if let (PromptFor::Note(index), Some(interview)) = (kind, self.interview())
            && let Some(item) = interview.questionnaire().item(index)
        {
            let tag = self.tag(interview.questionnaire());
            column.text(Tone::Quiet, item.text.get(&tag).as_str()).gap();
        }
        column.text(Tone::Question, self.prompt_words(kind).0).gap();
        column.pieces.push(Piece::Field { prompt, unit: "".into(), long: false });
        if let Some(why) = refused {
            column.gap().text(Tone::Warning, why.as_str());
        }
        column
    }

    /// What is asked where a line is typed, and what is said where it is not taken.
    fn prompt_words(&self, kind: PromptFor) -> (String, &Phrase) {
        let words = &self.t().dialogs;
        match kind {
            PromptFor::Note(_) => (words.note.to_string(), &words.note_refused),
            PromptFor::Other(pick) => (words.other.with(&[("choice", &self.choice_words(pick))]), &words.note_refused),
            PromptFor::Folder | PromptFor::ExportFolder | PromptFor::BundleFolder => {
                (words.folder.to_string(), &words.folder_refused)
            }
            PromptFor::KeyFile => (self.t().bundle.key_file.to_string(), &self.t().bundle.key_file_refused),
            PromptFor::EarlierCode => (self.t().kiosk.earlier.to_string(), &words.note_refused),
            PromptFor::Room => (self.t().group.note_ask.to_string(), &words.note_refused),
            PromptFor::Detail(detail) => self.detail_prompt(detail),
            PromptFor::EraseWorkshop => (self.erase_words(), &self.t().workshop.not_erased),
        }
    }

    /// The words of a choice of the item on the screen.
    fn choice_words(&self, pick: Pick) -> String {
        let words = || {
            let session = self.session()?;
            let questionnaire = session.interview.questionnaire();
            let choice = questionnaire.choices(session.asked()?).get(pick.get())?;
            Some(choice.text.get(&self.tag(questionnaire)).to_string())
        };
        words().unwrap_or_default()
    }

    fn help(&self) -> Column<'_> {
        let mut column = Column::default();
        column.text(Tone::Heading, self.t().help.title.as_str()).text(Tone::Quiet, self.t().help.what.as_str()).gap();
        let lines = self.help_lines();
        let widest = lines.iter().map(|(line, _)| crate::text::width(&line.key)).max().unwrap_or_default();
        for (line, others) in lines {
            let words = if others.is_empty() { line.words } else { format!("{}  ({others})", line.words) };
            column.choice(crate::text::pad(&line.key, widest), words);
        }
        if matches!(self.screen, Screen::Item) {
            column.text(Tone::Plain, self.t().help.digits.to_string()).gap();
            for text in self.about_section() {
                column.text(Tone::Quiet, text).gap();
            }
        }
        let saving = if self.boot.practice { &self.t().item.practice } else { &self.t().help.saving };
        column.gap().text(Tone::Quiet, saving.as_str());
        column
    }
}
