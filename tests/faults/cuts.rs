//! Power cuts: the program runs on a disk that keeps only what was synced, is stopped at random moments, and what it
//! had shown as saved by then is looked for on what is left of the disk.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kohesi::interview::{At, Draft, Interview, Mode, Moment};
use kohesi::questionnaire::{ItemIndex, Questionnaire};
use kohesi::store::{Durability, Options, Paths, State, Store};
use kohesi::text::Tag;
use rustix::process::{Pid, Signal};

use super::watch::{ANSWERS, Claim, Watch, wait_for_output};
use super::{Guard, IN, Plan, core, everything, seed, wanted};
use crate::support::pty::{BOUND, Launch, Pty};
use crate::support::shim::{Disk, Unsynced};

/// What the cuts found.
#[derive(Debug, Default)]
struct Found {
    cuts: usize,
    answers: usize,
    lost: usize,
    unreadable: usize,
    taken_up: usize,
}

impl Found {
    /// Looks at what a cut left of `home`, where so much of the interviews `plans` was claimed to be saved.
    fn look(&mut self, home: &Path, guard: &Guard, plans: &[Plan], claims: &[Claim]) {
        self.cuts += 1;
        let claimed: usize = claims.iter().filter_map(|claim| claim.saved).sum();
        self.answers += claimed;
        if !home.exists() {
            self.lost += claimed;
            return;
        }
        let kept = match guard.opened(home).and_then(|store| everything(&store)) {
            Ok(kept) => kept,
            Err(reason) => {
                eprintln!("unreadable after a cut: {reason}");
                self.unreadable += 1;
                return;
            }
        };
        assert!(kept.len() <= plans.len(), "{} interviews were begun, {} are there", plans.len(), kept.len());
        for (place, (plan, claim)) in plans.iter().zip(claims).enumerate() {
            match kept.get(place) {
                Some((interview, _, state)) => {
                    self.lost += plan.lost(interview, claim.saved.unwrap_or_default());
                    self.lost += usize::from(claim.finished && *state != State::Finished);
                }
                // The interview itself counts, so that one without an answer is missed as well.
                None => self.lost += claim.saved.map_or(0, |answers| answers + 1),
            }
        }
    }

    fn figure(&self) -> String {
        let Self { cuts, answers, lost, unreadable, .. } = self;
        format!("{cuts} cuts, {answers} answers, {lost} lost, {unreadable} unreadable")
    }
}

/// Stops a process, every thread of it, for as long as this lives.
pub(super) struct Stopped {
    process: Pid,
    /// It does something when it goes on. In its first moments it does not yet.
    listens: bool,
}

impl Stopped {
    /// None where it has ended meanwhile.
    pub(super) fn stop(process: Pid) -> Option<Self> {
        rustix::process::kill_process(process, Signal::STOP).ok()?;
        let tasks = format!("/proc/{}/task", process.as_raw_nonzero());
        let until = Instant::now() + BOUND;
        while !std::fs::read_dir(&tasks).ok()?.all(|task| task.is_ok_and(|task| is_stopped(&task.path()))) {
            assert!(Instant::now() < until, "the program does not stop");
            std::thread::yield_now();
        }
        Some(Self { process, listens: catches(process, Signal::CONT) })
    }

    /// Lets the full-screen program go on, and waits until it has taken the terminal again as after `fg`: for a moment
    /// before, the terminal is a shell's, which makes something else of Enter.
    pub(super) fn go_on(self, pty: &mut Pty) {
        const ENTER: &[u8] = b"\x1b[?1049h";
        let (before, listens) = (pty.bytes_received(), self.listens);
        drop(self);
        let until = Instant::now() + BOUND;
        while listens && !pty.bytes()[before..].windows(ENTER.len()).any(|bytes| bytes == ENTER) {
            if pty.program().unwrap().is_none() {
                return;
            }
            assert!(Instant::now() < until, "the program does not go on");
            wait_for_output(pty, Duration::from_millis(5));
        }
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = rustix::process::kill_process(self.process, Signal::CONT);
    }
}

