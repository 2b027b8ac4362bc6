//! A key as a QR code, drawn with half blocks: two rows of it in one of the terminal's.

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

/// Light modules around the code, so that a phone finds it (ISO/IEC 18004, section 6.3.8).
const MARGIN: usize = 4;

/// What the code is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Black on white, whatever the terminal's own colours.
    Colours,
    /// The terminal's, light letters on a dark ground.
    OnDark,
    /// The terminal's, dark letters on a light ground.
    OnLight,
}

/// Black on white.
const BLACK_ON_WHITE: &str = "\x1b[0;30;47m";
/// The terminal's own colours.
const OWN: &str = "\x1b[0m";

/// The smallest code with the text in one piece, so that texts of one length take codes of one size: cut into pieces of
/// digits and letters, as the crate would, some keys take a larger one.
fn code(text: &str) -> Option<QrCode> {
    let letters =
        |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b' ' | b'$' | b'%' | b'*' | b'+' | b'-'..=b'/' | b':');
    let of_version = |version: i16| {
        let mut bits = Bits::new(Version::Normal(version));
        let pushed = if text.bytes().all(letters) {
            bits.push_alphanumeric_data(text.as_bytes())
        } else {
            bits.push_byte_data(text.as_bytes())
        };
        pushed.and_then(|()| bits.push_terminator(EcLevel::M)).ok()?;
        QrCode::with_bits(bits, EcLevel::M).ok()
    };
    (1..=40).find_map(of_version)
}

/// The code with its margin, row by row; true is dark. None where the text is too long for one.
fn matrix(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = code(text)?;
    let width = code.width();
    let colours = code.to_colors();
    let dark = |row: usize, column: usize| {
        let (row, column) = (row.checked_sub(MARGIN)?, column.checked_sub(MARGIN)?);
        (row < width && column < width).then(|| colours.get(row * width + column) == Some(&Color::Dark))
    };
    let side = width + 2 * MARGIN;
    Some((0..side).map(|row| (0..side).map(|column| dark(row, column) == Some(true)).collect()).collect())
}

/// The code in lines of one width, where it fits into so many columns and rows.
pub(super) fn drawn(text: &str, ink: Ink, columns: usize, rows: usize) -> Option<Vec<String>> {
    let matrix = matrix(text)?;
    let side = matrix.len();
    if side > columns || side.div_ceil(2) > rows {
        return None;
    }
    let pairs = matrix.chunks(2).map(|pair| {
        let mut line = String::new();
        for column in 0..side {
            let dark = |row: usize| pair.get(row).and_then(|row| row.get(column)).copied().unwrap_or(false);
            // On a dark ground the light modules are what is drawn.
            let drawn = |row: usize| dark(row) != (ink == Ink::OnDark);
            line.push(match (drawn(0), drawn(1)) {
                (true, true) => '█',
                (true, false) => '▀',
                (false, true) => '▄',
                (false, false) => ' ',
            });
        }
        if ink == Ink::Colours { format!("{BLACK_ON_WHITE}{line}{OWN}") } else { line }
    });
    Some(pairs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Identity;

    /// What a camera reads in the drawn lines, 8 points a module.
    fn read(lines: &[String], ink: Ink) -> Vec<String> {
        let plain: Vec<Vec<char>> =
            lines.iter().map(|line| line.replace(BLACK_ON_WHITE, "").replace(OWN, "").chars().collect()).collect();
        let dark = |x: usize, y: usize| {
            let half = y / 8;
            let drawn = match plain[half / 2][x / 8] {
                '█' => true,
                '▀' => half.is_multiple_of(2),
                '▄' => !half.is_multiple_of(2),
                _ => false,
            };
            drawn != (ink == Ink::OnDark)
        };
        let (width, height) = (plain[0].len() * 8, plain.len() * 16);
        let mut seen =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| if dark(x, y) { 0 } else { 255 });
        seen.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect()
    }

    #[test]
    fn what_is_drawn_is_read_again() {
        let identity = Identity::generate();
        let public = identity.public_keys()[0].to_string();
        for text in [identity.text().trim(), &public] {
            for ink in [Ink::Colours, Ink::OnDark, Ink::OnLight] {
                let lines = drawn(text, ink, 80, 23).unwrap();
                assert_eq!(
                    read(&lines, ink),
                    [text],
                    "{ink:?}
{}",
                    lines.join(
                        "
"
                    )
                );
            }
        }
    }

    #[test]
    fn a_key_fits_a_terminal_and_is_not_drawn_where_it_does_not() {
        // Of fifty some were larger when they were cut into pieces.
        let keys = (0..50).map(|_| Identity::generate());
        for text in keys.flat_map(|key| [key.text().trim().to_owned(), key.public_keys()[0].to_string()]) {
            let lines = drawn(&text, Ink::OnDark, 41, 21).unwrap();
            assert_eq!((lines.len(), crate::text::width(&lines[0])), (21, 41));
            assert_eq!((drawn(&text, Ink::OnDark, 40, 24), drawn(&text, Ink::OnDark, 80, 20)), (None, None));
        }
        assert_eq!(drawn(&"x".repeat(5_000), Ink::OnDark, 500, 500), None);
    }
}
