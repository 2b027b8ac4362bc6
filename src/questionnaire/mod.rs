//! TOML text to a [`Questionnaire`], or all of its problems at once.

mod builtin;
mod item;
mod model;
mod problem;
mod read;
mod rules;
mod table;

pub use builtin::{BUILTIN, Builtin};
pub use item::{Answer, AnswerFault, Choice, Kind, Number, OneOf, Pick, Text};
pub use model::{
    Aspect, AspectIndex, ByLevel, Consent, Format, FormatIndex, Hash, Item, ItemIndex, Key, Keying, Level, LevelBounds,
    Localized, Norm, Norms, Questionnaire, Section,
};
pub use problem::{Problem, ProblemCode, Problems, Severity};
pub use read::read;
