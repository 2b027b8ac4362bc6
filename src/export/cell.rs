use std::borrow::Cow;

use super::chunk::Chunk;
use super::table::Table;
use super::variable::{Missing, Shape, Take, Variable, mode_code};
use crate::interview::{Beside, code};
use crate::questionnaire::Kind;

/// The value of a column for one interview.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// There is nothing to be said: the item was never asked or is not in this version, or no reason is missing.
    Nothing,
    /// Left empty after being asked about it.
    Skipped,
    /// No answer, for a reason that has a code.
    Missing(Missing),
    /// A code.
    Code(i16),
    /// A number, in steps of its last digit.
    Steps(i64),
    /// Days since 1970-01-01.
    Day(i32),
    /// Milliseconds since 1970-01-01 UTC.
    Moment(i64),
    /// A text.
    Text(Cow<'a, str>),
}

/// What a packed code of an item with choices is in an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed {
    /// Nothing.
    Nothing,
    /// Left empty.
    Skipped,
    /// Missing for a reason.
    Missing(Missing),
    /// A joined code.
    Code(i16),
    /// To be looked up beside.
    Beside,
}

impl Packed {
    /// What a packed code is, where the places of choices have these joined codes.
    #[must_use]
    pub fn of(packed: u8, codes: &[i16]) -> Self {
        match packed {
            code::SKIPPED => Self::Skipped,
            code::DONT_KNOW => Self::Missing(Missing::DontKnow),
            code::DECLINED => Self::Missing(Missing::Declined),
            code::NOT_APPLICABLE => Self::Missing(Missing::NotApplicable),
            code::BESIDE => Self::Beside,
            1..=code::LAST_CHOICE => {
                codes.get(usize::from(packed - 1)).map_or(Self::Nothing, |joined| Self::Code(*joined))
            }
            _ => Self::Nothing,
        }
    }
}

/// What of a chunk is the same for all of its interviews.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The table.
    pub table: &'a Table,
    /// The chunk.
    pub chunk: &'a Chunk,
}

