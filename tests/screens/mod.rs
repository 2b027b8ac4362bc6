//! Every screen at two sizes in two languages: its text and its style, as snapshots.

mod kinds;
mod laptops;
mod workshop;

use crate::journeys::{IN, all_answers};
use crate::support::stage::{Set, Stage, core};
use kohesi::report::Glyphs;
use kohesi::settings::{Palette, Settings, Spacing};
use kohesi::store::{StoreError, Word};
use kohesi::tui::{Event, Start, Theme};

const SIZES: [(u16, u16); 2] = [(80, 24), (40, 15)];
const SECOND: std::time::Duration = std::time::Duration::from_secs(1);
const LANGUAGES: [&str; 2] = ["id", "en"];

/// Plays `act` at both sizes in both languages, and compares what is on the screen then.
fn seen(name: &str, start: fn() -> Start, act: impl Fn(&mut Stage)) {
    for size in SIZES {
        for language in LANGUAGES {
            let mut stage = Set::of(start(), language).size(size).play();
            act(&mut stage);
            let snapshot = format!("{name}_{}x{}_{language}", size.0, size.1);
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(snapshot, format!("{:?}", stage.buffer()));
            });
        }
    }
}

fn take() -> Start {
    Start::Take(core())
}

fn home() -> Start {
    Start::Home
}

/// A screen of an interview after these keys.
///
/// Function keys are used where a letter would do: letters follow the language.
fn interview(name: &str, keys: &str) {
    seen(name, take, |stage| {
        stage.keys(keys);
    });
}

fn broken() -> StoreError {
    StoreError::Io { path: "/media/usb".into(), reason: "EIO".into() }
}

#[test]
fn home_screen() {
    seen("home", home, |_| {});
}

#[test]
fn home_screen_with_interviews() {
    seen("home_with_interviews", home, |stage| {
        stage.keys(&format!("1 Enter {} 1 Enter Esc 1 Enter {IN} 3 Enter Esc 2 Enter", all_answers()));
    });
}

#[test]
fn language_screen() {
    for size in SIZES {
        for language in LANGUAGES {
            let mut set = Set::take(language).size(size);
            set.ask_language = true;
            let stage = set.play();
            let snapshot = format!("language_{}x{}_{language}", size.0, size.1);
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(snapshot, format!("{:?}", stage.buffer()));
            });
        }
    }
}

#[test]
fn introduction_screen() {
    interview("introduction", "");
}

#[test]
fn consent_screen() {
    interview("consent", "End Enter");
}

#[test]
fn consent_screen_marked() {
    interview("consent_marked", "End Enter 1");
}

#[test]
fn refused_screen() {
    interview("refused", "End Enter 2 Enter");
}

#[test]
fn first_item() {
    interview("first_item", IN);
}

#[test]
fn marked_item() {
    interview("marked_item", &format!("{IN} 4 Enter 2"));
}

#[test]
fn item_with_hint_and_note() {
    interview("item_with_hint_and_note", &format!("{IN} F6 Home Down Down Down Enter F5 'RT 03' Enter F4"));
}

#[test]
fn item_of_choices() {
    interview("item_of_choices", &format!("{IN} F6 End Enter 5"));
}

#[test]
fn item_of_a_number() {
    interview("item_of_a_number", &format!("{IN} F6 End Up Enter '12'"));
}

#[test]
fn item_rejected() {
    interview("item_rejected", &format!("{IN} F6 End Up Enter '200' Enter"));
}

#[test]
fn item_after_going_on_by_itself() {
    seen("item_going_on", home, |stage| {
        stage.keys(&format!("3 Enter 4 Enter Esc 1 Enter {IN} 4"));
    });
}

#[test]
fn leave_unanswered_dialog() {
    interview("leave_unanswered", &format!("{IN} Enter"));
}

#[test]
fn quit_dialog() {
    interview("quit", &format!("{IN} 3 Enter Esc"));
}

#[test]
fn note_prompt() {
    interview("note", &format!("{IN} F5 'siang hari'"));
}

#[test]
fn overview_screen() {
    interview("overview", &format!("{IN} 4 Enter F3 Enter F4 Enter Enter 2 Enter F6"));
}

#[test]
fn review_screen() {
    interview("review", &all_answers());
}

#[test]
fn review_screen_with_gaps() {
    interview("review_with_gaps", &format!("{IN} 4 Enter F6 End Enter 1 Enter"));
}

#[test]
fn profile_screen() {
    interview("profile", &format!("{} 1 Enter", all_answers()));
}

#[test]
fn profile_screen_further_down() {
    interview("profile_further", &format!("{} 1 Enter PageDown PageDown", all_answers()));
}

#[test]
fn profile_with_gaps() {
    interview("profile_with_gaps", &format!("{IN} 4 Enter F6 End Enter 1 Enter 1 Enter PageDown"));
}

#[test]
fn save_dialog() {
    interview("save", &format!("{} 1 Enter s", all_answers()));
}

#[test]
fn results_screen() {
    seen("results", home, |stage| {
        stage.keys(&format!("1 Enter {} 1 Enter Esc 2 Enter", all_answers()));
    });
}

#[test]
fn results_screen_of_what_is_sealed() {
    seen("results_sealed", home, |stage| {
        stage.shelf.seals = true;
        stage.keys(&format!("1 Enter {} 1 Enter Esc 2 Enter 1 Enter", all_answers()));
    });
}

#[test]
fn unfinished_screen() {
    seen("unfinished", home, |stage| {
        stage.keys(&format!("1 Enter {IN} 3 Enter Esc 2 Enter 2 Enter"));
    });
}

