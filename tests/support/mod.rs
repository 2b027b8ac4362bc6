//! What the tests share.

pub(crate) mod pty;
pub(crate) mod shim;
pub(crate) mod sound;
pub(crate) mod stage;
pub(crate) mod talk;
pub(crate) mod workshop;
