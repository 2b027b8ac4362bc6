//! McDonald's `ω_total`, by one factor of maximum likelihood.
//!
//! # What it says
//! How much of the differences in an aspect's standardised scores comes from the one thing that its items share, when
//! some items may show it better than others.
//!
//! # Formula
//! (Σλ)²/((Σλ)² + Σθ), with the loadings λ and the unique variances θ of the one-factor model fitted to the
//! correlations of the persons who answered every item. θ minimises Σ(e − ln e − 1) over all but the largest eigenvalue
//! e of Θ^(−½)·R·Θ^(−½); λ belongs to the largest.
//!
//! # Needs
//! Three items, more persons than items, and items that differ and do not repeat each other. It is shown from 30 persons
//! on.
//!
//! # When it misleads
//! One factor is assumed and not tested. Where an item's unique variance goes to 0 (Heywood case) the model does not
//! hold, and no ω is given. It is about standardised items: where their variances differ much, the plain sum has
//! another.
//!
//! # Source
//! McDonald (1999), Test Theory: A Unified Treatment; Jöreskog (1967), Psychometrika 32, 443–482, for the search.
//!
//! # Checked against
//! R `factanal`, R psych `fa(fm = "ml")` and R lavaan `cfa(std.lv = TRUE)`, to 1e-6, where those stop; the same misfit
//! minimised with Python scipy until its slope is below 1e-11, to 1e-8.

use std::ops::ControlFlow;

use nalgebra::{Cholesky, DMatrix, DVector};

use super::estimate::at_least;
use super::real::{count, length};
use super::{Compute, Computed, Counted, CrossProducts, Estimate, Interval, NotComputable, Progress, Statistic, Watch};

/// Fewest items that determine a factor.
const ITEMS: usize = 3;
/// The search ends when no slope is steeper.
const FLAT: f64 = 1e-10;
/// It gives up after so many steps.
const MOST_STEPS: usize = 200;
/// A unique variance below this share is none.
const NOTHING_UNIQUE: f64 = 1e-5;
/// A step that is halved more often is none.
const MOST_HALVINGS: i32 = 40;
/// The largest step, in logarithms of unique variances.
const LONGEST_STEP: f64 = 1.0;
/// Eigenvalues of a correlation matrix below this are 0.
const NO_EIGENVALUE: f64 = 1e-10;

/// What is known of it.
pub const STATISTIC: Statistic = Statistic {
    key: "omega",
    counted: Counted::Persons,
    computable_from: 4,
    shown_from: Some(30),
    items_from: ITEMS,
    range: Interval { low: 0.0, high: 1.0 },
    compute: Compute::Fit(omega),
};

/// `ω_total`, 0 to 1.
///
/// # Errors
/// [`NotComputable::TooFewItems`] below three items, [`NotComputable::TooFew`] unless there are more persons than
/// items, [`NotComputable::NoSpread`] where an item is always answered alike, [`NotComputable::Redundant`] where items
/// repeat each other, [`NotComputable::Heywood`] with the first such item, [`NotComputable::NotConverged`],
/// [`NotComputable::Interrupted`].
pub fn omega(answers: &CrossProducts, watch: &mut Watch<'_>) -> Computed {
    let items = answers.items();
    if items < ITEMS {
        return Err(NotComputable::TooFewItems { items, needed: ITEMS });
    }
    at_least(count(items) + 1, answers.n(), Counted::Persons)?;
    let factor = fit(&correlations(answers)?, watch)?;
    let common = factor.loadings.sum().powi(2);
    Estimate::new(common / (common + factor.unique.sum()), answers.n())
}

fn correlations(answers: &CrossProducts) -> Result<DMatrix<f64>, NotComputable> {
    let items = answers.items();
    let spread: Vec<f64> = (0..items).map(|item| answers.scatter(item, item).sqrt()).collect();
    if spread.iter().any(|one| *one <= 0.0) {
        return Err(NotComputable::NoSpread);
    }
    let r = |one: usize, other: usize| {
        if one == other { 1.0 } else { answers.scatter(one, other) / (spread[one] * spread[other]) }
    };
    Ok(DMatrix::from_fn(items, items, r))
}

/// A factor's loadings, and what it leaves of each item's variance.
struct Factor {
    loadings: DVector<f64>,
    unique: DVector<f64>,
}

