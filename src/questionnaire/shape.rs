//! Every place of a questionnaire's file and every key that may stand there. The JSON Schema and the reference of the
//! format are made from this table; a test holds it against what the readers ask for.

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The number of the format.
    Format,
    /// A text without a language.
    Plain,
    /// A text in every language.
    Words,
    /// An identifier.
    Key,
    /// The identifier of a questionnaire, which may have hyphens.
    HyphenKey,
    /// `true` or `false`.
    Boolean,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    /// A number.
    Number,
    /// A number or a date, by the item's kind.
    Bound,
    /// An expression.
    Expression,
    /// An answer, by the item's kind.
    Answer,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of texts without a language.
    Texts,
    /// A list of BCP 47 codes.
    Languages,
    /// A table with the keys of this place.
    Table(&'static str),
    /// A list of tables with the keys of this place, of which there are at least so many.
    Tables(&'static str, usize),
}

/// A key of a place.
#[derive(Clone, Copy, Debug)]
pub struct KeyShape {
    /// The key.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether it must be there.
    pub needed: bool,
}

/// A place of the file.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its name, by which other places and explanations refer to it.
    pub name: &'static str,
    /// Its keys; of an item, those of every kind.
    pub keys: &'static [KeyShape],
}

/// What a kind of item adds to the keys of every item.
#[derive(Clone, Copy, Debug)]
pub struct KindShape {
    /// The value of `kind`.
    pub name: &'static str,
    /// Its own keys.
    pub keys: &'static [KeyShape],
}

const fn needed(name: &'static str, holds: Holds) -> KeyShape {
    KeyShape { name, holds, needed: true }
}

const fn optional(name: &'static str, holds: Holds) -> KeyShape {
    KeyShape { name, holds, needed: false }
}

use Holds::{
    Answer, Boolean, Bound, Expression, Format, HyphenKey, Key, Languages, Number, OneOf, Plain, Table, Tables, Texts,
    Whole, Words,
};

/// Every place but the kinds of item.
pub const PLACES: &[Place] = &[
    Place {
        name: "root",
        keys: &[
            needed("format", Format),
            needed("key", HyphenKey),
            needed("version", Plain),
            needed("languages", Languages),
            needed("authors", Texts),
            needed("licence", Plain),
            needed("title", Words),
            optional("citation", Words),
            needed("introduction", Words),
            needed("closing", Words),
            optional("consent", Table("consent")),
            optional("formats", Tables("format", 0)),
            optional("values", Tables("value", 0)),
            optional("aspects", Tables("aspect", 0)),
            optional("levels", Table("levels")),
            optional("norms", Table("norms")),
            optional("total", Table("total")),
            needed("sections", Tables("section", 1)),
        ],
    },
    Place { name: "consent", keys: &[needed("version", Plain), needed("text", Words), needed("thanks", Words)] },
    Place {
        name: "format",
        keys: &[needed("key", Key), needed("choices", Tables("point", 2)), optional("steps", Table("steps"))],
    },
    Place {
        name: "steps",
        keys: &[needed("low", Words), optional("middle", Words), needed("high", Words), needed("then", Words)],
    },
    Place { name: "point", keys: &[needed("key", Key), needed("text", Words)] },
    Place { name: "value", keys: &[needed("key", Key), needed("value", Expression)] },
    Place {
        name: "aspect",
        keys: &[
            needed("key", Key),
            needed("name", Words),
            needed("short", Words),
            needed("meaning", Words),
            needed("low", Words),
            needed("middle", Words),
            needed("high", Words),
            needed("talk", Words),
            needed("reflect", Words),
            optional("min_answered", Whole(1, 2_000)),
            optional("reflect_when", Table("reflect_when")),
            optional("talk_when", Table("talk_when")),
        ],
    },
    Place { name: "reflect_when", keys: &[optional("low", Words), optional("middle", Words), optional("high", Words)] },
    Place {
        name: "talk_when",
        keys: &[optional("low", Words), optional("middle", Words), optional("high", Words), optional("split", Words)],
    },
    Place {
        name: "levels",
        keys: &[
            needed("middle_from", Number),
            needed("high_from", Number),
            needed("low", Words),
            needed("middle", Words),
            needed("high", Words),
        ],
    },
    Place {
        name: "norms",
        keys: &[needed("provisional", Boolean), needed("source", Words), optional("rows", Tables("norm_row", 0))],
    },
    Place {
        name: "norm_row",
        keys: &[needed("aspect", Key), optional("mean", Number), needed("sd", Number), needed("reliability", Number)],
    },
    Place {
        name: "total",
        keys: &[
            needed("name", Words),
            needed("meaning", Words),
            needed("low", Words),
            needed("middle", Words),
            needed("high", Words),
            needed("reflect", Words),
            optional("mean", Number),
            needed("sd", Number),
            needed("reliability", Number),
        ],
    },
    Place {
        name: "section",
        keys: &[
            needed("key", Key),
            optional("aspect", Key),
            optional("title", Words),
            optional("introduction", Words),
            optional("show_if", Expression),
            optional("shuffle", Boolean),
            needed("items", Tables("item", 1)),
        ],
    },
    Place {
        name: "item",
        keys: &[
            needed("key", Key),
            needed("kind", OneOf(&[])),
            needed("text", Words),
            optional("hint", Words),
            optional("interviewer", Words),
            optional("show_if", Expression),
        ],
    },
    Place { name: "check", keys: &[needed("must", Expression), needed("message", Words)] },
    Place {
        name: "choice",
        keys: &[
            needed("key", Key),
            needed("text", Words),
            optional("show_if", Expression),
            optional("fixed", Boolean),
            optional("other", Boolean),
        ],
    },
    Place {
        name: "several",
        keys: &[
            needed("key", Key),
            needed("text", Words),
            optional("show_if", Expression),
            optional("fixed", Boolean),
            optional("other", Boolean),
            optional("none", Boolean),
        ],
    },
    Place {
        name: "ranked",
        keys: &[needed("key", Key), needed("text", Words), optional("show_if", Expression), optional("fixed", Boolean)],
    },
    Place {
        name: "row",
        keys: &[
            needed("key", Key),
            needed("text", Words),
            optional("keying", OneOf(KEYINGS)),
            optional("show_if", Expression),
        ],
    },
];

