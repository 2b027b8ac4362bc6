//! Any bytes as what hands and a terminal do to the program: keys, pastes, the mouse, sizes, time, a disk that is slow
//! or fails, the laptop switched off. The fuzz target in `fuzz/` holds it too.

use std::collections::BTreeMap;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kohesi::interview::{Interview, InterviewId, Response};
use kohesi::questionnaire::BUILTIN;
use kohesi::store::StoreError;
use kohesi::text::{Catalogue, LANGUAGES};
use kohesi::tui::{Action, Context, Event, Keymap, Paste, Start};

use super::stage::{Set, Stage};
use super::workshop::{kiosk_of, workshop};

/// Keys that lead on, so that drawn bytes come further than the first screens.
const LEADING: [&str; 12] =
    ["Enter", "1 Enter", "2 Enter", "4", "Enter Enter", "Right", "d", "F5 'ada' Enter", "u", "Esc", "End Enter", "F8"];

const CODES: [KeyCode; 18] = [
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Insert,
    KeyCode::Null,
    KeyCode::CapsLock,
    KeyCode::Menu,
];

/// Every context in which a key may mean something.
const CONTEXTS: [Context; 14] = [
    Context::Menu,
    Context::Unfinished,
    Context::Page,
    Context::Profile,
    Context::Review,
    Context::Consent,
    Context::Choice,
    Context::Letters,
    Context::Grid,
    Context::Typing,
    Context::Prompt,
    Context::Dialog,
    Context::Kiosk,
    Context::Slides,
];

/// Bytes as they are taken one by one.
struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        self.0.next().copied().unwrap_or_default()
    }

    fn many(&mut self, count: u8) -> Vec<u8> {
        self.0.by_ref().take(usize::from(count)).copied().collect()
    }
}

/// Plays the bytes and holds the program to it that no answer changes but by a key that says so, and that what is stored
/// is what was shown.
///
/// # Panics
/// Where a promise is broken.
pub(crate) fn hold(bytes: &[u8]) {
    let mut bytes = Bytes(bytes.iter());
    let mut stage = begin(bytes.next());
    let words = LANGUAGES.map(|language| Catalogue::of(language).unwrap());
    let keymap = Keymap::default();
    while !bytes.0.as_slice().is_empty() && !stage.exited {
        let before = answers(&stage);
        let kind = bytes.next();
        let changing = play(kind, &mut bytes, &mut stage, &|key| changes(&keymap, &words, key));
        let after = answers(&stage);
        assert!(changing || before == after, "{kind}: {before:?} became {after:?}\n{}", stage.screen());
    }
    if !stage.exited {
        stage.shelf.fault = None;
        stage.catch_up();
        stage.wait(Duration::from_secs(10));
        if stage.app.awaits_store() {
            stage.wait(Duration::from_secs(10));
        }
        let shown = stage.app.interview().cloned();
        if let Some(shown) = shown
            && let Some(record) = stage.shelf.records.get(&shown.id())
        {
            let replayed = Interview::replay(shown.questionnaire().clone(), shown.id(), record.events.clone()).unwrap();
            assert!(replayed == shown, "stored is something else than shown\n{}", stage.screen());
        }
    }
    for (id, record) in &stage.shelf.records {
        record.interview(*id);
    }
}

fn begin(kind: u8) -> Stage {
    let language = if kind & 1 == 0 { "id" } else { "en" };
    let mut set = match kind >> 1 & 3 {
        0 => Set::take(language),
        1 => {
            let every_kind = BUILTIN.iter().find(|one| one.key == "contoh-lengkap").unwrap().read().unwrap();
            Set::of(Start::Take(every_kind.into()), language)
        }
        2 => Set::of(Start::Home, language),
        _ => {
            let mut set = Set::of(kiosk_of(workshop(7)), language);
            set.shelf.workshops.push(workshop(7));
            set
        }
    };
    set.paste = if kind & 8 == 0 { Paste::Marked } else { Paste::Timed };
    set.practice = kind & 0xf0 == 0xf0;
    let mut stage = set.play();
    if kind & 6 < 4 {
        stage.keys("Enter 1 Enter");
    }
    stage
}

