//! What is kept of a person, as that person reads it.

use std::path::PathBuf;

use crate::cli::Context;
use crate::interview::{At, Draft, Event, Happening, Interview, InterviewId, Mode};
use crate::questionnaire::ItemIndex;
use crate::report::{Block, Report, filled, response_words};
use crate::store::{self, Workshop};
use crate::text::{LANGUAGES, Phrase, Tag};

/// Everything that is kept of one person.
pub(super) struct Kept {
    pub(super) id: InterviewId,
    /// None where it cannot be replayed any more.
    pub(super) interview: Option<Interview>,
    pub(super) events: Vec<Event>,
    pub(super) draft: Option<Draft>,
    pub(super) workshop: Option<Workshop>,
    /// Other interviews that were said to be of this person, or not to be.
    pub(super) pairs: Vec<(InterviewId, bool)>,
    /// Their answers are part of the picture that was shown last.
    pub(super) in_picture: bool,
    pub(super) copies: Vec<PathBuf>,
    pub(super) damaged: bool,
}

/// An item and what was answered.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) asked: String,
    pub(super) answer: Option<String>,
    pub(super) note: Option<String>,
}

impl Kept {
    /// When it was agreed to which version of the consent text, and in what language it was read.
    pub(super) fn consent(&self) -> Option<(At, &str, &Tag)> {
        self.events.iter().find_map(|event| match &event.what {
            Happening::Consented { version, language } => Some((event.at, version.as_str(), language)),
            _ => None,
        })
    }

    /// Every item that was answered or noted at.
    pub(super) fn answers(interview: &Interview, context: &Context<'_>) -> Vec<Row> {
        let questionnaire = interview.questionnaire();
        let tag = context.tag(questionnaire);
        let items = questionnaire.items().iter().enumerate().filter_map(|(place, item)| {
            let index = ItemIndex(u16::try_from(place).ok()?);
            let (response, note) = (interview.response(index), interview.note_of(index));
            if response.is_none() && note.is_none() {
                return None;
            }
            let answer = response.map(|response| response_words(questionnaire, item, response, &context.t, &tag));
            let asked = filled(interview, item.text.get(&tag).as_str(), &context.t, &tag);
            Some(Row { key: item.key.to_string(), asked, answer, note: note.map(str::to_owned) })
        });
        items.collect()
    }
}

fn fill(phrase: &Phrase, values: &[(&str, &str)]) -> String {
    phrase.with(values)
}

/// All of it, in order.
pub(super) fn report(kept: &Kept, context: &Context<'_>) -> Report {
    let words = &context.t.access;
    let code = kept.id.code();
    let mut blocks = vec![Block::List(about(kept, context))];
    if kept.damaged {
        blocks.push(Block::Paragraph(words.damaged.to_string()));
    }
    blocks.push(Block::Heading(words.consent_title.to_string()));
    consent(kept, context, &mut blocks);
    if let Some(interview) = &kept.interview {
        blocks.push(Block::Heading(words.answers_title.to_string()));
        let row = |row: Row| {
            let answer = row.answer.unwrap_or_else(|| context.t.item.not_asked.to_string());
            let note = row.note.map(|note| format!(" ({})", fill(&words.note, &[("note", &note)])));
            format!("{} {answer}{}", row.asked, note.unwrap_or_default())
        };
        blocks.push(Block::List(Kept::answers(interview, context).into_iter().map(row).collect()));
    }
    if let Some(draft) = kept.draft.as_ref().filter(|draft| !draft.typed.is_empty() || draft.note.is_some()) {
        let typed = [Some(draft.typed.as_str()), draft.note.as_deref()];
        let typed: Vec<&str> = typed.into_iter().flatten().filter(|text| !text.is_empty()).collect();
        blocks.push(Block::Paragraph(fill(&words.being_typed, &[("text", &typed.join("; "))])));
    }
    blocks.push(Block::Heading(words.history_title.to_string()));
    blocks.push(Block::List(kept.events.iter().map(|event| happened(event, kept, context)).collect()));
    blocks.push(Block::Heading(words.elsewhere_title.to_string()));
    blocks.push(Block::List(elsewhere(kept, context)));
    Report { title: fill(&words.title, &[("code", &code)]), blocks }
}

fn when(at: At, context: &Context<'_>) -> String {
    let when = context.t.date_time(store::local(at.unix_ms));
    if at.doubtful { fill(&context.t.profile.clock_doubtful, &[("when", &when)]) } else { when }
}

