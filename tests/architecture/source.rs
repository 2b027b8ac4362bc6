//! Rust source as far as these tests need it: words, signs and texts with their lines; comments are left out.

use std::ops::Range;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A name, a keyword or a number.
    Word(String),
    /// What stands between the quotes of a string.
    Text(String),
    Sign(char),
}

impl Token {
    pub(crate) fn is(&self, sign: char) -> bool {
        *self == Self::Sign(sign)
    }

    pub(crate) fn word(&self) -> Option<&str> {
        if let Self::Word(word) = self { Some(word) } else { None }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) line: usize,
    pub(crate) token: Token,
}

/// One file, taken apart.
#[derive(Debug)]
pub(crate) struct Source {
    /// Below `src/`, with forward slashes.
    pub(crate) path: String,
    /// Everything but comments.
    pub(crate) all: Vec<Piece>,
    /// The program: without attributes and tests.
    pub(crate) code: Vec<Piece>,
    /// The attributes outside tests, without their brackets.
    pub(crate) attributes: Vec<Vec<Piece>>,
    /// Lines of the file that belong to no test.
    pub(crate) lines: usize,
    /// Test modules declared here that stand in files of their own.
    pub(crate) test_modules: Vec<String>,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let all = pieces(text);
        let mut source = Self {
            path: path.to_owned(),
            all: Vec::new(),
            code: Vec::new(),
            attributes: Vec::new(),
            lines: text.lines().count(),
            test_modules: Vec::new(),
        };
        let mut at = 0;
        while at < all.len() {
            let Some(attribute) = attribute_at(&all, at) else {
                source.code.push(all[at].clone());
                at += 1;
                continue;
            };
            if !is_for_tests(&all[attribute.clone()]) {
                source.attributes.push(all[attribute.clone()].to_vec());
                at = attribute.end + 1;
            } else if all[at + 1].token.is('!') {
                source.code.clear();
                source.attributes.clear();
                source.lines = 0;
                break;
            } else {
                let item = item_after(&all, attribute.end + 1);
                source.lines -= all[item.end - 1].line + 1 - all[at].line;
                source.test_modules.extend(module_elsewhere(&all[item.clone()]));
                at = item.end;
            }
        }
        source.all = all;
        source
    }

    /// The path of the module in this file: `tui`, `app`, `keys`.
    pub(crate) fn module(&self) -> Vec<String> {
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        path.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).map(str::to_owned).collect()
    }

    /// The first line of each function, its name and how many lines it has.
    pub(crate) fn functions(&self) -> Vec<(usize, &str, usize)> {
        let named = self.code.windows(2).enumerate().filter(|(_, two)| two[0].token.word() == Some("fn"));
        let functions = named.filter_map(|(at, two)| {
            let name = two[1].token.word()?;
            let body = item_end(&self.code, at, false);
            Some((two[0].line, name, self.code[body - 1].line + 1 - two[0].line))
        });
        functions.collect()
    }
}

/// Where the brackets of an attribute at this place have their content.
fn attribute_at(pieces: &[Piece], at: usize) -> Option<Range<usize>> {
    let sign = |place: usize, sign| pieces.get(place).is_some_and(|piece| piece.token.is(sign));
    let open = at + 1 + usize::from(sign(at + 1, '!'));
    (sign(at, '#') && sign(open, '[')).then(|| open + 1..closing(pieces, open))
}

fn is_for_tests(attribute: &[Piece]) -> bool {
    let words: Vec<&str> = attribute.iter().filter_map(|piece| piece.token.word()).collect();
    words == ["test"] || (words.first() == Some(&"cfg") && words.contains(&"test") && !words.contains(&"not"))
}

/// The place of the bracket that closes the one at `open`; the last place where none does.
pub(crate) fn closing(pieces: &[Piece], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, piece) in pieces.iter().enumerate().skip(open) {
        match piece.token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    pieces.len().saturating_sub(1)
}

/// The item, field or arm that begins here, with the attributes before it.
fn item_after(pieces: &[Piece], from: usize) -> Range<usize> {
    const ITEMS: [&str; 13] = [
        "fn",
        "mod",
        "use",
        "struct",
        "enum",
        "impl",
        "trait",
        "const",
        "static",
        "type",
        "macro_rules",
        "async",
        "extern",
    ];
    let mut at = from;
    while let Some(attribute) = attribute_at(pieces, at) {
        at = attribute.end + 1;
    }
    let after_visibility = if pieces.get(at).is_some_and(|piece| piece.token.word() == Some("pub")) {
        if pieces.get(at + 1).is_some_and(|piece| piece.token.is('(')) { closing(pieces, at + 1) + 1 } else { at + 1 }
    } else {
        at
    };
    let first = pieces.get(after_visibility).and_then(|piece| piece.token.word());
    let is_item = first.is_some_and(|word| ITEMS.contains(&word));
    if first == Some("use") {
        let length = pieces[at..].iter().position(|piece| piece.token.is(';'));
        return from..length.map_or(pieces.len(), |length| at + length + 1);
    }
    from..item_end(pieces, at, !is_item)
}

/// The place behind an item, or (`listed`) behind a field, variant or arm.
fn item_end(pieces: &[Piece], from: usize, listed: bool) -> usize {
    let mut at = from;
    while at < pieces.len() {
        match pieces[at].token {
            Token::Sign(';') => return at + 1,
            Token::Sign(',') if listed => return at + 1,
            Token::Sign(')' | ']' | '}') => return at,
            Token::Sign('{') if !listed => return closing(pieces, at) + 1,
            Token::Sign('(' | '[' | '{') => at = closing(pieces, at) + 1,
            _ => at += 1,
        }
    }
    pieces.len()
}

