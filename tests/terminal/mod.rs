//! The real program in a real pseudo-terminal: whole interviews, every way out, what is sent to the terminal, and the
//! commands beside it.

#![allow(clippy::disallowed_methods, reason = "it starts the program, reads the clock and looks at what was stored")]

mod bundles;
mod commands;
mod evening;
mod garbage;
mod interviews;
mod keys;
mod output;
mod plain;
mod protecting;
mod resuming;
mod rights;
mod sealing;
mod settings;
mod sizes;
mod ways_out;
mod workshops;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use kohesi::interview::Draft;
use kohesi::questionnaire::{BUILTIN, ItemIndex, Questionnaire};
use kohesi::store::{Paths, Store};
use kohesi::text::Tag;

use crate::support::pty::{BOUND, Launch, Leader, Pty};

/// The program under test.
const KOHESI: &str = env!("CARGO_BIN_EXE_kohesi");

/// Items of the core questionnaire.
const ITEMS: u16 = 39;

/// A folder in which the program runs and keeps its answers.
struct Place(tempfile::TempDir);

/// What a language's screens say, so that a test knows where it is.
struct Says {
    tag: &'static str,
    locale: &'static str,
    introduction: &'static str,
    consent: &'static str,
    review: &'static str,
    profile: &'static str,
    stop: &'static str,
    saved: &'static str,
}

const ENGLISH: Says = Says {
    tag: "en",
    locale: "en_GB.UTF-8",
    introduction: "Living together",
    consent: "Your consent",
    review: "Before you finish",
    profile: "Your profile",
    stop: "Stop for now?",
    saved: "saved",
};

