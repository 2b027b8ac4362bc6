//! Input drawn at random for a bounded time: `KOHESI_FUZZ_SECONDS`, where it is set. Each test runs in a process of its
//! own, so that a crash of any kind, a hang and what it takes in memory are seen. `KOHESI_FUZZ_SEED` draws other input.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that one input may keep a processor busy, and the most memory all of them together may take.
const LONGEST: Duration = Duration::from_secs(1);
const LARGEST_KIB: u64 = 64 << 10;
/// Where the input being tried is kept, for a run that does not come back.
const TRIED: &str = "KOHESI_FUZZ_TRIED";

pub(crate) fn seconds() -> u64 {
    std::env::var("KOHESI_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// Runs the ignored test of this whole name alone, in a process of its own that is ended when it hangs. What it says of
/// how much it tried.
pub(crate) fn alone(name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let tried = folder.path().join("tried");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"])
        .env(TRIED, &tried)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(seconds() + 60);
    while child.try_wait().unwrap().is_none() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    let hangs = child.try_wait().unwrap().is_none();
    if hangs {
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let tried = || {
        let input = std::fs::read(&tried).unwrap_or_default();
        String::from_utf8(input).unwrap_or_else(|error| format!("{:02x?}", error.into_bytes()))
    };
    assert!(!hangs && output.status.success(), "hangs: {hangs}, {}\n{told}\ntried:\n{}", output.status, tried());
    assert!(told.contains("1 passed"), "{told}");
    told.lines().find(|line| line.contains("tried in")).unwrap_or_default().to_owned()
}

/// How long this thread was on a processor: other programs do not count. Elsewhere than on Linux, what the clock says.
fn busy(began: Instant) -> Duration {
    let on_linux = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = on_linux.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| began.elapsed(), Duration::from_nanos)
}

/// The largest memory of this process, in KiB; 0 where the system does not say.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or(0, |line| line.trim().trim_end_matches(" kB").parse().unwrap())
}

/// Draws input and holds it to its promise, until the time is over; it is `least` times at the least.
pub(crate) fn for_a_while(
    name: &str,
    least: u64,
    mut next: impl FnMut(&mut fastrand::Rng) -> Vec<u8>,
    holds: impl Fn(&[u8]),
) -> String {
    let seed = std::env::var("KOHESI_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_124);
    let tried = std::env::var_os(TRIED);
    let mut chance = fastrand::Rng::with_seed(seed);
    let began = Instant::now();
    let (mut runs, mut slowest) = (0_u64, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(seconds()) {
        let input = next(&mut chance);
        if let Some(path) = &tried {
            std::fs::write(Path::new(path), &input).unwrap();
        }
        let before = busy(began);
        holds(&input);
        let took = busy(began).saturating_sub(before);
        assert!(took < LONGEST, "{took:?}");
        slowest = slowest.max(took);
        runs += 1;
    }
    assert!(runs > least, "{name}: {runs} in {} s", seconds());
    assert!(peak() < LARGEST_KIB, "{} KiB", peak());
    format!("{name}: {runs} tried in {} s, the slowest {slowest:.1?}, {} KiB at most", seconds(), peak())
}

/// Bytes changed here and there: gone, others, doubled from elsewhere, or one of `pieces`.
pub(crate) fn changed(bytes: &[u8], pieces: &[&[u8]], chance: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..chance.usize(1..8) {
        let start = chance.usize(0..=bytes.len());
        let end = (start + chance.usize(0..12)).min(bytes.len());
        let new: Vec<u8> = match chance.u8(0..4) {
            0 => Vec::new(),
            1 if !pieces.is_empty() => pieces[chance.usize(0..pieces.len())].to_vec(),
            1 | 2 => vec![chance.u8(..)],
            _ => {
                let from = chance.usize(0..=bytes.len());
                bytes[from..(from + chance.usize(0..200)).min(bytes.len())].to_vec()
            }
        };
        bytes.splice(start..end, new);
    }
    bytes
}
