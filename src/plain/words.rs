//! What a written line stands for: a number, the words of an answer or their beginning, or a command.

use crate::text::{Catalogue, Phrase};

/// What can be written in the place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Back,
    Help,
    Language,
    Quit,
    Repeat,
    Note,
    Overview,
    TakeBack,
    Finish,
    DontKnow,
    Decline,
}

impl Command {
    /// In the order of the help.
    pub(super) const ALL: [Self; 11] = [
        Self::Back,
        Self::Repeat,
        Self::DontKnow,
        Self::Decline,
        Self::Note,
        Self::Overview,
        Self::TakeBack,
        Self::Language,
        Self::Help,
        Self::Quit,
        Self::Finish,
    ];

    /// The words for it in a language, the shortest first.
    pub(super) fn words(self, t: &Catalogue) -> Vec<String> {
        let commands = &t.commands;
        let list = |phrase: &Phrase| phrase.as_str().split(',').map(|word| word.trim().to_owned()).collect();
        match self {
            Self::Back => list(&commands.back),
            Self::Help => list(&commands.help),
            Self::Language => list(&commands.language),
            Self::Quit => list(&commands.quit),
            Self::Repeat => list(&commands.repeat),
            Self::Note => list(&commands.note),
            Self::Overview => list(&commands.overview),
            Self::TakeBack => list(&commands.take_back),
            Self::Finish => list(&commands.finish),
            Self::DontKnow => vec![t.letters.dont_know.to_string(), t.item.dont_know.to_string()],
            Self::Decline => vec![t.letters.decline.to_string(), t.item.decline.to_string()],
        }
    }

    /// What it does, in words.
    pub(super) fn hint(self, t: &Catalogue) -> &Phrase {
        let hints = &t.hints;
        match self {
            Self::Back => &hints.back,
            Self::Help => &t.plain.help_hint,
            Self::Language => &hints.language,
            Self::Quit => &t.plain.quit_hint,
            Self::Repeat => &t.plain.repeat_hint,
            Self::Note => &hints.note,
            Self::Overview => &hints.overview,
            Self::TakeBack => &hints.take_back,
            Self::Finish => &t.review.finish,
            Self::DontKnow => &hints.dont_know,
            Self::Decline => &hints.decline,
        }
    }

    /// Whether its letter is never taken for the beginning of an answer: it gives no answer and loses none.
    fn is_harmless(self) -> bool {
        matches!(self, Self::Back | Self::Help | Self::Language | Self::Quit)
    }
}

/// The command that a line is, in any language.
pub(super) fn command(line: &str, catalogues: &[Catalogue]) -> Option<Command> {
    let said = normal(line);
    let is = |command: &Command, t: &Catalogue| command.words(t).iter().any(|word| normal(word) == said);
    Command::ALL.into_iter().find(|command| catalogues.iter().any(|t| is(command, t)))
}

/// Whether a line is this phrase of any language.
pub(super) fn is_phrase(line: &str, catalogues: &[Catalogue], phrase: fn(&Catalogue) -> &Phrase) -> bool {
    catalogues.iter().any(|t| normal(phrase(t).as_str()) == normal(line))
}

/// A text as it is compared: small letters, one space between words, plain quotation marks, no full stop at the end.
pub(super) fn normal(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|character| match character {
            '’' | '‘' | '`' => '\'',
            '“' | '”' => '"',
            other => other,
        })
        .collect();
    let joined = plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    joined.strip_suffix('.').filter(|rest| !rest.is_empty()).map(str::to_owned).unwrap_or(joined)
}

/// Lines that can be chosen by number or by words.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// So many of them, from the first, have a number.
    pub(super) numbered: usize,
    /// The place of a line, from 0, and its words in one of the languages.
    pub(super) labels: Vec<(usize, String)>,
    /// The lines that are "don't know" and "prefer not to answer".
    pub(super) missing: [Option<usize>; 2],
}

/// What a word of a line stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The line at this place.
    Line(usize),
    Command(Command),
    /// Any of these lines, or that command.
    Ambiguous(Vec<usize>, Option<Command>),
    Unknown,
}

impl List {
    /// A list of lines that are told in these words, in the same order in each language.
    pub(super) fn menu(languages: &[Vec<String>]) -> Self {
        let labels = languages.iter().flat_map(|lines| lines.iter().map(|line| normal(line)).enumerate());
        Self { numbered: languages.first().map_or(0, Vec::len), labels: labels.collect(), missing: [None, None] }
    }

    /// What is meant by a line, or by one part of it.
    pub(super) fn meaning(&self, said: &str, catalogues: &[Catalogue]) -> Meaning {
        let said = normal(said);
        if said.is_empty() {
            return Meaning::Unknown;
        }
        let number = said.strip_prefix('#').unwrap_or(&said).trim().trim_end_matches([')', '.']);
        let numbered = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let numbered = numbered.filter(|place| *place < self.numbered);
        if said.starts_with('#') {
            return numbered.map_or(Meaning::Unknown, Meaning::Line);
        }
        let mut places: Vec<usize> = numbered.into_iter().collect();
        places.extend(self.places(|label| *label == said));
        places.dedup();
        if !places.is_empty() {
            return of_places(places, None);
        }
        match command(&said, catalogues) {
            Some(command) => self.as_command(command, &said),
            None => of_places(self.places(|label| label.starts_with(&said)), None),
        }
    }

