//! What the menu has done with bundles, on the store's own thread.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use super::{Around, Bundled, Merged, Watch};
use crate::store::{Store, StoreError};

/// Something that is to be done with bundles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleOrder {
    /// [`Store::look_around`].
    LookAround {
        /// The folder that is looked into beside sticks.
        folder: PathBuf,
    },
    /// [`Store::merge`].
    Merge {
        /// The bundle.
        path: PathBuf,
    },
    /// [`Store::bundle_into`].
    Make {
        /// The folder.
        folder: PathBuf,
        /// The day, as `2026-11-26`.
        day: String,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleWord {
    /// What there is around.
    Around(Around),
    /// What merging brought.
    Merged(Merged),
    /// Where the bundle is, and what went into it.
    Made(PathBuf, Bundled),
}

static GOES_ON: AtomicBool = AtomicBool::new(false);

impl Store {
    /// Does it; nobody stops it.
    pub(in crate::store) fn obey(&mut self, order: BundleOrder) -> Result<BundleWord, StoreError> {
        let watch = Watch { stop: &GOES_ON, progress: &|_| {} };
        match order {
            BundleOrder::LookAround { folder } => Ok(BundleWord::Around(self.look_around(&folder, None, watch))),
            BundleOrder::Merge { path } => self.merge(&[path], None, watch).map(BundleWord::Merged),
            BundleOrder::Make { folder, day } => {
                let (path, bundled) = self.bundle_into(&folder, &day, watch)?;
                Ok(BundleWord::Made(path, bundled))
            }
        }
    }
}