impl<'a> Reader<'a> {
    /// The joined codes of a column's choices in this version.
    #[must_use]
    pub fn codes_of(&self, variable: &'a Variable) -> &'a [i16] {
        variable.codes.get(self.chunk.version).map_or(&[], Vec::as_slice)
    }

    /// The place of a column's item in this version.
    #[must_use]
    pub fn place_of(&self, variable: &Variable) -> Option<u16> {
        variable.places.get(self.chunk.version).copied().flatten()
    }

    /// What every packed code of a column is, where its value follows from that code alone, and its item's place.
    #[must_use]
    pub fn by_code(&self, variable: &'a Variable) -> Option<(usize, [Packed; 256])> {
        if variable.take != Take::Answer || !matches!(variable.shape, Shape::Coded(_)) {
            return None;
        }
        let (place, codes) = (self.place_of(variable)?, self.codes_of(variable));
        let mut of = [Packed::Nothing; 256];
        for (packed, meaning) in (0..=u8::MAX).zip(&mut of) {
            *meaning = Packed::of(packed, codes);
        }
        Some((usize::from(place), of))
    }

    /// The value of a column for the interview at `row` of the chunk.
    #[must_use]
    pub fn cell(&self, variable: &'a Variable, row: usize) -> Cell<'a> {
        let chunk = self.chunk;
        let text = |text: &'a str| Cell::Text(Cow::Borrowed(text));
        match variable.take {
            Take::Interview => Cell::Text(Cow::Owned(chunk.ids[row].to_string())),
            Take::Version => {
                self.table.versions.get(chunk.version).map_or(Cell::Nothing, |version| text(version.version().as_str()))
            }
            Take::Workshop => {
                chunk.workshops[row].map_or(Cell::Nothing, |id| Cell::Text(Cow::Owned(self.table.workshop_key(id))))
            }
            Take::WorkshopName => {
                let workshop = chunk.workshops[row].and_then(|id| self.table.workshops.get(&id));
                workshop.and_then(|workshop| workshop.name.as_deref()).map_or(Cell::Nothing, text)
            }
            Take::Mode => Cell::Code(mode_code(chunk.modes[row])),
            Take::Language => text(chunk.language(row)),
            Take::Started => Cell::Moment(chunk.started[row].unix_ms),
            Take::Ended => Cell::Moment(chunk.ended[row].unix_ms),
            Take::Shown => Cell::Steps(i64::try_from(chunk.shown[row]).unwrap_or(i64::MAX)),
            Take::Doubtful => Cell::Code(i16::from(chunk.started[row].doubtful || chunk.ended[row].doubtful)),
            _ => self.of_item(variable, row),
        }
    }

    fn of_item(&self, variable: &'a Variable, row: usize) -> Cell<'a> {
        let Some(place) = self.place_of(variable) else { return Cell::Nothing };
        let packed = self.chunk.codes(row).get(usize::from(place)).copied().unwrap_or_default();
        let joined = self.codes_of(variable);
        let packed = Packed::of(packed, joined);
        let coded = |missing: Missing| {
            let code = variable.missing.map(|codes| codes.of(missing));
            code.and_then(|code| i16::try_from(code).ok()).map_or(Cell::Nothing, Cell::Code)
        };
        match (&variable.take, packed) {
            (Take::Why, Packed::Missing(missing)) => coded(missing),
            (Take::Why | Take::Said, Packed::Missing(_) | Packed::Skipped | Packed::Code(_)) | (_, Packed::Nothing) => {
                Cell::Nothing
            }
            (_, Packed::Missing(missing)) => Cell::Missing(missing),
            (_, Packed::Skipped) => Cell::Skipped,
            (_, Packed::Code(code)) => Cell::Code(code),
            (Take::Picks, Packed::Beside) => {
                self.picks(row, place).map_or(Cell::Nothing, |keys| Cell::Text(Cow::Owned(keys)))
            }
            (take, Packed::Beside) => {
                let beside = self.chunk.beside(row, place);
                beside.map_or(Cell::Nothing, |beside| of_beside(variable, take, joined, beside, self.decimals(place)))
            }
        }
    }

    /// The keys of the choices picked, with spaces between.
    fn picks(&self, row: usize, place: u16) -> Option<String> {
        let Beside::Choices(picks, _) = self.chunk.beside(row, place)? else { return None };
        let version = self.table.versions.get(self.chunk.version)?;
        let choices = version.choices(version.items().get(usize::from(place))?);
        let keys = picks.iter().filter_map(|pick| choices.get(usize::from(*pick)));
        Some(keys.map(|choice| choice.key.as_str()).collect::<Vec<_>>().join(" "))
    }

    /// The decimals an item's number has in this version.
    fn decimals(&self, place: u16) -> u8 {
        let version = self.table.versions.get(self.chunk.version);
        match version.and_then(|version| version.items().get(usize::from(place))).map(|item| &item.kind) {
            Some(Kind::Number(number)) => number.decimals,
            _ => 0,
        }
    }
}

fn of_beside<'a>(variable: &'a Variable, take: &Take, codes: &[i16], beside: &'a Beside, decimals: u8) -> Cell<'a> {
    let joined = |place: u16| codes.get(usize::from(place)).copied();
    let text = |text: &'a str| Cell::Text(Cow::Borrowed(text));
    match (take, beside) {
        (Take::Answer, Beside::Choice(place) | Beside::Other(place, _)) => {
            joined(*place).map_or(Cell::Nothing, Cell::Code)
        }
        (Take::Answer, Beside::Number(steps)) => Cell::Steps(in_steps(variable, *steps, decimals)),
        (Take::Answer, Beside::Date(day)) => Cell::Day(*day),
        (Take::Answer, Beside::Text(said)) | (Take::Said, Beside::Other(_, said) | Beside::Choices(_, Some(said))) => {
            text(said)
        }
        (Take::Picked(code), Beside::Choices(places, _)) => {
            let offered = codes.contains(code);
            let picked = places.iter().any(|place| joined(*place) == Some(*code));
            if offered { Cell::Code(i16::from(picked)) } else { Cell::Nothing }
        }
        (Take::Rank(code), Beside::Ranking(places)) => {
            let rank = places.iter().position(|place| joined(*place) == Some(*code));
            rank.and_then(|rank| i64::try_from(rank + 1).ok()).map_or(Cell::Nothing, Cell::Steps)
        }
        _ => Cell::Nothing,
    }
}

/// Steps of one version's last digit in those of the column.
fn in_steps(variable: &Variable, steps: i64, decimals: u8) -> i64 {
    let of = match variable.shape {
        Shape::Decimal(of, _) => of,
        _ => 0,
    };
    steps.saturating_mul(10i64.pow(u32::from(of.saturating_sub(decimals))))
}
