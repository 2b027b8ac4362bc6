use std::ops::Range;

use toml::Spanned;

use super::aspect;
use super::item;
use super::model::{AspectIndex, Batch, Item, Key, Localized, Section};
use super::reading::{Here, Reading, Seen};
use super::table::Table;

/// The sections and all their items, as far as they could be read.
pub(super) struct Sections {
    /// Every item, in order.
    pub(super) items: Vec<item::Draft>,
    /// Where each section's items are, and whether they are shuffled.
    pub(super) places: Vec<(Range<usize>, bool)>,
    /// Whether every section has items, and an aspect that is known if it names one.
    pub(super) complete: bool,
    list: Vec<Option<Section>>,
    batches: Vec<Option<Batch>>,
}

/// Reads the sections with their items.
pub(super) fn read(root: &mut Table<'_>, aspects: &[aspect::Draft], reading: &mut Reading<'_>) -> Sections {
    let mut keys = Keys::default();
    let tables = root.required("sections").and_then(|field| field.some_tables("[[sections]]", reading));
    let mut read = Sections {
        items: Vec::new(),
        places: Vec::new(),
        complete: tables.is_some(),
        list: Vec::new(),
        batches: Vec::new(),
    };
    for table in tables.unwrap_or_default() {
        let start = read.items.len();
        reading.here = Here { section: read.list.len(), item: start, shuffled: false };
        let section = table.and_then(|table| read.section(table, aspects, &mut keys, reading));
        read.places.push((start..read.items.len(), reading.here.shuffled));
        read.list.push(section);
    }
    read
}

/// Identifiers that must differ.
#[derive(Default)]
struct Keys {
    sections: Seen,
    items: Seen,
}

impl Sections {
    fn section(
        &mut self,
        mut table: Table<'_>,
        aspects: &[aspect::Draft],
        keys: &mut Keys,
        reading: &mut Reading<'_>,
    ) -> Option<Section> {
        let key = table.required("key").and_then(|field| field.key(Key::new, reading));
        let key = key.and_then(|key| keys.sections.first(key, reading));
        let named = table.optional("aspect");
        let has_aspect = named.is_some();
        let aspect = named.and_then(|field| aspect::reference(&field, reading)).map(Spanned::into_inner);
        self.complete &= aspect.is_some() || !has_aspect;
        let title = title(&mut table, has_aspect, aspect.and_then(|aspect| aspects.get(aspect.0)), reading);
        let introduction = table.optional("introduction").and_then(|field| field.told(reading));
        let show_if = table.condition("show_if", reading);
        let shuffle = table.flag("shuffle", false, reading);
        reading.here.shuffled = shuffle == Some(true);
        let items = self.items(&mut table, aspect, keys, reading);
        table.finish(reading);
        Some(Section { key: key?, title: title?, introduction, show_if, shuffle: shuffle?, items })
    }

    fn items(
        &mut self,
        section: &mut Table<'_>,
        aspect: Option<AspectIndex>,
        keys: &mut Keys,
        reading: &mut Reading<'_>,
    ) -> Range<usize> {
        let start = self.items.len();
        let mut home = item::Home { section: self.list.len(), number: start, aspect, batch: None };
        let tables = section.required("items");
        let tables = tables.and_then(|field| field.some_tables("[[sections.items]]", reading)).unwrap_or_default();
        for table in tables.into_iter().flatten() {
            home.batch = Some(self.batches.len());
            home.number = self.items.len();
            let read = item::read(table, &mut home, reading);
            if let Some(key) = read.key {
                keys.items.first(key, reading);
            }
            let before = self.items.len();
            for item in read.items {
                if let Some(key) = item.key.clone() {
                    keys.items.first(key, reading);
                }
                self.items.push(item);
            }
            if read.grid {
                let items = before..self.items.len();
                let batch = |lead: item::Lead| Batch {
                    key: lead.key,
                    lead: lead.text,
                    hint: lead.hint,
                    items,
                    shuffle: lead.shuffle,
                };
                self.batches.push(read.lead.map(batch));
            }
        }
        self.complete &= self.items.len() > start;
        start..self.items.len()
    }

    /// Sections, items and grids; nothing where a part of them could not be read.
    pub(super) fn finish(self) -> Option<(Vec<Section>, Vec<Item>, Vec<Batch>)> {
        let sections = self.list.into_iter().collect::<Option<_>>()?;
        let items = self.items.into_iter().map(item::Draft::finish).collect::<Option<_>>()?;
        Some((sections, items, self.batches.into_iter().collect::<Option<_>>()?))
    }
}

/// A section's own title, or the name of its aspect.
fn title(
    table: &mut Table<'_>,
    has_aspect: bool,
    aspect: Option<&aspect::Draft>,
    reading: &mut Reading<'_>,
) -> Option<Localized> {
    let own = if has_aspect { table.optional("title") } else { table.required("title") };
    match own {
        Some(field) => field.told(reading),
        None => aspect.and_then(|aspect| aspect.name.clone()),
    }
}
