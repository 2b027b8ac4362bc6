//! Reading aloud by a program of the person's choice.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::text::{Catalogue, Tag};

/// What stands in a command for the language.
const LANGUAGE: &str = "{lang}";

/// So often a program that speaks is asked whether it has ended.
const LOOK: Duration = Duration::from_millis(50);

/// Why something is not read aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeechFault {
    /// There is no such program, or it may not be started.
    Missing {
        /// Its name.
        program: String,
    },
    /// It ended with a fault.
    Failed {
        /// Its name.
        program: String,
    },
}

impl SpeechFault {
    /// What went wrong, and what to do about it.
    #[must_use]
    pub fn words(&self, t: &Catalogue) -> String {
        match self {
            Self::Missing { program } => t.speech.missing.with(&[("program", program)]),
            Self::Failed { program } => t.speech.failed.with(&[("program", program)]),
        }
    }
}

struct Utterance {
    text: String,
    language: Tag,
}

/// A voice beside the screen. Dropped, it falls silent at once.
#[derive(Debug)]
pub struct Speaker {
    utterances: Option<Sender<Utterance>>,
    thread: Option<JoinHandle<()>>,
}

impl Speaker {
    /// A voice that starts `command` for each utterance, with the language's BCP 47 tag in the place of `{lang}`, and
    /// gives the text to its standard input. No shell reads the command: spaces part its words, quotation marks keep
    /// them together. `tell` is called once for a program that is missing, and once for one that fails.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(command: &str, tell: impl Fn(SpeechFault) + Send + 'static) -> io::Result<Self> {
        let (utterances, received) = channel();
        let words = words_of(command);
        let thread = thread::Builder::new().name("speech".into()).spawn(move || work(&words, &received, tell))?;
        Ok(Self { utterances: Some(utterances), thread: Some(thread) })
    }

    /// Says a text, in the place of what is being said. It does not wait.
    pub fn say(&self, text: String, language: Tag) {
        if let Some(utterances) = &self.utterances {
            // A voice whose program is missing has said so, and says nothing more.
            let _ = utterances.send(Utterance { text, language });
        }
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.utterances = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(words: &[String], received: &Receiver<Utterance>, tell: impl Fn(SpeechFault)) {
    let program = words.first().cloned().unwrap_or_default();
    let mut speaking: Option<Child> = None;
    let mut failed = false;
    loop {
        let next = match speaking {
            None => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(_) => received.recv_timeout(LOOK),
        };
        match next {
            Ok(utterance) => {
                silence(speaking.take());
                let latest = received.try_iter().last().unwrap_or(utterance);
                let Ok(child) = begin(words, latest) else {
                    tell(SpeechFault::Missing { program });
                    return;
                };
                speaking = Some(child);
            }
            Err(RecvTimeoutError::Timeout) => {
                let ended = speaking.as_mut().and_then(|child| child.try_wait().ok().flatten());
                if let Some(status) = ended {
                    speaking = None;
                    if !status.success() && !std::mem::replace(&mut failed, true) {
                        tell(SpeechFault::Failed { program: program.clone() });
                    }
                }
            }
            Err(RecvTimeoutError::Disconnected) => return silence(speaking.take()),
        }
    }
}

fn begin(words: &[String], utterance: Utterance) -> io::Result<Child> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::NotFound)?;
    let mut command = Command::new(program);
    command.args(arguments.iter().map(|word| word.replace(LANGUAGE, utterance.language.as_str())));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        // A group of its own: what the program starts falls silent with it, and Ctrl-C is not for it.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let mut child = command.spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read must not keep the next utterance waiting.
        let give = move || _ = input.write_all(utterance.text.as_bytes());
        if let Err(fault) = thread::Builder::new().name("utterance".into()).spawn(give) {
            silence(Some(child));
            return Err(fault);
        }
    }
    Ok(child)
}

fn silence(child: Option<Child>) {
    let Some(mut child) = child else { return };
    // Only a child that was not waited for still owns its number.
    if matches!(child.try_wait(), Ok(None)) {
        stop_group(&child);
        let _ = child.kill();
    }
    let _ = child.wait();
}

