//! A program in a real pseudo-terminal: keys go in, a screen emulator reads what comes out.
//!
//! A thread of its own stamps every chunk of output with the time it arrived. The waiting calls feed the chunks to the
//! emulator one by one and look after each, so the time they tell is that of the very chunk, however late they woke.
//! No call sleeps; every wait ends with what it waited for or at its bound, and then the screen is in the error.
//!
//! When a session's first process ends, the kernel resets its terminal and may drop output nobody has read yet. To see
//! whether a program gave the terminal back, start it with [`Leader::Shell`], as a person does.

#![allow(dead_code, reason = "tests and benchmark each use a part of it")]
#![allow(clippy::disallowed_methods, reason = "it starts programs and reads the clock, which is what it is for")]

use std::ffi::OsString;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Signal};
use rustix::termios::{ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex};

/// The longest any wait should take; far beyond what a busy machine needs.
pub(crate) const BOUND: Duration = Duration::from_secs(20);

/// Starts the program as a job in the foreground, leaves its number in the file `$1`, and says `[left STATUS]` each
/// time it ends or stops; `fg` on a line takes a stopped one up again.
const SHELL: &str = r#"
sh -c 'printf %s "$$" > "$0"; exec "$@"' "$@"
printf '\r\n[left %s]\r\n' "$?"
while read -r line; do
  case $line in
    fg) fg; printf '\r\n[left %s]\r\n' "$?" ;;
    exit) exit 0 ;;
  esac
done
"#;

/// Which process leads the session in the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leader {
    /// The program itself, with nothing in between: for measuring.
    Program,
    /// A shell with job control: for ways out, and for stopping and `fg`.
    Shell,
    /// A shell that does not die of the hang-up: the program loses the terminal and is sent no SIGHUP.
    DeafShell,
}

/// How a program is started.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    home: PathBuf,
    rows: u16,
    cols: u16,
    leader: Leader,
}

impl Launch {
    /// `program` on 24 rows of 80 columns. Of the environment it gets `PATH` alone, `TERM=xterm-256color`,
    /// `SHELL=/bin/sh`, and as `HOME` and working folder `home`, which must exist.
    pub(crate) fn new(program: impl Into<PathBuf>, home: impl Into<PathBuf>) -> Self {
        let (program, home) = (program.into(), home.into());
        Self { program, args: Vec::new(), env: Vec::new(), home, rows: 24, cols: 80, leader: Leader::Program }
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Several more arguments.
    pub(crate) fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// One more variable; also replaces `TERM`, `HOME` or `PATH`.
    pub(crate) fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The terminal's size in cells; 0 counts as 1.
    pub(crate) fn size(mut self, rows: u16, cols: u16) -> Self {
        (self.rows, self.cols) = (rows, cols);
        self
    }

    /// The session's leader.
    pub(crate) fn leader(mut self, leader: Leader) -> Self {
        self.leader = leader;
        self
    }

    /// The same arguments, environment and place for `wrapper`, which is given the program and its arguments after its own.
    pub(crate) fn under<A: Into<OsString>>(&self, wrapper: &str, args: impl IntoIterator<Item = A>) -> Self {
        let args = args.into_iter().map(Into::into).chain([self.program.clone().into()]).chain(self.args.clone());
        Self { program: wrapper.into(), args: args.collect(), ..self.clone() }
    }

    /// Starts it.
    ///
    /// # Errors
    /// Where the system gives no pseudo-terminal, or the program cannot be started.
    pub(crate) fn spawn(&self) -> Result<Pty, String> {
        Pty::spawn(self)
    }

    fn command(&self, job: Option<&Path>) -> CommandBuilder {
        let mut command = match job {
            None => CommandBuilder::new(&self.program),
            Some(job) => {
                let mut shell = CommandBuilder::new("sh");
                let trap = if self.leader == Leader::DeafShell { "trap : HUP\n" } else { "" };
                shell.args(["-mc", &format!("{trap}{SHELL}"), "sh"]);
                shell.arg(job);
                shell.arg(&self.program);
                shell
            }
        };
        command.args(&self.args);
        command.cwd(&self.home);
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()));
        command.env("HOME", &self.home);
        command.env("TERM", "xterm-256color");
        command.env("SHELL", "/bin/sh");
        for (name, value) in &self.env {
            command.env(name, value);
        }
        command
    }
}