    /// A command, unless its letter may as well be short for an answer of one word.
    fn as_command(&self, command: Command, said: &str) -> Meaning {
        let own = match command {
            Command::DontKnow => self.missing[0],
            Command::Decline => self.missing[1],
            _ => None,
        };
        let mut short_for = self.places(|label| label.starts_with(said) && !label.contains(' '));
        short_for.retain(|place| Some(*place) != own);
        if said.chars().count() == 1 && !command.is_harmless() && !short_for.is_empty() {
            return match own {
                Some(own) => of_places(short_for.into_iter().chain([own]).collect(), None),
                None => Meaning::Ambiguous(short_for, Some(command)),
            };
        }
        own.map_or(Meaning::Command(command), Meaning::Line)
    }

    /// The lines with words that fit, each once, in their order.
    fn places(&self, fits: impl Fn(&String) -> bool) -> Vec<usize> {
        let mut places: Vec<usize> =
            self.labels.iter().filter(|(_, label)| fits(label)).map(|(place, _)| *place).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Whether a letter stands for the line at `place` and for nothing else.
    pub(super) fn has_letter(&self, letter: char, place: usize, catalogues: &[Catalogue]) -> bool {
        self.meaning(letter.encode_utf8(&mut [0; 4]), catalogues) == Meaning::Line(place)
    }
}

fn of_places(places: Vec<usize>, command: Option<Command>) -> Meaning {
    match (places.as_slice(), command) {
        ([], None) => Meaning::Unknown,
        ([one], None) => Meaning::Line(*one),
        _ => Meaning::Ambiguous(places, command),
    }
}

#[cfg(test)]
mod tests {
    use super::Meaning::{Ambiguous, Line, Unknown};
    use super::*;
    use crate::text::LANGUAGES;

    fn catalogues() -> Vec<Catalogue> {
        LANGUAGES.into_iter().map(|language| Catalogue::of(language).unwrap()).collect()
    }

    /// A scale, yes and no, and counted things; each with "don't know" behind it.
    fn list(languages: &[&[&str]]) -> List {
        let t = catalogues();
        let mut list = List::menu(
            &languages.iter().map(|lines| lines.iter().map(|line| (*line).to_owned()).collect()).collect::<Vec<_>>(),
        );
        let behind = list.numbered;
        list.labels.extend(t.iter().map(|t| (behind, normal(t.item.dont_know.as_str()))));
        list.missing[0] = Some(behind);
        list
    }

    #[test]
    fn a_line_is_a_number_a_word_or_a_beginning_in_either_language() {
        let scale = list(&[&["Tidak setuju", "Setuju", "Sangat setuju"], &["Disagree", "Agree", "Strongly agree"]]);
        let yes_no = list(&[&["Ya", "Tidak"], &["Yes", "No"]]);
        let counted = list(&[&["0", "1", "2 atau lebih"]]);
        for (list, said, expected) in [
            (&scale, "2", Line(1)),
            (&scale, " 2. ", Line(1)),
            (&scale, "#3", Line(2)),
            (&scale, "4", Unknown),
            (&scale, "0", Unknown),
            (&scale, "SETUJU", Line(1)),
            (&scale, "  sangat   set", Line(2)),
            (&scale, "agree.", Line(1)),
            (&scale, "dis", Line(0)),
            (&scale, "st", Line(2)),
            (&scale, "s", Ambiguous(vec![1, 2], None)),
            (&scale, "tidak", Ambiguous(vec![0, 3], None)),
            (&scale, "tidak tahu", Line(3)),
            (&scale, "don’t know", Line(3)),
            // The letter of Indonesian stands for nothing else here; that of English is how "Disagree" begins.
            (&scale, "t", Line(3)),
            (&scale, "d", Ambiguous(vec![0, 3], None)),
            (&scale, "xyz", Unknown),
            (&yes_no, "y", Line(0)),
            (&yes_no, "t", Ambiguous(vec![1, 2], None)),
            (&yes_no, "n", Ambiguous(vec![1], Some(Command::Note))),
            (&yes_no, "no", Line(1)),
            (&yes_no, "tidak", Line(1)),
            (&yes_no, "b", Meaning::Command(Command::Back)),
            (&yes_no, "kembali", Meaning::Command(Command::Back)),
            (&yes_no, "?", Meaning::Command(Command::Help)),
            (&yes_no, "m", Meaning::Command(Command::Decline)),
            // A number that is the words of another line too.
            (&counted, "1", Ambiguous(vec![0, 1], None)),
            (&counted, "#1", Line(0)),
            (&counted, "0", Line(0)),
            (&counted, "2 a", Line(2)),
        ] {
            assert_eq!(list.meaning(said, &catalogues()), expected, "{said:?}");
        }
    }

    #[test]
    fn no_word_stands_for_two_commands_in_any_language() {
        let t = catalogues();
        for one in &t {
            for known in Command::ALL {
                for word in known.words(one) {
                    assert_eq!(command(&word, &t), Some(known), "{word}");
                }
            }
        }
    }

    #[test]
    fn a_letter_is_shown_only_where_it_works() {
        let t = catalogues();
        let scale = list(&[&["Tidak setuju", "Setuju"], &["Disagree", "Agree"]]);
        assert!(scale.has_letter('t', 2, &t) && !scale.has_letter('d', 2, &t));
    }
}
