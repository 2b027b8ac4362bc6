//! The real program under `strace`, which tells, kills or fails its system calls on the store.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::Plan;
use super::kill::program;
use super::watch::{Frame, Watch, wait_for_output};
use crate::support::pty::{BOUND, Exit};

/// Answers in an interview under strace.
pub(super) const ANSWERS: usize = 20;

/// A screen that has stood so long takes a key again: the store's fault came between, and the key was for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// An interview of [`ANSWERS`] answers under strace.
pub(super) struct Traced<'a> {
    pub(super) home: &'a Path,
    pub(super) log: &'a Path,
    pub(super) plan: &'a Plan,
}

impl Traced<'_> {
    /// Answers, each question once the answer before is said to be saved, and leaves; or leaves where there is no store,
    /// because strace counts a fault anew for each thread, and trying again takes a new one. The answers that were claimed to
    /// be saved, and how it ended. `what` is strace's expression.
    pub(super) fn run(&self, what: &str) -> (Option<usize>, Exit) {
        let store = self.home.join("kohesi");
        let mut args: Vec<OsString> = vec!["-f".into(), "-qq".into(), "-o".into(), self.log.into()];
        for name in ["", "kohesi.db", "kohesi.db.part", "kohesi.db-wal", "kohesi.db-shm", "kohesi.lock"] {
            let path = if name.is_empty() { store.clone() } else { store.join(name) };
            args.extend(["-P".into(), path.into()]);
        }
        args.extend(["-e".into(), what.into()]);
        let mut pty = program(self.home).under("strace", args).spawn().unwrap();
        let (mut watch, mut done) = (Watch::new(), None);
        let begun = Instant::now();
        loop {
            watch.look(&mut pty);
            let next = watch.last.as_ref().and_then(|last| self.next(last));
            if let Some((step, keys)) = next
                && done.is_none_or(|(before, at): (Step, Instant)| {
                    before != step || (step == Step::Enter && at.elapsed() > PATIENCE)
                })
            {
                done = Some((step, Instant::now()));
                pty.type_keys(keys).unwrap();
            }
            wait_for_output(&mut pty, Duration::from_millis(5));
            if pty.wait_exit(Duration::ZERO).is_ok() {
                let exit = pty.wait_exit(BOUND).unwrap();
                watch.look(&mut pty);
                return (watch.claims.last().and_then(|claim| claim.saved), exit);
            }
            assert!(begun.elapsed() < BOUND, "{what}: it does not end; the last frame:\n{}", watch.text());
        }
    }

    /// What is to be typed on a screen.
    fn next(&self, frame: &Frame) -> Option<(Step, &[u8])> {
        match frame.counter {
            Some(_) if !frame.says_saved() => None,
            Some((at, _)) if at <= ANSWERS => Some((Step::Answer(at), &self.plan.keys[at - 1])),
            // Twice Ctrl-C: stop here.
            Some((at, _)) => Some((Step::Answer(at), b"\x03\x03")),
            None if frame.heading_is("Your consent") => Some((Step::Consent, b"1\r")),
            None if frame.text.contains("The store is not ready") => Some((Step::Refused, b"q")),
            None if frame.text.contains("Welcome.") => Some((Step::Enter, b"\r")),
            None => None,
        }
    }
}

/// A screen on which something is typed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Enter,
    Refused,
    Consent,
    Answer(usize),
}

/// How often each system call is made by any one thread, by strace's log: every place for a fault.
pub(super) fn places(log: &Path) -> Vec<(String, usize)> {
    let text = std::fs::read_to_string(log).unwrap();
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.contains("resumed>")) {
        let mut words = line.split_whitespace();
        let (Some(thread), Some(call)) = (words.next(), words.next()) else { continue };
        if let Some((call, _)) = call.split_once('(') {
            *counts.entry((call.to_owned(), thread.to_owned())).or_default() += 1;
        }
    }
    let mut most: BTreeMap<String, usize> = BTreeMap::new();
    for ((call, _), count) in counts {
        let most = most.entry(call).or_default();
        *most = count.max(*most);
    }
    most.into_iter().flat_map(|(call, count)| (1..=count).map(move |n| (call.clone(), n))).collect()
}

/// Whether there is a strace that may trace; told where there is not.
pub(super) fn strace_works() -> bool {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    let works = tried.as_ref().is_ok_and(|tried| tried.status.success());
    if !works {
        eprintln!("SKIPPED: faults at every system call need strace and the right to trace: {tried:?}");
    }
    works
}
