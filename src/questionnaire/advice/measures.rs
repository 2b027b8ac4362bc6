//! What is measured: aspects, scales, consent.

use super::language::wording;
use super::{Sheet, place, tables};
use crate::questionnaire::item::{Choice, Kind};
use crate::questionnaire::model::{AspectIndex, Format, Keying};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;

/// Items of one aspect rarely correlate more than this on average (Clark & Watson 1995: .15 to .50).
const HIGHEST_R: f64 = 0.45;
/// Fewer items are too few to reverse one.
const REVERSED_FROM: usize = 4;

pub(super) fn advise(sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    consent(sheet, reading);
    let aspects: Vec<_> = tables(sheet.document, "aspects").collect();
    for (index, aspect) in sheet.questionnaire.aspects().iter().enumerate() {
        let at = aspects.get(index).map(|table| place(table, "key")).unwrap_or_default();
        let counts = sheet.questionnaire.items().iter().filter_map(|item| item.counts);
        let keyings: Vec<Keying> =
            counts.filter(|(of, _)| *of == AspectIndex(index)).map(|(_, keying)| keying).collect();
        let alike = keyings.windows(2).all(|two| two[0] == two[1]);
        if keyings.len() >= REVERSED_FROM && alike {
            reading.report(ProblemCode::NoReversedItem, at.clone(), |_| [aspect.key.to_string()]);
        }
        let norm = sheet.questionnaire.norms().and_then(|norms| norms.rows.iter().find(|row| row.aspect.0 == index));
        if let Some(norm) = norm.filter(|norm| needed_r(norm.reliability, keyings.len()) > HIGHEST_R) {
            let r = format!("{:.2}", needed_r(norm.reliability, keyings.len()));
            reading.report(ProblemCode::AspectTooShort, at, |_| {
                [aspect.key.to_string(), keyings.len().to_string(), format!("{:.2}", norm.reliability), r]
            });
        }
    }
    let formats = tables(sheet.document, "formats").zip(sheet.questionnaire.formats());
    for (table, format) in formats {
        if let Some((low, high)) = sides(format).filter(|(low, high)| low != high && low * high > 0) {
            reading.report(ProblemCode::UnbalancedScale, place(table, "choices"), |_| {
                [format.key.to_string(), low.to_string(), high.to_string()]
            });
        }
    }
}

/// The mean correlation that so many items need for this reliability (Spearman 1910, Brown 1910).
#[expect(clippy::cast_precision_loss, reason = "a questionnaire has at most some thousand items")]
fn needed_r(reliability: f64, items: usize) -> f64 {
    let items = items.max(1) as f64;
    reliability / (items - (items - 1.0) * reliability)
}

fn consent(sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    let asked = sheet.questionnaire.items().iter().any(|item| matches!(item.kind, Kind::Consent(_)));
    if sheet.questionnaire.consent().is_none() && !asked {
        reading.report(ProblemCode::MissingConsent, 0..0, |_| []);
    }
}

/// How many answers lie on either side of a scale's middle; nothing where it has no sides, or its words do not tell.
fn sides(format: &Format) -> Option<(usize, usize)> {
    let sides: Vec<i32> = format.choices.iter().map(side).collect::<Option<_>>()?;
    let count = |side| sides.iter().filter(|other| **other == side).count();
    (sides.len() > 2).then(|| (count(-1), count(1)))
}

/// -1 for an answer below the middle, 0 in it, 1 above; nothing for one that says "none of it", or in a language whose
/// words are not known.
fn side(choice: &Choice) -> Option<i32> {
    let mut known = choice.text.all().filter_map(|(tag, text)| Some((wording(tag.as_str())?, text.to_lowercase())));
    let (wording, text) = known.next()?;
    let begins = |beginning: &String| {
        text.starts_with(beginning) || text.split_whitespace().any(|word| word.starts_with(beginning.as_str()))
    };
    if wording.zero.iter().any(|zero| text.starts_with(zero)) {
        None
    } else if wording.middle.iter().any(begins) {
        Some(0)
    } else if wording.low.iter().any(begins) {
        Some(-1)
    } else {
        Some(1)
    }
}
