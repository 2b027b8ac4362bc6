//! Whether the numbers hold what they promise.

mod bands;
mod golden;
mod reference;
