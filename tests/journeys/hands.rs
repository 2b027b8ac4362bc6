//! With the mouse alone, with one hand alone, and without a screen that is seen.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use kohesi::settings::{Settings, Spacing};
use kohesi::text::{Catalogue, Language};
use kohesi::tui::{Event, Start};

use super::{all_answers, all_stored};
use crate::support::stage::{Set, Stage};

const SIZES: [(u16, u16); 2] = [(80, 24), (40, 15)];

fn mouse(stage: &mut Stage, kind: MouseEventKind, column: usize, row: usize) {
    let (column, row) = (u16::try_from(column).unwrap(), u16::try_from(row).unwrap());
    stage.elapsed += stage.pace;
    stage.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

/// Clicks where this text stands, the first of them where there are several, turning the wheel until it is in sight.
fn click(stage: &mut Stage, text: &str) {
    for _ in 0..60 {
        let screen = stage.screen();
        if let Some((row, line)) = screen.lines().enumerate().find(|(_, line)| line.contains(text)) {
            let column = kohesi::text::width(&line[..line.find(text).unwrap()]);
            return mouse(stage, MouseEventKind::Down(MouseButton::Left), column, row);
        }
        mouse(stage, MouseEventKind::ScrollDown, 5, 5);
    }
    panic!("{text:?} never came in sight:\n{}", stage.screen());
}

/// Clicks on the key of the help line that goes on.
fn go_on(stage: &mut Stage) {
    let (row, column) = (stage.buffer().area.height - 1, if stage.buffer().area.width >= 60 { 5_u16 } else { 2 });
    mouse(stage, MouseEventKind::Down(MouseButton::Left), column.into(), row.into());
}

/// Marks this choice and goes on with it.
fn choose(stage: &mut Stage, text: &str) {
    click(stage, text);
    click(stage, text);
}

#[test]
fn a_whole_interview_is_answered_by_clicks() {
    for size in SIZES {
        let mut stage = Set::of(Start::Home, "en").size(size).play();
        click(&mut stage, "Settings");
        click(&mut stage, "Room between lines: normal");
        assert!(stage.screen().contains("Room between lines: wide"), "{}", stage.screen());
        click(&mut stage, "Room between lines: wide");
        assert_eq!(stage.settings, [("spacing", "wide"), ("spacing", "normal")]);
        click(&mut stage, "? keys");
        click(&mut stage, "leave");
        click(&mut stage, "Begin");
        while !stage.screen().contains("Would you like to take part?") {
            go_on(&mut stage);
        }
        choose(&mut stage, "Yes, I would");
        // A note, all questions, back, the other language and back again: each by the list of all keys.
        click(&mut stage, "? keys");
        click(&mut stage, "write a note");
        stage.keys("'RT 3'");
        go_on(&mut stage);
        click(&mut stage, "F2 Indonesia");
        assert!(stage.screen().contains("Setuju"), "{}", stage.screen());
        click(&mut stage, "F2 English");
        choose(&mut stage, "Agree");
        click(&mut stage, "? keys");
        click(&mut stage, " back");
        assert!(stage.screen().contains(" 1 / 39"), "{}", stage.screen());
        go_on(&mut stage);
        click(&mut stage, "? keys");
        click(&mut stage, "overview");
        click(&mut stage, "? keys");
        click(&mut stage, "leave");
        for _ in 2..=35 {
            choose(&mut stage, "Agree");
        }
        choose(&mut stage, "35–44");
        choose(&mut stage, "Prefer not");
        choose(&mut stage, "Prefer not");
        choose(&mut stage, "Prefer not");
        click(&mut stage, "Finish and see");
        click(&mut stage, "save as a file");
        click(&mut stage, "Markdown");
        assert!(stage.files[0].1.starts_with(b"# "));
        while !stage.screen().contains("Begin") {
            go_on(&mut stage);
        }
        let stored = stage.stored();
        assert!(stored.starts_with(&"4 ".repeat(35)) && stored.ends_with("! ! !"), "{stored}");
        click(&mut stage, "Quit");
        assert!(stage.exited);
    }
}

#[test]
fn a_whole_interview_is_answered_with_one_hand() {
    // The number pad with Num Lock, Enter, and the arrows for what stands under the numbers.
    let right = format!(
        "End Enter 1 Enter {} 2 Enter 1 Enter 1 2 Enter 1 Enter 1 Enter",
        "4 Enter - + ".repeat(34) + "4 Enter"
    );
    // Numbers up to 5, Tab, and the key above it.
    let left = format!("` ` ` ` ` 1 ` {} Tab Tab ` Tab ` 1 2 Tab Tab ` 1 `", "4 ` ~ ` ".repeat(34) + "4 `");
    for (hand, keys) in [("right", right), ("left", left)] {
        let mut stage = Set::take("en").play();
        stage.keys(&keys);
        assert_eq!(stage.stored(), all_stored(), "{hand}:\n{}", stage.screen());
        assert!(stage.record().packed.is_some(), "{hand}:\n{}", stage.screen());
    }
}

#[test]
fn from_the_list_of_all_keys_each_of_them_can_be_chosen() {
    for language in ["id", "en"] {
        let t = Catalogue::of(Language::by_tag(language).unwrap()).unwrap();
        let mut stage = Set::take(language).play();
        stage.keys("End Enter 1 Enter 3 Enter /");
        assert!(stage.screen().contains(t.help.title.as_str()), "{}", stage.screen());
        for _ in 0..40 {
            let marked = stage.screen().lines().any(|line| line.contains('▶') && line.contains(t.hints.note.as_str()));
            if marked {
                break;
            }
            stage.keys("Down");
        }
        stage.keys("Enter 'pagi' Enter");
        let screen = stage.screen();
        assert!(screen.contains("pagi") && !screen.contains(t.help.title.as_str()), "{screen}");
    }
}

/// The rows of the screen from the one in which the terminal's cursor stands.
fn read_on_from_the_cursor(stage: &mut Stage) -> String {
    let cursor = stage.cursor();
    stage.screen().lines().skip(cursor.y.into()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_cursor_stands_on_what_is_marked_on_every_screen() {
    for size in SIZES {
        for language in ["id", "en"] {
            let mut stage = Set::of(Start::Home, language).size(size).play();
            assert!(read_on_from_the_cursor(&mut stage).contains("1  "), "{}", stage.screen());
            let path = format!("Down Down Enter Down Up Esc 1 {} 1 Enter s Down Esc Esc Esc", all_answers());
            for key in path.split(' ').filter(|key| !key.is_empty()) {
                stage.keys(key);
                let screen = stage.screen();
                if screen.contains('▶') {
                    let row = read_on_from_the_cursor(&mut stage);
                    assert!(row.lines().next().unwrap().contains('▶'), "after {key}:\n{screen}");
                } else {
                    // Where nothing is marked a reader begins with the text.
                    assert_eq!(stage.cursor().y, if size.1 < 20 { 2 } else { 3 }, "after {key}:\n{screen}");
                }
            }
        }
    }
}

#[test]
fn with_room_between_the_lines_everything_can_be_reached() {
    for size in SIZES {
        let mut set = Set::of(Start::Home, "id").size(size);
        set.settings = Settings { spacing: Spacing::Wide, ..Settings::default() };
        let mut stage = set.play();
        stage.keys(&format!("1 Enter {}", super::IN));
        for place in 1..=5 {
            stage.keys(&place.to_string());
            let screen = stage.screen();
            let marked = screen.lines().position(|line| line.contains(&format!("▶ {place}"))).expect("it is in sight");
            let above = screen.lines().nth(marked - 1).unwrap();
            assert!(place == 1 || above.trim_matches([' ', '▲']).is_empty(), "{screen}");
        }
        stage.keys("4 Enter");
        assert_eq!(stage.stored(), "4");
    }
}

#[test]
fn nothing_moves_by_itself() {
    for keys in ["", "1 Enter", "1 Enter End Enter 1 Enter 3", "3 Enter", "2 Enter"] {
        let mut stage = Set::of(Start::Home, "en").play();
        stage.keys(keys);
        let before = stage.buffer().clone();
        // What is half done is drafted to the disk, and nothing is to be seen of it.
        stage.wait(std::time::Duration::from_secs(20));
        assert_eq!((stage.app.due(), stage.app.dirty()), (None, false), "{keys}");
        assert_eq!(stage.buffer(), &before, "{keys}");
        let blinks = |cell: &ratatui::buffer::Cell| {
            cell.modifier.intersects(ratatui::style::Modifier::SLOW_BLINK | ratatui::style::Modifier::RAPID_BLINK)
        };
        assert!(!stage.buffer().content.iter().any(blinks));
    }
}
