//! What stands on an item's screen.

use super::App;
use super::session::Session;
use crate::interview::{Interview, Mode, Offer, Place};
use crate::questionnaire::{Batch, Day, Item, ItemIndex, Kind, Localized, Several};
use crate::report;
use crate::settings::Advance;
use crate::text::{Tag, width};
use crate::tui::widget::{Column, Page, Piece, Tone, area_of_column};
use crate::tui::{Action, Context};

/// Row of the first choice, so that the choices stay where they are from item to item.
const FIRST_CHOICE: usize = 6;
/// Fewest columns for the statements of a grid.
const STATEMENT: usize = 24;
/// Rows of a column from which on there is room for what is not needed to answer.
pub(super) const ROOMY: u16 = 14;

impl App {
    pub(super) fn context_of_item(&self) -> Context {
        match self.session() {
            Some(session) if session.typing() => Context::Typing,
            Some(session) if session.lettered() => Context::Letters,
            Some(session) if self.grid_fits(session) => Context::Grid,
            _ => Context::Choice,
        }
    }

    /// A text of the questionnaire, with the answers it speaks of.
    pub(super) fn told_text(&self, session: &Session, text: &Localized, tag: &Tag) -> String {
        report::filled(&session.interview, text.get(tag), self.t(), tag)
    }