/// The model at some unique variances: how badly it fits, its slopes and curvatures in their logarithms, its loadings.
struct Point {
    misfit: f64,
    slope: DVector<f64>,
    /// The true curvature, and one that is never downwards.
    curvatures: [DMatrix<f64>; 2],
    loadings: DVector<f64>,
}

/// Newton's method in the logarithms of the unique variances, with steps that never climb; where the misfit is not
/// curved upwards, Jöreskog's approximation of the curvature takes its place.
fn fit(r: &DMatrix<f64>, watch: &mut Watch<'_>) -> Result<Factor, NotComputable> {
    if r.clone().symmetric_eigenvalues().min() < NO_EIGENVALUE {
        return Err(NotComputable::Redundant);
    }
    let inverse = Cholesky::new(r.clone()).ok_or(NotComputable::Redundant)?.inverse();
    let start = 1.0 - 0.5 / length(r.nrows());
    let mut logs = inverse.diagonal().map(|own| (start / own).ln());
    let mut point = at(r, &logs);
    for steps in 0..MOST_STEPS {
        if watch(Progress { done: steps, of: MOST_STEPS }) == ControlFlow::Break(()) {
            return Err(NotComputable::Interrupted);
        }
        if let Some(item) = logs.iter().position(|log| *log < NOTHING_UNIQUE.ln()) {
            return Err(NotComputable::Heywood { item });
        }
        if point.slope.amax() < FLAT {
            return Ok(Factor { loadings: point.loadings, unique: logs.map(f64::exp) });
        }
        let curvature = point.curvatures.iter().find_map(|one| Cholesky::new(one.clone()));
        let step = curvature.ok_or(NotComputable::NotConverged { steps })?.solve(&point.slope);
        let step = step.map(|one| one.clamp(-LONGEST_STEP, LONGEST_STEP));
        (logs, point) = lower(r, &logs, &step, &point).ok_or(NotComputable::NotConverged { steps })?;
    }
    Err(NotComputable::NotConverged { steps: MOST_STEPS })
}

/// The first point along the step, halved as often as it takes, that does not fit worse.
fn lower(r: &DMatrix<f64>, logs: &DVector<f64>, step: &DVector<f64>, from: &Point) -> Option<(DVector<f64>, Point)> {
    let rounding = 1e-13 * (1.0 + from.misfit.abs());
    let halved = |times: i32| {
        let next = logs - step * 0.5_f64.powi(times);
        let point = at(r, &next);
        (next, point)
    };
    (0..MOST_HALVINGS).map(halved).find(|(_, point)| point.misfit <= from.misfit + rounding)
}

fn at(r: &DMatrix<f64>, logs: &DVector<f64>) -> Point {
    let items = r.nrows();
    let root = logs.map(|log| (log / 2.0).exp());
    let scaled = DMatrix::from_fn(items, items, |one, other| r[(one, other)] / (root[one] * root[other]));
    let eigen = scaled.symmetric_eigen();
    let (values, vectors) = (&eigen.eigenvalues, &eigen.eigenvectors);
    let first = values.imax();
    let others: Vec<usize> = (0..items).filter(|place| *place != first).collect();
    let sum = |term: &dyn Fn(usize) -> f64| others.iter().map(|place| term(*place)).sum::<f64>();
    let slope = |item: usize, _| sum(&|m| (1.0 - values[m]) * vectors[(item, m)].powi(2));
    let unexplained =
        |one: usize, other: usize| f64::from(u8::from(one == other)) - vectors[(one, first)] * vectors[(other, first)];
    // The derivative of the slope, by how the eigenvalues and eigenvectors turn; two terms of it are one product.
    let curvature = |one: usize, other: usize| {
        let both = |m: usize| vectors[(one, m)] * vectors[(other, m)];
        let turning =
            |m: usize| both(m) * (1.0 - values[m]) * (values[first] + values[m]) / (values[first] - values[m]);
        unexplained(one, other) * sum(&|m| values[m] * both(m)) + both(first) * sum(&turning)
    };
    let strength = (values[first] - 1.0).max(0.0).sqrt();
    Point {
        misfit: sum(&|m| values[m] - values[m].ln() - 1.0),
        slope: DVector::from_fn(items, slope),
        curvatures: [
            DMatrix::from_fn(items, items, curvature),
            DMatrix::from_fn(items, items, |one, other| unexplained(one, other).powi(2)),
        ],
        loadings: DVector::from_fn(items, |item, _| root[item] * vectors[(item, first)] * strength),
    }
}
