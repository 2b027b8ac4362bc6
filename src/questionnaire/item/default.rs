use super::{Answer, Kind, Pick, Picks};
use crate::questionnaire::model::{FormatIndex, Key};
use crate::questionnaire::problem::{ProblemCode, quoted};
use crate::questionnaire::reading::{Reading, suggestion};
use crate::questionnaire::table::Field;

/// What a number or a date must hold to, in notation.
const RANGE: &str = "min<=default<=max";

/// The answer that stands there before anyone has answered; nothing where it does not fit the item.
pub(super) fn read(field: &Field<'_>, kind: &Kind, item: &str, reading: &mut Reading<'_>) -> Option<Answer> {
    match kind {
        Kind::Scale(FormatIndex(format)) => {
            let keys = reading.points.get(*format).cloned().unwrap_or_default();
            // What is wrong with the format is told there.
            if keys.is_empty() { None } else { one(field, &keys, item, reading).map(Answer::Choice) }
        }
        Kind::Choice(list) => {
            let keys: Vec<Key> = list.choices.iter().map(|choice| choice.key.clone()).collect();
            one(field, &keys, item, reading).map(Answer::Choice)
        }
        Kind::Choices(several) => {
            let keys: Vec<Key> = several.list.choices.iter().map(|choice| choice.key.clone()).collect();
            let entries = field.some_entries("[\"...\"]", reading)?;
            let picks: Vec<Option<Pick>> = entries.iter().map(|entry| one(entry, &keys, item, reading)).collect();
            let mut picks: Vec<Pick> = picks.into_iter().collect::<Option<_>>()?;
            picks.sort_unstable();
            picks.dedup();
            let picks = Picks { picks, other: None };
            if several.check(&picks).is_err() {
                field.unfit(&format!("{} <= size({}) <= {}", several.min, field.key, several.max), reading);
                return None;
            }
            Some(Answer::Choices(picks))
        }
        Kind::YesNo(_) => field.boolean(reading).map(|yes| Answer::Choice(Pick(u16::from(!yes)))),
        Kind::Number(number) => {
            let steps = field.steps(number.decimals, reading)?;
            if number.check(steps).is_err() {
                field.unfit(RANGE, reading);
                return None;
            }
            Some(Answer::Number(steps))
        }
        Kind::Date(dates) => {
            let day = field.date(reading)?;
            if dates.check(day).is_err() {
                field.unfit(RANGE, reading);
                return None;
            }
            Some(Answer::Date(day))
        }
        Kind::Text(text) => {
            let written = field.text(reading)?;
            let answer = text.parse(&written).ok();
            if answer.is_none() {
                field.unfit(&format!("size(default) <= {}", text.max), reading);
            }
            answer.map(Answer::Text)
        }
        Kind::Consent(_) | Kind::Ranking(_) | Kind::Note => None,
    }
}

fn one(field: &Field<'_>, keys: &[Key], item: &str, reading: &mut Reading<'_>) -> Option<Pick> {
    let found = field.string(reading)?;
    let place = keys.iter().position(|key| key.as_str() == found);
    if place.is_none() {
        reading.report(ProblemCode::UnknownChoice, field.span.clone(), |_| {
            [quoted(found), quoted(item), suggestion(found, keys.iter().map(Key::as_str))]
        });
    }
    place.and_then(|place| u16::try_from(place).ok()).map(Pick)
}
