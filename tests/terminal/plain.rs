//! `kohesi take --plain` and the commands where there is no screen: answers from a file, exit codes, signals, bytes.

use std::io::Write;
use std::process::{Child, Command, Output, Stdio};

use super::{BOUND, ENGLISH, ITEMS, KOHESI, Place, words};
use crate::support::pty::Launch;

/// The core questionnaire as lines, from the consent to the end.
fn answers() -> String {
    let lines = (1..=ITEMS).map(|item| match item {
        9 => "tidak tahu\n".to_owned(),
        20 => "tidak mau menjawab\n".to_owned(),
        36 | 37 => "2\n".to_owned(),
        38 => "12\n".to_owned(),
        39 => "5\n".to_owned(),
        other => format!("{}\n", other % 5 + 1),
    });
    format!("1\n{}selesai\n", lines.collect::<String>())
}

fn stored() -> Vec<String> {
    let said = |item: u16| match item {
        9 => "dont_know".to_owned(),
        20 => "declined".to_owned(),
        36 | 37 => "2".to_owned(),
        38 => "12".to_owned(),
        39 => "5".to_owned(),
        other => (other % 5 + 1).to_string(),
    };
    (1..=ITEMS).map(said).collect()
}

impl Place {
    fn plain(&self, args: &[&str]) -> Child {
        let mut command = Command::new(KOHESI);
        command.args(args).current_dir(self.path()).env_clear().env("KOHESI_HOME", self.data());
        command.env("HOME", self.path()).env("LANG", "id_ID.UTF-8").env("PATH", std::env::var_os("PATH").unwrap());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The program with this text as its whole input.
    fn fed(&self, args: &[&str], input: &str) -> Output {
        let mut child = self.plain(args);
        // A program that ends before the end of its input is no fault here.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_file_of_answers_makes_a_whole_interview() {
    let place = Place::new();
    let output = place.fed(&["take", "--plain", "--lang", "id"], &answers());
    assert_eq!(code(&output), Some(0), "{}", out(&output));
    assert_eq!(place.answers(None), stored());
    let said = out(&output);
    assert_eq!(said.matches("Tersimpan: ").count(), usize::from(ITEMS));
    assert!(said.contains("Profil Anda") && said.contains("Selesai dan tersimpan."), "{said}");
    assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "no cursor is moved");
    assert!(!said.contains(|c: char| ('\u{2500}'..='\u{28ff}').contains(&c)), "nothing is drawn");
}

#[test]
fn the_exit_code_says_how_the_interview_stands() {
    let place = Place::new();
    let all = answers();
    let begun: String = all.split_inclusive('\n').take(4).collect();
    for (args, input, expected, state) in [
        (&["take", "--lang", "id"][..], begun.as_str(), 3, Some("unfinished")),
        (&["take", "--plain", "--lang", "en"], "no\n", 4, None),
        (&["take", "--plain", "--lang", "id"], "", 3, None),
        (&["take", "--plain", "--lang", "id", "--practice"], all.as_str(), 0, None),
    ] {
        let before = place.list().len();
        let output = place.fed(args, input);
        assert_eq!(code(&output), Some(expected), "{args:?} {}", out(&output));
        let rows = place.list();
        assert_eq!(rows.len() - before, usize::from(state.is_some()), "{args:?}");
        if let Some(state) = state {
            assert_eq!(rows[0]["state"], state);
        }
    }
    // What was left goes on where it was left, and a wrong line costs nothing.
    let id = place.only_id();
    let rest: String = all.split_inclusive('\n').skip(4).collect();
    let output = place.fed(&["take", "--plain", "--resume", &id], &format!("ngawur\n{rest}"));
    assert_eq!(code(&output), Some(0), "{}", out(&output));
    assert!(out(&output).contains("“ngawur” tidak ada di sini."), "{}", out(&output));
    assert_eq!(place.answers(Some(&id)), stored());
    let output = place.fed(&["take", "--plain", "--resume", "nosuchcode"], "");
    assert_eq!(code(&output), Some(1));
}

#[test]
fn lines_that_are_no_text_and_questionnaires_that_play_tricks_do_no_harm() {
    let place = Place::new();
    let mut child = place.plain(&["take", "--plain", "--lang", "id"]);
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"\xff\xfe\n1\n\x1b[31m4\n").unwrap();
    input.write_all("x".repeat(200_000).as_bytes()).unwrap();
    input.write_all(b"\n4\n").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), Some(3));
    let said = words(&out(&output));
    assert!(said.contains("bukan teks UTF-8") && said.contains("terlalu panjang"), "{said}");
    assert_eq!(place.answers(Some(&place.only_id())), ["4"]);
}

#[test]
fn a_signal_keeps_what_was_answered_and_ends_with_its_number() {
    for (signal, number) in
        [(rustix::process::Signal::TERM, 15), (rustix::process::Signal::HUP, 1), (rustix::process::Signal::INT, 2)]
    {
        let place = Place::new();
        let mut child = place.plain(&["take", "--plain", "--lang", "id"]);
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"1\n4\n").unwrap();
        let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
        read_until(&mut said, "Tersimpan: Setuju");
        // Saved is said when it is on the disk, and not before.
        assert_eq!(place.answers(Some(&place.only_id())), ["4"]);
        let pid = rustix::process::Pid::from_raw(child.id().try_into().unwrap()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(128 + number), "{signal:?}");
        assert!(place.draft().is_some_and(|draft| draft.place.is_some_and(|place| place.0 == 1)));
        drop(input);
    }
}

fn read_until(from: &mut impl std::io::BufRead, wanted: &str) {
    let mut line = String::new();
    while !line.contains(wanted) {
        line.clear();
        assert_ne!(from.read_line(&mut line).unwrap(), 0, "{wanted} never came");
    }
}

