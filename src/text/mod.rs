//! Languages, the sentences people read, clean text, display width, numbers and dates.

mod catalogue;
mod clean;
mod format_words;
mod language;
mod number;
mod width;

pub use catalogue::{Catalogue, CatalogueError, ExportWords, Phrase, StatisticWords, Statistics, answer_words};
pub use clean::{Clean, Unclean};
pub use format_words::FormatWords;
pub use language::{LANGUAGES, Language, Tag};
pub use width::{pad, truncate, width, wrap};
