//! The values that every implementation must reproduce, as they are known to three digits.

use kohesi::stats::{Counts, agreement, alpha, bimodality, esteban_ray, mdc95, polarisation, r_wg};

/// Counts of five points; agreement, `r_wg`, bimodality and Esteban-Ray.
const ROWS: [([u64; 5], f64, f64, f64, f64); 5] = [
    ([4, 4, 4, 4, 4], 0.0, 0.0, 0.451, 0.243),
    ([10, 0, 0, 0, 10], -1.0, 0.0, 0.767, 1.0),
    ([0, 0, 0, 10, 10], 0.75, 0.868, 0.767, 0.25),
    ([1, 2, 4, 8, 5], 0.425, 0.363, 0.433, 0.234),
    ([7, 3, 1, 3, 6], -0.306, 0.0, 0.604, 0.425),
];

fn assert_to_three_digits(value: f64, expected: f64, what: &str) {
    assert!((value - expected).abs() <= 0.0005 + 1e-12, "{what}: {value}, not {expected}");
}

#[test]
fn counts_of_five_points_give_the_golden_values() {
    for (counts, agrees, within, heaps, camps) in ROWS {
        let counts = Counts::from(&counts[..]);
        let told = |what: &str| format!("{what} of {:?}", counts.counts());
        assert_to_three_digits(agreement::agreement(&counts).unwrap().value, agrees, &told("A"));
        assert_to_three_digits(
            polarisation::polarisation(&counts).unwrap().value,
            (1.0 - agrees) / 2.0,
            &told("split"),
        );
        assert_to_three_digits(r_wg::r_wg(&counts).unwrap().value, within, &told("r_wg"));
        assert_to_three_digits(bimodality::bimodality(&counts).unwrap().value, heaps, &told("bimodality"));
        assert_to_three_digits(esteban_ray::esteban_ray(&counts).unwrap().value, camps, &told("Esteban-Ray"));
    }
}

#[test]
fn feldts_interval_is_the_published_one() {
    let (low, high) = alpha::feldt(0.85, 89, 7).unwrap();
    assert_to_three_digits(low, 0.797, "lower end");
    assert_to_three_digits(high, 0.893, "upper end");
}

#[test]
fn the_smallest_change_is_the_worked_one() {
    let sem = 18.0 * (1.0_f64 - 0.80).sqrt();
    assert!((mdc95::mdc95(sem).unwrap().value - 22.3).abs() < 0.05);
}
