//! Files and expressions changed at random, for a bounded time: `KOHESI_FUZZ_SECONDS`, where it is set. Each runs in a
//! process of its own, so that a crash of any kind, a hang and what it takes in memory are seen. `KOHESI_FUZZ_SEED`
//! draws other changes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::sound::{holds, with_expression};

/// The longest that one text may keep a processor busy, and the most memory all of them together may take.
const LONGEST: Duration = Duration::from_secs(1);
const LARGEST_KIB: u64 = 64 << 10;
/// Where the text being tried is kept, for a run that does not come back.
const TRIED: &str = "KOHESI_FUZZ_TRIED";

/// What is put in beside single bytes: what a questionnaire is made of.
const PIECES: [&str; 40] = [
    "\n",
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "=",
    ",",
    ".",
    "#",
    "\\",
    "\\u001b",
    "\u{202e}",
    "\0",
    "show_if = \"",
    "answered(",
    "size(",
    "point(",
    " && ",
    " || ",
    "!",
    "==",
    " in ",
    "? 1 : 2",
    "date(\"2024-01-31\")",
    "9223372036854775807",
    "-1",
    "1e999",
    "nan",
    "2024-01-31",
    "true",
    "kind = \"grid\"",
    "rows = []",
    "{key}",
    "{{",
    "languages = []",
];

/// What expressions are made of.
const EXPRESSIONS: [&str; 8] = [
    "sells && size(goods) > 1 ? true : false",
    "hours * 2.0 >= 4.5 || !answered(day)",
    "day >= date(\"2024-02-01\") && day.getFullYear() < 2034",
    "\"food\" in goods && place != \"hall\"",
    "point(join_in) >= 4 || needs[0] == \"shade\"",
    "story.contains(\" \") && size(story) > 20",
    "(1 + 2) * 3 - int(hours) % 2 == 0",
    "needs == [\"shade\", \"water\"] || [] == goods",
];

fn seconds() -> u64 {
    std::env::var("KOHESI_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// The files that are changed: what is shipped, and every fixture.
fn corpus() -> Vec<String> {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let folders = ["valid", "invalid", "advised"].map(|folder| std::fs::read_dir(fixtures.join(folder)).unwrap());
    let texts = folders.into_iter().flatten().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let small = texts.filter(|text| text.len() < 20_000);
    small.chain([include_str!("../../questionnaires/contoh-lengkap.toml").to_owned()]).collect()
}

fn changed(text: &str, chance: &mut fastrand::Rng) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..chance.usize(1..8) {
        let start = chance.usize(0..=characters.len());
        let end = (start + chance.usize(0..12)).min(characters.len());
        let new: Vec<char> = match chance.u8(0..4) {
            0 => Vec::new(),
            1 => PIECES[chance.usize(0..PIECES.len())].chars().collect(),
            2 => vec![char::from(chance.u8(0..128))],
            _ => {
                let from = chance.usize(0..=characters.len());
                characters[from..(from + chance.usize(0..200)).min(characters.len())].to_vec()
            }
        };
        characters.splice(start..end, new);
    }
    characters.into_iter().collect()
}

/// Runs the ignored test `name` of this file alone, in a process of its own that is ended when it hangs.
fn alone(name: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let tried = folder.path().join("tried");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("authoring::fuzz::{name}"), "--ignored", "--nocapture", "--test-threads=1"])
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
    let tried = || std::fs::read_to_string(&tried).unwrap_or_default();
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

fn for_a_while(name: &str, mut next: impl FnMut(&mut fastrand::Rng) -> String) -> String {
    let seed = std::env::var("KOHESI_FUZZ_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_124);
    let tried = std::env::var_os(TRIED);
    let mut chance = fastrand::Rng::with_seed(seed);
    let began = Instant::now();
    let (mut runs, mut slowest) = (0_u64, Duration::ZERO);
    while began.elapsed() < Duration::from_secs(seconds()) {
        let text = next(&mut chance);
        if let Some(path) = &tried {
            std::fs::write(Path::new(path), &text).unwrap();
        }
        let before = busy(began);
        holds(&text);
        let took = busy(began).saturating_sub(before);
        assert!(took < LONGEST, "{took:?}");
        slowest = slowest.max(took);
        runs += 1;
    }
    assert!(runs > 10, "{name}: {runs} in {} s", seconds());
    assert!(peak() < LARGEST_KIB, "{} KiB", peak());
    format!("{name}: {runs} tried in {} s, the slowest {slowest:.1?}, {} KiB at most", seconds(), peak())
}

#[test]
fn a_file_changed_at_random_is_read_or_refused() {
    println!("{}", alone("files"));
}

#[test]
fn an_expression_changed_at_random_is_understood_or_refused() {
    println!("{}", alone("expressions"));
}

#[test]
#[ignore = "the tests above run it in a process of its own"]
fn files() {
    let corpus = corpus();
    println!("{}", for_a_while("files", |chance| changed(&corpus[chance.usize(0..corpus.len())], chance)));
}

#[test]
#[ignore = "the tests above run it in a process of its own"]
fn expressions() {
    let expression = |chance: &mut fastrand::Rng| changed(EXPRESSIONS[chance.usize(0..EXPRESSIONS.len())], chance);
    println!("{}", for_a_while("expressions", |chance| with_expression(&expression(chance))));
}
