//! Bundles that are not as they should be: half copied, altered, made to do harm. None changes the store.

use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::merging::{WATCH, answer, begun, bundle, finished, id, keep, merge, moment, told, workshop};
use super::open;
use crate::interview::{Happening, InterviewId};
use crate::questionnaire::ItemIndex;
use crate::store::{Bundling, Identity, Store, StoreError, codec};
use crate::text::Tag;

/// A small questionnaire, so that every byte of a bundle can be tried.
const SMALL: &str = r#"format = 1
key = "kecil"
version = "1"
languages = ["id"]
authors = ["kohesi"]
licence = "CC0-1.0"
title.id = "Kecil"
introduction.id = "Halo."
closing.id = "Terima kasih."

[[sections]]
key = "satu"
title.id = "Satu"

[[sections.items]]
key = "a"
kind = "yes_no"
text.id = "Ya?"
"#;

struct Desk {
    folder: TempDir,
    store: Store,
    before: String,
}

impl Desk {
    /// A store with something of its own in it.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = open(&folder.path().join("store"));
        keep(&mut store, &finished(50, &[1, 2]));
        let before = told(&store);
        Self { folder, store, before }
    }

    /// What the store says of a file with these bytes. It must not have taken anything.
    fn refused(&mut self, bytes: &[u8]) -> String {
        let path = self.folder.path().join("hostile.kohesi");
        fs::write(&path, bytes).unwrap();
        let refused = self.store.merge(&[path], None, WATCH).unwrap_err();
        assert!(!matches!(refused, StoreError::Io { .. }), "{refused}");
        assert_eq!(told(&self.store), self.before);
        refused.code().to_owned()
    }
}

/// A bundle of a laptop with little on it.
fn small() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("store"));
    let questionnaire = std::sync::Arc::new(crate::questionnaire::read("kecil", SMALL).unwrap());
    let mut interview = crate::interview::Interview::start(
        questionnaire,
        id(1),
        crate::interview::Mode::SelfAdministered,
        "0.1.0",
        &moment(0),
    );
    answer(&mut interview, 0, 1);
    interview.finish(moment(9_000).at);
    keep(&mut store, &interview);
    keep(&mut store, &begun(2, None));
    store.erase(id(2)).unwrap();
    let path = folder.path().join("small.kohesi");
    store.bundle(&Bundling { path: path.clone(), ..Bundling::default() }, WATCH).unwrap();
    fs::read(path).unwrap()
}

