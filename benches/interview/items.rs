//! The core questionnaire's items, as far as a form needs them.

use std::path::Path;

use toml::Value;

/// The core questionnaire in English.
pub(crate) struct Items {
    /// The questionnaire's title.
    pub(crate) title: String,
    /// Its items, in order.
    pub(crate) list: Vec<Item>,
}

/// One item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Its section's title.
    pub(crate) heading: String,
    /// The question.
    pub(crate) text: String,
    /// What can be answered.
    pub(crate) kind: Kind,
}

/// What can be answered to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of these texts, told by its place counted from 1.
    Choice(Vec<String>),
    /// A whole number from `min` to `max`.
    Number { min: i64, max: i64 },
}

impl Item {
    /// A fitting answer for the run `run` at place `index`; they differ from item to item and from run to run. Choices are
    /// never above 9, so one digit gives them.
    pub(crate) fn answer(&self, index: usize, run: usize) -> i64 {
        let step = i64::try_from(index * 7 + index / 5 + run * 3).unwrap_or_default();
        match &self.kind {
            Kind::Choice(choices) => 1 + step % i64::try_from(choices.len().min(9)).unwrap_or(1),
            Kind::Number { min, max } => (*max).min(min + 60 + step % 7),
        }
    }
}

/// Reads `questionnaires/kohesi-inti.toml`.
///
/// # Errors
/// Where the file is not there or has no such shape, or an item no bare form could ask.
pub(crate) fn core() -> Result<Items, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("questionnaires/kohesi-inti.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
    let root = Value::Table(table);
    let title = english(root.get("title"))?;
    let mut list = Vec::new();
    for section in tables(&root, "sections") {
        let aspect = tables(&root, "aspects").find(|aspect| aspect.get("key") == section.get("aspect"));
        let heading = english(section.get("title").or_else(|| aspect?.get("name")))?;
        for item in tables(section, "items") {
            list.push(Item { heading: heading.clone(), text: english(item.get("text"))?, kind: kind(&root, item)? });
        }
    }
    if list.is_empty() { Err(format!("{}: no items", path.display())) } else { Ok(Items { title, list }) }
}

fn kind(root: &Value, item: &Value) -> Result<Kind, String> {
    let asked = item.get("kind").and_then(Value::as_str).unwrap_or_default();
    let choices = match asked {
        "choice" => item,
        "scale" => tables(root, "formats")
            .find(|format| format.get("key") == item.get("format"))
            .ok_or("a scale item without its format")?,
        "number" => {
            let bound = |name| item.get(name).and_then(Value::as_integer).ok_or(format!("a number without {name}"));
            return Ok(Kind::Number { min: bound("min")?, max: bound("max")? });
        }
        _ => return Err(format!("the bare form has no items of kind \"{asked}\"")),
    };
    tables(choices, "choices").map(|choice| english(choice.get("text"))).collect::<Result<_, _>>().map(Kind::Choice)
}

fn tables<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The English text on one line.
fn english(text: Option<&Value>) -> Result<String, String> {
    let text = text.and_then(|text| text.get("en")).and_then(Value::as_str).ok_or("a text without English")?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}
