use std::borrow::Cow;
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::text::Clean;

/// Lists every code once: its variant, its text and the names of the values a sentence about it may use.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal [$($value:literal),*],)*) => {
        /// What is wrong. Each code has a sentence of its own in every catalogue.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as it is written in catalogues: lower case with underscores, never changed once released.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The names of the values a problem with this code carries, in their order.
            #[must_use]
            pub fn value_names(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($value),*],)* }
            }
        }
    };
}

codes! {
    /// The file is larger than is read; sizes in KiB.
    FileTooLarge = "file_too_large" ["limit", "found"],
    /// There are more problems than are listed; `found` of them are left out.
    TooManyProblems = "too_many_problems" ["limit", "found"],
    /// The file is written in a format number that is not read here.
    UnsupportedFormat = "unsupported_format" ["found", "supported"],
    /// A dotted key has more parts than are read.
    NestedTooDeeply = "nested_too_deeply" ["limit"],
    /// Not TOML; `expected` is in notation, `detail` in English.
    Syntax = "syntax" ["found", "expected", "detail"],
    /// A text does not begin with a quotation mark.
    UnquotedText = "unquoted_text" ["found"],
    /// A text has no quotation mark at its end.
    UnclosedText = "unclosed_text" ["expected"],
    /// A bracket or brace is not closed.
    UnclosedBracket = "unclosed_bracket" ["expected"],
    /// The same TOML key or table twice.
    DefinedTwice = "defined_twice" ["key"],
    /// A key that means nothing here.
    UnknownKey = "unknown_key" ["key", "suggestion"],
    /// A key that belongs to items of another kind.
    KeyOfOtherKind = "key_of_other_kind" ["key", "kind"],
    /// A key that must be there is not.
    MissingKey = "missing_key" ["key"],
    /// A value of the wrong TOML type; `expected` is in notation, `found` is what stands there.
    WrongType = "wrong_type" ["key", "expected", "found"],
    /// A text without a character in it.
    EmptyText = "empty_text" ["key"],
    /// A list that needs at least one entry has none.
    EmptyList = "empty_list" ["key"],
    /// A character that may not stand in a text, as `U+001B`.
    UncleanText = "unclean_text" ["character"],
    /// More characters than a text may have.
    TextTooLong = "text_too_long" ["key", "limit", "found"],
    /// An aspect's short name takes more columns than a chart has for it.
    ShortNameTooWide = "short_name_too_wide" ["limit", "found"],
    /// Not shaped like an identifier, or a name that Windows keeps for a device.
    NotAKey = "not_a_key" ["key", "found"],
    /// An identifier that was given before, on `line`.
    DuplicateKey = "duplicate_key" ["key", "line"],
    /// Not shaped like a BCP 47 tag.
    NotALanguage = "not_a_language" ["found"],
    /// A language listed before.
    DuplicateLanguage = "duplicate_language" ["language"],
    /// More languages than are read.
    TooManyLanguages = "too_many_languages" ["limit", "found"],
    /// A text lacks one of the questionnaire's languages.
    MissingLanguage = "missing_language" ["key", "language"],
    /// A text is in a language the questionnaire does not list.
    UnknownLanguage = "unknown_language" ["key", "language", "suggestion"],
    /// No response format has this key.
    UnknownFormat = "unknown_format" ["format", "suggestion"],
    /// No aspect has this key.
    UnknownAspect = "unknown_aspect" ["aspect", "suggestion"],
    /// Not one of the words this key takes.
    UnknownValue = "unknown_value" ["key", "found", "suggestion"],
    /// A number outside the range its key takes, in notation such as `0 < sd <= 50`.
    OutOfRange = "out_of_range" ["key", "found", "range"],
    /// The lowest number of an item is above its highest.
    BadNumberRange = "bad_number_range" ["min", "max"],
    /// The levels do not follow one another.
    LevelsOutOfOrder = "levels_out_of_order" ["middle_from", "high_from"],
    /// A table that means something only where there are aspects.
    NeedsAspects = "needs_aspects" ["key"],
    /// An aspect has no row in the norms table.
    NormMissing = "norm_missing" ["aspect"],
    /// An aspect has a second row in the norms table; the first is on `line`.
    NormRepeated = "norm_repeated" ["aspect", "line"],
    /// No item counts towards an aspect.
    AspectWithoutItems = "aspect_without_items" ["aspect"],
    /// The keying of an item that counts towards no aspect.
    KeyingWithoutAspect = "keying_without_aspect" [],
    /// An item has another number of choices than the items before it in its aspect.
    MixedFormats = "mixed_formats" ["aspect", "expected", "found"],
    /// Fewer choices than are needed.
    TooFewChoices = "too_few_choices" ["limit", "found"],
    /// More choices than are read.
    TooManyChoices = "too_many_choices" ["limit", "found"],
    /// More items than are read.
    TooManyItems = "too_many_items" ["limit", "found"],
    /// More aspects than are read.
    TooManyAspects = "too_many_aspects" ["limit", "found"],
    /// More calculated values than are read.
    TooManyValues = "too_many_values" ["limit", "found"],
    /// Yes and no have no words in this language, and none are given.
    WordsNeeded = "words_needed" ["key", "language"],
    /// Words for the middle of a two-step question whose format has no point in the middle, or none where it has.
    StepsMiddle = "steps_middle" ["points"],
    /// Rows of norms for aspects where only the total is reported.
    RowsWithTotal = "rows_with_total" [],
    /// An item that is answered by nothing cannot be referred to.
    NotAnAnswer = "not_an_answer" ["name"],
    /// An expression has more characters than are read.
    ExpressionTooLong = "expression_too_long" ["limit", "found"],
    /// An expression has more levels than are read.
    ExpressionTooDeep = "expression_too_deep" ["limit"],
    /// An expression takes more steps than it may, those of the calculated values in it among them.
    ExpressionTooCostly = "expression_too_costly" ["limit", "found"],
    /// An expression is not written as one; `expected` is in notation.
    ExpressionSyntax = "expression_syntax" ["found", "expected"],
    /// No item and no calculated value has this name.
    UnknownName = "unknown_name" ["name", "suggestion"],
    /// A name that belongs to something which comes only later.
    LaterName = "later_name" ["name"],
    /// A name that belongs to an item of the same shuffled section.
    ShuffledTogether = "shuffled_together" ["name"],
    /// No function has this name.
    UnknownFunction = "unknown_function" ["name", "suggestion"],
    /// A function is given other things than it takes; both in notation.
    WrongArguments = "wrong_arguments" ["function", "expected", "found"],
    /// An operator stands between things it does not go with; `expected` and `found` are types in notation.
    WrongOperands = "wrong_operands" ["operator", "expected", "found"],
    /// An expression that must be true or false is neither; `found` is its type.
    NotACondition = "not_a_condition" ["found"],
    /// The item has no such choice.
    UnknownChoice = "unknown_choice" ["found", "item", "suggestion"],
    /// No date, or not written year-month-day.
    NotADate = "not_a_date" ["found"],
    /// A brace in a text that holds no name.
    NotAPlace = "not_a_place" ["found"],
    /// One item asks two things at once; `word` joins them.
    DoubleBarrelled = "double_barrelled" ["word"],
    /// An item to agree with says no.
    NegatedItem = "negated_item" ["word"],
    /// An item has more words than are easily heard.
    LongItem = "long_item" ["limit", "found"],
    /// An aspect has too few items for the reliability its norms promise; `r` is the mean correlation they would need.
    AspectTooShort = "aspect_too_short" ["aspect", "items", "reliability", "r"],
    /// All items of an aspect are keyed alike.
    NoReversedItem = "no_reversed_item" ["aspect"],
    /// A response format has more points on one side than on the other.
    UnbalancedScale = "unbalanced_scale" ["format", "low", "high"],
    /// A text is the same in two languages.
    Untranslated = "untranslated" ["key", "language", "other"],
    /// A text is much shorter in one language than in another.
    LengthSuspect = "length_suspect" ["key", "language", "other"],
    /// The questionnaire asks for no consent.
    MissingConsent = "missing_consent" [],
    /// An item or section that no answers lead to.
    Unreachable = "unreachable" ["key"],
    /// A condition that holds whatever is answered.
    AlwaysTrue = "always_true" [],
    /// A condition that never holds.
    NeverTrue = "never_true" [],
    /// A text is hard to read; `grade` is the school year it asks for, `limit` the one to aim for.
    ReadingLevel = "reading_level" ["language", "grade", "limit"],
    /// A scale that is answered before anyone has thought about it.
    DefaultOnScale = "default_on_scale" [],
}

