//! To whom a store seals: chosen, tried, changed, stopped.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::super::{BundleOrder, BundleWord, Identity, Paths, PublicKey, Secret, State, Store, StoreError};
use super::merging::{bundle, finished, keep, told};
use super::{QUESTIONNAIRE, draft, finish, id, interview, open, packed, read};
use crate::interview::InterviewId;

fn public(identity: &Identity) -> PublicKey {
    identity.public_keys().remove(0)
}

fn begun(store: &mut Store, number: u8) -> Result<(), StoreError> {
    store.begin_with(id(number), &QUESTIONNAIRE, &interview(1)[..1], &draft(""))
}

#[test]
fn nothing_is_sealed_and_nothing_begins_until_the_drill_is_passed() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let open_already = super::super::new_id();
    store.begin_with(open_already, &QUESTIONNAIRE, &interview(1)[..1], &draft("")).unwrap();
    assert!(!store.owes_drill().unwrap());
    let (coordinator, recovery, other) = (Identity::generate(), Identity::generate(), Identity::generate());
    assert_eq!(store.pass_drill(&other).unwrap_err().code(), "store.unknown");

    store.choose_recipients(&public(&coordinator), &public(&recovery)).unwrap();
    assert_eq!((store.recipients().unwrap(), store.owes_drill().unwrap()), (None, true));
    assert_eq!(begun(&mut store, 1), Err(StoreError::DrillOwed));
    store.finish(open_already, &interview(1)[1..], &packed(&interview(1))).unwrap();
    assert_eq!(store.pass_drill(&other), Err(StoreError::NotForKey));
    assert!(store.owes_drill().unwrap());

    store.pass_drill(&recovery).unwrap();
    drop(store);
    let mut store = open(home.path());
    let recipients = store.recipients().unwrap().unwrap();
    assert_eq!(recipients.keys(), [public(&coordinator), public(&recovery)]);
    begun(&mut store, 1).unwrap();
    store.pass_drill(&coordinator).unwrap();
    let sealed = recipients.seal(b"x").unwrap();
    assert!(coordinator.open(&sealed).is_ok() && recovery.open(&sealed).is_ok());
}

#[test]
fn new_keys_take_over_when_they_are_tried_and_the_old_ones_are_remembered() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let keys = [(); 5].map(|()| Identity::generate());
    let [first, second, third, paper, again] = keys.each_ref().map(public);
    store.choose_recipients(&first, &paper).unwrap();
    store.choose_recipients(&second, &paper).unwrap();
    assert_eq!(store.sealed_to().unwrap().len(), 1, "nothing was ever sealed to the first");
    store.pass_drill(&keys[1]).unwrap();

    store.choose_recipients(&third, &again).unwrap();
    let in_force = store.recipients().unwrap().unwrap();
    assert_eq!(in_force.keys(), [second.clone(), paper], "until the new ones are tried");
    assert_eq!(store.pass_drill(&keys[1]), Err(StoreError::NotForKey), "the old ones prove nothing");
    store.pass_drill(&keys[4]).unwrap();
    assert_eq!(store.recipients().unwrap().unwrap().keys(), [third.clone(), again]);
    let all = store.sealed_to().unwrap();
    let told: Vec<_> = all.iter().map(|kept| (&kept.coordinator, kept.until.is_none(), kept.is_in_force())).collect();
    assert_eq!(told, [(&second, false, false), (&third, true, true)]);

    store.stop_sealing().unwrap();
    assert_eq!((store.recipients().unwrap(), store.owes_drill().unwrap()), (None, false));
    assert_eq!(store.sealed_to().unwrap().len(), 2);
    begun(&mut store, 2).unwrap();
}

#[test]
fn a_choice_that_was_not_tried_can_be_given_up() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let (a, b) = (Identity::generate(), Identity::generate());
    store.choose_recipients(&public(&a), &public(&b)).unwrap();
    store.stop_sealing().unwrap();
    assert!(store.sealed_to().unwrap().is_empty());
    begun(&mut store, 1).unwrap();
}

#[test]
fn a_key_that_was_changed_on_the_disk_is_not_sealed_to() {
    let (a, b) = (Identity::generate(), Identity::generate());
    let intruder = public(&Identity::generate());
    for change in [
        format!("UPDATE recipients SET coordinator = '{intruder}'"),
        "UPDATE recipients SET recovery = 'age1'".to_owned(),
        "UPDATE recipients SET since = since - 1".to_owned(),
        "UPDATE recipients SET until = 1".to_owned(),
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        store.choose_recipients(&public(&a), &public(&b)).unwrap();
        store.pass_drill(&a).unwrap();
        store.reading().unwrap().execute_batch(&change).unwrap();
        assert_eq!(store.recipients().unwrap_err().code(), "store.damaged", "{change}");
    }
}

