use std::ops::Range;

/// A word of the settings file and its place in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The word.
    pub word: String,
    /// Its place.
    pub span: Range<usize>,
}

/// `[keys]` `next = ["Enter", "Right"]`: the keys of an action, everywhere or (`[keys.grid]`) in one context. Whether
/// there is such an action, and whether the keys will do, is told by the keymap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remap {
    /// The one context it is for; none for all.
    pub context: Option<Spot>,
    /// The action's name.
    pub action: Spot,
    /// The keys' names.
    pub keys: Vec<Spot>,
}
