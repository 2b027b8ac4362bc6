//! `kill -9` at random moments, and at every system call that touches the store.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::traced::{ANSWERS, Traced, places, strace_works};
use super::watch::{Watch, wait_for_output};
use super::{Guard, IN, Plan, core, everything, seed, wanted};
use crate::support::pty::{BOUND, Launch};

pub(super) fn program(home: &Path) -> Launch {
    guarded(home, &Guard::Open)
}

fn guarded(home: &Path, guard: &Guard) -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_kohesi"), home)
        .args(guard.args(&["take", "--lang", "en"]))
        .env("KOHESI_HOME", home.join("kohesi"))
}

/// What is in the store of the one interview after a kill: nothing lost of what was claimed, nothing to repair.
/// The answers it holds; none where the interview was not yet there.
pub(super) fn survivors(home: &Path, plan: &Plan, claimed: Option<usize>) -> Option<usize> {
    survivors_of(home, &Guard::Open, plan, claimed)
}

fn survivors_of(home: &Path, guard: &Guard, plan: &Plan, claimed: Option<usize>) -> Option<usize> {
    let store = home.join("kohesi");
    if !store.exists() {
        assert_eq!(claimed, None);
        return None;
    }
    let kept = everything(&guard.opened(&store).unwrap()).unwrap();
    assert!(kept.len() <= 1, "{} interviews", kept.len());
    let Some((interview, _, _)) = kept.first() else {
        assert_eq!(claimed, None, "the interview is gone");
        return None;
    };
    assert_eq!(plan.lost(interview, claimed.unwrap_or_default()), 0, "{claimed:?} were claimed");
    Some(interview.progress().answered)
}

#[test]
fn kill_at_random_moments_loses_nothing() {
    kill_at_random_moments(&Guard::Open, wanted("KOHESI_KILLS", 40), seed("kill"));
}

#[test]
fn kill_at_random_moments_loses_nothing_of_a_protected_store() {
    kill_at_random_moments(&Guard::passphrase(), wanted("KOHESI_KILLS", 40) / 4, seed("kill, protected"));
}

fn kill_at_random_moments(guard: &Guard, kills: usize, seed: u64) {
    let mut chance = fastrand::Rng::with_seed(seed);
    let questionnaire = core();
    let (mut done, mut answers) = (0, 0);
    while done < kills {
        let home = tempfile::tempdir().unwrap();
        guard.prepare([("KOHESI_HOME", home.path().join("kohesi"))]);
        let plan = Plan::draw(&questionnaire, &mut chance);
        let mut kept = None;
        // As many lives as one interview takes: the last ones are killed while nothing is left to answer.
        while done < kills && kept.is_none_or(|answers| answers < 39) {
            let mut pty = guarded(home.path(), guard).spawn().unwrap();
            let mut watch = Watch::begin(&mut pty);
            let from = match kept {
                None => {
                    pty.type_keys(IN).unwrap();
                    1
                }
                Some(answers) => {
                    let at = watch.taken_up(&mut pty);
                    assert_eq!(at, answers + 1, "taken up at another item");
                    at
                }
            };
            let claimed_before = kept;
            let many = chance.usize(0..8);
            pty.type_keys(&plan.keys[from - 1..].iter().take(many).flatten().copied().collect::<Vec<u8>>()).unwrap();
            let moment = Instant::now() + Duration::from_micros(chance.u64(0..40_000));
            while Instant::now() < moment {
                wait_for_output(&mut pty, moment.saturating_duration_since(Instant::now()));
            }
            pty.signal(Signal::KILL).unwrap();
            pty.wait_exit(BOUND).unwrap();
            watch.look(&mut pty);
            let shown = watch.claims.last().and_then(|claim| claim.saved);
            let claimed = shown.max(claimed_before);
            kept = survivors_of(home.path(), guard, &plan, claimed);
            (done, answers) = (done + 1, answers + claimed.unwrap_or_default());
        }
    }
    println!("kill -9 at random moments: {done} kills, {answers} answers, 0 lost, 0 repairs");
    assert!(answers > kills, "hardly anything was claimed");
}

/// System calls after which a kill leaves other files or locks behind.
pub(super) const CALLS: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fallocate,unlink,unlinkat,rename,renameat2,link,\
                     linkat,mkdir,fcntl,flock,chmod,fchmod,fchmodat,mmap,close";

#[test]
fn kill_at_every_system_call_loses_nothing() {
    if !strace_works() {
        return;
    }
    let (calls, mut chance) = (wanted("KOHESI_CALLS", 36usize), fastrand::Rng::with_seed(seed("system calls")));
    let folder = tempfile::tempdir().unwrap();
    let log: PathBuf = folder.path().join("trace");
    let plan = Plan::draw(&core(), &mut chance);
    let fresh = || {
        let home = tempfile::tempdir().unwrap();
        std::fs::canonicalize(home.path()).map(|path| (home, path)).unwrap()
    };

    let (_kept, home) = fresh();
    let (claimed, exit) = Traced { home: &home, log: &log, plan: &plan }.run(&format!("trace={CALLS}"));
    assert_eq!((claimed, exit.code), (Some(ANSWERS), 0));
    let mut all = places(&log);
    let every = all.len();
    assert!(every > 10 * ANSWERS, "{every} system calls, too few to be true: {all:?}");
    if calls < every {
        chance.shuffle(&mut all);
        all.truncate(calls);
    }
    let (mut killed_at, mut answers) = (0, 0);
    for (call, n) in &all {
        let (_kept, home) = fresh();
        let traced = Traced { home: &home, log: &log, plan: &plan };
        let (claimed, exit) = traced.run(&format!("inject={call}:signal=SIGKILL:when={n}"));
        let kept = survivors(&home, &plan, claimed);
        killed_at += usize::from(exit.signal.is_some());
        answers += claimed.unwrap_or_default();
        if let Some(kept) = kept {
            let mut pty = program(&home).spawn().unwrap();
            let mut watch = Watch::begin(&mut pty);
            assert_eq!(watch.taken_up(&mut pty), kept + 1, "after {call} {n}");
        }
    }
    println!("kill -9 at {killed_at} of {every} system calls: {answers} answers, 0 lost, 0 repairs");
    assert!(killed_at * 10 >= all.len() * 8, "only {killed_at} of {} were reached", all.len());
}
