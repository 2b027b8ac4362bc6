//! The only disk, clock, randomness and environment.
//!
//! One SQLite file holds everything: while an interview is open each of its events is a row, committed and synced on
//! its own; finishing packs the answers and the history into a row each. Every row carries a hash, checked when the
//! row is read. One [`Store`] writes, by a lock that says who and since when; any number of others read.
//!
//! Nothing here is a sentence: faults are a [`StoreError`], what the facilitator should know is a [`Notice`], both
//! with a code and values.
#![expect(clippy::disallowed_methods, reason = "this room is the one door to disk, clock, randomness and environment")]

mod aside;
mod backup;
mod block;
mod bundle;
mod cipher;
mod codec;
mod connection;
mod copies;
mod database;
mod demo;
mod desk;
mod envelope;
mod environment;
mod erase;
mod erasures;
mod error;
mod examine;
mod fault;
mod files;
mod find;
mod identity;
mod lock;
mod log;
mod memory;
mod needles;
mod notice;
mod open;
mod order;
mod origin;
mod parts;
mod paths;
mod pin;
mod place;
mod protect;
mod read;
mod recover;
mod repack;
mod repair;
mod restore;
mod rewrite;
mod rows;
mod salvage;
mod scan;
mod schema;
mod sealed_to;
mod sealing;
mod slots;
mod speech;
mod vault;
mod wal;
mod watch;
mod watched;
mod words;
mod workshops;
mod write;
mod writer;

pub mod clock;

pub use aside::all as moved_aside;
pub use backup::{Copied, back_up, copies_of};
pub use bundle::{
    Around, BundleFault, BundleOrder, BundleWord, Bundled, Bundling, Found, FromLaptop, Key, Laptop, LaptopId, Looked,
    Merged, Tally, Unsealed, Watch, sound_bundle,
};
pub use cipher::Secret;
pub use clock::{Clock, Now, day_begins, local, monotonic, now};
pub use copies::copies_with;
pub use database::{Durability, Options, Store};
pub use demo::{Demo, Passing};
pub use environment::{locale, utf8, variable};
pub use erase::Erased;
pub use erasures::Erasure;
pub use error::StoreError;
pub use examine::{Damage, Finding, Level, Spot, examine};
pub use fault::of_io;
pub use files::{
    edit_text, is_there, make_folder, read_secret, read_text, texts_in, write_beside_others, write_durably,
};
pub use identity::{new_id, new_workshop_id};
pub use log::log;
pub use memory::keep_memory_private;
pub use notice::Notice;
pub use order::{Kept, Order, Ticket, Word};
pub use parts::Parts;
pub use paths::Paths;
pub use pin::{is_pin, seal_pin};
pub use place::{LITTLE_SPACE, Shared};
pub use protect::Protected;
pub use read::{Answered, Loaded, Refusals, State, Summary};
pub use recover::Recovered;
pub use repair::{Repaired, repair};
pub use restore::{Restored, restore};
pub use salvage::{Salvaged, Source as SalvageSource, salvage};
pub use scan::{PackedRow, Scanned, Selection};
pub use sealed_to::SealedTo;
pub use sealing::{Identity, OpenedReader, PublicKey, Recipients, SealedWriter};
pub use slots::{Way, wait_after};
pub use speech::{Speaker, SpeechFault};
pub use vault::Vault;
pub use watched::{Ending, end_with_parent, run_again, run_instead};
pub use workshops::{About, Change, Gathered, Pair, Workshop};
pub use writer::Writer;

#[cfg(test)]
mod tests;