#[test]
fn discard_dialog() {
    seen("discard", home, |stage| {
        stage.keys(&format!("1 Enter {IN} 3 Enter Esc 2 Enter 2 Enter Delete"));
    });
}

#[test]
fn settings_screen() {
    seen("settings", home, |stage| {
        stage.keys("3 Enter Down Enter");
    });
}

#[test]
fn settings_screen_at_its_end() {
    seen("settings_end", home, |stage| {
        stage.keys("3 Enter End Enter");
    });
}

/// An item with these settings, as [`seen`].
fn item_with(name: &str, settings: &Settings, glyphs: Glyphs, theme: &str, keys: &str) {
    seen_with(name, settings, glyphs, theme, &format!("{IN} {keys}"));
}

fn seen_with(name: &str, settings: &Settings, glyphs: Glyphs, theme: &str, keys: &str) {
    for size in SIZES {
        for language in LANGUAGES {
            let mut set = Set::take(language).size(size);
            (set.settings, set.glyphs, set.theme) = (settings.clone(), glyphs, Theme::named(theme).unwrap());
            let mut stage = set.play();
            stage.keys(keys);
            let snapshot = format!("{name}_{}x{}_{language}", size.0, size.1);
            insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(snapshot, format!("{:?}", stage.buffer()));
            });
        }
    }
}

#[test]
fn item_with_room_between_the_lines() {
    let settings = Settings { spacing: Spacing::Wide, ..Settings::default() };
    item_with("item_wide", &settings, Glyphs::Full, "dark", "4 Enter");
    item_with("item_wide_marked", &settings, Glyphs::Full, "dark", "4 Enter 5");
}

#[test]
fn item_with_strong_contrast() {
    let settings = Settings { theme: Some(Palette::Contrast), ..Settings::default() };
    item_with("item_contrast", &settings, Glyphs::Full, "contrast", "4 Enter 2");
}

#[test]
fn item_in_plain_letters() {
    item_with("item_ascii", &Settings::default(), Glyphs::Ascii, "none", "4 Enter 2");
}

#[test]
fn keys_of_the_settings_file_are_told() {
    let file = "[keys]\nnext = [\"e\", \"F9\"]\nhelp = [\"w\", \"F1\"]\n[keys.choice]\nback = [\"b\"]\n";
    let settings = kohesi::settings::gather(file, |_| None, |_| None).settings;
    assert_eq!(kohesi::tui::Keymap::with(&settings.keys).1, []);
    for (name, keys) in [("item_remapped", "End e 1 e"), ("help_remapped", "End e 1 e w")] {
        seen_with(name, &settings, Glyphs::Full, "dark", keys);
    }
}

#[test]
fn help_overlay() {
    interview("help", &format!("{IN} F1"));
}

#[test]
fn not_saved_status() {
    seen("not_saved", take, |stage| {
        stage.keys(&format!("{IN} 3 Enter")).wait(SECOND);
        stage.shelf.fault = Some(broken());
        stage.keys("4 Enter");
    });
}

#[test]
fn not_saved_dialog() {
    seen("not_saved_dialog", take, |stage| {
        stage.keys(&format!("{IN} 3 Enter")).wait(SECOND);
        stage.shelf.fault = Some(broken());
        stage.keys("4 Enter 5 Enter");
    });
}

#[test]
fn folder_prompt() {
    seen("folder", take, |stage| {
        stage.keys(&format!("{IN} 3 Enter")).wait(SECOND);
        stage.shelf.fault = Some(broken());
        stage.keys("4 Enter 5 Enter 2 Enter '/media/usb'");
    });
}

fn needs_key() -> Event {
    let path = "/home/siti/kohesi.db".into();
    Event::Store(Box::new(Word::NotReady(StoreError::NeedsKey { path })))
}

#[test]
fn locked_screen() {
    seen("locked", home, |stage| {
        stage.event(needs_key());
        stage.keys("'empat kata yang saling jauh sekali'");
    });
}

#[test]
fn locked_screen_after_wrong_tries() {
    seen("locked_wrong", home, |stage| {
        stage.shelf.passphrase = "empat kata".into();
        stage.event(needs_key());
        stage.keys("'tiga kata' Enter 'dua kata' Enter");
    });
}

#[test]
fn store_fault_screen() {
    seen("store_fault", home, |stage| stage.event(Event::Store(Box::new(Word::NotReady(broken())))));
}

#[test]
fn too_small_a_screen_says_what_it_needs() {
    let mut stage = Set::take("id").play();
    stage.keys(&format!("{IN} 3 Enter"));
    for (columns, rows) in [(39, 15), (40, 14), (20, 5), (1, 1)] {
        stage.resize(columns, rows);
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(format!("too_small_{columns}x{rows}"), format!("{:?}", stage.buffer()));
        });
    }
    stage.resize(40, 15);
    assert!(stage.screen().contains("2 / 39"), "{}", stage.screen());
}

#[test]
fn export_screen() {
    let finished = format!("1 Enter {IN} {} 1 Enter Esc", all_answers());
    seen("export", home, |stage| {
        stage.keys(&finished).keys("4 Enter Enter Enter Down Enter Enter");
    });
    seen("exported", home, |stage| {
        stage.keys(&finished).keys("4 Enter 4 Enter");
        let wanted = &stage.exports[0];
        assert_eq!((wanted.format, wanted.labels, wanted.folder.to_str()), ("csv", None, Some("/hasil")));
    });
    seen("export_folder", home, |stage| {
        stage.keys(&finished).keys("4 Enter 3 Enter");
    });
}
