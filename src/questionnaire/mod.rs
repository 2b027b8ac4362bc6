//! TOML text to a [`Questionnaire`], or all of its problems at once.

mod advice;
mod aspect;
mod builtin;
mod definition;
mod expression;
mod format;
mod item;
mod logic;
mod model;
mod nesting;
mod piping;
mod problem;
mod read;
mod reading;
mod rules;
mod schema;
mod section;
mod shape;
mod spot;
mod statement;
mod syntax;
mod table;

#[cfg(test)]
mod fixtures;

pub use builtin::{BUILTIN, Builtin};
pub use definition::{Named, Questionnaire};
pub use expression::{Answers, Expression, Value};
pub use item::{
    Answer, AnswerFault, Choice, ChoiceList, Dates, Day, Kind, Number, Pick, Picks, Ranking, Several, Text,
    written_steps,
};
pub use model::{
    Aspect, AspectIndex, Batch, ByLevel, Calculated, Check, ConditionIndex, Consent, Format, FormatIndex, Hash, Item,
    ItemIndex, Key, Keying, Level, LevelBounds, Localized, Norm, Norms, Section, Steps, Total, ValueIndex,
};
pub use piping::fill;
pub use problem::{Lines, Problem, ProblemCode, Problems, Severity};
pub use read::{check, read, read_again, read_within};
pub use reading::Limits;
pub use schema::schema;
pub use shape::{Holds, KINDS, KeyShape, KindShape, PLACES, Place};
