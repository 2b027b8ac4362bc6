use serde::{Deserialize, Serialize};

/// The signs a terminal can show, from fewest to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Glyphs {
    /// ASCII.
    Ascii,
    /// Code page 437: what the Linux and old Windows consoles have.
    Cp437,
    /// All of Unicode's block, box and Braille signs.
    Full,
}

/// The signs of a bar, from its start to its end.
pub(super) struct BarGlyphs {
    pub(super) sure: char,
    pub(super) likely: char,
    pub(super) score: char,
    pub(super) possible: char,
    pub(super) rest: char,
}

impl Glyphs {
    /// The mark before what is chosen; two columns with its space.
    #[must_use]
    pub fn marker(self) -> &'static str {
        match self {
            Self::Ascii => ">",
            Self::Cp437 => "►",
            Self::Full => "▶",
        }
    }

    /// The sign that separates short hints.
    #[must_use]
    pub fn dot(self) -> &'static str {
        match self {
            Self::Ascii => "|",
            Self::Cp437 | Self::Full => "·",
        }
    }

    /// The sign for something done.
    #[must_use]
    pub fn done(self) -> &'static str {
        match self {
            Self::Ascii => "*",
            Self::Cp437 => "■",
            Self::Full => "✓",
        }
    }

    /// The two signs of a progress bar: done and to come.
    #[must_use]
    pub fn progress(self) -> (char, char) {
        match self {
            Self::Ascii => ('#', '.'),
            Self::Cp437 => ('█', '░'),
            Self::Full => ('━', '─'),
        }
    }

    /// The signs that say there is more above and below.
    #[must_use]
    pub fn more(self) -> (&'static str, &'static str) {
        match self {
            Self::Ascii => ("^", "v"),
            Self::Cp437 | Self::Full => ("▲", "▼"),
        }
    }

    /// A horizontal rule's sign.
    #[must_use]
    pub fn rule(self) -> char {
        match self {
            Self::Ascii => '-',
            Self::Cp437 | Self::Full => '─',
        }
    }

    /// Whether nothing beyond ASCII may be drawn.
    #[must_use]
    pub fn is_ascii(self) -> bool {
        self == Self::Ascii
    }

    /// What is drawn where a text holds `character`: the character itself where the terminal has it, else the nearest
    /// it has, as wide as one column.
    #[must_use]
    pub fn nearest(self, character: char) -> char {
        let typewriter = match character {
            _ if character.is_ascii() || self == Self::Full => return character,
            '‘' | '’' | '‚' | '′' => '\'',
            '“' | '”' | '„' | '″' => '"',
            '‐' | '‑' | '‒' | '–' | '—' | '−' => '-',
            '…' => '.',
            '×' => 'x',
            _ if self == Self::Cp437 => return character,
            '«' | '»' => '"',
            '\u{a0}' => ' ',
            '·' | '•' => '*',
            '±' => '~',
            other => letter(other),
        };
        debug_assert!(typewriter.is_ascii());
        typewriter
    }

    /// The signs of the points of a response format, from the lowest to the highest.
    pub(super) fn points(self) -> [char; 5] {
        match self {
            Self::Ascii => ['=', '-', '.', '+', '#'],
            Self::Cp437 | Self::Full => ['▓', '▒', '·', '▄', '█'],
        }
    }

    pub(super) fn bar(self) -> BarGlyphs {
        match self {
            Self::Ascii => BarGlyphs { sure: '#', likely: '=', score: 'O', possible: '-', rest: '.' },
            Self::Cp437 => BarGlyphs { sure: '█', likely: '▓', score: '■', possible: '▒', rest: '░' },
            Self::Full => BarGlyphs { sure: '█', likely: '▓', score: '◆', possible: '▒', rest: '░' },
        }
    }
}

/// A Latin letter without its mark; a question mark for all else.
fn letter(character: char) -> char {
    match character {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' | 'Ē' | 'Ĕ' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' | 'Ø' => 'O',
        'Ù'..='Ü' => 'U',
        'à'..='å' | 'ā' | 'ă' => 'a',
        'ç' => 'c',
        'è'..='ë' | 'ē' | 'ĕ' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' | 'ō' => 'o',
        'ù'..='ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_drawn_with_what_the_terminal_has() {
        let drawn = |glyphs: Glyphs| "“18–24” né… ±1 日".chars().map(|c| glyphs.nearest(c)).collect::<String>();
        assert_eq!(drawn(Glyphs::Full), "“18–24” né… ±1 日");
        assert_eq!(drawn(Glyphs::Cp437), "\"18-24\" né. ±1 日");
        assert_eq!(drawn(Glyphs::Ascii), "\"18-24\" ne. ~1 ?");
    }

    #[test]
    fn every_sign_is_one_column_and_ascii_is_ascii() {
        for glyphs in [Glyphs::Ascii, Glyphs::Cp437, Glyphs::Full] {
            let bar = glyphs.bar();
            let (done, rest) = glyphs.progress();
            let (above, below) = glyphs.more();
            let mut all: Vec<String> =
                [bar.sure, bar.likely, bar.score, bar.possible, bar.rest, done, rest, glyphs.rule()]
                    .map(String::from)
                    .to_vec();
            all.extend(glyphs.points().map(String::from));
            all.extend([glyphs.marker(), glyphs.dot(), glyphs.done(), above, below].map(String::from));
            for sign in all {
                assert_eq!(crate::text::width(&sign), 1, "{sign}");
                assert!(!glyphs.is_ascii() || sign.is_ascii(), "{sign}");
            }
        }
    }
}
