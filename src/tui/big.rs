//! Letters that can be read from the last row, drawn with blocks.

use font8x8::UnicodeFonts;

use crate::report::Glyphs;
use crate::text::wrap;

/// Dots of a letter, wide and high.
const DOTS: usize = 8;
/// Blocks by which of the four dots (upper left, upper right, lower left, lower right) are set.
const QUARTERS: [char; 16] = [' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█'];
const HALVES: [char; 4] = [' ', '▀', '▄', '█'];

/// The text as rows of at most `columns` columns: each letter eight columns wide where there is room for one line, else
/// four. Where the terminal has no blocks, of number signs; where there is no room at all, as it is.
pub(super) fn letters(text: &str, columns: usize, glyphs: Glyphs) -> Vec<String> {
    let text: String = text.chars().map(|sign| Glyphs::Ascii.nearest(sign)).collect();
    let one_line = text.chars().count() * DOTS <= columns;
    let wide = match glyphs {
        Glyphs::Full if !one_line => DOTS / 2,
        _ => DOTS,
    };
    let room = columns / wide;
    if room < 4 {
        return wrap(&text, columns).into_iter().map(str::to_owned).collect();
    }
    wrap(&text, room).into_iter().flat_map(|line| rows(line, wide, glyphs)).collect()
}

fn rows(line: &str, wide: usize, glyphs: Glyphs) -> Vec<String> {
    let dots: Vec<[u8; DOTS]> = line.chars().map(|sign| font8x8::BASIC_FONTS.get(sign).unwrap_or_default()).collect();
    let set = |letter: &[u8; DOTS], x: usize, y: usize| usize::from(letter[y] >> x & 1);
    let row = |height: usize, cell: &dyn Fn(&[u8; DOTS], usize, usize) -> char| -> Vec<String> {
        let of = |y: usize| {
            let letter = |letter: &[u8; DOTS]| (0..wide).map(|x| cell(letter, x, y)).collect::<String>();
            dots.iter().map(letter).collect::<String>().trim_end().to_owned()
        };
        (0..height).map(of).collect()
    };
    if glyphs.is_ascii() {
        row(DOTS, &|letter, x, y| if set(letter, x, y) == 1 { '#' } else { ' ' })
    } else if wide == DOTS {
        row(DOTS / 2, &|letter, x, y| HALVES[set(letter, x, 2 * y) + 2 * set(letter, x, 2 * y + 1)])
    } else {
        row(DOTS / 2, &|letter, x, y| {
            let (x, y) = (2 * x, 2 * y);
            let upper = set(letter, x, y) + 2 * set(letter, x + 1, y);
            QUARTERS[upper + 4 * set(letter, x, y + 1) + 8 * set(letter, x + 1, y + 1)]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::width;

    #[test]
    fn a_figure_is_drawn_with_blocks() {
        let drawn = letters("9:8", 40, Glyphs::Full);
        assert_eq!(drawn.len(), 4);
        assert!(drawn.iter().any(|row| row.contains('█')));
        assert!(letters("9:8", 40, Glyphs::Ascii).iter().all(|row| row.is_ascii()));
        assert_eq!(letters("9:8", 20, Glyphs::Ascii), ["9:8"], "no room");
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(text in "[a-zA-Z0-9 :é日]{0,30}", columns in 8usize..120) {
            for glyphs in [Glyphs::Ascii, Glyphs::Cp437, Glyphs::Full] {
                for row in letters(&text, columns, glyphs) {
                    prop_assert!(width(&row) <= columns, "{row:?}");
                }
            }
        }
    }
}
