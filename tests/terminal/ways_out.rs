//! Every way out of the program gives the terminal back, wiped of answers, and keeps what was typed
//! (figure 5 of the reliability contract).

use std::time::{Duration, Instant};

use kohesi::tui::Terminal;
use rustix::process::Signal;

use super::{BOUND, ENGLISH, Launch, Leader, Place, Pty, at};
use crate::support::stage::Set;

/// What the respondent is typing when the program ends: a note that no other text contains.
const TYPED: &str = "zebra di kebun";
/// So long the program may take after a signal.
const SOON: Duration = Duration::from_millis(500);
/// So long where the terminal is gone and no signal says so.
const ORPHANED: Duration = Duration::from_secs(3);
/// A busy machine may be slow; three times in a row it is the program.
const TRIES: usize = 3;

/// A way out: its name, and what ends the program. Each panics where a promise is broken.
const WAYS: [(&str, fn()); 15] = [
    ("quit by the menu", by_the_menu),
    ("Escape and yes", by_escape),
    ("Ctrl-C twice", by_ctrl_c),
    ("Ctrl-\\ twice", by_ctrl_backslash),
    ("TERM", || by_signal(Signal::TERM)),
    ("HUP", || by_signal(Signal::HUP)),
    ("INT", || by_signal(Signal::INT)),
    ("QUIT", || by_signal(Signal::QUIT)),
    ("Ctrl-Z and fg", || stopped_and_taken_up(|pty| pty.type_keys(b"\x1a").unwrap())),
    ("TSTP and fg", || stopped_and_taken_up(|pty| pty.signal(Signal::TSTP).unwrap())),
    ("Ctrl-Z and kill", stopped_and_killed),
    ("window closed", window_closed),
    ("window closed without HUP", window_closed_unsaid),
    ("panic", by_panic),
    ("a terminal that takes no output", by_a_deaf_terminal),
];

#[test]
fn every_way_out_gives_the_terminal_back() {
    let outcomes = WAYS.map(|(name, way)| (name, std::panic::catch_unwind(way).is_ok()));
    let good = outcomes.iter().filter(|(_, good)| *good).count();
    let failed: Vec<&str> = outcomes.iter().filter(|(_, good)| !good).map(|(name, _)| *name).collect();
    println!("ways out: {good} of {}, terminal given back", WAYS.len());
    assert!(failed.is_empty(), "not given back: {failed:?}");
}

/// A terminal in which a note is being typed, on the third item.
fn typing(leader: Leader) -> (Place, Pty) {
    let place = Place::new();
    let mut pty = place.begun(leader);
    pty.press("3\r", &at(2)).press("4\r", &at(3));
    // On a busy machine "saving" would still stand on the screen that is compared later.
    pty.wait_for_text(ENGLISH.saved, BOUND).unwrap();
    pty.press("n", "Your note").press(TYPED, TYPED);
    (place, pty)
}

/// The screen's rows, whatever blanks end them.
fn rows(screen: &vt100::Screen) -> Vec<String> {
    screen.contents().lines().map(|row| row.trim_end().to_owned()).collect()
}

/// What was answered is on the disk, and the note that was being typed.
fn assert_kept(place: &Place) {
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4"]);
    assert_eq!(place.draft().and_then(|draft| draft.note).as_deref(), Some(TYPED));
}

/// The terminal is as it was: modes, screen, cursor, mouse, pastes; and no answer is to be seen.
fn assert_given_back(pty: &mut Pty) {
    assert_eq!(&pty.modes().unwrap(), pty.modes_before());
    let screen = pty.screen();
    assert!(!screen.alternate_screen(), "still on the alternate screen");
    assert!(!screen.hide_cursor(), "the cursor is hidden");
    assert!(!screen.bracketed_paste(), "pastes are marked");
    assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    assert_eq!(screen.mouse_protocol_encoding(), vt100::MouseProtocolEncoding::Default);
    for text in [TYPED, "neighbours", "Agree"] {
        assert!(!screen.contents().contains(text), "{text} is left:\n{}", screen.contents());
    }
    assert_wiped(pty.bytes());
}

