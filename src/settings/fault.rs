use std::ops::Range;

use crate::text::Clean;

macro_rules! codes {
    ($($(#[$about:meta])* $code:ident = $name:literal [$($value:literal),*],)*) => {
        /// What can be wrong with settings.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum FaultCode { $($(#[$about])* $code),* }

        impl FaultCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// Its name, by which the sentences are found.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$code => $name),* }
            }

            /// The values its sentences are filled with.
            #[must_use]
            pub fn value_names(self) -> &'static [&'static str] {
                match self { $(Self::$code => &[$($value),*]),* }
            }
        }
    };
}

codes! {
    /// The file is no TOML from here on.
    Syntax = "syntax" [],
    /// There is no such setting.
    UnknownKey = "unknown_key" ["key", "known", "suggestion"],
    /// The value is not one of those offered.
    UnknownValue = "unknown_value" ["key", "value", "choices", "suggestion"],
    /// The value is no text in quotes.
    NotText = "not_text" ["key"],
    /// A variable holds a value that is not offered.
    UnknownInVariable = "unknown_in_variable" ["variable", "value", "choices", "suggestion"],
    /// The keys of an action are no list of texts.
    NotKeys = "not_keys" ["action"],
    /// There is no such action.
    UnknownAction = "unknown_action" ["action", "known", "suggestion"],
    /// There is no such context.
    UnknownContext = "unknown_context" ["context", "known", "suggestion"],
    /// The action has no place in that context.
    NotThere = "not_there" ["action", "context"],
    /// There is no such key.
    UnknownKeyName = "unknown_key_name" ["name", "suggestion"],
    /// A key that terminals keep for themselves, or send as another.
    Swallowed = "swallowed" ["name"],
    /// A key that means something else in the same context.
    Clash = "clash" ["name", "action", "other", "context"],
    /// An action that no key would do any more.
    Unreachable = "unreachable" ["action", "context"],
}

/// Something wrong with settings: a code with values, and its place where it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub code: FaultCode,
    /// Place in the file, in bytes.
    pub span: Option<Range<usize>>,
    /// What its sentences are filled with.
    pub values: Vec<(&'static str, String)>,
}

impl Fault {
    /// A fault at a place of the file.
    #[must_use]
    pub fn at(span: Range<usize>, code: FaultCode, values: &[(&'static str, &str)]) -> Self {
        Self { span: Some(span), ..Self::anywhere(code, values) }
    }

    pub(super) fn anywhere(code: FaultCode, values: &[(&'static str, &str)]) -> Self {
        // They are told on a terminal, and may come from a file.
        let clean = |value: &str| Clean::strip(value).as_str().to_owned();
        Self { code, span: None, values: values.iter().map(|(name, value)| (*name, clean(value))).collect() }
    }
}

/// The one of `known` that was most likely meant; empty where none comes close.
#[must_use]
pub fn closest<'k>(typed: &str, known: &[&'k str]) -> &'k str {
    let typed = typed.to_lowercase();
    let distance = |word: &&&str| strsim::damerau_levenshtein(&typed, &word.to_lowercase());
    let near = known.iter().min_by_key(distance).filter(|word| distance(word) <= 1 + typed.chars().count() / 4);
    near.copied().unwrap_or_default()
}
