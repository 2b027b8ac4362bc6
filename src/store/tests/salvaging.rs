use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::*;
use crate::interview::{Interview, Synthetic};
use crate::questionnaire::{BUILTIN, Questionnaire};
use crate::store::{Durability, Finding, Level, SalvageSource, Salvaged, Selection, State, examine, new_id, salvage};

/// A store as it lies on the disk, and what is in it.
struct Original {
    database: Vec<u8>,
    log: Vec<u8>,
    finished: BTreeMap<InterviewId, Vec<Event>>,
    unfinished: BTreeMap<InterviewId, Vec<Event>>,
    questionnaire: Arc<Questionnaire>,
    /// Every event, as JSON.
    told: std::collections::HashSet<String>,
}

/// Sixteen finished interviews and six that are not; with a log where it is copied while it is open.
fn original(with_log: bool) -> Original {
    let home = tempfile::tempdir().unwrap();
    let questionnaire = Arc::new(BUILTIN[0].read().unwrap());
    let mut people = Synthetic::new(Arc::clone(&questionnaire), 11).interviews(22);
    let mut store = open(home.path());
    let (mut finished, mut unfinished) = (BTreeMap::new(), BTreeMap::new());
    for of in 0..22 {
        let person: Interview = people.next().unwrap();
        let (id, events) = (person.id(), person.events());
        store.begin(id, &questionnaire, &events[..1], &draft("")).unwrap();
        if of % 4 == 3 {
            let upto = events.len() - 1 - of;
            for event in &events[1..upto] {
                store.append(id, std::slice::from_ref(event), &draft("setengah kalimat")).unwrap();
            }
            unfinished.insert(id, events[..upto].to_vec());
        } else {
            store.finish(id, &events[1..], &person.packed()).unwrap();
            finished.insert(id, events.to_vec());
        }
        if of == 11 {
            // The later ones are in the log alone.
            store.rest();
        }
    }
    let path = Paths::at(home.path()).database();
    let mut log = Vec::new();
    if with_log {
        log = fs::read(crate::store::files::beside(&path, "-wal")).unwrap();
    } else {
        drop(store);
    }
    let all = finished.values().chain(unfinished.values()).flatten();
    let told = all.map(|event: &Event| serde_json::to_value(event).unwrap().to_string()).collect();
    Original { database: fs::read(&path).unwrap(), log, finished, unfinished, questionnaire, told }
}

fn lay(home: &Path, database: &[u8], log: &[u8]) -> std::path::PathBuf {
    let path = Paths::at(home).database();
    fs::write(&path, database).unwrap();
    if !log.is_empty() {
        fs::write(crate::store::files::beside(&path, "-wal"), log).unwrap();
    }
    path
}

fn salvaged(file: &Path, to: &Path) -> Salvaged {
    let options = Options { durability: Durability::Normal, ..Options::default() };
    let library = file.parent().unwrap().join("questionnaires");
    salvage(SalvageSource { file, library: &library }, to, &options).unwrap().0
}

/// Answers in a history.
fn answers(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event.what, Happening::Responded { .. })).count()
}