/// Made by the program when it had the second layout: a finished interview, an open one, an erased one, a refusal and a
/// workshop.
#[test]
fn a_store_of_the_second_layout_is_brought_along() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/stores/layout-2.db");
    let home = tempfile::tempdir().unwrap();
    let paths = Paths::at(home.path());
    std::fs::copy(&fixture, paths.database()).unwrap();
    let store = read(home.path());
    let states: Vec<_> = store.list().unwrap().iter().map(|summary| (summary.state, summary.answered)).collect();
    assert_eq!(states, [(State::Unfinished, Some(9)), (State::Finished, Some(39))]);
    let loaded = store.find("8GX9-QZF2").and_then(|id| store.load(id)).unwrap();
    assert_eq!((loaded.packed.unwrap().codes.len(), loaded.questionnaire_key.as_str()), (39, "kohesi-inti"));
    assert_eq!(
        (store.refusals().unwrap()[0].count, store.workshops().unwrap()[0].about.name.as_str()),
        (1, "Sukamaju")
    );
    assert_eq!((store.recipients().unwrap(), store.owes_drill().unwrap()), (None, false));
    assert!(store.origins().unwrap().is_empty(), "all were held on this laptop");
    drop(store);
    let copies = crate::store::copies::all(home.path());
    assert!(copies[0].file_name().unwrap().to_str().unwrap().starts_with("layout-2."), "{copies:?}");
    let mut store = open(home.path());
    let erased = InterviewId::parse("01a218bc-360a-7d2a-859b-b281e4aa7a7d").unwrap();
    let again = store.begin_with(erased, &QUESTIONNAIRE, &interview(1)[..1], &draft(""));
    assert_eq!(again, Err(StoreError::Erased { id: erased }));
    finish(&mut store, id(1), &interview(39));
    assert_eq!(store.list().unwrap().len(), 3);
}

#[test]
fn a_sealed_bundle_is_opened_with_a_key_file_and_taken_in_unless_it_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (coordinator, recovery) = (Identity::generate(), Identity::generate());
    let mut one = open(&path("one"));
    one.choose_recipients(&public(&coordinator), &public(&recovery)).unwrap();
    one.pass_drill(&coordinator).unwrap();
    (0..3).for_each(|number| keep(&mut one, &finished(number, &[1, 2])));
    bundle(&one, &path("a.kohesi"));
    std::fs::write(path("kunci"), Identity::lock(&coordinator.text(), "empat kata").unwrap()).unwrap();
    std::fs::write(path("cadangan"), recovery.text().as_bytes()).unwrap();
    std::fs::write(path("lain"), Identity::generate().text().as_bytes()).unwrap();

    let mut other = open(&path("other"));
    let before = told(&other);
    let (go_on, stop) = (AtomicBool::new(false), AtomicBool::new(true));
    let look = BundleOrder::LookAround { folder: folder.path().to_owned() };
    let Ok(BundleWord::Around(around)) = other.obey(look, &go_on) else { panic!("not looked around") };
    assert!(around.bundles[0].is_sealed());
    assert_eq!(around.keys, ["cadangan", "kunci", "lain"].map(path));
    let mut opened = |key: &str, passphrase: Option<&str>| {
        let passphrase = passphrase.map(Secret::from);
        other.obey(BundleOrder::Open { path: path("a.kohesi"), key: path(key), passphrase }, &go_on)
    };
    assert_eq!(opened("kunci", None), Err(StoreError::NeedsPassphrase));
    assert_eq!(opened("kunci", Some("tiga kata")), Err(StoreError::WrongPassphrase));
    assert_eq!(opened("lain", None), Err(StoreError::NotForKey));
    assert_eq!(opened("a.kohesi", None), Err(StoreError::NotAKey));
    assert_eq!(opened("tidak ada", None).unwrap_err().code(), "store.gone");
    let Ok(BundleWord::Opened(by_recovery, _)) = opened("cadangan", None) else { panic!("it does not open it") };
    let Ok(BundleWord::Opened(found, key)) = opened("kunci", Some("empat kata")) else { panic!("it does not open it") };
    assert_eq!((by_recovery.looked.unwrap().total().new, found.looked.unwrap().total().new), (3, 3));
    let merge = || BundleOrder::Merge { path: path("a.kohesi"), key: Some(key.clone()) };
    assert_eq!(other.obey(merge(), &stop).unwrap_err().code(), "bundle.interrupted");
    assert_eq!(told(&other), before);
    let Ok(BundleWord::Merged(merged)) = other.obey(merge(), &go_on) else { panic!("not merged") };
    assert_eq!(merged.total().new, 3);
}
