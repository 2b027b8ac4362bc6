//! A workshop for tests.

use std::sync::Arc;

use kohesi::interview::{At, Happening, Interview, InterviewId, Mode, Moment, Response, WorkshopId};
use kohesi::questionnaire::{Answer, Keying, Kind, Pick};
use kohesi::store::{About, Workshop};
use kohesi::text::LANGUAGES;
use kohesi::tui::{KioskStart, Start};

use super::stage::{IN, NOON, Record, Set, Stage, all_answers, core};

/// What [`Stage`] makes of a PIN.
pub(crate) const PIN: &str = "zpin7";

/// An open workshop with the core questionnaire.
pub(crate) fn workshop(number: u8) -> Workshop {
    let about = About {
        place: "Balai warga".into(),
        date: "2026-11-26".into(),
        facilitator: "Bu Sari".into(),
        pin: format!("sealed {PIN}"),
        ..About::new("Musyawarah RT 03".into(), &core(), 5)
    };
    Workshop { id: WorkshopId([number; 16]), about }
}

/// The kiosk of a workshop, nobody in it yet.
pub(crate) fn kiosk_of(workshop: Workshop) -> Start {
    let start = KioskStart { workshop: Box::new(workshop), questionnaire: core(), finished: 0, new_pin: false };
    Start::Kiosk(Box::new(start))
}

/// The kiosk on a stage.
pub(crate) fn kiosk(language: &'static str, change: impl FnOnce(&mut Workshop)) -> Stage {
    let mut one = workshop(7);
    change(&mut one);
    let mut set = Set::of(kiosk_of(one.clone()), language);
    set.shelf.workshops.push(one);
    set.play()
}

/// A shelf with this workshop and so many people who have answered in it, always the same ones: on the sixth item they
/// agree, on the second they are split, on the others they differ; in the second round they stand higher. Of the second
/// round the first twenty name the code they had in the first.
pub(crate) fn peopled(workshop: &Workshop, people: u8, round: u8) -> Vec<(InterviewId, Record)> {
    (0..people).map(|person| answered(workshop, person, round)).collect()
}

/// The identity of a person's interview in a round.
pub(crate) fn id_of(person: u8, round: u8) -> InterviewId {
    let mut id = [0x21; 16];
    (id[0], id[11], id[12], id[13], id[14], id[15]) =
        (round, person.wrapping_mul(97), person.wrapping_mul(59), person, round.wrapping_mul(83), person ^ 0x5a);
    InterviewId(id)
}

fn answered(workshop: &Workshop, person: u8, round: u8) -> (InterviewId, Record) {
    let (core, id) = (core(), id_of(person, round));
    let at = At { unix_ms: NOON + i64::from(person) * 600_000, doubtful: false };
    let language = core.languages()[0].clone();
    let moment = Moment { at, shown_ms: 4_000 + u32::from(person) * 37, language };
    let mut interview = Interview::start(Arc::clone(&core), id, Mode::SelfAdministered, "0.1.0", &moment);
    interview.join(workshop.id, at);
    if workshop.about.second_of.is_some() && person < 20 {
        interview.recall(&id_of(person, round - 1).words(LANGUAGES[0]), at);
    }
    for index in core.indexes() {
        let item = core.item(index).unwrap();
        let draw = (usize::from(person) * 31 + index.get() * 17 + usize::from(person) * index.get()) % 7;
        let answer = match &item.kind {
            _ if index.get() == 5 => Answer::Choice(Pick(3 + u16::from(person.is_multiple_of(3)))),
            _ if index.get() == 1 => Answer::Choice(Pick(if person.is_multiple_of(2) { 4 } else { 0 })),
            Kind::Scale(_) => {
                let low = item.counts.is_some_and(|(_, keying)| keying == Keying::Reversed);
                let step = [1u16, 2, 3, 3, 2, 4, 3][draw];
                let step = (step + u16::from(round - 1)).min(4);
                Answer::Choice(Pick(if low { 4 - step } else { step }))
            }
            Kind::Number(_) => Answer::Number(i64::from(person % 9) + 3),
            _ => Answer::Choice(Pick(u16::from(person % 2))),
        };
        let response = match (usize::from(person) * 7 + index.get() * 3) % 41 {
            0 => Response::DontKnow,
            1 if index.get() > 20 => Response::Declined,
            _ => Response::Given(answer),
        };
        interview.respond(index, response, &moment).unwrap();
    }
    interview.finish(at);
    let (events, packed) = (interview.events().to_vec(), Some(interview.packed()));
    (id, Record { questionnaire: core, events, draft: None, packed })
}

/// The picture of a second round on a stage: 24 people, 20 of whom are known again.
pub(crate) fn picture(language: &'static str, size: (u16, u16)) -> Stage {
    let first = workshop(1);
    let mut second = workshop(2);
    second.about.second_of = Some(first.id);
    let mut set = Set::of(Start::Group(Box::new(second.clone())), language).size(size);
    set.shelf.records.extend(peopled(&first, 24, 1));
    set.shelf.records.extend(peopled(&second, 24, 2));
    set.shelf.workshops.extend([first, second]);
    set.play()
}

/// The menu over two rounds of 24 people each: in the second 18 name their code, one has a letter wrong, one a word, and
/// two name the same one.
pub(crate) fn rounds(language: &'static str, size: (u16, u16)) -> Stage {
    let first = workshop(1);
    let mut second = workshop(2);
    second.about.name = "Musyawarah RT 03 lagi".into();
    second.about.second_of = Some(first.id);
    let mut set = Set::of(Start::Home, language).size(size);
    set.shelf.records.extend(peopled(&first, 24, 1));
    set.shelf.records.extend(peopled(&second, 24, 2));
    let mut name = |person: u8, code: String| {
        let (id, mut record) = answered(&second, person, 2);
        let recalled = record.events.iter_mut().find_map(|event| match &mut event.what {
            Happening::Recalled { code } => Some(code),
            _ => None,
        });
        *recalled.unwrap() = code;
        set.shelf.records.insert(id, record);
    };
    let words = |person| id_of(person, 1).words(LANGUAGES[0]);
    let four: Vec<String> = words(3).split(' ').map(str::to_owned).collect();
    name(3, format!("{}x {} {} {}", four[0], four[1], four[2], four[3]));
    let four: Vec<String> = words(4).split(' ').map(str::to_owned).collect();
    name(4, format!("{} {} {} zebra", four[0], four[1], four[2]));
    name(6, words(5));
    set.shelf.workshops.extend([first, second]);
    set.play()
}

/// The kiosk of a second round, in which somebody who was in the first one has just finished, on their profile.
pub(crate) fn changed_person(language: &'static str, size: (u16, u16)) -> Stage {
    let first = workshop(1);
    let mut second = workshop(2);
    second.about.second_of = Some(first.id);
    let mut set = Set::of(kiosk_of(second.clone()), language).size(size);
    set.shelf.records.extend(peopled(&first, 3, 1));
    set.shelf.workshops.extend([first, second]);
    let mut stage = set.play();
    let code = id_of(2, 1).words(LANGUAGES[0]);
    let answers = all_answers();
    let (consent, rest) = answers.split_at(IN.len());
    stage.keys(&format!("Enter Enter {consent} '{code}' Enter {rest} Enter"));
    stage
}