/// A bundle with one of everything, as lines.
fn lines() -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("store"));
    let mut interview = begun(1, Some(workshop(1).id));
    answer(&mut interview, 0, 1);
    interview.note(ItemIndex(1), "kata", &moment(20)).unwrap();
    interview.finish(moment(9_000).at);
    keep(&mut store, &interview);
    keep(&mut store, &finished(2, &[3]));
    keep(&mut store, &begun(3, None));
    store.erase(id(3)).unwrap();
    store.refuse(interview.questionnaire()).unwrap();
    store.keep_workshop(&workshop(1), Some(interview.questionnaire())).unwrap();
    let text = fs::read_to_string(bundle(&store, &folder.path().join("whole.kohesi"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A bundle of these lines whose last line and first line are made to fit.
fn sealed(mut lines: Vec<Value>) -> Vec<u8> {
    lines.retain(|line| line.get("end").is_none());
    let count = |kind: &str| lines.iter().filter(|line| line.get(kind).is_some()).count();
    let counts = ["questionnaire", "workshop", "refusals", "interview", "erased"].map(count);
    for (name, count) in ["questionnaires", "workshops", "refusals", "interviews", "erased"].into_iter().zip(counts) {
        lines[0]["counts"][name] = json!(count);
    }
    let heads = |laptop: &Value| {
        let mut hasher = blake3::Hasher::new();
        let mut counts = (0, 0);
        for line in lines.iter().filter_map(|line| line.get("interview")).filter(|line| line["laptop"] == *laptop) {
            let id = InterviewId::parse(line["id"].as_str().unwrap()).unwrap();
            hasher.update(&id.0);
            hasher.update(&of_hex(line["head"].as_str().unwrap()));
            let history = STANDARD.decode(line["history"].as_str().unwrap()).unwrap();
            let events = codec::history_from_elsewhere(&history).unwrap_or_default();
            counts.0 += 1;
            counts.1 += u64::from(events.last().is_none_or(|event| event.what != Happening::Finished));
        }
        (counts, hasher.finalize().to_hex().to_string())
    };
    let laptops = lines[0]["laptops"].as_array().unwrap().clone();
    let laptops: Vec<Value> = laptops
        .into_iter()
        .map(|mut laptop| {
            let ((interviews, unfinished), blake3) = heads(&laptop["id"]);
            (laptop["interviews"], laptop["unfinished"], laptop["blake3"]) =
                (json!(interviews), json!(unfinished), json!(blake3));
            laptop
        })
        .collect();
    lines[0]["laptops"] = json!(laptops);
    let text: String = lines.iter().map(|line| line.to_string() + "\n").collect();
    closed(text.into_bytes())
}

/// These bytes and the last line that fits them.
fn closed(mut bytes: Vec<u8>) -> Vec<u8> {
    let lines = bytes.split(|byte| *byte == b'\n').count() - 1;
    let hash = blake3::hash(&bytes).to_hex();
    bytes.extend(format!("{{\"end\":{{\"lines\":{lines},\"blake3\":\"{hash}\"}}}}\n").bytes());
    bytes
}

fn of_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn a_bundle_put_together_again_is_taken() {
    let mut desk = Desk::new();
    let path = desk.folder.path().join("fine.kohesi");
    fs::write(&path, sealed(lines())).unwrap();
    assert_eq!(merge(&mut desk.store, &[path]).total().new, 2);
}

#[test]
fn every_prefix_of_a_bundle_is_refused() {
    let mut desk = Desk::new();
    let whole = small();
    for length in 0..whole.len() {
        let code = desk.refused(&whole[..length]);
        assert!(["bundle.cut_short", "bundle.not_a_bundle"].contains(&code.as_str()), "{length}: {code}");
    }
    for more in [" ", "\n", "{}\n", "{\"end\":{}}\n"] {
        assert_eq!(desk.refused(&[&whole, more.as_bytes()].concat()), "bundle.altered", "{more:?}");
    }
    println!("{} prefixes of a bundle: none was taken", whole.len());
}

#[test]
fn every_altered_byte_of_a_bundle_is_refused() {
    let mut desk = Desk::new();
    let whole = small();
    let mut tried = 0;
    for at in 0..whole.len() {
        // A bit, the case of a letter, another digit, nothing at all.
        for changed in [whole[at] ^ 1, whole[at] ^ 0x20, whole[at] ^ 0x80, 0, b' ', b'\n'] {
            if changed != whole[at] {
                let mut altered = whole.clone();
                altered[at] = changed;
                let code = desk.refused(&altered);
                assert!(code.starts_with("bundle."), "{at}: {code}");
                tried += 1;
            }
        }
    }
    println!("{tried} altered bundles: none was taken");
}

#[test]
fn a_newer_format_is_told_apart_from_damage() {
    let mut desk = Desk::new();
    let mut newer = lines();
    newer[0]["format"] = json!(2);
    newer[0]["colour"] = json!("green");
    newer[1] = json!({"weather": "rain"});
    assert_eq!(desk.refused(&sealed(newer)), "bundle.newer");
    for other in ["", "{", "{}\n", "\n", "PK\u{3}\u{4}", "SQLite format 3\0", "{\"kohesi\":\"profile\",\"format\":1}\n"]
    {
        assert_eq!(desk.refused(other.as_bytes()), "bundle.not_a_bundle", "{other:?}");
    }
    let folder = desk.folder.path().to_owned();
    assert_eq!(desk.store.merge(&[folder], None, WATCH).unwrap_err().code(), "bundle.not_a_bundle");
}

/// Changes to the lines of a sound bundle, and what is said of them although everything is made to fit.
#[test]
fn what_would_do_harm_is_refused() {
    type Change = fn(&mut Vec<Value>);
    let at = |lines: &[Value], kind: &str| lines.iter().position(|line| line.get(kind).is_some()).unwrap();
    let changes: [(&str, &str, Change); 19] = [
        ("a questionnaire twice", "bundle.line", |lines| lines.insert(2, lines[1].clone())),
        ("sections in another order", "bundle.line", |lines| lines.swap(2, 3)),
        ("interviews in another order", "bundle.line", |lines| lines.swap(4, 5)),
        ("an interview twice", "bundle.line", |lines| lines.insert(5, lines[4].clone())),
        ("a key too much", "bundle.line", |lines| lines[4]["interview"]["x"] = json!(1)),
        ("two things in one line", "bundle.line", |lines| lines[4]["erased"] = json!("x")),
        ("a laptop that is not listed", "bundle.line", |lines| lines[4]["interview"]["laptop"] = json!("0".repeat(32))),
        ("another text", "bundle.questionnaire", |lines| lines[1]["questionnaire"]["text"] = json!("format = 1")),
        ("a text that does not read", "bundle.questionnaire", |lines| {
            lines[1]["questionnaire"] = json!({"blake3": blake3::hash(b"x = ").to_hex().to_string(), "text": "x = "});
        }),
        ("no questionnaire", "bundle.questionnaire", |lines| drop(lines.remove(1))),
        ("another's questionnaire", "bundle.questionnaire", |lines| {
            lines[4]["interview"]["questionnaire"] = json!("0".repeat(64));
        }),
        ("a minimum of one", "bundle.workshop", |lines| lines[2]["workshop"]["minimum"] = json!(1)),
        ("a name with an escape", "bundle.workshop", |lines| lines[2]["workshop"]["name"] = json!("RT\u{1b}[2J")),
        ("a made-up workshop of real people", "bundle.workshop", |lines| {
            lines[2]["workshop"]["made_up"] = json!(true);
        }),
        ("another head", "bundle.history", |lines| lines[4]["interview"]["head"] = json!("0".repeat(32))),
        ("another number of events", "bundle.history", |lines| lines[4]["interview"]["events"] = json!(3)),
        ("no history", "bundle.history", |lines| lines[4]["interview"]["history"] = json!("")),
        ("another's identity", "bundle.history", |lines| lines[4]["interview"]["id"] = json!(id(1 << 20).to_string())),
        ("made-up people among real ones", "bundle.mixed", |lines| {
            let made_up = crate::interview::Synthetic::new(crate::store::tests::merging::CORE.clone(), 1);
            let made_up = made_up.interviews(1).next().unwrap();
            *lines = with_interview(lines.clone(), made_up.id(), made_up.events());
        }),
    ];
    let mut desk = Desk::new();
    let sound = lines();
    assert_eq!((at(&sound, "questionnaire"), at(&sound, "workshop"), at(&sound, "interview")), (1, 2, 4));
    for (what, code, change) in changes {
        let mut lines = sound.clone();
        change(&mut lines);
        assert_eq!(desk.refused(&sealed(lines)), code, "{what}");
    }
}

/// The lines with one interview of this history, which fits its hashes, in place of all others.
fn with_interview(mut lines: Vec<Value>, id: InterviewId, events: &[crate::interview::Event]) -> Vec<Value> {
    let mut line = lines.iter().find(|line| line.get("interview").is_some()).unwrap().clone();
    lines.retain(|line| line.get("interview").is_none() && line.get("erased").is_none());
    let of = of_hex(line["interview"]["questionnaire"].as_str().unwrap());
    let origin = codec::origin(id, crate::questionnaire::Hash(of.try_into().unwrap()));
    let head = codec::links(origin, events).unwrap().last().copied().unwrap();
    line["interview"]["id"] = json!(id.to_string());
    line["interview"]["head"] = json!(format!("{:032x}", u128::from_be_bytes(head)));
    line["interview"]["events"] = json!(events.len());
    line["interview"]["history"] = json!(STANDARD.encode(codec::history_bytes(events).unwrap()));
    lines.push(line);
    lines
}

/// Histories that fit all their hashes and could not have been written here.
#[test]
fn a_history_that_could_not_be_is_refused() {
    let sound = finished(7, &[1, 2]).events().to_vec();
    let event = |at: usize, what: Happening| {
        let mut events = sound.clone();
        events[at].what = what;
        events
    };
    let tag = Tag::new("id").unwrap();
    let evil: Tag = serde_json::from_str("\"\\u001b[2J\"").unwrap();
    let noted = |text: &str| Happening::Noted { item: ItemIndex(1), text: text.to_owned(), language: tag.clone() };
    let mut late = sound.clone();
    late[1].at.unix_ms = i64::MAX;
    let mut after_the_end = sound.clone();
    after_the_end.push(crate::interview::Event { seq: u32::try_from(sound.len()).unwrap(), ..sound[2].clone() });
    let histories = [
        event(0, Happening::Resumed),
        event(2, sound[0].what.clone()),
        event(2, noted("a\u{1b}]0;x\u{7}")),
        event(2, noted(&"a".repeat(2_001))),
        event(2, Happening::Noted { item: ItemIndex(1), text: "a".into(), language: evil }),
        event(2, Happening::Noted { item: ItemIndex(60_000), text: "a".into(), language: tag.clone() }),
        event(2, Happening::TakenBack { item: ItemIndex(60_000), shown_ms: 1 }),
        event(2, Happening::Recalled { code: String::new() }),
        late,
        after_the_end,
    ];
    let mut desk = Desk::new();
    for (number, events) in histories.iter().enumerate() {
        let hostile = sealed(with_interview(lines(), id(7), events));
        assert_eq!(desk.refused(&hostile), "bundle.history", "{number}");
    }
    let path = desk.folder.path().join("sound.kohesi");
    fs::write(&path, sealed(with_interview(lines(), id(7), &sound))).unwrap();
    assert_eq!(merge(&mut desk.store, &[path]).total().new, 1, "what they were made of is taken");
}

#[test]
fn more_than_a_bundle_may_hold_is_refused_before_it_is_held() {
    let mut desk = Desk::new();
    let first = lines()[0].to_string() + "\n";
    let long = |line: &str| [first.as_bytes(), line.as_bytes(), "x".repeat(9 << 20).as_bytes(), b"\n"].concat();
    assert_eq!(desk.refused(&long("")), "bundle.too_much");
    assert_eq!(desk.refused(&long("{\"questionnaire\":\"")), "bundle.too_much");
    let deep = "[".repeat(1 << 20) + "\n";
    assert_eq!(desk.refused(&closed([first.as_bytes(), deep.as_bytes()].concat())), "bundle.line");
    // A history that claims more events than there are bytes, and one of more events than anyone gives.
    let endless = |count: &[u8], body: &[u8]| {
        let mut lines = with_interview(lines(), id(7), finished(7, &[1]).events());
        let history = [&[1, 0], count, body].concat();
        lines.last_mut().unwrap()["interview"]["history"] = json!(STANDARD.encode(history));
        sealed(lines)
    };
    assert_eq!(desk.refused(&endless(&[0xff, 0xff, 0xff, 0xff, 0x0f], &[])), "bundle.history");
    assert_eq!(desk.refused(&endless(&[0xff, 0xff, 0x7f], &[0, 5].repeat(500_000))), "bundle.history");
}

#[test]
fn an_identity_that_another_interview_was_given_is_a_clash() {
    let folder = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(&folder.path().join("one")), open(&folder.path().join("other")));
    let (mut here, mut there) = (begun(1, None), begun(1, None));
    answer(&mut here, 0, 1);
    answer(&mut there, 0, 2);
    here.finish(moment(5_000).at);
    there.finish(moment(5_000).at);
    keep(&mut one, &here);
    keep(&mut other, &there);
    merge(&mut one, &[bundle(&other, &folder.path().join("1.kohesi"))]);
    let variant = one.list().unwrap().into_iter().find(|one| one.id != id(1)).unwrap().id;
    let hostile = sealed(with_interview(lines(), variant, finished(1, &[3]).events()));
    let path: PathBuf = folder.path().join("hostile.kohesi");
    fs::write(&path, hostile).unwrap();
    let before = told(&one);
    assert_eq!(one.merge(&[path], None, WATCH).unwrap_err().code(), "bundle.clash");
    assert_eq!(told(&one), before);
}

#[test]
fn a_bundle_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("store"));
    keep(&mut store, &finished(1, &[1]));
    let bundling = |name: &str| Bundling { path: folder.path().join(name), ..Bundling::default() };
    store.bundle(&bundling("a.kohesi"), WATCH).unwrap();
    assert_eq!(store.bundle(&bundling("a.kohesi"), WATCH).unwrap_err().code(), "store.exists");
    assert_eq!(store.bundle(&bundling("no/such/folder.kohesi"), WATCH).unwrap_err().code(), "store.io");
    let stop = std::sync::atomic::AtomicBool::new(true);
    let stopped = crate::store::Watch { stop: &stop, progress: &|_| {} };
    assert_eq!(store.bundle(&bundling("b.kohesi"), stopped).unwrap_err().code(), "bundle.interrupted");
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.kohesi", "store"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(folder.path().join("a.kohesi")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_damaged_interview_stays_behind_and_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = open(&folder.path().join("store"));
    keep(&mut store, &finished(1, &[1]));
    keep(&mut store, &finished(2, &[1]));
    let damage = "UPDATE history SET body = zeroblob(20) WHERE interview = 1";
    store.reading().unwrap().execute_batch(damage).unwrap();
    let bundling = Bundling { path: folder.path().join("a.kohesi"), ..Bundling::default() };
    let bundled = store.bundle(&bundling, WATCH).unwrap();
    assert_eq!((bundled.interviews, bundled.damaged), (1, 1));
    // What is damaged here is left as it is, also when the same arrives whole.
    let mut sound = open(&folder.path().join("sound"));
    keep(&mut sound, &finished(1, &[1]));
    let merged = merge(&mut store, &[bundle(&sound, &folder.path().join("b.kohesi"))]);
    assert_eq!(merged.total().damaged, 1);
    assert!(store.load(id(1)).is_err());
}

