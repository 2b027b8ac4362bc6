//! What statistics are computed from. Everything that many persons add to is whole numbers: parts of a group, counted
//! in any order and on any number of threads, merge to exactly what the whole would give.

mod conduct;
mod counts;
mod moments;
mod pairs;
mod products;
mod scores;
mod summary;

pub use conduct::{Conduct, Page};
pub use counts::Counts;
pub use moments::Moments;
pub use pairs::{Pairs, Retest};
pub use products::CrossProducts;
pub use scores::Scores;
pub use summary::Summary;
