//! The schema and the words about the format say what the program reads.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use kohesi::questionnaire::{Holds, KINDS, KeyShape, Limits, PLACES, ProblemCode, Severity, check};
use kohesi::text::{FormatWords, LANGUAGES, Language};

/// The program with its data in a folder of its own.
pub(super) fn kohesi(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kohesi"));
    command.args(args).current_dir(folder).stdin(Stdio::null()).env_clear();
    command.env("KOHESI_HOME", folder.join("data")).env("HOME", folder).env("LANG", "en_GB.UTF-8").output().unwrap()
}

pub(super) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(super) fn shipped() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("questionnaires")
}

#[test]
fn every_key_is_explained_in_every_language_and_nothing_else_is() {
    let of_places = PLACES.iter().flat_map(|place| place.keys.iter().map(|key| (place.name, key.name)));
    let of_kinds = KINDS.iter().flat_map(|kind| kind.keys.iter().map(|key| ("item", key.name)));
    let kinds = KINDS.iter().map(|kind| ("kind", kind.name));
    let expected: BTreeSet<(&str, &str)> = of_places.chain(of_kinds).chain(kinds).collect();
    for language in LANGUAGES {
        let words = language.format_words().unwrap();
        let explained: BTreeSet<(&str, &str)> = words.all().collect();
        assert_eq!(expected.symmetric_difference(&explained).collect::<Vec<_>>(), Vec::<&(&str, &str)>::new());
        assert!(explained.iter().all(|(place, key)| words.of(place, key).len() > 5), "{}", language.tag());
    }
}

#[test]
fn the_shipped_schema_is_the_one_the_program_prints_and_every_shipped_file_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let printed = out(&kohesi(folder.path(), &["schema"]));
    let kept = std::fs::read_to_string(shipped().join("format-1.schema.json")).unwrap();
    assert_eq!(printed, kept, "kohesi schema > questionnaires/format-1.schema.json");
    for file in std::fs::read_dir(shipped()).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_some_and(|ending| ending == "toml") {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(text.starts_with("#:schema ./format-1.schema.json\n"), "{}", file.display());
        }
    }
}

/// What a key holds, in notation.
fn notation(holds: Holds) -> String {
    match holds {
        Holds::Format => "1".to_owned(),
        Holds::Plain => "\"…\"".to_owned(),
        Holds::Words => "{ id = \"…\", en = \"…\" }".to_owned(),
        Holds::Key => "\"a_z_0_9\"".to_owned(),
        Holds::HyphenKey => "\"a-z-0-9\"".to_owned(),
        Holds::Boolean => "true / false".to_owned(),
        Holds::Whole(min, max) => format!("{min}–{max}"),
        Holds::Number => "1.5".to_owned(),
        Holds::Bound => "1.5 / 2024-01-31".to_owned(),
        Holds::Expression => "\"expression\"".to_owned(),
        Holds::Answer => "\"key\" / [\"key\"] / true / 1.5 / 2024-01-31".to_owned(),
        Holds::OneOf([]) => KINDS.iter().map(|kind| format!("\"{}\"", kind.name)).collect::<Vec<_>>().join(" / "),
        Holds::OneOf(words) => words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" / "),
        Holds::Texts => "[\"…\"]".to_owned(),
        Holds::Languages => "[\"id\", \"en\"]".to_owned(),
        Holds::Table(place) => format!("{{ [{place}](#{place}) }}"),
        Holds::Tables(place, _) => format!("[[ [{place}](#{place}) ]]"),
    }
}

fn table(keys: &[KeyShape], place: &str, words: &FormatWords, reference: &mut String) {
    reference.push_str("| | | |\n|---|---|---|\n");
    for key in keys {
        let needed = if key.needed { " \\*" } else { "" };
        let line = format!("| `{}`{needed} | {} | {} |\n", key.name, notation(key.holds), words.of(place, key.name));
        reference.push_str(&line.replace(" / ", " · "));
    }
}

/// The reference of the format, in one language.
fn reference(language: Language) -> String {
    let words = language.format_words().unwrap();
    let mut reference = String::from("# `format = 1`\n\n`*`: →\n");
    for place in PLACES {
        let _ = write!(reference, "\n## {}\n\n", place.name);
        table(place.keys, place.name, &words, &mut reference);
        if place.name == "item" {
            for kind in KINDS {
                let _ = write!(reference, "\n### kind = \"{}\"\n\n{}\n\n", kind.name, words.of("kind", kind.name));
                if !kind.keys.is_empty() {
                    table(kind.keys, place.name, &words, &mut reference);
                }
            }
        }
    }
    let needed = if language.tag() == "id" { "harus ada" } else { "must be there" };
    reference.replace("→", needed)
}