/// The terminal's modes, as `stty` shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Modes {
    input: InputModes,
    output: OutputModes,
    control: ControlModes,
    local: LocalModes,
}

impl Modes {
    /// Whether lines are edited and typed characters shown, as a shell's reader needs it.
    pub(crate) fn is_cooked(&self) -> bool {
        self.local.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG)
    }
}

/// How the session's leader ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    /// The exit code; 1 where a signal ended it.
    pub(crate) code: u32,
    /// The signal's name in the system's words, where a signal ended it.
    pub(crate) signal: Option<String>,
}

struct Chunk {
    at: Instant,
    bytes: Vec<u8>,
}

/// A program running in a pseudo-terminal. Dropped, it is killed.
pub(crate) struct Pty {
    parser: vt100::Parser,
    log: Vec<u8>,
    last_chunk: Instant,
    last_keys: Instant,
    chunks: Receiver<Chunk>,
    exits: Receiver<Exit>,
    exit: Option<Exit>,
    leader: Pid,
    job: Option<tempfile::TempDir>,
    left_seen: usize,
    before: Modes,
    closing: Arc<AtomicBool>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    slave: Option<OwnedFd>,
    reader: Option<JoinHandle<()>>,
    waiter: Option<JoinHandle<()>>,
}

impl Pty {
    fn spawn(launch: &Launch) -> Result<Self, String> {
        let pair = native_pty_system().openpty(pty_size(launch.rows, launch.cols)).map_err(told)?;
        let name = pair.master.tty_name().ok_or("the pseudo-terminal has no name")?;
        let slave = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty());
        let slave = slave.map_err(told)?;
        let before = modes_of(&slave)?;
        let job = (launch.leader != Leader::Program).then(tempfile::tempdir).transpose().map_err(told)?;
        let command = launch.command(job.as_ref().map(|folder| folder.path().join("pid")).as_deref());
        let output = pair.master.try_clone_reader().map_err(told)?;
        let writer = pair.master.take_writer().map_err(told)?;

