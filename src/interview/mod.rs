//! One person answering one questionnaire version once: what happened, and what follows from it.

mod belonging;
mod draft;
mod elsewhere;
mod event;
mod offer;
mod order;
mod packed;
mod place;
mod routing;
mod state;
mod synthetic;
mod wordless;

pub use draft::Draft;
pub use event::{At, Event, Happening, InterviewId, Mode, Response, WorkshopId};
pub use offer::{Offer, Side};
pub use packed::{Beside, Circumstances, Packed, code};
pub use place::Place;
pub use state::{Interview, Moment, Progress, Rejection, ReplayFault};
pub use synthetic::{Synthetic, SyntheticWorkshop};
pub use wordless::wordless;
