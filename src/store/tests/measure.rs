//! Figures, printed by `cargo test --release store::tests::measure -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use super::*;
use crate::store::codec;
use crate::store::new_id;
use crate::store::rows::{self, HistoryRow, PackedRow};

/// Interviews of the large store.
const MANY: u32 = 1_000_000;

/// Answers of one plausible person, without texts.
fn generated(random: &mut fastrand::Rng) -> Vec<Event> {
    let mut events = interview(39);
    let mut unix_ms = 1_795_000_000_000 + random.i64(0..90 * 86_400_000);
    for event in &mut events {
        let took = random.u32(2_000..20_000);
        unix_ms += i64::from(took) + random.i64(0..50);
        event.at.unix_ms = unix_ms;
        if let Happening::Responded { response, shown_ms, .. } = &mut event.what {
            *shown_ms = took;
            *response = match random.u8(0..40) {
                0 => Response::DontKnow,
                1 => Response::Declined,
                _ => Response::Given(Answer::Choice(Pick(random.u16(0..5)))),
            };
        }
    }
    events
}

/// Writes many finished interviews past the public face, many in a transaction.
fn fill(store: &mut Store) {
    let mut random = fastrand::Rng::with_seed(39);
    begin(store, new_id(), &interview(1));
    for _ in 0..MANY / 10_000 {
        store
            .write(None, |transaction| {
                for _ in 0..10_000 {
                    let (id, events) = (new_id(), generated(&mut random));
                    transaction
                        .prepare_cached("INSERT INTO interview(id, questionnaire) VALUES (?1, 1)")?
                        .execute([id.0])?;
                    let number = transaction.last_insert_rowid();
                    let held = rows::Held::new(id, number, 1, QUESTIONNAIRE.hash);
                    let mut link = held.origin;
                    for event in &events {
                        link = codec::link(&link, &codec::body(event)?);
                    }
                    let (started, last) = (events[0].at, events[events.len() - 1].at);
                    let row = PackedRow { started, last, packed: packed(&events) };
                    row.keep(transaction, &held, None)?;
                    let count = i64::try_from(events.len()).unwrap();
                    let row = HistoryRow { count, body: codec::history_bytes(&events)?, head: link };
                    row.keep(transaction, &held)?;
                }
                Ok(())
            })
            .unwrap();
    }
}

#[test]
#[ignore = "writes about a gigabyte"]
fn a_million_interviews() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    fill(&mut store);
    drop(store);
    let begun = Instant::now();
    let store = open(home.path());
    println!("open: {:?}", begun.elapsed());
    let connection = store.reading().unwrap();
    for table in ["packed", "history", "interview", "sqlite_autoindex_interview_1"] {
        let sql = "SELECT CAST(sum(pgsize) AS REAL) FROM dbstat WHERE name = ?1 AND aggregate = TRUE";
        let bytes: f64 = connection.query_row(sql, [table], |row| row.get(0)).unwrap();
        println!("{table}: {:.1} bytes an interview", bytes / f64::from(MANY));
    }
    for round in ["first", "second"] {
        let begun = Instant::now();
        let mut counts = [0u64; 256];
        let mut statement = connection.prepare("SELECT codes FROM packed").unwrap();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            row.get_ref(0).unwrap().as_blob().unwrap().iter().for_each(|code| counts[usize::from(*code)] += 1);
        }
        println!("{round} scan of packed: {:?}, {} answers", begun.elapsed(), counts.iter().sum::<u64>());
    }
    let begun = Instant::now();
    let list = store.list().unwrap();
    println!("list with every hash checked: {:?}, {} interviews", begun.elapsed(), list.len());
}

#[test]
#[ignore = "a figure, not a check"]
fn opening_and_answering() {
    let folder = tempfile::tempdir().unwrap();
    let median = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let stopwatch = |act: &mut dyn FnMut()| {
        let begun = Instant::now();
        act();
        begun.elapsed()
    };
    let homes: Vec<_> = (0..20).map(|number| folder.path().join(number.to_string())).collect();
    println!("create: {:?}", median(homes.iter().map(|home| stopwatch(&mut || drop(open(home)))).collect()));
    let mut store = open(&homes[0]);
    for _ in 0..200 {
        finish(&mut store, new_id(), &interview(39));
    }
    drop(store);
    let mut opened = None;
    let times = (0..50).map(|_| {
        opened = None;
        stopwatch(&mut || opened = Some(open(&homes[0])))
    });
    println!("open with 200 interviews: {:?}", median(times.collect()));
    let mut store = opened.take().unwrap();
    println!("list of 200: {:?}", median((0..20).map(|_| stopwatch(&mut || drop(store.list().unwrap()))).collect()));
    let (id, events) = (new_id(), interview(39));
    begin(&mut store, id, &events[..1]);
    let answers = events[1..40]
        .iter()
        .map(|event| stopwatch(&mut || store.append(id, std::slice::from_ref(event), &draft("")).unwrap()));
    println!("an answer: {:?}", median(answers.collect()));
    println!("finish: {:?}", stopwatch(&mut || store.finish(id, &events[40..], &packed(&events)).unwrap()));
    println!("rest: {:?}", stopwatch(&mut || store.rest()));
}

/// Run under `strace -f -e trace=fdatasync,fsync,write`, which then shows each step's syncs.
#[test]
#[ignore = "to be traced"]
fn one_interview_step_by_step() {
    let home = tempfile::tempdir().unwrap();
    let step = |name: &str| eprintln!("STEP {name}");
    step("create");
    drop(open(home.path()));
    step("open");
    let mut store = open(home.path());
    let (id, events) = (new_id(), interview(39));
    step("begin");
    begin(&mut store, id, &events[..1]);
    for event in &events[1..40] {
        step("answer");
        store.append(id, std::slice::from_ref(event), &draft("")).unwrap();
        step("draft");
        store.draft(id, &draft("setengah jalan")).unwrap();
    }
    step("finish");
    store.finish(id, &events[40..], &packed(&events)).unwrap();
    step("rest");
    store.rest();
    step("begin another");
    let another = new_id();
    begin(&mut store, another, &events[..1]);
    step("answer another");
    store.append(another, &events[1..2], &draft("")).unwrap();
    step("close");
    drop(store);
    step("end");
}
