//! Power cuts in the middle of typing: what was typed more than a second before the cut is in the draft.

use std::time::{Duration, Instant};

use super::cuts::Stopped;
use super::watch::{Watch, wait_for_output};
use super::{IN, everything, opened, seed, wanted};
use crate::support::pty::Pty;
use crate::support::shim::{Disk, Unsynced};

/// The most that typing may be ahead of the disk.
const PROMISED: Duration = Duration::from_secs(1);

/// What is typed, and into what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// A note to the second item.
    Note,
    /// The number of the item before the last.
    Number,
}

/// A person who types a line, and the clock by which they do it: it stands while the program is stopped.
struct Typist {
    begun: Instant,
    stopped: Duration,
    typed: String,
    times: Vec<Duration>,
}

impl Typist {
    fn now(&self) -> Duration {
        self.begun.elapsed().saturating_sub(self.stopped)
    }

    /// How long ago the first character was typed that `kept` lacks; none where it lacks none.
    fn behind(&self, kept: &str) -> Option<Duration> {
        assert!(self.typed.starts_with(kept), "typed {:?}, kept {kept:?}", self.typed);
        self.times.get(kept.len()).map(|time| self.now().saturating_sub(*time))
    }
}

/// Types a line of so many keys and cuts the power all the while. Cuts, and the farthest the disk was behind.
fn type_and_cut(line: Line, keys: usize, chance: &mut fastrand::Rng) -> Option<(usize, Duration)> {
    let disk = Disk::new()?;
    let mut pty = disk.launch(&["take", "--lang", "en"]).spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    // Answers up to the item, whose place is then in the counter.
    let (answers, at) = match line {
        Line::Note => (b"3\r".to_vec(), 2),
        Line::Number => ([b"3\r".repeat(35), b"2\r1\r".to_vec()].concat(), 38),
    };
    pty.type_keys(&[IN, &answers].concat()).unwrap();
    watch.until(&mut pty, "the item", |frame| frame.counter.is_some_and(|(now, _)| now == at) && frame.says_saved());
    if line == Line::Note {
        pty.type_keys(b"n").unwrap();
        watch.until(&mut pty, "the note", |frame| frame.text.contains("Your note"));
    }
    let mut typist = Typist { begun: Instant::now(), stopped: Duration::ZERO, typed: String::new(), times: Vec::new() };
    let (mut cuts, mut farthest) = (0, Duration::ZERO);
    for _ in 0..keys {
        let key = char::from(match line {
            Line::Note => chance.u8(b'a'..=b'z'),
            Line::Number => chance.u8(b'0'..=b'9'),
        });
        typist.typed.push(key);
        typist.times.push(typist.now());
        pty.type_keys(&[key as u8]).unwrap();
        // A hand's pace, with halts in which nothing but the clock can make the program save.
        let halt = if chance.u8(0..20) == 0 { 1_200 } else { chance.u64(10..60) };
        let until = Instant::now() + Duration::from_millis(halt);
        while Instant::now() < until {
            wait_for_output(&mut pty, until.saturating_duration_since(Instant::now()));
        }
        if chance.u8(0..3) == 0 {
            let behind = cut(&disk, &mut pty, &mut typist, at, line, chance);
            assert!(behind <= PROMISED, "{line:?}: {behind:?} behind the keys");
            farthest = farthest.max(behind);
            cuts += 1;
        }
    }
    Some((cuts, farthest))
}

/// How far the disk is behind the keys at this moment.
fn cut(disk: &Disk, pty: &mut Pty, typist: &mut Typist, at: usize, line: Line, chance: &mut fastrand::Rng) -> Duration {
    let program = pty.program().unwrap().unwrap();
    let unsynced = if chance.bool() { Unsynced::Lost } else { Unsynced::Torn };
    let stopped = Stopped::stop(program).unwrap();
    let stood = Instant::now();
    let cut = disk.cut(unsynced, chance);
    let store = opened(&cut.root.path().join("kohesi")).unwrap();
    let (_, loaded, _) = everything(&store).unwrap().remove(0);
    let draft = loaded.draft.unwrap();
    assert_eq!(draft.place.map(|place| place.get() + 1), Some(at));
    let kept = if line == Line::Note { draft.note.unwrap_or_default() } else { draft.typed };
    let before = stood.elapsed();
    let behind = (typist.behind(&kept).unwrap_or_default()).saturating_sub(before);
    stopped.go_on(pty);
    typist.stopped += stood.elapsed();
    behind
}

#[test]
fn power_cut_while_typing_takes_at_most_a_second() {
    let mut chance = fastrand::Rng::with_seed(seed("drafts"));
    let keys = (wanted("KOHESI_CUTS", 300usize) / 5).clamp(60, 600);
    for line in [Line::Note, Line::Number] {
        let Some((cuts, farthest)) = type_and_cut(line, keys, &mut chance) else { return };
        println!("{line:?} being typed: {cuts} cuts, at most {} ms behind the keys", farthest.as_millis());
        assert!(cuts > 5);
    }
}