impl ProblemCode {
    /// Whether the problem is certain even where the rest of the file could not be understood: it lies in what is
    /// there, not in what is missing or stands elsewhere.
    pub(super) fn stands_alone(self) -> bool {
        matches!(
            self,
            Self::UnknownKey
                | Self::WrongType
                | Self::EmptyText
                | Self::UncleanText
                | Self::TextTooLong
                | Self::ShortNameTooWide
                | Self::NotAKey
                | Self::NotALanguage
                | Self::OutOfRange
                | Self::BadNumberRange
                | Self::LevelsOutOfOrder
        ) || self.is_syntax()
    }

    /// How much a problem of this kind matters.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::MissingLanguage
            | Self::DoubleBarrelled
            | Self::NegatedItem
            | Self::LongItem
            | Self::AspectTooShort
            | Self::NoReversedItem
            | Self::UnbalancedScale
            | Self::Untranslated
            | Self::LengthSuspect
            | Self::MissingConsent
            | Self::Unreachable
            | Self::AlwaysTrue
            | Self::NeverTrue
            | Self::ReadingLevel
            | Self::DefaultOnScale => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// Whether the problem is in the TOML itself.
    pub(super) fn is_syntax(self) -> bool {
        matches!(
            self,
            Self::Syntax | Self::UnquotedText | Self::UnclosedText | Self::UnclosedBracket | Self::DefinedTwice
        )
    }
}