/// Whether the process has a handler for the signal.
fn catches(process: Pid, signal: Signal) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero())).unwrap_or_default();
    let caught = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigCgt:")?.trim(), 16).ok());
    caught.is_some_and(|caught| caught >> (signal.as_raw() - 1) & 1 == 1)
}

fn is_stopped(task: &Path) -> bool {
    // `pid (name) state …`, and the name may hold anything. A task that has ended is stopped as well.
    let stat = std::fs::read_to_string(task.join("stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['T', 't', 'Z', 'X']))
}

/// One run of the program on a disk that is cut again and again.
struct Run<'a> {
    disk: &'a Disk,
    guard: &'a Guard,
    pty: Pty,
    watch: Watch,
    /// Claims of the interviews of earlier runs on this disk.
    before: Vec<Claim>,
}

impl Run<'_> {
    /// Types these keys, group by group, and cuts the power now and then. All of it is taken when this returns.
    fn type_and_cut(
        &mut self,
        mut groups: VecDeque<Vec<u8>>,
        plans: &[Plan],
        found: &mut Found,
        chance: &mut fastrand::Rng,
    ) {
        while !groups.is_empty() {
            let together = chance.usize(1..=4).min(groups.len());
            let keys: Vec<u8> = groups.drain(..together).flatten().collect();
            self.pty.type_keys(&keys).unwrap();
            let moment = Instant::now() + Duration::from_micros(chance.u64(0..12_000));
            while Instant::now() < moment {
                wait_for_output(&mut self.pty, moment.saturating_duration_since(Instant::now()));
            }
            self.cut(plans, found, chance);
        }
    }

    fn cut(&mut self, plans: &[Plan], found: &mut Found, chance: &mut fastrand::Rng) {
        let Some(program) = self.pty.program().unwrap() else { return };
        let unsynced = if chance.bool() { Unsynced::Lost } else { Unsynced::Torn };
        let Some(stopped) = Stopped::stop(program) else { return };
        // What was written to the terminal before the stop is on its way here.
        wait_for_output(&mut self.pty, Duration::from_millis(1));
        self.watch.look(&mut self.pty);
        let cut = self.disk.cut(unsynced, chance);
        stopped.go_on(&mut self.pty);
        let claims: Vec<Claim> = self.before.iter().chain(&self.watch.claims).copied().collect();
        let home = cut.root.path().join("kohesi");
        found.look(&home, self.guard, plans, &claims);
        let going = self.watch.claims.last().is_some_and(|claim| claim.saved.is_some_and(|saved| saved < ANSWERS));
        if going && chance.u8(0..20) == 0 {
            found.taken_up += usize::from(take_up(&home, self.guard));
        }
    }
}

/// The program, started on what a cut has left, goes on where the disk says: behind the last answer that is there.
/// False where all of them are.
fn take_up(home: &Path, guard: &Guard) -> bool {
    let answered = {
        let kept = everything(&guard.opened(home).unwrap()).unwrap();
        kept.last().unwrap().0.progress().answered
    };
    if answered == ANSWERS {
        return false;
    }
    let launch = Launch::new(env!("CARGO_BIN_EXE_kohesi"), home).args(guard.args(&["take", "--lang", "en"]));
    let mut pty = launch.env("KOHESI_HOME", home).spawn().unwrap();
    let at = Watch::begin(&mut pty).taken_up(&mut pty);
    assert_eq!(at, answered + 1, "taken up at another item");
    true
}

/// How a person comes to an interview and what follows it.
#[derive(Clone, Copy)]
enum Way {
    /// `kohesi take`, which ends after the interview.
    Take,
    /// From the menu and back to it; two interviews without the store being closed between.
    Menu,
}

