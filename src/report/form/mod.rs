//! A questionnaire as a paper form: rows, each with a text in every language shown, and three ways to write them.

mod answers;
mod html;
mod markdown;
mod text;

pub use html::html;
pub use markdown::markdown as form_markdown;
pub use text::text;

use crate::questionnaire::{Batch, Expression, Item, ItemIndex, Localized, Questionnaire, Section, fill};
use crate::text::{Catalogue, Tag};

/// A paper form.
#[derive(Clone, Debug)]
pub struct Form {
    /// The languages shown, from left to right.
    pub languages: Vec<Tag>,
    /// From top to bottom.
    pub rows: Vec<Row>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The name of the questionnaire.
    Title,
    /// The name of a part.
    Heading,
    /// Something to read.
    Plain,
    /// Something beside it.
    Quiet,
    /// What is asked.
    Question,
    /// What can be ticked or filled in.
    Answer,
}

/// The same in every language shown.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub style: Style,
    /// A text a language.
    pub texts: Vec<String>,
}

/// A language of a form, and the sentences that go with it.
pub type Speaker<'a> = (Tag, &'a Catalogue);

/// The questionnaire as a form in these languages.
#[must_use]
pub fn form(questionnaire: &Questionnaire, speakers: &[Speaker<'_>]) -> Form {
    let mut writer = Writer { questionnaire, speakers, rows: Vec::new() };
    writer.head();
    for section in questionnaire.sections() {
        writer.section(section);
    }
    writer.words(Style::Plain, questionnaire.closing());
    Form { languages: speakers.iter().map(|(tag, _)| tag.clone()).collect(), rows: writer.rows }
}

/// Where something is filled in by hand.
const BLANK: &str = "________";

struct Writer<'a> {
    questionnaire: &'a Questionnaire,
    speakers: &'a [Speaker<'a>],
    rows: Vec<Row>,
}

