use super::words::Words;
use super::{Setting, score};
use crate::report::{Block, Report};
use crate::workshop::{Aside, Cut, Group};

/// What the facilitator alone reads: interviews to look at again, the group without them, differences between parts.
#[must_use]
pub fn group_aside(aside: &Aside, group: Option<&Group>, setting: &Setting<'_>) -> Report {
    let (words, t) = (Words(*setting), &setting.t.group);
    let mut blocks = vec![Block::Paragraph(t.private.to_string()), Block::Heading(t.flagged_title.to_string())];
    if group.is_none() {
        blocks.push(Block::Paragraph(t.aside_few.to_string()));
    } else if aside.flagged.is_empty() {
        blocks.push(Block::Paragraph(t.flagged_none.to_string()));
    } else {
        blocks.push(Block::Paragraph(t.flagged.with(&[("n", &aside.flagged.len().to_string())])));
        let codes = aside.flagged.iter().map(crate::interview::InterviewId::code);
        blocks.push(Block::List(codes.collect()));
        blocks.extend(with_and_without(&words, aside, group));
    }
    blocks.push(Block::Heading(t.parts_title.to_string()));
    if aside.cuts.is_empty() {
        blocks.push(Block::Paragraph(t.parts_none.to_string()));
    }
    for cut in &aside.cuts {
        blocks.extend(cut_blocks(&words, cut));
    }
    blocks.push(Block::Aside(t.no_sample.to_string()));
    Report { title: setting.name.to_owned(), blocks }
}

fn with_and_without(words: &Words<'_>, aside: &Aside, group: Option<&Group>) -> Vec<Block> {
    let (Some(all), Some(without)) = (group, &aside.without) else { return Vec::new() };
    let line = |(one, other): (&crate::workshop::AspectPicture, &crate::workshop::AspectPicture)| {
        let told = |mean| score(mean).map_or_else(|| "-".to_owned(), |score| format!("{:.0}", score.value));
        words.0.t.group.with_without.with(&[
            ("aspect", &words.aspect(one.aspect)),
            ("all", &told(&one.mean)),
            ("without", &told(&other.mean)),
        ])
    };
    vec![Block::List(all.aspects.iter().zip(&without.aspects).map(line).collect())]
}

fn cut_blocks(words: &Words<'_>, cut: &Cut) -> Vec<Block> {
    let t = &words.0.t.group;
    let Some(item) = words.0.questionnaire.item(cut.item) else { return Vec::new() };
    let choices = words.0.questionnaire.choices(item);
    let mut blocks = vec![Block::Paragraph(item.text.get(words.0.tag).to_string())];
    let mut lines = Vec::new();
    for cell in &cut.cells {
        let name = choices.get(cell.pick.get()).map(|choice| choice.text.get(words.0.tag).to_string());
        let of = |(place, mean): (usize, &Option<crate::stats::Computed>)| {
            let told = mean.as_ref().and_then(score);
            let told = told.map_or_else(|| t.hidden.to_string(), |score| format!("{:.0}", score.value));
            format!("{} {told}", words.short(crate::questionnaire::AspectIndex(place)))
        };
        let means: Vec<String> = cell.aspects.iter().enumerate().map(of).collect();
        let people = cell.people.to_string();
        let values = [("part", name.unwrap_or_default()), ("n", people), ("means", means.join(", "))];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        lines.push(t.part.with(&values));
    }
    blocks.push(Block::List(lines));
    if cut.hidden > 0 {
        blocks.push(Block::Aside(t.parts_hidden.with(&[("n", &cut.hidden.to_string())])));
    }
    blocks
}