/// Who it is of, and what was answered when and where.
fn about(kept: &Kept, context: &Context<'_>) -> Vec<String> {
    let (words, t) = (&context.t.access, &context.t);
    let spoken = LANGUAGES.map(|language| format!("“{}”", kept.id.words(language))).join(", ");
    let mut lines =
        vec![fill(&words.code, &[("code", &kept.id.code()), ("words", &spoken), ("id", &kept.id.to_string())])];
    if let Some(interview) = &kept.interview {
        let questionnaire = interview.questionnaire();
        let title = questionnaire.title().get(&context.tag(questionnaire));
        let values = [("title", title.as_str()), ("key", questionnaire.key().as_str())];
        let version = ("version", questionnaire.version().as_str());
        lines.push(fill(&words.questionnaire, &[values[0], values[1], version]));
        lines.push(match interview.mode() {
            Mode::SelfAdministered => t.export.mode_self.to_string(),
            Mode::Interviewer => t.export.mode_interviewer.to_string(),
        });
        lines.push(if interview.finished() { words.finished.to_string() } else { words.unfinished.to_string() });
    }
    if let (Some(first), Some(last)) = (kept.events.first(), kept.events.last()) {
        lines.push(fill(&words.times, &[("from", &when(first.at, context)), ("to", &when(last.at, context))]));
    }
    if let Some(workshop) = &kept.workshop {
        let about = &workshop.about;
        let date = about.date.parse().map_or_else(|_| about.date.clone(), |date| t.date(date));
        let parts = [about.name.as_str(), &about.place, &date, &about.facilitator];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        lines.push(fill(&words.workshop, &[("workshop", &parts.join(", "))]));
        if let Ok(date) = about.keep_until.parse() {
            lines.push(fill(&words.kept_until, &[("date", &t.date(date))]));
        }
    }
    lines
}

/// That and to what was agreed.
fn consent(kept: &Kept, context: &Context<'_>, blocks: &mut Vec<Block>) {
    let words = &context.t.access;
    let Some((at, version, language)) = kept.consent() else {
        blocks.push(Block::Paragraph(words.no_consent.to_string()));
        return;
    };
    let values = [("when", when(at, context)), ("version", version.to_owned()), ("language", language.to_string())];
    blocks.push(Block::Paragraph(fill(
        &words.consented,
        &values.each_ref().map(|(name, value)| (*name, value.as_str())),
    )));
    let text = kept.interview.as_ref().and_then(|interview| interview.questionnaire().consent());
    let text = text.filter(|text| text.version.as_str() == version).map(|text| text.text.get(language));
    blocks.push(match text {
        Some(text) => Block::Said(fill_code(text.as_str(), kept.id)),
        None => Block::Paragraph(words.consent_text_lost.to_string()),
    });
}

fn fill_code(text: &str, id: InterviewId) -> String {
    text.replace("{code}", &id.code())
}

/// One line of the history.
fn happened(event: &Event, kept: &Kept, context: &Context<'_>) -> String {
    let words = &context.t.access;
    let questionnaire = kept.interview.as_ref().map(Interview::questionnaire);
    let number = |item: &ItemIndex| (usize::from(item.0) + 1).to_string();
    let what = match &event.what {
        Happening::Started { program, .. } => fill(&words.started, &[("program", program)]),
        Happening::Consented { version, .. } => fill(&words.agreed, &[("version", version)]),
        Happening::Responded { item, response, shown_ms, .. } => {
            let known = questionnaire.and_then(|of| Some((of, of.item(*item)?)));
            let answer = known.map(|(of, one)| response_words(of, one, response, &context.t, &context.tag(of)));
            let seconds = context.t.decimal(i64::from(shown_ms.div_ceil(100)), 1);
            let answer = answer.unwrap_or_default();
            fill(&words.responded, &[("number", &number(item)), ("answer", &answer), ("seconds", &seconds)])
        }
        Happening::TakenBack { item, .. } => fill(&words.taken_back, &[("number", &number(item))]),
        Happening::Noted { item, text, .. } => fill(&words.noted, &[("number", &number(item)), ("note", text)]),
        Happening::Resumed => words.resumed.to_string(),
        Happening::Finished => words.ended.to_string(),
        Happening::Joined { .. } => words.joined.to_string(),
        Happening::Recalled { code } => fill(&words.recalled, &[("code", code)]),
    };
    format!("{}: {what}", when(event.at, context))
}

/// Where else something of this person is, as far as the program knows.
fn elsewhere(kept: &Kept, context: &Context<'_>) -> Vec<String> {
    let words = &context.t.access;
    let mut lines: Vec<String> = Vec::new();
    for (id, confirmed) in &kept.pairs {
        let phrase = if *confirmed { &words.same_person } else { &words.another_person };
        lines.push(fill(phrase, &[("code", &id.code())]));
    }
    if kept.in_picture {
        lines.push(words.in_picture.to_string());
    }
    lines.push(if kept.copies.is_empty() {
        words.no_copies.to_string()
    } else {
        let paths: Vec<String> = kept.copies.iter().map(|path| path.display().to_string()).collect();
        fill(&words.copies, &[("paths", &paths.join(", "))])
    });
    lines.push(words.not_known.to_string());
    lines
}