        let (closing, (chunk_to, chunks), (exit_to, exits)) = (Arc::<AtomicBool>::default(), channel(), channel());
        let reader = {
            let closing = Arc::clone(&closing);
            std::thread::spawn(move || read_all(output, &closing, &chunk_to))
        };
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).map_err(told)?;
        let leader = child.process_id().and_then(|id| Pid::from_raw(id.try_into().ok()?)).ok_or("no process id")?;
        let waiter = std::thread::spawn(move || await_end(child, &exit_to));
        Ok(Self {
            parser: vt100::Parser::new(cells(launch.rows), cells(launch.cols), 1_000),
            log: Vec::new(),
            last_chunk: started,
            last_keys: started,
            chunks,
            exits,
            exit: None,
            leader,
            job,
            left_seen: 0,
            before,
            closing,
            writer: Some(writer),
            master: Some(pair.master),
            slave: Some(slave),
            reader: Some(reader),
            waiter: Some(waiter),
        })
    }

    /// Types `keys` in one write and starts the clock that [`Pty::wait_for`] reads.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn type_keys(&mut self, keys: &[u8]) -> Result<(), String> {
        let writer = self.writer.as_mut().ok_or("the window is closed")?;
        self.last_keys = Instant::now();
        writer.write_all(keys).and_then(|()| writer.flush()).map_err(told)
    }

    /// Waits until `holds` is true of the screen. Gives the time from the last keys, or from the start where none were
    /// typed, to the arrival of the output that made it true.
    ///
    /// # Errors
    /// Where it is not true within `bound`, or can no longer become true because the terminal was given up; with the screen.
    pub(crate) fn wait_for(
        &mut self,
        mut holds: impl FnMut(&vt100::Screen) -> bool,
        bound: Duration,
    ) -> Result<Duration, String> {
        self.wait(
            |pty| holds(pty.parser.screen()).then(|| pty.last_chunk.saturating_duration_since(pty.last_keys)),
            bound,
        )
    }

    /// Waits until `text` stands on the screen within one row; as [`Pty::wait_for`].
    ///
    /// # Errors
    /// As [`Pty::wait_for`].
    pub(crate) fn wait_for_text(&mut self, text: &str, bound: Duration) -> Result<Duration, String> {
        self.wait_for(|screen| screen.contents().contains(text), bound)
            .map_err(|error| format!("waited for \"{text}\": {error}"))
    }

    /// Waits until the session's leader has ended and all its output is read.
    ///
    /// # Errors
    /// Where it still runs after `bound`; with the screen.
    pub(crate) fn wait_exit(&mut self, bound: Duration) -> Result<Exit, String> {
        let until = Instant::now() + bound;
        let exit = match &self.exit {
            Some(exit) => exit.clone(),
            None => self.exits.recv_timeout(bound).map_err(|_| self.failure("still running", bound))?,
        };
        self.exit = Some(exit.clone());
        // The reader meets the end only when nobody has the terminal open any more.
        self.slave = None;
        while let Ok(chunk) = self.chunks.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.take(&chunk);
        }
        Ok(exit)
    }

    /// Under a shell: waits until the program ended or stopped, and gives `$?` (128 and the signal's number where a
    /// signal did it, so 148 on Linux for Ctrl-Z). All it wrote has been read then. Each ending is told once.
    ///
    /// # Errors
    /// Where it still runs after `bound`; with the screen.
    pub(crate) fn wait_left(&mut self, bound: Duration) -> Result<i32, String> {
        let from = self.left_seen;
        let (status, seen) = self.wait(|pty| left_status(&pty.log, from), bound)?;
        self.left_seen = seen;
        Ok(status)
    }

    /// Under a shell: takes the stopped program up again.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn foreground(&mut self) -> Result<(), String> {
        self.type_keys(b"fg\n")
    }

    /// Waits until the program's process has ended, whoever its parent is by now, and gives how long that took from the call.
    ///
    /// # Errors
    /// Where it still runs after `bound`; with the screen.
    #[cfg(target_os = "linux")]
    pub(crate) fn wait_gone(&mut self, bound: Duration) -> Result<Duration, String> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let from = Instant::now();
        let Some(program) = self.program()? else {
            return Ok(Duration::ZERO);
        };
        let process = match rustix::process::pidfd_open(program, rustix::process::PidfdFlags::empty()) {
            Ok(process) => process,
            Err(Errno::SRCH) => return Ok(Duration::ZERO),
            Err(error) => return Err(told(error)),
        };
        loop {
            let left = Timespec::try_from(bound.saturating_sub(from.elapsed())).map_err(told)?;
            match poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&left)) {
                Ok(0) => return Err(self.failure("still running", bound)),
                Ok(_) => return Ok(from.elapsed()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(told(error)),
            }
        }
    }

    /// Sends `signal` to the program, not to the shell above it.
    ///
    /// # Errors
    /// Where it has ended.
    pub(crate) fn signal(&mut self, signal: Signal) -> Result<(), String> {
        let program = self.program()?.ok_or("the program has ended")?;
        rustix::process::kill_process(program, signal).map_err(told)
    }

    /// The program's process number; none once it has been waited for and may have given it to another. Under a shell it
    /// is known at the latest when the program has shown something.
    ///
    /// # Errors
    /// Where the shell has not started the program yet.
    pub(crate) fn program(&mut self) -> Result<Option<Pid>, String> {
        let Some(job) = &self.job else {
            if self.exit.is_none() {
                self.exit = self.exits.try_recv().ok();
            }
            return Ok(self.exit.is_none().then_some(self.leader));
        };
        let number = std::fs::read_to_string(job.path().join("pid")).map_err(told)?;
        self.drain();
        let running = !job_is_over(&self.log);
        let pid =
            number.parse().ok().and_then(Pid::from_raw).ok_or_else(|| format!("no process number: {number:?}"))?;
        Ok(running.then_some(pid))
    }

    /// Changes the window's size; the program is sent SIGWINCH.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn resize(&mut self, rows: u16, cols: u16) -> Result<(), String> {
        self.drain();
        self.parser.set_size(cells(rows), cells(cols));
        self.master.as_ref().ok_or("the window is closed")?.resize(pty_size(rows, cols)).map_err(told)
    }

    /// From now on the terminal takes no output: whoever writes to it waits.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn hold_output(&self) -> Result<(), String> {
        let slave = self.slave.as_ref().ok_or("the terminal is gone")?;
        rustix::termios::tcflow(slave, rustix::termios::Action::OOff).map_err(told)
    }

    /// The terminal takes output again.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn release_output(&self) -> Result<(), String> {
        let slave = self.slave.as_ref().ok_or("the terminal is gone")?;
        rustix::termios::tcflow(slave, rustix::termios::Action::OOn).map_err(told)
    }

    /// Closes the window: the terminal hangs up, nothing more can be typed or read.
    pub(crate) fn drop_master(&mut self) {
        self.drain();
        self.closing.store(true, Ordering::SeqCst);
        if let Some(slave) = self.slave.take() {
            // Dropped, portable-pty's writer types a newline and the end-of-file key; the program must not see an Enter
            // nobody pressed. Without such a key it types nothing.
            if let Ok(mut modes) = rustix::termios::tcgetattr(&slave) {
                modes.special_codes[SpecialCodeIndex::VEOF] = 0;
                // After Ctrl-S at a shell, or held back otherwise, nothing that is written would arrive.
                modes.input_modes.remove(InputModes::IXON);
                let _ = rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes);
            }
            let _ = rustix::termios::tcflow(&slave, rustix::termios::Action::OOn);
            // The reader keeps the master open while it waits for a byte: here it is.
            if can_be_written(&slave) {
                let _ = rustix::io::write(&slave, b"\0");
            }
        }
        if let Some(reader) = self.reader.take() {
            // A process that has the terminal open still and says nothing would keep it for ever.
            let until = Instant::now() + BOUND;
            while !reader.is_finished() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        self.writer = None;
        self.master = None;
    }

    /// The modes before the program was started.
    pub(crate) fn modes_before(&self) -> &Modes {
        &self.before
    }

    /// The modes now. Once the session's leader has ended they tell nothing of the program: the kernel has reset them.
    ///
    /// # Errors
    /// Where the terminal is gone.
    pub(crate) fn modes(&self) -> Result<Modes, String> {
        modes_of(self.slave.as_ref().ok_or("the terminal is gone")?)
    }

    /// The screen as it is by what has arrived.
    pub(crate) fn screen(&mut self) -> &vt100::Screen {
        self.drain();
        self.parser.screen()
    }

    /// The screen's text, rows ended by newlines.
    pub(crate) fn screen_text(&mut self) -> String {
        self.screen().contents()
    }

    /// How many bytes have arrived since the start.
    pub(crate) fn bytes_received(&mut self) -> usize {
        self.drain();
        self.log.len()
    }

    /// All bytes that have arrived since the start, control sequences included.
    pub(crate) fn bytes(&mut self) -> &[u8] {
        self.drain();
        &self.log
    }

    fn wait<T>(&mut self, mut found: impl FnMut(&Self) -> Option<T>, bound: Duration) -> Result<T, String> {
        let until = Instant::now() + bound;
        loop {
            if let Some(found) = found(self) {
                return Ok(found);
            }
            match self.chunks.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(chunk) => self.take(&chunk),
                Err(RecvTimeoutError::Timeout) => return Err(self.failure("not seen", bound)),
                Err(RecvTimeoutError::Disconnected) => return Err(self.failure("the terminal was given up", bound)),
            }
        }
    }

    fn take(&mut self, chunk: &Chunk) {
        self.last_chunk = chunk.at;
        self.log.extend_from_slice(&chunk.bytes);
        self.parser.process(&chunk.bytes);
    }

    fn drain(&mut self) {
        while let Ok(chunk) = self.chunks.try_recv() {
            self.take(&chunk);
        }
    }

    fn failure(&mut self, what: &str, bound: Duration) -> String {
        let screen = self.screen_text();
        format!("{what} (bound {bound:?}, {} bytes received); the screen:\n{screen}\n", self.log.len())
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Ok(Some(program)) = self.program() {
            let _ = rustix::process::kill_process(program, Signal::KILL);
        }
        if self.exit.is_none() && self.exits.try_recv().is_err() {
            let _ = rustix::process::kill_process(self.leader, Signal::KILL);
        }
        self.drop_master();
        if let Some(waiter) = self.waiter.take() {
            let _ = waiter.join();
        }
    }
}

