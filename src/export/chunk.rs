use crate::interview::{At, Beside, InterviewId, Mode, WorkshopId};

/// A finished interview as it is exported, borrowed from where it is kept.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Identity.
    pub id: InterviewId,
    /// When it began.
    pub started: At,
    /// When it ended.
    pub ended: At,
    /// The workshop it was held in.
    pub workshop: Option<WorkshopId>,
    /// How it was held.
    pub mode: Mode,
    /// Language at its end.
    pub language: &'a str,
    /// How long its items were on the screen, in milliseconds.
    pub shown_ms: u64,
    /// Its packed answers.
    pub codes: &'a [u8],
    /// Those beside the codes.
    pub beside: &'a [Beside],
}

/// Some interviews of one version, in their order. It is filled again and again, so that a million
/// interviews take no more memory than one chunk.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Place of their version in the table.
    pub version: usize,
    /// Identities.
    pub ids: Vec<InterviewId>,
    /// When they began.
    pub started: Vec<At>,
    /// When they ended.
    pub ended: Vec<At>,
    /// The workshops they were held in.
    pub workshops: Vec<Option<WorkshopId>>,
    /// How they were held.
    pub modes: Vec<Mode>,
    /// How long their items were on the screen, in milliseconds.
    pub shown: Vec<u64>,
    /// Where their language stands in `languages`.
    pub language: Vec<u8>,
    /// Every language so far.
    pub languages: Vec<String>,
    items: usize,
    codes: Vec<u8>,
    beside: Vec<Beside>,
    from: Vec<usize>,
}

impl Chunk {
    /// Interviews of one full chunk.
    pub const ROWS: usize = 4096;

    /// Empties it for interviews of a questionnaire with so many items.
    pub fn begin(&mut self, version: usize, items: usize) {
        (self.version, self.items) = (version, items);
        self.ids.clear();
        self.started.clear();
        self.ended.clear();
        self.workshops.clear();
        self.modes.clear();
        self.shown.clear();
        self.language.clear();
        self.codes.clear();
        self.beside.clear();
        self.from.clear();
        self.from.push(0);
    }

    /// Adds an interview; codes that it has too few of are of items that were not asked.
    pub fn push(&mut self, row: &Row<'_>) {
        self.ids.push(row.id);
        self.started.push(row.started);
        self.ended.push(row.ended);
        self.workshops.push(row.workshop);
        self.modes.push(row.mode);
        self.shown.push(row.shown_ms);
        let language = self.languages.iter().position(|known| known == row.language).unwrap_or_else(|| {
            self.languages.push(row.language.to_owned());
            self.languages.len() - 1
        });
        self.language.push(u8::try_from(language).unwrap_or(u8::MAX));
        let codes = &row.codes[..row.codes.len().min(self.items)];
        self.codes.extend_from_slice(codes);
        self.codes.resize(self.codes.len() + self.items - codes.len(), 0);
        self.beside.extend_from_slice(row.beside);
        self.from.push(self.beside.len());
    }

    /// How many interviews it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Whether no more should be added.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() >= Self::ROWS
    }

    /// The packed codes of an interview.
    #[must_use]
    pub fn codes(&self, row: usize) -> &[u8] {
        self.codes.get(row * self.items..(row + 1) * self.items).unwrap_or_default()
    }

    /// The answer of an item that is kept beside the codes.
    #[must_use]
    pub fn beside(&self, row: usize, item: u16) -> Option<&Beside> {
        let codes = self.codes(row);
        let before = codes.get(..usize::from(item))?.iter().filter(|code| **code == crate::interview::code::BESIDE);
        let (from, to) = (*self.from.get(row)?, *self.from.get(row + 1)?);
        self.beside.get(from..to)?.get(before.count())
    }

    /// The language of an interview.
    #[must_use]
    pub fn language(&self, row: usize) -> &str {
        let place = self.language.get(row).copied().unwrap_or_default();
        self.languages.get(usize::from(place)).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interview::code;

    #[test]
    fn a_chunk_keeps_what_stands_beside_with_its_item() {
        let at = At { unix_ms: 0, doubtful: false };
        let beside = [Beside::Number(7), Beside::Text("x".into())];
        let codes = [1, code::BESIDE, code::SKIPPED, code::BESIDE];
        let row = Row {
            id: InterviewId([1; 16]),
            started: at,
            ended: at,
            workshop: None,
            mode: Mode::Interviewer,
            shown_ms: 0,
            language: "id",
            codes: &codes,
            beside: &beside,
        };
        let mut chunk = Chunk::default();
        for _ in 0..2 {
            chunk.begin(0, 5);
            chunk.push(&Row { codes: &codes[..1], beside: &[], language: "en", ..row });
            chunk.push(&row);
            assert_eq!(
                (chunk.len(), chunk.codes(0), chunk.codes(1)),
                (2, &[1, 0, 0, 0, 0][..], &[1, 200, 254, 200, 0][..])
            );
            assert_eq!((chunk.beside(1, 1), chunk.beside(1, 3)), (Some(&beside[0]), Some(&beside[1])));
            assert_eq!((chunk.beside(0, 1), chunk.language(0), chunk.language(1)), (None, "en", "id"));
        }
    }
}
