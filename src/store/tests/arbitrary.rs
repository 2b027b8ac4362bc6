//! Any interview, for properties that hold for all of them.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::interview::{At, Event, Happening, Mode, Response, WorkshopId};
use crate::questionnaire::{Answer, Day, ItemIndex, Pick, Picks};
use crate::text::Tag;

/// A plausible time for an event.
pub(in crate::store) fn at(seq: u32) -> At {
    At { unix_ms: 1_795_000_000_000 + i64::from(seq) * 8_731, doubtful: false }
}

/// The start of an interview, under any number.
pub(in crate::store) fn started(seq: u32) -> Event {
    let language = Tag::new("id").unwrap();
    let what = Happening::Started { mode: Mode::SelfAdministered, language, program: "0.1.0".to_owned() };
    Event { seq, at: at(seq), what }
}

fn tag() -> impl Strategy<Value = Tag> {
    "[a-z]{2,3}(-[A-Z]{2})?".prop_map(|text| Tag::new(&text).unwrap())
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![
        any::<u16>().prop_map(|pick| Response::Given(Answer::Choice(Pick(pick)))),
        any::<i64>().prop_map(|number| Response::Given(Answer::Number(number))),
        any::<String>().prop_map(|text| Response::Given(Answer::Text(text))),
        (any::<u16>(), any::<String>()).prop_map(|(pick, said)| Response::Given(Answer::Other(Pick(pick), said))),
        (vec(any::<u16>(), 0..5), any::<Option<String>>()).prop_map(|(picks, other)| {
            Response::Given(Answer::Choices(Picks { picks: picks.into_iter().map(Pick).collect(), other }))
        }),
        any::<i32>().prop_map(|day| Response::Given(Answer::Date(Day(day)))),
        vec(any::<u16>(), 0..5)
            .prop_map(|ranks| Response::Given(Answer::Ranking(ranks.into_iter().map(Pick).collect()))),
        Just(Response::DontKnow),
        Just(Response::Declined),
        Just(Response::NotApplicable),
        Just(Response::Skipped),
    ]
}

fn happening() -> impl Strategy<Value = Happening> {
    let item = || any::<u16>().prop_map(ItemIndex);
    prop_oneof![
        (tag(), any::<String>()).prop_map(|(language, version)| Happening::Consented { version, language }),
        (item(), response(), tag(), any::<u32>()).prop_map(|(item, response, language, shown_ms)| {
            Happening::Responded { item, response, language, shown_ms }
        }),
        (item(), any::<u32>()).prop_map(|(item, shown_ms)| Happening::TakenBack { item, shown_ms }),
        (item(), any::<String>(), tag()).prop_map(|(item, text, language)| Happening::Noted { item, text, language }),
        any::<[u8; 16]>().prop_map(|id| Happening::Joined { workshop: WorkshopId(id) }),
        ".{0,20}".prop_map(|code| Happening::Recalled { code }),
        Just(Happening::Resumed),
        Just(Happening::Finished),
    ]
}

/// Any events, numbered from 0, at any times.
pub(in crate::store) fn history() -> impl Strategy<Value = Vec<Event>> {
    vec((any::<i64>(), any::<bool>(), happening()), 1..20).prop_map(|events| {
        let numbered = (0u32..).zip(events);
        numbered.map(|(seq, (unix_ms, doubtful, what))| Event { seq, at: At { unix_ms, doubtful }, what }).collect()
    })
}
