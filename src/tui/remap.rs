//! Keys from the settings file, put into the keymap where they can be.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::keymap::{Bound, Context, Keymap, Trigger, by_itself};
use super::{Action, KeyLine};
use crate::report::Glyphs;
use crate::settings::{Fault, FaultCode, Remap, Spot, closest};
use crate::text::{Catalogue, LANGUAGES};

/// Keys by the names they have in the settings file.
const NAMES: [(&str, KeyCode); 15] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Space", KeyCode::Char(' ')),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
];

/// Letters that do not arrive with Ctrl: terminals stop their output with S and start it with Q, send @ and Space as
/// nothing, and H, I, J, M and [ as Backspace, Tab, Enter and Esc; screen keeps A, tmux keeps B.
const SWALLOWED_WITH_CONTROL: &str = "sqhijmab@[ ";
/// F-keys that terminals open menus or fill the screen with.
const SWALLOWED: [u8; 2] = [10, 11];

/// The name by which a key is given in the settings file.
impl Trigger {
    fn name(self, t: &Catalogue) -> String {
        let code = match self {
            Self::Code(code) => code,
            Self::Char(character) => KeyCode::Char(character),
            Self::Control(_) | Self::Letter(_) => return self.label(t, Glyphs::Ascii),
        };
        let named = NAMES.iter().find(|(_, known)| *known == code).map(|(name, _)| (*name).to_owned());
        named.unwrap_or_else(|| self.label(t, Glyphs::Ascii))
    }

    fn pressed(self, t: &Catalogue) -> KeyEvent {
        match self {
            Self::Code(code) => KeyEvent::new(code, KeyModifiers::NONE),
            Self::Control(letter) => KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL),
            Self::Char(character) => KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE),
            Self::Letter(letter) => KeyEvent::new(KeyCode::Char(letter.of(t)), KeyModifiers::NONE),
        }
    }

    /// Whether a terminal, or what stands between it and the program, keeps this key or sends it as another.
    fn is_swallowed(self) -> bool {
        match self {
            Self::Control(letter) => SWALLOWED_WITH_CONTROL.contains(letter),
            Self::Code(KeyCode::F(number)) => SWALLOWED.contains(&number),
            _ => false,
        }
    }
}

