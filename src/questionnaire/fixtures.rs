//! Every file under `tests/fixtures`: what is sound is read, and each fault is found where it is. The first line of
//! an invalid file, `#! code line:column, …`, lists all of its problems in order.

#![expect(clippy::disallowed_methods, reason = "the fixtures are read from the disk, by tests alone")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::{BUILTIN, Kind, Limits, Problem, ProblemCode, Problems, Questionnaire, Severity, check, read};
use crate::text::{Clean, Tag};

const EVERY_KIND: &str = include_str!("../../tests/fixtures/valid/every-kind.toml");

/// Name without extension, and text, of each file in a folder of fixtures.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(folder);
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// Everything that is wrong, without what is only advised against.
fn problems(text: &str) -> Problems {
    let (questionnaire, mut problems) = check("file.toml", text, Limits::default());
    assert!(questionnaire.is_none(), "has problems");
    problems.list.retain(|problem| problem.severity == Severity::Error);
    problems
}

fn codes(text: &str) -> Vec<&'static str> {
    problems(text).list.iter().map(|problem| problem.code.as_str()).collect()
}

/// The problems as the first line of a fixture lists them.
fn listed(problems: &Problems) -> String {
    let lines = problems.lines();
    let place = |problem: &Problem| {
        let (line, column) = lines.line_column(problem.span.start);
        format!("{} {line}:{column}", problem.code.as_str())
    };
    problems.list.iter().map(place).collect::<Vec<_>>().join(", ")
}

/// What holds for the problems of any file.
fn are_well_formed(problems: &Problems, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(!problems.list.is_empty());
    prop_assert!(problems.source.len() == text.len() || problems.source.is_empty());
    prop_assert!(Clean::check(&problems.source).is_ok());
    let lines: Vec<&str> = problems.source.split('\n').collect();
    let places = problems.lines();
    for problem in &problems.list {
        prop_assert!(problems.source.get(problem.span.clone()).is_some(), "{:?}", problem);
        let (line, column) = places.line_column(problem.span.start);
        let (shown, first, span) = places.around(&problem.span);
        prop_assert_eq!(shown.get(span), problems.source.get(problem.span.clone()));
        prop_assert_eq!(first, line);
        prop_assert!(shown.starts_with(lines[line - 1]), "{:?}", problem);
        prop_assert!((1..=lines.len()).contains(&line), "{:?}", problem);
        prop_assert!((1..=lines[line - 1].chars().count() + 1).contains(&column), "{:?}", problem);
        let names: Vec<&str> = problem.values.iter().map(|(name, _)| *name).collect();
        prop_assert_eq!(names.as_slice(), problem.code.value_names());
        for (_, value) in &problem.values {
            prop_assert!(Clean::check(value).is_ok() && !value.contains('\n'), "{:?}", problem);
        }
    }
    Ok(())
}

#[test]
fn every_fault_is_found_where_it_is_and_nothing_else() {
    for (name, text) in files("invalid") {
        let problems = problems(&text);
        let expected = text.lines().next().and_then(|line| line.strip_prefix("#! ")).unwrap_or_default();
        assert_eq!(listed(&problems), expected, "{name}");
        are_well_formed(&problems, &text).unwrap();
    }
}

#[test]
fn all_advice_is_given_where_it_belongs_and_no_other() {
    for (name, text) in files("advised") {
        let (questionnaire, problems) = check("file.toml", &text, Limits::default());
        assert!(questionnaire.is_some(), "{name}: {}", listed(&problems));
        let expected = text.lines().next().and_then(|line| line.strip_prefix("#! ")).unwrap_or_default();
        assert_eq!(listed(&problems), expected, "{name}");
        are_well_formed(&problems, &text).unwrap();
        assert!(problems.list.iter().any(|one| one.code.as_str() == name.split('-').next().unwrap()), "{name}");
        assert!(read("file.toml", &text).is_ok());
    }
}

#[test]
fn of_what_is_shipped_there_is_nothing_to_say() {
    for builtin in BUILTIN {
        let source = builtin.read().unwrap().source().to_owned();
        let (_, problems) = check(builtin.key, &source, Limits::default());
        assert_eq!(listed(&problems), "", "{}", builtin.key);
    }
}

#[test]
fn every_code_has_a_file_of_its_name() {
    let generated =
        [ProblemCode::FileTooLarge, ProblemCode::TooManyItems, ProblemCode::TooManyProblems].map(ProblemCode::as_str);
    let named: BTreeSet<&str> = ProblemCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(named.len(), ProblemCode::ALL.len(), "a code is used twice");
    let files = files("invalid");
    let advised = self::files("advised");
    let kept = files.iter().chain(&advised).map(|(name, _)| name.as_str());
    let covered: BTreeSet<&str> = kept.chain(generated).collect();
    assert!(named.is_subset(&covered), "{:?}", named.difference(&covered));
    for (name, text) in &files {
        let code = name.split('-').next().unwrap();
        assert!(codes(text).contains(&code), "{name}");
    }
}

