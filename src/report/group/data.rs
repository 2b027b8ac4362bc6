use serde::Serialize;

use super::Setting;
use crate::scoring::Missing;
use crate::stats::Computed;
use crate::workshop::{Group, ItemPicture, Paired, Picture};

/// A picture for other programs. Figures that may not be shown are null, with the reason beside them.
#[derive(Debug, Serialize)]
pub struct GroupData {
    schema: &'static str,
    workshop: String,
    questionnaire: String,
    version: String,
    random_sample: bool,
    made_up: bool,
    people: usize,
    waiting: usize,
    minimum_missing: Option<usize>,
    items: Vec<ItemData>,
    aspects: Vec<AspectData>,
    total: Option<ValueData>,
    missing: Option<MissingData>,
    change: Option<ChangeData>,
    notes: Vec<NoteData>,
}

#[derive(Debug, Serialize)]
struct ItemData {
    item: String,
    counts: Option<Vec<u64>>,
    agreement: ValueData,
    missing: MissingData,
}

#[derive(Debug, Serialize)]
struct AspectData {
    aspect: String,
    mean: ValueData,
}

#[derive(Debug, Serialize)]
struct ValueData {
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    n: Option<u64>,
    reason: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct MissingData {
    dont_know: usize,
    declined: usize,
    skipped: usize,
    not_applicable: usize,
}

#[derive(Debug, Serialize)]
struct ChangeData {
    pairs: usize,
    only_before: usize,
    only_after: usize,
    aspects: Vec<ChangedData>,
}

#[derive(Debug, Serialize)]
struct ChangedData {
    aspect: String,
    change: ValueData,
    could_be_chance: bool,
}

#[derive(Debug, Serialize)]
struct NoteData {
    slide: String,
    text: String,
}

/// The picture as data.
#[must_use]
pub fn group_data(picture: &Picture, setting: &Setting<'_>) -> GroupData {
    let group = picture.group.as_ref().ok();
    let aspect = |place: usize| {
        setting.questionnaire.aspects().get(place).map(|aspect| aspect.key.to_string()).unwrap_or_default()
    };
    let aspects = |group: &Group| {
        group.aspects.iter().map(|one| AspectData { aspect: aspect(one.aspect.0), mean: value(&one.mean) }).collect()
    };
    let change = |paired: &Paired| ChangeData {
        pairs: paired.change.pairs,
        only_before: paired.only_before,
        only_after: paired.only_after,
        aspects: paired
            .change
            .aspects
            .iter()
            .map(|one| ChangedData {
                aspect: aspect(one.aspect.0),
                change: value(&one.change),
                could_be_chance: one.could_be_chance(),
            })
            .collect(),
    };
    GroupData {
        schema: "kohesi-group-1",
        workshop: setting.name.to_owned(),
        questionnaire: setting.questionnaire.key().to_string(),
        version: setting.questionnaire.version().to_string(),
        random_sample: false,
        made_up: setting.made_up,
        people: group.map_or(0, |group| group.people),
        waiting: picture.view.waiting,
        minimum_missing: picture.group.as_ref().err().map(|few| few.needed.saturating_sub(picture.view.waiting)),
        items: group.map(|group| group.items.iter().map(|one| item(one, setting)).collect()).unwrap_or_default(),
        aspects: group.map(aspects).unwrap_or_default(),
        total: group.and_then(|group| group.total.as_ref()).map(value),
        missing: group.map(|group| missing(&group.missing)),
        change: picture.change.as_ref().filter(|_| group.is_some()).map(change),
        notes: setting
            .notes
            .iter()
            .map(|(slide, text)| NoteData { slide: slide.clone(), text: text.clone() })
            .collect(),
    }
}

fn item(picture: &ItemPicture, setting: &Setting<'_>) -> ItemData {
    let key = setting.questionnaire.item(picture.item).map(|item| item.key.to_string());
    ItemData {
        item: key.unwrap_or_default(),
        counts: picture.counts.as_ref().map(|counts| counts.counts().to_vec()),
        agreement: value(&picture.agreement),
        missing: missing(&picture.missing),
    }
}

fn missing(missing: &Missing) -> MissingData {
    let Missing { dont_know, declined, not_applicable, skipped } = *missing;
    MissingData { dont_know, declined, skipped, not_applicable }
}

fn value(computed: &Computed) -> ValueData {
    match computed {
        Ok(estimate) => ValueData {
            value: Some(estimate.value),
            low: estimate.interval.map(|interval| interval.low),
            high: estimate.interval.map(|interval| interval.high),
            n: Some(estimate.n),
            reason: None,
        },
        Err(reason) => ValueData { value: None, low: None, high: None, n: None, reason: Some(reason.code()) },
    }
}
