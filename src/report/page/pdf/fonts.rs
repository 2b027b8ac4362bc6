use std::cell::Cell;

use krilla::text::Font;
use ttf_parser::Face;

use super::NotWritten;

static REGULAR: &[u8] = include_bytes!("../../../../assets/fonts/Inter-Regular.otf");
static STRONG: &[u8] = include_bytes!("../../../../assets/fonts/Inter-SemiBold.otf");

/// Stands for what the fonts have no sign for.
const UNKNOWN: char = '□';

/// The two fonts of a page, to be drawn with and to be measured.
pub(super) struct Fonts {
    regular: (Font, Face<'static>),
    strong: (Font, Face<'static>),
    replaced: Cell<usize>,
}

impl Fonts {
    pub(super) fn new() -> Result<Self, NotWritten> {
        let load = |bytes: &'static [u8]| {
            let font = Font::new(bytes.into(), 0).ok_or_else(|| NotWritten("Inter".to_owned()))?;
            Ok((font, Face::parse(bytes, 0).map_err(|fault| NotWritten(fault.to_string()))?))
        };
        Ok(Self { regular: load(REGULAR)?, strong: load(STRONG)?, replaced: Cell::new(0) })
    }

    fn of(&self, strong: bool) -> &(Font, Face<'static>) {
        if strong { &self.strong } else { &self.regular }
    }

    pub(super) fn font(&self, strong: bool) -> Font {
        self.of(strong).0.clone()
    }

    /// How many characters of what was broken into lines since the last time it was asked have no sign.
    pub(super) fn take_replaced(&self) -> usize {
        self.replaced.take()
    }

    /// The text with a sign for every character: what has none and takes no room is left out.
    pub(super) fn printable(&self, text: &str) -> String {
        let sign = |character: char| match self.regular.1.glyph_index(character) {
            Some(_) => Some(character),
            None if character.is_whitespace() => Some(' '),
            None => (crate::text::width(character.encode_utf8(&mut [0; 4])) > 0).then_some(UNKNOWN),
        };
        text.chars().filter_map(sign).collect()
    }

    /// Width of a text that is [printable](Self::printable). Drawn it may be narrower, where letters move together.
    pub(super) fn width(&self, text: &str, size: f64, strong: bool) -> f64 {
        let face = &self.of(strong).1;
        let advance = |character| face.glyph_index(character).and_then(|glyph| face.glyph_hor_advance(glyph));
        let units: f64 = text.chars().filter_map(advance).map(f64::from).sum();
        units / f64::from(face.units_per_em()) * size
    }

    /// The text in lines no wider than `room`: broken at spaces and line feeds, and inside a word where the word alone
    /// is too wide. Every line that goes on ends in its space.
    pub(super) fn wrap(&self, text: &str, size: f64, strong: bool, room: f64) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let printable = self.printable(paragraph);
            let count = |text: &str| text.chars().filter(|character| *character == UNKNOWN).count();
            self.replaced.set(self.replaced.get() + count(&printable).saturating_sub(count(paragraph)));
            let (mut line, mut wide) = (String::new(), 0.0);
            let space = self.width(" ", size, strong);
            for word in printable.split_inclusive(' ') {
                let length = self.width(word.trim_end_matches(' '), size, strong);
                if wide + length > room && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                    wide = 0.0;
                }
                if length > room {
                    self.break_word(word, (size, strong, room), &mut line, &mut lines);
                    wide = self.width(&line, size, strong);
                } else {
                    line.push_str(word);
                    wide += length + if word.ends_with(' ') { space } else { 0.0 };
                }
            }
            lines.push(line);
        }
        lines
    }

    fn break_word(
        &self,
        word: &str,
        (size, strong, room): (f64, bool, f64),
        line: &mut String,
        lines: &mut Vec<String>,
    ) {
        let mut wide = self.width(line, size, strong);
        for character in word.chars() {
            let length = self.width(character.encode_utf8(&mut [0; 4]), size, strong);
            if wide + length > room && !line.is_empty() {
                lines.push(std::mem::take(line));
                wide = 0.0;
            }
            line.push(character);
            wide += length;
        }
    }
}
