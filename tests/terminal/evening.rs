//! A whole evening as a facilitator has it, on the real program: twelve people in a row on one laptop, of whom two stop,
//! one does not agree, one changes the language, and the laptop crashes in the middle.

use rustix::process::{Pid, Signal};

use super::{BOUND, ENGLISH, INDONESIAN, Leader, Place, Pty, Says, all_keys, at, words};

const PIN: &str = "4711";
const NAME: &str = "Musyawarah RT 03";

/// What of the kiosk's screens is waited for.
struct Kiosk {
    welcome: &'static str,
    code: &'static str,
    noted: &'static str,
    hand_on: &'static str,
}

const IN_ENGLISH: Kiosk =
    Kiosk { welcome: "Press Enter to begin.", code: "Your code:", noted: "Write this code", hand_on: "Next person:" };
const IN_INDONESIAN: Kiosk = Kiosk {
    welcome: "Tekan Enter untuk mulai.",
    code: "Kode Anda:",
    noted: "Catat kode ini",
    hand_on: "Tetangga berikutnya:",
};

fn open(place: &Place, args: &[&str]) -> Pty {
    let args: Vec<&str> = ["kiosk", NAME, "--lang", "id"].iter().chain(args).copied().collect();
    place.launch(&INDONESIAN, &args).leader(Leader::Shell).spawn().unwrap()
}

/// From the welcome to the first item, in the language of `says`; the welcome is Indonesian.
fn sit_down(pty: &mut Pty, says: &Says) {
    pty.wait_for_text(IN_INDONESIAN.welcome, BOUND).unwrap();
    pty.press("\r", "Pilih bahasa");
    let choose = if says.tag == "id" { "1\r" } else { "2\r" };
    pty.press(choose, says.introduction).press("\x1b[F\r", says.consent).press("1\r", &at(1));
}

/// From the first item to the hand-over; the code that was shown.
fn answer_everything(pty: &mut Pty, says: &Says) -> String {
    let kiosk = if says.tag == "id" { &IN_INDONESIAN } else { &IN_ENGLISH };
    pty.press(&all_keys(says), says.review).press("1\r", says.profile).press("\x1b", kiosk.noted);
    let screen = pty.screen_text();
    let code = screen.lines().skip_while(|line| !line.contains(kiosk.code)).skip(1);
    let code = code.map(str::trim).find(|line| !line.is_empty()).unwrap().to_owned();
    assert_eq!(code.split(' ').count(), 4, "{screen}");
    pty.press("\r", IN_INDONESIAN.hand_on);
    assert!(!pty.screen_text().contains(&code));
    pty.press("\r", IN_INDONESIAN.welcome);
    code
}

fn stop(pty: &mut Pty) {
    pty.press("4\r", &at(2))
        .press("5\r", &at(3))
        .press("\x1b", "orang berikutnya.")
        .press("2\r", IN_INDONESIAN.hand_on);
    pty.press("\r", IN_INDONESIAN.welcome);
}

/// The program that shows the screen: the only child of the one that watches.
fn watched(pty: &mut Pty) -> Pid {
    let watcher = pty.program().unwrap().unwrap().as_raw_nonzero();
    let children = std::fs::read_to_string(format!("/proc/{watcher}/task/{watcher}/children")).unwrap();
    Pid::from_raw(children.trim().parse().unwrap()).unwrap()
}

