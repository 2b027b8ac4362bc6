//! kohesi: an offline questionnaire on social cohesion, in the terminal, in Indonesian and English.
//!
//! The rooms, and what each may use (`tests/architecture.rs` holds the table):
//!
//! | room | is | may use |
//! |---|---|---|
//! | [`text`] | languages, sentences, display width | nothing |
//! | [`questionnaire`] | TOML text to a questionnaire, or all its problems | text |
//! | [`interview`] | one person answering one questionnaire once | text, questionnaire |
//! | [`scoring`] | an interview to a profile | questionnaire, interview, stats |
//! | [`workshop`] | many interviews to the picture of a group | questionnaire, interview, scoring, stats |
//! | [`report`] | a profile to one content tree for every output | text, questionnaire, interview, scoring, stats, workshop |
//! | [`stats`] | numbers to an estimate, or the reason why there is none | nothing |
//! | [`settings`] | what a person can choose: one table for the file, the command and the screen | text, interview, report |
//! | [`export`] | finished interviews to the bytes of files | text, questionnaire, interview, scoring, stats, workshop, report |
//! | [`store`] | the only disk, clock, randomness and environment | text, questionnaire, interview |
//! | [`tui`] | the full-screen front end | all but cli and plain |
//! | [`plain`] | the line-by-line front end | all but cli and tui |
//! | [`cli`] | one file a command | all |

pub mod cli;
pub mod export;
pub mod interview;
pub mod plain;
pub mod questionnaire;
pub mod report;
pub mod scoring;
pub mod settings;
pub mod stats;
pub mod store;
pub mod text;
pub mod tui;
pub mod workshop;