const INDONESIAN: Says = Says {
    tag: "id",
    locale: "id_ID.UTF-8",
    introduction: "Kehidupan bersama",
    consent: "Persetujuan",
    review: "Sebelum selesai",
    profile: "Profil Anda",
    stop: "Berhenti dulu?",
    saved: "tersimpan",
};

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// The folder of the store.
    fn data(&self) -> PathBuf {
        self.path().join("kohesi")
    }

    /// The program in a terminal of 80×24, in a locale of this language.
    fn launch(&self, says: &Says, args: &[&str]) -> Launch {
        Launch::new(KOHESI, self.path()).args(args).env("KOHESI_HOME", self.data()).env("LANG", says.locale)
    }

    /// `kohesi take` in this language.
    fn take(&self, says: &Says) -> Launch {
        self.launch(says, &["take", "--lang", says.tag])
    }

    /// `kohesi take` in English at its first item.
    fn begun(&self, leader: Leader) -> Pty {
        let mut pty = self.take(&ENGLISH).leader(leader).spawn().unwrap();
        pty.begin(&ENGLISH);
        pty
    }

    /// A command whose output goes to a pipe.
    fn run(&self, args: &[&str]) -> Output {
        self.run_in("en_GB.UTF-8", args)
    }

    fn run_in(&self, locale: &str, args: &[&str]) -> Output {
        let mut command = Command::new(KOHESI);
        command.args(args).current_dir(self.path()).stdin(Stdio::null());
        command.env_clear().env("KOHESI_HOME", self.data()).env("HOME", self.path()).env("LANG", locale);
        command.output().unwrap()
    }

    /// What `kohesi profile --json` says of the items: a choice's place from 1 or a number, else the kind of what is
    /// missing; those not asked are left out.
    fn answers(&self, id: Option<&str>) -> Vec<String> {
        let args: Vec<&str> = ["profile", "--json"].into_iter().chain(id).collect();
        let output = self.run(&args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let profile: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let said = |item: &serde_json::Value| match item["response"].as_str().unwrap() {
            "given" => item["code"].to_string(),
            missing => missing.to_owned(),
        };
        profile["items"].as_array().unwrap().iter().map(said).filter(|said| said != "not_asked").collect()
    }

    /// The rows of `kohesi list --json`.
    fn list(&self) -> Vec<serde_json::Value> {
        let output = self.run(&["list", "--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The ID of the only interview.
    fn only_id(&self) -> String {
        let rows = self.list();
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows[0]["id"].as_str().unwrap().to_owned()
    }

    /// What the only interview's draft holds on the disk.
    fn draft(&self) -> Option<Draft> {
        let store = Store::read(&Paths::at(&self.data())).ok()??;
        let summary = store.list().ok()?.into_iter().next()?;
        store.load(summary.id).ok()?.draft
    }

    /// Waits until the draft on the disk is as wanted; gives how long that took.
    fn wait_for_draft(&self, wanted: impl Fn(&Draft) -> bool) -> Duration {
        let from = Instant::now();
        loop {
            let draft = self.draft();
            if draft.as_ref().is_some_and(&wanted) {
                return from.elapsed();
            }
            assert!(from.elapsed() < BOUND, "{draft:?}");
            // Between two looks the program is left some of the machine.
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Pty {
    /// Types keys and waits for the text that they bring.
    fn press(&mut self, keys: &str, text: &str) -> &mut Self {
        self.type_keys(keys.as_bytes()).unwrap();
        self.wait_for_text(text, BOUND).unwrap_or_else(|error| panic!("after {keys:?}: {error}"));
        self
    }

    /// Presses Escape and waits until the text is gone that stands only on what it closes. Keys typed sooner would
    /// make one key of Escape and the next.
    fn escape(&mut self, gone: &str) -> &mut Self {
        self.type_keys(b"\x1b").unwrap();
        self.wait_for(|screen| !screen.contents().contains(gone), BOUND)
            .unwrap_or_else(|error| panic!("{gone:?} stays: {error}"));
        self
    }

    /// From the start to the first item.
    fn begin(&mut self, says: &Says) {
        self.wait_for_text(says.introduction, BOUND).unwrap();
        self.press("\x1b[F\r", says.consent).press("1\r", &at(1));
    }

    /// From any screen of an interview that takes Escape to the end of the program.
    fn stop(&mut self, says: &Says) {
        self.press("\x1b", says.stop).type_keys(b"2\r").unwrap();
    }
}

/// What the head of the screen says on this item, counted from 1.
fn at(item: u16) -> String {
    format!(" {item} / {ITEMS}")
}

fn core() -> Questionnaire {
    BUILTIN[0].read().unwrap()
}

fn tag(says: &Says) -> Tag {
    Tag::new(says.tag).unwrap()
}

/// The texts that stand on an item's screen.
fn texts_of(questionnaire: &Questionnaire, item: u16, says: &Says) -> Vec<String> {
    let item = questionnaire.item(ItemIndex(item - 1)).unwrap();
    let choices = questionnaire.choices(item).iter().map(|choice| choice.text.get(&tag(says)).to_string());
    [item.text.get(&tag(says)).to_string()].into_iter().chain(choices).collect()
}

/// A screen's words with one space between them, however they are wrapped.
fn words(screen: &str) -> String {
    screen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The keys that answer this item, and what is then stored: every scale point comes up, and both kinds of missing.
fn answer_to(item: u16, says: &Says) -> (String, String) {
    let (dont_know, decline) = if says.tag == "id" { ("t", "m") } else { ("d", "p") };
    match item {
        36 | 37 => ("2\r".into(), "2".into()),
        38 => ("12\r".into(), "12".into()),
        39 => ("5\r".into(), "5".into()),
        9 => (format!("{dont_know}\r"), "dont_know".into()),
        20 => (format!("{decline}\r"), "declined".into()),
        other => (format!("{}\r", other % 5 + 1), (other % 5 + 1).to_string()),
    }
}

/// All of it, as stored.
fn all_answers(says: &Says) -> Vec<String> {
    (1..=ITEMS).map(|item| answer_to(item, says).1).collect()
}

/// All of it, as typed from the first item on.
fn all_keys(says: &Says) -> String {
    (1..=ITEMS).map(|item| answer_to(item, says).0).collect()
}
