use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest;

use super::Action;
use crate::report::Glyphs;
use crate::settings::{Fault, Remap};
use crate::text::{Catalogue, Phrase};

/// Where a key was pressed, as far as its meaning depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context {
    /// A list of which a line is chosen.
    Menu,
    /// The list of unfinished interviews.
    Unfinished,
    /// Text to read.
    Page,
    /// A profile.
    Profile,
    /// The look back before finishing.
    Review,
    /// The text that is agreed to, and yes and no under it.
    Consent,
    /// An item with choices.
    Choice,
    /// An item with choices under letters.
    Letters,
    /// A row of a grid.
    Grid,
    /// An item that is answered by typing.
    Typing,
    /// A line being typed that is no item: a note, a folder.
    Prompt,
    /// A question on top of a screen.
    Dialog,
    /// What a kiosk shows between two people.
    Kiosk,
    /// Slides.
    Slides,
}

use Context::{
    Choice, Consent, Dialog, Grid, Kiosk, Letters, Menu, Page, Profile, Prompt, Review, Slides, Typing, Unfinished,
};

impl Context {
    /// Every context and its name in the settings file.
    pub(super) const NAMES: [(&str, Self); 12] = [
        ("menu", Self::Menu),
        ("unfinished", Self::Unfinished),
        ("page", Self::Page),
        ("profile", Self::Profile),
        ("review", Self::Review),
        ("consent", Self::Consent),
        ("choice", Self::Choice),
        ("letters", Self::Letters),
        ("grid", Self::Grid),
        ("typing", Self::Typing),
        ("prompt", Self::Prompt),
        ("dialog", Self::Dialog),
    ];

    /// Its name in the settings file.
    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, context)| *context == self).map_or("", |(name, _)| name)
    }

    /// Whether a line is typed there, so that characters are text.
    pub(super) fn takes_text(self) -> bool {
        matches!(self, Self::Typing | Self::Prompt)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trigger {
    Code(KeyCode),
    Control(char),
    Char(char),
    /// A letter that each language chooses for itself.
    Letter(Letter),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letter {
    DontKnow,
    Decline,
    Note,
    Overview,
    TakeBack,
    Discard,
    Save,
    Quit,
}

/// The words of a hint, and where in the help line it stands; hints of rank 0 stand in the list of all keys alone.
pub(super) type Words = fn(&Catalogue) -> &Phrase;

struct Binding {
    trigger: Trigger,
    action: Action,
    contexts: &'static [Context],
    words: Option<Words>,
    rank: u8,
}

const LISTS: &[Context] = &[Menu, Unfinished, Review, Consent, Choice, Letters, Grid, Dialog];
const READING: &[Context] = &[Page, Profile];
const ITEMS: &[Context] = &[Choice, Letters, Grid, Typing];
const CHOICES: &[Context] = &[Choice, Letters];
/// Where letters are shortcuts.
const SHORTCUTS: &[Context] = &[Choice, Grid];
const NOT_TYPING: &[Context] = &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Grid, Dialog, Slides];
const UP_AND_DOWN: &[Context] =
    &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Dialog, Slides, Kiosk];
/// Not on top of a screen: help comes back to where it was called.
const SCREENS: &[Context] = &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Grid, Slides, Kiosk];
const NOT_PROMPT: &[Context] =
    &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Grid, Typing, Dialog, Slides];
const ALL: &[Context] =
    &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Grid, Typing, Prompt, Dialog, Kiosk, Slides];

/// Where characters are not text.
const WITHOUT_TEXT: &[Context] = &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Grid, Dialog];
/// Where one can go back and no text is typed.
const GOING_BACK: &[Context] = &[Review, Consent, Choice, Letters, Grid, Page, Profile, Menu, Unfinished];

const fn shown(trigger: Trigger, action: Action, contexts: &'static [Context], rank: u8, words: Words) -> Binding {
    Binding { trigger, action, contexts, words: Some(words), rank }
}

const fn also(trigger: Trigger, action: Action, contexts: &'static [Context]) -> Binding {
    Binding { trigger, action, contexts, words: None, rank: 0 }
}

