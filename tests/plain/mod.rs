//! The interview line by line, in memory: lines in, texts and answers on the disk out.

mod flow;
mod history;
mod kinds;
mod saving;
mod speech;

use crate::support::talk::{Lines, boot};

/// The items behind a number that is answered with 12, in English.
fn begun(items: &str) -> Lines {
    let mut lines = Lines::of(boot(crate::journeys::kinds::questionnaire(items), "en"));
    lines.write(&["12"]);
    lines
}

/// What is stored of these items after these lines.
fn stored(items: &str, written: &[&str]) -> String {
    let mut lines = begun(items);
    lines.write(written);
    lines.stored().trim_start_matches("12").trim_start().to_owned()
}

/// A text with one space between its words, however it is wrapped.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
