/// How one person went about answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conduct<'a> {
    /// The raw answers, not keyed, in the order they were asked, to items with the same points, the lowest point 0;
    /// nothing where there is no answer.
    pub answers: &'a [Option<u16>],
    /// How many points these items have.
    pub points: u16,
    /// The pages whose time is known; none where an interviewer read the questions aloud.
    pub pages: &'a [Page],
}

/// How long a page with items stood on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its time in milliseconds.
    pub milliseconds: u64,
    /// Its items.
    pub items: u32,
}

impl Conduct<'_> {
    /// The given answers.
    pub(in crate::stats) fn given(&self) -> impl Iterator<Item = u16> {
        self.answers.iter().flatten().copied()
    }
}
