//! What a good colleague would say of a questionnaire that can be used: how it is worded, what it measures, where its
//! routes lead.

mod language;
mod measures;
mod routes;
mod texts;
mod wording;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::definition::Questionnaire;
use super::model::{Item, ItemIndex};
use super::reading::Reading;

/// Records everything that is advised against. `document` is what the questionnaire was read from.
pub(super) fn advise(questionnaire: &Questionnaire, document: &DeTable<'_>, reading: &mut Reading<'_>) {
    let sheet = Sheet::of(questionnaire, document);
    texts::advise(&sheet, reading);
    wording::advise(&sheet, reading);
    measures::advise(&sheet, reading);
    routes::advise(&sheet, reading);
}

/// A questionnaire beside the file it was read from.
struct Sheet<'d> {
    questionnaire: &'d Questionnaire,
    document: &'d DeTable<'d>,
    /// Each item's table; of a row of a grid, the row's.
    items: Vec<&'d DeTable<'d>>,
    /// The table of the grid an item is a row of.
    grids: Vec<Option<&'d DeTable<'d>>>,
    sections: Vec<&'d DeTable<'d>>,
}

impl<'d> Sheet<'d> {
    fn of(questionnaire: &'d Questionnaire, document: &'d DeTable<'d>) -> Self {
        let sections: Vec<_> = tables(document, "sections").collect();
        let mut sheet = Self { questionnaire, document, items: Vec::new(), grids: Vec::new(), sections };
        for table in sheet.sections.clone().into_iter().flat_map(|section| tables(section, "items")) {
            let rows: Vec<_> = tables(table, "rows").collect();
            sheet.grids.extend(rows.iter().map(|_| Some(table)));
            sheet.items.extend(&rows);
            if rows.is_empty() {
                sheet.grids.push(None);
                sheet.items.push(table);
            }
        }
        sheet
    }

    /// Every item and its table.
    fn each_item(&self) -> impl Iterator<Item = (ItemIndex, &'d Item, &'d DeTable<'d>)> + '_ {
        let indexes = self.questionnaire.indexes().zip(self.questionnaire.items());
        indexes.zip(&self.items).map(|((index, item), table)| (index, item, *table))
    }
}

/// The tables of a list.
fn tables<'d>(table: &'d DeTable<'d>, key: &str) -> impl Iterator<Item = &'d DeTable<'d>> + use<'d> {
    let list = table.get(key).and_then(|value| value.get_ref().as_array());
    list.into_iter().flat_map(|list| list.iter()).filter_map(|value| value.get_ref().as_table())
}

fn table<'d>(table: &'d DeTable<'d>, key: &str) -> Option<&'d DeTable<'d>> {
    table.get(key).and_then(|value| value.get_ref().as_table())
}

/// Where the value of `key` is written.
fn place(table: &DeTable<'_>, key: &str) -> Range<usize> {
    table.get(key).map(Spanned::span).unwrap_or_default()
}

/// The texts of `key`, each with its language and its place.
fn texts_of<'d>(table: &'d DeTable<'d>, key: &str) -> impl Iterator<Item = (&'d str, &'d str, Range<usize>)> + use<'d> {
    let texts = self::table(table, key).into_iter().flat_map(DeTable::iter);
    texts.filter_map(|(language, text)| Some((language.get_ref().as_ref(), text.get_ref().as_str()?, text.span())))
}

/// Whether a table is a text in several languages.
fn is_text(value: &DeValue<'_>, questionnaire: &Questionnaire) -> bool {
    let known = |tag: &str| questionnaire.languages().iter().any(|language| language.as_str() == tag);
    value.as_table().is_some_and(|texts| {
        !texts.is_empty() && texts.iter().all(|(tag, text)| known(tag.get_ref()) && text.get_ref().is_str())
    })
}
