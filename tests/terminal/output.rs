//! What is sent to the terminal, byte by byte.

use std::time::Duration;

use super::{BOUND, ENGLISH, INDONESIAN, Launch, Place, Pty, Says, all_keys, at};

/// The signs of code page 437 beyond ASCII.
const CP437: &str = "☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// What the screens of a tour say.
struct Sights {
    begin: &'static str,
    settings: &'static str,
    all_keys: &'static str,
    unanswered: &'static str,
    note: (&'static str, &'static str),
    overview: (&'static str, &'static str),
    save_as: &'static str,
}

fn sights(says: &Says) -> Sights {
    match says.tag {
        "id" => Sights {
            begin: "1  Mulai",
            settings: "Pengaturan",
            all_keys: "Semua tombol",
            unanswered: "belum dijawab",
            note: ("c", "Catatan Anda"),
            overview: ("l", "Semua pertanyaan"),
            save_as: "JSON",
        },
        _ => Sights {
            begin: "1  Begin",
            settings: "Settings",
            all_keys: "All keys",
            unanswered: "has no answer yet",
            note: ("n", "Your note"),
            overview: ("o", "All questions"),
            save_as: "JSON",
        },
    }
}

/// Goes to every kind of screen there is, from home to a profile that is read to its end.
fn tour(launch: &Launch, says: &Says) -> Pty {
    let mut pty = launch.spawn().unwrap();
    let sights = sights(says);
    pty.wait_for_text(sights.begin, BOUND).unwrap();
    pty.press("\x1b[B", sights.settings).press("3\r", "7  ").escape("7  ");
    pty.press("\r", says.introduction).press("\x1b[F\r", says.consent).press("1\r", &at(1));
    pty.press("?", sights.all_keys).escape(sights.all_keys);
    pty.press("\x1b[C", sights.unanswered).escape(sights.unanswered);
    pty.press(sights.note.0, sights.note.1).press("“pagi” é…\r", "pagi");
    pty.press(sights.overview.0, sights.overview.1).escape(sights.overview.1);
    pty.press(&all_keys(says), says.review).wait_for_text(says.saved, BOUND).unwrap();
    pty.press("1\r", says.profile).press("s", sights.save_as).escape(sights.save_as);
    pty.press("\x1b[6~\x1b[6~\x1b[F", says.profile).escape(says.profile);
    pty.press("", sights.begin).type_keys(b"q").unwrap();
    assert_eq!(pty.wait_exit(BOUND).unwrap().code, 0);
    pty
}

/// The parameters of every sequence that sets colours or weight.
fn renditions(bytes: &[u8]) -> Vec<Vec<u16>> {
    let text = String::from_utf8_lossy(bytes);
    let of = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
        rest[end..].starts_with('m').then(|| {
            rest[..end].split([';', ':']).map(|number| number.parse().unwrap_or_default()).collect::<Vec<u16>>()
        })
    };
    text.split("\x1b[").skip(1).filter_map(of).collect()
}

/// The numbers that set a colour; 39 and 49 give the terminal's own back.
fn colours(bytes: &[u8]) -> Vec<Vec<u16>> {
    let sets = |number: &u16| matches!(number, 30..=38 | 40..=48 | 58 | 90..=107);
    renditions(bytes).into_iter().filter(|numbers| numbers.iter().any(sets)).collect()
}

/// Whether some cell of the screen is in reverse.
fn shows_reverse(pty: &mut Pty) -> bool {
    let (rows, columns) = pty.screen().size();
    let (rows, columns) = (rows.get(), columns.get());
    (0..rows).any(|row| (0..columns).any(|column| pty.screen().cell(row, column).is_some_and(vt100::Cell::inverse)))
}

#[test]
fn colours_are_sent_where_they_are_wanted() {
    let place = Place::new();
    let mut pty = tour(&place.launch(&ENGLISH, &["--lang", "en", "--ascii"]), &ENGLISH);
    assert!(!colours(pty.bytes()).is_empty());
}

#[test]
fn no_colour_is_sent_where_none_is_wanted_or_to_be_had() {
    let with = |launch: Launch, terminal: &str| launch.env("TERM", terminal);
    for (terminal, no_color, theme) in [
        ("xterm", true, ""),
        ("xterm-256color", true, "theme = \"light\""),
        ("xterm", false, "theme = \"none\""),
        ("vt100", false, ""),
        ("xterm-mono", false, ""),
    ] {
        let place = Place::new();
        std::fs::create_dir_all(place.data()).unwrap();
        std::fs::write(place.data().join("settings.toml"), theme).unwrap();
        let mut launch = with(place.launch(&ENGLISH, &["--lang", "en", "--ascii"]), terminal);
        if no_color {
            launch = launch.env("NO_COLOR", "1");
        }
        let mut pty = tour(&launch, &ENGLISH);
        assert_eq!(colours(pty.bytes()), Vec::<Vec<u16>>::new(), "{terminal} {no_color} {theme}");
    }
}

