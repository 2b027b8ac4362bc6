use crate::export::table::Table;
use crate::export::variable::{Shape, Variable};

/// How a column stands in a system file.
#[derive(Clone, Debug)]
pub(super) struct Column<'a> {
    pub(super) variable: &'a Variable,
    /// Bytes of a text column; none of a numeric one.
    pub(super) width: Option<usize>,
    /// The short name of each of its segments.
    pub(super) short: Vec<String>,
    /// Place of its first 8 bytes among those of a case, from 1.
    pub(super) first: usize,
}

/// Widest text that is one segment.
const PLAIN: usize = 255;
/// Bytes by which the number of a very long text's segments is counted.
const COUNTED: usize = 252;
/// The widest text SPSS has.
pub(super) const WIDEST: usize = 32_767;

impl Column<'_> {
    /// The declared width of each segment.
    pub(super) fn segments(&self) -> Vec<usize> {
        match self.width {
            None => vec![0],
            Some(width) if width <= PLAIN => vec![width],
            Some(width) => {
                let count = width.div_ceil(COUNTED);
                (0..count).map(|segment| if segment + 1 < count { PLAIN } else { width - segment * COUNTED }).collect()
            }
        }
    }

    /// Its places of 8 bytes in a case.
    pub(super) fn places(&self) -> usize {
        self.segments().iter().map(|width| width.div_ceil(8).max(1)).sum()
    }

    /// Print and write format.
    pub(super) fn format(&self, width: usize) -> i32 {
        let of = |kind: i32, width: i32, decimals: i32| kind << 16 | width << 8 | decimals;
        let digits = |number: i64| i32::try_from(number.to_string().len()).unwrap_or(20);
        match &self.variable.shape {
            Shape::Coded(_) => of(5, 4, 0),
            Shape::Whole(range) => of(5, digits(*range.start()).max(digits(*range.end())).max(5), 0),
            Shape::Decimal(decimals, range) => {
                let width = digits(*range.start()).max(digits(*range.end())).max(7) + 2;
                of(5, width, i32::from(*decimals))
            }
            // yyyy/mm/dd, and dd-mmm-yyyy hh:mm:ss.sss
            Shape::Day => of(39, 10, 0),
            Shape::Moment => of(22, 24, 3),
            Shape::Text => of(1, i32::try_from(width).unwrap_or(255), 0),
        }
    }
}

/// The columns of a table, whose texts have these widths.
pub(super) fn columns<'a>(table: &'a Table, widths: &[usize]) -> Vec<Column<'a>> {
    let (mut first, mut number) = (1, 0);
    let columns = table.variables.iter().zip(widths).map(|(variable, width)| {
        let width = (variable.shape == Shape::Text).then(|| (*width).clamp(1, WIDEST));
        let mut column = Column { variable, width, short: Vec::new(), first };
        first += column.places();
        column.short = column.segments().iter().map(|_| short_name(&mut number)).collect();
        column
    });
    columns.collect()
}

/// `V1`, `V2` and so on: at most 8 bytes, whatever the column is called.
fn short_name(number: &mut u32) -> String {
    *number += 1;
    format!("V{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::variable::{Measure, Take};

    #[test]
    fn a_long_text_has_segments() {
        let variable = Variable {
            name: "a".into(),
            label: Vec::new(),
            shape: Shape::Text,
            measure: Measure::Nominal,
            missing: None,
            take: Take::Answer,
            item: None,
            counts: None,
            places: Vec::new(),
            codes: Vec::new(),
            wordings: Vec::new(),
        };
        let of = |width| Column { variable: &variable, width, short: Vec::new(), first: 1 };
        for (width, segments, places) in [
            (None, vec![0], 1),
            (Some(1), vec![1], 1),
            (Some(255), vec![255], 32),
            (Some(256), vec![255, 4], 33),
            (Some(504), vec![255, 252], 64),
            (Some(505), vec![255, 255, 1], 65),
        ] {
            assert_eq!((of(width).segments(), of(width).places()), (segments, places), "{width:?}");
        }
    }
}