/// Between the last wiping of the alternate screen and leaving it nothing was written on it.
fn assert_wiped(bytes: &[u8]) {
    let find = |bytes: &[u8], wanted: &[u8]| bytes.windows(wanted.len()).rposition(|at| at == wanted);
    let left = find(bytes, b"\x1b[?1049l").expect("the alternate screen is left");
    let wiped = find(&bytes[..left], b"\x1b[2J").expect("the screen is wiped");
    let between = String::from_utf8_lossy(&bytes[wiped + 4..left]).into_owned();
    assert!(!between.contains(|c: char| c.is_alphabetic() && !"Hhlm".contains(c)), "{between:?}");
}

/// Does `end`, which gives the time the program took; again where a busy machine may have made it slow.
fn soon_enough(bound: Duration, mut end: impl FnMut() -> Duration) {
    let took: Vec<Duration> = (0..TRIES).map(|_| end()).take_while(|took| *took > bound).collect();
    assert!(took.len() < TRIES, "more than {bound:?}: {took:?}");
}

fn by_the_menu() {
    let (place, mut pty) = typing(Leader::Shell);
    pty.press("\r", &at(3)).press("q", ENGLISH.stop).type_keys(b"\x1b[B\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    assert_given_back(&mut pty);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4"]);
    // A note that was finished is no draft but stored.
    let output = place.run(&["profile", "--json", &place.only_id()]);
    assert!(String::from_utf8_lossy(&output.stdout).contains(TYPED));
}

fn by_escape() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Shell);
    pty.press("3", "▶ 3");
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    assert_given_back(&mut pty);
    assert!(place.draft().is_some_and(|draft| draft.marked.is_some()));
}

fn by_ctrl_c() {
    by_key_twice("\x03");
}

fn by_ctrl_backslash() {
    by_key_twice("\x1c");
}

fn by_key_twice(key: &str) {
    let place = Place::new();
    let mut pty = place.begun(Leader::Shell);
    pty.press("3\r", &at(2)).press("o\x1b[F\x1b[A\r", &at(38)).press("17", "17").press(key, ENGLISH.stop);
    pty.type_keys(key.as_bytes()).unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    assert_given_back(&mut pty);
    assert_eq!(place.draft().map(|draft| draft.typed).as_deref(), Some("17"));
}

fn by_signal(signal: Signal) {
    soon_enough(SOON, || {
        let (place, mut pty) = typing(Leader::Shell);
        let from = Instant::now();
        pty.signal(signal).unwrap();
        assert_eq!(pty.wait_left(BOUND).unwrap(), 128 + signal.as_raw());
        let took = from.elapsed();
        assert_given_back(&mut pty);
        assert_kept(&place);
        took
    });
}

fn stopped_and_taken_up(stop: fn(&mut Pty)) {
    let (place, mut pty) = typing(Leader::Shell);
    for _ in 0..2 {
        let before = rows(pty.screen());
        stop(&mut pty);
        let status = pty.wait_left(BOUND).unwrap();
        assert!([Signal::TSTP, Signal::STOP].map(|signal| 128 + signal.as_raw()).contains(&status), "{status}");
        assert_given_back(&mut pty);
        pty.foreground().unwrap();
        pty.wait_for(|screen| rows(screen) == before, BOUND).unwrap();
        assert!(pty.screen().alternate_screen() && pty.screen().bracketed_paste());
        assert_ne!(pty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert!(!pty.modes().unwrap().is_cooked());
    }
    pty.press("!", &format!("{TYPED}!")).press("\r", &at(3));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    assert_given_back(&mut pty);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4"]);
}

/// As a shell's `kill %1` does it, without bringing the program to the foreground.
fn stopped_and_killed() {
    let (place, mut pty) = typing(Leader::Shell);
    pty.type_keys(b"\x1a").unwrap();
    pty.wait_left(BOUND).unwrap();
    pty.signal(Signal::TERM).unwrap();
    pty.signal(Signal::CONT).unwrap();
    pty.wait_gone(BOUND).unwrap();
    assert_given_back(&mut pty);
    assert_kept(&place);

    let (place, mut pty) = typing(Leader::Shell);
    place.wait_for_draft(|draft| draft.note.as_deref() == Some(TYPED));
    pty.type_keys(b"\x1a").unwrap();
    pty.wait_left(BOUND).unwrap();
    pty.signal(Signal::KILL).unwrap();
    pty.wait_gone(BOUND).unwrap();
    assert_given_back(&mut pty);
    assert_kept(&place);
}

#[test]
fn stopped_by_force_the_program_takes_the_screen_again() {
    let (place, mut pty) = typing(Leader::Shell);
    let before = rows(pty.screen());
    pty.signal(Signal::STOP).unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 128 + Signal::STOP.as_raw());
    pty.foreground().unwrap();
    pty.wait_for(|screen| rows(screen) == before, BOUND).unwrap();
    pty.press("\r", &at(3));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    assert_given_back(&mut pty);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4"]);
}

