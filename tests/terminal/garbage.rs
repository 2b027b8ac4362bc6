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
        // Ctrl-Z stops the program, which `ways_out` is about.
        0 => vec![Some(chance.u8(..)).filter(|byte| *byte != 0x1a).unwrap_or(b' ')],
        _ => PIECES[chance.usize(0..PIECES.len())].to_vec(),
    };
    (0..chance.usize(1..60)).flat_map(|_| piece(chance)).collect()
}

/// What is sent to the terminal after this moment.
fn answers_to_a_new_size(pty: &mut Pty) -> bool {
    let before = pty.bytes_received();
    pty.resize(30, 90).unwrap();
    pty.wait_for(|_| true, Duration::ZERO).ok();
    let asked = Instant::now();
    while pty.bytes_received() == before && asked.elapsed() < BOUND {
        let _ = pty.wait_for(|_| false, Duration::from_millis(20));
    }
    pty.bytes_received() > before
}

#[test]
fn no_bytes_from_a_terminal_end_the_program_but_by_its_own_ways_out() {
    let seed = std::env::var("KOHESI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_261_124);
    println!("garbage: KOHESI_SEED={seed}");
    let mut chance = fastrand::Rng::with_seed(seed);
    let (began, mut bytes, mut left, mut alive) = (Instant::now(), 0, 0, 0);
    while began.elapsed() < Duration::from_secs(seconds()) {
        let place = Place::new();
        let mut pty = place.begun(Leader::Shell);
        for _ in 0..20 {
            let some = garbage(&mut chance);
            bytes += some.len();
            // It may have been told to end meanwhile.
            if pty.program().unwrap().is_none() {
                break;
            }
            pty.type_keys(&some).unwrap();
            pty.resize(chance.u16(1..60), chance.u16(1..200)).unwrap();
        }
        if pty.program().unwrap().is_some() {
            assert!(
                answers_to_a_new_size(&mut pty) || pty.program().unwrap().is_none(),
                "it hangs\n{}",
                pty.screen_text()
            );
            alive += 1;
            let _ = pty.signal(Signal::TERM);
        } else {
            left += 1;
        }
        let status = pty.wait_left(BOUND).unwrap();
        assert!([0, 143].contains(&status), "{status}\n{}", pty.screen_text());
        assert_eq!(pty.modes().unwrap(), *pty.modes_before(), "the terminal is not as it was");
    }
    println!("garbage: {bytes} bytes, {alive} times alive after them, {left} times left by a key among them");
    assert!(alive + left > 0);
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
