//! What must hold between the parts of a questionnaire.

use super::aspect::Scoring;
use super::item::Kind;
use super::model::{AspectIndex, Format, FormatIndex, Key};
use super::problem::ProblemCode;
use super::reading::Reading;
use super::section::Sections;

/// Records every rule that does not hold.
pub(super) fn check(scoring: &Scoring, formats: &[Option<Format>], sections: &Sections, reading: &mut Reading<'_>) {
    at_most_so_many_items(sections, reading);
    if !scoring.has_total {
        one_norm_an_aspect(scoring, reading);
    }
    for (place, aspect) in scoring.aspects.iter().enumerate() {
        if let Some(key) = &aspect.key {
            counted_alike(AspectIndex(place), key, formats, sections, reading);
        }
    }
}

fn at_most_so_many_items(sections: &Sections, reading: &mut Reading<'_>) {
    let (limit, found) = (reading.limits().items, sections.items.len());
    if let Some(first) = sections.items.get(limit) {
        let place = first.place.clone();
        reading.report(ProblemCode::TooManyItems, place, |_| [limit.to_string(), found.to_string()]);
    }
}

fn one_norm_an_aspect(scoring: &Scoring, reading: &mut Reading<'_>) {
    let Some(norms) = &scoring.norms else { return };
    for (place, aspect) in scoring.aspects.iter().enumerate() {
        let Some(key) = aspect.key.as_ref().map(toml::Spanned::get_ref) else { continue };
        let mut rows = norms.aspects.iter().filter(|row| row.get_ref().0 == place);
        match rows.next() {
            Some(first) => {
                for row in rows {
                    reading.repeated(ProblemCode::NormRepeated, row.span(), key, first.span().start);
                }
            }
            None if norms.complete => {
                reading.report(ProblemCode::NormMissing, norms.span.clone(), |_| [key.to_string()]);
            }
            None => {}
        }
    }
}

/// At least one item counts towards the aspect, and all that do have the same number of choices.
fn counted_alike(
    aspect: AspectIndex,
    key: &toml::Spanned<Key>,
    formats: &[Option<Format>],
    sections: &Sections,
    reading: &mut Reading<'_>,
) {
    let mut items = sections.items.iter().filter(|item| item.aspect == Some(aspect)).peekable();
    if items.peek().is_none() && sections.complete {
        reading.report(ProblemCode::AspectWithoutItems, key.span(), |_| [key.get_ref().to_string()]);
    }
    let mut expected = None;
    for item in items {
        let Some(Kind::Scale(FormatIndex(format))) = item.kind else { continue };
        let Some(found) = formats.get(format).and_then(Option::as_ref).map(|format| format.choices.len()) else {
            continue;
        };
        let expected = *expected.get_or_insert(found);
        if found != expected {
            reading.report(ProblemCode::MixedFormats, item.place.clone(), |_| {
                [key.get_ref().to_string(), expected.to_string(), found.to_string()]
            });
        }
    }
}
