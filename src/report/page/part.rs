use crate::report::{Block, Report};

/// A piece of a report that belongs together: what stands under one heading.
pub(super) struct Part<'a> {
    pub(super) heading: Option<&'a str>,
    pub(super) blocks: Vec<&'a Block>,
}

impl Part<'_> {
    /// Only words, none of them in a box: it may stand in a narrow column beside another one.
    pub(super) fn is_narrow(&self) -> bool {
        self.heading.is_some()
            && !self.blocks.iter().any(|block| matches!(block, Block::Bars(_) | Block::Stacks(_) | Block::Radar(_)))
    }
}

/// The parts of a report, in order. What stands before the first heading is a part without one.
pub(super) fn parts(report: &Report) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for block in &report.blocks {
        match (block, parts.last_mut()) {
            (Block::Heading(heading), _) => parts.push(Part { heading: Some(heading), blocks: Vec::new() }),
            (Block::Boxed { title, .. }, _) => parts.push(Part { heading: Some(title), blocks: vec![block] }),
            (_, Some(part)) => part.blocks.push(block),
            (_, None) => parts.push(Part { heading: None, blocks: vec![block] }),
        }
    }
    parts
}

/// Parts side by side, or one over the whole width.
pub(super) enum Row<'a> {
    Wide(Part<'a>),
    Columns(Vec<Part<'a>>),
}

/// The parts as they stand on a page: two and more narrow ones that follow each other go into columns.
pub(super) fn rows(report: &Report) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for part in parts(report) {
        match (part.is_narrow(), rows.last_mut()) {
            (true, Some(Row::Columns(columns))) => columns.push(part),
            (true, _) => rows.push(Row::Columns(vec![part])),
            (false, _) => rows.push(Row::Wide(part)),
        }
    }
    let wide = |row| match row {
        Row::Columns(mut parts) if parts.len() == 1 => parts.pop().map(Row::Wide),
        row => Some(row),
    };
    rows.into_iter().filter_map(wide).collect()
}
