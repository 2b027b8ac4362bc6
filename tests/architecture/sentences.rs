//! No sentence that a person reads stands in code: they are in `assets/lang/`, in every language.

use super::source::{Source, Token};

/// Texts of three words and more that may stand in code: file, text, and why nobody has to read it in their language.
pub(crate) const ALLOWED: [(&str, &str, &str); 8] = [
    ("export/sav/dictionary.rs", "@(#) SPSS DATA FILE kohesi {}", "how every system file begins, for programs"),
    ("questionnaire/syntax.rs", "invalid integer number", PARSER),
    ("questionnaire/syntax.rs", "missing opening quote", PARSER),
    ("questionnaire/syntax.rs", "cannot extend value", PARSER),
    ("questionnaire/syntax.rs", "string values must be quoted", PARSER),
    ("questionnaire/syntax.rs", "multi-line basic string", PARSER),
    ("questionnaire/syntax.rs", "unicode hexadecimal value", PARSER),
    (
        "text/phrase.rs",
        "no value for {{{name}}} in {:?}",
        "a debug assertion, for whoever gives a sentence the wrong values; no release has it",
    ),
];

const PARSER: &str = "the TOML parser's own words, by which its faults are recognised; nobody is shown these";

/// How a statement for the database begins.
const SQL: [&str; 14] = [
    "ALTER", "ATTACH", "BEGIN", "COMMIT", "CREATE", "DELETE", "DROP", "INSERT", "PRAGMA", "ROLLBACK", "SELECT",
    "UPDATE", "VACUUM", "WITH",
];

/// The texts of a file that read like a sentence and are not allowed, with their lines.
pub(crate) fn problems(source: &Source) -> Vec<String> {
    let told = sentences(source).into_iter().filter(|(_, text)| !ALLOWED.iter().any(|one| is(one, source, text)));
    told.map(|(line, text)| format!("src/{}:{line}: belongs in assets/lang/: {text:?}", source.path)).collect()
}

/// What is allowed and stands nowhere.
pub(crate) fn unused(sources: &[Source]) -> Vec<String> {
    let found = |one: &(&str, &str, &str)| {
        sources.iter().any(|source| sentences(source).iter().any(|(_, text)| is(one, source, text)))
    };
    let unused = ALLOWED.iter().filter(|one| !found(one));
    unused.map(|(path, text, _)| format!("src/{path} no longer says {text:?}: take it off the list")).collect()
}

fn is((path, allowed, _): &(&str, &str, &str), source: &Source, text: &str) -> bool {
    *path == source.path && *allowed == text
}

fn sentences(source: &Source) -> Vec<(usize, &str)> {
    let is_sql = |text: &str| {
        let first = text.split_whitespace().next().unwrap_or_default();
        source.module().first().is_some_and(|room| room == "store") && SQL.contains(&first)
    };
    let texts = source.code.iter().filter_map(|piece| match &piece.token {
        Token::Text(text) if words(text) >= 3 && !is_sql(text) => Some((piece.line, text.as_str())),
        _ => None,
    });
    texts.collect()
}

/// How many words a text has, the places that are filled in apart.
fn words(text: &str) -> usize {
    let mut depth = 0_usize;
    let plain: String = text
        .chars()
        .map(|c| {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ if depth == 0 => return c,
                _ => {}
            }
            ' '
        })
        .collect();
    let is_word = |word: &&str| {
        let word = word.trim_matches(|c| ".,;:!?…()[]\"“”‘’".contains(c));
        word.contains(char::is_alphabetic) && word.chars().all(|c| c.is_alphabetic() || "'’-/".contains(c))
    };
    plain.split_whitespace().filter(is_word).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_told_with_its_line() {
        let told = |path: &str, text: &str| problems(&Source::new(path, text));
        assert_eq!(
            told("cli/x.rs", "fn a() {\n    b(\"Nothing was saved.\");\n}"),
            ["src/cli/x.rs:2: belongs in assets/lang/: \"Nothing was saved.\""]
        );
        assert_eq!(told("tui/x.rs", "const A: &str = \"{n} jawaban sudah tersimpan\";").len(), 1);
        assert_eq!(told("tui/x.rs", "const A: &str = \"Tidak\\nmau \\\n    menjawab\";").len(), 1);
        assert_eq!(told("cli/x.rs", "const A: &str = \"SELECT one of these\";").len(), 1);
    }

    #[test]
    fn what_nobody_reads_is_not_told() {
        for (path, text) in [
            ("store/x.rs", "const A: &str = \"SELECT seq, body FROM event WHERE interview = ?1\";"),
            (
                "cli/x.rs",
                "// Nothing was saved.\n/// Nothing was saved.\n#[expect(x, reason = \"it is so\")]\nfn a() {}",
            ),
            ("cli/x.rs", "fn a() {}\n#[cfg(test)]\nmod tests { const A: &str = \"Nothing was saved.\"; }"),
            ("cli/x.rs", "const A: &str = \"id={id} expected={expected} found={found}\";"),
            ("cli/x.rs", "const A: &str = \"{answered} {items} {questionnaire}, {code}\";"),
            ("text/x.rs", "const A: &str = \"../../assets/lang/id.toml\";"),
            ("text/x.rs", "const A: &str = \"Bahasa Indonesia\";"),
            ("text/x.rs", "const A: &str = \"true / false\";"),
        ] {
            assert_eq!(problems(&Source::new(path, text)), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_allowed_and_gone_is_told() {
        assert_eq!(unused(&[Source::new("text/phrase.rs", "")]).len(), ALLOWED.len());
    }
}
