//! Commands that change files, with a fault at every system call that touches them: killed there, the power cut there,
//! that call failing. No half file ever has its name, nothing is claimed that is not so, and the next run puts it right.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use kohesi::export::{self, Exporter};

use super::traced::{places, strace_works};
use super::{core, seed, wanted};
use crate::exports::judges::store;
use crate::exports::people::people;
use crate::support::shim::{Disk, Unsynced};

const KOHESI: &str = env!("CARGO_BIN_EXE_kohesi");

/// Before these a kill or a cut leaves something else than before the others.
const CHANGING: &str = "openat,write,pwrite64,fsync,fdatasync,ftruncate,fallocate,unlink,unlinkat,rename,renameat2,link,\
                        linkat,mkdir,rmdir,chmod,fchmod,close";
/// Those that may fail.
const FAILING: &str = "openat,read,write,pread64,pwrite64,fsync,fdatasync,ftruncate,fallocate,unlink,unlinkat,rename,\
                       renameat2,link,linkat,mkdir,rmdir,fcntl,flock,statx,fstat,newfstatat,lseek,getdents64";

/// The folder the command runs in: the store in `kohesi`, files in `out`.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// What must hold of a folder in which the command ran, and said or did not say that all was well.
pub(super) type Judge = Box<dyn Fn(&Path, bool) -> Result<(), String>>;

/// A command, what it finds, and what must hold however it ends.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) program: &'static str,
    /// `{}` stands for the folder.
    pub(super) args: Vec<String>,
    /// What is there before, as a folder.
    pub(super) before: PathBuf,
    /// The files and folders whose system calls are counted.
    pub(super) touched: Vec<String>,
    pub(super) judge: Judge,
    /// Whether the command may be given again to what a fault has left.
    pub(super) again: bool,
    /// Whether it says nothing on its output where it fails.
    pub(super) silent: bool,
}

/// What the faults found.
#[derive(Debug, Default)]
struct Tally {
    pub(super) every: usize,
    pub(super) struck: usize,
    pub(super) wrong: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// `kill -9`.
    Killed,
    /// The same on a disk that keeps what was synced.
    Cut,
    /// The call says that the disk is full or broken.
    Failing,
}

impl Case {
    fn run(&self, root: &Path, disk: Option<&Disk>, log: &Path, what: &str) -> Output {
        let at = |text: &str| text.replace("{}", root.to_str().unwrap());
        let mut command = Command::new("timeout");
        command.args(["60", "strace", "-f", "-qq", "-o"]).arg(log);
        for path in &self.touched {
            command.arg("-P").arg(root.join(path));
        }
        for (name, value) in disk.map(Disk::environment).unwrap_or_default() {
            command.arg("-E").arg(format!("{name}={}", value.to_str().unwrap()));
        }
        command.args(["-e", what]).arg(self.program).args(self.args.iter().map(|arg| at(arg)));
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("LANG", "en_GB.UTF-8");
        command.env("HOME", root).env("KOHESI_HOME", root.join("kohesi")).current_dir(root);
        command.output().unwrap()
    }

    /// One run with one fault, on a folder of its own.
    fn strike(&self, fault: Fault, call: &str, n: usize, chance: &mut fastrand::Rng, tally: &mut Tally) {
        let scratch = tempfile::tempdir().unwrap();
        let log = scratch.path().join("trace");
        let told = |reason: String| format!("{}: {fault:?} at {call} {n}: {reason}", self.name);
        let (disk, root) = match fault {
            Fault::Cut => {
                let Some(disk) = Disk::new() else { return };
                disk.place(&self.before);
                let root = disk.live();
                (Some(disk), root)
            }
            _ => (None, copied(&self.before, scratch.path())),
        };
        let what = match fault {
            Fault::Killed | Fault::Cut => format!("inject={call}:signal=SIGKILL:when={n}"),
            Fault::Failing => {
                let error = if call.contains("write") { "ENOSPC" } else { "EIO" };
                format!("inject={call}:error={error}:when={n}")
            }
        };
        let output = self.run(&root, disk.as_ref(), &log, &what);
        let claimed = output.status.success();
        let injected = fs::read_to_string(&log).unwrap_or_default();
        tally.struck += usize::from(injected.contains("INJECTED") || injected.contains("killed by SIGKILL"));
        if let Some(disk) = &disk {
            for unsynced in [Unsynced::Lost, Unsynced::Torn] {
                let cut = disk.cut(unsynced, chance);
                let judged = (self.judge)(cut.root.path(), claimed);
                tally.wrong.extend(judged.err().map(|reason| told(format!("{unsynced:?}: {reason}"))));
                self.give_again(cut.root.path(), claimed, &log, &told, tally);
            }
            return;
        }
        if self.silent && fault == Fault::Failing && !claimed && !output.stdout.is_empty() {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            tally.wrong.push(told(format!("it failed, and said {said:?}")));
        }
        let judged = (self.judge)(&root, claimed);
        tally.wrong.extend(judged.err().map(told));
        self.give_again(&root, claimed, &log, &told, tally);
    }

