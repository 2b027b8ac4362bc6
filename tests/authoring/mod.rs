//! What an author of a questionnaire is told.

mod examples;
mod format;
mod fuzz;
mod hostile;
mod sentences;
mod settings;
mod show;
