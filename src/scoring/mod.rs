//! An interview to a [`Profile`]: keying, the missing rule, bands, and what may be said of them. And the packed answers
//! of many interviews to a [`Tally`], by the same rules.

mod columns;
mod conduct;
mod counting;
mod gathering;
mod profile;
mod score;
mod sheet;
mod tally;

pub use conduct::Signs;
pub use counting::{Counting, Held};
pub use gathering::{Gathering, Group};
pub use profile::{AspectProfile, Missing, NotScored, Profile, Scored, profile};
pub use score::{Score, gap_needed, percent_of_maximum, reversed, standard_error};
pub use sheet::{CountedItem, Scale, ScaleOf, Sheet};
pub use tally::{Desk, Tally};
