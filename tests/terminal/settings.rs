//! `kohesi config`, the man pages and the completions; and the settings file as the program reads and writes it.

use std::process::{Command, Output, Stdio};

use super::{BOUND, ENGLISH, KOHESI, Place};

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// A place with this settings file.
fn with_file(text: &str) -> Place {
    let place = Place::new();
    std::fs::create_dir_all(place.data()).unwrap();
    std::fs::write(place.data().join("settings.toml"), text).unwrap();
    place
}

fn file(place: &Place) -> String {
    std::fs::read_to_string(place.data().join("settings.toml")).unwrap()
}

fn run_with(place: &Place, variables: &[(&str, &str)], args: &[&str]) -> Output {
    let mut command = Command::new(KOHESI);
    command.args(args).current_dir(place.path()).stdin(Stdio::null()).env_clear();
    command.env("KOHESI_HOME", place.data()).env("HOME", place.path()).env("LANG", "en_GB.UTF-8");
    command.envs(variables.iter().copied()).output().unwrap()
}

/// What `kohesi config --json` says of one setting.
fn row(output: &Output, key: &str) -> serde_json::Value {
    let rows: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
    rows.into_iter().find(|row| row["key"] == key).unwrap()
}

#[test]
fn each_setting_is_told_with_its_value_and_where_it_comes_from() {
    let place = with_file("# the hall\ntheme = \"light\"\n");
    for (variables, args, value, origin) in [
        (&[][..], &["config", "--json"][..], "light", "file"),
        (&[("KOHESI_THEME", "contrast")], &["config", "--json"], "contrast", "environment"),
        (&[("NO_COLOR", "1")], &["config", "--json"], "none", "environment"),
        (&[("KOHESI_THEME", "contrast")], &["config", "--json", "--set", "theme=dark"], "dark", "flag"),
        (&[], &["--set", "theme=none", "config", "--json"], "none", "flag"),
    ] {
        let told = row(&run_with(&place, variables, args), "theme");
        assert_eq!((told["value"].as_str(), told["origin"].as_str()), (Some(value), Some(origin)), "{args:?}");
        assert_eq!(told["line"].as_u64(), (origin == "file").then_some(2));
    }
    assert_eq!(row(&place.run(&["config", "--json", "--ascii"]), "glyphs")["flag"], "--ascii");
    assert_eq!(row(&place.run(&["config", "--json", "--lang", "id"]), "language")["value"], "id");
    assert_eq!(row(&place.run_in("id_ID.UTF-8", &["config", "--json"]), "language")["value"], "id");
    let words = out(&place.run(&["config", "theme"]));
    assert!(
        words.contains("theme = \"light\"  (settings file, line 2)") && words.contains("neutral, dark, light"),
        "{words}"
    );
    let indonesian = out(&place.run_in("id_ID.UTF-8", &["config"]));
    assert!(
        indonesian.contains("berkas pengaturan, baris 2") && indonesian.contains("untuk layar terang"),
        "{indonesian}"
    );
}

#[test]
fn a_setting_is_written_and_taken_out_and_the_rest_of_the_file_stays() {
    let place = with_file("# the hall\ntheme = 'light' # the projector\n[keys]\nnext = [\"Enter\", \"e\"]\n");
    let before = file(&place);
    assert_eq!(code(&place.run(&["config", "set", "theme", "contrast"])), 0);
    assert_eq!(file(&place), before.replace("'light'", "\"contrast\""));
    assert_eq!(code(&place.run(&["config", "set", "spacing", "wide"])), 0);
    assert_eq!(row(&place.run(&["config", "--json"]), "spacing")["value"], "wide");
    assert_eq!(code(&place.run(&["config", "unset", "spacing"])), 0);
    assert_eq!(file(&place), before.replace("'light'", "\"contrast\""));
    assert!(out(&place.run(&["config", "unset", "spacing"])).contains("nothing was changed"));
    for (args, wanted) in [
        (&["config", "set", "theme", "neon"][..], "neutral, dark, light, contrast, none"),
        (&["config", "set", "spaceing", "wide"], "spacing"),
        (&["--set", "theme:dark", "config"], "KEY=VALUE"),
    ] {
        let refused = place.run(args);
        assert_eq!((code(&refused), out(&refused).as_str()), (1, ""), "{args:?}");
        assert!(err(&refused).contains(wanted), "{}", err(&refused));
    }
    let empty = Place::new();
    assert!(out(&empty.run(&["config", "path"])).trim_end().ends_with("settings.toml"));
    assert!(!empty.data().exists());
    assert_eq!(code(&empty.run(&["config", "set", "mouse", "off"])), 0);
    assert_eq!(file(&empty), "mouse = \"off\"\n");
}

