use crate::scoring::Score;

/// What is to be said, in order, free of how it will be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Its title.
    pub title: String,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// A piece of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Paragraph(String),
    /// A paragraph that explains rather than tells.
    Aside(String),
    /// A question to think or talk about.
    Question(String),
    /// Short statements, one a line.
    List(Vec<String>),
    /// What people said, in their words.
    Said(String),
    /// Something beside the report, such as how it was computed.
    Boxed {
        /// Its heading.
        title: String,
        /// Its paragraphs.
        texts: Vec<String>,
    },
    /// Scores with their bands, one a row.
    Bars(Vec<Bar>),
    /// How often each point of a response format was answered, one item a row.
    Stacks(Vec<Stack>),
    /// The same scores as a polygon with a corner for each.
    Radar(Vec<Spoke>),
}

/// One row of a bar chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What the row is about.
    pub label: String,
    /// The score; none where it may not be computed.
    pub score: Option<Score>,
    /// The score in words and numbers, or why there is none.
    pub reading: String,
    /// How much it rests on.
    pub basis: String,
}

/// One row of counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Stack {
    /// What the row is about.
    pub label: String,
    /// How often each point was answered, the lowest first.
    pub counts: Vec<u64>,
    /// The counts in words.
    pub reading: String,
    /// What follows from them.
    pub basis: String,
}

/// One corner of a radar chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoke {
    /// What the corner is about, short.
    pub label: String,
    /// The score; none where it may not be computed.
    pub score: Option<Score>,
}
