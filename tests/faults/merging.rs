//! Merging, killed and failed at every system call that touches the store: all of it is there, or nothing.

use std::fmt::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

use kohesi::interview::{Draft, Interview, Synthetic};
use kohesi::store::{Bundling, Options, Paths, Store, Watch};

use super::kill::CALLS;
use super::traced::{places, strace_works};
use super::{core, everything, opened, seed, wanted};

const KOHESI: &str = env!("CARGO_BIN_EXE_kohesi");

/// A folder with a store, another's bundle, and what the store holds before and after merging it.
pub(super) struct Desk {
    folder: tempfile::TempDir,
    pub(super) bundle: PathBuf,
    before: String,
    after: String,
}

pub(super) fn keep(store: &mut Store, people: &[Interview]) {
    for one in people {
        let language = one.language().clone();
        let draft = Draft { place: None, marked: None, typed: String::new(), note: None, language };
        store.begin(one.id(), one.questionnaire(), one.events(), &draft).unwrap();
        store.finish(one.id(), one.events(), &one.packed()).unwrap();
    }
}

/// Everything in a store, every hash of it checked.
fn told(home: &Path) -> String {
    let store = opened(home).unwrap();
    let mut told = String::new();
    for (interview, _, state) in everything(&store).unwrap() {
        writeln!(told, "{} {state:?} {:?}", interview.id(), interview.events()).unwrap();
    }
    told
}

impl Desk {
    /// The store has five people; the bundle three of them, five others, and the mark that one of the five was erased.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let people: Vec<Interview> = Synthetic::new(core(), 5).interviews(10).collect();
        let bundle = folder.path().join("other.kohesi");
        let (mut other, _) = Store::open(&Paths::at(&folder.path().join("other")), &Options::default()).unwrap();
        keep(&mut other, &people[2..]);
        other.erase(people[3].id()).unwrap();
        let watch = Watch { stop: &AtomicBool::new(false), progress: &|_| {} };
        other.bundle(&Bundling { path: bundle.clone(), ..Bundling::default() }, watch).unwrap();
        let home = folder.path().join("store");
        let (mut store, _) = Store::open(&Paths::at(&home), &Options::default()).unwrap();
        keep(&mut store, &people[..5]);
        drop(store);
        let mut desk = Self { folder, bundle, before: told(&home), after: String::new() };
        let merged = desk.fresh();
        assert!(desk.run(&merged, None).success());
        desk.after = told(&merged);
        assert_eq!((desk.before.lines().count(), desk.after.lines().count()), (5, 9));
        desk
    }

    /// A copy of the store.
    pub(super) fn fresh(&self) -> PathBuf {
        let copy = self.folder.path().join("copy");
        let _ = std::fs::remove_dir_all(&copy);
        std::fs::create_dir(&copy).unwrap();
        std::fs::copy(self.folder.path().join("store/kohesi.db"), copy.join("kohesi.db")).unwrap();
        std::fs::canonicalize(copy).unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    /// Merges into a store, under strace where there is an expression for it.
    pub(super) fn run(&self, home: &Path, what: Option<&str>) -> std::process::ExitStatus {
        let mut command = if let Some(what) = what {
            let mut strace = Command::new("strace");
            strace.args(["-f", "-qq", "-o"]).arg(self.log());
            for name in ["", "kohesi.db", "kohesi.db-wal", "kohesi.db-shm", "kohesi.lock"] {
                strace.arg("-P").arg(if name.is_empty() { home.to_owned() } else { home.join(name) });
            }
            strace.args(["-e", what]).arg(KOHESI);
            strace
        } else {
            Command::new(KOHESI)
        };
        command.arg("merge").arg(&self.bundle).env_clear().env("KOHESI_HOME", home).env("HOME", home);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
    }
}

#[test]
fn a_merge_cut_off_at_any_system_call_is_whole_or_nothing() {
    if !strace_works() {
        return;
    }
    let (calls, mut chance) = (wanted("KOHESI_CALLS", 16usize), fastrand::Rng::with_seed(seed("merging")));
    let desk = Desk::new();
    let home = desk.fresh();
    assert!(desk.run(&home, Some(&format!("trace={CALLS}"))).success());
    let mut all = places(&desk.log());
    let every = all.len();
    assert!(every > 30, "{every} system calls, too few to be true: {all:?}");
    if calls < every {
        chance.shuffle(&mut all);
        all.truncate(calls);
    }
    let (mut killed, mut failed, mut whole) = (0, 0, 0);
    for (call, n) in &all {
        for fault in ["signal=SIGKILL", "error=EIO", "error=ENOSPC"] {
            let home = desk.fresh();
            let ended = desk.run(&home, Some(&format!("inject={call}:{fault}:when={n}")));
            let left = told(&home);
            assert!(left == desk.before || left == desk.after, "{call} {n} {fault}: neither as before nor merged");
            killed += usize::from(ended.signal().is_some());
            failed += usize::from(ended.code() == Some(1));
            whole += usize::from(left == desk.after);
            if ended.success() {
                assert!(left == desk.after, "{call} {n} {fault}: said to be merged");
            }
        }
    }
    let tried = all.len() * 3;
    println!(
        "merging: {tried} faults at {} of {every} system calls: {killed} killed, {failed} told as failed, {whole} merged, 0 half",
        all.len()
    );
    assert!(killed * 10 >= all.len() * 8, "only {killed} of {} were reached", all.len());
}

#[test]
fn a_full_disk_under_a_merge_is_told_and_changes_nothing() {
    if !strace_works() {
        return;
    }
    let desk = Desk::new();
    let home = desk.fresh();
    // From the first write to the log on.
    let ended = desk.run(&home, Some("inject=pwrite64:error=ENOSPC:when=1+"));
    assert_eq!(ended.code(), Some(1));
    assert!(told(&home) == desk.before);
    assert!(desk.run(&home, None).success(), "with room it is merged");
    assert!(told(&home) == desk.after);
}