/// The answers that a salvaged store has of the original; none of them may be another than it was.
fn compared(original: &Original, to: &Path, told: &Salvaged) -> usize {
    let store = read(to);
    let mut there = 0;
    let mut packed = BTreeMap::new();
    let scanned = store
        .scan(&Selection::default(), |row| {
            packed.insert(row.id, (row.codes.to_vec(), row.beside().unwrap()));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(scanned.damaged, 0);
    for (id, events) in &original.finished {
        let whole = Interview::replay(Arc::clone(&original.questionnaire), *id, events.clone()).unwrap().packed();
        if let Some(found) = packed.remove(id) {
            assert_eq!(found, (whole.codes, whole.beside), "a wrong answer would be exported");
            there += answers(events);
        }
        if let Ok(loaded) = store.load(*id) {
            // Of one whose rows are lost, what an older page still had of its beginning is right as far as it goes.
            assert!(if loaded.finished { loaded.events == *events } else { events.starts_with(&loaded.events) });
        }
    }
    assert!(packed.is_empty(), "answers of nobody");
    for (id, events) in &original.unfinished {
        if let Ok(loaded) = store.load(*id) {
            assert!(!loaded.finished && events.starts_with(&loaded.events));
            there += answers(&loaded.events);
        }
    }
    let singles = told.singles.as_ref().map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
    let singles: Vec<serde_json::Value> =
        if singles.is_empty() { Vec::new() } else { serde_json::from_str(&singles).unwrap() };
    for single in &singles {
        assert!(original.told.contains(&single["event"].to_string()), "{single}");
        there += usize::from(single["event"]["what"].get("Responded").is_some());
    }
    there
}

#[test]
fn an_undamaged_store_is_salvaged_whole() {
    for with_log in [false, true] {
        let original = original(with_log);
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = lay(from.path(), &original.database, &original.log);
        let told = salvaged(&file, to.path());
        let (finished, unfinished) = (original.finished.len(), original.unfinished.len());
        let expected = Salvaged { finished, unfinished, home: to.path().to_owned(), ..Salvaged::default() };
        assert_eq!(told, expected, "{with_log}");
        let store = read(to.path());
        for (id, events) in original.finished.iter().chain(&original.unfinished) {
            assert_eq!(store.load(*id).unwrap().events, *events);
        }
        let typed = original.unfinished.keys().map(|id| store.load(*id).unwrap().draft.unwrap());
        assert!(typed.into_iter().all(|draft| draft.typed == "setengah kalimat"));
        // The damaged file and its log are as they were, and nothing new lies beside them.
        assert_eq!(fs::read(&file).unwrap(), original.database);
        assert_eq!(fs::read_dir(from.path()).unwrap().count(), 1 + usize::from(with_log));
        drop(store);
        assert!(examine(&Paths::at(to.path()), &mut |_, _| {}).iter().all(|one| one.level() < Level::Broken));
    }
}

#[test]
fn what_leads_to_the_rows_need_not_be_there() {
    let original = original(false);
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut bytes = original.database.clone();
    // Without its first page no database is one.
    bytes[..4_096].fill(0);
    // Inner pages of tables lead to their leaves.
    for page in bytes.chunks_mut(4_096).filter(|page| page[0] == 5) {
        page.fill(0);
    }
    let file = lay(from.path(), &bytes, &[]);
    let told = salvaged(&file, to.path());
    assert_eq!((told.finished, told.unfinished), (original.finished.len(), original.unfinished.len()), "{told:?}");
}

#[test]
fn who_was_erased_is_not_salvaged() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut store = open(from.path());
    let (gone, kept) = (new_id(), new_id());
    for id in [gone, kept] {
        finish(&mut store, id, &interview(9));
    }
    store.rest();
    let before = fs::read(Paths::at(from.path()).database()).unwrap();
    store.erase(gone).unwrap();
    drop(store);
    let after = fs::read(Paths::at(from.path()).database()).unwrap();
    // Pages from before the erasing are in front of those from after it, as a broken disk may leave them.
    let both = [before, after].concat();
    let told = salvaged(&lay(from.path(), &both, &[]), to.path());
    let store = read(to.path());
    assert_eq!((told.finished, told.erased), (1, 1));
    assert_eq!(store.load(gone).unwrap_err().code(), "store.unknown");
    assert_eq!(store.load(kept).unwrap().events, interview(9));
}

#[test]
fn the_text_of_a_questionnaire_is_taken_from_elsewhere() {
    let original = original(false);
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = BUILTIN[0].read().unwrap().source().as_bytes()[5_000..5_040].to_vec();
    let mut bytes = original.database.clone();
    let at = bytes.windows(40).position(|window| window == text).unwrap();
    bytes[at] ^= 1;
    let told = salvaged(&lay(from.path(), &bytes, &[]), to.path());
    assert_eq!((told.finished, told.texts_lost), (original.finished.len(), 0));
    assert!(read(to.path()).list().unwrap().iter().all(|line| line.state != State::Damaged));
}

#[test]
fn nothing_is_salvaged_over_a_store_or_from_no_file() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    drop(open(to.path()));
    let file = from.path().join("kohesi.db");
    let library = from.path().to_owned();
    let source = SalvageSource { file: &file, library: &library };
    let there = salvage(source, to.path(), &Options::default()).unwrap_err();
    assert_eq!(there.code(), "store.exists");
    let missing = salvage(source, from.path().join("new").as_path(), &Options::default()).unwrap_err();
    assert_eq!(missing.code(), "store.gone");
    fs::write(&file, "this is no database, and there is nothing in it").unwrap();
    let told = salvage(source, from.path().join("new").as_path(), &Options::default()).unwrap().0;
    assert_eq!(told, Salvaged { home: from.path().join("new"), ..Salvaged::default() });
}