#[test]
fn all_faults_of_a_file_are_told_at_once_and_can_be_mended() {
    let place = with_file(
        "theme = \"neon\"\nspaceing = \"wide\"\n[keys]\nnext = [\"Ctrl-S\"]\nback = [\"d\", \"Up\"]\nleave = []\n",
    );
    for args in [&["list"][..], &["take"], &["config"]] {
        let told = place.run(args);
        assert_eq!(code(&told), 1, "{args:?}");
        let told = err(&told);
        for wanted in [
            "settings.toml:1",
            "neon",
            "settings.toml:2",
            "Did you mean: spacing",
            "settings.toml:4",
            "Ctrl-S",
            "settings.toml:5",
            "settings.toml:6",
            "nothing would do leave",
        ] {
            assert!(told.contains(wanted), "{wanted}\n{told}");
        }
    }
    assert!(out(&place.run(&["config"])).contains("mouse = \"on\""));
    let indonesian = err(&place.run_in("id_ID.UTF-8", &["list"]));
    assert!(indonesian.contains("Tidak ada pengaturan “spaceing”"), "{indonesian}");
    assert_eq!(code(&place.run(&["config", "unset", "spaceing"])), 0);
    assert_eq!(code(&place.run(&["config", "set", "theme", "dark"])), 0);
    let left = err(&place.run(&["list"]));
    assert!(!left.contains("neon") && !left.contains("spaceing") && left.contains("Ctrl-S"), "{left}");
    assert_eq!(code(&run_with(&Place::new(), &[("KOHESI_MOUSE", "maybe")], &["list"])), 1);
    let broken = with_file("theme = \n");
    assert!(err(&broken.run(&["config", "set", "mouse", "off"])).contains("settings.toml:1"));
    assert_eq!(file(&broken), "theme = \n", "nothing is lost");
}

#[test]
fn keys_of_the_file_count_and_are_told() {
    let place = with_file("[keys]\nnext = [\"e\", \"Enter\"]\n");
    let lines = out(&place.run(&["config", "keys"]));
    assert!(lines.contains("next  ") && lines.contains("    e  Enter  ("), "{lines}");
    let rows: Vec<serde_json::Value> =
        serde_json::from_slice(&place.run(&["config", "keys", "--json"]).stdout).unwrap();
    assert!(rows.iter().any(|row| row["action"] == "next" && row["keys"][0] == "e"), "{rows:?}");
    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.wait_for_text(ENGLISH.introduction, BOUND).unwrap();
    pty.press("\x1b[F", "e go on").press("e", ENGLISH.consent).press("1e", " 1 / 39").press("4e", " 2 / 39");
    pty.stop(&ENGLISH);
    pty.wait_exit(BOUND).unwrap();
    assert_eq!(place.answers(Some(&place.only_id())), ["4"]);
}

#[test]
fn the_settings_screen_writes_one_value_and_keeps_comments() {
    let place = with_file("# the hall\nmouse = \"off\" # it jumps\n");
    let mut pty = place.launch(&ENGLISH, &["--lang", "en"]).spawn().unwrap();
    pty.wait_for_text("1  Begin", BOUND).unwrap();
    pty.press("3\r", "Room between lines: normal").press("7\r", "Room between lines: wide");
    pty.wait_for_text("Settings saved", BOUND).unwrap();
    pty.escape("Room between").type_keys(b"q").unwrap();
    pty.wait_exit(BOUND).unwrap();
    assert_eq!(file(&place), "# the hall\nmouse = \"off\" # it jumps\nspacing = \"wide\"\n");
}

#[test]
fn help_is_wholly_in_its_language() {
    let place = Place::new();
    for args in
        [&["--help"][..], &["take", "--help"], &["show", "--help"], &["config", "--help"], &["config", "set", "--help"]]
    {
        let help = out(&place.run_in("id_ID.UTF-8", args));
        assert!(help.contains("Cara pakai") || help.contains("Pemakaian"), "{help}");
        for english in ["possible values", "default:", "Print help", "Options", "Arguments"] {
            assert!(!help.contains(english), "{args:?}: {english}\n{help}");
        }
        let english = out(&place.run(args));
        assert!(english.contains("Usage:"), "{english}");
    }
    assert!(out(&place.run(&["take", "--help"])).contains("(one of: self, interviewer)"));
}

#[test]
fn man_pages_and_completions_are_printed_and_written() {
    let place = Place::new();
    let page = out(&place.run_in("id_ID.UTF-8", &["man", "take"]));
    assert!(
        page.starts_with(".ie") || page.contains(".TH KOHESI\\-TAKE") || page.contains(".TH \"KOHESI-TAKE\""),
        "{page}"
    );
    assert!(page.contains(".SH NAMA"), "{page}");
    assert!(out(&place.run(&["man"])).contains(".SH NAME"));
    let folder = place.path().join("man");
    assert_eq!(code(&place.run(&["man", "-o", folder.to_str().unwrap()])), 0);
    for written in ["man1/kohesi.1", "man1/kohesi-config-set.1", "id/man1/kohesi-take.1"] {
        assert!(folder.join(written).is_file(), "{written}");
    }
    assert_eq!(code(&place.run(&["man", "nonsense"])), 1);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = out(&place.run(&["completions", shell]));
        assert!(script.contains("kohesi") && script.contains("practice"), "{shell}");
    }
    assert_eq!(code(&place.run(&["completions", "csh"])), 2);
}
