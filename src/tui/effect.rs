use std::path::PathBuf;

use super::Wanted;
use crate::store::{Order, Secret, Ticket};
use crate::text::Tag;

/// Something to be done outside the program's memory.
#[derive(Debug)]
pub enum Effect {
    /// Give the store an order.
    Order(Ticket, Box<Order>),
    /// Open the store, in another folder where one is named.
    OpenStore(Option<PathBuf>),
    /// Write one setting to the settings file.
    SaveSetting {
        /// Its name.
        key: &'static str,
        /// Its value.
        word: &'static str,
    },
    /// Write a profile to a file.
    SaveProfile {
        /// Name of the file, without its folder.
        name: String,
        /// Its content.
        content: Vec<u8>,
    },
    /// Read this aloud, in the place of what is being read.
    Speak(String, Tag),
    /// Write finished interviews to files.
    Export(Wanted),
    /// Stop what the store is doing with bundles.
    StopBundles,
    /// Make what a PIN will be checked against.
    SealPin(Secret),
    /// Check a PIN.
    CheckPin {
        /// What it is checked against.
        sealed: String,
        /// What was typed.
        pin: Secret,
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
