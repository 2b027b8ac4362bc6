//! Reports as pages: HTML and PDF, of a person and of a workshop.

#![allow(clippy::print_stderr, reason = "a part that is skipped is told on the terminal")]

mod browsed;
mod html;
mod pdf;

use kohesi::interview::Interview;
use kohesi::questionnaire::Questionnaire;
use kohesi::report::{Block, Facts, PageWords, Report, Setting, personal, slides, whole};
use kohesi::scoring;
use kohesi::text::{Catalogue, Language, Tag};
use kohesi::workshop::{Minimum, Person, Round, own_change, picture};

use crate::support::stage::core;
use crate::support::workshop::{id_of, peopled, workshop};

const LANGUAGES: [&str; 2] = ["id", "en"];
const HOSTILE: &str = "</style><script>alert(1)</script>\" onload='x' & <b>]]> \u{202e}سلام ꦗꦮ 👩‍👩‍👧 é e\u{301}\nnext";

/// A language with its sentences and its tag in the core questionnaire.
fn spoken(language: &str) -> (Catalogue, Tag) {
    (Catalogue::of(Language::by_tag(language).unwrap()).unwrap(), Tag::new(language).unwrap())
}

fn words<'a>(language: &'a str, t: &'a Catalogue) -> PageWords<'a> {
    PageWords { language, t }
}

/// One person of the workshop, in its second round where `again`.
fn of_person(language: &str, again: bool) -> Report {
    let (t, tag) = spoken(language);
    let [before, interview] = [1, if again { 2 } else { 1 }].map(|round| {
        let (id, record) = peopled(&workshop(7), 4, round).pop().unwrap();
        record.interview(id)
    });
    let [first, second] = [&before, &interview].map(Person::of);
    let change = if again { own_change(&core(), &first, &second) } else { Vec::new() };
    let facts = Facts { started: "2026-11-26T09:30".parse().unwrap(), doubtful: false, change };
    personal(&interview, &scoring::profile(&interview), &facts, &t, &tag)
}

/// A workshop of so many people, the second round of one where `again`, with a note of the room.
fn of_workshop(language: &str, people: u8, again: bool) -> Report {
    let (t, tag) = spoken(language);
    let (first, mut now) = (workshop(7), workshop(8));
    now.about.second_of = again.then_some(first.id);
    now.about.notes = vec![("agreed".to_owned(), "Gotong royong masih hidup: 8 dari 10 rumah ikut.".to_owned())];
    let gathered = |workshop, round| {
        let records = peopled(workshop, people, round).into_iter();
        records.map(|(id, record)| record.interview(id)).collect::<Vec<_>>()
    };
    let (before, after) = (gathered(&first, 1), gathered(&now, 2));
    let questionnaire: &Questionnaire = &core();
    let pairs: Vec<_> = (0..people.min(20)).map(|person| (id_of(person, 1), id_of(person, 2))).collect();
    let shown = [&before, &after].map(|round| round.iter().map(Interview::id).collect::<Vec<_>>());
    let before = Round { interviews: &before, shown: &shown[0] };
    let after = Round { interviews: &after, shown: &shown[1] };
    let picture = picture(questionnaire, &after, again.then_some(&before), (&pairs, &pairs), Minimum::default());
    let about = "Balai warga, 26 November 2026";
    let notes = &now.about.notes;
    let setting =
        Setting { name: &now.about.name, about, made_up: false, sealed: 0, notes, questionnaire, t: &t, tag: &tag };
    whole(&slides(&picture, &setting), &setting)
}

/// Every text that a report tells, figures by their words.
fn told(report: &Report) -> Vec<String> {
    let of = |block: &Block| match block {
        Block::Heading(text)
        | Block::Paragraph(text)
        | Block::Aside(text)
        | Block::Question(text)
        | Block::Said(text) => vec![text.clone()],
        Block::List(texts) => texts.clone(),
        Block::Boxed { title, texts } => [std::slice::from_ref(title), texts].concat(),
        Block::Bars(bars) => {
            bars.iter().flat_map(|bar| [bar.label.clone(), bar.reading.clone(), bar.basis.clone()]).collect()
        }
        Block::Stacks(stacks) => {
            stacks.iter().flat_map(|one| [one.label.clone(), one.reading.clone(), one.basis.clone()]).collect()
        }
        Block::Radar(spokes) => spokes.iter().map(|spoke| spoke.label.clone()).collect(),
    };
    std::iter::once(report.title.clone()).chain(report.blocks.iter().flat_map(of)).collect()
}

/// A report of every kind of block, all of whose texts are this one.
fn of_text(text: &str, times: usize) -> Report {
    use kohesi::report::{Bar, Spoke, Stack};
    use kohesi::scoring::Score;
    let text = || text.to_owned();
    let score = Some(Score::new(62.0, 9.0));
    let bar = Bar { label: text(), score, reading: text(), basis: text() };
    let stack = Stack { label: text(), counts: vec![9, 1, 0, 2, 8], reading: text(), basis: text() };
    let blocks = vec![
        Block::Aside(text()),
        Block::Bars((0..times).flat_map(|_| [bar.clone(), Bar { score: None, ..bar.clone() }]).collect()),
        Block::Radar((0..=times).flat_map(|_| [score, None].map(|score| Spoke { label: text(), score })).collect()),
        Block::Heading(text()),
        Block::Paragraph(text()),
        Block::Question(text()),
        Block::Said(text()),
        Block::List(vec![text(); times]),
        Block::Heading(text()),
        Block::Stacks(vec![stack; times]),
        Block::Boxed { title: text(), texts: vec![text(); times] },
    ];
    Report { title: text(), blocks }
}
