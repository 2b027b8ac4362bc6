//! Conditions, checks and calculated values, once every item is known.

use toml::Spanned;

use super::expression::{Expression, Reach, Scope, Type, compile};
use super::item::{self, Kind};
use super::model::{Calculated, FormatIndex, ItemIndex, Key};
use super::problem::ProblemCode;
use super::reading::{Here, Names, Reading};
use super::section::Sections;
use super::table::Table;

/// Calculated values of a questionnaire.
const MAX_VALUES: usize = 200;

/// A calculated value as it is written.
pub(super) struct Draft {
    key: Option<Spanned<Key>>,
    value: Option<Spanned<String>>,
}

/// What was understood; nothing in the place of what has a problem.
pub(super) struct Logic {
    conditions: Vec<Option<Expression>>,
    values: Vec<Option<Calculated>>,
}

/// Reads the calculated values as they are written.
pub(super) fn read(root: &mut Table<'_>, reading: &mut Reading<'_>) -> Vec<Draft> {
    let Some(field) = root.optional("values") else { return Vec::new() };
    let tables = field.tables("[[values]]", reading).unwrap_or_default();
    field.at_most(MAX_VALUES, tables.len(), ProblemCode::TooManyValues, reading);
    let mut one = |table: Option<Table<'_>>| {
        let Some(mut table) = table else { return Draft { key: None, value: None } };
        let key = table.required("key").and_then(|field| field.key(Key::new, reading));
        let value = table.required("value").and_then(|field| {
            let text = field.string(reading)?.replace("\r\n", "\n");
            Some(Spanned::new(field.span.clone(), text))
        });
        table.finish(reading);
        Draft { key, value }
    };
    tables.into_iter().take(MAX_VALUES).map(&mut one).collect()
}

/// Understands every expression and every name in a text.
pub(super) fn understand(values: Vec<Draft>, sections: &Sections, reading: &mut Reading<'_>) -> Logic {
    let mut scope = scope(&values, sections, reading);
    let mut calculated = Vec::with_capacity(values.len());
    for (place, draft) in values.into_iter().enumerate() {
        let everything = Reach { before: usize::MAX, block: 0..0, own: None, values: place };
        let value = draft.value.and_then(|text| compile(text.get_ref(), &text.span(), &scope, &everything, reading));
        scope.values.push(value.clone());
        calculated.push(draft.key.zip(value).map(|(key, value)| Calculated { key: key.into_inner(), value }));
    }
    let reach = |here: &Here, own: bool| {
        let (items, _) = sections.places.get(here.section).cloned().unwrap_or_default();
        let block = if here.shuffled { items } else { 0..0 };
        Reach { before: here.item, block, own: own.then_some(here.item), values: usize::MAX }
    };
    let pending = std::mem::take(&mut reading.conditions);
    let mut condition = |one: &super::reading::Condition| {
        let expression = compile(&one.text, &one.span, &scope, &reach(&one.here, one.own), reading)?;
        if *expression.kind() == Type::Bool {
            return Some(expression);
        }
        let found = expression.kind().written();
        reading.report(ProblemCode::NotACondition, one.span.clone(), |_| [found]);
        None
    };
    let conditions = pending.iter().map(&mut condition).collect();
    reading.refuse_unknown_mentions(&scope, |here| reach(here, false));
    reading.conditions = pending;
    Logic { conditions, values: calculated }
}

fn scope(values: &[Draft], sections: &Sections, reading: &mut Reading<'_>) -> Scope {
    let mut names = Names::default();
    for (place, item) in sections.items.iter().enumerate() {
        if let Some(key) = &item.key {
            names.insert(key.get_ref(), place);
        }
    }
    for (place, value) in values.iter().enumerate() {
        let Some(key) = &value.key else { continue };
        match names.get(key.get_ref().as_str()) {
            Some(first) => {
                let first = sections.items.get(first).and_then(|item| item.key.as_ref()).map(Spanned::span);
                let earlier = || values.iter().filter_map(|value| value.key.as_ref());
                let first = first.or_else(|| earlier().find(|one| one.get_ref() == key.get_ref()).map(Spanned::span));
                reading.repeated(ProblemCode::DuplicateKey, key.span(), key.get_ref(), first.unwrap_or_default().start);
            }
            None => names.insert(key.get_ref(), sections.items.len() + place),
        }
    }
    let type_of = |(place, item): (usize, &item::Draft)| type_of(item.kind.as_ref(), place);
    Scope {
        names,
        items: sections.items.iter().enumerate().map(type_of).collect(),
        keys: sections.items.iter().map(|item| item.key.as_ref().map(|key| key.get_ref().clone())).collect(),
        choices: sections.items.iter().map(|item| choices(item.kind.as_ref(), reading)).collect(),
        values: Vec::new(),
    }
}

/// What an item is worth in an expression; nothing for one that is only read.
fn type_of(kind: Option<&Kind>, place: usize) -> Option<Type> {
    let own = ItemIndex(u16::try_from(place).unwrap_or(u16::MAX));
    Some(match kind {
        Some(Kind::Scale(_) | Kind::Choice(_)) => Type::Text(Some(own)),
        Some(Kind::YesNo(_) | Kind::Consent(_)) => Type::Bool,
        Some(Kind::Choices(_) | Kind::Ranking(_)) => Type::List(Some(Box::new(Type::Text(Some(own))))),
        Some(Kind::Number(number)) if number.decimals == 0 => Type::Int,
        Some(Kind::Number(_)) => Type::Double,
        Some(Kind::Date(_)) => Type::Date,
        Some(Kind::Text(_)) => Type::Text(None),
        Some(Kind::Note) => return None,
        None => Type::Unknown,
    })
}

fn choices(kind: Option<&Kind>, reading: &Reading<'_>) -> Vec<Key> {
    match kind {
        Some(Kind::Scale(FormatIndex(format))) => reading.points.get(*format).cloned().unwrap_or_default(),
        Some(kind) => kind.list().iter().flat_map(|list| &list.choices).map(|choice| choice.key.clone()).collect(),
        None => Vec::new(),
    }
}

impl Logic {
    /// Conditions, values, and which items a condition looks at; nothing where a part could not be understood.
    pub(super) fn finish(self, items: usize) -> Option<(Vec<Expression>, Vec<Calculated>, Vec<bool>)> {
        let conditions: Vec<Expression> = self.conditions.into_iter().collect::<Option<_>>()?;
        let mut looked_at = vec![false; items];
        for item in conditions.iter().flat_map(Expression::uses) {
            if let Some(place) = looked_at.get_mut(item.get()) {
                *place = true;
            }
        }
        Some((conditions, self.values.into_iter().collect::<Option<_>>()?, looked_at))
    }
}