/// Where the rows that hold answers stand in the file: of each the interview, how many answers, and the bytes.
struct Places(Vec<(InterviewId, usize, std::ops::Range<usize>)>);

impl Places {
    /// Searches for what each row consists of, and the bytes before it that say what it is.
    fn of(original: &Original) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = lay(home.path(), &original.database, &original.log);
        let connection = rusqlite::Connection::open(path).unwrap();
        let mut places = Vec::new();
        let everything = [&original.database[..], &original.log[..]].concat();
        let mut by_end: std::collections::HashMap<&[u8], Vec<usize>> = std::collections::HashMap::new();
        for (at, end) in everything.windows(16).enumerate() {
            by_end.entry(end).or_default().push(at + 16);
        }
        let mut add = |id: InterviewId, answers: usize, before: usize, bytes: &[u8]| {
            let ends = by_end.get(&bytes[bytes.len() - 16..]).into_iter().flatten();
            let found = ends.filter(|end| everything[..**end].ends_with(bytes));
            places.extend(found.map(|end| (id, answers, (end - bytes.len()).saturating_sub(before)..*end)));
        };
        let blobs = |sql: &str| {
            let mut statement = connection.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, Vec<u8>>(1)?)));
            rows.unwrap().map(Result::unwrap).collect::<Vec<_>>()
        };
        let of = |table: &str, columns: &str| {
            format!("SELECT interview.id, CAST({columns} AS BLOB) FROM {table} JOIN interview ON number = interview")
        };
        for (id, bytes) in blobs(&of("packed", "codes || beside || hash")) {
            add(InterviewId(id), answers(&original.finished[&InterviewId(id)]), 64, &bytes);
        }
        for (id, bytes) in blobs(&of("history", "body || head || hash")) {
            add(InterviewId(id), answers(&original.finished[&InterviewId(id)]), 14, &bytes);
        }
        for (id, bytes) in blobs(&of("event", "body || hash")) {
            let event = crate::store::codec::event(&bytes[..bytes.len() - 16]).unwrap();
            add(InterviewId(id), answers(&[event]), 12, &bytes);
        }
        Self(places)
    }

    /// Answers of which at least one row is as it was.
    fn sound(&self, original: &Original, database: &[u8], log: &[u8]) -> usize {
        let before = [&original.database[..], &original.log[..]].concat();
        let mut now = database.to_vec();
        now.resize(original.database.len(), 0);
        now.extend(log);
        now.resize(before.len(), 0);
        let cut = database.len()..original.database.len();
        let is_sound = |range: &std::ops::Range<usize>| {
            now[range.clone()] == before[range.clone()] && (range.end <= cut.start || range.start >= cut.end)
        };
        let mut sound = 0;
        for id in original.finished.keys() {
            let rows = self.0.iter().filter(|(of, _, range)| of == id && is_sound(range));
            sound += rows.map(|(_, answers, _)| *answers).max().unwrap_or(0);
        }
        for id in original.unfinished.keys() {
            let rows = self.0.iter().filter(|(of, _, range)| of == id && is_sound(range));
            // The same row may stand in the file and, older, in the log.
            let bytes: std::collections::BTreeSet<&[u8]> =
                rows.filter(|(_, answers, _)| *answers > 0).map(|(_, _, range)| &before[range.clone()][12..]).collect();
            sound += bytes.len();
        }
        sound
    }
}

/// Damages a copy in one of the ways in which disks do.
fn damaged(original: &Original, chance: &mut fastrand::Rng) -> (Vec<u8>, Vec<u8>) {
    let (mut database, mut log) = (original.database.clone(), original.log.clone());
    let hit = if !log.is_empty() && chance.u8(..4) == 0 { &mut log } else { &mut database };
    let length = hit.len();
    match chance.u8(..6) {
        0 | 1 => {
            for _ in 0..chance.usize(1..=4) {
                hit[chance.usize(..length)] ^= 1 << chance.u8(..8);
            }
        }
        2 => {
            let page = chance.usize(..length / 4_096);
            hit[page * 4_096..(page + 1) * 4_096].fill(0);
        }
        3 => {
            let from = chance.usize(..length / 512) * 512;
            hit[from..from + 512].iter_mut().for_each(|byte| *byte = chance.u8(..));
        }
        4 => {
            let [one, other] = [(); 2].map(|()| chance.usize(..length / 4_096));
            let page = hit[one * 4_096..(one + 1) * 4_096].to_vec();
            hit[other * 4_096..(other + 1) * 4_096].copy_from_slice(&page);
        }
        _ => hit.truncate(chance.usize(..length)),
    }
    (database, log)
}