/// Sits on one disk until so many cuts are found: three runs, four interviews.
fn one_disk(guard: &Guard, wanted: usize, found: &mut Found, chance: &mut fastrand::Rng) -> Option<()> {
    let disk = Disk::new()?;
    guard.prepare(disk.environment());
    let questionnaire = core();
    let (mut plans, mut before) = (Vec::new(), Vec::new());
    for way in [Way::Take, Way::Menu, Way::Take] {
        let (args, interviews): (&[&str], _) = match way {
            Way::Take => (&["take", "--lang", "en"], 1),
            Way::Menu => (&["--lang", "en"], 2),
        };
        let mut pty = disk.launch(&[]).args(guard.args(args)).spawn().unwrap();
        let watch = Watch::begin(&mut pty);
        let mut run = Run { disk: &disk, guard, pty, watch, before: before.clone() };
        for _ in 0..interviews {
            let plan = Plan::draw(&questionnaire, chance);
            let to_it = match way {
                Way::Take => IN.to_vec(),
                Way::Menu => [b"1\r", IN].concat(),
            };
            let groups = std::iter::once(to_it).chain(plan.keys.iter().cloned()).collect();
            plans.push(plan);
            run.type_and_cut(groups, &plans, found, chance);
            run.watch.until(&mut run.pty, "the review", |frame| frame.heading_is("Before you finish"));
            run.type_and_cut(VecDeque::from([b"1\r".to_vec()]), &plans, found, chance);
            run.watch.until(&mut run.pty, "the profile", |frame| frame.is_profile() && frame.says_saved());
            run.cut(&plans, found, chance);
            run.type_and_cut(VecDeque::from([b"q".to_vec()]), &plans, found, chance);
        }
        if matches!(way, Way::Menu) {
            run.watch.until(&mut run.pty, "the menu", |frame| frame.text.contains("Quit"));
            run.pty.type_keys(b"q").unwrap();
        }
        run.pty.wait_exit(BOUND).unwrap();
        before.append(&mut run.watch.claims);
        if found.cuts >= wanted {
            break;
        }
    }
    Some(())
}

#[test]
fn power_cut() {
    let (wanted, mut chance) = (wanted("KOHESI_CUTS", 300), fastrand::Rng::with_seed(seed("power_cut")));
    let mut found = Found::default();
    while found.cuts < wanted {
        let Some(()) = one_disk(&Guard::Open, wanted, &mut found, &mut chance) else { return };
    }
    println!("the program, FULL: {}; taken up again {} times", found.figure(), found.taken_up);
    assert_eq!((found.lost, found.unreadable), (0, 0), "{}", found.figure());
    assert!(found.taken_up > 0 && found.answers > found.cuts, "hardly anything was claimed: {}", found.figure());
}

#[test]
fn power_cut_of_a_protected_store() {
    let (wanted, mut chance) = (wanted("KOHESI_CUTS", 300) / 6, fastrand::Rng::with_seed(seed("protected")));
    let (mut found, guard) = (Found::default(), Guard::passphrase());
    while found.cuts < wanted {
        let Some(()) = one_disk(&guard, wanted, &mut found, &mut chance) else { return };
    }
    println!("the program over a protected store, FULL: {}", found.figure());
    assert_eq!((found.lost, found.unreadable), (0, 0), "{}", found.figure());
    assert!(found.answers > found.cuts, "hardly anything was claimed: {}", found.figure());
}

#[test]
fn power_cut_of_a_store_that_seals() {
    let (wanted, mut chance) = (wanted("KOHESI_CUTS", 300) / 6, fastrand::Rng::with_seed(seed("sealing")));
    let (mut found, guard) = (Found::default(), Guard::sealing());
    while found.cuts < wanted {
        let Some(()) = one_disk(&guard, wanted, &mut found, &mut chance) else { return };
    }
    println!("the program with keys, finished interviews sealed, FULL: {}", found.figure());
    assert_eq!((found.lost, found.unreadable), (0, 0), "{}", found.figure());
    assert!(found.answers > found.cuts, "hardly anything was claimed: {}", found.figure());
}

