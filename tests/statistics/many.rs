//! The figures of many interviews: by the rules that hold for one, and the same however they come.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use kohesi::cli::{Plan, gather, of_workshops, told};
use kohesi::interview::{Interview, InterviewId, Mode, Synthetic, code};
use kohesi::questionnaire::{BUILTIN, Questionnaire};
use kohesi::scoring::{Desk, ScaleOf, Sheet, Signs, Tally, profile};
use kohesi::stats::{Conduct, CrossProducts, Page, Resampling, Summary, irv, longstring, two_signs};
use kohesi::store::{Demo, Options, Paths, Selection, Store, StoreError};
use proptest::prelude::*;

fn core() -> Arc<Questionnaire> {
    Arc::new(BUILTIN[0].read().unwrap())
}

/// People who do not exist, in workshops of 25.
fn people(count: usize) -> Vec<Interview> {
    let workshops = (0..).flat_map(|seed| Synthetic::new(core(), seed).interviews(25).collect::<Vec<_>>());
    workshops.take(count).collect()
}

fn kept(home: &Path, interviews: &[Interview]) -> Store {
    let (mut demo, _) = Demo::open(&Paths::at(home), &Options::default()).unwrap();
    for some in interviews.chunks(100) {
        demo.keep(some).unwrap();
    }
    let _ = demo.close();
    Store::read(&Paths::at(home)).unwrap().unwrap()
}

#[test]
fn a_tally_scores_each_person_as_their_profile_does() {
    let core = core();
    let sheet = Sheet::of(&core);
    let (mut scored, mut unscored) = (0, 0);
    for (place, interview) in people(400).into_iter().enumerate() {
        // Every third one breaks off on the way, so that not everything has a score.
        let events = if place.is_multiple_of(3) { 3 + place % 38 } else { interview.events().len() };
        let events = interview.events()[..events].to_vec();
        let interview = Interview::replay(Arc::clone(&core), interview.id(), events).unwrap();
        let codes = interview.packed().codes;
        let profile = profile(&interview);
        for (scale, aspect) in sheet.scales.iter().zip(&profile.aspects) {
            assert_eq!(scale.of, ScaleOf::Aspect(aspect.aspect));
            match (sheet.score(scale, &codes), &aspect.scored.score) {
                (Ok((sum, answered)), Ok(score)) => {
                    scored += 1;
                    let most = f64::from(scale.points.unwrap() - 1) * f64::from(u32::try_from(answered).unwrap());
                    let own = 100.0 * f64::from(u32::try_from(sum).unwrap()) / most;
                    assert!((own - score.value).abs() < 1e-9, "{own} {score:?}");
                }
                (Err(one), Err(other)) => {
                    unscored += 1;
                    assert_eq!(one, *other);
                }
                (one, other) => panic!("{one:?}, {other:?}"),
            }
        }
    }
    assert!(scored > 1_000 && unscored > 100, "{scored} {unscored}");
}