/// What came of many damaged copies.
#[derive(Debug, Default)]
struct Figure {
    harmful: usize,
    noticed: usize,
    by_the_database: usize,
    sound: usize,
    recovered: usize,
}

/// Where the last transaction of a log begins. What stands behind it of an earlier log has other salts.
fn last_transaction(log: &[u8]) -> usize {
    const FRAME: usize = 24 + 4_096;
    let frames = log.get(32..).unwrap_or_default().chunks_exact(FRAME);
    let frames = frames.take_while(|frame| frame[8..16] == log[16..24]).enumerate();
    let ends = frames.filter(|(_, frame)| frame[4..8] != [0; 4]).map(|(at, _)| 32 + (at + 1) * FRAME);
    ends.collect::<Vec<_>>().into_iter().rev().nth(1).unwrap_or(log.len())
}

fn try_one(original: &Original, places: &Places, chance: &mut fastrand::Rng, figure: &mut Figure) {
    let (database, log) = damaged(original, chance);
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = lay(from.path(), &database, &log);
    let sound = places.sound(original, &database, &log);
    let told = salvaged(&file, to.path());
    assert!(fs::read(&file).unwrap() == database, "the damaged file was changed");
    let there = compared(original, to.path(), &told);
    figure.sound += sound;
    figure.recovered += there.min(sound);

    let findings = examine(&Paths::at(from.path()), &mut |_, _| {});
    let broken = findings.iter().any(|finding| finding.level() == Level::Broken);
    let all = original.finished.iter().chain(&original.unfinished);
    let harmful = match Store::read(&Paths::at(from.path())) {
        Ok(Some(store)) => {
            let mut harmful =
                store.list().map_or(true, |list| list.len() != original.finished.len() + original.unfinished.len());
            for (id, events) in all {
                match store.load(*id) {
                    Ok(loaded) => {
                        // A log that was cut short is as a power cut leaves it: what is there is right.
                        assert!(events.starts_with(&loaded.events), "another answer was read than was given");
                        harmful |= loaded.events != *events;
                    }
                    Err(_) => harmful = true,
                }
            }
            harmful
        }
        _ => true,
    };
    // What is damaged of the last transaction alone cannot be told from one that a power cut left half written.
    let begin = last_transaction(&original.log);
    let power_cut =
        log.len() < original.log.len() || (database == original.database && log[..begin] == original.log[..begin]);
    if harmful && !power_cut {
        figure.harmful += 1;
        figure.noticed += usize::from(broken);
        assert!(broken || findings.contains(&Finding::NoStore { home: from.path().to_owned() }), "{findings:?}");
        let alone = rusqlite::Connection::open(&file)
            .and_then(|connection| connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
        figure.by_the_database += usize::from(alone.map_or(true, |said| said != "ok"));
    }
}

/// Figure 7 of the reliability of this program: `KOHESI_DAMAGED=10000 cargo test --lib many_damaged -- --nocapture`.
#[test]
fn many_damaged_stores_are_noticed_and_salvaged() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (count, seed) = (number("KOHESI_DAMAGED").unwrap_or(16), number("KOHESI_SEED").unwrap_or(7));
    let originals = [original(false), original(true)];
    let places = originals.each_ref().map(Places::of);
    let mut figure = Figure::default();
    for round in 0..count {
        let mut chance = fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(round));
        let which = usize::from(round % 4 == 3);
        try_one(&originals[which], &places[which], &mut chance, &mut figure);
    }
    let Figure { harmful, noticed, by_the_database, sound, recovered } = figure;
    #[expect(clippy::cast_precision_loss, reason = "a percentage to be read")]
    let percent = |part: usize, of: usize| 100.0 * part as f64 / of.max(1) as f64;
    println!(
        "{count} damaged stores (seed {seed}): {harmful} times harmful, noticed {noticed} ({:.2} %), by integrity_check \
         alone {by_the_database} ({:.2} %); of {sound} sound answers {recovered} recovered ({:.3} %), 0 wrong",
        percent(noticed, harmful),
        percent(by_the_database, harmful),
        percent(recovered, sound),
    );
    assert!(harmful > 0 && by_the_database < harmful, "without hashes of its own rows damage passes");
    assert!(percent(recovered, sound) >= 99.9);
}
