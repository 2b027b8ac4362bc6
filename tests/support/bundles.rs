//! Any bytes as a bundle. The fuzz target in `fuzz/` holds it too.

use std::fmt::Write;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kohesi::interview::{At, Draft, Event, Happening, Interview, InterviewId, Mode, Moment, Response, WorkshopId};
use kohesi::questionnaire::{Answer, ItemIndex, Pick, Questionnaire};
use kohesi::store::{
    About, BundleFault, Bundling, Merged, Options, Paths, Selection, Store, StoreError, Watch, Workshop, sound_bundle,
};
use serde_json::{Value, json};

/// Small, so that a bundle of it is quickly read.
const QUESTIONNAIRE: &str = r#"format = 1
key = "kecil"
version = "1"
languages = ["id", "en"]
authors = ["kohesi"]
licence = "CC0-1.0"
title = { id = "Kecil", en = "Small" }
introduction = { id = "Halo.", en = "Hello." }
closing = { id = "Terima kasih.", en = "Thank you." }

[[sections]]
key = "satu"
title = { id = "Satu", en = "One" }

[[sections.items]]
key = "a"
kind = "yes_no"
text = { id = "Ya?", en = "Yes?" }

[[sections.items]]
key = "b"
kind = "number"
min = 0
max = 9
text = { id = "Berapa?", en = "How many?" }

[[sections.items]]
key = "c"
kind = "text"
text = { id = "Apa?", en = "What?" }
"#;

static GOES_ON: AtomicBool = AtomicBool::new(false);

fn watch() -> Watch<'static> {
    Watch { stop: &GOES_ON, progress: &|_| {} }
}

fn small() -> Arc<Questionnaire> {
    static SMALL: OnceLock<Arc<Questionnaire>> = OnceLock::new();
    Arc::clone(SMALL.get_or_init(|| Arc::new(kohesi::questionnaire::read("kecil", QUESTIONNAIRE).unwrap())))
}

fn id(number: u8) -> [u8; 16] {
    let mut id = [number; 16];
    (id[6], id[8]) = (0x70, 0x80);
    id
}

/// Someone who has answered; with an even number, to the end.
fn person(number: u8) -> Interview {
    let moment = |ms: i64| {
        let at = At { unix_ms: 1_795_000_000_000 + ms, doubtful: number == 3 };
        Moment { at, shown_ms: 2_000, language: small().languages()[0].clone() }
    };
    let mut one = Interview::start(small(), InterviewId(id(number)), Mode::SelfAdministered, "0.1.0", &moment(0));
    one.join(WorkshopId(id(40)), moment(1).at);
    let answers = [Answer::Choice(Pick(u16::from(number % 4 / 2))), Answer::Number(7), Answer::Text("kata".into())];
    for (place, answer) in (0..).zip(answers).take(usize::from(number)) {
        one.respond(ItemIndex(place), Response::Given(answer), &moment(3_000)).unwrap();
    }
    one.note(ItemIndex(1), "catatan", &moment(9_000)).unwrap();
    if number.is_multiple_of(2) {
        one.finish(moment(10_000).at);
    }
    one
}

fn keep(store: &mut Store, one: &Interview) {
    let draft = Draft { place: None, marked: None, typed: String::new(), note: None, language: one.language().clone() };
    store.begin(one.id(), one.questionnaire(), one.events(), &draft).unwrap();
    if one.finished() {
        store.finish(one.id(), one.events(), &one.packed()).unwrap();
    }
}

/// A store with one of everything, and something of it that the bundle lacks.
fn fill(store: &mut Store) {
    for number in [2, 3, 4, 6] {
        keep(store, &person(number));
    }
    store.erase(InterviewId(id(6))).unwrap();
    store.refuse(&small()).unwrap();
    let about = About { notes: vec![("a".into(), "satu\ndua".into())], ..About::new("RT 1".into(), &small(), 5) };
    store.keep_workshop(&Workshop { id: WorkshopId(id(40)), about }, Some(&small())).unwrap();
}

/// A folder in memory where there is one: what is held here is not whether it lasts.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn open(folder: &Path) -> Store {
    Store::open(&Paths::at(folder), &Options::default()).unwrap().0
}

