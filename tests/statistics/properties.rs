//! What must hold for all answers.

use std::ops::ControlFlow;

use kohesi::stats::{
    Compute, Conduct, Counts, CrossProducts, Moments, NotComputable, Pairs, Progress, Resampling, Scores, Summary,
    agreement, alpha, alpha_if_dropped, bimodality, bootstrap_bca, bootstrap_percentile, esteban_ray, item_rest, omega,
    polarisation, r_wg, replicates, two_signs, unwatched,
};
use proptest::prelude::*;

/// Answers 0 to 4 of several persons to several items.
fn tables() -> impl Strategy<Value = Vec<Vec<u8>>> {
    (2usize..7).prop_flat_map(|items| prop::collection::vec(prop::collection::vec(0u8..5, items), 2..40))
}

fn counts() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(0u64..30, 2..9)
}

fn products(rows: &[Vec<u8>]) -> CrossProducts {
    let mut products = CrossProducts::new(rows.first().map_or(0, Vec::len));
    for row in rows {
        products.add(&row.iter().copied().map(i32::from).collect::<Vec<_>>());
    }
    products
}

/// The answers that count towards a person's score: not everybody answered the first item.
fn answered(row: &[u8]) -> &[u8] {
    &row[usize::from(row[0] % 2)..]
}

fn sum(answers: &[u8]) -> i32 {
    answers.iter().copied().map(i32::from).sum()
}

fn scores(rows: &[Vec<u8>]) -> Scores {
    let mut scores = Scores::new(5);
    for row in rows {
        scores.add(sum(answered(row)), answered(row).len());
    }
    scores
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * (1.0 + one.abs())
}

fn of_counts(counts: &Counts) -> Vec<Result<f64, NotComputable>> {
    let all = [
        agreement::agreement,
        polarisation::polarisation,
        r_wg::r_wg,
        bimodality::bimodality,
        esteban_ray::esteban_ray,
    ];
    all.iter().map(|compute| compute(counts).map(|one| one.value)).collect()
}

fn all_near(some: &[Result<f64, NotComputable>], others: &[Result<f64, NotComputable>]) -> bool {
    let mut pairs = some.iter().zip(others);
    let equal = |(one, other): (&Result<f64, NotComputable>, &Result<f64, NotComputable>)| match (one, other) {
        (Ok(one), Ok(other)) => near(*one, *other),
        (one, other) => one == other,
    };
    some.len() == others.len() && pairs.all(equal)
}

fn values(computed: Vec<Result<kohesi::stats::Estimate, NotComputable>>) -> Vec<Result<f64, NotComputable>> {
    computed.into_iter().map(|one| one.map(|one| one.value)).collect()
}

