//! Files that mean harm, or that nobody looked at: each is refused within a second, in little memory, with a clear
//! word, and nothing of it reaches the terminal as a control sequence.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::format::shipped;

/// What one fault looks like, and the code or sentence that must be told.
struct Fault {
    name: &'static str,
    bytes: Vec<u8>,
    told: &'static str,
}

fn sound() -> String {
    std::fs::read_to_string(shipped().join("lokakarya.toml")).unwrap()
}

fn with(from: &str, to: &str) -> Vec<u8> {
    assert!(sound().contains(from), "{from}");
    sound().replacen(from, to, 1).into_bytes()
}

fn condition(expression: &str) -> Vec<u8> {
    let item = format!(
        "\n[[sections.items]]\nkey = \"hostile\"\nkind = \"note\"\ntext = {{ id = \"a\", en = \"b\" }}\nshow_if = {}\n",
        toml::Value::String(expression.to_owned())
    );
    (sound() + &item).into_bytes()
}

/// Calculated values, each of them twice the one before it.
fn doubling() -> String {
    let value = |number: usize| {
        let before = number.checked_sub(1).map_or("1".to_owned(), |before| format!("twice_{before}"));
        format!("\n[[values]]\nkey = \"twice_{number}\"\nvalue = \"{before} + {before}\"\n")
    };
    (0..200).map(value).collect()
}

/// Texts as long as they may be, full of names that mean nothing.
fn names() -> Vec<u8> {
    let text = "{zz}".repeat(2_500);
    let item = |number: usize| {
        format!("\n[[sections.items]]\nkey = \"n{number}\"\nkind = \"note\"\ntext.id = \"a\"\ntext.en = \"{text}\"\n")
    };
    (sound() + &(0..95).map(item).collect::<String>()).into_bytes()
}

fn faults() -> Vec<Fault> {
    let fault = |name, bytes, told| Fault { name, bytes, told };
    let title = "title.en = \"";
    let titled = |text: &str| with(title, &format!("{title}{text}"));
    let item = "\n[[sections.items]]\nkey = \"k\"\nkind = \"note\"\ntext.id = \"a\"\n";
    vec![
        fault("100-mb", vec![b'#'; 100 << 20], "too large"),
        fault("a-million-items", (sound() + &item.repeat(1_000_000)).into_bytes(), "too large"),
        fault("as-many-items-as-fit", (sound() + &item.repeat(14_000)).into_bytes(), "duplicate_key"),
        fault("deep-arrays", format!("a = {}", "[".repeat(500_000)).into_bytes(), "syntax"),
        fault("deep-tables", format!("a = {}", "{ a = ".repeat(100_000)).into_bytes(), "syntax"),
        fault("deep-keys", "a.".repeat(500_000).into_bytes(), "nested_too_deeply"),
        fault("duplicate-keys", with("format = 1", "format = 1\nformat = 1"), "defined_twice"),
        fault(
            "duplicate-items",
            [sound(), item.replace("\"k\"", "\"next_change\""), item.into(), item.into()].concat().into_bytes(),
            "duplicate_key",
        ),
        fault("nul", titled("\0"), "unclean_text"),
        fault("nul-escaped", titled("\\u0000"), "unclean_text"),
        fault("broken-utf-8", [sound().as_bytes(), b"# \xff\xfe\x80"].concat(), "UTF-8"),
        fault("escape-character", titled("\u{1b}[2J\u{1b}]0;owned\u{7}"), "unclean_text"),
        fault("escape-character-escaped", titled("\\u001b[2J"), "unclean_text"),
        fault("c1-control-character", titled("\u{9b}2J"), "unclean_text"),
        fault("bidirectional-override", titled("\u{202e}eno ton"), "unclean_text"),
        fault("invisible-characters", titled("a\u{200b}\u{2060}b"), "unclean_text"),
        fault("combining-tower", titled(&"\u{301}".repeat(9_000)), "unclean_text"),
        fault("key-like-a-path", with("key = \"lokakarya\"", "key = \"../../.bashrc\""), "not_a_key"),
        fault("key-like-a-device", with("key = \"lokakarya\"", "key = \"con\""), "not_a_key"),
        fault("key-with-escape", with("key = \"lokakarya\"", "key = \"a\\u001b[31m\""), "not_a_key"),
        fault("expression-too-deep", condition(&"(".repeat(900)), "expression_too_deep"),
        fault("expression-too-long", condition(&"1+".repeat(100_000)), "expression_too_long"),
        fault("expression-of-negations", condition(&"!".repeat(999)), "expression_too_deep"),
        fault("names-without-end", names(), "unknown_name"),
        fault("values-that-double", with("[[sections]]", &(doubling() + "\n[[sections]]")), "expression_too_costly"),
        fault("expression-with-escape", condition("\u{1b}[2J"), "expression_syntax"),
    ]
}

#[test]
fn each_fault_is_refused_quickly_in_little_memory_and_harms_no_terminal() {
    // An unoptimised program on a busy machine takes some ten times as long as the one people run.
    let within = if cfg!(debug_assertions) { Duration::from_secs(10) } else { Duration::from_secs(1) };
    let folder = tempfile::tempdir().unwrap();
    for fault in faults() {
        let file = folder.path().join(format!("{}.toml", fault.name));
        std::fs::write(&file, &fault.bytes).unwrap();
        let began = Instant::now();
        let output = checked(folder.path(), &file);
        let took = began.elapsed();
        std::fs::remove_file(&file).unwrap();
        let told = [output.stdout, output.stderr].concat();
        let told = String::from_utf8(told).unwrap();
        assert_eq!(output.status.code(), Some(1), "{}: {}", fault.name, &told[..told.len().min(2_000)]);
        assert!(told.contains(fault.told), "{}: {}", fault.name, &told[..told.len().min(2_000)]);
        let control = told.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(control, None, "{}", fault.name);
        assert!(!told.contains(['\u{202e}', '\u{200b}']), "{}", fault.name);
        assert!(took < within, "{}: {took:?}", fault.name);
    }
}

#[test]
fn the_name_of_a_file_steers_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let name = "a\u{1b}[2J\u{202e}b.toml";
    for words in [["check", name], ["take", name], ["show", name], ["add", name], ["new", name], ["new", name]] {
        let output = super::format::kohesi(folder.path(), &words);
        let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(told.contains("b.toml"), "{words:?}: {told:?}");
        assert!(!told.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{words:?}: {told:?}");
    }
}

/// `kohesi check`, in 128 MiB of memory where the system can hold it to that.
fn checked(folder: &Path, file: &Path) -> std::process::Output {
    let kohesi = env!("CARGO_BIN_EXE_kohesi");
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -d 131072; exec \"$0\" \"$@\"", kohesi]);
        shell
    } else {
        Command::new(kohesi)
    };
    command.args(["--lang", "en", "check"]).arg(file).stdin(Stdio::null()).env_clear();
    command
        .env("KOHESI_HOME", folder.join("data"))
        .env("PATH", "/usr/bin:/bin")
        .env("LANG", "C.UTF-8")
        .output()
        .unwrap()
}