    /// The command once more, on what a fault has left of it.
    fn give_again(&self, root: &Path, claimed: bool, log: &Path, told: &dyn Fn(String) -> String, tally: &mut Tally) {
        if !self.again || claimed {
            return;
        }
        let again = self.run(root, None, log, "trace=close");
        let judged = (self.judge)(root, true).and_then(|()| nothing_left_over(root));
        let errors = String::from_utf8_lossy(&again.stderr).into_owned();
        tally.wrong.extend(judged.err().map(|reason| told(format!("given again: {reason} {errors}"))));
    }

    /// Every place for a fault of this kind.
    fn places(&self, fault: Fault) -> Vec<(String, usize)> {
        let scratch = tempfile::tempdir().unwrap();
        let log = scratch.path().join("trace");
        let calls = if fault == Fault::Failing { FAILING } else { CHANGING };
        let disk = (fault == Fault::Cut).then(Disk::new).flatten();
        let root = match &disk {
            Some(disk) => {
                disk.place(&self.before);
                disk.live()
            }
            None => copied(&self.before, scratch.path()),
        };
        let output = self.run(&root, disk.as_ref(), &log, &format!("trace={calls}"));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", self.name);
        assert_eq!((self.judge)(&root, true), Ok(()), "{}: without a fault", self.name);
        places(&log)
    }

    /// The power cut right after the command has ended well.
    fn cut_at_the_end(&self) -> Result<(), String> {
        let Some(disk) = Disk::new() else { return Ok(()) };
        disk.place(&self.before);
        let log = tempfile::NamedTempFile::new().unwrap();
        let output = self.run(&disk.live(), Some(&disk), log.path(), "trace=close");
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        let mut chance = fastrand::Rng::with_seed(1);
        [Unsynced::Lost, Unsynced::Torn].into_iter().try_for_each(|unsynced| {
            let cut = disk.cut(unsynced, &mut chance);
            (self.judge)(cut.root.path(), true).map_err(|reason| format!("{}, {unsynced:?}: {reason}", self.name))
        })
    }

    /// Faults at `most` places of each kind, drawn by chance where there are more.
    fn strike_at(&self, faults: &[Fault], most: usize, chance: &mut fastrand::Rng, tally: &mut Tally) {
        for fault in faults {
            let mut all = self.places(*fault);
            tally.every += all.len();
            chance.shuffle(&mut all);
            all.truncate(most);
            for (call, n) in all {
                self.strike(*fault, &call, n, chance, tally);
            }
        }
    }
}

/// Strikes each command at `most` places of each kind and right after its end, and tells what was `found`.
pub(super) fn strike(what: &str, cases: &[Case], most: usize, found: &str) {
    let mut chance = fastrand::Rng::with_seed(seed(what));
    let mut tally = Tally::default();
    for case in cases {
        case.strike_at(&[Fault::Killed, Fault::Cut, Fault::Failing], most, &mut chance, &mut tally);
        tally.wrong.extend(case.cut_at_the_end().err());
    }
    let Tally { every, struck, wrong } = tally;
    println!("{what}: killed, cut and failing at {struck} of {every} system calls: {found}");
    assert!(wrong.is_empty(), "{} times\n{}", wrong.len(), wrong.join("\n"));
    let wanted = every.min(cases.len().saturating_mul(most).saturating_mul(3));
    assert!(struck * 10 >= wanted * 8, "only {struck} of {every} were reached");
}

