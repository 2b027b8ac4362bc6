//! Any bytes as the store's file, and as the events of an interview. The fuzz targets in `fuzz/` hold it too.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use kohesi::interview::{At, Draft, Event, Interview, InterviewId, Mode, Moment, Packed, Response};
use kohesi::questionnaire::{Answer, BUILTIN, Kind, Pick, Questionnaire};
use kohesi::scoring;
use kohesi::store::{Options, Paths, Selection, Store};

/// A sound store: its files, and what is in it.
struct Sound {
    database: Vec<u8>,
    log: Vec<u8>,
    interviews: BTreeMap<InterviewId, (Vec<Event>, Option<Packed>)>,
}

fn core() -> Arc<Questionnaire> {
    static CORE: OnceLock<Arc<Questionnaire>> = OnceLock::new();
    Arc::clone(CORE.get_or_init(|| Arc::new(BUILTIN[0].read().unwrap())))
}

fn person(number: u8, answers: usize) -> Interview {
    let core = core();
    let moment = |at: usize| {
        let at = At { unix_ms: 1_795_000_000_000 + i64::try_from(at).unwrap() * 7_000, doubtful: false };
        Moment { at, shown_ms: 1_000, language: core.languages()[0].clone() }
    };
    let mut id = [number; 16];
    (id[6], id[8]) = (0x70, 0x80);
    let mut interview = Interview::start(Arc::clone(&core), InterviewId(id), Mode::SelfAdministered, "x", &moment(0));
    for (at, index) in core.indexes().take(answers).enumerate() {
        let response = match core.item(index).map(|item| &item.kind) {
            Some(Kind::Number(_)) => Response::Given(Answer::Number(7)),
            _ => Response::Given(Answer::Choice(Pick(u16::try_from(at % 2).unwrap()))),
        };
        let _ = interview.respond(index, response, &moment(at + 1));
    }
    interview
}

fn sound() -> &'static Sound {
    static SOUND: OnceLock<Sound> = OnceLock::new();
    SOUND.get_or_init(|| {
        let folder = scratch();
        let paths = Paths::at(folder.path());
        let (mut store, _) = Store::open(&paths, &Options::default()).unwrap();
        let mut interviews = BTreeMap::new();
        for (number, answers) in [(1, 39), (2, 39), (3, 12), (4, 39)] {
            let mut interview = person(number, answers);
            let language = interview.language().clone();
            let draft = Draft { place: None, marked: None, typed: "ko".into(), note: None, language };
            store.begin(interview.id(), interview.questionnaire(), interview.events(), &draft).unwrap();
            let packed = (answers == 39).then(|| {
                let from = interview.events().len();
                interview.finish(At { unix_ms: 1_795_000_900_000, doubtful: false });
                store.finish(interview.id(), &interview.events()[from..], &interview.packed()).unwrap();
                interview.packed()
            });
            interviews.insert(interview.id(), (interview.events().to_vec(), packed));
            if number == 3 {
                // What comes after stays in the log.
                store.rest();
            }
        }
        let log = fs::read(beside(&paths, "-wal")).unwrap();
        Sound { database: fs::read(paths.database()).unwrap(), log, interviews }
    })
}

fn beside(paths: &Paths, suffix: &str) -> PathBuf {
    paths.home.join(format!("kohesi.db{suffix}"))
}

/// A folder in memory where there is one: what is held here is not whether it lasts.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// Opens a store whose file these bytes make: as they are, or, where they begin with an even one, as changes of a sound
/// one (seven bytes each: which file, where, how many, what). Everything that is read of it is right, or told as
/// damaged; it may be written on, and what was read stays as it was.
///
/// # Panics
/// Where a promise is broken.
pub(crate) fn hold(bytes: &[u8]) {
    let sound = sound();
    let folder = scratch();
    let paths = Paths::at(folder.path());
    let (&kind, rest) = bytes.split_first().unwrap_or((&0, &[]));
    if kind & 1 == 1 {
        fs::write(paths.database(), rest).unwrap();
    } else {
        let [database, log] = changed(sound, rest);
        fs::write(paths.database(), database).unwrap();
        fs::write(beside(&paths, "-wal"), log).unwrap();
    }
    if let Ok(Some(store)) = Store::read(&paths) {
        read(&store, sound);
    }
    let Ok((mut store, _)) = Store::open(&paths, &Options::default()) else { return };
    read(&store, sound);
    let new = person(9, 5);
    let draft = Draft { place: None, marked: None, typed: String::new(), note: None, language: new.language().clone() };
    if store.begin(new.id(), new.questionnaire(), new.events(), &draft).is_ok() {
        assert_eq!(store.load(new.id()).unwrap().events, new.events());
    }
    for id in sound.interviews.keys().filter(|id| store.load(**id).is_err()) {
        let _ = store.recover(*id);
    }
    if kind & 2 == 2
        && let Some(id) = sound.interviews.keys().next()
    {
        let erased = store.erase(*id);
        assert!(erased.is_err() || store.load(*id).is_err(), "{erased:?}");
    }
}

