//! Journeys through the whole program in memory: keys in, answers on the disk out.

mod answering;
mod fuzz;
mod hands;
pub(crate) mod kinds;
mod kiosk;
pub(crate) mod laptops;
mod leaving;
mod locked;
mod pastes;
mod properties;
mod saving;
mod windows;
mod workshops;

pub(crate) use crate::support::stage::{IN, all_answers};
use crate::support::stage::{Set, Stage};

/// What is on the screen, its words with one space between them.
pub(crate) fn words(stage: &Stage) -> String {
    stage.screen().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// That this is on the screen.
#[track_caller]
pub(crate) fn on(stage: &Stage, text: &str) {
    assert!(words(stage).contains(text), "{text}\n{}", stage.screen());
}

/// What [`all_answers`] leaves on the disk.
pub(crate) fn all_stored() -> String {
    format!("{}2 1 12 1", "4 ".repeat(35))
}

/// Takes the core questionnaire in English with these keys.
pub(crate) fn play(keys: &str) -> Stage {
    let mut stage = Set::take("en").play();
    stage.keys(keys);
    stage
}

/// What stands on the disk after these keys.
pub(crate) fn stored_after(keys: &str) -> String {
    play(&format!("{IN} {keys}")).stored()
}
