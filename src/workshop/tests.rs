use std::sync::Arc;

use proptest::prelude::*;

use super::disclosure::visible_parts;
use super::*;
use crate::interview::{At, Interview, InterviewId, Mode, Moment, Response};
use crate::questionnaire::{Answer, AspectIndex, BUILTIN, ItemIndex, Pick, Questionnaire};
use crate::scoring;

fn core() -> Arc<Questionnaire> {
    Arc::new(BUILTIN[0].read().unwrap())
}

fn id(number: usize) -> InterviewId {
    InterviewId((number as u128).to_be_bytes())
}

fn person(number: usize, codes: Vec<u8>) -> Person {
    Person { id: id(number), codes }
}

/// People who answer every item with this point, counted from 1.
fn people(points: &[u8]) -> Vec<Person> {
    let items = core().items().len();
    points.iter().enumerate().map(|(number, point)| person(number, vec![*point; items])).collect()
}

fn codes() -> impl Strategy<Value = Vec<u8>> {
    let code = prop_oneof![8 => 1u8..=2, 1 => Just(251u8), 1 => Just(252u8), 1 => Just(254u8), 1 => Just(0u8)];
    prop::collection::vec(code, core().items().len())
}

/// The sizes of groups by which two sets of people differ: who came and who went.
fn came_and_went(before: &[InterviewId], after: &[InterviewId]) -> (usize, usize) {
    let without = |of: &[InterviewId], others: &[InterviewId]| of.iter().filter(|id| !others.contains(id)).count();
    (without(after, before), without(before, after))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn pictures_that_follow_each_other_never_tell_of_fewer_than_the_minimum(
        minimum in 0usize..9, steps in prop::collection::vec(0usize..4, 1..30),
    ) {
        let minimum = Minimum::new(minimum);
        let (mut finished, mut shown) = (Vec::new(), Vec::new());
        for step in steps {
            finished.extend((finished.len()..finished.len() + step).map(id));
            let view = next_view(&shown, &finished, minimum);
            prop_assert!(view.people.is_empty() || view.people.len() >= minimum.people());
            prop_assert_eq!(view.people.len() + view.waiting, finished.len());
            let (came, went) = came_and_went(&shown, &view.people);
            prop_assert!(came == 0 || came >= minimum.people(), "{} came", came);
            prop_assert_eq!(went, 0);
            shown = view.people;
        }
    }

    #[test]
    fn a_picture_does_not_depend_on_the_clock_or_the_order(swaps in prop::collection::vec((0usize..9, 0usize..9), 0..20)) {
        let mut finished: Vec<_> = (0..9).map(id).collect();
        let shown: Vec<_> = (0..6).map(id).collect();
        for (one, other) in swaps {
            finished.swap(one, other);
        }
        let mut people = next_view(&shown, &finished, Minimum::default()).people;
        people.sort_unstable();
        prop_assert_eq!(people, shown);
    }

    #[test]
    fn whose_change_is_told_grows_by_enough_and_leaves_nobody_to_be_reckoned(
        alone in 0usize..9, steps in prop::collection::vec(0usize..5, 1..20),
    ) {
        let minimum = Minimum::default();
        let (mut pairs, mut followed) = (Vec::new(), Vec::new());
        for step in steps {
            pairs.extend((pairs.len()..pairs.len() + step).map(|number| (id(number), id(1_000 + number))));
            let next = next_followed(&followed, &pairs, alone, minimum);
            prop_assert!(next.is_empty() || next.len() >= minimum.people());
            let came = next.iter().filter(|pair| !followed.contains(pair)).count();
            prop_assert!(came == 0 || came >= minimum.people(), "{} came", came);
            if followed.is_empty() && !next.is_empty() {
                let others = alone + 2 * (pairs.len() - next.len());
                prop_assert!(others == 0 || others >= minimum.people(), "{} others", others);
            }
            followed = next;
        }
    }

    #[test]
    fn hidden_people_are_none_or_enough(
        parts in prop::collection::vec((0usize..12, any::<bool>()), 1..6), in_no_part in 0usize..8, minimum in 0usize..8,
    ) {
        let minimum = Minimum::new(minimum);
        let visible = visible_parts(&parts, in_no_part, minimum);
        let total: usize = in_no_part + parts.iter().map(|(size, _)| size).sum::<usize>();
        let shown: usize = parts.iter().zip(&visible).filter(|(_, is)| **is).map(|((size, _), _)| size).sum();
        if shown > 0 {
            let hidden = total - shown;
            prop_assert!(hidden == 0 || hidden >= minimum.people(), "{} hidden", hidden);
            prop_assert!(total >= 10);
        }
        for ((size, alike), visible) in parts.iter().zip(visible) {
            prop_assert!(!visible || (*size >= minimum.people() && total - size >= minimum.people() && !alike));
        }
    }

    #[test]
    fn a_group_tells_nothing_of_too_few(all in prop::collection::vec(codes(), 0..12), minimum in 0usize..8) {
        let (core, minimum) = (core(), Minimum::new(minimum));
        let people: Vec<_> = all.into_iter().enumerate().map(|(number, codes)| person(number, codes)).collect();
        let Ok(picture) = group(&core, &people, minimum) else {
            prop_assert!(people.len() < minimum.people());
            return Ok(());
        };
        for item in &picture.items {
            let answered = people.iter().filter(|person| person.point(item.item).is_some()).count();
            prop_assert_eq!(item.counts.is_some(), answered >= minimum.people());
            prop_assert!(item.counts.as_ref().is_none_or(|counts| counts.n() == answered as u64));
            prop_assert!(item.agreement.is_err() || answered >= 8.max(minimum.people()));
        }
        for aspect in &picture.aspects {
            prop_assert!(aspect.mean.as_ref().map_or(true, |mean| mean.n >= minimum.people() as u64));
        }
        for cut in subgroups(&core, &people, minimum) {
            prop_assert!(cut.cells.iter().all(|cell| cell.people >= minimum.people()));
            prop_assert!(cut.hidden == 0 || cut.hidden >= minimum.people());
        }
    }

    #[test]
    fn a_person_of_a_group_has_the_scores_of_their_own_profile(codes in codes()) {
        let core = core();
        let moment = Moment { at: At { unix_ms: 0, doubtful: false }, shown_ms: 3_000, language: core.languages()[0].clone() };
        let mut interview = Interview::start(Arc::clone(&core), id(1), Mode::SelfAdministered, "0", &moment);
        for (index, code) in core.indexes().zip(codes) {
            let response = match code {
                251 => Response::DontKnow,
                252 => Response::Declined,
                254 => Response::Skipped,
                0 => continue,
                place => Response::Given(Answer::Choice(Pick(u16::from(place) - 1))),
            };
            // A choice where a number is asked is not taken.
            let _ = interview.respond(index, response, &moment);
        }
        let person = Person::of(&interview);
        for aspect in scoring::profile(&interview).aspects {
            let ours = person.score(&core, aspect.aspect);
            let theirs = aspect.scored.score.ok().map(|score| score.value);
            prop_assert_eq!(ours.is_some(), theirs.is_some());
            prop_assert!(ours.unwrap_or_default() - theirs.unwrap_or_default() < 1e-9);
        }
    }
}