fn can_be_written(terminal: &OwnedFd) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let second = Timespec { tv_sec: 1, tv_nsec: 0 };
    let mut polled = [PollFd::new(terminal, PollFlags::OUT)];
    poll(&mut polled, Some(&second)).is_ok() && polled[0].revents().contains(PollFlags::OUT)
}

fn read_all(mut output: Box<dyn Read + Send>, closing: &AtomicBool, chunks: &Sender<Chunk>) {
    let mut buffer = vec![0; 65_536];
    loop {
        let read = output.read(&mut buffer);
        let at = Instant::now();
        if closing.load(Ordering::SeqCst) {
            return;
        }
        match read {
            Ok(0) => return,
            Ok(length) if chunks.send(Chunk { at, bytes: buffer[..length].to_vec() }).is_err() => return,
            Err(error) if error.kind() != std::io::ErrorKind::Interrupted => return,
            Ok(_) | Err(_) => {}
        }
    }
}

fn await_end(mut child: Box<dyn Child + Send + Sync>, exits: &Sender<Exit>) {
    if let Ok(status) = child.wait() {
        let _ = exits.send(Exit { code: status.exit_code(), signal: status.signal().map(str::to_owned) });
    }
}

/// The first `[left STATUS]` at or after `from`, and where it ends.
fn left_status(log: &[u8], from: usize) -> Option<(i32, usize)> {
    const BEGIN: &[u8] = b"\r\n[left ";
    let begin = from + log.get(from..)?.windows(BEGIN.len()).position(|bytes| bytes == BEGIN)? + BEGIN.len();
    let length = log[begin..].iter().position(|byte| *byte == b']')?;
    let status = std::str::from_utf8(&log[begin..begin + length]).ok()?.parse().ok()?;
    Some((status, begin + length))
}

