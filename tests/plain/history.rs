//! The same answers make the same history, byte for byte, whichever front end they are given in.

use std::sync::Arc;

use kohesi::interview::Mode;
use kohesi::plain::Boot;
use kohesi::questionnaire::{Questionnaire, read};
use kohesi::settings::Reader;
use kohesi::settings::Settings;
use kohesi::tui::Start;

use crate::support::stage::{Record, Set, core};
use crate::support::talk::{ID, Lines, boot};

/// Keys of the full screen, and the lines that mean the same.
type Step = (&'static str, &'static [&'static str]);

fn bytes(record: &Record) -> Vec<Vec<u8>> {
    record.events.iter().map(|event| postcard::to_allocvec(event).unwrap()).collect()
}

/// Both front ends through the same steps, their clocks reading the same at the end of each.
fn compare(questionnaire: &Arc<Questionnaire>, language: &'static str, mode: Mode, steps: &[Step]) {
    let reader = if mode == Mode::Interviewer { Reader::Interviewer } else { Reader::Respondent };
    let settings = Settings { reader, ..Settings::default() };
    let mut stage = Set { settings, ..Set::of(Start::Take(Arc::clone(questionnaire)), language) }.play();
    let mut lines = Lines::of(Boot { mode, ..boot(Arc::clone(questionnaire), language) });
    let pace = stage.pace;
    for (keys, written) in steps {
        // What is only read takes a key on the screen and none here; it is given no time.
        stage.pace = if written.is_empty() { std::time::Duration::ZERO } else { pace };
        stage.keys(keys);
        lines.elapsed = stage.elapsed;
        lines.write(written);
        assert_eq!(lines.stored(), stage.stored(), "after {keys} and {written:?}");
    }
    let (screen, line) = (stage.record(), &lines.shelf.records[&ID]);
    for (place, (one, other)) in bytes(screen).iter().zip(bytes(line)).enumerate() {
        assert_eq!(*one, other, "{:?}\n{:?}", screen.events[place], line.events[place]);
    }
    assert_eq!(screen.events.len(), line.events.len());
    assert!(screen.packed.is_some() && screen.packed == line.packed);
}

#[test]
fn every_kind_of_item() {
    let text = include_str!("../../questionnaires/contoh-lengkap.toml").replace("shuffle = true", "shuffle = false");
    let example = Arc::new(read("contoh-lengkap", &text).unwrap());
    compare(
        &example,
        "id",
        Mode::SelfAdministered,
        &[
            ("End Enter 1 Enter", &["ya"]),
            ("4 Enter", &["4"]),
            ("2 Enter", &["disagree"]),
            ("4 Enter", &["setuju"]),
            ("F3 Enter", &["tidak tahu"]),
            ("5 Enter", &["sangat set"]),
            ("Right", &[]),
            ("1 Enter", &["ya"]),
            ("a d Enter 'kopi' Enter", &["1, 4", "kopi"]),
            ("3 Enter", &["3"]),
            ("Enter", &[""]),
            ("'3/1/2024' Enter", &["3/1/2024"]),
            ("Ctrl-u '17/8/2024' Enter", &["17-8-2024"]),
            ("3 1 2 Enter", &["3 1 2"]),
            ("'meja' Enter", &["meja"]),
            ("F4 Enter", &["prefer not to answer"]),
            ("F5 'belum pasti' Enter", &["c", "belum pasti"]),
            ("'Ramai sekali di sana.' Enter", &["Ramai sekali di sana."]),
            ("2 Enter", &["2"]),
            ("Left", &["b"]),
            ("F2", &["l"]),
            ("1 Enter", &["yes, it may"]),
            ("Left u", &["b", "u"]),
            ("1 Enter", &["1"]),
            ("Enter", &[""]),
        ],
    );
}

#[test]
fn the_core_as_an_interviewer_reads_it() {
    let mut steps: Vec<Step> = vec![
        ("End Enter 1 Enter", &["1"]),
        ("3 Enter 2 Enter", &["3", "2"]),
        ("2 Enter", &["2"]),
        ("3 Enter Left 1 Enter 1 Enter", &["3", "b", "1", "1"]),
        ("Enter 2 Enter", &["", "ya, kosongkan"]),
        ("t Enter", &["t"]),
        ("m Enter", &["m"]),
        ("Left", &["b"]),
        ("3 Enter 1 Enter", &["setuju", "1"]),
    ];
    let answered = 6;
    steps.extend(std::iter::repeat_n::<Step>(("1 Enter 2 Enter", &["1", "2"]), 35 - answered));
    steps.extend::<[Step; 5]>([
        ("2 Enter", &["2"]),
        ("1 Enter", &["1"]),
        ("'12' Enter", &["12"]),
        ("1 Enter", &["1"]),
        ("Enter", &["selesai"]),
    ]);
    compare(&core(), "id", Mode::Interviewer, &steps);
}