    pub(super) fn item<'a>(&'a self, page: &mut Page<'a>) {
        let Some(session) = self.session() else { return };
        let Place::Item(index) = session.place else { return };
        let questionnaire = session.interview.questionnaire();
        let Some(item) = questionnaire.item(index) else { return };
        let tag = self.tag(questionnaire);
        let progress = session.interview.progress();
        let at = session.interview.number_of(index).to_string();
        page.heading =
            questionnaire.heading(item).map(|title| self.told_text(session, title, &tag)).unwrap_or_default();
        if session.interview.mode() == Mode::Interviewer {
            page.heading = format!("{} [{}]", page.heading, self.t().item.reading);
        }
        page.counter = self.t().item.counter.with(&[("at", &at), ("of", &progress.items.to_string())]);
        page.progress = Some((progress.answered, progress.items));
        page.view = session.view;
        page.status = self.saving_status();
        page.aside = self.given_last(session, &tag);
        page.column = match questionnaire.batch(item) {
            Some(grid) if self.grid_fits(session) => self.grid_column(session, index, grid, &tag),
            _ => self.item_column(session, index, item, &tag),
        };
    }

    fn item_column<'a>(&'a self, session: &'a Session, index: ItemIndex, item: &Item, tag: &Tag) -> Column<'a> {
        let mut column = Column::default();
        self.begin_column(&mut column, session, index, tag);
        if let Some(grid) = session.interview.questionnaire().batch(item) {
            column.text(Tone::Quiet, self.told_text(session, &grid.lead, tag));
        }
        let tone = if item.is_answered() { Tone::Question } else { Tone::Plain };
        column.text(tone, self.told_text(session, &item.text, tag));
        if let Some(steps) = session.steps().filter(|_| session.side.is_some()) {
            column.text(Tone::Question, self.told_text(session, &steps.then, tag));
        }
        if let Some(hint) = &item.hint {
            column.text(Tone::Quiet, self.told_text(session, hint, tag));
        }
        if let Some(hint) = self.hint_of_kind(session, index, item) {
            column.text(Tone::Quiet, hint);
        }
        self.tell_interviewer(&mut column, session, item, tag);
        column.pieces.push(Piece::Down(FIRST_CHOICE - 1));
        column.gap();
        self.add_answers(&mut column, session, index, item, tag);
        self.end_column(&mut column, session, index, tag);
        column
    }

    /// What is said before the first item of a section, where the screen has room for it.
    fn begin_column(&self, column: &mut Column<'_>, session: &Session, index: ItemIndex, tag: &Tag) {
        let questionnaire = session.interview.questionnaire();
        let section = questionnaire.item(index).and_then(|item| questionnaire.sections().get(item.section));
        let Some(section) = section.filter(|_| area_of_column(self.area()).height >= ROOMY) else { return };
        let first = session.interview.asked().find(|other| section.items.contains(&other.get()));
        if let Some(introduction) = section.introduction.as_ref().filter(|_| first == Some(index)) {
            column.text(Tone::Quiet, self.told_text(session, introduction, tag)).gap();
        }
    }

    fn tell_interviewer(&self, column: &mut Column<'_>, session: &Session, item: &Item, tag: &Tag) {
        let note = item.interviewer.as_ref().filter(|_| session.interview.mode() == Mode::Interviewer);
        if let Some(note) = note {
            let note = self.told_text(session, note, tag);
            column.text(Tone::Quiet, self.t().item.interviewer.with(&[("note", &note)]));
        }
    }

    /// How an item of its kind is answered, where that is not plain.
    fn hint_of_kind(&self, session: &Session, index: ItemIndex, item: &Item) -> Option<String> {
        let words = &self.t().item;
        match &item.kind {
            Kind::Choices(Several { min, max, list }) => {
                let all = list.choices.iter().filter(|choice| !choice.none).count();
                let free = *min == 1 && *max == all;
                let sign = if list.letters { &words.by_letter } else { &words.by_number };
                let (min, max) = (min.to_string(), max.to_string());
                let sign = ("sign", sign.as_str());
                Some(if free {
                    words.several.with(&[sign])
                } else {
                    words.several_range.with(&[("min", &min), ("max", &max), sign])
                })
            }
            Kind::Ranking(ranking) => {
                let needed = session.interview.to_rank(index);
                let all = needed == ranking.list.choices.len();
                Some(if all { words.rank.to_string() } else { words.rank_top.with(&[("n", &needed.to_string())]) })
            }
            Kind::Date(_) => Some(words.type_date.to_string()),
            _ => None,
        }
    }

    /// The choices, or the line to type in.
    fn add_answers<'a>(
        &'a self,
        column: &mut Column<'a>,
        session: &'a Session,
        index: ItemIndex,
        item: &Item,
        tag: &Tag,
    ) {
        let unit = match &item.kind {
            Kind::Number(number) => number.unit.as_ref().map(|unit| unit.get(tag).to_string()).unwrap_or_default(),
            _ => String::new(),
        };
        if item.kind.is_typed() {
            let long = matches!(&item.kind, Kind::Text(text) if text.long);
            column.pieces.push(Piece::Field { prompt: &session.typed, unit: unit.into(), long });
        }
        if let (Kind::Date(_), Some(day)) = (&item.kind, Day::typed(session.typed.text())) {
            column.gap().text(Tone::Quiet, self.t().item.date_read.with(&[("date", &self.t().date(day.civil()))]));
        }
        let context = self.context_of_item();
        let mut apart = false;
        for (place, offer) in session.offers().into_iter().enumerate() {
            let key = match offer {
                Offer::Pick(_) | Offer::Side(_) => key_of(place, session.lettered()),
                Offer::DontKnow => self.key_of_action(Action::DontKnow, context),
                Offer::Decline => self.key_of_action(Action::Decline, context),
            };
            if matches!(offer, Offer::DontKnow | Offer::Decline) && !std::mem::replace(&mut apart, true) {
                column.gap();
            }
            let words = report::offer_words(&session.interview, index, offer, self.t(), tag);
            column.choice(key, format!("{}{words}", picked_sign(session, offer)));
        }
    }

    fn key_of_action(&self, action: Action, context: Context) -> String {
        self.keymap.key_for(action, context, self.t(), self.glyphs).unwrap_or_default()
    }

    /// What is said under the choices.
    fn end_column(&self, column: &mut Column<'_>, session: &Session, index: ItemIndex, tag: &Tag) {
        if let Some(fault) = &session.rejected {
            column.gap().text(Tone::Warning, report::rejection(&session.interview, index, fault, self.t(), tag));
        }
        if let Some(note) = session.interview.note_of(index) {
            column.gap().text(Tone::Quiet, self.t().item.note.with(&[("note", note)]));
        }
    }

    /// Whether the item on the screen is a row of a grid that has room as a whole.
    fn grid_fits(&self, session: &Session) -> bool {
        let questionnaire = session.interview.questionnaire();
        let Some((index, item)) = session.item().zip(session.asked()) else { return false };
        let Some(grid) = questionnaire.batch(item).filter(|_| session.interview.mode() == Mode::SelfAdministered)
        else {
            return false;
        };
        let (area, tag) = (area_of_column(self.area()), self.tag(questionnaire));
        let labels: Vec<String> =
            questionnaire.choices(item).iter().map(|choice| choice.text.get(&tag).to_string()).collect();
        if cell_width(&labels) * labels.len() + STATEMENT > area.width.into() {
            return false;
        }
        self.grid_column(session, index, grid, &tag).height(area.width.into()) <= area.height.into()
    }

    fn grid_column<'a>(&'a self, session: &'a Session, here: ItemIndex, grid: &Batch, tag: &Tag) -> Column<'a> {
        let mut column = Column::default();
        let questionnaire = session.interview.questionnaire();
        let Some(item) = questionnaire.item(here) else { return column };
        self.begin_column(&mut column, session, here, tag);
        column.text(Tone::Question, self.told_text(session, &grid.lead, tag));
        if let Some(hint) = &grid.hint {
            column.text(Tone::Quiet, self.told_text(session, hint, tag));
        }
        let labels: Vec<String> =
            questionnaire.choices(item).iter().map(|choice| choice.text.get(tag).to_string()).collect();
        let cell = cell_width(&labels);
        column.gap();
        column.pieces.push(Piece::Header { labels: labels.clone(), cell });
        column.targets_from = labels.len();
        for index in session.interview.asked().filter(|index| grid.items.contains(&index.get())) {
            let Some(row) = questionnaire.item(index) else { continue };
            let current = index == here;
            let marked = if current { session.view.marked } else { given_place(&session.interview, index) };
            let text = self.told_text(session, &row.text, tag);
            let beside = if current { String::new() } else { self.missing_sign(session, index) };
            column.pieces.push(Piece::Row { text, marked, current, cells: labels.len(), cell, beside });
        }
        column.gap();
        let context = Context::Grid;
        for (action, words, offered) in [
            (Action::DontKnow, &self.t().item.dont_know, item.dont_know),
            (Action::Decline, &self.t().item.decline, item.decline),
        ] {
            if offered {
                column.choice(self.key_of_action(action, context), words.to_string());
            }
        }
        self.end_column(&mut column, session, here, tag);
        column
    }

    /// The sign of a row that was responded to without an answer.
    fn missing_sign(&self, session: &Session, index: ItemIndex) -> String {
        use crate::interview::Response;
        match session.interview.response(index) {
            Some(Response::DontKnow | Response::Declined) => self.t().overview.missing.to_string(),
            Some(Response::Skipped) => self.t().overview.skipped.to_string(),
            _ => String::new(),
        }
    }

    /// What an item's section is about.
    pub(super) fn about_section(&self) -> Vec<String> {
        let about = || {
            let session = self.session()?;
            let questionnaire = session.interview.questionnaire();
            let item = questionnaire.item(session.item()?)?;
            let tag = self.tag(questionnaire);
            let section = questionnaire.sections().get(item.section)?.introduction.as_ref();
            let aspect = item.counts.and_then(|(aspect, _)| questionnaire.aspects().get(aspect.0));
            let texts = [section, aspect.map(|aspect| &aspect.meaning)];
            Some(texts.into_iter().flatten().map(|text| self.told_text(session, text, &tag)).collect())
        };
        about().unwrap_or_default()
    }

    /// What was given on the screen before, and the key that takes it back.
    pub(super) fn given_last(&self, session: &Session, tag: &Tag) -> String {
        let given = || {
            let index = session.given_last?;
            (self.settings.advance == Advance::Auto).then_some(())?;
            let questionnaire = session.interview.questionnaire();
            let response = session.interview.response(index)?;
            let words = report::response_words(questionnaire, questionnaire.item(index)?, response, self.t(), tag);
            let key = self.keymap.key_for(Action::TakeBack, self.context_of_item(), self.t(), self.glyphs)?;
            Some(self.t().item.given.with(&[("answer", &words), ("key", &key)]))
        };
        given().unwrap_or_default()
    }
}

