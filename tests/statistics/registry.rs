//! Every registered statistic is explained: to whoever reads the code, and in every language to whoever reads a result.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use kohesi::stats::{ALL, Counted, NotComputable, Statistic};
use kohesi::text::{Catalogue, LANGUAGES};

const HEADINGS: [&str; 6] = ["What it says", "Formula", "Needs", "When it misleads", "Source", "Checked against"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The page at the top of a file.
fn page(text: &str) -> Vec<&str> {
    text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect()
}

/// The headings of a page that have text under them.
fn headings<'a>(page: &[&'a str]) -> Vec<&'a str> {
    let with_text = |place: usize| {
        page[place + 1..].iter().find(|line| !line.is_empty()).is_some_and(|line| !line.starts_with('#'))
    };
    let heads = page.iter().enumerate().filter_map(|(place, line)| Some((place, line.strip_prefix("# ")?)));
    heads.filter(|(place, _)| with_text(*place)).map(|(_, head)| head).collect()
}

#[test]
fn every_statistic_has_its_page() {
    for statistic in ALL {
        let path = root().join("src/stats").join(format!("{}.rs", statistic.key));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let page = page(&text);
        assert!(page.first().is_some_and(|line| !line.is_empty()), "{}: no first sentence", statistic.key);
        assert_eq!(headings(&page), HEADINGS, "{}", statistic.key);
    }
    let registry = fs::read_to_string(root().join("src/stats/registry.rs")).unwrap();
    for entry in fs::read_dir(root().join("src/stats")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if text.contains("pub const STATISTIC: Statistic") {
            assert!(registry.contains(&format!("&{name}::STATISTIC,")), "{name} is not in the registry");
        }
    }
}

#[test]
fn a_page_with_a_gap_is_told() {
    let page = page("//! One.\n//!\n//! # Formula\n//!\n//! # Needs\n//! Two.\n\nuse a;\n//! # Source\n//! b");
    assert_eq!(headings(&page), ["Needs"]);
}

#[test]
fn every_statistic_and_every_reason_has_its_words() {
    let keys: BTreeSet<&str> = ALL.iter().map(|statistic| statistic.key).collect();
    assert_eq!(keys.len(), ALL.len(), "a key is used twice");
    let codes = BTreeSet::from(NotComputable::CODES);
    for language in LANGUAGES {
        let words = Catalogue::of(language).unwrap().statistics;
        assert_eq!(words.named.keys().map(String::as_str).collect::<BTreeSet<_>>(), keys, "{}", language.tag());
        assert_eq!(words.reasons.keys().map(String::as_str).collect::<BTreeSet<_>>(), codes, "{}", language.tag());
        let names: BTreeSet<&str> = words.named.values().map(|named| named.name.as_str()).collect();
        assert_eq!(names.len(), ALL.len(), "{}: two statistics have one name", language.tag());
        for reason in reasons() {
            let values: Vec<(&str, String)> = reason.values().iter().map(|(name, n)| (*name, n.to_string())).collect();
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let told = words.reasons[reason.code()].with(&values);
            assert!(values.iter().all(|(_, value)| told.contains(value)), "{}: {told}", language.tag());
        }
    }
}

/// One reason of each code.
fn reasons() -> Vec<NotComputable> {
    use kohesi::stats::Counted::{Answers, Groups, Nothing, Pages, Pairs, Persons};
    let few = [Persons, Groups, Pairs, Answers, Pages, Nothing];
    let few = few.map(|of| NotComputable::TooFew { of, n: 3, needed: 5 });
    let others = [
        NotComputable::TooFewItems { items: 1, needed: 2 },
        NotComputable::TooFewPoints { points: 1, needed: 2 },
        NotComputable::UnequalPoints,
        NotComputable::NoSpread,
        NotComputable::Redundant,
        NotComputable::Heywood { item: 4 },
        NotComputable::NotConverged { steps: 500 },
        NotComputable::OneSided,
        NotComputable::TooFewReplicates { replicates: 100, needed: 2_000 },
        NotComputable::NotPositive,
        NotComputable::NotFinite,
        NotComputable::Interrupted,
    ];
    let all = [&few[..], &others[..]].concat();
    assert_eq!(all.iter().map(|one| one.code()).collect::<BTreeSet<_>>(), BTreeSet::from(NotComputable::CODES));
    all
}

fn counted(statistic: &Statistic) -> &'static str {
    match statistic.counted {
        Counted::Persons => "persons",
        Counted::Groups => "groups",
        Counted::Pairs => "pairs",
        Counted::Answers => "answers",
        Counted::Pages => "pages",
        Counted::Nothing => "given figures",
    }
}

/// How many it takes, in a row of a table.
fn takes(statistic: &Statistic) -> String {
    let many = |n: u64| if n == 0 { counted(statistic).to_owned() } else { format!("{}: {n}", counted(statistic)) };
    let computed = many(statistic.computable_from);
    let items = if statistic.items_from == 0 { String::new() } else { format!(", items: {}", statistic.items_from) };
    let shown = statistic.shown_from.map_or("exports only".to_owned(), many);
    format!("{computed}{items} | {shown}")
}

/// Every statistic in one document: the registry, the names that people see, and the pages of the code.
fn document() -> String {
    let [indonesian, english] = LANGUAGES.map(|language| Catalogue::of(language).unwrap().statistics.named);
    let mut text = String::from(
        "# Statistics\n\nWhat each statistic says and when it misleads. Made from the code; \
         `KOHESI_WRITE_DOCS=1 cargo test --test kohesi statistics` makes it anew.\n\n\
         | statistic | Indonesian | computed from | shown from |\n|---|---|---|---|\n",
    );
    for statistic in ALL {
        let (name, spoken) = (&english[statistic.key].name, &indonesian[statistic.key].name);
        let row = format!("| [{name}](#{key}) | {spoken} | {} |\n", takes(statistic), key = statistic.key);
        text.push_str(&row);
    }
    for statistic in ALL {
        let source = fs::read_to_string(root().join("src/stats").join(format!("{}.rs", statistic.key))).unwrap();
        let page = page(&source).join("\n").replace("\n# ", "\n### ").replace("[`super::", "`").replace("`]", "`");
        let says = &english[statistic.key].says;
        text.extend(["\n## ", statistic.key, "\n\n> ", says.as_str(), "\n\n", page.trim_end(), "\n"]);
    }
    text.replace("*_wg", "\\*_wg").replace("`r\\*_wg(J)`", "`r*_wg(J)`")
}

#[test]
fn the_document_says_what_the_code_says() {
    let path = root().join("docs/STATISTICS.md");
    let expected = document();
    if std::env::var_os("KOHESI_WRITE_DOCS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), expected, "{}", path.display());
}