#[test]
fn a_workshop_never_asks_for_fewer_than_five() {
    assert_eq!([0, 4, 5, 8].map(|people| Minimum::new(people).people()), [5, 5, 5, 8]);
    assert_eq!(group(&core(), &people(&[3; 4]), Minimum::new(0)), Err(TooFew { people: 4, needed: 5 }));
}

#[test]
fn nobody_is_revealed_when_the_sixth_finishes() {
    let finished: Vec<_> = (0..6).map(id).collect();
    let view = next_view(&finished[..5], &finished, Minimum::default());
    assert_eq!(view, View { people: finished[..5].to_vec(), waiting: 1, missing: 4 });
}

#[test]
fn a_split_and_an_agreed_item_are_told_as_such() {
    let core = core();
    let mut people = people(&[1, 1, 1, 1, 1, 5, 5, 5, 5, 5]);
    for (number, person) in people.iter_mut().enumerate() {
        person.codes[1] = 4 + u8::from(number > 4);
    }
    let picture = group(&core, &people, Minimum::default()).unwrap();
    assert_eq!(picture.most_agreed(3).first().map(|item| item.item), Some(ItemIndex(1)));
    assert_eq!(picture.most_split(3).len(), 3);
    let split = picture.most_split(1)[0];
    assert_eq!(split.agreement.as_ref().map(|a| Accord::of(a.value)), Ok(Accord::Split));
    assert_eq!(split.counts.as_ref().map(|counts| counts.counts().to_vec()), Some(vec![5, 0, 0, 0, 5]));
}

#[test]
fn a_part_that_thinks_alike_is_hidden_and_what_it_could_be_reckoned_from() {
    let minimum = Minimum::default();
    assert_eq!(visible_parts(&[(6, false), (6, false)], 0, minimum), [true, true]);
    assert_eq!(visible_parts(&[(6, true), (6, false)], 0, minimum), [false, true]);
    assert_eq!(visible_parts(&[(9, false), (3, false)], 0, minimum), [false, false]);
    assert_eq!(visible_parts(&[(8, false), (6, false), (2, false)], 0, minimum), [true, false, false]);
    assert_eq!(visible_parts(&[(8, false), (6, false)], 2, minimum), [true, false]);
    assert_eq!(visible_parts(&[(12, false)], 0, minimum), [false]);
}

