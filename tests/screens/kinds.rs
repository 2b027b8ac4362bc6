//! Every kind of item on the screen.

use std::sync::Arc;

use kohesi::questionnaire::read;
use kohesi::tui::Start;

use super::seen;

/// The parts of the complete example, in the order of the file: an order of one's own would be another with each test.
fn example() -> Start {
    let text = include_str!("../../questionnaires/contoh-lengkap.toml").replace("shuffle = true", "shuffle = false");
    Start::Take(Arc::new(read("contoh-lengkap", &text).unwrap()))
}

/// Past the consent, the two scale items and the grid.
const MARKET: &str = "End Enter 1 Enter 4 Enter 2 Enter 4 Enter 2 Enter 5 Enter";

fn example_after(name: &str, keys: &str) {
    seen(name, example, |stage| {
        stage.keys(keys);
    });
}

#[test]
fn grid() {
    example_after("grid", "End Enter 1 Enter 4 Enter 2 Enter 4 Enter F3 Enter 5");
}

#[test]
fn note() {
    example_after("note_item", MARKET);
}

#[test]
fn required_dialog() {
    seen(
        "required",
        || {
            let text = include_str!("../../questionnaires/contoh-lengkap.toml").replace("default = false\n", "");
            Start::Take(Arc::new(read("contoh-lengkap", &text.replace("shuffle = true", "shuffle = false")).unwrap()))
        },
        |stage| {
            stage.keys(&format!("{MARKET} Enter Enter"));
        },
    );
}

#[test]
fn several_choices() {
    example_after("several", &format!("{MARKET} Enter 1 Enter a c"));
}

#[test]
fn other_please_say() {
    example_after("other", &format!("{MARKET} Enter 1 Enter d Enter 'kopi'"));
}

#[test]
fn a_date_that_does_not_hold_to_a_check() {
    example_after("date", &format!("{MARKET} Enter 1 Enter a Enter 3 Enter Enter '3/1/2024' Enter"));
}

#[test]
fn ranking() {
    example_after("ranking", &format!("{MARKET} Enter 1 Enter a Enter 3 Enter Enter '3/3/2024' Enter 3 1"));
}

#[test]
fn long_text_with_answers_in_it() {
    let story = "Ramai dan teduh. ".repeat(6);
    example_after("long_text", &format!("{MARKET} Enter 2 Enter 1 Enter Enter '3/3/2024' Enter 3 1 2 Enter '{story}'"));
}

#[test]
fn second_of_two_steps() {
    seen(
        "two_steps",
        || Start::Home,
        |stage| {
            // The setting, then the core questionnaire.
            stage.keys("3 Enter 5 Enter Esc 1 Enter End Enter 1 Enter 3 Enter");
        },
    );
}

#[test]
fn library() {
    seen(
        "library",
        || Start::Home,
        |stage| {
            stage.keys("2 Enter");
        },
    );
}
