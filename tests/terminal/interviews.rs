use super::{
    BOUND, ENGLISH, INDONESIAN, ITEMS, Leader, Place, Pty, Says, all_answers, all_keys, answer_to, at, core, texts_of,
    words,
};

/// `F2` as xterm sends it.
const F2: &str = "\x1bOQ";
const LEFT: &str = "\x1b[D";
const RIGHT: &str = "\x1b[C";

/// Answers every item by hand, reading each screen, and sees the profile.
fn answer_all(says: &Says, (rows, columns): (u16, u16)) {
    let place = Place::new();
    let questionnaire = core();
    let mut pty = place.take(says).size(rows, columns).spawn().unwrap();
    pty.begin(says);
    for item in 1..=ITEMS {
        pty.wait_for_text(&at(item), BOUND).unwrap();
        let screen = words(&pty.screen_text());
        for text in texts_of(&questionnaire, item, says) {
            assert!(screen.contains(&words(&text)), "{columns}×{rows}: {text}\n{}", pty.screen_text());
        }
        pty.type_keys(answer_to(item, says).0.as_bytes()).unwrap();
    }
    pty.wait_for_text(says.review, BOUND).unwrap();
    pty.wait_for_text(says.saved, BOUND).unwrap();
    pty.press("1\r", says.profile).press("\x1b[F\x1b[H", says.profile).type_keys(b"\x1b").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(None), all_answers(says));
}

#[test]
fn all_is_answered_in_indonesian() {
    answer_all(&INDONESIAN, (24, 80));
}

#[test]
fn all_is_answered_in_english() {
    answer_all(&ENGLISH, (24, 80));
}

#[test]
fn all_is_answered_in_indonesian_on_the_smallest_screen() {
    answer_all(&INDONESIAN, (15, 40));
}

#[test]
fn all_is_answered_in_english_on_the_smallest_screen() {
    answer_all(&ENGLISH, (15, 40));
}

#[test]
fn an_interview_typed_ahead_in_one_write_right_after_the_start_is_right_to_the_last_answer() {
    for (says, args) in [
        (&ENGLISH, &["take", "--lang", "en"][..]),
        // Here the language is asked for first.
        (&INDONESIAN, &["take"][..]),
    ] {
        let place = Place::new();
        let mut pty = place.launch(says, args).spawn().unwrap();
        let asked = if args.len() == 1 { "\r" } else { "" };
        pty.press(&format!("{asked}\x1b[F\r1\r{}1\r", all_keys(says)), says.profile);
        pty.type_keys(b"\x1b").unwrap();
        assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
        assert_eq!(place.answers(None), all_answers(says));
    }
}

#[test]
fn one_goes_back_and_changes_an_answer() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &at(2)).press("4\r", &at(3)).press(LEFT, &at(2));
    assert_eq!(marked(&mut pty), "4  Agree");
    pty.press("2\r", &at(3)).press(LEFT, &at(2));
    assert_eq!(marked(&mut pty), "2  Disagree");
    pty.press(LEFT, &at(1)).press("5\r", &at(2)).press(RIGHT, &at(3)).press("1\r", &at(4));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["5", "2", "1"]);
}

/// The row with the mark, without the mark itself.
fn marked(pty: &mut Pty) -> String {
    let screen = pty.screen_text();
    let row = screen.lines().find_map(|line| line.trim().strip_prefix('▶'));
    row.unwrap_or_else(|| panic!("nothing is marked:\n{screen}")).trim().to_owned()
}

#[test]
fn the_language_changes_in_the_middle() {
    let place = Place::new();
    let questionnaire = core();
    let item = |item, says| texts_of(&questionnaire, item, says);
    let mut pty = place.begun(Leader::Program);
    pty.press("3\r", &item(2, &ENGLISH)[0]).press("4", "▶ 4  Agree").press(F2, &item(2, &INDONESIAN)[0]);
    pty.wait_for_text("▶ 4  Setuju", BOUND).unwrap();
    // Past the language question and the consent nothing but F2 changes the language, and it changes back.
    pty.press("\r", &item(3, &INDONESIAN)[0]).press(F2, &item(3, &ENGLISH)[0]);
    pty.press(F2, &item(3, &INDONESIAN)[0]).press("t\r", &at(4));
    pty.stop(&INDONESIAN);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["3", "4", "dont_know"]);
}

#[test]
fn a_marked_paste_answers_nothing() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    pty.type_keys(b"\x1b[200~3\r4\r5\r\x1b[201~").unwrap();
    // What the next key brings shows that the paste has been taken by then.
    pty.press("2", "▶ 2  Disagree").press("\r", &at(2));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["2"]);
}

#[test]
fn a_click_marks_and_a_second_one_goes_on() {
    let place = Place::new();
    let mut pty = place.begun(Leader::Program);
    let click = click_on(&mut pty, "Strongly agree");
    pty.press(&click, "▶ 5  Strongly agree").press(&click, &at(2));
    let click = click_on(&mut pty, "Don't know");
    pty.type_keys(click.as_bytes()).unwrap();
    pty.wait_for(|screen| screen.contents().lines().any(|row| row.contains('▶') && row.contains("Don't know")), BOUND)
        .unwrap();
    // The wheel moves the mark, from "Don't know" up to the last choice.
    pty.press("\x1b[<64;20;10M", "▶ 5  Strongly agree").press("\r", &at(3));
    pty.stop(&ENGLISH);
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    assert_eq!(place.answers(Some(&place.only_id())), ["5", "5"]);
}

/// The bytes a terminal sends for a click on this text.
fn click_on(pty: &mut Pty, text: &str) -> String {
    let screen = pty.screen_text();
    let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
    let column = line[..line.find(text).unwrap()].chars().count();
    let (row, column) = (row + 1, column + 1);
    format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
}

#[test]
fn the_way_from_home_to_the_profile_and_back() {
    let place = Place::new();
    let mut pty = place.launch(&ENGLISH, &["--lang", "en"]).spawn().unwrap();
    pty.wait_for_text("▶ 1  Begin", BOUND).unwrap();
    pty.press("\r", ENGLISH.introduction).press("\x1b[F\r", ENGLISH.consent).press("1\r", &at(1));
    pty.press(&all_keys(&ENGLISH), ENGLISH.review).press("1\r", ENGLISH.profile);
    pty.press("\x1b", "See results (1)").press("2\r", "39 of 39 answered").press("\r", ENGLISH.profile);
    pty.press("\x1b", "Which result?").press("\x1b", "▶ 1  Begin").type_keys(b"q").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
}
