//! The picture of a group as slides: in the order in which a facilitator wants them, each with one thing to see and a
//! question to talk about.

mod aside;
mod data;
mod words;

use self::words::{Words, sides_figure};
use super::{Bar, Block, Report, Spoke};
use crate::questionnaire::{AspectIndex, Questionnaire};
use crate::scoring::Score;
use crate::stats::{Computed, Interval};
use crate::text::{Catalogue, Tag};
use crate::workshop::{AspectChange, Group, ItemPicture, Paired, Picture};

pub use aside::group_aside;
pub use data::{GroupData, group_data};

/// How many items are told of those most agreed on and of those most split.
const TOLD: usize = 3;

/// What is told beside the figures.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// What the workshop is called.
    pub name: &'a str,
    /// Where and when it is held, by whom; may be empty.
    pub about: &'a str,
    /// Its people are made up.
    pub made_up: bool,
    /// How many are sealed, and not counted.
    pub sealed: usize,
    /// What the room said, by the name of the slide.
    pub notes: &'a [(String, String)],
    /// The questionnaire.
    pub questionnaire: &'a Questionnaire,
    /// The sentences.
    pub t: &'a Catalogue,
    /// The language of the questionnaire's texts.
    pub tag: &'a Tag,
}

/// One slide.
#[derive(Clone, Debug, PartialEq)]
pub struct Slide {
    /// Its name, by which notes are kept.
    pub name: String,
    /// What it says, in a few words.
    pub title: String,
    /// The same as a figure that can be read from the last row.
    pub figure: String,
    /// What the figure counts.
    pub caption: String,
    /// What stands on it.
    pub blocks: Vec<Block>,
    /// What to talk about.
    pub question: String,
}

/// The slides of a picture, each with what the room said to it.
#[must_use]
pub fn slides(picture: &Picture, setting: &Setting<'_>) -> Vec<Slide> {
    let words = Words(*setting);
    let group = match &picture.group {
        Ok(group) => group,
        Err(few) => return vec![words.too_few(few, picture)],
    };
    let mut slides = vec![words.beginning(picture, group), words.agreed(group)];
    slides.extend(words.split(group));
    slides.push(words.profile(picture, group));
    slides.extend(words.shape(group));
    slides.push(words.missing(group));
    slides.extend(picture.change.as_ref().map(|paired| words.change(paired)));
    slides
}

/// All slides as one report, with what the room said.
#[must_use]
pub fn whole(slides: &[Slide], setting: &Setting<'_>) -> Report {
    let words = &setting.t.group;
    let mut blocks = Vec::new();
    if setting.made_up {
        blocks.push(Block::Paragraph(words.made_up.to_string()));
    }
    if !setting.about.is_empty() {
        blocks.push(Block::Aside(setting.about.to_owned()));
    }
    blocks.push(Block::Paragraph(words.no_sample.to_string()));
    for chapter in slides.chunk_by(|one, next| chapter(&one.name) == chapter(&next.name)) {
        blocks.extend(chapter.first().map(|first| Block::Heading(first.title.clone())));
        for slide in chapter {
            // What two slides of a chapter both explain is explained once.
            let new = |block: &&Block| !matches!(block, Block::Aside(_)) || !blocks.contains(block);
            let new: Vec<Block> = slide.blocks.iter().filter(new).cloned().collect();
            blocks.extend(new);
            blocks.push(Block::Question(slide.question.clone()));
            if let Some((_, note)) = setting.notes.iter().find(|(name, _)| *name == slide.name) {
                blocks.push(Block::Said(words.room_said.with(&[("note", note)])));
            }
        }
    }
    if slides.len() > 1 {
        let texts = vec![setting.t.report.group_method.to_string()];
        blocks.push(Block::Boxed { title: setting.t.profile.method_title.to_string(), texts });
    }
    Report { title: setting.name.to_owned(), blocks }
}

/// Under which heading of a report a slide stands: those of what divides the room under one, and the shape with the
/// profile it is drawn from.
fn chapter(slide: &str) -> &str {
    match slide {
        "shape" => "profile",
        _ if slide.starts_with("split") => "split",
        other => other,
    }
}

fn slide(name: &str, title: String, figure: String, blocks: Vec<Block>, question: String) -> Slide {
    Slide { name: name.to_owned(), title, figure, caption: String::new(), blocks, question }
}

