//! The format as a JSON Schema (draft 7, which editors of TOML understand).

use serde_json::{Map, Value, json};

use super::shape::{Holds, KINDS, KeyShape, PLACES, Place, place};

/// The schema of a questionnaire's file; `explain` gives what a key of a place is for, and what a place named `kind`
/// has to say of each kind of item.
#[must_use]
pub fn schema(explain: impl Fn(&str, &str) -> String) -> Value {
    let explain: &dyn Fn(&str, &str) -> String = &explain;
    let mut definitions = Map::new();
    definitions.insert("words".to_owned(), words());
    for place in PLACES.iter().filter(|place| place.name != "root") {
        let of_place = if place.name == "item" { item(place, explain) } else { table(place, explain) };
        definitions.insert(place.name.to_owned(), of_place);
    }
    let mut schema = place("root").map_or_else(|| json!({}), |root| table(root, explain));
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
        schema.insert("definitions".to_owned(), definitions.into());
    }
    schema
}

/// A text in each language, by its BCP 47 code.
fn words() -> Value {
    json!({
        "type": "object",
        "minProperties": 1,
        "propertyNames": { "pattern": "^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$" },
        "additionalProperties": { "type": "string", "minLength": 1 },
    })
}

fn table(place: &Place, explain: &dyn Fn(&str, &str) -> String) -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": needed(place.keys),
        "properties": properties(place.name, place.keys, explain),
    })
}

/// An item: the keys of every kind, and for each kind what may stand beside them.
fn item(place: &Place, explain: &dyn Fn(&str, &str) -> String) -> Value {
    let kinds: Vec<Value> = KINDS
        .iter()
        .map(|kind| {
            let mut keys = properties(place.name, place.keys, explain);
            keys.extend(properties(place.name, kind.keys, explain));
            let mut required = needed(place.keys);
            required.extend(needed(kind.keys));
            json!({
                "if": { "properties": { "kind": { "const": kind.name } } },
                "then": { "additionalProperties": false, "required": required, "properties": keys },
            })
        })
        .collect();
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let told: Vec<String> = KINDS.iter().map(|kind| format!("{}: {}", kind.name, explain("kind", kind.name))).collect();
    let mut keys = properties(place.name, place.keys, explain);
    let kind = format!("{}\n\n{}", explain(place.name, "kind"), told.join("\n\n"));
    keys.insert("kind".to_owned(), json!({ "enum": names, "description": kind }));
    json!({ "type": "object", "required": needed(place.keys), "properties": keys, "allOf": kinds })
}

fn needed(keys: &[KeyShape]) -> Vec<&'static str> {
    keys.iter().filter(|key| key.needed).map(|key| key.name).collect()
}

fn properties(place: &str, keys: &[KeyShape], explain: &dyn Fn(&str, &str) -> String) -> Map<String, Value> {
    let property = |key: &KeyShape| {
        let mut holds = holds(key.holds);
        if let Some(holds) = holds.as_object_mut() {
            holds.insert("description".to_owned(), explain(place, key.name).into());
        }
        (key.name.to_owned(), holds)
    };
    keys.iter().map(property).collect()
}

fn holds(holds: Holds) -> Value {
    let of = |name: &str| format!("#/definitions/{name}");
    match holds {
        Holds::Format => json!({ "const": 1 }),
        Holds::Plain => json!({ "type": "string", "minLength": 1 }),
        // Beside a reference nothing else is read, and the explanation would be lost.
        Holds::Words => json!({ "allOf": [{ "$ref": of("words") }] }),
        Holds::Key => json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$" }),
        Holds::HyphenKey => json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]*(-[a-z0-9_]+)*$", "maxLength": 40 }),
        Holds::Boolean => json!({ "type": "boolean" }),
        Holds::Whole(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Holds::Number => json!({ "type": "number" }),
        // A date of TOML reaches an editor as a text.
        Holds::Bound => json!({ "type": ["number", "string"] }),
        Holds::Expression => json!({ "type": "string", "minLength": 1, "maxLength": 1000 }),
        Holds::Answer => json!({ "type": ["string", "number", "boolean", "array"] }),
        Holds::OneOf([]) => json!({ "type": "string" }),
        Holds::OneOf(words) => json!({ "enum": words }),
        Holds::Texts => json!({ "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 } }),
        Holds::Languages => json!({
            "type": "array",
            "minItems": 1,
            "uniqueItems": true,
            "items": { "type": "string", "pattern": "^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$" },
        }),
        Holds::Table(name) => json!({ "allOf": [{ "$ref": of(name) }] }),
        Holds::Tables(name, least) => {
            json!({ "type": "array", "minItems": least, "items": { "$ref": of(name) } })
        }
    }
}