/// A person's answers to the core questionnaire, with every kind of missing answer.
fn codes() -> impl Strategy<Value = Vec<u8>> {
    let missing = prop_oneof![
        Just(code::NOT_ASKED),
        Just(code::DONT_KNOW),
        Just(code::DECLINED),
        Just(code::NOT_APPLICABLE),
        Just(code::SKIPPED)
    ];
    let lively = prop_oneof![6 => 1u8..=5, 1 => missing];
    let dull = prop_oneof![12 => Just(4u8), 1 => 1u8..=5, 1 => Just(code::DONT_KNOW)];
    prop_oneof![prop::collection::vec(lively, 39), prop::collection::vec(dull, 39)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_tally_counts_what_is_there(persons in prop::collection::vec(codes(), 1..60), cut in 0usize..60) {
        let sheet = Sheet::of(&core());
        let mut desk = Desk::default();
        let (mut one, mut other) = (Tally::new(&sheet), Tally::new(&sheet));
        let cut = cut.min(persons.len());
        persons[..cut].iter().for_each(|codes| one.add(&sheet, codes, &mut desk));
        persons[cut..].iter().for_each(|codes| other.add(&sheet, codes, &mut desk));
        other.merge(&one);
        prop_assert_eq!(other.n(), persons.len() as u64);
        for (place, scale) in sheet.scales.iter().enumerate() {
            let keyed = |codes: &[u8], item: usize| {
                let item = &sheet.items[item];
                let given = i32::from(codes[item.item.get()]);
                let value = if item.keying == kohesi::questionnaire::Keying::Reversed { 5 - given } else { given - 1 };
                (1..=5).contains(&given).then_some(value)
            };
            let mut products = CrossProducts::new(scale.items.len());
            let mut scores = Vec::new();
            for codes in &persons {
                let answers: Vec<Option<i32>> = scale.items.iter().map(|item| keyed(codes, *item)).collect();
                if let Some(row) = answers.iter().copied().collect::<Option<Vec<_>>>() {
                    products.add(&row);
                }
                if let Ok((sum, answered)) = sheet.score(scale, codes) {
                    let whole = |number: usize| f64::from(u32::try_from(number).unwrap());
                    scores.push(25.0 * whole(sum) / whole(answered));
                }
            }
            prop_assert_eq!(other.products(&sheet, place), Some(products));
            let told = other.scores(&sheet, place).unwrap().summary();
            let expected = Summary::of(&scores).unwrap();
            prop_assert_eq!(told.n(), expected.n());
            prop_assert_eq!(other.unscored(place), (persons.len() - scores.len()) as u64);
            prop_assert!((told.squares() - expected.squares()).abs() < 1e-6);
            scores.sort_by(f64::total_cmp);
            let each = other.each_score(&sheet, place);
            prop_assert!(each.iter().zip(&scores).all(|(one, two)| (one - two).abs() < 1e-9));
        }
        for (place, item) in sheet.items.iter().enumerate() {
            let missing = other.missing(place);
            let all = missing.dont_know + missing.declined + missing.not_applicable + missing.skipped;
            prop_assert_eq!(other.counts(place).n() + all, persons.len() as u64);
            let declined = persons.iter().filter(|codes| codes[item.item.get()] == code::DECLINED).count();
            prop_assert_eq!(missing.declined, declined as u64);
        }
    }

    #[test]
    fn the_quick_look_at_an_interview_overlooks_no_sign(codes in codes(), shown_ms in 0u64..300_000) {
        let sheet = Sheet::of(&core());
        let answers: Vec<Option<u16>> = sheet.items.iter().map(|item| {
            let given = u16::from(codes[item.item.get()]);
            (1..=5).contains(&given).then(|| given - 1)
        }).collect();
        let shown = codes.iter().filter(|code| !matches!(**code, code::NOT_ASKED | code::NOT_APPLICABLE)).count();
        let each = shown_ms.checked_div(shown as u64).unwrap_or(0);
        let pages = vec![Page { milliseconds: each, items: 1 }; shown];
        let conduct = Conduct { answers: &answers, points: 5, pages: &pages };
        let signs = Signs::of(&sheet, &codes, Mode::SelfAdministered, shown_ms);
        prop_assert_eq!(signs.longstring, longstring::is_sign(&conduct));
        prop_assert_eq!(signs.irv, irv::is_sign(&conduct));
        prop_assert_eq!(signs.is_flagged(), two_signs::is_flagged(&conduct));
        prop_assert!(!Signs::of(&sheet, &codes, Mode::Interviewer, shown_ms).is_flagged());
    }
}

/// Everything that is told of a store, as JSON.
fn as_json(store: &Store, threads: usize, replicates: Option<usize>) -> String {
    let stop = AtomicBool::new(false);
    let gathered = gather(store, &Selection::default(), vec![core()], threads, &stop, &|_| {}).unwrap().unwrap();
    let answers = &gathered.answers[0];
    let workshops = answers.gathering.workshops();
    let groups: Vec<_> = workshops.iter().map(|(_, group)| *group).collect();
    let resampling = replicates.map(|replicates| Resampling { seed: 1, replicates, threads });
    let plan = Plan { resampling, all: true, without_flagged: true };
    let all = told(answers, &answers.gathering.all(), &groups, plan, &mut |_, _| ControlFlow::Continue(()));
    let each: Vec<_> = of_workshops(answers, plan, threads).into_iter().map(|(_, told)| told).collect();
    serde_json::to_string(&(all, each)).unwrap()
}

#[test]
fn neither_order_nor_threads_change_a_digit() {
    let folder = tempfile::tempdir().unwrap();
    for (count, replicates) in [(600, None), (60, Some(2_000))] {
        let mut interviews = people(count);
        let home = |name: &str| folder.path().join(format!("{name}-{count}"));
        let store = kept(&home("as-made"), &interviews);
        let expected = as_json(&store, 1, replicates);
        assert_eq!(expected, as_json(&store, 2, replicates));
        assert_eq!(expected, as_json(&store, 5, replicates));
        interviews.sort_by_key(|interview| interview.id().0[15]);
        let shuffled = kept(&home("shuffled"), &interviews);
        assert_eq!(expected, as_json(&shuffled, 2, replicates));
        assert_eq!(expected.contains("bootstrap_bca"), replicates.is_some());
    }
}

#[test]
fn a_scan_in_parts_goes_through_what_a_scan_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = kept(folder.path(), &people(330));
    let workshop = store_workshop(&store);
    for selection in [Selection::default(), Selection { workshop, ..Selection::default() }] {
        let mut whole: Vec<InterviewId> = Vec::new();
        let scanned = store.scan(&selection, |row| {
            whole.push(row.id);
            ControlFlow::Continue(())
        });
        for parts in [1, 2, 3, 7] {
            let each = |ids: &mut Vec<InterviewId>, row: &kohesi::store::PackedRow<'_>| {
                ids.push(row.id);
                ControlFlow::Continue(())
            };
            let (ids, told) = store.scan_in_parts(&selection, parts, Vec::new, each).unwrap();
            assert_eq!((ids.concat(), told), (whole.clone(), *scanned.as_ref().unwrap()));
        }
    }
}