#[cfg(unix)]
fn stop_group(child: &Child) {
    let group = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw);
    if let Some(group) = group {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn stop_group(_: &Child) {}

/// The words of a command: parted by spaces, held together by quotation marks of either kind.
fn words_of(command: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, _) if character.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_parted_without_a_shell() {
        for (command, words) in [
            ("espeak-ng -v {lang}", vec!["espeak-ng", "-v", "{lang}"]),
            ("  say  ", vec!["say"]),
            ("\"/opt/my voice/say\" -t 'a b'\"c\"", vec!["/opt/my voice/say", "-t", "a bc"]),
            ("say '' $HOME `id` ; rm", vec!["say", "", "$HOME", "`id`", ";", "rm"]),
            ("", vec![]),
        ] {
            assert_eq!(words_of(command), words, "{command}");
        }
    }

    #[cfg(unix)]
    mod running {
        use std::path::Path;
        use std::time::Instant;

        use super::*;

        const BOUND: Duration = Duration::from_secs(20);

        /// A command that runs these lines; `$1` is the language, `$2` the folder.
        fn script(folder: &Path, lines: &str) -> String {
            let path = folder.join("voice");
            std::fs::write(&path, lines).unwrap();
            format!("sh '{}' {{lang}} '{}'", path.display(), folder.display())
        }

        fn tag(tag: &str) -> Tag {
            Tag::new(tag).unwrap()
        }

        fn wait_for(path: &Path, wanted: impl Fn(&str) -> bool) -> String {
            let from = Instant::now();
            loop {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                if wanted(&text) {
                    return text;
                }
                assert!(from.elapsed() < BOUND, "{text:?}");
                thread::sleep(Duration::from_millis(5));
            }
        }

        #[test]
        fn a_text_reaches_the_program_s_input_in_its_language() {
            let folder = tempfile::tempdir().unwrap();
            let command =
                script(folder.path(), r#"printf '%s:' "$1" > "$2/said"; cat >> "$2/said"; echo . >> "$2/said""#);
            let speaker = Speaker::start(&command, |fault| panic!("{fault:?}")).unwrap();
            speaker.say("Selamat $(date) 'pagi'\n".to_owned(), tag("id"));
            let said = wait_for(&folder.path().join("said"), |text| text.ends_with(".\n"));
            assert_eq!(said, "id:Selamat $(date) 'pagi'\n.\n");
        }

        #[test]
        fn a_new_text_stops_the_one_before_and_nothing_is_left_running() {
            let folder = tempfile::tempdir().unwrap();
            // It never reads its input, and what it starts would outlive it.
            let command = script(folder.path(), r#"sleep 600 & echo "$$ $!" >> "$2/numbers"; wait"#);
            let speaker = Speaker::start(&command, |fault| panic!("{fault:?}")).unwrap();
            let numbers = folder.path().join("numbers");
            let long = "panjang ".repeat(100_000);
            speaker.say(long.clone(), tag("id"));
            wait_for(&numbers, |text| text.lines().count() == 1);
            let from = Instant::now();
            speaker.say(long, tag("en"));
            assert!(from.elapsed() < Duration::from_secs(1), "it does not wait");
            wait_for(&numbers, |text| text.lines().count() == 2 && text.ends_with('\n'));
            drop(speaker);
            let text = std::fs::read_to_string(&numbers).unwrap();
            for number in text.split_whitespace() {
                let from = Instant::now();
                while is_running(number) {
                    assert!(from.elapsed() < BOUND, "{number} still runs");
                    thread::sleep(Duration::from_millis(5));
                }
            }
        }

        /// Whether a process runs; one that has ended and waits for its parent does not.
        fn is_running(number: &str) -> bool {
            let pid = rustix::process::Pid::from_raw(number.parse().unwrap()).unwrap();
            let there = rustix::process::test_kill_process(pid).is_ok();
            let state = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
            there && !state.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
        }

        #[test]
        fn a_program_that_is_missing_or_fails_is_told_once() {
            let folder = tempfile::tempdir().unwrap();
            for (command, expected) in [
                ("/no/such/voice -v {lang}".to_owned(), SpeechFault::Missing { program: "/no/such/voice".into() }),
                (String::new(), SpeechFault::Missing { program: String::new() }),
                (script(folder.path(), "exit 3"), SpeechFault::Failed { program: "sh".into() }),
            ] {
                let (told, heard) = channel();
                let speaker = Speaker::start(&command, move |fault| _ = told.send(fault)).unwrap();
                speaker.say("a".into(), tag("id"));
                assert_eq!(heard.recv_timeout(BOUND), Ok(expected), "{command}");
                speaker.say("b".into(), tag("id"));
                speaker.say("c".into(), tag("id"));
                drop(speaker);
                assert_eq!(heard.iter().count(), 0, "{command}");
            }
        }
    }
}
