//! The screens of a kiosk and of a group's picture.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use super::{LANGUAGES, SIZES};
use crate::journeys::{IN, all_answers};
use crate::support::stage::{Set, Stage};
use crate::support::workshop::{PIN, changed_person, kiosk_of, picture, rounds, workshop};

fn kept(name: &str, language: &str, stage: &Stage, size: (u16, u16)) {
    let snapshot = format!("{name}_{}x{}_{language}", size.0, size.1);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(snapshot, format!("{:?}", stage.buffer()));
    });
}

fn kiosk(name: &str, act: impl Fn(&mut Stage)) {
    for size in SIZES {
        for language in LANGUAGES {
            let one = workshop(7);
            let mut set = Set::of(kiosk_of(one.clone()), language).size(size);
            set.shelf.workshops.push(one);
            let mut stage = set.play();
            act(&mut stage);
            kept(name, language, &stage, size);
        }
    }
}

fn slide(name: &str, keys: &str) {
    for size in SIZES {
        for language in LANGUAGES {
            let mut stage = picture(language, size);
            stage.keys(keys);
            kept(name, language, &stage, size);
        }
    }
}

/// To the end of an interview, with the language of the screen.
fn finished(stage: &mut Stage) {
    stage.keys(&format!("Enter Enter {}", all_answers())).keys("Enter");
}

/// The picture in the README is the real screen. `KOHESI_DRAW=1 cargo test the_picture_in_the_readme` draws it anew.
#[test]
fn the_picture_in_the_readme_is_the_screen() {
    let mut stage = picture("en", (80, 24));
    stage.keys("Right Right");
    let drawn = svg(stage.buffer());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/group.svg");
    if std::env::var_os("KOHESI_DRAW").is_some() {
        std::fs::write(path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == drawn, "assets/group.svg is not the screen any more; KOHESI_DRAW=1 draws it anew");
}

/// A screen as SVG: a rectangle a background, a text a run of one style.
fn svg(buffer: &Buffer) -> String {
    let (wide, high) = (8.4, 17.0);
    let colour = |colour: Color, otherwise: &'static str| -> String {
        match colour {
            Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
            Color::Black => "#1b1f24".into(),
            Color::Red | Color::LightRed => "#ff8d7a".into(),
            Color::Green | Color::LightGreen => "#8fd694".into(),
            Color::Yellow | Color::LightYellow => "#f0cf6b".into(),
            Color::Blue | Color::LightBlue => "#86b8ff".into(),
            Color::Magenta | Color::LightMagenta => "#d9a7f0".into(),
            Color::Cyan | Color::LightCyan => "#7fd7dc".into(),
            Color::DarkGray => "#8d959f".into(),
            Color::Gray => "#c4cad1".into(),
            Color::White => "#ffffff".into(),
            _ => otherwise.into(),
        }
    };
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let size = (f64::from(columns) * wide + 24.0, f64::from(rows) * high + 24.0);
    let mut drawn = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{:.0}\" height=\"{:.0}\" font-family=\"monospace\" \
         font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1f24\"/>\n",
        size.0, size.1
    );
    for y in 0..rows {
        let mut x = 0;
        while x < columns {
            let style = (buffer[(x, y)].fg, buffer[(x, y)].modifier);
            let run: String = (x..columns)
                .take_while(|x| (buffer[(*x, y)].fg, buffer[(*x, y)].modifier) == style)
                .map(|x| buffer[(x, y)].symbol())
                .collect();
            let length = u16::try_from(run.chars().count()).unwrap();
            if !run.trim().is_empty() {
                let weight = if style.1.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
                let text = run.replace('&', "&amp;").replace('<', "&lt;");
                let (left, base) = (f64::from(x) * wide + 12.0, f64::from(y) * high + 26.0);
                let span = f64::from(length) * wide;
                let run = format!(
                    "<text x=\"{left:.1}\" y=\"{base:.0}\" textLength=\"{span:.1}\" xml:space=\"preserve\" fill=\"{}\"{weight}>{text}</text>\n",
                    colour(style.0, "#e6e9ec")
                );
                drawn.push_str(&run);
            }
            x += length.max(1);
        }
    }
    drawn + "</svg>\n"
}

