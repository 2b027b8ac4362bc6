use tui_input::InputRequest;

/// What a key or click means where it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Go on with what is marked.
    Confirm,
    /// To the item or screen before.
    Back,
    /// To the next item.
    Forward,
    /// One up.
    Up,
    /// One down.
    Down,
    /// The first.
    First,
    /// The last.
    Last,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// Mark the choice or line at this place, from 0.
    Mark(usize),
    /// Pick what is marked, or let it go.
    Pick,
    /// "Don't know".
    DontKnow,
    /// "Prefer not to answer".
    Decline,
    /// Show it in big letters, or no longer.
    Big,
    /// Write a note to the item.
    Note,
    /// See all items.
    Overview,
    /// The next language.
    Language,
    /// All keys.
    Help,
    /// Read aloud again.
    Read,
    /// Take back what was given last.
    TakeBack,
    /// Discard the interview that is marked.
    Discard,
    /// Save what is shown.
    Save,
    /// Close what is on top, or quit.
    Leave,
    /// Suspend the program.
    Suspend,
    /// Change the text being typed.
    Edit(InputRequest),
}

impl Action {
    /// What keys can be given to, each by its name in the settings file.
    pub const NAMES: [(&str, Self); 22] = [
        ("next", Self::Confirm),
        ("back", Self::Back),
        ("forward", Self::Forward),
        ("up", Self::Up),
        ("down", Self::Down),
        ("first", Self::First),
        ("last", Self::Last),
        ("page_up", Self::PageUp),
        ("page_down", Self::PageDown),
        ("pick", Self::Pick),
        ("dont_know", Self::DontKnow),
        ("decline", Self::Decline),
        ("note", Self::Note),
        ("overview", Self::Overview),
        ("language", Self::Language),
        ("help", Self::Help),
        ("take_back", Self::TakeBack),
        ("discard", Self::Discard),
        ("save", Self::Save),
        ("leave", Self::Leave),
        ("suspend", Self::Suspend),
        ("read_aloud", Self::Read),
    ];

    /// Its name in the settings file; empty where no key can be given to it.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, action)| *action == self).map_or("", |(name, _)| name)
    }
}
