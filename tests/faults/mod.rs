//! Faults provoked for real, in the real program or the real store. See `docs/RELIABILITY.md`.
#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "figures and skipped parts are told on the terminal")]

mod changes;
mod commands;
mod copies;
mod cuts;
mod damage;
mod disk;
mod drafts;
mod failing;
mod fuzz;
mod kill;
mod merging;
mod sealing;
mod slow;
mod start;
mod traced;
mod traces;
mod watch;

use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use kohesi::interview::{Interview, InterviewId, Response};
use kohesi::questionnaire::{Answer, BUILTIN, ItemIndex, Kind, Pick, Questionnaire};
use kohesi::store::{Identity, Loaded, Notice, Options, Paths, Secret, State, Store, Vault, Watch};
use std::path::Path;
use std::process::{Command, Stdio};

/// Past the introduction and the consent.
const IN: &[u8] = b"\r1\r";

/// A whole number from the environment, for the long versions.
fn wanted<T: FromStr>(name: &str, usual: T) -> T {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(usual)
}

/// The seed of a test's chances: told, so that a failure can be repeated.
fn seed(test: &str) -> u64 {
    let seed = wanted("KOHESI_SEED", 20_261_124);
    println!("{test}: KOHESI_SEED={seed}");
    seed
}

fn core() -> Arc<Questionnaire> {
    Arc::new(BUILTIN[0].read().unwrap())
}

/// What someone is going to answer: a response and its keys for each item.
struct Plan {
    responses: Vec<Response>,
    keys: Vec<Vec<u8>>,
}

impl Plan {
    fn draw(questionnaire: &Questionnaire, chance: &mut fastrand::Rng) -> Self {
        let mut plan = Self { responses: Vec::new(), keys: Vec::new() };
        for item in questionnaire.items() {
            let (response, mut keys) = match &item.kind {
                Kind::Number(_) => {
                    let years = chance.i64(0..=24);
                    (Response::Given(Answer::Number(years)), years.to_string().into_bytes())
                }
                _ => match chance.u8(0..10) {
                    0 => (Response::DontKnow, b"d".to_vec()),
                    1 => (Response::Declined, b"p".to_vec()),
                    _ => {
                        let pick = chance.u8(0..u8::try_from(questionnaire.choices(item).len()).unwrap());
                        let mut keys = vec![b'1' + pick];
                        if questionnaire.choices(item)[usize::from(pick)].other {
                            // Nothing more is said to it.
                            keys.push(b'\r');
                        }
                        (Response::Given(Answer::Choice(Pick(pick.into()))), keys)
                    }
                },
            };
            keys.push(b'\r');
            plan.responses.push(response);
            plan.keys.push(keys);
        }
        plan
    }

    /// Answers to the first items that are not what was planned, where `answered` of them are said to be saved; and
    /// none of the others may be anything else.
    fn lost(&self, interview: &Interview, answered: usize) -> usize {
        let mut lost = 0;
        for (place, planned) in self.responses.iter().enumerate() {
            let index = ItemIndex(u16::try_from(place).unwrap());
            match interview.response(index) {
                Some(response) => assert_eq!(response, planned, "item {}", place + 1),
                None if place < answered => lost += 1,
                None => {}
            }
        }
        lost
    }
}

/// Whether the store lies open, or is under a passphrase.
enum Guard {
    Open,
    Passphrase {
        file: tempfile::NamedTempFile,
        /// Its key, once it was unlocked.
        vault: Vault,
    },
    /// Finished interviews are sealed; with the key they are opened to be looked at.
    Sealing {
        key: Identity,
        file: tempfile::NamedTempFile,
    },
}

const PASSPHRASE: &str = "empat kata yang jauh";