/// A copy of a folder's content in the folder `root` of `scratch`.
fn copied(from: &Path, scratch: &Path) -> PathBuf {
    let root = fs::canonicalize(scratch).unwrap().join("root");
    copy(from, &root);
    root
}

pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, place) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if path.is_dir() {
            copy(&path, &place);
        } else {
            fs::copy(&path, &place).unwrap();
        }
    }
}

/// Every file below a folder by its path from there, without those that are being written (`.part`).
fn files(below: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![below.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() && !is_unfinished(&path) {
                folders.push(path);
            } else if !is_unfinished(&path) {
                let name = path.strip_prefix(below).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn is_unfinished(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "part" || ending == "old")
}

fn nothing_left_over(root: &Path) -> Result<(), String> {
    let names = |folder: &str| fs::read_dir(root.join(folder)).into_iter().flatten().map(|entry| entry.unwrap().path());
    // What a backup left that was to have another name is taken away later.
    let left: Vec<PathBuf> = names("out").chain(names("kohesi")).filter(|path| is_unfinished(path)).collect();
    if left.is_empty() { Ok(()) } else { Err(format!("left behind: {left:?}")) }
}

/// How files that belong together are judged.
#[derive(Clone, Copy)]
enum Whole {
    /// Each by itself.
    Each,
    /// Only together.
    Together,
}

/// Old or new, each file whole; and new where that was claimed.
fn old_or_new(folder: &'static str, before: Files, after: Files, whole: Whole) -> Judge {
    Box::new(move |root, claimed| {
        let now = files(&root.join(folder));
        let sizes =
            |files: &Files| files.iter().map(|(name, bytes)| format!("{name} {}", bytes.len())).collect::<Vec<_>>();
        let is = |wanted: &Files| now == *wanted;
        let each = || {
            let known = |name: &String| now.get(name) == before.get(name) || now.get(name) == after.get(name);
            now.keys().chain(before.keys()).chain(after.keys()).all(known)
        };
        let holds = match whole {
            _ if claimed => is(&after),
            Whole::Each => each(),
            Whole::Together => is(&before) || is(&after),
        };
        let told = || format!("claimed: {claimed}, {:?} of {:?} and {:?}", sizes(&now), sizes(&before), sizes(&after));
        if holds { Ok(()) } else { Err(told()) }
    })
}

/// A folder with a store of finished interviews, settings and an empty folder for files.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("out")).unwrap();
        store(&folder.path().join("kohesi"), &people(&core(), 5));
        fs::write(folder.path().join("kohesi/settings.toml"), "# of the hall\nspacing = \"wide\"\n").unwrap();
        Self(folder)
    }

    /// The command on this scene: its files old or new. It is run once to know the new ones.
    fn case(&self, name: &str, args: &[&str], folder: &'static str, touched: &[&str], again: bool) -> Case {
        self.case_of(KOHESI, name, args, folder, touched, again)
    }

    fn case_of(
        &self,
        program: &'static str,
        name: &str,
        args: &[&str],
        folder: &'static str,
        touched: &[&str],
        again: bool,
    ) -> Case {
        let scratch = tempfile::tempdir().unwrap();
        let mut case = Case {
            name: name.to_owned(),
            program,
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            before: self.0.path().to_owned(),
            touched: touched.iter().map(|path| (*path).to_owned()).collect(),
            judge: Box::new(|_, _| Ok(())),
            again,
            silent: true,
        };
        let root = copied(&case.before, scratch.path());
        let output = case.run(&root, None, &scratch.path().join("trace"), "trace=close");
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let after = files(&root.join(folder));
        // What the command touches: its files and those it writes first, and their folders.
        let own = after.keys().flat_map(|name| {
            let path = format!("{folder}/{name}");
            let above = Path::new(&path).ancestors().skip(1).map(|above| above.to_str().unwrap().to_owned());
            let above: Vec<String> = above.filter(|above| !above.is_empty()).collect();
            let parts = above.iter().map(|above| path.replacen(above, &format!("{above}.part"), 1)).collect::<Vec<_>>();
            let folders =
                above.iter().flat_map(|above| [above.clone(), format!("{above}.part"), format!("{above}.old")]);
            [path.clone(), format!("{path}.part")].into_iter().chain(parts).chain(folders).collect::<Vec<_>>()
        });
        case.touched.extend(own);
        case.touched.sort();
        case.touched.dedup();
        let whole = if args.contains(&"parquet") { Whole::Together } else { Whole::Each };
        case.judge = old_or_new(folder, files(&self.0.path().join(folder)), after, whole);
        case
    }
}

