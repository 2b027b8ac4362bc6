//! TOML text to a [`Questionnaire`], or all of its problems at once.

mod aspect;
mod builtin;
mod format;
mod item;
mod model;
mod nesting;
mod problem;
mod read;
mod reading;
mod rules;
mod section;
mod spot;
mod statement;
mod syntax;
mod table;

#[cfg(test)]
mod fixtures;

pub use builtin::{BUILTIN, Builtin};
pub use item::{Answer, AnswerFault, Choice, Kind, Number, OneOf, Pick, Text};
pub use model::{
    Aspect, AspectIndex, ByLevel, Consent, Format, FormatIndex, Hash, Item, ItemIndex, Key, Keying, Level, LevelBounds,
    Localized, Norm, Norms, Questionnaire, Section,
};
pub use problem::{Problem, ProblemCode, Problems, Severity};
pub use read::read;
