//! What an interview leaves outside the store: nothing on the disk, on the terminal, in the list of processes; and no
//! socket is ever made.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal};

use super::traced::strace_works;
use super::watch::{Frame, Watch};
use super::{IN, Plan, core, seed, wanted};
use crate::exports::judges::store;
use crate::exports::people::people;
use crate::support::pty::{BOUND, Launch, Leader};

const KOHESI: &str = env!("CARGO_BIN_EXE_kohesi");

/// What every mark begins with: no word of any language, and nowhere in the program.
const MARK: &str = "zqtanda";

/// System calls by which something could leave the store.
const LEAVING: &str = "open,openat,creat,memfd_create,execve,socket,socketpair,connect,bind,listen,sendto,sendmsg";

/// Folders for a person, their temporary files, and the store.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["home", "tmp"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self(folder)
    }

    fn folder(&self, name: &str) -> PathBuf {
        fs::canonicalize(self.0.path()).unwrap().join(name)
    }

    fn launch(&self) -> Launch {
        let launch = Launch::new(KOHESI, self.folder("home")).args(["take", "--lang", "en"]);
        launch.env("KOHESI_HOME", self.folder("store")).env("TMPDIR", self.folder("tmp"))
    }
}

/// How often the mark stands in the files below a folder, and in which.
fn marks_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if has_mark(&fs::read(&path).unwrap()) || has_mark(path.as_os_str().as_encoded_bytes()) {
                found.push(path);
            }
        }
    }
    found
}

fn has_mark(bytes: &[u8]) -> bool {
    bytes.windows(MARK.len()).any(|window| window.eq_ignore_ascii_case(MARK.as_bytes()))
}

/// What other people on this machine can see of a process and of those it began.
fn visible(process: Pid) -> Vec<u8> {
    let of = |process: Pid| {
        let pid = process.as_raw_nonzero();
        let read = |name: &str| fs::read(format!("/proc/{pid}/{name}")).unwrap_or_default();
        ["cmdline", "comm", "environ", "status"].map(read).concat()
    };
    std::iter::once(process).chain(children(process)).flat_map(of).collect()
}

/// What a process began.
fn children(process: Pid) -> Vec<Pid> {
    let pid = process.as_raw_nonzero();
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    children.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}

/// Past the offer to go on with an interview that was not finished: the last line of the list.
const BEGIN_ANEW: &[u8] = b"\x1b[F\r";

/// The introduction is on the screen.
fn is_begun(frame: &Frame) -> bool {
    frame.text.contains("Living together") && !is_offer(frame)
}

fn is_offer(frame: &Frame) -> bool {
    frame.text.contains("Would you like to go on")
}

/// Answers with a mark in a note, and ends: with a finished interview, stopped, or by a signal with a note half typed.
fn interview(place: &Place, number: usize, chance: &mut fastrand::Rng, log: Option<&Path>) {
    let mark = format!("{MARK}{number}x");
    let mut launch = place.launch().leader(Leader::Shell);
    if let Some(log) = log {
        let args = ["-f", "-qq", "-o", log.to_str().unwrap(), "-e", &format!("trace={LEAVING}")];
        launch = launch.under("strace", args.map(std::ffi::OsString::from));
    }
    let mut pty = launch.spawn().unwrap();
    let mut watch = Watch::begin(&mut pty);
    // The second one stops, and is offered from then on, as soon as the store has been read.
    if number >= 2 {
        watch.until(&mut pty, "the offer", is_offer);
        pty.type_keys(BEGIN_ANEW).unwrap();
        watch.until(&mut pty, "a new interview", is_begun);
    }
    let plan = Plan::draw(&core(), chance);
    pty.type_keys(&[IN, b"\x1b[15~", mark.as_bytes(), b"\r"].concat()).unwrap();
    pty.type_keys(&plan.keys[..5].concat()).unwrap();
    watch.until(&mut pty, &format!("the sixth item of {number}"), |frame| {
        frame.counter == Some((6, 39)) && frame.says_saved()
    });
    if let Some(process) = pty.program().unwrap() {
        assert!(!has_mark(&visible(process)), "{number}: in the list of processes");
    }
    match number % 3 {
        0 => {
            pty.type_keys(&plan.keys[5..].concat()).unwrap();
            watch.until(&mut pty, "the review", |frame| frame.heading_is("Before you finish"));
            pty.type_keys(b"1\r").unwrap();
            watch.until(&mut pty, "the profile", |frame| frame.is_profile() && frame.says_saved());
            pty.type_keys(b"q").unwrap();
        }
        1 => pty.type_keys(b"\x03\x03").unwrap(),
        _ => {
            pty.type_keys(&[b"\x1b[15~", mark.as_bytes()].concat()).unwrap();
            watch.until(&mut pty, "the note", |frame| frame.text.contains(&mark));
            let leader = pty.program().unwrap().unwrap();
            // strace keeps signals from itself and passes none on.
            let program = if log.is_some() { children(leader)[0] } else { leader };
            rustix::process::kill_process(program, Signal::TERM).unwrap();
        }
    }
    pty.wait_left(BOUND).unwrap();
    assert!(!has_mark(pty.screen_text().as_bytes()), "{number}: on the terminal\n{}", pty.screen_text());
    let bytes = pty.bytes();
    assert!(has_mark(bytes) || number % 3 < 2, "{number}: it was not even shown");
    // Titles of windows and the clipboard are set so.
    assert!(!bytes.windows(2).any(|window| window == b"\x1b]"), "{number}: an operating system command");
}

