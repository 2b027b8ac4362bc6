//! What a person can choose about the program: one table, from which the file is read, `kohesi config` is told, the
//! settings screen is drawn and the documentation is checked.
//!
//! Pure: texts and words come in, settings and faults go out. Where a value stands in several places, a flag goes
//! before the environment, the environment before the file, and the file before what is there to begin with.

mod edit;
mod fault;
mod gather;
mod remap;
mod table;
mod value;

pub use edit::{set, unset};
pub use fault::{Fault, FaultCode, closest};
pub use gather::{Gathered, Origin, gather};
pub use remap::{Remap, Spot};
pub use table::{Flag, SETTINGS, Setting, Settings, by_key};
pub use value::{Advance, Mouse, Palette, Reader, Spacing, Value};
