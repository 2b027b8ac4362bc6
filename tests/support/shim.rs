//! A disk that forgets and fails, for the real program: `shim.c` between it and the system.

#![allow(clippy::print_stderr, reason = "a part that is skipped is told on the terminal")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

use super::pty::Launch;

/// What tears at random tears here.
const SECTOR: usize = 512;

/// What became of the writes that no sync had returned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsynced {
    /// None of them reached the disk.
    Lost,
    /// Any sector of any of them may have reached it, and any name.
    Torn,
}

/// A folder on a disk that forgets and fails.
pub(crate) struct Disk {
    folder: tempfile::TempDir,
}

/// A program's stay on the disk, where a cut found it.
pub(crate) struct Cut {
    /// The folder the program saw as [`Disk::live`].
    pub(crate) root: tempfile::TempDir,
}

/// The shim, built once; none, with the reason on the terminal, where there is no C compiler.
fn library() -> Option<&'static Path> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).map_err(|error| error.to_string())?;
        let library = folder.path().join("shim.so");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/shim.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&library).arg(source).arg("-ldl");
        let outcome = cc.output().map_err(|error| format!("cc: {error}"))?;
        if !outcome.status.success() {
            return Err(String::from_utf8_lossy(&outcome.stderr).into_owned());
        }
        // One place, whichever of several test processes was first.
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shim.so");
        fs::rename(&library, &kept).map_err(|error| error.to_string())?;
        Ok(kept)
    });
    match built {
        Ok(library) => Some(library),
        Err(reason) if reason.starts_with("cc: ") => {
            eprintln!("SKIPPED: the disk that forgets needs a C compiler: {reason}");
            None
        }
        Err(reason) => panic!("the disk that forgets does not compile: {reason}"),
    }
}

impl Disk {
    /// An empty disk; none where it cannot be had here, which is told.
    pub(crate) fn new() -> Option<Self> {
        library()?;
        let folder = tempfile::tempdir().unwrap();
        for name in ["live", "shadow", "control"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Some(Self { folder })
    }

    fn part(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap().join(name)
    }

    /// The folder as the program sees it.
    pub(crate) fn live(&self) -> PathBuf {
        self.part("live")
    }

    /// The program's home on it, which the program makes.
    pub(crate) fn home(&self) -> PathBuf {
        self.live().join("kohesi")
    }

    /// The environment that puts a program on this disk.
    pub(crate) fn environment(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("LD_PRELOAD", library().map(|library| library.as_os_str().to_owned()).unwrap_or_default()),
            ("KOHESI_SHIM_DIR", self.live().into()),
            ("KOHESI_SHIM_SHADOW", self.part("shadow").into()),
            ("KOHESI_SHIM_CONTROL", self.part("control").into()),
            ("KOHESI_HOME", self.home().into()),
        ]
    }

    /// The real program on this disk.
    pub(crate) fn launch(&self, args: &[&str]) -> Launch {
        let launch = Launch::new(env!("CARGO_BIN_EXE_kohesi"), self.folder.path()).args(args);
        self.environment().into_iter().fold(launch, |launch, (name, value)| launch.env(name, value))
    }

    /// Puts a folder's content on the disk, synced.
    pub(crate) fn place(&self, from: &Path) {
        let script = "cp -r \"$0\"/. . && find . -type f -exec sync {} + && find . -type d -exec sync {} +";
        let mut shell = Command::new("sh");
        shell.args(["-c", script]).arg(from).current_dir(self.live()).envs(self.environment());
        assert!(shell.status().unwrap().success(), "{}", from.display());
    }

    /// Lets a fault come; see `shim.c` for their names and what the content means.
    pub(crate) fn fault(&self, name: &str, content: impl AsRef<[u8]>) {
        let part = self.part("control").join(".part");
        fs::write(&part, content).unwrap();
        fs::rename(&part, self.part("control").join(name)).unwrap();
    }

    /// Lets a fault go.
    pub(crate) fn lift(&self, name: &str) {
        fs::remove_file(self.part("control").join(name)).unwrap();
    }

    /// Syncs that have returned well so far.
    pub(crate) fn synced(&self) -> u64 {
        self.count("synced")
    }

    /// How often a fault struck so far.
    pub(crate) fn failed(&self) -> u64 {
        self.count("failed")
    }

    fn count(&self, name: &str) -> u64 {
        fs::metadata(self.part("control").join(name)).map_or(0, |file| file.len())
    }

    /// The disk as a power cut at this moment would leave it. The program must be stopped.
    pub(crate) fn cut(&self, unsynced: Unsynced, chance: &mut fastrand::Rng) -> Cut {
        let root = tempfile::tempdir_in(self.folder.path()).unwrap();
        self.leave(&self.live(), root.path(), unsynced, chance);
        Cut { root }
    }