impl Writer<'_> {
    fn row(&mut self, style: Style, text: impl FnMut(&Speaker<'_>) -> String) {
        let texts = self.speakers.iter().map(text).collect();
        self.rows.push(Row { style, texts });
    }

    /// A text as it is written.
    fn words(&mut self, style: Style, words: &Localized) {
        self.row(style, |(tag, _)| words.get(tag).to_string());
    }

    /// A text that may speak of answers.
    fn told(&mut self, style: Style, words: &Localized) {
        let questionnaire = self.questionnaire;
        self.row(style, |(tag, t)| told(questionnaire, words, tag, t));
    }

    fn head(&mut self) {
        let questionnaire = self.questionnaire;
        self.words(Style::Title, questionnaire.title());
        let authors: Vec<&str> = questionnaire.authors().iter().map(crate::text::Clean::as_str).collect();
        let authors = authors.join(", ");
        let values = [
            ("key", questionnaire.key().as_str()),
            ("version", questionnaire.version().as_str()),
            ("authors", authors.as_str()),
            ("licence", questionnaire.licence().as_str()),
        ];
        self.row(Style::Quiet, |(_, t)| t.form.identity.with(&values));
        if let Some(citation) = questionnaire.citation() {
            self.words(Style::Quiet, citation);
        }
        self.words(Style::Plain, questionnaire.introduction());
        if let Some(consent) = questionnaire.consent() {
            self.row(Style::Heading, |(_, t)| t.consent.title.to_string());
            self.row(Style::Plain, |(tag, _)| consent.text.get(tag).replace("{code}", BLANK));
            self.row(Style::Question, |(_, t)| t.consent.question.to_string());
            self.row(Style::Answer, |(_, t)| format!("[ ] {}", t.consent.yes));
            self.row(Style::Answer, |(_, t)| format!("[ ] {}", t.consent.no));
        }
    }

    fn section(&mut self, section: &Section) {
        self.told(Style::Heading, &section.title);
        self.only_if(section.show_if.and_then(|show| self.questionnaire.condition(show)));
        if let Some(introduction) = &section.introduction {
            self.told(Style::Plain, introduction);
        }
        if section.shuffle {
            self.row(Style::Quiet, |(_, t)| t.form.shuffled.to_string());
        }
        let mut grid_before = None;
        for place in section.items.clone() {
            let Some(item) = self.questionnaire.items().get(place) else { continue };
            let grid = item.batch.filter(|batch| grid_before != Some(*batch));
            if let Some(grid) = grid.and_then(|batch| self.questionnaire.batches().get(batch)) {
                self.lead(grid);
            }
            grid_before = item.batch;
            self.item(place, item);
        }
    }

    fn lead(&mut self, grid: &Batch) {
        self.told(Style::Question, &grid.lead);
        if let Some(hint) = &grid.hint {
            self.told(Style::Quiet, hint);
        }
    }

    fn only_if(&mut self, condition: Option<&Expression>) {
        if let Some(condition) = condition {
            let written = with_numbers(self.questionnaire, condition.text());
            self.row(Style::Quiet, |(_, t)| t.form.only_if.with(&[("condition", &written)]));
        }
    }

    fn item(&mut self, place: usize, item: &Item) {
        let questionnaire = self.questionnaire;
        let number = if item.is_answered() { format!("{}. ", number(questionnaire, place)) } else { String::new() };
        let style = if item.is_answered() { Style::Question } else { Style::Plain };
        self.row(style, |(tag, t)| format!("{number}{}", told(questionnaire, &item.text, tag, t)));
        for show in &item.show_if {
            self.only_if(questionnaire.condition(*show));
        }
        if let Some(hint) = &item.hint {
            self.told(Style::Quiet, hint);
        }
        if let Some(note) = &item.interviewer {
            let note = |tag: &Tag, t: &Catalogue| told(questionnaire, note, tag, t);
            self.row(Style::Quiet, |(tag, t)| t.item.interviewer.with(&[("note", &note(tag, t))]));
        }
        if let Some(reason) = &item.required {
            let reason = |tag: &Tag, t: &Catalogue| told(questionnaire, reason, tag, t);
            self.row(Style::Quiet, |(tag, t)| t.form.required.with(&[("reason", &reason(tag, t))]));
        }
        answers::write(self, item);
        for check in &item.checks {
            self.told(Style::Quiet, &check.message);
        }
    }
}

/// The number of an item on the form: items that are only read have none.
fn number(questionnaire: &Questionnaire, place: usize) -> usize {
    questionnaire.items().iter().take(place + 1).filter(|item| item.is_answered()).count()
}

/// A text with blanks for the answers it speaks of.
fn told(questionnaire: &Questionnaire, words: &Localized, tag: &Tag, t: &Catalogue) -> String {
    fill(words.get(tag), |name| match place_of(questionnaire, name) {
        Some(place) => t.form.answer_to.with(&[("number", &number(questionnaire, place).to_string())]),
        None => BLANK.to_owned(),
    })
}

fn place_of(questionnaire: &Questionnaire, key: &str) -> Option<usize> {
    use crate::questionnaire::Named;
    match questionnaire.named(key)? {
        Named::Item(ItemIndex(place)) => Some(usize::from(place)),
        Named::Value(_) => None,
    }
}

/// An expression with the number of each item behind its name: `role [7] == "resident"`.
fn with_numbers(questionnaire: &Questionnaire, expression: &str) -> String {
    let mut written = String::with_capacity(expression.len());
    let mut quote = None;
    let mut word = String::new();
    let end = |word: &mut String, written: &mut String| {
        let place = place_of(questionnaire, word);
        written.push_str(word);
        if let Some(place) = place {
            written.push_str(&[" [", &number(questionnaire, place).to_string(), "]"].concat());
        }
        word.clear();
    };
    for character in expression.chars() {
        if quote.is_none() && (character.is_ascii_alphanumeric() || character == '_') {
            word.push(character);
            continue;
        }
        end(&mut word, &mut written);
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        written.push(if character == '\n' { ' ' } else { character });
    }
    end(&mut word, &mut written);
    written
}
