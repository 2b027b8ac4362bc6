//! Where routes lead: each condition is tried with every answer that can make a difference.

use std::collections::HashMap;
use std::ops::Range;

use toml::de::DeTable;

use super::{Sheet, place};
use crate::questionnaire::definition::Questionnaire;
use crate::questionnaire::expression::{Answers, Expression, Value};
use crate::questionnaire::item::{Day, Kind};
use crate::questionnaire::model::{ConditionIndex, Item, ItemIndex, ValueIndex};
use crate::questionnaire::problem::ProblemCode;
use crate::questionnaire::reading::Reading;

/// Combinations of answers tried for a condition; one that has more is left alone.
const MAX_COMBINATIONS: usize = 20_000;
/// Steps of expressions taken for a whole file.
const MAX_STEPS: usize = 4_000_000;
/// Choices of which every set is tried.
const MAX_SETS: usize = 6;

pub(super) fn advise(sheet: &Sheet<'_>, reading: &mut Reading<'_>) {
    let mut trials = Trials { questionnaire: sheet.questionnaire, left: MAX_STEPS };
    let mut unreachable = Vec::new();
    for (section, table) in sheet.questionnaire.sections().iter().zip(&sheet.sections) {
        let never = section.show_if.is_some_and(|show| trials.show(show, table, section.key.as_str(), reading));
        unreachable.push(never);
    }
    let mut grid_before = None;
    for (index, item, table) in sheet.each_item() {
        let hidden = unreachable.get(item.section).copied().unwrap_or_default();
        let grid = sheet.grids.get(index.get()).copied().flatten();
        for (show, owner) in owners(item, table, grid) {
            // The condition of a grid is told once.
            let told =
                item.batch.is_some() && item.batch == grid_before && grid.is_some_and(|grid| std::ptr::eq(grid, owner));
            if !told && !hidden {
                trials.show(show, owner, item.key.as_str(), reading);
            }
        }
        grid_before = item.batch;
        let musts = super::tables(table, "checks").map(|check| place(check, "must"));
        for (check, at) in item.checks.iter().zip(musts) {
            trials.must(check.must, at, reading);
        }
        let choices = item.kind.list().into_iter().flat_map(|list| &list.choices).zip(super::tables(table, "choices"));
        for (choice, table) in choices {
            if let Some(show) = choice.show_if {
                trials.show(show, table, choice.key.as_str(), reading);
            }
        }
    }
}

/// The conditions of an item, each with the table it is written in.
fn owners<'d>(
    item: &Item,
    table: &'d DeTable<'d>,
    grid: Option<&'d DeTable<'d>>,
) -> impl Iterator<Item = (ConditionIndex, &'d DeTable<'d>)> + use<'d> {
    let tables = grid.into_iter().chain([table]).filter(|table| table.contains_key("show_if"));
    item.show_if.clone().into_iter().zip(tables)
}

/// Answers tried together.
struct Tried<'q> {
    questionnaire: &'q Questionnaire,
    values: HashMap<ItemIndex, Option<Value>>,
}

impl Answers for Tried<'_> {
    fn of_item(&self, item: ItemIndex) -> Option<Value> {
        self.values.get(&item).cloned().flatten()
    }

    fn point(&self, item: ItemIndex) -> Option<i64> {
        let Some(Value::Text(key)) = self.of_item(item) else { return None };
        let choices = self.questionnaire.choices(self.questionnaire.item(item)?);
        let place = choices.iter().position(|choice| choice.key.as_str() == key)?;
        i64::try_from(place + 1).ok()
    }

    fn of_value(&self, value: ValueIndex) -> Option<Value> {
        self.questionnaire.values().get(value.0)?.value.value(self)
    }
}

struct Trials<'q> {
    questionnaire: &'q Questionnaire,
    left: usize,
}

/// What a condition was for the answers tried.
#[derive(Default)]
struct Outcome {
    holds: bool,
    fails: bool,
    missing: bool,
}

