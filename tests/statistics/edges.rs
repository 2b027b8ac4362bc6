//! Where statistics come to their ends: every statistic over every edge, in one table.

use std::fmt::Write;

use kohesi::stats::{ALL, Computed, Counted, Counts, CrossProducts, Moments, NotComputable};

use super::material::{Answers, Material, persons};

fn alike(n: usize, row: &[Option<u16>]) -> Answers {
    vec![row.to_vec(); n]
}

/// Everybody differs, and every item says the same of them.
fn correlated(n: u16, items: usize) -> Answers {
    (0..n).map(|person| vec![Some(person % 5); items]).collect()
}

/// A thousand thousand millions of persons, as sums.
fn huge() -> Material {
    let mut material = Material::of(&persons(30, 4, 5), 4, 5);
    let times = 1_000_000_000_000;
    let mut moments = Moments::default();
    (0..5).for_each(|point| moments.add_times(point, times));
    material.summary = moments.summary();
    material.groups = vec![material.summary; 3];
    material.counts = Counts::from(&[times; 5][..]);
    material.item_counts = vec![material.counts.clone(); 4];
    for _ in 0..35 {
        let same = material.products.clone();
        material.products.merge(&same);
    }
    let two = CrossProducts::from_parts(
        2 * times,
        &[6_000_000_000_000, 7_000_000_000_000],
        &[20_000_000_000_000, 22_000_000_000_000, 27_000_000_000_000],
    );
    material.pairs = (&two.unwrap()).try_into().unwrap();
    material
}

fn edges() -> Vec<(&'static str, Material)> {
    let of = |answers: Answers, items: usize, points: u16| Material::of(&answers, items, points);
    let ends: Answers = (0..12).map(|person| vec![Some(if person % 2 == 0 { 0 } else { 4 }); 4]).collect();
    let mut mixed_ends = ends.clone();
    mixed_ends.iter_mut().enumerate().for_each(|(person, row)| row[person % 4] = Some(2));
    let two_points: Answers = persons(12, 4, 2);
    let ties: Answers = (0..12).map(|person| vec![Some(1 + person % 3), Some(person / 4), Some(2), Some(1)]).collect();
    let mut split_formats = of(persons(12, 4, 5), 4, 5);
    split_formats.item_counts[3] = Counts::new(7);
    let mut no_error = of(persons(12, 4, 5), 4, 5);
    no_error.retest.sem = 0.0;
    vec![
        ("nobody", of(vec![], 4, 5)),
        ("one person", of(persons(1, 4, 5), 4, 5)),
        ("two persons", of(persons(2, 4, 5), 4, 5)),
        ("all missing", of(alike(12, &[None; 4]), 4, 5)),
        ("all alike", of(alike(12, &[Some(3); 4]), 4, 5)),
        ("no items", of(alike(12, &[]), 0, 5)),
        ("one item", of(persons(12, 1, 5), 1, 5)),
        ("two items", of(persons(12, 2, 5), 2, 5)),
        ("perfectly correlated", of(correlated(12, 4), 4, 5)),
        ("one point", of(alike(12, &[Some(0); 4]), 4, 1)),
        ("two points", of(two_points, 4, 2)),
        ("ties", of(ties, 4, 5)),
        ("values at the ends", of(ends, 4, 5)),
        ("ends and a middle", of(mixed_ends, 4, 5)),
        ("unequal points", split_formats),
        ("no error", no_error),
        ("huge n", huge()),
        ("ordinary", of(persons(60, 4, 5), 4, 5)),
    ]
}

fn written(computed: &Computed) -> String {
    match computed {
        Ok(estimate) => {
            let interval = estimate.interval.map(|one| format!(" [{:.4}, {:.4}]", one.low, one.high));
            format!("{:.4}{} n={}", estimate.value, interval.unwrap_or_default(), estimate.n)
        }
        Err(reason) => format!("{} {:?}", reason.code(), reason.values()),
    }
}

#[test]
fn every_edge_gives_a_value_in_its_range_or_a_reason() {
    let mut table = String::new();
    for (edge, material) in edges() {
        writeln!(table, "{edge}").unwrap();
        for statistic in ALL {
            let told = material.told(statistic);
            for estimate in told.iter().flatten() {
                let range = statistic.range;
                assert!(
                    range.low <= estimate.value && estimate.value <= range.high,
                    "{edge}: {} {estimate:?}",
                    statistic.key
                );
                assert!(estimate.value.is_finite(), "{edge}: {}", statistic.key);
                if let Some(interval) = estimate.interval {
                    assert!(interval.low.is_finite() && interval.high.is_finite(), "{edge}: {}", statistic.key);
                    assert!(interval.low <= interval.high, "{edge}: {} {interval:?}", statistic.key);
                }
            }
            let told: Vec<String> = told.iter().map(written).collect();
            writeln!(table, "  {:<21} {}", statistic.key, told.join("; ")).unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn below_its_number_each_statistic_says_how_many_it_takes() {
    for statistic in ALL {
        let items = statistic.items_from.max(2);
        for n in 0..=statistic.computable_from {
            let persons = usize::try_from(if statistic.counted == Counted::Groups { 3 * n } else { n }).unwrap();
            let told = Material::of(&persons_who_differ(persons, items), items, 5).told(statistic);
            assert!(!told.is_empty(), "{}", statistic.key);
            for computed in told {
                let too_few =
                    |needed| Err(NotComputable::TooFew { of: statistic.counted, n, needed }) == computed.map(drop);
                let needed = statistic.computable_from;
                assert_eq!(too_few(needed), n < needed, "{} at {n}: {computed:?}", statistic.key);
            }
        }
    }
}

/// Persons who differ already when they are two.
fn persons_who_differ(n: usize, items: usize) -> Answers {
    let answer = |person: usize, item: usize| u16::try_from((person * 2 + (person * item) % 3) % 5).unwrap();
    (0..n).map(|person| (0..items).map(|item| Some(answer(person, item))).collect()).collect()
}

#[test]
fn what_is_shown_can_be_computed() {
    for statistic in ALL {
        assert!(statistic.shown_from.is_none_or(|from| from >= statistic.computable_from), "{}", statistic.key);
        assert_eq!(statistic.is_shown_at(u64::MAX), statistic.shown_from.is_some());
        if let Some(from) = statistic.shown_from.filter(|from| *from > 0) {
            assert!(statistic.is_shown_at(from) && !statistic.is_shown_at(from - 1), "{}", statistic.key);
        }
    }
}
