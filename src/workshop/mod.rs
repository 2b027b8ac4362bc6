//! Many interviews to the picture of a group, under the rules that keep each of them unknown; pairs before and after.
//!
//! What the rules are stands in [`disclosure`]; everything here that shows figures of several people passes it.

mod change;
mod conduct;
pub mod disclosure;
mod group;
mod matching;
mod person;
mod picture;
mod subgroups;

pub use change::{AspectChange, Change, OwnChange, change, own_change};
pub use conduct::is_flagged;
pub use disclosure::{Minimum, Pairing, View, next_followed, next_view, same_view};
pub use group::{Accord, AspectPicture, Clear, Group, ItemPicture, TooFew, group};
pub use matching::{Likeness, Proposal, propose};
pub use person::Person;
pub use picture::{Aside, Paired, Picture, Round, Step, aside, next_step, picture};
pub use subgroups::{Cell, Cut, subgroups};

#[cfg(test)]
mod tests;