const KEYINGS: &[&str] = &["direct", "reversed"];
const REQUIRED: KeyShape = optional("required", Words);
const DONT_KNOW: KeyShape = optional("dont_know", Boolean);
const DECLINE: KeyShape = optional("decline", Boolean);
const CHECKS: KeyShape = optional("checks", Tables("check", 1));
const DEFAULT: KeyShape = optional("default", Answer);
const FORMAT: KeyShape = needed("format", Key);
const ASPECT: KeyShape = optional("aspect", Key);
const SHUFFLE: KeyShape = optional("shuffle", Boolean);
const KEYS: KeyShape = optional("keys", OneOf(&["numbers", "letters"]));
const COUNT: Holds = Whole(1, 500);

/// Every kind of item.
pub const KINDS: &[KindShape] = &[
    KindShape {
        name: "scale",
        keys: &[FORMAT, optional("keying", OneOf(KEYINGS)), ASPECT, REQUIRED, DONT_KNOW, DECLINE, DEFAULT, CHECKS],
    },
    KindShape {
        name: "choice",
        keys: &[needed("choices", Tables("choice", 2)), SHUFFLE, KEYS, REQUIRED, DONT_KNOW, DECLINE, DEFAULT, CHECKS],
    },
    KindShape {
        name: "choices",
        keys: &[
            needed("choices", Tables("several", 2)),
            optional("min", COUNT),
            optional("max", COUNT),
            SHUFFLE,
            KEYS,
            REQUIRED,
            DONT_KNOW,
            DECLINE,
            DEFAULT,
            CHECKS,
        ],
    },
    KindShape {
        name: "yes_no",
        keys: &[optional("yes", Words), optional("no", Words), REQUIRED, DONT_KNOW, DECLINE, DEFAULT, CHECKS],
    },
    KindShape {
        name: "consent",
        keys: &[optional("yes", Words), optional("no", Words), REQUIRED, DONT_KNOW, DECLINE, CHECKS],
    },
    KindShape {
        name: "number",
        keys: &[
            needed("min", Bound),
            needed("max", Bound),
            optional("decimals", Whole(0, 6)),
            optional("unit", Words),
            REQUIRED,
            DONT_KNOW,
            DECLINE,
            DEFAULT,
            CHECKS,
        ],
    },
    KindShape {
        name: "date",
        keys: &[optional("min", Bound), optional("max", Bound), REQUIRED, DONT_KNOW, DECLINE, DEFAULT, CHECKS],
    },
    KindShape {
        name: "text",
        keys: &[
            optional("max_characters", Whole(1, 10_000)),
            optional("long", Boolean),
            REQUIRED,
            DONT_KNOW,
            DECLINE,
            DEFAULT,
            CHECKS,
        ],
    },
    KindShape {
        name: "ranking",
        keys: &[
            needed("choices", Tables("ranked", 2)),
            optional("top", Whole(1, 20)),
            SHUFFLE,
            REQUIRED,
            DONT_KNOW,
            DECLINE,
            CHECKS,
        ],
    },
    KindShape {
        name: "grid",
        keys: &[FORMAT, needed("rows", Tables("row", 1)), SHUFFLE, ASPECT, REQUIRED, DONT_KNOW, DECLINE],
    },
    KindShape { name: "note", keys: &[] },
];

/// The place with this name.
pub(super) fn place(name: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::questionnaire::table::asked_for;
    use crate::questionnaire::{Limits, check};

    const FILES: [&str; 3] = [
        include_str!("../../questionnaires/contoh-lengkap.toml"),
        include_str!("../../questionnaires/kohesi-singkat.toml"),
        include_str!("../../tests/fixtures/valid/every-kind.toml"),
    ];

    fn names(keys: &[KeyShape]) -> BTreeSet<&'static str> {
        keys.iter().map(|key| key.name).collect()
    }

    #[test]
    fn the_readers_ask_for_what_the_table_says_and_for_nothing_else() {
        let item = place("item").unwrap();
        let of_kinds = KINDS.iter().map(|kind| names(item.keys).union(&names(kind.keys)).copied().collect());
        let of_places = PLACES.iter().filter(|place| place.name != "item").map(|place| names(place.keys));
        let written: BTreeSet<BTreeSet<&str>> = of_places.chain(of_kinds).collect();
        let asked: BTreeSet<BTreeSet<&str>> = FILES
            .iter()
            .flat_map(|text| {
                asked_for(|| {
                    assert!(check("file", text, Limits::default()).0.is_some());
                })
            })
            .collect();
        assert_eq!(asked.difference(&written).collect::<Vec<_>>(), Vec::<&BTreeSet<&str>>::new(), "not in the table");
        assert_eq!(written.difference(&asked).collect::<Vec<_>>(), Vec::<&BTreeSet<&str>>::new(), "never asked for");
    }

    #[test]
    fn every_place_that_is_named_is_there() {
        let keys = PLACES.iter().flat_map(|place| place.keys).chain(KINDS.iter().flat_map(|kind| kind.keys));
        for key in keys {
            if let Holds::Table(name) | Holds::Tables(name, _) = key.holds {
                assert!(place(name).is_some(), "{name}");
            }
        }
    }
}