#[test]
fn every_sound_file_is_read() {
    for (name, text) in files("valid") {
        let questionnaire = read(&name, &text).unwrap_or_else(|problems| panic!("{name}: {}", listed(&problems)));
        assert_eq!(questionnaire.source(), text);
        assert!(read(&name, &text.replace("format = 1", "format = 2")).is_err());
    }
}

#[test]
fn what_is_read_is_what_is_written() {
    let questionnaire = read("every-kind.toml", EVERY_KIND).unwrap();
    let [id, en] = ["id", "en"].map(|tag| Tag::new(tag).unwrap());
    assert_eq!(questionnaire.languages(), [id.clone(), en.clone()]);
    assert_eq!(questionnaire.introduction().get(&en).as_str(), "Welcome.\n\nNo answer is the \"right\" one.");
    assert_eq!(questionnaire.closing().get(&id).as_str(), "Terima kasih 👩‍🌾");
    let headings: Vec<&str> =
        questionnaire.items().iter().map(|item| questionnaire.heading(item).unwrap().get(&en).as_str()).collect();
    assert_eq!(headings, ["Trust", "Trust", "About you", "About you", "About you", "About you", "About you"]);
    let counts: Vec<String> = questionnaire.items().iter().map(|item| format!("{:?}", item.counts)).collect();
    assert_eq!(counts[..3], ["Some((AspectIndex(0), Direct))", "Some((AspectIndex(0), Reversed))", "None"]);
    let points: Vec<usize> = questionnaire.items().iter().map(|item| questionnaire.choices(item).len()).collect();
    assert_eq!(points, [3, 3, 3, 2, 0, 0, 0]);
    let longest: Vec<usize> = questionnaire
        .items()
        .iter()
        .filter_map(|item| match &item.kind {
            Kind::Text(text) => Some(text.max),
            _ => None,
        })
        .collect();
    assert_eq!(longest, [80, 200]);
    let norm = &questionnaire.norms().unwrap().rows[0];
    assert_eq!((norm.mean, norm.sd, norm.reliability), (Some(61.5), 18.0, 0.8));
}

#[test]
fn a_file_saved_on_windows_is_the_same_questionnaire() {
    let windows = format!("\u{FEFF}{}", EVERY_KIND.replace('\n', "\r\n"));
    let [there, here] = [windows.as_str(), EVERY_KIND].map(|text| read("every-kind.toml", text).unwrap());
    assert_eq!(there.introduction(), here.introduction());
    assert_eq!(there.items(), here.items());
    assert_ne!(there.hash(), here.hash());
}

/// A questionnaire of one section with `count` items.
fn with_items(count: usize) -> String {
    let mut text = include_str!("../../tests/fixtures/valid/one-language.toml").to_owned();
    for number in 1..count {
        let item = format!("key = \"item_{number}\"\nkind = \"text\"\ntext.id = \"{number}\"\n");
        text.push_str("\n[[sections.items]]\n");
        text.push_str(&item);
    }
    text
}

#[test]
fn a_file_may_be_large_but_not_too_large() {
    assert_eq!(read("file", &with_items(2_000)).map(|questionnaire| questionnaire.items().len()), Ok(2_000));
    let too_many = problems(&with_items(2_001));
    let again = super::read_again("file", &with_items(2_001));
    assert_eq!(again.map(|questionnaire| questionnaire.items().len()), Ok(2_001), "what was taken once is read again");
    assert_eq!(too_many.list[0].values, [("limit", "2000".to_owned()), ("found", "2001".to_owned())]);
    assert_eq!(listed(&too_many), format!("too_many_items {}:1", with_items(2_000).lines().count() + 2));
    let mut text = EVERY_KIND.to_owned();
    text.push_str(&"#".repeat((1 << 20) - text.len()));
    assert!(read("file", &text).is_ok());
    text.push('#');
    let too_large = problems(&text);
    assert_eq!(listed(&too_large), "file_too_large 1:1");
    assert_eq!(too_large.list[0].values, [("limit", "1024".to_owned()), ("found", "1025".to_owned())]);
}

#[test]
fn of_very_many_problems_the_first_are_listed_and_the_rest_counted() {
    let unknown: Vec<String> = (0..1_500).map(|number| format!("x{number} = 1")).collect();
    let text = EVERY_KIND.replace("\n[consent]", &format!("\n{}\n[consent]", unknown.join("\n")));
    let problems = problems(&text);
    assert_eq!(problems.list.len(), 1_001);
    let last = problems.list.last().unwrap();
    assert_eq!(last.code, ProblemCode::TooManyProblems);
    assert_eq!(last.values, [("limit", "1000".to_owned()), ("found", "500".to_owned())]);
}

