//! What an author of a questionnaire is told.

mod sentences;