/// Everything that writes files beside the store: new ones, and over old ones.
fn cases(scenes: &[Scene; 2]) -> Vec<Case> {
    let [empty, old] = scenes;
    let mut all = Vec::new();
    for exporter in export::ALL {
        let (format, file) = (exporter.name(), format!("{{}}/out/{}", file_of(exporter)));
        let args = ["export", "--format", format, "-o", &file];
        all.push(empty.case(&format!("{format}, new"), &args, "out", &[], false));
        let over = [&args[..], &["--force"]].concat();
        all.push(old.case(&format!("{format}, over an old one"), &over, "out", &[], true));
    }
    for form in ["html", "pdf", "md"] {
        let file = format!("{{}}/out/report.{form}");
        let args = ["report", "-o", &file, "--force"];
        all.push(empty.case(&format!("report in {form}, new"), &args, "out", &[], true));
        all.push(old.case(&format!("report in {form}, over an old one"), &args, "out", &[], true));
    }
    let profile = ["profile", "-o", "{}/out/profile.txt"];
    all.push(empty.case("profile", &profile, "out", &[], false));
    all.push(empty.case("questionnaire", &["new", "{}/out/mine.toml"], "out", &[], false));
    let settings = ["config", "set", "theme", "light"];
    all.push(empty.case("settings", &settings, "kohesi", &["kohesi"], true));
    all
}

/// A name for the format's file.
fn file_of(exporter: &dyn Exporter) -> String {
    if exporter.is_tree() { "tree".to_owned() } else { format!("{}.{}", exporter.name(), exporter.ending()) }
}

/// Scenes without and with files of these names.
fn scenes() -> [Scene; 2] {
    let (empty, old) = (Scene::new(), Scene::new());
    for exporter in export::ALL {
        let out = old.0.path().join("out").join(file_of(exporter));
        let mut command = Command::new(KOHESI);
        command.args(["export", "--format", exporter.name(), "--events", "-o"]).arg(&out);
        command.env_clear().env("KOHESI_HOME", old.0.path().join("kohesi")).env("LANG", "id_ID.UTF-8");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    for form in ["html", "pdf", "md"] {
        fs::write(old.0.path().join("out").join(format!("report.{form}")), "an old report").unwrap();
    }
    [empty, old]
}

#[test]
fn no_fault_leaves_half_a_file_or_a_false_claim() {
    if !strace_works() {
        return;
    }
    let (most, mut chance) = (wanted("KOHESI_CALLS", 1usize), fastrand::Rng::with_seed(seed("files")));
    let scenes = scenes();
    let mut cases = cases(&scenes);
    let many = cases.len();
    if most == 1 {
        // In the short run a few of them.
        chance.shuffle(&mut cases);
        cases.truncate(8);
    }
    let what = format!("files of {} of {many} commands", cases.len());
    strike(&what, &cases, most, "0 half files, 0 false claims, 0 left behind");
}

/// The control: a program that writes in place, and one that does not sync.
#[test]
fn a_program_that_writes_in_place_fails_the_same_faults() {
    if !strace_works() {
        return;
    }
    let mut chance = fastrand::Rng::with_seed(seed("in place"));
    let scene = Scene::new();
    fs::write(scene.0.path().join("new"), vec![b'n'; 300_000]).unwrap();
    fs::write(scene.0.path().join("out/file"), vec![b'o'; 300_000]).unwrap();
    let args = ["--reflink=never", "{}/new", "{}/out/file"];
    let case = scene.case_of("cp", "in place", &args, "out", &["out/file"], false);
    for (fault, what) in [(Fault::Killed, "half a file"), (Fault::Cut, "a file that was not synced")] {
        let mut tally = Tally::default();
        case.strike_at(&[fault], usize::MAX, &mut chance, &mut tally);
        println!("the control, {fault:?}: {} of {} faults left {what}", tally.wrong.len(), tally.struck);
        assert!(!tally.wrong.is_empty(), "{fault:?}: {tally:?}");
    }
}