/// Whether the last the shell said of its job is that it ended, and not that it stopped.
fn job_is_over(log: &[u8]) -> bool {
    let stopped = [Signal::STOP, Signal::TSTP, Signal::TTIN, Signal::TTOU].map(|signal| 128 + signal.as_raw());
    let (mut last, mut from) = (None, 0);
    while let Some((status, seen)) = left_status(log, from) {
        (last, from) = (Some(status), seen);
    }
    last.is_some_and(|status| !stopped.contains(&status))
}

fn modes_of(terminal: &OwnedFd) -> Result<Modes, String> {
    let modes = rustix::termios::tcgetattr(terminal).map_err(told)?;
    Ok(Modes {
        input: modes.input_modes,
        output: modes.output_modes,
        control: modes.control_modes,
        local: modes.local_modes,
    })
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN)
}

fn pty_size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows: cells(rows).get(), cols: cells(cols).get(), pixel_width: 0, pixel_height: 0 }
}

fn told(error: impl std::fmt::Display) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, leader: Leader) -> (Pty, tempfile::TempDir) {
        let home = tempfile::tempdir().unwrap();
        let pty = Launch::new("sh", home.path()).args(["-c", script]).leader(leader).spawn().unwrap();
        (pty, home)
    }

    #[test]
    fn keys_reach_the_program_and_the_screen_is_read() {
        let (mut pty, _home) = shell("echo ready; read -r a; echo \"got $a\"; read -r b", Leader::Program);
        pty.wait_for_text("ready", BOUND).unwrap();
        let before = pty.bytes_received();
        pty.type_keys(b"word\n").unwrap();
        let took = pty.wait_for_text("got word", BOUND).unwrap();
        assert!(took > Duration::ZERO && took < BOUND);
        assert!(pty.bytes_received() > before);
    }

    #[test]
    fn what_never_comes_is_an_error_with_the_screen() {
        let (mut pty, _home) = shell("echo ready; read -r a", Leader::Program);
        pty.wait_for_text("ready", BOUND).unwrap();
        let error = pty.wait_for_text("never", Duration::from_millis(50)).unwrap_err();
        assert!(error.contains("never") && error.contains("ready"), "{error}");
        let error = pty.wait_exit(Duration::from_millis(50)).unwrap_err();
        assert!(error.contains("still running"), "{error}");
    }

    #[test]
    fn the_environment_is_what_was_given() {
        let home = tempfile::tempdir().unwrap();
        let mut pty = Launch::new("env", home.path()).env("KOHESI_TRIAL", "yes").leader(Leader::Shell).spawn().unwrap();
        assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
        let text = pty.screen_text();
        let mut names: Vec<&str> = text.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
        names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
        names.sort_unstable();
        assert_eq!(names, ["HOME", "KOHESI_TRIAL", "PATH", "SHELL", "TERM"]);
        assert!(text.contains(&format!("HOME={}", home.path().display())));
    }

    #[test]
    fn the_exit_is_told_with_code_or_signal() {
        let (mut pty, _home) = shell("exit 7", Leader::Program);
        assert_eq!(pty.wait_exit(BOUND).unwrap(), Exit { code: 7, signal: None });
        assert!(pty.signal(Signal::TERM).is_err());
        let (mut pty, _home) = shell("echo ready; read -r a", Leader::Program);
        pty.wait_for_text("ready", BOUND).unwrap();
        pty.signal(Signal::TERM).unwrap();
        assert!(pty.wait_exit(BOUND).unwrap().signal.is_some());
        let (mut pty, _home) = shell("exit 7", Leader::Shell);
        assert_eq!(pty.wait_left(BOUND).unwrap(), 7);
        pty.type_keys(b"exit\n").unwrap();
        assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    }

    #[test]
    fn modes_left_behind_are_seen_under_a_shell() {
        let (mut pty, _home) = shell("stty raw -echo; echo ready; read -r a; stty sane; exit 3", Leader::Shell);
        pty.wait_for_text("ready", BOUND).unwrap();
        assert!(pty.modes_before().is_cooked());
        assert!(!pty.modes().unwrap().is_cooked());
        pty.type_keys(b"\n").unwrap();
        assert_eq!(pty.wait_left(BOUND).unwrap(), 3);
        assert!(pty.modes().unwrap().is_cooked());
        let (mut pty, _home) = shell("stty raw -echo", Leader::Shell);
        pty.wait_left(BOUND).unwrap();
        assert_ne!(&pty.modes().unwrap(), pty.modes_before());
    }

    #[test]
    fn a_program_stops_and_comes_to_the_foreground_again() {
        let (mut pty, _home) = shell("echo ready; read -r a; echo \"got $a\"", Leader::Shell);
        pty.wait_for_text("ready", BOUND).unwrap();
        pty.signal(Signal::TSTP).unwrap();
        assert_eq!(pty.wait_left(BOUND).unwrap(), 128 + Signal::TSTP.as_raw());
        pty.foreground().unwrap();
        pty.type_keys(b"on\n").unwrap();
        pty.wait_for_text("got on", BOUND).unwrap();
        assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    }

    #[test]
    fn the_window_s_size_reaches_the_program() {
        let script = "trap 'stty size; echo seen' WINCH; stty size; while :; do read -r a; done";
        let (mut pty, _home) = shell(script, Leader::Program);
        pty.wait_for_text("24 80", BOUND).unwrap();
        pty.resize(15, 40).unwrap();
        // A shell runs a trap between commands, so it is given one.
        pty.type_keys(b"\n").unwrap();
        pty.wait_for_text("15 40", BOUND).unwrap();
        assert_eq!(pty.screen().size(), (cells(15), cells(40)));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_closed_window_hangs_up_and_types_nothing() {
        for leader in [Leader::Program, Leader::Shell] {
            let script =
                "trap 'echo hup >> told; exit 5' HUP; echo ready; while read -r a; do echo \"typed\" >> told; done";
            let (mut pty, home) = shell(script, leader);
            pty.wait_for_text("ready", BOUND).unwrap();
            pty.drop_master();
            assert!(pty.type_keys(b"x").is_err());
            pty.wait_gone(BOUND).unwrap();
            let told = std::fs::read_to_string(home.path().join("told")).unwrap_or_default();
            assert!(!told.contains("typed"), "{leader:?}: {told}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn under_a_deaf_shell_the_terminal_is_lost_without_a_signal() {
        let script = "trap 'echo hup >> told' HUP; echo ready; read -r a; echo \"end $?\" >> told";
        let (mut pty, home) = shell(script, Leader::DeafShell);
        pty.wait_for_text("ready", BOUND).unwrap();
        pty.drop_master();
        pty.wait_gone(BOUND).unwrap();
        assert_eq!(std::fs::read_to_string(home.path().join("told")).unwrap(), "end 1\n");
    }

    #[test]
    fn a_terminal_that_holds_its_output_back_can_be_dropped() {
        let (mut pty, _home) = shell("echo ready; read -r a; while :; do sleep 1; done", Leader::Shell);
        pty.wait_for_text("ready", BOUND).unwrap();
        let begun = Instant::now();
        // Ctrl-S, and what is typed after it is echoed no more.
        pty.type_keys(b"\x13").unwrap();
        pty.type_keys(b"x").unwrap();
        assert!(pty.wait_for_text("x", Duration::from_millis(50)).is_err());
        drop(pty);
        let (pty, _home) = shell("echo ready; read -r a", Leader::Program);
        pty.hold_output().unwrap();
        drop(pty);
        assert!(begun.elapsed() < BOUND);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn what_is_dropped_does_not_live_on() {
        for leader in [Leader::Program, Leader::Shell, Leader::DeafShell] {
            let (mut pty, _home) = shell("trap '' HUP TERM; echo ready; while :; do sleep 1; done", leader);
            pty.wait_for_text("ready", BOUND).unwrap();
            let program = pty.program().unwrap().unwrap();
            let process = rustix::process::pidfd_open(program, rustix::process::PidfdFlags::empty()).unwrap();
            drop(pty);
            let mut polled = [rustix::event::PollFd::new(&process, rustix::event::PollFlags::IN)];
            let bound = rustix::event::Timespec { tv_sec: 20, tv_nsec: 0 };
            assert_eq!(rustix::event::poll(&mut polled, Some(&bound)), Ok(1), "{leader:?}");
        }
    }
}
