//! People who answer whatever they are asked, each in a way of their own that is the same every time.

use std::sync::Arc;

use kohesi::interview::{At, Interview, InterviewId, Mode, Moment, Response, WorkshopId};
use kohesi::questionnaire::{Answer, Day, Item, ItemIndex, Kind, Pick, Picks, Questionnaire};
use kohesi::text::Tag;

/// Texts that are hard on a file.
const TEXTS: [&str; 8] =
    ["=SUM(A1)", "satu, dua \"tiga\"", "dua\nbaris", "@orang -97", "مرحبا", "👩‍🌾 petani", "'+62", "biasa saja"];

/// So many finished interviews, in the order of their identities.
pub(crate) fn people(questionnaire: &Arc<Questionnaire>, count: usize) -> Vec<Interview> {
    (0..count).map(|number| person(questionnaire, number)).collect()
}

fn person(questionnaire: &Arc<Questionnaire>, number: usize) -> Interview {
    let mut random = fastrand::Rng::with_seed(number as u64 + 1);
    let born = 1_795_000_000_000 + i64::try_from(number).unwrap() * 61_003;
    let mut id = [0x70; 16];
    id[..6].copy_from_slice(&born.to_be_bytes()[2..]);
    id[8..].copy_from_slice(&random.u64(..).to_be_bytes());
    let tag = Tag::new(if number.is_multiple_of(3) { "en" } else { "id" }).unwrap();
    let language = questionnaire.languages().iter().find(|known| **known == tag);
    let language = language.unwrap_or(&questionnaire.languages()[0]).clone();
    let mut unix_ms = born;
    let mut moment = |random: &mut fastrand::Rng| {
        let shown_ms = random.u32(900..9_000);
        unix_ms += i64::from(shown_ms);
        Moment { at: At { unix_ms, doubtful: false }, shown_ms, language: language.clone() }
    };
    let mode = if number.is_multiple_of(5) { Mode::Interviewer } else { Mode::SelfAdministered };
    let mut interview =
        Interview::start(Arc::clone(questionnaire), InterviewId(id), mode, "test", &moment(&mut random));
    if !number.is_multiple_of(4) {
        interview.join(WorkshopId([u8::try_from(number % 3).unwrap() + 1; 16]), moment(&mut random).at);
    }
    let items: Vec<ItemIndex> = interview.order().to_vec();
    for index in items {
        let item = questionnaire.item(index).unwrap();
        if !interview.asked().any(|asked| asked == index) || !item.is_answered() {
            continue;
        }
        for _ in 0..20 {
            let response = response(questionnaire, item, &mut random);
            if interview.respond(index, response, &moment(&mut random)).is_ok() {
                break;
            }
        }
    }
    interview.finish(moment(&mut random).at);
    interview
}

fn response(questionnaire: &Questionnaire, item: &Item, random: &mut fastrand::Rng) -> Response {
    match random.u8(0..20) {
        0 => Response::DontKnow,
        1 => Response::Declined,
        2 => Response::Skipped,
        _ => Response::Given(answer(questionnaire, item, random)),
    }
}

fn answer(questionnaire: &Questionnaire, item: &Item, random: &mut fastrand::Rng) -> Answer {
    let choices = questionnaire.choices(item);
    let some = |count: usize, random: &mut fastrand::Rng| {
        let mut places: Vec<u16> = (0..u16::try_from(choices.len()).unwrap()).collect();
        random.shuffle(&mut places);
        places.into_iter().take(count).map(Pick).collect::<Vec<_>>()
    };
    match &item.kind {
        Kind::Scale(_) | Kind::Choice(_) | Kind::YesNo(_) | Kind::Consent(_) => {
            let pick = some(1, random)[0];
            if choices[pick.get()].other {
                Answer::Other(pick, TEXTS[random.usize(..TEXTS.len())].replace('\n', " "))
            } else {
                Answer::Choice(pick)
            }
        }
        Kind::Choices(several) => {
            let mut picks = some(random.usize(several.min..=several.max), random);
            picks.sort();
            if picks.len() > 1 {
                picks.retain(|pick| !choices[pick.get()].none);
            }
            let other = picks.iter().any(|pick| choices[pick.get()].other).then(|| "lain, \"dan\" =lagi".to_owned());
            Answer::Choices(Picks { picks, other })
        }
        Kind::Number(number) => Answer::Number(random.i64(number.min..=number.max)),
        Kind::Date(dates) => Answer::Date(Day(random.i32(dates.min.0.max(-10_000)..=dates.max.0.min(20_000)))),
        Kind::Text(text) => {
            let said = TEXTS[random.usize(..TEXTS.len())];
            let said = if text.long { said.to_owned() } else { said.replace('\n', " ") };
            let said = if text.max >= 900 && random.bool() { "panjang ä ".repeat(80) } else { said };
            Answer::Text(text.parse(&said).unwrap())
        }
        Kind::Ranking(ranking) => Answer::Ranking(some(ranking.top, random)),
        Kind::Note => unreachable!("a note is not answered"),
    }
}