#[test]
fn the_power_cut_s_control_loses_answers_and_the_store_does_not() {
    let (cuts, mut chance) = (wanted("KOHESI_CUTS", 300) / 10, fastrand::Rng::with_seed(seed("control")));
    let Some(normal) = cut_writer(Durability::Normal, cuts, &mut chance) else { return };
    println!("the control, NORMAL: {}", normal.figure());
    let Some(full) = cut_writer(Durability::Full, cuts, &mut chance) else { return };
    println!("the same writer, FULL: {}", full.figure());
    assert!(normal.lost > normal.answers / 2, "a disk that forgets nothing: {}", normal.figure());
    assert_eq!((full.lost, full.unreadable), (0, 0), "{}", full.figure());
}

/// Cuts the power under [`writer`].
fn cut_writer(durability: Durability, cuts: usize, chance: &mut fastrand::Rng) -> Option<Found> {
    let mut found = Found::default();
    let plan = Plan::draw(&core(), &mut fastrand::Rng::with_seed(1));
    while found.cuts < cuts {
        let disk = Disk::new()?;
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--ignored", "--exact", "faults::cuts::writer", "--nocapture"]).envs(disk.environment());
        child.env("KOHESI_TRIAL", format!("{durability:?}")).stdout(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let (lines, claimed) = (BufReader::new(child.stdout.take().unwrap()), Arc::new(AtomicUsize::new(usize::MAX)));
        let reader = {
            let claimed = Arc::clone(&claimed);
            std::thread::spawn(move || {
                for number in
                    lines.lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("saved ")?.parse().ok())
                {
                    claimed.store(number, Ordering::SeqCst);
                }
            })
        };
        let process = Pid::from_child(&child);
        let mut goals = [(); 10].map(|()| chance.usize(0..39));
        goals.sort_unstable();
        for goal in goals {
            let until = Instant::now() + BOUND;
            let saved = || claimed.load(Ordering::SeqCst).checked_add(1).map(|next| next - 1);
            // As long as it runs; once it has claimed everything it waits.
            while saved().is_none_or(|saved| saved < goal) {
                assert!(Instant::now() < until, "the writer does not write");
                std::thread::yield_now();
            }
            let stopped = Stopped::stop(process).unwrap();
            let claim = Claim { saved: saved(), finished: false };
            let cut = disk.cut(Unsynced::Lost, chance);
            drop(stopped);
            let home = cut.root.path().join("kohesi");
            found.look(&home, &Guard::Open, std::slice::from_ref(&plan), &[claim]);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap();
    }
    Some(found)
}

/// Answers one interview straight into the store, says after each answer that it is saved, and waits to be killed.
#[test]
#[ignore = "a program for the control of the power cuts, not a test"]
fn writer() {
    let Ok(durability) = std::env::var("KOHESI_TRIAL") else { return };
    let durability = if durability == "Normal" { Durability::Normal } else { Durability::Full };
    let questionnaire = core();
    let plan = Plan::draw(&questionnaire, &mut fastrand::Rng::with_seed(1));
    let options = Options { durability, ..Options::default() };
    let (mut store, _) = Store::open(&Paths::find().unwrap(), &options).unwrap();
    let mut interview = begun(&mut store, &questionnaire);
    say(0);
    for (place, response) in (0..).zip(&plan.responses) {
        let from = interview.events().len();
        interview.respond(ItemIndex(place), response.clone(), &moment()).unwrap();
        store.append(interview.id(), &interview.events()[from..], &draft()).unwrap();
        say(place + 1);
    }
    loop {
        std::thread::park();
    }
}

fn say(saved: u16) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nsaved {saved}").and_then(|()| out.flush()).unwrap();
}

fn moment() -> Moment {
    let at = At { unix_ms: kohesi::store::clock::RELEASED, doubtful: false };
    Moment { at, shown_ms: 1_000, language: Tag::new("en").unwrap() }
}

fn draft() -> Draft {
    Draft { place: None, marked: None, typed: String::new(), note: None, language: Tag::new("en").unwrap() }
}

fn begun(store: &mut Store, questionnaire: &Arc<Questionnaire>) -> Interview {
    let interview = Interview::start(
        Arc::clone(questionnaire),
        kohesi::store::new_id(),
        Mode::SelfAdministered,
        "trial",
        &moment(),
    );
    store.begin(interview.id(), questionnaire, interview.events(), &draft()).unwrap();
    interview
}