fn store_workshop(store: &Store) -> Option<kohesi::interview::WorkshopId> {
    let mut workshop = None;
    store
        .scan(&Selection::default(), |row| {
            workshop = row.workshop;
            ControlFlow::Break(())
        })
        .unwrap();
    workshop
}

#[test]
fn what_is_made_up_never_comes_to_real_answers() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |home: &Path| match Demo::open(&Paths::at(home), &Options::default()) {
        Err(StoreError::NotSynthetic { .. }) => true,
        Err(other) => panic!("{other}"),
        Ok(_) => false,
    };
    let real = folder.path().join("real");
    let (mut store, _) = Store::open(&Paths::at(&real), &Options::default()).unwrap();
    let made = people(1).remove(0);
    let id = kohesi::store::new_id();
    let language = made.language().clone();
    let draft = kohesi::interview::Draft { place: None, marked: None, typed: String::new(), note: None, language };
    store.begin(id, made.questionnaire(), &made.events()[..1], &draft).unwrap();
    drop(store);
    assert!(refused(&real));
    let refusals = folder.path().join("refusals");
    let (mut store, _) = Store::open(&Paths::at(&refusals), &Options::default()).unwrap();
    store.refuse(made.questionnaire()).unwrap();
    drop(store);
    assert!(refused(&refusals));
    let letters = folder.path().join("letters");
    std::fs::create_dir(&letters).unwrap();
    std::fs::write(letters.join("letter.txt"), "").unwrap();
    assert!(refused(&letters));
    let fresh = folder.path().join("fresh");
    assert!(!refused(&fresh));
    assert!(!refused(&fresh), "the demo's own folder is taken again");
    let (mut demo, _) = Demo::open(&Paths::at(&fresh), &Options::default()).unwrap();
    assert_eq!(demo.keep(std::slice::from_ref(&made)).unwrap(), 1);
    assert_eq!(demo.keep(std::slice::from_ref(&made)).unwrap(), 0, "the same is kept once");
    let given_another_id = Interview::replay(Arc::clone(made.questionnaire()), id, made.events().to_vec()).unwrap();
    assert!(matches!(demo.keep(&[given_another_id]), Err(StoreError::NotSynthetic { .. })));
    let _ = demo.close();
    let store = Store::read(&Paths::at(&fresh)).unwrap().unwrap();
    let loaded = store.load(made.id()).unwrap();
    assert_eq!((loaded.events, loaded.packed), (made.events().to_vec(), Some(made.packed())));
}