#[test]
fn what_is_marked_is_seen_without_colour() {
    let place = Place::new();
    let mut pty = place.take(&ENGLISH).env("NO_COLOR", "1").spawn().unwrap();
    pty.begin(&ENGLISH);
    assert!(!shows_reverse(&mut pty));
    pty.press("4", "▶ 4  Agree");
    assert!(shows_reverse(&mut pty));
}

#[test]
fn ascii_alone_is_sent_where_it_is_asked_for_or_all_there_is() {
    for (says, args, locale) in [
        (&ENGLISH, &["--lang", "en", "--ascii"][..], "en_GB.UTF-8"),
        (&INDONESIAN, &["--lang", "id", "--ascii"][..], "id_ID.UTF-8"),
        (&ENGLISH, &["--lang", "en"][..], "C"),
        (&INDONESIAN, &["--lang", "id"][..], "id_ID"),
    ] {
        let place = Place::new();
        let mut pty = tour(&place.launch(says, args).env("LANG", locale), says);
        let text = String::from_utf8_lossy(pty.bytes()).into_owned();
        let beyond: String = text.chars().filter(|c| !c.is_ascii()).collect();
        assert_eq!(beyond, "", "{args:?} {locale}");
    }
}

#[test]
fn the_linux_console_is_sent_signs_it_has() {
    for says in [&ENGLISH, &INDONESIAN] {
        let place = Place::new();
        let mut pty = place.take(says).env("TERM", "linux").spawn().unwrap();
        pty.wait_for_text(says.introduction, BOUND).unwrap();
        let dont_know = if says.tag == "id" { "t" } else { "d" };
        // A console marks no pastes: keys as close as these are one, and answer nothing.
        pty.press("\x1b[F\r", says.consent).press("1\r", "► 1");
        press_until(&mut pty, "\r", &at(1));
        pty.press("3\r4\r5\r", "► 5");
        assert!(pty.screen_text().contains(&at(1)), "{}", pty.screen_text());
        press_until(&mut pty, "\r", &at(2));
        pty.type_keys(dont_know.as_bytes()).unwrap();
        press_until(&mut pty, "\r", &at(3));
        assert_eq!(place.answers(Some(&place.only_id())), ["5", "dont_know"]);
        let text = String::from_utf8_lossy(pty.bytes()).into_owned();
        let beyond: String = text.chars().filter(|c| !c.is_ascii() && !CP437.contains(*c)).collect();
        assert_eq!(beyond, "");
    }
}

/// Presses a key until there is enough time between it and the key before, as a hand would leave it, to be taken.
fn press_until(pty: &mut Pty, key: &str, text: &str) {
    for _ in 0..20 {
        pty.type_keys(key.as_bytes()).unwrap();
        if pty.wait_for_text(text, Duration::from_millis(300)).is_ok() {
            return;
        }
    }
    panic!("{text:?} never came:\n{}", pty.screen_text());
}

#[test]
fn a_frame_is_sent_between_the_marks_of_one_update() {
    let place = Place::new();
    let mut pty = place.take(&ENGLISH).spawn().unwrap();
    pty.begin(&ENGLISH);
    let before = pty.bytes_received();
    pty.press("3", "▶ 3");
    let frame = pty.bytes()[before..].to_vec();
    assert!(frame.starts_with(b"\x1b[?2026h") && frame.ends_with(b"\x1b[?2026l"), "{}", frame.escape_ascii());
}

/// What 2400 bits a second carry, each byte between a start and a stop bit.
const SLOWEST_LINE: usize = 240;

/// `cargo test --test kohesi bytes_of_one_answer -- --nocapture` prints the figure.
#[test]
fn bytes_of_one_answer_are_few_enough_for_a_slow_line() {
    for (name, args, most) in [("full", &[][..], 300), ("plain letters", &["--ascii"], 290)] {
        let place = Place::new();
        let mut pty = place.launch(&ENGLISH, &[&["take", "--lang", "en"], args].concat()).spawn().unwrap();
        pty.begin(&ENGLISH);
        pty.wait_for_text(ENGLISH.saved, BOUND).unwrap();
        let before = pty.bytes_received();
        for item in 1..=35 {
            let marked = format!("{} 4", if args.is_empty() { "▶" } else { ">" });
            pty.press("4", &marked).press("\r", &at(item + 1)).wait_for_text(ENGLISH.saved, BOUND).unwrap();
        }
        let each = (pty.bytes_received() - before) / 35;
        let tenths = each * 10 / SLOWEST_LINE;
        eprintln!("{name}: {each} bytes an answer, {}.{} s at 2400 bit/s", tenths / 10, tenths % 10);
        assert!(each <= most, "{name}: {each} bytes");
    }
}
