//! The full-screen front end: events come in, [`App`] turns them into a new state and effects, the screen is drawn
//! from the state.

mod action;
mod app;
mod asking;
mod big;
mod effect;
mod event;
mod keymap;
mod prompt;
mod remap;
mod rounds;
mod run;
mod screen;
mod terminal;
mod theme;
mod widget;
mod wire;

pub use action::Action;
pub use app::{App, Boot, Exports, KioskStart, Library, Paste, Start, Wanted, WriteExport};
pub use asking::{Asking, AskingPage, Echo};
pub use effect::Effect;
pub use event::{Event, Now};
pub use keymap::{Context, Hint, KeyLine, Keymap};
pub use rounds::Rounds;
pub use run::{Ended, run};
pub use terminal::{Farewell, Terminal, leave_terminal, terminal_size, wipe_terminal};
pub use theme::{THEMES, Theme, ThemeFault};