impl Trials<'_> {
    /// Tells of a condition for showing something; true where that is never shown.
    fn show(&mut self, show: ConditionIndex, table: &DeTable<'_>, key: &str, reading: &mut Reading<'_>) -> bool {
        let at = place(table, "show_if");
        match self.outcome(show) {
            Some(Outcome { holds: false, .. }) => {
                reading.report(ProblemCode::NeverTrue, at, |_| []);
                reading.report(ProblemCode::Unreachable, place(table, "key"), |_| [key.to_owned()]);
                true
            }
            Some(Outcome { fails: false, missing: false, .. }) => {
                reading.report(ProblemCode::AlwaysTrue, at, |_| []);
                false
            }
            _ => false,
        }
    }

    /// Tells of what an answer must hold to.
    fn must(&mut self, must: ConditionIndex, at: Range<usize>, reading: &mut Reading<'_>) {
        match self.outcome(must) {
            Some(Outcome { holds: false, .. }) => reading.report(ProblemCode::NeverTrue, at, |_| []),
            Some(Outcome { fails: false, .. }) => reading.report(ProblemCode::AlwaysTrue, at, |_| []),
            _ => {}
        }
    }

    /// Tries a condition with everything; nothing where that is too much, or cannot be listed.
    fn outcome(&mut self, condition: ConditionIndex) -> Option<Outcome> {
        let condition = self.questionnaire.condition(condition)?;
        let literals = literals(self.questionnaire, condition);
        let mut domains = Vec::with_capacity(condition.uses().len());
        for index in condition.uses() {
            domains.push((*index, domain(self.questionnaire, *index, &literals)?));
        }
        let combinations = domains.iter().try_fold(1_usize, |all, (_, domain)| all.checked_mul(domain.len()))?;
        let steps = combinations.saturating_mul(condition.steps() + domains.len());
        if combinations > MAX_COMBINATIONS || steps > self.left {
            return None;
        }
        self.left -= steps;
        let mut outcome = Outcome::default();
        let mut tried = Tried { questionnaire: self.questionnaire, values: HashMap::new() };
        for mut number in 0..combinations {
            for (index, domain) in &domains {
                tried.values.insert(*index, domain[number % domain.len()].clone());
                number /= domain.len();
            }
            match condition.value(&tried) {
                Some(Value::Bool(true)) => outcome.holds = true,
                Some(_) => outcome.fails = true,
                None => outcome.missing = true,
            }
        }
        Some(outcome)
    }
}

/// The literals of a condition, and of the calculated values it uses.
fn literals(questionnaire: &Questionnaire, condition: &Expression) -> Vec<Value> {
    let mut found = Vec::new();
    let mut values = Vec::new();
    condition.literals(&mut found, &mut values);
    let mut next = 0;
    while let Some(value) = values.get(next).copied() {
        if let Some(calculated) = questionnaire.values().get(value.0)
            && !values[..next].contains(&value)
        {
            calculated.value.literals(&mut found, &mut values);
        }
        next += 1;
    }
    found
}

/// The answers of an item that can make a difference, a missing one among them; nothing where they cannot be listed.
fn domain(questionnaire: &Questionnaire, index: ItemIndex, literals: &[Value]) -> Option<Vec<Option<Value>>> {
    let item = questionnaire.item(index)?;
    let keys = || questionnaire.choices(item).iter().map(|choice| Value::Text(choice.key.to_string()));
    let values: Vec<Value> = match &item.kind {
        Kind::Scale(_) | Kind::Choice(_) => keys().collect(),
        Kind::YesNo(_) | Kind::Consent(_) => vec![Value::Bool(true), Value::Bool(false)],
        Kind::Choices(several) if several.list.choices.len() <= MAX_SETS => {
            let keys: Vec<Value> = keys().collect();
            let set = |bits: usize| {
                let picked = keys.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
                Value::List(picked.map(|(_, key)| key.clone()).collect())
            };
            (1..1_usize << keys.len()).map(set).collect()
        }
        Kind::Number(number) if number.decimals == 0 => {
            let near = literals.iter().filter_map(|literal| match literal {
                Value::Int(number) => Some(*number),
                _ => None,
            });
            let near = near.flat_map(|number| [number.checked_sub(1), Some(number), number.checked_add(1)]).flatten();
            let inside = near.filter(|near| (number.min..=number.max).contains(near));
            let mut all: Vec<i64> = inside.chain([number.min, number.max]).collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().map(Value::Int).collect()
        }
        Kind::Date(dates) => {
            let near = literals.iter().filter_map(|literal| match literal {
                Value::Date(day) => Some(day.0),
                _ => None,
            });
            let near = near.flat_map(|day| [day - 1, day, day + 1]).map(Day);
            let inside = near.filter(|day| (dates.min..=dates.max).contains(day));
            let mut all: Vec<Day> = inside.chain([dates.min, dates.max]).collect();
            all.sort_unstable();
            all.dedup();
            all.into_iter().map(Value::Date).collect()
        }
        Kind::Choices(_) | Kind::Number(_) | Kind::Ranking(_) | Kind::Text(_) | Kind::Note => return None,
    };
    Some(values.into_iter().map(Some).chain([None]).collect())
}
