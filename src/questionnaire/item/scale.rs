use super::{Kind, Written};
use crate::questionnaire::model::FormatIndex;
use crate::questionnaire::problem::{ProblemCode, quoted};
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

pub(super) const WRITTEN: Written =
    Written { name: "scale", keys: &["format", "keying", "aspect"], counts: true, answered: true, read };

fn read(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<Kind> {
    format(table, reading).map(Kind::Scale)
}

/// The response format that is named.
pub(super) fn format(table: &mut Table<'_>, reading: &mut Reading<'_>) -> Option<FormatIndex> {
    let field = table.required("format")?;
    let key = field.string(reading)?;
    let place = reading.formats.get(key);
    if place.is_none() {
        let suggestion = reading.formats.suggestion(key, "[[formats]]");
        reading.report(ProblemCode::UnknownFormat, field.span.clone(), |_| [quoted(key), suggestion]);
    }
    place.map(FormatIndex)
}