proptest! {
    #[test]
    fn parts_merge_to_the_whole_in_any_order(rows in tables(), cut in 0usize..40) {
        let (first, second) = rows.split_at(cut.min(rows.len()));
        let items = rows[0].len();
        let empty = CrossProducts::new(items);
        let (mut there, mut back) = (empty.clone(), empty);
        there.merge(&if first.is_empty() { CrossProducts::new(items) } else { products(first) });
        if !second.is_empty() { there.merge(&products(second)); back.merge(&products(second)); }
        if !first.is_empty() { back.merge(&products(first)); }
        prop_assert_eq!(&there, &products(&rows));
        prop_assert_eq!(&back, &there);
        let mut merged = scores(second);
        merged.merge(&scores(first));
        prop_assert_eq!(&merged, &scores(&rows));
        prop_assert_eq!(merged.summary(), scores(&rows).summary());
        let column = |rows: &[Vec<u8>]| {
            let (mut moments, mut counts) = (Moments::default(), Counts::new(5));
            for row in rows {
                moments.add(row[0].into());
                counts.add(row[0].into());
            }
            (moments, counts)
        };
        let (mut moments, mut counts) = column(second);
        moments.merge(&column(first).0);
        counts.merge(&column(first).1);
        prop_assert_eq!(&(moments, counts.clone()), &column(&rows));
        prop_assert_eq!(counts.moments(), moments);
        prop_assert_eq!(there.moments(0), Some(moments));
    }

    #[test]
    fn sums_say_what_single_values_say(rows in tables()) {
        let single: Vec<f64> = rows.iter().map(|row| f64::from(row[0])).collect();
        let summary = Summary::of(&single).unwrap();
        let summed = products(&rows).moments(0).unwrap().summary();
        prop_assert!(near(summary.mean().unwrap(), summed.mean().unwrap()));
        prop_assert!(near(summary.squares(), summed.squares()));
        let percent = |row: &Vec<u8>| {
            let most = 4.0 * f64::from(u8::try_from(answered(row).len()).unwrap());
            100.0 * f64::from(sum(answered(row))) / most
        };
        let single = Summary::of(&rows.iter().map(percent).collect::<Vec<_>>()).unwrap();
        let summed = scores(&rows).summary();
        prop_assert!(near(single.mean().unwrap(), summed.mean().unwrap()));
        prop_assert!((single.squares() - summed.squares()).abs() < 1e-6);
        let two: Vec<Vec<u8>> = rows.iter().map(|row| row[..2].to_vec()).collect();
        let summed = Pairs::try_from(&products(&two)).unwrap();
        let single = Pairs::of(&two.iter().map(|row| (f64::from(row[0]), f64::from(row[1]))).collect::<Vec<_>>()).unwrap();
        prop_assert!(near(single.change.mean().unwrap(), summed.change.mean().unwrap()));
        prop_assert!((single.change.squares() - summed.change.squares()).abs() < 1e-8);
    }

    #[test]
    fn neither_the_order_of_persons_nor_that_of_items_matters(rows in tables(), turn in 0usize..40) {
        let mut other = rows.clone();
        other.rotate_left(turn % rows.len());
        prop_assert_eq!(products(&rows), products(&other));
        let reversed: Vec<Vec<u8>> = rows.iter().map(|row| row.iter().rev().copied().collect()).collect();
        let (here, there) = (products(&rows), products(&reversed));
        let value = |one: &CrossProducts| vec![alpha::alpha(one).map(|one| one.value)];
        prop_assert!(all_near(&value(&here), &value(&there)));
        let mut back = values(item_rest::item_rest(&there));
        back.reverse();
        prop_assert!(all_near(&values(item_rest::item_rest(&here)), &back));
        let mut back = values(alpha_if_dropped::alpha_if_dropped(&there));
        back.reverse();
        prop_assert!(all_near(&values(alpha_if_dropped::alpha_if_dropped(&here)), &back));
        let fitted = |one: &CrossProducts| omega::omega(one, &mut unwatched());
        if let (Ok(one), Ok(other)) = (fitted(&here), fitted(&there)) {
            prop_assert!((one.value - other.value).abs() < 1e-6, "{} {}", one.value, other.value);
        }
    }

    #[test]
    fn turning_every_item_round_changes_nothing(rows in tables()) {
        let turned: Vec<Vec<u8>> = rows.iter().map(|row| row.iter().map(|one| 4 - one).collect()).collect();
        let (here, there) = (products(&rows), products(&turned));
        let value = |one: &CrossProducts| vec![alpha::alpha(one).map(|one| one.value)];
        prop_assert!(all_near(&value(&here), &value(&there)));
        prop_assert!(all_near(&values(item_rest::item_rest(&here)), &values(item_rest::item_rest(&there))));
    }

    #[test]
    fn reliabilities_stay_in_their_ranges(rows in tables()) {
        let products = products(&rows);
        if let Ok(alpha) = alpha::alpha(&products) {
            let interval = alpha.interval.unwrap();
            prop_assert!(alpha.value <= 1.0);
            prop_assert!(interval.low <= alpha.value + 1e-12 && alpha.value <= interval.high + 1e-12);
        }
        if let Ok(omega) = omega::omega(&products, &mut unwatched()) {
            prop_assert!((0.0..=1.0).contains(&omega.value));
        }
    }

    #[test]
    fn the_answers_of_one_item_stay_in_their_ranges_from_either_end(counts in counts()) {
        let turned: Vec<u64> = counts.iter().rev().copied().collect();
        let (here, there) = (Counts::from(&counts[..]), Counts::from(&turned[..]));
        prop_assert!(all_near(&of_counts(&here), &of_counts(&there)));
        if let Ok(agreement) = agreement::agreement(&here) {
            prop_assert!((-1.0..=1.0).contains(&agreement.value));
            prop_assert!((0.0..=1.0).contains(&polarisation::polarisation(&here).unwrap().value));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&esteban_ray::esteban_ray(&here).unwrap().value));
        }
    }

    #[test]
    fn only_shares_matter_to_agreement(counts in counts(), times in 1u64..1_000) {
        let more: Vec<u64> = counts.iter().map(|one| one * times).collect();
        let value = |counts: &[u64]| vec![agreement::agreement(&Counts::from(counts)).map(|one| one.value)];
        prop_assert!(all_near(&value(&counts), &value(&more)));
    }

    /// The layers of a count weigh 1 together: where all layers have one category, A is 1.
    #[test]
    fn the_weights_of_the_layers_add_up(count in 1u64..1_000_000, place in 0usize..7) {
        let mut counts = [0; 7];
        counts[place] = count;
        prop_assert!(near(agreement::agreement(&Counts::from(&counts[..])).unwrap().value, 1.0));
        prop_assert!(near(agreement::agreement(&Counts::from(&[count; 7][..])).unwrap().value, 0.0));
        // Two neighbours of seven in every layer but those of one category: 1 − 1/6 of twice the smaller count.
        let two = [count, 3 * count, 0, 0, 0, 0, 0];
        let told = agreement::agreement(&Counts::from(&two[..])).unwrap().value;
        prop_assert!(near(told, 0.5 * 5.0 / 6.0 + 0.5));
    }

    #[test]
    fn a_person_has_two_signs_only_by_pattern_and_pace(answers in prop::collection::vec(prop::option::of(0u16..5), 0..40)) {
        let conduct = Conduct { answers: &answers, points: 5, pages: &[] };
        prop_assert!(!two_signs::is_flagged(&conduct));
    }
}