#[test]
fn workshops_in_the_menu() {
    let list = |keys: &'static str, name: &str| {
        for size in SIZES {
            for language in LANGUAGES {
                let mut set = Set::of(kohesi::tui::Start::Home, language).size(size);
                set.shelf.workshops.push(workshop(1));
                let mut stage = set.play();
                stage.keys(keys);
                kept(name, language, &stage, size);
            }
        }
    };
    list("End Up Enter", "workshops");
    list("End Up Enter Enter", "workshop");
    list("End Up Enter Enter End Enter", "workshop_erase");
    list("End Up Enter Enter End Enter 'RT 99' Enter", "workshop_erase_not");
    list("End Up Enter End Enter 'RT 04' Enter Enter", "workshop_made");
    list("End Up Enter End Enter 'RT 04' Enter", "workshop_new");
    list("End Up Enter End Enter", "workshop_name");
    list("End Up Enter Enter 4 Enter", "workshop_details");
    list("End Up Enter Enter 4 Enter 8", "workshop_details_why");
}

#[test]
fn a_workshop_is_erased_after_its_name_was_typed() {
    for language in LANGUAGES {
        let mut set = Set::of(kohesi::tui::Start::Home, language).size(SIZES[0]);
        set.shelf.workshops.push(workshop(1));
        let mut stage = set.play();
        let told = |stage: &Stage| ["Sudah dihapus: 0", "Erased: 0"].iter().any(|told| stage.screen().contains(told));
        stage.keys("End Up Enter Enter End Enter 'musyawarah' Enter");
        assert!(!told(&stage), "half a name is none: {}", stage.screen());
        stage.keys("Esc Enter 'musyawarah rt 03' Enter");
        assert!(told(&stage), "{}", stage.screen());
    }
}

/// The menu over two rounds, in the second of them.
fn second_round(name: &str, keys: &str) {
    for size in SIZES {
        for language in LANGUAGES {
            let mut stage = rounds(language, size);
            stage.keys("End Up Enter 2 Enter").keys(keys);
            kept(name, language, &stage, size);
        }
    }
}

#[test]
fn what_is_for_the_facilitator_alone() {
    second_round("aside", "3 Enter");
}

#[test]
fn who_came_twice() {
    second_round("matching", "4 Enter");
    second_round("matching_near", "4 Enter Enter");
    second_round("matching_by_hand", "4 Enter End Enter");
}

#[test]
fn ones_own_change() {
    for size in SIZES {
        for language in LANGUAGES {
            let mut stage = changed_person(language, size);
            while !stage.screen().contains("Since last time") && !stage.screen().contains("Dibanding pertemuan lalu") {
                let before = stage.screen();
                stage.keys("Down");
                assert_ne!(before, stage.screen(), "nothing is told of the change");
            }
            stage.keys("Down Down Down Down Down Down");
            kept("profile_change", language, &stage, size);
        }
    }
}

#[test]
fn kiosk_welcome() {
    kiosk("kiosk_welcome", |_| {});
}

#[test]
fn kiosk_code() {
    kiosk("kiosk_code", |stage| {
        finished(stage);
        stage.keys("Esc");
    });
}

#[test]
fn kiosk_hand_on() {
    kiosk("kiosk_hand_on", |stage| {
        stage.keys(&format!("Enter Enter {IN} 4 Enter Esc 2 Enter"));
    });
}

#[test]
fn kiosk_still_there_and_resting() {
    kiosk("kiosk_still_there", |stage| {
        stage.keys(&format!("Enter Enter {IN} 4 Enter"));
        stage.wait(Duration::from_secs(120));
    });
    kiosk("kiosk_resting", |stage| {
        stage.keys(&format!("Enter Enter {IN} 4 Enter"));
        stage.wait(Duration::from_secs(120)).wait(Duration::from_secs(60));
    });
}

#[test]
fn kiosk_pin() {
    kiosk("kiosk_pin", |stage| {
        stage.keys("Ctrl-c '00'");
    });
    kiosk("kiosk_pin_wrong", |stage| {
        stage.pace = Duration::from_millis(10);
        stage.keys("Ctrl-c '0000' Enter '0001' Enter");
    });
}

#[test]
fn kiosk_menu() {
    kiosk("kiosk_menu", |stage| {
        stage.keys(&format!("Enter Enter {IN} 4 Enter Esc 2 Enter Enter Ctrl-c '{PIN}' Enter"));
    });
}

#[test]
fn slides() {
    slide("slide_start", "");
    slide("slide_agreed", "Right");
    slide("slide_split", "Right Right");
    slide("slide_profile", "End Left Left Left");
    slide("slide_shape", "End Left Left");
    slide("slide_missing", "End Left");
    slide("slide_change", "End");
}

#[test]
fn slides_in_big_letters_and_with_a_note() {
    slide("slide_big", "F9");
    slide("slide_split_big", "F9 Right Right");
    slide("slide_profile_big", "F9 End Left Left Left");
    slide("slide_missing_big", "F9 End Left");
    slide("slide_change_big", "F9 End");
    slide("slide_note_prompt", "F5 'Gotong royong'");
    slide("slide_noted", "F5 'Gotong royong' Enter");
}
