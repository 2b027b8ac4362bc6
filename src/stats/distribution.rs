//! Quantiles of the distributions that intervals need.

use statrs::distribution::{Continuous, ContinuousCDF, FisherSnedecor, Normal, StudentsT};

use super::NotComputable;
use super::real::finite;

/// Steps that sharpen a quantile; the crate's own is good to some six digits, and each step doubles them.
const STEPS: usize = 4;

/// The quantile of Student's t.
pub(super) fn t_quantile(p: f64, freedom: f64) -> Result<f64, NotComputable> {
    let t = StudentsT::new(0.0, 1.0, freedom).map_err(|_| NotComputable::NotFinite)?;
    sharpened(&t, p)
}

/// The quantile of Fisher's F.
pub(super) fn f_quantile(p: f64, upper: f64, lower: f64) -> Result<f64, NotComputable> {
    let f = FisherSnedecor::new(upper, lower).map_err(|_| NotComputable::NotFinite)?;
    sharpened(&f, p)
}

/// The quantile of the standard normal distribution.
pub(super) fn normal_quantile(p: f64) -> f64 {
    Normal::standard().inverse_cdf(p)
}

/// The share of the standard normal distribution below `z`.
pub(super) fn normal_share(z: f64) -> f64 {
    Normal::standard().cdf(z)
}

/// Newton's method from the crate's own quantile.
fn sharpened(of: &(impl ContinuousCDF<f64, f64> + Continuous<f64, f64>), p: f64) -> Result<f64, NotComputable> {
    let mut x = finite(of.inverse_cdf(p))?;
    for _ in 0..STEPS {
        let step = (of.cdf(x) - p) / of.pdf(x);
        if step.is_finite() {
            x -= step;
        }
    }
    finite(x)
}
