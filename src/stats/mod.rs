//! Statistics: numbers to an [`Estimate`], or the reason why there is none ([`NotComputable`]). No NaN leaves this room
//! and nothing is rounded in it.
//!
//! [`ALL`] lists every statistic; each has a file of its own, which says what it means, when it misleads and what it
//! was checked against. What they are computed from stands in [`input`]; it merges from parts without loss, so that a
//! million interviews can be counted on several threads.

pub mod agreement;
pub mod alpha;
pub mod alpha_if_dropped;
pub mod bimodality;
pub mod bootstrap_bca;
pub mod bootstrap_percentile;
pub mod change;
pub mod d_av;
pub mod d_z;
mod distribution;
pub mod esteban_ray;
mod estimate;
pub mod icc1;
pub mod icc2;
pub mod input;
pub mod irv;
pub mod item_rest;
pub mod longstring;
pub mod mdc95;
pub mod mean;
pub mod omega;
pub mod page_time;
pub mod polarisation;
pub mod r_wg;
pub mod r_wg_j;
mod real;
mod registry;
pub mod reliable_change;
mod resample;
pub mod sd;
pub mod two_signs;

pub use estimate::{Computed, Counted, Estimate, Interval, LEVEL, NotComputable, Progress, Watch, unwatched};
pub use input::{Conduct, Counts, CrossProducts, Moments, Page, Pairs, Retest, Scores, Summary};
pub use registry::{ALL, Compute, Statistic};
pub use resample::{Draws, FEWEST_REPLICATES, Resampling, replicates};