fn module_elsewhere(item: &[Piece]) -> Option<String> {
    let [.., keyword, name, end] = item else { return None };
    let is_module = keyword.token.word() == Some("mod") && end.token.is(';');
    is_module.then(|| name.token.word().map(str::to_owned)).flatten()
}

/// The names of the modules that these pieces declare to stand in files of their own.
pub(crate) fn declared_modules(pieces: &[Piece]) -> Vec<&str> {
    let declared = pieces.windows(3).filter(|three| three[0].token.word() == Some("mod") && three[2].token.is(';'));
    declared.filter_map(|three| three[1].token.word()).collect()
}

/// Takes a text apart.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut reader = Reader { rest: text, line: 1 };
    let mut pieces = Vec::new();
    while let Some(piece) = reader.next_piece() {
        pieces.push(piece);
    }
    pieces
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    fn next_piece(&mut self) -> Option<Piece> {
        self.take(passed_over(self.rest));
        let first = self.rest.chars().next()?;
        let line = self.line;
        let token = if let Some((content, length)) = string(self.rest) {
            self.take(length);
            Token::Text(content)
        } else if is_of_word(first) {
            let raw = if self.rest.starts_with("r#") { 2 } else { 0 };
            self.take(raw);
            let length = self.rest.find(|c| !is_of_word(c)).unwrap_or(self.rest.len());
            Token::Word(self.take(length).to_owned())
        } else {
            self.take(first.len_utf8());
            Token::Sign(first)
        };
        Some(Piece { line, token })
    }
}

/// The length of what is no token: space, comments, characters and the quotes of lifetimes.
fn passed_over(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        at += match rest.chars().next() {
            Some(space) if space.is_whitespace() => space.len_utf8(),
            Some('/') if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            Some('/') if rest.starts_with("/*") => block_comment(rest),
            Some('\'') => character(rest).unwrap_or(1),
            _ => return at,
        };
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a character in quotes; none where the quote begins a lifetime.
fn character(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next();
        return chars.find(|(_, c)| *c == '\'').map(|(at, _)| at + 1);
    }
    chars.next().filter(|(_, c)| *c == '\'').map(|(at, _)| at + 1)
}

/// The content of a string that begins here, escapes turned to spaces, and the length of the whole.
fn string(text: &str) -> Option<(String, usize)> {
    let prefix = ["", "b", "c", "r", "br", "cr"].into_iter().rev().find(|prefix| {
        let rest = text.strip_prefix(prefix);
        let rest = rest.map(|rest| if prefix.ends_with('r') { rest.trim_start_matches('#') } else { rest });
        rest.is_some_and(|rest| rest.starts_with('"'))
    })?;
    let behind = &text[prefix.len()..];
    if prefix.ends_with('r') {
        let hashes = behind.len() - behind.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let content = &behind[hashes + 1..];
        let length = content.find(&end).unwrap_or(content.len());
        let whole = prefix.len() + hashes + 1 + length + end.len();
        return Some((content[..length].to_owned(), whole.min(text.len())));
    }
    let mut content = String::new();
    let mut chars = behind.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((content, prefix.len() + at + 1)),
            '\\' => {
                let escaped = chars.next().map_or(' ', |(_, c)| c);
                content.push(if matches!(escaped, '"' | '\'' | '\\') { escaped } else { ' ' });
            }
            _ => content.push(c),
        }
    }
    Some((content, text.len()))
}

#[test]
fn comments_and_quotes_are_told_apart() {
    let text = "a // b \"c\"\n/* d /* e */ \" */ 'f' '\"' '\\'' &'g h \"i \\\" j\" r#\"k \" l\"# b\"m\" r#fn";
    let told: Vec<(usize, Token)> = pieces(text).into_iter().map(|piece| (piece.line, piece.token)).collect();
    let word = |word: &str| (2, Token::Word(word.to_owned()));
    let quoted = |text: &str| (2, Token::Text(text.to_owned()));
    assert_eq!(told[0], (1, Token::Word("a".to_owned())));
    assert_eq!(
        told[1..],
        [(2, Token::Sign('&')), word("g"), word("h"), quoted("i \" j"), quoted("k \" l"), quoted("m"), word("fn")]
    );
}

#[test]
fn tests_are_no_part_of_the_program() {
    let source = Source::new(
        "text/x.rs",
        "use a::b;\n#[cfg(test)]\nuse c::{d, e};\n#[derive(Debug)]\nstruct F {\n    #[cfg(test)]\n    g: u8,\n    h: u8,\n}\n\
         #[cfg(test)]\nmod elsewhere;\n#[cfg(not(test))]\nfn i() {}\n#[cfg(all(test, unix))]\nmod tests {\n    fn j() {}\n}\n",
    );
    let words: Vec<&str> = source.code.iter().filter_map(|piece| piece.token.word()).collect();
    assert_eq!(words, ["use", "a", "b", "struct", "F", "h", "u8", "fn", "i"]);
    assert_eq!(source.lines, 17 - 2 - 2 - 2 - 4);
    assert_eq!(source.test_modules, ["elsewhere"]);
    assert_eq!(source.attributes.len(), 2);
    assert_eq!(Source::new("text/x.rs", "#![cfg(test)]\nfn a() {}\n").lines, 0);
}

#[test]
fn functions_are_measured_from_head_to_brace() {
    let source =
        Source::new("text/x.rs", "fn a(b: [u8; 2]) -> u8 {\n    0\n}\ntrait C {\n    fn d();\n}\ntype E = fn(u8);\n");
    assert_eq!(source.functions(), [(1, "a", 3), (5, "d", 1)]);
}