#[test]
fn a_slip_of_the_finger_is_seen_as_one() {
    for (from, to, suggested) in [
        ("licence = ", "license = ", "licence"),
        ("key = \"years\"\nkind = \"number\"", "key = \"years\"\nkind = \"nummer\"", "number"),
        ("keying = \"reversed\"", "keying = \"reverse\"", "reversed"),
        ("format = \"agreement\"\nkeying", "format = \"agrement\"\nkeying", "agreement"),
        ("aspect = \"trust\"\nmean", "aspect = \"turst\"\nmean", "trust"),
        ("max_characters", "max_chars", "max_characters"),
        ("unit.id = \"tahun\"\nunit.en", "unit.id = \"tahun\"\nunit.eng", "en"),
        (
            "kind = \"number\"",
            "kind = \"zzz\"",
            "scale, choice, choices, yes_no, consent, number, date, text, ranking, note, grid",
        ),
    ] {
        assert!(EVERY_KIND.contains(from), "{from}");
        let problems = problems(&EVERY_KIND.replacen(from, to, 1));
        let suggestions = problems.list.iter().flat_map(|problem| &problem.values);
        let suggestions: Vec<&str> =
            suggestions.filter(|(name, _)| *name == "suggestion").map(|(_, value)| value.as_str()).collect();
        assert_eq!(suggestions, [suggested], "{to}: {}", listed(&problems));
    }
}

#[test]
fn what_a_terminal_must_not_get_is_in_no_value_and_not_in_the_source() {
    let text =
        EVERY_KIND.replace("key = \"every-kind\"", "key = \"a\\u001b]0;x\\u0007\"\n\"\\u202Eb\" = 1 # \u{202e}\u{9b}");
    let problems = read("\u{1b}[2Jfile", &text).unwrap_err();
    are_well_formed(&problems, &text).unwrap();
    assert_eq!(problems.name, "U+001B[2Jfile");
    assert_eq!(problems.list[0].values[1].1, "aU+001B]0;xU+0007");
    assert_eq!(problems.list[1].values[0].1, "U+202Eb");
}

#[test]
fn a_common_mistake_in_the_toml_is_named_once_and_where_it_is() {
    for (from, to, expected) in [
        ("en = \"Every kind\" }", "en = \"Every kind }", "unclosed_text 7:37"),
        ("\"Forum RT 03\"]", "\"Forum RT 03\"", "unclosed_bracket 5:11"),
        ("en = \"Disagree\" } }", "en = \"Disagree\" }", "syntax 52:3"),
        ("\n]\n\n[[aspects]]", "\n\n[[aspects]]", "unclosed_bracket 50:11"),
        ("right\" one.\n\"\"\"", "right\" one.\n", "unclosed_text 15:19"),
        ("[[sections.items]]\nkey = \"years\"", "[[sections.items]\nkey = \"years\"", "unclosed_bracket 120:18"),
        ("talk.en = \"When do we trust one another?\"", "talk.en = When do we trust?", "unquoted_text 71:11"),
        ("talk.en = \"When", "talk.en \"When", "syntax 71:9"),
        ("en = \"Neutral\" } },", "en = \"Neutral\" } }", "syntax 53:3"),
        ("talk.id = \"Kapan", "talk.id = “Kapan", "unquoted_text 70:11"),
        ("talk.en = \"When do we", "talk.en = \"When \"do we", "syntax 71:18"),
        ("max = 120", "max = 120 tahun", "unquoted_text 124:7"),
        ("provisional = false", "provisional = tidak", "unquoted_text 38:15"),
        ("[norms]", "[norms", "unclosed_bracket 37:7"),
        ("sd = 18", "sd = 0,8", "syntax 45:7"),
        ("id = \"Kuat\"", "id = \"Kuat\\d\"", "syntax 35:21"),
    ] {
        assert!(EVERY_KIND.contains(from), "{from}");
        assert_eq!(listed(&problems(&EVERY_KIND.replacen(from, to, 1))), expected, "{to}");
    }
}

#[test]
fn a_broken_line_hides_no_other_fault() {
    let text = EVERY_KIND.replacen("en = \"Every kind\" }", "en = \"Every kind }", 1);
    let text = text.replacen("sd = 18", "sd = 180", 1).replacen("max = 120", "max = \"x\"", 1);
    let text = text.replacen("\"Milik sendiri\"", "Milik", 1).replacen("max_characters", "max_letters", 1);
    assert_eq!(
        listed(&problems(&text)),
        "unclosed_text 7:37, out_of_range 45:6, unquoted_text 116:28, wrong_type 124:7, unknown_key 133:1"
    );
}