/// How much a problem matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The questionnaire cannot be used.
    Error,
    /// The questionnaire can be used.
    Warning,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub code: ProblemCode,
    /// How much it matters.
    pub severity: Severity,
    /// The place in [`Problems::source`], in bytes, on character boundaries; empty at the beginning where it is the
    /// file as a whole.
    pub span: Range<usize>,
    /// What a sentence about it needs: the names of [`ProblemCode::value_names`], each with clean text of one line.
    pub values: Vec<(&'static str, String)>,
}

/// Everything that is wrong with one file, in the order of the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    /// Name of the file, clean.
    pub name: String,
    /// Text of the file, with a visible character of the same length in bytes for each that a terminal must not get;
    /// empty where the file is too large.
    pub source: String,
    /// The problems; never empty.
    pub list: Vec<Problem>,
}

impl Problems {
    /// Where the lines of the file are, to place many problems.
    #[must_use]
    pub fn lines(&self) -> Lines<'_> {
        let ends = self.source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { source: &self.source, starts: [0].into_iter().chain(ends.map(|(at, _)| at + 1)).collect() }
    }
}

/// The lines of [`Problems::source`].
#[derive(Clone, Debug)]
pub struct Lines<'p> {
    source: &'p str,
    starts: Vec<usize>,
}

impl<'p> Lines<'p> {
    /// Line and column of a byte, both from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, at: usize) -> (usize, usize) {
        let at = boundary(self.source, at);
        let line = self.line(at);
        (line, self.source[self.starts[line - 1]..at].chars().count() + 1)
    }

    /// The whole lines that `span` touches, the number of the first of them from 1, and the span within them.
    #[must_use]
    pub fn around(&self, span: &Range<usize>) -> (&'p str, usize, Range<usize>) {
        let first = self.line(span.start);
        let start = self.starts[first - 1];
        let end = self.starts.get(self.line(span.end)).map_or(self.source.len(), |next| next - 1);
        (&self.source[start..end], first, span.start - start..span.end - start)
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }
}

/// `at`, or the nearest character boundary before it.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// The line that comes after the text `before`, from 1.
pub(super) fn line(before: &str) -> usize {
    before.bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// Replaces each unclean character of `text` by what `stand_in` pushes for it.
fn replace_unclean(text: &str, stand_in: impl Fn(&mut String, char)) -> String {
    let mut clean = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if Clean::check(line).is_ok() {
            clean.push_str(line);
        } else {
            line.graphemes(true).for_each(|grapheme| replace_in_grapheme(grapheme, &stand_in, &mut clean));
        }
    }
    clean
}

fn replace_in_grapheme(grapheme: &str, stand_in: &impl Fn(&mut String, char), clean: &mut String) {
    // The check looks at whole graphemes, and one of them can be as long as the file.
    const LONGEST: usize = 64;
    let mut rest = grapheme;
    while let Err(found) = Clean::check(rest) {
        if grapheme.len() > LONGEST {
            return rest.chars().for_each(|character| stand_in(clean, character));
        }
        clean.push_str(&rest[..found.at]);
        stand_in(clean, found.character);
        rest = &rest[found.at + found.character.len_utf8()..];
    }
    clean.push_str(rest);
}

/// `source` as it can be shown, every byte offset unchanged.
pub(super) fn showable(source: &str) -> String {
    replace_unclean(source, |clean, character| {
        clean.push(match character {
            '\t' | '\r' => ' ',
            other => match other.len_utf8() {
                1 => '?',
                2 => '\u{BF}',
                3 => '\u{FFFD}',
                _ => '\u{1F6AB}',
            },
        });
    })
}

/// What was found, as a value of a sentence: one line, cut where it is long, unclean characters as `U+001B`.
pub(super) fn quoted(found: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: Cow<'_, str> = Cow::Borrowed(found.trim());
    if let Some((cut, _)) = short.char_indices().nth(LONGEST) {
        short = Cow::Owned(format!("{}...", short[..cut].trim_end()));
    }
    replace_unclean(&short, |clean, character| clean.push_str(&code_point(character))).replace('\n', " ")
}

/// A character as `U+001B`.
pub(super) fn code_point(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
