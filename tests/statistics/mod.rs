//! Whether the numbers hold what they promise.

mod bands;
mod edges;
mod golden;
mod many;
mod material;
mod packages;
mod properties;
mod reference;
mod registry;
