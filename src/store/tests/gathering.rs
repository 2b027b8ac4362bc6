use super::*;
use crate::interview::WorkshopId;
use crate::store::{About, Change, Selection, StoreError, Workshop, codec};

pub(super) fn workshop(number: u8) -> Workshop {
    let about = About {
        place: "Balai".into(),
        date: "2026-11-26".into(),
        facilitator: "Bu Sari".into(),
        shown: vec![InterviewId([1; 16])],
        notes: vec![("start".into(), "Ramai".into())],
        ..about(&format!("Rapat {number}"))
    };
    Workshop { id: WorkshopId([number; 16]), about }
}

fn held_in(workshop: u8) -> Vec<Event> {
    let mut events = interview(5);
    let joined = Happening::Joined { workshop: WorkshopId([workshop; 16]) };
    events.insert(1, Event { what: joined, ..events[0].clone() });
    (0u32..).zip(events).map(|(seq, event)| Event { seq, ..event }).collect()
}

#[test]
fn a_workshop_is_kept_changed_and_found_again() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    assert_eq!(store.workshops().unwrap(), []);
    let (first, mut second) = (workshop(1), workshop(2));
    store.keep_workshop(&first, None).unwrap();
    store.keep_workshop(&second, None).unwrap();
    second.about.name = "Rapat baru".into();
    store.keep_workshop(&second, None).unwrap();
    drop(store);
    assert_eq!(read(home.path()).workshops().unwrap(), [second, first]);
}

#[test]
fn a_workshop_gathers_its_finished_interviews_alone() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let one = id(1);
    finish(&mut store, one, &held_in(1));
    assert_eq!(store.workshops().unwrap(), [], "a workshop that is known by its id alone has no name");
    store.keep_workshop(&workshop(1), None).unwrap();
    finish(&mut store, id(2), &held_in(2));
    finish(&mut store, id(3), &interview(5));
    begin(&mut store, id(4), &held_in(1)[..3]);
    let gathered = store.gather(WorkshopId([1; 16])).unwrap();
    let ids: Vec<InterviewId> = gathered.interviews.iter().map(|loaded| loaded.id).collect();
    assert_eq!((ids, gathered.damaged), (vec![one], 0));
    assert_eq!((gathered.key.as_str(), gathered.questionnaire.as_str()), ("inti", TEXT));
    assert_eq!(gathered.workshop, workshop(1));
    let selection = Selection { workshop: Some(WorkshopId([1; 16])), ..Selection::default() };
    assert_eq!(store.scan(&selection, |_| std::ops::ControlFlow::Continue(())).unwrap().interviews, 1);
    let unknown = store.gather(WorkshopId([9; 16])).unwrap_err();
    assert!(matches!(unknown, StoreError::Unknown { .. }));
}

#[test]
fn a_damaged_workshop_is_told() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    store.keep_workshop(&workshop(1), None).unwrap();
    store.write(None, |transaction| Ok(transaction.execute("UPDATE workshop SET body = x'0102'", [])?)).unwrap();
    assert_eq!(store.workshops().unwrap_err().code(), "store.damaged");
    assert_eq!(store.gather(WorkshopId([1; 16])).unwrap_err().code(), "store.damaged");
}

#[test]
fn what_changes_of_a_workshop_leaves_the_rest_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let one = workshop(1);
    store.keep_workshop(&one, None).unwrap();
    let about = |store: &Store| store.workshops().unwrap()[0].about.clone();
    let details = About { name: "Baru".into(), notes: Vec::new(), shown: Vec::new(), ..one.about.clone() };
    store.change_workshop(one.id, Change::Details(Box::new(details))).unwrap();
    store.change_workshop(one.id, Change::Note { slide: "agreed".into(), said: "Ya".into() }).unwrap();
    store.change_workshop(one.id, Change::Pin("sealed".into())).unwrap();
    let kept = about(&store);
    assert_eq!((&*kept.name, &*kept.pin, kept.notes.len(), kept.shown.len()), ("Baru", "sealed", 2, 1));
    let gone = store.change_workshop(WorkshopId([9; 16]), Change::Closed(true));
    assert_eq!(gone.unwrap_err().code(), "store.unknown");
}

#[test]
fn a_second_round_is_gathered_with_the_first_or_without_one_that_is_not_here() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let questionnaire = crate::questionnaire::BUILTIN[0].read().unwrap();
    let (first, mut second) = (crate::store::tests::a_workshop(), workshop(2));
    second.about.questionnaire = first.about.questionnaire;
    second.about.second_of = Some(first.id);
    store.keep_workshop(&second, Some(&questionnaire)).unwrap();
    assert_eq!(store.gather_rounds(second.id).unwrap().1, None);
    store.keep_workshop(&first, None).unwrap();
    assert_eq!(store.gather_rounds(second.id).unwrap().1.unwrap().workshop, first);
}

#[test]
fn what_is_shown_next_is_kept_once() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let one = workshop(1);
    store.keep_workshop(&one, None).unwrap();
    let people = |numbers: &[u8]| -> Vec<InterviewId> { numbers.iter().map(|n| InterviewId([*n; 16])).collect() };
    let step = |to: &[u8]| Change::Step { from: (people(&[1]), Vec::new()), to: (people(to), Vec::new()) };
    store.change_workshop(one.id, step(&[1, 2, 3])).unwrap();
    // Another window that had read the same meanwhile changes nothing.
    store.change_workshop(one.id, step(&[1, 2, 4])).unwrap();
    assert_eq!(store.workshops().unwrap()[0].about.shown, people(&[1, 2, 3]));
}

#[test]
fn a_workshop_that_was_kept_before_it_was_known_whose_change_was_told_is_read() {
    let one = workshop(1);
    let mut bytes = codec::about_bytes(&one.about).unwrap();
    for _ in 0..2 {
        assert_eq!(bytes.pop(), Some(0));
        assert_eq!(codec::about(&bytes), Some(one.about.clone()));
    }
    bytes.pop();
    assert_eq!(codec::about(&bytes), None);
}
