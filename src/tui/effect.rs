use std::path::PathBuf;

use super::Settings;
use crate::store::{Order, Ticket};

/// Something to be done outside the program's memory.
#[derive(Debug)]
pub enum Effect {
    /// Give the store an order.
    Order(Ticket, Box<Order>),
    /// Open the store, in another folder where one is named.
    OpenStore(Option<PathBuf>),
    /// Write the settings file.
    SaveSettings(Settings),
    /// Write a profile to a file.
    SaveProfile {
        /// Name of the file, without its folder.
        name: String,
        /// Its content.
        content: String,
    },
    /// Give the mouse to the program, or back to the terminal.
    Mouse(bool),
    /// Stop as Ctrl-Z does, and come back with `fg`.
    Suspend,
    /// Take the terminal again, after something else had it.
    EnterAgain,
    /// End the program.
    Exit,
}

/// In what form a profile is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileFormat {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// JSON.
    Json,
}

impl ProfileFormat {
    /// Every format, in the order offered.
    pub const ALL: [Self; 3] = [Self::Text, Self::Markdown, Self::Json];

    /// Ending of a file in this format, without the dot.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
            Self::Json => "json",
        }
    }
}