#[test]
fn it_is_line_by_line_by_itself_on_a_dumb_terminal_and_an_answer_takes_few_bytes() {
    let place = Place::new();
    let launch = place.take(&ENGLISH).env("TERM", "dumb");
    let mut pty = launch.spawn().unwrap();
    pty.wait_for_text("2 No, thank you", BOUND).unwrap();
    pty.press("1\r", "Question 1 of 39");
    pty.wait_for_text("> ", BOUND).unwrap();
    let mut most = 0;
    for item in 2..=7 {
        let before = pty.bytes_received();
        pty.press("4\r", &format!("Question {item} of 39"));
        pty.wait_for(|screen| screen.contents().trim_end().ends_with('>'), BOUND).unwrap();
        most = most.max(pty.bytes_received() - before);
    }
    println!("plain: at most {most} bytes are sent for one answered item");
    // A line of 2400 bit/s takes 240 bytes a second.
    assert!(most < 400, "{most} bytes for one answered item");
    assert!(!pty.bytes().contains(&0x1b), "{}", pty.screen_text());
    pty.type_keys(b"q\r").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 3);
    assert_eq!(place.answers(Some(&place.only_id())).len(), 6);
}

#[test]
fn a_program_reads_aloud_and_nothing_of_it_is_left() {
    let place = Place::new();
    std::fs::create_dir_all(place.data()).unwrap();
    let voice = place.path().join("voice");
    std::fs::write(&voice, "printf '%s %s\\n' \"$1\" \"$$\" >> \"$2\"; cat >> \"$2\"; exec sleep 600\n").unwrap();
    let heard = place.path().join("heard");
    let speech = format!("speech = \"sh {} {{lang}} {}\"\n", voice.display(), heard.display());
    std::fs::write(place.data().join("settings.toml"), speech).unwrap();
    let aloud = |launch: &Launch, keys: &str, text: &str| {
        let mut pty = launch.spawn().unwrap();
        pty.wait_for_text("take part", BOUND).or_else(|_| pty.wait_for_text("Living together", BOUND)).unwrap();
        pty.press(keys, text);
        let from = std::time::Instant::now();
        while !std::fs::read_to_string(&heard).unwrap_or_default().contains("neighbour's care") {
            assert!(from.elapsed() < BOUND, "{:?}", std::fs::read_to_string(&heard));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        pty.type_keys(b"\x03\x03").unwrap();
        pty.wait_exit(BOUND).unwrap();
        let text = std::fs::read_to_string(&heard).unwrap();
        std::fs::remove_file(&heard).unwrap();
        for line in text.lines().filter_map(|line| line.strip_prefix("en ")) {
            let pid = rustix::process::Pid::from_raw(line.parse().unwrap()).unwrap();
            assert!(rustix::process::test_kill_process(pid).is_err(), "{line} still speaks");
        }
    };
    aloud(&place.take(&ENGLISH).arg("--plain"), "1\r", "Question 1 of 39");
    let place_of_screen = place.take(&ENGLISH);
    // The interview before is still unfinished: a new one is begun.
    aloud(&place_of_screen.arg("--practice"), "\x1b[F\r1\r", "1 / 39");
}

#[test]
fn colours_go_to_a_terminal_alone_unless_they_are_asked_for() {
    let place = Place::new();
    std::fs::write(place.path().join("faulty.toml"), "format = 1\nkey = \"Bad Key\"\n").unwrap();
    let coloured = |output: &Output| output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b);
    for (args, expected) in [
        (&["check", "faulty.toml"][..], false),
        (&["check", "faulty.toml", "--color", "always"], true),
        (&["--color=never", "check", "faulty.toml"], false),
        (&["take", "faulty.toml"], false),
        (&["--color", "always", "take", "faulty.toml"], true),
        (&["list", "--color", "always"], false),
    ] {
        assert_eq!(coloured(&place.run(args)), expected, "{args:?}");
    }
    let piped = place.run(&["check", "faulty.toml"]);
    assert!(!out(&piped).contains(['│', '╭', '╰', '━']), "{}", out(&piped));
    for (launch, expected) in [
        (place.launch(&ENGLISH, &["check", "faulty.toml"]), true),
        (place.launch(&ENGLISH, &["check", "faulty.toml"]).env("NO_COLOR", "1"), false),
        (place.launch(&ENGLISH, &["check", "faulty.toml", "--color", "never"]), false),
        (place.launch(&ENGLISH, &["check", "faulty.toml"]).env("TERM", "dumb"), false),
    ] {
        let mut pty = launch.spawn().unwrap();
        pty.wait_exit(BOUND).unwrap();
        assert_eq!(pty.bytes().contains(&0x1b), expected, "{}", pty.screen_text());
    }
}

#[test]
fn a_profile_is_drawn_on_a_terminal_and_told_everywhere_else() {
    let place = Place::new();
    assert_eq!(code(&place.fed(&["take", "--plain", "--lang", "en"], &answers())), Some(0));
    let drawn = |text: &str| text.contains(['█', '▓', '◆']);
    let told = out(&place.run(&["profile"]));
    assert!(!drawn(&told) && told.contains(" to ") && told.contains("Trust"), "{told}");
    let mut pty = place.launch(&ENGLISH, &["profile"]).spawn().unwrap();
    pty.wait_exit(BOUND).unwrap();
    assert!(drawn(&String::from_utf8_lossy(pty.bytes())));
    let mut pty = place.launch(&ENGLISH, &["profile", "--plain"]).spawn().unwrap();
    pty.wait_exit(BOUND).unwrap();
    assert!(!drawn(&String::from_utf8_lossy(pty.bytes())));
}
