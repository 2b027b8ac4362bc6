//! What the tests share.

pub(crate) mod bounded;
pub(crate) mod bundles;
pub(crate) mod hands;
pub(crate) mod pty;
pub(crate) mod shim;
pub(crate) mod sound;
pub(crate) mod stage;
pub(crate) mod stores;
pub(crate) mod talk;
pub(crate) mod workshop;