#[test]
#[cfg(target_os = "linux")]
fn in_the_background_the_program_leaves_the_terminal_alone() {
    let (_place, mut pty) = typing(Leader::Shell);
    pty.type_keys(b"\x1a").unwrap();
    pty.wait_left(BOUND).unwrap();
    let before = pty.bytes_received();
    // As `bg` does it.
    pty.signal(Signal::CONT).unwrap();
    wait_until_stopped(&mut pty);
    assert_eq!(pty.bytes_received(), before, "{}", pty.screen_text());
    assert_given_back(&mut pty);
    pty.foreground().unwrap();
    pty.wait_for_text(TYPED, BOUND).unwrap();
}

/// Waits until the program is stopped, as the system tells it.
#[cfg(target_os = "linux")]
fn wait_until_stopped(pty: &mut Pty) {
    let stat = format!("/proc/{}/stat", pty.program().unwrap().unwrap().as_raw_nonzero());
    let until = Instant::now() + BOUND;
    while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
        assert!(Instant::now() < until, "never stopped");
        std::thread::yield_now();
    }
}

fn window_closed() {
    soon_enough(SOON, || {
        let (place, mut pty) = typing(Leader::Shell);
        pty.drop_master();
        let took = pty.wait_gone(BOUND).unwrap();
        assert_kept(&place);
        took
    });
}

fn window_closed_unsaid() {
    soon_enough(ORPHANED, || {
        let (place, mut pty) = typing(Leader::DeafShell);
        pty.drop_master();
        let took = pty.wait_gone(BOUND).unwrap();
        assert_kept(&place);
        took
    });
}

fn by_panic() {
    let place = Place::new();
    let this = std::env::current_exe().unwrap();
    let args = ["--ignored", "--exact", "terminal::ways_out::broken", "--nocapture", "--test-threads=1"];
    let mut pty = Launch::new(this, place.path()).args(args).leader(Leader::Shell).spawn().unwrap();
    assert_ne!(pty.wait_left(BOUND).unwrap(), 0);
    assert!(pty.bytes().windows(7).any(|at| at == b"Welcome"), "nothing was shown:\n{}", pty.screen_text());
    let screen = pty.screen_text();
    assert!(screen.contains("broke with"), "{screen}");
    assert!(!screen.contains(TYPED), "{screen}");
    assert_given_back(&mut pty);
}

/// No test: what [`by_panic`] runs in a terminal of its own.
#[test]
#[ignore = "it breaks, as it should, and is run by another test in a terminal of its own"]
fn broken() {
    let mut terminal =
        Terminal::enter(true, Box::new(|code, place| format!("broke with {code} in {}", place.len()))).unwrap();
    let mut stage = Set::take("en").play();
    terminal.draw(&mut stage.app).unwrap();
    panic!("{TYPED}");
}

fn by_a_deaf_terminal() {
    // It is given its 450 ms in vain, and then ended by force.
    soon_enough(Duration::from_secs(1), || {
        let (place, mut pty) = typing(Leader::Shell);
        place.wait_for_draft(|draft| draft.note.as_deref() == Some(TYPED));
        pty.hold_output().unwrap();
        pty.type_keys(b"!").unwrap();
        pty.signal(Signal::TERM).unwrap();
        let took = pty.wait_gone(BOUND).unwrap();
        pty.release_output().unwrap();
        assert_eq!(pty.wait_left(BOUND).unwrap(), 128 + Signal::TERM.as_raw());
        // Nothing can be sent to it; what needs no output is given back.
        assert_eq!(&pty.modes().unwrap(), pty.modes_before());
        assert_kept_or_more(&place);
        took
    });
}

/// As [`assert_kept`], with the key that came after.
fn assert_kept_or_more(place: &Place) {
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4"]);
    let note = place.draft().and_then(|draft| draft.note).unwrap_or_default();
    assert!(note.starts_with(TYPED), "{note}");
}