/// The key of this name.
fn key_of(spot: &Spot) -> Result<Trigger, Fault> {
    let name = spot.word.as_str();
    let fault = |code, suggestion: &str| {
        let values: &[(&'static str, &str)] = match code {
            FaultCode::Swallowed => &[("name", name)],
            _ => &[("name", name), ("suggestion", suggestion)],
        };
        Fault::at(spot.span.clone(), code, values)
    };
    let lower = name.to_lowercase();
    let mut characters = name.chars();
    let single = (characters.next(), characters.next());
    let trigger = if let (Some(character), None) = single {
        Some(Trigger::Char(character)).filter(|_| !character.is_control())
    } else if let Some((_, code)) = NAMES.iter().find(|(known, _)| known.to_lowercase() == lower) {
        Some(if *code == KeyCode::Char(' ') { Trigger::Char(' ') } else { Trigger::Code(*code) })
    } else if let Some(number) = lower.strip_prefix('f').and_then(|number| number.parse().ok()) {
        Some(Trigger::Code(KeyCode::F(number))).filter(|_| (1..=12).contains(&number))
    } else if let Some(letter) = lower.strip_prefix("ctrl-") {
        let letter = if letter == "space" { " " } else { letter };
        letter.chars().next().filter(|_| letter.chars().count() == 1).map(Trigger::Control)
    } else if lower.starts_with("alt-") {
        return Err(fault(FaultCode::Swallowed, ""));
    } else {
        None
    };
    let names = NAMES.map(|(name, _)| name);
    let trigger = trigger.ok_or_else(|| fault(FaultCode::UnknownKeyName, closest(name, &names)))?;
    if trigger.is_swallowed() { Err(fault(FaultCode::Swallowed, "")) } else { Ok(trigger) }
}

/// The keymap with these keys, and what is wrong with them.
pub(super) fn apply(mut keymap: Keymap, remaps: &[Remap]) -> (Keymap, Vec<Fault>) {
    if remaps.is_empty() {
        return (keymap, Vec::new());
    }
    let catalogues: Vec<Catalogue> =
        LANGUAGES.into_iter().filter_map(|language| Catalogue::of(language).ok()).collect();
    let (begin, mut faults) = (keymap.clone(), Vec::new());
    // What is for one context goes over what is for all.
    let mut in_order: Vec<&Remap> = remaps.iter().collect();
    in_order.sort_by_key(|remap| remap.context.is_some());
    let mut given = Vec::new();
    for remap in in_order {
        match read(remap, &begin) {
            Ok((contexts, action, triggers)) => {
                for context in contexts {
                    rebind(&mut keymap, context, action, &triggers, &catalogues);
                    given.retain(|(there, done, _)| (*there, *done) != (context, action));
                    given.push((context, action, remap));
                }
            }
            Err(wrong) => faults.extend(wrong),
        }
    }
    for (context, action, remap) in given {
        faults.extend(clashes(&keymap, context, action, remap, &catalogues));
        if !keymap.bound.iter().any(|bound| bound.context == context && bound.action == action) {
            let values = [("action", action.name()), ("context", context.name())];
            faults.push(Fault::at(remap.action.span.clone(), FaultCode::Unreachable, &values));
        }
    }
    faults.dedup_by(|one, other| one.span == other.span && one.code == other.code);
    if faults.is_empty() { (keymap, faults) } else { (begin, faults) }
}

type Read = (Vec<Context>, Action, Vec<Trigger>);

/// The contexts, the action and the keys that a line of the file names.
fn read(remap: &Remap, begin: &Keymap) -> Result<Read, Vec<Fault>> {
    let mut faults = Vec::new();
    let name = remap.action.word.as_str();
    let action = Action::NAMES.iter().find(|(known, _)| *known == name).map(|(_, action)| *action);
    let known = Action::NAMES.map(|(name, _)| name);
    if action.is_none() {
        let values = [("action", name), ("known", &known.join(", ")), ("suggestion", closest(name, &known))];
        faults.push(Fault::at(remap.action.span.clone(), FaultCode::UnknownAction, &values));
    }
    let has =
        |context: Context| begin.bound.iter().any(|bound| bound.context == context && Some(bound.action) == action);
    let mut contexts: Vec<Context> = Context::NAMES.map(|(_, context)| context).to_vec();
    if let Some(wanted) = &remap.context {
        contexts.retain(|context| context.name() == wanted.word);
        let names = Context::NAMES.map(|(name, _)| name);
        if contexts.is_empty() {
            let near = closest(&wanted.word, &names);
            let values = [("context", wanted.word.as_str()), ("known", &names.join(", ")), ("suggestion", near)];
            faults.push(Fault::at(wanted.span.clone(), FaultCode::UnknownContext, &values));
        } else if action.is_some() && !contexts.iter().any(|context| has(*context)) {
            let values = [("action", name), ("context", wanted.word.as_str())];
            faults.push(Fault::at(remap.action.span.clone(), FaultCode::NotThere, &values));
        }
    }
    contexts.retain(|context| has(*context));
    let mut triggers = Vec::new();
    for key in &remap.keys {
        match key_of(key) {
            Ok(trigger) => triggers.push(trigger),
            Err(fault) => faults.push(fault),
        }
    }
    match action {
        Some(action) if faults.is_empty() => Ok((contexts, action, triggers)),
        _ => Err(faults),
    }
}

/// Gives `action` these keys and no other in `context`. Where a line is typed a key that writes or moves in it does so
/// still, and where letters choose, letters do.
fn rebind(keymap: &mut Keymap, context: Context, action: Action, triggers: &[Trigger], catalogues: &[Catalogue]) {
    let is_it = |bound: &Bound| bound.context == context && bound.action == action;
    let told = keymap.bound.iter().find(|bound| is_it(bound) && bound.words.is_some());
    let told = told.or(keymap.bound.iter().find(|bound| is_it(bound))).copied();
    let place = keymap.bound.iter().position(is_it).unwrap_or(keymap.bound.len());
    keymap.bound.retain(|bound| !is_it(bound));
    let keeps_its_own = |trigger: &Trigger| {
        (context.takes_text() || context == Context::Letters)
            && catalogues.iter().any(|t| by_itself(&trigger.pressed(t), context).is_some())
    };
    let mut seen: Vec<Trigger> = Vec::new();
    for trigger in triggers.iter().filter(|trigger| !keeps_its_own(trigger)) {
        if !seen.contains(trigger) {
            seen.push(*trigger);
        }
    }
    for (after, trigger) in seen.into_iter().enumerate() {
        let told = told.filter(|_| after == 0);
        let (words, rank) = told.map_or((None, 0), |told| (told.words, told.rank));
        let at = (place + after).min(keymap.bound.len());
        keymap.bound.insert(at, Bound { context, trigger, action, words, rank });
    }
}

/// Keys of a line that mean something else in this context too.
fn clashes(keymap: &Keymap, context: Context, action: Action, remap: &Remap, catalogues: &[Catalogue]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for spot in &remap.keys {
        let Ok(trigger) = key_of(spot) else { continue };
        let is_bound = |bound: &&Bound| bound.context == context && bound.action == action && bound.trigger == trigger;
        if keymap.bound.iter().find(is_bound).is_none() {
            continue;
        }
        let same = |bound: &Bound, t: &Catalogue| bound.trigger.fits(&trigger.pressed(t), t);
        let other = keymap.bound.iter().find(|bound| {
            bound.context == context && bound.action != action && catalogues.iter().any(|t| same(bound, t))
        });
        let chooses = catalogues.iter().any(|t| by_itself(&trigger.pressed(t), context).is_some());
        let other = other.map(|bound| bound.action.name()).or(chooses.then_some("1–9, 0"));
        if let Some(other) = other {
            let values = [
                ("name", spot.word.as_str()),
                ("action", action.name()),
                ("other", other),
                ("context", context.name()),
            ];
            faults.push(Fault::at(spot.span.clone(), FaultCode::Clash, &values));
        }
    }
    faults
}

impl Keymap {
    /// Every action and its keys, by the names of the settings file: a line for each set of contexts that share them.
    #[must_use]
    pub fn lines(&self, t: &Catalogue) -> Vec<KeyLine> {
        let mut lines: Vec<KeyLine> = Vec::new();
        for (name, action) in Action::NAMES {
            for (context, there) in Context::NAMES {
                let here = self.bound.iter().filter(|bound| bound.context == there && bound.action == action);
                let keys: Vec<String> =
                    here.clone().map(|bound| bound.trigger.name(t)).filter(|key| !key.is_empty()).collect();
                if keys.is_empty() {
                    continue;
                }
                let words = { here }.find_map(|bound| bound.words).map(|words| words(t).to_string());
                match lines.iter_mut().find(|line| line.action == name && line.keys == keys) {
                    Some(line) => {
                        line.contexts.push(context);
                        line.words = line.words.take().or(words);
                    }
                    None => lines.push(KeyLine { action: name, keys, contexts: vec![context], words }),
                }
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::gather;

    fn with(text: &str) -> (Keymap, Vec<Fault>) {
        let all = gather(text, |_| None, |_| None);
        assert_eq!(all.faults, []);
        Keymap::with(&all.settings.keys)
    }

    fn english() -> Catalogue {
        Catalogue::of(LANGUAGES[1]).unwrap()
    }

    fn means(keymap: &Keymap, key: KeyEvent, context: Context) -> Option<Action> {
        keymap.resolve(&key, context, &english())
    }

    fn char(character: char) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE)
    }

    #[test]
    fn a_key_that_was_given_counts_and_the_old_one_does_not() {
        let (keymap, faults) = with("[keys]\nnext = [\"Enter\", \"e\", \"F9\"]\n[keys.grid]\nback = [\"b\"]\n");
        assert_eq!(faults, []);
        assert_eq!(means(&keymap, char('e'), Context::Choice), Some(Action::Confirm));
        assert_eq!(means(&keymap, char('E'), Context::Choice), Some(Action::Confirm));
        assert!(matches!(means(&keymap, char('e'), Context::Typing), Some(Action::Edit(_))), "text is text");
        assert_eq!(means(&keymap, char('`'), Context::Choice), None);
        let up = KeyEvent::new(KeyCode::Up, KeyModifiers::NONE);
        assert_eq!(means(&keymap, char('b'), Context::Grid), Some(Action::Back));
        assert_eq!(
            (means(&keymap, up, Context::Grid), means(&keymap, up, Context::Typing)),
            (None, Some(Action::Back))
        );
        let told = keymap.line_hints(Context::Grid, &english(), Glyphs::Full);
        assert!(told.iter().any(|hint| hint.key == "b" && hint.action == Action::Back), "{told:?}");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place_and_changes_nothing() {
        for (line, code, at) in [
            ("nxt = [\"Enter\"]", FaultCode::UnknownAction, "nxt"),
            ("next = [\"Entr\"]", FaultCode::UnknownKeyName, "\"Entr\""),
            ("next = [\"F13\"]", FaultCode::UnknownKeyName, "\"F13\""),
            ("next = [\"Ctrl-S\", \"Enter\"]", FaultCode::Swallowed, "\"Ctrl-S\""),
            ("next = [\"Alt-N\", \"Enter\"]", FaultCode::Swallowed, "\"Alt-N\""),
            ("next = [\"Ctrl-Space\", \"Enter\"]", FaultCode::Swallowed, "\"Ctrl-Space\""),
            ("note = [\"o\", \"F5\"]", FaultCode::Clash, "\"o\""),
            ("next = [\"7\", \"Enter\"]", FaultCode::Clash, "\"7\""),
            ("dont_know = [\"m\", \"F3\"]", FaultCode::Clash, "\"m\""),
            ("leave = [\"w\"]", FaultCode::Unreachable, "leave"),
            ("next = []", FaultCode::Unreachable, "next"),
            ("grid.save = [\"F9\"]", FaultCode::NotThere, "save"),
            ("grids.back = [\"F9\"]", FaultCode::UnknownContext, "grids"),
        ] {
            let text = format!("[keys]\n{line}\n");
            let (keymap, faults) = with(&text);
            assert!(!faults.is_empty(), "{line}");
            assert_eq!((faults[0].code, &text[faults[0].span.clone().unwrap()]), (code, at), "{line}: {faults:?}");
            let names: Vec<&str> = faults[0].values.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, code.value_names(), "{line}");
            assert_eq!(keymap.bound.len(), Keymap::default().bound.len());
        }
    }

    #[test]
    fn nothing_depends_on_a_key_that_a_terminal_swallows() {
        let keymap = Keymap::default();
        for t in LANGUAGES.map(|language| Catalogue::of(language).unwrap()) {
            for (_, context) in Context::NAMES {
                for bound in keymap.bound.iter().filter(|bound| bound.context == context) {
                    let others =
                        keymap.bound.iter().filter(|other| other.context == context && other.action == bound.action);
                    assert!(
                        others.clone().any(|other| !other.trigger.is_swallowed()),
                        "{:?} {context:?}",
                        bound.action
                    );
                    assert!(
                        bound.words.is_none() || !bound.trigger.is_swallowed(),
                        "{} {context:?}",
                        bound.trigger.label(&t, Glyphs::Full)
                    );
                }
            }
        }
    }

    #[test]
    fn every_function_key_has_another_beside_it() {
        let keymap = Keymap::default();
        let is_function = |trigger: Trigger| matches!(trigger, Trigger::Code(KeyCode::F(_)));
        for bound in keymap.bound.iter().filter(|bound| is_function(bound.trigger)) {
            let beside = keymap.bound.iter().any(|other| {
                other.context == bound.context && other.action == bound.action && !is_function(other.trigger)
            });
            assert!(beside, "{:?} in {:?}", bound.action, bound.context);
        }
    }

    #[test]
    fn one_hand_is_enough() {
        use Context::{
            Choice, Consent, Dialog, Grid, Letters, Menu, Page, Profile, Prompt, Review, Typing, Unfinished,
        };
        let keymap = Keymap::default();
        let every = [Menu, Unfinished, Review, Page, Profile, Consent, Choice, Letters, Grid, Typing, Prompt, Dialog];
        let code = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let right = "+-*/.0123456789".chars().map(char).chain(
            [KeyCode::Enter, KeyCode::Left, KeyCode::Right, KeyCode::Up, KeyCode::Down, KeyCode::Backspace].map(code),
        );
        let left = "`~!12345".chars().map(char).chain([KeyCode::Tab, KeyCode::BackTab, KeyCode::Esc].map(code));
        let (right, left): (Vec<KeyEvent>, Vec<KeyEvent>) = (right.collect(), left.collect());
        for (hand, keys) in [("right", right), ("left", left)] {
            for context in every {
                let does: Vec<Action> = keys.iter().filter_map(|key| means(&keymap, *key, context)).collect();
                let mut needed = vec![Action::Confirm];
                if !matches!(context, Typing | Prompt | Page | Profile) {
                    needed.extend([Action::Up, Action::Down]);
                }
                if !matches!(context, Prompt | Dialog) {
                    needed.push(Action::Back);
                }
                // From the list of all keys everything else is reached, by choosing.
                if !matches!(context, Typing | Prompt | Dialog) {
                    needed.push(Action::Help);
                }
                for action in needed {
                    assert!(does.contains(&action), "{hand} hand: {action:?} in {context:?}");
                }
            }
        }
    }

    #[test]
    fn the_list_of_keys_names_every_action_and_can_be_read_again() {
        let t = english();
        let lines = Keymap::default().lines(&t);
        for (name, action) in Action::NAMES {
            assert!(lines.iter().any(|line| line.action == name), "{action:?}");
        }
        for key in lines.iter().flat_map(|line| &line.keys).filter(|key| *key != "Ctrl-Q") {
            key_of(&Spot { word: key.clone(), span: 0..0 }).unwrap();
        }
    }
}