#[test]
fn a_hostile_file_is_refused_without_harm() {
    let nested = format!("a = {}", "{ a.b.c.d.e.f.g.h = [".repeat(90));
    let marks = format!("title.id = \"a{}\"\n", "\u{301}".repeat(50_000));
    for (text, code) in [
        ("a.".repeat(500_000), "nested_too_deeply"),
        (nested, "syntax"),
        (marks, "text_too_long"),
        ("=\n".repeat(50_000), "syntax"),
        (format!("title.id = \"{}\"", "\u{1}\u{202e}".repeat(1_000)), "unclean_text"),
    ] {
        let found = problems(&text);
        are_well_formed(&found, &text).unwrap();
        assert!(found.list.iter().any(|problem| problem.code.as_str() == code), "{code}: {}", listed(&found));
    }
}

#[test]
fn another_format_is_the_only_problem_even_where_the_file_is_broken() {
    let text = EVERY_KIND.replacen("format = 1", "format = 2", 1).replacen("sd = 18", "sd 18", 1);
    assert_eq!(listed(&problems(&text)), "unsupported_format 1:10");
}

/// A questionnaire must be as sound as its reader says it is.
fn is_sound(questionnaire: &Questionnaire) -> Result<(), TestCaseError> {
    prop_assert!(!questionnaire.items().is_empty() && !questionnaire.languages().is_empty());
    for section in questionnaire.sections() {
        prop_assert!(!section.items.is_empty() && questionnaire.items().get(section.items.clone()).is_some());
    }
    for (place, item) in questionnaire.items().iter().enumerate() {
        prop_assert!(questionnaire.sections()[item.section].items.contains(&place));
        match &item.kind {
            Kind::Scale(_) | Kind::Choice(_) | Kind::YesNo(_) | Kind::Consent(_) => {
                prop_assert!(questionnaire.choices(item).len() >= 2);
            }
            Kind::Choices(several) => prop_assert!(1 <= several.min && several.min <= several.max),
            Kind::Ranking(ranking) => prop_assert!((1..=ranking.list.choices.len()).contains(&ranking.top)),
            Kind::Number(number) => prop_assert!(number.min <= number.max && number.decimals <= 6),
            Kind::Date(dates) => prop_assert!(dates.min <= dates.max),
            Kind::Note => prop_assert!(item.required.is_none() && item.checks.is_empty()),
            Kind::Text(text) => prop_assert!((1..=10_000).contains(&text.max)),
        }
        let languages: Vec<&Tag> = item.text.all().map(|(tag, _)| tag).collect();
        prop_assert_eq!(languages, questionnaire.languages().iter().collect::<Vec<_>>());
    }
    let aspects = questionnaire.aspects();
    prop_assert_eq!(questionnaire.norms().map_or(0, |norms| norms.rows.len()), aspects.len());
    prop_assert_eq!(questionnaire.levels().is_some(), !aspects.is_empty());
    for place in 0..aspects.len() {
        let counts = |item: &&super::Item| item.counts.is_some_and(|(aspect, _)| aspect.0 == place);
        prop_assert!(questionnaire.items().iter().any(|item| counts(&item)));
    }
    Ok(())
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    let (questionnaire, problems) = check("file.toml", text, Limits::default());
    prop_assert_eq!(questionnaire.is_some(), read("file.toml", text).is_ok());
    questionnaire.as_ref().map_or(Ok(()), is_sound)?;
    if problems.list.is_empty() { Ok(()) } else { are_well_formed(&problems, text) }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        holds(&text)?;
    }

    #[test]
    fn any_toml_like_text_is_read_or_refused(
        parts in proptest::collection::vec(prop_oneof![
            Just("\n"), Just(" = "), Just("\""), Just("\"\"\""), Just("'"), Just("{"), Just("}"), Just("[["), Just("]]"),
            Just("["), Just("]"), Just(","), Just("."), Just("key"), Just("title"), Just("id"), Just("sections"),
            Just("items"), Just("format"), Just("1"), Just("\\u001b"), Just("\u{202e}"), Just("\r"), Just("#"),
        ], 0..60),
    ) {
        holds(&parts.concat())?;
    }

    #[test]
    fn a_changed_file_is_read_or_refused(
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..20_usize, "[a-z\"'\\[\\]{}=.,\n\\\\#0-9\u{1b}\u{202e}é]{0,3}"), 1..6),
    ) {
        let mut text: Vec<char> = EVERY_KIND.chars().collect();
        for (place, length, inserted) in edits {
            let start = place.index(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, inserted.chars());
        }
        holds(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn a_file_without_some_of_its_lines_is_read_or_refused(
        lines in proptest::collection::btree_set(0..100_usize, 1..5),
    ) {
        let kept = EVERY_KIND.lines().enumerate().filter(|(number, _)| !lines.contains(number));
        holds(&kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n"))?;
    }
}
