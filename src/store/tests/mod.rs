//! Tests of the whole room, and what the tests beside its parts share.

pub(super) mod arbitrary;
mod blocks;
mod bundles;
mod copies;
mod damage;
mod enveloping;
mod erasing;
mod gathering;
mod measure;
mod merging;
mod opening;
mod origins;
mod protecting;
mod salvaging;
mod scanning;
mod sealing;
mod storing;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::database::Source;
use super::{About, Notice, Options, Paths, Store};
use crate::interview::{Beside, Circumstances, Draft, Event, Happening, InterviewId, Packed, Response, code};
use crate::questionnaire::{Answer, Hash, ItemIndex, Pick};
use crate::text::Tag;

const TEXT: &str = "format = 1\nkey = \"inti\"\n";

pub(super) static QUESTIONNAIRE: LazyLock<Source<'static>> =
    LazyLock::new(|| Source { hash: Hash::of(TEXT), key: "inti", version: "1.0.0", items: 39, text: TEXT });

/// A workshop of which nothing is said but its name.
pub(super) fn about(name: &str) -> About {
    About {
        name: name.to_owned(),
        place: String::new(),
        date: String::new(),
        facilitator: String::new(),
        questionnaire: QUESTIONNAIRE.hash.0,
        languages: vec!["id".to_owned()],
        minimum: 5,
        second_of: None,
        keep_until: String::new(),
        closed: false,
        made_up: false,
        own_profile: true,
        pin: String::new(),
        shown: Vec::new(),
        notes: Vec::new(),
        pairs: Vec::new(),
        followed: Vec::new(),
        refused: 0,
    }
}

/// Spoils what leads to the rows of a store, as a bad sector would, and gives its file.
pub(super) fn without_head(home: &Path) -> PathBuf {
    let file = Paths::at(home).database();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[100..4_096].fill(0xff);
    std::fs::write(&file, &bytes).unwrap();
    file
}

pub(super) fn tag() -> Tag {
    Tag::new("id").unwrap()
}

pub(super) fn draft(typed: &str) -> Draft {
    Draft { place: Some(ItemIndex(1)), marked: None, typed: typed.to_owned(), note: None, language: tag() }
}

/// A finished interview with `items` answers: its start, an event an answer, and its end.
pub(super) fn interview(items: u16) -> Vec<Event> {
    let answers = (0..items).map(|item| Happening::Responded {
        item: ItemIndex(item),
        response: match item % 8 {
            5 => Response::DontKnow,
            6 => Response::Declined,
            7 => Response::Given(Answer::Text(format!("kerja bakti ke-{item}"))),
            pick => Response::Given(Answer::Choice(Pick(pick))),
        },
        language: tag(),
        shown_ms: 3_000 + u32::from(item) * 17,
    });
    let whole = std::iter::once(arbitrary::started(0).what).chain(answers).chain([Happening::Finished]);
    (0u32..).zip(whole).map(|(seq, what)| Event { seq, at: arbitrary::at(seq), what }).collect()
}

/// The answers of an interview made by [`interview`].
pub(super) fn packed(events: &[Event]) -> Packed {
    let circumstances = Circumstances::of(events).unwrap();
    let mut packed = Packed { circumstances, codes: Vec::new(), beside: Vec::new() };
    for event in events {
        let Happening::Responded { response, .. } = &event.what else { continue };
        packed.codes.push(match response {
            Response::Given(Answer::Choice(Pick(pick))) => u8::try_from(*pick).unwrap() + 1,
            Response::Given(Answer::Number(number)) => {
                packed.beside.push(Beside::Number(*number));
                code::BESIDE
            }
            Response::Given(Answer::Other(..) | Answer::Choices(_) | Answer::Date(_) | Answer::Ranking(_)) => {
                unreachable!("the core questionnaire of these tests has none")
            }
            Response::Given(Answer::Text(text)) => {
                packed.beside.push(Beside::Text(text.clone()));
                code::BESIDE
            }
            Response::DontKnow => code::DONT_KNOW,
            Response::Declined => code::DECLINED,
            Response::NotApplicable => code::NOT_APPLICABLE,
            Response::Skipped => code::SKIPPED,
        });
    }
    packed
}

/// A workshop with the core questionnaire.
pub(super) fn a_workshop() -> super::Workshop {
    let mut workshop = gathering::workshop(1);
    workshop.about.questionnaire = crate::questionnaire::BUILTIN[0].read().unwrap().hash().0;
    workshop
}

/// The store in `home`, opened for writing.
fn open(home: &Path) -> Store {
    let (store, notices) = Store::open(&Paths::at(home), &Options::default()).unwrap();
    let told: Vec<_> = notices.iter().filter(|notice| !matches!(notice, Notice::LittleSpace { .. })).collect();
    assert!(told.is_empty(), "{told:?}");
    store
}

/// The store in `home`, opened for reading.
fn read(home: &Path) -> Store {
    Store::read(&Paths::at(home)).unwrap().unwrap()
}

/// Stores an open interview.
fn begin(store: &mut Store, id: InterviewId, events: &[Event]) {
    store.begin_with(id, &QUESTIONNAIRE, events, &draft("")).unwrap();
}

/// Stores a finished interview.
fn finish(store: &mut Store, id: InterviewId, events: &[Event]) {
    begin(store, id, &events[..1]);
    store.finish(id, &events[1..], &packed(events)).unwrap();
}

/// An id that sorts by its number, as ids made one after the other do.
fn id(number: u8) -> InterviewId {
    let mut id = super::new_id();
    id.0[..6].copy_from_slice(&[1, 2, 3, 4, 5, number]);
    id
}
