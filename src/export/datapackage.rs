//! The description of a CSV file as a Frictionless data package.

use serde_json::{Map, Value, json};

use super::table::Table;
use super::variable::{Missing, Shape, Take, Variable};
use super::{Labels, Options};

/// The package of one CSV file.
pub(super) fn of(table: &Table, options: &Options, data: &str) -> Vec<u8> {
    let language = table.language(options.tag());
    let tag = &table.languages[language];
    let newest = table.newest();
    let versions: Vec<Value> = table
        .versions
        .iter()
        .map(|version| json!({ "version": version.version().as_str(), "hash": version.hash().to_string() }))
        .collect();
    let fields: Vec<Value> = table.variables.iter().map(|variable| field(table, variable, options, language)).collect();
    let package = json!({
        "profile": "tabular-data-package",
        "name": newest.key().as_str(),
        "title": newest.title().get(tag).as_str(),
        "description": table.sample[language].as_str(),
        "questionnaire": { "key": newest.key().as_str(), "versions": versions },
        "resources": [{
            "profile": "tabular-data-resource",
            "name": "data",
            "path": data,
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": if options.bom { "utf-8-sig" } else { "utf-8" },
            "dialect": { "delimiter": ",", "lineTerminator": "\n", "quoteChar": "\"", "doubleQuote": true },
            "schema": { "fields": fields, "missingValues": [""], "primaryKey": ["interview"] },
        }],
    });
    // A map of JSON values always is JSON.
    let mut bytes = serde_json::to_vec_pretty(&package).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn field(table: &Table, variable: &Variable, options: &Options, language: usize) -> Value {
    let labelled = options.labels != Labels::Codes;
    let kind = match variable.shape {
        Shape::Coded(_) if labelled => "string",
        Shape::Coded(_) | Shape::Whole(_) => "integer",
        Shape::Decimal(..) => "number",
        Shape::Day => "date",
        Shape::Moment => "datetime",
        Shape::Text => "string",
    };
    let mut field = Map::new();
    field.insert("name".into(), variable.name.as_str().into());
    field.insert("title".into(), variable.label[language].as_str().into());
    field.insert("type".into(), kind.into());
    if variable.shape == Shape::Moment {
        field.insert("format".into(), "%Y-%m-%dT%H:%M:%S.%fZ".into());
    }
    // What says why an answer is missing is a value of its own column.
    if let Some(codes) = variable.missing.filter(|_| variable.take != Take::Why) {
        let mut missing = vec![String::new()];
        if labelled {
            missing.extend(Missing::ALL.map(|reason| table.missing(reason)[language].clone()));
            missing.extend([&table.skipped, &table.not_asked].map(|texts| texts[language].clone()));
        } else {
            missing.extend(Missing::ALL.map(|reason| codes.of(reason).to_string()));
        }
        field.insert("missingValues".into(), missing.into());
    }
    if let Some(set) = table.set(variable).filter(|set| !set.labels.is_empty()) {
        let categories: Vec<Value> = set
            .labels
            .iter()
            .map(
                |(code, _, texts)| {
                    if labelled { json!(texts[language]) } else { json!({ "value": code, "label": texts[language] }) }
                },
            )
            .collect();
        field.insert("categories".into(), categories.into());
    }
    if variable.take == Take::Interview {
        field.insert("constraints".into(), json!({ "required": true, "unique": true }));
    }
    Value::Object(field)
}