const fn code(code: KeyCode) -> Trigger {
    Trigger::Code(code)
}

/// Every key but the digits and the keys of a text field. The first that fits counts.
const BINDINGS: &[Binding] = &[
    shown(code(KeyCode::Enter), Action::Confirm, ITEMS, 1, |t| &t.hints.next),
    shown(code(KeyCode::Enter), Action::Confirm, &[Menu, Review, Consent, Dialog], 1, |t| &t.hints.choose),
    shown(code(KeyCode::Enter), Action::Confirm, &[Prompt], 1, |t| &t.hints.keep),
    shown(code(KeyCode::Esc), Action::Leave, &[Prompt], 6, |t| &t.hints.cancel),
    shown(code(KeyCode::Left), Action::Back, &[Review], 4, |t| &t.hints.back),
    shown(code(KeyCode::Enter), Action::Confirm, &[Unfinished], 1, |t| &t.hints.go_on),
    shown(code(KeyCode::Enter), Action::Confirm, READING, 1, |t| &t.hints.go_on),
    shown(code(KeyCode::Left), Action::Back, CHOICES, 4, |t| &t.hints.back),
    shown(code(KeyCode::Enter), Action::Confirm, &[Kiosk], 1, |t| &t.hints.go_on),
    shown(code(KeyCode::Enter), Action::Confirm, &[Slides], 1, |t| &t.group.next_hint),
    shown(code(KeyCode::Right), Action::Forward, &[Slides], 0, |t| &t.group.next_hint),
    shown(code(KeyCode::Esc), Action::Leave, &[Kiosk], 6, |t| &t.kiosk.menu_hint),
    shown(code(KeyCode::Left), Action::Back, &[Slides], 4, |t| &t.group.back_hint),
    also(Trigger::Char(' '), Action::Forward, &[Slides]),
    also(code(KeyCode::PageDown), Action::Forward, &[Slides]),
    also(code(KeyCode::PageUp), Action::Back, &[Slides]),
    also(code(KeyCode::Backspace), Action::Back, &[Slides]),
    shown(Trigger::Letter(Letter::Note), Action::Note, &[Slides], 3, |t| &t.group.note_hint),
    shown(code(KeyCode::F(5)), Action::Note, &[Slides], 0, |t| &t.group.note_hint),
    shown(Trigger::Char('+'), Action::Big, &[Slides], 3, |t| &t.group.big_hint),
    shown(code(KeyCode::F(9)), Action::Big, &[Slides], 0, |t| &t.group.big_hint),
    shown(code(KeyCode::Up), Action::Back, &[Typing, Grid], 4, |t| &t.hints.back),
    shown(code(KeyCode::Right), Action::Forward, CHOICES, 0, |t| &t.hints.forward),
    shown(code(KeyCode::Down), Action::Forward, &[Typing, Grid], 0, |t| &t.hints.forward),
    shown(code(KeyCode::Up), Action::Up, UP_AND_DOWN, 0, |t| &t.hints.up),
    shown(code(KeyCode::Down), Action::Down, UP_AND_DOWN, 0, |t| &t.hints.down),
    shown(code(KeyCode::Left), Action::Up, &[Grid], 0, |t| &t.hints.choose_left),
    shown(code(KeyCode::Right), Action::Down, &[Grid], 0, |t| &t.hints.choose_right),
    shown(Trigger::Char(' '), Action::Pick, &[Choice, Letters, Grid], 0, |t| &t.hints.pick),
    also(code(KeyCode::Left), Action::Up, &[Menu, Unfinished, Dialog]),
    also(code(KeyCode::Right), Action::Down, &[Menu, Unfinished, Dialog]),
    also(code(KeyCode::Left), Action::Back, READING),
    also(code(KeyCode::Right), Action::Confirm, &[Page]),
    also(code(KeyCode::Home), Action::First, &[Letters]),
    also(code(KeyCode::End), Action::Last, &[Letters]),
    shown(code(KeyCode::Home), Action::First, NOT_TYPING, 0, |t| &t.hints.first),
    shown(code(KeyCode::End), Action::Last, NOT_TYPING, 0, |t| &t.hints.last),
    shown(code(KeyCode::PageUp), Action::PageUp, READING, 0, |t| &t.hints.page_up),
    shown(code(KeyCode::PageDown), Action::PageDown, READING, 0, |t| &t.hints.page_down),
    also(code(KeyCode::PageUp), Action::PageUp, &[Menu, Unfinished]),
    also(code(KeyCode::PageDown), Action::PageDown, &[Menu, Unfinished]),
    shown(code(KeyCode::PageDown), Action::Forward, &[Consent], 2, |t| &t.hints.page_down),
    shown(code(KeyCode::PageUp), Action::Back, &[Consent], 0, |t| &t.hints.page_up),
    also(code(KeyCode::Right), Action::Forward, &[Consent]),
    also(code(KeyCode::Left), Action::Back, &[Consent]),
    also(Trigger::Char(' '), Action::Forward, &[Consent]),
    also(code(KeyCode::PageUp), Action::Back, ITEMS),
    also(code(KeyCode::PageDown), Action::Forward, ITEMS),
    also(Trigger::Char(' '), Action::PageDown, READING),
    also(code(KeyCode::Backspace), Action::Back, GOING_BACK),
    also(Trigger::Char('k'), Action::Up, NOT_TYPING),
    also(Trigger::Char('j'), Action::Down, NOT_TYPING),
    shown(Trigger::Letter(Letter::Save), Action::Save, &[Profile], 2, |t| &t.hints.save),
    shown(Trigger::Letter(Letter::Discard), Action::Discard, &[Unfinished], 2, |t| &t.hints.discard),
    also(code(KeyCode::Delete), Action::Discard, &[Unfinished]),
    shown(code(KeyCode::F(2)), Action::Language, ALL, 2, |t| &t.hints.language),
    shown(Trigger::Char('?'), Action::Help, SCREENS, 3, |t| &t.hints.keys),
    shown(code(KeyCode::F(1)), Action::Help, &[Typing], 3, |t| &t.hints.keys),
    also(code(KeyCode::F(1)), Action::Help, SCREENS),
    shown(Trigger::Letter(Letter::DontKnow), Action::DontKnow, SHORTCUTS, 0, |t| &t.hints.dont_know),
    shown(code(KeyCode::F(3)), Action::DontKnow, ITEMS, 0, |t| &t.hints.dont_know),
    shown(Trigger::Letter(Letter::Decline), Action::Decline, SHORTCUTS, 0, |t| &t.hints.decline),
    shown(code(KeyCode::F(4)), Action::Decline, ITEMS, 0, |t| &t.hints.decline),
    shown(Trigger::Letter(Letter::Note), Action::Note, SHORTCUTS, 0, |t| &t.hints.note),
    shown(code(KeyCode::F(5)), Action::Note, ITEMS, 0, |t| &t.hints.note),
    shown(Trigger::Letter(Letter::Overview), Action::Overview, &[Choice, Grid, Review], 5, |t| &t.hints.overview),
    shown(code(KeyCode::F(6)), Action::Overview, &[Choice, Letters, Grid, Typing, Review], 0, |t| &t.hints.overview),
    shown(Trigger::Letter(Letter::TakeBack), Action::TakeBack, SHORTCUTS, 0, |t| &t.hints.take_back),
    shown(code(KeyCode::F(7)), Action::Read, ALL, 0, |t| &t.speech.repeat),
    shown(code(KeyCode::F(8)), Action::TakeBack, ITEMS, 0, |t| &t.hints.take_back),
    shown(code(KeyCode::Esc), Action::Leave, NOT_PROMPT, 6, |t| &t.hints.leave),
    also(Trigger::Letter(Letter::Quit), Action::Leave, NOT_TYPING),
    also(Trigger::Control('c'), Action::Leave, ALL),
    also(Trigger::Control('q'), Action::Leave, ALL),
    also(Trigger::Control('\\'), Action::Leave, ALL),
    also(Trigger::Control('4'), Action::Leave, ALL),
    shown(Trigger::Control('z'), Action::Suspend, ALL, 0, |t| &t.hints.suspend),
    // The number pad: + on, - back, * pick, / all keys, . the other language.
    also(Trigger::Char('+'), Action::Forward, &[Choice, Letters, Grid, Consent]),
    also(Trigger::Char('+'), Action::PageDown, READING),
    also(Trigger::Char('*'), Action::Pick, &[Choice, Letters, Grid]),
    also(Trigger::Char('/'), Action::Help, SCREENS),
    also(Trigger::Char('.'), Action::Language, WITHOUT_TEXT),
    also(Trigger::Char('-'), Action::Back, GOING_BACK),
    // The left hand: Tab and Shift-Tab move, ` goes on, ~ back, ! all keys.
    also(code(KeyCode::Tab), Action::Down, UP_AND_DOWN),
    also(code(KeyCode::BackTab), Action::Up, UP_AND_DOWN),
    also(code(KeyCode::Tab), Action::Down, &[Grid]),
    also(code(KeyCode::BackTab), Action::Up, &[Grid]),
    also(code(KeyCode::Tab), Action::Confirm, &[Typing, Prompt]),
    also(code(KeyCode::BackTab), Action::Back, &[Typing]),
    also(Trigger::Char('`'), Action::Confirm, WITHOUT_TEXT),
    also(Trigger::Char('~'), Action::Back, GOING_BACK),
    also(Trigger::Char('!'), Action::Help, SCREENS),
    // Where F-keys are swallowed by the laptop and letters are text.
    also(Trigger::Control('l'), Action::Language, ALL),
    also(
        Trigger::Control('g'),
        Action::Help,
        &[Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Grid, Typing],
    ),
    also(Trigger::Control('e'), Action::Read, ALL),
    also(Trigger::Control('t'), Action::DontKnow, ITEMS),
    also(Trigger::Control('p'), Action::Decline, ITEMS),
    also(Trigger::Control('n'), Action::Note, ITEMS),
    also(Trigger::Control('o'), Action::Overview, &[Choice, Letters, Grid, Typing, Review]),
    also(Trigger::Control('r'), Action::TakeBack, ITEMS),
];