fn kohesi(home: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kohesi")).args(arguments).env("KOHESI_HOME", home).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_script_for_r_gives_the_same_figures() {
    if !Command::new("Rscript").arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: the script that kohesi stats --r prints is not tried without Rscript");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    drop(kept(&home, &people(400)));
    let data = folder.path().join("data.csv");
    kohesi(&home, &["export", "--format", "csv", "--output", data.to_str().unwrap()]);
    let script = folder.path().join("figures.R");
    std::fs::write(&script, kohesi(&home, &["stats", "--r"])).unwrap();
    let run = Command::new("Rscript").arg(&script).arg(&data).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let mut theirs: BTreeMap<(String, String), [f64; 3]> = BTreeMap::new();
    for line in String::from_utf8(run.stdout).unwrap().lines() {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let number = |text: &str| text.parse().unwrap_or(f64::NAN);
        theirs.insert((cells[0].into(), cells[1].into()), [number(cells[2]), number(cells[3]), number(cells[4])]);
    }
    let ours: serde_json::Value = serde_json::from_str(&kohesi(&home, &["stats", "--json"])).unwrap();
    let all = &ours["questionnaires"][0]["all"];
    let mut compared = BTreeMap::new();
    for (list, name) in [("scales", "scale"), ("items", "item")] {
        for of in all[list].as_array().unwrap() {
            for (key, figure) in of["figures"].as_object().unwrap() {
                let place = (of[name].as_str().unwrap().to_owned(), key.clone());
                let Some(value) = figure["value"].as_f64() else { continue };
                // R has no formula of its own for these: it draws other samples, or they have no data here.
                if key == "bootstrap_bca" {
                    continue;
                }
                let [theirs, low, high] = theirs.get(&place).unwrap_or_else(|| panic!("R lacks {place:?}"));
                let tolerance = if key == "omega" { 1e-4 } else { 1e-8 };
                assert!((value - theirs).abs() <= tolerance, "{place:?}: R {theirs}, kohesi {value}");
                if let (Some(own_low), Some(own_high)) = (figure["low"].as_f64(), figure["high"].as_f64()) {
                    let tolerance = if key == "bootstrap_percentile" { 0.4 } else { 1e-7 };
                    assert!((own_low - low).abs() <= tolerance, "{place:?}: R {low}, kohesi {own_low}");
                    assert!((own_high - high).abs() <= tolerance, "{place:?}: R {high}, kohesi {own_high}");
                }
                *compared.entry(key.clone()).or_insert(0) += 1;
            }
        }
    }
    let expected = [
        "agreement",
        "alpha",
        "alpha_if_dropped",
        "bimodality",
        "bootstrap_percentile",
        "esteban_ray",
        "icc1",
        "icc2",
        "item_rest",
        "mdc95",
        "mean",
        "omega",
        "polarisation",
        "r_wg",
        "r_wg_j",
        "sd",
    ];
    for key in expected {
        assert!(compared.contains_key(key), "{key} was not compared: {compared:?}");
    }
}

#[test]
fn small_groups_have_no_figures() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let interviews = people(5);
    drop(kept(&home, &interviews[..4]));
    let few: serde_json::Value = serde_json::from_str(&kohesi(&home, &["stats", "--json"])).unwrap();
    let all = &few["questionnaires"][0]["all"];
    assert_eq!((all["reason"].as_str(), all["values"]["needed"].as_u64()), (Some("too_few_interviews"), Some(5)));
    assert!(!kohesi(&home, &["stats", "--lang", "id"]).contains("Rata-rata (Rt)"));
    drop(kept(&home, &interviews));
    let enough: serde_json::Value = serde_json::from_str(&kohesi(&home, &["stats", "--json"])).unwrap();
    let scale = &enough["questionnaires"][0]["all"]["scales"][0];
    assert!(scale["figures"]["mean"]["value"].is_f64(), "{scale}");
    assert_eq!(scale["figures"]["alpha"]["reason"], "too_few_to_show");
}