impl Guard {
    fn passphrase() -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), PASSPHRASE).unwrap();
        Self::Passphrase { file, vault: Vault::default() }
    }

    fn sealing() -> Self {
        let (key, file) = (Identity::generate(), tempfile::NamedTempFile::new().unwrap());
        std::fs::write(file.path(), key.text().as_bytes()).unwrap();
        Self::Sealing { key, file }
    }

    /// Makes the store, under the passphrase or with the keys where there are some: `environment` says where.
    fn prepare<V: AsRef<std::ffi::OsStr>>(&self, environment: impl IntoIterator<Item = (&'static str, V)>) {
        let environment: Vec<(&str, V)> = environment.into_iter().collect();
        let run = |args: &[&str]| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_kohesi"));
            command.args(args).stdin(Stdio::null());
            command.envs(environment.iter().map(|(name, value)| (name, value.as_ref())));
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        };
        match self {
            Self::Open => {}
            Self::Passphrase { file, .. } => run(&["protect", "--new-passphrase-file", file.path().to_str().unwrap()]),
            Self::Sealing { key, file } => {
                let paper = Identity::generate().public_keys()[0].to_string();
                run(&["key", "use", &key.public_keys()[0].to_string(), "--recovery", &paper, "--yes"]);
                run(&["key", "drill", "--key", file.path().to_str().unwrap()]);
            }
        }
    }

    /// The program's arguments, with what it needs to unlock the store.
    fn args(&self, args: &[&str]) -> Vec<String> {
        let unlocking = match self {
            Self::Open | Self::Sealing { .. } => Vec::new(),
            Self::Passphrase { file, .. } => {
                vec!["--passphrase-file".to_owned(), file.path().to_str().unwrap().to_owned()]
            }
        };
        args.iter().map(ToString::to_string).chain(unlocking).collect()
    }

    /// As [`opened`], and unlocked.
    fn opened(&self, home: &Path) -> Result<Store, String> {
        let vault = match self {
            Self::Open => return opened(home),
            Self::Sealing { key, .. } => {
                let mut store = opened(home)?;
                let watch = Watch { stop: &AtomicBool::new(false), progress: &|_| {} };
                let finished = store.list().map_err(|error| format!("{error:?}"))?;
                let looked_at = home.join("looked-at");
                let readable = finished.iter().any(|summary| summary.state == State::Finished);
                if readable && !looked_at.exists() {
                    return Err("a finished one is not sealed".to_owned());
                }
                std::fs::write(looked_at, "").map_err(|error| error.to_string())?;
                let told = store.open_sealed(key, watch).map_err(|error| format!("{error:?}"))?;
                return if told.left + told.damaged == 0 { Ok(store) } else { Err(format!("{told:?}")) };
            }
            Self::Passphrase { vault, .. } => vault,
        };
        let store = opened_with(home, vault.clone())?;
        if store.is_locked() {
            store.unlock(&Secret::from(PASSPHRASE)).map_err(|error| format!("{error:?}"))?;
        }
        // Before the first cut there was a whole protected store, and whatever is cut, it stays one.
        if store.is_protected() { Ok(store) } else { Err("it lies open".to_owned()) }
    }
}

/// The store in `home` opened for writing, as the program does it. Nothing may have needed moving aside.
fn opened(home: &Path) -> Result<Store, String> {
    opened_with(home, Vault::default())
}

fn opened_with(home: &Path, vault: Vault) -> Result<Store, String> {
    let options = Options { vault, ..Options::default() };
    let (store, notices) = Store::open(&Paths::at(home), &options).map_err(|error| format!("{error:?}"))?;
    match notices.iter().find(|notice| matches!(notice, Notice::MovedAside { .. })) {
        Some(notice) => Err(format!("{notice:?}")),
        None => Ok(store),
    }
}

/// Every interview of a store, the first one first, each read whole.
fn everything(store: &Store) -> Result<Vec<(Interview, Loaded, State)>, String> {
    let mut summaries = store.list().map_err(|error| format!("{error:?}"))?;
    summaries.sort_by_key(|summary| summary.id);
    summaries.into_iter().map(|summary| whole(store, summary.id).map(|(i, l)| (i, l, summary.state))).collect()
}

/// An interview read whole, with every hash checked, and replayed.
fn whole(store: &Store, id: InterviewId) -> Result<(Interview, Loaded), String> {
    let loaded = store.load(id).map_err(|error| format!("{error:?}"))?;
    let questionnaire = kohesi::questionnaire::read(&loaded.questionnaire_key, &loaded.questionnaire);
    let questionnaire = questionnaire.map_err(|problems| format!("{problems:?}"))?;
    let interview = Interview::replay(Arc::new(questionnaire), id, loaded.events.clone());
    Ok((interview.map_err(|fault| format!("{fault:?}"))?, loaded))
}
