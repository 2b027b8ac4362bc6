use super::columns::{self, Columns};
use super::sheet::Sheet;
use crate::interview::{Mode, code};
use crate::stats::{Conduct, Page, irv, longstring, page_time};

/// Signs that one person answered carelessly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// A long run of the same answer.
    pub longstring: bool,
    /// Answers that hardly differ.
    pub irv: bool,
    /// Answered faster than anyone reads. Packed answers know the time of all items together; each is taken to have had
    /// the same share of it. Never with an interviewer.
    pub pace: bool,
}

impl Signs {
    /// The signs in one interview's packed answers. Only items with as many points as the first are looked at.
    #[must_use]
    pub fn of(sheet: &Sheet, codes: &[u8], mode: Mode, shown_ms: u64) -> Self {
        Self::looked_at(sheet, codes, mode, shown_ms, is_plain(sheet, points(sheet), codes))
    }

    /// As [`Signs::of`], where it is known whether a pattern may be a sign.
    pub(super) fn looked_at(sheet: &Sheet, codes: &[u8], mode: Mode, shown_ms: u64, plain: bool) -> Self {
        let pace = mode == Mode::SelfAdministered && is_quick(codes, shown_ms);
        if !plain {
            return Self { pace, ..Self::default() };
        }
        let points = points(sheet);
        let answers: Vec<Option<u16>> = raw(sheet, points, codes).collect();
        let conduct = Conduct { answers: &answers, points, pages: &[] };
        Self { longstring: longstring::is_sign(&conduct), irv: irv::is_sign(&conduct), pace }
    }

    /// For which of the persons in the columns a pattern may be a sign; it seldom is none then. Where `k` of `n` answers
    /// are not the most frequent one, their variance is at least k(n − k)/(n(n − 1)).
    pub(super) fn plain(sheet: &Sheet, columns: &Columns) -> [bool; columns::ROWS] {
        let points = points(sheet);
        let places = sheet.items.iter().filter(|item| item.points == points).map(|item| item.item.get());
        let alike = columns.alike(points, &places.collect::<Vec<_>>());
        let range = u32::from(points.saturating_sub(1));
        let mut plain = [false; columns::ROWS];
        for (row, plain) in plain.iter_mut().enumerate() {
            let [n, most, longest] = [alike.given[row], alike.most[row], alike.longest[row]].map(u32::from);
            // An IRV is a sign below a tenth of half the range.
            let is_flat = 400 * (n - most) * most <= range * range * n * n.saturating_sub(1);
            *plain = 2 * longest >= n || is_flat;
        }
        plain
    }

    /// Whether the interview should be looked at again: the pattern is a sign, and so is the pace.
    #[must_use]
    pub fn is_flagged(self) -> bool {
        self.pace && (self.longstring || self.irv)
    }
}

/// Points of the items that are looked at.
fn points(sheet: &Sheet) -> u16 {
    sheet.items.first().map_or(0, |item| item.points)
}

/// The raw answers, the lowest point 0.
fn raw<'a>(sheet: &'a Sheet, points: u16, codes: &'a [u8]) -> impl Iterator<Item = Option<u16>> + 'a {
    let counted = sheet.items.iter().filter(move |item| item.points == points);
    counted.map(move |item| {
        let code = u16::from(codes.get(item.item.get()).copied().unwrap_or(code::NOT_ASKED));
        code.checked_sub(1).filter(|place| *place < points.min(code::LAST_CHOICE.into()))
    })
}

/// Whether so much of the answers is the same that a pattern can be a sign at all; most interviews are not, and are
/// done with here. With a tenth of half the range below a half, an IRV that is a sign leaves one answer to half of the
/// items, as a run that is one does. Other items may be among the codes, so that it is said too often and never too
/// seldom.
fn is_plain(sheet: &Sheet, points: u16, codes: &[u8]) -> bool {
    let Some(points) = u8::try_from(points).ok().filter(|points| *points <= 11) else { return true };
    let times = |point: u8| codes.iter().map(|code| u8::from(*code == point)).fold(0u8, u8::wrapping_add);
    if codes.len() > usize::from(u8::MAX) {
        return true;
    }
    let counts = (1..=points).map(times).map(usize::from);
    let (given, most) = counts.fold((0, 0), |(given, most), count| (given + count, count.max(most)));
    2 * most + codes.len().saturating_sub(sheet.alike()) >= given
}

/// Whether the pace is a sign. Pages that are all alike say the same as ten of them.
fn is_quick(codes: &[u8], shown_ms: u64) -> bool {
    // Long enough for every item, most of the time.
    if shown_ms / page_time::MILLISECONDS_PER_ITEM >= codes.len() as u64 {
        return false;
    }
    let shown = |code: &&u8| !matches!(**code, code::NOT_ASKED | code::NOT_APPLICABLE);
    let items = codes.iter().filter(shown).count();
    let Some(milliseconds) = shown_ms.checked_div(u64::try_from(items).unwrap_or(0)) else { return false };
    let pages = [Page { milliseconds, items: 1 }; 10];
    page_time::is_sign(&Conduct { answers: &[], points: 0, pages: pages.get(..items).unwrap_or(&pages) })
}
