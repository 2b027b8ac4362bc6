//! Files that leave the program: what every format must do, and what other programs read in them.

pub(crate) mod conformance;
mod judges;
mod large;
pub(crate) mod memory;
pub(crate) mod people;
