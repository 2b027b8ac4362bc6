use super::{Glyphs, Line, Role, Run, Stack};
use crate::text::wrap;

/// A longer bar says no more.
const LONGEST: usize = 60;

/// Counts as bars of one length, each point's share in its own sign, with the words under it.
pub(super) fn draw_stacks(lines: &mut Vec<Line>, stacks: &[Stack], columns: usize, glyphs: Glyphs) {
    let tell = |lines: &mut Vec<Line>, role, text: &str, indent: usize| {
        for line in wrap(text, columns.saturating_sub(indent)) {
            lines.push(vec![Run { role, text: " ".repeat(indent) + line }]);
        }
    };
    for (place, stack) in stacks.iter().enumerate() {
        if place > 0 {
            lines.push(Line::new());
        }
        tell(lines, Role::Plain, &stack.label, 0);
        if stack.counts.iter().sum::<u64>() > 0 {
            lines.push(vec![Run { role: Role::Figure, text: bar(&stack.counts, columns.min(LONGEST), glyphs) }]);
        }
        tell(lines, Role::Plain, &stack.reading, 2);
        tell(lines, Role::Aside, &stack.basis, 2);
    }
}

/// The counts as shares of a bar: the largest remainders make the columns whole.
fn bar(counts: &[u64], columns: usize, glyphs: Glyphs) -> String {
    let signs = glyphs.points();
    let columns = u64::try_from(columns).unwrap_or(u64::MAX);
    let total = counts.iter().sum::<u64>().max(1);
    let mut shares: Vec<(u64, u64)> =
        counts.iter().map(|count| (count * columns / total, count * columns % total)).collect();
    let mut left = columns - shares.iter().map(|(whole, _)| whole).sum::<u64>();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(shares[*place].1));
    for place in order {
        if left > 0 && shares[place].1 > 0 {
            shares[place].0 += 1;
            left -= 1;
        }
    }
    let sign = |place: usize| signs[place * (signs.len() - 1) / (counts.len().max(2) - 1)];
    let part = |(place, (length, _)): (usize, &(u64, u64))| {
        std::iter::repeat_n(sign(place), usize::try_from(*length).unwrap_or_default())
    };
    shares.iter().enumerate().flat_map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bar_shows_each_point_in_its_share() {
        assert_eq!(bar(&[1, 0, 2, 0, 1], 8, Glyphs::Ascii), "==....##");
        assert_eq!(bar(&[0, 0, 0, 0, 3], 6, Glyphs::Ascii), "######");
        assert_eq!(bar(&[5, 5], 4, Glyphs::Ascii), "==##");
    }

    proptest! {
        #[test]
        fn a_bar_is_as_long_as_asked(counts in prop::collection::vec(0u64..30, 2..12), columns in 1usize..80) {
            let drawn = bar(&counts, columns, Glyphs::Full).chars().count();
            let any = counts.iter().sum::<u64>() > 0;
            prop_assert_eq!(drawn, if any { columns } else { 0 });
        }
    }
}