impl Trigger {
    pub(super) fn fits(self, key: &KeyEvent, t: &Catalogue) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match (self, key.code) {
            (Self::Control(wanted), KeyCode::Char(given)) => control && !alt && given.to_ascii_lowercase() == wanted,
            // AltGr arrives as Ctrl+Alt, and makes a character like any other.
            (Self::Char(wanted), KeyCode::Char(given)) => {
                control == alt && given.to_lowercase().eq(wanted.to_lowercase())
            }
            (Self::Letter(letter), KeyCode::Char(given)) => {
                control == alt && given.to_lowercase().next() == Some(letter.of(t))
            }
            (Self::Code(wanted), given) => wanted == given,
            _ => false,
        }
    }

    /// The key as it is written on the help line.
    pub(super) fn label(self, t: &Catalogue, glyphs: Glyphs) -> String {
        match self {
            Self::Code(KeyCode::F(number)) => format!("F{number}"),
            Self::Code(code) => {
                let arrow = |sign: &str, word: &Phrase| if glyphs.is_ascii() { word.to_string() } else { sign.into() };
                match code {
                    KeyCode::Left => arrow("←", &t.keys.left),
                    KeyCode::Right => arrow("→", &t.keys.right),
                    KeyCode::Up => arrow("↑", &t.keys.up),
                    KeyCode::Down => arrow("↓", &t.keys.down),
                    KeyCode::BackTab => "Shift-Tab".to_owned(),
                    other => other.to_string(),
                }
            }
            // What terminals make of Ctrl-\.
            Self::Control('4') => String::new(),
            Self::Control(letter) => format!("Ctrl-{}", letter.to_ascii_uppercase()),
            Self::Char(' ') => t.keys.space.to_string(),
            Self::Char(character) => character.to_string(),
            Self::Letter(letter) => letter.of(t).to_uppercase().to_string(),
        }
    }
}

