//! Languages, the sentences people read, clean text, display width, numbers and dates.

mod catalogue;
mod clean;
mod code_words;
mod format_words;
mod language;
mod number;
mod phrase;
mod width;

pub use catalogue::{Catalogue, CatalogueError, ExportWords, StatisticWords, Statistics, answer_words};
pub use clean::{Clean, Unclean};
pub use code_words::{from_words, in_words};
pub use format_words::FormatWords;
pub use language::{LANGUAGES, Language, Tag};
pub use phrase::Phrase;
pub use width::{pad, truncate, width, wrap};
