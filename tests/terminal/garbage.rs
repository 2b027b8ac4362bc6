//! Bytes that no keyboard sends: a broken terminal, a cat on the keys, a paste of ten megabytes. The program stays alive,
//! and the terminal is given back.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{BOUND, ENGLISH, Leader, Place, at};
use crate::support::bounded::seconds;
use crate::support::pty::Pty;

/// What terminals send that is no letter, whole and broken off.
const PIECES: [&[u8]; 22] = [
    b"\x1b",
    b"\x1b[",
    b"\x1b[A",
    b"\x1b[1;5D",
    b"\x1b[15~",
    b"\x1b[99999999999~",
    b"\x1bO",
    b"\x1bOP",
    b"\x1b[<0;10;10M",
    b"\x1b[<64;999;999M",
    b"\x1b[<0;0;0m",
    b"\x1b[M\xff\xff\xff",
    b"\x1b[200~paste\r\n\x1b[201~",
    b"\x1b[201~",
    b"\x1b[?1;2c",
    b"\x1b[24;80R",
    b"\x1b[57358;1:3u",
    b"\x1b]11;rgb:0000/0000/0000\x1b\\",
    b"\x1bP1$r0m\x1b\\",
    b"\xc3\x28\xf0\x28\x8c\xbc",
    b"\xe2\x82",
    b"\r\r1\r2\r",
];

fn garbage(chance: &mut fastrand::Rng) -> Vec<u8> {
    let piece = |chance: &mut fastrand::Rng| match chance.u8(0..3) {
        // Ctrl-Z and Ctrl-\ are what `ways_out` is about; after a way out Ctrl-S keeps the terminal from taking the rest.
        0 => vec![Some(chance.u8(..)).filter(|byte| ![0x13, 0x1a, 0x1c].contains(byte)).unwrap_or(b' ')],
        _ => PIECES[chance.usize(0..PIECES.len())].to_vec(),
    };
    (0..chance.usize(1..60)).flat_map(|_| piece(chance)).collect()
}

/// Goes on waiting until it holds. A key that stops the program as Ctrl-Z does may be among what was sent.
fn within_bound(pty: &mut Pty, mut holds: impl FnMut(&mut Pty) -> bool) -> bool {
    let begun = Instant::now();
    while !holds(pty) {
        if begun.elapsed() > BOUND {
            return false;
        }
        let _ = pty.signal(Signal::CONT);
        let _ = pty.wait_for(|_| false, Duration::from_millis(20));
    }
    true
}

/// Whether it draws when its window has a size that it never had.
fn answers_to_a_new_size(pty: &mut Pty) -> bool {
    let before = pty.bytes_received();
    pty.resize(70, 90).unwrap();
    within_bound(pty, |pty| pty.bytes_received() > before || pty.program().unwrap().is_none())
}

#[test]
fn no_bytes_from_a_terminal_end_the_program_but_by_its_own_ways_out() {
    let seed = std::env::var("KOHESI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124);
    println!("garbage: KOHESI_SEED={seed}");
    let mut chance = fastrand::Rng::with_seed(seed);
    let (began, mut bytes, mut left, mut alive) = (Instant::now(), 0, 0, 0);
    while began.elapsed() < Duration::from_secs(seconds()) {
        let place = Place::new();
        let mut pty = place.begun(Leader::Program);
        for _ in 0..20 {
            let some = garbage(&mut chance);
            // A key among them may be a way out.
            if pty.program().unwrap().is_none() || pty.type_keys(&some).is_err() {
                break;
            }
            bytes += some.len();
            pty.resize(chance.u16(1..60), chance.u16(1..200)).unwrap();
        }
        assert!(answers_to_a_new_size(&mut pty), "it hangs\n{}", pty.screen_text());
        let lives = pty.program().unwrap().is_some();
        alive += usize::from(lives);
        left += usize::from(!lives);
        let _ = pty.signal(Signal::TERM);
        assert!(
            within_bound(&mut pty, |pty| pty.program().unwrap().is_none()),
            "it does not end\n{}",
            pty.screen_text()
        );
        let exit = pty.wait_exit(BOUND).unwrap();
        // Where one key among them is a way out, the next finds a terminal on which Ctrl-C is a signal.
        let by_signal = exit.signal.as_deref().is_none_or(|signal| ["Terminated", "Interrupt"].contains(&signal));
        assert!(by_signal && [0, 1, 130, 143].contains(&exit.code), "{exit:?}\n{}", pty.screen_text());
    }
    println!("garbage: {bytes} bytes, {alive} times alive after them, {left} times left by a key among them");
    assert!(alive > 0);
}

#[test]
fn a_paste_of_ten_megabytes_is_told_to_be_too_long_and_the_next_key_is_taken() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("\x1b[15~", "Your note");
    pty.type_keys(b"\x1b[200~").unwrap();
    for _ in 0..160 {
        pty.type_keys(&vec![b'a'; 1 << 16]).unwrap();
    }
    let sent = Instant::now();
    pty.press("\x1b[201~\r", "The note is too long");
    println!("a paste of ten megabytes: told to be too long {} ms after its end", sent.elapsed().as_millis());
    pty.escape("Your note").press("3\r", &at(2)).stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["3"]);
}