impl Letter {
    pub(super) fn of(self, t: &Catalogue) -> char {
        let letters = &t.letters;
        match self {
            Self::DontKnow => letters.dont_know,
            Self::Decline => letters.decline,
            Self::Note => letters.note,
            Self::Overview => letters.overview,
            Self::TakeBack => letters.take_back,
            Self::Discard => letters.discard,
            Self::Save => letters.save,
            Self::Quit => letters.quit,
        }
    }
}

/// A key in one context.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    pub(super) context: Context,
    pub(super) trigger: Trigger,
    pub(super) action: Action,
    pub(super) words: Option<Words>,
    pub(super) rank: u8,
}

/// Which key does what where: as it is to begin with, or with the keys of the settings file.
#[derive(Clone, Debug)]
pub struct Keymap {
    pub(super) bound: Vec<Bound>,
}

impl Default for Keymap {
    fn default() -> Self {
        let here = |binding: &'static Binding| {
            let Binding { trigger, action, words, rank, .. } = *binding;
            binding.contexts.iter().map(move |context| Bound { context: *context, trigger, action, words, rank })
        };
        Self { bound: BINDINGS.iter().flat_map(here).collect() }
    }
}

impl Keymap {
    /// The keymap with these keys in the place of those that are there to begin with, and what is wrong with them. A
    /// faulty one changes nothing.
    #[must_use]
    pub fn with(remaps: &[Remap]) -> (Self, Vec<Fault>) {
        super::remap::apply(Self::default(), remaps)
    }

