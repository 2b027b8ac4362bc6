use super::{Kind, Written};
use crate::questionnaire::reading::Reading;
use crate::questionnaire::table::Table;

pub(super) const WRITTEN: Written = Written { name: "note", keys: &[], counts: false, answered: false, read };

#[expect(clippy::unnecessary_wraps, reason = "every kind is read by a function of this shape")]
fn read(_: &mut Table<'_>, _: &mut Reading<'_>) -> Option<Kind> {
    Some(Kind::Note)
}
