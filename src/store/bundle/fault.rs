/// What is wrong with a bundle. Nothing of it was taken then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleFault {
    /// The file is something else.
    NotABundle,
    /// It is sealed, and no key was given to open it.
    Sealed,
    /// A later program wrote it.
    Newer {
        /// Its format.
        found: u64,
        /// The latest format this program knows.
        known: u64,
    },
    /// It ends before its last line.
    CutShort,
    /// What it says of itself does not agree with what stands in it.
    Altered,
    /// A line is not what a bundle has there.
    Line,
    /// More of something than a bundle may have.
    TooMuch,
    /// A questionnaire cannot be read, or is not the one it says.
    Questionnaire,
    /// A workshop's particulars are none.
    Workshop,
    /// An interview's history does not fit its hash or its questionnaire.
    History,
    /// Two interviews that are not one claim the same identity.
    Clash,
    /// It would bring made-up people and real ones into one store.
    Mixed,
    /// The file became another while it was read.
    Changed,
    /// It was to stop.
    Interrupted,
}

impl BundleFault {
    /// The code under which the sentence for this is kept.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotABundle => "bundle.not_a_bundle",
            Self::Sealed => "bundle.sealed",
            Self::Newer { .. } => "bundle.newer",
            Self::CutShort => "bundle.cut_short",
            Self::Altered => "bundle.altered",
            Self::Line => "bundle.line",
            Self::TooMuch => "bundle.too_much",
            Self::Questionnaire => "bundle.questionnaire",
            Self::Workshop => "bundle.workshop",
            Self::History => "bundle.history",
            Self::Clash => "bundle.clash",
            Self::Mixed => "bundle.mixed",
            Self::Changed => "bundle.changed",
            Self::Interrupted => "bundle.interrupted",
        }
    }
}
