//! The line-by-line front end: for a screen reader, a braille line, a dumb console, a pipe, a slow line. [`Talk`] turns
//! lines and the store's words into what is said and done; no cursor is moved and nothing is drawn.

mod answering;
mod asking;
mod beginning;
mod boot;
mod ending;
mod lines;
mod run;
mod saving;
mod talk;
mod words;

pub use boot::{Boot, Effect, Ending, Event, LineWriter, Now, Resume};
pub use run::{Ended, run};
pub use talk::Talk;
