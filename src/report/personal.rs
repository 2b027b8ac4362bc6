use jiff::civil::DateTime;

use super::answers::{filled, response_words};
use super::{Bar, Block, Report, Spoke};
use crate::interview::Interview;
use crate::questionnaire::{Aspect, AspectIndex, ByLevel, ItemIndex, Level, LevelBounds, Localized, Questionnaire};
use crate::scoring::{NotScored, Profile, Score, Scored};
use crate::text::{Catalogue, Phrase, Tag};
use crate::workshop::OwnChange;

/// What a report says of an interview beside its answers.
#[derive(Clone, Debug)]
pub struct Facts {
    /// When it began, in local time.
    pub started: DateTime,
    /// The clock could not be trusted.
    pub doubtful: bool,
    /// How the scores changed since the round before, of a person who is known to have been there.
    pub change: Vec<OwnChange>,
}

struct Teller<'a> {
    questionnaire: &'a Questionnaire,
    profile: &'a Profile,
    levels: Option<&'a LevelBounds>,
    t: &'a Catalogue,
    tag: &'a Tag,
}

/// One person's profile, strengths first.
#[must_use]
pub fn personal(interview: &Interview, profile: &Profile, facts: &Facts, t: &Catalogue, tag: &Tag) -> Report {
    let questionnaire = interview.questionnaire();
    let teller = Teller { questionnaire, profile, levels: questionnaire.levels(), t, tag };
    let when = t.date_time(facts.started);
    let when = if facts.doubtful { t.profile.clock_doubtful.with(&[("when", &when)]) } else { when };
    let mut blocks = vec![Block::Aside(t.profile.about.with(&[
        ("questionnaire", questionnaire.title().get(tag)),
        ("when", &when),
        ("code", &interview.id().code()),
    ]))];
    if !interview.finished() {
        blocks.push(Block::Paragraph(t.profile.unfinished.to_string()));
    }
    if let Some(total) = &profile.total {
        blocks.extend(teller.total(total));
        blocks.push(teller.method());
    } else if profile.aspects.is_empty() {
        let progress = interview.progress();
        let values = [("answered", progress.answered.to_string()), ("items", progress.items.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        blocks.push(Block::Paragraph(t.profile.answered.with(&values)));
        blocks.push(Block::Paragraph(t.profile.one_view.to_string()));
    } else {
        blocks.extend(teller.scores());
        blocks.extend(teller.comparison());
        blocks.extend(teller.change(&facts.change));
        blocks.extend(teller.aspects());
        blocks.push(teller.method());
    }
    Report { title: t.profile.title.to_string(), blocks }
}

/// A level in words, with the levels its band reaches into: "middle; may also be low".
#[must_use]
pub fn level_words(score: &Score, levels: &LevelBounds, t: &Catalogue, tag: &Tag) -> String {
    let (lowest, level, highest) = score.levels(levels);
    let name = |level| levels.names.get(level).get(tag).as_str();
    let others: Vec<&str> = [lowest, highest].into_iter().filter(|other| *other != level).map(name).collect();
    match others.as_slice() {
        [] => name(level).to_owned(),
        [other] => t.profile.level_or.with(&[("level", name(level)), ("other", other)]),
        [other, another, ..] => {
            t.profile.level_or_either.with(&[("level", name(level)), ("other", other), ("another", another)])
        }
    }
}

/// Every answer in words, with its note.
#[must_use]
pub fn answers(interview: &Interview, t: &Catalogue, tag: &Tag) -> Vec<Block> {
    let questionnaire = interview.questionnaire();
    let line = |index: ItemIndex| {
        let item = questionnaire.item(index).filter(|item| item.is_answered())?;
        let said = interview.response(index).map_or_else(
            || t.item.not_asked.to_string(),
            |response| response_words(questionnaire, item, response, t, tag),
        );
        let note = interview.note_of(index).map(|note| format!(" ({})", t.item.note.with(&[("note", note)])));
        let text = filled(interview, item.text.get(tag), t, tag);
        Some(format!("{text} {said}{}", note.unwrap_or_default()))
    };
    vec![
        Block::Heading(t.profile.answers_title.to_string()),
        Block::List(interview.order().iter().copied().filter_map(line).collect()),
    ]
}

impl Teller<'_> {
    fn aspect(&self, index: AspectIndex) -> Option<&Aspect> {
        self.questionnaire.aspects().get(index.0)
    }

    fn name(&self, index: AspectIndex) -> String {
        self.aspect(index).map(|aspect| aspect.name.get(self.tag).to_string()).unwrap_or_default()
    }

    fn short(&self, index: AspectIndex) -> String {
        self.aspect(index).map(|aspect| aspect.short.get(self.tag).to_string()).unwrap_or_default()
    }

    fn scores(&self) -> Vec<Block> {
        let spokes = self
            .profile
            .aspects
            .iter()
            .map(|one| Spoke { label: self.short(one.aspect), score: one.scored.score.ok() });
        let bars = self.profile.aspects.iter().map(|one| Bar {
            label: self.short(one.aspect),
            score: one.scored.score.ok(),
            reading: self.reading(&one.scored),
            basis: self.basis(&one.scored),
        });
        let mut blocks = vec![
            Block::Bars(bars.collect()),
            Block::Aside(self.t.profile.how_to_read.to_string()),
            Block::Paragraph(self.t.profile.one_view.to_string()),
        ];
        let spokes: Vec<Spoke> = spokes.collect();
        // Without an edge there is no shape to see.
        if spokes.iter().filter(|spoke| spoke.score.is_some()).count() > 1 {
            blocks.push(Block::Radar(spokes));
        }
        blocks
    }

    fn reading(&self, one: &Scored) -> String {
        match &one.score {
            Ok(score) => self.t.profile.score.with(&[
                ("score", &whole(score.value)),
                ("low", &whole(score.low)),
                ("high", &whole(score.high)),
            ]),
            Err(NotScored::TooFewAnswered { needed }) => {
                self.t.profile.too_few.with(&[("needed", &needed.to_string())])
            }
            Err(NotScored::NothingApplies) => self.t.profile.nothing_applies.to_string(),
            Err(NotScored::NoNorm) => self.t.profile.no_norm.to_string(),
        }
    }

    /// "5 of 7 answered", and what became of the others.
    fn basis(&self, one: &Scored) -> String {
        let words = &self.t.profile;
        let mut parts = vec![
            words.answered.with(&[("answered", &one.answered.to_string()), ("items", &one.applicable.to_string())]),
        ];
        for (count, phrase) in [
            (one.missing.dont_know, &words.dont_know),
            (one.missing.declined, &words.declined),
            (one.missing.skipped, &words.skipped),
            (one.missing.not_applicable, &words.not_applicable),
        ] {
            if count > 0 {
                parts.push(phrase.with(&[("n", &count.to_string())]));
            }
        }
        parts.join(", ")
    }

    fn comparison(&self) -> Vec<Block> {
        let words = &self.t.profile;
        let ranked = self.profile.ranked();
        if ranked.len() < 2 {
            return Vec::new();
        }
        let clear = self.profile.clear_differences();
        let told = if clear.is_empty() {
            vec![Block::Paragraph(words.too_close.to_string())]
        } else {
            let sentences = clear.iter().map(|(above, below)| {
                words.clearly_higher.with(&[("above", &self.name(*above)), ("below", &self.name(*below))])
            });
            {
                let mut told = vec![Block::List(sentences.collect())];
                if clear.len() < ranked.len() * (ranked.len() - 1) / 2 {
                    told.push(Block::Paragraph(words.others_too_close.to_string()));
                }
                told
            }
        };
        std::iter::once(Block::Heading(words.standing_out.to_string())).chain(told).collect()
    }

    /// One's own change, only ever with what chance alone could bring.
    fn change(&self, changes: &[OwnChange]) -> Vec<Block> {
        let words = &self.t.profile;
        let Some(most) = changes.iter().map(|change| change.detectable).reduce(f64::max) else { return Vec::new() };
        let told = |phrase: &Phrase, change: &OwnChange| {
            let [before, after] = [change.before, change.after].map(whole);
            phrase.with(&[("aspect", &self.short(change.aspect)), ("before", &before), ("after", &after)])
        };
        let (chance, clear): (Vec<&OwnChange>, Vec<_>) = changes.iter().partition(|change| change.could_be_chance());
        let clear = clear.into_iter().map(|change| {
            told(if change.after > change.before { &words.change_higher } else { &words.change_lower }, change)
        });
        let chance: Vec<_> = chance.into_iter().map(|change| told(&words.change_step, change)).collect();
        let by_chance = words.change_chance.with(&[("changes", &chance.join("; "))]);
        let lines = clear.chain((!chance.is_empty()).then_some(by_chance));
        vec![
            Block::Heading(words.change_title.to_string()),
            Block::List(lines.collect()),
            Block::Aside(words.change_why.with(&[("points", &whole(most))])),
        ]
    }

    /// Every aspect in words: the scored ones from the highest, then those without a score.
    fn aspects(&self) -> Vec<Block> {
        let ranked = self.profile.ranked().into_iter().map(|(index, score)| (index, Some(score)));
        let unscored =
            self.profile.aspects.iter().filter(|one| one.scored.score.is_err()).map(|one| (one.aspect, None));
        ranked.chain(unscored).flat_map(|(index, score)| self.aspect_in_words(index, score)).collect()
    }

    fn aspect_in_words(&self, index: AspectIndex, score: Option<Score>) -> Vec<Block> {
        let Some(aspect) = self.aspect(index) else { return Vec::new() };
        let mut blocks = vec![
            Block::Heading(aspect.name.get(self.tag).to_string()),
            Block::Aside(aspect.meaning.get(self.tag).to_string()),
        ];
        let level = score.and_then(|score| self.level_in_words(&score, &aspect.levels, &mut blocks));
        if level.is_none()
            && let Some(one) = self.profile.aspects.get(index.0)
        {
            blocks.push(Block::Paragraph(self.reading(&one.scored)));
        }
        let tied = level.and_then(|level| aspect.reflect_when.get(level).as_ref());
        blocks.push(Block::Question(tied.unwrap_or(&aspect.reflect).get(self.tag).to_string()));
        blocks
    }

    /// The level of a score, told with what it can mean.
    fn level_in_words(&self, score: &Score, meanings: &ByLevel<Localized>, blocks: &mut Vec<Block>) -> Option<Level> {
        let levels = self.levels?;
        let (_, level, _): (Level, Level, Level) = score.levels(levels);
        let words = level_words(score, levels, self.t, self.tag);
        let told = self.t.profile.level.with(&[("score", &whole(score.value)), ("level", &words)]);
        blocks.push(Block::Paragraph(told));
        blocks.push(Block::Paragraph(meanings.get(level).get(self.tag).to_string()));
        Some(level)
    }

    /// The one score of all items, where single aspects have too few.
    fn total(&self, scored: &Scored) -> Vec<Block> {
        let Some(total) = self.questionnaire.total() else { return Vec::new() };
        let name = total.name.get(self.tag).to_string();
        let bar = Bar {
            label: name.clone(),
            score: scored.score.ok(),
            reading: self.reading(scored),
            basis: self.basis(scored),
        };
        let mut blocks = vec![
            Block::Bars(vec![bar]),
            Block::Aside(self.t.profile.how_to_read.to_string()),
            Block::Paragraph(self.t.profile.one_view.to_string()),
            Block::Heading(name),
            Block::Aside(total.meaning.get(self.tag).to_string()),
        ];
        if let Ok(score) = &scored.score {
            self.level_in_words(score, &total.levels, &mut blocks);
        }
        blocks.push(Block::Question(total.reflect.get(self.tag).to_string()));
        blocks.push(Block::Paragraph(self.t.profile.total_alone.to_string()));
        blocks
    }

    fn method(&self) -> Block {
        let words = &self.t.profile;
        let mut texts = vec![words.method.to_string()];
        if let Some(norms) = self.questionnaire.norms() {
            let source = norms.source.get(self.tag);
            let phrase = if norms.provisional { &words.norms_provisional } else { &words.norms };
            texts.push(phrase.with(&[("source", source)]));
        }
        Block::Boxed { title: words.method_title.to_string(), texts }
    }
}

fn whole(value: f64) -> String {
    format!("{value:.0}")
}