    /// What is left of the folder `live`, in the folder `to`.
    fn leave(&self, live: &Path, to: &Path, unsynced: Unsynced, chance: &mut fastrand::Rng) {
        let mut names = self.synced_names(live);
        if unsynced == Unsynced::Torn {
            let now = names_now(live);
            let known: Vec<String> = names.keys().chain(now.keys()).cloned().collect();
            for name in known {
                if chance.bool() {
                    match now.get(&name) {
                        Some(object) => names.insert(name, object.clone()),
                        None => names.remove(&name),
                    };
                }
            }
        }
        let by_key: BTreeMap<String, PathBuf> =
            names_now(live).into_iter().map(|(name, (key, _))| (key, live.join(name))).collect();
        for (name, (key, is_folder)) in names {
            let here = by_key.get(&key);
            if is_folder {
                fs::create_dir(to.join(&name)).unwrap();
                if let Some(here) = here {
                    self.leave(here, &to.join(name), unsynced, chance);
                }
                continue;
            }
            let mut content = fs::read(self.part("shadow").join(&key)).unwrap_or_default();
            if let (Unsynced::Torn, Some(here)) = (unsynced, here) {
                content = torn(&content, &fs::read(here).unwrap(), chance);
            }
            fs::write(to.join(name), content).unwrap();
        }
    }

    /// The names in a folder when it was last synced: each file's object, and whether it is a folder.
    fn synced_names(&self, folder: &Path) -> BTreeMap<String, (String, bool)> {
        let listing = fs::read_to_string(self.part("shadow").join(key(folder))).unwrap_or_default();
        let name = |line: &str| {
            let mut words = line.splitn(3, ' ');
            let (key, kind, name) = (words.next()?, words.next()?, words.next()?);
            Some((name.to_owned(), (key.to_owned(), kind == "d")))
        };
        listing.lines().filter_map(name).collect()
    }
}

fn names_now(folder: &Path) -> BTreeMap<String, (String, bool)> {
    let entry = |entry: fs::DirEntry| {
        let path = entry.path();
        (entry.file_name().into_string().unwrap(), (key(&path), path.is_dir()))
    };
    fs::read_dir(folder).unwrap().map(|found| entry(found.unwrap())).collect()
}

/// The name of an object in the shadow, as `shim.c` makes it.
fn key(path: &Path) -> String {
    let metadata = fs::symlink_metadata(path).unwrap();
    let born =
        metadata.created().map_or_else(|_| std::time::Duration::ZERO, |born| born.duration_since(UNIX_EPOCH).unwrap());
    format!("{}-{}.{:09}", metadata.ino(), born.as_secs(), born.subsec_nanos())
}

/// `synced` where any sector, and any part of the growth, may have become what it is `now`.
fn torn(synced: &[u8], now: &[u8], chance: &mut fastrand::Rng) -> Vec<u8> {
    let length = if chance.bool() { synced.len() } else { now.len() };
    let mut left = synced.to_vec();
    left.resize(length, 0);
    for (place, sector) in left.chunks_mut(SECTOR).enumerate() {
        let from = place * SECTOR;
        if let Some(new) = now.get(from..now.len().min(from + sector.len()))
            && new.len() == sector.len()
            && chance.bool()
        {
            sector.copy_from_slice(new);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(disk: &Disk, script: &str) {
        let mut python = Command::new("sh");
        python.args(["-c", script]).current_dir(disk.live()).envs(disk.environment());
        assert!(python.status().unwrap().success(), "{script}");
    }

    fn left(disk: &Disk) -> Vec<(String, String)> {
        let cut = disk.cut(Unsynced::Lost, &mut fastrand::Rng::with_seed(1));
        let read = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
        names_now(cut.root.path()).into_keys().map(|name| (name.clone(), read(cut.root.path().join(name)))).collect()
    }

    fn pair(name: &str, content: &str) -> (String, String) {
        (name.to_owned(), content.to_owned())
    }

    #[test]
    fn only_what_was_synced_is_left_and_only_under_a_synced_name() {
        let Some(disk) = Disk::new() else { return };
        on(&disk, "printf one > a; sync a");
        assert_eq!(left(&disk), []);
        on(&disk, "sync .");
        assert_eq!(left(&disk), [pair("a", "one")]);
        on(&disk, "printf two > a; printf three > b; sync .");
        assert_eq!(left(&disk), [pair("a", "one"), pair("b", "")]);
        on(&disk, "sync b; mv a c");
        assert_eq!(left(&disk), [pair("a", "one"), pair("b", "three")]);
        on(&disk, "sync .; rm b");
        assert_eq!(left(&disk), [pair("b", "three"), pair("c", "one")]);
    }

    #[test]
    fn what_was_not_synced_may_be_left_in_any_part() {
        let (old, new) = (vec![b'o'; 5 * SECTOR], vec![b'n'; 9 * SECTOR + 7]);
        let mut chance = fastrand::Rng::with_seed(7);
        let torn: Vec<Vec<u8>> = (0..64).map(|_| torn(&old, &new, &mut chance)).collect();
        assert!(torn.iter().any(|left| left.len() == old.len() && left.contains(&b'n') && left.contains(&b'o')));
        assert!(torn.iter().any(|left| left.len() == new.len() && left.contains(&0)));
    }

    #[test]
    fn faults_come_and_go() {
        let Some(disk) = Disk::new() else { return };
        for (fault, script) in [
            ("full", "printf x > a"),
            ("broken", "sync a"),
            ("readonly", "rm a"),
            ("readonly", "mv a b"),
            ("readonly", "mkdir c"),
            ("readonly", "sh -c ': > d'"),
        ] {
            on(&disk, ": > a");
            disk.fault(fault, "");
            on(&disk, &format!("if {script} 2>&1; then exit 1; fi"));
            disk.fault(fault, disk.live().join("elsewhere").to_str().unwrap());
            on(&disk, "printf y > a; sync a");
            disk.lift(fault);
            on(&disk, script);
        }
    }
}