    fn here(&self, context: Context) -> impl Iterator<Item = &Bound> {
        self.bound.iter().filter(move |bound| bound.context == context)
    }

    /// What `key` means in `context`; nothing where it means nothing there.
    #[must_use]
    pub fn resolve(&self, key: &KeyEvent, context: Context, t: &Catalogue) -> Option<Action> {
        let bound = self.here(context).find(|bound| bound.trigger.fits(key, t)).map(|bound| bound.action);
        bound.or_else(|| by_itself(key, context))
    }

    /// The keys that count in `context`, the most important first.
    #[must_use]
    pub fn hints(&self, context: Context, t: &Catalogue, glyphs: Glyphs) -> Vec<Hint> {
        self.hints_of(context, t, glyphs, |_| true)
    }

    /// Those of them that belong on the help line.
    #[must_use]
    pub(super) fn line_hints(&self, context: Context, t: &Catalogue, glyphs: Glyphs) -> Vec<Hint> {
        self.hints_of(context, t, glyphs, |rank| rank > 0)
    }

    fn hints_of(&self, context: Context, t: &Catalogue, glyphs: Glyphs, wanted: fn(u8) -> bool) -> Vec<Hint> {
        let told = self.here(context).filter(|bound| wanted(bound.rank));
        let mut hints: Vec<Hint> = told
            .filter_map(|bound| {
                Some(Hint {
                    key: bound.trigger.label(t, glyphs),
                    words: (bound.words?)(t).to_string(),
                    action: bound.action,
                    rank: bound.rank,
                })
            })
            .collect();
        hints.sort_by_key(|hint| if hint.rank == 0 { u8::MAX } else { hint.rank });
        hints
    }

    /// Every key that counts in `context`, one line an action: its first key, and the others in brackets behind what it
    /// does, also those the help line leaves out.
    #[must_use]
    pub(super) fn all_keys(&self, context: Context, t: &Catalogue, glyphs: Glyphs) -> Vec<(Hint, String)> {
        let mut lines: Vec<(Hint, String)> = Vec::new();
        for hint in self.hints(context, t, glyphs) {
            if !lines.iter().any(|(line, _)| line.action == hint.action) {
                let here = self.here(context).filter(|bound| bound.action == hint.action);
                let labels = here.map(|bound| bound.trigger.label(t, glyphs));
                let others: Vec<String> = labels.filter(|label| *label != hint.key && !label.is_empty()).collect();
                lines.push((hint, others.join("  ")));
            }
        }
        lines
    }

    /// The label of the key that does `action` in `context`.
    #[must_use]
    pub(super) fn key_for(&self, action: Action, context: Context, t: &Catalogue, glyphs: Glyphs) -> Option<String> {
        self.here(context).find(|bound| bound.action == action).map(|bound| bound.trigger.label(t, glyphs))
    }
}