impl Words<'_> {
    fn too_few(&self, few: &crate::workshop::TooFew, picture: &Picture) -> Slide {
        let words = &self.0.t.group;
        let values = [("people", few.people.max(picture.view.waiting).to_string()), ("needed", few.needed.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut blocks = vec![Block::Paragraph(words.too_few.with(&values))];
        blocks.extend(self.sealed());
        slide("start", words.start_title.to_string(), String::new(), blocks, words.start_question.to_string())
    }

    fn beginning(&self, picture: &Picture, group: &Group) -> Slide {
        let words = &self.0.t.group;
        let people = group.people.to_string();
        let mut blocks = vec![Block::Paragraph(words.people.with(&[("n", &people)]))];
        if picture.view.waiting > 0 {
            let values = [("n", picture.view.waiting.to_string()), ("missing", picture.view.missing.to_string())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            blocks.push(Block::Paragraph(words.waiting.with(&values)));
        }
        blocks.extend(self.sealed());
        blocks.push(Block::Paragraph(words.rules.to_string()));
        let figure = words.people_figure.with(&[("n", &people)]);
        slide("start", words.start_title.to_string(), figure, blocks, words.start_question.to_string())
    }

    fn sealed(&self) -> Option<Block> {
        let told = || self.0.t.key.not_counted.with(&[("n", &self.0.sealed.to_string())]);
        (self.0.sealed > 0).then(|| Block::Paragraph(told()))
    }

    fn agreed(&self, group: &Group) -> Slide {
        let words = &self.0.t.group;
        let agreed = group.most_agreed(TOLD);
        let mut blocks = Vec::new();
        if agreed.is_empty() {
            let none = if group.tells_agreement() { &words.none_agreed } else { &words.agreement_needs };
            blocks.push(Block::Paragraph(none.to_string()));
        } else {
            blocks.push(Block::Stacks(agreed.iter().map(|item| self.stack(item)).collect()));
            blocks.extend(self.legend(agreed[0]));
        }
        let figure = agreed.first().map(|item| sides_figure(item)).unwrap_or_default();
        let question = agreed.first().and_then(|item| self.talk(item)).unwrap_or(words.agreed_question.to_string());
        let caption = agreed.first().map(|item| self.caption(item)).unwrap_or_default();
        Slide { caption, ..slide("agreed", words.agreed_title.to_string(), figure, blocks, question) }
    }

    /// One slide an item, the most divided first; one that says so where there is none.
    fn split(&self, group: &Group) -> Vec<Slide> {
        let words = &self.0.t.group;
        let split = group.most_split(TOLD);
        if split.is_empty() {
            let none = if group.tells_agreement() { &words.none_split } else { &words.agreement_needs };
            let blocks = vec![Block::Paragraph(none.to_string())];
            let title = words.split_title.to_string();
            return vec![slide("split", title, String::new(), blocks, words.split_question.to_string())];
        }
        let of = |item: &ItemPicture| {
            let name = format!("split-{}", self.key(item));
            let mut blocks = vec![Block::Stacks(vec![self.stack(item)]), Block::List(self.counts_by_point(item))];
            blocks.extend(self.legend(item));
            let question = self.talk_when_split(item).unwrap_or(words.split_question.to_string());
            let title = words.split_title.to_string();
            Slide { caption: self.caption(item), ..slide(&name, title, sides_figure(item), blocks, question) }
        };
        split.into_iter().map(of).collect()
    }

    fn profile(&self, picture: &Picture, group: &Group) -> Slide {
        let words = &self.0.t.group;
        let of_all = |mean: &Computed| mean.as_ref().is_ok_and(|mean| mean.n == group.people as u64);
        let bar = |label: String, mean: &Computed| {
            let bar = self.bar(label, mean);
            if of_all(mean) { Bar { basis: String::new(), ..bar } } else { bar }
        };
        let mut bars: Vec<Bar> = group.aspects.iter().map(|one| bar(self.short(one.aspect), &one.mean)).collect();
        if let (Some(mean), Some(total)) = (&group.total, self.0.questionnaire.total()) {
            bars.push(bar(total.name.get(self.0.tag).to_string(), mean));
        }
        let clear = picture.clear.iter().map(|clear| {
            let (above, below) = (self.aspect(clear.above), self.aspect(clear.below));
            words.clearly_higher.with(&[("above", &above), ("below", &below)])
        });
        let clear: Vec<String> = clear.take(TOLD).collect();
        let mut blocks = vec![Block::Bars(bars)];
        if clear.is_empty() {
            blocks.push(Block::Paragraph(words.too_close.to_string()));
        } else {
            blocks.push(Block::List(clear));
            blocks.push(Block::Aside(words.others_too_close.to_string()));
        }
        blocks.push(Block::Aside(words.how_to_read.to_string()));
        slide("profile", words.profile_title.to_string(), String::new(), blocks, words.profile_question.to_string())
    }

    fn shape(&self, group: &Group) -> Option<Slide> {
        let words = &self.0.t.group;
        let spokes: Vec<Spoke> =
            group.aspects.iter().map(|one| Spoke { label: self.short(one.aspect), score: score(&one.mean) }).collect();
        let told = spokes.iter().filter(|spoke| spoke.score.is_some()).count();
        (told >= 3).then(|| {
            let lowest = group.aspects.iter().filter(|one| one.mean.is_ok()).min_by(|one, other| {
                let value = |mean: &Computed| mean.as_ref().map_or(f64::MAX, |mean| mean.value);
                value(&one.mean).total_cmp(&value(&other.mean))
            });
            let question =
                lowest.and_then(|one| self.talk_of(one.aspect)).unwrap_or(words.profile_question.to_string());
            slide("shape", words.shape_title.to_string(), String::new(), vec![Block::Radar(spokes)], question)
        })
    }

    fn missing(&self, group: &Group) -> Slide {
        let words = &self.0.t.group;
        let missing = &group.missing;
        let all = missing.dont_know + missing.declined + missing.skipped;
        let mut lines = Vec::new();
        for (count, phrase) in [
            (missing.dont_know, &words.dont_know),
            (missing.declined, &words.declined),
            (missing.skipped, &words.skipped),
        ] {
            if count > 0 {
                lines.push(phrase.with(&[("n", &count.to_string())]));
            }
        }
        let mut blocks = Vec::new();
        if all == 0 {
            blocks.push(Block::Paragraph(words.all_answered.to_string()));
        } else {
            let values = [("n", all.to_string()), ("of", group.asked.to_string())];
            let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
            blocks.push(Block::Paragraph(words.not_answered.with(&values)));
            blocks.push(Block::List(lines));
            let often = group.least_answered(TOLD);
            if !often.is_empty() {
                blocks.push(Block::Paragraph(words.least_answered.to_string()));
                let line = |(item, count): &(&ItemPicture, usize)| {
                    words.least_line.with(&[("item", &self.text(item)), ("n", &count.to_string())])
                };
                blocks.push(Block::List(often.iter().map(line).collect()));
            }
        }
        let values = [("n", all.to_string()), ("of", group.asked.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let caption = if all == 0 { words.all_answered.to_string() } else { words.missing_caption.with(&values) };
        let question = words.missing_question.to_string();
        Slide { caption, ..slide("missing", words.missing_title.to_string(), all.to_string(), blocks, question) }
    }

    fn change(&self, paired: &Paired) -> Slide {
        let words = &self.0.t.group;
        let values = [
            ("pairs", paired.change.pairs.to_string()),
            ("before", paired.only_before.to_string()),
            ("after", paired.only_after.to_string()),
        ];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut blocks = vec![Block::Paragraph(words.followed.with(&values))];
        if paired.waiting > 0 {
            blocks.push(Block::Paragraph(words.followed_waiting.with(&[("n", &paired.waiting.to_string())])));
        }
        let told = paired.change.aspects.iter().any(|aspect| aspect.change.is_ok());
        let (mut figure, mut caption) = (String::new(), String::new());
        if told {
            let line = |name: String, change: &Computed, chance: bool| match change {
                Ok(change) => {
                    let interval = change.interval.unwrap_or(Interval { low: change.value, high: change.value });
                    let [by, low, high] = [change.value, interval.low, interval.high].map(|value| self.signed(value));
                    let phrase = if chance { &words.change_chance } else { &words.change_clear };
                    phrase.with(&[("aspect", &name), ("by", &by), ("low", &low), ("high", &high)])
                }
                Err(_) => words.change_none.with(&[("aspect", &name)]),
            };
            let lines = paired.change.aspects.iter();
            let lines = lines.map(|one| line(self.aspect(one.aspect), &one.change, one.could_be_chance()));
            blocks.push(Block::List(lines.collect()));
            let clear = paired.change.aspects.iter().filter(|one| !one.could_be_chance());
            let size = |one: &&AspectChange| one.change.as_ref().map_or(0.0, |change| change.value.abs());
            if let Some(most) = clear.max_by(|one, other| size(one).total_cmp(&size(other))) {
                figure = self.signed(most.change.as_ref().map_or(0.0, |change| change.value));
                caption = line(self.aspect(most.aspect), &most.change, false);
            }
            blocks.push(Block::Aside(words.change_why.to_string()));
        } else {
            blocks.push(Block::Paragraph(words.change_too_few.to_string()));
        }
        let question = words.change_question.to_string();
        Slide { caption, ..slide("change", words.change_title.to_string(), figure, blocks, question) }
    }

    fn bar(&self, label: String, mean: &Computed) -> Bar {
        let words = &self.0.t.group;
        let score = score(mean);
        let reading = match (mean, score) {
            (Ok(_), Some(score)) => {
                let [value, low, high] = [score.value, score.low, score.high].map(|value| format!("{value:.0}"));
                self.0.t.profile.score.with(&[("score", &value), ("low", &low), ("high", &high)])
            }
            _ => words.mean_needs.to_string(),
        };
        let basis = mean.as_ref().map(|mean| words.from_people.with(&[("n", &mean.n.to_string())]));
        Bar { label, score, reading, basis: basis.unwrap_or_default() }
    }

    fn aspect(&self, index: AspectIndex) -> String {
        let aspect = self.0.questionnaire.aspects().get(index.0);
        aspect.map(|aspect| aspect.name.get(self.0.tag).to_string()).unwrap_or_default()
    }

    fn short(&self, index: AspectIndex) -> String {
        let aspect = self.0.questionnaire.aspects().get(index.0);
        aspect.map(|aspect| aspect.short.get(self.0.tag).to_string()).unwrap_or_default()
    }
}

/// A mean and its interval, within 0 to 100.
fn score(mean: &Computed) -> Option<Score> {
    let mean = mean.as_ref().ok()?;
    let interval = mean.interval.unwrap_or(Interval { low: mean.value, high: mean.value });
    Some(Score { value: mean.value, sem: 0.0, low: interval.low.max(0.0), high: interval.high.min(100.0) })
}