fn bundled(store: &Store, path: &Path) {
    let bundling = Bundling { path: path.to_owned(), unfinished: true, ..Bundling::default() };
    assert_eq!(store.bundle(&bundling, watch()).unwrap().damaged, 0, "what was taken cannot travel on");
}

/// The file of a sound bundle, to begin from.
pub(crate) fn sound() -> &'static [u8] {
    static SOUND: OnceLock<Vec<u8>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let folder = scratch();
        let mut store = open(&folder.path().join("store"));
        fill(&mut store);
        let path = folder.path().join("sound.kohesi");
        bundled(&store, &path);
        fs::read(path).unwrap()
    })
}

fn sound_lines() -> Vec<Value> {
    let lines = sound().split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// Reads any bytes as a bundle: as they are, or, where they begin with an even one, as changes of a sound one (five bytes
/// each). With 2 in the first byte its hashes and counts are made to fit, with 4 those of its interviews too. What is
/// refused changes nothing; what is taken is whole, taken once, and can travel on. True where it was taken.
///
/// # Panics
/// Where a promise is broken.
pub(crate) fn hold(bytes: &[u8]) -> bool {
    let (&kind, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let file = if kind & 1 == 1 { rest.to_vec() } else { changed(rest, kind & 2 == 2, kind & 4 == 4) };
    match sound_bundle(&file) {
        Ok(_) => taken(&file),
        Err(StoreError::Bundle { .. }) => {
            refused(&file);
            false
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// A store that nothing is ever taken into, what it holds, and where bundles for it lie.
fn untouched() -> &'static Mutex<(tempfile::TempDir, Store, String)> {
    static UNTOUCHED: OnceLock<Mutex<(tempfile::TempDir, Store, String)>> = OnceLock::new();
    UNTOUCHED.get_or_init(|| {
        let folder = scratch();
        let mut store = open(&folder.path().join("store"));
        keep(&mut store, &person(8));
        let before = told(&store);
        Mutex::new((folder, store, before))
    })
}

fn refused(file: &[u8]) {
    let mut kept = untouched().lock().unwrap_or_else(PoisonError::into_inner);
    let (folder, store, before) = &mut *kept;
    let path = folder.path().join("refused.kohesi");
    fs::write(&path, file).unwrap();
    let merged = store.merge(&[path], None, watch());
    assert!(matches!(merged, Err(StoreError::Bundle { .. })), "{merged:?}");
    assert_eq!(told(store), *before);
}

/// Everything in a store, each hash of it checked and each interview replayed.
fn told(store: &Store) -> String {
    let mut told = String::new();
    for summary in store.list().unwrap() {
        let loaded = store.load(summary.id).unwrap();
        let read = kohesi::questionnaire::read_again(&loaded.questionnaire_key, &loaded.questionnaire).unwrap();
        let interview = Interview::replay(Arc::new(read), loaded.id, loaded.events).unwrap();
        assert!(loaded.packed.is_none_or(|packed| packed == interview.packed()), "{interview:?}");
        writeln!(told, "{} {:?} {:?}", summary.id, summary.state, interview.events()).unwrap();
    }
    let scanned = store.scan(&Selection { by_id: true, ..Selection::default() }, |row| {
        writeln!(told, "{row:?}").unwrap();
        ControlFlow::Continue(())
    });
    assert_eq!(scanned.unwrap().damaged, 0);
    writeln!(told, "{:?} {:?}", store.workshops().unwrap(), store.refusals().unwrap()).unwrap();
    told
}

fn taken(file: &[u8]) -> bool {
    let folder = scratch();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("a.kohesi"), file).unwrap();
    let merge = |store: &mut Store, name: &str| -> Result<Merged, StoreError> {
        let looked = store.look_into(&path(name), None, watch());
        let merged = store.merge(&[path(name)], None, watch());
        assert_eq!(looked.is_ok(), merged.is_ok(), "{looked:?}\n{merged:?}");
        merged
    };
    let mut store = open(&path("store"));
    let empty = told(&store);
    if let Err(fault) = merge(&mut store, "a.kohesi") {
        let StoreError::Bundle { fault, .. } = fault else { panic!("{fault:?}") };
        assert!(matches!(fault, BundleFault::Clash | BundleFault::Mixed | BundleFault::TooMuch), "{fault:?}");
        assert_eq!(told(&store), empty);
        return false;
    }
    let once = told(&store);
    let again = merge(&mut store, "a.kohesi").unwrap();
    let total = again.total();
    assert_eq!((total.new, total.unfinished, total.longer, total.conflict, total.damaged), (0, 0, 0, 0, 0));
    assert_eq!((told(&store), again.workshops, again.erased), (once.clone(), 0, 0));
    bundled(&store, &path("b.kohesi"));
    let mut third = open(&path("third"));
    merge(&mut third, "b.kohesi").unwrap();
    assert_eq!(told(&third), once);
    true
}

fn changed(edits: &[u8], fits: bool, of_interviews: bool) -> Vec<u8> {
    let mut lines = sound_lines();
    let mut raw = Vec::new();
    for edit in edits.as_chunks::<5>().0.iter().take(32) {
        let [what, rest @ ..] = *edit;
        let (line, other) = (usize::from(rest[0]) % lines.len(), usize::from(rest[1]) % lines.len());
        match what & 7 {
            0 if lines.len() > 1 => _ = lines.remove(line),
            0 | 1 => lines.insert(other, lines[line].clone()),
            2 => lines.swap(line, other),
            3 | 4 => change_history(&mut lines[line], [rest[1], rest[2], rest[3]]),
            5 | 6 => change_value(&mut lines[line], &mut usize::from(rest[1]), [rest[2], rest[3]]),
            _ => raw.push(rest),
        }
    }
    if of_interviews {
        lines.iter_mut().for_each(fit_interview);
    }
    if fits {
        fit(&mut lines);
    }
    let mut bytes: Vec<u8> = lines.iter().flat_map(|line| (line.to_string() + "\n").into_bytes()).collect();
    if fits {
        bytes.extend(end(&bytes));
    }
    for [high, middle, low, what] in raw {
        let at = u32::from_be_bytes([0, high, middle, low]) as usize % bytes.len().max(1);
        match what {
            0 => bytes.truncate(at),
            1..=32 => bytes.insert(at, b"{}[]\",:\\\n0-e."[usize::from(what) % 13]),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= what),
        }
    }
    bytes
}

fn history(line: &Value) -> Option<Vec<u8>> {
    STANDARD.decode(line.get("interview")?.get("history")?.as_str()?).ok()
}

fn change_history(line: &mut Value, [high, low, what]: [u8; 3]) {
    let Some(mut history) = history(line) else { return };
    let at = usize::from(u16::from_be_bytes([high, low])) % history.len().max(1);
    match what {
        0 => _ = history.drain(at..(at + 1).min(history.len())),
        1..=8 => history.insert(at, what - 1),
        _ => history[at..].iter_mut().take(1).for_each(|byte| *byte ^= what),
    }
    line["interview"]["history"] = json!(STANDARD.encode(history));
}

/// Changes the value that stands at this place of a line, counted through all of it.
fn change_value(value: &mut Value, place: &mut usize, [what, more]: [u8; 2]) {
    const TEXTS: [&str; 8] =
        ["", "\u{1b}[2J", "\u{202e}", "id", "1970-01-01", "0", "00000000-0000-7000-8000-000000000000", "e"];
    if *place > 0 {
        *place -= 1;
        match value {
            Value::Array(list) => list.iter_mut().for_each(|one| change_value(one, place, [what, more])),
            Value::Object(map) => map.values_mut().for_each(|one| change_value(one, place, [what, more])),
            _ => {}
        }
        return;
    }
    // Nothing after it is changed.
    *place = usize::MAX;
    match value {
        Value::Bool(is) => *is = !*is,
        Value::Number(_) if what < 128 => *value = json!(i64::from(what) - 1),
        Value::Number(_) => *value = json!(u64::MAX >> (more % 64)),
        Value::String(text) if what < 16 => TEXTS[usize::from(what) % TEXTS.len()].clone_into(text),
        Value::String(text) => {
            let wanted = usize::from(what) * usize::from(more) % (text.len() + 1);
            let at = (0..=wanted).rfind(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.insert(at, char::from(more));
        }
        Value::Array(list) if what < 128 => list.truncate(usize::from(more)),
        Value::Array(list) => list.extend(list.first().cloned()),
        Value::Object(map) if what < 128 => _ = map.insert("x".to_owned(), json!(more)),
        Value::Object(map) => _ = map.keys().next().cloned().map(|key| map.remove(&key)),
        Value::Null => *value = json!(what),
    }
}

/// The first 16 bytes of a hash, as the store makes it.
fn seal(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes().first_chunk().unwrap()
}

/// The events of a history as it travels.
fn events(history: &[u8]) -> Option<Vec<Event>> {
    let (doubtful, happenings): (Vec<u32>, Vec<(i64, Happening)>) = postcard::from_bytes(history.get(1..)?).ok()?;
    let mut unix_ms = 0_i64;
    let events = (0..).zip(happenings).map(|(seq, (since, what))| {
        unix_ms = unix_ms.wrapping_add(since);
        Event { seq, at: At { unix_ms, doubtful: doubtful.contains(&seq) }, what }
    });
    Some(events.collect())
}

/// Makes an interview's count and hash those of its history.
fn fit_interview(line: &mut Value) {
    let told = || {
        let events = events(&history(line)?)?;
        let of = line["interview"]["questionnaire"].as_str().and_then(of_hex)?;
        let id = InterviewId::parse(line["interview"]["id"].as_str()?)?;
        let mut head = seal(&[&id.0, &of]);
        for event in &events {
            let body = postcard::to_extend(event, vec![1]).ok()?;
            head = seal(&[&head, &body]);
        }
        Some((events.len(), hex(&head)))
    };
    if let Some((count, head)) = told() {
        line["interview"]["events"] = json!(count);
        line["interview"]["head"] = json!(head);
    }
}

/// Makes the first line tell what follows it, and takes the last one away.
fn fit(lines: &mut Vec<Value>) {
    lines.retain(|line| line.get("end").is_none());
    let of = |kind: &str| lines.iter().filter_map(|line| line.get(kind)).cloned().collect::<Vec<_>>();
    let names = [
        ("questionnaires", "questionnaire"),
        ("workshops", "workshop"),
        ("refusals", "refusals"),
        ("interviews", "interview"),
        ("erased", "erased"),
    ];
    let counts = names.map(|(name, kind)| (name, of(kind).len()));
    let interviews = of("interview");
    let Some(first) = lines.first_mut().and_then(Value::as_object_mut) else { return };
    if let Some(told) = first.get_mut("counts").and_then(Value::as_object_mut) {
        told.extend(counts.map(|(name, count)| (name.to_owned(), json!(count))));
    }
    for laptop in first.get_mut("laptops").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(laptop) = laptop.as_object_mut() else { continue };
        let (mut hasher, mut count, mut unfinished) = (blake3::Hasher::new(), 0_u64, 0_u64);
        for line in interviews.iter().filter(|line| line.get("laptop") == laptop.get("id")) {
            let id = line["id"].as_str().and_then(InterviewId::parse).unwrap_or(InterviewId([0; 16]));
            hasher.update(&id.0);
            hasher.update(&line["head"].as_str().and_then(of_hex).unwrap_or_default());
            let told = history(&json!({ "interview": line })).and_then(|history| events(&history)).unwrap_or_default();
            count += 1;
            unfinished += u64::from(told.last().is_none_or(|event| event.what != Happening::Finished));
        }
        let blake3 = hasher.finalize().to_hex().to_string();
        let told = [("interviews", json!(count)), ("unfinished", json!(unfinished)), ("blake3", json!(blake3))];
        laptop.extend(told.map(|(name, value)| (name.to_owned(), value)));
    }
}

/// The last line of these bytes.
fn end(bytes: &[u8]) -> Vec<u8> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').count();
    format!("{{\"end\":{{\"lines\":{lines},\"blake3\":\"{}\"}}}}\n", blake3::hash(bytes).to_hex()).into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digits = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(digits).collect()
}