/// A store that seals, and the two keys that open what it sealed.
fn sealing(folder: &std::path::Path) -> (Store, [Identity; 2]) {
    let mut store = open(folder);
    let keys = [Identity::generate(), Identity::generate()];
    let [coordinator, recovery] = keys.each_ref().map(|key| key.public_keys().remove(0));
    store.choose_recipients(&coordinator, &recovery).unwrap();
    store.pass_drill(&keys[1]).unwrap();
    (store, keys)
}

#[test]
fn where_a_store_seals_so_does_its_bundle() {
    let mut desk = Desk::new();
    let (mut store, keys) = sealing(&desk.folder.path().join("sealing"));
    let mut interview = begun(1, None);
    interview.note(ItemIndex(1), "rahasia sekali", &moment(20)).unwrap();
    interview.finish(moment(9_000).at);
    keep(&mut store, &interview);
    let path = desk.folder.path().join("sealed.kohesi");
    let bundled = store.bundle(&Bundling { path: path.clone(), ..Bundling::default() }, WATCH).unwrap();
    assert!(bundled.sealed);
    let sealed = fs::read(&path).unwrap();
    assert_eq!(bundled.bytes, sealed.len() as u64);
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    for part in ["kohesi", "rahasia", "questionnaire"] {
        assert!(!sealed.windows(part.len()).any(|window| window == part.as_bytes()), "{part}");
    }
    assert!(keys[0].open(&sealed).unwrap().starts_with(b"{\"kohesi\":\"bundle\""));

    assert_eq!(desk.refused(&sealed), "bundle.sealed");
    let paths = [path];
    let other = Identity::generate();
    assert_eq!(desk.store.merge(&paths, Some(&other), WATCH).unwrap_err().code(), "store.not_for_key");
    // Not a byte less, and none that is another.
    for length in (0..sealed.len()).step_by(97).chain([sealed.len() - 1]) {
        fs::write(&paths[0], &sealed[..length]).unwrap();
        desk.store.merge(&paths, Some(&keys[0]), WATCH).unwrap_err();
        let mut altered = sealed.clone();
        altered[length] ^= 1;
        fs::write(&paths[0], altered).unwrap();
        desk.store.merge(&paths, Some(&keys[0]), WATCH).unwrap_err();
        assert_eq!(told(&desk.store), desk.before, "{length}");
    }
    fs::write(&paths[0], &sealed).unwrap();
    for (key, wanted) in [(&keys[0], 1), (&keys[1], 0)] {
        assert_eq!(desk.store.look_into(&paths[0], Some(key), WATCH).unwrap().total().new, wanted);
        assert_eq!(desk.store.merge(&paths, Some(key), WATCH).unwrap().total().new, wanted);
    }
    assert_eq!(desk.store.load(id(1)).unwrap().events, interview.events());
}