/// One event; whether it is one that may change an answer.
fn play(kind: u8, bytes: &mut Bytes<'_>, stage: &mut Stage, changes: &dyn Fn(&KeyEvent) -> bool) -> bool {
    match kind % 16 {
        0..=5 => {
            stage.keys(LEADING[usize::from(bytes.next()) % LEADING.len()]);
            return true;
        }
        6 => {
            let character = char::from_u32(u32::from_be_bytes([0, bytes.next() & 1, bytes.next(), bytes.next()]));
            return press(KeyCode::Char(character.unwrap_or('x')), bytes.next(), stage, changes);
        }
        7 => {
            let code = CODES[usize::from(bytes.next()) % CODES.len()];
            return press(code, bytes.next(), stage, changes);
        }
        8 => return press(KeyCode::Char(char::from(bytes.next() & 0x7f)), bytes.next(), stage, changes),
        9 => return press(KeyCode::F(bytes.next() % 26), bytes.next(), stage, changes),
        10 => {
            let many = bytes.next();
            let text = String::from_utf8_lossy(&bytes.many(many)).repeat(1 + usize::from(many & 7) * 40);
            stage.event(Event::Paste(text));
        }
        11 => {
            let [columns, rows] = [bytes.next(), bytes.next()].map(|size| u16::from(size.max(1)));
            stage.resize(columns, rows);
        }
        12 => {
            let kind = bytes.next();
            let mouse = mouse(kind, [bytes.next(), bytes.next()].map(u16::from), bytes.next());
            stage.event(Event::Mouse(mouse));
            return mouse.kind == MouseEventKind::Down(MouseButton::Left);
        }
        13 => _ = stage.wait(Duration::from_millis(u64::from(bytes.next()).pow(2))),
        14 => match bytes.next() % 6 {
            0 => stage.event(Event::Suspend),
            1 => stage.event(Event::Continued),
            2 => stage.shelf.slow = true,
            3 => stage.catch_up(),
            4 => stage.shelf.fault = Some(StoreError::Io { path: "/media/usb".into(), reason: "EIO".into() }),
            _ => stage.shelf.fault = None,
        },
        _ => stage.pace = Duration::from_millis(u64::from(bytes.next()) * 4),
    }
    false
}

fn press(code: KeyCode, how: u8, stage: &mut Stage, changes: &dyn Fn(&KeyEvent) -> bool) -> bool {
    let modifiers = KeyModifiers::from_bits_truncate(if how & 0xc0 == 0 { how >> 2 & 0x0f } else { 0 });
    let kind = match how & 3 {
        0 | 1 => KeyEventKind::Press,
        2 => KeyEventKind::Repeat,
        _ => KeyEventKind::Release,
    };
    let key = KeyEvent::new_with_kind(code, modifiers, kind);
    stage.elapsed += stage.pace;
    stage.event(Event::Key(key));
    kind != KeyEventKind::Release && changes(&key)
}

/// Whether a key may change an answer anywhere, in any language: it does something that is more than looking, moving or
/// typing.
fn changes(keymap: &Keymap, words: &[Catalogue], key: &KeyEvent) -> bool {
    let looks = |action: Action| {
        matches!(
            action,
            Action::Up
                | Action::Down
                | Action::First
                | Action::Last
                | Action::PageUp
                | Action::PageDown
                | Action::Help
                | Action::Big
                | Action::Read
                | Action::Note
                | Action::Language
                | Action::Suspend
                | Action::Edit(_)
        )
    };
    let meant = CONTEXTS.into_iter().flat_map(|context| words.iter().map(move |t| (context, t)));
    meant.filter_map(|(context, t)| keymap.resolve(key, context, t)).any(|action| !looks(action))
}

fn mouse(kind: u8, [column, row]: [u16; 2], far: u8) -> MouseEvent {
    let button = [MouseButton::Left, MouseButton::Right, MouseButton::Middle][usize::from(kind >> 4) % 3];
    let kind = match kind % 7 {
        0 | 1 => MouseEventKind::Down(button),
        2 => MouseEventKind::Up(button),
        3 => MouseEventKind::Drag(button),
        4 => MouseEventKind::Moved,
        5 => MouseEventKind::ScrollUp,
        _ => MouseEventKind::ScrollDown,
    };
    let far = if far == 255 { 60_000 } else { 0 };
    MouseEvent { kind, column: column % 90 + far, row: row % 30 + far, modifiers: KeyModifiers::NONE }
}

/// Every answer there is: of the interviews in the store, and of the one on the screen.
fn answers(stage: &Stage) -> BTreeMap<InterviewId, Vec<Option<Response>>> {
    let of = |interview: &Interview| -> Vec<Option<Response>> {
        interview.questionnaire().indexes().map(|index| interview.response(index).cloned()).collect()
    };
    let stored = stage.shelf.records.iter().map(|(id, record)| (*id, of(&record.interview(*id))));
    let mut all: BTreeMap<_, _> = stored.collect();
    if let Some(shown) = stage.app.interview() {
        all.insert(shown.id(), of(shown));
    }
    all
}
