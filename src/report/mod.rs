//! A profile or a group to one content tree, and that tree to lines, Markdown, HTML, PDF and JSON.

mod answers;
mod asking;
mod data;
mod draw;
mod escape;
mod file;
pub mod form;
mod glyphs;
mod group;
mod markdown;
mod page;
mod personal;
mod radar;
mod spoken;
mod stack;
mod tree;

pub use answers::{calculated_words, filled, response_words};
pub use asking::{offer_words, rejection};
pub use data::{ProfileData, data};
pub use draw::{Line, Role, Run, draw, plain};
pub use file::{NotFormed, ProfileFormat};
pub use glyphs::Glyphs;
pub use group::{GroupData, Setting, Slide, group_aside, group_data, slides, whole};
pub use markdown::markdown;
pub use page::{NotWritten, PageWords, html, pdf};
pub use personal::{Facts, answers, level_words, personal};
pub use spoken::spoken;
pub use tree::{Bar, Block, Report, Spoke, Stack};
