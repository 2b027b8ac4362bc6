//! Files that leave the program: what every format must do, and what other programs read in them.

mod agree;
mod analysis;
pub(crate) mod conformance;
pub(crate) mod judges;
mod large;
pub(crate) mod memory;
pub(crate) mod people;
mod prefixes;