/// `KOHESI_WRITE_DOCS=1 cargo test --test kohesi reference` writes them anew.
#[test]
fn the_reference_of_the_format_says_what_the_program_reads() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    for language in LANGUAGES {
        let path = docs.join(if language.tag() == "en" {
            "FORMAT.md".into()
        } else {
            format!("FORMAT.{}.md", language.tag())
        });
        let expected = reference(language);
        if std::env::var_os("KOHESI_WRITE_DOCS").is_some() {
            std::fs::write(&path, &expected).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), expected, "{}", path.display());
    }
}

/// The worked example of a guide: the block that begins with the line `# contoh`.
fn worked_example(guide: &str) -> &str {
    let blocks = guide.split("```toml\n").skip(1).filter_map(|block| block.split_once("\n```").map(|(text, _)| text));
    let found: Vec<&str> = blocks.filter(|block| block.starts_with("# contoh")).collect();
    assert_eq!(found.len(), 1);
    found[0]
}

#[test]
fn the_worked_example_of_the_guides_is_sound_and_the_same_in_both() {
    let [english, indonesian] = [include_str!("../../docs/AUTHORING.md"), include_str!("../../docs/AUTHORING.id.md")];
    assert_eq!(worked_example(english), worked_example(indonesian));
    let (questionnaire, problems) = check("example.toml", worked_example(english), Limits::default());
    assert!(problems.list.is_empty(), "{:?}", problems.list);
    let questionnaire = questionnaire.unwrap();
    assert!(questionnaire.items().iter().any(|item| !item.show_if.is_empty()), "with a route");
    for guide in [english, indonesian] {
        for kind in KINDS {
            assert!(guide.contains(&format!("`{}`", kind.name)), "{}", kind.name);
        }
        let advice = ProblemCode::ALL.iter().filter(|code| code.severity() == Severity::Warning);
        for code in advice {
            assert!(guide.contains(&format!("`{}`", code.as_str())), "{}", code.as_str());
        }
    }
}

/// Enough of JSON Schema to hold a file against the one that is printed.
fn fits(
    value: &serde_json::Value,
    schema: &serde_json::Value,
    root: &serde_json::Value,
    at: &str,
    faults: &mut Vec<String>,
) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.trim_start_matches("#/definitions/");
        return fits(value, &root["definitions"][name], root, at, faults);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        match part.get("if") {
            Some(condition) => {
                let wanted = &condition["properties"]["kind"]["const"];
                if value["kind"] == *wanted {
                    fits(value, &part["then"], root, at, faults);
                }
            }
            None => fits(value, part, root, at, faults),
        }
    }
    if let Some(constant) = schema.get("const").filter(|constant| *constant != value) {
        faults.push(format!("{at}: {value} is not {constant}"));
    }
    if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
        faults.push(format!("{at}: {value} is none of {words:?}"));
    }
    if let Some(table) = value.as_object() {
        for needed in schema["required"].as_array().into_iter().flatten().filter_map(|key| key.as_str()) {
            if !table.contains_key(needed) {
                faults.push(format!("{at}: {needed} is missing"));
            }
        }
        for (key, inner) in table {
            match schema["properties"].get(key) {
                Some(property) => fits(inner, property, root, &format!("{at}.{key}"), faults),
                None if schema["additionalProperties"] == false => faults.push(format!("{at}: {key} is unknown")),
                None => {}
            }
        }
    }
    for (place, inner) in value.as_array().into_iter().flatten().enumerate() {
        fits(inner, &schema["items"], root, &format!("{at}[{place}]"), faults);
    }
}

fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
        toml::Value::Array(list) => list.into_iter().map(json).collect(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(holds) => holds.into(),
    }
}

#[test]
fn every_sound_file_fits_the_schema_and_a_wrong_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let schema: serde_json::Value = serde_json::from_str(&out(&kohesi(folder.path(), &["schema"]))).unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/valid");
    let files = [shipped(), fixtures].map(|folder| std::fs::read_dir(folder).unwrap()).into_iter().flatten();
    for file in
        files.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|end| end == "toml"))
    {
        let value = json(toml::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap());
        let mut faults = Vec::new();
        fits(&value, &schema, &schema, "", &mut faults);
        assert_eq!(faults, Vec::<String>::new(), "{}", file.display());
    }
    let wrong = std::fs::read_to_string(shipped().join("lokakarya.toml")).unwrap().replacen(
        "kind = \"yes_no\"",
        "kind = \"note\"",
        1,
    );
    let mut faults = Vec::new();
    fits(
        &json(toml::from_str(&wrong.replacen("format = 1", "format = 2", 1)).unwrap()),
        &schema,
        &schema,
        "",
        &mut faults,
    );
    assert!(!faults.is_empty());
}
