//! The commands: what they print, where, and with which exit code. Their output goes to a pipe here.

use std::process::Output;

use super::{BOUND, ENGLISH, INDONESIAN, Place, Says, all_answers, all_keys, at};

const COMMANDS: [&str; 12] =
    ["take", "list", "profile", "report", "stats", "demo", "access", "forget", "backup", "restore", "doctor", "paths"];

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A place where one interview is finished in this language and a second one left after its first item.
fn inhabited(says: &Says) -> Place {
    let place = Place::new();
    let mut pty = place.take(says).spawn().unwrap();
    pty.press(&format!("\x1b[F\r1\r{}1\r", all_keys(says)), says.profile).type_keys(b"\x1b").unwrap();
    pty.wait_exit(BOUND).unwrap();
    let mut pty = place.take(says).spawn().unwrap();
    pty.begin(says);
    pty.press("3\r", &at(2));
    pty.stop(says);
    pty.wait_exit(BOUND).unwrap();
    place
}

/// The ID of the interview in this state.
fn id_of(place: &Place, state: &str) -> String {
    let rows = place.list();
    let row = rows.iter().find(|row| row["state"] == state).unwrap_or_else(|| panic!("{rows:?}"));
    row["id"].as_str().unwrap().to_owned()
}

#[test]
fn help_is_told_in_both_languages() {
    let place = Place::new();
    for command in [None].into_iter().chain(COMMANDS.map(Some)) {
        for flag in ["--help", "-h"] {
            let args = |lang: &'static [&'static str]| -> Vec<&str> {
                command.into_iter().chain([flag]).chain(lang.iter().copied()).collect()
            };
            let english = place.run_in("id_ID.UTF-8", &args(&["--lang", "en"]));
            let indonesian = place.run_in("en_GB.UTF-8", &args(&["--lang=id"]));
            assert_eq!((code(&english), code(&indonesian)), (0, 0));
            assert_eq!(out(&english), out(&place.run_in("en_US.UTF-8", &args(&[]))));
            assert_eq!(out(&indonesian), out(&place.run_in("id_ID.UTF-8", &args(&[]))));
            assert!(out(&english).contains("Usage:") && out(&english).contains("Show this help"), "{}", out(&english));
            assert!(out(&indonesian).contains("Cara pakai:"), "{}", out(&indonesian));
            for word in ["OPTIONS", "COMMAND", "Usage", "Options", "Arguments", "Commands", "FILE", "CODE"] {
                assert!(!out(&indonesian).contains(word), "{command:?}: {word} in\n{}", out(&indonesian));
            }
        }
    }
    let version = place.run(&["--version"]);
    assert_eq!((code(&version), out(&version)), (0, format!("kohesi {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn help_names_every_command() {
    let place = Place::new();
    let help = out(&place.run(&["--help"]));
    for command in COMMANDS {
        assert!(help.contains(&format!("\n  {command} ")), "{command}\n{help}");
    }
}

#[test]
fn a_mistake_on_the_command_line_is_told_in_both_languages_and_ends_with_2() {
    let place = Place::new();
    for (args, english, indonesian) in [
        (&["taek"][..], "Did you mean: take", "take"),
        (&["nonsense"], "no command “nonsense”", "nonsense"),
        (&["list", "--jsno"], "Did you mean: --json", "--json"),
        (&["list", "too", "many"], "“too” is not known", "too"),
        (&["--lang", "xx"], "“xx” cannot be used", "xx"),
        (&["--lang"], "needs a value", "--lang"),
        (&["forget"], "still missing: <CODE>", "<KODE>"),
        (&["profile", "--json", "--markdown"], "cannot be used with", "--markdown"),
    ] {
        for (locale, wanted) in [("en_GB.UTF-8", english), ("id_ID.UTF-8", indonesian)] {
            let output = place.run_in(locale, args);
            assert_eq!((code(&output), out(&output).as_str()), (2, ""), "{args:?}");
            assert!(err(&output).contains(wanted), "{args:?} {locale}: {}", err(&output));
        }
        let indonesian = err(&place.run_in("id_ID.UTF-8", args));
        assert!(!indonesian.contains("error") && !indonesian.contains(" is "), "{args:?}: {indonesian}");
    }
    assert!(!place.data().exists(), "a mistake leaves nothing behind");
}

#[test]
fn where_nothing_is_kept_it_is_said_and_nothing_is_made() {
    let place = Place::new();
    let said = out(&place.run(&["list"]));
    assert!(
        said.starts_with("No interview is kept in ") && said.contains(&place.data().display().to_string()),
        "{said}"
    );
    assert_eq!(out(&place.run_in("id_ID.UTF-8", &["list"])).lines().count(), 1);
    assert_eq!(out(&place.run(&["list", "--json"])), "[]\n");
    for args in [&["profile"][..], &["profile", "abc"], &["forget", "abc"], &["forget", "abc", "--yes"]] {
        let output = place.run(args);
        assert_eq!((code(&output), out(&output).as_str()), (1, ""), "{args:?}");
        assert!(!err(&output).is_empty());
    }
    assert!(!place.data().exists());
}

#[test]
fn the_list_tells_every_interview() {
    let place = inhabited(&ENGLISH);
    let rows = place.list();
    assert_eq!(rows.len(), 2);
    let of = |state: &str| rows.iter().find(|row| row["state"] == state).unwrap();
    assert_eq!((&of("finished")["answered"], &of("finished")["items"]), (&39.into(), &39.into()));
    assert_eq!(of("unfinished")["answered"], 1);
    for row in &rows {
        assert_eq!(row["questionnaire"], "kohesi-inti");
        assert!(row["last_unix_ms"].as_i64() >= row["started_unix_ms"].as_i64());
    }
    for (locale, words) in [
        ("en_GB.UTF-8", ["finished", "unfinished", "39 / 39", "1 / 39"]),
        ("id_ID.UTF-8", ["selesai", "belum selesai", "39 / 39", "1 / 39"]),
    ] {
        let list = out(&place.run_in(locale, &["list"]));
        assert_eq!(list.lines().count(), 3, "{list}");
        for word in words {
            assert!(list.contains(word), "{word}\n{list}");
        }
        for row in &rows {
            assert!(list.contains(row["code"].as_str().unwrap()), "{list}");
        }
    }
}

#[test]
fn the_profile_is_told_as_text_markdown_and_data() {
    let place = inhabited(&INDONESIAN);
    let id = id_of(&place, "finished");
    let text = place.run(&["profile"]);
    assert_eq!(code(&text), 0);
    for wanted in ["Trust and shared norms", "Social justice", "one person's view", "It is no test"] {
        assert!(super::words(&out(&text)).contains(wanted), "{wanted}\n{}", out(&text));
    }
    let indonesian = out(&place.run_in("id_ID.UTF-8", &["profile"]));
    assert!(indonesian.contains("Keadilan sosial") && !indonesian.contains("Social justice"), "{indonesian}");
    assert!(out(&text).lines().all(|line| kohesi::text::width(line) <= 78), "{}", out(&text));
    let ascii = out(&place.run(&["profile", "--ascii"]));
    assert!(ascii.is_ascii(), "{}", ascii.chars().filter(|c| !c.is_ascii()).collect::<String>());
    let markdown = out(&place.run(&["profile", "--markdown"]));
    assert!(markdown.starts_with("# "), "{markdown}");

    assert_eq!(place.answers(None), all_answers(&INDONESIAN));
    let row = place.list().into_iter().find(|row| row["state"] == "finished").unwrap();
    for name in [id.as_str(), &id[..13], row["code"].as_str().unwrap(), &row["code"].as_str().unwrap().to_lowercase()] {
        assert_eq!(place.answers(Some(name)), all_answers(&INDONESIAN), "{name}");
    }
    assert_eq!(place.answers(Some(&id_of(&place, "unfinished"))), ["3"]);
}

#[test]
fn the_profile_is_written_to_a_file_and_never_over_one() {
    let place = inhabited(&ENGLISH);
    for (args, same) in [
        (&["profile", "-o", "a.txt"][..], &["profile"][..]),
        (&["profile", "--json", "--output", "a.json"], &["profile", "--json"]),
    ] {
        let name = args.last().unwrap();
        let written = place.run(args);
        assert_eq!(code(&written), 0, "{}", err(&written));
        assert!(out(&written).contains(name), "{}", out(&written));
        let path = place.path().join(name);
        let content = std::fs::read_to_string(&path).unwrap();
        assert_eq!(content, out(&place.run(same)));
        std::fs::write(&path, "mine").unwrap();
        let refused = place.run(args);
        assert_eq!((code(&refused), out(&refused).as_str()), (1, ""));
        assert!(err(&refused).contains("is there already"), "{}", err(&refused));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    }
}

#[test]
fn a_report_is_written_in_the_form_its_name_or_a_flag_says_and_replaces_no_file_unasked() {
    let place = inhabited(&ENGLISH);
    let begins = |name: &str| std::fs::read(place.path().join(name)).unwrap()[..5].to_vec();
    for (args, begin) in [
        (&["report", "-o", "a.pdf"][..], b"%PDF-"),
        (&["report", "-o", "a.HTML"], b"<!DOC"),
        (&["report", "-o", "a.md"], b"# You"),
        (&["report", "--md", "-o", "b.pdf"], b"# You"),
        (&["report", "--html", "--output", "profile"], b"<!DOC"),
    ] {
        let name = args.last().unwrap();
        let written = place.run(args);
        assert_eq!(code(&written), 0, "{}", err(&written));
        assert!(out(&written).contains(name) && begins(name) == begin, "{args:?}");
        std::fs::write(place.path().join(name), "mine!").unwrap();
        let refused = place.run(args);
        assert_eq!((code(&refused), begins(name)), (1, b"mine!".to_vec()));
        assert!(err(&refused).contains("is there already"), "{}", err(&refused));
        assert!(err(&refused).contains("--force"), "{}", err(&refused));
        let forced = place.run(&[args, &["--force"]].concat());
        assert_eq!((code(&forced), begins(name)), (0, begin.to_vec()), "{}", err(&forced));
    }
    for (args, ends, told) in [
        (&["report"][..], 2, "--output"),
        (&["report", "--pdf", "--html", "-o", "c"], 2, "--html"),
        (&["report", "--workshop", "x", "--interview", "y", "-o", "c.pdf"], 2, "--workshop"),
        (&["report", "-o", "c"], 1, "--html, --pdf or --md"),
        (&["report", "--interview", "nobody", "-o", "c.pdf"], 1, "nobody"),
        (&["report", "--workshop", "RT 03", "-o", "c.pdf"], 1, "no workshop"),
    ] {
        let failed = place.run(args);
        assert_eq!((code(&failed), out(&failed).as_str()), (ends, ""), "{args:?}");
        assert!(err(&failed).contains(told), "{args:?}: {}", err(&failed));
        assert!(!place.path().join("c").exists() && !place.path().join("c.pdf").exists());
    }
}

#[test]
fn paths_are_those_in_use() {
    let place = Place::new();
    let paths = out(&place.run(&["paths"]));
    let data = place.data();
    assert!(paths.contains(&data.join("kohesi.db").display().to_string()), "{paths}");
    assert!(paths.contains(&data.join("settings.toml").display().to_string()), "{paths}");
    let json: serde_json::Value = serde_json::from_str(&out(&place.run(&["paths", "--json"]))).unwrap();
    assert_eq!(json["data"], data.join("kohesi.db").display().to_string());
    assert_eq!(out(&place.run_in("id_ID.UTF-8", &["paths"])).lines().count(), paths.lines().count());
    assert!(!data.exists());
}

#[test]
fn one_person_is_forgotten_and_the_other_is_kept() {
    let place = inhabited(&ENGLISH);
    let (id, other) = (id_of(&place, "finished"), id_of(&place, "unfinished"));
    let asked = place.run(&["forget", &id]);
    assert_eq!((code(&asked), out(&asked).as_str()), (1, ""));
    assert!(err(&asked).contains("--yes"), "{}", err(&asked));
    assert_eq!(place.list().len(), 2);

    let done = place.run(&["forget", &id, "--yes"]);
    assert_eq!(code(&done), 0, "{}", err(&done));
    assert!(out(&done).contains("Erased"), "{}", out(&done));
    assert_eq!(place.only_id(), other);
    let again = place.run(&["forget", &id, "--yes"]);
    assert_eq!(code(&again), 1);
    assert_eq!(place.answers(Some(&other)), ["3"]);
}

#[test]
fn nothing_is_erased_under_an_interview_that_is_being_answered() {
    let place = inhabited(&ENGLISH);
    let id = id_of(&place, "finished");
    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.wait_for_text("1 of 39 answered", BOUND).unwrap();
    let refused = place.run(&["forget", &id, "--yes"]);
    assert_eq!(code(&refused), 1);
    assert!(err(&refused).contains("another window"), "{}", err(&refused));
    pty.type_keys(b"\x03").unwrap();
    pty.wait_exit(BOUND).unwrap();
    assert_eq!(place.list().len(), 2);
}

#[test]
fn output_to_a_pipe_holds_no_control_sequence() {
    let place = inhabited(&ENGLISH);
    for args in [
        &["--help"][..],
        &["profile", "--help"],
        &["nonsense"],
        &["list"],
        &["list", "--json"],
        &["profile"],
        &["profile", "--markdown"],
        &["profile", "--json"],
        &["paths"],
        &["take"],
        &["take", "nosuchfile.toml"],
    ] {
        let output = place.run(args);
        let both = [out(&output), err(&output)].concat();
        assert!(!both.contains(|c: char| c.is_control() && c != '\n'), "{args:?}: {both:?}");
    }
}

#[test]
fn the_menu_needs_a_terminal_and_says_so() {
    let place = Place::new();
    let output = place.run(&[]);
    assert_eq!((code(&output), out(&output).as_str()), (1, ""));
    assert!(err(&output).contains("needs a terminal") && err(&output).contains("take --plain"), "{}", err(&output));
    assert!(err(&place.run_in("id_ID.UTF-8", &[])).contains("terminal"));
    assert!(!place.data().exists());
}

#[test]
fn a_questionnaire_that_is_not_there_or_faulty_is_told_with_its_place() {
    let place = Place::new();
    let missing = place.run(&["take", "tidak-ada"]);
    assert_eq!(code(&missing), 1);
    assert!(err(&missing).contains("tidak-ada") && err(&missing).contains("kohesi-inti"), "{}", err(&missing));
    std::fs::write(place.path().join("faulty.toml"), "format = 1\nkey = \"Bad Key\"\n").unwrap();
    let faulty = place.run(&["take", "faulty.toml"]);
    assert_eq!(code(&faulty), 1);
    assert!(err(&faulty).contains("faulty.toml:2"), "{}", err(&faulty));
}

#[test]
fn a_long_computation_says_how_far_it_is_and_can_be_stopped() {
    let place = Place::new();
    let home = place.data();
    let made = place.run(&["demo", "--size", "60", "--home", home.to_str().unwrap()]);
    assert_eq!(code(&made), 0, "{}", err(&made));
    let mut pty = place.launch(&ENGLISH, &["stats", "--replicates", "1000000"]).spawn().unwrap();
    pty.wait_for_text("of 1000000 (Ctrl-C stops it)", BOUND).unwrap();
    pty.type_keys(b"\x03").unwrap();
    let exit = pty.wait_exit(BOUND).unwrap();
    assert_eq!(exit.code, 130);
    let said = String::from_utf8_lossy(pty.bytes()).into_owned();
    assert!(said.contains("It was stopped before its end."), "{said}");
    assert!(said.contains("Cronbach's alpha"), "the other figures are told: {said}");
}