#[test]
fn a_change_of_fewer_than_five_pairs_is_not_told() {
    let core = core();
    let (before, after) = (people(&[2, 3, 2, 3, 2, 3]), people(&[4, 5, 5, 4, 4, 5]));
    let pairs: Vec<_> = before.iter().zip(&after).collect();
    let told = change(&core, &pairs, Minimum::default());
    assert!(told.aspects.iter().all(|aspect| aspect.change.is_ok()));
    let few = change(&core, &pairs[..4], Minimum::default());
    assert!(few.aspects.iter().all(|aspect| aspect.change.is_err() && aspect.could_be_chance()));
}

#[test]
fn one_persons_change_has_the_error_of_the_instrument() {
    let core = core();
    let (before, after) = (people(&[3]), people(&[4]));
    let told = own_change(&core, &before[0], &after[0]);
    assert_eq!(told.len(), 5);
    for change in told {
        assert!((change.detectable - 22.31).abs() < 0.01);
        assert_eq!(change.could_be_chance(), (change.after - change.before).abs() <= 22.31);
    }
}

#[test]
fn what_is_clearly_higher_is_so_among_the_same_people() {
    let core = core();
    let mut all = people(&[3; 8]);
    let trust: Vec<usize> = (0..core.items().len())
        .filter(|place| core.items()[*place].counts.is_some_and(|(aspect, _)| aspect == AspectIndex(0)))
        .collect();
    for (number, person) in all.iter_mut().enumerate() {
        for place in &trust {
            let reversed = core.items()[*place].counts.unwrap().1 == crate::questionnaire::Keying::Reversed;
            let high = if number % 2 == 0 { 5 } else { 4 };
            person.codes[*place] = if reversed { 6 - high } else { high };
        }
    }
    let clear = Clear::among(&core, &all, Minimum::default());
    assert_eq!(clear.len(), 4);
    assert!(clear.iter().all(|clear| clear.above == AspectIndex(0)));
    assert!(Clear::among(&core, &all[..4], Minimum::default()).is_empty());
}

#[test]
fn codes_are_matched_by_how_near_they_are() {
    let given = |number, code: &str| (id(number), vec![code.to_owned()]);
    let before =
        [given(1, "kopi bambu lampu padi"), given(2, "gunung kursi rumah api"), given(3, "roti meja pintu awan")];
    let typed = |number, code: &str| (id(number), code.to_owned());
    let after = [
        typed(11, "Kopi-Bambu lampu PADI"),
        typed(12, "gunung kursi api rumah"),
        typed(13, "roti meja pinto awan"),
        typed(14, "laut pasir perahu ikan"),
        typed(15, ""),
    ];
    let found: Vec<_> = propose(&before, &after).into_iter().map(|one| (one.before, one.after, one.likeness)).collect();
    assert_eq!(
        found,
        [(id(1), id(11), Likeness::Same), (id(2), id(12), Likeness::OtherOrder), (id(3), id(13), Likeness::OneLetter)]
    );
    let twice = propose(&before, &[typed(11, "kopi bambu lampu padi"), typed(12, "kopi bambu lampu padi")]);
    assert!(twice.len() == 2 && twice.iter().all(|one| one.likeness == Likeness::Twice), "who is it? {twice:?}");
    let near = propose(&before, &[typed(16, "roti meja gunung awan")]);
    assert_eq!(near.first().map(|one| (one.before, one.likeness)), Some((id(3), Likeness::OneWord)));
}

#[test]
fn a_straight_line_at_speed_is_flagged_and_one_of_them_alone_is_not() {
    let core = core();
    let play = |shown_ms: u32, point: fn(u16) -> u16| {
        let moment = Moment { at: At { unix_ms: 0, doubtful: false }, shown_ms, language: core.languages()[0].clone() };
        let mut interview = Interview::start(Arc::clone(&core), id(1), Mode::SelfAdministered, "0", &moment);
        for index in core.indexes() {
            let response = Response::Given(Answer::Choice(Pick(point(index.0))));
            let _ = interview.respond(index, response, &moment);
        }
        is_flagged(&interview)
    };
    assert!(play(700, |_| 3));
    assert!(!play(5_000, |_| 3));
    assert!(!play(700, |item| item % 5));
}