fn changed(sound: &Sound, edits: &[u8]) -> [Vec<u8>; 2] {
    let mut files = [sound.database.clone(), sound.log.clone()];
    for edit in edits.chunks_exact(7).take(64) {
        let file = &mut files[usize::from(edit[0] & 1)];
        let at = u32::from_be_bytes([0, edit[1], edit[2], edit[3]]) as usize % file.len().max(1);
        match edit[0] >> 1 & 3 {
            0 if edit[0] >> 3 == 31 => file.truncate(at),
            0 | 1 => file[at..].iter_mut().take(usize::from(edit[4]) + 1).for_each(|byte| *byte ^= edit[5] | 1),
            2 => file[at..].iter_mut().take(4).zip(&edit[3..7]).for_each(|(byte, new)| *byte = *new),
            _ => {
                let from = usize::from(edit[5]) << 8 | usize::from(edit[6]);
                let piece: Vec<u8> = file.iter().skip(from % file.len().max(1)).take(512).copied().collect();
                file[at..].iter_mut().zip(piece).for_each(|(byte, new)| *byte = new);
            }
        }
    }
    files
}

/// Reads everything there is, and holds what is read against what was stored.
fn read(store: &Store, sound: &Sound) {
    let _ = (store.answered(), store.workshops(), store.refusals());
    for summary in store.list().unwrap_or_default() {
        if let Ok(loaded) = store.load(summary.id)
            && let Some((events, packed)) = sound.interviews.get(&summary.id)
        {
            // The end of a log that is damaged is as if it had never been written.
            assert!(events.starts_with(&loaded.events), "{loaded:?}");
            assert!(loaded.packed.is_none() || loaded.packed == *packed, "{loaded:?}");
        }
    }
    let _ = store.scan(&Selection::default(), |row| {
        let kept = sound.interviews.get(&row.id).and_then(|(_, packed)| packed.as_ref());
        assert!(kept.is_none_or(|packed| packed.codes == row.codes), "{:?}", row.id);
        ControlFlow::Continue(())
    });
}

/// The file of a sound store, to begin from.
pub(crate) fn database() -> &'static [u8] {
    &sound().database
}

/// The events in any bytes, as they travel and are stored: refused, or an interview that can be gone on with. Bytes that
/// begin with an even one are changes of a sound history (three bytes each: where, and what).
///
/// # Panics
/// Where a promise is broken.
pub(crate) fn hold_history(bytes: &[u8]) {
    let (&kind, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let mut history = if kind & 1 == 1 { rest.to_vec() } else { history() };
    for edit in rest.chunks_exact(3).take(if kind & 1 == 1 { 0 } else { 32 }) {
        let at = usize::from(u16::from_be_bytes([edit[0], edit[1]])) % history.len().max(1);
        match edit[2] {
            0 => _ = history.drain(at..(at + 1).min(history.len())),
            1..=8 => history.insert(at, edit[2] - 1),
            what => history[at..].iter_mut().take(1).for_each(|byte| *byte ^= what),
        }
    }
    let Ok(events) = postcard::from_bytes::<Vec<Event>>(&history) else { return };
    let Ok(interview) = Interview::replay(core(), InterviewId([3; 16]), events) else { return };
    let _ = (interview.packed(), interview.progress(), scoring::profile(&interview));
    let mut at = interview.asked().next();
    while let Some(index) = at {
        let _ = (interview.offered(index), interview.response(index));
        at = interview.next(index);
    }
    let again = Interview::replay(core(), interview.id(), interview.events().to_vec()).unwrap();
    assert!(again == interview);
}

/// The bytes of a sound history, to begin from.
fn history() -> Vec<u8> {
    postcard::to_allocvec(person(1, 39).events()).unwrap()
}
