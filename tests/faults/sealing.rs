//! Closing a workshop whose interviews are sealed, with a fault at every system call on the store: its picture can be
//! made, or nothing of it is readable; nobody is lost.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use kohesi::interview::{At, Draft, Interview, Mode, Moment, Response, WorkshopId};
use kohesi::questionnaire::{Answer, ItemIndex, Kind, Pick};
use kohesi::store::{About, Identity, Options, Paths, Secret, State, Store, Vault, Workshop, new_id};
use kohesi::text::Tag;

use super::changes::touched;
use super::commands::{Case, copy, strike};
use super::traced::strace_works;
use super::{PASSPHRASE, core, opened_with, wanted};

const PEOPLE: usize = 6;

fn held_in() -> WorkshopId {
    WorkshopId([1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, 16])
}

fn moment(ms: i64) -> Moment {
    let at = At { unix_ms: 1_795_000_000_000 + ms, doubtful: false };
    Moment { at, shown_ms: 2_000, language: Tag::new("id").unwrap() }
}

fn draft() -> Draft {
    Draft { place: None, marked: None, typed: String::new(), note: None, language: Tag::new("id").unwrap() }
}

/// A protected store with keys, and an open workshop in which some have finished. Gives the private key.
fn gathered(home: &Path) -> Identity {
    let (mut store, _) = Store::open(&Paths::at(home), &Options::default()).unwrap();
    store.protect(&Secret::from(PASSPHRASE)).unwrap();
    let (key, paper) = (Identity::generate(), Identity::generate());
    store.choose_recipients(&key.public_keys()[0], &paper.public_keys()[0]).unwrap();
    store.pass_drill(&key).unwrap();
    let about = About::new("RT 3".to_owned(), &core(), 5);
    store.keep_workshop(&Workshop { id: held_in(), about }, Some(&core())).unwrap();
    store.keep_pin(held_in(), &Secret::from("24682468")).unwrap();
    for person in 0..PEOPLE {
        let mut interview = Interview::start(core(), new_id(), Mode::SelfAdministered, "0.1.0", &moment(0));
        interview.join(held_in(), moment(1).at);
        let questionnaire = Arc::clone(interview.questionnaire());
        for (place, item) in (0u16..).zip(questionnaire.items()) {
            if matches!(item.kind, Kind::Scale { .. }) {
                let pick = Pick((place + u16::try_from(person).unwrap()) % 5);
                let given = Response::Given(Answer::Choice(pick));
                interview.respond(ItemIndex(place), given, &moment(i64::from(place) * 3_000)).unwrap();
            }
        }
        store.begin(interview.id(), &questionnaire, interview.events(), &draft()).unwrap();
        interview.finish(moment(900_000).at);
        store.finish(interview.id(), interview.events(), &interview.packed()).unwrap();
    }
    key
}

fn closing(folder: &Path) -> Case {
    let home = folder.join("kohesi");
    drop(gathered(&home));
    fs::write(folder.join("passphrase"), PASSPHRASE).unwrap();
    let judge = |root: &Path, claimed: bool| {
        // Looking must not repair what the next one is to find.
        let scratch = tempfile::tempdir().unwrap();
        let home = scratch.path().join("kohesi");
        copy(&root.join("kohesi"), &home);
        let store = opened_with(&home, Vault::default())?;
        let said = |error| format!("{error:?}");
        store.unlock(&Secret::from(PASSPHRASE)).map_err(said)?;
        let gathered = store.gather(held_in()).map_err(said)?;
        let (closed, readable) = (gathered.workshop.about.closed, gathered.interviews.len());
        let sealed = store.list().map_err(said)?.iter().filter(|line| line.state == State::Sealed).count();
        let pin = store.unlock(&Secret::from("24682468")).map_err(said)?.is_some();
        match (closed, readable, sealed, pin) {
            (true, 0, PEOPLE, false) => Ok(()),
            (false, PEOPLE, PEOPLE, true) if !claimed => Ok(()),
            found => Err(format!("said to be closed: {claimed}; closed, readable, sealed, PIN: {found:?}")),
        }
    };
    let args = ["workshop", "close", "RT 3", "--passphrase-file", "{}/passphrase"];
    Case {
        name: "workshop close".to_owned(),
        program: env!("CARGO_BIN_EXE_kohesi"),
        args: args.map(str::to_owned).to_vec(),
        before: folder.to_owned(),
        touched: touched(&[]),
        judge: Box::new(judge),
        again: true,
        silent: false,
    }
}

#[test]
fn no_fault_while_a_workshop_is_closed_leaves_it_half_sealed() {
    if !strace_works() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let cases = [closing(folder.path())];
    strike("closing", &cases, wanted("KOHESI_CALLS", 2), "0 half sealed, 0 lost");
}
