//! An interview to a [`Profile`]: keying, the missing rule, bands, and what may be said of them.

mod profile;
mod score;

pub use profile::{AspectProfile, Missing, NotScored, Profile, Scored, profile};
pub use score::{Score, gap_needed, percent_of_maximum, reversed, standard_error};
