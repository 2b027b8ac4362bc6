//! A disk that takes two seconds for a sync: keys still show at once, and "saved" waits for the disk.

use std::time::{Duration, Instant};

use super::IN;
use super::watch::Watch;
use crate::support::pty::{BOUND, Pty};
use crate::support::shim::Disk;

/// The most that the slowest of a hundred keys may take to show.
const PROMISED: Duration = Duration::from_millis(50);

fn begun(disk: &Disk) -> (Pty, Watch) {
    let mut pty = disk.launch(&["take", "--lang", "en"]).spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    pty.type_keys(IN).unwrap();
    watch.until(&mut pty, "the first item", |frame| frame.counter.is_some() && frame.says_saved());
    (pty, watch)
}

/// Whether the choice of this number is the marked one.
fn marks(screen: &vt100::Screen, choice: u8) -> bool {
    let marked = format!("{choice}");
    screen.rows(0, screen.size().1.get()).any(|row| {
        let mut words = row.split_whitespace();
        words.next() == Some(">") && words.next() == Some(&marked)
    })
}

/// Marks choices until a save has been pending through a hundred of them; how long each took to show.
fn mark(pty: &mut Pty, keys: u8) -> Vec<Duration> {
    let press = |place: u8| {
        let choice = place % 5 + 1;
        pty.type_keys(&[b'0' + choice]).unwrap();
        pty.wait_for(|screen| marks(screen, choice), BOUND).unwrap()
    };
    (0..keys).map(press).collect()
}

#[test]
fn keys_show_at_once_while_the_disk_takes_two_seconds() {
    let Some(disk) = Disk::new() else { return };
    let (mut pty, mut watch) = begun(&disk);
    disk.fault("slow", "2000");
    let mut times = Vec::new();
    let mut rounds = 0;
    while times.len() < 120 {
        let synced = disk.synced();
        let given = Instant::now();
        pty.type_keys(b"3\r").unwrap();
        rounds += 1;
        watch.until(&mut pty, "the next item", |frame| frame.counter == Some((rounds + 1, 39)));
        // As many as fit into the two seconds, on this machine.
        while given.elapsed() < Duration::from_millis(1_500) && times.len() < 200 {
            times.extend(mark(&mut pty, 5));
        }
        assert_eq!(disk.synced(), synced, "a sync returned early");
        let frames = watch.look(&mut pty);
        assert!(frames.iter().all(|frame| frame.status.starts_with("saving")), "{:?}", frames.last());
        watch.until(&mut pty, "saved", super::watch::Frame::says_saved);
        assert!(given.elapsed() >= Duration::from_secs(2) && disk.synced() > synced, "said before it was so");
    }
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100) - 1];
    println!(
        "a sync of 2 s: {} keys, key to screen p50 {:?}, p99 {:?}, most {:?}",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
    assert!(at(99) < PROMISED, "p99 {:?}", at(99));
}

#[test]
fn saving_turns_to_saved_only_when_the_sync_has_returned() {
    let Some(disk) = Disk::new() else { return };
    let (mut pty, mut watch) = begun(&disk);
    for item in 1..=5 {
        disk.fault("gate", "");
        let synced = disk.synced();
        pty.type_keys(b"2\r").unwrap();
        watch.until(&mut pty, "the next item", |frame| frame.counter == Some((item + 1, 39)));
        mark(&mut pty, 20);
        let frames = watch.look(&mut pty);
        assert!(!frames.is_empty() && frames.iter().all(|frame| frame.status.starts_with("saving")), "{frames:?}");
        assert_eq!(disk.synced(), synced);
        disk.lift("gate");
        watch.until(&mut pty, "saved", super::watch::Frame::says_saved);
        assert!(disk.synced() > synced);
    }
}
