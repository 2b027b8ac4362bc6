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