fn count(place: &Place, state: &str) -> usize {
    place.list().iter().filter(|row| row["state"] == state).count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_whole_evening() {
    let place = Place::new();
    let made =
        place.run_in("id_ID.UTF-8", &["workshop", "new", NAME, "--place", "Balai warga", "--date", "2026-11-26"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));

    let mut pty = open(&place, &[]);
    pty.wait_for_text("Pilih PIN", BOUND).unwrap();
    pty.press(&format!("{PIN}\r"), "sekali lagi").press(&format!("{PIN}\r"), IN_INDONESIAN.welcome);
    let mut codes = Vec::new();
    for _ in 0..3 {
        sit_down(&mut pty, &INDONESIAN);
        codes.push(answer_everything(&mut pty, &INDONESIAN));
    }
    // The fourth stops, the fifth does not agree, the sixth answers in English.
    sit_down(&mut pty, &INDONESIAN);
    stop(&mut pty);
    pty.press("\r", "Pilih bahasa").press("1\r", INDONESIAN.introduction).press("\x1b[F\r", INDONESIAN.consent);
    pty.press("2\r", "tidak disimpan").press("\r", IN_INDONESIAN.hand_on).press("\r", IN_INDONESIAN.welcome);
    sit_down(&mut pty, &ENGLISH);
    codes.push(answer_everything(&mut pty, &ENGLISH));

    // The laptop crashes under the seventh, on the third item.
    sit_down(&mut pty, &INDONESIAN);
    pty.press("4\r", &at(2)).press("2\r", &at(3)).press("c", "Catatan").press("zebra", "zebra");
    place_has_draft(&place, "zebra");
    rustix::process::kill_process(watched(&mut pty), Signal::KILL).unwrap();
    pty.wait_left(BOUND).unwrap();
    let screen = pty.screen_text();
    assert!(screen.contains("Layar sudah dibersihkan"), "{screen}");
    assert!(!screen.contains("zebra") && !screen.contains("tetangga"), "{screen}");
    assert_eq!(pty.modes().unwrap(), *pty.modes_before(), "the terminal is as it was");
    drop(pty);

    // Nothing of them is offered; the facilitator finds it behind the PIN.
    let mut pty = open(&place, &[]);
    pty.wait_for_text(IN_INDONESIAN.welcome, BOUND).unwrap();
    pty.press("\x03", "PIN fasilitator").press("9999\r", "PIN salah").press(&format!("{PIN}\r"), "belum selesai (2)");
    pty.press("2\r", "Ada yang belum selesai").press("1\r", "zebra").press("\r", &at(3));
    pty.press(&all_keys_from(3), INDONESIAN.review).press("1\r", INDONESIAN.profile).press("\x1b", IN_INDONESIAN.noted);
    pty.press("\r", IN_INDONESIAN.hand_on).press("\r", IN_INDONESIAN.welcome);

    // The eighth stops too, then four more.
    sit_down(&mut pty, &INDONESIAN);
    stop(&mut pty);
    for _ in 0..4 {
        sit_down(&mut pty, &INDONESIAN);
        codes.push(answer_everything(&mut pty, &INDONESIAN));
    }
    assert!(pty.screen_text().contains("9 orang sudah selesai"), "{}", pty.screen_text());

    // The picture, from the facilitator's menu.
    pty.press("\x03", "PIN fasilitator").press(&format!("{PIN}\r"), "gambaran kelompok");
    pty.press("3\r", "Siapa yang ikut").press("\x1b[C", "sependapat");
    pty.press("\x1b[15~", "Apa kata yang hadir?").press("Gotong royong\r", "Catatan tersimpan.");
    pty.press("\x1b", IN_INDONESIAN.welcome);
    pty.press("\x03", "PIN fasilitator").press(&format!("{PIN}\r"), "Tutup layar").type_keys(b"4\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);

    assert_eq!((count(&place, "finished"), count(&place, "unfinished")), (9, 2));
    let shown = place.run_in("id_ID.UTF-8", &["workshop", "show", "musya"]);
    let shown = words(&String::from_utf8(shown.stdout).unwrap());
    assert!(shown.contains("Selesai 9") && shown.contains("Tidak bersedia 1"), "{shown}");
    let picture = place.run_in("id_ID.UTF-8", &["group", NAME]);
    let picture = words(&String::from_utf8(picture.stdout).unwrap());
    assert!(picture.contains("9 orang sudah mengisi") && picture.contains("Gotong royong"), "{picture}");
    assert!(codes.iter().all(|code| !picture.contains(code)));
    forgotten_by_words(&place, &codes);
}

fn all_keys_from(item: u16) -> String {
    (item..=super::ITEMS).map(|item| super::answer_to(item, &INDONESIAN).0).collect()
}

fn place_has_draft(place: &Place, note: &str) {
    let store = || kohesi::store::Store::read(&kohesi::store::Paths::at(&place.data())).ok()?;
    let noted = || {
        let store = store()?;
        let open = store.list().ok()?.into_iter().filter(|row| row.state == kohesi::store::State::Unfinished);
        let notes = open.filter_map(|row| store.load(row.id).ok()?.draft?.note);
        notes.into_iter().find(|found| found == note)
    };
    let from = std::time::Instant::now();
    while noted().is_none() {
        assert!(from.elapsed() < BOUND, "the note never came to the disk");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// A person asks to be forgotten by the words on their card, in either language, with or without hyphens.
fn forgotten_by_words(place: &Place, codes: &[String]) {
    let first: Vec<&str> = codes[0].split(' ').collect();
    let args: Vec<&str> = ["forget"].into_iter().chain(first).chain(["--yes"]).collect();
    let forgotten = place.run(&args);
    let said = String::from_utf8_lossy(&forgotten.stdout).into_owned();
    assert!(forgotten.status.success() && said.contains("Erased"), "{said}");
    let hyphened = codes[3].replace(' ', "-");
    assert!(place.run(&["forget", &hyphened, "--yes"]).status.success());
    assert_eq!(count(place, "finished"), 7);
}

/// The projector's window beside the laptop's own: it opens while people answer, follows them, and takes nothing from them.
#[cfg(target_os = "linux")]
#[test]
fn a_picture_in_a_second_window_follows_the_kiosk() {
    let place = Place::new();
    super::workshops::filled(&place, NAME, 4);
    let mut pty = open(&place, &[]);
    pty.wait_for_text("Pilih PIN", BOUND).unwrap();
    pty.press(&format!("{PIN}\r"), "sekali lagi").press(&format!("{PIN}\r"), IN_INDONESIAN.welcome);
    let mut window = place.launch(&INDONESIAN, &["group", NAME, "--lang", "id"]).spawn().unwrap();
    window.wait_for_text("Baru 4 orang selesai", BOUND).unwrap();
    sit_down(&mut pty, &INDONESIAN);
    answer_everything(&mut pty, &INDONESIAN);
    window.wait_for_text("5 orang sudah mengisi", BOUND).unwrap();
    window.press("\x1b[15~", "Apa kata yang hadir?").press("Kerja bakti\r", "Belum tersimpan");
    pty.press("\x03", "PIN fasilitator").press(&format!("{PIN}\r"), "Tutup layar").type_keys(b"3\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    window.press("\r", "Kata yang hadir: Kerja bakti");
    // And the kiosk can be begun again beside it.
    let mut pty = open(&place, &[]);
    pty.wait_for_text(IN_INDONESIAN.welcome, BOUND).unwrap();
    window.escape("Kata yang hadir");
    assert_eq!(window.wait_exit(BOUND).unwrap().code, 0);
    pty.press("\x03", "PIN fasilitator").press(&format!("{PIN}\r"), "Tutup layar").type_keys(b"3\r").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
}

/// The kiosk begun from the menu is the one begun by its command: nothing of the menu can be reached without the PIN, and
/// with it the menu comes back.
#[cfg(target_os = "linux")]
#[test]
fn the_kiosk_is_begun_from_the_menu_and_leads_back_to_it() {
    let place = Place::new();
    super::workshops::filled(&place, NAME, 2);
    let begin = |place: &Place| {
        let mut pty = place.launch(&ENGLISH, &["--lang", "en"]).leader(Leader::Shell).spawn().unwrap();
        pty.wait_for_text("Workshops", BOUND).unwrap();
        pty.press("\x1b[F\x1b[A\r", NAME).press("\r", "Let people answer").type_keys(b"\r").unwrap();
        pty
    };
    let mut pty = begin(&place);
    pty.wait_for_text("Choose a PIN", BOUND).unwrap();
    pty.press(&format!("{PIN}\r"), "once more").press(&format!("{PIN}\r"), IN_ENGLISH.welcome);
    pty.press("\x1b", "For the facilitator").press("\x1b", IN_ENGLISH.welcome);
    pty.press("\x03", "For the facilitator")
        .press(&format!("{PIN}\r"), "Close the answering")
        .press("3\r", "Workshops");
    pty.type_keys(b"q").unwrap();
    assert_eq!(pty.wait_left(BOUND).unwrap(), 0);
    drop(pty);
    // Ended by force it ends at the shell, and not in the menu.
    let mut pty = begin(&place);
    pty.wait_for_text(IN_ENGLISH.welcome, BOUND).unwrap();
    rustix::process::kill_process(watched(&mut pty), Signal::KILL).unwrap();
    assert_ne!(pty.wait_left(BOUND).unwrap(), 0);
    assert!(pty.screen_text().contains("The screen has been cleared"), "{}", pty.screen_text());
    assert_eq!(pty.modes().unwrap(), *pty.modes_before(), "the terminal is as it was");
}
