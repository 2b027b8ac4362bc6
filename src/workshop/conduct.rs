use std::collections::BTreeMap;

use super::person::scales;
use crate::interview::{Happening, Interview, Mode, Response};
use crate::questionnaire::{Answer, ItemIndex};
use crate::stats::{Conduct, Page, two_signs};

/// Whether an interview should be looked at again: two independent signs say that it was answered carelessly. It is never
/// left out for that; results are shown with it and without it.
#[must_use]
pub fn is_flagged(interview: &Interview) -> bool {
    let questionnaire = interview.questionnaire();
    let asked: Vec<ItemIndex> = interview.asked().collect();
    let points = scales(questionnaire).map(|(_, item)| questionnaire.choices(item).len()).max().unwrap_or_default();
    let same = scales(questionnaire).filter(|(_, item)| questionnaire.choices(item).len() == points);
    let same: Vec<ItemIndex> = same.map(|(index, _)| index).collect();
    let in_order = asked.iter().filter(|index| same.contains(index));
    let answers: Vec<Option<u16>> = in_order.map(|index| point(interview, *index)).collect();
    let pages = match interview.mode() {
        Mode::SelfAdministered => pages(interview, &same),
        Mode::Interviewer => Vec::new(),
    };
    let points = u16::try_from(points).unwrap_or(u16::MAX);
    two_signs::is_flagged(&Conduct { answers: &answers, points, pages: &pages })
}

fn point(interview: &Interview, item: ItemIndex) -> Option<u16> {
    match interview.response(item) {
        Some(Response::Given(Answer::Choice(pick))) => Some(pick.0),
        _ => None,
    }
}

/// How long each of these items stood on the screen, all visits together.
fn pages(interview: &Interview, items: &[ItemIndex]) -> Vec<Page> {
    let mut shown: BTreeMap<ItemIndex, u64> = BTreeMap::new();
    for event in interview.events() {
        if let Happening::Responded { item, shown_ms, .. } | Happening::TakenBack { item, shown_ms } = &event.what
            && items.contains(item)
        {
            *shown.entry(*item).or_default() += u64::from(*shown_ms);
        }
    }
    shown.into_values().map(|milliseconds| Page { milliseconds, items: 1 }).collect()
}
