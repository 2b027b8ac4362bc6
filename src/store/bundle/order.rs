//! What the menu has done with bundles, on the store's own thread.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::{Around, Bundled, Found, Merged, Watch};
use crate::store::{Identity, Secret, Store, StoreError, files};

/// What opens sealed bundles, taken out of its file. It is wiped from memory when the last copy of it is dropped.
#[derive(Clone, Debug)]
pub struct Key(Arc<Identity>);

/// Two are equal where they are one.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Key {}

impl Key {
    /// The key in a file.
    ///
    /// # Errors
    /// As [`Identity::read`], or what the disk says.
    pub fn read(path: &Path, passphrase: Option<&Secret>) -> Result<Self, StoreError> {
        let bytes = files::read_secret(path, Identity::LARGEST)?;
        let bytes = bytes.ok_or_else(|| StoreError::Gone { path: path.to_owned() })?;
        Identity::read(&bytes, passphrase.map(Secret::text)).map(|identity| Self(Arc::new(identity)))
    }
}

/// Something that is to be done with bundles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleOrder {
    /// [`Store::look_around`].
    LookAround {
        /// The folder that is looked into beside sticks.
        folder: PathBuf,
    },
    /// [`Store::look_into`], with the key in a file.
    Open {
        /// The bundle.
        path: PathBuf,
        /// The file.
        key: PathBuf,
        /// What the file is under, where it is under something.
        passphrase: Option<Secret>,
    },
    /// [`Store::merge`].
    Merge {
        /// The bundle.
        path: PathBuf,
        /// What opens it.
        key: Option<Key>,
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
    /// What is in a sealed bundle, and what opened it.
    Opened(Found, Key),
    /// What merging brought.
    Merged(Merged),
    /// Where the bundle is, and what went into it.
    Made(PathBuf, Bundled),
}

impl Store {
    /// Does it, until it is to stop.
    pub(in crate::store) fn obey(&mut self, order: BundleOrder, stop: &AtomicBool) -> Result<BundleWord, StoreError> {
        let watch = Watch { stop, progress: &|_| {} };
        match order {
            BundleOrder::LookAround { folder } => Ok(BundleWord::Around(self.look_around(&folder, watch))),
            BundleOrder::Open { path, key, passphrase } => {
                let key = Key::read(&key, passphrase.as_ref())?;
                let looked = Ok(self.look_into(&path, Some(&key.0), watch)?);
                Ok(BundleWord::Opened(Found { path, looked }, key))
            }
            BundleOrder::Merge { path, key } => {
                let key = key.as_ref().map(|key| &*key.0);
                self.merge(&[path], key, watch).map(BundleWord::Merged)
            }
            BundleOrder::Make { folder, day } => {
                let (path, bundled) = self.bundle_into(&folder, &day, watch)?;
                Ok(BundleWord::Made(path, bundled))
            }
        }
    }
}
