//! Do the 95 % bands cover the true score in 95 % of interviews?
//!
//! A person's true score of an aspect is drawn from the norms (mean 60, SD·√r); each answer is drawn from the five
//! points so that its expectation is the true score and its error variance is what the norms' SEM says of a mean of
//! that many items. The drawn interview goes through the whole of the engine: reversed items are answered reversed,
//! and the profile is the one a respondent sees.

use crate::support::stage::core;
use kohesi::interview::{At, Interview, InterviewId, Mode, Moment, Response};
use kohesi::questionnaire::{Answer, AspectIndex, Keying, Pick, Questionnaire};
use kohesi::scoring::{profile, standard_error};
use std::sync::Arc;

const INTERVIEWS: u32 = 4_000;
const MEAN: f64 = 60.0;

/// The five points, from their middle.
const POINTS: [f64; 5] = [-2.0, -1.0, 0.0, 1.0, 2.0];

/// Probabilities of the points 1 to 5 with this mean and variance: the discrete normal, fitted by Newton's method in
/// its two natural parameters.
fn answer_weights(mean: f64, variance: f64) -> [f64; 5] {
    let weights = |a: f64, b: f64| {
        let raw: [f64; 5] = std::array::from_fn(|i| {
            let x = POINTS[i];
            (a * x + b * x * x).exp()
        });
        let total: f64 = raw.iter().sum();
        raw.map(|weight| weight / total)
    };
    let moment = |w: &[f64; 5], power: i32| w.iter().zip(POINTS).map(|(weight, x)| weight * x.powi(power)).sum::<f64>();
    let (target1, target2) = (mean - 3.0, variance + (mean - 3.0).powi(2));
    let (mut a, mut b) = (0.0, -0.5);
    for _ in 0..200 {
        let w = weights(a, b);
        let m: Vec<f64> = (0..=4).map(|power| moment(&w, power)).collect();
        let (e1, e2) = (target1 - m[1], target2 - m[2]);
        let (c11, c12, c22) = (m[2] - m[1] * m[1], m[3] - m[1] * m[2], m[4] - m[2] * m[2]);
        let determinant = c11 * c22 - c12 * c12;
        let damp = 0.7;
        a += damp * (c22 * e1 - c12 * e2) / determinant;
        b += damp * (c11 * e2 - c12 * e1) / determinant;
    }
    let w = weights(a, b);
    assert!((moment(&w, 1) - target1).abs() < 1e-6 && (moment(&w, 2) - target2).abs() < 1e-6, "{mean} {variance}");
    w
}

fn draw(random: &mut fastrand::Rng, weights: &[f64; 5]) -> u16 {
    let mut left = random.f64();
    for (point, weight) in (0u16..).zip(weights) {
        left -= weight;
        if left < 0.0 {
            return point;
        }
    }
    4
}

/// A standard normal number (Box & Muller 1958).
fn normal(random: &mut fastrand::Rng) -> f64 {
    (-2.0 * (1.0 - random.f64()).ln()).sqrt() * (std::f64::consts::TAU * random.f64()).cos()
}

fn true_score(random: &mut fastrand::Rng, sd: f64, reliability: f64) -> f64 {
    loop {
        // Beyond these ends five points cannot carry the error variance; they hold about one person in sixty.
        let score = MEAN + sd * reliability.sqrt() * normal(random);
        if (8.0..=92.0).contains(&score) {
            return score;
        }
    }
}

/// An interview in which this aspect is answered by someone with this true score.
fn answered(
    core: &Arc<Questionnaire>,
    aspect: AspectIndex,
    truth: f64,
    sem: f64,
    random: &mut fastrand::Rng,
) -> Interview {
    let moment = Moment { at: At { unix_ms: 0, doubtful: false }, shown_ms: 0, language: core.languages()[0].clone() };
    let mut interview =
        Interview::start(Arc::clone(core), InterviewId([7; 16]), Mode::SelfAdministered, "test", &moment);
    let counted: Vec<_> = core
        .indexes()
        .filter_map(|index| Some((index, core.item(index)?.counts?)))
        .filter(|(_, (of, _))| *of == aspect)
        .collect();
    let variance = (sem / 25.0).powi(2) * f64::from(u8::try_from(counted.len()).unwrap());
    let weights = answer_weights(1.0 + truth / 25.0, variance);
    for (index, (_, keying)) in counted {
        let point = draw(random, &weights);
        let pick = if keying == Keying::Reversed { 4 - point } else { point };
        interview.respond(index, Response::Given(Answer::Choice(Pick(pick))), &moment).unwrap();
    }
    interview
}

#[test]
fn bands_cover_the_true_score_in_95_of_100_interviews() {
    let core = core();
    let mut random = fastrand::Rng::with_seed(20_261_123);
    let (mut covered, mut drawn) = (0_u32, 0_u32);
    for row in &core.norms().unwrap().rows {
        let sem = standard_error(row.sd, row.reliability);
        for _ in 0..INTERVIEWS {
            let truth = true_score(&mut random, row.sd, row.reliability);
            let interview = answered(&core, row.aspect, truth, sem, &mut random);
            let score = profile(&interview).aspects[row.aspect.0].scored.score.unwrap();
            covered += u32::from(score.low <= truth && truth <= score.high);
            drawn += 1;
        }
    }
    let share = 100.0 * f64::from(covered) / f64::from(drawn);
    println!("the 95 % bands cover the true score in {share:.2} % of {drawn} drawn interviews");
    assert!((94.0..=96.0).contains(&share), "{share}");
}
