//! Files and expressions changed at random, for a bounded time: `KOHESI_FUZZ_SECONDS`, where it is set.

use std::time::{Duration, Instant};

use kohesi::interview::{At, Interview, InterviewId, Mode, Moment};
use kohesi::questionnaire::{BUILTIN, Limits, Problems, check};
use kohesi::text::Clean;

/// What is put in beside single bytes: what a questionnaire is made of.
const PIECES: [&str; 40] = [
    "\n",
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\\",
    "\\u001b",
    "\u{202e}",
    "\0",
    "show_if = \"",
    "answered(",
    "size(",
    "point(",
    " && ",
    " || ",
    "!",
    "==",
    " in ",
    "? 1 : 2",
    "date(\"2024-01-31\")",
    "9223372036854775807",
    "-1",
    "1e999",
    "nan",
    "2024-01-31",
    "true",
    "kind = \"grid\"",
    "rows = []",
    "{key}",
    "{{",
    "languages = []",
];

fn seconds() -> u64 {
    std::env::var("KOHESI_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// The files that are changed: what is shipped, and every fixture.
fn corpus() -> Vec<String> {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = ["valid", "invalid", "advised"].map(|folder| std::fs::read_dir(fixtures.join(folder)).unwrap());
    let texts = folders.into_iter().flatten().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let small = texts.filter(|text| text.len() < 20_000);
    small.chain([include_str!("../../questionnaires/contoh-lengkap.toml").to_owned()]).collect()
}

fn changed(text: &str, chance: &mut fastrand::Rng) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..chance.usize(1..8) {
        let start = chance.usize(0..=characters.len());
        let end = (start + chance.usize(0..12)).min(characters.len());
        let new: Vec<char> = match chance.u8(0..4) {
            0 => Vec::new(),
            1 => PIECES[chance.usize(0..PIECES.len())].chars().collect(),
            2 => vec![char::from(chance.u8(0..128))],
            _ => {
                let from = chance.usize(0..=characters.len());
                characters[from..(from + chance.usize(0..200)).min(characters.len())].to_vec()
            }
        };
        characters.splice(start..end, new);
    }
    characters.into_iter().collect()
}

/// What must hold for any text. A panic fails the test by itself.
fn holds(text: &str) {
    let began = Instant::now();
    let (questionnaire, problems) = check("fuzz.toml", text, Limits::default());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}:\n{text}", began.elapsed());
    are_clean(&problems, text);
    let Some(questionnaire) = questionnaire else {
        assert!(!problems.list.is_empty(), "{text}");
        return;
    };
    let language = questionnaire.languages()[0].clone();
    let moment = Moment { at: At { unix_ms: 0, doubtful: false }, shown_ms: 0, language };
    let interview =
        Interview::start(questionnaire.into(), InterviewId([3; 16]), Mode::SelfAdministered, "fuzz", &moment);
    let mut seen = 0;
    let mut at = interview.asked().next();
    while let Some(index) = at {
        let _ = interview.offered(index);
        at = interview.next(index);
        seen += 1;
    }
    assert_eq!(seen, interview.asked().count());
}

fn are_clean(problems: &Problems, text: &str) {
    for problem in &problems.list {
        assert!(problems.source.get(problem.span.clone()).is_some(), "{problem:?}\n{text}");
        assert!(problem.values.iter().all(|(_, value)| Clean::check(value).is_ok()), "{problem:?}\n{text}");
    }
}

fn for_a_while(name: &str, mut once: impl FnMut(&mut fastrand::Rng)) {
    let seed = std::env::var("KOHESI_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_124);
    let mut chance = fastrand::Rng::with_seed(seed);
    let until = Instant::now() + Duration::from_secs(seconds());
    let mut runs = 0_u64;
    while Instant::now() < until {
        once(&mut chance);
        runs += 1;
    }
    assert!(runs > 10, "{name}: {runs} in {} s", seconds());
}

#[test]
fn a_file_changed_at_random_is_read_or_refused() {
    let corpus = corpus();
    for_a_while("files", |chance| holds(&changed(&corpus[chance.usize(0..corpus.len())], chance)));
}

#[test]
fn an_expression_changed_at_random_is_understood_or_refused() {
    const EXPRESSIONS: [&str; 8] = [
        "sells && size(goods) > 1 ? true : false",
        "hours * 2.0 >= 4.5 || !answered(day)",
        "day >= date(\"2024-02-01\") && day.getFullYear() < 2034",
        "\"food\" in goods && place != \"hall\"",
        "point(join_in) >= 4 || needs[0] == \"shade\"",
        "story.contains(\" \") && size(story) > 20",
        "(1 + 2) * 3 - int(hours) % 2 == 0",
        "needs == [\"shade\", \"water\"] || [] == goods",
    ];
    let text = BUILTIN.iter().find(|one| one.key == "contoh-lengkap").unwrap().read().unwrap();
    let (before, after) = text.source().split_once("'story.contains(\" \") || size(story) > 20'").unwrap();
    for_a_while("expressions", |chance| {
        let expression = changed(EXPRESSIONS[chance.usize(0..EXPRESSIONS.len())], chance);
        holds(&format!("{before}{}{after}", toml::Value::String(expression)));
    });
}