/// What a key means by itself in a context, where nothing else is bound to it.
pub(super) fn by_itself(key: &KeyEvent, context: Context) -> Option<Action> {
    match context {
        Typing | Prompt => edit(key).map(Action::Edit),
        Letters => letter(key).map(Action::Mark),
        _ if LISTS.contains(&context) => digit(key).map(Action::Mark),
        _ => None,
    }
}

/// The place that a digit stands for: `1` is the first, `0` the tenth.
fn digit(key: &KeyEvent) -> Option<usize> {
    match key.code {
        KeyCode::Char(character @ '1'..='9') => Some(character as usize - '1' as usize),
        KeyCode::Char('0') => Some(9),
        _ => None,
    }
}

/// The place that a letter stands for: `a` is the first.
fn letter(key: &KeyEvent) -> Option<usize> {
    match key.code {
        KeyCode::Char(character) if character.is_ascii_alphabetic() => {
            Some(usize::from(character.to_ascii_lowercase() as u8 - b'a'))
        }
        _ => None,
    }
}

fn edit(key: &KeyEvent) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(match key.code {
        KeyCode::Char(character) if control == alt => InputRequest::InsertChar(character),
        KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
        KeyCode::Char('u') if control => InputRequest::DeleteLine,
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    })
}

/// A key and what it does, as told to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key's label.
    pub key: String,
    /// What it does.
    pub words: String,
    /// What it does, for the program.
    pub action: Action,
    /// Its place in the help line, from 1; 0 where it stands in the list of all keys alone.
    pub rank: u8,
}

/// An action and its keys, as `kohesi config keys` tells them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLine {
    /// The action's name.
    pub action: &'static str,
    /// The keys' names.
    pub keys: Vec<String>,
    /// Where they do it.
    pub contexts: Vec<&'static str>,
    /// What it does, in words.
    pub words: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::LANGUAGES;

    fn press(trigger: Trigger, t: &Catalogue) -> KeyEvent {
        match trigger {
            Trigger::Code(code) => KeyEvent::new(code, KeyModifiers::NONE),
            Trigger::Control(letter) => KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL),
            Trigger::Char(character) => KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE),
            Trigger::Letter(letter) => KeyEvent::new(KeyCode::Char(letter.of(t)), KeyModifiers::NONE),
        }
    }

    #[test]
    fn every_key_does_what_the_help_says_in_every_language() {
        for t in LANGUAGES.map(|language| Catalogue::of(language).unwrap()) {
            for binding in BINDINGS {
                for context in binding.contexts {
                    let key = press(binding.trigger, &t);
                    let label = binding.trigger.label(&t, Glyphs::Full);
                    assert_eq!(
                        Keymap::default().resolve(&key, *context, &t),
                        Some(binding.action),
                        "{label} in {context:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn where_text_is_typed_every_letter_is_text() {
        let t = Catalogue::of(LANGUAGES[0]).unwrap();
        for character in "abcdefghijklmnopqrstuvwxyz?0123456789 -é".chars() {
            let typed = Some(Action::Edit(InputRequest::InsertChar(character)));
            for context in [Typing, Prompt] {
                assert_eq!(
                    Keymap::default().resolve(
                        &KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE),
                        context,
                        &t
                    ),
                    typed
                );
                // AltGr.
                let modifiers = KeyModifiers::CONTROL | KeyModifiers::ALT;
                assert_eq!(
                    Keymap::default().resolve(&KeyEvent::new(KeyCode::Char(character), modifiers), context, &t),
                    typed
                );
            }
        }
    }

    #[test]
    fn every_screen_tells_how_to_go_on_to_leave_and_to_change_the_language() {
        let t = Catalogue::of(LANGUAGES[0]).unwrap();
        for context in ALL {
            let told: Vec<Action> =
                Keymap::default().hints(*context, &t, Glyphs::Full).into_iter().map(|hint| hint.action).collect();
            for action in [Action::Confirm, Action::Leave, Action::Language] {
                assert!(told.contains(&action), "{action:?} in {context:?}");
            }
            let on_top = matches!(context, Dialog | Prompt);
            assert_eq!(told.contains(&Action::Help), !on_top, "help in {context:?}");
        }
    }
}