/// What a log of system calls tells of leaving: files opened for writing elsewhere than in `inside`, sockets, programs.
fn leaving(log: &str, inside: &Path) -> Vec<String> {
    let devices = ["/dev/null", "/dev/tty", "/dev/pts/", "/dev/ptmx"];
    let leaves = |line: &&str| {
        let Some((name, rest)) = line.split_once(' ').and_then(|(_, call)| call.trim_start().split_once('(')) else {
            return false;
        };
        match name {
            "open" | "openat" | "creat" => {
                let path = rest.split('"').nth(1).unwrap_or_default();
                let writes = name == "creat" || ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|how| rest.contains(how));
                writes && !Path::new(path).starts_with(inside) && !devices.iter().any(|one| path.starts_with(one))
            }
            "socketpair" => !rest.starts_with("AF_UNIX"),
            "execve" | "memfd_create" | "socket" | "connect" | "bind" | "listen" => true,
            "sendto" | "sendmsg" => rest.contains("sa_family"),
            _ => false,
        }
    };
    // The first is strace's own: it begins the program.
    let mut found: Vec<String> = log.lines().filter(leaves).map(str::to_owned).collect();
    if found.first().is_some_and(|line| line.contains("execve(")) {
        found.remove(0);
    }
    found
}

#[test]
fn an_interview_leaves_no_trace_outside_the_store() {
    if !strace_works() {
        return;
    }
    let (interviews, mut chance) = (wanted("KOHESI_MARKS", 3usize), fastrand::Rng::with_seed(seed("marks")));
    let place = Place::new();
    let log = place.folder("log");
    let mut calls = 0;
    for number in 0..interviews {
        let traced = number < 3 || number % 10 == 0;
        interview(&place, number, &mut chance, traced.then_some(&log));
        if traced {
            let text = fs::read_to_string(&log).unwrap();
            let found = leaving(&text, &place.folder("store"));
            assert!(found.is_empty(), "{number}: {found:#?}");
            calls += text.lines().count();
            fs::remove_file(&log).unwrap();
        }
    }
    let inside = marks_below(&place.folder("store"));
    assert!(!inside.is_empty(), "the search finds not even what the store holds");
    let outside = [marks_below(&place.folder("home")), marks_below(&place.folder("tmp"))].concat();
    assert!(outside.is_empty(), "{outside:?}");
    println!(
        "{interviews} interviews with marks: 0 traces outside the store, on the terminal afterwards or in the list of \
         processes; {calls} system calls, 0 sockets, 0 other programs"
    );
}

#[test]
fn no_command_makes_a_socket_or_writes_elsewhere() {
    if !strace_works() {
        return;
    }
    let place = Place::new();
    let (home, log) = (place.folder("home"), place.folder("log"));
    store(&place.folder("store"), &people(&core(), 6));
    let out = |name: &str| home.join(name).to_str().unwrap().to_owned();
    let commands: Vec<Vec<String>> = [
        "list",
        "profile",
        "profile --json",
        "stats",
        "stats --json",
        "workshop list",
        "paths",
        "config",
        "config keys",
        "show kohesi-inti",
        "schema",
        "man",
        "completions bash",
        "check {}/mine.toml",
        "new {}/new.toml",
        "export --format csv -o {}/a.csv",
        "export --format xlsx -o {}/a.xlsx",
        "export --format sav -o {}/a.sav",
        "export --format parquet -o {}/tree",
        "report -o {}/a.pdf",
        "report -o {}/a.html",
    ]
    .iter()
    .map(|line| line.split(' ').map(|word| word.replace("{}", home.to_str().unwrap())).collect())
    .collect();
    fs::write(out("mine.toml"), include_str!("../../questionnaires/kohesi-inti.toml")).unwrap();
    let mut calls = 0;
    for args in &commands {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o"]).arg(&log).args(["-e", &format!("trace={LEAVING}"), KOHESI]).args(args);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("LANG", "en_GB.UTF-8");
        command.env("HOME", &home).env("KOHESI_HOME", place.folder("store")).env("TMPDIR", place.folder("tmp"));
        let output = command.current_dir(&home).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(&log).unwrap();
        calls += text.lines().count();
        // What is asked for goes where it is asked for.
        let found = leaving(&text, &home);
        let found: Vec<String> = found.into_iter().filter(|line| !line.contains("/store/")).collect();
        assert!(found.is_empty(), "{args:?}: {found:#?}");
    }
    assert_eq!(fs::read_dir(place.folder("tmp")).unwrap().count(), 0);
    println!("{} commands, {calls} system calls: 0 sockets, 0 other programs, nothing elsewhere", commands.len());
}

#[test]
fn a_file_elsewhere_a_socket_and_another_program_are_told() {
    let inside = Path::new("/home/bu/store");
    let first = "7 execve(\"/bin/kohesi\", [\"kohesi\"], 0x7ffe /* 9 vars */) = 0\n";
    let told = |line: &str| leaving(&format!("{first}{line}\n"), inside).len();
    assert_eq!(told("7 openat(AT_FDCWD, \"/home/bu/store/kohesi.db\", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3"), 0);
    assert_eq!(told("7 openat(AT_FDCWD, \"/etc/localtime\", O_RDONLY|O_CLOEXEC) = 3"), 0);
    assert_eq!(told("7 openat(AT_FDCWD, \"/tmp/x\", O_RDWR|O_CREAT|O_EXCL <unfinished ...>"), 1);
    assert_eq!(told("7  openat(AT_FDCWD, \"/home/bu/storehouse\", O_WRONLY) = 3"), 1);
    assert_eq!(told("7 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [4, 5]) = 0"), 0);
    assert_eq!(told("7 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 4"), 1);
    assert_eq!(told("7 connect(4, {sa_family=AF_UNIX, sun_path=\"/run/x\"}, 9) = 0"), 1);
    assert_eq!(told("8 execve(\"/bin/sh\", [\"sh\"], 0x7ffe /* 9 vars */) = 0"), 1);
}