fn plan(seed: u64, threads: usize) -> Resampling {
    Resampling { seed, replicates: 2_000, threads }
}

#[test]
fn a_seed_gives_the_same_samples_on_any_number_of_threads() {
    let scores: Vec<f64> = (0..37).map(|one| f64::from(one * one % 41)).collect();
    let means =
        |seed, threads| bootstrap_percentile::drawn_means(&scores, &plan(seed, threads), &mut unwatched()).unwrap();
    let alone = means(7, 1);
    for threads in [0, 2, 3, 7, 5_000] {
        assert_eq!(means(7, threads), alone, "{threads} threads");
    }
    assert_ne!(means(8, 1), alone);
}

/// These numbers may never change: who gives a seed in a report wants it to mean the same for ever.
#[test]
fn a_seed_means_the_same_for_ever() {
    let scores = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
    let told = |computed: kohesi::stats::Computed| {
        let interval = computed.unwrap().interval.unwrap();
        format!("{:.12} {:.12}", interval.low, interval.high)
    };
    let first =
        replicates(5, &plan(1, 1), |draws| draws.fold(0.0, |sum, one| 10.0 * sum + small(one)), &mut unwatched());
    insta::assert_snapshot!(format!(
        "{:?}\n{}\n{}",
        &first.unwrap()[..8],
        told(bootstrap_percentile::bootstrap_percentile(&scores, &plan(42, 2), &mut unwatched())),
        told(bootstrap_bca::bootstrap_bca(&scores, &plan(42, 2), &mut unwatched())),
    ));
}

