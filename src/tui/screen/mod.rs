//! The screens: which one, and what stands on it.

use std::sync::Arc;

use super::Rounds;
use super::app::{Between, Choosing, Details, Laptops, Matching, Shown, ShownPicture};
use crate::interview::InterviewId;
use crate::questionnaire::Questionnaire;
use crate::store::Workshop;

/// What is on the screen.
#[derive(Debug)]
pub(super) enum Screen {
    /// What would you like to do?
    Home,
    /// Which questionnaire?
    Library(Vec<Arc<Questionnaire>>),
    /// In which language?
    Language(Arc<Questionnaire>),
    /// Go on with one of these? `begin` is offered beside them.
    Unfinished { begin: Option<Arc<Questionnaire>> },
    /// What this is about.
    Introduction(Arc<Questionnaire>),
    /// Do you agree?
    Consent { questionnaire: Arc<Questionnaire>, id: InterviewId },
    /// Thanks all the same.
    Refused(Arc<Questionnaire>),
    /// One item.
    Item,
    /// All items.
    Overview,
    /// Before finishing.
    Review,
    /// The profile of a finished interview.
    Profile(Box<Shown>),
    /// Finished interviews.
    Results,
    /// Finished interviews to a file.
    Export(Box<Choosing>),
    /// Bundles of other laptops.
    Laptops(Box<Laptops>),
    /// Settings.
    Settings,
    /// What a kiosk shows between two people.
    Between(Between),
    /// Workshops.
    Workshops(Vec<Workshop>),
    /// One workshop.
    Workshop(Box<Workshop>),
    /// What is set of a workshop.
    Details(Box<Details>),
    /// Who came twice.
    Matching(Box<Matching>),
    /// What is for the facilitator alone.
    Aside(Box<Rounds>),
    /// The picture of a group.
    Picture(Box<ShownPicture>),
    /// The store is not there.
    StoreFault,
}
