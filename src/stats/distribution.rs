//! Quantiles of the distributions that intervals need: the crate's distributions up to [`MANY`] degrees of freedom, and
//! series beyond, where the crate's incomplete beta function runs out of terms.

use std::cell::RefCell;
use std::collections::HashMap;

use statrs::distribution::{Continuous, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

use super::NotComputable;
use super::real::finite;

/// Degrees of freedom from which on the series are good to 1e-9, and better the more there are.
const MANY: f64 = 1_000.0;

/// Degrees of freedom from which on the series are a good place to begin.
const SOME: f64 = 30.0;

/// The quantile of Student's t above its middle.
pub(super) fn t_quantile(p: f64, freedom: f64) -> Result<f64, NotComputable> {
    if freedom >= MANY {
        return finite(t_by_series(normal_quantile(p), freedom));
    }
    let near = || (freedom >= SOME).then(|| t_by_series(normal_quantile(p), freedom));
    let find = || root(&StudentsT::new(0.0, 1.0, freedom).map_err(|_| NotComputable::NotFinite)?, p, near());
    remembered([p, freedom, 0.0], find)
}

/// The quantile of Fisher's F.
pub(super) fn f_quantile(p: f64, upper: f64, lower: f64) -> Result<f64, NotComputable> {
    if upper.min(lower) >= MANY {
        return finite(f_by_series(normal_quantile(p), upper, lower));
    }
    let near = || (upper.min(lower) >= SOME).then(|| f_by_series(normal_quantile(p), upper, lower));
    let find = || root(&FisherSnedecor::new(upper, lower).map_err(|_| NotComputable::NotFinite)?, p, near());
    remembered([p, upper, lower], find)
}

/// The most quantiles that are remembered.
const MOST_REMEMBERED: usize = 4_096;
thread_local! {
    static REMEMBERED: RefCell<HashMap<[u64; 3], f64>> = RefCell::new(HashMap::new());
}

/// What was found before for the same, or is found now: groups of like size ask for the same quantiles, and finding one
/// takes as long as counting a hundred interviews.
fn remembered(asked: [f64; 3], find: impl FnOnce() -> Result<f64, NotComputable>) -> Result<f64, NotComputable> {
    let asked = asked.map(f64::to_bits);
    if let Some(known) = REMEMBERED.with_borrow(|known| known.get(&asked).copied()) {
        return Ok(known);
    }
    let found = find()?;
    REMEMBERED.with_borrow_mut(|known| {
        if known.len() >= MOST_REMEMBERED {
            known.clear();
        }
        known.insert(asked, found);
    });
    Ok(found)
}

/// The quantile of the standard normal distribution.
pub(super) fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// The share of the standard normal distribution below `z`.
pub(super) fn normal_share(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// A step of Newton's method that is so small a part of where it goes leaves its square, which no number can tell.
const NEAR: f64 = 1e-8;

/// Where the distribution reaches `p`, above 0 and perhaps near a place: Newton's method, kept between two bounds.
fn root(
    of: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>),
    p: f64,
    near: Option<f64>,
) -> Result<f64, NotComputable> {
    let newton = |x: f64, off: f64| x - off / of.pdf(x);
    let near = near.filter(|near| near.is_finite() && *near > 0.0);
    if let Some(near) = near {
        let next = newton(near, of.cdf(near) - p);
        if (next - near).abs() <= NEAR * near {
            return finite(next);
        }
    }
    let (mut low, mut high) = (0.0, near.map_or(1.0, |near| 1.001 * near));
    while of.cdf(high) < p {
        (low, high) = (high, finite(2.0 * high)?);
    }
    let mut x = near.filter(|near| low < *near).unwrap_or_else(|| f64::midpoint(low, high));
    for _ in 0..200 {
        let off = of.cdf(x) - p;
        if off > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let next = Some(newton(x, off)).filter(|next| low < *next && *next < high);
        let next = next.unwrap_or_else(|| f64::midpoint(low, high));
        if (next - x).abs() <= f64::EPSILON * x {
            break;
        }
        x = next;
    }
    finite(x)
}

/// Fisher & Cornish (1960), Technometrics 2, 209–225, to the fourth power of 1/freedom.
fn t_by_series(z: f64, freedom: f64) -> f64 {
    let square = z * z;
    let power = |coefficients: &[f64]| z * coefficients.iter().fold(0.0, |sum, one| sum * square + one);
    let terms = [
        power(&[1.0, 1.0]) / 4.0,
        power(&[5.0, 16.0, 3.0]) / 96.0,
        power(&[3.0, 19.0, 17.0, -15.0]) / 384.0,
        power(&[79.0, 776.0, 1482.0, -1920.0, -945.0]) / 92_160.0,
    ];
    z + terms.iter().rev().fold(0.0, |sum, term| (sum + term) / freedom)
}

/// The same expansion for ln F, whose cumulants are those of two logarithms of gamma variables.
fn f_by_series(z: f64, upper: f64, lower: f64) -> f64 {
    let (a, b) = (log_gamma_cumulants(upper / 2.0), log_gamma_cumulants(lower / 2.0));
    let sd = (a[1] + b[1]).sqrt();
    let standard = |order: i32, sum: f64| sum / sd.powi(order);
    let (c3, c4) = (standard(3, a[2] - b[2]), standard(4, a[3] + b[3]));
    let (c5, c6) = (standard(5, a[4] - b[4]), standard(6, a[5] + b[5]));
    let (z2, z3, z4, z5) = (z.powi(2), z.powi(3), z.powi(4), z.powi(5));
    let first = c3 * (z2 - 1.0) / 6.0;
    let second = c4 * (z3 - 3.0 * z) / 24.0 - c3.powi(2) * (2.0 * z3 - 5.0 * z) / 36.0;
    let third = c5 * (z4 - 6.0 * z2 + 3.0) / 120.0 - c3 * c4 * (z4 - 5.0 * z2 + 2.0) / 24.0
        + c3.powi(3) * (12.0 * z4 - 53.0 * z2 + 17.0) / 324.0;
    let fourth = c6 * (z5 - 10.0 * z3 + 15.0 * z) / 720.0
        - c4.powi(2) * (3.0 * z5 - 24.0 * z3 + 29.0 * z) / 384.0
        - c3 * c5 * (2.0 * z5 - 17.0 * z3 + 21.0 * z) / 180.0
        + c3.powi(2) * c4 * (14.0 * z5 - 103.0 * z3 + 107.0 * z) / 288.0
        - c3.powi(4) * (252.0 * z5 - 1688.0 * z3 + 1511.0 * z) / 7776.0;
    (a[0] - b[0] + sd * (z + first + second + third + fourth)).exp()
}

/// The first six cumulants of the logarithm of a gamma variable of this shape with mean 1: the polygamma functions, by
/// their series for large arguments.
fn log_gamma_cumulants(shape: f64) -> [f64; 6] {
    let x = 1.0 / shape;
    let series = |first: i32, coefficients: &[f64]| {
        x.powi(first) * coefficients.iter().rev().fold(0.0, |sum, one| sum * x + one)
    };
    [
        series(1, &[-0.5, -1.0 / 12.0, 0.0, 1.0 / 120.0]),
        series(1, &[1.0, 0.5, 1.0 / 6.0, 0.0, -1.0 / 30.0]),
        series(2, &[-1.0, -1.0, -0.5, 0.0, 1.0 / 6.0]),
        series(3, &[2.0, 3.0, 2.0, 0.0, -1.0]),
        series(4, &[-6.0, -12.0, -10.0, 0.0, 7.0]),
        series(5, &[24.0, 60.0, 60.0, 0.0, -56.0]),
    ]
}