fn small(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap())
}

#[test]
fn everybody_is_drawn_equally_often() {
    let plan = Resampling { seed: 3, replicates: 4_000, threads: 2 };
    let times = |draws: kohesi::stats::Draws| small(draws.filter(|one| *one == 2).count());
    let drawn = replicates(7, &plan, times, &mut unwatched()).unwrap();
    let mean = drawn.iter().sum::<f64>() / small(plan.replicates);
    // Six of its standard errors.
    assert!((mean - 1.0).abs() < 6.0 * (6.0_f64 / 7.0 / small(plan.replicates)).sqrt(), "{mean}");
}

#[test]
fn long_computations_tell_their_progress_and_stop_when_asked() {
    let scores: Vec<f64> = (0..50).map(f64::from).collect();
    let mut told = Vec::new();
    let stopped = bootstrap_percentile::bootstrap_percentile(&scores, &plan(1, 1), &mut |progress: Progress| {
        told.push(progress.done);
        if progress.done == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped, Err(NotComputable::Interrupted));
    assert_eq!(told, [1, 2, 3, 4, 5]);
    let rows = super::material::persons(80, 4, 5);
    let rows: Vec<Vec<u8>> =
        rows.iter().map(|row| row.iter().flatten().map(|one| u8::try_from(*one).unwrap()).collect()).collect();
    let stopped = omega::omega(&products(&rows), &mut |_| ControlFlow::Break(()));
    assert_eq!(stopped, Err(NotComputable::Interrupted));
}

#[test]
fn numbers_that_are_none_are_told() {
    let watch = &mut unwatched();
    for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert_eq!(Summary::of(&[1.0, none]), Err(NotComputable::NotFinite));
        assert_eq!(Pairs::of(&[(1.0, none)]), Err(NotComputable::NotFinite));
        let drawn = bootstrap_percentile::bootstrap_percentile(&[1.0, none], &plan(1, 1), watch);
        assert_eq!(drawn, Err(NotComputable::NotFinite));
    }
    assert_eq!(Summary::of(&[f64::MAX, -f64::MAX]), Err(NotComputable::NotFinite));
    let few = Resampling { seed: 1, replicates: 1_999, threads: 1 };
    let told = bootstrap_percentile::bootstrap_percentile(&[1.0, 2.0], &few, watch);
    assert_eq!(told, Err(NotComputable::TooFewReplicates { replicates: 1_999, needed: 2_000 }));
    assert_eq!(bootstrap_bca::bca(&[1.0, 2.0, 3.0], 9.0, 0.0), Err(NotComputable::OneSided));
}

/// r₁₂ = r₁₃ = .8 and r₂₃ = .5 ask for a first loading of √1.28.
#[test]
fn a_heywood_case_names_its_item() {
    let r = CrossProducts::from_parts(1_000, &[0; 3], &[1_000, 800, 800, 1_000, 500, 1_000]).unwrap();
    assert_eq!(omega::omega(&r, &mut unwatched()), Err(NotComputable::Heywood { item: 0 }));
}

/// With loadings .9, .8, .7 the model fits exactly: ω = 2.4²/(2.4² + 3 − 1.94).
#[test]
fn omega_of_a_model_that_fits_is_its_own() {
    let r = CrossProducts::from_parts(10_000, &[0; 3], &[10_000, 7_200, 6_300, 10_000, 5_600, 10_000]).unwrap();
    let omega = omega::omega(&r, &mut unwatched()).unwrap();
    assert!((omega.value - 5.76 / 6.82).abs() < 1e-9, "{omega:?}");
}

#[test]
fn a_statistic_is_found_by_its_key() {
    let found = kohesi::stats::Statistic::named("alpha").unwrap();
    assert!(matches!(found.compute, Compute::Items(_)));
    assert!(kohesi::stats::Statistic::named("beta").is_none());
}