/// The key of a choice at this place: a number for the first ten, or a letter.
fn key_of(place: usize, lettered: bool) -> String {
    match u8::try_from(place) {
        Ok(place @ 0..26) if lettered => char::from(b'a' + place).to_string(),
        Ok(place @ 0..10) if !lettered => ((place + 1) % 10).to_string(),
        _ => " ".to_owned(),
    }
}

/// Columns of one answer of a grid: the longest word of its labels, and a space.
fn cell_width(labels: &[String]) -> usize {
    let words = labels.iter().flat_map(|label| label.split_whitespace());
    words.map(width).max().unwrap_or_default().max(3) + 1
}

/// The place of the choice given for an item.
fn given_place(interview: &Interview, index: ItemIndex) -> Option<usize> {
    use crate::interview::Response;
    use crate::questionnaire::Answer;
    match interview.response(index) {
        Some(Response::Given(Answer::Choice(pick))) => Some(pick.get()),
        _ => None,
    }
}

/// The sign before a line where several can be picked: its rank, or whether it is picked.
fn picked_sign(session: &Session, offer: Offer) -> String {
    let own = matches!(offer, Offer::Pick(_));
    match (session.several(), session.ranks() && own, session.picked_place(offer)) {
        (false, _, _) => String::new(),
        (true, true, Some(rank)) => format!("({}) ", rank + 1),
        (true, true, None) => "( ) ".to_owned(),
        (true, false, Some(_)) => "[x] ".to_owned(),
        (true, false, None) => "[ ] ".to_owned(),
    }
}
